/* The questions of an exam: which were begun, which are flagged; from here one goes to any, and hands in. */
#include "screen/screen.h"

#include <stdlib.h>

#include "screen/list.h"

static int
open(struct screen *screen, struct err *err)
{
	(void)err;
	screen->list = (struct list){ screen->app->exam->n, screen->app->exam->at };
	return 0;
}

static void
draw_question(const struct exam *exam, struct cells in, int y, size_t i, bool here)
{
	const struct drill *question = &exam->questions[i];
	char *number = xasprintf("%2zu", i + 1), *weight = xasprintf("weight %d  %2d min", question->info.weight,
		question->info.minutes);

	cells_text(in, y, 1, STYLE_FAINT, number);
	cells_title(cells_inside(in, y, 5, 1, in.width - 5 - 38), 0, 0, here ? STYLE_CHOSEN : STYLE_PLAIN, question->info.title);
	cells_text(in, y, in.width - 36, STYLE_NOTE, question->flagged ? "flagged" : "");
	cells_text(in, y, in.width - 27, STYLE_FAINT, exam_touched(exam, i) ? "begun" : "");
	cells_text(in, y, in.width - 18, STYLE_FAINT, weight);
	free(number);
	free(weight);
}

static void
draw(const struct screen *screen, struct cells cells)
{
	const struct exam *exam = screen->app->exam;
	int left = exam_seconds_left(exam);
	char *title = xasprintf("Questions, %d:%02d:%02d left", left / 3600, left / 60 % 60, left % 60);
	struct cells in = cells_frame(cells, title, true);
	size_t first = list_first(&screen->list, in.height);

	for (size_t i = first; i < exam->n && (int)(i - first) < in.height; i++)
		draw_question(exam, in, (int)(i - first), i, i == screen->list.at);
	free(title);
}

/* The desk below shows it when this list is gone. */
static enum after
enter(struct screen *screen)
{
	screen_go(screen->app, screen->list.at);
	return AFTER_BACK;
}

static enum after
hand_in(struct screen *screen)
{
	const struct exam *exam = screen->app->exam;
	size_t untouched = 0;

	for (size_t i = 0; i < exam->n; i++)
		untouched += !exam_touched(exam, i);
	if (app_sure(screen->app, hand_in, "Hand in, %zu of %zu not begun?  Nothing can be changed then; the same key does it",
		untouched, exam->n))
		screen_finish_exam(screen->app);
	return AFTER_STAY;
}

static void
row(const struct screen *screen, size_t i, struct str *out)
{
	str_add(out, screen->app->exam->questions[i].info.title);
}

static const struct action actions[] = {
	{ TERM_ENTER, ' ', "go", "Go to the marked question; Up, Down, j and k move the mark", NULL, enter },
	{ 'H', 0, "hand in", "Hand in: everything is judged (asks)", NULL, hand_in },
	{ TERM_ESCAPE, 'q', "back", "Back to the question", NULL, action_back },
	ACTION_HELP,
	ACTION_SEARCH,
	ACTIONS_END,
};

const struct screen_ops screen_questions = {
	.name = "questions",
	.actions = actions,
	.open = open,
	.draw = draw,
	.row = row,
};
