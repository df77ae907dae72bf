/* kubectl patch; follows k8s.io/kubectl/pkg/cmd/patch/patch.go. */
#include <stdlib.h>
#include <string.h>

#include "api/patch.h"
#include "api/yaml.h"
#include "base/json_out.h"
#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"
#include "kubectl/subresource.h"
#include "kubectl/verb_list.h"

static const struct flag patch_flags[] = {
	{ "field-manager", 0, FLAG_STRING, "kubectl-patch", NULL, NULL, "Name of the manager that owns the fields." },
	{ "local", 0, FLAG_BOOL, "false", "true", NULL, "Change the file's object only, and print it." },
	{ "patch", 'p', FLAG_STRING, "", NULL, NULL, "The patch, JSON or YAML." },
	{ "patch-file", 0, FLAG_STRING, "", NULL, "@file", "A file with the patch." },
	{ "subresource", 0, FLAG_STRING, "", NULL, "status,scale,resize", "The part of the object to change." },
	{ "type", 0, FLAG_STRING, "strategic", NULL, "json,merge,strategic", "How the patch is meant." },
	FLAGS_END,
};

static const struct flag *const patch_tables[] = { record_flag, patch_flags, output_flags, dry_run_flag, filename_flags, NULL };

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

struct patching {
	struct mutation mutation;
	const struct flags *flags;
	struct arena arena;
	enum patch_type type;
	const struct value *patch;	/* NULL: the text is JSON that can't be read .. */
	const char *broken;		/* .. and this is what is wrong with it */
	bool local;
};

/* Flags that don't go together; NULL: they do. */
static const char *
nonsense(const struct flags *flags, enum dry_run dry_run)
{
	bool text = *flag_string(flags, "patch"), file = *flag_string(flags, "patch-file"),
	     local = flag_bool(flags, "local");

	if (text && file)
		return "cannot specify --patch and --patch-file together";
	if (!text && !file)
		return "must specify --patch or --patch-file containing the contents of the patch";
	if (local && flags->nargs)
		return "cannot specify --local and server resources";
	if (local && dry_run == DRY_RUN_SERVER)
		return "cannot specify --local and --dry-run=server - did you mean --dry-run=client?";
	return NULL;
}

/* What begins with a brace is sent as it is, and the one who reads it complains. */
static void
read_json(struct patching *patching, const struct str *text)
{
	struct err err = ERR_INIT;
	struct value *patch = NULL;

	if (json_read("patch", text->buf, text->len, &patching->arena, &patch, &err))
		patching->broken = arena_strdup(&patching->arena, err.text);
	patching->patch = patch;
	err_release(&err);
}

static int
read_yaml(struct patching *patching, const struct str *text)
{
	value_vec documents = VEC_INIT;
	struct err err = ERR_INIT;
	struct str quoted = STR_INIT, why = STR_INIT;
	int status = 0;

	if (yaml_read("patch", text->buf, text->len, NULL, &patching->arena, &documents, &err)) {
		json_quote(&quoted, text->buf, text->len, false);
		yaml_problem_add(&err, &why);
		status = print_failure(patching->mutation.kubectl->io, "unable to parse %s: %s", quoted.buf,
			str_starts(err.text, "json: ") ? err.text : why.buf);
	} else {
		patching->patch = documents.n ? documents.v[0] : value_null(&patching->arena);
	}
	str_release(&why);
	str_release(&quoted);
	err_release(&err);
	vec_release(&documents);
	return status;
}

/* The patch's text from -p or --patch-file, as a tree. */
static int
read_patch(struct patching *patching)
{
	struct io *io = patching->mutation.kubectl->io;
	const char *file = flag_string(patching->flags, "patch-file");
	struct str text = STR_INIT;
	int status = 0;

	if (!*file)
		str_add(&text, flag_string(patching->flags, "patch"));
	else if (io->files->read(io, file, &text) != IO_OK)
		status = print_failure(io, "unable to read patch file: open %s: no such file or directory", file);
	if (!status && text.buf[strspn(text.buf, " \t\r\n")] == '{')
		read_json(patching, &text);
	else if (!status)
		status = read_yaml(patching, &text);
	str_release(&text);
	return status;
}

/* ---- without the server ---- */

static int
apply_locally(struct patching *patching, const struct kind *kind, const struct value *root, struct value **patched,
	struct err *err)
{
	char version[64];

	switch (patching->type) {
	case PATCH_STRATEGIC:
		if (!patching->patch)
			return err_set(err, ERR_INPUT, "invalid JSON document");
		if (!kind_is_registered(kind))
			return err_set(err, ERR_INPUT,
				"strategic merge patch is not supported for %s, Kind=%s locally, try --type merge",
				kind_api_version(kind, version), kind->kind);
		return patch_strategic(kind->type, root, patching->patch, &patching->arena, patched, err);
	case PATCH_MERGE:
		if (!patching->patch)
			return err_set(err, ERR_INPUT, "Invalid JSON Patch");
		return patch_merge(root, patching->patch, &patching->arena, patched, err);
	case PATCH_JSON:
	case PATCH_APPLY:
		break;
	}
	if (!patching->patch)
		return err_set(err, ERR_INPUT, "%s", patching->broken);
	return patch_json(root, patching->patch, &patching->arena, patched, err);
}

/* --local, and --dry-run=client: the patched object without asking the server. */
static void
patch_locally(struct patching *patching, const struct resource *resource)
{
	static const char missing_key[] = "doc is missing key: ";
	struct failures *failures = &patching->mutation.failures;
	const struct kind *kind = resource->object ? resource->object->kind : resource->kind;
	const struct value *root = resource->object ? resource->object->root : resource->manifest;
	struct value *patched = NULL;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	if (apply_locally(patching, kind, root, &patched, &err)) {
		const char *key = strstr(err.text, missing_key);

		if (key && patching->type == PATCH_JSON)
			failures_add(failures, "Object to be patched is missing field (%s)", key + strlen(missing_key));
		else
			failures_add(failures, "%s", err.text);
	} else if (!value_get(patched, "kind")) {
		json_write(patched, 0, &text);
		failures_add(failures, "Object 'Kind' is missing in '%s'", text.buf);
	} else {
		mutation_print(&patching->mutation, kind, resource->name, patched, false,
			value_equal(root, patched) ? "patched (no change)" : "patched");
	}
	str_release(&text);
	err_release(&err);
}

/* ---- with it ---- */

/* What the server says of text that is no JSON. */
static void
refuse_broken(struct patching *patching)
{
	struct status status = STATUS_INIT;

	(void)status_set(&status, STATUS_BAD_REQUEST, "%s%s",
		patching->type == PATCH_STRATEGIC ? "" : "error decoding patch: ", patching->broken);
	failures_add_status(&patching->mutation.failures, &status, "");
	status_release(&status);
}

static void
patch_one(struct patching *patching, const struct resource *resource)
{
	struct mutation *mutation = &patching->mutation;
	struct request request = mutation_request(mutation, REQUEST_PATCH, resource->kind, resource->namespace);
	const char *subresource = flag_string(patching->flags, "subresource");
	const struct object *object = NULL;
	struct object *part;

	request.name = resource->name;
	request.subresource = *subresource ? subresource : NULL;
	request.body = patching->patch;
	request.patch_type = patching->type;
	request.strict = false;	/* kubectl patch only warns of unknown fields */
	if (mutation_send(mutation, &request, "", &object))
		return;
	part = subresource_object(object, subresource);
	mutation_print(mutation, part->kind, resource->name, part->root, false,
		value_equal(resource->object->root, part->root) ? "patched (no change)" : "patched");
	object_unref(part);
	object_unref((struct object *)object);
}

static void
patch_all(struct patching *patching)
{
	struct mutation *mutation = &patching->mutation;
	const struct flags *flags = patching->flags;
	struct resources resources = RESOURCES_INIT;

	resources_find(mutation->kubectl, flags, flags->args, flags->nargs, patching->local ? RESOURCES_UNFETCHED : 0,
		&resources);
	for (size_t i = 0; i < resources.list.n; i++) {
		if (patching->local || mutation->dry_run == DRY_RUN_CLIENT)
			patch_locally(patching, &resources.list.v[i]);
		else if (patching->patch)
			patch_one(patching, &resources.list.v[i]);
		else
			refuse_broken(patching);
	}
	if (!resources.list.n && !resources.failures.list.n)
		failures_add(&mutation->failures, "no objects passed to patch");
	failures_move(&mutation->failures, &resources.failures);
	resources_release(&resources);
}

static int
patch_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct patching patching = { .flags = flags, .arena = ARENA_INIT, .type = PATCH_STRATEGIC,
		.local = flag_bool(flags, "local") };
	const char *wrong;
	int status = 0;

	if (mutation_begin_first(&patching.mutation, kubectl, flags))
		return 1;
	patching.mutation.hides_dry_run = true;
	wrong = nonsense(flags, patching.mutation.dry_run);
	if (wrong)
		status = print_failure(kubectl->io, "%s", wrong);
	else if (read_type(kubectl, flags, &patching.type) || read_patch(&patching))
		status = 1;
	else
		patch_all(&patching);
	status |= mutation_end(&patching.mutation);
	arena_release(&patching.arena);
	return status;
}

const struct verb verb_patch = {
	.name = "patch",
	.aliases = "",
	.usage = "patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
	.summary = "Change fields of an object",
	.help = "Changes fields of an object by a strategic merge patch, a JSON merge patch or a JSON patch.",
	.examples = "kubectl patch svc web -p '{\"spec\":{\"type\":\"NodePort\"}}'\n\n# By position\n"
		    "kubectl patch svc web --type=json -p "
		    "'[{\"op\":\"replace\",\"path\":\"/spec/ports/0/port\",\"value\":8080}]'",
	.flags = patch_tables,
	.args = "objects",
	.run = patch_run,
};
