/*
 * What controllers share: changing a copy and writing it only when it differs, owners, conditions, pods from a template.
 */
#ifndef CONTROL_WORKLOAD_H
#define CONTROL_WORKLOAD_H

#include "api/view.h"
#include "server/server.h"

typedef VEC(const struct object *) object_vec;

/* Takes over the copy: writes it when it differs from the object, else drops it.  True when something was written. */
bool workload_commit(struct server *server, const struct object *object, struct object *copy);

/* Writes a status made in another arena, when it differs from the object's.  At rest nothing is copied. */
bool workload_put_status(struct server *server, const struct object *object, const struct value *status);

/* The objects of a kind as they are now, a reference to each, so that writing while walking does no harm. */
void workload_list(struct server *server, const char *kind, const char *namespace, object_vec *out);
void workload_list_release(object_vec *list);

/* As a request does, so that pods go gracefully; one that is gone already is no error. */
void workload_delete(struct server *server, const struct object *object);

/* metadata.ownerReferences with controller: true; NULL when there is none. */
const struct value *workload_controller_of(const struct object *object);
bool workload_owned_by(const struct object *object, const struct object *owner);
struct value *workload_owner_reference(struct arena *arena, const struct object *owner);

/* A pod's metadata and spec from owner.spec.template, with the owner's reference; in arena. */
struct value *workload_pod(struct arena *arena, const struct object *owner);

/* Of spec.template: a 32-bit number in decimal, spelled by rand.SafeEncodeString. */
void workload_template_hash(const struct object *owner, char hash[static 16]);

bool workload_pod_live(const struct pod *pod);	/* neither finished nor on its way out */

struct condition {
	const char *type, *status, *reason, *message;
	bool has_update_time;	/* Deployment conditions carry lastUpdateTime, pods' lastProbeTime: null */
	bool probed;
};
/* Sets one of status.conditions; its transition time moves only when the status changes, and it goes to the end then. */
void workload_condition(struct arena *arena, struct value *status, const struct condition *condition, int64_t now);

#endif
