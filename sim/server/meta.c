/*
 * The server's share of metadata: names, uids, times, generations and the checks that guard them.  Follows
 * k8s.io/apiserver/pkg/registry/rest (create.go, update.go, meta.go) and the NamespaceLifecycle admission.
 */
#include "server/pipeline.h"

#include <string.h>

#define GENERATED_NAME_MAX 58 /* of the prefix: 63 with its suffix */
#define SUFFIX 5

static const char *
text_or_empty(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);

	return text ? text : "";
}

static int
match_namespace(struct change *change, struct value *meta)
{
	const struct request *request = change->request;
	const char *given = text_or_empty(meta, "namespace");

	if (!request->kind->namespaced) {
		value_remove(meta, "namespace");
		return 0;
	}
	if (*given && strcmp(given, request->namespace))
		return status_set(change->status, STATUS_BAD_REQUEST,
			"the namespace of the provided object does not match the namespace sent on the request");
	value_set_text(change->arena, meta, "namespace", request->namespace);
	return 0;
}

int
admit_namespace(struct change *change)
{
	const struct request *request = change->request;
	const struct kind *namespaces = kind_by_kind("Namespace");
	struct value *meta = value_make_map(change->arena, change->new, "metadata");
	const struct object *namespace;
	char resource[96];

	if (match_namespace(change, meta))
		return -1;
	if (!request->kind->namespaced)
		return 0;
	namespace = store_get(change->server->store, namespaces, "", request->namespace);
	if (!namespace)
		return status_not_found(change->status, namespaces, request->namespace);
	if (object_is_deleting(namespace))
		return status_set(change->status, STATUS_FORBIDDEN,
			"%s \"%s\" is forbidden: unable to create new content in namespace %s because it is being "
			"terminated",
			kind_resource(request->kind, resource), text_or_empty(meta, "name"), request->namespace);
	return 0;
}

static void
generate_name(struct change *change, struct value *meta)
{
	const char *prefix = text_or_empty(meta, "generateName");
	char suffix[SUFFIX + 1];

	if (!*prefix || *text_or_empty(meta, "name"))
		return;
	rng_suffix(&change->server->rng, suffix, SUFFIX);
	value_set(change->arena, meta, "name",
		value_stringf(change->arena, "%.*s%s", GENERATED_NAME_MAX, prefix, suffix));
}

int
meta_fill_created(struct change *change)
{
	static const char *const servers_own[] = { "generation", "deletionTimestamp", "deletionGracePeriodSeconds",
		"selfLink", NULL };
	struct value *meta = value_make_map(change->arena, change->new, "metadata");
	char uid[37], when[CLOCK_TEXT];

	for (size_t i = 0; servers_own[i]; i++)
		value_remove(meta, servers_own[i]);
	generate_name(change, meta);
	rng_uuid(&change->server->rng, uid);
	value_set_text(change->arena, meta, "uid", uid);
	value_set_text(change->arena, meta, "creationTimestamp", clock_format(change->server->clock.now, when));
	return 0;
}

/* The field as the old object has it: taken over, or away. */
static void
carry_over(struct change *change, struct value *meta, const struct value *old, const char *field)
{
	const struct value *value = value_get(old, field);

	if (value)
		value_set(change->arena, meta, field, value_copy(change->arena, value));
	else
		value_remove(meta, field);
}

int
meta_check_version(struct change *change, const struct value *meta)
{
	const struct request *request = change->request;
	const char *version = text_or_empty(meta, "resourceVersion");
	char resource[96];

	if (!*version || !strcmp(version, text_or_empty(value_get(change->old, "metadata"), "resourceVersion")))
		return 0;
	return status_set(change->status, STATUS_CONFLICT,
		"Operation cannot be fulfilled on %s \"%s\": the object has been modified; "
		"please apply your changes to the latest version and try again",
		kind_resource(request->kind, resource), request->name);
}

int
meta_fill_updated(struct change *change)
{
	static const char *const carried[] = { "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
		"generation", "selfLink", "resourceVersion", NULL };
	struct value *meta = value_make_map(change->arena, change->new, "metadata");
	const struct value *old = value_get(change->old, "metadata");

	if (match_namespace(change, meta) || meta_check_version(change, meta))
		return -1;
	for (size_t i = 0; carried[i]; i++)
		carry_over(change, meta, old, carried[i]);
	if (!*text_or_empty(meta, "name"))
		carry_over(change, meta, old, "name");
	if (!*text_or_empty(meta, "uid"))
		carry_over(change, meta, old, "uid");
	return 0;
}

int
meta_check_name(struct change *change)
{
	const char *name = text_or_empty(value_get(change->new, "metadata"), "name");

	if (!*name)
		return status_set(change->status, STATUS_BAD_REQUEST,
			"the name of the object (%s based on URL) was undeterminable: name must be provided",
			change->request->name);
	if (strcmp(name, change->request->name) != 0)
		return status_set(change->status, STATUS_BAD_REQUEST,
			"the name of the object (%s) does not match the name on the URL (%s)", name,
			change->request->name);
	return 0;
}

int
meta_check_uid(struct change *change)
{
	const struct request *request = change->request;
	const char *wanted = text_or_empty(value_get(change->new, "metadata"), "uid");
	const char *found = text_or_empty(value_get(change->old, "metadata"), "uid");
	const char *registry = traits_of(request->kind)->registry;
	char resource[96];

	if (!*wanted || !strcmp(wanted, found))
		return 0;
	return status_set(change->status, STATUS_CONFLICT,
		"Operation cannot be fulfilled on %s \"%s\": StorageError: invalid object, Code: 4, "
		"Key: /registry/%s/%s%s%s, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in "
		"precondition: %s, UID in "
		"object meta: %s",
		kind_resource(request->kind, resource), request->name, registry ? registry : request->kind->plural,
		request->namespace, request->kind->namespaced ? "/" : "", request->name, wanted, found);
}

/* Whether anything but metadata and status differs. */
static bool
spec_differs(const struct value *new, const struct value *old)
{
	for (size_t i = 0; i < new->map.n; i++) {
		const char *key = new->map.v[i].key;
		const struct value *before = value_get(old, key);

		if (strcmp(key, "metadata") && strcmp(key, "status") &&
			(!before || !value_equal(new->map.v[i].value, before)))
			return true;
	}
	for (size_t i = 0; i < old->map.n; i++) {
		const char *key = old->map.v[i].key;

		if (strcmp(key, "metadata") && strcmp(key, "status") && !value_get(new, key))
			return true;
	}
	return false;
}

static bool
labels_differ(const struct value *new, const struct value *old)
{
	const struct value *now = value_path(new, "metadata.labels"), *before = value_path(old, "metadata.labels");

	return now && before ? !value_equal(now, before) : (now ? now : before) != NULL;
}

void
meta_count_generation(struct change *change)
{
	const struct traits *traits = traits_of(change->request->kind);
	int64_t generation;

	if (!traits->generation)
		return;
	generation = value_get_int(value_get(change->old, "metadata"), "generation", 0);
	if (!change->old || spec_differs(change->new, change->old) ||
		(traits->counts_labels && labels_differ(change->new, change->old)))
		generation++;
	if (generation)
		value_set_int(change->arena, value_get(change->new, "metadata"), "generation", generation);
}
