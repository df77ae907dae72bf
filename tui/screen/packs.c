/* Choosing a pack at the left and one of its scenarios at the right. */
#include "screen/screen.h"

#include <string.h>

#include "progress/attempts.h"
#include "screen/list.h"

struct state {
	struct list packs, scenarios;
	bool right;		/* which list has the keys */
	bool practising;	/* the desk is on top */
	const struct pack *pack;	/* NULL: it can't be read */
};

/* The best points of a scenario; tries 0: never judged. */
struct best {
	int tries, points, of;
};

static struct best
best_of(const struct screen *screen, size_t i)
{
	const struct state *state = screen->state;
	struct db *db = screen->app->drill->db;
	struct best best = { 0, 0, 0 };
	struct err err = ERR_INIT;

	if (db && attempts_best(db, pack_name(state->pack), scenario_info(pack_scenario(state->pack, i)).name, &best.tries,
		&best.points, &best.of, &err))
		err_release(&err);
	return best;
}

/* The mark goes to the first that was not solved yet. */
static void
mark_next(struct screen *screen)
{
	struct list *list = &((struct state *)screen->state)->scenarios;

	for (size_t i = 0; i < list->n; i++) {
		struct best best = best_of(screen, i);

		list->at = i;
		if (!best.tries || best.points < best.of)
			return;
	}
	list->at = 0;
}

static void
read_pack(struct screen *screen)
{
	struct state *state = screen->state;
	struct err err = ERR_INIT;

	state->pack = library_pack(screen->app->library, state->packs.at, &err);
	state->scenarios = (struct list){ state->pack ? pack_count(state->pack) : 0, 0 };
	if (!state->pack)
		app_note_err(screen->app, &err);
	else
		mark_next(screen);
}

static int
open(struct screen *screen, struct err *err)
{
	struct state *state = screen->state;
	struct err ignored = ERR_INIT;

	state->packs.n = screen->app->library->names.n;
	if (!state->packs.n)
		return err_at(err, screen->app->library->folder, 0, 0, "there are no packs here");
	state->packs.at = library_first(screen->app->library, &ignored);
	if (ignored.kind) {	/* the pack that can't be read says so when the mark is on it */
		err_release(&ignored);
		state->packs.at = 0;
	}
	read_pack(screen);
	return 0;
}

static void
draw_scenario(const struct screen *screen, struct cells in, int y, size_t i)
{
	const struct state *state = screen->state;
	const struct scenario_info info = scenario_info(pack_scenario(state->pack, i));
	const struct best best = best_of(screen, i);
	bool here = state->right && i == state->scenarios.at;
	enum mark mark = MARK_OPEN;
	enum style style = STYLE_FAINT;
	char *size;

	if (best.tries) {
		mark = best.points == best.of ? MARK_PASSED : MARK_FAILED;
		style = best.points == best.of ? STYLE_GOOD : STYLE_BAD;
	}
	size = xasprintf("%2d %-6s %2d min", info.points, info.points == 1 ? "point" : "points", info.minutes);
	cells_text(in, y, 1, style, term_mark(mark));
	cells_title(cells_inside(in, y, 3, 1, in.width - 3 - 19), 0, 0, here ? STYLE_CHOSEN : STYLE_PLAIN, info.title);
	cells_text(in, y, in.width - 18, STYLE_FAINT, size);
	free(size);
}

/* One that has no scenarios of its own. */
static bool
is_exam(const struct state *state)
{
	return state->pack && !state->scenarios.n && pack_exam(state->pack);
}

static void
draw(const struct screen *screen, struct cells cells)
{
	const struct state *state = screen->state;
	const struct library *library = screen->app->library;
	int width = cells.width / 3 > 40 ? 40 : cells.width / 4;
	struct cells left = cells_frame(cells_inside(cells, 0, 0, cells.height, width), "Packs", !state->right);
	struct cells right = cells_frame(cells_inside(cells, 0, width, cells.height, cells.width - width),
		state->pack ? pack_title(state->pack) : "", state->right);
	size_t first = list_first(&state->packs, left.height);

	for (size_t i = first; i < library->names.n; i++)
		cells_text(left, (int)(i - first), 1, i == state->packs.at ? STYLE_CHOSEN : STYLE_PLAIN, library->names.v[i]);
	first = list_first(&state->scenarios, right.height);
	for (size_t i = first; i < state->scenarios.n && (int)(i - first) < right.height; i++)
		draw_scenario(screen, right, (int)(i - first), i);
	if (is_exam(state)) {
		cells_text(right, 1, 2, STYLE_FAINT, "An exam draws its questions from the other packs.");
		cells_text(right, 2, 2, STYLE_FAINT, "Enter chooses how long it shall be.");
	}
}

static enum after
key(struct screen *screen, int code)
{
	struct state *state = screen->state;
	size_t before = state->packs.at;

	if (state->right)
		list_key(&state->scenarios, code);
	else if (list_key(&state->packs, code) && state->packs.at != before)
		read_pack(screen);
	return AFTER_STAY;
}

static enum after
enter(struct screen *screen)
{
	struct state *state = screen->state;
	struct app *app = screen->app;
	struct err err = ERR_INIT;

	if (!state->right) {
		state->right = state->scenarios.n > 0;
		if (is_exam(state))
			screen_push(app, &screen_exams);
		return AFTER_STAY;
	}
	app->drill->review = NULL;
	app->drill->mode = NULL;
	if (drill_start(app->drill, state->packs.at, state->scenarios.at, &err))
		app_note_err(app, &err);
	else
		screen_push(app, &screen_desk);
	state->practising = app->top->ops == &screen_desk;
	return AFTER_STAY;
}

static enum after
go_right(struct screen *screen)
{
	struct state *state = screen->state;

	state->right = state->scenarios.n > 0;
	return AFTER_STAY;
}

static enum after
back(struct screen *screen)
{
	struct state *state = screen->state;

	if (!state->right)
		return AFTER_BACK;
	state->right = false;
	return AFTER_STAY;
}

static enum after
other(struct screen *screen)
{
	struct state *state = screen->state;

	state->right = !state->right && state->scenarios.n > 0;
	return AFTER_STAY;
}

/* On the desk one may have gone on to another. */
static void
again(struct screen *screen)
{
	struct state *state = screen->state;
	const struct drill *drill = screen->app->practice;

	if (state->practising && drill->pack == state->packs.at)
		state->scenarios.at = drill->at;
	state->practising = false;
}

static void
moved(struct screen *screen)
{
	if (!((struct state *)screen->state)->right)
		read_pack(screen);
}

static struct list *
rows(struct screen *screen)
{
	struct state *state = screen->state;

	return state->right ? &state->scenarios : &state->packs;
}

static void
row(const struct screen *screen, size_t i, struct str *out)
{
	const struct state *state = screen->state;

	if (state->right)
		str_add(out, scenario_info(pack_scenario(state->pack, i)).title);
	else
		str_add(out, screen->app->library->names.v[i]);
}

static const struct action actions[] = {
	{ TERM_ENTER, ' ', "choose", "Choose the marked line; Up, Down, j and k move the mark", NULL, enter },
	{ TERM_TAB, 0, "other list", "Go to the other list", NULL, other },
	{ TERM_RIGHT, 'l', NULL, "Go to the scenarios", NULL, go_right },
	{ TERM_LEFT, 'h', NULL, "Go to the packs", NULL, back },
	{ TERM_ESCAPE, 'q', "back", "Back", NULL, back },
	ACTION_HELP,
	ACTION_LEAVE,
	{ '/', 0, "search", "Search the list; n goes to the next", NULL, action_search },
	ACTIONS_END,
};

const struct screen_ops screen_packs = {
	.name = "packs",
	.state_size = sizeof(struct state),
	.actions = actions,
	.open = open,
	.draw = draw,
	.list = rows,
	.row = row,
	.moved = moved,
	.again = again,
	.key = key,
};
