/* Nodes as the scheduler, kube-proxy and the network compute with them. */
#include "api/view_internal.h"

#include <string.h>

static void
read_addresses(struct node *node, const struct value *rows, struct arena *arena)
{
	node->ips = arena_alloc(arena, (value_count(rows) + 1) * sizeof *node->ips);
	for (size_t i = 0; i < value_count(rows); i++) {
		const char *type = view_text(value_at(rows, i), "type");
		struct ip ip = view_ip(value_get_text(value_at(rows, i), "address"));

		if (ip.family == IP_NONE)
			continue;
		if (!strcmp(type, "InternalIP"))
			node->ips[node->nips++] = ip;
		else if (!strcmp(type, "ExternalIP") && node->external_ip.family == IP_NONE)
			node->external_ip = ip;
	}
}

static void
read_pod_cidrs(struct node *node, const struct value *spec, struct arena *arena)
{
	const struct value *list = value_get(spec, "podCIDRs");
	const char *one = value_get_text(spec, "podCIDR");
	struct cidr cidr;

	node->pod_cidrs = arena_alloc(arena, (value_count(list) + 1) * sizeof *node->pod_cidrs);
	for (size_t i = 0; i < value_count(list); i++) {
		const char *text = value_text(value_at(list, i));

		if (text && cidr_parse(text, &cidr))
			node->pod_cidrs[node->npod_cidrs++] = cidr;
	}
	if (!value_count(list) && one && cidr_parse(one, &cidr))
		node->pod_cidrs[node->npod_cidrs++] = cidr;
}

static void *
make_node(const struct object *object, struct arena *arena)
{
	struct node *node = arena_alloc(arena, sizeof *node);
	const struct value *spec = value_get(object->root, "spec");
	const char *zone = object_label(object, "topology.kubernetes.io/zone");

	node->object = object;
	read_addresses(node, value_path(object->root, "status.addresses"), arena);
	read_pod_cidrs(node, spec, arena);
	node->zone = zone ? zone : "";
	node->ready = view_condition(object->root, "Ready");
	node->unschedulable = value_get_bool(spec, "unschedulable", false);
	node->control_plane = object_label(object, "node-role.kubernetes.io/control-plane") != NULL;
	return node;
}

const struct node *
node_view(const struct object *object)
{
	return view_keep(object, "Node", make_node);
}
