/*
 * Errors are values.  A function that can fail takes a struct err *, returns -1 after err_set(), and leaves whatever
 * it was asked to change as it was; only the edge (tui/cli, the shell) prints.  A text says what is wrong and what
 * would be right; the place, where there is one, is in file, line and column and is not repeated in the text.
 */
#ifndef SVCSIM_ERR_H
#define SVCSIM_ERR_H

#include <stdarg.h>

#include "svcsim/mem.h"

/* kind, exit status of the process */
#define ERR_KINDS(X) \
	X(ERR_NONE, 0) \
	X(ERR_FAILED, 1) /* understood, and the answer is no */ \
	X(ERR_USAGE, 2)  /* wrong words on the command line */ \
	X(ERR_INPUT, 3)  /* a file, a manifest or a database that can't be used */
enum err_kind {
#define ERR_KIND_ENUM(id, status) id,
	ERR_KINDS(ERR_KIND_ENUM)
#undef ERR_KIND_ENUM
};

struct err {
	enum err_kind kind;
	char *text;		/* owned; NULL while kind is ERR_NONE */
	char *file;		/* owned; NULL without a place */
	unsigned line, column;	/* from 1; 0 when unknown */
};
#define ERR_INIT { ERR_NONE, NULL, NULL, 0, 0 }

/* Both replace what the err held, and return -1. */
int err_set(struct err *err, enum err_kind kind, const char *fmt, ...) PRINTF_LIKE(3, 4);
int err_at(struct err *err, const char *file, unsigned line, unsigned column, const char *fmt, ...)
	PRINTF_LIKE(5, 6); /* always ERR_INPUT */

void err_release(struct err *err);
int err_status(const struct err *err);		/* the exit status */

struct str;
void err_print(const struct err *err, struct str *out);	/* "file:line:column: text\n", without what is unknown */

#endif
