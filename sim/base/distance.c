#include "svcsim/distance.h"

#include <string.h>

#define WORD_MAX 64	/* longer words are compared up to here: a label's value has at most 63 letters */

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Rows of the table of distances; a swap of two neighbours is one change, too. */
size_t
word_distance(const char *a, const char *b)
{
	size_t na = least(strlen(a), WORD_MAX), nb = least(strlen(b), WORD_MAX);
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t j = 0; j <= nb; j++)
		last[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t *next = before;

		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			row[j] = least(last[j] + 1, least(row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = next;
	}
	return last[nb];
}
