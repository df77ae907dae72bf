/*
 * All objects of one cluster, each the newest version of itself, sorted by kind, namespace and name.  A put
 * replaces and never edits; versions count up through the whole store, as etcd's revision does.  The log of
 * changes feeds watches and saving.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/object.h"

enum store_event_type { STORE_ADDED, STORE_MODIFIED, STORE_DELETED };

struct store_event {
	uint64_t version;		/* the store's version after the change */
	enum store_event_type type;
	const struct object *object;	/* the new version; of a deletion the last one */
};

struct store;
struct store_snapshot;

struct store *store_new(void);
void store_free(struct store *store);

uint64_t store_version(const struct store *store);
void store_set_version(struct store *store, uint64_t version);	/* when loading a saved cluster; never backwards */
size_t store_count(const struct store *store);	/* of all objects */
uint64_t store_kind_version(const struct store *store, const struct kind *kind);	/* of its last change; 0 never */

/* NULL when absent.  Good until the next change of that object; take a reference to keep it. */
const struct object *store_get(const struct store *store, const struct kind *kind, const char *namespace, const char *name);

/*
 * The objects of a kind in one namespace, or in all (namespace NULL), sorted by namespace and name: *n of them in an
 * array of the store's own.  The array is good until the next change of the kind.
 */
const struct object *const *store_list(const struct store *store, const struct kind *kind, const char *namespace, size_t *n);

/*
 * Takes over the caller's reference.  Gives the object the next version and writes it into
 * metadata.resourceVersion; the object must not be in the store yet.
 */
void store_put(struct store *store, struct object *object);
/* As it was saved: keeps its resourceVersion, and writes nothing into the log. */
void store_load(struct store *store, struct object *object);
bool store_delete(struct store *store, const struct kind *kind, const char *namespace, const char *name);

/* The log: events with version > since, oldest first; *n of them.  Good until the next change. */
const struct store_event *store_events(const struct store *store, uint64_t since, size_t *n);

/* All objects as they are now; costs a reference each.  Restoring counts as changes (versions go on upwards). */
struct store_snapshot *store_snapshot(const struct store *store);
void store_restore(struct store *store, const struct store_snapshot *snapshot);
void store_snapshot_free(struct store_snapshot *snapshot);

#endif
