/*
 * Values seen through their schema as the server's merge sees them: which fields a value sets, what differs between
 * two, an applied configuration merged into a live object, fields taken away.  Lists whose elements have keys are merged
 * element by element; lists and maps that the schema calls atomic are one piece.
 */
#ifndef API_MERGE_H
#define API_MERGE_H

#include "api/fieldset.h"
#include "svcsim/err.h"

struct merge_difference {
	struct fieldset *added, *modified, *removed;
};

/* The fields that the value sets. */
struct fieldset *merge_fields(const char *type, const struct value *value, struct arena *arena);
void merge_compare(const char *type, const struct value *old, const struct value *new, struct arena *arena,
	struct merge_difference *difference);
/* The live value with what the configuration says of it.  Shares what neither changes. */
struct value *merge_values(const char *type, const struct value *live, const struct value *applied,
	struct arena *arena);
/* The value without the fields of the set; shares the rest. */
struct value *merge_remove(const char *type, const struct value *value, const struct fieldset *set,
	struct arena *arena);
/* The set, with the named fields (not a map's keys, not a list's elements) that lead to its own. */
struct fieldset *merge_named(const char *type, const struct fieldset *set, struct arena *arena);
/* Is it a value of the type?  -1: err says which field is not, in the server's words. */
MUST_CHECK int merge_check(const char *type, const struct value *value, struct err *err);

#endif
