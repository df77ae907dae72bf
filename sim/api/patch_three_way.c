/*
 * The patch that kubectl apply sends: the differences from the live object to the new manifest (without deletions),
 * merged with the deletions from the manifest applied last to the new one.  Follows diffMaps, diffLists and
 * CreateThreeWayMergePatch in k8s.io/apimachinery/pkg/util/strategicpatch/patch.go.
 */
#include "api/patch_internal.h"

#include <stdlib.h>
#include <string.h>

#include "api/schema.h"

struct diff {
	const struct patcher *patcher;
	bool no_changes, no_deletions; /* what is left out */
};

static struct value *diff_maps(const struct diff *diff, const char *type, bool retain_keys,
	const struct value *original, const struct value *modified);

/* An element of a list with the text that lists are sorted by. */
struct sort_item {
	char *text;
	size_t place;
	struct value *value;
};

static int
by_text(const void *a, const void *b)
{
	const struct sort_item *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order ? order : (x->place > y->place) - (x->place < y->place);
}

/* The elements of list sorted by their key's text; NULL and err when one has no key.  The caller frees with
 * sorted_free. */
static struct sort_item *
sorted_items(const struct patcher *patcher, const struct value *list, const char *key)
{
	struct sort_item *items = xcalloc(list->list.n + 1, sizeof *items);

	for (size_t i = 0; i < list->list.n; i++) {
		struct value *element = list->list.v[i];
		struct value *by = *key ? value_get(element, key) : element;
		struct str text = STR_INIT;

		patch_go_text(by, &text);
		items[i] = (struct sort_item){ str_detach(&text), i, element };
		if (!by)
			patch_no_key(patcher, element, key);
	}
	qsort(items, list->list.n, sizeof *items, by_text);
	return items;
}

static void
sorted_free(struct sort_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(items[i].text);
	free(items);
}

/* Below zero: only left has its element; above: only right; 0: both do. */
static int
compare_heads(const struct sort_item *left, size_t nleft, const struct sort_item *right, size_t nright)
{
	if (!nleft)
		return 1;
	if (!nright)
		return -1;
	return strcmp(left->text, right->text);
}

static struct value *
delete_directive(struct arena *arena, const char *key, struct value *of)
{
	struct value *map = value_map(arena);

	value_set(arena, map, key, value_get(of, key));
	value_set_text(arena, map, PATCH_DIRECTIVE, "delete");
	return map;
}

/* What differs between two elements of one key is added to changes. */
static void
diff_element(const struct diff *diff, const struct patch_meta *meta, const struct value *original,
	struct value *modified, struct value *changes)
{
	struct value *patch = diff_maps(diff, meta->type, meta->retain_keys, original, modified);

	if (!patch || !value_count(patch))
		return;
	if (*meta->key)
		value_set(diff->patcher->arena, patch, meta->key, value_get(modified, meta->key));
	value_append(diff->patcher->arena, changes, patch);
}

/* Walks two lists sorted by key: additions and changes go to changes, what only original has to deletions. */
static void
walk_lists(const struct diff *diff, const struct patch_meta *meta, bool maps, const struct value *original,
	const struct value *modified, struct value *changes, struct value *deletions)
{
	struct arena *arena = diff->patcher->arena;
	struct sort_item *left = sorted_items(diff->patcher, original, meta->key);
	struct sort_item *right = sorted_items(diff->patcher, modified, meta->key);
	size_t i = 0, j = 0, nleft = original->list.n, nright = modified->list.n;

	while (i < nleft || j < nright) {
		int order = compare_heads(&left[i], nleft - i, &right[j], nright - j);

		if (order == 0 && maps)
			diff_element(diff, meta, left[i].value, right[j].value, changes);
		else if (order > 0 && !diff->no_changes)
			value_append(arena, changes, right[j].value);
		else if (order < 0 && !diff->no_deletions && maps)
			value_append(arena, deletions, delete_directive(arena, meta->key, left[i].value));
		else if (order < 0 && !diff->no_deletions && patch_index(deletions, left[i].value, "") < 0)
			value_append(arena, deletions, left[i].value);
		i += order <= 0;
		j += order >= 0;
	}
	sorted_free(left, nleft);
	sorted_free(right, nright);
}

static bool
same_order(const struct value *original, const struct value *modified, const char *key)
{
	if (original->list.n != modified->list.n)
		return false;
	for (size_t i = 0; i < modified->list.n; i++) {
		const struct value *a = value_get(original->list.v[i], key), *b = value_get(modified->list.v[i], key);

		if (!a || !b || !value_equal(a, b))
			return false;
	}
	return true;
}

static struct value *
keys_only(struct arena *arena, const struct value *list, const char *key)
{
	struct value *keys = value_list(arena);

	for (size_t i = 0; i < list->list.n; i++) {
		struct value *map = value_map(arena);

		value_set(arena, map, key, value_get(list->list.v[i], key));
		value_append(arena, keys, map);
	}
	return keys;
}

static void
set_parallel(struct arena *arena, struct value *patch, const char *prefix, const char *name, struct value *list)
{
	char *key = arena_printf(arena, "%s%s", prefix, name);

	if (list->list.n)
		value_set(arena, patch, key, list);
}

static int
diff_map_list(const struct diff *diff, const struct patch_meta *meta, const char *name, const struct value *original,
	struct value *modified, struct value *patch)
{
	struct arena *arena = diff->patcher->arena;
	struct value *changes = value_list(arena), *deletions = value_list(arena);

	walk_lists(diff, meta, true, original, modified, changes, deletions);
	if (diff->patcher->err->kind != ERR_NONE)
		return -1;
	changes = patch_sort(diff->patcher, changes, modified, meta->key);
	if (!changes)
		return -1;
	for (size_t i = 0; i < deletions->list.n; i++)
		value_append(arena, changes, deletions->list.v[i]);
	if ((!diff->no_changes && (changes->list.n || !same_order(original, modified, meta->key))) ||
		(!diff->no_deletions && changes->list.n))
		set_parallel(arena, patch, PATCH_SET_ORDER, name, keys_only(arena, modified, meta->key));
	if (changes->list.n)
		value_set(arena, patch, name, changes);
	return 0;
}

static int
diff_scalar_list(const struct diff *diff, const struct patch_meta *meta, const char *name, const struct value *original,
	struct value *modified, struct value *patch)
{
	struct arena *arena = diff->patcher->arena;
	struct value *changes = value_list(arena), *deletions = value_list(arena);

	walk_lists(diff, meta, false, original, modified, changes, deletions);
	changes = patch_sort(diff->patcher, changes, modified, "");
	if (changes->list.n)
		value_set(arena, patch, name, changes);
	set_parallel(arena, patch, PATCH_DELETE_FROM, name, deletions);
	if ((!diff->no_deletions && deletions->list.n) || (!diff->no_changes && !value_equal(original, modified)))
		set_parallel(arena, patch, PATCH_SET_ORDER, name, modified);
	return 0;
}

static int
diff_list(const struct diff *diff, const struct patch_meta *meta, const char *name, const struct value *original,
	struct value *modified, struct value *patch)
{
	if (!meta->merge) {
		if (!diff->no_changes && !value_equal(original, modified))
			value_set(diff->patcher->arena, patch, name, modified);
		return 0;
	}
	if (!original->list.n) {
		if (modified->list.n && !diff->no_changes)
			value_set(diff->patcher->arena, patch, name, modified);
		return 0;
	}
	if (original->list.v[0]->type == VALUE_MAP)
		return diff_map_list(diff, meta, name, original, modified, patch);
	return diff_scalar_list(diff, meta, name, original, modified, patch);
}

static int
diff_entry(const struct diff *diff, const char *type, const struct value *original, const struct value_entry *entry,
	struct value *patch)
{
	struct arena *arena = diff->patcher->arena;
	struct value *was = value_get(original, entry->key), *changes;
	struct patch_meta meta;

	if (!was || was->type != entry->value->type) {
		if (!diff->no_changes)
			value_set(arena, patch, entry->key, entry->value);
		return 0;
	}
	meta = patch_meta_of(type, entry->key, arena);
	if (was->type == VALUE_LIST)
		return diff_list(diff, &meta, entry->key, was, entry->value, patch);
	if (was->type == VALUE_MAP && !meta.replace) {
		changes = diff_maps(diff, meta.type, meta.retain_keys, was, entry->value);
		if (changes && value_count(changes))
			value_set(arena, patch, entry->key, changes);
		return changes ? 0 : -1;
	}
	if (!diff->no_changes && (was->type == VALUE_MAP || !value_equal(was, entry->value)))
		value_set(arena, patch, entry->key, entry->value);
	return 0;
}

/* The keys of modified that are set, sorted. */
static struct value *
retained_keys(struct arena *arena, const struct value *modified)
{
	struct value *keys = value_list(arena);

	for (size_t i = 0; i < modified->map.n; i++) {
		size_t at;

		if (value_is_null(modified->map.v[i].value))
			continue;
		value_append(arena, keys, value_string(arena, modified->map.v[i].key));
		for (at = keys->list.n - 1; at && strcmp(value_text(keys->list.v[at - 1]), modified->map.v[i].key) > 0;
			at--) {
			struct value *later = keys->list.v[at - 1];

			keys->list.v[at - 1] = keys->list.v[at];
			keys->list.v[at] = later;
		}
	}
	return keys;
}

static bool
loses_a_key(const struct value *original, const struct value *modified)
{
	for (size_t i = 0; i < original->map.n; i++) {
		if (!value_is_null(original->map.v[i].value) && !value_get(modified, original->map.v[i].key))
			return true;
	}
	return false;
}

/* The patch from original to modified; NULL and err on failure. */
static struct value *
diff_maps(const struct diff *diff, const char *type, bool retain_keys, const struct value *original,
	const struct value *modified)
{
	struct arena *arena = diff->patcher->arena;
	struct value *patch = value_map(arena), *keys;

	for (size_t i = 0; i < modified->map.n; i++) {
		if (diff_entry(diff, type, original, &modified->map.v[i], patch))
			return NULL;
	}
	for (size_t i = 0; i < original->map.n && !diff->no_deletions; i++) {
		if (!value_get(modified, original->map.v[i].key))
			value_set(arena, patch, original->map.v[i].key, value_null(arena));
	}
	keys = retain_keys ? retained_keys(arena, modified) : NULL;
	if (keys && keys->list.n && (value_count(patch) || loses_a_key(original, modified)))
		value_set(arena, patch, PATCH_RETAIN_KEYS, keys);
	return patch;
}

static bool
is_object(const struct value *value)
{
	return value && value->type == VALUE_MAP;
}

int
patch_three_way(const char *type, const struct value *original, const struct value *modified,
	const struct value *current, struct arena *arena, struct value **patch, struct err *err)
{
	struct err fresh = ERR_INIT;
	struct patcher patcher = { arena, &fresh, false };
	struct diff delta = { &patcher, false, true }, deletion = { &patcher, true, false };
	struct value *changes, *deletions = NULL, *merged = NULL;

	if (!is_object(modified) || !is_object(current) || (original && original->type != VALUE_MAP))
		return err_set(err, ERR_INPUT, "invalid JSON document");
	changes = diff_maps(&delta, type, false, current, modified);
	if (changes)
		deletions = diff_maps(&deletion, type, false, original ? original : value_map(arena), modified);
	if (deletions)
		merged = patch_merge_map(&patcher, type, value_copy(arena, deletions), value_copy(arena, changes));
	if (merged)
		*patch = merged;
	else
		err_set(err, fresh.kind, "%s", fresh.text);
	err_release(&fresh);
	return merged ? 0 : -1;
}
