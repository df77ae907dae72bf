/*
 * Where a field stands, as a chain on the stack: its text is only made when something is wrong with the field.
 *
 *	const struct place ports = { path, "ports", 0 }, port = { &ports, NULL, i };
 *	place_required(status, &port, NULL);			spec.containers[0].ports[2]: Required value
 */
#ifndef SERVER_PLACE_H
#define SERVER_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "api/value.h"
#include "server/status.h"

struct place {
	const struct place *outer; /* NULL: this is the first */
	const char *field; /* NULL: an index of the list outer; may hold dots */
	size_t index;
};

char *place_text(const struct place *place); /* owned by the caller */
/* Text of the place with one more field, for functions that take a path; owned by the caller. */
char *place_text_of(const struct place *place, const char *field);

/* status_* at a place, or at its member field where that is not NULL. */
void place_required(struct status *status, const struct place *place, const char *field, const char *detail);
void place_forbidden(struct status *status, const struct place *place, const char *field, const char *detail);
void place_invalid(struct status *status, const struct place *place, const char *field, const struct value *value,
	const char *detail);
void place_invalid_text(
	struct status *status, const struct place *place, const char *field, const char *shown, const char *detail);
void place_duplicate(struct status *status, const struct place *place, const char *field, const char *shown);
void place_not_found(struct status *status, const struct place *place, const char *field, const struct value *value);

/* map.field at place.field */
bool place_has_text(const struct value *map, const char *field); /* neither absent nor empty */
void place_word(struct status *status, const struct place *place, const struct value *map, const char *field,
	const char *const *words, bool required);
void place_check(struct status *status, const struct place *place, const struct value *map, const char *field,
	int (*check)(const char *, struct str *)); /* nothing when the text is absent */
void place_not_negative(struct status *status, const struct place *place, const struct value *map, const char *field);
/* A port from 1 to 65535, or with names a port's name; absent counts as 0. */
void place_port(
	struct status *status, const struct place *place, const struct value *map, const char *field, bool names);

#endif
