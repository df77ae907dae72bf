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
	const char *field; /* NULL: an index of the list outer; may hold dots; "[key]" stands without a dot */
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
void place_invalid_int(struct status *status, const struct place *place, const char *field, int64_t number,
	const char *detail); /* for a number that may be absent and then counts as 0 */
/* The same for map.field, which shows as an empty text when it is absent. */
void place_invalid_member(struct status *status, const struct place *place, const struct value *map, const char *field,
	const char *detail);
void place_invalid_text(
	struct status *status, const struct place *place, const char *field, const char *shown, const char *detail);
void place_duplicate(struct status *status, const struct place *place, const char *field, const char *shown);
void place_not_found(struct status *status, const struct place *place, const char *field, const struct value *value);
void place_unsupported(struct status *status, const struct place *place, const char *field, const char *shown,
	const char *const *words);
void place_too_long(struct status *status, const struct place *place, const char *field, int max);
void place_too_many(struct status *status, const struct place *place, const char *field, size_t actual, int max);

/* map.field at place.field */
bool place_has_text(const struct value *map, const char *field); /* neither absent nor empty */
void place_word(struct status *status, const struct place *place, const struct value *map, const char *field,
	const char *const *words, bool required);
/* map.field is one of words, or it is unsupported, the absent and the empty text too. */
void place_one_of(struct status *status, const struct place *place, const struct value *map, const char *field,
	const char *const *words);
void place_check(struct status *status, const struct place *place, const struct value *map, const char *field,
	int (*check)(const char *, struct str *)); /* nothing when the text is absent */
/* The same for a text that may be absent and then counts as empty. */
void place_check_text(struct status *status, const struct place *place, const char *field, const char *text,
	int (*check)(const char *, struct str *));
/* All that a check says of map.field in one error, at place.said. */
void place_check_joined(struct status *status, const struct place *place, const char *said, const struct value *map,
	const char *field, int (*check)(const char *, struct str *));
void place_not_negative(struct status *status, const struct place *place, const struct value *map, const char *field);
/* A number of map.field, when it is there, is from low to high. */
void place_range(struct status *status, const struct place *place, const struct value *map, const char *field,
	int64_t low, int64_t high);
/* A label selector, which may be absent. */
void place_selector(struct status *status, const struct place *place, const struct value *map, const char *field);
/* A port from 1 to 65535, or with names a port's name; absent counts as 0. */
void place_port(
	struct status *status, const struct place *place, const struct value *map, const char *field, bool names);

#endif
