/* What somebody may have meant: words by the letters between them (Damerau and Levenshtein), labels by how many of a selector's fit. */
#include <string.h>

#include "doctor/patient.h"

#define WORD_MAX 64	/* longer words are compared up to here: a label's value has at most 63 letters */

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Rows of the table of distances; a swap of two neighbours is one change, too. */
size_t
nearest_distance(const char *a, const char *b)
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

static bool
is_near(const char *a, const char *b)
{
	size_t longer = strlen(a) > strlen(b) ? strlen(a) : strlen(b);

	return str_starts(a, b) || str_starts(b, a) || nearest_distance(a, b) <= (longer > 5 ? 2 : 1);
}

/* One pair of a selector: 4 it is there, 3 nearly, 2 the value stands under another key, 1 the key has another value. */
static int
pair_fit(const char *key, const char *value, const struct value *labels)
{
	const char *there = value_get_text(labels, key);
	int best = 0;

	if (there)
		return strcmp(there, value) == 0 ? 4 : is_near(there, value) ? 3 : 1;
	for (size_t i = 0; i < value_count(labels) && best < 3; i++) {
		const char *text = value_text(labels->map.v[i].value);
		bool same = text && strcmp(text, value) == 0;

		if (same && is_near(labels->map.v[i].key, key))
			best = 3;
		else if (same || (text && is_near(text, value) && ascii_casecmp(labels->map.v[i].key, key) == 0))
			best = 2;
	}
	return best;
}

int
nearest_fit(const struct value *selector, const struct value *labels)
{
	int fit = 0;

	for (size_t i = 0; i < value_count(selector); i++) {
		const char *value = value_text(selector->map.v[i].value);

		fit += pair_fit(selector->map.v[i].key, value ? value : "", labels);
	}
	return fit;
}
