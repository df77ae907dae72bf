/* The lines of files or of the standard input, for sort, uniq, cut and their like. */
#ifndef HOST_LINES_H
#define HOST_LINES_H

#include "host/options.h"

struct line {
	const char *text;
	size_t len;
};
struct lines {
	struct str text;
	VEC(struct line) v;
};

/*
 * Of the options' words from first_word on, or of the standard input, each up to end; false: one could not be read, and
 * that is said.  lines_release is due either way.
 */
bool lines_read(struct lines *lines, struct io *io, const struct options *options, size_t first_word, char end);
void lines_release(struct lines *lines);
int line_compare(const struct line *a, const struct line *b);	/* by bytes */
int line_compare_folded(const struct line *a, const struct line *b);	/* the same without regard to case */

#endif
