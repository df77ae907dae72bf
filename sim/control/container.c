/* Statuses have whole seconds, so what is due is counted in them, too. */
#include "control/container.h"

#include <string.h>

#include "base/hash.h"
#include "control/events.h"
#include "control/image.h"
#include "control/probe.h"
#include "control/process.h"
#include "control/source.h"
#include "svcsim/str.h"

#define BACK_OFF_FIRST (10 * CLOCK_SECOND)
#define BACK_OFF_MAX (300 * CLOCK_SECOND)
#define SYNC_TIME (13 * CLOCK_SECOND)		/* backOffPeriod, with its jitter: a pod that isn't well is looked at */
#define BACK_OFF_RESET (600 * CLOCK_SECOND)	/* who ran for so long begins anew */
#define FAILED_START "RunContainerError"
#define SHORT_LIFE (5 * CLOCK_SECOND)		/* settling waits for the end of what lives no longer */

/* ---- what its status says ---- */

static int64_t
time_of(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);
	int64_t when = 0;

	return text && clock_parse(text, &when) ? when : 0;
}

static const struct value *
state_of(const struct value *status, const char *state)
{
	return value_get(value_get(status, "state"), state);
}

bool
container_runs(const struct value *status)
{
	return state_of(status, "running") != NULL;
}

bool
container_waits(const struct value *status)
{
	return !container_runs(status) && !state_of(status, "terminated");
}

bool
container_ended(const struct value *status, int *exit_code)
{
	const struct value *ended = state_of(status, "terminated");

	*exit_code = (int)value_get_int(ended, "exitCode", 0);
	return ended != NULL;
}

const char *
container_waiting_reason(const struct value *status)
{
	const char *reason = value_get_text(state_of(status, "waiting"), "reason");

	return reason ? reason : "";
}

static int64_t
restarts_of(const struct value *status)
{
	return value_get_int(status, "restartCount", 0);
}

/* "docker.io/library/nginx:1.27" -> "nginx:1.27" */
static const char *
last_part(const char *image)
{
	const char *slash = strrchr(image, '/');

	return slash ? slash + 1 : image;
}

/* Does its spec name another image than the one that it ran with?  (kubecontainer.HashContainer) */
static bool
is_changed(const struct container *container)
{
	const char *ran = value_get_text(container->status, "image"), *image = value_get_text(container->spec, "image");
	struct arena arena = ARENA_INIT;
	bool changed = ran && image && value_get_text(container->status, "containerID") && !str_starts(ran, "sha256:") &&
		strcmp(last_part(ran), last_part(container_image(&arena, image, true))) != 0 &&
		strcmp(last_part(ran), last_part(image)) != 0;

	arena_release(&arena);
	return changed;
}

/* ---- whether it is restarted ---- */

static bool
is_restarted(const struct container *container, int exit_code)
{
	const char *policy = value_get_text(value_get(container->pod->root, "spec"), "restartPolicy");

	if (container->role == CONTAINER_SIDECAR || (container->role == CONTAINER_MAIN && is_changed(container)))
		return true;
	if (container->role == CONTAINER_EPHEMERAL)
		return false;
	if (policy && strcmp(policy, "Never") == 0)
		return false;
	return exit_code != 0 || (container->role == CONTAINER_MAIN && (!policy || strcmp(policy, "Always") == 0));
}

bool
container_done(const struct container *container)
{
	int exit_code;

	return container_ended(container->status, &exit_code) && !is_restarted(container, exit_code);
}

bool
container_failed_for_good(const struct container *container)
{
	int exit_code;

	return container_ended(container->status, &exit_code) && exit_code != 0 && !is_restarted(container, exit_code);
}

/* The first time at once; then 10 s, 20 s, .. 5 min. */
static int64_t
back_off(const struct value *ended, int64_t restarts)
{
	int64_t pause = BACK_OFF_FIRST, started = time_of(ended, "startedAt");

	if (!restarts || (started && time_of(ended, "finishedAt") - started >= BACK_OFF_RESET))
		return 0;
	for (int64_t i = 1; i < restarts && pause < BACK_OFF_MAX; i++)
		pause *= 2;
	return pause < BACK_OFF_MAX ? pause : BACK_OFF_MAX;
}

/* ---- what comes next ---- */

static void
sooner(struct container_next *next, struct container_next other)
{
	if (other.when < next->when)
		*next = other;
}

char *
container_pull_error(struct arena *arena, const char *image)
{
	const char *full = container_image(arena, image, true);

	if (!image_of(image))	/* a repository that isn't there, which a registry doesn't tell from a private one */
		return arena_printf(arena, "failed to pull and unpack image \"%s\": failed to resolve reference \"%s\": "
			"pull access denied, repository does not exist or may require authorization: server message: "
			"insufficient_scope: authorization failed", full, full);
	return arena_printf(arena, "rpc error: code = NotFound desc = failed to pull and unpack image \"%s\": "
		"failed to resolve reference \"%s\": %s: not found", full, full, full);
}

char *
container_start_error(struct arena *arena, const char *program)
{
	char *why = strchr(program, '/') ? arena_printf(arena, "stat %s: no such file or directory", program) :
		arena_printf(arena, "executable file not found in $PATH");

	return arena_printf(arena, "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc "
		"create failed: unable to start container process: exec: \"%s\": %s: unknown", program, why);
}

static int64_t
last_said(const struct container *container, enum event event)
{
	return event_last(container->server, event, container->pod, value_get_text(container->spec, "name"));
}

/*
 * As often as the kubelet looks at it.  Who isn't listened to any more looks whether he is once in a while, and never
 * finds that he should speak now.
 */
static void
say_on(const struct container *container, int64_t last, struct container_next *next)
{
	bool heard = event_is_heard(container->server, EVENT_FAILED, container->pod);
	int64_t period = heard ? SYNC_TIME : EVENT_SILENCE, least = container->server->clock.now + !heard;

	next->step = CONTAINER_WAITS_ON;
	next->waited_for = false;
	next->when = CLOCK_NEVER;
	if (last)
		next->when = last + (least > last + period ? (least - last + period - 1) / period : 1) * period;
}

static int64_t
later_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/*
 * An image that can't be pulled: ErrImagePull, a second later ImagePullBackOff; a try again when the pause, which
 * doubles, is over, and in between it is said that there is one.
 */
static struct container_next
next_pull(const struct container *container, const char *image, struct arena *arena)
{
	const char *reason = container_waiting_reason(container->status);
	int64_t pulled = last_said(container, EVENT_PULLING), backed_off = last_said(container, EVENT_PULL_BACK_OFF),
		pause = BACK_OFF_FIRST;
	struct container_next next = { .step = CONTAINER_WAITS, .when = container->server->clock.now,
		.waited_for = true,
		.reason = "ErrImagePull", .message = container_pull_error(arena, image) };
	int64_t tries = event_times(container->server, EVENT_PULLING, container->pod,
		value_get_text(container->spec, "name"));

	if (strcmp(reason, "ErrImagePull") == 0) {
		next.waited_for = tries < 2;
		next.when = pulled + CLOCK_SECOND;
		next.message = arena_printf(arena, "Back-off pulling image \"%s\": ErrImagePull: %s", image,
			next.message);
		next.reason = "ImagePullBackOff";
	} else if (strcmp(reason, "ImagePullBackOff") == 0) {
		say_on(container, later_of(pulled, backed_off), &next);
		for (; tries > 1 && pause < BACK_OFF_MAX; tries--)
			pause *= 2;
		if (next.when != CLOCK_NEVER && next.when >= pulled + (pause < BACK_OFF_MAX ? pause : BACK_OFF_MAX))
			next.step = CONTAINER_WAITS;
	}
	return next;
}

/* ConfigMaps and Secrets that its environment is made of. */
static struct container_next
next_config(const struct container *container, char *missing)
{
	struct container_next next = { .step = CONTAINER_WAITS, .when = container->server->clock.now,
		.waited_for = true,
		.reason = "CreateContainerConfigError", .message = missing };

	if (strcmp(container_waiting_reason(container->status), next.reason) == 0)
		say_on(container, later_of(last_said(container, EVENT_FAILED), last_said(container, EVENT_PULLED)),
			&next);
	return next;
}

/* It starts again when the pause is over; meanwhile it is said that there is one. */
static struct container_next
next_restart(const struct container *container)
{
	const struct value *last = value_get(value_get(container->status, "lastState"), "terminated");
	struct container_next next = { .step = CONTAINER_STARTS, .waited_for = false },
		word = { .reason = "CrashLoopBackOff" };

	next.when = time_of(last, "finishedAt") + back_off(last, restarts_of(container->status));
	if (!event_is_heard(container->server, EVENT_RESTART_BACK_OFF, container->pod))
		return next;
	say_on(container, last_said(container, EVENT_RESTART_BACK_OFF), &word);
	return word.when < next.when && word.when > time_of(last, "finishedAt") ? word : next;
}

/* "back-off 10s restarting failed container=c pod=p_default(uid)"; durations as Go prints them. */
static char *
back_off_message(const struct container *container, int64_t pause, struct arena *arena)
{
	long long seconds = pause / CLOCK_SECOND;
	char *text = seconds < 60 ? arena_printf(arena, "%llds", seconds) : arena_printf(arena, "%lldm%llds", seconds / 60, seconds % 60);

	return arena_printf(arena, "back-off %s restarting failed container=%s pod=%s_%s(%s)", text,
		value_get_text(container->spec, "name"), container->pod->name, container->pod->namespace, object_uid(container->pod));
}

/* One that could not start has ended in that second; the kubelet sees it in the next. */
static struct container_next
next_after_failure(const struct container *container, struct arena *arena)
{
	const struct value *last = value_get(value_get(container->status, "lastState"), "terminated");
	int64_t restarts = restarts_of(container->status), pause = back_off(last, restarts);
	struct container_next next = { .step = CONTAINER_STARTS, .waited_for = restarts < 2 };

	next.when = time_of(last, "finishedAt") + CLOCK_SECOND;
	if (pause) {
		next.step = CONTAINER_WAITS;
		next.reason = "CrashLoopBackOff";
		next.message = back_off_message(container, pause, arena);
	}
	return next;
}

static struct container_next
next_of_waiting(const struct container *container, struct arena *arena)
{
	struct container_next next = { .step = CONTAINER_STARTS, .when = container->server->clock.now,
		.waited_for = true };
	const char *image = value_get_text(container->spec, "image");
	char *missing;

	if (!image_exists(image ? image : ""))
		return next_pull(container, image, arena);
	missing = source_missing_env(container->server, container->pod, container->spec, arena);
	if (missing)
		return next_config(container, missing);
	if (strcmp(container_waiting_reason(container->status), FAILED_START) == 0)
		return next_after_failure(container, arena);
	return strcmp(container_waiting_reason(container->status), "CrashLoopBackOff") == 0 && !is_changed(container) ?
		next_restart(container) : next;
}

static struct container_next
next_of_ended(const struct container *container, int exit_code, struct arena *arena)
{
	const struct value *ended = state_of(container->status, "terminated");
	struct container_next next = { .step = CONTAINER_RESTS, .when = CLOCK_NEVER };
	int64_t pause = back_off(ended, restarts_of(container->status));

	if (!is_restarted(container, exit_code))
		return next;
	if (is_changed(container))
		return next_of_waiting(container, arena);
	next = (struct container_next){ .step = CONTAINER_STARTS, .when = container->server->clock.now, .waited_for = true };
	if (pause && time_of(ended, "finishedAt") + pause > next.when) {
		next.step = CONTAINER_WAITS;
		next.reason = "CrashLoopBackOff";
		next.message = back_off_message(container, pause, arena);
	}
	return next;
}

static int64_t
grace_of(const struct container *container, const struct value *probe)
{
	int64_t of_pod = value_get_int(value_get(container->pod->root, "spec"), "terminationGracePeriodSeconds", 30);

	return value_get_int(probe, "terminationGracePeriodSeconds", of_pod) * CLOCK_SECOND;
}

/* The kill of a liveness or startup probe; settling waits for the first of a container that was never well. */
static struct container_next
next_kill(const struct container *container, const struct process *process, const struct probe_run *run,
	const struct probe_result *result)
{
	struct container_next next = { .step = CONTAINER_IS_KILLED, .probe = (int)run->kind, .failures = result->failures + 1 };
	int64_t failed = result->now == 0 ? result->since : result->next;

	next.when = failed == CLOCK_NEVER ? CLOCK_NEVER :
		failed + (process->heeds_term ? 0 : grace_of(container, probe_spec(container->spec, run->kind)));
	next.exit_code = process->heeds_term ? 0 : 137;
	next.waited_for = !result->passed && !restarts_of(container->status);
	if (result->now == 0)
		next.failures = result->failures;
	return next;
}

/* Each try that fails is told, as long as the recorder listens. */
static struct container_next
next_complaint(const struct probe_run *run, const struct probe_result *result)
{
	struct container_next next = { .step = CONTAINER_IS_UNWELL, .when = CLOCK_NEVER, .probe = (int)run->kind };

	/* one that is being killed isn't asked any more */
	if ((run->kind != PROBE_READINESS && result->now == 0) ||
		!event_is_heard(run->server, EVENT_UNHEALTHY, run->pod))
		return next;
	next.when = result->failure;
	next.waited_for = result->failures == 0 && !result->passed;
	next.failures = result->failures;
	return next;
}

/* The scenario's word on it, as an annotation of the pod's; the second is what the recorded clusters' pods carry. */
static bool
is_kept_unready(const struct object *pod)
{
	static const char *const keys[] = { "svcsim/ready", "oracle/ready" };
	const struct value *annotations = value_get(object_meta(pod), "annotations");

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const char *said = value_get_text(annotations, keys[i]);

		if (said && strcmp(said, "false") == 0)
			return true;
	}
	return false;
}

static struct probe_result
follow(const struct container *container, struct probe_run *run)
{
	const char *name = value_get_text(container->spec, "name");
	int64_t told = event_last(container->server, EVENT_UNHEALTHY, container->pod, name);

	return probe_follow(run, container->server->clock.now, told > run->started ? told : run->started);
}

/* Is it ready, as its probe and the scenario say? */
static struct container_next
next_readiness(const struct container *container, struct probe_run *run)
{
	bool ready = value_get_bool(container->status, "ready", false);
	struct container_next next = { .step = ready ? CONTAINER_IS_UNREADY : CONTAINER_IS_READY, .when = CLOCK_NEVER,
		.waited_for = !ready };
	struct probe_result result;

	run->kind = PROBE_READINESS;
	if (is_kept_unready(container->pod)) {
		next.when = ready ? container->server->clock.now : CLOCK_NEVER;
		return next;
	}
	if (!probe_spec(container->spec, PROBE_READINESS)) {
		next.when = ready ? CLOCK_NEVER : container->server->clock.now;
		return next;
	}
	result = follow(container, run);
	next.when = (result.now == 1) != ready ? container->server->clock.now : result.next;
	if (!(result.now == 1))
		sooner(&next, next_complaint(run, &result));
	return next;
}

/* False: no other probe begins before this one passed. */
static bool
next_startup(const struct container *container, const struct process *process, struct probe_run *run,
	struct container_next *next)
{
	struct container_next up = { .step = CONTAINER_IS_UP, .waited_for = true };
	struct probe_result result;

	run->kind = PROBE_STARTUP;
	if (!probe_spec(container->spec, PROBE_STARTUP))
		return true;
	result = follow(container, run);
	up.when = result.now == 1 ? result.since : result.next;
	if (result.now == 1) {
		if (!value_get_bool(container->status, "started", false))
			sooner(next, up);
		run->from = result.since;
		return true;
	}
	if (result.now == 0 || result.then == 0)
		sooner(next, next_kill(container, process, run, &result));
	else
		sooner(next, up);
	sooner(next, next_complaint(run, &result));
	return false;
}

static struct container_next
next_of_running(const struct container *container)
{
	struct process process = process_of(container->server, container->pod, container->spec);
	int64_t started = time_of(state_of(container->status, "running"), "startedAt");
	struct probe_run run = { container->server, container->pod, container->spec, PROBE_STARTUP, started, started };
	struct container_next next = { .step = CONTAINER_ENDS, .when = CLOCK_NEVER, .exit_code = process.exit_code };

	if (container->role == CONTAINER_MAIN && is_changed(container))
		return (struct container_next){ .step = CONTAINER_IS_CHANGED, .when = container->server->clock.now,
			.waited_for = true, .exit_code = process.heeds_term ? 0 : 137 };
	if (process.lasts != CLOCK_NEVER)
		next.when = started + process.lasts;
	next.waited_for = container->role == CONTAINER_INIT ||
		(process.lasts <= SHORT_LIFE && restarts_of(container->status) < 2);
	if (!next_startup(container, &process, &run, &next))
		return next;
	if (probe_spec(container->spec, PROBE_LIVENESS)) {
		struct probe_result result;

		run.kind = PROBE_LIVENESS;
		result = follow(container, &run);
		sooner(&next, next_kill(container, &process, &run, &result));
		sooner(&next, next_complaint(&run, &result));
	}
	if (container->role != CONTAINER_EPHEMERAL)
		sooner(&next, next_readiness(container, &run));
	return next;
}

static struct container_next
fail_or_start(const struct container *container, struct container_next next, struct arena *arena)
{
	struct process process = process_of(container->server, container->pod, container->spec);

	if (process.missing) {
		next.step = CONTAINER_FAILS;
		next.message = container_start_error(arena, process.missing);
		next.exit_code = process.exit_code;
	}
	return next;
}

struct container_next
container_next(const struct container *container, struct arena *arena)
{
	struct container_next next = { .step = CONTAINER_RESTS, .when = CLOCK_NEVER };
	int exit_code;

	if (container_runs(container->status))
		next = next_of_running(container);
	else if (container_ended(container->status, &exit_code))
		next = next_of_ended(container, exit_code, arena);
	else
		next = next_of_waiting(container, arena);
	if (next.step == CONTAINER_STARTS)
		next = fail_or_start(container, next, arena);
	if (next.when == CLOCK_NEVER)
		next.step = CONTAINER_RESTS;
	return next;
}

/* ---- its status, written anew ---- */

char *
container_image(struct arena *arena, const char *reference, bool with_tag)
{
	const char *last = strrchr(reference, '/');
	size_t name = strcspn(last ? last : reference, ":@") + (last ? (size_t)(last - reference) : 0);
	bool has_registry = last && strpbrk(reference, ".:") && strpbrk(reference, ".:") < last;
	const char *place = has_registry ? "" : last ? "docker.io/" : "docker.io/library/";

	if (!with_tag)
		return arena_printf(arena, "%s%.*s", place, (int)name, reference);
	return arena_printf(arena, "%s%s%s", place, reference, reference[name] ? "" : ":latest");
}

static void
put_digest(struct arena *arena, struct value *status, const char *key, const char *before, const char *of)
{
	char hex[65];

	sha256_hex(of, strlen(of), hex);
	value_set(arena, status, key, value_stringf(arena, "%s%s", before, hex));
}

/* With what doesn't change by a step; the state is empty. */
static struct value *
new_status(const struct container *container, struct arena *arena, int64_t restarts, const struct value *last_state)
{
	struct value *status = value_map(arena);

	value_set_text(arena, status, "name", value_get_text(container->spec, "name"));
	value_make_map(arena, status, "state");
	value_set(arena, status, "lastState", last_state ? value_copy(arena, last_state) : value_map(arena));
	value_set_bool(arena, status, "ready", false);
	value_set_int(arena, status, "restartCount", restarts);
	if (container->role != CONTAINER_EPHEMERAL)
		value_set_bool(arena, status, "started", false);
	return status;
}

/* Of the container that there was. */
static void
keep_image(const struct container *container, struct arena *arena, struct value *status)
{
	static const char *const keys[] = { "image", "imageID", "containerID" };

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		value_set_text(arena, status, keys[i], value_get_text(container->status, keys[i]));
}

static void
put_image(const struct container *container, struct arena *arena, struct value *status)
{
	const char *image = value_get_text(container->spec, "image"), *name = value_get_text(container->spec, "name");
	int64_t restarts = restarts_of(status);

	value_set_text(arena, status, "image", container_image(arena, image, true));
	put_digest(arena, status, "imageID", arena_printf(arena, "%s@sha256:", container_image(arena, image, false)), image);
	put_digest(arena, status, "containerID", "containerd://", restarts ?
		arena_printf(arena, "%s/%s/%lld", object_uid(container->pod), name, (long long)restarts) :
		arena_printf(arena, "%s/%s", object_uid(container->pod), name));
}

/* {"terminated": ..} of a container that has ended, else what was its last state. */
static const struct value *
past_of(const struct value *status)
{
	return state_of(status, "terminated") ? value_get(status, "state") : value_get(status, "lastState");
}

struct value *
container_status_waiting(
	const struct container *container, struct arena *arena, const char *reason, const char *message)
{
	struct value *status = new_status(container, arena, restarts_of(container->status), past_of(container->status));
	struct value *waiting = value_make_map(arena, value_get(status, "state"), "waiting");

	if (value_get_text(container->status, "containerID"))
		keep_image(container, arena, status);
	else {
		value_set_text(arena, status, "image", value_get_text(container->spec, "image"));
		value_set_text(arena, status, "imageID", "");
	}
	if (message)
		value_set_text(arena, waiting, "message", message);
	value_set_text(arena, waiting, "reason", reason);
	return status;
}

struct value *
container_status_running(const struct container *container, struct arena *arena)
{
	bool again = value_get_text(container->status, "containerID") != NULL;
	struct value *status =
		new_status(container, arena, restarts_of(container->status) + again, past_of(container->status));
	char text[CLOCK_TEXT];

	put_image(container, arena, status);
	if (container->role != CONTAINER_EPHEMERAL)
		value_set_bool(arena, status, "started", !probe_spec(container->spec, PROBE_STARTUP));
	value_set_bool(arena, status, "ready", container->role != CONTAINER_INIT && container->role != CONTAINER_EPHEMERAL &&
		!probe_spec(container->spec, PROBE_STARTUP) && !probe_spec(container->spec, PROBE_READINESS) && !is_kept_unready(container->pod));
	value_set_text(arena, value_make_map(arena, value_get(status, "state"), "running"), "startedAt",
		clock_format(container->server->clock.now, text));
	return status;
}

struct value *
container_status_ended(const struct container *container, struct arena *arena, int exit_code)
{
	struct value *status = new_status(container, arena, restarts_of(container->status), value_get(container->status, "lastState"));
	struct value *ended = value_make_map(arena, value_get(status, "state"), "terminated");
	const char *started = value_get_text(state_of(container->status, "running"), "startedAt");
	char text[CLOCK_TEXT];

	keep_image(container, arena, status);
	value_set_bool(arena, status, "ready", container->role == CONTAINER_INIT && exit_code == 0);
	value_set_text(arena, ended, "containerID", value_get_text(status, "containerID"));
	value_set_int(arena, ended, "exitCode", exit_code);
	value_set_text(arena, ended, "finishedAt", clock_format(container->server->clock.now, text));
	value_set_text(arena, ended, "reason", exit_code ? "Error" : "Completed");
	value_set_text(arena, ended, "startedAt", started ? started : text);
	return status;
}

/* Who could not start has ended, and waits if he is to be started again. */
struct value *
container_status_failed(const struct container *container, struct arena *arena, const struct container_next *next)
{
	bool again = value_get_text(container->status, "containerID") != NULL;
	struct value *status = new_status(container, arena, restarts_of(container->status) + again, NULL), *ended, *waiting;
	char text[CLOCK_TEXT];

	put_image(container, arena, status);
	ended = value_make_map(arena, value_get(status, is_restarted(container, next->exit_code) ? "lastState" : "state"),
		"terminated");
	value_set_text(arena, ended, "containerID", value_get_text(status, "containerID"));
	value_set_int(arena, ended, "exitCode", next->exit_code);
	value_set_text(arena, ended, "finishedAt", clock_format(container->server->clock.now, text));
	value_set_text(arena, ended, "message", next->message);
	value_set_text(arena, ended, "reason", "StartError");
	value_set_text(arena, ended, "startedAt", clock_format(0, text));
	if (is_restarted(container, next->exit_code)) {
		waiting = value_make_map(arena, value_get(status, "state"), "waiting");
		value_set_text(arena, waiting, "message", next->message);
		value_set_text(arena, waiting, "reason", FAILED_START);
	}
	return status;
}
