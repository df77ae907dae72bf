/*
 * The checks of containers: names, images, ports, handlers and probes, and the order in which all the rest is looked at.
 * Follows validateContainers, validateInitContainers, validateEphemeralContainers and what they call in
 * pkg/apis/core/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

static const char *const pull_policies[] = { "Always", "IfNotPresent", "Never", NULL };
static const char *const message_policies[] = { "File", "FallbackToLogsOnError", NULL };

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

static void
exec_validate(const struct pod_check *check, const struct value *handler, const struct place *at)
{
	if (!value_count(value_get(handler, "command")))
		place_required(check->status, at, "command", NULL);
}

/* Letters, digits and hyphens */
static int
check_header_name(const char *text, struct str *out)
{
	size_t len = 0;

	while (ascii_isalnum((unsigned char)text[len]) || text[len] == '-')
		len++;
	if (len && !text[len])
		return 0;
	str_add(out, "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used "
		     "for validation is '[-A-Za-z0-9]+')\n");
	return 1;
}

static void
http_get_validate(const struct pod_check *check, const struct value *handler, const struct place *at)
{
	static const char *const schemes[] = { "HTTP", "HTTPS", NULL };
	const struct value *headers = value_get(handler, "httpHeaders");

	if (!place_has_text(handler, "path"))
		place_required(check->status, at, "path", NULL);
	place_port(check->status, at, handler, "port", true);
	place_one_of(check->status, at, handler, "scheme", schemes);
	for (size_t i = 0; i < value_count(headers); i++)
		place_check_text(check->status, at, "httpHeaders", value_get_text(value_at(headers, i), "name"),
			check_header_name);
}

static void
tcp_validate(const struct pod_check *check, const struct value *handler, const struct place *at)
{
	place_port(check->status, at, handler, "port", true);
}

static void
grpc_validate(const struct pod_check *check, const struct value *handler, const struct place *at)
{
	place_port(check->status, at, handler, "port", false);
}

static void
sleep_validate(const struct pod_check *check, const struct value *handler, const struct place *at)
{
	int64_t seconds = value_get_int(handler, "seconds", 0),
		grace = value_get_int(check->spec, "terminationGracePeriodSeconds", 0);
	char *detail;

	if (seconds > 0 && seconds <= grace)
		return;
	detail = xasprintf("must be greater than 0 and less than terminationGracePeriodSeconds (%lld). Enable "
			   "AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.",
		(long long)grace);
	place_invalid_int(check->status, at, NULL, seconds, detail);
	free(detail);
}

static const struct {
	const char *name;
	void (*validate)(const struct pod_check *check, const struct value *handler, const struct place *at);
} handlers[] = {
	{ "exec", exec_validate },
	{ "httpGet", http_get_validate },
	{ "tcpSocket", tcp_validate },
	{ "grpc", grpc_validate },
	{ "sleep", sleep_validate },
};

static void
handler_validate(const struct pod_check *check, const struct value *owner, const struct place *at)
{
	size_t found = 0;

	for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
		const struct value *handler = value_get(owner, handlers[i].name);
		const struct place inner = { at, handlers[i].name, 0 };

		if (!handler)
			continue;
		if (found++)
			place_forbidden(check->status, &inner, NULL, "may not specify more than 1 handler type");
		else
			handlers[i].validate(check, handler, &inner);
	}
	if (!found)
		place_required(check->status, at, NULL, "must specify a handler type");
}

static const struct probe_kind {
	const char *name;
	bool once; /* one success has to be enough; the other kind has no grace period of its own */
} probe_kinds[] = {
	{ "livenessProbe", true },
	{ "readinessProbe", false },
	{ "startupProbe", true },
};

static void
probe_validate(const struct pod_check *check, const struct value *probe, const struct probe_kind *kind,
	const struct place *path)
{
	static const char *const counts[] = { "initialDelaySeconds", "timeoutSeconds", "periodSeconds",
		"successThreshold", "failureThreshold" };
	const struct value *grace = value_get(probe, "terminationGracePeriodSeconds");
	const struct place at = { path, kind->name, 0 };

	handler_validate(check, probe, &at);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		place_not_negative(check->status, &at, probe, counts[i]);
	if (grace && grace->type == VALUE_INT && grace->integer <= 0)
		place_invalid(check->status, &at, "terminationGracePeriodSeconds", grace, "must be greater than 0");
	if (kind->once && value_get_int(probe, "successThreshold", 1) != 1)
		place_invalid(check->status, &at, "successThreshold", value_get(probe, "successThreshold"), "must be 1");
	if (!kind->once && grace)
		place_invalid(check->status, &at, "terminationGracePeriodSeconds", grace,
			"must not be set for readinessProbes");
}

/* What containers of all lists have in common. */
static void
common_validate(const struct pod_check *check, const struct value *container, const struct place *at)
{
	const struct place resources = { at, "resources", 0 };
	struct status *status = check->status;

	if (!place_has_text(container, "name"))
		place_required(status, at, "name", NULL);
	else
		place_check(status, at, container, "name", check_dns1123_label);
	if (!place_has_text(container, "image"))
		place_required(status, at, "image", NULL);
	place_word(status, at, container, "terminationMessagePolicy", message_policies, true);
	ports_validate(status, value_get(container, "ports"), at);
	pod_env_validate(status, container, at);
	pod_mounts_validate(check, container, at);
	place_word(status, at, container, "imagePullPolicy", pull_policies, true);
	pod_resources_validate(status, value_get(container, "resources"), &resources);
	container_security_validate(status, container, at);
}

static void
running_validate(const struct pod_check *check, const struct value *container, const struct place *at)
{
	static const char *const hooks[] = { "postStart", "preStop" };
	const struct value *lifecycle = value_get(container, "lifecycle");
	const struct place inner = { at, "lifecycle", 0 };

	for (size_t i = 0; i < 2; i++) {
		const struct place hook = { &inner, hooks[i], 0 };

		if (value_get(lifecycle, hooks[i]))
			handler_validate(check, value_get(lifecycle, hooks[i]), &hook);
	}
	for (size_t i = 0; i < sizeof probe_kinds / sizeof *probe_kinds; i++) {
		const struct value *probe = value_get(container, probe_kinds[i].name);

		if (probe)
			probe_validate(check, probe, &probe_kinds[i], at);
	}
}

/* Whether one of the first `count` containers has the name; one without a name counts as named "". */
static bool
is_named(const struct value *containers, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		const char *other = value_get_text(value_at(containers, i), "name");

		if (!strcmp(other ? other : "", name))
			return true;
	}
	return false;
}

static const char *
name_of(const struct value *container)
{
	const char *name = value_get_text(container, "name");

	return name ? name : "";
}

static void
name_duplicate(struct status *status, const struct value *container, const struct place *at)
{
	char *shown = xasprintf("\"%s\"", name_of(container));

	place_duplicate(status, at, "name", shown);
	free(shown);
}

/* No two ports of the containers from first to last may want the same port of the host. */
static void
host_ports_validate(
	struct status *status, const struct value *containers, size_t first, size_t last, const struct place *list)
{
	VEC(char *) taken = VEC_INIT;

	for (size_t i = first; i < last; i++) {
		const struct value *ports = value_get(value_at(containers, i), "ports");
		const struct place container = { list, NULL, i - first }, ports_at = { &container, "ports", 0 };

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
ordinary_validate(const struct pod_check *check, const struct place *path)
{
	const struct value *containers = value_get(check->spec, "containers");
	const struct place list = { path, "containers", 0 };

	if (!value_count(containers))
		place_required(check->status, &list, NULL, NULL);
	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *container = value_at(containers, i);
		const struct place at = { &list, NULL, i };

		common_validate(check, container, &at);
		if (is_named(containers, i, name_of(container)))
			name_duplicate(check->status, container, &at);
		running_validate(check, container, &at);
		if (value_get(container, "restartPolicy"))
			place_forbidden(
				check->status, &at, "restartPolicy", "may not be set for non-init containers");
	}
	host_ports_validate(check->status, containers, 0, value_count(containers), &list);
}

static void
init_validate(const struct pod_check *check, const struct place *path)
{
	static const char *const running[] = { "lifecycle", "livenessProbe", "readinessProbe", "startupProbe" };
	static const char *const policies[] = { "Always", NULL };
	const struct value *containers = value_get(check->spec, "containers"),
			   *init = value_get(check->spec, "initContainers");
	const struct place list = { path, "initContainers", 0 };

	for (size_t i = 0; i < value_count(init); i++) {
		const struct value *container = value_at(init, i);
		const struct place at = { &list, NULL, i };
		const char *name = name_of(container), *policy = value_get_text(container, "restartPolicy");
		bool restarts = policy && !strcmp(policy, "Always");

		common_validate(check, container, &at);
		if (policy)
			place_one_of(check->status, &at, container, "restartPolicy", policies);
		if ((*name && is_named(init, i, name)) || is_named(containers, value_count(containers), name))
			name_duplicate(check->status, container, &at);
		host_ports_validate(check->status, init, i, i + 1, &list);
		if (restarts)
			running_validate(check, container, &at);
		for (size_t k = 0; !restarts && k < sizeof running / sizeof *running; k++) {
			if (value_get(container, running[k]))
				place_forbidden(check->status, &at, running[k],
					"may not be set for init containers without restartPolicy=Always");
		}
	}
}

static void
image_validate(struct status *status, const struct value *container, const struct place *at)
{
	const char *image = value_get_text(container, "image");
	size_t len = image ? strlen(image) : 0;

	if (len && (ascii_isspace((unsigned char)image[0]) || ascii_isspace((unsigned char)image[len - 1])))
		place_invalid(status, at, "image", value_get(container, "image"),
			"must not have leading or trailing whitespace");
}

static void
ephemeral_validate(const struct pod_check *check, const struct place *path)
{
	static const char *const foreign[] = { "ports", "resources", "livenessProbe", "readinessProbe", "startupProbe",
		"lifecycle", "restartPolicy" };
	static const char refused[] = "cannot be set for an Ephemeral Container";
	const struct value *ephemeral = value_get(check->spec, "ephemeralContainers");
	const struct value *containers = value_get(check->spec, "containers"),
			   *init = value_get(check->spec, "initContainers");
	const struct place list = { path, "ephemeralContainers", 0 };

	for (size_t i = 0; i < value_count(ephemeral); i++) {
		const struct value *container = value_at(ephemeral, i);
		const struct place at = { &list, NULL, i };
		const char *name = name_of(container), *target = value_get_text(container, "targetContainerName");

		common_validate(check, container, &at);
		image_validate(check->status, container, &at);
		if (is_named(ephemeral, i, name) || is_named(containers, value_count(containers), name) ||
			is_named(init, value_count(init), name))
			name_duplicate(check->status, container, &at);
		if (target && *target && !is_named(containers, value_count(containers), target) &&
			!is_named(init, value_count(init), target))
			place_not_found(check->status, &at, "targetContainerName",
				value_get(container, "targetContainerName"));
		for (size_t k = 0; k < sizeof foreign / sizeof *foreign; k++) {
			const struct value *field = value_get(container, foreign[k]);

			if (field && (strcmp(foreign[k], "resources") != 0 || value_count(field)))
				place_forbidden(check->status, &at, foreign[k], refused);
		}
	}
}

void
pod_containers_validate(const struct pod_check *check, const struct place *path)
{
	ordinary_validate(check, path);
	init_validate(check, path);
	ephemeral_validate(check, path);
}

void
pod_images_validate(struct status *status, const struct value *spec, const struct place *path)
{
	static const char *const lists[] = { "containers", "initContainers" };

	for (size_t l = 0; l < 2; l++) {
		const struct value *containers = value_get(spec, lists[l]);
		const struct place list = { path, lists[l], 0 };

		for (size_t i = 0; i < value_count(containers); i++) {
			const struct place at = { &list, NULL, i };

			image_validate(status, value_at(containers, i), &at);
		}
	}
}
