/* Where the streams of one command go: > >> < << <<< 2>&1 &>. */
#ifndef HOST_REDIRECT_H
#define HOST_REDIRECT_H

#include "host/run.h"

struct output;

struct redirection {
	struct streams streams;
	struct vfs_input input;
	struct str input_text;
	struct output *outputs;
};

/* 0, or the status with which the command fails before it runs.  redirection_close is due either way. */
int redirection_open(struct shell *shell, struct redirection *r, const struct redirect *redirects,
	const struct streams *streams);
/* Writes the files; the status, unless one of them could not be written. */
int redirection_close(struct shell *shell, struct redirection *r, const struct streams *streams, int status);

#endif
