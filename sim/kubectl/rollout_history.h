/*
 * The revisions that a workload had, each a pod template: a Deployment's are its ReplicaSets, those of a DaemonSet or
 * StatefulSet its ControllerRevisions.
 */
#ifndef KUBECTL_ROLLOUT_HISTORY_H
#define KUBECTL_ROLLOUT_HISTORY_H

#include "store/store.h"
#include "svcsim/vec.h"

#define CHANGE_CAUSE "kubernetes.io/change-cause"

struct history_revision {
	int64_t number;
	const struct object *object;
};

struct history {
	const struct object *workload;
	VEC(struct history_revision) list;	/* oldest first */
};

/* Whether objects of the kind have a history. */
bool history_has(const struct kind *kind);
void history_find(const struct store *store, const struct object *workload, struct history *history);
void history_release(struct history *history);
const struct history_revision *history_numbered(const struct history *history, int64_t number);	/* NULL */

/* Its template, a ReplicaSet's with the label of its hash; in arena. */
struct value *history_template(struct arena *arena, const struct history_revision *revision);
/* The object that stands for it: the ReplicaSet, or the workload as it was with that template; in arena. */
struct value *history_object(struct arena *arena, const struct history *history, const struct history_revision *revision);

#endif
