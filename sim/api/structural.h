/*
 * Custom resources: what a CustomResourceDefinition's structural schema adds to the tables of api/schema.h.  Nothing of
 * Go's structs is behind them, so a value keeps its type until it is validated, unknown fields are pruned, and the
 * defaults are the schema's.
 */
#ifndef API_STRUCTURAL_H
#define API_STRUCTURAL_H

#include "api/schema.h"

#define STRUCTURAL_ANY (-1)

/* A row of schema/limits.def. */
struct structural_limit {
	const char *owner, *field;
	const char *pattern;	/* NULL: any */
	int64_t least, most;	/* STRUCTURAL_ANY */
	const char *values;	/* a comma list; NULL: any */
};

/* field "x[]" is each element of x; NULL when nothing is asked of it. */
const struct structural_limit *structural_limit(const char *owner, const char *field);

/*
 * Reads value as schema_decode does, as far as a custom resource is read: metadata is decoded, the rest keeps the types it
 * has, without the fields that the schema doesn't know (each told in *unknown; unknown NULL: they stay) and without nulls.
 */
MUST_CHECK int structural_decode(const char *type, const struct value *value, struct arena *arena, struct value **out,
	schema_findings *unknown, struct err *err);

/* Whether value has no field that the schema doesn't know. */
bool structural_knows(const char *type, const struct value *value);

/* Puts in what the schema says of fields that are not there, on all levels. */
void structural_default(const char *type, struct arena *arena, struct value *value);

/* Sets map.name to the published default of the field, when it has one and map has no such member. */
void structural_add_default(struct arena *arena, const struct schema_field *field, struct value *map, const char *name);

#endif
