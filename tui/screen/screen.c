#include "screen/screen.h"

#include <stdlib.h>
#include <string.h>

#include "screen/search.h"

#define TICK_MS 500	/* the clock on the desk, and what controllers do meanwhile */

/* ---- the stack ---- */

static void
screen_free(struct screen *screen)
{
	if (screen->ops->close)
		screen->ops->close(screen);
	free(screen->state);
	free(screen);
}

static int
push(struct app *app, const struct screen_ops *ops, struct err *err)
{
	struct screen *screen = xcalloc(1, sizeof *screen);

	*screen = (struct screen){ ops, app, app->top, xcalloc(1, ops->state_size) };
	if (ops->open && ops->open(screen, err)) {
		free(screen->state);
		free(screen);
		return -1;
	}
	app->top = screen;
	return 0;
}

void
screen_push(struct app *app, const struct screen_ops *ops)
{
	struct err err = ERR_INIT;

	if (push(app, ops, &err))
		app_note_err(app, &err);
}

static void
pop(struct app *app)
{
	struct screen *screen = app->top;

	app->top = screen->under;
	screen_free(screen);
	if (app->top && app->top->ops->again)
		app->top->ops->again(app->top);
}

void
screen_replace_desk(struct app *app, const struct screen_ops *ops)
{
	bool desk = false;

	while (app->top && !desk) {
		desk = app->top->ops == &screen_desk;
		pop(app);
	}
	screen_push(app, ops);
}

bool
screen_is_sitting(const struct screen *screen)
{
	const struct exam *exam = screen->app->exam;

	return exam->n && !exam->finished;
}

bool
screen_go(struct app *app, size_t at)
{
	struct err err = ERR_INIT;

	if (exam_go(app->exam, at, &err)) {
		app_note_err(app, &err);
		return false;
	}
	app->drill = exam_question(app->exam);
	app->drill->explained = app->exam->finished;
	return true;
}

void
screen_finish_exam(struct app *app)
{
	struct err err = ERR_INIT;
	int failed = exam_finish(app->exam, &err);

	screen_replace_desk(app, &screen_result);
	if (failed)
		app_note_err(app, &err);
}

enum after
action_help(struct screen *screen)
{
	screen_push(screen->app, &screen_help);
	return AFTER_STAY;
}

enum after
action_search(struct screen *screen)
{
	(void)screen;
	return AFTER_STAY;
}

enum after
action_back(struct screen *screen)
{
	(void)screen;
	return AFTER_BACK;
}

enum after
action_leave(struct screen *screen)
{
	(void)screen;
	return AFTER_QUIT;
}

/* ---- notes ---- */

void
app_note(struct app *app, bool bad, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	free(app->note);
	app->note = str_detach(&text);
	app->note_bad = bad;
}

void
app_note_err(struct app *app, struct err *err)
{
	struct str text = STR_INIT;

	err_print(err, &text);
	if (text.len)
		str_truncate(&text, text.len - 1);
	app_note(app, true, "%s", text.buf);
	str_release(&text);
	err_release(err);
}

/* ---- drawing ---- */

static bool
may(const struct screen *screen, const struct action *action)
{
	return !action->may || action->may(screen);
}

static bool
is_text(int key)
{
	return (key >= ' ' && key <= TERM_KEYS_BEFORE) || (key >= 0 && key < ' ' && key != TERM_ESCAPE);
}

/* Where characters are typed, an action answers to its other key only. */
static int
shown_key(const struct screen *screen, const struct action *action)
{
	return screen->ops->types && screen->ops->types(screen) && is_text(action->key) ? action->other : action->key;
}

/* What can be done now, as many as fit. */
static void
draw_actions(const struct screen *screen, struct cells line)
{
	int x = 0;

	cells_fill(line, 0, STYLE_PLAIN);
	for (const struct action *action = screen->ops->actions; action->help; action++) {
		struct str key = STR_INIT;

		if (!action->label || !may(screen, action) || !shown_key(screen, action))
			continue;
		term_key_name(shown_key(screen, action), &key);
		if (x + (int)(key.len + strlen(action->label)) + 3 <= line.width) {
			x += 1 + cells_text(line, 0, x + 1, STYLE_KEY, key.buf);
			x += 2 + cells_text(line, 0, x + 1, STYLE_PLAIN, action->label);
		}
		str_release(&key);
	}
}

static void
draw_too_small(struct cells all)
{
	char *text = xasprintf("svcsim needs %dx%d; this terminal has %dx%d", TERM_LEAST_COLUMNS, TERM_LEAST_LINES, all.width,
		all.height);
	size_t len = strlen(text), width = all.width > 0 ? (size_t)all.width : 1;

	for (size_t at = 0; at < len; at += width)
		cells_textn(all, (int)(at / width), 0, STYLE_PLAIN, text + at, len - at < width ? len - at : width);
	free(text);
}

void
app_draw(struct app *app)
{
	struct cells all = term_cells();
	const struct screen *screen = app->top;

	term_clear();
	if (term_too_small()) {
		draw_too_small(all);
	} else {
		struct cells last = cells_inside(all, all.height - 1, 0, 1, all.width);

		screen->ops->draw(screen, cells_inside(all, 0, 0, all.height - 1, all.width));
		if (app->searching)
			search_draw(app, last);
		else if (app->note)
			cells_text(last, 0, 1, app->note_bad ? STYLE_BAD : STYLE_GOOD, app->note);
		else
			draw_actions(screen, last);
	}
	term_show();
}

/* ---- keys ---- */

static const struct action *
find_action(const struct screen *screen, int key)
{
	for (const struct action *action = screen->ops->actions; action->help; action++)
		if ((action->key == key || (action->other && action->other == key)) && may(screen, action))
			return action;
	return NULL;
}

static enum after
give_key(struct screen *screen, int key)
{
	bool types = screen->ops->types && screen->ops->types(screen);
	const struct action *action = types && is_text(key) ? NULL : find_action(screen, key);

	if (action)
		return action->run(screen);
	return screen->ops->key ? screen->ops->key(screen, key) : AFTER_STAY;
}

bool
app_key(struct app *app, int key)
{
	if (key == TERM_GONE)
		return false;
	if (key == TERM_RESIZE || key == TERM_NONE)
		return true;
	free(app->note);
	app->note = NULL;
	if (term_too_small() && (key == 'q' || key == 'C' - '@' || key == TERM_ESCAPE))
		return false;
	if (term_too_small())
		return true;
	if (search_key(app, key))
		return true;
	switch (give_key(app->top, key)) {
	case AFTER_STAY:
		break;
	case AFTER_BACK:
		pop(app);
		break;
	case AFTER_QUIT:
		return false;
	}
	if (app->drill->lost.kind)
		app_note_err(app, &app->drill->lost);
	return app->top != NULL;
}

/* ---- life ---- */

int
app_open(struct app *app, const struct screen_ops *first, struct err *err)
{
	return push(app, first, err);
}

void
app_close(struct app *app)
{
	while (app->top)
		pop(app);
	free(app->note);
	app->note = NULL;
	str_release(&app->search);
}

void
app_tick(struct app *app)
{
	if (app->drill->attempt)
		drill_tick(app->drill);
	if (app->exam->n && exam_tick(app->exam)) {
		screen_finish_exam(app);
		app_note(app, false, "The time is up");
	}
	if (app->top && app->top->ops->tick)
		app->top->ops->tick(app->top);
}

int
app_run(struct app *app, const struct screen_ops *first, struct err *err)
{
	if (app_open(app, first, err))
		return -1;
	do {
		app_tick(app);
		app_draw(app);
	} while (app_key(app, term_key(TICK_MS)));
	app_close(app);
	return 0;
}
