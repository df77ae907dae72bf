/* The desk's state, which screen/desk.c changes and screen/desk_draw.c shows. */
#ifndef SCREEN_DESK_H
#define SCREEN_DESK_H

#include "screen/list.h"
#include "screen/screen.h"
#include "screen/scrollback.h"
#include "screen/view.h"
#include "shell/editor.h"

/*
 * What the second pane shows; at 80 columns it lies over the task.  Pages are of the attempt, and the last column is
 * desk_draw.c's function; the other views are the cluster's, of screen/view.h.
 * id, name, title, key, what it shows, function
 */
#define DESK_PAGES(X) \
	X(VIEW_TASK, "task", "Task", '1', "what is to be done", page_task) \
	X(VIEW_CHECKS, "checks", "Checks", '2', "what the last check said", page_checks) \
	X(VIEW_HINTS, "hints", "Hints", '3', "the hints that were asked for", page_hints) \
	X(VIEW_SOLUTION, "solution", "Solution", '4', "after a check: the solution", page_solution)
#define DESK_VIEWS(X) DESK_PAGES(X) VIEW_MODELS(X)
enum view {
#define DESK_VIEW_ENUM(id, name, title, key, help, function) id,
	DESK_VIEWS(DESK_VIEW_ENUM)
#undef DESK_VIEW_ENUM
	VIEW_COUNT
};

#define DESK_WIDE 120	/* columns from which two panes stand side by side */

struct desk {
	struct scrollback scrollback;
	struct sink sink;	/* writes to scrollback */
	struct io io;
	struct editor_host host;
	const struct drill *shown;	/* what is on the desk */
	bool typing;		/* keys go to the shell's line */
	bool exited;		/* the shell was left */
	enum view view;
	size_t first, left;	/* row and column of the view in its upper left corner */
	unsigned trail;		/* serial of the trail on view */
	size_t path, hop;	/* of it */
	bool playing;		/* hops go by by themselves */
	int64_t played;		/* when the last one did, by drill_now */
	struct list answers;	/* rows of questions */
	bool writing;		/* keys go into the marked blank */
};

void desk_draw(const struct screen *screen, struct cells cells);
/* How many rows and columns of the chosen view do not fit its pane. */
struct desk_excess {
	size_t rows, columns;
};
struct desk_excess desk_excess(const struct screen *screen);
/* Shows the task, scrolled so far that the mark is in sight; false: it was. */
bool desk_find_mark(struct screen *screen);

/* desk_view.c: which view is shown, and which part of it. */
void desk_show(struct screen *screen, enum view view);
bool desk_shows_model(const struct screen *screen);
enum after desk_next_page(struct screen *screen);
enum after desk_next_model(struct screen *screen);
#define DESK_SHOW_DECLARED(id, name, title, key, help, function) enum after desk_show_##id(struct screen *screen);
DESK_VIEWS(DESK_SHOW_DECLARED)
#undef DESK_SHOW_DECLARED
/* desk_packet.c: going through the last trace. */
void desk_look_at_trail(struct screen *screen);		/* after each line: there may be a new one */
void desk_play(struct screen *screen);			/* as time passes */
bool desk_has_packet(const struct screen *screen);	/* it is shown, and keys are not text */
bool desk_has_branches(const struct screen *screen);
enum after desk_step_forth(struct screen *screen);
enum after desk_step_back(struct screen *screen);
enum after desk_step_first(struct screen *screen);
enum after desk_step_last(struct screen *screen);
enum after desk_toggle_play(struct screen *screen);
enum after desk_next_branch(struct screen *screen);
enum after desk_scroll_left(struct screen *screen);
enum after desk_scroll_right(struct screen *screen);
enum after desk_scroll_up(struct screen *screen);
enum after desk_scroll_down(struct screen *screen);
/* A line for the desk itself, such as `:view cluster`. */
bool desk_is_word(const char *line);
int desk_run_word(struct screen *screen, const char *line);
void desk_complete_word(const struct screen *screen, const char *line, size_t point,
	void (*fn)(void *to, const char *word), void *to);

#endif
