/*
 * Two traces of the same words, before and after a change: what was and is no more, what is new, and the verdict.  Lines
 * that both have are left out, but for the headings (a node, the way back) under which something differs.
 */
#include <string.h>

#include "base/json_out.h"
#include "base/linediff.h"
#include "trace/trace.h"

/* Headings are indented by two blanks, what happens under them by four. */
static bool
is_heading(const struct linediff_side *side, size_t i, struct str *line)
{
	str_clear(line);
	linediff_line(side, i, line);
	return strncmp(line->buf, "  ", 2) == 0 && strncmp(line->buf, "    ", 4) != 0;
}

static void
add_line(const struct linediff_side *side, size_t i, char sign, struct str *out)
{
	str_addch(out, sign);
	str_addch(out, ' ');
	linediff_line(side, i, out);
}

/* The heading above line i, unless it was printed already. */
static void
add_heading(const struct linediff_side *side, size_t i, size_t *printed, struct str *out)
{
	struct str line = STR_INIT;

	while (i > 0 && !is_heading(side, i - 1, &line))
		i--;
	if (i > 0 && *printed != i) {
		*printed = i;
		add_line(side, i - 1, ' ', out);
	}
	str_release(&line);
}

static void
add_changes(const struct str *before, const struct str *after, struct str *out)
{
	struct linediff diff;
	size_t i = 0, j = 0, i_end = 0, j_end = 0, printed = 0;

	linediff_init(&diff, before->buf, before->len, after->buf, after->len);
	for (; linediff_next(&diff, &i, &i_end, &j, &j_end); i = i_end, j = j_end) {
		add_heading(&diff.new, j, &printed, out);
		for (size_t k = i; k < i_end; k++)
			add_line(&diff.old, k, '-', out);
		for (size_t k = j; k < j_end; k++)
			add_line(&diff.new, k, '+', out);
	}
	linediff_release(&diff);
}

void
trace_print_diff(const struct trace *before, const struct trace *after, const char *request,
	const struct trace_style *style, struct str *out)
{
	struct trace_style plain = { .ascii = style->ascii, .reply = style->reply, .explain = style->explain };
	struct str was = STR_INIT, is = STR_INIT;

	trace_print_text(before, &plain, &was);
	trace_print_text(after, &plain, &is);
	str_addf(out, "since: %s\n", request);
	if (before->verdict != after->verdict)
		str_addf(out, "verdict: %s, was %s\n", verdict_name(after->verdict), verdict_name(before->verdict));
	else
		str_addf(out, "verdict: %s, as before\n", verdict_name(after->verdict));
	if (strcmp(was.buf, is.buf) == 0)
		str_add(out, "nothing on this way has changed\n");
	else
		add_changes(&was, &is, out);
	str_release(&was);
	str_release(&is);
}

void
trace_print_diff_json(const struct trace *before, const struct trace *after, const char *request, struct str *out)
{
	str_add(out, "{\"request\": ");
	json_quote(out, request, strlen(request), false);
	str_add(out, ", \"before\":\n");
	trace_print_json(before, out);
	str_add(out, ", \"after\":\n");
	trace_print_json(after, out);
	str_add(out, "}\n");
}
