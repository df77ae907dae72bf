/* The help overlay: the actions of the screen below, narrowed by what is typed. */
#include "screen/screen.h"

#include <string.h>

#include "term/wrap.h"

#define FRAME 5		/* rows that are not the list's: the frame's, the search's and the last */
#define FRAME_WIDTH 2
#define TEXT_AT 20	/* the column behind the keys */

struct state {
	struct str search;
	size_t first;		/* line at the top */
};

static bool
contains(const char *text, const char *part)
{
	size_t len = strlen(part);

	for (; *text; text++) {
		size_t i = 0;

		while (i < len && ascii_tolower(text[i]) == ascii_tolower(part[i]))
			i++;
		if (i == len)
			return true;
	}
	return !len;
}

static void
keys_of(const struct action *action, struct str *out)
{
	term_key_name(action->key, out);
	if (action->other) {
		str_add(out, " or ");
		term_key_name(action->other, out);
	}
}

static int
open(struct screen *screen, struct err *err)
{
	struct state *state = screen->state;

	(void)err;
	str_init(&state->search);
	return 0;
}

static void
close(struct screen *screen)
{
	str_release(&((struct state *)screen->state)->search);
}

static bool
is_sought(const struct action *action, const char *keys, const char *words)
{
	return contains(action->help, words) || contains(keys, words) || (action->label && contains(action->label, words));
}

/* An action's keys, and what it does in as many lines as that takes; returns their number. */
static int
draw_action(struct cells cells, int y, const struct action *action, const char *keys, bool now)
{
	struct wrap lines = VEC_INIT;
	int n;

	wrap_text(&lines, action->help, strlen(action->help), cells.width - TEXT_AT);
	n = (int)lines.n;
	cells_text(cells, y, 1, now ? STYLE_KEY : STYLE_FAINT, keys);
	for (int i = 0; i < n; i++)
		cells_textn(cells, y + i, TEXT_AT, now ? STYLE_PLAIN : STYLE_FAINT, action->help + lines.v[i].start,
			lines.v[i].len);
	wrap_release(&lines);
	return n;
}

/* Of the actions that may be run now, or of the others; returns the row after them. */
static int
draw_keys(const struct screen *screen, struct cells cells, int y, bool now)
{
	const struct state *state = screen->state;

	for (const struct action *action = screen->under->ops->actions; action->help; action++) {
		struct str keys = STR_INIT;

		keys_of(action, &keys);
		if (is_sought(action, keys.buf, state->search.buf) && action_may(screen->under, action) == now)
			y += draw_action(cells, y, action, keys.buf, now);
		str_release(&keys);
	}
	return y;
}

/* How many there are, as wide as the terminal is; nothing is drawn. */
static int
rows(const struct screen *screen)
{
	const struct cells nowhere = { 0, 0, 0, term_cells().width - FRAME_WIDTH };
	int others = draw_keys(screen, nowhere, 0, false);

	return draw_keys(screen, nowhere, 0, true) + (others ? others + 1 : 0);
}

static void
draw(const struct screen *screen, struct cells cells)
{
	const struct state *state = screen->state;
	struct cells in = cells_frame(cells, "Help", true), list = cells_inside(in, 2, 0, in.height - 2, in.width);
	int y = -(int)state->first;

	cells_text(in, 0, 1, STYLE_FAINT, "search:");
	cells_cursor(in, 0, 9 + cells_text(in, 0, 9, STYLE_PLAIN, state->search.buf));
	y = draw_keys(screen, list, y, true);
	if (y + (int)state->first < rows(screen)) {
		cells_text(list, y++, 1, STYLE_FAINT, "Not now:");
		y = draw_keys(screen, list, y, false);
	}
	if (!rows(screen))
		cells_text(list, 0, 1, STYLE_FAINT, "No key is for that.");
	if (y > list.height)
		cells_text(cells, cells.height - 1, cells.width - 16, STYLE_FAINT, " more: Down ");
}

static enum after
key(struct screen *screen, int code)
{
	struct state *state = screen->state;

	if (code == TERM_BACKSPACE) {
		while (state->search.len && (state->search.buf[state->search.len - 1] & 0xc0) == 0x80)
			str_truncate(&state->search, state->search.len - 1);
		if (state->search.len)
			str_truncate(&state->search, state->search.len - 1);
	} else if (code == '/' && !state->search.len) {
		return AFTER_STAY;	/* the search is open already */
	} else if (code >= ' ' && code <= TERM_KEYS_BEFORE) {
		term_key_bytes(code, &state->search);
		state->first = 0;
	}
	return AFTER_STAY;
}

static int
page(void)
{
	return term_cells().height - FRAME;
}

/* No further than to the last line at the bottom. */
static enum after
scroll(struct screen *screen, int by)
{
	struct state *state = screen->state;
	int last = rows(screen) - page(), to = (int)state->first + by;

	if (to > last)
		to = last;
	state->first = to > 0 ? (size_t)to : 0;
	return AFTER_STAY;
}

static enum after
up(struct screen *screen)
{
	return scroll(screen, -1);
}

static enum after
down(struct screen *screen)
{
	return scroll(screen, 1);
}

static enum after
page_up(struct screen *screen)
{
	return scroll(screen, -page());
}

static enum after
page_down(struct screen *screen)
{
	return scroll(screen, page());
}

static const struct action actions[] = {
	{ TERM_ESCAPE, TERM_ENTER, "back", "Back to the screen below", NULL, action_back },
	{ TERM_F1, 0, NULL, "Back to the screen below", NULL, action_back },
	{ TERM_UP, 0, NULL, "A line up", NULL, up },
	{ TERM_DOWN, 0, NULL, "A line down", NULL, down },
	{ TERM_PAGE_UP, 0, NULL, "A page up", NULL, page_up },
	{ TERM_PAGE_DOWN, 0, NULL, "A page down", NULL, page_down },
	ACTIONS_END,
};

const struct screen_ops screen_help = {
	.name = "help",
	.state_size = sizeof(struct state),
	.actions = actions,
	.open = open,
	.draw = draw,
	.key = key,
	.close = close,
};
