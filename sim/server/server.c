/*
 * The way of a request: decode, admit, prepare, allocate, validate, store.  A struct change carries the new tree,
 * which lives in the arena of the object that will be stored, and the old one.  The order of the steps is the API
 * server's, and shows: a taken node port is reported before a taken name, an unknown namespace before a bad field.
 * Whatever fails gives back what it took, the dice included. Follows k8s.io/apiserver: pkg/endpoints/handlers
 * (create.go, update.go, patch.go), pkg/registry/generic/registry/store.go.
 */
#include "server/server.h"

#include <stdlib.h>
#include <string.h>

#include "api/structural.h"
#include "server/component.h"
#include "server/managedfields.h"
#include "server/pipeline.h"
#include "server/quota.h"
#include "server/strategy.h"

void
server_init(struct server *server, uint64_t seed, int64_t now)
{
	memset(server, 0, sizeof *server);
	server->store = store_new();
	settings_init(&server->settings);
	server->clock.now = now;
	rng_init(&server->rng, seed);
}

void
server_release(struct server *server)
{
	store_free(server->store);
	settings_release(&server->settings);
	for (size_t i = 0; i < 2; i++)
		ippool_release(&server->ips[i]);
	portpool_release(&server->ports);
	memset(server, 0, sizeof *server);
}

static void
undo(struct change *change)
{
	const struct strategy *strategy = strategy_of(change->request->kind);

	if (strategy && strategy->settle)
		strategy->settle(change, true);
}

static const char *
new_name(const struct change *change)
{
	const char *name = value_get_text(value_get(change->new, "metadata"), "name");

	return name ? name : "";
}

/* Status is the controllers' to write: what a client sends of it is dropped, except through the subresource. */
static void
keep_status(struct change *change)
{
	const struct value *status = value_get(change->old, "status");

	if (change->request->system || (!change->old && traits_of(change->request->kind)->status_given))
		return;
	if (status)
		value_set(change->arena, change->new, "status", value_copy(change->arena, status));
	else
		value_remove(change->new, "status");
}

/* From a decoded tree to one that may be stored: 0, or -1 with everything given back. */
static int
admit(struct change *change)
{
	const struct strategy *strategy = strategy_of(change->request->kind);

	keep_status(change);
	if (strategy && strategy->defaults) /* once more, of what was dropped */
		strategy->defaults(change->arena, change->new);
	if (strategy && strategy->prepare)
		strategy->prepare(change);
	if (strategy && strategy->allocate && strategy->allocate(change))
		return -1;
	validate_object_meta(change);
	if (strategy && strategy->validate)
		strategy->validate(change);
	if (status_invalid(change->status, change->request->kind, new_name(change))) {
		undo(change);
		return -1;
	}
	if (quota_admit(change)) {
		undo(change);
		return -1;
	}
	if (strategy && strategy->warn)
		strategy->warn(change);
	meta_count_generation(change);
	return 0;
}

/* The new tree becomes the object, which the store takes, and the caller gets a reference; the dry run only gives it. */
static void
hand_over(struct change *change, struct object *object, const struct object **out)
{
	object->root = change->new;
	object_seal(object);
	*out = object_ref(object);
	if (change->request->dry_run)
		object_unref(object);
	else
		store_put(change->server->store, object);
}

static void
commit(struct change *change, struct object *object, const struct object **out)
{
	const struct strategy *strategy = strategy_of(change->request->kind);

	hand_over(change, object, out);
	if (strategy && strategy->settle)
		strategy->settle(change, change->request->dry_run);
}

/* What an object takes in etcd's file, about: a pod with its managedFields. */
#define ETCD_OBJECT_BYTES 4096

/* Of what controllers make, only pods are refused: they live with that, and of all else there is no more than people made. */
static bool
is_full(const struct change *change)
{
	const struct request *request = change->request;

	return !request->dry_run && (!request->system || request->kind == kind_by_kind("Pod")) &&
		store_count(change->server->store) >= change->server->settings.etcd_quota / ETCD_OBJECT_BYTES;
}

static int
create(struct change *change, struct object *object, const struct object **out)
{
	const struct request *request = change->request;
	const char *version;

	if (admit_namespace(change) || meta_fill_created(change))
		return -1;
	if (admit(change))
		return -1;
	version = value_get_text(value_get(change->new, "metadata"), "resourceVersion");
	if (version && *version && !request->dry_run) { /* etcd refuses it, and a dry run does not come so far */
		undo(change);
		return status_set(
			change->status, STATUS_UNKNOWN, "resourceVersion should not be set on objects to be created");
	}
	if (store_get(change->server->store, request->kind, request->namespace, new_name(change))) {
		undo(change);
		return status_already_exists(change->status, request->kind, new_name(change));
	}
	if (is_full(change)) {
		undo(change);
		return status_set(change->status, STATUS_UNKNOWN, "etcdserver: mvcc: database space exceeded");
	}
	commit(change, object, out);
	return 0;
}

/* The old object stays when nothing differs, with its resourceVersion. */
static int
replace(struct change *change, const struct object *old, struct object *object, const struct object **out)
{
	if (meta_fill_updated(change) || admit(change))
		return -1;
	if (value_equal(change->new, change->old)) {
		undo(change);
		*out = object_ref(old);
		return 0;
	}
	commit(change, object, out);
	return 0;
}

static void
take_field(struct change *change, struct value *to, const struct value *from, const char *field)
{
	struct value *value = value_get(from, field);

	if (value)
		value_set(change->arena, to, field, value);
	else
		value_remove(to, field);
}

/*
 * The status strategies put back the spec, and so leave the client its labels; only Deployment's puts those back too,
 * and that of custom resources all that isn't status.
 */
static void
take_status(struct change *change)
{
	const struct value *sent = change->new, *meta = value_get(sent, "metadata");
	struct value *kept;

	change->new = value_copy(change->arena, change->old);
	kept = value_make_map(change->arena, change->new, "metadata");
	take_field(change, change->new, sent, "status");
	take_field(change, kept, meta, "managedFields");
	if (change->request->kind->custom)
		return;
	take_field(change, kept, meta, "annotations");
	if (strcmp(change->request->kind->kind, "Deployment") != 0)
		take_field(change, kept, meta, "labels");
}

static int
update_status(struct change *change, const struct object *old, struct object *object, const struct object **out)
{
	const struct strategy *strategy = strategy_of(change->request->kind);

	if (!schema_field(change->request->kind->type, "status"))
		return status_set(change->status, STATUS_NOT_FOUND, "the server could not find the requested resource");
	if (meta_fill_updated(change))
		return -1;
	take_status(change);
	if (strategy && strategy->defaults)
		strategy->defaults(change->arena, change->new);
	validate_object_meta(change);
	if (strategy && strategy->validate_status)
		strategy->validate_status(change);
	if (status_invalid(change->status, change->request->kind, new_name(change)))
		return -1;
	if (value_equal(change->new, change->old)) {
		*out = object_ref(old);
		return 0;
	}
	hand_over(change, object, out);
	return 0;
}

static bool
is_subresource(const struct request *request, const char *name)
{
	return request->subresource && !strcmp(request->subresource, name);
}

static int
refuse_subresource(struct change *change)
{
	static const char *const known[] = { "binding", "ephemeralcontainers", "scale", "status" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!change->request->subresource || is_subresource(change->request, known[i]))
			return 0;
	return status_set(change->status, STATUS_NOT_FOUND, "the server could not find the requested resource");
}

/* Through pods/ephemeralcontainers nothing else can be changed. */
static void
take_ephemeral(struct change *change)
{
	const struct value *sent = change->new;

	change->new = value_copy(change->arena, change->old);
	take_field(change, value_make_map(change->arena, change->new, "spec"), value_get(sent, "spec"), "ephemeralContainers");
	take_field(change, value_make_map(change->arena, change->new, "metadata"), value_get(sent, "metadata"), "managedFields");
}

/* An object whose last finalizer went away while it was being deleted goes too; a Pod when its time is over as well. */
static void
finish_deletion(struct server *server, const struct object *object)
{
	const struct value *meta = object_meta(object);

	if (!object_is_deleting(object) || value_count(value_get(meta, "finalizers")) || !strcmp(object->kind->kind, "Namespace"))
		return;
	if (strcmp(object->kind->kind, "Pod") || !value_get_int(meta, "deletionGracePeriodSeconds", 0))
		server_remove(server, object);
}

static int
change_stored(struct change *change, const struct object *old, struct object *object, const struct object **out)
{
	int failed;

	if (is_subresource(change->request, "status"))
		return update_status(change, old, object, out);
	if (is_subresource(change->request, "ephemeralcontainers")) {
		if (strcmp(change->request->kind->kind, "Pod") != 0)
			return status_set(change->status, STATUS_NOT_FOUND, "the server could not find the requested resource");
		take_ephemeral(change);
	}
	failed = replace(change, old, object, out);
	if (!failed && !change->request->dry_run)
		finish_deletion(change->server, *out);
	return failed;
}

static int
do_create(struct change *change, struct object *object, const struct object **out)
{
	if (is_subresource(change->request, "binding"))
		return bind_pod(change, object, out);
	if (decode_body(change))
		return -1;
	return create(change, object, out);
}

static void
find_old(struct change *change, const struct object *old)
{
	change->old = old ? old->root : NULL;
	change->newer |= old && old->kind->custom && !structural_knows(old->kind->type, old->root);
}

static int
do_update(struct change *change, struct object *object, const struct object **out)
{
	const struct request *request = change->request;
	const struct object *old = store_get(change->server->store, request->kind, request->namespace, request->name);

	find_old(change, old);
	if (is_subresource(request, "scale")) {
		if (decode_scale(change))
			return -1;
	} else if (decode_body(change) || meta_check_name(change) || meta_check_uid(change)) {
		return -1;
	}
	if (old)
		return change_stored(change, old, object, out);
	if (!traits_of(request->kind)->create_on_update)
		return status_not_found(change->status, request->kind, request->name);
	return create(change, object, out);
}

static int
do_patch(struct change *change, struct object *object, const struct object **out)
{
	const struct request *request = change->request;
	const struct object *old = store_get(change->server->store, request->kind, request->namespace, request->name);
	bool apply = request->patch_type == PATCH_APPLY;

	if (!old && (!apply || request->subresource))
		return status_not_found(change->status, request->kind, request->name);
	find_old(change, old);
	if (is_subresource(request, "scale") ? decode_scale(change)
		: (apply ? decode_apply(change) : decode_patch(change)) || meta_check_name(change))
		return -1;
	return old ? change_stored(change, old, object, out) : create(change, object, out);
}

static int
do_delete(struct change *change, struct object *object, const struct object **out)
{
	(void)object;
	return delete_object(change, out);
}

/* An API server's dump is taken as it is. */
static int
put_as_stored(struct change *change, struct object *object, const struct object **out)
{
	const char *name;

	if (decode_body(change))
		return -1;
	name = new_name(change);
	if (!*name)
		return status_set(change->status, STATUS_BAD_REQUEST, "metadata.name is required");
	if (change->request->kind->namespaced && !value_get_text(value_get(change->new, "metadata"), "namespace"))
		value_set_text(
			change->arena, value_get(change->new, "metadata"), "namespace", change->request->namespace);
	hand_over(change, object, out);
	return 0;
}

typedef int (*verb_fn)(struct change *change, struct object *object, const struct object **out);
static const verb_fn verbs[] = {
	[REQUEST_CREATE] = do_create,
	[REQUEST_UPDATE] = do_update,
	[REQUEST_PATCH] = do_patch,
	[REQUEST_DELETE] = do_delete,
};

/* Requests that may leave default/kubernetes or its endpoints missing or wrong. */
static bool
concerns_kubernetes(const struct request *request)
{
	static const char *const watched[] = { "Service", "Endpoints", "EndpointSlice", NULL };

	if (!strcmp(request->kind->kind, "Node"))
		return true;
	for (size_t i = 0; watched[i]; i++) {
		if (!strcmp(watched[i], request->kind->kind))
			return !request->system && !strcmp(request->namespace, "default");
	}
	return false;
}

int
server_do(struct server *server, const struct request *request, const struct object **out, struct status *status)
{
	struct object *object = object_new(request->kind);
	struct change change = { .server = server, .request = request, .arena = &object->arena, .status = status,
		.newer = request->newer };
	const struct object *result = NULL;
	struct rng dice = server->rng;
	int failed;

	status_clear(status);
	if (!server_serves(server, request->kind))
		failed = status_set(status, STATUS_NOT_FOUND, "the server could not find the requested resource");
	else if (component_is_kind(request->kind))
		failed = status_set(status, STATUS_METHOD_NOT_ALLOWED,
			"the server does not allow this method on the requested resource");
	else if (request->as_stored)
		failed = put_as_stored(&change, object, &result);
	else
		failed = refuse_subresource(&change) || verbs[request->verb](&change, object, &result) ? -1 : 0;
	if (failed || request->dry_run)
		server->rng = dice;
	else if (!request->system)
		server->changes++;
	if (result != object)
		object_unref(object);
	if (!failed && !request->dry_run && !request->as_stored && concerns_kubernetes(request))
		server_reconcile_kubernetes(server);
	if (out && !failed)
		*out = result;
	else
		object_unref((struct object *)result);
	return failed;
}

const struct object *
server_create(struct server *server, const struct kind *kind, const char *namespace, const struct value *body)
{
	struct request request = REQUEST_INIT;
	struct status status = STATUS_INIT;
	const struct object *made = NULL;

	request.verb = REQUEST_CREATE;
	request.kind = kind;
	request.namespace = namespace;
	request.body = body;
	request.system = true;
	if (server_do(server, &request, &made, &status)) {
		if (status.reason != STATUS_NOT_FOUND && status.reason != STATUS_ALREADY_EXISTS &&
			status.reason != STATUS_CONFLICT && status.reason != STATUS_FORBIDDEN)
			BUG("a controller's %s was refused: %s", kind->kind, status.message);
	} else {
		object_unref((struct object *)made);
	}
	status_release(&status);
	return made;
}

void
server_write(struct server *server, struct object *changed)
{
	const struct object *old = store_get(server->store, changed->kind, changed->namespace, changed->name);
	struct request request = { .kind = changed->kind };
	struct change change = {
		.server = server, .request = &request, .arena = &changed->arena, .new = changed->root
	};

	if (old && !value_equal(old->root, changed->root)) {
		change.old = old->root;
		meta_count_generation(&change);
		managed_write(server, old, changed);
		store_put(server->store, changed);
		finish_deletion(server, changed);
		return;
	}
	object_unref(changed);
}

/* What has finalizers is only marked; who takes the last one away ends it. */
static bool
waits_for_finalizers(struct server *server, const struct object *object)
{
	const struct object *now = store_get(server->store, object->kind, object->namespace, object->name);
	struct object *copy;
	char when[CLOCK_TEXT];

	if (!now || !value_count(value_get(object_meta(now), "finalizers")))
		return false;
	copy = object_copy(now);
	if (!object_is_deleting(now))
		value_set_text(&copy->arena, object_meta(copy), "deletionTimestamp", clock_format(server->clock.now, when));
	value_set_int(&copy->arena, object_meta(copy), "deletionGracePeriodSeconds", 0);
	server_write(server, copy);
	return true;
}

void
server_remove(struct server *server, const struct object *object)
{
	const struct strategy *strategy = strategy_of(object->kind);
	const struct object *last;

	if (waits_for_finalizers(server, object))
		return;
	last = object_ref(object);
	if (store_delete(server->store, last->kind, last->namespace, last->name) && strategy && strategy->deleted)
		strategy->deleted(server, last);
	object_unref((struct object *)last);
}
