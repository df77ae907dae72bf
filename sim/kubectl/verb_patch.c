/* kubectl patch; follows k8s.io/kubectl/pkg/cmd/patch/patch.go. */
#include <stdlib.h>
#include <string.h>

#include "api/patch.h"
#include "api/yaml.h"
#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"
#include "kubectl/subresource.h"
#include "kubectl/verb_list.h"

static const struct flag patch_flags[] = {
	{ "field-manager", 0, FLAG_STRING, "kubectl-patch", NULL, NULL, "Name of the manager that owns the fields." },
	{ "local", 0, FLAG_BOOL, "false", "true", NULL, "Change the file's object only, and print it." },
	{ "patch", 'p', FLAG_STRING, "", NULL, NULL, "The patch, JSON or YAML." },
	{ "patch-file", 0, FLAG_STRING, "", NULL, "@file", "A file with the patch." },
	{ "subresource", 0, FLAG_STRING, "", NULL, "status,scale", "The part of the object to change." },
	{ "type", 0, FLAG_STRING, "strategic", NULL, "json,merge,strategic", "How the patch is meant." },
	FLAGS_END,
};

static const struct flag *const patch_tables[] = { patch_flags, output_flags, dry_run_flag, filename_flags, NULL };

static const struct {
	const char *word;
	enum patch_type type;
} patch_types[] = {
	{ "json", PATCH_JSON }, { "merge", PATCH_MERGE }, { "strategic", PATCH_STRATEGIC },
};

static int
read_type(struct kubectl *kubectl, const struct flags *flags, enum patch_type *type)
{
	const char *word = flag_string(flags, "type");

	for (size_t i = 0; i < sizeof patch_types / sizeof *patch_types; i++)
		if (ascii_casecmp(patch_types[i].word, word) == 0) {
			*type = patch_types[i].type;
			return 0;
		}
	return print_failure(kubectl->io, "--type must be one of [json merge strategic], not \"%s\"", word);
}

/* The patch's text from -p or --patch-file, as a tree. */
static int
read_patch(struct kubectl *kubectl, const struct flags *flags, struct arena *arena, struct value **patch)
{
	const char *file = flag_string(flags, "patch-file");
	struct str text = STR_INIT;
	value_vec documents = VEC_INIT;
	struct err err = ERR_INIT;
	int status = 0;

	if (!*flag_string(flags, "patch") && !*file)
		return print_failure(kubectl->io, "must specify --patch or --patch-file containing the contents of the patch");
	if (*file && kubectl->io->files->read(kubectl->io, file, &text) != IO_OK)
		status = print_failure(kubectl->io, "unable to read patch file: open %s: no such file or directory", file);
	else if (!*file)
		str_add(&text, flag_string(flags, "patch"));
	if (!status && yaml_read("patch", text.buf, text.len, NULL, arena, &documents, &err)) {
		struct str why = STR_INIT;

		yaml_problem_add(&err, &why);
		status = print_failure(kubectl->io, "unable to parse \"%s\": %s", text.buf,
			str_starts(err.text, "json: ") ? err.text : why.buf);
		str_release(&why);
	}
	if (!status && !documents.n)
		status = print_failure(kubectl->io, "unable to parse \"%s\": yaml: no content", text.buf);
	else if (!status)
		*patch = documents.v[0];
	err_release(&err);
	vec_release(&documents);
	str_release(&text);
	return status;
}

/* --local, and --dry-run=client: the patched object without asking the server. */
static void
patch_locally(struct mutation *mutation, const struct resource *resource, const struct value *root, enum patch_type type,
	const struct value *patch)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct value *patched = NULL;
	int status;

	if (type == PATCH_STRATEGIC)
		status = patch_strategic(resource->object ? resource->object->kind->type : resource->kind->type, root, patch, &arena,
			&patched, &err);
	else if (type == PATCH_MERGE)
		status = patch_merge(root, patch, &arena, &patched, &err);
	else
		status = patch_json(root, patch, &arena, &patched, &err);
	if (status)
		failures_add(&mutation->failures, "%s", err.text);
	else
		mutation_print(mutation, resource->kind, resource->name, patched, false,
			value_equal(root, patched) ? "patched (no change)" : "patched");
	err_release(&err);
	arena_release(&arena);
}

static void
patch_one(struct mutation *mutation, const struct flags *flags, const struct resource *resource, enum patch_type type,
	const struct value *patch)
{
	struct request request = mutation_request(mutation, REQUEST_PATCH, resource->kind, resource->namespace);
	const char *subresource = flag_string(flags, "subresource");
	const struct object *object = NULL;
	struct object *part;

	if (mutation->dry_run == DRY_RUN_CLIENT || flag_bool(flags, "local")) {
		patch_locally(mutation, resource, resource->object ? resource->object->root : resource->manifest, type, patch);
		return;
	}
	request.name = resource->name;
	request.subresource = *subresource ? subresource : NULL;
	request.body = patch;
	request.patch_type = type;
	request.strict = false;	/* kubectl patch only warns of unknown fields */
	if (mutation_send(mutation, &request, "", &object))
		return;
	part = subresource_object(object, subresource);
	mutation_print(mutation, part->kind, resource->name, part->root, false,
		value_equal(resource->object->root, part->root) ? "patched (no change)" : "patched");
	object_unref(part);
	object_unref((struct object *)object);
}

static int
patch_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct mutation mutation;
	struct resources resources = RESOURCES_INIT;
	struct arena arena = ARENA_INIT;
	struct value *patch = NULL;
	enum patch_type type = PATCH_STRATEGIC;
	int status = 1;

	if (!read_type(kubectl, flags, &type) && !read_patch(kubectl, flags, &arena, &patch) &&
	    !mutation_begin(&mutation, kubectl, flags)) {
		resources_find(kubectl, flags, flags->args, flags->nargs, flag_bool(flags, "local") ? RESOURCES_UNFETCHED : 0,
			&resources);
		for (size_t i = 0; i < resources.list.n; i++)
			patch_one(&mutation, flags, &resources.list.v[i], type, patch);
		failures_move(&mutation.failures, &resources.failures);
		resources_release(&resources);
		status = mutation_end(&mutation);
	}
	arena_release(&arena);
	return status;
}

const struct verb verb_patch = {
	.name = "patch",
	.aliases = "",
	.usage = "patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
	.summary = "Change fields of an object",
	.help = "Changes fields of an object by a strategic merge patch, a JSON merge patch or a JSON patch.",
	.examples = "kubectl patch svc web -p '{\"spec\":{\"type\":\"NodePort\"}}'\n\n# By position\n"
		"kubectl patch svc web --type=json -p '[{\"op\":\"replace\",\"path\":\"/spec/ports/0/port\",\"value\":8080}]'",
	.flags = patch_tables,
	.args = "kind name",
	.run = patch_run,
};
