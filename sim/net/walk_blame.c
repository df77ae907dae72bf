/*
 * Who is to blame when a connection fails: one object, the field to look at, one sentence.  Reads the walk that was made and the
 * objects behind it; decides nothing.
 */
#include "net/walk.h"

#include <string.h>

#include "control/image.h"

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

static void
add_ports(const struct service *service, struct str *text)
{
	for (size_t i = 0; i < service->nports; i++)
		str_addf(text, "%s%u/%s", i ? ", " : "", service->ports[i].port, protocol_name(service->ports[i].protocol));
}

static void
add_selector(const struct value *selector, struct str *text)
{
	for (size_t i = 0; i < selector->map.n; i++)
		str_addf(text, "%s%s=%s", i ? "," : "", selector->map.v[i].key, value_text(selector->map.v[i].value));
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
		blame_object(blame, service->object, "spec.selector",
			"Service %s has no selector, and nobody made EndpointSlices for it by hand", service->object->name);
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

static bool
blame_drop_rule(struct blame *blame)
{
	const struct hop *hop = blame_last_rule(blame->walk);
	const struct service *service = blame->service;
	struct world_node *node;

	if (!hop || (hop->rule->target.kind != TARGET_DROP && hop->rule->target.kind != TARGET_REJECT))
		return false;
	if (!str_starts(hop->chain, "KUBE-")) {
		node = world_node(blame->world, hop->node);
		blame_object(blame, node->view->object, "", "a rule of node %s's own in chain %s stops it", hop->node,
			hop->chain);
	} else if (!service)
		return false;
	else if (strcmp(hop->chain, "KUBE-PROXY-FIREWALL") == 0)
		blame_object(blame, service->object, "spec.loadBalancerSourceRanges",
			"Service %s lets only its loadBalancerSourceRanges use the balancer's address",
			service->object->name);
	else if (hop->rule->target.kind == TARGET_REJECT)
		blame_no_endpoints(blame);
	else if (strcmp(hop->chain, "KUBE-SERVICES") == 0)
		blame_object(blame, service->object, "spec.internalTrafficPolicy",
			"internalTrafficPolicy is Local, and node %s has no ready pod of Service %s", hop->node,
			service->object->name);
	else
		blame_object(blame, service->object, "spec.externalTrafficPolicy",
			"externalTrafficPolicy is Local, and node %s has no ready pod of Service %s", hop->node,
			service->object->name);
	return true;
}

/* The packet reached a pod or a node, and the port is closed. */
static void
blame_closed_port(struct blame *blame)
{
	const struct walk *walk = blame->walk;
	struct str field = STR_INIT;

	if (walk->pod && blame->service && blame->port != SIZE_MAX) {
		str_addf(&field, "spec.ports[%zu].targetPort", blame->port);
		blame_object(blame, blame->service->object, field.buf,
			"Service %s sends to targetPort %u, and nothing in pod %s listens there",
			blame->service->object->name, walk->endpoint_port, walk->pod->object->name);
	} else if (walk->pod)
		blame_object(blame, walk->pod->object, "spec.containers", "nothing in pod %s listens on port %u",
			walk->pod->object->name, walk->endpoint_port);
	else if (walk->node[0])
		blame_object(blame, world_node(blame->world, walk->node)->view->object, "",
			"no Service has node port %u, and no process of node %s listens there", blame->request->port,
			walk->node);
	str_release(&field);
}

static void
blame_no_route(struct blame *blame)
{
	const struct pod *pod = world_pod_by_ip(blame->world, &blame->request->to);
	const struct service *service = blame->service;

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

static void
blame_lost(struct blame *blame)
{
	const struct service *service = blame->service;
	struct str ports = STR_INIT;

	if (blame_policy(blame) || blame_drop_rule(blame))
		return;
	if (service && blame->port == SIZE_MAX) {
		add_ports(service, &ports);
		blame_object(blame, service->object, "spec.ports",
			"Service %s offers %s, not %u/%s, and nobody answers for an address without a rule",
			service->object->name, ports.buf, blame->request->port, protocol_name(blame->request->protocol));
		str_release(&ports);
	}
}

void
walk_blame(struct world *world, const struct walk_request *request, struct walk *walk)
{
	struct blame blame = { .world = world, .request = request, .walk = walk };

	if (request->no_events)
		return;
	blame_find_service(&blame);
	if (walk->verdict == VERDICT_UNREACHABLE)
		blame_no_route(&blame);
	else if (walk->endpoint.family != IP_NONE && walk->verdict == VERDICT_REFUSED)
		blame_closed_port(&blame);
	else
		blame_lost(&blame);
}
