/*
 * Pods: what admission puts into each (ServiceAccount with its token, Priority, the default tolerations), the first
 * status, and what is checked of a pod beside its spec.  Follows
 * plugin/pkg/admission/{serviceaccount,priority,defaulttolerationseconds}, pkg/registry/core/pod/strategy.go,
 * pkg/apis/core/v1/helper/qos and ValidatePodCreate in pkg/apis/core/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#define TOKEN_PATH "/var/run/secrets/kubernetes.io/serviceaccount"
#define TOKEN_SECONDS 3607
#define TOLERATION_SECONDS 300
#define MIRROR "kubernetes.io/config.mirror" /* a static pod, seen through the API */

static void
pod_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec");

	pod_spec_defaults(arena, spec);
	pod_requests_from_limits(arena, spec);
	if (!value_get(spec, "enableServiceLinks"))
		value_set_bool(arena, spec, "enableServiceLinks", true);
}

/* Whether requests and limits of every amount that counts are there and equal: 2; some amount at all: 1; none: 0. */
static int
guarantee(const struct value *container)
{
	static const char *const counted[] = { "cpu", "memory" };
	const struct value *limits = value_path(container, "resources.limits");
	const struct value *requests = value_path(container, "resources.requests");
	int some = 0, equal = 0;

	for (size_t i = 0; i < 2; i++) {
		const char *limit = value_get_text(limits, counted[i]), *request = value_get_text(requests, counted[i]);

		some |= limit || request;
		equal += limit && request && !strcmp(limit, request);
	}
	return equal == 2 ? 2 : some;
}

static const char *
qos_class(const struct value *spec)
{
	static const char *const lists[] = { "containers", "initContainers" };
	int least = 2, most = 0;

	for (size_t l = 0; l < 2; l++) {
		const struct value *containers = value_get(spec, lists[l]);

		for (size_t i = 0; i < value_count(containers); i++) {
			int this = guarantee(value_at(containers, i));

			least = this < least ? this : least;
			most = this > most ? this : most;
		}
	}
	return !most ? "BestEffort" : least == 2 ? "Guaranteed" : "Burstable";
}

/* What kubectl shows as SchedulingGated; the scheduler doesn't look at the pod before the gates are gone. */
static void
put_gated(struct arena *arena, struct value *status)
{
	struct value *condition = value_map(arena);

	value_set(arena, condition, "lastProbeTime", value_null(arena));
	value_set(arena, condition, "lastTransitionTime", value_null(arena));
	value_set_text(arena, condition, "message", "Scheduling is blocked due to non-empty scheduling gates");
	value_set_text(arena, condition, "reason", "SchedulingGated");
	value_set_text(arena, condition, "status", "False");
	value_set_text(arena, condition, "type", "PodScheduled");
	value_append(arena, value_make_list(arena, status, "conditions"), condition);
}

static void
pod_prepare(struct change *change)
{
	struct value *status;

	pod_spec_drop_disabled(value_get(change->new, "spec"));
	if (change->old)
		return;
	status = value_make_map(change->arena, change->new, "status");
	workload_set_default_text(change->arena, status, "phase", "Pending");
	value_set_text(change->arena, status, "qosClass", qos_class(value_get(change->new, "spec")));
	if (value_count(value_path(change->new, "spec.schedulingGates")))
		put_gated(change->arena, status);
	pod_affinity_merge_keys(change->arena, change->new);
}

static bool
tolerates(const struct value *tolerations, const char *key)
{
	for (size_t i = 0; i < value_count(tolerations); i++) {
		const char *other = value_get_text(value_at(tolerations, i), "key");
		const char *effect = value_get_text(value_at(tolerations, i), "effect");

		if ((!other || !*other || !strcmp(other, key)) && (!effect || !*effect || !strcmp(effect, "NoExecute")))
			return true;
	}
	return false;
}

static void
add_tolerations(struct change *change, struct value *spec)
{
	static const char *const keys[] = { "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable" };

	for (size_t i = 0; i < 2; i++) {
		struct value *toleration;

		if (tolerates(value_get(spec, "tolerations"), keys[i]))
			continue;
		toleration = value_map(change->arena);
		value_set_text(change->arena, toleration, "effect", "NoExecute");
		value_set_text(change->arena, toleration, "key", keys[i]);
		value_set_text(change->arena, toleration, "operator", "Exists");
		value_set_int(change->arena, toleration, "tolerationSeconds", TOLERATION_SECONDS);
		value_append(change->arena, value_make_list(change->arena, spec, "tolerations"), toleration);
	}
}

static const struct {
	const char *name;
	int64_t value;
} priorities[] = {
	{ "system-cluster-critical", 2000000000 },
	{ "system-node-critical", 2000001000 },
};

static int
admit_priority(struct change *change, struct value *spec)
{
	const char *name = value_get_text(spec, "priorityClassName");
	int64_t value = 0;
	bool known = !name || !*name;

	for (size_t i = 0; !known && i < sizeof priorities / sizeof *priorities; i++) {
		if (!strcmp(priorities[i].name, name)) {
			value = priorities[i].value;
			known = true;
		}
	}
	if (!known)
		return status_set(change->status, STATUS_FORBIDDEN,
			"pods \"%s\" is forbidden: no PriorityClass with name %s was found",
			value_get_text(value_get(change->new, "metadata"), "name"), name);
	value_set_int(change->arena, spec, "priority", value);
	workload_set_default_text(change->arena, spec, "preemptionPolicy", "PreemptLowerPriority");
	return 0;
}

/* The volume through which a pod gets its account's token, the cluster's certificate and its namespace. */
static struct value *
token_volume(struct change *change, const char *name)
{
	struct arena *arena = change->arena;
	struct value *volume = value_map(arena), *projected = value_make_map(arena, volume, "projected");
	struct value *sources = value_make_list(arena, projected, "sources"), *source, *item;

	value_set_text(arena, volume, "name", name);
	value_set_int(arena, projected, "defaultMode", 0644);
	value_append(arena, sources, source = value_map(arena));
	source = value_make_map(arena, source, "serviceAccountToken");
	value_set_int(arena, source, "expirationSeconds", TOKEN_SECONDS);
	value_set_text(arena, source, "path", "token");
	value_append(arena, sources, source = value_map(arena));
	source = value_make_map(arena, source, "configMap");
	value_set_text(arena, source, "name", "kube-root-ca.crt");
	value_append(arena, value_make_list(arena, source, "items"), item = value_map(arena));
	value_set_text(arena, item, "key", "ca.crt");
	value_set_text(arena, item, "path", "ca.crt");
	value_append(arena, sources, source = value_map(arena));
	source = value_make_map(arena, source, "downwardAPI");
	value_append(arena, value_make_list(arena, source, "items"), item = value_map(arena));
	value_set_text(arena, item, "path", "namespace");
	value_set_text(arena, value_make_map(arena, item, "fieldRef"), "apiVersion", "v1");
	value_set_text(arena, value_make_map(arena, item, "fieldRef"), "fieldPath", "metadata.namespace");
	return volume;
}

static bool
mounts_at(const struct value *container, const char *path)
{
	const struct value *mounts = value_get(container, "volumeMounts");

	for (size_t i = 0; i < value_count(mounts); i++) {
		const char *at = value_get_text(value_at(mounts, i), "mountPath");

		if (at && !strcmp(at, path))
			return true;
	}
	return false;
}

static void
mount_token(struct change *change, struct value *spec)
{
	static const char *const lists[] = { "initContainers", "containers" };
	char name[sizeof "kube-api-access-" + 5] = "kube-api-access-";
	bool needed = false;

	rng_suffix(&change->server->rng, name + strlen(name), 5);
	for (size_t l = 0; l < 2; l++) {
		struct value *containers = value_get(spec, lists[l]), *mount;

		for (size_t i = 0; i < value_count(containers); i++) {
			if (mounts_at(value_at(containers, i), TOKEN_PATH))
				continue;
			mount = value_map(change->arena);
			value_set_text(change->arena, mount, "name", name);
			value_set_bool(change->arena, mount, "readOnly", true);
			value_set_text(change->arena, mount, "mountPath", TOKEN_PATH);
			value_append(change->arena,
				value_make_list(change->arena, value_at(containers, i), "volumeMounts"), mount);
			needed = true;
		}
	}
	if (needed)
		value_append(
			change->arena, value_make_list(change->arena, spec, "volumes"), token_volume(change, name));
}

static int
admit_account(struct change *change, struct value *spec)
{
	const struct request *request = change->request;
	const struct object *account;
	const char *name;

	if (value_get(value_path(change->new, "metadata.annotations"), MIRROR))
		return 0;
	workload_set_default_text(change->arena, spec, "serviceAccountName", "default");
	name = value_get_text(spec, "serviceAccountName");
	value_set_text(change->arena, spec, "serviceAccount", name);
	account = store_get(change->server->store, kind_by_kind("ServiceAccount"), request->namespace, name);
	if (!account)
		return status_set(change->status, STATUS_FORBIDDEN,
			"pods \"%s\" is forbidden: error looking up service account %s/%s: serviceaccount \"%s\" not "
			"found",
			value_get_text(value_get(change->new, "metadata"), "name"), request->namespace, name, name);
	if (value_get_bool(spec, "automountServiceAccountToken",
		    value_get_bool(account->root, "automountServiceAccountToken", true)))
		mount_token(change, spec);
	return 0;
}

static int
admit_runtime(struct change *change, const struct value *spec)
{
	const char *name = value_get_text(spec, "runtimeClassName");

	if (!name)
		return 0;
	return status_set(change->status, STATUS_FORBIDDEN,
		"pods \"%s\" is forbidden: pod rejected: RuntimeClass \"%s\" not found",
		value_get_text(value_get(change->new, "metadata"), "name"), name);
}

/* What admission gave it once stays where a change leaves it out. */
static void
keep_priority(struct change *change, struct value *spec)
{
	static const char *const fields[] = { "priority", "preemptionPolicy" };
	const struct value *old = value_get(change->old, "spec");

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!value_get(spec, fields[i]) && value_get(old, fields[i]))
			value_set(change->arena, spec, fields[i], value_copy(change->arena, value_get(old, fields[i])));
}

/* Admission stands between the defaults and the checks, and ends the request when it refuses. */
static int
pod_admit(struct change *change)
{
	struct value *spec = value_get(change->new, "spec");

	if (change->old) {
		keep_priority(change, spec);
		add_tolerations(change, spec);
		return 0;
	}
	if (admit_account(change, spec) || admit_priority(change, spec) || admit_runtime(change, spec))
		return -1;
	add_tolerations(change, spec);
	return 0;
}

static void
create_validate(struct status *status, const struct value *pod)
{
	const struct value *spec = value_get(pod, "spec");
	static const struct place at = { NULL, "spec", 0 };

	if (value_count(value_get(spec, "ephemeralContainers")))
		place_forbidden(status, &at, "ephemeralContainers", "cannot be set on create");
	if (place_has_text(spec, "nodeName") && value_count(value_get(spec, "schedulingGates")))
		place_forbidden(status, &at, "nodeName", "cannot be set until all schedulingGates have been cleared");
	pod_profiles_validate(status, pod, &at);
}

static void
pod_validate(struct change *change)
{
	static const struct place spec = { NULL, "spec", 0 }, annotations = { NULL, "metadata.annotations", 0 };

	pod_annotations_validate(change->status, change->new, &annotations);
	pod_spec_validate(change->status, change->new, &spec);
	pod_images_validate(change->status, value_get(change->new, "spec"), &spec);
	if (!change->old) {
		create_validate(change->status, change->new);
	} else if (change->request->subresource && strcmp(change->request->subresource, "ephemeralcontainers") == 0) {
		pod_ephemeral_update_validate(change->status, change->new, change->old);
	} else if (!change->request->system) {
		pod_annotations_validate_update(change->status, change->new, change->old, &annotations);
		pod_update_validate(change->status, change->arena, change->new, change->old);
	}
}

static void
pod_warnings(const struct change *change)
{
	if (change->old && value_equal(value_get(change->new, "spec"), value_get(change->old, "spec")))
		return;
	workload_warn_name(change, "the Pod's hostname");
	pod_warn(change->status, change->new, NULL);
}

const struct strategy strategy_pod = {
	.kind = "Pod",
	.defaults = pod_defaults,
	.prepare = pod_prepare,
	.allocate = pod_admit,
	.validate = pod_validate,
	.warn = pod_warnings,
};
