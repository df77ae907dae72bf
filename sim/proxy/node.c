/*
 * What kube-proxy finds out about its node before it writes a rule.
 *
 * Follows pkg/proxy/util/nodeport_addresses.go, pkg/proxy/util/localdetector.go and cmd/kube-proxy/app/server.go.
 */
#include "proxy/node.h"

#include <string.h>

static bool
list_has_family(const struct proxy_settings *settings, enum ip_family family)
{
	struct cidr cidr;

	for (size_t i = 0; i < settings->nnode_port_addresses; i++) {
		if (cidr_parse_lenient(settings->node_port_addresses[i], &cidr) && cidr.ip.family == family)
			return true;
	}
	return false;
}

/* "primary" is also what the nftables mode does when nothing is said. */
static bool
lists_primary(const struct proxy_settings *settings)
{
	if (settings->nnode_port_addresses == 0)
		return settings->mode == PROXY_NFTABLES;
	return settings->nnode_port_addresses == 1 && strcmp(settings->node_port_addresses[0], "primary") == 0;
}

bool
proxy_node_localhost_ports(const struct proxy_node *node)
{
	const struct proxy_settings *settings = node->settings;
	struct ip localhost = ip4(0x7f000000);

	if (node->input->family != IP_V4 || !settings->localhost_node_ports || lists_primary(settings))
		return false;
	if (!list_has_family(settings, IP_V4))
		return true;
	for (size_t i = 0; i < settings->nnode_port_addresses; i++) {
		struct cidr cidr;

		if (cidr_parse_lenient(settings->node_port_addresses[i], &cidr) && cidr.ip.family == IP_V4 &&
				(ip_is_loopback(&cidr.ip) || cidr_contains(&cidr, &localhost)))
			return true;
	}
	return false;
}

const struct ip *
proxy_node_primary(const struct proxy_node *node)
{
	for (size_t i = 0; node->view && i < node->view->nips; i++) {
		if (node->view->ips[i].family == node->input->family)
			return &node->view->ips[i];
	}
	return NULL;
}

static const struct cidr *
pod_cidr(const struct proxy_node *node)
{
	for (size_t i = 0; node->view && i < node->view->npod_cidrs; i++) {
		if (node->view->pod_cidrs[i].ip.family == node->input->family)
			return &node->view->pod_cidrs[i];
	}
	return NULL;
}

static void
detect_device(struct proxy_node *node, struct arena *arena, const char *name, const char *suffix)
{
	if (!*name)
		return;
	node->local_traffic.kind = MATCH_IN;
	node->local_traffic.text = arena_printf(arena, "%s%s", name, suffix);
}

static void
set_detector(struct proxy_node *node, struct arena *arena)
{
	const struct proxy_settings *settings = node->settings;
	const struct cidr *cidr = NULL;

	node->local_traffic = (struct match){ .kind = MATCH_OTHER };
	switch (settings->detect_local) {
	case DETECT_CLUSTER_CIDR:	cidr = &settings->cluster_cidr[node->input->family - 1]; break;
	case DETECT_NODE_CIDR:		cidr = pod_cidr(node); break;
	case DETECT_BRIDGE:		detect_device(node, arena, settings->bridge_interface, ""); break;
	case DETECT_PREFIX:		detect_device(node, arena, settings->interface_prefix, "+"); break;
	}
	if (cidr && cidr->ip.family == node->input->family) {
		node->local_traffic.kind = MATCH_SOURCE;
		node->local_traffic.cidr = cidr_masked(cidr);
	}
}

void
proxy_node_init(struct proxy_node *node, const struct proxy_input *input, struct arena *arena)
{
	const struct object *object = store_get(input->store, kind_by_kind("Node"), "", input->node);

	*node = (struct proxy_node){
		.input = input,
		.settings = &input->settings->proxy,
		.host = settings_host(input->settings, input->node),
		.view = object ? node_view(object) : NULL,
		.mark = UINT32_C(1) << input->settings->proxy.masquerade_bit,
	};
	set_detector(node, arena);
}

static void
add_address(ip_list *list, const struct ip *ip)
{
	size_t i = 0;

	while (i < list->n && ip_compare(&list->v[i], ip) < 0)
		i++;
	if (i < list->n && ip_equal(&list->v[i], ip))
		return;
	vec_push(list);
	memmove(&list->v[i + 1], &list->v[i], (list->n - 1 - i) * sizeof *list->v);
	list->v[i] = *ip;
}

/* Of the node's devices; loopback: 127.0.0.1 too. */
static void
node_addresses(const struct proxy_node *node, bool loopback, ip_list *list)
{
	struct ip localhost = ip4(0x7f000001);
	VEC(struct ip) all = VEC_INIT;

	if (loopback)
		*vec_push(&all) = localhost;
	for (size_t i = 0; i < node->host.nlocal_addresses; i++)
		*vec_push(&all) = node->host.local_addresses[i];
	for (size_t i = 0; node->view && i < node->view->nips; i++)
		*vec_push(&all) = node->view->ips[i];
	for (size_t i = 0; node->view && i < node->view->npod_cidrs; i++) {
		struct cidr network = cidr_masked(&node->view->pod_cidrs[i]);

		*vec_push(&all) = ip_plus(&network.ip, 1);	/* the bridge's */
	}
	for (size_t i = 0; i < all.n; i++) {
		if (all.v[i].family == node->input->family && (loopback || !ip_is_loopback(&all.v[i])))
			add_address(list, &all.v[i]);
	}
	vec_release(&all);
}

void
proxy_node_addresses(const struct proxy_node *node, ip_list *list)
{
	node_addresses(node, false, list);
}

static bool
is_listed(const struct proxy_settings *settings, const struct ip *ip)
{
	struct cidr cidr;

	for (size_t i = 0; i < settings->nnode_port_addresses; i++) {
		if (cidr_parse_lenient(settings->node_port_addresses[i], &cidr) && cidr_contains(&cidr, ip))
			return true;
	}
	return false;
}

/* The addresses of the node's devices that the list names. */
void
proxy_node_port_ips(const struct proxy_node *node, bool loopback, ip_list *list)
{
	ip_list all = VEC_INIT;

	if (lists_primary(node->settings)) {
		if (proxy_node_primary(node))
			add_address(list, proxy_node_primary(node));
		return;
	}
	node_addresses(node, loopback, &all);
	for (size_t i = 0; i < all.n; i++) {
		if (is_listed(node->settings, &all.v[i]))
			add_address(list, &all.v[i]);
	}
	vec_release(&all);
}

/*
 * A list that says nothing of a family leaves it open, also one that names the primary address of a node without one.
 */
bool
proxy_node_every_address(const struct proxy_node *node)
{
	const struct proxy_settings *settings = node->settings;
	enum ip_family family = node->input->family;
	struct cidr cidr;

	if (lists_primary(settings))
		return !proxy_node_primary(node);
	for (size_t i = 0; i < settings->nnode_port_addresses; i++) {
		if (cidr_parse_lenient(settings->node_port_addresses[i], &cidr) && cidr.prefix == 0 &&
				cidr.ip.family == family)
			return true;
	}
	return !list_has_family(settings, family);
}
