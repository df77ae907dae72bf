/*
 * The kubelets: a pod on a node is admitted, its volumes are mounted, it gets a sandbox with an address a second later; then its init
 * containers run one after the other and its containers all at once, are probed, end, are killed and restarted, and when the pod
 * is deleted they get SIGTERM.  (pkg/kubelet)
 */
#include <string.h>

#include "control/container.h"
#include "control/control.h"
#include "control/controllers.h"
#include "control/events.h"
#include "control/image.h"
#include "control/ipam.h"
#include "control/nodes.h"
#include "control/podstatus.h"
#include "control/probe.h"
#include "control/process.h"
#include "control/source.h"
#include "control/workload.h"

#define START_TIME CLOCK_SECOND	/* from admission until the containers run: images are at hand */
#define STOP_TIME CLOCK_SECOND	/* from SIGTERM until the processes are gone */

/* The times at which a pod wants to be looked at again. */
struct times {
	int64_t waited_for, later;
};

static void
expect(struct times *times, int64_t when, bool waited_for)
{
	int64_t *time = waited_for ? &times->waited_for : &times->later;

	if (when < *time)
		*time = when;
}

static int64_t
time_of(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);
	int64_t when = 0;

	return text && clock_parse(text, &when) ? when : 0;
}

/* ---- what is told of it ---- */

/* Is the image on the node already, as another pod's there runs it? */
static bool
image_present(const struct server *server, const struct object *pod, const char *image)
{
	size_t n;
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct value *containers = value_path(pods[i]->root, "spec.containers");

		if (strcmp(pod_view(pods[i])->node, pod_view(pod)->node) != 0 || strcmp(pod_view(pods[i])->phase, "Running") != 0 ||
			strcmp(object_uid(pods[i]), object_uid(pod)) == 0)
			continue;
		for (size_t j = 0; j < value_count(containers); j++)
			if (strcmp(value_get_text(value_at(containers, j), "image"), image) == 0)
				return true;
	}
	return false;
}

static void
tell_failed_pull(struct server *server, const struct object *pod, const char *name, const char *image)
{
	struct arena arena = ARENA_INIT;

	event_record(server, EVENT_FAILED, pod, name, "Failed to pull image \"%s\": %s", image,
		container_pull_error(&arena, image));
	event_record(server, EVENT_FAILED, pod, name, "Error: ErrImagePull");
	arena_release(&arena);
}

/* False: there is no such image. */
static bool
tell_pull(struct server *server, const struct object *pod, const struct value *container)
{
	const char *name = value_get_text(container, "name"), *image = value_get_text(container, "image");
	const char *policy = value_get_text(container, "imagePullPolicy");
	bool pulled = policy && strcmp(policy, "Always") == 0;

	if (!pulled && image_present(server, pod, image)) {
		event_record(server, EVENT_PULLED, pod, name, "Container image \"%s\" already present on machine", image);
		return true;
	}
	event_record(server, EVENT_PULLING, pod, name, "Pulling image \"%s\"", image);
	if (!image_exists(image)) {
		tell_failed_pull(server, pod, name, image);
		return false;
	}
	event_record(server, EVENT_PULLED, pod, name, "Successfully pulled image \"%s\" in 412ms (412ms including waiting). "
		"Image size: %lld bytes.", image, (long long)image_size(image));
	return true;
}

static void
tell_waiting(struct server *server, const struct container *container, const struct container_next *next)
{
	const char *name = value_get_text(container->spec, "name");
	const struct object *pod = container->pod;

	if (strcmp(next->reason, "CrashLoopBackOff") == 0)
		event_record(server, EVENT_RESTART_BACK_OFF, pod, name, "Back-off restarting failed container %s in pod %s_%s(%s)", name,
			pod->name, pod->namespace, object_uid(pod));
	else if (strcmp(next->reason, "ImagePullBackOff") != 0 && tell_pull(server, pod, container->spec))
		event_record(server, EVENT_FAILED, pod, name, "Error: %s", next->message);
}

/* The same once more. */
static void
tell_waiting_on(struct server *server, const struct container *container, const struct container_next *next)
{
	const char *name = value_get_text(container->spec, "name");

	if (strcmp(container_waiting_reason(container->status), "ImagePullBackOff") == 0) {
		event_record(server, EVENT_PULL_BACK_OFF, container->pod, name, "Back-off pulling image \"%s\"",
			value_get_text(container->spec, "image"));
		event_record(server, EVENT_FAILED, container->pod, name, "Error: ImagePullBackOff");
	} else {
		tell_waiting(server, container, next);
	}
}

static void
tell_probe(struct server *server, const struct container *container, const struct container_next *next)
{
	const struct probe_run run = { .server = server, .pod = container->pod, .container = container->spec,
		.kind = (enum probe_kind)next->probe };
	const char *name = value_get_text(container->spec, "name");
	struct str text = STR_INIT;

	probe_message(&run, &text);
	if (event_last(server, EVENT_UNHEALTHY, container->pod, name) < server->clock.now / CLOCK_SECOND * CLOCK_SECOND)
		event_record(server, EVENT_UNHEALTHY, container->pod, name, "%s", text.buf);
	str_release(&text);
	if (next->step == CONTAINER_IS_KILLED)
		event_record(server, EVENT_KILLING, container->pod, name, "Container %s failed %s probe, will be restarted", name,
			next->probe == PROBE_STARTUP ? "startup" : "liveness");
}

static void
tell_stopped(struct server *server, const struct object *pod)
{
	const struct value *statuses = value_path(pod->root, "status.containerStatuses");

	for (size_t i = 0; i < value_count(statuses); i++) {
		const char *name = value_get_text(value_at(statuses, i), "name");

		if (container_runs(value_at(statuses, i)))
			event_record(server, EVENT_KILLING, pod, name, "Stopping container %s", name);
	}
}

/* ---- a container's step ---- */

/* What waits for an answer takes a while, which process_of doesn't know of. */
#define HEARD_BEYOND (30 * CLOCK_SECOND)

static void
hear_out(struct server *server, const struct container *container, int64_t until)
{
	if (server->hear_out)
		server->hear_out(server->hear_out_arg, container->pod, container->spec, until);
}

static struct value *step(struct server *server, const struct container *container, const struct container_next *next,
	struct arena *arena);

/* In one go, so that nobody takes the pod for one that has ended. */
static struct value *
start_anew(struct server *server, const struct container *container, int exit_code, struct arena *arena)
{
	struct container ended = *container;
	struct container_next next;

	ended.status = container_status_ended(container, arena, exit_code);
	next = container_next(&ended, arena);
	return step(server, &ended, &next, arena);
}

static struct value *
step(struct server *server, const struct container *container, const struct container_next *next, struct arena *arena)
{
	const char *name = value_get_text(container->spec, "name");
	struct value *status = container->status ? value_copy(arena, container->status) : NULL;

	switch (next->step) {
	case CONTAINER_RESTS:
		break;
	case CONTAINER_STARTS:
		tell_pull(server, container->pod, container->spec);
		event_record(server, EVENT_CREATED, container->pod, name, "Created container: %s", name);
		event_record(server, EVENT_STARTED, container->pod, name, "Started container %s", name);
		return container_status_running(container, arena);
	case CONTAINER_FAILS:
		tell_pull(server, container->pod, container->spec);
		event_record(server, EVENT_CREATED, container->pod, name, "Created container: %s", name);
		event_record(server, EVENT_FAILED, container->pod, name, "Error: %s", next->message);
		return container_status_failed(container, arena, next);
	case CONTAINER_WAITS:
		tell_waiting(server, container, next);
		return container_status_waiting(container, arena, next->reason, next->message);
	case CONTAINER_WAITS_ON:
		tell_waiting_on(server, container, next);
		break;
	case CONTAINER_IS_KILLED:
		hear_out(server, container, server->clock.now);
		tell_probe(server, container, next);
		return container_status_ended(container, arena, next->exit_code);
	case CONTAINER_ENDS:
		hear_out(server, container, server->clock.now + HEARD_BEYOND);
		return container_status_ended(container, arena, next->exit_code);
	case CONTAINER_IS_CHANGED:
		hear_out(server, container, server->clock.now);
		event_record(server, EVENT_KILLING, container->pod, name, "Container %s definition changed, will be restarted", name);
		return start_anew(server, container, next->exit_code, arena);
	case CONTAINER_IS_UP:
		value_set_bool(arena, status, "started", true);
		break;
	case CONTAINER_IS_READY:
	case CONTAINER_IS_UNREADY:
		value_set_bool(arena, status, "ready", next->step == CONTAINER_IS_READY);
		break;
	case CONTAINER_IS_UNWELL:
		tell_probe(server, container, next);
		break;
	}
	return status;
}

/* ---- a pod's containers ---- */

enum { PART_INIT, PART_MAIN, PART_EPHEMERAL };
static const struct part {
	const char *spec, *status;
	enum container_role role;
} parts[] = {
	[PART_INIT] = { "initContainers", "initContainerStatuses", CONTAINER_INIT },
	[PART_MAIN] = { "containers", "containerStatuses", CONTAINER_MAIN },
	[PART_EPHEMERAL] = { "ephemeralContainers", "ephemeralContainerStatuses", CONTAINER_EPHEMERAL },
};

static struct container
container_at(const struct server *server, const struct object *pod, const struct part *part, size_t i)
{
	const struct value *spec = value_at(value_get(value_get(pod->root, "spec"), part->spec), i);
	enum container_role role = part->role == CONTAINER_INIT && podstatus_is_sidecar(spec) ? CONTAINER_SIDECAR : part->role;

	return (struct container){ server, pod, spec, podstatus_container(pod->root, part->status, value_get_text(spec, "name")), role };
}

/* May the one after it begin? */
static bool
lets_on(const struct container *container)
{
	int exit_code;

	if (container->role == CONTAINER_SIDECAR)
		return value_get_bool(container->status, "started", false);
	return container->role == CONTAINER_MAIN || container->role == CONTAINER_EPHEMERAL || (container_ended(container->status, &exit_code) && exit_code == 0);
}

/* An init container that has done its part is never looked at again; one beside the others is, always. */
static bool
is_over(const struct container *container)
{
	return container_done(container) || (container->role == CONTAINER_INIT && lets_on(container));
}

typedef void each_container(const struct container *container, const struct part *part, void *arg);

static void
for_each(const struct server *server, const struct object *pod, each_container *act, void *arg)
{
	for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
		size_t n = value_count(value_get(value_get(pod->root, "spec"), parts[p].spec));

		for (size_t i = 0; i < n; i++) {
			struct container container = container_at(server, pod, &parts[p], i);

			if (!is_over(&container))
				act(&container, &parts[p], arg);
			if (container_failed_for_good(&container) && parts[p].role == CONTAINER_INIT)
				return;
			if (!lets_on(&container))
				return;
		}
	}
}

static void
expect_container(const struct container *container, const struct part *part, void *arg)
{
	struct arena arena = ARENA_INIT;
	struct container_next next = container_next(container, &arena);

	(void)part;
	expect(arg, next.when, next.waited_for);
	arena_release(&arena);
}

struct advance {
	struct server *server;
	struct object *copy;
};

static void
replace(struct value *list, const char *name, struct value *status)
{
	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(value_get_text(value_at(list, i), "name"), name) == 0)
			list->list.v[i] = status;
}

static void
advance_container(const struct container *container, const struct part *part, void *arg)
{
	struct advance *advance = arg;
	struct arena *arena = &advance->copy->arena;
	struct container_next next = container_next(container, arena);
	struct value *list = value_get(value_get(advance->copy->root, "status"), part->status), *status;

	if (next.step == CONTAINER_RESTS || next.when > advance->server->clock.now)
		return;
	status = step(advance->server, container, &next, arena);
	replace(list, value_get_text(container->spec, "name"), status);
}

/* ---- a pod's life ---- */

static int
by_name(const void *a, const void *b)
{
	const struct value *x = *(const struct value *const *)a, *y = *(const struct value *const *)b;

	return strcmp(value_get_text(x, "name"), value_get_text(y, "name"));
}

/* The entries of all containers, before any has begun; containers stand sorted by name, init containers as in spec. */
static void
put_waiting(const struct server *server, const struct object *pod, struct object *copy)
{
	bool has_init = value_count(value_path(pod->root, "spec.initContainers")) > 0;

	for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
		size_t n = value_count(value_get(value_get(pod->root, "spec"), parts[p].spec));
		struct value *list = value_list(&copy->arena);

		for (size_t i = 0; i < n; i++) {
			struct container container = container_at(server, pod, &parts[p], i);

			value_append(&copy->arena, list, container_status_waiting(&container, &copy->arena,
				has_init ? "PodInitializing" : "ContainerCreating", NULL));
		}
		if (n && parts[p].role != CONTAINER_INIT)
			qsort(list->list.v, list->list.n, sizeof list->list.v[0], by_name);
		if (n)
			value_set(&copy->arena, value_get(copy->root, "status"), parts[p].status, list);
	}
}

static void
admit(struct server *server, const struct object *pod, const struct node *node)
{
	struct object *copy = object_copy(pod);
	struct value *status = value_make_map(&copy->arena, copy->root, "status");
	char text[CLOCK_TEXT];

	value_set_text(&copy->arena, status, "phase", "Pending");
	value_set_text(&copy->arena, status, "startTime", clock_format(server->clock.now, text));
	for (size_t i = 0; i < node->nips; i++)
		ipam_put(copy, "hostIP", "hostIPs", &node->ips[i]);
	put_waiting(server, pod, copy);
	podstatus_write(copy, server->clock.now);
	workload_commit(server, pod, copy);
}

/* An ephemeral container comes when the pod is there, and so does its entry. */
static void
put_entries(const struct server *server, const struct object *pod, const struct part *part, struct object *copy)
{
	struct value *status = value_get(copy->root, "status"), *list = NULL;
	size_t n = value_count(value_get(value_get(pod->root, "spec"), part->spec));

	for (size_t i = 0; i < n; i++) {
		struct container container = container_at(server, pod, part, i);

		list = list ? list : value_make_list(&copy->arena, status, part->status);
		if (!container.status)
			value_append(&copy->arena, list, container_status_waiting(&container, &copy->arena, "ContainerCreating", NULL));
	}
}

/* What is due of its containers is done, each one's next step. */
static void
advance(struct server *server, const struct object *pod, struct object *copy)
{
	struct advance advance = { server, copy };

	put_entries(server, pod, &parts[PART_EPHEMERAL], copy);
	for_each(server, pod, advance_container, &advance);
	podstatus_write(copy, server->clock.now);
	workload_commit(server, pod, copy);
}

/* With the address the first containers start. */
static void
start(struct server *server, struct ipam *ipam, const struct object *pod, const struct node *node)
{
	struct arena arena = ARENA_INIT;
	const char *volume, *missing = source_missing_volume(server, pod, &volume, &arena);
	struct object *copy = object_copy(pod);

	if (missing && !event_last(server, EVENT_FAILED_MOUNT, pod, NULL))
		event_record(server, EVENT_FAILED_MOUNT, pod, NULL, "MountVolume.SetUp failed for volume \"%s\" : %s", volume, missing);
	if (missing || !ipam_assign(ipam, copy, node, pod_view(pod)->host_network))
		object_unref(copy);	/* it stays in ContainerCreating */
	else
		advance(server, pod, copy);
	arena_release(&arena);
}

/* spec.activeDeadlineSeconds after its start; CLOCK_NEVER. */
static int64_t
deadline_of(const struct object *pod)
{
	int64_t seconds = value_get_int(value_get(pod->root, "spec"), "activeDeadlineSeconds", 0);

	return seconds ? time_of(value_get(pod->root, "status"), "startTime") + seconds * CLOCK_SECOND : CLOCK_NEVER;
}

static void
kill_for(struct server *server, const struct object *pod, const char *reason, const char *message)
{
	struct object *copy = object_copy(pod);
	struct value *status = value_get(copy->root, "status");

	event_record(server, EVENT_DEADLINE, pod, NULL, "%s", message);
	value_set_text(&copy->arena, status, "message", message);
	value_set_text(&copy->arena, status, "phase", "Failed");
	value_set_text(&copy->arena, status, "reason", reason);
	for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
		size_t n = value_count(value_get(value_get(pod->root, "spec"), parts[p].spec));

		for (size_t i = 0; i < n; i++) {
			struct container container = container_at(server, pod, &parts[p], i);
			struct process process = process_of(server, pod, container.spec);

			if (container_runs(container.status))
				replace(value_get(status, parts[p].status), value_get_text(container.spec, "name"),
					container_status_ended(&container, &copy->arena, process.heeds_term ? 0 : 137));
		}
	}
	podstatus_write(copy, server->clock.now);
	workload_commit(server, pod, copy);
}

static void
end_process(const struct container *container, struct value *list, struct object *copy, int exit_code,
	const char *start_error)
{
	struct value *status = container_status_ended(container, &copy->arena, exit_code);
	struct value *ended = value_path(status, "state.terminated");

	if (start_error) {
		value_set_text(&copy->arena, ended, "message", start_error);
		value_set_text(&copy->arena, ended, "reason", "StartError");
		value_set_text(&copy->arena, ended, "startedAt", "1970-01-01T00:00:00Z");
	}
	replace(list, value_get_text(container->spec, "name"), status);
}

void
control_end_process(struct server *server, const struct object *pod, const char *name, int exit_code, const char *start_error)
{
	struct object *copy = object_copy(pod);

	for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
		struct value *list = value_get(value_get(copy->root, "status"), parts[p].status);
		size_t n = value_count(value_get(value_get(pod->root, "spec"), parts[p].spec));

		for (size_t i = 0; i < n; i++) {
			struct container container = container_at(server, pod, &parts[p], i);

			if (strcmp(value_get_text(container.spec, "name"), name) == 0 && container_runs(container.status))
				end_process(&container, list, copy, exit_code, start_error);
		}
	}
	podstatus_write(copy, server->clock.now);
	workload_commit(server, pod, copy);
}

static bool
is_cared_for(const struct server *server, const struct object *pod)
{
	const struct pod *view = pod_view(pod);
	const struct object *node = store_get(server->store, kind_by_kind("Node"), "", view->node);

	return node && workload_pod_live(view) && node_is_machine(node) && node_has_kubelet(server, node);
}

/* Is there somebody to say that it is gone?  The API server itself takes away what is on no node. */
static bool
is_told_of(const struct server *server, const struct object *pod)
{
	const struct object *node = store_get(server->store, kind_by_kind("Node"), "", pod_view(pod)->node);

	return !pod_view(pod)->node[0] || (node && node_is_machine(node) && node_has_kubelet(server, node));
}

/* SIGTERM, after a hook that takes its time; SIGKILL at the end of the grace period at the latest. */
static int64_t
gone_at(const struct server *server, const struct object *pod, bool *waited_for)
{
	const struct value *containers = value_path(pod->root, "spec.containers"), *meta = object_meta(pod);
	int64_t grace = value_get_int(meta, "deletionGracePeriodSeconds", 0) * CLOCK_SECOND, takes = grace ? STOP_TIME : 0;

	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *container = value_at(containers, i), *hook = value_path(container, "lifecycle.preStop");
		int64_t hook_takes = value_get_int(value_get(hook, "sleep"), "seconds", 0) * CLOCK_SECOND;

		if (hook_takes > takes)
			takes = hook_takes;
		if (container_runs(podstatus_container(pod->root, "containerStatuses", value_get_text(container, "name"))) &&
			!process_of(server, pod, container).heeds_term)
			takes = grace;
	}
	*waited_for = takes <= STOP_TIME;
	return time_of(meta, "deletionTimestamp") - grace + (takes < grace ? takes : grace);
}

/* Also what must be done now: its time is past. */
static struct times
times_of(const struct server *server, const struct object *pod)
{
	struct times times = { CLOCK_NEVER, CLOCK_NEVER };
	const struct value *status = value_get(pod->root, "status");
	bool waited_for = true;

	if (object_is_deleting(pod)) {
		int64_t when = gone_at(server, pod, &waited_for);

		if (!is_told_of(server, pod))
			return times;
		expect(&times, pod_view(pod)->node[0] ? when : 0, waited_for);
	}
	if (!is_cared_for(server, pod))
		return times;
	if (!value_get(status, "startTime"))
		expect(&times, 0, true);
	else if (!value_get(status, "podIP"))
		expect(&times, time_of(status, "startTime") + START_TIME, true);
	else
		for_each(server, pod, expect_container, &times);
	expect(&times, deadline_of(pod), false);
	return times;
}

static void
live(struct server *server, struct ipam *ipam, const struct object *pod)
{
	const struct object *node = store_get(server->store, kind_by_kind("Node"), "", pod_view(pod)->node);
	const struct value *status = value_get(pod->root, "status");

	if (!value_get(status, "startTime"))
		admit(server, pod, node_view(node));
	else if (!value_get(status, "podIP"))
		start(server, ipam, pod, node_view(node));
	else if (deadline_of(pod) <= server->clock.now)
		kill_for(server, pod, "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
	else
		advance(server, pod, object_copy(pod));
}

static void
look_after(struct server *server, struct ipam *ipam, const struct object *pod)
{
	bool waited_for;

	if (object_is_deleting(pod) &&
		(!pod_view(pod)->node[0] || gone_at(server, pod, &waited_for) <= server->clock.now)) {
		if (workload_waits(pod))
			return;		/* it has stopped: what is left are finalizers */
		tell_stopped(server, pod);
		server_remove(server, pod);
	} else if (is_cared_for(server, pod))
		live(server, ipam, pod);
}

static bool
is_due(const struct server *server, const struct object *pod)
{
	struct times times = times_of(server, pod);

	return times.waited_for <= server->clock.now || times.later <= server->clock.now;
}

/* Over all pods; what is past is done already, or waits for something else than time. */
static struct times
times_ahead(const struct server *server)
{
	struct times all = { CLOCK_NEVER, CLOCK_NEVER };
	size_t n;
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		struct times times = times_of(server, pods[i]);

		if (times.waited_for > server->clock.now)
			expect(&all, times.waited_for, true);
		if (times.later > server->clock.now)
			expect(&all, times.later, false);
	}
	return all;
}

static int64_t
reconcile(struct server *server)
{
	object_vec pods = VEC_INIT;
	struct ipam ipam;

	ipam_init(&ipam, server);
	workload_list(server, "Pod", NULL, &pods);
	for (size_t i = 0; i < pods.n; i++)
		if (is_due(server, pods.v[i]))
			look_after(server, &ipam, pods.v[i]);
	workload_list_release(&pods);
	ipam_release(&ipam);
	return times_ahead(server).waited_for;
}

static int64_t
later(const struct server *server)
{
	return times_ahead(server).later;
}

/* Services and slices: a script may wait for one. */
static const char *const watches[] = { "Pod", "Node", "ConfigMap", "Secret", "Service", "EndpointSlice", NULL };
const struct controller controller_kubelet = { "kubelet", watches, reconcile, later };
