/* Readline set up for a host: what the terminal and the pane share. */
#ifndef SHELL_READLINE_H
#define SHELL_READLINE_H

#include "shell/shell.h"

/* A line that goes on while the shell wants more. */
struct shell_pending {
	struct str text;	/* the lines so far, each ended by a newline */
	int status;		/* of the last line that was run */
};

void shell_readline_open(const struct shell_host *host);
void shell_readline_close(void);
/* One more line; runs what is complete.  NULL: the end of input, which runs what there is. */
void shell_take(const struct shell_host *host, struct shell_pending *pending, const char *line);
/* The prompt for the next line. */
char *shell_next_prompt(const struct shell_host *host, const struct shell_pending *pending);

/* Lines of earlier sessions, from $XDG_STATE_HOME/svcsim/history or ~/.local/state/svcsim/history. */
void shell_history_open(void);
void shell_history_add(const char *line);
void shell_history_close(void);

#endif
