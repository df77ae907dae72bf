/*
 * The garbage collector (pkg/controller/garbagecollector/garbagecollector.go): objects whose owners are all gone go
 * too, references to owners that are gone are taken out where another is left, and the two finalizers that a
 * deletion may put on an owner are seen to: foregroundDeletion keeps it until what blocks it is gone, orphan until
 * its dependents have let go of it.
 */
#include <string.h>

#include "control/controllers.h"
#include "control/workload.h"

static const struct object *
owner_of(const struct server *server, const struct value *reference, const char *namespace)
{
	const char *version = value_get_text(reference, "apiVersion"), *name = value_get_text(reference, "kind");
	const struct kind *kind = version && name ? kind_by_gvk(version, name) : NULL;
	const char *uid = value_get_text(reference, "uid");
	const struct object *object;

	name = value_get_text(reference, "name");
	object = kind && name ? store_get(server->store, kind, kind->namespaced ? namespace : "", name) : NULL;
	return object && uid && strcmp(uid, object_uid(object)) == 0 ? object : NULL;
}

static bool
has_finalizer(const struct object *object, const char *finalizer)
{
	const struct value *finalizers = value_get(object_meta(object), "finalizers");

	for (size_t i = 0; i < value_count(finalizers); i++)
		if (strcmp(value_text(value_at(finalizers, i)), finalizer) == 0)
			return true;
	return false;
}

static void
remove_finalizer(struct server *server, const struct object *object, const char *finalizer)
{
	struct object *copy = object_copy(object);
	struct value *finalizers = value_get(object_meta(copy), "finalizers");

	for (size_t i = value_count(finalizers); i-- > 0;)
		if (strcmp(value_text(value_at(finalizers, i)), finalizer) == 0)
			value_remove_at(finalizers, i);
	if (!value_count(finalizers))
		value_remove(object_meta(copy), "finalizers");
	workload_commit(server, object, copy);
}

/* ---- owners that are deleted ---- */

/* The reference to the owner; NULL. */
static const struct value *
reference_to(const struct object *object, const char *uid)
{
	const struct value *owners = value_get(object_meta(object), "ownerReferences");

	for (size_t i = 0; i < value_count(owners); i++) {
		const char *have = value_get_text(value_at(owners, i), "uid");

		if (have && strcmp(have, uid) == 0)
			return value_at(owners, i);
	}
	return NULL;
}

/* A reference to each. */
static void
dependents_of(const struct server *server, const struct object *owner, object_vec *out)
{
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *objects = store_list(
			server->store, kind, kind->namespaced && owner->kind->namespaced ? owner->namespace : NULL, &n);

		for (size_t i = 0; i < n; i++)
			if (reference_to(objects[i], object_uid(owner)))
				*vec_push(out) = object_ref(objects[i]);
	}
}

static void
orphan_dependents(struct server *server, const struct object *owner)
{
	object_vec dependents = VEC_INIT;

	dependents_of(server, owner, &dependents);
	for (size_t i = 0; i < dependents.n; i++) {
		struct object *copy = object_copy(dependents.v[i]);

		workload_drop_owner(copy, object_uid(owner));
		workload_commit(server, dependents.v[i], copy);
	}
	workload_list_release(&dependents);
	remove_finalizer(server, owner, "orphan");
}

/* What says that it blocks goes first, in the same way when it has dependents itself. */
static void
delete_dependents(struct server *server, const struct object *owner)
{
	object_vec dependents = VEC_INIT, below = VEC_INIT;
	bool blocked = false;

	dependents_of(server, owner, &dependents);
	for (size_t i = 0; i < dependents.n; i++) {
		if (!value_get_bool(reference_to(dependents.v[i], object_uid(owner)), "blockOwnerDeletion", false))
			continue;
		blocked = true;
		if (object_is_deleting(dependents.v[i]))
			continue;
		dependents_of(server, dependents.v[i], &below);
		workload_delete_as(server, dependents.v[i], below.n ? PROPAGATE_FOREGROUND : PROPAGATE_BACKGROUND);
		workload_list_release(&below);
	}
	workload_list_release(&dependents);
	if (!blocked)
		remove_finalizer(server, owner, "foregroundDeletion");
}

/* ---- objects whose owners are gone ---- */

/* A copy without the references to owners that are gone. */
static void
drop_absent(struct server *server, const struct object *object)
{
	const struct value *owners = value_get(object_meta(object), "ownerReferences");
	struct object *copy = object_copy(object);

	for (size_t i = 0; i < value_count(owners); i++)
		if (!owner_of(server, value_at(owners, i), object->namespace) && value_get_text(value_at(owners, i), "uid"))
			workload_drop_owner(copy, value_get_text(value_at(owners, i), "uid"));
	workload_commit(server, object, copy);
}

static void
look_at_owners(struct server *server, const struct object *object)
{
	const struct value *owners = value_get(object_meta(object), "ownerReferences");
	size_t there = 0;

	for (size_t i = 0; i < value_count(owners); i++)
		there += owner_of(server, value_at(owners, i), object->namespace) != NULL;
	if (there && there < value_count(owners))
		drop_absent(server, object);
	else if (!there)
		workload_delete(server, object);
}

/* An owner of a kind that the server does not serve can't be looked for, so nothing is known of it: nobody is deleted. */
static bool
owner_unknowable(const struct value *reference)
{
	const char *version = value_get_text(reference, "apiVersion"), *kind = value_get_text(reference, "kind");

	return !version || !kind || !kind_by_gvk(version, kind);
}

static bool
concerns_us(const struct server *server, const struct object *object)
{
	const struct value *owners = value_get(object_meta(object), "ownerReferences");

	if (object_is_deleting(object))
		return value_count(value_get(object_meta(object), "finalizers"));
	for (size_t i = 0; i < value_count(owners); i++)
		if (owner_unknowable(value_at(owners, i)))
			return false;
	for (size_t i = 0; i < value_count(owners); i++)
		if (!owner_of(server, value_at(owners, i), object->namespace))
			return true;
	return false;
}

static int64_t
reconcile(struct server *server)
{
	object_vec objects = VEC_INIT;

	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *all = store_list(server->store, kind, NULL, &n);

		for (size_t i = 0; i < n; i++)
			if (concerns_us(server, all[i]))
				*vec_push(&objects) = object_ref(all[i]);
	}
	for (size_t i = 0; i < objects.n; i++) {
		const struct object *object = objects.v[i];

		if (!object_is_deleting(object))
			look_at_owners(server, object);
		else if (has_finalizer(object, "orphan"))
			orphan_dependents(server, object);
		else if (has_finalizer(object, "foregroundDeletion"))
			delete_dependents(server, object);
	}
	workload_list_release(&objects);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "Deployment", "ReplicaSet", "DaemonSet", "Pod", "Service", "EndpointSlice",
	"Endpoints", "StatefulSet", "ControllerRevision", "Job", "CronJob", "ReplicationController", "ConfigMap", "Secret", NULL };
const struct controller controller_garbage = { "garbage", watches, reconcile, NULL };
