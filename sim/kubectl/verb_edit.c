/*
 * kubectl edit: the objects as text, an editor, and a patch of what was changed; a text that is refused is shown again
 * with the reasons above it.  Follows k8s.io/kubectl/pkg/cmd/util/editor/editoptions.go.
 */
#include <stdlib.h>
#include <string.h>

#include "api/go_print.h"
#include "api/patch.h"
#include "api/yaml.h"
#include "kubectl/applied.h"
#include "kubectl/resource_args.h"
#include "kubectl/subresource.h"
#include "kubectl/verb_apply.h"
#include "kubectl/verb_list.h"
#include "server/managed_view.h"

static const struct flag edit_flags[] = {
	{ "field-manager", 0, FLAG_STRING, "kubectl-edit", NULL, NULL, "Name of the manager that owns the fields." },
	{ "output-patch", 0, FLAG_BOOL, "false", "true", NULL, "Show the patch." },
	{ "subresource", 0, FLAG_STRING, "", NULL, "status,scale,resize", "The part of the object to edit." },
	{ "windows-line-endings", 0, FLAG_BOOL, "false", "true", NULL, "Lines end as on Windows." },
	FLAGS_END,
};
static const struct flag *const edit_tables[] = {
	record_flag, edit_flags, output_flags, validate_flag, save_config_flag, filename_flags, NULL,
};

struct editing {
	struct mutation mutation;
	const struct flags *flags;
	struct arena arena;
	struct resources resources;
	struct io_edit file;
	struct str original;	/* without comments */
	struct str reasons;	/* of the last refusal, each line with "# " before it */
	bool json;
	bool last_applied;	/* edit-last-applied: the objects are what their annotations say */
};

/* ---- text ---- */

/* The object as it is shown, which is what the edited text is compared with. */
static const struct value *
shown_object(struct editing *editing, const struct resource *resource)
{
	return managed_view(&editing->arena, resource->object->root, editing->mutation.output.managed_fields);
}

static void
add_objects(struct editing *editing, struct str *out)
{
	struct arena *arena = &editing->arena;
	struct value *root, *items;

	if (editing->resources.list.n == 1) {
		root = (struct value *)shown_object(editing, &editing->resources.list.v[0]);
	} else {
		root = value_map(arena);
		value_set_text(arena, root, "apiVersion", "v1");
		items = value_make_list(arena, root, "items");
		for (size_t i = 0; i < editing->resources.list.n; i++)
			value_append(arena, items, (struct value *)shown_object(editing, &editing->resources.list.v[i]));
		value_set_text(arena, root, "kind", "List");
		value_make_map(arena, root, "metadata");
	}
	if (editing->json) {
		json_write(root, 4, out);
		str_add(out, "\n");
	} else {
		yaml_write(root, out);
	}
}

/* JSON has no comments. */
static void
add_heading(const struct editing *editing, struct str *out)
{
	if (editing->json)
		return;
	str_add(out, editing->last_applied ? "# Please edit the 'last-applied-configuration' annotations below.\n"
		"# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.\n#\n" :
		"# Please edit the object below. Lines beginning with a '#' will be ignored,\n"
		"# and an empty file will abort the edit. If an error occurs while saving this file will be\n"
		"# reopened with the relevant failures.\n#\n");
	str_add(out, editing->reasons.buf);
}

/* The lines that are no comments. */
static void
strip(const char *text, struct str *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n"), blanks = strspn(text, " \t");

		len += text[len] == '\n';
		if (text[blanks] != '#')
			str_addn(out, text, len);
		text += len;
	}
}

/* ---- refusals ---- */

static void
begin_reasons(struct editing *editing, const struct resource *resource)
{
	char buf[96];

	str_addf(&editing->reasons, "# %s \"%s\" was not valid:\n", kind_resource(resource->kind, buf), resource->name);
	sink_printf(editing->mutation.kubectl->io->err, "error: %s \"%s\" is invalid\n", kind_resource(resource->kind, buf),
		resource->name);
}

/* A refusal of unknown fields comes as one of the patch as a whole. */
static void
add_strict_reason(struct editing *editing, const struct value *patch, const char *message)
{
	const char *strict = strstr(message, "strict decoding error");
	struct str text = STR_INIT;

	go_print_tree(&text, patch, false);
	str_addf(&editing->reasons, "# * patch: Invalid value: \"%s\": %s\n", text.buf, strict ? strict : message);
	str_release(&text);
}

/* true when the object was refused for what it says, so that the text is shown again */
static bool
refused(struct editing *editing, const struct resource *resource, const struct value *patch, struct status *status)
{
	if (status->reason != STATUS_INVALID && status->reason != STATUS_BAD_REQUEST)
		return false;
	begin_reasons(editing, resource);
	for (size_t i = 0; i < status->causes.n; i++)
		str_addf(&editing->reasons, "# * %s\n", status->causes.v[i].text);
	if (!status->causes.n)
		add_strict_reason(editing, patch, status->message ? status->message : "");
	str_add(&editing->reasons, "#\n");
	return true;
}

/* ---- saving ---- */

static int
same_identity(struct editing *editing, const struct resource *resource, const struct value *edited)
{
	static const char *const fields[] = { "apiVersion", "kind", "metadata.name" };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const char *before = value_text(value_path(resource->object->root, fields[i]));
		const char *after = value_text(value_path(edited, fields[i]));

		if (before && after && strcmp(before, after) == 0)
			continue;
		sink_printf(editing->mutation.kubectl->io->err, "A copy of your changes has been stored to \"%s\"\n",
			editing->file.path.buf);
		failures_add(&editing->mutation.failures, "At least one of apiVersion, kind and name was changed");
		return -1;
	}
	return 0;
}

/* What was edited becomes the annotation. */
static int
save_annotation(struct editing *editing, const struct resource *resource, const struct value *edited)
{
	struct mutation *mutation = &editing->mutation;
	struct request request = mutation_request(mutation, REQUEST_PATCH, resource->kind, resource->namespace);
	struct str text = STR_INIT;
	int result;

	json_write(edited, 0, &text);
	str_add(&text, "\n");
	request.name = resource->name;
	request.patch_type = PATCH_MERGE;
	request.body = applied_annotation_patch(&editing->arena, text.buf);
	result = mutation_send(mutation, &request, "", NULL);
	if (!result)
		mutation_print(mutation, resource->kind, resource->name, edited, false, "edited");
	str_release(&text);
	return result;
}

static void
print_edited(struct mutation *mutation, const struct object *object, const char *subresource)
{
	struct object *part = subresource_object(object, subresource);

	mutation_print(mutation, part->kind, part->name, part->root, false, "edited");
	object_unref(part);
}

/* --output-patch */
static void
print_patch(const struct editing *editing, const struct value *patch)
{
	struct str text = STR_INIT;

	if (!editing->last_applied && flag_bool(editing->flags, "output-patch")) {
		json_write(patch, 0, &text);
		sink_printf(editing->mutation.kubectl->io->out, "Patch: %s\n", text.buf);
	}
	str_release(&text);
}

static int
edit_patch(struct editing *editing, const struct kind *kind, const struct value *before, const struct value *edited,
	struct value **patch, struct err *err)
{
	if (kind_is_registered(kind))
		return patch_three_way(kind->type, before, edited, before, &editing->arena, patch, err);
	*patch = patch_merge_diff(before, edited, &editing->arena);
	return 0;
}

/* 0 saved or nothing to save, 1 refused and to be shown again, -1 it is over */
static int
save_one(struct editing *editing, const struct resource *resource, const struct value *edited)
{
	struct mutation *mutation = &editing->mutation;
	struct request request = mutation_request(mutation, REQUEST_PATCH, resource->kind, resource->namespace);
	const struct value *before = shown_object(editing, resource);
	const char *subresource = subresource_of(mutation->kubectl, editing->flags);
	const struct object *object = NULL;
	struct status status = STATUS_INIT;
	struct err err = ERR_INIT;
	struct value *patch = NULL;
	int result = 0;

	if (same_identity(editing, resource, edited))
		return -1;
	if (value_equal(before, edited)) {
		mutation_print(mutation, resource->kind, resource->name, edited, false, "skipped");
		return 0;
	}
	if (editing->last_applied)
		return save_annotation(editing, resource, edited);
	if (edit_patch(editing, resource->object->kind, before, edited, &patch, &err)) {
		(void)status_set(&status, STATUS_BAD_REQUEST, "%s", err.text);
		patch = value_map(&editing->arena);
		result = -1;
	} else if (value_count(patch)) {
		print_patch(editing, patch);
		request.name = resource->name;
		request.subresource = *subresource ? subresource : NULL;
		request.body = patch;
		request.patch_type = kind_is_registered(resource->object->kind) ? PATCH_STRATEGIC : PATCH_MERGE;
		result = server_do(&mutation->kubectl->cluster->server, &request, &object, &status);
		print_warnings(mutation->kubectl->io, &status);
	}
	if (object)
		print_edited(mutation, object, subresource);
	if (result && refused(editing, resource, patch, &status))
		result = 1;
	else if (result)
		failures_add_status(&mutation->failures, &status, "");
	object_unref((struct object *)object);
	status_release(&status);
	err_release(&err);
	return result;
}

/* The edited value of a resource: the whole text, or the item of that kind and name. */
static const struct value *
edited_value(const struct editing *editing, const struct value *root, size_t i)
{
	return editing->resources.list.n == 1 ? root : value_at(value_get(root, "items"), i);
}

static int
save_all(struct editing *editing, const struct str *text)
{
	value_vec documents = VEC_INIT;
	struct err err = ERR_INIT;
	struct str why = STR_INIT;
	int result = 0;

	str_clear(&editing->reasons);
	if (yaml_read("edited", text->buf, text->len, NULL, &editing->arena, &documents, &err) || documents.n != 1) {
		if (err.text)
			yaml_problem_add(&err, &why);
		else
			str_add(&why, "the file must hold one object");
		begin_reasons(editing, &editing->resources.list.v[0]);
		str_addf(&editing->reasons, "# * <nil>: Invalid value: \"The edited file failed validation\": %s\n#\n", why.buf);
		result = 1;
	}
	for (size_t i = 0; i < editing->resources.list.n && !result; i++)
		result = save_one(editing, &editing->resources.list.v[i], edited_value(editing, documents.v[0], i));
	str_release(&why);
	err_release(&err);
	vec_release(&documents);
	return result;
}

/* ---- the editor ---- */

static void
cancelled(struct editing *editing)
{
	struct io *io = editing->mutation.kubectl->io;

	if (!editing->reasons.len) {
		sink_put(io->err, "Edit cancelled, no changes made.\n");
		return;
	}
	if (io->files->write(io, editing->file.path.buf, editing->file.text.buf, editing->file.text.len, false) == IO_OK)
		sink_printf(io->err, "A copy of your changes has been stored to \"%s\"\n", editing->file.path.buf);
	failures_add(&editing->mutation.failures, "Edit cancelled, no valid changes were saved.");
}

static void
edit_until_saved(struct editing *editing)
{
	struct io *io = editing->mutation.kubectl->io;
	struct str before = STR_INIT;
	int result = 1;

	add_objects(editing, &editing->original);
	str_add(&before, editing->original.buf);
	while (result > 0) {
		struct str text = STR_INIT;

		str_clear(&editing->file.text);
		add_heading(editing, &editing->file.text);
		str_add(&editing->file.text, before.buf);
		result = io->edit(io, &editing->file);
		if (result) {
			failures_add(&editing->mutation.failures, result == IO_EDIT_MISSING ? "unable to launch the editor \"%s\"" :
				"there was a problem with the editor \"%s\"", editing->file.program.buf);
			result = -1;
		} else {
			strip(editing->file.text.buf, &text);
			if (strcmp(text.buf, before.buf) == 0 || strcmp(text.buf, editing->original.buf) == 0) {
				cancelled(editing);
				result = -1;
			} else {
				result = save_all(editing, &text);
			}
		}
		str_clear(&before);
		str_add(&before, text.buf);
		str_release(&text);
	}
	str_release(&before);
}

/* In place of the objects, what their annotations say; those without one are left out. */
static void
take_annotations(struct editing *editing)
{
	struct resources *resources = &editing->resources;
	size_t kept = 0;

	for (size_t i = 0; i < resources->list.n; i++) {
		struct resource *resource = &resources->list.v[i];
		struct object *said = object_new(resource->kind);
		struct err err = ERR_INIT;
		bool has = !applied_original(&said->arena, resource->object, &said->root, &err) && said->root;

		object_unref((struct object *)resource->object);
		resource->object = said;
		if (has)
			resources->list.v[kept++] = *resource;
		else
			object_unref(said);
		err_release(&err);
	}
	resources->list.n = kept;
	if (!kept)
		failures_add(&editing->mutation.failures, "no last-applied-configuration annotation found on resources, to create the "
			"annotation, use command `kubectl apply set-last-applied --create-annotation`");
}

static void
edit_found(struct editing *editing)
{
	struct failures *failures = &editing->mutation.failures;

	if (!failures->list.n && !editing->resources.list.n)
		failures_add(failures, "edit cancelled, no objects found");
	else if (!failures->list.n && !editing->mutation.kubectl->io->edit)
		failures_add(failures, "there is no editor here: change the object with kubectl patch, or kubectl get -o yaml and "
			"kubectl apply");
	if (!failures->list.n && editing->mutation.output.format != OUTPUT_NONE && editing->mutation.output.format != OUTPUT_YAML &&
	    !editing->json)
		failures_add(failures, "unable to match a printer suitable for the output format \"%s\", allowed formats are: json,yaml",
			flag_string(editing->flags, "output"));
	if (!failures->list.n && editing->last_applied)
		take_annotations(editing);
	if (!failures->list.n)
		edit_until_saved(editing);
}

static int
edit(struct kubectl *kubectl, const struct flags *flags, bool last_applied)
{
	struct editing editing = { .flags = flags, .arena = ARENA_INIT, .resources = RESOURCES_INIT,
		.original = STR_INIT, .reasons = STR_INIT, .last_applied = last_applied };

	if (mutation_begin_first(&editing.mutation, kubectl, flags))
		return 1;
	editing.json = editing.mutation.output.format == OUTPUT_JSON;
	editing.file = (struct io_edit){ kubectl->editor, editing.json ? ".json" : ".yaml", STR_INIT, STR_INIT, STR_INIT };
	resources_find(kubectl, flags, flags->args, flags->nargs, RESOURCES_TYPE_IS_ALL, &editing.resources);
	failures_move(&editing.mutation.failures, &editing.resources.failures);
	edit_found(&editing);
	resources_release(&editing.resources);
	arena_release(&editing.arena);
	str_release(&editing.file.text);
	str_release(&editing.file.path);
	str_release(&editing.file.program);
	str_release(&editing.original);
	str_release(&editing.reasons);
	return mutation_end(&editing.mutation);
}

static int
edit_run(struct kubectl *kubectl, const struct flags *flags)
{
	return edit(kubectl, flags, false);
}

static int
edit_last_run(struct kubectl *kubectl, const struct flags *flags)
{
	return edit(kubectl, flags, true);
}

static const struct flag edit_last_flags[] = {
	{ "field-manager", 0, FLAG_STRING, "kubectl-client-side-apply", NULL, NULL, "Name of the manager that owns the fields." },
	{ "windows-line-endings", 0, FLAG_BOOL, "false", "true", NULL, "Lines end as on Windows." },
	FLAGS_END,
};
static const struct flag *const edit_last_tables[] = { edit_last_flags, output_flags, validate_flag, filename_flags, NULL };

const struct verb verb_apply_edit_last = {
	.name = "edit-last-applied",
	.aliases = "",
	.usage = "apply edit-last-applied (RESOURCE/NAME | -f FILENAME)",
	.summary = "Change in an editor what the last apply said",
	.help = "Opens the annotation in which kubectl apply keeps what it was last told of an object.",
	.examples = "kubectl apply edit-last-applied svc/web",
	.flags = edit_last_tables,
	.args = "objects",
	.run = edit_last_run,
};

const struct verb verb_edit = {
	.name = "edit",
	.aliases = "",
	.usage = "edit (RESOURCE/NAME | -f FILENAME)",
	.summary = "Change an object in an editor",
	.help = "Opens an object in the editor that KUBE_EDITOR or EDITOR names, and sends what was changed.  A text that the\n"
		"server refuses is opened again, with the reasons above it; saving it unchanged ends the edit.",
	.examples = "kubectl edit svc/web\n\nKUBE_EDITOR=nano kubectl edit svc/web",
	.flags = edit_tables,
	.args = "objects",
	.run = edit_run,
};
