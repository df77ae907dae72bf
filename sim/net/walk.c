/*
 * One connection.  A journey is a packet and the place where it is; each step takes it over one place and says where it goes next: a pod, a
 * node (with the device it comes in by), or the outside.  The endpoint's answer goes the same way back.
 */
#include "net/walk.h"

#include <string.h>

#include "control/serve.h"
#include "net/journey.h"

#define CLIENT_PORT 51234

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
	const struct value *listener;
	bool listens;

	if (j->reply && j->request->from.pod == pod)
		return journey_arrive(j);
	if (j->reply) {
		hop_say(j, HOP_LOST, "pod %s waits for no such answer", pod->object->name);
		return journey_lose(j, VERDICT_DROPPED);
	}
	listener = pod_listener(j->world->store, pod, j->packet.protocol, j->packet.dport);
	listens = listener && (ip_is_loopback(&j->packet.dst) ||
		pod_listens(j->world->store, pod, j->packet.protocol, j->packet.dport));
	j->walk->pod = pod;
	j->walk->node = pod->node;
	hop_say(j, HOP_DELIVER, listens ? "pod %s/%s listens on port %u and answers"
		: listener ? "pod %s/%s listens on port %u of its loopback only, 127.0.0.1"
		: "in pod %s/%s nothing listens on port %u", pod->object->namespace, pod->object->name, j->packet.dport);
	return journey_answer(j, listens ? VERDICT_ANSWERED : VERDICT_REFUSED, (struct place){ PLACE_POD, pod, NULL, NULL });
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
		return journey_lose(j, VERDICT_UNREACHABLE);
	}
	return (struct place){ PLACE_NODE, NULL, node, BRIDGE };
}

static struct ip
node_source(struct world *world, struct world_node *node, const struct ip *dst)
{
	const struct ip *ip;

	if (world_node_owns(world, node, dst))
		return *dst;
	for (size_t i = 0; i < node->view->npod_cidrs; i++)
		if (cidr_contains(&node->view->pod_cidrs[i], dst))
			return node->bridge[dst->family - 1];
	ip = world_node_address(node, UPLINK, dst->family);
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
		j->packet.src = node_source(j->world, from->node, &j->packet.dst);
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
		return journey_at_node(j, place);
	case PLACE_PROCESS:
		return journey_at_process(j, place);
	case PLACE_OUTSIDE:
		return journey_at_outside(j);
	case PLACE_END:
		break;
	}
	BUG("a step from nowhere");
}

static void
journey_run(struct journey *j, struct place place)
{
	for (int steps = 0; place.kind != PLACE_END; steps++) {
		if (steps == STEPS_MAX - 1) {
			hop_say(j, HOP_LOST, "the packet goes round in circles until its time to live is over");
			journey_lose(j, VERDICT_DROPPED);
			break;
		}
		place = step(j, &place);
	}
}

bool
journey_hears(const struct journey *j, bool icmp)
{
	struct walk_request request = *j->request;
	struct journey back = *j;
	struct walk unseen;
	bool heard;

	if (j->reply || (j->request->from.node == j->node && j->ntracked == 1))	/* its own process is told at once */
		return true;
	walk_init(&unseen);
	unseen.node = j->node->name;
	request.no_events = true;
	request.remember = false;
	back.request = &request;
	back.walk = &unseen;
	back.in_hook = false;
	journey_answer(&back, VERDICT_REFUSED, (struct place){ PLACE_PROCESS, NULL, j->node, NULL });
	back.error = icmp;
	journey_run(&back, (struct place){ PLACE_PROCESS, NULL, j->node, NULL });
	heard = unseen.verdict == VERDICT_REFUSED;
	walk_release(&unseen);
	return heard;
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
	journey_run(&j, place);
	if (walk->verdict != VERDICT_ANSWERED)
		walk_blame(world, request, walk);
}
