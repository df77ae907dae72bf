/*
 * The type of a plain YAML scalar, as go-yaml v2 (what kubectl reads and writes with) resolves it.  The reader asks
 * what a word means, the writer whether a text would be mistaken for something else when it is not quoted.
 */
#ifndef API_SCALAR_H
#define API_SCALAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/value.h"
#include "svcsim/str.h"

struct scalar {
	enum value_type type;	/* VALUE_STRING: none of the others */
	bool boolean;
	int64_t integer;
	double number;	/* also integers beyond int64_t */
};

struct scalar scalar_resolve(const char *text, size_t len);
/* Whether the writer must quote the text for its meaning: it resolves to something else, is a date or a base-60 number. */
bool scalar_needs_quotes(const char *text, size_t len);
/* As strconv.FormatFloat(number, 'g', -1, 64) writes it: 1e+06, 0.5; .inf, -.inf, .nan. */
void scalar_add_float(struct str *str, double number);

#endif
