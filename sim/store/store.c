/*
 * One sorted array of references a kind: a namespace is a run of it, a list costs two binary searches and copies
 * nothing.  The log holds a reference to each version that it tells of, so an event's object stays good for as
 * long as the store lives.
 */
#include "store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcsim/mem.h"
#include "svcsim/vec.h"

struct shelf {
	const struct object **v;
	size_t n, cap;
	uint64_t version; /* of the last change */
};

struct store {
	struct shelf shelves[KIND_COUNT_MAX];
	uint64_t version;
	VEC(struct store_event) log;
};

struct store_snapshot {
	struct shelf shelves[KIND_COUNT_MAX];
};

struct store *
store_new(void)
{
	return xcalloc(1, sizeof(struct store));
}

static void
shelf_release(struct shelf *shelf)
{
	for (size_t i = 0; i < shelf->n; i++)
		object_unref((struct object *)shelf->v[i]);
	free(shelf->v);
}

void
store_free(struct store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < KIND_COUNT_MAX; i++)
		shelf_release(&store->shelves[i]);
	for (size_t i = 0; i < store->log.n; i++)
		object_unref((struct object *)store->log.v[i].object);
	vec_release(&store->log);
	free(store);
}

uint64_t
store_version(const struct store *store)
{
	return store->version;
}

void
store_set_version(struct store *store, uint64_t version)
{
	if (version > store->version)
		store->version = version;
}

uint64_t
store_kind_version(const struct store *store, const struct kind *kind)
{
	return store->shelves[kind->index].version;
}

size_t
store_count(const struct store *store)
{
	size_t n = 0;

	for (size_t i = 0; i < KIND_COUNT_MAX; i++)
		n += store->shelves[i].n;
	return n;
}

/* name NULL stands before every name of the namespace. */
static int
key_compare(const struct object *object, const char *namespace, const char *name)
{
	int order = strcmp(object->namespace, namespace);

	if (order)
		return order;
	return name ? strcmp(object->name, name) : 1;
}

/* The place of the first object that is not below the key. */
static size_t
shelf_find(const struct shelf *shelf, const char *namespace, const char *name)
{
	size_t low = 0, high = shelf->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (key_compare(shelf->v[mid], namespace, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
shelf_has(const struct shelf *shelf, size_t i, const char *namespace, const char *name)
{
	return i < shelf->n && !key_compare(shelf->v[i], namespace, name);
}

const struct object *
store_get(const struct store *store, const struct kind *kind, const char *namespace, const char *name)
{
	const struct shelf *shelf = &store->shelves[kind->index];
	size_t i = shelf_find(shelf, namespace, name);

	return shelf_has(shelf, i, namespace, name) ? shelf->v[i] : NULL;
}

/* The place behind the last object of the namespace. */
static size_t
shelf_run_end(const struct shelf *shelf, size_t start, const char *namespace)
{
	size_t low = start, high = shelf->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(shelf->v[mid]->namespace, namespace) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct object *const *
store_list(const struct store *store, const struct kind *kind, const char *namespace, size_t *n)
{
	static const struct object *const nothing[1];
	const struct shelf *shelf = &store->shelves[kind->index];
	size_t start;

	*n = shelf->n;
	if (!shelf->n)
		return nothing;
	if (!namespace)
		return shelf->v;
	start = shelf_find(shelf, namespace, NULL);
	*n = shelf_run_end(shelf, start, namespace) - start;
	return shelf->v + start;
}

/* Puts the object, with its reference, in its place.  true: it replaced another version. */
static bool
shelf_put(struct shelf *shelf, const struct object *object)
{
	size_t i = shelf_find(shelf, object->namespace, object->name);

	if (shelf_has(shelf, i, object->namespace, object->name)) {
		object_unref((struct object *)shelf->v[i]);
		shelf->v[i] = object;
		return true;
	}
	if (shelf->n == shelf->cap)
		shelf->v = vec_grow(shelf->v, shelf->n, &shelf->cap, sizeof *shelf->v);
	memmove(&shelf->v[i + 1], &shelf->v[i], (shelf->n - i) * sizeof *shelf->v);
	shelf->v[i] = object;
	shelf->n++;
	return false;
}

static void
log_add(struct store *store, enum store_event_type type, const struct object *object)
{
	struct store_event *event = vec_push(&store->log);

	event->version = store->version;
	event->type = type;
	event->object = object_ref(object);
	store->shelves[object->kind->index].version = store->version;
}

void
store_put(struct store *store, struct object *object)
{
	char text[24];
	bool replaced;

	object->version = ++store->version;
	snprintf(text, sizeof text, "%" PRIu64, object->version);
	value_set_text(&object->arena, object_meta(object), "resourceVersion", text);
	replaced = shelf_put(&store->shelves[object->kind->index], object);
	log_add(store, replaced ? STORE_MODIFIED : STORE_ADDED, object);
}

void
store_load(struct store *store, struct object *object)
{
	const char *version = value_get_text(object_meta(object), "resourceVersion");
	struct shelf *shelf = &store->shelves[object->kind->index];

	object->version = version ? strtoull(version, NULL, 10) : 0;
	store_set_version(store, object->version);
	if (shelf->version < object->version)
		shelf->version = object->version;
	shelf_put(shelf, object);
}

bool
store_delete(struct store *store, const struct kind *kind, const char *namespace, const char *name)
{
	struct shelf *shelf = &store->shelves[kind->index];
	size_t i = shelf_find(shelf, namespace, name);
	const struct object *object;

	if (!shelf_has(shelf, i, namespace, name))
		return false;
	object = shelf->v[i];
	memmove(&shelf->v[i], &shelf->v[i + 1], (shelf->n - i - 1) * sizeof *shelf->v);
	shelf->n--;
	store->version++;
	log_add(store, STORE_DELETED, object);
	object_unref((struct object *)object);
	return true;
}

const struct store_event *
store_events(const struct store *store, uint64_t since, size_t *n)
{
	size_t low = 0, high = store->log.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (store->log.v[mid].version <= since)
			low = mid + 1;
		else
			high = mid;
	}
	*n = store->log.n - low;
	return *n ? store->log.v + low : NULL;
}

struct store_snapshot *
store_snapshot(const struct store *store)
{
	struct store_snapshot *snapshot = xcalloc(1, sizeof *snapshot);

	for (size_t k = 0; k < KIND_COUNT_MAX; k++) {
		const struct shelf *from = &store->shelves[k];
		struct shelf *to = &snapshot->shelves[k];

		if (!from->n)
			continue;
		to->v = xreallocarray(NULL, from->n, sizeof *to->v);
		for (to->n = 0; to->n < from->n; to->n++)
			to->v[to->n] = object_ref(from->v[to->n]);
	}
	return snapshot;
}

/* Deletes what the snapshot has not, from the end on, as deleting moves what stands behind. */
static void
restore_deletions(struct store *store, size_t k, const struct shelf *old)
{
	struct shelf *shelf = &store->shelves[k];

	for (size_t i = shelf->n; i-- > 0;) {
		const struct object *object = shelf->v[i];

		if (!shelf_has(old, shelf_find(old, object->namespace, object->name), object->namespace, object->name))
			store_delete(store, object->kind, object->namespace, object->name);
	}
}

void
store_restore(struct store *store, const struct store_snapshot *snapshot)
{
	for (size_t k = 0; k < KIND_COUNT_MAX; k++) {
		const struct shelf *old = &snapshot->shelves[k];

		restore_deletions(store, k, old);
		for (size_t i = 0; i < old->n; i++) {
			const struct object *now =
				store_get(store, old->v[i]->kind, old->v[i]->namespace, old->v[i]->name);

			if (now != old->v[i])
				store_put(store, object_copy(old->v[i]));
		}
	}
}

void
store_snapshot_free(struct store_snapshot *snapshot)
{
	if (!snapshot)
		return;
	for (size_t k = 0; k < KIND_COUNT_MAX; k++)
		shelf_release(&snapshot->shelves[k]);
	free(snapshot);
}
