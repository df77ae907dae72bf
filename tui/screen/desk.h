/* The desk's state, which screen/desk.c changes and screen/desk_draw.c shows. */
#ifndef SCREEN_DESK_H
#define SCREEN_DESK_H

#include "screen/list.h"
#include "screen/screen.h"
#include "screen/scrollback.h"
#include "shell/editor.h"

/* What the second pane shows; at 80 columns it lies over the task.  The last column is desk_draw.c's function. */
#define DESK_VIEWS(X) \
	X(VIEW_TASK, "Task", page_task) \
	X(VIEW_CHECKS, "Checks", page_checks) \
	X(VIEW_HINTS, "Hints", page_hints) \
	X(VIEW_SOLUTION, "Solution", page_solution)
enum view {
#define DESK_VIEW_ENUM(id, title, page) id,
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
	bool reset_asked, leave_asked;
	enum view view;
	size_t first;		/* row of the view at its top */
	struct list answers;	/* rows of questions */
	bool writing;		/* keys go into the marked blank */
};

void desk_draw(const struct screen *screen, struct cells cells);

#endif
