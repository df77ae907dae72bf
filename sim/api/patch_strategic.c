/*
 * Strategic merge: lists of maps are merged by the key that the schema names, lists of scalars as sets, and directives
 * say what a merge can't: $patch, $retainKeys, $deleteFromPrimitiveList/NAME, $setElementOrder/NAME.  New elements
 * stand before those that only the object has.  Follows k8s.io/apimachinery/pkg/util/strategicpatch/patch.go.
 */
#include "api/patch_internal.h"

#include <stdlib.h>
#include <string.h>

#include "api/schema.h"
#include "api/yaml.h"

/* Whether list, words parted by commas up to ':' or the end, has word. */
static bool
strategy_has(const char *strategies, const char *word)
{
	size_t end = strcspn(strategies, ":"), len = strlen(word);

	for (size_t i = 0; i < end;) {
		size_t n = strcspn(strategies + i, ",:");

		if (n == len && !memcmp(strategies + i, word, len))
			return true;
		i += n + 1;
	}
	return false;
}

struct patch_meta
patch_meta_of(const char *type, const char *name, struct arena *arena)
{
	struct patch_meta meta = { NULL, false, false, false, "" };
	const struct schema_field *field = type ? schema_field(type, name) : NULL;
	const char *inner = field ? field->type : type && schema_is_map(type) ? type : NULL;
	char buf[96];

	if (field) {
		const char *key = strchr(field->patch, ':');

		meta.merge = strategy_has(field->patch, "merge");
		meta.replace = strategy_has(field->patch, "replace");
		meta.retain_keys = strategy_has(field->patch, "retainKeys");
		meta.key = key ? key + 1 : "";
	}
	if (inner && (!field || schema_is_list(inner)) && schema_element(inner, buf, sizeof buf))
		inner = arena_strdup(arena, buf);
	meta.type = inner;
	return meta;
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct value_entry *)a)->key, ((const struct value_entry *)b)->key);
}

static void
go_map_text(const struct value *map, struct str *out)
{
	struct value_entry *sorted = xcalloc(map->map.n + 1, sizeof *sorted);

	if (map->map.n)
		memcpy(sorted, map->map.v, map->map.n * sizeof *sorted);
	qsort(sorted, map->map.n, sizeof *sorted, by_key);
	str_add(out, "map[");
	for (size_t i = 0; i < map->map.n; i++) {
		str_addf(out, "%s%s:", i ? " " : "", sorted[i].key);
		patch_go_text(sorted[i].value, out);
	}
	str_addch(out, ']');
	free(sorted);
}

void
patch_go_text(const struct value *value, struct str *out)
{
	if (value_is_null(value)) {
		str_add(out, "<nil>");
	} else if (value->type == VALUE_STRING) {
		str_addn(out, value->string.text, value->string.len);
	} else if (value->type == VALUE_MAP) {
		go_map_text(value, out);
	} else if (value->type == VALUE_LIST) {
		str_addch(out, '[');
		for (size_t i = 0; i < value->list.n; i++) {
			str_add(out, i ? " " : "");
			patch_go_text(value->list.v[i], out);
		}
		str_addch(out, ']');
	} else {
		json_write(value, 0, out);
	}
}

int
patch_no_key(const struct patcher *patcher, const struct value *element, const char *key)
{
	struct str text = STR_INIT;

	patch_go_text(element, &text);
	err_set(patcher->err, ERR_FAILED, "map: %s does not contain declared merge key: %s", text.buf, key);
	str_release(&text);
	return -1;
}

static int
bad_directive(const struct patcher *patcher, const struct value *map)
{
	struct str text = STR_INIT, name = STR_INIT;

	patch_go_text(map, &text);
	patch_go_text(value_get(map, PATCH_DIRECTIVE), &name);
	err_set(patcher->err, ERR_FAILED, "unknown patch type: %s in map: %s", name.buf, text.buf);
	str_release(&text);
	str_release(&name);
	return -1;
}

bool
patch_has_directive(const struct value *element, const char *directive)
{
	const char *text = value_get_text(element, PATCH_DIRECTIVE);

	return text && !strcmp(text, directive);
}

static bool
same_element(const struct value *a, const struct value *b, const char *key)
{
	const struct value *x = *key ? value_get(a, key) : a, *y = *key ? value_get(b, key) : b;

	return x && y && value_equal(x, y);
}

int
patch_index(const struct value *list, const struct value *element, const char *key)
{
	for (size_t i = 0; i < value_count(list); i++) {
		if (same_element(value_at(list, i), element, key))
			return (int)i;
	}
	return -1;
}

/* Moves the last element of list to before the first one with a greater index in order. */
static void
settle_last(struct value *list, const struct value *order, const char *key)
{
	size_t at = list->list.n - 1;
	struct value *element = list->list.v[at];
	int index = patch_index(order, element, key);

	while (at && patch_index(order, list->list.v[at - 1], key) > index) {
		list->list.v[at] = list->list.v[at - 1];
		at--;
	}
	list->list.v[at] = element;
}

struct value *
patch_sort(const struct patcher *patcher, const struct value *list, const struct value *order, const char *key)
{
	struct value *sorted = value_list(patcher->arena);

	for (size_t i = 0; i < value_count(list); i++) {
		struct value *element = value_at(list, i);

		if (*key && !value_get(element, key)) {
			patch_no_key(patcher, element, key);
			return NULL;
		}
		if (patch_has_directive(element, "delete"))
			continue;
		value_append(patcher->arena, sorted, element);
		settle_last(sorted, order, key);
	}
	for (size_t i = 0; i < value_count(list); i++) {
		if (patch_has_directive(value_at(list, i), "delete"))
			value_append(patcher->arena, sorted, value_at(list, i));
	}
	return sorted;
}

/* Whether left stands before right in order; false when either is not there. */
static bool
stands_before(const struct value *left, const struct value *right, const struct value *order, const char *key)
{
	int l = patch_index(order, left, key), r = patch_index(order, right, key);

	return l >= 0 && r >= 0 && l < r;
}

/*
 * The elements of merged: those that the patch names in the patch's order, woven into those that only the server has,
 * which keep theirs (normalizeElementOrder).
 */
static struct value *
weave(const struct patcher *patcher, const struct value *merged, const struct value *patch_order,
	const struct value *server_order, const char *key)
{
	struct value *ours = value_list(patcher->arena), *theirs = value_list(patcher->arena),
		     *all = value_list(patcher->arena);
	size_t i = 0, j = 0;

	for (size_t k = 0; k < value_count(merged); k++) {
		struct value *element = value_at(merged, k);

		if (*key && !value_get(element, key)) {
			patch_no_key(patcher, element, key);
			return NULL;
		}
		value_append(patcher->arena, patch_index(patch_order, element, key) >= 0 ? ours : theirs, element);
	}
	ours = patch_sort(patcher, ours, patch_order, key);
	theirs = patch_sort(patcher, theirs, server_order, key);
	if (!ours || !theirs)
		return NULL;
	while (i < theirs->list.n || j < ours->list.n) {
		bool server = j >= ours->list.n ||
			(i < theirs->list.n && stands_before(theirs->list.v[i], ours->list.v[j], server_order, key));

		value_append(patcher->arena, all, server ? theirs->list.v[i++] : ours->list.v[j++]);
	}
	return all;
}

/* What the patch brings that the object has not: without directives, and without nulls when it is applied. */
static struct value *
plain(const struct patcher *patcher, struct value *patch)
{
	struct value *copy;

	if (patch->type == VALUE_LIST) {
		copy = value_list(patcher->arena);
		for (size_t i = 0; i < patch->list.n; i++) {
			struct value *element = plain(patcher, patch->list.v[i]);

			if (element)
				value_append(patcher->arena, copy, element);
		}
		return copy;
	}
	if (patch->type != VALUE_MAP)
		return patch;
	if (value_get(patch, PATCH_DIRECTIVE))
		return NULL;
	copy = value_map(patcher->arena);
	for (size_t i = 0; i < patch->map.n; i++) {
		struct value *member = plain(patcher, patch->map.v[i].value);

		if (member && !(patcher->apply && value_is_null(member)))
			value_set(patcher->arena, copy, patch->map.v[i].key, member);
	}
	return copy;
}

/* Elements with a $patch act on original; the others are left for merging.  NULL and err on failure. */
static struct value *
apply_special(const struct patcher *patcher, struct value **original, const struct value *patch, const char *key)
{
	struct value *rest = value_list(patcher->arena);
	bool replace = false;
	int index;

	for (size_t i = 0; i < patch->list.n; i++) {
		const struct value *element = patch->list.v[i];

		if (!value_get(element, PATCH_DIRECTIVE)) {
			value_append(patcher->arena, rest, patch->list.v[i]);
		} else if (patch_has_directive(element, "replace")) {
			replace = true;
		} else if (patch_has_directive(element, "merge")) {
			err_set(patcher->err, ERR_FAILED, "merging lists cannot yet be specified in the patch");
			return NULL;
		} else if (!patch_has_directive(element, "delete")) {
			bad_directive(patcher, element);
			return NULL;
		} else if (!value_get(element, key)) {
			patch_no_key(patcher, element, key);
			return NULL;
		} else {
			while ((index = patch_index(*original, element, key)) >= 0)
				value_remove_at(*original, (size_t)index);
		}
	}
	if (!replace)
		return rest;
	*original = rest;
	return value_list(patcher->arena);
}

static struct value *
merge_maps_by_key(
	const struct patcher *patcher, const struct patch_meta *meta, struct value *original, struct value *patch)
{
	struct value *merged, *rest;

	if (!*meta->key) {
		err_set(patcher->err, ERR_FAILED, "cannot merge lists without merge key for %s",
			meta->type ? meta->type : "");
		return NULL;
	}
	rest = apply_special(patcher, &original, patch, meta->key);
	if (!rest)
		return NULL;
	merged = value_list(patcher->arena);
	for (size_t i = 0; i < original->list.n; i++)
		value_append(patcher->arena, merged, original->list.v[i]);
	for (size_t i = 0; i < rest->list.n; i++) {
		struct value *element = rest->list.v[i];
		int index = patch_index(merged, element, meta->key);

		if (!value_get(element, meta->key)) {
			patch_no_key(patcher, element, meta->key);
			return NULL;
		}
		if (index < 0) {
			value_append(patcher->arena, merged, element);
			continue;
		}
		merged->list.v[index] = patch_merge_map(patcher, meta->type, merged->list.v[index], element);
		if (!merged->list.v[index])
			return NULL;
	}
	return weave(patcher, merged, rest, original, meta->key);
}

static struct value *
merge_scalars(const struct patcher *patcher, const struct value *original, const struct value *patch)
{
	struct value *merged = value_list(patcher->arena);
	const struct value *lists[] = { original, patch };

	for (size_t l = 0; l < 2; l++) {
		for (size_t i = 0; i < lists[l]->list.n; i++) {
			if (patch_index(merged, lists[l]->list.v[i], "") < 0)
				value_append(patcher->arena, merged, lists[l]->list.v[i]);
		}
	}
	return weave(patcher, merged, patch, original, "");
}

static struct value *
without(const struct patcher *patcher, const struct value *list, const struct value *gone)
{
	struct value *kept = value_list(patcher->arena);

	for (size_t i = 0; i < list->list.n; i++) {
		if (patch_index(gone, list->list.v[i], "") < 0)
			value_append(patcher->arena, kept, list->list.v[i]);
	}
	return kept;
}

static struct value *
merge_list(const struct patcher *patcher, const struct patch_meta *meta, struct value *original, struct value *patch)
{
	const struct value *sample = value_count(original) ? value_at(original, 0) : value_at(patch, 0);

	if (!meta->merge)
		return patch;
	if (!sample)
		return original;
	if (sample->type == VALUE_MAP)
		return merge_maps_by_key(patcher, meta, original, patch);
	return merge_scalars(patcher, original, patch);
}

/* Takes $retainKeys out of patch; what original has besides those keys goes. */
static int
apply_retain_keys(const struct patcher *patcher, struct value *original, struct value *patch)
{
	struct value *keep = value_get(patch, PATCH_RETAIN_KEYS);
	const char *key;

	if (!keep)
		return 0;
	value_remove(patch, PATCH_RETAIN_KEYS);
	if (!patcher->apply) {
		value_set(patcher->arena, original, PATCH_RETAIN_KEYS, keep);
		return 0;
	}
	for (size_t i = 0; i < value_count(patch); i++) {
		key = patch->map.v[i].key;
		if (value_is_null(patch->map.v[i].value) || str_starts(key, PATCH_DELETE_FROM) ||
			str_starts(key, PATCH_SET_ORDER))
			continue;
		if (keep->type != VALUE_LIST || patch_index(keep, value_string(patcher->arena, key), "") < 0)
			return err_set(patcher->err, ERR_INPUT, "invalid patch format of retainKeys");
	}
	for (size_t i = original->map.n; i-- > 0;) {
		key = original->map.v[i].key;
		if (patch_index(keep, value_string(patcher->arena, key), "") < 0)
			value_remove(original, key);
	}
	return 0;
}

static int
wrong_order(const struct patcher *patcher, const struct value *list, const struct value *order)
{
	struct str text = STR_INIT, wanted = STR_INIT;

	patch_go_text(list, &text);
	patch_go_text(order, &wanted);
	err_set(patcher->err, ERR_FAILED, "The order in patch list:\n%s\n doesn't match $setElementOrder list:\n%s\n",
		text.buf, wanted.buf);
	str_release(&text);
	str_release(&wanted);
	return -1;
}

/* The order of the patch's list must be that of its $setElementOrder. */
static int
check_order(const struct patcher *patcher, const struct value *list, const struct value *order, const char *key)
{
	size_t at = 0;

	if (!value_count(order))
		return 0;
	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *element = value_at(list, i);

		if (value_get(element, PATCH_DIRECTIVE))
			continue;
		if (*key && !value_get(element, key))
			return patch_no_key(patcher, element, key);
		while (at < value_count(order) && !same_element(element, value_at(order, at), key))
			at++;
		if (at == value_count(order))
			return wrong_order(patcher, list, order);
		at++;
	}
	return 0;
}

/* One $setElementOrder/NAME with the list that it is about, which is done then. */
static int
apply_order(const struct patcher *patcher, const char *type, struct value *original, struct value *patch,
	const char *name, struct value *order)
{
	struct patch_meta meta = patch_meta_of(type, name, patcher->arena);
	struct value *has = value_get(original, name), *list = value_get(patch, name), *merged, *server;

	if (order->type != VALUE_LIST || (list && list->type != VALUE_LIST) || (has && has->type != VALUE_LIST))
		return err_set(patcher->err, ERR_INPUT, "invalid patch format of setElementOrder list");
	if (!has && !list)
		return 0;
	if (check_order(patcher, list, order, meta.key))
		return -1;
	server = has ? value_copy(patcher->arena, has) : value_list(patcher->arena);
	if (!list)
		merged = has;
	else if (!has)
		merged = plain(patcher, list);
	else
		merged = merge_list(patcher, &meta, has, list);
	merged = merged ? weave(patcher, merged, order, server, meta.key) : NULL;
	if (!merged)
		return -1;
	value_set(patcher->arena, original, name, merged);
	value_remove(patch, name);
	return 0;
}

static int
apply_orders(const struct patcher *patcher, const char *type, struct value *original, struct value *patch)
{
	for (size_t i = patch->map.n; i-- > 0;) {
		const char *key = patch->map.v[i].key;
		struct value *order = patch->map.v[i].value;

		if (!str_starts(key, PATCH_SET_ORDER))
			continue;
		if (!patcher->apply)
			value_set(patcher->arena, original, key, order);
		value_remove(patch, key);
		if (apply_order(patcher, type, original, patch, key + strlen(PATCH_SET_ORDER), order))
			return -1;
		i = patch->map.n; /* the list may have gone with its order */
	}
	return 0;
}

static int
merge_entry(const struct patcher *patcher, const char *type, struct value *original, const struct value_entry *entry)
{
	bool deletes = str_starts(entry->key, PATCH_DELETE_FROM);
	const char *name = deletes && patcher->apply ? entry->key + strlen(PATCH_DELETE_FROM) : entry->key;
	struct value *has = value_get(original, name), *merged;
	struct patch_meta meta;

	if (value_is_null(entry->value)) {
		value_remove(original, name);
		if (!patcher->apply)
			value_set(patcher->arena, original, name, entry->value);
		return 0;
	}
	if (deletes && patcher->apply) {
		if (has && has->type == VALUE_LIST && entry->value->type == VALUE_LIST)
			value_set(patcher->arena, original, name, without(patcher, has, entry->value));
		return 0;
	}
	meta = patch_meta_of(type, name, patcher->arena);
	if (deletes || !has || has->type != entry->value->type)
		merged = deletes ? entry->value : plain(patcher, entry->value);
	else if (has->type == VALUE_MAP && !meta.replace)
		merged = patch_merge_map(patcher, meta.type, has, entry->value);
	else if (has->type == VALUE_LIST)
		merged = merge_list(patcher, &meta, has, entry->value);
	else
		merged = entry->value;
	if (merged)
		value_set(patcher->arena, original, name, merged);
	else if (patcher->err->kind != ERR_NONE)
		return -1;
	else
		value_remove(original, name);
	return 0;
}

struct value *
patch_merge_map(const struct patcher *patcher, const char *type, struct value *original, struct value *patch)
{
	if (value_get(patch, PATCH_DIRECTIVE)) {
		if (patch_has_directive(patch, "delete"))
			return value_map(patcher->arena);
		if (!patch_has_directive(patch, "replace")) {
			bad_directive(patcher, patch);
			return NULL;
		}
		value_remove(patch, PATCH_DIRECTIVE);
		return patch;
	}
	if (apply_retain_keys(patcher, original, patch) || apply_orders(patcher, type, original, patch))
		return NULL;
	for (size_t i = 0; i < patch->map.n; i++) {
		if (merge_entry(patcher, type, original, &patch->map.v[i]))
			return NULL;
	}
	return original;
}

int
patch_strategic(const char *type, const struct value *current, const struct value *patch, struct arena *arena,
	struct value **out, struct err *err)
{
	struct err fresh = ERR_INIT;
	struct patcher patcher = { arena, &fresh, true };
	struct value *merged;

	if (patch->type != VALUE_MAP)
		return err_set(err, ERR_INPUT, "invalid JSON document");
	merged = patch_merge_map(&patcher, type, value_copy(arena, current), value_copy(arena, patch));
	if (merged)
		*out = merged;
	else
		err_set(err, fresh.kind, "%s", fresh.text);
	err_release(&fresh);
	return merged ? 0 : -1;
}
