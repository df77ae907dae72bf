/* How an exam went: the sum, the objectives with the weakest first, and each question, to look at once more. */
#include "screen/screen.h"

#include <stdlib.h>

#include "screen/list.h"

#define BAR 20	/* cells */

struct state {
	struct paper_area areas[AREA_COUNT];
	size_t nareas;
};

static int
open(struct screen *screen, struct err *err)
{
	struct state *state = screen->state;
	const struct exam *exam = screen->app->exam;

	(void)err;
	screen->list.n = exam->n;
	state->nareas = exam_areas(exam, state->areas);
	return 0;
}

static void
close(struct screen *screen)
{
	exam_close(screen->app->exam);
	screen->app->drill = screen->app->practice;
}

static void
draw_area(struct cells in, int y, const struct paper_area *area)
{
	char *percent = xasprintf("%3d %%  %d %s", area->percent, area->questions,
		area->questions == 1 ? "question" : "questions");

	cells_text(in, y, 1, STYLE_PLAIN, objective_area_title(area->area));
	for (int i = 0; i < BAR; i++) {
		bool full = i < area->percent * BAR / 100;

		cells_text(in, y, 30 + i, full ? STYLE_GOOD : STYLE_FAINT, full ? "#" : ".");
	}
	cells_text(in, y, 30 + BAR + 2, STYLE_PLAIN, percent);
	free(percent);
}

static void
draw_question(const struct drill *question, struct cells in, int y, size_t i, bool here)
{
	bool whole = question->points == question->of;
	char *number = xasprintf("%2zu", i + 1), *points = xasprintf("%d of %d", question->points, question->of);

	cells_text(in, y, 1, whole ? STYLE_GOOD : STYLE_BAD, term_mark(whole ? MARK_PASSED : MARK_FAILED));
	cells_text(in, y, 3, STYLE_FAINT, number);
	cells_text(cells_inside(in, y, 7, 1, in.width - 7 - 12), 0, 0, here ? STYLE_CHOSEN : STYLE_PLAIN, question->info.title);
	cells_text(in, y, in.width - 10, STYLE_PLAIN, points);
	free(number);
	free(points);
}

static void
draw(const struct screen *screen, struct cells cells)
{
	const struct state *state = screen->state;
	const struct exam *exam = screen->app->exam;
	int above = (int)state->nareas + 4;
	bool passed = exam_passed(exam);
	struct cells upper = cells_frame(cells_inside(cells, 0, 0, above, cells.width), exam->title, false);
	struct cells lower = cells_frame(cells_inside(cells, above, 0, cells.height - above, cells.width), "Questions", true);
	char *sum = xasprintf("%d %%: %s; %d %% pass.  %d of %d minutes used.", exam_percent(exam),
		passed ? "passed" : "not passed", exam->pass, exam->seconds / 60, exam->minutes);
	size_t first = list_first(&screen->list, lower.height);

	cells_text(upper, 0, 1, passed ? STYLE_GOOD : STYLE_BAD, sum);
	for (size_t i = 0; i < state->nareas; i++)
		draw_area(upper, (int)i + 2, &state->areas[i]);
	for (size_t i = first; i < exam->n && (int)(i - first) < lower.height; i++)
		draw_question(&exam->questions[i], lower, (int)(i - first), i, i == screen->list.at);
	free(sum);
}

static enum after
enter(struct screen *screen)
{
	if (screen_go(screen->app, screen->list.at))
		screen_push(screen->app, &screen_desk);
	return AFTER_STAY;
}

static void
row(const struct screen *screen, size_t i, struct str *out)
{
	str_add(out, screen->app->exam->questions[i].info.title);
}

static const struct action actions[] = {
	{ TERM_ENTER, ' ', "look", "Look at the marked question, its checks and its solution", NULL, enter },
	{ TERM_ESCAPE, 'q', "leave", "Leave the exam; it stays in the progress", NULL, action_back },
	ACTION_HELP,
	ACTION_LEAVE,
	ACTION_SEARCH,
	ACTIONS_END,
};

const struct screen_ops screen_result = {
	.name = "result",
	.state_size = sizeof(struct state),
	.actions = actions,
	.open = open,
	.draw = draw,
	.row = row,
	.close = close,
};
