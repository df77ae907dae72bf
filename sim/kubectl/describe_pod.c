/* describe pod, and the template of workloads; follows describe.go's podDescriber and describeContainers. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kubectl/describe.h"
#include "kubectl/format.h"

/* ---- containers ---- */

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

static void
words_lines(struct describe *page, const char *title, const struct value *words)
{
	if (value_count(words))
		describe_line(page, 2, "%s:", title);
	for (size_t i = 0; i < value_count(words); i++) {
		const char *word = value_text(value_at(words, i));

		for (size_t line; word && *word; word += line + (word[line] == '\n')) {
			line = strcspn(word, "\n");
			describe_line(page, 3, "%.*s", (int)line, word);
		}
	}
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

static void
variable_from(struct describe *page, const char *name, const struct value *from)
{
	const struct value *field = value_get(from, "fieldRef"), *secret = value_get(from, "secretKeyRef");
	const struct value *config = value_get(from, "configMapKeyRef"), *ref = secret ? secret : config;

	if (field)
		describe_line(page, 3, "%s:\t (%s:%s)", name, describe_text(field, "apiVersion", "v1"),
			describe_text(field, "fieldPath", ""));
	else if (ref)
		describe_line(page, 3, "%s:\t<set to the key '%s' %s '%s'>\tOptional: %s", name, describe_text(ref, "key", ""),
			secret ? "in secret" : "of config map", describe_text(ref, "name", ""),
			value_get_bool(ref, "optional", false) ? "true" : "false");
}

static void
environment_lines(struct describe *page, const struct value *container)
{
	const struct value *from = value_get(container, "envFrom"), *env = value_get(container, "env");

	if (value_count(from))
		describe_line(page, 2, "Environment Variables from:");
	for (size_t i = 0; i < value_count(from); i++) {
		const struct value *config = value_get(value_at(from, i), "configMapRef");
		const struct value *ref = config ? config : value_get(value_at(from, i), "secretRef");

		describe_line(page, 3, "%s\t%s\tOptional: %s", describe_text(ref, "name", ""), config ? "ConfigMap" : "Secret",
			value_get_bool(ref, "optional", false) ? "true" : "false");
	}
	describe_line(page, 2, "Environment:%s", value_count(env) ? "" : "\t<none>");
	for (size_t i = 0; i < value_count(env); i++) {
		const char *name = describe_text(value_at(env, i), "name", "");

		if (value_get(value_at(env, i), "valueFrom"))
			variable_from(page, name, value_get(value_at(env, i), "valueFrom"));
		else
			describe_line(page, 3, "%s:\t%s", name, describe_text(value_at(env, i), "value", ""));
	}
}

static void
mounts_lines(struct describe *page, const struct value *container)
{
	const struct value *mounts = value_get(container, "volumeMounts");

	describe_line(page, 2, "Mounts:%s", value_count(mounts) ? "" : "\t<none>");
	for (size_t i = 0; i < value_count(mounts); i++) {
		const struct value *mount = value_at(mounts, i);
		const char *sub = value_get_text(mount, "subPath");

		describe_line(page, 3, "%s from %s (%s%s%s%s)", describe_text(mount, "mountPath", ""),
			describe_text(mount, "name", ""), value_get_bool(mount, "readOnly", false) ? "ro" : "rw", sub ? ",path=\"" : "",
			sub ? sub : "", sub ? "\"" : "");
	}
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
describe_container(struct describe *page, const struct value *container, const struct value *status, bool template)
{
	const struct value *resources = value_get(container, "resources");

	describe_line(page, 1, "%s%s:", template ? " " : "", describe_text(container, "name", ""));
	if (status)
		describe_line(page, 2, "Container ID:\t%s", describe_text(status, "containerID", ""));
	describe_line(page, 2, "Image:\t%s", describe_text(container, "image", ""));
	if (status)
		describe_line(page, 2, "Image ID:\t%s", describe_text(status, "imageID", ""));
	ports_line(page, container, "containerPort", "Port");
	ports_line(page, container, "hostPort", "Host Port");
	words_lines(page, "Command", value_get(container, "command"));
	words_lines(page, "Args", value_get(container, "args"));
	status_lines(page, status);
	quantities(page, "Limits", value_get(resources, "limits"));
	quantities(page, "Requests", value_get(resources, "requests"));
	probe_line(page, "Liveness", value_get(container, "livenessProbe"));
	probe_line(page, "Readiness", value_get(container, "readinessProbe"));
	probe_line(page, "Startup", value_get(container, "startupProbe"));
	environment_lines(page, container);
	mounts_lines(page, container);
}

static void
describe_containers(struct describe *page, const char *title, const struct value *containers, const struct value *statuses,
	bool template)
{
	describe_line(page, template, "%s:%s", title, value_count(containers) ? "" : " <none>");
	for (size_t i = 0; i < value_count(containers); i++)
		describe_container(page, value_at(containers, i),
			status_of(statuses, describe_text(value_at(containers, i), "name", "")), template);
}

/* ---- volumes ---- */

static const char *
optional_text(const struct value *source)
{
	const struct value *optional = value_get(source, "optional");

	return !optional ? "<nil>" : optional->boolean ? "true" : "false";
}

static const char *
bool_text(const struct value *source, const char *field)
{
	return value_get_bool(source, field, false) ? "true" : "false";
}

static void
projected_lines(struct describe *page, const struct value *projected)
{
	const struct value *sources = value_get(projected, "sources");

	describe_line(page, 2, "Type:\tProjected (a volume that contains injected data from multiple sources)");
	for (size_t i = 0; i < value_count(sources); i++) {
		const struct value *source = value_at(sources, i);
		const struct value *secret = value_get(source, "secret"), *config = value_get(source, "configMap");
		const struct value *token = value_get(source, "serviceAccountToken");

		if (secret) {
			describe_line(page, 2, "SecretName:\t%s", describe_text(secret, "name", ""));
			describe_line(page, 2, "SecretOptionalName:\t%s", optional_text(secret));
		} else if (value_get(source, "downwardAPI")) {
			describe_line(page, 2, "DownwardAPI:\ttrue");
		} else if (config) {
			describe_line(page, 2, "ConfigMapName:\t%s", describe_text(config, "name", ""));
			describe_line(page, 2, "ConfigMapOptional:\t%s", optional_text(config));
		} else if (token) {
			describe_line(page, 2, "TokenExpirationSeconds:\t%lld", (long long)value_get_int(token, "expirationSeconds", 3600));
		}
	}
}

static void
describe_volume(struct describe *page, const struct value *volume)
{
	const struct value *host = value_get(volume, "hostPath"), *empty = value_get(volume, "emptyDir");
	const struct value *secret = value_get(volume, "secret"), *config = value_get(volume, "configMap");
	const struct value *claim = value_get(volume, "persistentVolumeClaim");

	if (host) {
		describe_line(page, 2, "Type:\tHostPath (bare host directory volume)");
		describe_line(page, 2, "Path:\t%s", describe_text(host, "path", ""));
		describe_line(page, 2, "HostPathType:\t%s", describe_text(host, "type", ""));
	} else if (empty) {
		describe_line(page, 2, "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)");
		describe_line(page, 2, "Medium:\t%s", describe_text(empty, "medium", ""));
		describe_line(page, 2, "SizeLimit:\t%s", describe_text(empty, "sizeLimit", "<unset>"));
	} else if (secret) {
		describe_line(page, 2, "Type:\tSecret (a volume populated by a Secret)");
		describe_line(page, 2, "SecretName:\t%s", describe_text(secret, "secretName", ""));
		describe_line(page, 2, "Optional:\t%s", bool_text(secret, "optional"));
	} else if (config) {
		describe_line(page, 2, "Type:\tConfigMap (a volume populated by a ConfigMap)");
		describe_line(page, 2, "Name:\t%s", describe_text(config, "name", ""));
		describe_line(page, 2, "Optional:\t%s", bool_text(config, "optional"));
	} else if (claim) {
		describe_line(page, 2, "Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)");
		describe_line(page, 2, "ClaimName:\t%s", describe_text(claim, "claimName", ""));
		describe_line(page, 2, "ReadOnly:\t%s", bool_text(claim, "readOnly"));
	} else if (value_get(volume, "projected")) {
		projected_lines(page, value_get(volume, "projected"));
	} else {
		describe_line(page, 1, "<unknown>");
	}
}

static void
describe_volumes(struct describe *page, const struct value *volumes, bool template)
{
	describe_line(page, template, "Volumes:%s", value_count(volumes) ? "" : "\t<none>");
	for (size_t i = 0; i < value_count(volumes); i++) {
		describe_line(page, 1, "%s%s:", template ? " " : "", describe_text(value_at(volumes, i), "name", ""));
		describe_volume(page, value_at(volumes, i));
	}
}

/* ---- where it may run ---- */

static void
add_toleration(const struct value *toleration, struct str *out)
{
	const char *key = describe_text(toleration, "key", ""), *value = describe_text(toleration, "value", "");
	const char *effect = describe_text(toleration, "effect", "");
	const struct value *seconds = value_get(toleration, "tolerationSeconds");

	str_addf(out, "%s%s%s%s%s", key, *value ? "=" : "", value, *effect ? ":" : "", effect);
	if (strcmp(describe_text(toleration, "operator", ""), "Exists") == 0 && !*value)
		str_addf(out, "%sop=Exists", *key || *effect ? " " : "");
	if (seconds)
		str_addf(out, " for %llds", (long long)seconds->integer);
}

static void
describe_tolerations(struct describe *page, const char *title, const struct value *tolerations)
{
	size_t n = value_count(tolerations);

	if (!n)
		describe_line(page, 0, "%s:\t<none>", title);
	for (size_t i = 0; i < n; i++) {
		struct str text = STR_INIT;

		add_toleration(value_at(tolerations, i), &text);
		describe_line(page, 0, "%s%s\t%s", i ? "" : title, i ? "" : ":", text.buf);
		str_release(&text);
	}
}

void
describe_pod_template(struct describe *page, const struct value *template)
{
	const struct value *spec = value_get(template, "spec"), *meta = value_get(template, "metadata");

	describe_line(page, 0, "Pod Template:");
	describe_labels(page, "  Labels", value_get(meta, "labels"));
	if (value_count(value_get(meta, "annotations")))
		describe_annotations(page, "  Annotations", value_get(meta, "annotations"));
	if (value_get_text(spec, "serviceAccountName"))
		describe_line(page, 1, "Service Account:\t%s", value_get_text(spec, "serviceAccountName"));
	if (value_count(value_get(spec, "initContainers")))
		describe_containers(page, "Init Containers", value_get(spec, "initContainers"), NULL, true);
	describe_containers(page, "Containers", value_get(spec, "containers"), NULL, true);
	describe_volumes(page, value_get(spec, "volumes"), true);
	if (value_get_text(spec, "priorityClassName"))
		describe_line(page, 1, "Priority Class Name:\t%s", value_get_text(spec, "priorityClassName"));
	describe_labels(page, "  Node-Selectors", value_get(spec, "nodeSelector"));
	describe_tolerations(page, "  Tolerations", value_get(spec, "tolerations"));
}

/* ---- pod ---- */

static void
pod_head(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *status = value_get(object->root, "status");
	struct arena arena = ARENA_INIT;
	const char *node = value_get_text(spec, "nodeName");

	describe_line(page, 0, "Name:\t%s", object->name);
	describe_line(page, 0, "Namespace:\t%s", object->namespace);
	if (value_get(spec, "priority"))
		describe_line(page, 0, "Priority:\t%lld", (long long)value_get_int(spec, "priority", 0));
	if (value_get_text(spec, "priorityClassName"))
		describe_line(page, 0, "Priority Class Name:\t%s", value_get_text(spec, "priorityClassName"));
	if (value_get_text(spec, "serviceAccountName"))
		describe_line(page, 0, "Service Account:\t%s", value_get_text(spec, "serviceAccountName"));
	if (node)
		describe_line(page, 0, "Node:\t%s/%s", node, describe_text(status, "hostIP", ""));
	else
		describe_line(page, 0, "Node:\t<none>");
	if (value_get_text(status, "startTime"))
		describe_line(page, 0, "Start Time:\t%s", describe_time(&arena, value_get_text(status, "startTime")));
	describe_labels(page, "Labels", value_get(object_meta(object), "labels"));
	describe_annotations(page, "Annotations", value_get(object_meta(object), "annotations"));
	arena_release(&arena);
}

static void
pod_status(struct describe *page, const struct object *object)
{
	const struct value *status = value_get(object->root, "status"), *meta = object_meta(object);
	const char *deleted = value_get_text(meta, "deletionTimestamp");
	const struct value *ips = value_get(status, "podIPs");
	struct arena arena = ARENA_INIT;
	const char *owner = describe_controller(&arena, object);

	if (deleted) {
		describe_line(page, 0, "Status:\tTerminating (lasts %s)", describe_age(&arena, page, deleted));
		describe_line(page, 0, "Termination Grace Period:\t%llds",
			(long long)value_get_int(meta, "deletionGracePeriodSeconds", 0));
	} else {
		describe_line(page, 0, "Status:\t%s", describe_text(status, "phase", ""));
	}
	if (value_get_text(status, "reason"))
		describe_line(page, 0, "Reason:\t%s", value_get_text(status, "reason"));
	if (value_get_text(status, "message"))
		describe_line(page, 0, "Message:\t%s", value_get_text(status, "message"));
	describe_line(page, 0, "IP:\t%s", describe_text(status, "podIP", ""));
	describe_line(page, 0, "IPs:%s", value_count(ips) ? "" : "\t<none>");
	for (size_t i = 0; i < value_count(ips); i++)
		describe_line(page, 1, "IP:\t%s", describe_text(value_at(ips, i), "ip", ""));
	if (owner)
		describe_line(page, 0, "Controlled By:\t%s", owner);
	arena_release(&arena);
}

static void
pod_conditions(struct describe *page, const struct value *conditions)
{
	if (!value_count(conditions))
		return;
	describe_line(page, 0, "Conditions:");
	describe_line(page, 1, "Type\tStatus");
	for (size_t i = 0; i < value_count(conditions); i++)
		describe_line(page, 1, "%s \t%s ", describe_text(value_at(conditions, i), "type", ""),
			describe_text(value_at(conditions, i), "status", ""));
}

void
describe_pod(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *status = value_get(object->root, "status");
	const struct value *init = value_get(spec, "initContainers");

	pod_head(page, object);
	pod_status(page, object);
	if (value_count(init))
		describe_containers(page, "Init Containers", init, value_get(status, "initContainerStatuses"), false);
	describe_containers(page, "Containers", value_get(spec, "containers"), value_get(status, "containerStatuses"), false);
	pod_conditions(page, value_get(status, "conditions"));
	describe_volumes(page, value_get(spec, "volumes"), false);
	describe_line(page, 0, "QoS Class:\t%s", describe_text(status, "qosClass", ""));
	describe_labels(page, "Node-Selectors", value_get(spec, "nodeSelector"));
	describe_tolerations(page, "Tolerations", value_get(spec, "tolerations"));
	describe_events(page, object);
}
