/*
 * Standard output and standard error as sinks.  Text is held until stream_flush, so that what a command says is not
 * said before it is true (a database that can't be written), and no reader of a pipe is waited for under a lock.
 */
#ifndef CLI_STREAM_H
#define CLI_STREAM_H

#include "svcsim/io.h"

struct stream {
	struct sink sink;
	int fd;			/* -1: it was closed when the program started */
	bool terminal;		/* control characters are made visible */
	bool failed;		/* nothing more is tried */
	int error;		/* errno of the first failed write */
	struct stream *first;	/* flushed before this one, and takes its text when both are terminals; NULL */
	struct str held;
};

void stream_init(struct stream *stream, int fd, struct stream *first);
void stream_release(struct stream *stream);
void stream_flush(struct stream *stream);
/* Empties the terminal, if it is one. */
void stream_clear(struct stream *stream);
/* What was not flushed yet is forgotten. */
void stream_drop(struct stream *stream);

#endif
