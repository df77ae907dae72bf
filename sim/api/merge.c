/*
 * Each walk goes down two trees (or one and a set) and the schema at once.  Follows
 * sigs.k8s.io/structured-merge-diff/v4/typed (tofieldset.go, compare.go, merge.go, remove.go) and fieldpath's
 * EnsureNamedFieldsAreMembers.
 */
#include "api/merge.h"

#include <string.h>

#include "api/shape.h"
#include "svcsim/vec.h"

struct walk {
	struct arena *arena;
	VEC(struct fieldset_element) path;
	struct merge_difference found;	/* of fields only `added` */
};

static void
add(struct walk *walk, struct fieldset *set)
{
	fieldset_add(walk->arena, set, walk->path.v, walk->path.n);
}

static void
enter(struct walk *walk, struct fieldset_element element)
{
	*vec_push(&walk->path) = element;
}

static void
leave(struct walk *walk)
{
	walk->path.n--;
}

static bool
is_empty(const struct value *value)
{
	return value_is_null(value) || ((value->type == VALUE_MAP || value->type == VALUE_LIST) && !value_count(value));
}

/* Of the entry of a struct or map; *known: the schema has a field of that name. */
static struct shape
shape_of_entry(const struct shape *shape, const char *key, struct arena *arena, bool *known)
{
	struct shape entry = shape_free;

	*known = shape_field(shape, key, &entry);
	return shape->form == SHAPE_MAP || shape->form == SHAPE_ATOMIC_MAP ? shape_element(shape, arena) : entry;
}

/* ---- elements of lists ---- */

struct items {
	VEC(struct fieldset_element) names;
	VEC(const struct value *) values;
};

/* Those that have a name. */
static void
items_of(const struct shape *shape, const struct value *list, struct arena *arena, struct items *items)
{
	memset(items, 0, sizeof *items);
	for (size_t i = 0; i < value_count(list); i++) {
		struct fieldset_element name;

		if (shape_name_item(shape, value_at(list, i), arena, &name))
			continue;
		*vec_push(&items->names) = name;
		*vec_push(&items->values) = value_at(list, i);
	}
}

static void
items_release(struct items *items)
{
	vec_release(&items->names);
	vec_release(&items->values);
}

/* How many of the name there are, and the place of the first. */
static size_t
items_count(const struct items *items, const struct fieldset_element *name, size_t *first)
{
	size_t count = 0;

	for (size_t i = 0; i < items->names.n; i++) {
		if (strcmp(items->names.v[i].text, name->text) != 0)
			continue;
		if (!count++)
			*first = i;
	}
	return count;
}

/* ---- the fields of a value ---- */

static void fields_below(struct walk *walk, const struct shape *shape, const struct value *value);

static void
fields_of_items(struct walk *walk, const struct shape *shape, const struct value *value)
{
	struct shape element = shape_element(shape, walk->arena);
	struct items items;

	items_of(shape, value, walk->arena, &items);
	for (size_t i = 0; i < items.names.n; i++) {
		size_t first = 0;
		bool alone = items_count(&items, &items.names.v[i], &first) == 1;

		enter(walk, items.names.v[i]);
		if (alone)
			fields_below(walk, &element, items.values.v[i]);
		add(walk, walk->found.added);
		leave(walk);
	}
	items_release(&items);
}

static void
fields_of_entries(struct walk *walk, const struct shape *shape, const struct value *value)
{
	for (size_t i = 0; i < value->map.n; i++) {
		const struct value *child = value->map.v[i].value;
		bool known;
		struct shape entry = shape_of_entry(shape, value->map.v[i].key, walk->arena, &known);

		enter(walk, shape_name_field(value->map.v[i].key, walk->arena));
		fields_below(walk, &entry, child);
		if (!known || value_is_null(child) || (child->type == VALUE_MAP && !child->map.n))
			add(walk, walk->found.added);
		leave(walk);
	}
}

static void
fields_below(struct walk *walk, const struct shape *shape, const struct value *value)
{
	if (shape_is_leaf(shape))
		add(walk, walk->found.added);
	else if (value->type == VALUE_LIST && shape_is_list(shape))
		fields_of_items(walk, shape, value);
	else if (value->type == VALUE_MAP && !shape_is_list(shape))
		fields_of_entries(walk, shape, value);
}

struct fieldset *
merge_fields(const char *type, const struct value *value, struct arena *arena)
{
	struct walk walk = { .arena = arena };
	struct shape shape = shape_of(type);

	walk.found.added = fieldset_new(arena);
	fields_below(&walk, &shape, value);
	vec_release(&walk.path);
	return walk.found.added;
}

/* ---- what differs ---- */

static void compare(struct walk *walk, const struct shape *shape, const struct value *old, const struct value *new);

static void
compare_entry(
	struct walk *walk, const struct shape *shape, const char *key, const struct value *old, const struct value *new)
{
	struct shape entry;
	bool known;

	if (old && new && value_equal(old, new))
		return;
	entry = shape_of_entry(shape, key, walk->arena, &known);
	enter(walk, shape_name_field(key, walk->arena));
	compare(walk, &entry, old, new);
	leave(walk);
}

static void
compare_entries(struct walk *walk, const struct shape *shape, const struct value *old, const struct value *new)
{
	for (size_t i = 0; i < value_count(old); i++)
		compare_entry(walk, shape, old->map.v[i].key, old->map.v[i].value, value_get(new, old->map.v[i].key));
	for (size_t i = 0; i < value_count(new); i++)
		if (!value_get(old, new->map.v[i].key))
			compare_entry(walk, shape, new->map.v[i].key, NULL, new->map.v[i].value);
}

/* Elements of one name; several of a side count as one piece. */
static void
compare_item(struct walk *walk, const struct shape *element, const struct fieldset_element *name,
	const struct items *old, const struct items *new)
{
	size_t i = 0, j = 0, before = items_count(old, name, &i), now = items_count(new, name, &j);
	const struct value *was = before ? old->values.v[i] : NULL, *is = now ? new->values.v[j] : NULL;

	enter(walk, *name);
	if (before <= 1 && now <= 1) {
		if (!was || !is || !value_equal(was, is))
			compare(walk, element, was, is);
	} else if (before > 1 && now > 1) {
		if (before != now || !value_equal(was, is))
			add(walk, walk->found.modified);
	} else if (before > 1) {
		if (is)
			compare(walk, element, NULL, is);
		add(walk, walk->found.removed);
	} else {
		if (was)
			compare(walk, element, was, NULL);
		add(walk, walk->found.added);
	}
	leave(walk);
}

static void
compare_items(struct walk *walk, const struct shape *shape, const struct value *old, const struct value *new)
{
	struct shape element = shape_element(shape, walk->arena);
	struct items before, now;
	size_t place = 0;

	items_of(shape, old, walk->arena, &before);
	items_of(shape, new, walk->arena, &now);
	for (size_t i = 0; i < before.names.n; i++)
		if (items_count(&before, &before.names.v[i], &place) && place == i)
			compare_item(walk, &element, &before.names.v[i], &before, &now);
	for (size_t i = 0; i < now.names.n; i++)
		if (!items_count(&before, &now.names.v[i], &place) && items_count(&now, &now.names.v[i], &place) &&
			place == i)
			compare_item(walk, &element, &now.names.v[i], &before, &now);
	items_release(&before);
	items_release(&now);
}

/* NULL: it isn't there, which a null that is there is not.  The two are not equal. */
static void
compare(struct walk *walk, const struct shape *shape, const struct value *old, const struct value *new)
{
	bool leaf = shape_is_leaf(shape) || (is_empty(old) && is_empty(new));

	if (!leaf && shape_is_list(shape))
		compare_items(walk, shape, old, new);
	else if (!leaf)
		compare_entries(walk, shape, old, new);
	if (!old)
		add(walk, walk->found.added);
	else if (!new)
		add(walk, walk->found.removed);
	else if (leaf)
		add(walk, walk->found.modified);
}

void
merge_compare(const char *type, const struct value *old, const struct value *new, struct arena *arena,
	struct merge_difference *difference)
{
	struct walk walk = { .arena = arena };
	struct shape shape = shape_of(type);

	walk.found = (struct merge_difference){ fieldset_new(arena), fieldset_new(arena), fieldset_new(arena) };
	compare_entries(&walk, &shape, old, new);
	vec_release(&walk.path);
	*difference = walk.found;
}

/* ---- merging ---- */

static struct value *merge(const struct shape *shape, const struct value *live, const struct value *applied,
	struct arena *arena);

static struct value *
shared(const struct value *value)
{
	return (struct value *)value;
}

static struct value *
merge_entries(const struct shape *shape, const struct value *live, const struct value *applied, struct arena *arena)
{
	struct value *merged = value_map(arena);

	for (size_t i = 0; i < value_count(live); i++) {
		const char *key = live->map.v[i].key;
		bool known;
		struct shape entry = shape_of_entry(shape, key, arena, &known);

		value_set(arena, merged, key, merge(&entry, live->map.v[i].value, value_get(applied, key), arena));
	}
	for (size_t i = 0; i < value_count(applied); i++)
		if (!value_get(live, applied->map.v[i].key))
			value_set(arena, merged, applied->map.v[i].key, applied->map.v[i].value);
	return merged;
}

static bool
items_have(const struct items *items, const struct fieldset_element *name)
{
	size_t first;

	return items_count(items, name, &first) > 0;
}

/* The next applied element that is live too, from i on; NULL for none. */
static const struct fieldset_element *
next_shared(const struct items *applied, const struct items *live, size_t *i)
{
	while (*i < applied->names.n) {
		const struct fieldset_element *name = &applied->names.v[(*i)++];

		if (items_have(live, name))
			return name;
	}
	return NULL;
}

/* Both lists at once, in the order of the applied one where it says any. */
struct zip {
	const struct shape *element;
	struct items live, applied;
	size_t l, a;			/* where each stands */
	size_t shared_from;
	const struct fieldset_element *shared;	/* the applied element that comes next of those that are live too */
	struct arena *arena;
	struct value *out;
};

static void
take_applied(struct zip *zip)
{
	const struct fieldset_element *name = &zip->applied.names.v[zip->a];
	size_t place = 0, count = items_count(&zip->live, name, &place);
	const struct value *live = count == 1 ? zip->live.values.v[place] : NULL;

	value_append(zip->arena, zip->out, merge(zip->element, live, zip->applied.values.v[zip->a], zip->arena));
	if (zip->shared && !strcmp(zip->shared->text, name->text))
		zip->shared = next_shared(&zip->applied, &zip->live, &zip->shared_from);
	zip->a++;
}

/* One step of both lists; what is live and applied stands where the applied list has it. */
static void
zip_step(struct zip *zip)
{
	bool more_live = zip->l < zip->live.names.n, more_applied = zip->a < zip->applied.names.n;
	const struct fieldset_element *name = more_live ? &zip->live.names.v[zip->l] : NULL;

	if (more_live && more_applied && !strcmp(name->text, zip->applied.names.v[zip->a].text)) {
		take_applied(zip);
		zip->l++;
	} else if (more_live && !items_have(&zip->applied, name)) {
		value_append(zip->arena, zip->out, shared(zip->live.values.v[zip->l]));
		zip->l++;
	} else if (more_live && (!more_applied || (zip->shared && strcmp(zip->shared->text, name->text) != 0))) {
		zip->l++;	/* it comes, or came, where the applied list has it */
	} else if (more_applied) {
		take_applied(zip);
	}
}

static struct value *
merge_items(const struct shape *shape, const struct value *live, const struct value *applied, struct arena *arena)
{
	struct shape element = shape_element(shape, arena);
	struct zip zip = { .element = &element, .arena = arena };

	zip.out = value_list(arena);
	items_of(shape, live, arena, &zip.live);
	items_of(shape, applied, arena, &zip.applied);
	zip.shared = next_shared(&zip.applied, &zip.live, &zip.shared_from);
	while (zip.l < zip.live.names.n || zip.a < zip.applied.names.n)
		zip_step(&zip);
	items_release(&zip.live);
	items_release(&zip.applied);
	return zip.out;
}

static struct value *
merge(const struct shape *shape, const struct value *live, const struct value *applied, struct arena *arena)
{
	if (!applied)
		return shared(live);
	if (!live || shape_is_leaf(shape) || (is_empty(live) && is_empty(applied)))
		return shared(applied);
	if (value_is_null(live) || value_is_null(applied))
		return shared(value_is_null(live) ? applied : live);
	return shape_is_list(shape) ? merge_items(shape, live, applied, arena)
				    : merge_entries(shape, live, applied, arena);
}

struct value *
merge_values(const char *type, const struct value *live, const struct value *applied, struct arena *arena)
{
	struct shape shape = shape_of(type);

	return merge(&shape, live, applied, arena);
}

/* ---- taking away ---- */

static struct value *take(
	const struct shape *shape, const struct value *value, const struct fieldset *set, struct arena *arena);

static struct value *
take_entries(const struct shape *shape, const struct value *value, const struct fieldset *set, struct arena *arena)
{
	struct value *kept = value_map(arena);

	for (size_t i = 0; i < value->map.n; i++) {
		const char *key = value->map.v[i].key;
		struct fieldset_element name = shape_name_field(key, arena);
		const struct fieldset_element *found = fieldset_find(set, &name);
		bool known;
		struct shape entry = shape_of_entry(shape, key, arena, &known);

		if (found && found->member)
			continue;
		value_set(arena, kept, key,
			found ? take(&entry, value->map.v[i].value, found->below, arena) : value->map.v[i].value);
	}
	return kept;
}

static struct value *
take_items(const struct shape *shape, const struct value *value, const struct fieldset *set, struct arena *arena)
{
	struct shape element = shape_element(shape, arena);
	struct value *kept = value_list(arena);

	for (size_t i = 0; i < value->list.n; i++) {
		struct value *item = value->list.v[i];
		struct fieldset_element name;
		const struct fieldset_element *found =
			shape_name_item(shape, item, arena, &name) ? NULL : fieldset_find(set, &name);

		if (found && found->member)
			continue;
		value_append(arena, kept, found ? take(&element, item, found->below, arena) : item);
	}
	return kept;
}

/* A map or list with nothing left is null, as is an atomic one that something below was to be taken from. */
static struct value *
take(const struct shape *shape, const struct value *value, const struct fieldset *set, struct arena *arena)
{
	struct value *kept = NULL;

	if (value->type == VALUE_MAP && (shape->form == SHAPE_STRUCT || shape->form == SHAPE_MAP))
		kept = take_entries(shape, value, set, arena);
	else if (value->type == VALUE_LIST && (shape->form == SHAPE_SET || shape->form == SHAPE_KEYED))
		kept = take_items(shape, value, set, arena);
	else if (value->type != VALUE_MAP && value->type != VALUE_LIST)
		return shared(value);
	return value_count(kept) ? kept : value_null(arena);
}

struct value *
merge_remove(const char *type, const struct value *value, const struct fieldset *set, struct arena *arena)
{
	struct shape shape = shape_of(type);

	return take(&shape, value, set, arena);
}

/* ---- named fields ---- */

static struct fieldset *
named(const struct shape *shape, const struct fieldset *set, struct arena *arena)
{
	struct fieldset *all = fieldset_new(arena);

	all->n = all->cap = set->n;
	all->v = set->n ? arena_memdup(arena, set->v, set->n * sizeof *set->v) : NULL;
	for (size_t i = 0; i < all->n; i++) {
		struct fieldset_element *element = &all->v[i];
		struct shape below = shape_free;
		bool known = false;

		if (!element->below)
			continue;
		if (element->text[0] == 'f' && shape)
			below = shape_of_entry(shape, element->text + 2, arena, &known);
		else if (element->text[0] == 'k' && shape->form == SHAPE_KEYED)
			below = shape_element(shape, arena);
		element->member = element->member || known;
		element->below = named(&below, element->below, arena);
	}
	return all;
}

struct fieldset *
merge_named(const char *type, const struct fieldset *set, struct arena *arena)
{
	struct shape shape = shape_of(type);

	return named(&shape, set, arena);
}
