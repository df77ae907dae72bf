/*
 * The tree itself.  A value and all it reaches lie in one arena, so nothing here frees; arrays grow by doubling and
 * leave the old one behind in the arena, which readers avoid by giving the final size (api/build.h).
 *
 * Maps keep the order written.  Looking up is a walk along the entries: objects have few keys a level, and a walk over
 * a small array beats hashing; a reader that may meet large maps sorts out duplicates at the end of the map instead of
 * looking up each key.
 */
#include "api/value.h"

#include <string.h>

#include "svcsim/str.h"

static struct value *
value_new(struct arena *arena, enum value_type type)
{
	struct value *value = arena_alloc(arena, sizeof *value);

	value->type = type;
	return value;
}

struct value *
value_null(struct arena *arena)
{
	return value_new(arena, VALUE_NULL);
}

struct value *
value_bool(struct arena *arena, bool boolean)
{
	struct value *value = value_new(arena, VALUE_BOOL);

	value->boolean = boolean;
	return value;
}

struct value *
value_int(struct arena *arena, int64_t integer)
{
	struct value *value = value_new(arena, VALUE_INT);

	value->integer = integer;
	return value;
}

struct value *
value_float(struct arena *arena, double number)
{
	struct value *value = value_new(arena, VALUE_FLOAT);

	value->real.number = number;
	return value;
}

struct value *
value_string(struct arena *arena, const char *text)
{
	struct value *value = value_new(arena, VALUE_STRING);

	value->string.len = strlen(text);
	value->string.text = arena_strndup(arena, text, value->string.len);
	return value;
}

struct value *
value_stringf(struct arena *arena, const char *fmt, ...)
{
	struct str text = STR_INIT;
	struct value *value;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	value = value_string(arena, text.buf);
	str_release(&text);
	return value;
}

struct value *
value_list(struct arena *arena)
{
	return value_new(arena, VALUE_LIST);
}

struct value *
value_map(struct arena *arena)
{
	return value_new(arena, VALUE_MAP);
}

static void
copy_list(struct arena *arena, struct value *to, const struct value *from)
{
	to->list.cap = from->list.n;
	to->list.v = arena_alloc(arena, from->list.n * sizeof *to->list.v);
	for (size_t i = 0; i < from->list.n; i++)
		to->list.v[i] = value_copy(arena, from->list.v[i]);
}

static void
copy_map(struct arena *arena, struct value *to, const struct value *from)
{
	to->map.cap = from->map.n;
	to->map.v = arena_alloc(arena, from->map.n * sizeof *to->map.v);
	for (size_t i = 0; i < from->map.n; i++) {
		to->map.v[i] = from->map.v[i];
		to->map.v[i].key = arena_strdup(arena, from->map.v[i].key);
		to->map.v[i].value = value_copy(arena, from->map.v[i].value);
	}
}

struct value *
value_copy(struct arena *arena, const struct value *value)
{
	struct value *copy = arena_memdup(arena, value, sizeof *value);

	if (value->type == VALUE_STRING)
		copy->string.text = arena_strndup(arena, value->string.text, value->string.len);
	else if (value->type == VALUE_FLOAT && value->real.spelling != NULL)
		copy->real.spelling = arena_strdup(arena, value->real.spelling);
	else if (value->type == VALUE_LIST)
		copy_list(arena, copy, value);
	else if (value->type == VALUE_MAP)
		copy_map(arena, copy, value);
	return copy;
}

static bool
lists_equal(const struct value *a, const struct value *b)
{
	if (a->list.n != b->list.n)
		return false;
	for (size_t i = 0; i < a->list.n; i++)
		if (!value_equal(a->list.v[i], b->list.v[i]))
			return false;
	return true;
}

static bool
maps_equal(const struct value *a, const struct value *b)
{
	if (a->map.n != b->map.n)
		return false;
	for (size_t i = 0; i < a->map.n; i++) {
		const struct value_entry *entry = &a->map.v[i];
		bool same_place = strcmp(entry->key, b->map.v[i].key) == 0;
		const struct value *other = same_place ? b->map.v[i].value : value_get(b, entry->key);

		if (other == NULL || !value_equal(entry->value, other))
			return false;
	}
	return true;
}

const char *
value_json_kind(const struct value *value)
{
	static const char *const names[] = {
		[VALUE_NULL] = "null",
		[VALUE_BOOL] = "bool",
		[VALUE_INT] = "number",
		[VALUE_FLOAT] = "number",
		[VALUE_STRING] = "string",
		[VALUE_LIST] = "array",
		[VALUE_MAP] = "object",
	};

	return names[value->type];
}

bool
value_equal(const struct value *a, const struct value *b)
{
	if (a == b)
		return true;
	if (a == NULL || b == NULL || a->type != b->type)
		return false;
	switch (a->type) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
		return a->boolean == b->boolean;
	case VALUE_INT:
		return a->integer == b->integer;
	case VALUE_FLOAT:
		return !(a->real.number < b->real.number) && !(a->real.number > b->real.number);
	case VALUE_STRING:
		return a->string.len == b->string.len && memcmp(a->string.text, b->string.text, a->string.len) == 0;
	case VALUE_LIST:
		return lists_equal(a, b);
	case VALUE_MAP:
		return maps_equal(a, b);
	}
	BUG("value of type %d", (int)a->type);
}

static struct value_entry *
find_entry(const struct value *map, const char *key, size_t len)
{
	if (map == NULL || map->type != VALUE_MAP)
		return NULL;
	for (size_t i = 0; i < map->map.n; i++) {
		const char *have = map->map.v[i].key;

		/* most keys differ in their first letter: the call is worth saving */
		if (have[0] == key[0] && strncmp(have, key, len) == 0 && have[len] == '\0')
			return &map->map.v[i];
	}
	return NULL;
}

struct value *
value_get(const struct value *map, const char *key)
{
	const struct value_entry *entry = find_entry(map, key, strlen(key));

	return entry != NULL ? entry->value : NULL;
}

struct value *
value_at(const struct value *list, size_t i)
{
	return list != NULL && list->type == VALUE_LIST && i < list->list.n ? list->list.v[i] : NULL;
}

size_t
value_count(const struct value *value)
{
	if (value == NULL)
		return 0;
	return value->type == VALUE_LIST ? value->list.n : value->type == VALUE_MAP ? value->map.n : 0;
}

const char *
value_text(const struct value *value)
{
	return value != NULL && value->type == VALUE_STRING ? value->string.text : NULL;
}

const char *
value_get_text(const struct value *map, const char *key)
{
	return value_text(value_get(map, key));
}

int64_t
value_get_int(const struct value *map, const char *key, int64_t otherwise)
{
	const struct value *value = value_get(map, key);

	return value != NULL && value->type == VALUE_INT ? value->integer : otherwise;
}

bool
value_get_bool(const struct value *map, const char *key, bool otherwise)
{
	const struct value *value = value_get(map, key);

	return value != NULL && value->type == VALUE_BOOL ? value->boolean : otherwise;
}

bool
value_is_null(const struct value *value)
{
	return value == NULL || value->type == VALUE_NULL;
}

/* One "[..]" of a path, *at on the bracket; moves *at past it.  NULL when there is no such element. */
static struct value *
path_bracket(const struct value *value, const char **at)
{
	const char *text = *at + 1, *end;
	size_t index = 0;

	if (*text == '\'') {
		const struct value_entry *entry;

		end = strchr(++text, '\'');
		if (end == NULL || end[1] != ']')
			return NULL;
		*at = end + 2;
		entry = find_entry(value, text, (size_t)(end - text));
		return entry != NULL ? entry->value : NULL;
	}
	for (end = text; ascii_isdigit(*end) && end - text < 9; end++)
		index = index * 10 + (size_t)(*end - '0');
	if (end == text || *end != ']')
		return NULL;
	*at = end + 1;
	return value_at(value, index);
}

struct value *
value_path(const struct value *root, const char *path)
{
	const struct value *value = root;

	while (*path != '\0' && value != NULL) {
		const struct value_entry *entry;
		size_t len;

		if (*path == '[') {
			value = path_bracket(value, &path);
			continue;
		}
		path += *path == '.';
		len = strcspn(path, ".[");
		entry = len > 0 ? find_entry(value, path, len) : NULL;
		if (len > 0)
			value = entry != NULL ? entry->value : NULL;
		else if (*path == '.')
			return NULL;
		path += len;
	}
	return (struct value *)value;
}

static struct value_entry *
append_entry(struct arena *arena, struct value *map)
{
	if (map->map.n == map->map.cap) {
		size_t cap = map->map.cap < 4 ? 4 : map->map.cap * 2;
		struct value_entry *grown = arena_alloc(arena, cap * sizeof *grown);

		if (map->map.n > 0)
			memcpy(grown, map->map.v, map->map.n * sizeof *grown);
		map->map.v = grown;
		map->map.cap = cap;
	}
	return &map->map.v[map->map.n++];
}

void
value_set(struct arena *arena, struct value *map, const char *key, struct value *value)
{
	struct value_entry *entry;

	if (map->type != VALUE_MAP)
		BUG("key %s set in a value that is no map", key);
	entry = find_entry(map, key, strlen(key));
	if (entry == NULL) {
		entry = append_entry(arena, map);
		entry->key = arena_strdup(arena, key);
		entry->line = entry->column = 0;
	}
	entry->value = value;
}

void
value_set_text(struct arena *arena, struct value *map, const char *key, const char *text)
{
	value_set(arena, map, key, value_string(arena, text));
}

void
value_set_int(struct arena *arena, struct value *map, const char *key, int64_t integer)
{
	value_set(arena, map, key, value_int(arena, integer));
}

void
value_set_bool(struct arena *arena, struct value *map, const char *key, bool boolean)
{
	value_set(arena, map, key, value_bool(arena, boolean));
}

bool
value_remove(struct value *map, const char *key)
{
	struct value_entry *entry = find_entry(map, key, strlen(key));
	size_t after;

	if (entry == NULL)
		return false;
	after = map->map.n - (size_t)(entry - map->map.v) - 1;
	memmove(entry, entry + 1, after * sizeof *entry);
	map->map.n--;
	return true;
}

void
value_append(struct arena *arena, struct value *list, struct value *item)
{
	if (list->type != VALUE_LIST)
		BUG("an item added to a value that is no list");
	if (list->list.n == list->list.cap) {
		size_t cap = list->list.cap < 4 ? 4 : list->list.cap * 2;
		struct value **grown = arena_alloc(arena, cap * sizeof *grown);

		if (list->list.n > 0)
			memcpy(grown, list->list.v, list->list.n * sizeof *grown);
		list->list.v = grown;
		list->list.cap = cap;
	}
	list->list.v[list->list.n++] = item;
}

void
value_remove_at(struct value *list, size_t i)
{
	if (list->type != VALUE_LIST || i >= list->list.n)
		BUG("no item %zu to remove", i);
	memmove(&list->list.v[i], &list->list.v[i + 1], (list->list.n - i - 1) * sizeof *list->list.v);
	list->list.n--;
}

static struct value *
make_child(struct arena *arena, struct value *map, const char *key, enum value_type type)
{
	struct value *child = value_get(map, key);

	if (child == NULL || child->type != type) {
		child = value_new(arena, type);
		value_set(arena, map, key, child);
	}
	return child;
}

struct value *
value_make_map(struct arena *arena, struct value *map, const char *key)
{
	return make_child(arena, map, key, VALUE_MAP);
}

struct value *
value_make_list(struct arena *arena, struct value *map, const char *key)
{
	return make_child(arena, map, key, VALUE_LIST);
}
