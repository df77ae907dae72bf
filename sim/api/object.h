/*
 * One version of one object.  Everything reachable from it lives in its arena; a stored object is never changed, only
 * replaced; each holder (the store, a snapshot, a request's answer) has one reference.
 */
#ifndef API_OBJECT_H
#define API_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "api/kind.h"
#include "api/value.h"

struct object {
	struct arena arena;
	const struct kind *kind;
	const char *namespace;	/* "" for cluster-wide kinds */
	const char *name;
	struct value *root;	/* apiVersion and kind included */
	uint64_t version;	/* metadata.resourceVersion; 0 until stored */
	unsigned refs;
	const void *view;	/* the typed view of api/view.h, made on first use, in the arena */
};

/* A new object with one reference and an empty arena; the caller fills root in that arena, then object_seal. */
struct object *object_new(const struct kind *kind);
struct object *object_copy(const struct object *object);	/* deep, one reference, view not copied, version 0 */
void object_seal(struct object *object);	/* takes name and namespace from root.metadata */
struct object *object_ref(const struct object *object);
void object_unref(struct object *object);	/* NULL is fine */

struct value *object_meta(const struct object *object);
const char *object_label(const struct object *object, const char *key);		/* NULL when absent */
const char *object_annotation(const struct object *object, const char *key);
const char *object_uid(const struct object *object);
int64_t object_created(const struct object *object);	/* ns since 1970; 0 when unset */
bool object_is_deleting(const struct object *object);	/* has a deletionTimestamp */

/* Label selectors.  matchLabels-only maps, and metav1.LabelSelector. */
bool selector_matches_map(const struct value *selector, const struct value *labels);	/* all pairs; an empty or NULL map matches all */
bool selector_matches(const struct value *label_selector, const struct value *labels);	/* NULL matches nothing, {} all */

#endif
