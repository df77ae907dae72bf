/* Go's structs as messages show them, and their texts. */
#ifndef SERVER_GOTYPES_H
#define SERVER_GOTYPES_H

#include <stddef.h>

#include "api/value.h"

/*
 * type as Go spells it: "string", "*int64", "[]core.Volume", "map[string]string"; one that has no fields of its own and
 * is none of Go's is a text with a name.
 */
struct go_field {
	const char *owner, *name, *json, *type; /* json NULL: embedded, the members are in the owner's own map */
};

const struct go_field *go_fields(const char *type, size_t *n); /* in Go's order, one after the other; NULL: no struct */

/* The tree of a pod's spec as the internal type has it: the host's namespaces are in the security context. */
struct value *go_pod_spec(struct arena *arena, const struct value *spec);

/* server/gotext.c: a value of the type as %#v shows it; owned by the caller. */
char *go_text(const char *type, const struct value *value);

/* The parts of a resource.Quantity. */
struct go_quantity {
	long long value;
	int scale;
	const char *format;
};
struct go_quantity go_quantity(const char *text);

/* server/gospew.c: a value as the controllers hash it, core's types as v1's; owned by the caller. */
char *go_spew(const char *type, const struct value *value);

/* server/godiff.c: what go-cmp's Diff says of two values of a struct type; owned by the caller. */
char *go_diff(const char *type, const struct value *old, const struct value *new);

#endif
