/*
 * Two texts compared line by line, as diff(1) does: the shortest way from one to the other, its runs of changed lines
 * moved as far down as they go.
 */
#ifndef BASE_LINEDIFF_H
#define BASE_LINEDIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "svcsim/str.h"

struct linediff_side {
	const char **lines;	/* in the text given; lines[n] is its end */
	bool *changed;
	size_t n;
	bool open;		/* the last line has no newline */
};

struct linediff {
	struct linediff_side old, new;
};

/* The texts must live as long as diff does. */
void linediff_init(struct linediff *diff, const char *old, size_t old_len, const char *new, size_t new_len);
void linediff_release(struct linediff *diff);
bool linediff_same(const struct linediff *diff);

/* The next change at or behind (*i, *j): old lines i .. *i_end, new lines j .. *j_end; false when there is none. */
bool linediff_next(const struct linediff *diff, size_t *i, size_t *i_end, size_t *j, size_t *j_end);
/* A line with its newline. */
void linediff_line(const struct linediff_side *side, size_t i, struct str *out);
/* Hunks of diff -u, three lines of context, without the two lines of file names. */
void linediff_unified(const struct linediff *diff, struct str *out);

#endif
