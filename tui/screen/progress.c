/* What was practised, by objective, with a bar for the share of points. */
#include "screen/screen.h"

#include <stdlib.h>
#include <string.h>

#include "progress/attempts.h"
#include "screen/list.h"
#include "svcsim/vec.h"

#define BAR 20	/* cells */

struct line {
	char *objective, *text;
	int full;		/* cells of the bar */
};

struct state {
	VEC(struct line) lines;
};

static void
add_line(void *arg, const struct objective_row *row)
{
	struct state *state = arg;
	struct line *line = vec_push(&state->lines);

	line->objective = xstrdup(row->objective);
	line->full = row->of ? row->points * BAR / row->of : 0;
	line->text = xasprintf("%3d %%  %d of %d solved", row->of ? row->points * 100 / row->of : 0, row->solved,
		row->scenarios);
}

static int
open(struct screen *screen, struct err *err)
{
	struct state *state = screen->state;
	struct db *db = screen->app->drill->db;

	if (db && attempts_objectives(db, add_line, state, err))
		return -1;
	screen->list.n = state->lines.n;
	return 0;
}

static void
close(struct screen *screen)
{
	struct state *state = screen->state;

	for (size_t i = 0; i < state->lines.n; i++) {
		free(state->lines.v[i].objective);
		free(state->lines.v[i].text);
	}
	vec_release(&state->lines);
}

static void
draw_line(struct cells in, int y, const struct line *line, bool here)
{
	int left = in.width - BAR - 28;

	cells_text(cells_inside(in, y, 1, 1, left), 0, 0, here ? STYLE_STRONG : STYLE_PLAIN, line->objective);
	for (int i = 0; i < BAR; i++)
		cells_text(in, y, left + 2 + i, i < line->full ? STYLE_GOOD : STYLE_FAINT, i < line->full ? "#" : ".");
	cells_text(in, y, left + BAR + 3, STYLE_PLAIN, line->text);
}

static void
draw(const struct screen *screen, struct cells cells)
{
	const struct state *state = screen->state;
	struct cells in = cells_frame(cells, "Progress", true);
	size_t first = list_first(&screen->list, in.height);

	if (!state->lines.n)
		cells_text(in, 1, 2, STYLE_FAINT, "Nothing was practised yet.");
	for (size_t i = first; i < state->lines.n && (int)(i - first) < in.height; i++)
		draw_line(in, (int)(i - first), &state->lines.v[i], i == screen->list.at);
}

static void
row(const struct screen *screen, size_t i, struct str *out)
{
	str_add(out, ((const struct state *)screen->state)->lines.v[i].objective);
}

static const struct action actions[] = {
	{ TERM_ESCAPE, 'q', "back", "Back", NULL, action_back },
	ACTION_LEAVE,
	ACTION_SEARCH,
	ACTIONS_END,
};

const struct screen_ops screen_progress = {
	.name = "progress",
	.state_size = sizeof(struct state),
	.actions = actions,
	.open = open,
	.draw = draw,
	.row = row,
	.close = close,
};
