/* What strategic merging (patch_strategic.c) and its differences (patch_three_way.c) share. */
#ifndef API_PATCH_INTERNAL_H
#define API_PATCH_INTERNAL_H

#include "api/patch.h"
#include "svcsim/str.h"

#define PATCH_DIRECTIVE "$patch"
#define PATCH_RETAIN_KEYS "$retainKeys"
#define PATCH_DELETE_FROM "$deleteFromPrimitiveList/"
#define PATCH_SET_ORDER "$setElementOrder/"

/* How a field is patched, by its row of the schema. */
struct patch_meta {
	const char *type; /* of the field, or of an element of its list; NULL when the schema does not know it */
	bool merge, replace, retain_keys;
	const char *key; /* the merge key; "" */
};
struct patch_meta patch_meta_of(const char *type, const char *name, struct arena *arena);

struct patcher {
	struct arena *arena;
	struct err *err;
	bool apply; /* a patch is applied to an object; else two patches become one: directives and nulls stay */
};
/* Merges patch into original; both may be changed.  NULL and err on failure. */
struct value *patch_merge_map(
	const struct patcher *patcher, const char *type, struct value *original, struct value *patch);

/* Lists.  key "" compares whole elements. */
bool patch_has_directive(const struct value *element, const char *directive);
int patch_index(const struct value *list, const struct value *element, const char *key); /* -1: not there */
int patch_no_key(const struct patcher *patcher, const struct value *element, const char *key); /* -1, with the error */
/* toSort in the order of order, elements to delete at the end (normalizeSliceOrder). */
struct value *patch_sort(
	const struct patcher *patcher, const struct value *list, const struct value *order, const char *key);
void patch_go_text(const struct value *value, struct str *out); /* as Go's %v prints it */

#endif
