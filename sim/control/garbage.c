/*
 * Objects whose owner is gone go too (pkg/controller/garbagecollector, background deletion).  Pods are deleted
 * gracefully, as the collector's own requests are.
 */
#include <string.h>

#include "control/controllers.h"
#include "control/workload.h"

static bool
is_there(const struct server *server, const struct value *owner, const char *namespace)
{
	const char *version = value_get_text(owner, "apiVersion"), *name = value_get_text(owner, "kind");
	const struct kind *kind = version && name ? kind_by_gvk(version, name) : NULL;
	const char *uid = value_get_text(owner, "uid");
	const struct object *object;

	name = value_get_text(owner, "name");
	object = kind && name ? store_get(server->store, kind, kind->namespaced ? namespace : "", name) : NULL;
	return object && uid && strcmp(uid, object_uid(object)) == 0;
}

/* Has owners, and none of them is there any more. */
static bool
is_orphaned(const struct server *server, const struct object *object)
{
	const struct value *owners = value_get(object_meta(object), "ownerReferences");

	for (size_t i = 0; i < value_count(owners); i++)
		if (is_there(server, value_at(owners, i), object->namespace))
			return false;
	return value_count(owners) > 0;
}

static int64_t
reconcile(struct server *server)
{
	object_vec orphans = VEC_INIT;

	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *objects = store_list(server->store, kind, NULL, &n);

		for (size_t i = 0; i < n; i++)
			if (is_orphaned(server, objects[i]))
				*vec_push(&orphans) = object_ref(objects[i]);
	}
	for (size_t i = 0; i < orphans.n; i++)
		if (!object_is_deleting(orphans.v[i]))
			workload_delete(server, orphans.v[i]);
	workload_list_release(&orphans);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "Deployment", "ReplicaSet", "DaemonSet", "Pod", "Service", "EndpointSlice",
	"Endpoints", "StatefulSet", "Job", "CronJob", "ReplicationController", NULL };
const struct controller controller_garbage = { "garbage", watches, reconcile, NULL };
