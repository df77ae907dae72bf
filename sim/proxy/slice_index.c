/* A map from Services to their slices, in the order of the store. */
#include "proxy/slice_index.h"

#include <string.h>

#include "svcsim/str.h"

static const char *
key_of(struct str *key, const char *namespace, const char *service)
{
	str_clear(key);
	str_addf(key, "%s/%s", namespace, service);
	return key->buf;
}

static struct slice_list *
list_made(struct slice_index *index, const char *key)
{
	struct slice_list *list = map_get(&index->services, key);

	if (!list) {
		list = xcalloc(1, sizeof *list);
		map_set(&index->services, key, list);
	}
	return list;
}

/* Slices of Services in other namespaces never meet: a slice is of a Service of its own namespace. */
static size_t
place_of(const struct slice_list *list, const char *name)
{
	size_t i = 0;

	while (i < list->v.n && strcmp(list->v.v[i]->object->name, name) < 0)
		i++;
	return i;
}

static bool
list_has(const struct slice_list *list, size_t place, const char *name)
{
	return place < list->v.n && strcmp(list->v.v[place]->object->name, name) == 0;
}

static void
list_put(struct slice_list *list, const struct slice *slice)
{
	size_t place = place_of(list, slice->object->name);

	if (!list_has(list, place, slice->object->name)) {
		vec_push(&list->v);
		memmove(&list->v.v[place + 1], &list->v.v[place], (list->v.n - 1 - place) * sizeof *list->v.v);
	}
	list->v.v[place] = slice;
}

static bool
list_remove(struct slice_list *list, const char *name)
{
	size_t place = place_of(list, name);

	if (!list_has(list, place, name))
		return false;
	memmove(&list->v.v[place], &list->v.v[place + 1], (list->v.n - 1 - place) * sizeof *list->v.v);
	list->v.n--;
	return true;
}

void
slice_index_init(struct slice_index *index, const struct store *store)
{
	struct str key = STR_INIT;
	size_t n;
	const struct object *const *objects = store_list(store, kind_by_kind("EndpointSlice"), NULL, &n);

	*index = (struct slice_index){ MAP_INIT };
	for (size_t i = 0; i < n; i++) {
		const struct slice *slice = slice_view(objects[i]);

		if (*slice->service)
			*vec_push(&list_made(index, key_of(&key, objects[i]->namespace, slice->service))->v) = slice;
	}
	str_release(&key);
}

void
slice_index_release(struct slice_index *index)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&index->services, &i));) {
		struct slice_list *list = entry->value;

		vec_release(&list->v);
		free(list);
	}
	map_release(&index->services);
}

const struct slice_list *
slice_index_of(const struct slice_index *index, const char *namespace, const char *service)
{
	struct str key = STR_INIT;
	const struct slice_list *list = map_get(&index->services, key_of(&key, namespace, service));

	str_release(&key);
	return list;
}

/* Its label may have named another Service until now. */
static void
leave_others(struct slice_index *index, const struct object *object, const char *present, slice_touched_fn *touched,
	void *arg)
{
	const struct map_entry *entry;
	size_t len = strlen(object->namespace);

	for (size_t i = 0; (entry = map_next(&index->services, &i));) {
		if (strncmp(entry->key, object->namespace, len) != 0 || entry->key[len] != '/' ||
				strcmp(entry->key, present) == 0)
			continue;
		if (list_remove(entry->value, object->name))
			touched(arg, entry->key);
	}
}

void
slice_index_change(struct slice_index *index, const struct store_event *event, slice_touched_fn *touched, void *arg)
{
	const struct object *object = event->object;
	const struct slice *slice = slice_view(object);
	struct str key = STR_INIT;
	struct slice_list *list = NULL;
	bool known;

	key_of(&key, object->namespace, slice->service);
	if (*slice->service)
		list = list_made(index, key.buf);
	known = list && list_has(list, place_of(list, object->name), object->name);
	if (event->type == STORE_MODIFIED && !known)
		leave_others(index, object, key.buf, touched, arg);
	if (list && event->type == STORE_DELETED)
		list_remove(list, object->name);
	else if (list)
		list_put(list, slice);
	if (list)
		touched(arg, key.buf);
	str_release(&key);
}
