/* Choosing an exam: what was broken off, and each plan in full, half and a quarter of its time. */
#include "screen/screen.h"

#include <stdlib.h>

#include "progress/exams.h"
#include "screen/list.h"
#include "svcsim/vec.h"

struct offer {
	const struct pack *pack;	/* NULL: what was broken off */
	int minutes;
	char *text;
};

struct state {
	VEC(struct offer) offers;
};

static void
offer(struct state *state, const struct pack *pack, int minutes, char *text)
{
	*vec_push(&state->offers) = (struct offer){ pack, minutes, text };
}

static void
offer_continuing(void *arg, const struct exam_row *row)
{
	offer(arg, NULL, 0, xasprintf("Continue: %s, %d of %d minutes left", row->title, row->minutes - row->seconds / 60,
		row->minutes));
}

static void
forget(struct state *state)
{
	for (size_t i = 0; i < state->offers.n; i++)
		free(state->offers.v[i].text);
	state->offers.n = 0;
}

static int
open(struct screen *screen, struct err *err)
{
	struct state *state = screen->state;
	struct app *app = screen->app;

	if (app->exam->db && exams_open(app->exam->db, offer_continuing, state, err))
		return -1;
	for (size_t i = 0; i < app->library->names.n; i++) {
		const struct pack *pack = library_pack(app->library, i, err);
		const struct exam_plan *plan = pack ? pack_exam(pack) : NULL;

		if (!pack)
			return -1;
		for (int part = 1; plan && part <= 4 && plan->minutes / part >= 10; part *= 2)
			offer(state, pack, plan->minutes / part, xasprintf("%s, %d minutes, %d %% pass", pack_title(pack),
				plan->minutes / part, plan->pass));
	}
	screen->list.n = state->offers.n;
	return state->offers.n ? 0 : err_at(err, app->library->folder, 0, 0, "no pack here is an exam");
}

static void
close(struct screen *screen)
{
	struct state *state = screen->state;

	forget(state);
	vec_release(&state->offers);
}

/* An exam was broken off or handed in: what can be continued is another, or none. */
static void
again(struct screen *screen)
{
	struct err err = ERR_INIT;

	forget(screen->state);
	if (open(screen, &err))
		app_note_err(screen->app, &err);
	if (screen->list.at >= screen->list.n)
		screen->list.at = screen->list.n ? screen->list.n - 1 : 0;
}

static void
draw(const struct screen *screen, struct cells cells)
{
	const struct state *state = screen->state;
	struct cells in = cells_frame(cells, "Exam", true);

	for (size_t i = 0; i < state->offers.n; i++)
		cells_text(in, (int)i + 1, 2, i == screen->list.at ? STYLE_CHOSEN : STYLE_PLAIN, state->offers.v[i].text);
	cells_text(in, (int)state->offers.n + 2, 2, STYLE_FAINT, "No hints, and no results before the end. Questions can be flagged.");
}

static enum after
enter(struct screen *screen)
{
	const struct state *state = screen->state;
	const struct offer *chosen = &state->offers.v[screen->list.at];
	struct app *app = screen->app;
	struct drill *practice = app->practice;
	uint64_t seed = practice->seed_given ? practice->seed : (uint64_t)practice->wall() / 1000;
	struct err err = ERR_INIT;

	if (chosen->pack ? exam_start(app->exam, chosen->pack, chosen->minutes, seed, &err) : exam_continue(app->exam, &err)) {
		app_note_err(app, &err);
		return AFTER_STAY;
	}
	app->drill = exam_question(app->exam);
	screen_push(app, &screen_desk);
	return AFTER_STAY;
}

static void
row(const struct screen *screen, size_t i, struct str *out)
{
	str_add(out, ((const struct state *)screen->state)->offers.v[i].text);
}

static const struct action actions[] = {
	{ TERM_ENTER, ' ', "begin", "Begin the marked exam; Up, Down, j and k move the mark", NULL, enter },
	{ TERM_ESCAPE, 'q', "back", "Back", NULL, action_back },
	ACTION_HELP,
	ACTION_LEAVE,
	ACTION_SEARCH,
	ACTIONS_END,
};

const struct screen_ops screen_exams = {
	.name = "exams",
	.state_size = sizeof(struct state),
	.actions = actions,
	.open = open,
	.draw = draw,
	.row = row,
	.again = again,
	.close = close,
};
