/*
 * What a Deployment's status says (pkg/controller/deployment: progress.go, sync.go, util/deployment_util.go).
 * Progressing is a condition with a memory: any progress renews its update time, which the deadline counts from, and
 * once the rollout has succeeded it stays so until the next template.
 */
#include <string.h>

#include "control/rollout.h"

static const struct value *
condition_of(const struct value *status, const char *type)
{
	const struct value *list = value_get(status, "conditions");

	for (size_t i = 0; i < value_count(list); i++) {
		const char *have = value_get_text(value_at(list, i), "type");

		if (have && strcmp(have, type) == 0)
			return value_at(list, i);
	}
	return NULL;
}

static bool
is_reason(const struct value *condition, const char *reason)
{
	const char *have = value_get_text(condition, "reason");

	return have && strcmp(have, reason) == 0;
}

/* Absent and the largest number both mean that there is none. */
static bool
has_deadline(const struct object *deployment)
{
	int64_t seconds = workload_spec_int(deployment, "progressDeadlineSeconds", INT32_MAX);

	return seconds != INT32_MAX;
}

int64_t
rollout_deadline(const struct object *deployment)
{
	const struct value *progressing = condition_of(value_get(deployment->root, "status"), "Progressing");

	if (!progressing || !has_deadline(deployment) || is_reason(progressing, "NewReplicaSetAvailable") ||
		is_reason(progressing, "ProgressDeadlineExceeded") || value_get_bool(value_get(deployment->root, "spec"), "paused", false))
		return CLOCK_NEVER;
	return workload_time(progressing, "lastUpdateTime") +
		workload_spec_int(deployment, "progressDeadlineSeconds", 600) * CLOCK_SECOND;
}

static bool
is_complete(const struct object *deployment, const struct value *status)
{
	static const char *const fields[] = { "updatedReplicas", "replicas", "availableReplicas" };

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (value_get_int(status, fields[i], 0) != workload_spec_int(deployment, "replicas", 1))
			return false;
	return true;
}

bool
rollout_is_complete(const struct object *deployment)
{
	return is_complete(deployment, value_get(deployment->root, "status"));
}

/* More of the new, fewer of the old, more ready or more available than before. */
static bool
has_progressed(const struct value *old, const struct value *new)
{
	static const char *const rising[] = { "updatedReplicas", "readyReplicas", "availableReplicas" };

	for (size_t i = 0; i < sizeof rising / sizeof rising[0]; i++)
		if (value_get_int(new, rising[i], 0) > value_get_int(old, rising[i], 0))
			return true;
	return value_get_int(new, "replicas", 0) - value_get_int(new, "updatedReplicas", 0) <
		value_get_int(old, "replicas", 0) - value_get_int(old, "updatedReplicas", 0);
}

/* Renews it even when nothing but the time differs. */
static void
renew_progress(const struct rollout *r, struct arena *arena, struct value *status, const struct condition *condition)
{
	struct value *old = (struct value *)(uintptr_t)condition_of(status, "Progressing");

	if (old && is_reason(old, condition->reason))
		value_set_text(arena, old, "reason", "");
	workload_condition(arena, status, condition, r->server->clock.now);
}

static void
put_progress(const struct rollout *r, struct arena *arena, struct value *status, bool created)
{
	const struct value *old_status = value_get(r->deployment->root, "status"), *old = condition_of(status, "Progressing");
	struct condition condition = { "Progressing", "True", "NewReplicaSetAvailable", "", true, false };
	const char *set = r->newest ? r->newest->name : "";
	bool settled = is_reason(old, "NewReplicaSetAvailable") &&
		value_get_int(status, "replicas", 0) == value_get_int(status, "updatedReplicas", 0);

	if (created) {
		condition.reason = "NewReplicaSetCreated";
		condition.message = arena_printf(arena, "Created new replica set \"%s\"", set);
	} else if (r->newest && !old) {
		condition.reason = "FoundNewReplicaSet";
		condition.message = arena_printf(arena, "Found new replica set \"%s\"", set);
	} else if (settled || !r->newest) {
		return;
	} else if (is_complete(r->deployment, status)) {
		condition.message = arena_printf(arena, "ReplicaSet \"%s\" has successfully progressed.", set);
	} else if (has_progressed(old_status, status)) {
		condition.reason = "ReplicaSetUpdated";
		condition.message = arena_printf(arena, "ReplicaSet \"%s\" is progressing.", set);
	} else if (rollout_deadline(r->deployment) < r->server->clock.now || is_reason(old, "ProgressDeadlineExceeded")) {
		condition.status = "False";
		condition.reason = "ProgressDeadlineExceeded";
		condition.message = arena_printf(arena, "ReplicaSet \"%s\" has timed out progressing.", set);
		workload_condition(arena, status, &condition, r->server->clock.now);
		return;
	} else
		return;
	renew_progress(r, arena, status, &condition);
}

/* Paused and resumed are said once; a rollout that has timed out stays so. */
static bool
put_pause(const struct rollout *r, struct arena *arena, struct value *status)
{
	const struct value *old = condition_of(status, "Progressing");
	bool paused = value_get_bool(value_get(r->deployment->root, "spec"), "paused", false);
	struct condition condition = { "Progressing", "Unknown", paused ? "DeploymentPaused" : "DeploymentResumed",
		paused ? "Deployment is paused" : "Deployment is resumed", true, false };

	if (is_reason(old, "ProgressDeadlineExceeded") || paused == is_reason(old, "DeploymentPaused"))
		return paused;
	workload_condition(arena, status, &condition, r->server->clock.now);
	return true;
}

static void
put_available(const struct rollout *r, struct arena *arena, struct value *status)
{
	bool enough = value_get_int(status, "availableReplicas", 0) >= r->desired - r->unavailable;
	struct condition condition = { "Available", enough ? "True" : "False",
		enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
		enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", true, false };

	workload_condition(arena, status, &condition, r->server->clock.now);
}

static void
put_counts(const struct rollout *r, struct arena *arena, struct value *status)
{
	int64_t total = 0, ready = 0, available = 0;

	for (size_t i = 0; i < r->sets.n; i++) {
		total += workload_status_int(r->sets.v[i], "replicas");
		ready += workload_status_int(r->sets.v[i], "readyReplicas");
		available += workload_status_int(r->sets.v[i], "availableReplicas");
	}
	workload_put_count(arena, status, "availableReplicas", available);
	value_set_int(arena, status, "observedGeneration", value_get_int(object_meta(r->deployment), "generation", 1));
	workload_put_count(arena, status, "readyReplicas", ready);
	workload_put_count(arena, status, "replicas", total);
	workload_put_count(arena, status, "unavailableReplicas", (total > r->desired ? total : r->desired) - available);
	workload_put_count(arena, status, "updatedReplicas", r->newest ? workload_status_int(r->newest, "replicas") : 0);
}

/* The Deployment's own revision is that of its newest set. */
static bool
put_revision(const struct rollout *r)
{
	static const char key[] = "deployment.kubernetes.io/revision";
	const char *has = object_annotation(r->deployment, key),
		   *wanted = r->newest ? object_annotation(r->newest, key) : NULL;
	struct object *copy;

	if (!wanted || (has && strcmp(has, wanted) == 0))
		return false;
	copy = object_copy(r->deployment);
	value_set_text(&copy->arena, value_make_map(&copy->arena, object_meta(copy), "annotations"), key, wanted);
	server_write(r->server, copy);
	return true;
}

static void
remove_condition(struct value *status, const char *type)
{
	struct value *list = value_get(status, "conditions");

	for (size_t i = value_count(list); i-- > 0;)
		if (strcmp(value_get_text(value_at(list, i), "type"), type) == 0)
			value_remove_at(list, i);
}

/* What keeps a set from making its pods: the newest set's word counts, then that of any other (getReplicaFailures). */
static void
put_failure(const struct rollout *r, struct arena *arena, struct value *status)
{
	const struct value *failure = r->newest ? condition_of(value_get(r->newest->root, "status"), "ReplicaFailure") : NULL;
	struct condition condition = { "ReplicaFailure", "True", "", "", true, false };

	for (size_t i = 0; i < r->sets.n && !failure; i++)
		failure = condition_of(value_get(r->sets.v[i]->root, "status"), "ReplicaFailure");
	if (!failure) {
		remove_condition(status, "ReplicaFailure");
		return;
	}
	condition.reason = value_get_text(failure, "reason");
	condition.message = value_get_text(failure, "message");
	workload_condition(arena, status, &condition, workload_time(failure, "lastTransitionTime"));
}

static void
put_conditions(const struct rollout *r, struct arena *arena, struct value *status, bool created)
{
	if (!has_deadline(r->deployment)) {
		remove_condition(status, "Progressing");
		put_available(r, arena, status);
	} else if (created) {
		put_progress(r, arena, status, true);
		put_available(r, arena, status);
	} else {
		put_available(r, arena, status);
		if (!put_pause(r, arena, status))
			put_progress(r, arena, status, false);
	}
	put_failure(r, arena, status);
}

void
rollout_write_status(const struct rollout *r, bool created)
{
	const struct value *old = value_get(r->deployment->root, "status");
	struct arena arena = ARENA_INIT;
	struct value *status;

	if (put_revision(r))
		return;	/* the next run has the new version */
	status = old ? value_copy(&arena, old) : value_map(&arena);
	put_counts(r, &arena, status);
	put_conditions(r, &arena, status, created);
	workload_put_status(r->server, r->deployment, status);
	arena_release(&arena);
}
