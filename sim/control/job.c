/*
 * Jobs: as many pods as are still to succeed, no more than spec.parallelism at a time, with a growing delay after
 * failures, until enough have succeeded or too many failed (pkg/controller/job: job_controller.go,
 * indexed_job_utils.go, backoff_utils.go; pkg/controller/ttlafterfinished).  A pod is counted once, while it has the
 * tracking finalizer, which then goes: what status.succeeded and .failed say stays when the pods go.  An end is
 * written in two conditions, the first when it is decided (SuccessCriteriaMet, FailureTarget), the second when no
 * pod of the Job is on its way out any more (Complete, Failed).
 */
#include <stdlib.h>
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/job.h"
#include "control/job_index.h"
#include "control/workload.h"

#define FINALIZER "batch.kubernetes.io/job-tracking"
#define DELAY_FIRST (10 * CLOCK_SECOND)
#define DELAY_MAX (600 * CLOCK_SECOND)
#define CREATED_AT_ONCE 500

/* How a Job may end badly, beside the failure policy of its pods. */
static const struct ending {
	const char *reason, *message;
	enum event event;
} endings[] = {
	{ "BackoffLimitExceeded", "Job has reached the specified backoff limit", EVENT_JOB_BACKOFF_LIMIT },
	{ "DeadlineExceeded", "Job was active longer than specified deadline", EVENT_JOB_DEADLINE },
	{ "PodFailurePolicy", NULL, EVENT_JOB_POD_FAILURE_POLICY },
	{ "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes",
		EVENT_JOB_MAX_FAILED_INDEXES },
	{ "FailedIndexes", "Job has failed indexes", EVENT_JOB_FAILED_INDEXES },
};
enum { ENDING_BACKOFF_LIMIT, ENDING_DEADLINE, ENDING_POLICY, ENDING_MAX_FAILED_INDEXES, ENDING_FAILED_INDEXES };

struct sync {
	struct server *server;
	const struct object *job;
	struct arena arena;
	struct value *status;		/* as it will be written */
	object_vec pods;		/* all of the Job's */
	object_vec active;		/* borrowed from pods */
	int64_t completions, parallelism;	/* completions -1: not given */
	int64_t succeeded, failed, terminating, ready;
	bool indexed;
	bool *done;			/* by index: it has succeeded */
	bool *lost;			/* by index: it has failed too often; NULL without backoffLimitPerIndex */
	int64_t nlost, per_index;
};

/* ---- conditions ---- */

/* False: it was so already; one that would only say False is not made. */
static bool
put_condition(struct sync *sync, const char *type, const char *status, const char *reason, const char *message)
{
	struct value *list = value_get(sync->status, "conditions"), *new = value_map(&sync->arena);
	char now[CLOCK_TEXT];

	clock_format(sync->server->clock.now, now);
	value_set_text(&sync->arena, new, "lastProbeTime", now);
	value_set_text(&sync->arena, new, "lastTransitionTime", now);
	value_set_text(&sync->arena, new, "message", message);
	value_set_text(&sync->arena, new, "reason", reason);
	value_set_text(&sync->arena, new, "status", status);
	value_set_text(&sync->arena, new, "type", type);
	for (size_t i = 0; i < value_count(list); i++) {
		struct value *old = value_at(list, i);

		if (strcmp(value_get_text(old, "type"), type) != 0)
			continue;
		if (strcmp(value_get_text(old, "status"), status) == 0)
			return false;
		list->list.v[i] = new;
		return true;
	}
	if (strcmp(status, "True") != 0)
		return false;
	value_append(&sync->arena, value_make_list(&sync->arena, sync->status, "conditions"), new);
	return true;
}

/* ---- pods ---- */

static bool
is_tracked(const struct object *pod)
{
	const struct value *finalizers = value_get(object_meta(pod), "finalizers");

	for (size_t i = 0; i < value_count(finalizers); i++)
		if (strcmp(value_text(value_at(finalizers, i)), FINALIZER) == 0)
			return true;
	return false;
}

static void
stop_tracking(struct server *server, const struct object *pod)
{
	const struct object *now = store_get(server->store, pod->kind, pod->namespace, pod->name);
	struct object *copy;
	struct value *finalizers;

	if (!now || !is_tracked(now))
		return;
	copy = object_copy(now);
	finalizers = value_get(object_meta(copy), "finalizers");
	for (size_t i = value_count(finalizers); i-- > 0;)
		if (strcmp(value_text(value_at(finalizers, i)), FINALIZER) == 0)
			value_remove_at(finalizers, i);
	if (!value_count(finalizers))
		value_remove(object_meta(copy), "finalizers");
	workload_commit(server, now, copy);
}

static int64_t
index_of(const struct sync *sync, const struct object *pod)
{
	return job_index_of(pod, sync->completions);
}

static bool
is_succeeded(const struct object *pod)
{
	return strcmp(pod_view(pod)->phase, "Succeeded") == 0;
}

/* One that is deleted counts as failed at once, unless only failed pods are replaced. */
static bool
is_failed(const struct sync *sync, const struct object *pod)
{
	const char *policy = value_text(value_path(sync->job->root, "spec.podReplacementPolicy"));

	if (strcmp(pod_view(pod)->phase, "Failed") == 0)
		return true;
	return object_is_deleting(pod) && !is_succeeded(pod) && !(policy && strcmp(policy, "Failed") == 0);
}

static bool
is_ignored(const struct sync *sync, const struct object *pod)
{
	struct arena arena = ARENA_INIT;
	bool ignored = job_policy_of(&arena, sync->job, pod, NULL) == JOB_POLICY_IGNORE;

	arena_release(&arena);
	return ignored;
}

static bool
counts(const struct sync *sync, const struct object *pod)
{
	return is_tracked(pod) && (!sync->indexed || index_of(sync, pod) >= 0);
}

/* ---- indexes ---- */

static void
read_indexes(struct sync *sync)
{
	const struct value *status = value_get(sync->job->root, "status"), *spec = value_get(sync->job->root, "spec");

	sync->done = arena_alloc(&sync->arena, (size_t)sync->completions + 1);
	job_indexes_read(value_get_text(status, "completedIndexes"), sync->done, sync->completions);
	if (!value_get(spec, "backoffLimitPerIndex"))
		return;
	sync->per_index = value_get_int(spec, "backoffLimitPerIndex", 0);
	sync->lost = arena_alloc(&sync->arena, (size_t)sync->completions + 1);
	job_indexes_read(value_get_text(status, "failedIndexes"), sync->lost, sync->completions);
}

/* An empty set of failed ones is written, of succeeded ones it isn't. */
static int64_t
write_indexes(struct sync *sync)
{
	struct str done = STR_INIT, lost = STR_INIT;
	int64_t count = job_indexes_write(sync->done, sync->completions, &done);

	if (done.len)
		value_set_text(&sync->arena, sync->status, "completedIndexes", done.buf);
	if (sync->lost) {
		sync->nlost = job_indexes_write(sync->lost, sync->completions, &lost);
		value_set_text(&sync->arena, sync->status, "failedIndexes", lost.buf);
	}
	str_release(&lost);
	str_release(&done);
	return count;
}

/* Its index gets no further pod: this was the last try, or the failure policy says so. */
static bool
loses_index(struct sync *sync, const struct object *pod)
{
	return sync->lost && (job_index_count(pod, JOB_INDEX_FAILURES) >= sync->per_index ||
		job_policy_of(&sync->arena, sync->job, pod, NULL) == JOB_POLICY_FAIL_INDEX);
}

/* The pod that failed last on the index; NULL. */
static const struct object *
last_failed(const struct sync *sync, int64_t index)
{
	const struct object *last = NULL;

	for (size_t i = 0; i < sync->pods.n; i++) {
		const struct object *pod = sync->pods.v[i];

		if (index_of(sync, pod) == index && is_failed(sync, pod) && (!last ||
			job_index_count(pod, JOB_INDEX_FAILURES) + job_index_count(pod, JOB_INDEX_IGNORED) >
			job_index_count(last, JOB_INDEX_FAILURES) + job_index_count(last, JOB_INDEX_IGNORED)))
			last = pod;
	}
	return last;
}

/* ---- the delay after failures ---- */

static int64_t
finished_at(const struct object *pod)
{
	const struct value *statuses = value_path(pod->root, "status.containerStatuses");
	int64_t latest = 0;

	for (size_t i = 0; i < value_count(statuses); i++) {
		int64_t when = workload_time(value_path(value_at(statuses, i), "state.terminated"), "finishedAt");

		if (when > latest)
			latest = when;
	}
	if (latest)
		return latest;
	return workload_time(object_meta(pod), object_is_deleting(pod) ? "deletionTimestamp" : "creationTimestamp");
}

static int64_t
delay_after(int64_t failures)
{
	int64_t delay = DELAY_FIRST;

	for (int64_t i = 1; i < failures && delay < DELAY_MAX; i++)
		delay *= 2;
	return delay < DELAY_MAX ? delay : DELAY_MAX;
}

/* With backoffLimitPerIndex each index has a delay of its own. */
static int64_t
index_delayed_until(const struct sync *sync, int64_t index)
{
	const struct object *last = last_failed(sync, index);

	return last ? finished_at(last) + delay_after(job_index_count(last, JOB_INDEX_FAILURES) + 1) : 0;
}

/* No new pod before that: ten seconds after a failure, twice as long after each further one without a success. */
static int64_t
delayed_until(const struct sync *sync)
{
	int64_t success = 0, failure = 0, failures = 0;

	for (size_t i = 0; i < sync->pods.n; i++)
		if (is_succeeded(sync->pods.v[i]) && finished_at(sync->pods.v[i]) > success)
			success = finished_at(sync->pods.v[i]);
	for (size_t i = 0; i < sync->pods.n; i++) {
		int64_t when = finished_at(sync->pods.v[i]);

		if (strcmp(pod_view(sync->pods.v[i])->phase, "Failed") != 0 || when <= success)
			continue;
		failures++;
		if (when > failure)
			failure = when;
	}
	return failures ? failure + delay_after(failures) : 0;
}

/* ---- making and deleting pods ---- */

/* What the index has failed before, the last pod's failure with it. */
static void
put_failures(struct arena *arena, const struct sync *sync, struct value *pod, int64_t index)
{
	struct value *annotations = value_get(value_get(pod, "metadata"), "annotations");
	const struct object *last = last_failed(sync, index);
	bool ignored = last && is_ignored(sync, last);
	long long failures = last ? job_index_count(last, JOB_INDEX_FAILURES) + !ignored : 0;
	long long passed_over = last ? job_index_count(last, JOB_INDEX_IGNORED) + ignored : 0;

	value_set(arena, annotations, JOB_INDEX_FAILURES, value_stringf(arena, "%lld", failures));
	if (passed_over)
		value_set(arena, annotations, JOB_INDEX_IGNORED, value_stringf(arena, "%lld", passed_over));
}

static void
put_index(struct arena *arena, const struct sync *sync, struct value *pod, int64_t index)
{
	job_index_put(arena, sync->job, pod, index);
	if (sync->lost)
		put_failures(arena, sync, pod, index);
}

/*
 * The lowest one from `from` on that has neither succeeded nor failed for good, doesn't run and needn't wait;
 * completions: none.
 */
static int64_t
next_index(const struct sync *sync, int64_t from)
{
	for (int64_t i = from; i < sync->completions; i++) {
		bool busy = sync->done[i] ||
			(sync->lost && (sync->lost[i] || index_delayed_until(sync, i) > sync->server->clock.now));

		for (size_t p = 0; p < sync->active.n && !busy; p++)
			busy = index_of(sync, sync->active.v[p]) == i;
		if (!busy)
			return i;
	}
	return sync->completions;
}

static void
create_pods(struct sync *sync, int64_t count)
{
	int64_t index = -1;

	for (int64_t i = 0; i < count && i < CREATED_AT_ONCE; i++) {
		struct arena arena = ARENA_INIT;
		struct value *pod = workload_pod(&arena, sync->job);
		bool made = false;

		value_append(&arena, value_make_list(&arena, value_get(pod, "metadata"), "finalizers"),
			value_string(&arena, FINALIZER));
		if (sync->indexed) {
			index = next_index(sync, index + 1);
			if (index < sync->completions)
				put_index(&arena, sync, pod, index);
		}
		if (index < sync->completions || !sync->indexed)
			made = workload_create_pod(sync->server, sync->job, pod, EVENT_JOB_CREATE,
				EVENT_JOB_FAILED_CREATE, NULL);
		arena_release(&arena);
		if (!made)
			break;
	}
}

/* Not scheduled before scheduled, not ready before ready, the younger first. */
static int
removal_order(const void *a, const void *b)
{
	const struct object *x = *(const struct object *const *)a, *y = *(const struct object *const *)b;
	const struct pod *p = pod_view(x), *q = pod_view(y);
	int rank_p = (p->node[0] ? 4 : 0) + (strcmp(p->phase, "Running") == 0 ? 2 : 0) + p->ready;
	int rank_q = (q->node[0] ? 4 : 0) + (strcmp(q->phase, "Running") == 0 ? 2 : 0) + q->ready;

	if (rank_p != rank_q)
		return rank_p - rank_q;
	if (object_created(x) != object_created(y))
		return object_created(x) < object_created(y) ? 1 : -1;
	return strcmp(y->name, x->name);
}

/* forget: they don't count as failed. */
static void
delete_pods(struct sync *sync, size_t count, bool forget)
{
	if (!count)
		return;
	qsort(sync->active.v, sync->active.n, sizeof *sync->active.v, removal_order);
	for (size_t i = 0; i < count; i++) {
		if (forget)
			stop_tracking(sync->server, sync->active.v[i]);
		workload_delete(sync->server, sync->active.v[i]);
		event_record(sync->server, EVENT_JOB_DELETE, sync->job, NULL, "Deleted pod: %s", sync->active.v[i]->name);
		sync->ready -= pod_view(sync->active.v[i])->ready;
		sync->terminating++;
	}
	memmove(sync->active.v, sync->active.v + count, (sync->active.n - count) * sizeof *sync->active.v);
	sync->active.n -= count;
}

/* ---- what is to be done ---- */

static bool
is_suspended(const struct object *job)
{
	return value_get_bool(value_get(job->root, "spec"), "suspend", false);
}

static int64_t
wanted_active(const struct sync *sync)
{
	int64_t left;

	if (sync->completions < 0)
		return sync->succeeded ? (int64_t)sync->active.n : sync->parallelism;
	left = sync->completions - sync->succeeded - sync->nlost;
	return left < 0 ? 0 : left < sync->parallelism ? left : sync->parallelism;
}

static void
manage(struct sync *sync)
{
	const char *policy = value_text(value_path(sync->job->root, "spec.podReplacementPolicy"));
	int64_t active = (int64_t)sync->active.n, wanted = is_suspended(sync->job) ? 0 : wanted_active(sync);

	if (active > wanted) {
		delete_pods(sync, (size_t)(active - wanted), true);
		return;
	}
	if (policy && strcmp(policy, "Failed") == 0)
		wanted -= sync->terminating;
	if (wanted > active && (sync->lost || sync->server->clock.now >= delayed_until(sync)))
		create_pods(sync, wanted - active);
}

/* Of pods that restart their containers themselves. */
static bool
restarts_reach(const struct sync *sync, int64_t limit)
{
	int64_t restarts = 0;

	for (size_t i = 0; i < sync->pods.n; i++)
		restarts += job_restarts(sync->job, sync->pods.v[i]);
	return limit ? restarts >= limit : restarts > 0;
}

static int64_t
deadline_of(const struct object *job)
{
	int64_t seconds = workload_spec_int(job, "activeDeadlineSeconds", -1);
	int64_t start = workload_time(value_get(job->root, "status"), "startTime");

	return seconds < 0 || !start || is_suspended(job) ? CLOCK_NEVER : start + seconds * CLOCK_SECOND;
}

/* The ending that is due; NULL.  Of a pod's failure policy *message is what it says. */
static const struct ending *
bad_ending(struct sync *sync, const char **message)
{
	int64_t limit = workload_spec_int(sync->job, "backoffLimit", 6);
	const struct ending *ending = NULL;

	for (size_t i = 0; i < sync->pods.n; i++)
		if (is_failed(sync, sync->pods.v[i]) &&
			job_policy_of(&sync->arena, sync->job, sync->pods.v[i], message) == JOB_POLICY_FAIL)
			return &endings[ENDING_POLICY];
	if (sync->failed > limit || restarts_reach(sync, limit))
		ending = &endings[ENDING_BACKOFF_LIMIT];
	else if (deadline_of(sync->job) <= sync->server->clock.now)
		ending = &endings[ENDING_DEADLINE];
	else if (sync->nlost > workload_spec_int(sync->job, "maxFailedIndexes", INT64_MAX))
		ending = &endings[ENDING_MAX_FAILED_INDEXES];
	else if (sync->nlost && !sync->active.n && sync->succeeded + sync->nlost >= sync->completions)
		ending = &endings[ENDING_FAILED_INDEXES];
	*message = ending ? ending->message : NULL;
	return ending;
}

static void
set_start_time(struct sync *sync)
{
	char now[CLOCK_TEXT];

	value_set_text(&sync->arena, sync->status, "startTime", clock_format(sync->server->clock.now, now));
}

static void
tell_suspension(struct sync *sync)
{
	if (is_suspended(sync->job)) {
		if (put_condition(sync, "Suspended", "True", "JobSuspended", "Job suspended"))
			event_record(sync->server, EVENT_JOB_SUSPENDED, sync->job, NULL, "Job suspended");
	} else if (put_condition(sync, "Suspended", "False", "JobResumed", "Job resumed")) {
		event_record(sync->server, EVENT_JOB_RESUMED, sync->job, NULL, "Job resumed");
		set_start_time(sync);
	}
}

/* ---- one Job ---- */

static void
sync_init(struct sync *sync, struct server *server, const struct object *job, const object_vec *all)
{
	const struct value *old = value_get(job->root, "status");
	const char *mode = value_text(value_path(job->root, "spec.completionMode"));

	memset(sync, 0, sizeof *sync);
	sync->server = server;
	sync->job = job;
	sync->status = old ? value_copy(&sync->arena, old) : value_map(&sync->arena);
	sync->completions = workload_spec_int(job, "completions", -1);
	sync->parallelism = workload_spec_int(job, "parallelism", 1);
	sync->indexed = mode && strcmp(mode, "Indexed") == 0;
	if (sync->indexed)
		read_indexes(sync);
	workload_claim(server, job, all, NULL, &sync->pods);
}

/* What the pods say now: those with the finalizer haven't been counted before. */
static void
count_pods(struct sync *sync)
{
	sync->succeeded = workload_status_int(sync->job, "succeeded");
	sync->failed = workload_status_int(sync->job, "failed");
	for (size_t i = 0; i < sync->pods.n; i++) {
		const struct object *pod = sync->pods.v[i];

		if (workload_pod_live(pod_view(pod))) {
			*vec_push(&sync->active) = pod;
			sync->ready += pod_view(pod)->ready;
		} else if (!workload_pod_done(pod_view(pod)))
			sync->terminating++;
		if (!counts(sync, pod))
			continue;
		if (is_succeeded(pod) && sync->indexed)
			sync->done[index_of(sync, pod)] = true;
		else if (is_succeeded(pod))
			sync->succeeded++;
		else if (is_failed(sync, pod) && !is_ignored(sync, pod)) {
			sync->failed++;
			if (sync->indexed && loses_index(sync, pod))
				sync->lost[index_of(sync, pod)] = true;
		}
	}
	if (sync->indexed)
		sync->succeeded = write_indexes(sync);
}

/* Decided but not written at once: as long as a pod is on its way out, the last condition waits. */
static void
finish(struct sync *sync, const char *type, const char *reason, const char *message)
{
	char now[CLOCK_TEXT];

	if (sync->terminating || !put_condition(sync, type, "True", reason, message))
		return;
	if (strcmp(type, "Complete") == 0) {
		value_set_text(&sync->arena, sync->status, "completionTime", clock_format(sync->server->clock.now, now));
		event_record(sync->server, EVENT_JOB_COMPLETED, sync->job, NULL, "Job completed");
		return;
	}
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (strcmp(endings[i].reason, reason) == 0)
			event_record(sync->server, endings[i].event, sync->job, NULL, "%s", message);
}

static void
succeed(struct sync *sync, const char *reason, const char *message)
{
	put_condition(sync, "SuccessCriteriaMet", "True", reason, message);
	finish(sync, "Complete", reason, message);
}

/* Pods that run when it fails count as failed ones. */
static void
fail(struct sync *sync, const char *reason, const char *message)
{
	for (size_t i = 0; i < sync->active.n; i++)
		sync->failed += counts(sync, sync->active.v[i]);
	delete_pods(sync, sync->active.n, false);
	put_condition(sync, "FailureTarget", "True", reason, message);
	finish(sync, "Failed", reason, message);
}

/* True when the end is decided. */
static bool
end_is_near(struct sync *sync)
{
	const struct value *met = job_condition(sync->job, "SuccessCriteriaMet");
	const struct value *target = job_condition(sync->job, "FailureTarget");
	const char *message = NULL;
	const struct ending *ending;

	if (met) {
		delete_pods(sync, sync->active.n, false);
		succeed(sync, value_get_text(met, "reason"), value_get_text(met, "message"));
	} else if (target)
		fail(sync, value_get_text(target, "reason"), value_get_text(target, "message"));
	else if ((ending = bad_ending(sync, &message)))
		fail(sync, ending->reason, message);
	else if (sync->indexed &&
		(message = job_success_policy(&sync->arena, sync->job, sync->done, sync->completions))) {
		delete_pods(sync, sync->active.n, false);
		succeed(sync, "SuccessPolicy", message);
	} else
		return false;
	return true;
}

static bool
is_complete(const struct sync *sync)
{
	return !sync->active.n && (sync->completions < 0 ? sync->succeeded > 0 : sync->succeeded >= sync->completions);
}

static void
put_counts(struct sync *sync, int64_t active)
{
	workload_put_count(&sync->arena, sync->status, "active", active);
	workload_put_count(&sync->arena, sync->status, "failed", sync->failed);
	value_set_int(&sync->arena, sync->status, "ready", sync->ready);
	workload_put_count(&sync->arena, sync->status, "succeeded", sync->succeeded);
	value_set_int(&sync->arena, sync->status, "terminating", sync->terminating);
	value_make_map(&sync->arena, sync->status, "uncountedTerminatedPods");
}

static int64_t
live_now(const struct sync *sync)
{
	size_t n;
	const struct object *const *pods = store_list(sync->server->store, kind_by_kind("Pod"), sync->job->namespace, &n);
	int64_t live = 0;

	for (size_t i = 0; i < n; i++)
		live += workload_owned_by(pods[i], sync->job) && workload_pod_live(pod_view(pods[i]));
	return live;
}

static void
sync_job(struct server *server, const struct object *job, const object_vec *all)
{
	struct sync sync;
	bool ended;

	sync_init(&sync, server, job, all);
	count_pods(&sync);
	if (!value_get(sync.status, "startTime") && !is_suspended(job))
		set_start_time(&sync);
	ended = end_is_near(&sync);
	if (!ended && !object_is_deleting(job))
		manage(&sync);
	if (!ended && is_complete(&sync) && !live_now(&sync))
		succeed(&sync, "CompletionsReached", "Reached expected number of succeeded pods");
	else if (!ended && !object_is_deleting(job))
		tell_suspension(&sync);
	put_counts(&sync, live_now(&sync));
	workload_put_status(server, job, sync.status);
	for (size_t i = 0; i < sync.pods.n; i++)
		if (ended || is_succeeded(sync.pods.v[i]) || is_failed(&sync, sync.pods.v[i]) ||
			object_is_deleting(job))
			stop_tracking(server, sync.pods.v[i]);
	vec_release(&sync.active);
	workload_list_release(&sync.pods);
	arena_release(&sync.arena);
}

/* ---- after the end ---- */

static int64_t
expires_at(const struct object *job)
{
	const struct value *finished = job_finished(job);
	int64_t seconds = workload_spec_int(job, "ttlSecondsAfterFinished", -1);

	return finished && seconds >= 0 ? workload_time(finished, "lastTransitionTime") + seconds * CLOCK_SECOND : CLOCK_NEVER;
}

/* Pods that nobody counts any more: their Job is gone or has ended. */
static void
release_orphans(struct server *server, const object_vec *pods)
{
	for (size_t i = 0; i < pods->n; i++) {
		const struct value *owner = workload_controller_of(pods->v[i]);
		const char *kind = value_get_text(owner, "kind"), *name = value_get_text(owner, "name");
		const struct object *job;

		if (!is_tracked(pods->v[i]) || (kind && strcmp(kind, "Job") != 0))
			continue;
		job = name ? store_get(server->store, kind_by_kind("Job"), pods->v[i]->namespace, name) : NULL;
		if (!job || !workload_owned_by(pods->v[i], job) || job_finished(job))
			stop_tracking(server, pods->v[i]);
	}
}

static int64_t
reconcile(struct server *server)
{
	object_vec jobs = VEC_INIT, pods = VEC_INIT;

	workload_list(server, "Job", NULL, &jobs);
	workload_list(server, "Pod", NULL, &pods);
	release_orphans(server, &pods);
	for (size_t i = 0; i < jobs.n; i++) {
		if (!job_finished(jobs.v[i]))
			sync_job(server, jobs.v[i], &pods);
		else if (expires_at(jobs.v[i]) <= server->clock.now && !object_is_deleting(jobs.v[i]))
			workload_delete(server, jobs.v[i]);
	}
	workload_list_release(&pods);
	workload_list_release(&jobs);
	return CLOCK_NEVER;
}

/* The first time after now at which a pod that failed may be followed by another. */
static int64_t
next_retry(const struct sync *sync, int64_t now)
{
	int64_t next = CLOCK_NEVER;

	if (!value_get(value_get(sync->job->root, "spec"), "backoffLimitPerIndex"))
		return delayed_until(sync);
	for (size_t i = 0; i < sync->pods.n; i++) {
		const struct object *pod = sync->pods.v[i];
		int64_t when = finished_at(pod) + delay_after(job_index_count(pod, JOB_INDEX_FAILURES) + 1);

		if (strcmp(pod_view(pod)->phase, "Failed") == 0 && when > now && when < next)
			next = when;
	}
	return next;
}

/* When a Job's delay is over, its deadline is reached, or its time after the end is up. */
static int64_t
later(const struct server *server)
{
	size_t n, npods;
	const struct object *const *jobs = store_list(server->store, kind_by_kind("Job"), NULL, &n);
	const struct object *const *pods = n ? store_list(server->store, kind_by_kind("Pod"), NULL, &npods) : NULL;
	int64_t next = CLOCK_NEVER, now = server->clock.now;

	for (size_t i = 0; i < n; i++) {
		struct sync sync = { .job = jobs[i] };
		int64_t times[] = { expires_at(jobs[i]), deadline_of(jobs[i]), 0 };

		for (size_t p = 0; !job_finished(jobs[i]) && p < npods; p++)
			if (workload_owned_by(pods[p], jobs[i]))
				*vec_push(&sync.pods) = pods[p];
		times[2] = next_retry(&sync, now);
		for (size_t t = job_finished(jobs[i]) ? 0 : 1; t < (job_finished(jobs[i]) ? 1u : 3u); t++)
			if (times[t] > now && times[t] < next)
				next = times[t];
		vec_release(&sync.pods);
	}
	return next;
}

static const char *const watches[] = { "Job", "Pod", "ResourceQuota", NULL };
const struct controller controller_job = { "job", watches, reconcile, later };
