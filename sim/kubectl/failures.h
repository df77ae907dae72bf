/*
 * What went wrong in one call of kubectl, collected and printed at its end.  kubectl words a refusal in two ways: one
 * refused object alone is listed cause by cause (`The Service "x" is invalid: ..`), several are one line each
 * (`Error from server (Invalid): ..`).
 */
#ifndef KUBECTL_FAILURES_H
#define KUBECTL_FAILURES_H

#include "server/status.h"
#include "svcsim/io.h"
#include "svcsim/vec.h"

struct failure {
	struct status status;	/* reason STATUS_OK: only text counts */
	char *text;		/* the line without its final newline; "error: " stands before one that is alone */
	bool verbatim;		/* but not before this one */
};

struct failures {
	VEC(struct failure) list;
	bool nested;		/* those of a List's items: one line each, also when there is only one */
};
#define FAILURES_INIT { VEC_INIT, false }

void failures_release(struct failures *failures);
void failures_add(struct failures *failures, const char *fmt, ...) PRINTF_LIKE(2, 3);
void failures_add_verbatim(struct failures *failures, const char *text);
/*
 * Takes over what status holds and leaves it empty.  context, e.g. `error when creating "f"`, stands before the
 * message; "" for none.
 */
void failures_add_status(struct failures *failures, struct status *status, const char *context);
/* Takes the last one away: it was made good. */
void failures_drop_last(struct failures *failures);
/* Puts all of from at the end; from is empty then. */
void failures_move(struct failures *failures, struct failures *from);
/* Prints all; the exit status, 0 when there is nothing.  Releases. */
int failures_print(struct failures *failures, struct io *io);

/* "error: ..." on stderr; 1. */
int print_failure(struct io *io, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* As cmdutil.UsageErrorf: with the line that points at `kubectl COMMAND -h`. */
int print_usage_error(struct io *io, const char *command, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Prints "Warning: .." for each and empties the list. */
void print_warnings(struct io *io, struct status *status);

#endif
