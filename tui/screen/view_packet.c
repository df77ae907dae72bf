/*
 * The last packet that was traced.  At one hop: where it is, the rule that it meets there, and the packet before and
 * after; below, the hops around it.  As a whole: every hop, and the packet wherever it changed.
 */
#include "screen/view.h"

#include <string.h>

#include "term/wrap.h"

#define INDENT 2

static void
put_line(struct view_text *out, enum style style, const char *text)
{
	view_put(out, style, text);
	view_newline(out);
}

/* A text in a line of its own, or as many as it takes. */
static void
put_block(struct view_text *out, enum style style, const char *text, int indent, int columns)
{
	if (!*text)
		return;
	view_putf(out, STYLE_PLAIN, "%*s", indent, "");
	view_put_words(out, style, text, indent, columns);
	view_newline(out);
}

static void
put_title(const struct view_input *input, struct view_text *out)
{
	const struct trail *trail = input->trail;
	const char *arrow = input->ascii ? "->" : "\u2192";
	char *title = xasprintf("%s %s %s%s%s", trail->from, arrow, trail->to, *trail->address ? "  " : "",
		trail->address);

	put_block(out, STYLE_STRONG, title, 0, input->columns);
	free(title);
	if (trail->npaths < 2)
		return;
	view_putf(out, STYLE_FAINT, "branch %zu of %zu: taken by %.1f %%", input->path + 1,
		trail->npaths + trail->left_out, trail->paths[input->path].probability * 100);
	view_newline(out);
}

static void
put_verdict(const struct view_input *input, struct view_text *out)
{
	put_block(out, input->trail->answered ? STYLE_GOOD : STYLE_BAD, input->trail->verdict, 0, input->columns);
}

/* ---- the packet ---- */

static bool
is_changed(const struct trail_hop *hop)
{
	return strcmp(hop->before.src, hop->after.src) != 0 || strcmp(hop->before.dst, hop->after.dst) != 0 ||
		hop->before.mark != hop->after.mark;
}

static int
wider(const char *a, const char *b)
{
	size_t wide = strlen(a), other = strlen(b);

	return (int)(wide > other ? wide : other);
}

/* One row; what is not as it was before stands out. */
static void
put_packet(const char *label, const struct trail_hop *hop, const struct trail_packet *packet, struct view_text *out)
{
	const struct trail_packet *before = &hop->before;
	int src = wider(hop->before.src, hop->after.src), dst = wider(hop->before.dst, hop->after.dst);

	view_putf(out, STYLE_FAINT, "%-8s", label);
	view_put(out, strcmp(packet->src, before->src) != 0 ? STYLE_STRONG : STYLE_PLAIN, packet->src);
	view_putf(out, STYLE_PLAIN, "%*s", src - (int)strlen(packet->src) + 2, "");
	view_put(out, strcmp(packet->dst, before->dst) != 0 ? STYLE_STRONG : STYLE_PLAIN, packet->dst);
	view_putf(out, STYLE_PLAIN, "%*s", dst - (int)strlen(packet->dst) + 2, "");
	view_putf(out, packet->mark != before->mark ? STYLE_STRONG : STYLE_PLAIN, "0x%x", packet->mark);
	view_newline(out);
}

/* A step that tells in words what the rule before it did shows the same change. */
static const struct trail_hop *
hop_of_change(const struct trail_path *path, size_t at)
{
	const struct trail_hop *hop = &path->hops[at];
	bool telling = strcmp(hop->kind, "dnat") == 0 || strcmp(hop->kind, "snat") == 0;

	return telling && !is_changed(hop) && at > 0 ? hop - 1 : hop;
}

static void
put_packets(const struct trail_hop *hop, struct view_text *out)
{
	int src = wider(hop->before.src, hop->after.src), dst = wider(hop->before.dst, hop->after.dst);

	view_putf(out, STYLE_FAINT, "%-8s%-*s  %-*s  mark (%s)", "", src, "source", dst, "destination",
		hop->after.protocol);
	view_newline(out);
	put_packet("before", hop, &hop->before, out);
	put_packet("after", hop, &hop->after, out);
}

/* ---- one hop ---- */

static void
put_place(const struct trail_hop *hop, size_t at, size_t n, struct view_text *out)
{
	view_putf(out, STYLE_STRONG, "hop %zu of %zu", at + 1, n);
	if (*hop->node)
		view_putf(out, STYLE_PLAIN, ", %s", hop->node);
	if (*hop->hook)
		view_putf(out, STYLE_PLAIN, " in %s", hop->hook);
	if (hop->reply)
		view_put(out, STYLE_PLAIN, ", on the way back");
	view_newline(out);
}

static void
put_rule(const struct trail_hop *hop, int columns, struct view_text *out)
{
	size_t width = strlen("table , chain   # ") + strlen(hop->table) + strlen(hop->chain) + strlen(hop->comment);
	bool fits = columns <= 0 || width <= (size_t)columns;

	view_put(out, STYLE_PLAIN, "table ");
	view_put(out, STYLE_STRONG, hop->table);
	view_put(out, STYLE_PLAIN, ", chain ");
	view_put(out, STYLE_STRONG, hop->chain);
	if (fits && *hop->comment)
		view_putf(out, STYLE_FAINT, "  # %s", hop->comment);
	view_newline(out);
	put_block(out, STYLE_FAINT, fits ? "" : hop->comment, INDENT, columns);
	put_block(out, STYLE_CHOSEN, hop->rule, INDENT, columns);
	put_block(out, STYLE_NOTE, hop->text, INDENT, columns);
	put_block(out, STYLE_NOTE, hop->why, INDENT, columns);
}

/* ---- the way ---- */

/* A hop in one line, after the node where that is another than before. */
static void
add_hop_line(const struct trail_hop *hop, struct str *line)
{
	str_addf(line, "%s%s", hop->node, *hop->node ? " " : "");
	if (*hop->rule)
		str_addf(line, "%s %s  %s", hop->table, hop->chain, hop->rule);
	else
		str_addf(line, "%s  %s", hop->kind, hop->text);
}

static void
put_hop_line(const struct view_input *input, const struct trail_hop *hop, bool here, struct view_text *out)
{
	struct str line = STR_INIT;
	struct wrap rows = VEC_INIT;
	int room = input->columns - INDENT;

	add_hop_line(hop, &line);
	wrap_hard(&rows, line.buf, line.len, room > 0 ? room : (int)line.len + 1);
	view_putf(out, here ? STYLE_STRONG : STYLE_PLAIN, "%s ", here ? input->ascii ? ">" : "\u25b8" : " ");
	view_putf(out, here ? STYLE_STRONG : hop->reply ? STYLE_FAINT : STYLE_PLAIN, "%.*s", (int)rows.v[0].len,
		line.buf);
	view_newline(out);
	wrap_release(&rows);
	str_release(&line);
}

/* As many hops as there is room for, the one in question in their middle. */
static void
put_hops_around(const struct view_input *input, const struct trail_path *path, size_t used, struct view_text *out)
{
	size_t room = input->rows > 0 ? (size_t)input->rows : path->nhops + used, first = 0;

	room = room > used ? room - used : 0;
	if (room > path->nhops)
		room = path->nhops;
	if (input->hop > room / 2)
		first = input->hop - room / 2;
	if (first + room > path->nhops)
		first = path->nhops - room;
	for (size_t i = first; i < first + room; i++)
		put_hop_line(input, &path->hops[i], i == input->hop, out);
}

static size_t
count_lines(const struct view_text *out)
{
	size_t n = 0;

	for (const char *at = out->text.buf; (at = strchr(at, '\n')); at++)
		n++;
	return n;
}

static void
put_at_hop(const struct view_input *input, const struct trail_path *path, struct view_text *out)
{
	const struct trail_hop *hop = &path->hops[input->hop];

	put_place(hop, input->hop, path->nhops, out);
	if (*hop->rule)
		put_rule(hop, input->columns, out);
	else
		put_block(out, STYLE_NOTE, hop->text, INDENT, input->columns);
	put_packets(hop_of_change(path, input->hop), out);
	if (input->hop + 1 == path->nhops)
		put_verdict(input, out);
	put_hops_around(input, path, count_lines(out), out);
}

static void
put_whole_way(const struct view_input *input, const struct trail_path *path, struct view_text *out)
{
	for (size_t i = 0; i < path->nhops; i++) {
		const struct trail_hop *hop = &path->hops[i];

		put_hop_line(input, hop, false, out);
		if (i == 0 || is_changed(hop)) {
			view_putf(out, STYLE_STRONG, "%*s%s %s %s %s mark 0x%x", INDENT + 4, "", hop->after.src,
				input->ascii ? "->" : "\u2192", hop->after.dst, hop->after.protocol, hop->after.mark);
			view_newline(out);
		}
	}
	put_verdict(input, out);
}

void
view_packet(const struct view_input *input, struct view_text *out)
{
	const struct trail_path *path;

	if (!input->trail) {
		put_line(out, STYLE_FAINT, "No packet was traced yet.  In the shell:");
		put_line(out, STYLE_PLAIN, "  trace svc/NAME      trace --from external node:PORT      trace --all ..");
		return;
	}
	put_title(input, out);
	if (!input->trail->npaths) {
		put_verdict(input, out);
		return;
	}
	path = &input->trail->paths[input->path];
	if (input->hop == VIEW_ALL_HOPS)
		put_whole_way(input, path, out);
	else
		put_at_hop(input, path, out);
}
