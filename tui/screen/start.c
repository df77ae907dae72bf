/* The start screen: go on with what was practised last, choose, or look back. */
#include "screen/screen.h"

#include <stdlib.h>
#include <string.h>

#include "progress/attempts.h"
#include "progress/exams.h"
#include "screen/list.h"

#define SECOND INT64_C(1000000000)
#define RECENT 50	/* an exam's questions are among them */

struct state {
	char *last;		/* "PACK/SCENARIO"; NULL */
	char *last_title;
	bool solved;		/* it has all its points */
	char *due;		/* "3 scenarios are due"; NULL */
	char *sitting;		/* the exam that was broken off; NULL */
};

static enum after go_on(struct screen *screen), choose(struct screen *screen), sit(struct screen *screen),
	practise_again(struct screen *screen), play(struct screen *screen), look_back(struct screen *screen);

static const struct {
	const char *label, *help;
	enum after (*run)(struct screen *screen);
} entries[] = {
	{ "Continue", "with what was practised last", go_on },
	{ "Drill", "choose a pack and a scenario", choose },
	{ "Exam", "questions drawn by objective, one clock, no hints", sit },
	{ "Review", "nothing is due today", practise_again },
	{ "Sandbox", "a cluster to try things in; nothing is asked", play },
	{ "Progress", "what was practised, how well", look_back },
	{ "Leave", "back to the shell", action_leave },
};
#define NENTRIES (sizeof entries / sizeof entries[0])

static void
note_last(void *arg, const struct attempt_row *row)
{
	struct state *state = arg;

	if (state->last || row->exam)
		return;
	state->last = xasprintf("%s/%s", row->pack, row->scenario);
	state->last_title = xstrdup(row->title);
	state->solved = row->judged && row->points == row->of;
}

static void
note_sitting(void *arg, const struct exam_row *row)
{
	((struct state *)arg)->sitting = xasprintf("go on: %s, %d of %d minutes left", row->title,
		row->minutes - row->seconds / 60, row->minutes);
}

static void
forget(struct state *state)
{
	free(state->last);
	free(state->last_title);
	free(state->due);
	free(state->sitting);
	state->last = state->last_title = state->due = state->sitting = NULL;
}

/* What was solved last is done: one goes on with what follows it in its pack. */
static void
note_next(struct screen *screen)
{
	struct state *state = screen->state;
	struct library *library = screen->app->library;
	struct err err = ERR_INIT;
	size_t pack, at;

	if (!state->last || !state->solved)
		return;
	if (library_find(library, state->last, &pack, &at, &err)) {
		err_release(&err);
	} else if (at + 1 < pack_count(library->packs[pack])) {
		const struct scenario_info info = scenario_info(pack_scenario(library->packs[pack], at + 1));

		free(state->last);
		free(state->last_title);
		state->last = xasprintf("%s/%s", pack_name(library->packs[pack]), info.name);
		state->last_title = xasprintf("next: %s", info.title);
	}
}

/* Anew each time: what was practised meanwhile is no longer due. */
static int
look(struct screen *screen, struct err *err)
{
	struct state *state = screen->state;
	struct app *app = screen->app;
	struct db *db = app->practice->db;
	size_t due;

	forget(state);
	review_close(app->review);
	if (review_open(app->review, app->library, db, app->practice->wall() / SECOND, err))
		return -1;
	due = app->review->due;
	if (due)
		state->due = xasprintf("%zu %s due again", due, due == 1 ? "scenario is" : "scenarios are");
	if (!db)
		return 0;
	if (attempts_open(db, note_last, state, err) || attempts_last(db, RECENT, note_last, state, err) ||
		exams_open(db, note_sitting, state, err))
		return -1;
	note_next(screen);
	return 0;
}

static void
again(struct screen *screen)
{
	struct err err = ERR_INIT;

	if (look(screen, &err))
		app_note_err(screen->app, &err);
}

static int
open(struct screen *screen, struct err *err)
{
	struct state *state = screen->state;

	screen->list.n = NENTRIES;
	if (look(screen, err)) {
		forget(state);
		return -1;
	}
	screen->list.at = state->last ? 0 : 1;
	return 0;
}

static void
close(struct screen *screen)
{
	forget(screen->state);
}

static void
draw(const struct screen *screen, struct cells cells)
{
	const struct state *state = screen->state;
	struct cells in = cells_inside(cells, cells.height / 5, cells.width / 2 - 32, cells.height, 64);
	int spacing = in.height - 3 >= (int)NENTRIES * 2 ? 2 : 1;

	cells_text(in, 0, 0, STYLE_STRONG, "svcsim " SVCSIM_VERSION);
	cells_text(in, 1, 0, STYLE_FAINT, "Kubernetes Services: where packets go, and why");
	for (size_t i = 0; i < NENTRIES; i++) {
		bool here = i == screen->list.at;
		int y = 3 + (int)i * spacing;
		const char *help = entries[i].help;

		if (entries[i].run == practise_again && state->due)
			help = state->due;
		if (entries[i].run == sit && state->sitting)
			help = state->sitting;
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
practise_again(struct screen *screen)
{
	struct app *app = screen->app;
	struct err err = ERR_INIT;

	if (!drill_review(app->drill, app->review, &err))
		screen_push(app, &screen_desk);
	else if (err.kind)
		app_note_err(app, &err);
	else
		app_note(app, false, "nothing is due today; what is missed comes back here");
	return AFTER_STAY;
}

static enum after
play(struct screen *screen)
{
	struct app *app = screen->app;
	struct err err = ERR_INIT;
	char *words = library_sandbox(app->library, &err);
	size_t pack, at;

	app->drill->review = NULL;
	app->drill->mode = "sandbox";
	if (!words || library_find(app->library, words, &pack, &at, &err) || drill_start(app->drill, pack, at, &err))
		app_note_err(app, &err);
	else
		screen_push(app, &screen_desk);
	free(words);
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
	return entries[screen->list.at].run(screen);
}

static const struct action actions[] = {
	{ TERM_ENTER, ' ', "choose", "Choose the marked line; Up, Down, j and k move the mark", NULL, enter },
	ACTION_HELP,
	{ 'q', TERM_ESCAPE, "leave", "Leave svcsim", NULL, action_leave },
	ACTION_LEAVE,
	ACTIONS_END,
};

const struct screen_ops screen_start = {
	.name = "start",
	.state_size = sizeof(struct state),
	.actions = actions,
	.open = open,
	.draw = draw,
	.again = again,
	.close = close,
};
