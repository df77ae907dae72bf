/* Running trees: what shell.c, expand.c and the commands that run commands share. */
#ifndef HOST_RUN_H
#define HOST_RUN_H

#include "host/parse.h"
#include "host/shell.h"
#include "host/vfs.h"

/* Where a command's three streams go. */
struct streams {
	struct vfs_input *in;	/* NULL: nothing */
	struct sink *out, *err;
	struct io *outer;	/* whose standard input is read when in is NULL; NULL: nobody's */
};

int run_tree(struct shell *shell, const struct tree *tree, const struct streams *streams);
/* As run_tree; what it changes in variables and directory ends with it. */
int run_subshell(struct shell *shell, const struct tree *tree, const struct streams *streams);
/* $( ): its output without the final newlines; $? is its status. */
void run_captured(struct shell *shell, const struct tree *tree, const struct streams *streams, struct str *out);

/* <( ): its output becomes a file, whose path goes to out; run_processes_end takes those beyond the first n away. */
bool run_process(struct shell *shell, const struct tree *tree, const struct streams *streams, struct str *out);
void run_processes_end(struct shell *shell, unsigned n);

int run_text(struct shell *shell, const char *text, const struct streams *streams);

/* The io that a command gets: virtual files, and the terminal's columns and colours where out is the terminal. */
struct io streams_io(struct shell *shell, const struct streams *streams, struct vfs_state *state);

/* Where a command's io goes. */
struct streams streams_of(const struct io *io);

/* The shell has left the container ("NS/NAME") whose main process it was (cmd_kubectl.c); kubectl's exit status. */
int shell_end_session(struct shell *shell, struct io *io, const struct kubectl_session *session, const char *pod,
	const char *container, int status);

/* A map of texts, and what it holds. */
void texts_release(struct map *map);

/* "bash: ..." on the error stream; returns status. */
int shell_error(const struct streams *streams, int status, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* A sink into a str that stops at SHELL_BUFFER_MAX. */
struct sink_bounded {
	struct sink sink;
	struct str *str;
	bool full;
};
void sink_bounded_init(struct sink_bounded *bounded, struct str *str);

#endif
