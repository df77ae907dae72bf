/*
 * Maps and lists under construction.  All open ones share one array of entries: a frame's entries are the ones from its
 * start to the next frame's, so that no reader allocates for a node what it must later give back.
 *
 * A duplicate key takes the first one's place with the last one's value, as Go's maps do; looking for duplicates is
 * done once at the end of a map, by sorting when the map is large, so that no input makes it quadratic.
 */
#include "api/build.h"

#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"

#define SMALL_MAP 12	/* entries up to which comparing each with each is faster than sorting */

const char build_merge[] = "<<";

void
build_init(struct build *build, struct arena *arena, const char *file, bool unique_keys)
{
	memset(build, 0, sizeof *build);
	build->arena = arena;
	build->file = file;
	build->unique_keys = unique_keys;
}

void
build_release(struct build *build)
{
	vec_release(&build->frames);
	vec_release(&build->entries);
}

struct value *
build_value(struct build *build, enum value_type type, uint32_t line, uint32_t column)
{
	struct value *value = arena_alloc(build->arena, sizeof *value);

	value->type = type;
	value->line = line;
	value->column = column;
	return value;
}

struct value *
build_number(struct build *build, double number, const char *spelling, size_t len, uint32_t line, uint32_t column)
{
	bool whole = number > -0x1p63 && number < 0x1p63 && (double)(int64_t)number == number;
	struct value *value = build_value(build, whole ? VALUE_INT : VALUE_FLOAT, line, column);

	if (whole) {
		value->integer = (int64_t)number;
	} else {
		value->real.number = number;
		value->real.spelling = arena_strndup(build->arena, spelling, len);
	}
	return value;
}

static struct build_frame *
top(const struct build *build)
{
	return build->frames.n > 0 ? &build->frames.v[build->frames.n - 1] : NULL;
}

bool
build_wants_key(const struct build *build)
{
	const struct build_frame *frame = top(build);

	return frame != NULL && frame->value->type == VALUE_MAP && frame->key == NULL;
}

void
build_key(struct build *build, const char *key, uint32_t line, uint32_t column)
{
	struct build_frame *frame = top(build);

	frame->key = key;
	frame->key_line = line;
	frame->key_column = column;
}

static int
count(struct build *build, size_t nodes, size_t height, const struct value *at, struct err *err)
{
	if (build->frames.n + height > YAML_DEPTH_MAX)
		return err_at(err, build->file, at->line, at->column, "nested more than %d levels deep",
			YAML_DEPTH_MAX);
	if (nodes > YAML_NODES_MAX - build->nodes)
		return err_at(err, build->file, at->line, at->column, "more than %u values in one text",
			YAML_NODES_MAX);
	build->nodes += nodes;
	return 0;
}

/* The place of a complete value: after its key, in the list, or as the whole text. */
static void
place(struct build *build, struct value *value, size_t height)
{
	struct build_frame *frame = top(build);
	struct value_entry *entry;

	if (frame == NULL) {
		build->root = value;
		return;
	}
	entry = vec_push(&build->entries);
	entry->value = value;
	entry->key = frame->key;
	entry->line = frame->key_line;
	entry->column = frame->key_column;
	frame->key = NULL;
	if (height > frame->height)
		frame->height = height;
}

int
build_open(struct build *build, struct value *map_or_list, struct err *err)
{
	struct build_frame *frame;

	if (count(build, 1, 1, map_or_list, err) < 0)
		return -1;
	frame = vec_push(&build->frames);
	frame->value = map_or_list;
	frame->start = build->entries.n;
	return 0;
}

int
build_add(struct build *build, struct value *scalar, struct err *err)
{
	return build_add_tree(build, scalar, 1, 0, err);
}

int
build_add_tree(struct build *build, struct value *tree, size_t nodes, size_t height, struct err *err)
{
	if (count(build, nodes, height, tree, err) < 0)
		return -1;
	place(build, tree, height);
	return 0;
}

typedef VEC(struct value_entry) entry_vec;

static int
merge_map(const struct build *build, const struct value *map, entry_vec *merged, struct err *err)
{
	if (map->type != VALUE_MAP)
		return err_at(err, build->file, map->line, map->column,
			"map merge requires map or sequence of maps as the value");
	for (size_t i = 0; i < map->map.n; i++) {
		struct value_entry *entry = vec_push(merged);

		*entry = map->map.v[i];
		entry->column = 0;	/* not written here: may be repeated */
	}
	return 0;
}

/*
 * The entries of the frame with each << replaced by what it brings, in its place: what comes later wins, and in a list
 * the first map does.
 */
static int
merge_entries(struct build *build, size_t start, struct err *err)
{
	entry_vec merged = VEC_INIT;
	int result = 0;

	for (size_t i = start; i < build->entries.n && result == 0; i++) {
		const struct value_entry *entry = &build->entries.v[i];

		if (entry->key != build_merge)
			*vec_push(&merged) = *entry;
		else if (entry->value->type != VALUE_LIST)
			result = merge_map(build, entry->value, &merged, err);
		else
			for (size_t j = entry->value->list.n; j-- > 0 && result == 0;)
				result = merge_map(build, entry->value->list.v[j], &merged, err);
	}
	build->entries.n = start;
	for (size_t i = 0; i < merged.n; i++)
		*vec_push(&build->entries) = merged.v[i];
	vec_release(&merged);
	return result;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct value_entry *const *x = a, *const *y = b;
	int order = strcmp((*x)->key, (*y)->key);

	if (order != 0)
		return order;
	return *x < *y ? -1 : *x > *y;
}

static int
duplicate(const struct build *build, const struct value_entry *first, const struct value_entry *entry, struct err *err)
{
	if (!build->unique_keys || first->column == 0 || entry->column == 0)
		return 0;
	return err_at(err, build->file, entry->line, entry->column, "key \"%s\" is already set in this map",
		entry->key);
}

/* Entry again repeats first: the value moves there, and again is marked by a NULL key. */
static int
fold(const struct build *build, struct value_entry *first, struct value_entry *again, struct err *err)
{
	if (duplicate(build, first, again, err) < 0)
		return -1;
	first->value = again->value;
	first->line = again->line;
	first->column = again->column;
	again->key = NULL;
	return 0;
}

static int
fold_small(const struct build *build, struct value_entry *v, size_t n, size_t *folded, struct err *err)
{
	for (size_t i = 1; i < n; i++) {
		for (size_t j = 0; j < i; j++) {
			if (v[j].key == NULL || strcmp(v[i].key, v[j].key) != 0)
				continue;
			if (fold(build, &v[j], &v[i], err) < 0)
				return -1;
			++*folded;
			break;
		}
	}
	return 0;
}

static int
fold_large(const struct build *build, struct value_entry *v, size_t n, size_t *folded, struct err *err)
{
	struct value_entry **sorted = xmalloc(n * sizeof *sorted);
	struct value_entry *first;
	int result = 0;

	for (size_t i = 0; i < n; i++)
		sorted[i] = &v[i];
	qsort(sorted, n, sizeof *sorted, compare_entries);
	first = sorted[0];
	for (size_t i = 1; i < n && result == 0; i++) {
		if (strcmp(first->key, sorted[i]->key) != 0) {
			first = sorted[i];
			continue;
		}
		result = fold(build, first, sorted[i], err);
		++*folded;
	}
	free(sorted);
	return result;
}

static int
close_map(struct build *build, struct value *map, size_t start, struct err *err)
{
	size_t folded = 0, n;
	struct value_entry *v;

	for (size_t i = start; i < build->entries.n; i++) {
		if (build->entries.v[i].key == build_merge) {
			if (merge_entries(build, start, err) < 0)
				return -1;
			break;
		}
	}
	n = build->entries.n - start;
	if (n == 0)
		return 0;
	v = &build->entries.v[start];
	if ((n <= SMALL_MAP ? fold_small : fold_large)(build, v, n, &folded, err) < 0)
		return -1;
	map->map.cap = n - folded;
	map->map.v = arena_alloc(build->arena, map->map.cap * sizeof *map->map.v);
	for (size_t i = 0; i < n; i++)
		if (v[i].key != NULL)
			map->map.v[map->map.n++] = v[i];
	return 0;
}

static void
close_list(struct build *build, struct value *list, size_t start)
{
	size_t n = build->entries.n - start;

	if (n == 0)
		return;
	list->list.n = list->list.cap = n;
	list->list.v = arena_alloc(build->arena, n * sizeof *list->list.v);
	for (size_t i = 0; i < n; i++)
		list->list.v[i] = build->entries.v[start + i].value;
}

int
build_close(struct build *build, struct value **closed, size_t *height, struct err *err)
{
	const struct build_frame frame = *top(build);

	if (frame.value->type == VALUE_LIST)
		close_list(build, frame.value, frame.start);
	else if (close_map(build, frame.value, frame.start, err) < 0)
		return -1;
	build->entries.n = frame.start;
	build->frames.n--;
	*closed = frame.value;
	*height = frame.height + 1;
	place(build, frame.value, *height);
	return 0;
}
