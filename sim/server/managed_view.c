/* Follows k8s.io/cli-runtime/pkg/printers/managedfields.go. */
#include "server/managed_view.h"

#include <string.h>

#include "api/yaml.h"

/* The map with entries of its own; the values are the same. */
static struct value *
shallow(struct arena *arena, const struct value *map)
{
	struct value *copy = value_map(arena);

	for (size_t i = 0; i < map->map.n; i++)
		value_set(arena, copy, map->map.v[i].key, map->map.v[i].value);
	return copy;
}

static struct value *
view_entry(struct arena *arena, const struct value *entry)
{
	const char *text = value_get_text(entry, "fieldsV1");
	struct value *copy = shallow(arena, entry), *fields = NULL;
	struct err err = ERR_INIT;

	if (text && !json_read("fieldsV1", text, strlen(text), arena, &fields, &err))
		value_set(arena, copy, "fieldsV1", fields);
	err_release(&err);
	return copy;
}

static const struct value *
view_object(struct arena *arena, const struct value *root, bool keep)
{
	const struct value *meta = value_get(root, "metadata"), *list = value_get(meta, "managedFields");
	struct value *copy, *entries;

	if (!list)
		return root;
	copy = shallow(arena, meta);
	entries = value_list(arena);
	for (size_t i = 0; keep && i < value_count(list); i++)
		value_append(arena, entries, view_entry(arena, value_at(list, i)));
	if (keep)
		value_set(arena, copy, "managedFields", entries);
	else
		value_remove(copy, "managedFields");
	meta = copy;
	copy = shallow(arena, root);
	value_set(arena, copy, "metadata", (struct value *)meta);
	return copy;
}

const struct value *
managed_view(struct arena *arena, const struct value *root, bool keep)
{
	const struct value *items = value_get(root, "items");
	struct value *copy, *list;

	if (!items || items->type != VALUE_LIST)
		return root->type == VALUE_MAP ? view_object(arena, root, keep) : root;
	copy = shallow(arena, root);
	list = value_list(arena);
	for (size_t i = 0; i < items->list.n; i++)
		value_append(arena, list, (struct value *)view_object(arena, items->list.v[i], keep));
	value_set(arena, copy, "items", list);
	return copy;
}
