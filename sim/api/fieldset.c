/*
 * A set is a sorted array at each level, so that two are joined in one pass.  Follows
 * sigs.k8s.io/structured-merge-diff/v4/fieldpath (set.go, element.go, serialize.go).
 */
#include "api/fieldset.h"

#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "base/json_out.h"

struct fieldset *
fieldset_new(struct arena *arena)
{
	return arena_alloc(arena, sizeof(struct fieldset));
}

/* ---- order ---- */

/* Numbers before texts before truths, each by its size. */
static int
compare_values(const struct value *a, const struct value *b)
{
	static const int ranks[] = {
		[VALUE_INT] = 1, [VALUE_FLOAT] = 2, [VALUE_STRING] = 3, [VALUE_BOOL] = 4, [VALUE_MAP] = 0};

	if (a->type != b->type)
		return ranks[a->type] < ranks[b->type] ? -1 : 1;
	switch (a->type) {
	case VALUE_INT:
		return (a->integer > b->integer) - (a->integer < b->integer);
	case VALUE_FLOAT:
		return (a->real.number > b->real.number) - (a->real.number < b->real.number);
	case VALUE_STRING:
		return strcmp(a->string.text, b->string.text);
	case VALUE_BOOL:
		return (int)a->boolean - (int)b->boolean;
	case VALUE_NULL:
	case VALUE_LIST:
	case VALUE_MAP:
		break;
	}
	return 0;
}

/* Of keys, whose names are sorted. */
static int
compare_keys(const struct value *a, const struct value *b)
{
	for (size_t i = 0; i < value_count(a) && i < value_count(b); i++) {
		int order = strcmp(a->map.v[i].key, b->map.v[i].key);

		if (!order)
			order = compare_values(a->map.v[i].value, b->map.v[i].value);
		if (order)
			return order;
	}
	return (value_count(a) > value_count(b)) - (value_count(a) < value_count(b));
}

static int
compare(const struct fieldset_element *a, const struct fieldset_element *b)
{
	static const char ranks[] = "fkvi";

	if (a->text[0] != b->text[0])
		return strchr(ranks, a->text[0]) < strchr(ranks, b->text[0]) ? -1 : 1;
	if (a->text[0] == 'k')
		return compare_keys(a->key, b->key);
	if (a->text[0] == 'v')
		return compare_values(a->key, b->key);
	if (a->text[0] == 'i')
		return atoi(a->text + 2) - atoi(b->text + 2);
	return strcmp(a->text, b->text);
}

/* ---- one set ---- */

static struct fieldset_element *
push(struct arena *arena, struct fieldset *set, const struct fieldset_element *element)
{
	if (set->n == set->cap) {
		struct fieldset_element *grown;

		set->cap = set->cap ? 2 * set->cap : 4;
		grown = arena_alloc(arena, set->cap * sizeof *grown);
		if (set->n)
			memcpy(grown, set->v, set->n * sizeof *grown);
		set->v = grown;
	}
	set->v[set->n] = *element;
	return &set->v[set->n++];
}

/* The place of the first element that does not come before. */
static size_t
place_of(const struct fieldset *set, const struct fieldset_element *element)
{
	size_t low = 0, high = set->n;

	/* mostly they come in order */
	if (set->n && compare(&set->v[set->n - 1], element) < 0)
		return set->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&set->v[middle], element) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct fieldset_element *
fieldset_find(const struct fieldset *set, const struct fieldset_element *like)
{
	size_t i = set ? place_of(set, like) : 0;

	return set && i < set->n && !compare(&set->v[i], like) ? &set->v[i] : NULL;
}

static struct fieldset_element *
find_or_add(struct arena *arena, struct fieldset *set, const struct fieldset_element *like)
{
	const struct fieldset_element new = { like->text, like->key, false, NULL };
	size_t i = place_of(set, like);

	if (i < set->n && !compare(&set->v[i], like))
		return &set->v[i];
	push(arena, set, &new);
	memmove(&set->v[i + 1], &set->v[i], (set->n - 1 - i) * sizeof *set->v);
	set->v[i] = new;
	return &set->v[i];
}

void
fieldset_add(struct arena *arena, struct fieldset *set, const struct fieldset_element *path, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fieldset_element *element = find_or_add(arena, set, &path[i]);

		if (i + 1 == n) {
			element->member = true;
			return;
		}
		if (!element->below)
			element->below = fieldset_new(arena);
		set = element->below;
	}
}

void
fieldset_add_names(struct arena *arena, struct fieldset *set, const char *text)
{
	struct fieldset_element path[8] = { 0 };
	size_t n = 0;

	while (*text) {
		size_t len = strcspn(text, ". ");

		if (n == sizeof path / sizeof *path)
			BUG("too deep a field: %s", text);
		path[n++].text = arena_printf(arena, "f:%.*s", (int)len, text);
		text += len;
		if (*text != '.') {
			fieldset_add(arena, set, path, n);
			n = 0;
		}
		text += strspn(text, ". ");
	}
}

bool
fieldset_equal(const struct fieldset *a, const struct fieldset *b)
{
	size_t na = a ? a->n : 0, nb = b ? b->n : 0;

	if (na != nb)
		return false;
	for (size_t i = 0; i < na; i++)
		if (compare(&a->v[i], &b->v[i]) || a->v[i].member != b->v[i].member ||
			!fieldset_equal(a->v[i].below, b->v[i].below))
			return false;
	return true;
}

/* ---- two sets ---- */

enum join { JOIN_UNION, JOIN_INTERSECTION, JOIN_DIFFERENCE, JOIN_WITHOUT };

static struct fieldset *join(struct arena *arena, enum join how, const struct fieldset *a, const struct fieldset *b);

static struct fieldset *
join_below(struct arena *arena, enum join how, struct fieldset *a, struct fieldset *b)
{
	struct fieldset *joined;

	if (!a || !b)
		return how == JOIN_UNION ? (a ? a : b) : how == JOIN_INTERSECTION ? NULL : a;
	joined = join(arena, how, a, b);
	return joined->n ? joined : NULL;
}

/* a and b are elements of the same spelling; either may be missing. */
static void
join_elements(struct arena *arena, enum join how, const struct fieldset_element *a, const struct fieldset_element *b,
	struct fieldset *out)
{
	struct fieldset_element element = a ? *a : *b;
	bool in_a = a && a->member, in_b = b && b->member;

	if (how == JOIN_UNION)
		element.member = in_a || in_b;
	else if (how == JOIN_INTERSECTION)
		element.member = in_a && in_b;
	else
		element.member = in_a && !in_b;
	element.below = join_below(arena, how, a ? a->below : NULL, b ? b->below : NULL);
	if (how == JOIN_WITHOUT && in_b)
		element.below = NULL;
	if (element.member || element.below)
		push(arena, out, &element);
}

static struct fieldset *
join(struct arena *arena, enum join how, const struct fieldset *a, const struct fieldset *b)
{
	struct fieldset *out = fieldset_new(arena);
	size_t i = 0, j = 0;

	while (i < a->n || j < b->n) {
		int order = i == a->n ? 1 : j == b->n ? -1 : compare(&a->v[i], &b->v[j]);

		join_elements(arena, how, order <= 0 ? &a->v[i] : NULL, order >= 0 ? &b->v[j] : NULL, out);
		i += order <= 0;
		j += order >= 0;
	}
	return out;
}

struct fieldset *
fieldset_union(struct arena *arena, const struct fieldset *a, const struct fieldset *b)
{
	return join(arena, JOIN_UNION, a, b);
}

struct fieldset *
fieldset_intersection(struct arena *arena, const struct fieldset *a, const struct fieldset *b)
{
	return join(arena, JOIN_INTERSECTION, a, b);
}

struct fieldset *
fieldset_difference(struct arena *arena, const struct fieldset *a, const struct fieldset *b)
{
	return join(arena, JOIN_DIFFERENCE, a, b);
}

struct fieldset *
fieldset_without(struct arena *arena, const struct fieldset *a, const struct fieldset *b)
{
	return join(arena, JOIN_WITHOUT, a, b);
}

/* ---- FieldsV1 ---- */

/* self: what the set is below of is in the set too */
static void
write_set(const struct fieldset *set, bool self, struct str *out)
{
	str_add(out, self ? "{\".\":{}" : "{");
	for (size_t i = 0; set && i < set->n; i++) {
		const struct fieldset_element *element = &set->v[i];

		str_add(out, i || self ? "," : "");
		json_quote(out, element->text, strlen(element->text), false);
		str_addch(out, ':');
		write_set(element->below, element->member && element->below, out);
	}
	str_addch(out, '}');
}

void
fieldset_write(const struct fieldset *set, struct str *out)
{
	write_set(set, false, out);
}

/* The keys of what stands after "k:", sorted. */
static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct value_entry *)a)->key, ((const struct value_entry *)b)->key);
}

static int
read_element(const char *text, struct arena *arena, struct fieldset_element *element)
{
	struct err err = ERR_INIT;
	struct value *key = NULL;
	int failed = 0;

	if (!text[0] || !strchr("fkvi", text[0]) || text[1] != ':')
		return -1;
	*element = (struct fieldset_element){ .text = text };
	if (text[0] == 'k' || text[0] == 'v')
		failed = json_read("fieldsV1", text + 2, strlen(text + 2), arena, &key, &err);
	if (!failed && text[0] == 'k' && key->type != VALUE_MAP)
		failed = -1;
	else if (!failed && text[0] == 'k' && key->map.n)
		qsort(key->map.v, key->map.n, sizeof *key->map.v, by_key);
	element->key = key;
	err_release(&err);
	return failed;
}

/* *self: there is a "." in it. */
static int
read_set(const struct value *map, struct arena *arena, struct fieldset *set, bool *self)
{
	if (map->type != VALUE_MAP)
		return -1;
	for (size_t i = 0; i < map->map.n; i++) {
		struct fieldset_element element, *added;
		struct fieldset *below = fieldset_new(arena);
		bool member = false;

		if (!strcmp(map->map.v[i].key, ".")) {
			*self = true;
			continue;
		}
		if (read_element(map->map.v[i].key, arena, &element) ||
			read_set(map->map.v[i].value, arena, below, &member))
			return -1;
		added = find_or_add(arena, set, &element);
		added->member = member || !below->n;
		added->below = below->n ? below : NULL;
	}
	return 0;
}

int
fieldset_from_value(const struct value *value, struct arena *arena, struct fieldset **out)
{
	bool self = false;

	*out = fieldset_new(arena);
	return value ? read_set(value, arena, *out, &self) : 0;
}

int
fieldset_read(const char *text, struct arena *arena, struct fieldset **out)
{
	struct err err = ERR_INIT;
	struct value *value = NULL;
	int failed = json_read("fieldsV1", text, strlen(text), arena, &value, &err) ||
		fieldset_from_value(value, arena, out);

	err_release(&err);
	return failed ? -1 : 0;
}

/* ---- as errors name fields ---- */

void
fieldset_path_add(const struct fieldset_element *element, struct str *out)
{
	if (element->text[0] == 'f') {
		str_addf(out, ".%s", element->text + 2);
		return;
	}
	str_addch(out, '[');
	if (element->text[0] == 'i')
		str_add(out, element->text + 2);
	if (element->text[0] == 'v') {
		str_addch(out, '=');
		json_write(element->key, 0, out);
	}
	for (size_t i = 0; element->text[0] == 'k' && i < value_count(element->key); i++) {
		str_addf(out, "%s%s=", i ? "," : "", element->key->map.v[i].key);
		json_write(element->key->map.v[i].value, 0, out);
	}
	str_addch(out, ']');
}

static void
each(const struct fieldset *set, struct str *path, void (*fn)(void *arg, const char *path), void *arg)
{
	size_t len = path->len;

	for (size_t i = 0; i < set->n; i++) {
		if (!set->v[i].member)
			continue;
		fieldset_path_add(&set->v[i], path);
		fn(arg, path->buf);
		str_truncate(path, len);
	}
	for (size_t i = 0; i < set->n; i++) {
		if (!set->v[i].below)
			continue;
		fieldset_path_add(&set->v[i], path);
		each(set->v[i].below, path, fn, arg);
		str_truncate(path, len);
	}
}

void
fieldset_each(const struct fieldset *set, void (*fn)(void *arg, const char *path), void *arg)
{
	struct str path = STR_INIT;

	each(set, &path, fn, arg);
	str_release(&path);
}
