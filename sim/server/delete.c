/*
 * Deletion.  Most objects go at once; a Pod on a node gets its grace and is taken away by its kubelet, a Namespace
 * waits until it is empty, and whatever has finalizers waits for those who put them there.  Dependents are the
 * garbage collector's, except that orphaning is done here.  Follows k8s.io/apiserver/pkg/registry/rest/delete.go
 * and pkg/registry/core/{pod,namespace}.
 */
#include "server/pipeline.h"

#include <string.h>

static const char *
pod_phase(const struct object *pod)
{
	const char *phase = value_get_text(value_get(pod->root, "status"), "phase");

	return phase ? phase : "";
}

/* Seconds that the object stays after the request; 0: none. */
static int64_t
grace_of(const struct request *request, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec");
	const char *node = value_get_text(spec, "nodeName");

	if (strcmp(object->kind->kind, "Pod") || !node || !*node)
		return 0;
	if (!strcmp(pod_phase(object), "Succeeded") || !strcmp(pod_phase(object), "Failed"))
		return 0;
	return request->grace_seconds >= 0 ? request->grace_seconds
					   : value_get_int(spec, "terminationGracePeriodSeconds", 30);
}

static bool
waits(const struct object *object, int64_t grace)
{
	return grace > 0 || value_count(value_get(object_meta(object), "finalizers")) ||
		!strcmp(object->kind->kind, "Namespace");
}

/* The object as it is while it is going; a second request can only shorten its time. */
static struct object *
going(struct server *server, const struct object *old, int64_t grace)
{
	struct object *object = object_copy(old);
	struct value *meta = object_meta(object);
	char when[CLOCK_TEXT];

	if (object_is_deleting(old) && grace >= value_get_int(meta, "deletionGracePeriodSeconds", 0))
		return object;
	value_set_text(&object->arena, meta, "deletionTimestamp",
		clock_format(server->clock.now + grace * CLOCK_SECOND, when));
	value_set_int(&object->arena, meta, "deletionGracePeriodSeconds", grace);
	if (!strcmp(object->kind->kind, "Namespace"))
		value_set_text(
			&object->arena, value_make_map(&object->arena, object->root, "status"), "phase", "Terminating");
	return object;
}

static size_t
owner_index(const struct object *object, const char *uid)
{
	const struct value *owners = value_get(object_meta(object), "ownerReferences");

	for (size_t i = 0; i < value_count(owners); i++) {
		const char *owner = value_get_text(value_at(owners, i), "uid");

		if (owner && !strcmp(owner, uid))
			return i;
	}
	return SIZE_MAX;
}

/* Dependents of the kind lose the reference to their owner. */
static void
orphan_kind(struct server *server, const struct kind *kind, const struct object *owner)
{
	size_t n;
	const struct object *const *list =
		store_list(server->store, kind, kind->namespaced ? owner->namespace : NULL, &n);
	VEC(const struct object *) dependents = VEC_INIT;

	for (size_t i = 0; i < n; i++) {
		if (owner_index(list[i], object_uid(owner)) != SIZE_MAX)
			*vec_push(&dependents) = list[i];
	}
	for (size_t i = 0; i < dependents.n; i++) {
		struct object *orphan = object_copy(dependents.v[i]);

		value_remove_at(
			value_get(object_meta(orphan), "ownerReferences"), owner_index(orphan, object_uid(owner)));
		if (!value_count(value_get(object_meta(orphan), "ownerReferences")))
			value_remove(object_meta(orphan), "ownerReferences");
		server_write(server, orphan);
	}
	vec_release(&dependents);
}

static int
refuse_namespace(struct change *change, const struct object *object)
{
	static const char *const immortal[] = { "default", "kube-system", "kube-public", NULL };

	if (strcmp(object->kind->kind, "Namespace"))
		return 0;
	for (size_t i = 0; immortal[i]; i++) {
		if (!strcmp(immortal[i], object->name))
			return status_set(change->status, STATUS_FORBIDDEN,
				"namespaces \"%s\" is forbidden: this namespace may not be deleted", object->name);
	}
	return 0;
}

int
delete_object(struct change *change, const struct object **out)
{
	const struct request *request = change->request;
	struct server *server = change->server;
	const struct object *old = store_get(server->store, request->kind, request->namespace, request->name);
	struct object *last;
	int64_t grace;

	if (!old)
		return status_not_found(change->status, request->kind, request->name);
	if (refuse_namespace(change, old))
		return -1;
	*out = object_ref(old);
	if (request->dry_run)
		return 0;
	old = *out;
	for (size_t i = 0; request->propagation == PROPAGATE_ORPHAN && object_uid(old) && i < kind_count(); i++)
		orphan_kind(server, &kinds[i], old);
	grace = grace_of(request, old);
	if (!waits(old, grace)) {
		server_remove(server, old);
		return 0;
	}
	last = going(server, old, grace);
	object_unref((struct object *)old);
	*out = object_ref(last);
	server_write(server, last);
	return 0;
}

int
bind_pod(struct change *change, struct object *object, const struct object **out)
{
	const struct request *request = change->request;
	const char *node = value_get_text(value_get(request->body, "target"), "name");
	const struct object *old = store_get(change->server->store, request->kind, request->namespace, request->name);

	if (!old)
		return status_not_found(change->status, request->kind, request->name);
	if (!node || !*node)
		return status_set(change->status, STATUS_BAD_REQUEST, "target.name is required");
	object->root = value_copy(&object->arena, old->root);
	value_set_text(&object->arena, value_make_map(&object->arena, object->root, "spec"), "nodeName", node);
	object_seal(object);
	*out = object_ref(object);
	store_put(change->server->store, object);
	return 0;
}
