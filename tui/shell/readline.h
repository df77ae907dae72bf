/* Readline set up for a host: what the terminal and the pane share. */
#ifndef SHELL_READLINE_H
#define SHELL_READLINE_H

#include "shell/editor.h"

/* A line that goes on while the shell wants more. */
struct editor_pending {
	struct str text;	/* the lines so far, each ended by a newline */
	int status;		/* of the last line that was run */
};

void editor_readline_open(const struct editor_host *host);
void editor_readline_close(void);
/* One more line; runs what is complete.  NULL: the end of input, which runs what there is. */
void editor_take(const struct editor_host *host, struct editor_pending *pending, const char *line);
/* The same for a line that a person typed: !! and its like stand for what earlier lines had, which say shows. */
void editor_take_typed(const struct editor_host *host, struct editor_pending *pending, const char *line,
	void (*say)(void *arg, const char *text), void *arg);
/* The prompt for the next line. */
char *editor_next_prompt(const struct editor_host *host, const struct editor_pending *pending);

/* Lines of earlier sessions, from $XDG_STATE_HOME/svcsim/history or ~/.local/state/svcsim/history. */
void editor_history_open(void);
void editor_history_add(const char *line);
void editor_history_close(void);

#endif
