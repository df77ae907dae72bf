/*
 * One connection.  A journey is a packet and the place where it is; each step takes it over one place and says where
 * it goes next: a pod, a node (with the device it comes in by), or the outside.  On a node the hooks stand in the
 * kernel's order (net/ipv4/netfilter): PREROUTING, routing, INPUT or FORWARD, POSTROUTING; OUTPUT for local processes.
 * Each visit of a node with a first packet leaves a conntrack entry, by which the reply's addresses are put back; nat
 * tables see first packets only.
 */
#include "net/walk.h"

#include <string.h>

#include "control/image.h"
#include "net/policy.h"

#define STEPS_MAX 32	/* places on one way; more is a loop in somebody's rules */
#define CLIENT_PORT 51234
#define BRIDGE "cni0"
#define UPLINK "eth0"

/* A connection as one node's conntrack holds it; node NULL: the cloud's balancer. */
struct tracked {
	struct world_node *node;
	struct packet original, translated;
	bool dnat, snat;
};

enum place_kind { PLACE_POD, PLACE_NODE, PLACE_PROCESS, PLACE_OUTSIDE, PLACE_END };
struct place {
	enum place_kind kind;
	const struct pod *pod;
	struct world_node *node;	/* NODE: it comes in; PROCESS: a process there sends it */
	const char *in;			/* device of NODE */
};

struct journey {
	struct world *world;
	const struct walk_request *request;
	struct chooser *chooser;
	struct walk *walk;
	struct packet packet, first;
	struct tracked tracked[STEPS_MAX];
	size_t ntracked;
	struct tracked *entry;		/* of the node it is on */
	struct world_node *node;	/* it is on; NULL elsewhere */
	enum hook hook;
	bool in_hook, reply;
	enum verdict outcome;		/* of the way there, while the reply is on its way */
};

enum route_kind { ROUTE_LOCAL, ROUTE_POD, ROUTE_NODE, ROUTE_OUTSIDE, ROUTE_NONE };
struct route {
	enum route_kind kind;
	const struct pod *pod;
	struct world_node *node;
	const char *out;
};

static const char *const verdict_names[] = {
#define VERDICT_NAME(id, name, help) name,
	VERDICTS(VERDICT_NAME)
#undef VERDICT_NAME
};
static const char *const verdict_helps[] = {
#define VERDICT_HELP(id, name, help) help,
	VERDICTS(VERDICT_HELP)
#undef VERDICT_HELP
};
static const char *const hop_kind_names[] = {
#define HOP_KIND_NAME(id, name) name,
	HOP_KINDS(HOP_KIND_NAME)
#undef HOP_KIND_NAME
};

const char *
verdict_name(enum verdict verdict)
{
	return verdict_names[verdict];
}

const char *
verdict_help(enum verdict verdict)
{
	return verdict_helps[verdict];
}

const char *
hop_kind_name(enum hop_kind kind)
{
	return hop_kind_names[kind];
}

void
walk_init(struct walk *walk)
{
	memset(walk, 0, sizeof *walk);
	walk->node = "";
	walk->probability = 1;
}

void
walk_release(struct walk *walk)
{
	vec_release(&walk->hops);
	arena_release(&walk->arena);
}

static struct hop *
hop_push(struct journey *j, enum hop_kind kind)
{
	struct hop *hop = vec_push(&j->walk->hops);

	hop->kind = kind;
	hop->reply = j->reply;
	hop->node = j->node ? j->node->name : "";
	hop->in_hook = j->in_hook;
	hop->hook = j->hook;
	hop->table = hop->chain = hop->text = "";
	hop->packet = j->packet;
	return hop;
}

static void PRINTF_LIKE(3, 4)
hop_say(struct journey *j, enum hop_kind kind, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	if (j->request->no_events)
		return;
	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	hop_push(j, kind)->text = arena_strndup(&j->walk->arena, text.buf, text.len);
	str_release(&text);
}

static void
on_rule(void *arg, const struct engine_event *event)
{
	struct journey *j = arg;
	struct hop *hop = hop_push(j, HOP_RULE);

	hop->table = event->table->name;
	hop->chain = event->rule->chain;
	hop->rule = event->rule;
	hop->packet = event->after;
}

static struct packet
packet_reversed(const struct packet *packet)
{
	struct packet back = *packet;

	back.src = packet->dst;
	back.dst = packet->src;
	back.sport = packet->dport;
	back.dport = packet->sport;
	back.mark = 0;
	back.ctstate = 0;
	return back;
}

static bool
packet_same_flow(const struct packet *a, const struct packet *b)
{
	return a->protocol == b->protocol && ip_equal(&a->src, &b->src) && ip_equal(&a->dst, &b->dst) &&
		a->sport == b->sport && a->dport == b->dport;
}

static struct place
lost(struct journey *j, enum verdict verdict)
{
	/* the reply is lost: whatever was answered, nobody hears it */
	j->walk->verdict = j->reply ? VERDICT_DROPPED : verdict;
	return (struct place){ PLACE_END, NULL, NULL, NULL };
}

/* ---- conntrack ---- */

static struct tracked *
track(struct journey *j, struct world_node *node)
{
	struct tracked *entry = &j->tracked[j->ntracked++];

	memset(entry, 0, sizeof *entry);
	entry->node = node;
	entry->original = entry->translated = j->packet;
	return entry;
}

/* The entry that the packet is the reply of. */
static struct tracked *
track_find(struct journey *j, const struct world_node *node)
{
	for (size_t i = j->ntracked; i-- > 0;) {
		struct packet back = packet_reversed(&j->tracked[i].translated);

		if (j->tracked[i].node == node && packet_same_flow(&back, &j->packet))
			return &j->tracked[i];
	}
	return NULL;
}

static unsigned
track_state(const struct journey *j)
{
	unsigned state = j->reply ? CT_ESTABLISHED : CT_NEW;

	if (!j->entry)	/* an answer that this node has seen no question for */
		return j->packet.protocol == PROTOCOL_TCP ? CT_INVALID : CT_NEW;
	return state | (j->entry->dnat ? CT_DNAT : 0) | (j->entry->snat ? CT_SNAT : 0);
}

/* ---- hooks ---- */

static const struct ip *
address_of_device(const struct world_node *node, const char *device, enum ip_family family)
{
	if (strcmp(device, BRIDGE) == 0 && node->bridge[family - 1].family != IP_NONE)
		return &node->bridge[family - 1];
	for (size_t i = 0; i < node->view->nips; i++)
		if (node->view->ips[i].family == family)
			return &node->view->ips[i];
	return node->nlocal ? &node->local[0] : NULL;
}

static void
rewrite_destination(struct journey *j, const struct ip *ip, uint16_t port)
{
	j->packet.dst = *ip;
	if (port)
		j->packet.dport = port;
	j->entry->dnat = true;
	j->entry->translated = j->packet;
}

static void
rewrite_source(struct journey *j, const struct ip *ip)
{
	char text[IP_TEXT];

	j->packet.src = *ip;
	j->entry->snat = true;
	j->entry->translated = j->packet;
	j->walk->masqueraded = true;
	hop_say(j, HOP_SNAT, "the source becomes %s, so that the answer comes back to this node", ip_format(ip, text));
}

/* What the table said; false: the packet ends here. */
static bool
hook_apply(struct journey *j, const struct engine_result *result, const char *out)
{
	char text[IP_TEXT + 8];

	switch (result->verdict) {
	case ENGINE_ACCEPT:
		return true;
	case ENGINE_DNAT:
		rewrite_destination(j, &result->ip, result->port);
		hop_say(j, HOP_DNAT, "the destination becomes %s",
			ip_port_format(&j->packet.dst, j->packet.dport, text));
		return true;
	case ENGINE_SNAT:
		rewrite_source(j, &result->ip);
		return true;
	case ENGINE_MASQUERADE:
		rewrite_source(j, address_of_device(j->node, out, j->packet.src.family));
		return true;
	case ENGINE_REJECT:
		hop_say(j, HOP_LOST, "rejected: the sender gets ICMP %s at once",
			result->rule && result->rule->target.text ? result->rule->target.text : "port unreachable");
		lost(j, VERDICT_REFUSED);
		return false;
	case ENGINE_DROP:
		hop_say(j, HOP_LOST, "dropped: nobody answers");
		lost(j, VERDICT_DROPPED);
		return false;
	}
	return true;
}

/* One hook, its tables in the kernel's order; nat only for the first packet of a connection. */
static bool
hook_run(struct journey *j, enum hook hook, const char *in, const char *out)
{
	static const struct {
		const char *table;
		unsigned hooks;
		bool first_only;
	} order[] = {
		{ "raw", 1u << HOOK_PREROUTING | 1u << HOOK_OUTPUT, false },
		{ "mangle", ~0u, false },
		{ "nat", 1u << HOOK_PREROUTING | 1u << HOOK_OUTPUT, true },
		{ "filter", 1u << HOOK_INPUT | 1u << HOOK_FORWARD | 1u << HOOK_OUTPUT, false },
		{ "nat", 1u << HOOK_POSTROUTING | 1u << HOOK_INPUT, true },
	};
	struct engine *engine = world_engine(j->world, j->node, j->packet.dst.family);

	j->hook = hook;
	j->in_hook = true;
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		struct engine_result result;
		struct engine_call call = { .hook = hook, .table = order[i].table, .in = in, .out = out,
			.local = j->node->local, .nlocal = j->node->nlocal, .chooser = j->chooser,
			.recent = j->request->remember ? &j->node->recent : NULL, .now = j->request->now,
			.event = j->request->no_events ? NULL : on_rule, .arg = j };

		if (!(order[i].hooks & 1u << hook) || (order[i].first_only && (j->reply || !j->entry)))
			continue;
		j->packet.ctstate = track_state(j);
		engine_walk(engine, &call, &j->packet, &result);
		if (!hook_apply(j, &result, out)) {
			j->in_hook = false;
			return false;
		}
	}
	j->in_hook = false;
	return true;
}

/* ---- routes ---- */

static struct route
route_to_pod(const struct world_node *node, const struct pod *pod, struct world *world)
{
	struct world_node *there = world_node(world, pod->node);

	if (there == node)
		return (struct route){ ROUTE_POD, pod, NULL, BRIDGE };
	if (there)
		return (struct route){ ROUTE_NODE, NULL, there, UPLINK };
	return (struct route){ ROUTE_NONE, NULL, NULL, "" };
}

static struct route
route_of(struct journey *j, const struct world_node *node, const struct ip *dst)
{
	const struct pod *pod;
	struct world_node *other;

	if (world_node_owns(node, dst))
		return (struct route){ ROUTE_LOCAL, NULL, NULL, "lo" };
	pod = world_pod_by_ip(j->world, dst);
	if (pod)
		return route_to_pod(node, pod, j->world);
	other = world_node_by_pod_cidr(j->world, dst);
	if (other == node)
		return (struct route){ ROUTE_NONE, NULL, NULL, BRIDGE };
	if (!other)
		other = world_node_by_ip(j->world, dst);
	if (other)
		return (struct route){ ROUTE_NODE, NULL, other, UPLINK };
	return (struct route){ ROUTE_OUTSIDE, NULL, NULL, UPLINK };
}

/* Sends the packet on after POSTROUTING. */
static struct place
route_follow(struct journey *j, const struct route *route)
{
	char text[IP_TEXT];

	switch (route->kind) {
	case ROUTE_POD:
		hop_say(j, HOP_LINK, "over the bridge %s to pod %s/%s", BRIDGE, route->pod->object->namespace,
			route->pod->object->name);
		return (struct place){ PLACE_POD, route->pod, NULL, NULL };
	case ROUTE_NODE:
		hop_say(j, HOP_LINK, "over %s to node %s", UPLINK, route->node->name);
		return (struct place){ PLACE_NODE, NULL, route->node, UPLINK };
	case ROUTE_OUTSIDE:
		hop_say(j, HOP_LINK, "over %s to the router: %s is no node and no pod", UPLINK,
			ip_format(&j->packet.dst, text));
		return (struct place){ PLACE_OUTSIDE, NULL, NULL, NULL };
	case ROUTE_LOCAL:
	case ROUTE_NONE:
		break;
	}
	BUG("a packet leaves a node by no route");
}

/* ---- the way back ---- */

static struct place
answer(struct journey *j, enum verdict verdict, struct place from)
{
	j->walk->source_seen = j->packet.src;
	j->walk->endpoint = j->packet.dst;
	j->walk->endpoint_port = j->packet.dport;
	j->outcome = verdict;
	j->reply = true;
	j->packet = packet_reversed(&j->packet);
	hop_say(j, HOP_SEND, verdict == VERDICT_ANSWERED ? "the answer starts back" : "the refusal starts back");
	return from;
}

/* The reply is where the connection began: is it what the sender waits for? */
static struct place
arrived(struct journey *j)
{
	struct packet wanted = packet_reversed(&j->first);
	char from[IP_TEXT + 8], to[IP_TEXT + 8];

	if (!packet_same_flow(&wanted, &j->packet)) {
		hop_say(j, HOP_LOST, "the sender knows of no connection with %s: it asked %s",
			ip_port_format(&j->packet.src, j->packet.sport, from),
			ip_port_format(&wanted.src, wanted.sport, to));
		return lost(j, VERDICT_DROPPED);
	}
	hop_say(j, HOP_DELIVER, "back at the sender, from the address it asked");
	j->walk->verdict = j->outcome;
	return (struct place){ PLACE_END, NULL, NULL, NULL };
}

static void
restore_destination(struct journey *j)
{
	struct packet back;
	char text[IP_TEXT + 8];

	if (!j->entry)
		return;
	back = packet_reversed(&j->entry->original);
	if (ip_equal(&back.dst, &j->packet.dst) && back.dport == j->packet.dport)
		return;
	j->packet.dst = back.dst;
	j->packet.dport = back.dport;
	hop_say(j, HOP_DNAT, "conntrack puts the destination back to %s",
		ip_port_format(&back.dst, back.dport, text));
}

static void
restore_source(struct journey *j)
{
	struct packet back;
	char text[IP_TEXT + 8];

	if (!j->entry)
		return;
	back = packet_reversed(&j->entry->original);
	if (ip_equal(&back.src, &j->packet.src) && back.sport == j->packet.sport)
		return;
	j->packet.src = back.src;
	j->packet.sport = back.sport;
	hop_say(j, HOP_SNAT, "conntrack puts the source back to %s", ip_port_format(&back.src, back.sport, text));
}

/* ---- places ---- */

/* At a process on the node itself. */
static struct place
node_deliver(struct journey *j)
{
	struct world_node *node = j->node;
	bool listens = world_node_listens(j->world, node, j->packet.protocol, j->packet.dport, ip_is_loopback(&j->packet.dst));

	j->walk->node = node->name;
	hop_say(j, HOP_DELIVER, listens ? "a process of node %s listens on port %u and answers"
		: "no process of node %s listens on port %u", node->name, j->packet.dport);
	return answer(j, listens ? VERDICT_ANSWERED : VERDICT_REFUSED, (struct place){ PLACE_PROCESS, NULL, node, NULL });
}

/* Is the process that the reply is for the one that began? */
static struct place
node_receive(struct journey *j)
{
	if (!j->reply)
		return node_deliver(j);
	if (j->request->from.node == j->node)
		return arrived(j);
	hop_say(j, HOP_LOST, "no process of node %s waits for this answer", j->node->name);
	return lost(j, VERDICT_DROPPED);
}

/* One direction of one pod's policies; says what they say when any concerns the packet. */
static bool
policy_passes(struct journey *j, const struct pod *subject, bool ingress, const struct pod *receiver)
{
	struct policy_question question = { .subject = subject, .ingress = ingress, .target = receiver,
		.peer_ip = ingress ? j->packet.src : j->packet.dst, .protocol = j->packet.protocol, .port = j->packet.dport };
	struct policy_answer answer;
	const struct object *policy;

	question.peer = world_pod_by_ip(j->world, &question.peer_ip);
	policy_ask(j->world->store, &question, &answer);
	policy = answer.policy;
	if (!answer.isolated)
		return true;
	if (answer.allowed) {
		hop_say(j, HOP_POLICY, "NetworkPolicy %s/%s lets it %s pod %s by spec.%s[%zu]", policy->namespace, policy->name,
			ingress ? "into" : "out of", subject->object->name, ingress ? "ingress" : "egress", answer.rule);
		return true;
	}
	hop_say(j, HOP_LOST, "NetworkPolicy %s/%s isolates pod %s, and no rule lets this %s: dropped", policy->namespace,
		policy->name, subject->object->name, ingress ? "in" : "out");
	j->walk->policy = policy;
	j->walk->policy_ingress = ingress;
	lost(j, VERDICT_DROPPED);
	return false;
}

/* What is forwarded meets the policies of both ends, with its addresses as DNAT left them.  What a node's own processes send to its pods
 * (probes) does not, nor does a pod's packet to itself, nor any answer. */
static bool
policies_pass(struct journey *j, const char *in, const struct route *route)
{
	const struct pod *from = strcmp(in, BRIDGE) == 0 ? j->request->from.pod : NULL;
	const struct pod *to = route->kind == ROUTE_POD ? route->pod : world_pod_by_ip(j->world, &j->packet.dst);

	if (j->reply || (to && to == j->request->from.pod))
		return true;
	if (from && !policy_passes(j, from, false, to))
		return false;
	return route->kind != ROUTE_POD || policy_passes(j, route->pod, true, route->pod);
}

static struct place
node_pass(struct journey *j, const char *in, bool local_out)
{
	struct route route = route_of(j, j->node, &j->packet.dst);
	char text[IP_TEXT];

	if (local_out && !hook_run(j, HOOK_OUTPUT, "", route.out))
		return (struct place){ PLACE_END, NULL, NULL, NULL };
	if (local_out)	/* nat OUTPUT may have changed the destination: the kernel routes again */
		route = route_of(j, j->node, &j->packet.dst);
	if (route.kind == ROUTE_NONE) {
		hop_say(j, HOP_LOST, "no pod has the address %s", ip_format(&j->packet.dst, text));
		return lost(j, VERDICT_UNREACHABLE);
	}
	if (route.kind == ROUTE_LOCAL) {
		if (local_out && !hook_run(j, HOOK_POSTROUTING, "", "lo"))
			return (struct place){ PLACE_END, NULL, NULL, NULL };
		if (!hook_run(j, HOOK_INPUT, local_out ? "lo" : in, ""))
			return (struct place){ PLACE_END, NULL, NULL, NULL };
		if (j->reply)
			restore_source(j);
		return node_receive(j);
	}
	if (!local_out && (!hook_run(j, HOOK_FORWARD, in, route.out) || !policies_pass(j, in, &route)))
		return (struct place){ PLACE_END, NULL, NULL, NULL };
	if (!hook_run(j, HOOK_POSTROUTING, "", route.out))
		return (struct place){ PLACE_END, NULL, NULL, NULL };
	if (j->reply)
		restore_source(j);
	return route_follow(j, &route);
}

static struct place
at_node(struct journey *j, const struct place *place)
{
	struct place next;

	j->node = place->node;
	j->packet.mark = 0;
	j->entry = j->reply ? track_find(j, place->node) : track(j, place->node);
	if (!hook_run(j, HOOK_PREROUTING, place->in, ""))
		next = (struct place){ PLACE_END, NULL, NULL, NULL };
	else {
		if (j->reply)
			restore_destination(j);
		next = node_pass(j, place->in, false);
	}
	j->node = NULL;
	return next;
}

/* A process of the node sends: the first packet, or the answer. */
static struct place
at_process(struct journey *j, const struct place *place)
{
	struct place next;

	j->node = place->node;
	j->packet.mark = 0;
	j->entry = j->reply ? track_find(j, place->node) : track(j, place->node);
	if (j->reply)
		restore_destination(j);
	next = node_pass(j, "", true);
	j->node = NULL;
	return next;
}

static bool
pod_owns(const struct pod *pod, const struct ip *ip)
{
	for (size_t i = 0; i < pod->nips; i++)
		if (ip_equal(&pod->ips[i], ip))
			return true;
	return ip_is_loopback(ip);
}

static struct place
at_pod(struct journey *j, const struct place *place)
{
	const struct pod *pod = place->pod;
	bool listens;

	if (j->reply && j->request->from.pod == pod)
		return arrived(j);
	if (j->reply) {
		hop_say(j, HOP_LOST, "pod %s waits for no such answer", pod->object->name);
		return lost(j, VERDICT_DROPPED);
	}
	listens = pod_listens(pod, j->packet.protocol, j->packet.dport);
	j->walk->pod = pod;
	j->walk->node = pod->node;
	hop_say(j, HOP_DELIVER, listens ? "pod %s/%s listens on port %u and answers"
		: "in pod %s/%s nothing listens on port %u", pod->object->namespace, pod->object->name, j->packet.dport);
	return answer(j, listens ? VERDICT_ANSWERED : VERDICT_REFUSED, (struct place){ PLACE_POD, pod, NULL, NULL });
}

/* What a pod sends goes out by its default route, its node's bridge; to itself it stays inside. */
static struct place
pod_sends(struct journey *j, const struct pod *pod)
{
	struct world_node *node = world_node(j->world, pod->node);

	if (pod_owns(pod, &j->packet.dst))
		return (struct place){ PLACE_POD, pod, NULL, NULL };
	if (!node) {
		hop_say(j, HOP_LOST, "pod %s is on no node", pod->object->name);
		return lost(j, VERDICT_UNREACHABLE);
	}
	return (struct place){ PLACE_NODE, NULL, node, BRIDGE };
}

/* ---- outside ---- */

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
		return lost(j, VERDICT_DROPPED);
	}
	if (j->world->settings->cloud == CLOUD_EXTERNAL && port->node_port) {
		const struct ip *ip = address_of_device(node, UPLINK, j->packet.dst.family);

		j->entry = track(j, NULL);
		rewrite_destination(j, ip, port->node_port);
		hop_say(j, HOP_BALANCER, "the balancer of Service %s/%s picks node %s, node port %s",
			service->object->namespace, service->object->name, node->name,
			ip_port_format(ip, port->node_port, text));
	} else
		hop_say(j, HOP_BALANCER, "node %s holds the balancer address of Service %s/%s", node->name,
			service->object->namespace, service->object->name);
	return (struct place){ PLACE_NODE, NULL, node, UPLINK };
}

static struct place
reply_outside(struct journey *j)
{
	j->entry = track_find(j, NULL);
	if (j->entry) {
		restore_destination(j);
		restore_source(j);
	}
	if (!j->request->from.pod && !j->request->from.node && ip_equal(&j->packet.dst, &j->first.src))
		return arrived(j);
	hop_say(j, HOP_LOST, "the answer leaves the cluster for nobody who waits for it");
	return lost(j, VERDICT_DROPPED);
}

static struct place
at_outside(struct journey *j)
{
	bool inside = j->request->from.pod || j->request->from.node;
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
	ip_format(&j->packet.dst, text);
	if (inside) {
		hop_say(j, HOP_LOST, "%s is outside the cluster, and nobody there answers", text);
		return lost(j, VERDICT_DROPPED);
	}
	hop_say(j, HOP_LOST, "no router outside the cluster has a route to %s", text);
	return lost(j, VERDICT_UNREACHABLE);
}

/* ---- the whole ---- */

static struct ip
node_source(const struct world_node *node, const struct ip *dst)
{
	const struct ip *ip;

	if (world_node_owns(node, dst))
		return *dst;
	for (size_t i = 0; i < node->view->npod_cidrs; i++)
		if (cidr_contains(&node->view->pod_cidrs[i], dst))
			return node->bridge[dst->family - 1];
	ip = address_of_device(node, UPLINK, dst->family);
	return ip ? *ip : (struct ip){ 0 };
}

static struct ip
pod_source(const struct pod *pod, const struct ip *dst)
{
	if (ip_is_loopback(dst))
		return *dst;
	for (size_t i = 0; i < pod->nips; i++)
		if (pod->ips[i].family == dst->family)
			return pod->ips[i];
	return pod->ip;
}

/* Who sends, and where the packet is then. */
static struct place
departure(struct journey *j)
{
	const struct walk_source *from = &j->request->from;

	if (from->pod) {
		j->packet.src = pod_source(from->pod, &j->packet.dst);
		hop_say(j, HOP_SEND, "pod %s/%s sends", from->pod->object->namespace, from->pod->object->name);
		return pod_sends(j, from->pod);
	}
	if (from->node) {
		j->packet.src = node_source(from->node, &j->packet.dst);
		hop_say(j, HOP_SEND, "a process of node %s sends", from->node->name);
		return (struct place){ PLACE_PROCESS, NULL, from->node, NULL };
	}
	j->packet.src = from->ip;
	hop_say(j, HOP_SEND, "a client outside the cluster sends");
	return (struct place){ PLACE_OUTSIDE, NULL, NULL, NULL };
}

static struct place
step(struct journey *j, const struct place *place)
{
	bool answering = j->reply;
	struct place next;

	switch (place->kind) {
	case PLACE_POD:
		next = at_pod(j, place);
		/* it has answered: what it sends leaves by its own route */
		return j->reply && !answering && next.kind == PLACE_POD ? pod_sends(j, next.pod) : next;
	case PLACE_NODE:
		return at_node(j, place);
	case PLACE_PROCESS:
		return at_process(j, place);
	case PLACE_OUTSIDE:
		return at_outside(j);
	case PLACE_END:
		break;
	}
	BUG("a step from nowhere");
}

void
walk_run(struct world *world, const struct walk_request *request, struct chooser *chooser, struct walk *walk)
{
	struct journey j = { .world = world, .request = request, .chooser = chooser, .walk = walk };
	struct place place;

	world_sync(world);
	j.packet.protocol = request->protocol;
	j.packet.dst = request->to;
	j.packet.dport = request->port;
	j.packet.sport = request->protocol == PROTOCOL_ICMP ? 0 : CLIENT_PORT;
	place = departure(&j);
	j.first = j.packet;
	for (int steps = 0; place.kind != PLACE_END; steps++) {
		if (steps == STEPS_MAX - 1) {
			hop_say(&j, HOP_LOST, "the packet goes round in circles until its time to live is over");
			lost(&j, VERDICT_DROPPED);
			break;
		}
		place = step(&j, &place);
	}
	if (walk->verdict != VERDICT_ANSWERED)
		walk_blame(world, request, walk);
}
