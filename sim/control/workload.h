/*
 * What controllers share: changing a copy and writing it only when it differs, owners, conditions, pods from a
 * template.
 */
#ifndef CONTROL_WORKLOAD_H
#define CONTROL_WORKLOAD_H

#include "api/view.h"
#include "control/events.h"
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
void workload_delete_as(struct server *server, const struct object *object, enum propagation propagation);

/* metadata.ownerReferences with controller: true; NULL when there is none. */
const struct value *workload_controller_of(const struct object *object);
bool workload_owned_by(const struct object *object, const struct object *owner);
struct value *workload_owner_reference(struct arena *arena, const struct object *owner);

/*
 * The owner's among the objects, a reference to each as it is now: orphans that its spec.selector matches are
 * adopted, those of its own that it doesn't match any more are let go.  filter may be NULL; what it refuses is
 * neither adopted nor kept.  An object on its way out is never adopted but stays its owner's.
 */
void workload_claim(struct server *server, const struct object *owner, const object_vec *objects,
	bool (*filter)(const struct object *owner, const struct object *object), object_vec *mine);
/* Takes the reference to that owner out of the object's metadata, of a copy. */
void workload_drop_owner(struct object *copy, const char *uid);

/*
 * Makes a pod.  NULL when it was refused; *why, owned by the caller, is then what is wrong with it, and NULL when it
 * is there already or its namespace goes.
 */
const struct object *workload_try_pod(struct server *server, const struct object *owner, const struct value *pod, char **why);
/* The same, with what most controllers say about it; refusal, as *why above, may be NULL. */
bool workload_create_pod(struct server *server, const struct object *owner, const struct value *pod, enum event created,
	enum event failed, char **refusal);

/* A pod's metadata and spec from owner.spec.template, with the owner's reference; in arena. */
struct value *workload_pod(struct arena *arena, const struct object *owner);
struct value *workload_pod_from(struct arena *arena, const struct object *owner, const struct value *template);

/* Of spec.template as spew shows it (ComputeHash): a 32-bit number in decimal, spelled by rand.SafeEncodeString. */
void workload_template_hash(const struct object *owner, char hash[static 16]);

bool workload_pod_live(const struct pod *pod);	/* neither finished nor on its way out */
bool workload_waits(const struct object *pod);	/* deleted, its time over, but finalizers keep it */
bool workload_pod_done(const struct pod *pod);	/* Succeeded or Failed */
/*
 * Ready for that long?  When it is ready and only time is missing, *wake comes down to when it will be.  wake may be
 * NULL.
 */
bool workload_pod_available(const struct server *server, const struct object *pod, int64_t min_ready_seconds, int64_t *wake);
/* When a condition of that type got the status True; CLOCK_NEVER when it is not True. */
int64_t workload_true_since(const struct object *object, const char *condition);

/* A time at map.key; 0 when there is none. */
int64_t workload_time(const struct value *map, const char *key);
/* spec.field of a workload, and status.field. */
int64_t workload_spec_int(const struct object *object, const char *field, int64_t otherwise);
int64_t workload_status_int(const struct object *object, const char *field);
/* Sets it, or takes it away when it is 0, as fields with omitempty are written. */
void workload_put_count(struct arena *arena, struct value *status, const char *field, int64_t count);
/* An IntOrString of so many, percentages rounded up or down. */
int64_t workload_share(const struct value *count_or_percent, int64_t of, bool up);

struct condition {
	const char *type, *status, *reason, *message;
	bool has_update_time;	/* Deployment conditions carry lastUpdateTime, pods' lastProbeTime: null */
	bool probed;
};
/* Sets one of status.conditions; its transition time moves only when the status changes, and it goes to the end then. */
void workload_condition(struct arena *arena, struct value *status, const struct condition *condition, int64_t now);

#endif
