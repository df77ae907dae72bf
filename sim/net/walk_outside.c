/*
 * Outside the nodes: a router that knows every node with its pods, and hands a balancer's address to one of them.  A
 * client outside has no way to what is no node.  What a pod or node sends out reaches the hosts of server/outside.h, and
 * those that somebody named in endpoints written by hand; everybody else is silent.
 */
#include <string.h>

#include "net/journey.h"
#include "server/outside.h"

static bool
node_has_endpoint(struct world *world, const struct world_node *node, const struct service *service)
{
	size_t n;
	const struct object *const *slices =
		store_list(world->store, kind_by_kind("EndpointSlice"), service->object->namespace, &n);

	for (size_t i = 0; i < n; i++) {
		const struct slice *slice = slice_view(slices[i]);

		if (strcmp(slice->service, service->object->name) != 0)
			continue;
		for (size_t e = 0; e < slice->nendpoints; e++)
			if (slice->endpoints[e].ready != 0 && strcmp(slice->endpoints[e].node, node->name) == 0)
				return true;
	}
	return false;
}

/* Nodes that a balancer sends to: ready, not excluded, and under externalTrafficPolicy Local with an endpoint. */
static bool
node_balanced(struct world *world, const struct world_node *node, const struct service *service)
{
	return node->view->ready &&
		!object_label(node->view->object, "node.kubernetes.io/exclude-from-external-load-balancers") &&
		(!service->external_local || node_has_endpoint(world, node, service));
}

static struct world_node *
balancer_pick(struct journey *j, const struct service *service)
{
	size_t left = 0;
	struct world_node *last = NULL;
	bool announced = j->world->settings->cloud != CLOUD_EXTERNAL;	/* one node holds the address */

	for (size_t i = 0; i < j->world->nnodes; i++)
		left += node_balanced(j->world, &j->world->nodes[i], service);
	for (size_t i = 0; i < j->world->nnodes; i++) {
		struct world_node *node = &j->world->nodes[i];

		if (!node_balanced(j->world, node, service))
			continue;
		last = node;
		if (announced || left == 1 || j->chooser->take(j->chooser, 1.0 / (double)left--))
			break;
	}
	return last;
}

static const struct service_port *
service_port_of(const struct service *service, enum protocol protocol, uint16_t port)
{
	for (size_t i = 0; i < service->nports; i++)
		if (service->ports[i].protocol == protocol && service->ports[i].port == port)
			return &service->ports[i];
	return NULL;
}

/* loadBalancerSourceRanges, which a cloud's balancer heeds itself; on nodes kube-proxy does. */
static bool
ranges_admit(const struct service *service, const struct ip *source)
{
	struct cidr range;

	for (size_t i = 0; i < service->nsource_ranges; i++)
		if (cidr_parse_lenient(service->source_ranges[i], &range) && cidr_contains(&range, source))
			return true;
	return !service->nsource_ranges;
}

/* A cloud's balancer sends to a node port; an address that nodes announce themselves arrives as it is. */
static struct place
at_balancer(struct journey *j, const struct service *service)
{
	const struct service_port *port = service_port_of(service, j->packet.protocol, j->packet.dport);
	struct world_node *node = port ? balancer_pick(j, service) : NULL;
	char text[IP_TEXT + 8];

	if (!node) {
		hop_say(j, HOP_LOST, port ? "the balancer of Service %s/%s has no node to send to"
			: "the balancer of Service %s/%s doesn't offer this port",
			service->object->namespace, service->object->name);
		return journey_lose(j, VERDICT_DROPPED);
	}
	if (j->world->settings->cloud == CLOUD_EXTERNAL && !ranges_admit(service, &j->packet.src)) {
		hop_say(j, HOP_LOST, "the balancer of Service %s/%s lets only its loadBalancerSourceRanges in",
			service->object->namespace, service->object->name);
		return journey_lose(j, VERDICT_DROPPED);
	}
	if (j->world->settings->cloud == CLOUD_EXTERNAL && port->node_port) {
		const struct ip *ip = world_node_address(node, UPLINK, j->packet.dst.family);

		j->entry = track_add(j, NULL);
		track_rewrite_destination(j, ip, port->node_port);
		hop_say(j, HOP_BALANCER, "the balancer of Service %s/%s picks node %s, node port %s",
			service->object->namespace, service->object->name, node->name,
			ip_port_format(ip, port->node_port, text));
	} else
		hop_say(j, HOP_BALANCER, "node %s holds the balancer address of Service %s/%s", node->name,
			service->object->namespace, service->object->name);
	return (struct place){ PLACE_NODE, NULL, node, UPLINK };
}

/* A packet of the cluster's, at somebody outside. */
static struct place
at_host(struct journey *j)
{
	static const struct place here = { PLACE_OUTSIDE, NULL, NULL, NULL };
	const struct outside_host *host = outside_by_ip(&j->packet.dst);
	bool listens = host ? outside_listens(host, j->packet.protocol, j->packet.dport)
		: world_endpoint_listed(j->world, &j->packet);
	char text[IP_TEXT];

	ip_format(&j->packet.dst, text);
	if (!host && !listens && world_pod_by_ip(j->world, &j->packet.dst)) {
		hop_say(j, HOP_LOST, "the router has no route to the pods, and %s is one", text);
		return journey_lose(j, VERDICT_DROPPED);
	}
	if (!host && !listens) {
		hop_say(j, HOP_LOST, "%s is outside the cluster, and nobody there answers", text);
		return journey_lose(j, VERDICT_DROPPED);
	}
	listens |= j->packet.protocol == PROTOCOL_ICMP;
	hop_say(j, HOP_DELIVER, listens ? "%s, outside the cluster, answers" : "%s is outside the cluster, and does not"
		" listen on this port", text);
	return journey_answer(j, listens ? VERDICT_ANSWERED : VERDICT_REFUSED, here);
}

/* The node that an address of the cluster's is at; NULL. */
static struct world_node *
node_towards(struct world *world, const struct ip *ip)
{
	const struct pod *pod = world_pod_by_ip(world, ip);
	struct world_node *node = pod ? world_node(world, pod->node) : world_node_by_ip(world, ip);

	return node ? node : world_node_by_pod_cidr(world, ip);
}

/* Has a node of the cluster's had the reply already, or sent it? */
static bool
reply_is_nodes(const struct journey *j)
{
	for (size_t i = 0; i < j->ntracked; i++)
		if (j->tracked[i].node && j->tracked[i].answered)
			return true;
	return j->walk->node[0];
}

static struct place
reply_outside(struct journey *j)
{
	struct world_node *node;

	j->entry = track_find(j, NULL);
	if (j->entry) {
		track_restore_destination(j);
		track_restore_source(j);
	}
	if (!j->request->from.pod && !j->request->from.node && ip_equal(&j->packet.dst, &j->first.src))
		return journey_arrive(j);
	/* a host outside answers to where the router knows the way back; nodes have their own routes to each other */
	node = reply_is_nodes(j) ? NULL : node_towards(j->world, &j->packet.dst);
	if (node)
		return (struct place){ PLACE_NODE, NULL, node, UPLINK };
	hop_say(j, HOP_LOST, "the answer leaves the cluster for nobody who waits for it");
	return journey_lose(j, VERDICT_DROPPED);
}

/* What a node sends out is the cluster's, whoever began it: a node port leads to servers outside, too. */
static bool
passed_a_node(const struct journey *j)
{
	for (size_t i = 0; i < j->ntracked; i++)
		if (j->tracked[i].node)
			return true;
	return false;
}

struct place
journey_at_outside(struct journey *j)
{
	bool inside = j->request->from.pod || j->request->from.node || passed_a_node(j);
	const struct service *service;
	struct world_node *node;
	char text[IP_TEXT];

	if (j->reply)
		return reply_outside(j);
	if (j->request->enter && !j->ntracked)
		return (struct place){ PLACE_NODE, NULL, j->request->enter, UPLINK };
	node = world_node_by_ip(j->world, &j->packet.dst);
	if (node)
		return (struct place){ PLACE_NODE, NULL, node, UPLINK };
	service = world_service_by_balancer(j->world, &j->packet.dst);
	if (service)
		return at_balancer(j, service);
	if (inside)
		return at_host(j);
	hop_say(j, HOP_LOST, "no router outside the cluster has a route to %s", ip_format(&j->packet.dst, text));
	return journey_lose(j, VERDICT_UNREACHABLE);
}
