/*
 * A packet on a node: the hooks in the kernel's order (net/ipv4/netfilter): PREROUTING, routing, INPUT or FORWARD, POSTROUTING; OUTPUT for
 * local processes.  Each visit with a first packet leaves a conntrack entry, by which the reply's addresses are put back; nat tables see
 * first packets only.
 */
#include <limits.h>
#include <string.h>

#include "net/journey.h"
#include "net/policy.h"

enum route_kind { ROUTE_LOCAL, ROUTE_POD, ROUTE_NODE, ROUTE_OUTSIDE, ROUTE_NONE };
struct route {
	enum route_kind kind;
	const struct pod *pod;
	struct world_node *node;
	const char *out;
};

/* Targets that let the packet go on as it is, whatever else they do. */
static bool
is_harmless(const struct target *target)
{
	static const char *const names[] = { "AUDIT", "CHECKSUM", "CLASSIFY", "CONNMARK", "CONNSECMARK", "CT", "DSCP", "ECN", "HL",
		"IDLETIMER", "LED", "LOG", "NFLOG", "NOTRACK", "RATEEST", "SECMARK", "SET", "TCPMSS", "TCPOPTSTRIP", "TEE", "TOS",
		"TRACE", "TTL", "ULOG" };
	size_t len = strcspn(target->text, " ");

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strlen(names[i]) == len && strncmp(target->text, names[i], len) == 0)
			return true;
	return false;
}

/* What is not known of the rule is said: nothing is guessed. */
static const char *
unjudged(struct journey *j, const struct engine_event *event)
{
	const struct target *target = &event->rule->target;

	if (event->unknown)
		return arena_printf(&j->walk->arena, "not judged, so passed over: svcsim doesn't know whether \"%s\" holds",
			event->unknown->text);
	if (target->kind == TARGET_OTHER && !is_harmless(target))
		return arena_printf(&j->walk->arena, "not judged, so the packet goes on: svcsim doesn't know what \"-j %s\" does",
			target->text);
	return NULL;
}

static void
on_rule(void *arg, const struct engine_event *event)
{
	struct journey *j = arg;
	const char *text = unjudged(j, event);
	struct hop *hop = hop_push(j, text ? HOP_UNJUDGED : HOP_RULE);

	hop->text = text ? text : "";
	hop->table = event->table->name;
	hop->chain = event->rule->chain;
	hop->rule = event->rule;
	hop->element = event->element;
	hop->packet = event->after;
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

/* By a REJECT.  What it sends needs a way back, as any other packet. */
static void
hook_reject(struct journey *j, const struct engine_result *result)
{
	const char *error = result->rule && result->rule->target.text ? result->rule->target.text : "port unreachable";
	bool heard = journey_hears(j, strcmp(error, "tcp-reset") != 0);

	if (heard)
		hop_say(j, HOP_LOST, "rejected: the sender gets ICMP %s at once", error);
	else
		hop_say(j, HOP_LOST, "rejected, but the ICMP %s of node %s doesn't find its way back to the sender", error,
			j->node->name);
	journey_lose(j, heard ? VERDICT_REFUSED : VERDICT_DROPPED);
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
		track_rewrite_destination(j, &result->ip, result->port);
		hop_say(j, HOP_DNAT, "the destination becomes %s",
			ip_port_format(&j->packet.dst, j->packet.dport, text));
		return true;
	case ENGINE_SNAT:
		rewrite_source(j, &result->ip);
		return true;
	case ENGINE_MASQUERADE:
		rewrite_source(j, world_node_address(j->node, out, j->packet.src.family));
		return true;
	case ENGINE_REJECT:
		hook_reject(j, result);
		return false;
	case ENGINE_DROP:
		hop_say(j, HOP_LOST, "dropped: nobody answers");
		journey_lose(j, VERDICT_DROPPED);
		return false;
	}
	return true;
}

/* Which of a hook's chains: virtual servers stand between some of them. */
struct stretch {
	int from, to;	/* priorities, both included */
	bool nat;
};
static const struct stretch whole_hook = { INT_MIN, INT_MAX, true }, without_nat = { INT_MIN, INT_MAX, false };

/* One hook, its chains in the kernel's order; nat only for the first packet of a connection. */
static bool
hook_run_part(struct journey *j, enum hook hook, const char *in, const char *out, const struct stretch *stretch)
{
	struct engine *engine = world_engine(j->world, j->node, j->packet.dst.family);
	struct engine_call call = { .hook = hook, .in = in, .out = out, .chooser = j->chooser,
		.bridged = strcmp(in, BRIDGE) == 0, .asked = j->taken ? &j->asked : NULL,
		.recent = j->request->remember ? &j->node->recent : NULL, .now = j->request->now,
		.event = j->request->no_events ? NULL : on_rule, .arg = j };
	bool passes = true, translated = false;	/* the first nat chain that translates is the last one asked */

	call.local = world_addresses(j->world, j->node, j->packet.dst.family, &call.nlocal);
	if (j->error)
		j->packet.protocol = PROTOCOL_ICMP;
	j->hook = hook;
	j->in_hook = true;
	for (size_t i = 0; passes && (call.base = engine_base(engine, hook, i)); i++) {
		struct engine_result result;

		if (call.base->priority < stretch->from || call.base->priority > stretch->to)
			continue;
		if (call.base->nat && (!stretch->nat || j->reply || !j->entry || translated))
			continue;
		j->packet.ctstate = track_state(j);
		engine_walk(engine, &call, &j->packet, &result);
		passes = hook_apply(j, &result, out);
		translated = call.base->nat && result.verdict != ENGINE_ACCEPT;
	}
	j->in_hook = false;
	j->packet.protocol = j->first.protocol;
	return passes;
}

static bool
hook_run(struct journey *j, enum hook hook, const char *in, const char *out)
{
	return hook_run_part(j, hook, in, out, &whole_hook);
}

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

/* By a route of NodeHost's: to another node, to the router, or to nobody; a route that is gone leaves the default one. */
static struct route
route_changed(struct journey *j, const struct world_node *node, const struct world_route *changed)
{
	struct ip gateway = world_node_gateway(node, changed->to.ip.family);
	struct world_node *other;

	if (changed->via.family == IP_NONE && changed->to.prefix)
		return (struct route){ ROUTE_OUTSIDE, NULL, NULL, UPLINK };
	other = changed->via.family == IP_NONE ? NULL : world_node_by_ip(j->world, &changed->via);
	if (other && other != node)
		return (struct route){ ROUTE_NODE, NULL, other, UPLINK };
	if (changed->via.family != IP_NONE && ip_equal(&changed->via, &gateway))
		return (struct route){ ROUTE_OUTSIDE, NULL, NULL, UPLINK };
	return (struct route){ ROUTE_NONE, NULL, NULL, UPLINK };
}

static struct route
route_of(struct journey *j, struct world_node *node, const struct ip *dst)
{
	const struct world_route *changed = world_node_route(node, dst);
	const struct pod *pod;
	struct world_node *other;

	if (world_node_owns(j->world, node, dst))
		return (struct route){ ROUTE_LOCAL, NULL, NULL, "lo" };
	if (changed && changed->to.prefix)
		return route_changed(j, node, changed);
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
	return changed ? route_changed(j, node, changed) : (struct route){ ROUTE_OUTSIDE, NULL, NULL, UPLINK };
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
		ip_format(&j->packet.dst, text);
		if (world_pod_by_ip(j->world, &j->packet.dst))
			hop_say(j, HOP_LINK, "over %s to the router: there is no other route to pod %s", UPLINK, text);
		else
			hop_say(j, HOP_LINK, "over %s to the router: %s is no node and no pod", UPLINK, text);
		return (struct place){ PLACE_OUTSIDE, NULL, NULL, NULL };
	case ROUTE_LOCAL:
	case ROUTE_NONE:
		break;
	}
	BUG("a packet leaves a node by no route");
}

/* At a process on the node itself. */
static struct place
node_deliver(struct journey *j)
{
	struct world_node *node = j->node;
	bool listens =
		world_node_listens(j->world, node, j->packet.protocol, j->packet.dport, ip_is_loopback(&j->packet.dst));

	j->walk->node = node->name;
	hop_say(j, HOP_DELIVER, listens ? "a process of node %s listens on port %u and answers"
		: "no process of node %s listens on port %u", node->name, j->packet.dport);
	return journey_answer(j, listens ? VERDICT_ANSWERED : VERDICT_REFUSED, (struct place){ PLACE_PROCESS, NULL, node, NULL });
}

/* Is the process that the reply is for the one that began? */
static struct place
node_receive(struct journey *j)
{
	if (!j->reply)
		return node_deliver(j);
	if (j->request->from.node == j->node)
		return journey_arrive(j);
	hop_say(j, HOP_LOST, "no process of node %s waits for this answer", j->node->name);
	return journey_lose(j, VERDICT_DROPPED);
}

/* One direction of one pod's policies; says what they say when any concerns the packet. */
static bool
policy_passes(struct journey *j, const struct pod *subject, bool ingress, const struct pod *receiver)
{
	struct policy_question question = { .subject = subject,
		.ingress = ingress,
		.target = receiver,
		.peer_ip = ingress ? j->packet.src : j->packet.dst,
		.protocol = j->packet.protocol,
		.port = j->packet.dport };
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
	journey_lose(j, VERDICT_DROPPED);
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

#define IPVS_OUTPUT (-98)	/* virtual servers at OUTPUT: behind nat, before filter */
#define IPVS_INPUT 99		/* and at INPUT: behind filter */

/* What a virtual server sends on meets OUTPUT from its beginning, but for nat, which has seen the connection. */
static bool
output_again(struct journey *j)
{
	return hook_run_part(j, HOOK_OUTPUT, "", route_of(j, j->node, &j->packet.dst).out, &without_nat);
}

static bool
output_run(struct journey *j, const char *out)
{
	static const struct stretch before = { INT_MIN, IPVS_OUTPUT - 1, true }, behind = { IPVS_OUTPUT, INT_MAX, true };
	const struct virtual_server *server;

	if (!hook_run_part(j, HOOK_OUTPUT, "", out, &before))
		return false;
	server = ipvs_server_of(j);
	if (!server)
		return hook_run_part(j, HOOK_OUTPUT, "", out, &behind);
	return ipvs_take(j, server) && output_again(j);
}

/* At the node's own address: INPUT, and there perhaps a virtual server; false: the packet ends here. */
static bool
input_run(struct journey *j, const char *in)
{
	static const struct stretch before = { INT_MIN, IPVS_INPUT - 1, true }, behind = { IPVS_INPUT, INT_MAX, true };
	const struct virtual_server *server;

	if (!hook_run_part(j, HOOK_INPUT, in, "", &before))
		return false;
	server = j->taken ? NULL : ipvs_server_of(j);
	if (!server)
		return hook_run_part(j, HOOK_INPUT, in, "", &behind);
	return ipvs_take(j, server);
}

static struct place
node_pass_on(struct journey *j, const struct route *route)
{
	if (!hook_run(j, HOOK_POSTROUTING, "", route->out))
		return (struct place){ PLACE_END, NULL, NULL, NULL };
	if (j->reply)
		track_restore_source(j);
	return route_follow(j, route);
}

static struct place
node_unreachable(struct journey *j)
{
	bool heard = journey_hears(j, true);
	char text[IP_TEXT];

	if (world_node_route(j->node, &j->packet.dst))
		hop_say(j, HOP_LOST, "node %s has no route to %s that leads anywhere", j->node->name,
			ip_format(&j->packet.dst, text));
	else
		hop_say(j, HOP_LOST, "no pod has the address %s", ip_format(&j->packet.dst, text));
	if (!heard)
		hop_say(j, HOP_LOST, "what node %s says of it doesn't find its way back to the sender", j->node->name);
	return journey_lose(j, heard ? VERDICT_UNREACHABLE : VERDICT_DROPPED);
}

/* At an address of the node itself: a process has it, or a virtual server sends it on. */
static struct place
node_pass_local(struct journey *j, const char *in, bool local_out)
{
	static const struct place end = { PLACE_END, NULL, NULL, NULL };
	struct route route;

	/* by the loopback it goes out and comes in again; nat has seen it by then */
	if (local_out && (!hook_run(j, HOOK_POSTROUTING, "", "lo") || !hook_run_part(j, HOOK_PREROUTING, "lo", "", &without_nat)))
		return end;
	if (!input_run(j, local_out ? "lo" : in))
		return end;
	if (j->reply)
		track_restore_source(j);
	route = route_of(j, j->node, &j->packet.dst);
	if (j->reply || route.kind == ROUTE_LOCAL)
		return node_receive(j);
	if (route.kind == ROUTE_NONE)
		return node_unreachable(j);
	if (!output_again(j) || !policies_pass(j, in, &route))
		return end;
	return node_pass_on(j, &route);
}

static struct place
node_pass(struct journey *j, const char *in, bool local_out)
{
	struct route route = route_of(j, j->node, &j->packet.dst);

	if (local_out && !output_run(j, route.out))
		return (struct place){ PLACE_END, NULL, NULL, NULL };
	if (local_out)	/* OUTPUT may have changed the destination: the kernel routes again */
		route = route_of(j, j->node, &j->packet.dst);
	if (route.kind == ROUTE_NONE)
		return node_unreachable(j);
	if (route.kind == ROUTE_LOCAL)
		return node_pass_local(j, in, local_out);
	if (!local_out && (!hook_run(j, HOOK_FORWARD, in, route.out) || !policies_pass(j, in, &route)))
		return (struct place){ PLACE_END, NULL, NULL, NULL };
	return node_pass_on(j, &route);
}

static bool
passes_invalid(const struct journey *j, const struct tracked *entry)
{
	struct walk_request request = *j->request;
	struct journey next = *j;
	struct route route;

	request.no_events = true;
	request.remember = false;
	next.request = &request;
	next.reply = next.error = next.taken = false;
	next.node = entry->node;
	next.entry = NULL;
	next.packet = entry->original;
	next.packet.mark = 0;
	if (!hook_run(&next, HOOK_PREROUTING, UPLINK, ""))
		return false;
	route = route_of(&next, next.node, &next.packet.dst);
	return route.kind == ROUTE_LOCAL || route.kind == ROUTE_NONE || hook_run(&next, HOOK_FORWARD, UPLINK, route.out);
}

static bool
saw_answer(const struct journey *j, const struct world_node *node)
{
	for (size_t i = 0; i < j->ntracked; i++)
		if (j->tracked[i].node == node && j->tracked[i].answered)
			return true;
	return false;
}

const struct world_node *
journey_breaks_at(const struct journey *j)
{
	for (size_t i = j->request->enter ? 1 : 0; i < j->ntracked; i++) {	/* to where it was put, no route led */
		const struct tracked *entry = &j->tracked[i];

		if (entry->node && !saw_answer(j, entry->node) && !passes_invalid(j, entry))
			return entry->node;
	}
	return NULL;
}

struct place
journey_at_node(struct journey *j, const struct place *place)
{
	struct place next;

	if (journey_ends_at(j, place->node))
		return (struct place){ PLACE_END, NULL, NULL, NULL };
	j->node = place->node;
	j->taken = false;
	j->packet.mark = 0;
	j->entry = j->reply ? track_find(j, place->node) : track_add(j, place->node);
	if (!hook_run(j, HOOK_PREROUTING, place->in, ""))
		next = (struct place){ PLACE_END, NULL, NULL, NULL };
	else {
		if (j->reply)
			track_restore_destination(j);
		next = node_pass(j, place->in, false);
	}
	j->node = NULL;
	return next;
}

/* A process of the node sends: the first packet, or the answer. */
struct place
journey_at_process(struct journey *j, const struct place *place)
{
	struct place next;

	if (journey_ends_at(j, place->node))
		return (struct place){ PLACE_END, NULL, NULL, NULL };
	j->node = place->node;
	j->taken = false;
	j->packet.mark = 0;
	j->entry = j->reply ? track_find(j, place->node) : track_add(j, place->node);
	if (j->reply)
		track_restore_destination(j);
	next = node_pass(j, "", true);
	j->node = NULL;
	return next;
}
