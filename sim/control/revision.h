/*
 * The history of StatefulSets and DaemonSets: one ControllerRevision for each template that there was.
 */
#ifndef CONTROL_REVISION_H
#define CONTROL_REVISION_H

#include "control/workload.h"

struct revisions {
	object_vec list;		/* the owner's, the newest last; a reference to each */
	const struct object *update;	/* of the present template */
};

/* How the owner's kind marks its own. */
struct revision_mark {
	const char *label;	/* that holds the hash, "controller.kubernetes.io/hash" */
	bool of_template;	/* the hash is the template's, which pods have as well, not that of the whole data */
};

/* Finds the owner's, and makes that of its template or gives it the newest number when the template is an old one. */
void revisions_find(struct server *server, const struct object *owner, const struct revision_mark *mark,
	struct revisions *revisions);
void revisions_release(struct revisions *revisions);

const struct object *revisions_named(const struct revisions *revisions, const char *name);	/* NULL */
/* Deletes the oldest that are too many by spec.revisionHistoryLimit, but for those that are in use. */
void revisions_trim(struct server *server, const struct object *owner, const struct revisions *revisions,
	bool (*in_use)(const struct object *revision, const void *arg), const void *arg);

/* The template that it keeps; in arena. */
struct value *revision_template(struct arena *arena, const struct object *revision);

#endif
