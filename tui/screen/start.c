/* The start screen: go on with what was practised last, choose, or look back. */
#include "screen/screen.h"

#include <stdlib.h>
#include <string.h>

#include "progress/attempts.h"
#include "screen/list.h"

struct state {
	struct list list;
	char *last;		/* "PACK/SCENARIO"; NULL */
	char *last_title;
};

static enum after go_on(struct screen *screen), choose(struct screen *screen), sit(struct screen *screen),
	look_back(struct screen *screen);

static const struct {
	const char *label, *help;
	enum after (*run)(struct screen *screen);
} entries[] = {
	{ "Continue", "with what was practised last", go_on },
	{ "Drill", "choose a pack and a scenario", choose },
	{ "Exam", "questions drawn by objective, one clock, no hints", sit },
	{ "Progress", "what was practised, how well", look_back },
	{ "Leave", "back to the shell", action_leave },
};
#define NENTRIES (sizeof entries / sizeof entries[0])

static void
note_last(void *arg, const struct attempt_row *row)
{
	struct state *state = arg;

	state->last = xasprintf("%s/%s", row->pack, row->scenario);
	state->last_title = xstrdup(row->title);
}

static int
open(struct screen *screen, struct err *err)
{
	struct state *state = screen->state;
	struct db *db = screen->app->drill->db;

	state->list.n = NENTRIES;
	if (db && (attempts_open(db, note_last, state, err) || (!state->last && attempts_last(db, 1, note_last, state, err))))
		return -1;
	state->list.at = state->last ? 0 : 1;
	return 0;
}

static void
close(struct screen *screen)
{
	struct state *state = screen->state;

	free(state->last);
	free(state->last_title);
}

static void
draw(const struct screen *screen, struct cells cells)
{
	const struct state *state = screen->state;
	struct cells in = cells_inside(cells, cells.height / 4, cells.width / 2 - 32, cells.height, 64);

	cells_text(in, 0, 0, STYLE_STRONG, "svcsim " SVCSIM_VERSION);
	cells_text(in, 1, 0, STYLE_FAINT, "Kubernetes Services: where packets go, and why");
	for (size_t i = 0; i < NENTRIES; i++) {
		bool here = i == state->list.at;
		int y = 4 + (int)i * 2;
		const char *help = entries[i].help;

		if (entries[i].run == go_on)
			help = state->last ? state->last_title : "nothing was practised yet";
		if (here)
			cells_text(in, y, 0, STYLE_STRONG, term_mark(MARK_HERE));
		cells_text(in, y, 2, here ? STYLE_CHOSEN : STYLE_PLAIN, entries[i].label);
		cells_text(in, y, 14, STYLE_FAINT, help);
	}
}

static enum after
go_on(struct screen *screen)
{
	const struct state *state = screen->state;
	struct app *app = screen->app;
	struct err err = ERR_INIT;
	size_t pack, at;

	if (!drill_continue(app->drill, &err)) {
		screen_push(app, &screen_desk);
		app_note(app, false, "Everything is as you left it");
		return AFTER_STAY;
	}
	if (err.kind)
		app_note_err(app, &err);
	else if (!state->last)
		app_note(app, true, "nothing was practised yet: choose Drill");
	else if (library_find(app->library, state->last, &pack, &at, &err) || drill_start(app->drill, pack, at, &err))
		app_note_err(app, &err);
	else
		screen_push(app, &screen_desk);
	return AFTER_STAY;
}

static enum after
choose(struct screen *screen)
{
	screen_push(screen->app, &screen_packs);
	return AFTER_STAY;
}

static enum after
sit(struct screen *screen)
{
	screen_push(screen->app, &screen_exams);
	return AFTER_STAY;
}

static enum after
look_back(struct screen *screen)
{
	screen_push(screen->app, &screen_progress);
	return AFTER_STAY;
}

static enum after
enter(struct screen *screen)
{
	return entries[((struct state *)screen->state)->list.at].run(screen);
}

static enum after
key(struct screen *screen, int code)
{
	list_key(&((struct state *)screen->state)->list, code);
	return AFTER_STAY;
}

static const struct action actions[] = {
	{ TERM_ENTER, ' ', "choose", "Choose the marked line; Up, Down, j and k move the mark", NULL, enter },
	{ '?', TERM_F1, "help", "This help", NULL, action_help },
	{ 'q', TERM_ESCAPE, "leave", "Leave svcsim", NULL, action_leave },
	{ TERM_F10, 'C' - '@', NULL, "Leave svcsim", NULL, action_leave },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

const struct screen_ops screen_start = {
	.name = "start",
	.state_size = sizeof(struct state),
	.actions = actions,
	.open = open,
	.draw = draw,
	.key = key,
	.close = close,
};
