/*
 * Who is to blame when a connection fails: one object, the field to look at, one sentence.  Reads the walk that was made and the
 * objects behind it; decides nothing.
 */
#include "net/walk.h"

#include <string.h>

#include "control/serve.h"
#include "net/handmade.h"

struct blame {
	struct world *world;
	const struct walk_request *request;
	struct walk *walk;
	const struct service *service;	/* that was asked for; NULL */
	size_t port;			/* its port that was meant; SIZE_MAX: it doesn't offer it */
};

static void PRINTF_LIKE(4, 5)
blame_object(struct blame *blame, const struct object *object, const char *field, const char *fmt, ...)
{
	struct cause *cause = &blame->walk->cause;
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	cause->kind = object->kind->kind;
	cause->namespace = arena_strdup(&blame->walk->arena, object->namespace);
	cause->name = arena_strdup(&blame->walk->arena, object->name);
	cause->field = arena_strdup(&blame->walk->arena, field);
	cause->text = arena_strndup(&blame->walk->arena, text.buf, text.len);
	str_release(&text);
}

/* The Service that an address and a port stand for: by cluster IP, external IP, balancer, or node port. */
static void
blame_find_service(struct blame *blame)
{
	const struct walk_request *request = blame->request;
	bool node_port = world_node_by_ip(blame->world, &request->to) ||
		(ip_is_loopback(&request->to) && !request->from.pod);
	size_t n;
	const struct object *const *objects = store_list(blame->world->store, kind_by_kind("Service"), NULL, &n);

	blame->port = SIZE_MAX;
	blame->service = node_port ? NULL : world_service_by_ip(blame->world, &request->to);
	for (size_t i = 0; i < n && (node_port || blame->service); i++) {
		const struct service *service = service_view(objects[i]);

		if (!node_port && service != blame->service)
			continue;
		for (size_t p = 0; p < service->nports; p++) {
			uint16_t port = node_port ? service->ports[p].node_port : service->ports[p].port;

			if (port == request->port && service->ports[p].protocol == request->protocol) {
				blame->service = service;
				blame->port = p;
				return;
			}
		}
	}
}

const struct object *
walk_service(struct world *world, const struct walk_request *request)
{
	struct blame blame = { .world = world, .request = request };

	blame_find_service(&blame);
	return blame.service ? blame.service->object : NULL;
}

static void
add_ports(const struct service *service, struct str *text)
{
	for (size_t i = 0; i < service->nports; i++)
		str_addf(text, "%s%u/%s", i ? ", " : "", service->ports[i].port, protocol_name(service->ports[i].protocol));
}

static void
blame_no_port(struct blame *blame, const char *why)
{
	const struct service *service = blame->service;
	struct str ports = STR_INIT;

	add_ports(service, &ports);
	blame_object(blame, service->object, "spec.ports", "Service %s offers %s, not %u/%s, and %s",
		service->object->name, ports.buf, blame->request->port, protocol_name(blame->request->protocol), why);
	str_release(&ports);
}

static void
add_selector(const struct value *selector, struct str *text)
{
	for (size_t i = 0; i < selector->map.n; i++)
		str_addf(text, "%s%s=%s", i ? "," : "", selector->map.v[i].key, value_text(selector->map.v[i].value));
}

static void
blame_handmade(struct blame *blame)
{
	const struct service *service = blame->service;
	const struct service_port *port = &service->ports[blame->port < service->nports ? blame->port : 0];
	const struct handmade handmade = handmade_look(blame->world->store, service, port);
	struct str text = STR_INIT;

	handmade_say(&handmade, service, port, &text);
	blame_object(blame, handmade.slice ? handmade.slice : service->object, handmade.slice ? handmade.field : "spec.selector",
		"%s", text.buf);
	str_release(&text);
}

/* Rejected, and nobody was reached: no endpoints.  Why? */
static void
blame_no_endpoints(struct blame *blame)
{
	const struct service *service = blame->service;
	size_t n, matching = 0;
	const struct object *const *pods =
		store_list(blame->world->store, kind_by_kind("Pod"), service->object->namespace, &n);
	const struct object *unready = NULL;
	struct str selector = STR_INIT;

	if (!service->selector) {
		blame_handmade(blame);
		return;
	}
	add_selector(service->selector, &selector);
	for (size_t i = 0; i < n; i++)
		if (selector_matches_map(service->selector, value_get(object_meta(pods[i]), "labels"))) {
			matching++;
			if (!unready && !pod_view(pods[i])->ready)
				unready = pods[i];
		}
	if (!matching)
		blame_object(blame, service->object, "spec.selector",
			"no pod in namespace %s has the labels %s that Service %s selects, so it has no endpoints",
			service->object->namespace, selector.buf, service->object->name);
	else if (unready)
		blame_object(blame, unready, "status.conditions",
			"no pod that Service %s selects (%s) is ready, so it has no endpoints",
			service->object->name, selector.buf);
	else
		blame_object(blame, service->object, "spec.ports",
			"the pods that Service %s selects are ready, but have no port that its targetPort names",
			service->object->name);
	str_release(&selector);
}

/* The rule that ended it; NULL when no rule did. */
static const struct hop *
blame_last_rule(const struct walk *walk)
{
	for (size_t i = walk->hops.n; i-- > 0;)
		if (walk->hops.v[i].kind == HOP_RULE)
			return &walk->hops.v[i];
	return NULL;
}

/* What kube-proxy's rules stop packets for; by the chain that does it, - ends a name that goes on. */
enum stop { STOP_RANGES, STOP_NO_ENDPOINTS, STOP_NO_PORT, STOP_INTERNAL, STOP_EXTERNAL };

static enum stop
stop_of(const struct blame *blame, const struct hop *hop)
{
	static const struct {
		const char *chain;
		enum stop stop;
	} stops[] = {
		{ "KUBE-PROXY-FIREWALL", STOP_RANGES },
		{ "KUBE-SOURCE-RANGES-FIREWALL", STOP_RANGES },
		{ "KUBE-IPVS-OUT-FILTER", STOP_RANGES },
		{ "firewall-", STOP_RANGES },
		{ "KUBE-IPVS-FILTER", STOP_NO_PORT },
		{ "cluster-ips-check", STOP_NO_PORT },
		{ "reject-chain", STOP_NO_ENDPOINTS },
		{ "KUBE-SERVICES", STOP_INTERNAL },
	};
	const struct service *service = blame->service;

	for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
		const char *chain = stops[i].chain;

		if (stops[i].stop == STOP_INTERNAL && hop->rule->target.kind == TARGET_REJECT)
			return STOP_NO_ENDPOINTS;
		if (str_ends(chain, "-") ? str_starts(hop->chain, chain) : strcmp(hop->chain, chain) == 0)
			return stops[i].stop;
	}
	for (size_t i = 0; i < service->ncluster_ips; i++) {
		if (ip_equal(&service->cluster_ips[i], &blame->request->to))
			return STOP_INTERNAL;
	}
	return STOP_EXTERNAL;
}

static void
blame_stop(struct blame *blame, const struct hop *hop)
{
	const struct object *service = blame->service->object;

	switch (stop_of(blame, hop)) {
	case STOP_RANGES:
		blame_object(blame, service, "spec.loadBalancerSourceRanges",
			"Service %s lets only its loadBalancerSourceRanges use the balancer's address", service->name);
		break;
	case STOP_NO_PORT:
		blame_no_port(blame, "kube-proxy refuses every other port of a cluster IP");
		break;
	case STOP_NO_ENDPOINTS:
		blame_no_endpoints(blame);
		break;
	case STOP_INTERNAL:
		blame_object(blame, service, "spec.internalTrafficPolicy",
			"internalTrafficPolicy is Local, and node %s has no ready pod of Service %s", hop->node,
			service->name);
		break;
	case STOP_EXTERNAL:
		blame_object(blame, service, "spec.externalTrafficPolicy",
			"externalTrafficPolicy is Local, and node %s has no ready pod of Service %s", hop->node,
			service->name);
		break;
	}
}

static bool
blame_drop_rule(struct blame *blame)
{
	const struct hop *hop = blame_last_rule(blame->walk);
	enum target_kind kind = TARGET_NONE;
	struct world_node *node;

	if (hop)
		kind = hop->element ? hop->element->verdict.kind : hop->rule->target.kind;
	if (kind != TARGET_DROP && kind != TARGET_REJECT)
		return false;
	if (!str_starts(hop->chain, "KUBE-") && !hop->rule->nft) {
		node = world_node(blame->world, hop->node);
		blame_object(blame, node->view->object, "", "a rule of node %s's own in chain %s stops it", hop->node,
			hop->chain);
		return true;
	}
	if (blame->service)
		blame_stop(blame, hop);
	return blame->service;
}

const char *
walk_chain_policy(struct world *world, const struct walk *walk, const char **node)
{
	const struct hop *hop = walk->hops.n ? &walk->hops.v[walk->hops.n - 1] : NULL;
	struct world_node *at =
		hop && hop->in_hook && walk->verdict == VERDICT_DROPPED ? world_node(world, hop->node) : NULL;
	const struct table *filter = at ? ruleset_find_table(world_rules(world, at, hop->packet.dst.family), "filter") : NULL;
	const struct chain *chain = filter ? table_find_chain(filter, hook_name(hop->hook)) : NULL;

	if (!chain || strcmp(chain->policy, "DROP") != 0)
		return NULL;
	*node = at->name;
	return chain->name;
}

static bool
blame_chain_policy(struct blame *blame)
{
	const char *node, *chain = walk_chain_policy(blame->world, blame->walk, &node);

	if (!chain)
		return false;
	blame_object(blame, world_node(blame->world, node)->view->object, "",
		"chain %s of node %s has the policy DROP, and no rule accepts it", chain, node);
	return true;
}

/* The packet reached a pod or a node, and the port is closed. */
static void
blame_closed_port(struct blame *blame)
{
	const struct walk *walk = blame->walk;
	struct str field = STR_INIT;

	if (walk->pod && pod_listener(blame->world->store, walk->pod, blame->request->protocol, walk->endpoint_port))
		blame_object(blame, walk->pod->object, "spec.containers",
			"what listens on port %u in pod %s is bound to 127.0.0.1, which only the pod itself reaches",
			walk->endpoint_port, walk->pod->object->name);
	else if (walk->pod && blame->service && blame->port != SIZE_MAX) {
		str_addf(&field, "spec.ports[%zu].targetPort", blame->port);
		blame_object(blame, blame->service->object, field.buf,
			"Service %s sends to targetPort %u, and nothing in pod %s listens there",
			blame->service->object->name, walk->endpoint_port, walk->pod->object->name);
	} else if (walk->node[0] && blame->service) {
		char text[IP_TEXT];

		blame_object(blame, world_node(blame->world, walk->node)->view->object, "",
			"kube-proxy opens node port %u of Service %s on other addresses of node %s, not on %s",
			blame->request->port, blame->service->object->name, walk->node,
			ip_format(&blame->request->to, text));
	} else if (walk->pod)
		blame_object(blame, walk->pod->object, "spec.containers", "nothing in pod %s listens on port %u",
			walk->pod->object->name, walk->endpoint_port);
	else if (walk->node[0])
		blame_object(blame, world_node(blame->world, walk->node)->view->object, "",
			"no Service has node port %u, and no process of node %s listens there", blame->request->port,
			walk->node);
	str_release(&field);
}

/* A slice made by hand, or left from before, may list an address that no pod has; it is where the packet went. */
static bool
blame_stale_slice(struct blame *blame)
{
	const struct object *service = blame->service->object;
	size_t n;
	const struct object *const *slices =
		store_list(blame->world->store, kind_by_kind("EndpointSlice"), service->namespace, &n);

	for (size_t i = 0; i < n; i++) {
		const struct slice *slice = slice_view(slices[i]);

		for (size_t e = 0; strcmp(slice->service, service->name) == 0 && e < slice->nendpoints; e++) {
			const struct ip *ip = &slice->endpoints[e].ip;
			char text[IP_TEXT];

			if (slice->endpoints[e].ready == 0 || world_pod_by_ip(blame->world, ip) ||
				world_node_by_ip(blame->world, ip))
				continue;
			blame_object(blame, slice->object, "endpoints",
				"EndpointSlice %s sends some connections of Service %s to %s, an address that no pod has",
				slice->object->name, service->name, ip_format(ip, text));
			return true;
		}
	}
	return false;
}

static void
blame_no_route(struct blame *blame)
{
	const struct pod *pod = world_pod_by_ip(blame->world, &blame->request->to);
	const struct service *service = blame->service;
	bool inside = blame->request->from.pod || blame->request->from.node;

	if (service && inside && blame_stale_slice(blame))
		return;
	if (service && service->type == SERVICE_CLUSTER_IP)
		blame_object(blame, service->object, "spec.type",
			"Service %s is of type ClusterIP: its address means something only to the cluster's own nodes and pods",
			service->object->name);
	else if (service)
		blame_object(blame, service->object, "spec.clusterIP",
			"a cluster IP means something only to the cluster's own nodes and pods: from outside use a node port%s of Service %s",
			service->type == SERVICE_LOAD_BALANCER ? " or the balancer's address" : "", service->object->name);
	else if (pod)
		blame_object(blame, pod->object, "status.podIP",
			"a pod's address has a route only inside the cluster: from outside go through a Service");
}

static bool
blame_policy(struct blame *blame)
{
	const struct walk *walk = blame->walk;

	if (!walk->policy)
		return false;
	blame_object(blame, walk->policy, walk->policy_ingress ? "spec.ingress" : "spec.egress",
		"NetworkPolicy %s isolates the pod that %s, and no rule of it or of its kin lets this through",
		walk->policy->name, walk->policy_ingress ? "should receive" : "sends");
	return true;
}

/* A cluster IP with internal policy Local whose endpoints are all on other nodes. */
static bool
blame_elsewhere(const struct blame *blame)
{
	const struct object *service = blame->service->object;
	size_t n;
	const struct object *const *slices =
		store_list(blame->world->store, kind_by_kind("EndpointSlice"), service->namespace, &n);

	for (size_t i = 0; blame->service->internal_local && i < n; i++) {
		const struct slice *slice = slice_view(slices[i]);

		for (size_t e = 0; strcmp(slice->service, service->name) == 0 && e < slice->nendpoints; e++) {
			if (slice->endpoints[e].ready != 0)
				return true;
		}
	}
	return false;
}

/* It never came to a node, and the balancer offers the port. */
static bool
stopped_by_balancer(const struct blame *blame)
{
	const struct walk *walk = blame->walk;

	return blame->service->nsource_ranges && blame->port != SIZE_MAX && walk->hops.n &&
		!walk->hops.v[walk->hops.n - 1].node[0] && walk->endpoint.family == IP_NONE;
}

/* A node on the way sent the packet by a route of NodeHost's, and it was lost. */
static bool
blame_route(struct blame *blame)
{
	const struct walk *walk = blame->walk;

	for (size_t i = walk->hops.n; i-- > 0;) {
		const struct hop *hop = &walk->hops.v[i];
		struct world_node *node = hop->node[0] ? world_node(blame->world, hop->node) : NULL;
		const struct world_route *route = node ? world_node_route(node, &hop->packet.dst) : NULL;
		char text[IP_TEXT];

		if (!route || (hop->kind != HOP_LINK && hop->kind != HOP_LOST))
			continue;
		blame_object(blame, node->view->object, "", route->via.family == IP_NONE ? "the route of node %s to %s is gone"
			: "the route of node %s to %s leads elsewhere", node->name, cidr_format(&route->to, text));
		return true;
	}
	return false;
}

/* ---- a stopped kube-proxy ---- */

static bool
same_version(const struct object *a, const struct object *b)
{
	const char *x = a ? value_get_text(object_meta(a), "resourceVersion") : NULL;
	const char *y = b ? value_get_text(object_meta(b), "resourceVersion") : NULL;

	return x && y && strcmp(x, y) == 0;
}

/* Every slice of the Service in one store is the same in the other. */
static bool
same_slices(const struct store *store, const struct store *other, const struct object *service)
{
	size_t n;
	const struct object *const *slices = store_list(store, kind_by_kind("EndpointSlice"), service->namespace, &n);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(slice_view(slices[i])->service, service->name) == 0 &&
			!same_version(slices[i], store_get(other, slices[i]->kind, slices[i]->namespace, slices[i]->name)))
			return false;
	}
	return true;
}

/* The rules of the node where the packet met them know nothing of what the Service has become since. */
static bool
blame_stopped_proxy(struct blame *blame)
{
	const struct store *now = blame->world->store, *known;
	const struct object *service = blame->service ? blame->service->object : NULL;
	const struct walk *walk = blame->walk;
	struct world_node *node = NULL;

	for (size_t i = 0; i < walk->hops.n && !node; i++)
		node = walk->hops.v[i].node[0] ? world_node(blame->world, walk->hops.v[i].node) : NULL;
	if (!service || walk->policy || !node || !node->host.proxy_stopped)
		return false;
	if (!node->host.stale_objects) {
		blame_object(blame, node->view->object, "", "kube-proxy does not run on node %s, and has made no rules there",
			node->name);
		return true;
	}
	known = world_proxy_input(blame->world, node, blame->request->to.family).store;
	if (same_version(service, store_get(known, service->kind, service->namespace, service->name)) &&
		same_slices(now, known, service) && same_slices(known, now, service))
		return false;
	blame_object(blame, node->view->object, "",
		"%s on node %s: its rules are those of the time when it ended, and Service %s has changed since",
		node->host.proxy_gone ? "no pod of kube-proxy runs" : "kube-proxy is stopped", node->name, service->name);
	return true;
}

static void
blame_lost(struct blame *blame)
{
	if (blame_route(blame))
		return;
	if (blame_policy(blame) || blame_drop_rule(blame) || blame_chain_policy(blame))
		return;
	if (!blame->service)
		return;
	if (stopped_by_balancer(blame)) {
		blame_object(blame, blame->service->object, "spec.loadBalancerSourceRanges",
			"Service %s lets only its loadBalancerSourceRanges use the balancer's address",
			blame->service->object->name);
		return;
	}
	if (blame->port == SIZE_MAX)
		blame_no_port(blame, "nobody answers for an address without a rule");
	else if (blame->walk->verdict == VERDICT_REFUSED && blame_elsewhere(blame))
		blame_object(blame, blame->service->object, "spec.internalTrafficPolicy",
			"internalTrafficPolicy is Local, and the node has no ready pod of Service %s",
			blame->service->object->name);
	else if (blame->walk->verdict == VERDICT_REFUSED)	/* by a virtual server */
		blame_no_endpoints(blame);
	else if (blame->service->external_local && blame->walk->endpoint.family != IP_NONE)
		blame_object(blame, blame->service->object, "spec.externalTrafficPolicy",
			"externalTrafficPolicy is Local, and the node that was asked has no ready pod of Service %s: the answer"
			" comes from the pod's own address, which the sender never asked", blame->service->object->name);
}

void
walk_blame(struct world *world, const struct walk_request *request, struct walk *walk)
{
	struct blame blame = { .world = world, .request = request, .walk = walk };

	if (request->no_events)
		return;
	blame_find_service(&blame);
	if (walk->off)
		blame_object(&blame, walk->off->view->object, "", "node %s is powered off", walk->off->name);
	else if (blame_stopped_proxy(&blame))
		return;
	else if (walk->verdict == VERDICT_UNREACHABLE && !blame_route(&blame))
		blame_no_route(&blame);
	else if (walk->verdict == VERDICT_UNREACHABLE)
		return;
	else if (walk->endpoint.family != IP_NONE && walk->verdict == VERDICT_REFUSED)
		blame_closed_port(&blame);
	else
		blame_lost(&blame);
}
