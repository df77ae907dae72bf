/*
 * A trace's hops point at rules and pods that the next change of the cluster takes away; a trail has their texts.  What
 * the packet was before a hop is what it was after the one before.
 */
#include "trace/trail.h"

#include <string.h>

struct made {
	struct trail trail;		/* what its reader has */
	struct arena arena;
};

/* The text, which is released. */
static const char *
keep(struct made *made, struct str *text)
{
	const char *kept = arena_strndup(&made->arena, text->buf, text->len);

	str_release(text);
	return kept;
}

static struct trail_packet
make_packet(struct made *made, const struct packet *packet)
{
	char src[IP_TEXT + 8], dst[IP_TEXT + 8];

	ip_port_format(&packet->src, packet->sport, src);
	ip_port_format(&packet->dst, packet->dport, dst);
	return (struct trail_packet){ arena_strdup(&made->arena, src), arena_strdup(&made->arena, dst),
		protocol_name(packet->protocol), packet->mark };
}

static void
make_rule(struct made *made, const struct hop *hop, struct trail_hop *out)
{
	struct str words = STR_INIT, comment = STR_INIT;

	trace_rule_words(hop, &words, &comment);
	out->rule = keep(made, &words);
	out->rule += strspn(out->rule, " ");
	out->comment = keep(made, &comment);
	out->why = trace_chain_why(hop->chain);
}

static void
make_hop(struct made *made, const struct hop *hop, const struct trail_hop *before, struct trail_hop *out)
{
	struct trail_packet after = make_packet(made, &hop->packet);

	*out = (struct trail_hop){ .kind = hop_kind_name(hop->kind), .node = arena_strdup(&made->arena, hop->node),
		.hook = hop->in_hook ? hook_name(hop->hook) : "", .table = arena_strdup(&made->arena, hop->table),
		.chain = arena_strdup(&made->arena, hop->chain), .rule = "", .comment = "",
		.text = arena_strdup(&made->arena, hop->text), .why = "", .reply = hop->reply,
		.before = before ? before->after : after, .after = after };
	if (hop->rule)
		make_rule(made, hop, out);
}

static void
make_path(struct made *made, const struct walk *walk, struct trail_path *path)
{
	struct trail_hop *hops = arena_alloc(&made->arena, (walk->hops.n + 1) * sizeof *hops);

	for (size_t i = 0; i < walk->hops.n; i++)
		make_hop(made, &walk->hops.v[i], i ? &hops[i - 1] : NULL, &hops[i]);
	*path = (struct trail_path){ hops, walk->hops.n, walk->probability, walk->verdict == VERDICT_ANSWERED };
}

static const char *
make_address(struct made *made, const struct trace *trace)
{
	char text[IP_TEXT + 8];

	if (trace->walk.to.family == IP_NONE)
		return "";
	return arena_printf(&made->arena, "%s %s", ip_port_format(&trace->walk.to, trace->walk.port, text),
		protocol_name(trace->walk.protocol));
}

struct trail *
trail_new(const struct trace *trace, unsigned serial)
{
	struct made *made = xcalloc(1, sizeof *made);
	size_t n = trace->npaths < TRAIL_PATHS_MAX ? trace->npaths : TRAIL_PATHS_MAX;
	struct trail_path *paths = arena_alloc(&made->arena, (n + 1) * sizeof *paths);
	struct str verdict = STR_INIT;

	for (size_t i = 0; i < n; i++)
		make_path(made, &trace->paths[i], &paths[i]);
	trace_print_verdict(trace, &verdict);
	made->trail = (struct trail){ .serial = serial, .from = arena_strdup(&made->arena, trace->from_text),
		.to = arena_strdup(&made->arena, trace->to), .address = make_address(made, trace),
		.verdict = keep(made, &verdict), .answered = trace->verdict == VERDICT_ANSWERED,
		.paths = paths, .npaths = n, .left_out = trace->npaths - n };
	return &made->trail;
}

void
trail_free(struct trail *trail)
{
	struct made *made = (struct made *)trail;	/* its first member */

	if (!made)
		return;
	arena_release(&made->arena);
	free(made);
}
