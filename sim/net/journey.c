/* What every place of a journey needs: lines of the walk, conntrack, and the turn from request to reply. */
#include "net/journey.h"

#include <string.h>

struct hop *
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

void
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

struct place
journey_lose(struct journey *j, enum verdict verdict)
{
	/* the reply is lost: whatever was answered, nobody hears it */
	j->walk->verdict = j->reply ? VERDICT_DROPPED : verdict;
	return (struct place){ PLACE_END, NULL, NULL, NULL };
}

struct tracked *
track_add(struct journey *j, struct world_node *node)
{
	struct tracked *entry = &j->tracked[j->ntracked++];

	memset(entry, 0, sizeof *entry);
	entry->node = node;
	entry->original = entry->translated = j->packet;
	return entry;
}

/* The entry that the packet is the reply of. */
struct tracked *
track_find(struct journey *j, const struct world_node *node)
{
	for (size_t i = j->ntracked; i-- > 0;) {
		struct packet back = packet_reversed(&j->tracked[i].translated);

		if (j->tracked[i].node == node && packet_same_flow(&back, &j->packet)) {
			j->tracked[i].answered = true;
			return &j->tracked[i];
		}
	}
	return NULL;
}

unsigned
track_state(const struct journey *j)
{
	unsigned state = j->error ? CT_RELATED : j->reply ? CT_ESTABLISHED : CT_NEW;

	if (!j->entry)	/* an answer that this node has seen no question for */
		return j->error || j->packet.protocol == PROTOCOL_TCP ? CT_INVALID : CT_NEW;
	return state | (j->entry->dnat ? CT_DNAT : 0) | (j->entry->snat ? CT_SNAT : 0);
}

void
track_rewrite_destination(struct journey *j, const struct ip *ip, uint16_t port)
{
	j->packet.dst = *ip;
	if (port)
		j->packet.dport = port;
	j->entry->dnat = true;
	j->entry->translated = j->packet;
}

bool
journey_ends_at(struct journey *j, const struct world_node *node)
{
	if (!node->host.powered_off)
		return false;
	j->walk->off = node;
	hop_say(j, HOP_LOST, "node %s is powered off: nobody answers for its address", node->name);
	journey_lose(j, VERDICT_UNREACHABLE);
	return true;
}

struct place
journey_answer(struct journey *j, enum verdict verdict, struct place from)
{
	j->walk->source_seen = j->packet.src;
	j->walk->endpoint = j->packet.dst;
	j->walk->endpoint_port = j->packet.dport;
	j->outcome = verdict;
	j->reply = true;
	j->error = verdict == VERDICT_REFUSED && j->packet.protocol == PROTOCOL_UDP;
	j->packet = packet_reversed(&j->packet);
	hop_say(j, HOP_SEND, verdict == VERDICT_ANSWERED ? "the answer starts back" : "the refusal starts back");
	return from;
}

struct place
journey_arrive(struct journey *j)
{
	struct packet wanted = packet_reversed(&j->first);
	const struct world_node *breaks;
	char from[IP_TEXT + 8], to[IP_TEXT + 8];

	if (!packet_same_flow(&wanted, &j->packet)) {
		hop_say(j, HOP_LOST, "the sender knows of no connection with %s: it asked %s",
			ip_port_format(&j->packet.src, j->packet.sport, from),
			ip_port_format(&wanted.src, wanted.sport, to));
		return journey_lose(j, VERDICT_DROPPED);
	}
	hop_say(j, HOP_DELIVER, "back at the sender, from the address it asked");
	breaks = j->outcome == VERDICT_ANSWERED && j->packet.protocol == PROTOCOL_TCP ? journey_breaks_at(j) : NULL;
	if (breaks) {
		hop_say(j, HOP_LOST, "node %s, which the answer didn't pass, takes what follows for INVALID and drops it",
			breaks->name);
		return journey_lose(j, VERDICT_DROPPED);
	}
	j->walk->verdict = j->outcome;
	return (struct place){ PLACE_END, NULL, NULL, NULL };
}

void
track_restore_destination(struct journey *j)
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

void
track_restore_source(struct journey *j)
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

const struct ip *
world_node_address(const struct world_node *node, const char *device, enum ip_family family)
{
	if (strcmp(device, BRIDGE) == 0 && node->bridge[family - 1].family != IP_NONE)
		return &node->bridge[family - 1];
	for (size_t i = 0; i < node->view->nips; i++)
		if (node->view->ips[i].family == family)
			return &node->view->ips[i];
	return node->nlocal ? &node->local[0] : NULL;
}
