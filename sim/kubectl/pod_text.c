/* Follows printPod of k8s.io/kubernetes/pkg/printers/internalversion/printers.go. */
#include "kubectl/pod_text.h"

#include <stdlib.h>
#include <string.h>

#include "svcsim/str.h"

static bool
is(const char *text, const char *wanted)
{
	return text && strcmp(text, wanted) == 0;
}

bool
pod_condition_is(const struct value *pod, const char *type, const char *status)
{
	const struct value *conditions = value_path(pod, "status.conditions");

	for (size_t i = 0; type && i < value_count(conditions); i++)
		if (is(value_get_text(value_at(conditions, i), "type"), type))
			return is(value_get_text(value_at(conditions, i), "status"), status);
	return false;
}

static bool
is_gated(const struct value *pod)
{
	const struct value *conditions = value_path(pod, "status.conditions");

	for (size_t i = 0; i < value_count(conditions); i++)
		if (is(value_get_text(value_at(conditions, i), "type"), "PodScheduled"))
			return is(value_get_text(value_at(conditions, i), "reason"), "SchedulingGated");
	return false;
}

static void
set_status(struct pod_text *text, char *status)
{
	free(text->status);
	text->status = status;
}

static const struct value *
find_container(const struct value *pod, const char *name)
{
	const struct value *containers = value_path(pod, "spec.initContainers");

	for (size_t i = 0; i < value_count(containers); i++)
		if (name && is(value_get_text(value_at(containers, i), "name"), name))
			return value_at(containers, i);
	return NULL;
}

static bool
is_sidecar(const struct value *container)
{
	return is(value_get_text(container, "restartPolicy"), "Always");
}

static void
count_restarts(struct pod_text *text, const struct value *status)
{
	const char *finished = value_text(value_path(status, "lastState.terminated.finishedAt"));

	text->restarts += value_get_int(status, "restartCount", 0);
	if (finished && (!text->last_restart || strcmp(finished, text->last_restart) > 0))
		text->last_restart = finished;
}

/* What a container that ended says; NULL when it says nothing. */
static char *
terminated_reason(const struct value *terminated, const char *prefix)
{
	const char *reason = value_get_text(terminated, "reason");
	long long signal = value_get_int(terminated, "signal", 0);

	if (reason && *reason)
		return xasprintf("%s%s", prefix, reason);
	if (signal)
		return xasprintf("%sSignal:%lld", prefix, signal);
	return xasprintf("%sExitCode:%lld", prefix, (long long)value_get_int(terminated, "exitCode", 0));
}

/* true while an init container holds the others back. */
static bool
initializing(struct pod_text *text, const struct value *pod)
{
	const struct value *statuses = value_path(pod, "status.initContainerStatuses");
	size_t n = value_count(value_path(pod, "spec.initContainers"));

	for (size_t i = 0; i < value_count(statuses); i++) {
		const struct value *status = value_at(statuses, i);
		const struct value *terminated = value_path(status, "state.terminated");
		const char *waiting = value_text(value_path(status, "state.waiting.reason"));
		bool sidecar = is_sidecar(find_container(pod, value_get_text(status, "name")));

		count_restarts(text, status);
		if (terminated && !value_get_int(terminated, "exitCode", 0))
			continue;
		if (sidecar && value_get_bool(status, "started", false)) {
			text->ready += value_get_bool(status, "ready", false);
			continue;
		}
		if (terminated)
			set_status(text, terminated_reason(terminated, "Init:"));
		else if (waiting && *waiting && !is(waiting, "PodInitializing"))
			set_status(text, xasprintf("Init:%s", waiting));
		else
			set_status(text, xasprintf("Init:%zu/%zu", i, n));
		return true;
	}
	return false;
}

static void
look_at_containers(struct pod_text *text, const struct value *pod)
{
	const struct value *statuses = value_path(pod, "status.containerStatuses");
	bool running = false;

	for (size_t i = value_count(statuses); i-- > 0; ) {
		const struct value *status = value_at(statuses, i);
		const struct value *terminated = value_path(status, "state.terminated");
		const char *waiting = value_text(value_path(status, "state.waiting.reason"));

		count_restarts(text, status);
		if (waiting && *waiting) {
			set_status(text, xstrdup(waiting));
		} else if (terminated) {
			set_status(text, terminated_reason(terminated, ""));
		} else if (value_get_bool(status, "ready", false) && value_path(status, "state.running")) {
			running = true;
			text->ready++;
		}
	}
	if (running && is(text->status, "Completed"))
		set_status(text, xstrdup(pod_condition_is(pod, "Ready", "True") ? "Running" : "NotReady"));
}

struct pod_text
pod_text_of(const struct value *pod)
{
	struct pod_text text = { NULL, 0, 0, 0, NULL };
	const struct value *init = value_path(pod, "spec.initContainers");
	const char *phase = value_text(value_path(pod, "status.phase"));
	const char *reason = value_text(value_path(pod, "status.reason"));

	text.containers = (int)value_count(value_path(pod, "spec.containers"));
	for (size_t i = 0; i < value_count(init); i++)
		text.containers += is_sidecar(value_at(init, i));
	text.status = xstrdup(is_gated(pod) ? "SchedulingGated" : reason && *reason ? reason : phase ? phase : "");
	if (!initializing(&text, pod) || pod_condition_is(pod, "Initialized", "True"))
		look_at_containers(&text, pod);
	if (!value_path(pod, "metadata.deletionTimestamp"))
		return text;
	if (is(reason, "NodeLost"))
		set_status(&text, xstrdup("Unknown"));
	else if (!is(phase, "Succeeded") && !is(phase, "Failed"))
		set_status(&text, xstrdup("Terminating"));
	return text;
}

void
pod_text_release(struct pod_text *text)
{
	free(text->status);
	text->status = NULL;
}
