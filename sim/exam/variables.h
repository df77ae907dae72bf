/* Variables of a scenario: drawn from the seed, and filled in for ${name} wherever a text stands. */
#ifndef EXAM_VARIABLES_H
#define EXAM_VARIABLES_H

#include <stdint.h>

#include "api/value.h"
#include "svcsim/err.h"

/* Every ${name} below root is one of variables (a map, NULL for none), and those are well made. */
MUST_CHECK int variables_check(
	const char *file, const struct value *variables, const struct value *root, struct err *err);
/*
 * One value for each, in a map: the same seed draws the same, whatever other variables there are; but one that differs from
 * others (which stand before it) is drawn again until it does.
 */
struct value *variables_draw(const struct value *variables, uint64_t seed, struct arena *arena);
/*
 * A copy of root with the texts filled in, keys too.  In what is expected of objects, a text that is nothing but one
 * variable becomes the variable's value, so that a number stays one.  $${name} stands for ${name} itself.
 */
struct value *variables_fill(const struct value *root, const struct value *drawn, struct arena *arena);

#endif
