/* kubectl apply view-last-applied, set-last-applied; follows k8s.io/kubectl/pkg/cmd/apply. */
#include "kubectl/verb_apply.h"

#include <string.h>

#include "api/yaml.h"
#include "kubectl/applied.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"

/* ---- view ---- */

static const struct flag view_flags[] = {
	{ "output", 'o', FLAG_STRING, "yaml", NULL, "yaml,json", "yaml or json." },
	FLAGS_END,
};
static const struct flag *const view_tables[] = { view_flags, filename_flags, selector_flag, all_flag, NULL };

/* That one has no annotation, kubectl means to say, and says it of a file's object only, with the error it hasn't got. */
static void
view_one(struct kubectl *kubectl, const char *output, const struct resource *resource, struct failures *failures)
{
	const struct object *object = resource->object;
	struct arena arena = ARENA_INIT;
	struct value *original = NULL;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	if (applied_original(&arena, object, &original, &err))
		failures_add(failures, "%s", err.text);
	else if (!original && *resource->source)
		failures_add(failures, "error when no last-applied-configuration annotation found on resource: %s\n \"%s\": <nil>",
			object->name, resource->source);
	else if (original && strcmp(output, "json") == 0)
		json_write(original, 2, &text);
	else if (original)
		yaml_write(original, &text);
	/* The annotation ends with a newline, which its JSON keeps. */
	if (text.len && text.buf[text.len - 1] != '\n')
		str_add(&text, "\n");
	sink_write(kubectl->io->out, text.buf, text.len);
	str_release(&text);
	err_release(&err);
	arena_release(&arena);
}

static int
view_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *output = flag_string(flags, "output");
	struct resources resources = RESOURCES_INIT;
	int status;

	resources_find(kubectl, flags, flags->args, flags->nargs, 0, &resources);
	if (!resources.failures.list.n && strcmp(output, "yaml") != 0 && strcmp(output, "json") != 0)
		status = print_usage_error(kubectl->io, kubectl->command, "Unexpected -o output mode: %s, the flag 'output' must be "
			"one of yaml|json", output);
	else {
		for (size_t i = 0; i < resources.list.n && !resources.failures.list.n; i++)
			view_one(kubectl, output, &resources.list.v[i], &resources.failures);
		status = failures_print(&resources.failures, kubectl->io);
	}
	resources_release(&resources);
	return status;
}

const struct verb verb_apply_view_last = {
	.name = "view-last-applied",
	.aliases = "",
	.usage = "apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
	.summary = "Show what the last apply said of an object",
	.help = "Shows the annotation in which kubectl apply keeps what it was last told of an object.",
	.examples = "kubectl apply view-last-applied svc/web",
	.flags = view_tables,
	.args = "objects",
	.run = view_run,
};

/* ---- set ---- */

static const struct flag set_flags[] = {
	{ "create-annotation", 0, FLAG_BOOL, "false", "true", NULL, "Also where the object has no such annotation yet." },
	FLAGS_END,
};
static const struct flag *const set_tables[] = { set_flags, output_flags, dry_run_flag, filename_flags, NULL };

struct value *
applied_annotation_patch(struct arena *arena, const char *text)
{
	struct value *patch = value_map(arena);

	value_set_text(arena, value_make_map(arena, value_make_map(arena, patch, "metadata"), "annotations"), LAST_APPLIED,
		text);
	return patch;
}

static void
set_one(struct mutation *mutation, const struct flags *flags, struct arena *arena, const struct resource *resource)
{
	struct request request = mutation_request(mutation, REQUEST_PATCH, resource->kind, resource->namespace);
	const char *last = object_annotation(resource->object, LAST_APPLIED);
	const struct object *object = NULL;
	struct str text = STR_INIT;

	json_write(resource->manifest, 0, &text);
	str_add(&text, "\n");
	if (!last && !flag_bool(flags, "create-annotation")) {
		failures_add(&mutation->failures, "no last-applied-configuration annotation found on resource: %s, to create the "
			"annotation, run the command with --create-annotation", resource->name);
	} else if (last && strcmp(last, text.buf) == 0) {
		sink_printf(mutation->kubectl->io->out, "set-last-applied %s: no changes required.\n", resource->name);
	} else if (mutation->dry_run == DRY_RUN_CLIENT) {
		mutation_print(mutation, resource->kind, resource->name, resource->object->root, false, "configured");
	} else {
		request.name = resource->name;
		request.patch_type = PATCH_MERGE;
		request.body = applied_annotation_patch(arena, text.buf);
		if (!mutation_send(mutation, &request, "", &object)) {
			mutation_print(mutation, resource->kind, resource->name, object->root, false, "configured");
			object_unref((struct object *)object);
		}
	}
	str_release(&text);
}

static int
set_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct resources resources = RESOURCES_INIT;
	struct mutation mutation;

	if (mutation_begin(&mutation, kubectl, flags))
		return 1;
	resources_find(kubectl, flags, NULL, 0, 0, &resources);
	failures_move(&mutation.failures, &resources.failures);
	for (size_t i = 0; i < resources.list.n && !mutation.failures.list.n; i++)
		set_one(&mutation, flags, &resources.manifests.arena, &resources.list.v[i]);
	resources_release(&resources);
	return mutation_end(&mutation);
}

const struct verb verb_apply_set_last = {
	.name = "set-last-applied",
	.aliases = "",
	.usage = "apply set-last-applied -f FILENAME",
	.summary = "Set what the last apply said to a file's contents",
	.help = "Sets the annotation in which kubectl apply keeps what it was last told, and nothing else of the object.",
	.examples = "kubectl apply set-last-applied -f service.yaml --create-annotation",
	.flags = set_tables,
	.args = "",
	.run = set_run,
};
