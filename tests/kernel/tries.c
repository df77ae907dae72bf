#include "tries.h"

#include "listeners.h"

#define NOBODYS_PORT 30999

/* ---- senders ---- */

static bool
node_speaks(const struct world_node *node, enum ip_family family)
{
	for (size_t i = 0; i < node->view->nips; i++)
		if (node->view->ips[i].family == family)
			return true;
	return false;
}

static void
from_outside(struct flows *flows, unsigned senders, const struct destination *to)
{
	const struct world *world = &flows->netns->cluster->world;
	struct walk_source source = { .pod = NULL };

	if (senders & FROM_CLIENT) {
		ip_parse(to->to.family == IP_V4 ? OUTSIDE_CLIENT : OUTSIDE_CLIENT_V6, &source.ip);
		flows_add(flows, "client", &source, &to->to, to->port, to->protocol)->sticky = to->sticky;
	}
	for (size_t i = 0; senders & FROM_ENTRANCES && i < world->nnodes; i++) {
		struct flow *flow;

		if (!node_speaks(&world->nodes[i], to->to.family))
			continue;
		source.ip = netns_client_of(flows->netns, &world->nodes[i], to->to.family);
		flow = flows_add(flows, "client", &source, &to->to, to->port, to->protocol);
		flow->request.enter = &world->nodes[i];
		flow->sticky = to->sticky;
	}
}

static void
from_nodes(struct flows *flows, const struct destination *to)
{
	const struct world *world = &flows->netns->cluster->world;

	for (size_t i = 0; i < world->nnodes; i++) {
		struct walk_source source = { .node = &world->nodes[i] };
		char *name = xasprintf("node-%s", world->nodes[i].name);

		if (ip_is_loopback(&to->to) || node_speaks(&world->nodes[i], to->to.family))
			flows_add(flows, name, &source, &to->to, to->port, to->protocol)->sticky = to->sticky;
		free(name);
	}
}

static bool
pod_speaks(const struct pod *pod, enum ip_family family)
{
	for (size_t i = 0; i < pod->nips; i++)
		if (pod->ips[i].family == family)
			return true;
	return false;
}

static void
from_pods(struct flows *flows, const struct destination *to)
{
	size_t n;
	const struct object *const *pods = store_list(flows->netns->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n && !ip_is_loopback(&to->to); i++) {
		struct walk_source source = { .pod = pod_view(pods[i]) };
		char *name = xasprintf("pod-%s-%s", pods[i]->namespace, pods[i]->name);

		if (netns_space(flows->netns, name) && pod_speaks(source.pod, to->to.family))
			flows_add(flows, name, &source, &to->to, to->port, to->protocol)->sticky = to->sticky;
		free(name);
	}
}

/*
 * Whose address a node's is, that node is the way in to it.  The rest the client reaches by one node after the other; by the
 * router's own routes only a balancer would know the way to a balancer's.
 */
static unsigned
senders_to(struct world *world, const struct ip *to)
{
	for (size_t i = 0; i < world->nnodes; i++)
		for (size_t a = 0; a < world->nodes[i].nlocal; a++)
			if (ip_equal(&world->nodes[i].local[a], to))
				return FROM_ALL & ~FROM_ENTRANCES;
	if (world_pod_by_ip(world, to))
		return FROM_ALL & ~FROM_ENTRANCES;
	return world_service_by_balancer(world, to) ? FROM_ALL & ~FROM_CLIENT : FROM_ALL;
}

void
tries_from(struct flows *flows, unsigned senders, const struct destination *to)
{
	senders &= senders_to(&flows->netns->cluster->world, &to->to);
	if (!ip_is_loopback(&to->to))
		from_outside(flows, senders, to);
	if (senders & FROM_NODES)
		from_nodes(flows, to);
	if (senders & FROM_PODS)
		from_pods(flows, to);
}

/* ---- destinations ---- */

static void
add(destination_vec *list, const struct ip *ip, uint16_t port, enum protocol protocol, bool sticky)
{
	for (size_t i = 0; i < list->n; i++)
		if (ip_equal(&list->v[i].to, ip) && list->v[i].port == port && list->v[i].protocol == protocol)
			return;
	if (ip->family != IP_NONE)
		*vec_push(list) = (struct destination){ *ip, port, protocol, sticky };
}

static void
add_node_ports(const struct world *world, const struct service *service, const struct service_port *port, destination_vec *list)
{
	static const char *const loopbacks[] = { "127.0.0.1", "127.0.0.2", "::1" };
	struct ip ip;

	for (size_t i = 0; i < world->nnodes; i++)
		for (size_t a = 0; a < world->nodes[i].nlocal; a++)	/* the bridge's and those of NodeHost, too */
			add(list, &world->nodes[i].local[a], port->node_port, port->protocol, service->affinity);
	for (size_t i = 0; i < sizeof loopbacks / sizeof loopbacks[0]; i++)
		if (ip_parse(loopbacks[i], &ip))
			add(list, &ip, port->node_port, port->protocol, service->affinity);
}

void
tries_of_port(const struct world *world, const struct service *service, const struct service_port *port, destination_vec *list)
{
	struct ip ip;

	for (size_t i = 0; i < service->ncluster_ips; i++)
		add(list, &service->cluster_ips[i], port->port, port->protocol, service->affinity);
	for (size_t i = 0; i < service->ningress; i++)
		add(list, &service->ingress[i].ip, port->port, port->protocol, service->affinity);
	for (size_t i = 0; i < service->nexternal_ips; i++)
		if (ip_parse_lenient(service->external_ips[i], &ip))
			add(list, &ip, port->port, port->protocol, service->affinity);
	if (port->node_port)
		add_node_ports(world, service, port, list);
}

/* Another protocol and another port of its addresses, and an echo: kube-proxy knows nothing of these, or refuses them. */
static void
add_what_is_not_offered(const struct service *service, destination_vec *list)
{
	for (size_t i = 0; i < service->ncluster_ips; i++) {
		add(list, &service->cluster_ips[i], 81, PROTOCOL_TCP, false);
		add(list, &service->cluster_ips[i], 81, PROTOCOL_UDP, false);
		add(list, &service->cluster_ips[i], 0, PROTOCOL_ICMP, false);
	}
	for (size_t i = 0; i < service->nexternal_ips; i++) {
		struct ip ip;

		if (ip_parse_lenient(service->external_ips[i], &ip))
			add(list, &ip, 81, PROTOCOL_TCP, false);
	}
	for (size_t i = 0; i < service->ningress; i++)
		add(list, &service->ingress[i].ip, 81, PROTOCOL_TCP, false);
}

/* Daemons at every address or at the loopback's only, a port that nobody has, an echo. */
static void
add_nodes(const struct world *world, destination_vec *list)
{
	static const uint16_t ports[] = { 10250, 10249, 10256, NOBODYS_PORT };
	struct ip loopback = ip4(0x7f000001);

	for (size_t p = 0; p < sizeof ports / sizeof ports[0]; p++) {
		for (size_t i = 0; i < world->nnodes; i++)
			for (size_t a = 0; a < world->nodes[i].view->nips; a++)
				add(list, &world->nodes[i].view->ips[a], ports[p], PROTOCOL_TCP, false);
		add(list, &loopback, ports[p], PROTOCOL_TCP, false);
	}
	for (size_t i = 0; i < world->nnodes; i++)
		for (size_t a = 0; a < world->nodes[i].view->nips; a++) {
			add(list, &world->nodes[i].view->ips[a], NOBODYS_PORT, PROTOCOL_UDP, false);
			add(list, &world->nodes[i].view->ips[a], 0, PROTOCOL_ICMP, false);
		}
}

static void
add_pods(const struct flows *flows, destination_vec *list)
{
	size_t n;
	const struct object *const *pods = store_list(flows->netns->cluster->server.store, kind_by_kind("Pod"), "default", &n);

	for (size_t i = 0; i < n; i++)
		for (size_t a = 0; a < pod_view(pods[i])->nips; a++) {
			const struct ip *ip = &pod_view(pods[i])->ips[a];

			add(list, ip, 80, PROTOCOL_TCP, false);
			add(list, ip, 9, PROTOCOL_TCP, false);
			add(list, ip, 9, PROTOCOL_UDP, false);
			add(list, ip, 0, PROTOCOL_ICMP, false);
		}
}

void
tries_make(struct flows *flows)
{
	struct world *world = &flows->netns->cluster->world;
	destination_vec list = VEC_INIT;
	size_t n;
	const struct object *const *services = store_list(flows->netns->cluster->server.store, kind_by_kind("Service"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct service *service = service_view(services[i]);

		for (size_t p = 0; p < service->nports; p++)
			tries_of_port(world, service, &service->ports[p], &list);
		add_what_is_not_offered(service, &list);
		if (service->health_check_port)
			for (size_t k = 0; k < world->nnodes; k++)
				add(&list, &world->nodes[k].view->ips[0], service->health_check_port, PROTOCOL_TCP, false);
	}
	add_nodes(world, &list);
	add_pods(flows, &list);
	for (size_t i = 0; i < list.n; i++)
		if (listeners_speak(list.v[i].protocol))
			tries_from(flows, FROM_ALL, &list.v[i]);
	vec_release(&list);
}
