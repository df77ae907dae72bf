/*
 * kubectl apply, client-side: the file, what the last apply said (an annotation) and the live object make a
 * three-way patch.  Follows k8s.io/kubectl/pkg/cmd/apply/apply.go and patcher.go.
 */
#include "kubectl/verb_apply.h"

#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "kubectl/applied.h"
#include "kubectl/apply_server.h"
#include "kubectl/resource_args.h"
#include "kubectl/removal.h"
#include "kubectl/verb_list.h"

static const struct flag apply_flags[] = {
	{ "cascade", 0, FLAG_STRING, "background", "background", "background,foreground,orphan",
		"With --force or --prune: what happens to what the object owns." },
	{ "field-manager", 0, FLAG_STRING, "kubectl-client-side-apply", NULL, NULL, "Name of the manager that owns the fields." },
	{ "force", 0, FLAG_BOOL, "false", "true", NULL, "Delete and make anew what cannot be changed." },
	{ "force-conflicts", 0, FLAG_BOOL, "false", "true", NULL, "With --server-side: take over fields of others." },
	{ "grace-period", 0, FLAG_INT, "-1", NULL, NULL, "Seconds a deleted object is given; -1 for its own." },
	{ "openapi-patch", 0, FLAG_BOOL, "true", "true", NULL, "Make the patch by the published schema." },
	{ "overwrite", 0, FLAG_BOOL, "true", "true", NULL, "The file wins over what others changed." },
	{ "server-side", 0, FLAG_BOOL, "false", "true", NULL, "Let the server merge." },
	{ "subresource", 0, FLAG_STRING, "", NULL, "status,scale,resize", "The part of the object to change." },
	{ "timeout", 0, FLAG_DURATION, "0s", NULL, NULL, "How long to wait for a deletion." },
	{ "wait", 0, FLAG_BOOL, "false", "true", NULL, "Wait until deleted objects are gone." },
	FLAGS_END,
};

static const struct flag *const apply_tables[] = {
	record_flag, apply_flags, prune_flags, output_flags, dry_run_flag, validate_flag, filename_flags, selector_flag, all_flag, NULL,
};

#define FORCE_PATIENCE (INT64_C(300) * CLOCK_SECOND)	/* of --force, until the old one is gone */

struct apply {
	struct mutation mutation;
	struct apply_server server;
	bool server_side;
	bool force;
	enum propagation propagation;	/* with force: how the object goes */
	int64_t grace_seconds;
};

/* What a later apply would take away is not created in the first place. */
static void
drop_nulls(struct value *value)
{
	if (value->type == VALUE_LIST)
		for (size_t i = 0; i < value->list.n; i++)
			drop_nulls(value->list.v[i]);
	if (value->type != VALUE_MAP)
		return;
	for (size_t i = value->map.n; i-- > 0; )
		if (value_is_null(value->map.v[i].value))
			value_remove(value, value->map.v[i].key);
		else
			drop_nulls(value->map.v[i].value);
}

static void
apply_create(struct apply *apply, struct arena *arena, const struct manifest *manifest, struct value *modified)
{
	struct mutation *mutation = &apply->mutation;
	struct request request = mutation_request(mutation, REQUEST_CREATE, manifest->kind, manifest->namespace);
	const struct object *object = NULL;

	if (mutation->dry_run == DRY_RUN_CLIENT) {
		mutation_print(mutation, manifest->kind, manifest->name, modified, false, "created");
		return;
	}
	value_remove(value_get(modified, "metadata"), "resourceVersion");
	drop_nulls(modified);
	request.body = modified;
	if (mutation_send(mutation, &request, mutation_context(arena, "creating", manifest->source), &object))
		return;
	mutation_print(mutation, manifest->kind, manifest->name, object->root, false, "created");
	object_unref((struct object *)object);
}

/* How kubectl names an object in an error about it. */
static char *
describe_object(struct arena *arena, const struct manifest *manifest)
{
	char buf[64];
	const char *slash = *manifest->kind->group ? "" : "/";
	const char *version = kind_api_version(manifest->kind, buf);

	return arena_printf(arena, "Resource: \"%s%s, Resource=%s\", GroupVersionKind: \"%s%s, Kind=%s\"\nName: \"%s\", "
		"Namespace: \"%s\"", slash, version, manifest->kind->plural, slash, version, manifest->kind->kind, manifest->name,
		manifest->namespace);
}

static const char *
patch_context(struct arena *arena, const struct manifest *manifest, const struct value *patch)
{
	struct str json = STR_INIT;
	const char *context;

	json_write(patch, 0, &json);
	context = arena_printf(arena, "error when applying patch:\n%s\nto:\n%s\nfor: \"%s\": error when patching \"%s\"",
		json.buf, describe_object(arena, manifest), manifest->source, manifest->source);
	str_release(&json);
	return context;
}

static const char *
force_context(struct arena *arena, const struct manifest *manifest, const struct value *modified)
{
	struct str json = STR_INIT;
	const char *context;

	output_json_line(modified, &json);
	context = arena_printf(arena, "error when applying patch:\n%s\n\nto:\n%s\nfor: \"%s\"", json.buf,
		describe_object(arena, manifest), manifest->source);
	str_release(&json);
	return context;
}

static void
warn_about_annotation(struct apply *apply, const struct manifest *manifest, const struct object *current)
{
	if (object_annotation(current, LAST_APPLIED))
		return;
	sink_printf(apply->mutation.kubectl->io->err, "Warning: resource %s/%s is missing the " LAST_APPLIED " annotation which "
		"is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either "
		"kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n",
		manifest->kind->plural, manifest->name);
}

static bool
is_gone(const struct apply *apply, const struct manifest *manifest)
{
	struct cluster *cluster = apply->mutation.kubectl->cluster;

	for (int64_t end = cluster->server.clock.now + FORCE_PATIENCE; cluster->server.clock.now < end; ) {
		int64_t next = control_next(&cluster->control);

		if (!store_get(cluster->server.store, manifest->kind, manifest->namespace, manifest->name))
			return true;
		cluster_tick(cluster, next < end ? next : end);
	}
	return false;
}

/* --force: another one in its place; when that is refused, the one that was there comes back. */
static void
make_anew(struct apply *apply, struct arena *arena, const struct manifest *manifest, const struct object *current,
	struct value *modified)
{
	struct mutation *mutation = &apply->mutation;
	struct request removal = mutation_request(mutation, REQUEST_DELETE, manifest->kind, manifest->namespace);
	struct request creation = mutation_request(mutation, REQUEST_CREATE, manifest->kind, manifest->namespace);
	const struct object *object = NULL;
	struct value *original = value_copy(arena, current->root);
	const char *context = force_context(arena, manifest, modified);

	removal.name = manifest->name;
	removal.propagation = apply->propagation;
	removal.grace_seconds = apply->grace_seconds;
	if (mutation_send(mutation, &removal, context, NULL))
		return;
	if (!is_gone(apply, manifest)) {
		failures_add(&mutation->failures, "%s: timed out waiting for the condition", context);
		return;
	}
	value_remove(value_get(modified, "metadata"), "resourceVersion");
	creation.body = modified;
	if (mutation_send(mutation, &creation, context, &object)) {
		value_remove(value_get(original, "metadata"), "resourceVersion");
		creation.body = original;
		if (!mutation_send(mutation, &creation, "", &object))
			object_unref((struct object *)object);
		return;
	}
	mutation_print(mutation, manifest->kind, manifest->name, object->root, false, "configured");
	object_unref((struct object *)object);
}

static bool
is_to_be_forced(const struct apply *apply)
{
	const struct failures *failures = &apply->mutation.failures;
	enum status_reason reason = failures->list.v[failures->list.n - 1].status.reason;

	return apply->force && (reason == STATUS_CONFLICT || reason == STATUS_INVALID);
}

static void
send_patch(struct apply *apply, struct arena *arena, const struct manifest *manifest, const struct object *current,
	const struct value *patch, struct value *modified)
{
	struct mutation *mutation = &apply->mutation;
	struct request request = mutation_request(mutation, REQUEST_PATCH, manifest->kind, manifest->namespace);
	const struct object *object = NULL;
	bool unchanged = !value_count(patch) && mutation->output.format == OUTPUT_NONE;

	request.name = manifest->name;
	request.body = patch;
	request.patch_type = applied_patch_type(manifest->kind);
	if (mutation_send(mutation, &request, patch_context(arena, manifest, patch), &object)) {
		if (is_to_be_forced(apply)) {
			failures_drop_last(&mutation->failures);
			make_anew(apply, arena, manifest, current, modified);
		}
		return;
	}
	apply_warn_deleting(mutation, object);
	mutation_print(mutation, manifest->kind, manifest->name, object->root, false, unchanged ? "unchanged" : "configured");
	object_unref((struct object *)object);
}

static void
apply_update(struct apply *apply, struct arena *arena, const struct manifest *manifest, const struct object *current,
	struct value *modified)
{
	struct value *patch = NULL;
	struct err err = ERR_INIT;

	if (apply->mutation.dry_run == DRY_RUN_CLIENT) {
		mutation_print(&apply->mutation, manifest->kind, manifest->name, current->root, false, "configured");
		return;
	}
	warn_about_annotation(apply, manifest, current);
	if (applied_patch(arena, manifest->kind, current, modified, &patch, &err))
		failures_add(&apply->mutation.failures, "%s", err.text);
	else
		send_patch(apply, arena, manifest, current, patch, modified);
	err_release(&err);
}

static void
apply_one(struct apply *apply, struct arena *arena, const struct manifest *manifest)
{
	struct store *store = apply->mutation.kubectl->cluster->server.store;
	const char *prefix = value_get_text(value_get(manifest->root, "metadata"), "generateName");
	const struct object *current;
	struct value *modified;

	if (!*manifest->name && prefix) {
		failures_add(&apply->mutation.failures, "from %s: cannot use generate name with apply", prefix);
		return;
	}
	if (!*manifest->name && apply->server_side) {
		failures_add(&apply->mutation.failures, "resource name may not be empty");
		return;
	}
	if (apply->server_side) {
		apply_server_one(&apply->server, arena, manifest);
		return;
	}
	if (!*manifest->name) {
		failures_add(&apply->mutation.failures, "error when retrieving current configuration of:\n%s\nfrom server for: "
			"\"%s\": resource name may not be empty", describe_object(arena, manifest), manifest->source);
		return;
	}
	mutation_note_cause(&apply->mutation, arena, manifest->root);
	modified = applied_modified(arena, manifest->root, true);
	current = store_get(store, manifest->kind, manifest->namespace, manifest->name);
	if (!current) {
		apply_create(apply, arena, manifest, modified);
		return;
	}
	object_ref(current);
	apply_update(apply, arena, manifest, current, modified);
	object_unref((struct object *)current);
}

static void
prune_one(void *arg, const struct object *object)
{
	struct mutation *mutation = arg;
	struct request request = mutation_request(mutation, REQUEST_DELETE, object->kind, object->namespace);

	request.name = object->name;
	if (mutation->dry_run != DRY_RUN_CLIENT && mutation_send(mutation, &request, "", NULL))
		return;
	mutation_print(mutation, object->kind, object->name, object->root, false, "pruned");
}

/* Flags that don't go together; NULL: they do. */
static const char *
nonsense(const struct flags *flags, enum dry_run dry_run)
{
	bool server_side = flag_bool(flags, "server-side"), force = flag_bool(flags, "force"), prune = flag_bool(flags, "prune");
	bool all = flag_bool(flags, "all"), selector = *flag_string(flags, "selector");
	const struct {
		bool wrong;
		const char *text;
	} rules[] = {
		{ flag_bool(flags, "force-conflicts") && !server_side, "--force-conflicts only works with --server-side" },
		{ dry_run == DRY_RUN_CLIENT && server_side,
			"--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)" },
		{ server_side && force, "--force cannot be used with --server-side" },
		{ dry_run == DRY_RUN_SERVER && force, "--dry-run=server cannot be used with --force" },
		{ all && selector, "cannot set --all and --selector at the same time" },
		{ prune && force, "--force cannot be used with --prune" },
		{ prune && !all && !selector, "all resources selected for prune without explicitly passing --all. To prune all "
			"resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector" },
		{ prune && server_side,
			"--prune is in alpha and doesn't currently work on objects created by server-side apply" },
		{ *flag_string(flags, "subresource") && !server_side,
			"--subresource can only be specified for --server-side" },
	};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].wrong)
			return rules[i].text;
	return NULL;
}

/* -1 after printing what is wrong. */
static int
apply_begin(struct apply *apply, const struct flags *flags)
{
	if (removal_read_cascade(apply->mutation.kubectl->io, flags, &apply->propagation))
		return -1;
	apply->force = flag_bool(flags, "force");
	apply->grace_seconds = flag_int(flags, "grace-period");
	apply->server_side = flag_bool(flags, "server-side");
	if (apply->server_side && !flag_given(flags, "field-manager"))
		apply->mutation.manager = APPLY_SERVER_MANAGER;
	apply->server = (struct apply_server){ &apply->mutation, flag_string(flags, "subresource"),
		flag_bool(flags, "force-conflicts") };
	return 0;
}

static int
apply_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct apply apply;
	struct manifests manifests = MANIFESTS_INIT;
	struct gathered gathered = GATHERED_INIT;
	const char *wrong;

	if (flags->nargs)
		return print_usage_error(kubectl->io, kubectl->command, "Unexpected args: [%s]", flags->args[0]);
	if (!manifests_given(flags))
		return print_failure(kubectl->io, "must specify one of -f and -k");
	if (mutation_begin_first(&apply.mutation, kubectl, flags))
		return 1;
	wrong = nonsense(flags, apply.mutation.dry_run);
	if (wrong) {
		failures_add(&apply.mutation.failures, "%s", wrong);
		return mutation_end(&apply.mutation);
	}
	applied_check_allowlist(flags, &apply.mutation.failures);
	if (apply_begin(&apply, flags) || apply.mutation.failures.list.n) {
		(void)mutation_end(&apply.mutation);
		return 1;
	}
	manifests_read(kubectl, flags, apply.mutation.validation != VALIDATE_IGNORE, &manifests, &apply.mutation.failures);
	manifests_select(flags, &manifests, &apply.mutation.failures);
	if (!manifests.list.n && !apply.mutation.failures.list.n)
		failures_add(&apply.mutation.failures, "no objects passed to apply");
	apply.mutation.gathered = &gathered;
	for (size_t i = 0; i < manifests.list.n; i++)
		apply_one(&apply, &manifests.arena, &manifests.list.v[i]);
	if (!apply.mutation.failures.list.n)
		mutation_print_gathered(&apply.mutation);
	apply.mutation.gathered = NULL;
	gathered_release(&gathered);
	if (flag_bool(flags, "prune") && !apply.mutation.failures.list.n)
		applied_stale(kubectl, flags, &manifests, true, &apply.mutation.failures, prune_one, &apply.mutation);
	manifests_release(&manifests);
	return mutation_end(&apply.mutation);
}

static const struct verb *const apply_subverbs[] = {
	&verb_apply_edit_last, &verb_apply_set_last, &verb_apply_view_last, NULL,
};

const struct verb verb_apply = {
	.name = "apply",
	.aliases = "",
	.usage = "apply (-f FILENAME | -k DIRECTORY)",
	.summary = "Bring objects to what a file says",
	.help = "Makes the objects of a file, or changes those that exist to what the file says.  Fields that an earlier apply\n"
		"set and the file has no more are removed; what others set stays.",
	.examples = "# A file\nkubectl apply -f service.yaml\n\n# What another command made\n"
		"kubectl create deployment web --image=nginx --dry-run=client -o yaml | kubectl apply -f -",
	.flags = apply_tables,
	.subverbs = apply_subverbs,
	.args = "",
	.run = apply_run,
	.asks = ASKS_THE_SERVER,
};
