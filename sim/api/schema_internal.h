/* What schema_decode.c and the readers of scalars (schema_scalar.c) share. */
#ifndef API_SCHEMA_INTERNAL_H
#define API_SCHEMA_INTERNAL_H

#include "api/schema.h"
#include "svcsim/str.h"

struct decoder {
	struct arena *arena;
	schema_findings *unknown;
	struct err *err;
	bool failed; /* err holds the first wrong type; decoding goes on, as Go's does */
	const char *owner; /* the struct whose field is being read; NULL at the top */
	struct str path; /* "spec.ports[0].port": for findings */
	struct str fields; /* "spec.ports.port": for errors */
};

/* Where a value stands: the field, and how many levels of list or map below it. */
struct slot {
	const char *type;
	const struct schema_field *field; /* NULL at the top */
	unsigned nested;
};

/* "json: cannot unmarshal WHAT into Go struct field .. of type .."; go NULL: the slot's type. */
void decode_mismatch(
	struct decoder *decoder, const struct slot *slot, const struct value *value, const char *what, const char *go);
/* A mistake that ends the decoding at once, as an UnmarshalJSON method's does; -1. */
int decode_abort(struct decoder *decoder, const struct value *value, const char *fmt, ...) PRINTF_LIKE(3, 4);

struct schema_scalar {
	const char *type, *go;
	int (*read)(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out);
	struct value *(*zero)(struct arena *arena);
	bool (*is_zero)(const struct value *value);
};
const struct schema_scalar *schema_scalar_of(const char *type); /* NULL for lists, maps and structs */

#endif
