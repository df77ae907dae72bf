/*
 * The JSON merge patches that kubectl makes for kinds whose types it doesn't have: lists are replaced as a whole.
 * Follows github.com/evanphx/json-patch (CreateMergePatch) and k8s.io/apimachinery/pkg/util/jsonmergepatch/patch.go.
 */
#include <string.h>

#include "api/patch.h"

struct value *
patch_merge_diff(const struct value *before, const struct value *after, struct arena *arena)
{
	struct value *patch = value_map(arena);

	for (size_t i = 0; i < value_count(before); i++) {
		const char *key = before->map.v[i].key;
		const struct value *old = before->map.v[i].value, *new = value_get(after, key);
		struct value *inner;

		if (!new) {
			value_set(arena, patch, key, value_null(arena));
		} else if (old->type == VALUE_MAP && new->type == VALUE_MAP) {
			inner = patch_merge_diff(old, new, arena);
			if (value_count(inner))
				value_set(arena, patch, key, inner);
		} else if (!value_equal(old, new)) {
			value_set(arena, patch, key, value_copy(arena, new));
		}
	}
	for (size_t i = 0; i < value_count(after); i++)
		if (!value_get(before, after->map.v[i].key))
			value_set(arena, patch, after->map.v[i].key, value_copy(arena, after->map.v[i].value));
	return patch;
}

/* Of a patch only what it deletes, or only what it sets. */
static struct value *
part_of(const struct value *patch, bool deletions, struct arena *arena)
{
	struct value *part = value_map(arena);

	for (size_t i = 0; i < patch->map.n; i++) {
		struct value *value = patch->map.v[i].value, *inner;

		if (value->type == VALUE_MAP && value_count(value)) {
			inner = part_of(value, deletions, arena);
			if (value_count(inner))
				value_set(arena, part, patch->map.v[i].key, inner);
		} else if (value_is_null(value) == deletions) {
			value_set(arena, part, patch->map.v[i].key, value);
		}
	}
	return part;
}

/* What `from` sets over what is in `to`. */
static void
overlay(struct arena *arena, struct value *to, const struct value *from)
{
	for (size_t i = 0; i < from->map.n; i++) {
		struct value *there = value_get(to, from->map.v[i].key), *value = from->map.v[i].value;

		if (there && there->type == VALUE_MAP && value->type == VALUE_MAP)
			overlay(arena, there, value);
		else
			value_set(arena, to, from->map.v[i].key, value);
	}
}

struct value *
patch_merge_three_way(const struct value *original, const struct value *modified, const struct value *current,
	struct arena *arena)
{
	struct value *set = part_of(patch_merge_diff(current, modified, arena), false, arena), *patch;

	if (!original)
		return set;
	patch = part_of(patch_merge_diff(original, modified, arena), true, arena);
	overlay(arena, patch, set);
	return patch;
}
