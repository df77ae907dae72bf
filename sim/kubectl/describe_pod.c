/* describe pod, and the template of workloads; follows describe.go's podDescriber. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kubectl/describe.h"
#include "kubectl/format.h"

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
downward_lines(struct describe *page, const struct value *items)
{
	describe_line(page, 2, "Type:\tDownwardAPI (a volume populated by information about the pod)");
	describe_line(page, 2, "Items:");
	for (size_t i = 0; i < value_count(items); i++) {
		const struct value *item = value_at(items, i), *field = value_get(item, "fieldRef");

		describe_line(page, 3, "%s -> %s", field ? describe_text(field, "fieldPath", "") :
			describe_text(value_get(item, "resourceFieldRef"), "resource", ""), describe_text(item, "path", ""));
	}
}

static void
empty_dir_lines(struct describe *page, const struct value *empty)
{
	double limit = 0;

	describe_line(page, 2, "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)");
	describe_line(page, 2, "Medium:\t%s", describe_text(empty, "medium", ""));
	describe_line(page, 2, "SizeLimit:\t%s", format_parse_amount(value_get(empty, "sizeLimit"), &limit) && limit > 0 ?
		describe_text(empty, "sizeLimit", "") : "<unset>");
}

/* Kinds of volumes whose lines are fields of theirs. */
static const struct volume_row {
	const char *source, *type;
	struct {
		const char *title, *field;
		bool is_bool;
	} lines[3];
} volume_rows[] = {
	{ "hostPath", "HostPath (bare host directory volume)", { { "Path", "path", false }, { "HostPathType", "type", false } } },
	{ "secret", "Secret (a volume populated by a Secret)",
		{ { "SecretName", "secretName", false }, { "Optional", "optional", true } } },
	{ "configMap", "ConfigMap (a volume populated by a ConfigMap)",
		{ { "Name", "name", false }, { "Optional", "optional", true } } },
	{ "persistentVolumeClaim", "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
		{ { "ClaimName", "claimName", false }, { "ReadOnly", "readOnly", true } } },
	{ "nfs", "NFS (an NFS mount that lasts the lifetime of a pod)",
		{ { "Server", "server", false }, { "Path", "path", false }, { "ReadOnly", "readOnly", true } } },
	{ "gitRepo", "GitRepo (a volume that is pulled from git when the pod is created)",
		{ { "Repository", "repository", false }, { "Revision", "revision", false } } },
	{ "image", "Image (a container image or OCI artifact)",
		{ { "Reference", "reference", false }, { "PullPolicy", "pullPolicy", false } } },
};

static bool
field_lines(struct describe *page, const struct value *volume)
{
	for (size_t i = 0; i < sizeof volume_rows / sizeof *volume_rows; i++) {
		const struct volume_row *row = &volume_rows[i];
		const struct value *source = value_get(volume, row->source);

		if (!source)
			continue;
		describe_line(page, 2, "Type:\t%s", row->type);
		for (size_t j = 0; j < sizeof row->lines / sizeof *row->lines && row->lines[j].title; j++)
			describe_line(page, 2, "%s:\t%s", row->lines[j].title, row->lines[j].is_bool ?
				bool_text(source, row->lines[j].field) : describe_text(source, row->lines[j].field, ""));
		return true;
	}
	return false;
}

static void
describe_volume(struct describe *page, const struct value *volume)
{
	if (value_get(volume, "emptyDir"))
		empty_dir_lines(page, value_get(volume, "emptyDir"));
	else if (value_get(volume, "projected"))
		projected_lines(page, value_get(volume, "projected"));
	else if (value_get(volume, "downwardAPI"))
		downward_lines(page, value_path(volume, "downwardAPI.items"));
	else if (!field_lines(page, volume))
		describe_line(page, 1, "<unknown>");
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
	const struct value **sorted = describe_sorted(tolerations, "key");

	if (!n)
		describe_line(page, 0, "%s:\t<none>", title);
	for (size_t i = 0; i < n; i++) {
		struct str text = STR_INIT;

		add_toleration(sorted[i], &text);
		describe_line(page, 0, "%s%s\t%s", i ? "" : title, i ? "" : ":", text.buf);
		str_release(&text);
	}
	free(sorted);
}

/* By topologyKey; indent stands before the title. */
static void
describe_spreading(struct describe *page, const char *indent, const struct value *list)
{
	size_t n = value_count(list);
	const struct value **sorted = describe_sorted(list, "topologyKey");

	for (size_t i = 0; i < n; i++) {
		const struct value *selector = value_get(sorted[i], "labelSelector");
		struct str text = STR_INIT;

		if (selector) {
			str_add(&text, " for selector ");
			format_label_selector(selector, &text);
		}
		describe_line(page, 0, "%s%s\t%s:%s when max skew %lld is exceeded%s", indent,
			i ? "" : "Topology Spread Constraints:", describe_text(sorted[i], "topologyKey", ""),
			describe_text(sorted[i], "whenUnsatisfiable", ""), (long long)value_get_int(sorted[i], "maxSkew", 0), text.buf);
		str_release(&text);
	}
	free(sorted);
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
		describe_containers(page, "Init Containers", value_get(spec, "initContainers"), NULL, NULL);
	describe_containers(page, "Containers", value_get(spec, "containers"), NULL, NULL);
	describe_volumes(page, value_get(spec, "volumes"), true);
	describe_spreading(page, "  ", value_get(spec, "topologySpreadConstraints"));
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
	if (value_get_text(spec, "runtimeClassName"))
		describe_line(page, 0, "Runtime Class Name:\t%s", value_get_text(spec, "runtimeClassName"));
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
	const char *owner = describe_controller(&arena, object), *phase = describe_text(status, "phase", "");

	if (deleted && strcmp(phase, "Failed") != 0 && strcmp(phase, "Succeeded") != 0) {
		describe_line(page, 0, "Status:\tTerminating (lasts %s)", describe_age(&arena, page, deleted));
		describe_line(page, 0, "Termination Grace Period:\t%llds",
			(long long)value_get_int(meta, "deletionGracePeriodSeconds", 0));
	} else {
		describe_line(page, 0, "Status:\t%s", phase);
	}
	if (value_get_text(status, "reason"))
		describe_line(page, 0, "Reason:\t%s", value_get_text(status, "reason"));
	if (value_get_text(status, "message"))
		describe_line(page, 0, "Message:\t%s", value_get_text(status, "message"));
	describe_seccomp(page, 0, value_path(object->root, "spec.securityContext"));
	describe_line(page, 0, "IP:\t%s", describe_text(status, "podIP", ""));
	describe_line(page, 0, "IPs:%s", value_count(ips) ? "" : "\t<none>");
	for (size_t i = 0; i < value_count(ips); i++)
		describe_line(page, 1, "IP:\t%s", describe_text(value_at(ips, i), "ip", ""));
	if (owner)
		describe_line(page, 0, "Controlled By:\t%s", owner);
	if (value_get_text(status, "nominatedNodeName"))
		describe_line(page, 0, "NominatedNodeName:\t%s", value_get_text(status, "nominatedNodeName"));
	arena_release(&arena);
}

static const char *
condition_status(const struct value *conditions, const char *type)
{
	for (size_t i = 0; i < value_count(conditions); i++)
		if (strcmp(describe_text(value_at(conditions, i), "type", ""), type) == 0)
			return describe_text(value_at(conditions, i), "status", "");
	return "<none>";
}

static void
pod_gates(struct describe *page, const struct value *gates, const struct value *conditions)
{
	if (!value_count(gates))
		return;
	describe_line(page, 0, "Readiness Gates:");
	describe_line(page, 1, "Type\tStatus");
	for (size_t i = 0; i < value_count(gates); i++) {
		const char *type = describe_text(value_at(gates, i), "conditionType", "");

		describe_line(page, 1, "%s \t%s ", type, condition_status(conditions, type));
	}
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
	const struct value *init = value_get(spec, "initContainers"), *guests = value_get(spec, "ephemeralContainers");

	pod_head(page, object);
	pod_status(page, object);
	if (value_count(init))
		describe_containers(page, "Init Containers", init, value_get(status, "initContainerStatuses"), object);
	describe_containers(page, "Containers", value_get(spec, "containers"), value_get(status, "containerStatuses"), object);
	if (value_count(guests))
		describe_containers(page, "Ephemeral Containers", guests, value_get(status, "ephemeralContainerStatuses"), object);
	pod_gates(page, value_get(spec, "readinessGates"), value_get(status, "conditions"));
	pod_conditions(page, value_get(status, "conditions"));
	describe_volumes(page, value_get(spec, "volumes"), false);
	describe_line(page, 0, "QoS Class:\t%s", describe_text(status, "qosClass", ""));
	describe_labels(page, "Node-Selectors", value_get(spec, "nodeSelector"));
	describe_tolerations(page, "Tolerations", value_get(spec, "tolerations"));
	describe_spreading(page, "", value_get(spec, "topologySpreadConstraints"));
	describe_events(page, object);
}
