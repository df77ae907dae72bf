#include "control/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "server/gotypes.h"

bool
workload_commit(struct server *server, const struct object *object, struct object *copy)
{
	if (value_equal(object->root, copy->root)) {
		object_unref(copy);
		return false;
	}
	server_write(server, copy);
	return true;
}

bool
workload_put_status(struct server *server, const struct object *object, const struct value *status)
{
	const struct value *old = value_get(object->root, "status");
	struct object *copy;

	if (old && value_equal(old, status))
		return false;
	copy = object_copy(object);
	value_set(&copy->arena, copy->root, "status", value_copy(&copy->arena, status));
	server_write(server, copy);
	return true;
}

void
workload_list(struct server *server, const char *kind, const char *namespace, object_vec *out)
{
	size_t n;
	const struct object *const *objects = store_list(server->store, kind_by_kind(kind), namespace, &n);

	for (size_t i = 0; i < n; i++)
		*vec_push(out) = object_ref(objects[i]);
}

void
workload_list_release(object_vec *list)
{
	for (size_t i = 0; i < list->n; i++)
		object_unref((struct object *)(uintptr_t)list->v[i]);
	vec_release(list);
}

void
workload_delete(struct server *server, const struct object *object)
{
	workload_delete_as(server, object, PROPAGATE_BACKGROUND);
}

void
workload_delete_as(struct server *server, const struct object *object, enum propagation propagation)
{
	struct request request = REQUEST_INIT;
	struct status status = STATUS_INIT;

	request.verb = REQUEST_DELETE;
	request.kind = object->kind;
	request.namespace = object->namespace;
	request.name = object->name;
	request.system = true;
	request.propagation = propagation;
	if (server_do(server, &request, NULL, &status) && status.reason != STATUS_NOT_FOUND)
		BUG("%s %s can't be deleted: %s", object->kind->kind, object->name, status.message);
	status_release(&status);
}

const struct value *
workload_controller_of(const struct object *object)
{
	const struct value *owners = value_get(object_meta(object), "ownerReferences");

	for (size_t i = 0; i < value_count(owners); i++)
		if (value_get_bool(value_at(owners, i), "controller", false))
			return value_at(owners, i);
	return NULL;
}

bool
workload_owned_by(const struct object *object, const struct object *owner)
{
	const char *uid = value_get_text(workload_controller_of(object), "uid");

	return uid && strcmp(uid, object_uid(owner)) == 0;
}

struct value *
workload_owner_reference(struct arena *arena, const struct object *owner)
{
	struct value *reference = value_map(arena);
	char version[64];

	value_set_text(arena, reference, "apiVersion", kind_api_version(owner->kind, version));
	value_set_bool(arena, reference, "blockOwnerDeletion", true);
	value_set_bool(arena, reference, "controller", true);
	value_set_text(arena, reference, "kind", owner->kind->kind);
	value_set_text(arena, reference, "name", owner->name);
	value_set_text(arena, reference, "uid", object_uid(owner));
	return reference;
}

/* ---- adoption: ControllerRefManager of pkg/controller/controller_ref_manager.go ---- */

void
workload_drop_owner(struct object *copy, const char *uid)
{
	struct value *owners = value_get(object_meta(copy), "ownerReferences");

	for (size_t i = value_count(owners); i-- > 0;) {
		const char *have = value_get_text(value_at(owners, i), "uid");

		if (have && strcmp(have, uid) == 0)
			value_remove_at(owners, i);
	}
	if (owners && !value_count(owners))
		value_remove(object_meta(copy), "ownerReferences");
}

static void
adopt(struct server *server, const struct object *object, const struct object *owner)
{
	struct object *copy = object_copy(object);

	value_append(&copy->arena, value_make_list(&copy->arena, object_meta(copy), "ownerReferences"),
		workload_owner_reference(&copy->arena, owner));
	workload_commit(server, object, copy);
}

static void
let_go(struct server *server, const struct object *object, const struct object *owner)
{
	struct object *copy = object_copy(object);

	workload_drop_owner(copy, object_uid(owner));
	workload_commit(server, object, copy);
}

/* A ReplicationController's selector is a map of labels, the others' a LabelSelector. */
static bool
is_selected(const struct object *owner, const struct object *object)
{
	const struct value *selector = value_path(owner->root, "spec.selector"), *labels = value_get(object_meta(object), "labels");

	if (owner->kind->group[0])
		return selector_matches(selector, labels);
	return value_count(selector) && selector_matches_map(selector, labels);
}

void
workload_claim(struct server *server, const struct object *owner, const object_vec *objects,
	bool (*filter)(const struct object *owner, const struct object *object), object_vec *mine)
{
	for (size_t i = 0; i < objects->n; i++) {
		const struct object *object = objects->v[i];
		bool matches;

		if (strcmp(object->namespace, owner->namespace) != 0)
			continue;
		/* another owner may have taken it in, or away, since the list was made */
		object = store_get(server->store, object->kind, object->namespace, object->name);
		if (!object)
			continue;
		matches = is_selected(owner, object) && (!filter || filter(owner, object));
		if (workload_owned_by(object, owner)) {
			if (!matches && !object_is_deleting(owner))
				let_go(server, object, owner);
		} else if (!matches || workload_controller_of(object) || object_is_deleting(owner) ||
			object_is_deleting(object))
			continue;
		else
			adopt(server, object, owner);
		if (matches)
			*vec_push(mine) =
				object_ref(store_get(server->store, object->kind, object->namespace, object->name));
	}
}

/* ---- pods ---- */

/* Nothing new is made in a namespace on its way out, and nobody complains. */
static bool
namespace_goes(const struct server *server, const char *name)
{
	const struct object *namespace = store_get(server->store, kind_by_kind("Namespace"), "", name);

	return !namespace || object_is_deleting(namespace);
}

const struct object *
workload_try_pod(struct server *server, const struct object *owner, const struct value *pod, char **why)
{
	struct request request = REQUEST_INIT;
	struct status status = STATUS_INIT;
	const struct object *made = NULL;

	request.verb = REQUEST_CREATE;
	request.kind = kind_by_kind("Pod");
	request.namespace = owner->namespace;
	request.body = pod;
	request.system = true;
	*why = NULL;
	if (!server_do(server, &request, &made, &status))
		object_unref((struct object *)(uintptr_t)made);
	else if (status.reason == STATUS_INVALID || (status.reason == STATUS_FORBIDDEN &&
		!namespace_goes(server, owner->namespace)))
		*why = xstrdup(status.message);
	status_release(&status);
	return made;
}

bool
workload_create_pod(struct server *server, const struct object *owner, const struct value *pod, enum event created,
	enum event failed, char **refusal)
{
	char *why;
	const struct object *made = workload_try_pod(server, owner, pod, &why);

	if (made)
		event_record(server, created, owner, NULL, "Created pod: %s", made->name);
	else if (why)
		event_record(server, failed, owner, NULL, "Error creating: %s", why);
	if (refusal)
		*refusal = why;
	else
		free(why);
	return made != NULL;
}

struct value *
workload_pod(struct arena *arena, const struct object *owner)
{
	return workload_pod_from(arena, owner, value_path(owner->root, "spec.template"));
}

struct value *
workload_pod_from(struct arena *arena, const struct object *owner, const struct value *template)
{
	struct value *pod = value_map(arena);
	struct value *meta = value_make_map(arena, pod, "metadata");
	static const char *const kept[] = { "labels", "annotations" };

	value_set(arena, meta, "generateName", value_stringf(arena, "%s-", owner->name));
	value_set_text(arena, meta, "namespace", owner->namespace);
	for (size_t i = 0; i < 2; i++) {
		const struct value *part = value_path(template, i ? "metadata.annotations" : "metadata.labels");

		if (value_count(part))
			value_set(arena, meta, kept[i], value_copy(arena, part));
	}
	value_append(arena, value_make_list(arena, meta, "ownerReferences"), workload_owner_reference(arena, owner));
	value_set_text(arena, pod, "apiVersion", "v1");
	value_set_text(arena, pod, "kind", "Pod");
	value_set(arena, pod, "spec", value_copy(arena, value_get(template, "spec")));
	return pod;
}

void
workload_template_hash(const struct object *owner, char hash[static 16])
{
	char *text = go_spew("core.PodTemplateSpec", value_path(owner->root, "spec.template")), number[16];

	snprintf(number, sizeof number, "%u", (unsigned)fnv32a(FNV32A_START, text, strlen(text)));
	safe_encode(number, hash);
	free(text);
}

bool
workload_pod_live(const struct pod *pod)
{
	return !pod->deleting && strcmp(pod->phase, "Succeeded") != 0 && strcmp(pod->phase, "Failed") != 0;
}

bool
workload_waits(const struct object *pod)
{
	const struct value *meta = object_meta(pod);

	return object_is_deleting(pod) && !value_get_int(meta, "deletionGracePeriodSeconds", 0) &&
		value_count(value_get(meta, "finalizers"));
}

bool
workload_pod_done(const struct pod *pod)
{
	return strcmp(pod->phase, "Succeeded") == 0 || strcmp(pod->phase, "Failed") == 0;
}

bool
workload_pod_available(const struct server *server, const struct object *pod, int64_t min_ready_seconds, int64_t *wake)
{
	int64_t since;

	if (!pod_view(pod)->ready)
		return false;
	if (!min_ready_seconds)
		return true;
	since = workload_true_since(pod, "Ready");
	if (since == CLOCK_NEVER)
		return false;
	since += min_ready_seconds * CLOCK_SECOND;
	if (since <= server->clock.now)
		return true;
	if (wake && since < *wake)
		*wake = since;
	return false;
}

/* ---- fields ---- */

int64_t
workload_time(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);
	int64_t when = 0;

	return text && clock_parse(text, &when) ? when : 0;
}

int64_t
workload_spec_int(const struct object *object, const char *field, int64_t otherwise)
{
	return value_get_int(value_get(object->root, "spec"), field, otherwise);
}

int64_t
workload_status_int(const struct object *object, const char *field)
{
	return value_get_int(value_get(object->root, "status"), field, 0);
}

void
workload_put_count(struct arena *arena, struct value *status, const char *field, int64_t count)
{
	if (count > 0)
		value_set_int(arena, status, field, count);
	else
		value_remove(status, field);
}

int64_t
workload_share(const struct value *count_or_percent, int64_t of, bool up)
{
	const char *text = value_text(count_or_percent);

	if (!text)
		return count_or_percent && count_or_percent->type == VALUE_INT ? count_or_percent->integer : 0;
	return (strtol(text, NULL, 10) * of + (up ? 99 : 0)) / 100;
}

static const char *
text_or_empty(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);

	return text ? text : "";
}

int64_t
workload_true_since(const struct object *object, const char *condition)
{
	const struct value *list = value_path(object->root, "status.conditions");

	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(text_or_empty(value_at(list, i), "type"), condition) == 0 &&
			strcmp(text_or_empty(value_at(list, i), "status"), "True") == 0)
			return workload_time(value_at(list, i), "lastTransitionTime");
	return CLOCK_NEVER;
}

void
workload_condition(struct arena *arena, struct value *status, const struct condition *condition, int64_t now)
{
	struct value *list = value_make_list(arena, status, "conditions");
	struct value *new = value_map(arena);
	char text[CLOCK_TEXT];
	const char *transition = clock_format(now, text);

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *old = value_at(list, i);

		if (strcmp(text_or_empty(old, "type"), condition->type) != 0)
			continue;
		if (strcmp(text_or_empty(old, "status"), condition->status) == 0) {
			if (strcmp(text_or_empty(old, "reason"), condition->reason) == 0 &&
				(condition->has_update_time || strcmp(text_or_empty(old, "message"), condition->message) == 0))
				return;
			transition = text_or_empty(old, "lastTransitionTime");
		}
		value_remove_at(list, i);
		break;
	}
	if (condition->probed)
		value_set(arena, new, "lastProbeTime", value_null(arena));
	value_set_text(arena, new, "lastTransitionTime", transition);
	if (condition->has_update_time) {
		char update[CLOCK_TEXT];

		value_set_text(arena, new, "lastUpdateTime", clock_format(now, update));
	}
	if (condition->message[0])
		value_set_text(arena, new, "message", condition->message);
	if (condition->reason[0])
		value_set_text(arena, new, "reason", condition->reason);
	value_set_text(arena, new, "status", condition->status);
	value_set_text(arena, new, "type", condition->type);
	value_append(arena, list, new);
}
