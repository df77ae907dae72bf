/* Follows k8s.io/kubectl/pkg/polymorphichelpers (attachablepodforobject.go, helpers.go) and pkg/cmd/util/podcmd. */
#include "kubectl/attachable.h"

#include <string.h>

#include "kubectl/selector.h"

#define KUBELET_PORT 10250

/* Running pods before others, otherwise in the order of their names. */
static int
compare_pods(const void *a, const void *b)
{
	const struct pod *const *x = a, *const *y = b;
	int left = (strcmp((*x)->phase, "Running") == 0) * 2 + (*x)->ready;
	int right = (strcmp((*y)->phase, "Running") == 0) * 2 + (*y)->ready;

	return left != right ? right - left : strcmp((*x)->object->name, (*y)->object->name);
}

bool
attachable_pods(struct kubectl *kubectl, const struct object *object, pod_vec *out, struct failures *failures)
{
	const struct value *selector = value_path(object->root, "spec.selector");
	bool plain = strcmp(object->kind->kind, "Service") == 0 ||
		strcmp(object->kind->kind, "ReplicationController") == 0;
	size_t n;
	const struct object *const *pods =
		store_list(kubectl->cluster->server.store, kind_by_kind("Pod"), object->namespace, &n);

	if (strcmp(object->kind->kind, "Pod") == 0) {
		*vec_push(out) = pod_view(object);
		return true;
	}
	if (!selector) {
		failures_add(failures, "cannot %s *v1.%s: selector for *v1.%s not implemented",
			strcmp(kubectl->verb->name, "logs") == 0 ? "get the logs from" : "attach to", object->kind->kind,
			object->kind->kind);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		const struct value *labels = value_get(object_meta(pods[i]), "labels");

		if (plain ? selector_matches_map(selector, labels) : selector_matches(selector, labels))
			*vec_push(out) = pod_view(pods[i]);
	}
	if (out->n > 1)
		qsort(out->v, out->n, sizeof *out->v, compare_pods);
	return true;
}

const struct pod *
attachable_pod(struct kubectl *kubectl, const struct object *object, struct failures *failures)
{
	const struct pod *pod = NULL;
	pod_vec pods = VEC_INIT;

	if (attachable_pods(kubectl, object, &pods, failures) && pods.n)
		pod = pods.v[0];
	else if (!failures->list.n)
		failures_add(failures, "timed out waiting for the condition");
	vec_release(&pods);
	return pod;
}

static bool
has_container(const struct value *list, const char *name)
{
	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(value_get_text(value_at(list, i), "name"), name) == 0)
			return true;
	return false;
}

const char *
attachable_container(struct kubectl *kubectl, const struct pod *pod, const char *wanted, bool quiet,
	struct failures *failures)
{
	const struct value *containers = value_path(pod->object->root, "spec.containers");
	const struct value *init = value_path(pod->object->root, "spec.initContainers");
	const struct value *guests = value_path(pod->object->root, "spec.ephemeralContainers");
	const char *first = value_get_text(value_at(containers, 0), "name");
	const char *chosen = value_get_text(value_get(object_meta(pod->object), "annotations"),
		"kubectl.kubernetes.io/default-container");
	struct str all = STR_INIT;

	if (*wanted && !has_container(containers, wanted) && !has_container(init, wanted) && !has_container(guests, wanted)) {
		failures_add(failures, "%scontainer %s not found in pod %s",
			strcmp(kubectl->verb->name, "attach") == 0 ? "cannot attach to the container: " : "", wanted,
			pod->object->name);
		return NULL;
	}
	if (*wanted)
		return wanted;
	if (chosen && has_container(containers, chosen))
		return chosen;
	for (size_t i = 0; i < value_count(containers); i++)
		str_addf(&all, "%s%s", i ? ", " : "", value_get_text(value_at(containers, i), "name"));
	for (size_t i = 0; i < value_count(init); i++)
		str_addf(&all, ", %s (init)", value_get_text(value_at(init, i), "name"));
	for (size_t i = 0; i < value_count(guests); i++)
		str_addf(&all, ", %s (ephem)", value_get_text(value_at(guests, i), "name"));
	if (value_count(containers) + value_count(init) + value_count(guests) > 1 && !quiet)
		sink_printf(kubectl->io->err, "Defaulted container \"%s\" out of: %s\n", first, all.buf);
	str_release(&all);
	return first;
}

bool
attachable_dial_fails(struct kubectl *kubectl, const struct pod *pod, struct str *out)
{
	const struct server *server = &kubectl->cluster->server;
	const struct object *object = store_get(server->store, kind_by_kind("Node"), "", pod->node);
	const struct node *node = object ? node_view(object) : NULL;
	const struct node_host host = settings_host(&server->settings, pod->node);
	const struct ip *ip;
	char address[IP_TEXT];

	if (!host.kubelet_stopped || !node || !node->nips)
		return false;
	ip = &node->ips[0];
	str_addf(out, ip->family == IP_V6 ? "dial tcp [%s]:%d: connect: %s" : "dial tcp %s:%d: connect: %s", ip_format(ip, address),
		KUBELET_PORT, host.powered_off ? "no route to host" : "connection refused");
	return true;
}

bool
attachable_refuses(struct kubectl *kubectl, const struct pod *pod, struct failures *failures)
{
	struct status status = STATUS_INIT;
	struct str dial = STR_INIT;
	bool fails = attachable_dial_fails(kubectl, pod, &dial);

	if (fails) {
		(void)status_set(&status, STATUS_UNKNOWN, "error dialing backend: %s", dial.buf);
		failures_add_status(failures, &status, "");
	}
	str_release(&dial);
	return fails;
}
