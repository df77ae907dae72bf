/* What somebody may have meant: labels by how many of a selector's fit. */
#include <string.h>

#include "svcsim/distance.h"
#include "doctor/patient.h"

static bool
is_near(const char *a, const char *b)
{
	size_t longer = strlen(a) > strlen(b) ? strlen(a) : strlen(b);

	return str_starts(a, b) || str_starts(b, a) || word_distance(a, b) <= (longer > 5 ? 2 : 1);
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
