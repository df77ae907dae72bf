/*
 * The checks of a pod's spec around its containers and volumes, and of templates.  Follows ValidatePodSpec,
 * ValidatePodTemplateSpec and ValidatePodSpecificAnnotations in pkg/apis/core/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#define NAMESERVERS_MAX 3
#define SEARCHES_MAX 32
#define SEARCH_TEXT_MAX 2048
const char *const pod_container_lists[] = { "initContainers", "containers", "ephemeralContainers", NULL };

static void
check_address(struct status *status, const struct place *at, const struct value *address)
{
	char *path = place_text(at);

	if (address)
		validate_ip(status, path, address);
	else
		status_invalid_value(status, path, "\"\"", ip_complaint);
	free(path);
}

static void
searches_validate(struct status *status, const struct value *searches, const struct place *config)
{
	const struct place list = { config, "searches", 0 };
	size_t len = 0;

	for (size_t i = 0; i < value_count(searches); i++)
		len += strlen(value_text(value_at(searches, i))) + (i > 0);
	if (value_count(searches) > SEARCHES_MAX)
		place_invalid(status, &list, NULL, searches, "must not have more than 32 search paths");
	if (len > SEARCH_TEXT_MAX)
		place_invalid(status, &list, NULL, searches,
			"must not have more than 2048 characters (including spaces) in the search list");
	for (size_t i = 0; i < value_count(searches); i++) { /* a dot at the end is not looked at */
		const struct place item = { &list, NULL, i };
		char *bare = xstrdup(value_text(value_at(searches, i)));

		if (str_ends(bare, "."))
			bare[strlen(bare) - 1] = '\0';
		place_check_text(status, &item, NULL, bare, check_dns1123_subdomain);
		free(bare);
	}
}

static void
dns_validate(struct status *status, const struct value *spec, const struct place *path)
{
	const struct value *config = value_get(spec, "dnsConfig"), *servers = value_get(config, "nameservers"),
			   *options = value_get(config, "options");
	const struct place at = { path, "dnsConfig", 0 }, list = { &at, "nameservers", 0 };
	const struct place options_at = { &at, "options", 0 };
	const char *policy = value_get_text(spec, "dnsPolicy");

	if (policy && !strcmp(policy, "None") && !value_count(servers)) {
		if (!config)
			place_required(status, &at, NULL, "must provide `dnsConfig` when `dnsPolicy` is None");
		else
			place_required(status, &list, NULL,
				"must provide at least one DNS nameserver when `dnsPolicy` is None");
		return;
	}
	if (value_count(servers) > NAMESERVERS_MAX)
		place_invalid(status, &list, NULL, servers, "must not have more than 3 nameservers");
	for (size_t i = 0; i < value_count(servers); i++) {
		const struct place item = { &list, NULL, i };

		check_address(status, &item, value_at(servers, i));
	}
	searches_validate(status, value_get(config, "searches"), &at);
	for (size_t i = 0; i < value_count(options); i++) {
		const struct place item = { &options_at, NULL, i };

		if (!place_has_text(value_at(options, i), "name"))
			place_required(status, &item, NULL, "must not be empty");
	}
}

static void
toleration_validate(struct status *status, const struct value *toleration, const struct place *at)
{
	static const char *const operators[] = { "Equal", "Exists", NULL };
	const char *op = value_get_text(toleration, "operator"), *effect = value_get_text(toleration, "effect");
	bool exists = op && !strcmp(op, "Exists");

	if (place_has_text(toleration, "key"))
		place_check(status, at, toleration, "key", check_qualified_name);
	else if (!exists)
		place_invalid_member(status, at, toleration, "operator",
			"operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
	if (value_get(toleration, "tolerationSeconds") && (!effect || strcmp(effect, "NoExecute") != 0))
		place_invalid_member(status, at, toleration, "effect",
			"effect must be 'NoExecute' when `tolerationSeconds` is set");
	if (!op || !*op || !strcmp(op, "Equal"))
		place_check_joined(status, at, "operator", toleration, "value", check_label_value);
	else if (!exists)
		place_one_of(status, at, toleration, "operator", operators);
	else if (place_has_text(toleration, "value"))
		place_invalid(status, at, "operator", value_get(toleration, "value"),
			"value must be empty when `operator` is 'Exists'");
	place_word(status, at, toleration, "effect", taint_effects, false);
}

void
pod_tolerations_validate(struct status *status, const struct value *spec, const struct place *path)
{
	const struct value *tolerations = value_get(spec, "tolerations");
	const struct place list = { path, "tolerations", 0 };

	for (size_t i = 0; i < value_count(tolerations); i++) {
		const struct place at = { &list, NULL, i };

		toleration_validate(status, value_at(tolerations, i), &at);
	}
}

static void
aliases_validate(struct status *status, const struct value *aliases, const struct place *path)
{
	const struct place list = { path, "hostAliases", 0 };

	for (size_t i = 0; i < value_count(aliases); i++) {
		const struct value *names = value_get(value_at(aliases, i), "hostnames");
		const struct place at = { &list, NULL, i }, ip = { &at, "ip", 0 }, names_at = { &at, "hostnames", 0 };

		check_address(status, &ip, value_get(value_at(aliases, i), "ip"));
		for (size_t k = 0; k < value_count(names); k++) {
			const struct place item = { &names_at, NULL, k };

			place_check_text(
				status, &item, NULL, value_text(value_at(names, k)), check_dns1123_subdomain);
		}
	}
}

static void
gates_validate(struct status *status, const struct value *spec, const struct place *path)
{
	const struct value *readiness = value_get(spec, "readinessGates"), *gates = value_get(spec, "schedulingGates");
	const struct place readiness_at = { path, "readinessGates", 0 }, gates_at = { path, "schedulingGates", 0 };

	for (size_t i = 0; i < value_count(readiness); i++) {
		const struct place at = { &readiness_at, NULL, i };

		place_check_text(status, &at, "conditionType",
			value_get_text(value_at(readiness, i), "conditionType"), check_qualified_name);
	}
	for (size_t i = 0; i < value_count(gates); i++) {
		const char *name = value_get_text(value_at(gates, i), "name");
		const struct place at = { &gates_at, NULL, i };
		bool doubled = false;
		char *shown;

		place_check_text(status, &at, NULL, name, check_qualified_name);
		for (size_t k = 0; name && k < i; k++) {
			const char *other = value_get_text(value_at(gates, k), "name");

			doubled |= other && !strcmp(other, name);
		}
		if (!doubled)
			continue;
		shown = xasprintf("\"%s\"", name);
		place_duplicate(status, &at, NULL, shown);
		free(shown);
	}
}

/* With the host's network a container's port is the host's; a template may leave that to its pods. */
static void
host_network_validate(const struct pod_check *check, const struct place *path)
{
	const struct value *containers = value_get(check->spec, "containers");
	const struct place list = { path, "containers", 0 };

	for (size_t i = 0; value_get_bool(check->spec, "hostNetwork", false) && i < value_count(containers); i++) {
		const struct value *ports = value_get(value_at(containers, i), "ports");
		const struct place container = { &list, NULL, i }, ports_at = { &container, "ports", 0 };

		for (size_t k = 0; k < value_count(ports); k++) {
			const struct value *port = value_at(ports, k);
			const struct place at = { &ports_at, NULL, k };
			int64_t host = value_get_int(port, "hostPort", 0);

			if (host == value_get_int(port, "containerPort", 0) || (!host && !check->is_pod))
				continue;
			place_invalid_int(check->status, &at, "hostPort", host,
				"must match `containerPort` when `hostNetwork` is true");
		}
	}
}

static void
names_validate(struct status *status, const struct value *spec, const struct place *path)
{
	static const struct {
		const char *field;
		int (*check)(const char *, struct str *);
	} names[] = {
		{ "serviceAccountName", check_dns1123_subdomain },
		{ "nodeName", check_dns1123_subdomain },
		{ "activeDeadlineSeconds", NULL }, /* stands among them */
		{ "hostname", check_dns1123_label },
		{ "subdomain", check_dns1123_label },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!names[i].check)
			place_range(status, path, spec, names[i].field, 1, INT32_MAX);
		else if (place_has_text(spec, names[i].field))
			place_check(status, path, spec, names[i].field, names[i].check);
	}
}

static void
overhead_validate(struct status *status, const struct value *spec, struct arena *arena, const struct place *path)
{
	const struct value *overhead = value_get(spec, "overhead");
	const struct place at = { path, "overhead", 0 };
	struct value *limits = value_map(arena);

	if (!overhead)
		return;
	value_set(arena, limits, "limits", value_copy(arena, overhead));
	pod_resources_validate(status, limits, &at);
}

static const char *const restart_policies[] = { "Always", "OnFailure", "Never", NULL };
static const char *const dns_policies[] = { "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None", NULL };
static const char *const preemption_policies[] = { "PreemptLowerPriority", "Never", NULL };

static void
spec_validate(struct pod_check *check, const char *pod, const struct place *path)
{
	const struct value *spec = check->spec;
	struct status *status = check->status;
	char *selector = place_text_of(path, "nodeSelector");
	struct arena scratch = ARENA_INIT;

	pod_volumes_validate(check, pod, path);
	pod_containers_validate(check, path);
	host_network_validate(check, path);
	place_word(status, path, spec, "restartPolicy", restart_policies, true);
	place_word(status, path, spec, "dnsPolicy", dns_policies, true);
	validate_labels(status, value_get(spec, "nodeSelector"), selector);
	pod_security_validate(status, spec, path);
	pod_affinity_validate(status, spec, path);
	dns_validate(status, spec, path);
	gates_validate(status, spec, path);
	pod_spread_validate(status, spec, path);
	pod_host_process_validate(status, spec, path);
	names_validate(status, spec, path);
	pod_tolerations_validate(status, spec, path);
	aliases_validate(status, value_get(spec, "hostAliases"), path);
	if (place_has_text(spec, "priorityClassName"))
		place_check(status, path, spec, "priorityClassName", check_dns1123_subdomain);
	place_check(status, path, spec, "runtimeClassName", check_dns1123_subdomain);
	if (value_get(spec, "preemptionPolicy"))
		place_word(status, path, spec, "preemptionPolicy", preemption_policies, true);
	overhead_validate(status, spec, &scratch, path);
	pod_os_validate(status, spec, path);
	arena_release(&scratch);
	free(selector);
}

void
pod_spec_validate(struct status *status, const struct value *pod, const struct place *path)
{
	struct pod_check check = { .status = status, .spec = value_get(pod, "spec"), .is_pod = true };

	spec_validate(&check, value_get_text(value_get(pod, "metadata"), "name"), path);
	vec_release(&check.volumes);
}

void
pod_template_validate(struct status *status, const struct value *template, const char *path)
{
	const struct place at = { NULL, path, 0 }, spec = { &at, "spec", 0 }, annotations = { &at, "annotations", 0 };
	const struct value *meta = value_get(template, "metadata");
	struct pod_check check = { .status = status, .spec = value_get(template, "spec") };
	char *labels_at = place_text_of(&at, "labels"), *annotations_at = place_text(&annotations);

	validate_labels(status, value_get(meta, "labels"), labels_at);
	validate_annotations(status, value_get(meta, "annotations"), annotations_at);
	pod_annotations_validate(status, template, &annotations);
	spec_validate(&check, NULL, &spec);
	pod_profiles_validate(status, template, &spec);
	if (value_count(value_get(check.spec, "ephemeralContainers")))
		place_forbidden(
			status, &spec, "ephemeralContainers", "ephemeral containers not allowed in pod template");
	vec_release(&check.volumes);
	free(annotations_at);
	free(labels_at);
}
