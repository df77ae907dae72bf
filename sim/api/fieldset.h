/*
 * Sets of fields, as metadata.managedFields says who set what: a tree whose branches are spelled as FieldsV1 spells
 * them, "f:NAME" a field, "k:{..}" the list element with these keys, "v:.." the element of a set, "i:N" the Nth.  A set
 * is made by whoever builds it and not changed afterwards; it is in one arena, or in those of what it was made of.
 */
#ifndef API_FIELDSET_H
#define API_FIELDSET_H

#include <stdbool.h>
#include <stddef.h>

#include "api/value.h"
#include "svcsim/err.h"
#include "svcsim/str.h"

struct fieldset;
struct fieldset_element {
	const char *text;
	const struct value *key;	/* what stands after "k:" or "v:"; else NULL */
	bool member;			/* the field itself is in the set */
	struct fieldset *below;		/* what is in the set of the field's own fields; NULL for nothing */
};

struct fieldset {	/* no elements: the empty set */
	struct fieldset_element *v;	/* sorted */
	size_t n, cap;
};

struct fieldset *fieldset_new(struct arena *arena);
/* Adds the field that path[0 .. n-1] leads to, not those above it.  Of the elements text and key count. */
void fieldset_add(struct arena *arena, struct fieldset *set, const struct fieldset_element *path, size_t n);
/* Adds the fields that text names, parted by blanks, each with dots between its names: "status metadata.uid". */
void fieldset_add_names(struct arena *arena, struct fieldset *set, const char *text);

struct fieldset *fieldset_union(struct arena *arena, const struct fieldset *a, const struct fieldset *b);
struct fieldset *fieldset_intersection(struct arena *arena, const struct fieldset *a, const struct fieldset *b);
struct fieldset *fieldset_difference(struct arena *arena, const struct fieldset *a, const struct fieldset *b);
/* The difference, and what is below the fields of b goes too. */
struct fieldset *fieldset_without(struct arena *arena, const struct fieldset *a, const struct fieldset *b);

bool fieldset_equal(const struct fieldset *a, const struct fieldset *b);
/* The element of that spelling; NULL when neither it nor anything below is in the set. */
const struct fieldset_element *fieldset_find(const struct fieldset *set, const struct fieldset_element *like);

/* FieldsV1, as JSON text and as the tree that clients see.  Reading -1: it is none. */
void fieldset_write(const struct fieldset *set, struct str *out);
MUST_CHECK int fieldset_read(const char *text, struct arena *arena, struct fieldset **out);
MUST_CHECK int fieldset_from_value(const struct value *value, struct arena *arena, struct fieldset **out);

/* Each field as errors name it: ".spec.ports[port=80,protocol=\"TCP\"].targetPort"; those above before those below. */
void fieldset_each(const struct fieldset *set, void (*fn)(void *arg, const char *path), void *arg);
/* Writes one element as errors name it. */
void fieldset_path_add(const struct fieldset_element *element, struct str *out);

#endif
