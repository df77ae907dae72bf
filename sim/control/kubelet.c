/*
 * The kubelets: a pod on a node is admitted, its images are pulled, it starts a second later with an address from the node's
 * podCIDR, is probed, and when deleted is gone a second after (pkg/kubelet, host-local IPAM).
 */
#include <string.h>

#include "base/hash.h"
#include "control/controllers.h"
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

static bool
address_taken(const struct server *server, const struct ip *ip)
{
	size_t n;
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);

		for (size_t j = 0; j < pod->nips && (workload_pod_live(pod) || pod->deleting); j++)
			if (ip_equal(&pod->ips[j], ip))
				return true;
	}
	return false;
}

/* The one after the highest in use, as host-local goes round; at the end the lowest free one. */
static bool
address_next(const struct server *server, const struct cidr *range, struct ip *out)
{
	struct cidr masked = cidr_masked(range);
	unsigned bits = ip_bits(range->ip.family) - range->prefix;
	uint64_t size = bits > 16 ? 1u << 16 : UINT64_C(1) << bits;
	uint64_t start = 2;
	size_t n;
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < pod_view(pods[i])->nips; j++)
			if (cidr_contains(range, &pod_view(pods[i])->ips[j]))
				for (uint64_t at = start; at < size - 1; at++) {
					struct ip ip = ip_plus(&masked.ip, at);

					if (ip_equal(&ip, &pod_view(pods[i])->ips[j]))
						start = at + 1;
				}
	for (uint64_t i = 0; i + 3 < size; i++) {
		*out = ip_plus(&masked.ip, 2 + (start - 2 + i) % (size - 3));
		if (!address_taken(server, out))
			return true;
	}
	return false;
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

static void
condition(struct kubelet *kubelet, struct object *copy, const char *type, bool yes, const char *reason, const char *message)
{
	struct condition new = { type, yes ? "True" : "False", reason, message, false, true };

	workload_condition(&copy->arena, value_get(copy->root, "status"), &new, kubelet->server->clock.now);
}

/* "[a b]" of the containers that are not ready. */
static char *
unready_names(struct object *copy)
{
	const struct value *containers = value_path(copy->root, "spec.containers");
	struct str names = STR_INIT;
	char *text;

	for (size_t i = 0; i < value_count(containers); i++)
		str_addf(&names, "%s%s", i ? " " : "", value_get_text(value_at(containers, i), "name"));
	text = arena_printf(&copy->arena, "containers with unready status: [%s]", names.buf);
	str_release(&names);
	return text;
}

static void
put_conditions(struct kubelet *kubelet, struct object *copy, bool started, bool ready)
{
	const char *reason = ready ? "" : "ContainersNotReady";
	const char *message = ready ? "" : unready_names(copy);

	condition(kubelet, copy, "PodReadyToStartContainers", started, "", "");
	condition(kubelet, copy, "Initialized", true, "", "");
	condition(kubelet, copy, "Ready", ready, reason, message);
	condition(kubelet, copy, "ContainersReady", ready, reason, message);
	condition(kubelet, copy, "PodScheduled", true, "", "");
}

/* "nginx" is stored as the runtime resolves it: dockerhub's library, tag latest. */
static char *
image_resolved(struct arena *arena, const char *reference)
{
	const char *last = strrchr(reference, '/');
	bool tagged = strpbrk(last ? last : reference, ":@") != NULL;

	return arena_printf(arena, "%s%s%s", last ? (strpbrk(reference, ".:") < last ? "" : "docker.io/") : "docker.io/library/",
		reference, tagged ? "" : ":latest");
}

static void
put_digest(struct arena *arena, struct value *status, const char *key, const char *before, const char *of)
{
	char hex[65];

	sha256_hex(of, strlen(of), hex);
	value_set(arena, status, key, value_stringf(arena, "%s%s", before, hex));
}

static struct value *
container_status(struct kubelet *kubelet, struct object *copy, const struct value *container, const char *waiting, bool ready)
{
	struct arena *arena = &copy->arena;
	struct value *status = value_map(arena);
	struct value *state = value_make_map(arena, status, "state");
	const char *image = value_get_text(container, "image"), *name = value_get_text(container, "name");
	char text[CLOCK_TEXT];

	value_set_text(arena, status, "name", name);
	value_make_map(arena, status, "lastState");
	value_set_bool(arena, status, "ready", ready);
	value_set_int(arena, status, "restartCount", 0);
	value_set_bool(arena, status, "started", !waiting);
	if (waiting) {
		value_set_text(arena, status, "image", image);
		value_set_text(arena, status, "imageID", "");
		value_set_text(arena, value_make_map(arena, state, "waiting"), "reason", waiting);
		return status;
	}
	value_set_text(arena, status, "image", image_resolved(arena, image));
	put_digest(arena, status, "imageID", arena_printf(arena, "%s@sha256:", image_resolved(arena, image)), image);
	put_digest(arena, status, "containerID", "containerd://", arena_printf(arena, "%s/%s", object_uid(copy), name));
	value_set_text(arena, value_make_map(arena, state, "running"), "startedAt", clock_format(kubelet->server->clock.now, text));
	return status;
}

static void
put_containers(struct kubelet *kubelet, struct object *copy, bool running, bool ready)
{
	const struct value *containers = value_path(copy->root, "spec.containers");
	struct value *list = value_list(&copy->arena);

	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *container = value_at(containers, i);
		const char *image = value_get_text(container, "image");
		const char *waiting = running ? NULL : "ContainerCreating";

		if (value_path(copy->root, "status.podIP") && !image_exists(image)) {
			waiting = "ImagePullBackOff";
		}
		value_append(&copy->arena, list, container_status(kubelet, copy, container, waiting, ready && !waiting));
		if (waiting && str_starts(waiting, "Image"))
			value_set_text(&copy->arena, value_path(value_at(list, i), "state.waiting"), "message",
				arena_printf(&copy->arena, "Back-off pulling image \"%s\"", image));
	}
	value_set(&copy->arena, value_get(copy->root, "status"), "containerStatuses", list);
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
	put_containers(kubelet, copy, false, false);
	put_conditions(kubelet, copy, false, false);
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
	bool probed = false, runs = images_exist(pod);
	const struct value *containers = value_path(pod->root, "spec.containers");

	for (size_t i = 0; i < value_count(containers); i++)
		probed |= value_get(value_at(containers, i), "readinessProbe") != NULL;
	if (!give_addresses(kubelet->server, copy, status, node, pod_view(pod)->host_network)) {
		object_unref(copy);	/* the node's range is full: it stays in ContainerCreating */
		return;
	}
	if (runs)
		value_set_text(&copy->arena, status, "phase", "Running");
	put_containers(kubelet, copy, runs, runs && !probed);
	put_conditions(kubelet, copy, true, runs && !probed);
	workload_commit(kubelet->server, pod, copy);
}

/* When the first probe of the slowest container is over. */
static int64_t
probe_time(const struct object *pod)
{
	const struct value *containers = value_path(pod->root, "spec.containers");
	int64_t longest = 0;

	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *probe = value_get(value_at(containers, i), "readinessProbe");
		int64_t delay = value_get_int(probe, "initialDelaySeconds", 0) + 1;

		if (probe && delay > longest)
			longest = delay;
	}
	return longest * CLOCK_SECOND;
}

static void
mark_ready(struct kubelet *kubelet, const struct object *pod)
{
	struct object *copy = object_copy(pod);
	struct value *list = value_path(copy->root, "status.containerStatuses");

	for (size_t i = 0; i < value_count(list); i++)
		value_set_bool(&copy->arena, value_at(list, i), "ready", true);
	put_conditions(kubelet, copy, true, true);
	workload_commit(kubelet->server, pod, copy);
}

/* What a probe finds never changes by itself, so one that failed is not asked again until the pod changes. */
static void
probe(struct kubelet *kubelet, const struct object *pod)
{
	const struct value *containers = value_path(pod->root, "spec.containers");
	const struct value *status = value_at(value_path(pod->root, "status.containerStatuses"), 0);
	int64_t when = time_of(value_path(status, "state.running"), "startedAt") + probe_time(pod);

	for (size_t i = 0; i < value_count(containers); i++)
		if (!probe_passes(pod_view(pod), value_at(containers, i), value_get(value_at(containers, i), "readinessProbe")))
			return;
	if (kubelet->server->clock.now >= when)
		mark_ready(kubelet, pod);
	else
		wake_at(kubelet, when);
}

static void
stop(struct kubelet *kubelet, const struct object *pod)
{
	const struct value *meta = object_meta(pod);
	int64_t grace = value_get_int(meta, "deletionGracePeriodSeconds", 0) * CLOCK_SECOND;
	int64_t when = time_of(meta, "deletionTimestamp") - grace + (grace ? STOP_TIME : 0);

	if (kubelet->server->clock.now >= when || !pod_view(pod)->node[0])
		server_remove(kubelet->server, pod);
	else
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
	} else if (strcmp(view->phase, "Running") == 0 && !view->ready)
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
const struct controller controller_kubelet = { "kubelet", watches, reconcile };
