#include "screen/screen.h"

#include <stdlib.h>
#include <string.h>

#include "screen/search.h"
#include "term/wrap.h"

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

	*screen = (struct screen){ .ops = ops, .app = app, .under = app->top,
		.state = ops->state_size ? xcalloc(1, ops->state_size) : NULL };
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

struct list *
screen_list(struct screen *screen)
{
	return screen->ops->list ? screen->ops->list(screen) : &screen->list;
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

static void
note(struct app *app, bool bad, const char *fmt, va_list args)
{
	struct str text = STR_INIT;

	str_vaddf(&text, fmt, args);
	free(app->note);
	app->note = str_detach(&text);
	app->note_bad = bad;
}

void
app_note(struct app *app, bool bad, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	note(app, bad, fmt, args);
	va_end(args);
}

bool
app_sure(struct app *app, enum after (*action)(struct screen *screen), const char *fmt, ...)
{
	va_list args;

	if (app->asked == action)
		return true;
	app->asking = action;
	va_start(args, fmt);
	note(app, true, fmt, args);
	va_end(args);
	return false;
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

bool
action_may(const struct screen *screen, const struct action *action)
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

/* Appends an action's key, and returns the columns that it takes in the last line; 0: it has no place there now. */
static int
action_columns(const struct screen *screen, const struct action *action, struct str *key)
{
	if (!action->label || !action_may(screen, action) || !shown_key(screen, action))
		return 0;
	term_key_name(shown_key(screen, action), key);
	return (int)(key->len + strlen(action->label)) + 3;
}

/* How to get help, out, and between shell and keys: these have their place however little there is. */
static bool
is_kept(const struct action *action)
{
	return action->key == '?' || action->key == 'q' || action->key == 'i' || action->key == TERM_ESCAPE;
}

static int
kept_columns(const struct screen *screen)
{
	int columns = 0;

	for (const struct action *action = screen->ops->actions; action->help; action++) {
		struct str key = STR_INIT;

		columns += is_kept(action) ? action_columns(screen, action, &key) : 0;
		str_release(&key);
	}
	return columns;
}

/* What can be done now, as many as fit. */
static void
draw_actions(const struct screen *screen, struct cells line)
{
	int x = 0, kept = kept_columns(screen);

	cells_fill(line, 0, STYLE_PLAIN);
	for (const struct action *action = screen->ops->actions; action->help; action++) {
		struct str key = STR_INIT;
		int columns = action_columns(screen, action, &key);

		kept -= is_kept(action) ? columns : 0;
		if (columns && x + columns + kept <= line.width) {
			cells_text(line, 0, x + 1, STYLE_KEY, key.buf);
			cells_text(line, 0, x + 2 + (int)key.len, STYLE_PLAIN, action->label);
			x += columns;
		}
		str_release(&key);
	}
}

static void
draw_too_small(struct cells all)
{
	char *text = xasprintf("svcsim needs %dx%d; this terminal has %dx%d.  Make it larger, or leave with q: --no-tui goes "
		"in any size.", TERM_LEAST_COLUMNS, TERM_LEAST_LINES, all.width, all.height);
	struct wrap rows = VEC_INIT;

	wrap_text(&rows, text, strlen(text), all.width);
	for (size_t i = 0; i < rows.n; i++)
		cells_textn(all, (int)i, 0, STYLE_PLAIN, text + rows.v[i].start, rows.v[i].len);
	wrap_release(&rows);
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

static bool
takes_text(const struct screen *screen)
{
	return screen->ops->types && screen->ops->types(screen);
}

static const struct action *
find_action(const struct screen *screen, int key)
{
	for (const struct action *action = screen->ops->actions; action->help; action++)
		if ((action->key == key || (action->other && action->other == key)) && action_may(screen, action))
			return action;
	return NULL;
}

static enum after
give_key(struct screen *screen, int key)
{
	const struct action *action = takes_text(screen) && is_text(key) ? NULL : find_action(screen, key);

	if (action)
		return action->run(screen);
	if (screen->ops->key)
		return screen->ops->key(screen, key);
	list_key(screen_list(screen), key);
	return AFTER_STAY;
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
	app->asked = app->asking;
	app->asking = NULL;
	if (term_too_small() && (key == 'q' || key == 'C' - '@' || key == TERM_ESCAPE))
		return false;
	if (term_too_small())
		return true;
	if (search_key(app, key))
		return true;
	if (key == TERM_PASTE || key == TERM_PASTED)
		app->pasting = key == TERM_PASTE;
	else if (app->pasting && !takes_text(app->top))
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
