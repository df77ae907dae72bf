/*
 * Deletion.  Most objects go at once; a Pod on a node gets its grace and is taken away by its kubelet, a Namespace
 * waits until it is empty, and whatever has finalizers waits for those who put them there.  Dependents are the
 * garbage collector's, who is told by a finalizer what is to become of them.  Follows k8s.io/apiserver/pkg/registry/rest/delete.go
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

static const struct {
	enum propagation propagation;
	const char *finalizer;
} collectors_own[] = { { PROPAGATE_FOREGROUND, "foregroundDeletion" }, { PROPAGATE_ORPHAN, "orphan" } };

/*
 * Foreground deletion and orphaning are states: a finalizer says which, and the garbage collector takes it away when it has done what
 * it asks for (deletionFinalizersForGarbageCollection of registry/store.go).
 */
static void
put_finalizer(struct object *object, enum propagation propagation)
{
	struct value *meta = object_meta(object), *finalizers = value_make_list(&object->arena, meta, "finalizers");

	for (size_t c = 0; c < sizeof collectors_own / sizeof collectors_own[0]; c++) {
		for (size_t i = value_count(finalizers); i-- > 0;)
			if (!strcmp(value_text(value_at(finalizers, i)), collectors_own[c].finalizer))
				value_remove_at(finalizers, i);
		if (collectors_own[c].propagation == propagation)
			value_append(
				&object->arena, finalizers, value_string(&object->arena, collectors_own[c].finalizer));
	}
	if (!value_count(finalizers))
		value_remove(meta, "finalizers");
}

/* With the finalizer that the request asks for; a namespace has no owner's part to play.  A reference for the caller. */
static const struct object *
finalized(const struct request *request, const struct object *old)
{
	struct object *object;

	if (!strcmp(old->kind->kind, "Namespace") || object_is_deleting(old) ||
		(request->propagation == PROPAGATE_BACKGROUND && !value_get(object_meta(old), "finalizers")))
		return object_ref(old);
	object = object_copy(old);
	put_finalizer(object, request->propagation);
	return object;
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

static int
start_deletion(struct change *change, const struct object **out)
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
	if (request->dry_run) {
		*out = object_ref(old);
		return 0;
	}
	old = finalized(request, old);
	grace = grace_of(request, old);
	if (!waits(old, grace)) {
		*out = old;
		server_remove(server, old);
		return 0;
	}
	last = going(server, old, grace);
	object_unref((struct object *)old);
	*out = object_ref(last);
	server_write(server, last);
	return 0;
}

/* What it changes on the way has no manager. */
int
delete_object(struct change *change, const struct object **out)
{
	const char *program = change->server->program;
	int failed;

	change->server->program = NULL;
	failed = start_deletion(change, out);
	change->server->program = program;
	return failed;
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
