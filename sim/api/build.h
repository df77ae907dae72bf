/*
 * What the two readers share: a stack on which maps and lists grow until they are complete, when they are copied to
 * the arena in their exact size.  Values come in document order; the limits of api/yaml.h hold for both.
 */
#ifndef API_BUILD_H
#define API_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/value.h"
#include "svcsim/err.h"
#include "svcsim/vec.h"

struct build_frame {
	struct value *value;	/* the map or list being filled */
	size_t start;		/* of its entries in entries */
	size_t height;		/* of the highest value in it */
	const char *key;	/* of a map: the key read, whose value is awaited; NULL: a key is awaited */
	uint32_t key_line, key_column;
};

struct build {
	struct arena *arena;
	const char *file;
	bool unique_keys;
	size_t nodes;		/* made so far */
	VEC(struct build_frame) frames;
	VEC(struct value_entry) entries;	/* of all open frames; a list's have no key */
	struct value *root;	/* what was complete with no frame open */
};

void build_init(struct build *build, struct arena *arena, const char *file, bool unique_keys);
void build_release(struct build *build);

struct value *build_value(struct build *build, enum value_type type, uint32_t line, uint32_t column);
/* A float, or the integer that it is: JSON knows one kind of number, and 80.0 is written 80. */
struct value *build_number(struct build *build, double number, const char *spelling, size_t len, uint32_t line,
	uint32_t column);

bool build_wants_key(const struct build *build);	/* inside a map, between entries */
void build_key(struct build *build, const char *key, uint32_t line, uint32_t column);	/* key lies in the arena */
/* The key whose value, a map or a list of maps, gives its entries to the map around it (YAML's <<). */
extern const char build_merge[];

MUST_CHECK int build_open(struct build *build, struct value *map_or_list, struct err *err);
MUST_CHECK int build_add(struct build *build, struct value *scalar, struct err *err);
/* A whole tree of so many values, height levels of maps and lists. */
MUST_CHECK int build_add_tree(struct build *build, struct value *tree, size_t nodes, size_t height, struct err *err);
/* Ends the innermost map or list and adds it to the one around it; *height is its own. */
MUST_CHECK int build_close(struct build *build, struct value **closed, size_t *height, struct err *err);

/* JSON text being read, one value after the other. */
struct json_in {
	struct build *build;
	const char *at, *end, *line_start;
	uint32_t line;
	struct err *err;
};

void json_in_init(struct json_in *in, struct build *build, const char *text, size_t len, struct err *err);
/* One value into build->root, and the blanks after it. */
MUST_CHECK int json_in_value(struct json_in *in);

#endif
