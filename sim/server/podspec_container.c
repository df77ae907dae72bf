/*
 * The checks of containers: names, images, ports, environment, mounts, resources and probes, in the API server's order
 * (validateContainers, validateInitContainers and what they call in pkg/apis/core/validation/validation.go).
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#include "api/quantity.h"

static const char *const pull_policies[] = { "Always", "IfNotPresent", "Never", NULL };
static const char *const message_policies[] = { "FallbackToLogsOnError", "File", NULL };

static bool
has_port_name(const struct value *ports, size_t before, const char *name)
{
	for (size_t i = 0; i < before; i++) {
		const char *other = value_get_text(value_at(ports, i), "name");

		if (other && !strcmp(other, name))
			return true;
	}
	return false;
}

static void
port_name_validate(struct status *status, const struct value *ports, size_t i, const struct place *at)
{
	const struct value *port = value_at(ports, i);
	const char *name = value_get_text(port, "name");
	struct str found = STR_INIT;
	char *shown;

	if (!name || !*name)
		return;
	if (check_port_name(name, &found)) {
		place_check(status, at, port, "name", check_port_name);
	} else if (has_port_name(ports, i, name)) {
		shown = status_value_text(value_get(port, "name"));
		place_duplicate(status, at, "name", shown);
		free(shown);
	}
	str_release(&found);
}

static void
ports_validate(struct status *status, const struct value *ports, const struct place *path)
{
	const struct place list = { path, "ports", 0 };

	for (size_t i = 0; i < value_count(ports); i++) {
		const struct value *port = value_at(ports, i);
		const struct place at = { &list, NULL, i };

		port_name_validate(status, ports, i, &at);
		if (!value_get_int(port, "containerPort", 0))
			place_required(status, &at, "containerPort", NULL);
		else
			place_port(status, &at, port, "containerPort", false);
		if (value_get_int(port, "hostPort", 0))
			place_port(status, &at, port, "hostPort", false);
		place_word(status, &at, port, "protocol", port_protocols, true);
	}
}

/* Names are printable ASCII without '=', since v1.32's relaxed rule. */
static int
check_env_name(const char *text, struct str *out)
{
	for (const char *c = text; *c; c++) {
		if (*c < ' ' || *c > '~' || *c == '=') {
			str_add(out,
				"a valid environment variable name must consist only of printable ASCII characters "
				"other than '='\n");
			return 1;
		}
	}
	return 0;
}

/* Members of env.valueFrom; those with a key name an object and a key of it. */
static const struct {
	const char *source;
	bool key;
} value_sources[] = {
	{ "fieldRef", false },
	{ "resourceFieldRef", false },
	{ "configMapKeyRef", true },
	{ "secretKeyRef", true },
};

static void
value_from_validate(struct status *status, const struct value *env, const struct place *path)
{
	const struct value *from = value_get(env, "valueFrom");
	const struct place at = { path, "valueFrom", 0 };
	size_t sources = 0;

	for (size_t i = 0; i < sizeof value_sources / sizeof *value_sources; i++) {
		const struct value *source = value_get(from, value_sources[i].source);
		const struct place inner = { &at, value_sources[i].source, 0 };

		if (!source)
			continue;
		sources++;
		if (!value_sources[i].key)
			continue;
		if (!place_has_text(source, "name"))
			place_required(status, &inner, "name", NULL);
		if (!place_has_text(source, "key"))
			place_required(status, &inner, "key", NULL);
		else
			place_check(status, &inner, source, "key", check_config_key);
	}
	if (!sources)
		place_invalid_text(status, &at, NULL, "\"\"",
			"must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
	else if (place_has_text(env, "value"))
		place_invalid_text(status, &at, NULL, "\"\"", "may not be specified when `value` is not empty");
	else if (sources > 1)
		place_invalid_text(status, &at, NULL, "\"\"", "may not have more than one field specified at a time");
}

static void
env_validate(struct status *status, const struct value *env, const struct place *path)
{
	const struct place list = { path, "env", 0 };

	for (size_t i = 0; i < value_count(env); i++) {
		const struct value *one = value_at(env, i);
		const struct place at = { &list, NULL, i };

		if (!place_has_text(one, "name"))
			place_required(status, &at, "name", NULL);
		else
			place_check(status, &at, one, "name", check_env_name);
		if (value_get(one, "valueFrom"))
			value_from_validate(status, one, &at);
	}
}

static void
env_from_validate(struct status *status, const struct value *env, const struct place *path)
{
	static const char *const refs[] = { "configMapRef", "secretRef" };
	const struct place list = { path, "envFrom", 0 };

	for (size_t i = 0; i < value_count(env); i++) {
		const struct place at = { &list, NULL, i };
		size_t sources = 0;

		for (size_t k = 0; k < 2; k++) {
			const struct value *ref = value_get(value_at(env, i), refs[k]);
			const struct place inner = { &at, refs[k], 0 };

			sources += ref != NULL;
			if (ref && !place_has_text(ref, "name"))
				place_required(status, &inner, "name", NULL);
			else
				place_check(status, &inner, ref, "name", check_dns1123_subdomain);
		}
		if (!sources)
			place_invalid_text(
				status, &at, NULL, "\"\"", "must specify one of: `configMapRef` or `secretRef`");
		else if (sources > 1)
			place_invalid_text(
				status, &at, NULL, "\"\"", "may not have more than one field specified at a time");
	}
}

static bool
has_member(const struct value *list, size_t count, const char *field, const char *text)
{
	for (size_t i = 0; i < count; i++) {
		const char *has = value_get_text(value_at(list, i), field);

		if (has && !strcmp(has, text))
			return true;
	}
	return false;
}

static void
mounts_validate(
	struct status *status, const struct value *mounts, const struct value *volumes, const struct place *path)
{
	const struct place list = { path, "volumeMounts", 0 };

	for (size_t i = 0; i < value_count(mounts); i++) {
		const struct value *mount = value_at(mounts, i);
		const struct place at = { &list, NULL, i };
		const char *name = value_get_text(mount, "name"), *where = value_get_text(mount, "mountPath");

		if (!name || !*name)
			place_required(status, &at, "name", NULL);
		if (!has_member(volumes, value_count(volumes), "name", name ? name : ""))
			place_not_found(status, &at, "name", value_get(mount, "name"));
		if (!where || !*where)
			place_required(status, &at, "mountPath", NULL);
		else if (has_member(mounts, i, "mountPath", where))
			place_invalid(status, &at, "mountPath", value_get(mount, "mountPath"), "must be unique");
	}
}

static bool
is_hugepages(const char *name)
{
	return str_starts(name, "hugepages-");
}

/* Whether a request may be less than its limit. */
static bool
may_overcommit(const char *name)
{
	return (!strchr(name, '/') || strstr(name, "kubernetes.io/")) && !is_hugepages(name);
}

static void
resource_name_validate(struct status *status, const struct value_entry *entry, const struct place *at)
{
	static const char *const containers[] = { "cpu", "memory", "ephemeral-storage", NULL };
	static const char *const others[] = { "storage", "pods", "services", "replicationcontrollers", "resourcequotas",
		"secrets", "configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
		NULL };
	const char *key = entry->key;
	struct str shown = STR_INIT;
	bool known = false, standard = strchr(key, '/') || is_hugepages(key);

	for (size_t i = 0; containers[i]; i++)
		standard |= !strcmp(containers[i], key);
	for (size_t i = 0; others[i]; i++)
		known |= !strcmp(others[i], key);
	if (standard)
		return;
	str_addf(&shown, "\"%s\"", key);
	if (!known)
		place_invalid_text(status, at, NULL, shown.buf, "must be a standard resource type or fully qualified");
	place_invalid_text(status, at, NULL, shown.buf, "must be a standard resource for containers");
	str_release(&shown);
}

static void
amounts_validate(struct status *status, const struct value *amounts, const struct place *path)
{
	for (size_t i = 0; i < value_count(amounts); i++) {
		const struct value_entry *entry = &amounts->map.v[i];
		char *bracket = xasprintf("%s[%s]", path->field, entry->key);
		const struct place at = { path->outer, bracket, 0 };
		const char *text = value_text(entry->value);

		resource_name_validate(status, entry, &at);
		if (quantity_compare(text ? text : "0", "0") < 0)
			place_invalid(status, &at, NULL, entry->value, "must be greater than or equal to 0");
		free(bracket);
	}
}

static void
request_validate(struct status *status, const struct value_entry *request, const struct value *limits,
	const struct place *at, const struct place *limits_at)
{
	const char *limit = value_get_text(limits, request->key), *text = value_text(request->value);
	char *detail;

	if (!limit) {
		if (!may_overcommit(request->key))
			place_required(status, limits_at, NULL, "Limit must be set for non overcommitable resources");
		return;
	}
	if (!may_overcommit(request->key) ? quantity_compare(text, limit) == 0 : quantity_compare(text, limit) <= 0)
		return;
	detail = xasprintf("must be %s to %s limit of %s",
		may_overcommit(request->key) ? "less than or equal" : "equal", request->key, limit);
	place_invalid(status, at, NULL, request->value, detail);
	free(detail);
}

static bool
has_amount(const struct value *resources, const char *name)
{
	return value_get(value_get(resources, "limits"), name) || value_get(value_get(resources, "requests"), name);
}

static bool
has_hugepages(const struct value *amounts)
{
	for (size_t i = 0; i < value_count(amounts); i++) {
		if (is_hugepages(amounts->map.v[i].key))
			return true;
	}
	return false;
}

static void
resources_validate(struct status *status, const struct value *resources, const struct place *path)
{
	const struct value *limits = value_get(resources, "limits"), *requests = value_get(resources, "requests");
	const struct place at = { path, "resources", 0 }, limits_at = { &at, "limits", 0 },
			   requests_at = { &at, "requests", 0 };

	amounts_validate(status, limits, &limits_at);
	amounts_validate(status, requests, &requests_at);
	for (size_t i = 0; i < value_count(requests); i++)
		request_validate(status, &requests->map.v[i], limits, &requests_at, &limits_at);
	if ((has_hugepages(limits) || has_hugepages(requests)) && !has_amount(resources, "cpu") &&
		!has_amount(resources, "memory"))
		place_forbidden(status, &at, NULL, "HugePages require cpu or memory");
}

static void
exec_validate(struct status *status, const struct value *handler, const struct place *at)
{
	if (!value_count(value_get(handler, "command")))
		place_required(status, at, "command", NULL);
}

static void
http_get_validate(struct status *status, const struct value *handler, const struct place *at)
{
	static const char *const schemes[] = { "HTTP", "HTTPS", NULL };

	if (!place_has_text(handler, "path"))
		place_required(status, at, "path", NULL);
	place_port(status, at, handler, "port", true);
	place_word(status, at, handler, "scheme", schemes, true);
}

static void
tcp_validate(struct status *status, const struct value *handler, const struct place *at)
{
	place_port(status, at, handler, "port", true);
}

static void
grpc_validate(struct status *status, const struct value *handler, const struct place *at)
{
	place_port(status, at, handler, "port", false);
}

static void
sleep_validate(struct status *status, const struct value *handler, const struct place *at)
{
	place_not_negative(status, at, handler, "seconds");
}

static const struct {
	const char *name;
	void (*validate)(struct status *status, const struct value *handler, const struct place *at);
} handlers[] = {
	{ "exec", exec_validate },
	{ "httpGet", http_get_validate },
	{ "tcpSocket", tcp_validate },
	{ "grpc", grpc_validate },
	{ "sleep", sleep_validate },
};

static void
handler_validate(struct status *status, const struct value *owner, const struct place *at)
{
	size_t found = 0;

	for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
		const struct value *handler = value_get(owner, handlers[i].name);
		const struct place inner = { at, handlers[i].name, 0 };

		if (!handler)
			continue;
		if (found++)
			place_forbidden(status, &inner, NULL, "may not specify more than 1 handler type");
		else
			handlers[i].validate(status, handler, &inner);
	}
	if (!found)
		place_required(status, at, NULL, "must specify a handler type");
}

static const struct probe_kind {
	const char *name;
	bool once; /* one success has to be enough */
} probe_kinds[] = {
	{ "livenessProbe", true },
	{ "readinessProbe", false },
	{ "startupProbe", true },
};

static void
probe_validate(
	struct status *status, const struct value *probe, const struct probe_kind *kind, const struct place *path)
{
	static const char *const counts[] = { "initialDelaySeconds", "timeoutSeconds", "periodSeconds",
		"successThreshold", "failureThreshold" };
	const struct place at = { path, kind->name, 0 };

	handler_validate(status, probe, &at);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		place_not_negative(status, &at, probe, counts[i]);
	if (value_get_int(probe, "terminationGracePeriodSeconds", 1) <= 0)
		place_invalid(status, &at, "terminationGracePeriodSeconds",
			value_get(probe, "terminationGracePeriodSeconds"), "must be greater than 0");
	if (kind->once && value_get_int(probe, "successThreshold", 1) != 1)
		place_invalid(status, &at, "successThreshold", value_get(probe, "successThreshold"), "must be 1");
}

/* What containers of all lists have in common. */
static void
common_validate(
	struct status *status, const struct value *container, const struct value *volumes, const struct place *at)
{
	const struct place windows = { at, "securityContext.windowsOptions", 0 };

	if (!place_has_text(container, "name"))
		place_required(status, at, "name", NULL);
	else
		place_check(status, at, container, "name", check_dns1123_label);
	if (!place_has_text(container, "image"))
		place_required(status, at, "image", NULL);
	place_word(status, at, container, "terminationMessagePolicy", message_policies, true);
	ports_validate(status, value_get(container, "ports"), at);
	env_validate(status, value_get(container, "env"), at);
	env_from_validate(status, value_get(container, "envFrom"), at);
	mounts_validate(status, value_get(container, "volumeMounts"), volumes, at);
	place_word(status, at, container, "imagePullPolicy", pull_policies, true);
	resources_validate(status, value_get(container, "resources"), at);
	place_check(status, &windows, value_get(value_get(container, "securityContext"), "windowsOptions"),
		"gmsaCredentialSpecName", check_dns1123_subdomain);
}

static void
running_validate(struct status *status, const struct value *container, const struct place *at)
{
	static const char *const hooks[] = { "postStart", "preStop" };
	const struct value *lifecycle = value_get(container, "lifecycle");
	const struct place inner = { at, "lifecycle", 0 };

	for (size_t i = 0; i < 2; i++) {
		const struct place hook = { &inner, hooks[i], 0 };

		if (value_get(lifecycle, hooks[i]))
			handler_validate(status, value_get(lifecycle, hooks[i]), &hook);
	}
	for (size_t i = 0; i < sizeof probe_kinds / sizeof *probe_kinds; i++) {
		const struct value *probe = value_get(container, probe_kinds[i].name);

		if (probe)
			probe_validate(status, probe, &probe_kinds[i], at);
	}
}

static void
name_duplicate(struct status *status, const struct value *container, const struct place *at)
{
	char *shown = status_value_text(value_get(container, "name"));

	place_duplicate(status, at, "name", shown);
	free(shown);
}

/* No two ports of the pod may want the same port of the host. */
static void
host_ports_validate(struct status *status, const struct value *containers, const struct place *list)
{
	VEC(char *) taken = VEC_INIT;

	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *ports = value_get(value_at(containers, i), "ports");
		const struct place container = { list, NULL, i }, ports_at = { &container, "ports", 0 };

		for (size_t k = 0; k < value_count(ports); k++) {
			const struct value *port = value_at(ports, k);
			const struct place at = { &ports_at, NULL, k };
			const char *ip = value_get_text(port, "hostIP"), *protocol = value_get_text(port, "protocol");
			int64_t number = value_get_int(port, "hostPort", 0);
			bool found = false;
			char *key;

			if (!number)
				continue;
			key = xasprintf("\"%s/%s/%lld\"", protocol ? protocol : "", ip ? ip : "", (long long)number);
			for (size_t t = 0; t < taken.n; t++)
				found |= !strcmp(taken.v[t], key);
			if (found)
				place_duplicate(status, &at, "hostPort", key);
			*vec_push(&taken) = key;
		}
	}
	for (size_t i = 0; i < taken.n; i++)
		free(taken.v[i]);
	vec_release(&taken);
}

static void
host_network_validate(struct status *status, const struct value *containers, const struct place *list)
{
	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *ports = value_get(value_at(containers, i), "ports");
		const struct place container = { list, NULL, i }, ports_at = { &container, "ports", 0 };

		for (size_t k = 0; k < value_count(ports); k++) {
			const struct value *port = value_at(ports, k);
			const struct place at = { &ports_at, NULL, k };

			if (value_get_int(port, "hostPort", 0) != value_get_int(port, "containerPort", 0))
				place_invalid(status, &at, "hostPort", value_get(port, "hostPort"),
					"must match `containerPort` when `hostNetwork` is true");
		}
	}
}

static void
ordinary_validate(struct status *status, const struct value *spec, const struct place *path)
{
	const struct value *containers = value_get(spec, "containers");
	const struct place list = { path, "containers", 0 };

	if (!value_count(containers))
		place_required(status, &list, NULL, NULL);
	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *container = value_at(containers, i);
		const struct place at = { &list, NULL, i };

		common_validate(status, container, value_get(spec, "volumes"), &at);
		if (place_has_text(container, "name") &&
			has_member(containers, i, "name", value_get_text(container, "name")))
			name_duplicate(status, container, &at);
		running_validate(status, container, &at);
		if (value_get(container, "restartPolicy"))
			place_forbidden(status, &at, "restartPolicy", "may not be set for non-init containers");
	}
	host_ports_validate(status, containers, &list);
}

static void
init_validate(struct status *status, const struct value *spec, const struct place *path)
{
	static const char *const running[] = { "lifecycle", "livenessProbe", "readinessProbe", "startupProbe" };
	static const char *const policies[] = { "Always", NULL };
	const struct value *containers = value_get(spec, "containers"), *init = value_get(spec, "initContainers");
	const struct place list = { path, "initContainers", 0 };

	for (size_t i = 0; i < value_count(init); i++) {
		const struct value *container = value_at(init, i);
		const struct place at = { &list, NULL, i };
		const char *name = value_get_text(container, "name");
		bool restarts = place_has_text(container, "restartPolicy");

		place_word(status, &at, container, "restartPolicy", policies, false);
		common_validate(status, container, value_get(spec, "volumes"), &at);
		if (name && *name &&
			(has_member(init, i, "name", name) ||
				has_member(containers, value_count(containers), "name", name)))
			name_duplicate(status, container, &at);
		if (restarts)
			running_validate(status, container, &at);
		for (size_t k = 0; !restarts && k < sizeof running / sizeof *running; k++) {
			if (value_get(container, running[k]))
				place_forbidden(status, &at, running[k],
					"may not be set for init containers without restartPolicy=Always");
		}
	}
}

void
pod_containers_validate(struct status *status, const struct value *spec, const struct place *path)
{
	const struct place list = { path, "containers", 0 };

	ordinary_validate(status, spec, path);
	init_validate(status, spec, path);
	if (value_get_bool(spec, "hostNetwork", false))
		host_network_validate(status, value_get(spec, "containers"), &list);
}
