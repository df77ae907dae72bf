/*
 * A tree of values: what YAML, JSON and every object are made of.  A value lives in the arena it was made in, is
 * changed only by who is building it, and never again once it is part of a stored object.  Lines and columns are those
 * of the text it was read from (0: made by the program).
 */
#ifndef API_VALUE_H
#define API_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum value_type {
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_INT,
	VALUE_FLOAT,	/* never a whole number that an int64_t holds: the readers make that a VALUE_INT */
	VALUE_STRING,
	VALUE_LIST,
	VALUE_MAP,
};

struct value;
struct value_entry {
	const char *key;
	struct value *value;
	uint32_t line, column;	/* of the key */
};

struct value {
	enum value_type type;
	uint32_t line, column;
	union {
		bool boolean;
		int64_t integer;
		struct {
			double number;
			const char *spelling;	/* as written; NULL when made by the program */
		} real;
		struct {
			const char *text;	/* NUL-terminated, may hold no NUL */
			size_t len;
		} string;
		struct {
			struct value **v;
			size_t n, cap;
		} list;
		struct {
			struct value_entry *v;	/* in the order written */
			size_t n, cap;
		} map;
	};
};

struct value *value_null(struct arena *arena);
struct value *value_bool(struct arena *arena, bool boolean);
struct value *value_int(struct arena *arena, int64_t integer);
struct value *value_float(struct arena *arena, double number);
struct value *value_string(struct arena *arena, const char *text);	/* copied */
struct value *value_stringf(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct value *value_list(struct arena *arena);
struct value *value_map(struct arena *arena);
struct value *value_copy(struct arena *arena, const struct value *value);	/* deep; strings too */
bool value_equal(const struct value *a, const struct value *b);	/* deep; maps without regard to order */

/* As Go's encoding/json names what it found: "null", "bool", "number", "string", "array", "object". */
const char *value_json_kind(const struct value *value);

/* Reading.  All take NULL and the wrong type, and answer NULL, 0, false or the given default. */
struct value *value_get(const struct value *map, const char *key);
struct value *value_at(const struct value *list, size_t i);
size_t value_count(const struct value *list_or_map);
const char *value_text(const struct value *value);		/* of a string, else NULL */
const char *value_get_text(const struct value *map, const char *key);
int64_t value_get_int(const struct value *map, const char *key, int64_t otherwise);
bool value_get_bool(const struct value *map, const char *key, bool otherwise);
bool value_is_null(const struct value *value);			/* NULL or VALUE_NULL */

/* "spec.ports[0].name": fields and indexes; a key that holds dots or slashes stands in brackets, ['a.b/c']. */
struct value *value_path(const struct value *root, const char *path);

/* Building. */
void value_set(struct arena *arena, struct value *map, const char *key, struct value *value);	/* replaces or appends */
void value_set_text(struct arena *arena, struct value *map, const char *key, const char *text);
void value_set_int(struct arena *arena, struct value *map, const char *key, int64_t integer);
void value_set_bool(struct arena *arena, struct value *map, const char *key, bool boolean);
bool value_remove(struct value *map, const char *key);
void value_append(struct arena *arena, struct value *list, struct value *item);
void value_remove_at(struct value *list, size_t i);
struct value *value_make_map(struct arena *arena, struct value *map, const char *key);	/* the map there, made if absent */
struct value *value_make_list(struct arena *arena, struct value *map, const char *key);

#endif
