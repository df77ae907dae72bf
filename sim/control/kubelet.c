/*
 * The kubelets: a pod on a node is admitted, its images are pulled, it starts a second later with an address from the node's
 * podCIDR, is probed, and when deleted is gone a second after (pkg/kubelet, host-local IPAM).
 */
#include <string.h>

#include "base/hash.h"
#include "control/controllers.h"
#include "control/events.h"
#include "control/image.h"
#include "control/probe.h"
#include "control/workload.h"

#define START_TIME CLOCK_SECOND	/* from admission until the containers run: images are at hand */
#define STOP_TIME CLOCK_SECOND	/* from SIGTERM until the processes are gone */

struct kubelet {
	struct server *server;
	int64_t wake;
};

static void
wake_at(struct kubelet *kubelet, int64_t when)
{
	if (when < kubelet->wake)
		kubelet->wake = when;
}

static int64_t
time_of(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);
	int64_t when = 0;

	return text && clock_parse(text, &when) ? when : 0;
}

/* ---- addresses ---- */

/* The part of an address that counts within its range; only ranges of up to 2^16 addresses are walked. */
static size_t
host_part(const struct ip *ip, size_t size)
{
	size_t last = ip_bits(ip->family) / 8 - 1;

	return (((size_t)ip->b[last - 1] << 8) | ip->b[last]) & (size - 1);
}

/* Marks what pods hold of the range, and gives the highest one. */
static size_t
mark_taken(const struct server *server, const struct cidr *range, bool *taken, size_t size)
{
	size_t n, highest = 1;
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);

		for (size_t j = 0; j < pod->nips && (workload_pod_live(pod) || pod->deleting); j++) {
			size_t at;

			if (!cidr_contains(range, &pod->ips[j]))
				continue;
			at = host_part(&pod->ips[j], size);
			taken[at] = true;
			if (at > highest)
				highest = at;
		}
	}
	return highest;
}

/* The one after the highest in use, as host-local goes round; at the end the lowest free one. */
static bool
address_next(const struct server *server, const struct cidr *range, struct ip *out)
{
	struct cidr masked = cidr_masked(range);
	unsigned bits = ip_bits(range->ip.family) - range->prefix;
	size_t size = (size_t)1 << (bits > 16 ? 16 : bits), highest;
	bool *taken = xcalloc(size, sizeof *taken), found = false;

	highest = mark_taken(server, range, taken, size);
	/* neither the network's own address, nor the bridge's, nor the broadcast */
	for (size_t i = 0; i + 3 < size && !found; i++) {
		size_t at = 2 + (highest - 1 + i) % (size - 3);

		found = !taken[at];
		if (found)
			*out = ip_plus(&masked.ip, at);
	}
	free(taken);
	return found;
}

static void
put_address(struct object *copy, struct value *status, const char *one, const char *many, const struct ip *ip)
{
	struct value *entry = value_map(&copy->arena);
	char text[IP_TEXT];

	if (!value_get(status, one))
		value_set_text(&copy->arena, status, one, ip_format(ip, text));
	value_set_text(&copy->arena, entry, "ip", ip_format(ip, text));
	value_append(&copy->arena, value_make_list(&copy->arena, status, many), entry);
}

static bool
give_addresses(const struct server *server, struct object *copy, struct value *status, const struct node *node, bool host)
{
	struct ip ip;

	for (size_t i = 0; host && i < node->nips; i++)
		put_address(copy, status, "podIP", "podIPs", &node->ips[i]);
	for (size_t i = 0; !host && i < node->npod_cidrs; i++) {
		if (!address_next(server, &node->pod_cidrs[i], &ip))
			return false;
		put_address(copy, status, "podIP", "podIPs", &ip);
	}
	return value_get(status, "podIP") != NULL;
}

/* ---- conditions and containers ---- */

/* The status of a container, or its entry in spec; NULL. */
static struct value *
named(const struct value *list, const char *name)
{
	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(value_get_text(value_at(list, i), "name"), name) == 0)
			return value_at(list, i);
	return NULL;
}

/* "[a b]" of the containers that are not ready, as spec orders them; NULL when all are. */
static char *
unready_names(struct object *copy)
{
	const struct value *containers = value_path(copy->root, "spec.containers");
	const struct value *statuses = value_path(copy->root, "status.containerStatuses");
	struct str names = STR_INIT;
	char *text = NULL;

	for (size_t i = 0; i < value_count(containers); i++) {
		const char *name = value_get_text(value_at(containers, i), "name");

		if (!value_get_bool(named(statuses, name), "ready", false))
			str_addf(&names, "%s%s", names.len ? " " : "", name);
	}
	if (names.len)
		text = arena_printf(&copy->arena, "containers with unready status: [%s]", names.buf);
	str_release(&names);
	return text;
}

/* The kubelet writes its own conditions anew each time, always in this order, after those that are not its own. */
static void
put_conditions(struct kubelet *kubelet, struct object *copy, bool started)
{
	const char *unready = unready_names(copy), *reason = unready ? "ContainersNotReady" : "";
	const char *ready = unready ? "False" : "True", *message = unready ? unready : "";
	const struct condition own[] = {
		{ "PodReadyToStartContainers", started ? "True" : "False", "", "", false, true },
		{ "Initialized", "True", "", "", false, true },
		{ "Ready", ready, reason, message, false, true },
		{ "ContainersReady", ready, reason, message, false, true },
		{ "PodScheduled", "True", "", "", false, true },
	};
	struct value *status = value_get(copy->root, "status");
	struct value *list = value_make_list(&copy->arena, status, "conditions");

	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
		for (size_t old = 0; old < value_count(list); old++) {
			struct value *entry = value_at(list, old);

			if (strcmp(value_get_text(entry, "type"), own[i].type) != 0)
				continue;
			value_remove_at(list, old);
			value_append(&copy->arena, list, entry);
			break;
		}
		workload_condition(&copy->arena, status, &own[i], kubelet->server->clock.now);
	}
}

/* "nginx" as the runtime resolves it: docker.io's library, and tag latest when with_tag and it has none. */
static char *
image_resolved(struct arena *arena, const char *reference, bool with_tag)
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

static void
put_waiting(struct arena *arena, struct value *status, const struct value *container, const char *reason)
{
	const char *image = value_get_text(container, "image");
	struct value *waiting = value_make_map(arena, value_get(status, "state"), "waiting");

	value_set_text(arena, status, "image", image);
	value_set_text(arena, status, "imageID", "");
	if (strcmp(reason, "ImagePullBackOff") == 0)
		value_set(arena, waiting, "message", value_stringf(arena, "Back-off pulling image \"%s\"", image));
	value_set_text(arena, waiting, "reason", reason);
}

/* waiting: why it does not run; NULL when it does. */
static struct value *
container_status(struct kubelet *kubelet, struct object *copy, const struct value *container, const char *waiting)
{
	struct arena *arena = &copy->arena;
	struct value *status = value_map(arena);
	struct value *state = value_make_map(arena, status, "state");
	const char *image = value_get_text(container, "image"), *name = value_get_text(container, "name");
	char text[CLOCK_TEXT];

	value_set_text(arena, status, "name", name);
	value_make_map(arena, status, "lastState");
	value_set_bool(arena, status, "ready", !waiting && !value_get(container, "readinessProbe"));
	value_set_int(arena, status, "restartCount", 0);
	value_set_bool(arena, status, "started", !waiting);
	if (waiting) {
		put_waiting(arena, status, container, waiting);
		return status;
	}
	value_set_text(arena, status, "image", image_resolved(arena, image, true));
	put_digest(arena, status, "imageID", arena_printf(arena, "%s@sha256:", image_resolved(arena, image, false)), image);
	put_digest(arena, status, "containerID", "containerd://", arena_printf(arena, "%s/%s", object_uid(copy), name));
	value_set_text(arena, value_make_map(arena, state, "running"), "startedAt", clock_format(kubelet->server->clock.now, text));
	return status;
}

static int
by_name(const void *a, const void *b)
{
	const struct value *x = *(const struct value *const *)a, *y = *(const struct value *const *)b;

	return strcmp(value_get_text(x, "name"), value_get_text(y, "name"));
}

/* Sorted by name.  Each container by itself: one whose image can't be pulled keeps only itself from running. */
static void
put_containers(struct kubelet *kubelet, struct object *copy, bool started)
{
	const struct value *containers = value_path(copy->root, "spec.containers");
	struct value *list = value_list(&copy->arena);

	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *container = value_at(containers, i);
		const char *waiting = !started ? "ContainerCreating" :
			image_exists(value_get_text(container, "image")) ? NULL : "ImagePullBackOff";

		value_append(&copy->arena, list, container_status(kubelet, copy, container, waiting));
	}
	qsort(list->list.v, list->list.n, sizeof list->list.v[0], by_name);
	value_set(&copy->arena, value_get(copy->root, "status"), "containerStatuses", list);
}

/* ---- what is told of it ---- */

/* Is the image on the node already, as another pod's there runs it? */
static bool
image_present(const struct kubelet *kubelet, const struct object *pod, const char *image)
{
	size_t n;
	const struct object *const *pods = store_list(kubelet->server->store, kind_by_kind("Pod"), NULL, &n);

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
tell_failed_pull(const struct kubelet *kubelet, const struct object *pod, const char *name, const char *image)
{
	struct arena arena = ARENA_INIT;
	const char *full = image_resolved(&arena, image, true);

	event_record(kubelet->server, EVENT_FAILED, pod, name, "Failed to pull image \"%s\": rpc error: code = NotFound desc = "
		"failed to pull and unpack image \"%s\": failed to resolve reference \"%s\": %s: not found", image, full, full, full);
	event_record(kubelet->server, EVENT_FAILED, pod, name, "Error: ErrImagePull");
	arena_release(&arena);
}

static void
tell_started(const struct kubelet *kubelet, const struct object *pod, const struct value *container)
{
	struct server *server = kubelet->server;
	const char *name = value_get_text(container, "name"), *image = value_get_text(container, "image");
	const char *policy = value_get_text(container, "imagePullPolicy");
	bool pulled = policy && strcmp(policy, "Always") == 0;

	if (!pulled && image_present(kubelet, pod, image)) {
		event_record(server, EVENT_PULLED, pod, name, "Container image \"%s\" already present on machine", image);
	} else {
		event_record(server, EVENT_PULLING, pod, name, "Pulling image \"%s\"", image);
		if (!image_exists(image)) {
			tell_failed_pull(kubelet, pod, name, image);
			return;
		}
		event_record(server, EVENT_PULLED, pod, name, "Successfully pulled image \"%s\" in 412ms (412ms including waiting). "
			"Image size: %lld bytes.", image, (long long)image_size(image));
	}
	event_record(server, EVENT_CREATED, pod, name, "Created container: %s", name);
	event_record(server, EVENT_STARTED, pod, name, "Started container %s", name);
}

static void
tell_stopped(const struct kubelet *kubelet, const struct object *pod)
{
	const struct value *statuses = value_path(pod->root, "status.containerStatuses");

	for (size_t i = 0; i < value_count(statuses); i++) {
		const char *name = value_get_text(value_at(statuses, i), "name");

		if (value_path(value_at(statuses, i), "state.running"))
			event_record(kubelet->server, EVENT_KILLING, pod, name, "Stopping container %s", name);
	}
}

/* ---- a pod's life ---- */

static void
admit(struct kubelet *kubelet, const struct object *pod, const struct node *node)
{
	struct object *copy = object_copy(pod);
	struct value *status = value_make_map(&copy->arena, copy->root, "status");
	char text[CLOCK_TEXT];

	value_set_text(&copy->arena, status, "phase", "Pending");
	value_set_text(&copy->arena, status, "startTime", clock_format(kubelet->server->clock.now, text));
	for (size_t i = 0; i < node->nips; i++)
		put_address(copy, status, "hostIP", "hostIPs", &node->ips[i]);
	put_containers(kubelet, copy, false);
	put_conditions(kubelet, copy, false);
	workload_commit(kubelet->server, pod, copy);
}

static bool
images_exist(const struct object *pod)
{
	const struct value *containers = value_path(pod->root, "spec.containers");

	for (size_t i = 0; i < value_count(containers); i++)
		if (!image_exists(value_get_text(value_at(containers, i), "image")))
			return false;
	return true;
}

static void
start(struct kubelet *kubelet, const struct object *pod, const struct node *node)
{
	struct object *copy = object_copy(pod);
	struct value *status = value_make_map(&copy->arena, copy->root, "status");
	const struct value *containers = value_path(pod->root, "spec.containers");

	if (!give_addresses(kubelet->server, copy, status, node, pod_view(pod)->host_network)) {
		object_unref(copy);	/* the node's range is full: it stays in ContainerCreating */
		return;
	}
	if (images_exist(pod))
		value_set_text(&copy->arena, status, "phase", "Running");
	put_containers(kubelet, copy, true);
	put_conditions(kubelet, copy, true);
	for (size_t i = 0; i < value_count(containers); i++)
		tell_started(kubelet, pod, value_at(containers, i));
	workload_commit(kubelet->server, pod, copy);
}

/* When the result of a container's first probe is there; CLOCK_NEVER when it does not run. */
static int64_t
probed_at(const struct value *probe, const struct value *status)
{
	int64_t started = time_of(value_path(status, "state.running"), "startedAt");

	return started ? started + (value_get_int(probe, "initialDelaySeconds", 0) + 1) * CLOCK_SECOND : CLOCK_NEVER;
}

/* What a probe finds never changes by itself, so one that failed is not asked again until the pod changes. */
static void
probe(struct kubelet *kubelet, const struct object *pod)
{
	const struct value *containers = value_path(pod->root, "spec.containers");
	const struct value *statuses = value_path(pod->root, "status.containerStatuses");
	struct object *copy = NULL;

	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *container = value_at(containers, i), *probe = value_get(container, "readinessProbe");
		const char *name = value_get_text(container, "name");
		const struct value *status = named(statuses, name);
		int64_t when = probed_at(probe, status);

		if (!probe || value_get_bool(status, "ready", true) || when == CLOCK_NEVER ||
			!probe_passes(pod_view(pod), container, probe))
			continue;
		if (kubelet->server->clock.now < when) {
			wake_at(kubelet, when);
			continue;
		}
		copy = copy ? copy : object_copy(pod);
		value_set_bool(&copy->arena, named(value_path(copy->root, "status.containerStatuses"), name), "ready", true);
	}
	if (!copy)
		return;
	put_conditions(kubelet, copy, true);
	workload_commit(kubelet->server, pod, copy);
}

static void
stop(struct kubelet *kubelet, const struct object *pod)
{
	const struct value *meta = object_meta(pod);
	int64_t grace = value_get_int(meta, "deletionGracePeriodSeconds", 0) * CLOCK_SECOND;
	int64_t when = time_of(meta, "deletionTimestamp") - grace + (grace ? STOP_TIME : 0);

	if (kubelet->server->clock.now >= when || !pod_view(pod)->node[0]) {
		tell_stopped(kubelet, pod);
		server_remove(kubelet->server, pod);
	} else
		wake_at(kubelet, when);
}

static void
live(struct kubelet *kubelet, const struct object *pod)
{
	const struct pod *view = pod_view(pod);
	const struct object *node = store_get(kubelet->server->store, kind_by_kind("Node"), "", view->node);
	const struct value *status = value_get(pod->root, "status");
	int64_t begin;

	if (!node || !workload_pod_live(view) || settings_host(&kubelet->server->settings, view->node).kubelet_stopped)
		return;
	begin = time_of(status, "startTime");
	if (!value_get(status, "startTime")) {
		admit(kubelet, pod, node_view(node));
		wake_at(kubelet, kubelet->server->clock.now);
	} else if (!value_get(status, "podIP")) {
		if (kubelet->server->clock.now >= begin + START_TIME)
			start(kubelet, pod, node_view(node));
		else
			wake_at(kubelet, begin + START_TIME);
	} else if (!view->ready)
		probe(kubelet, pod);
}

static int64_t
reconcile(struct server *server)
{
	struct kubelet kubelet = { server, CLOCK_NEVER };
	object_vec pods = VEC_INIT;

	workload_list(server, "Pod", NULL, &pods);
	for (size_t i = 0; i < pods.n; i++) {
		if (object_is_deleting(pods.v[i]))
			stop(&kubelet, pods.v[i]);
		else if (pod_view(pods.v[i])->node[0])
			live(&kubelet, pods.v[i]);
	}
	workload_list_release(&pods);
	return kubelet.wake;
}

static const char *const watches[] = { "Pod", "Node", NULL };
const struct controller controller_kubelet = { "kubelet", watches, reconcile, NULL };
