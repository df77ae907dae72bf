/*
 * Objects whose owner is gone go too (pkg/controller/garbagecollector, background deletion).  Pods are deleted
 * gracefully, as the collector's own requests are.
 */
#include <string.h>

#include "base/map.h"
#include "control/controllers.h"
#include "control/workload.h"

static void
add_uids(const struct server *server, struct map *uids)
{
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *objects = store_list(server->store, kind, NULL, &n);

		for (size_t i = 0; i < n; i++)
			map_set(uids, object_uid(objects[i]), (void *)(uintptr_t)objects[i]);
	}
}

/* Has owners, and none of them is there any more. */
static bool
is_orphaned(const struct object *object, const struct map *uids)
{
	const struct value *owners = value_get(object_meta(object), "ownerReferences");

	for (size_t i = 0; i < value_count(owners); i++) {
		const char *uid = value_get_text(value_at(owners, i), "uid");

		if (uid && map_get(uids, uid))
			return false;
	}
	return value_count(owners) > 0;
}

static int64_t
reconcile(struct server *server)
{
	struct map uids = MAP_INIT;
	object_vec orphans = VEC_INIT;

	add_uids(server, &uids);
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *objects = store_list(server->store, kind, NULL, &n);

		for (size_t i = 0; i < n; i++)
			if (is_orphaned(objects[i], &uids))
				*vec_push(&orphans) = object_ref(objects[i]);
	}
	for (size_t i = 0; i < orphans.n; i++)
		if (!object_is_deleting(orphans.v[i]))
			workload_delete(server, orphans.v[i]);
	workload_list_release(&orphans);
	map_release(&uids);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "Deployment", "ReplicaSet", "DaemonSet", "Pod", "Service", "EndpointSlice",
	"Endpoints", "StatefulSet", "Job", "CronJob", "ReplicationController", NULL };
const struct controller controller_garbage = { "garbage", watches, reconcile };
