/*
 * Screens: each a table of operations with its own state, on a stack.  The screen on top draws and gets the keys; a
 * screen computes nothing about Kubernetes.  What may be done now stands in its table of actions, from which come the
 * last line, the help overlay and its search.
 */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include "screen/exam.h"
#include "screen/list.h"
#include "term/term.h"

enum after { AFTER_STAY, AFTER_BACK, AFTER_QUIT };

struct screen;

struct action {
	int key, other;		/* other 0: none */
	const char *label;	/* in the last line; NULL: only in the help */
	const char *help;
	bool (*may)(const struct screen *screen);	/* NULL: always */
	enum after (*run)(struct screen *screen);
};

struct screen_ops {
	const char *name;
	size_t state_size;	/* zeroed before open; 0: none */
	const struct action *actions;	/* ended by help NULL */
	int (*open)(struct screen *screen, struct err *err);
	void (*draw)(const struct screen *screen, struct cells cells);	/* all but the last line */
	/* A key that no action has; NULL: it moves the list's mark. */
	enum after (*key)(struct screen *screen, int key);
	/* The text of a row of the list, appended: / searches there.  NULL: there is nothing to search. */
	void (*row)(const struct screen *screen, size_t i, struct str *out);
	struct list *(*list)(struct screen *screen);	/* the list that has the keys; NULL: the screen's own */
	void (*moved)(struct screen *screen);	/* the search has moved the mark; NULL: nothing to do */
	/* Whether typed characters go to key() before any action is looked for; NULL: never. */
	bool (*types)(const struct screen *screen);
	void (*again)(struct screen *screen);	/* the one above was left; NULL: nothing to do */
	void (*tick)(struct screen *screen);	/* the clock went on; NULL: nothing to do */
	void (*close)(struct screen *screen);	/* NULL: nothing to do */
};

struct app {
	struct library *library;
	struct drill *drill;		/* the scenario on the desk: practice, or a question of exam */
	struct drill *practice;
	struct exam *exam;		/* n 0: none */
	struct review *review;		/* what is due, as of when it was asked for last */
	struct screen *top;
	struct str search;		/* what / looks for in lists */
	bool searching;			/* keys go there */
	enum after (*asking)(struct screen *screen), (*asked)(struct screen *screen);	/* app_sure: by the last key */
	bool pasting;			/* keys come from a paste: they are text, and nothing else */
	char *note;			/* one line for the person, until the next key; NULL */
	bool note_bad;
};

struct screen {
	const struct screen_ops *ops;
	struct app *app;
	struct screen *under;
	struct list list;	/* most have one; open fills it */
	void *state;
};

extern const struct screen_ops screen_start, screen_packs, screen_exams, screen_desk, screen_questions, screen_result,
	screen_progress, screen_help;

/* Puts a screen on top.  On failure the note says why and the screens stay as they were. */
void screen_push(struct app *app, const struct screen_ops *ops);
/* Takes the desk and what lies on it away, and puts another screen there.  The caller's own screen may be gone then. */
void screen_replace_desk(struct app *app, const struct screen_ops *ops);
/* The exam's question on the desk. */
bool screen_is_sitting(const struct screen *screen);	/* an exam, which is not over */
bool screen_go(struct app *app, size_t at);		/* to a question; false: the note says why not */
void screen_finish_exam(struct app *app);		/* judges it and shows the result in the desk's place */
bool action_may(const struct screen *screen, const struct action *action);	/* it may be run now */
/* Runs of actions that most screens have. */
enum after action_help(struct screen *screen);
enum after action_back(struct screen *screen);
enum after action_search(struct screen *screen);	/* a row of the help: / is taken before */
enum after action_leave(struct screen *screen);
#define ACTION_HELP { '?', TERM_F1, "help", "This help", NULL, action_help }
#define ACTION_LEAVE { TERM_F10, 'C' - '@', NULL, "Leave svcsim", NULL, action_leave }
#define ACTION_SEARCH { '/', 0, NULL, "Search the list; n goes to the next", NULL, action_search }
#define ACTIONS_END { 0, 0, NULL, NULL, NULL, NULL }

struct list *screen_list(struct screen *screen);	/* that has the keys */

void app_note(struct app *app, bool bad, const char *fmt, ...) PRINTF_LIKE(3, 4);
void app_note_err(struct app *app, struct err *err);	/* releases err */
/* What an action would do is asked with this note; true when it was, by the key just before. */
bool app_sure(struct app *app, enum after (*action)(struct screen *screen), const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Runs until the last screen is left; the terminal is open.  first is opened at once. */
MUST_CHECK int app_run(struct app *app, const struct screen_ops *first, struct err *err);

/* The parts of app_run, for tests. */
MUST_CHECK int app_open(struct app *app, const struct screen_ops *first, struct err *err);
void app_tick(struct app *app);			/* the clocks go on */
void app_draw(struct app *app);
bool app_key(struct app *app, int key);		/* false: it is over */
void app_close(struct app *app);

#endif
