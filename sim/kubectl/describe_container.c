/* The containers of pods and templates, for describe; follows describe.go's describeContainers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kubectl/describe.h"
#include "kubectl/format.h"

static void
ports_line(struct describe *page, const struct value *container, const char *field, const char *title)
{
	const struct value *ports = value_get(container, "ports");
	struct str text = STR_INIT;

	for (size_t i = 0; i < value_count(ports); i++)
		str_addf(&text, "%s%lld/%s", i ? ", " : "", (long long)value_get_int(value_at(ports, i), field, 0),
			describe_text(value_at(ports, i), "protocol", "TCP"));
	describe_line(page, 2, "%s%s:\t%s", title, value_count(ports) > 1 ? "s" : "", text.len ? text.buf : "<none>");
	str_release(&text);
}

/* "Title:\tfirst line", further lines below it. */
static void
text_lines(struct describe *page, const char *title, const char *text)
{
	for (bool first = true; ; first = false) {
		size_t len = strcspn(text, "\n");

		describe_line(page, 3, "%s%s%.*s", first && title ? title : "", title ? "\t" : "", (int)len, text);
		if (!text[len])
			return;
		text += len + 1;
	}
}

static void
words_lines(struct describe *page, const char *title, const struct value *words)
{
	if (value_count(words))
		describe_line(page, 2, "%s:", title);
	for (size_t i = 0; i < value_count(words); i++)
		text_lines(page, NULL, value_text(value_at(words, i)));
}

void
describe_seccomp(struct describe *page, unsigned level, const struct value *context)
{
	const struct value *profile = value_get(context, "seccompProfile");
	const char *type = describe_text(profile, "type", "");

	if (!profile)
		return;
	describe_line(page, level, "SeccompProfile:\t%s", type);
	if (strcmp(type, "Localhost") == 0)
		describe_line(page, level ? level + 1 : 0, "LocalhostProfile:\t%s", describe_text(profile, "localhostProfile", ""));
}

static void
terminated_lines(struct describe *page, const struct value *terminated)
{
	struct arena arena = ARENA_INIT;
	long long signal = value_get_int(terminated, "signal", 0);

	if (value_get_text(terminated, "reason"))
		describe_line(page, 3, "Reason:\t%s", value_get_text(terminated, "reason"));
	if (value_get_text(terminated, "message"))
		describe_line(page, 3, "Message:\t%s", value_get_text(terminated, "message"));
	describe_line(page, 3, "Exit Code:\t%lld", (long long)value_get_int(terminated, "exitCode", 0));
	if (signal > 0)
		describe_line(page, 3, "Signal:\t%lld", signal);
	describe_line(page, 3, "Started:\t%s", describe_time(&arena, value_get_text(terminated, "startedAt")));
	describe_line(page, 3, "Finished:\t%s", describe_time(&arena, value_get_text(terminated, "finishedAt")));
	arena_release(&arena);
}

static void
state_lines(struct describe *page, const char *title, const struct value *state)
{
	const struct value *running = value_get(state, "running"), *terminated = value_get(state, "terminated");
	const char *reason = value_get_text(value_get(state, "waiting"), "reason");
	struct arena arena = ARENA_INIT;

	describe_line(page, 2, "%s:\t%s", title, running ? "Running" : terminated ? "Terminated" : "Waiting");
	if (running)
		describe_line(page, 3, "Started:\t%s", describe_time(&arena, value_get_text(running, "startedAt")));
	else if (terminated)
		terminated_lines(page, terminated);
	else if (reason)
		describe_line(page, 3, "Reason:\t%s", reason);
	arena_release(&arena);
}

static void
status_lines(struct describe *page, const struct value *status)
{
	if (!status)
		return;
	state_lines(page, "State", value_get(status, "state"));
	if (value_path(status, "lastState.terminated"))
		state_lines(page, "Last State", value_get(status, "lastState"));
	describe_line(page, 2, "Ready:\t%s", value_get_bool(status, "ready", false) ? "True" : "False");
	describe_line(page, 2, "Restart Count:\t%lld", (long long)value_get_int(status, "restartCount", 0));
}

static void
quantities(struct describe *page, const char *title, const struct value *map)
{
	size_t n;
	const struct value_entry **entries = format_sorted(map, &n);

	if (n)
		describe_line(page, 2, "%s:", title);
	for (size_t i = 0; i < n; i++) {
		struct str text = STR_INIT;

		format_scalar(entries[i]->value, &text);
		describe_line(page, 3, "%s:\t%s", entries[i]->key, text.buf);
		str_release(&text);
	}
	free(entries);
}

static void
add_probe_action(const struct value *probe, struct str *out)
{
	const struct value *http = value_get(probe, "httpGet"), *tcp = value_get(probe, "tcpSocket");
	const struct value *command = value_path(probe, "exec.command"), *grpc = value_get(probe, "grpc");

	if (http) {
		for (const char *c = describe_text(http, "scheme", "HTTP"); *c; c++)
			str_addch(out, (char)ascii_tolower((unsigned char)*c));
		str_addf(out, "://%s:", describe_text(http, "host", ""));
		format_scalar(value_get(http, "port"), out);
		str_add(out, describe_text(http, "path", ""));
	} else if (tcp) {
		str_addf(out, "%s:", describe_text(tcp, "host", ""));
		format_scalar(value_get(tcp, "port"), out);
	} else if (grpc) {
		str_addf(out, "<pod>:%lld %s", (long long)value_get_int(grpc, "port", 0), describe_text(grpc, "service", ""));
	} else if (command) {
		for (size_t i = 0; i < value_count(command); i++)
			str_addf(out, "%s%s", i ? " " : "[", value_text(value_at(command, i)));
		str_add(out, "]");
	}
}

static void
probe_line(struct describe *page, const char *title, const struct value *probe)
{
	struct str action = STR_INIT;

	if (!probe)
		return;
	add_probe_action(probe, &action);
	describe_line(page, 2, "%s:\t%s %s delay=%llds timeout=%llds period=%llds #success=%lld #failure=%lld", title,
		value_get(probe, "httpGet") ? "http-get" : value_get(probe, "tcpSocket") ? "tcp-socket" :
		value_get(probe, "grpc") ? "grpc" : "exec", action.buf,
		(long long)value_get_int(probe, "initialDelaySeconds", 0), (long long)value_get_int(probe, "timeoutSeconds", 1),
		(long long)value_get_int(probe, "periodSeconds", 10), (long long)value_get_int(probe, "successThreshold", 1),
		(long long)value_get_int(probe, "failureThreshold", 3));
	str_release(&action);
}

/* Of the fields that a variable may be, kubectl itself knows these two. */
static const char *
field_value(const struct object *pod, const char *path)
{
	if (pod && strcmp(path, "metadata.name") == 0)
		return pod->name;
	return pod && strcmp(path, "metadata.namespace") == 0 ? pod->namespace : "";
}

/* resourceFieldRef: an amount of this very container, rounded up to whole divisors; nothing is set: 0. */
static void
amount_line(struct describe *page, const char *name, const struct value *ref, const struct value *container)
{
	const char *resource = describe_text(ref, "resource", ""), *dot = strchr(resource, '.');
	struct str path = STR_INIT;
	const struct value *map;
	double amount = 0, divisor = 0;
	bool of_node;

	str_addf(&path, "resources.%.*s", dot ? (int)(dot - resource) : 0, resource);
	map = value_path(container, path.buf);
	if (!dot || !format_parse_amount(value_get(map, dot + 1), &amount))
		amount = 0;
	if (!format_parse_amount(value_get(ref, "divisor"), &divisor) || divisor <= 0)
		divisor = 1;
	of_node = amount <= 0 && (strcmp(resource, "limits.cpu") == 0 || strcmp(resource, "limits.memory") == 0);
	if (of_node)
		describe_line(page, 3, "%s:\tnode allocatable (%s)", name, resource);
	else
		describe_line(page, 3, "%s:\t%.0f (%s)", name, ceil(amount / divisor - 1e-9), resource);
	str_release(&path);
}

static void
variable_from(struct describe *page, const char *name, const struct value *from, const struct value *container,
	const struct object *pod)
{
	const struct value *field = value_get(from, "fieldRef"), *amount = value_get(from, "resourceFieldRef");
	const struct value *secret = value_get(from, "secretKeyRef"), *config = value_get(from, "configMapKeyRef");
	const struct value *ref = secret ? secret : config;

	if (field)
		describe_line(page, 3, "%s:\t%s (%s:%s)", name, field_value(pod, describe_text(field, "fieldPath", "")),
			describe_text(field, "apiVersion", "v1"), describe_text(field, "fieldPath", ""));
	else if (amount)
		amount_line(page, name, amount, container);
	else if (ref)
		describe_line(page, 3, "%s:\t<set to the key '%s' %s '%s'>\tOptional: %s", name, describe_text(ref, "key", ""),
			secret ? "in secret" : "of config map", describe_text(ref, "name", ""),
			value_get_bool(ref, "optional", false) ? "true" : "false");
}

static void
variables_from_lines(struct describe *page, const struct value *from)
{
	if (value_count(from))
		describe_line(page, 2, "Environment Variables from:");
	for (size_t i = 0; i < value_count(from); i++) {
		const struct value *config = value_get(value_at(from, i), "configMapRef");
		const struct value *ref = config ? config : value_get(value_at(from, i), "secretRef");
		const char *prefix = describe_text(value_at(from, i), "prefix", "");

		describe_line(page, 3, "%s\t%s%s%s%s\tOptional: %s", describe_text(ref, "name", ""), config ? "ConfigMap" : "Secret",
			*prefix ? " with prefix '" : "", prefix, *prefix ? "'" : "",
			value_get_bool(ref, "optional", false) ? "true" : "false");
	}
}

static void
environment_lines(struct describe *page, const struct value *container, const struct object *pod)
{
	const struct value *env = value_get(container, "env");

	variables_from_lines(page, value_get(container, "envFrom"));
	describe_line(page, 2, "Environment:%s", value_count(env) ? "" : "\t<none>");
	for (size_t i = 0; i < value_count(env); i++) {
		const struct value *from = value_get(value_at(env, i), "valueFrom");
		const char *name = describe_text(value_at(env, i), "name", "");
		struct str title = STR_INIT;

		str_addf(&title, "%s:", name);
		if (from)
			variable_from(page, name, from, container, pod);
		else
			text_lines(page, title.buf, describe_text(value_at(env, i), "value", ""));
		str_release(&title);
	}
}

static void
mounts_lines(struct describe *page, const struct value *container)
{
	const struct value *mounts = value_get(container, "volumeMounts"), *devices = value_get(container, "volumeDevices");
	const struct value **sorted = describe_sorted(mounts, "mountPath");

	describe_line(page, 2, "Mounts:%s", value_count(mounts) ? "" : "\t<none>");
	for (size_t i = 0; i < value_count(mounts); i++) {
		const char *sub = value_get_text(sorted[i], "subPath");

		describe_line(page, 3, "%s from %s (%s%s%s%s)", describe_text(sorted[i], "mountPath", ""),
			describe_text(sorted[i], "name", ""), value_get_bool(sorted[i], "readOnly", false) ? "ro" : "rw",
			sub ? ",path=\"" : "", sub ? sub : "", sub ? "\"" : "");
	}
	free(sorted);
	if (value_count(devices))	/* kubectl says "<none>" of them where there are no mounts */
		describe_line(page, 2, "Devices:%s", value_count(mounts) ? "" : "\t<none>");
	sorted = describe_sorted(devices, "devicePath");
	for (size_t i = 0; i < value_count(devices); i++)
		describe_line(page, 3, "%s from %s", describe_text(sorted[i], "devicePath", ""), describe_text(sorted[i], "name", ""));
	free(sorted);
}

static const struct value *
status_of(const struct value *statuses, const char *name)
{
	for (size_t i = 0; i < value_count(statuses); i++)
		if (strcmp(describe_text(value_at(statuses, i), "name", ""), name) == 0)
			return value_at(statuses, i);
	return NULL;
}

static void
describe_container(struct describe *page, const struct value *container, const struct value *status, const struct object *pod)
{
	const struct value *resources = value_get(container, "resources");

	describe_line(page, 1, "%s%s:", pod ? "" : " ", describe_text(container, "name", ""));
	if (status)
		describe_line(page, 2, "Container ID:\t%s", describe_text(status, "containerID", ""));
	describe_line(page, 2, "Image:\t%s", describe_text(container, "image", ""));
	if (status)
		describe_line(page, 2, "Image ID:\t%s", describe_text(status, "imageID", ""));
	ports_line(page, container, "containerPort", "Port");
	ports_line(page, container, "hostPort", "Host Port");
	describe_seccomp(page, 2, value_get(container, "securityContext"));
	words_lines(page, "Command", value_get(container, "command"));
	words_lines(page, "Args", value_get(container, "args"));
	status_lines(page, status);
	quantities(page, "Limits", value_get(resources, "limits"));
	quantities(page, "Requests", value_get(resources, "requests"));
	probe_line(page, "Liveness", value_get(container, "livenessProbe"));
	probe_line(page, "Readiness", value_get(container, "readinessProbe"));
	probe_line(page, "Startup", value_get(container, "startupProbe"));
	environment_lines(page, container, pod);
	mounts_lines(page, container);
}

void
describe_containers(struct describe *page, const char *title, const struct value *containers, const struct value *statuses,
	const struct object *pod)
{
	describe_line(page, pod ? 0 : 1, "%s:%s", title, value_count(containers) ? "" : " <none>");
	for (size_t i = 0; i < value_count(containers); i++)
		describe_container(page, value_at(containers, i),
			status_of(statuses, describe_text(value_at(containers, i), "name", "")), pod);
}
