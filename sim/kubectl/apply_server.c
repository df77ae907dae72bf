/*
 * Follows k8s.io/kubectl/pkg/cmd/apply/apply.go (applyOneObject, saveLastApplyAnnotationIfNecessary,
 * migrateToSSAIfNecessary) and k8s.io/client-go/util/csaupgrade/upgrade.go.
 */
#include "kubectl/apply_server.h"

#include <string.h>

#include "kubectl/resource_args.h"
#include "server/managers.h"

#define ANNOTATION_MANAGER "kubectl-last-applied"

static const char conflict_hint[] =
	"Please review the fields above--they currently have other managers. Here\n"
	"are the ways you can resolve this warning:\n"
	"* If you intend to manage all of these fields, please re-run the apply\n"
	"  command with the `--force-conflicts` flag.\n"
	"* If you do not intend to manage all of the fields, please edit your\n"
	"  manifest to remove references to the fields that should keep their\n"
	"  current managers.\n"
	"* You may co-own fields by updating your manifest to match the existing\n"
	"  value; in this case, you'll become the manager if the other manager(s)\n"
	"  stop managing the field (remove it from their configuration).\n"
	"See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts";

void
apply_warn_deleting(const struct mutation *mutation, const struct object *object)
{
	if (object_is_deleting(object))
		sink_printf(mutation->kubectl->io->err,
			"Warning: Detected changes to resource %s which is currently being deleted.\n", object->name);
}

/* ---- requests ---- */

static struct request
patch_request(const struct apply_server *apply, const struct manifest *manifest, enum patch_type type,
	const struct value *body)
{
	struct request request = mutation_request(apply->mutation, REQUEST_PATCH, manifest->kind, manifest->namespace);

	request.name = manifest->name;
	request.patch_type = type;
	request.body = body;
	return request;
}

static const struct object *
send_configuration(const struct apply_server *apply, const struct manifest *manifest)
{
	struct mutation *mutation = apply->mutation;
	struct request request = patch_request(apply, manifest, PATCH_APPLY, manifest->root);
	struct status status = STATUS_INIT;
	const struct object *object = NULL;
	int failed;

	request.force = apply->force;
	request.subresource = *apply->subresource ? apply->subresource : NULL;
	failed = server_do(&mutation->kubectl->cluster->server, &request, &object, &status);
	print_warnings(mutation->kubectl->io, &status);
	if (failed && status.reason == STATUS_CONFLICT)
		failures_add(&mutation->failures, "%s\n%s", status.message, conflict_hint);
	else if (failed)
		failures_add_status(&mutation->failures, &status, "");
	status_release(&status);
	return failed ? NULL : object;
}

/* A step of the migration; *object is replaced by its answer.  false: refused, and told as a warning. */
static bool
send_step(const struct apply_server *apply, const struct request *request, const char *warning,
	const struct object **object)
{
	struct mutation *mutation = apply->mutation;
	struct status status = STATUS_INIT;
	const struct object *answer = NULL;
	bool fine = !server_do(&mutation->kubectl->cluster->server, request, &answer, &status);

	if (!fine)
		sink_printf(mutation->kubectl->io->err,
			"Warning: %s. This is non-fatal and will be retried next time you apply. "
			"Error: %s\n",
			warning, status.message);
	if (fine) {
		object_unref((struct object *)*object);
		*object = answer;
	}
	status_release(&status);
	return fine;
}

/* ---- from client-side apply ---- */

static bool
has_annotation_field(struct arena *arena, const struct manager *manager)
{
	struct fieldset *path = fieldset_new(arena);
	const struct fieldset_element steps[] = {
		{ .text = "f:metadata" }, { .text = "f:annotations" }, { .text = "f:" LAST_APPLIED },
	};

	fieldset_add(arena, path, steps, sizeof steps / sizeof *steps);
	return fieldset_intersection(arena, manager->fields, path)->n;
}

static void
read_managers(struct arena *arena, const struct object *object, struct managers *managers)
{
	*managers = (struct managers){ .arena = arena };
	managers_read(managers, value_get(object_meta(object), "managedFields"));
}

/* Server-side apply would drop the annotation, and with it the way back: it gets a manager of its own. */
static bool
keep_annotation(const struct apply_server *apply, struct arena *arena, const struct manifest *manifest,
	const struct object **object)
{
	const char *text = object_annotation(*object, LAST_APPLIED);
	struct value *body = value_map(arena), *meta = value_make_map(arena, body, "metadata");
	struct managers managers;
	struct request request;
	bool owned = false;
	char version[64];

	if (strcmp(apply->mutation->manager, APPLY_SERVER_MANAGER) != 0 || !text)
		return true;
	read_managers(arena, *object, &managers);
	for (size_t i = 0; i < managers.list.n; i++)
		owned |= !strcmp(managers.list.v[i].operation, OPERATION_APPLY) &&
			has_annotation_field(arena, &managers.list.v[i]);
	managers_release(&managers);
	if (owned)
		return true;
	value_set_text(arena, body, "apiVersion", kind_api_version(manifest->kind, version));
	value_set_text(arena, body, "kind", manifest->kind->kind);
	value_set_text(arena, meta, "name", manifest->name);
	if (*manifest->namespace)
		value_set_text(arena, meta, "namespace", manifest->namespace);
	value_set_text(arena, value_make_map(arena, meta, "annotations"), LAST_APPLIED, text);
	request = patch_request(apply, manifest, PATCH_APPLY, body);
	request.manager = ANNOTATION_MANAGER;
	return send_step(apply, &request, "failed to migrate " LAST_APPLIED " for Server-Side Apply", object);
}

static struct manager *
find_manager(struct managers *managers, const char *name, const char *operation)
{
	for (size_t i = 0; i < managers->list.n; i++) {
		struct manager *manager = &managers->list.v[i];

		if (!strcmp(manager->name, name) && !strcmp(manager->operation, operation) && !*manager->subresource)
			return manager;
	}
	return NULL;
}

/* What one client-side manager has becomes the server-side one's. */
static void
upgrade_manager(struct managers *managers, struct manager *old, const char *name)
{
	struct manager *new = find_manager(managers, name, OPERATION_APPLY);

	if (!new) {
		old->name = name;
		old->operation = OPERATION_APPLY;
		return;
	}
	if (!strcmp(new->api_version, old->api_version))
		new->fields = fieldset_union(managers->arena, new->fields, old->fields);
	old->fields = fieldset_new(managers->arena);
}

/* A JSON patch of the entries, good only for this version of the object. */
static struct value *
entries_patch(struct arena *arena, const struct object *object, struct value *entries)
{
	const struct {
		const char *path;
		struct value *value;
	} steps[] = {
		{ "/metadata/managedFields", entries },
		{ "/metadata/resourceVersion", value_copy(arena, value_get(object_meta(object), "resourceVersion")) },
	};
	struct value *patch = value_list(arena);

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct value *step = value_map(arena);

		value_set_text(arena, step, "op", "replace");
		value_set_text(arena, step, "path", steps[i].path);
		value_set(arena, step, "value", steps[i].value);
		value_append(arena, patch, step);
	}
	return patch;
}

/* true: the entries of client-side apply were there, and are server-side apply's now. */
static bool
migrate(const struct apply_server *apply, struct arena *arena, const struct manifest *manifest,
	const struct object **object)
{
	struct managers managers;
	struct request request;
	bool found = false;

	read_managers(arena, *object, &managers);
	for (size_t i = 0; i < managers.list.n; i++) {
		struct manager *old = &managers.list.v[i];

		if (strcmp(old->operation, OPERATION_UPDATE) != 0 || *old->subresource ||
			!has_annotation_field(arena, old))
			continue;
		upgrade_manager(&managers, old, apply->mutation->manager);
		found = true;
	}
	request = patch_request(apply, manifest, PATCH_JSON, NULL);
	if (found)
		request.body = entries_patch(arena, *object, managers_value(&managers, arena));
	managers_release(&managers);
	return found &&
		send_step(apply, &request, "server rejected managed fields migration to Server-Side Apply", object);
}

void
apply_server_one(const struct apply_server *apply, struct arena *arena, const struct manifest *manifest)
{
	struct mutation *mutation = apply->mutation;
	const struct object *object = send_configuration(apply, manifest);

	if (!object)
		return;
	if (keep_annotation(apply, arena, manifest, &object) && migrate(apply, arena, manifest, &object)) {
		struct request again = patch_request(apply, manifest, PATCH_APPLY, manifest->root);

		again.force = apply->force;
		(void)send_step(apply, &again,
			"failed to re-apply configuration after performing Server-Side Apply migration", &object);
	}
	apply_warn_deleting(mutation, object);
	mutation_print(mutation, manifest->kind, manifest->name, object->root, false, "serverside-applied");
	object_unref((struct object *)object);
}
