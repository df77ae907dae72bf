/*
 * Typing lines into a sim's shell: on the terminal with readline, from a pipe line by line, and in a pane that
 * somebody else draws.  Only one of them is in use at a time, since readline is one to a process.
 */
#ifndef SHELL_EDITOR_H
#define SHELL_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "svcsim/io.h"
#include "svcsim/str.h"

/* Whom the lines are for. */
struct editor_host {
	void *arg;
	/* One line, which may hold newlines; its exit status. */
	int (*run)(void *arg, const char *line);
	char *(*prompt)(void *arg);		/* owned by the caller */
	void (*complete)(void *arg, const char *line, size_t point, void (*fn)(void *to, const char *word), void *to);
	bool (*wants_more)(const char *line);
	bool (*over)(void *arg);		/* asked after each line: no more are read */
};

/* Both return the exit status of the last line, 0 without one. */
int editor_terminal(const struct editor_host *host);
int editor_script(const struct editor_host *host, FILE *lines);

/* Was Ctrl-C typed on the terminal since the line that runs began? */
bool editor_interrupted(void);

/*
 * What is typed on the terminal while a line runs: one line with its newline (IO_NOT_FOUND: the end of input), or all up to
 * Ctrl-D.  Ctrl-C ends it and leaves nothing.
 */
enum io_result editor_read(bool line, struct str *out);

/* ---- in a pane (shell/pane.c) ---- */

/* say: prints text above the line being typed, such as the choices of a completion. */
void editor_pane_open(const struct editor_host *host, void (*say)(void *arg, const char *text));
void editor_pane_close(void);
/* Bytes as a terminal would send them.  Lines that they end are run before this returns. */
void editor_pane_type(const char *bytes, size_t len);
/* The line as it stands: prompt and text appended to *out; returns where the cursor is, in bytes from its start. */
size_t editor_pane_line(struct str *out);
/* The prompt is asked for again: the host changed, the line typed so far is forgotten. */
void editor_pane_restart(void);

#endif
