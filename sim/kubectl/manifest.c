/*
 * A file is cut at its "---" lines; each piece is parsed alone, so that what stands before a broken piece is still
 * used, as k8s.io/cli-runtime/pkg/resource/visitor.go does (StreamVisitor, FlattenListVisitor, SetNamespace).
 */
#include "kubectl/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "api/schema.h"
#include "api/yaml.h"
#include "base/glob.h"
#include "kubectl/kubeconfig.h"
#include "kubectl/kustomize.h"
#include "kubectl/selector.h"

const struct flag filename_flags[] = {
	{ "filename", 'f', FLAG_STRINGS, NULL, NULL, "@manifest:json,yaml,yml", "File, folder or - (standard input) that holds the objects." },
	{ "kustomize", 'k', FLAG_STRING, "", NULL, "@file", "Folder with a kustomization; not together with -f or -R." },
	{ "recursive", 'R', FLAG_BOOL, "false", "true", NULL, "Go into the folders below the one given with -f." },
	{ NULL, 0, FLAG_BOOL, NULL, NULL, NULL, NULL },
};

#define VALIDATION_OFF "; if you choose to ignore these errors, turn validation off with --validate=false"

struct reader {
	struct kubectl *kubectl;
	const struct flags *flags;
	bool validating;	/* the verb has --validate and it isn't off */
	bool recursive;
	bool local;		/* --local: the server isn't asked, and no namespace is put in */
	struct manifests *manifests;
	struct failures *failures;
};

void
manifests_release(struct manifests *manifests)
{
	for (size_t i = 0; i < manifests->inputs.n; i++) {
		free(manifests->inputs.v[i].path);
		str_release(&manifests->inputs.v[i].text);
	}
	vec_release(&manifests->inputs);
	vec_release(&manifests->list);
	arena_release(&manifests->arena);
}

bool
manifests_given(const struct flags *flags)
{
	return flag_count(flags, "filename") || flag_given(flags, "kustomize");
}

static void
read_type(struct reader *reader, const char *source, const struct value *root, const char *api_version, const char *kind)
{
	const char *what = api_version ? "kind not set" : kind ? "apiVersion not set" : "[apiVersion not set, kind not set]";
	struct str json = STR_INIT;

	if (reader->validating) {
		failures_add(reader->failures, "error validating \"%s\": error validating data: %s" VALIDATION_OFF, source, what);
		return;
	}
	json_write(root, 0, &json);
	failures_add(reader->failures, "unable to decode \"%s\": Object '%s' is missing in '%s'", source,
		kind ? "apiVersion" : "Kind", json.buf);
	str_release(&json);
}

/* kubectl decodes metadata strictly before it sends anything. */
static bool
metadata_is_sound(struct reader *reader, const char *source, const struct kind *kind, const struct value *root)
{
	struct arena arena = ARENA_INIT;
	struct value *only = value_map(&arena), *decoded;
	struct value *metadata = value_get(root, "metadata");
	schema_findings unknown = VEC_INIT;
	struct err err = ERR_INIT;
	bool sound = true;

	if (metadata) {
		value_set(&arena, only, "metadata", metadata);
		sound = schema_decode(kind->type, only, &arena, &decoded, &unknown, &err) == 0;
		if (!sound)
			failures_add(reader->failures, "unable to decode \"%s\": %s", source, err.text);
	}
	schema_findings_release(&unknown);
	err_release(&err);
	arena_release(&arena);
	return sound;
}

/* The RESTMapper also knows every kind by its name in small letters; the server then refuses the spelling. */
static const struct kind *
find_kind(const struct reader *reader, const char *api_version, const char *kind)
{
	char buf[64];
	const struct kind *found = kind_by_gvk(api_version, kind);

	for (const struct kind *row = kinds; !found && row->kind; row++) {
		bool lower = true;

		for (const char *c = kind; *c; c++)
			lower = lower && !ascii_isupper((unsigned char)*c);
		if (lower && ascii_casecmp(row->kind, kind) == 0 && strcmp(kind_api_version(row, buf), api_version) == 0)
			found = row;
	}
	return found && (reader->local || server_serves(&reader->kubectl->cluster->server, found)) ? found : NULL;
}

static bool
settle_namespace(struct reader *reader, struct manifest *manifest)
{
	struct arena *arena = &reader->manifests->arena;
	struct value *metadata = value_make_map(arena, manifest->root, "metadata");
	const char *own = value_get_text(metadata, "namespace");

	manifest->namespace = "";
	if (!manifest->kind->namespaced || reader->local)
		return true;
	if (!own || !*own) {
		value_set_text(arena, metadata, "namespace", reader->kubectl->namespace);
		own = reader->kubectl->namespace;
	}
	manifest->namespace = own;
	if (!flag_given(reader->flags, "namespace") || strcmp(own, reader->kubectl->namespace) == 0)
		return true;
	failures_add(reader->failures, "the namespace from the provided object \"%s\" does not match the namespace \"%s\". "
		"You must pass '--namespace=%s' to perform this operation.", own, reader->kubectl->namespace, own);
	return false;
}

static void
refuse_kind(struct reader *reader, const struct manifest *manifest, const char *api_version, const char *kind, bool listed)
{
	const char *namespace = value_get_text(value_get(manifest->root, "metadata"), "namespace");

	if (listed)
		failures_add(reader->failures, "unable to recognize no matches for kind \"%s\" in version \"%s\"", kind, api_version);
	else
		failures_add(reader->failures, "resource mapping not found for name: \"%s\" namespace: \"%s\" from \"%s\": "
			"no matches for kind \"%s\" in version \"%s\"\nensure CRDs are installed first", manifest->name,
			namespace ? namespace : "", manifest->source, kind, api_version);
}

/* listed: an item of a List. */
static void
read_object(struct reader *reader, const char *source, struct value *root, bool listed)
{
	struct value *metadata = value_get(root, "metadata");
	const char *api_version = value_get_text(root, "apiVersion");
	const char *kind = value_get_text(root, "kind");
	const char *name = value_get_text(metadata, "name");
	struct manifest manifest = { source, NULL, "", name ? name : "", root };

	if (root->type != VALUE_MAP) {
		failures_add(reader->failures, reader->validating ?
			"error validating \"%s\": error validating data: invalid object to validate" VALIDATION_OFF :
			"unable to decode \"%s\": json: cannot unmarshal %s into Go value of type unstructured.detector", source,
			value_json_kind(root));
		return;
	}
	if (!api_version || !kind) {
		read_type(reader, source, root, api_version, kind);
		return;
	}
	if (str_ends(kind, "List") && value_get(root, "items") && !kind_by_gvk(api_version, kind)) {
		struct value *items = value_get(root, "items");

		for (size_t i = 0; i < value_count(items); i++)
			read_object(reader, source, value_at(items, i), true);
		reader->failures->nested = true;
		return;
	}
	manifest.kind = find_kind(reader, api_version, kind);
	if (!manifest.kind) {
		refuse_kind(reader, &manifest, api_version, kind, listed);
		return;
	}
	if (metadata_is_sound(reader, source, manifest.kind, root) && settle_namespace(reader, &manifest))
		*vec_push(&reader->manifests->list) = manifest;
}

static void
refuse_text(struct reader *reader, const char *source, const struct err *err)
{
	struct str text = STR_INIT;

	yaml_error_add(err, &text);
	failures_add(reader->failures, "error parsing %s: %s", source, text.buf);
	str_release(&text);
}

/* False when it is broken; what stands before the fault is used. */
static bool
read_piece(struct reader *reader, const char *source, const char *text, size_t len, bool json)
{
	const struct yaml_options options = { .piece = !json };
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;
	int failed = yaml_read(source, text, len, &options, &reader->manifests->arena, &documents, &err);

	for (size_t i = 0; i < documents.n; i++)
		if (!value_is_null(documents.v[i]))
			read_object(reader, source, documents.v[i], false);
	if (failed)
		refuse_text(reader, source, &err);
	vec_release(&documents);
	err_release(&err);
	return !failed;
}

/* Either the whole text is JSON, one value after the other, or all of it is YAML. */
static void
read_text(struct reader *reader, const char *source, const char *text, size_t len)
{
	struct err err = ERR_INIT;
	const char *piece;
	size_t piece_len;

	if (yaml_is_json(text, len)) {
		(void)read_piece(reader, source, text, len, true);
		return;
	}
	while (yaml_cut(&text, &len, &piece, &piece_len, &err)) {
		if (!piece)
			refuse_text(reader, source, &err);
		else if (!read_piece(reader, source, piece, piece_len, false))
			break;
	}
	err_release(&err);
}

static bool read_path(struct reader *reader, const char *path);

static void
refuse_path(struct reader *reader, const char *path, enum io_result result)
{
	failures_add(reader->failures, "the path \"%s\" cannot be accessed: %s", path, io_result_text(result));
}

static bool
has_known_extension(const char *name)
{
	return str_ends(name, ".json") || str_ends(name, ".yaml") || str_ends(name, ".yml");
}

/* true when anything in it could be read */
static bool
read_folder(struct reader *reader, const char *path)
{
	struct io *io = reader->kubectl->io;
	struct io_names names = { NULL, 0, 0 };
	bool any = false;

	if (io->files->list(io, path, &names) == IO_OK)
		for (size_t i = 0; i < names.n; i++) {
			const char *child = arena_printf(&reader->manifests->arena, "%s%s%s", path, str_ends(path, "/") ? "" : "/",
				names.v[i]);

			any |= read_path(reader, child);
		}
	io_names_release(&names);
	return any;
}

/* Of a folder: files of other extensions are passed over. */
static bool
read_path(struct reader *reader, const char *path)
{
	struct io *io = reader->kubectl->io;
	struct str text = STR_INIT;
	enum io_result result = has_known_extension(path) ? io->files->read(io, path, &text) : IO_NOT_FOUND;
	bool any = true;

	if (!has_known_extension(path))
		any = reader->recursive && read_folder(reader, path);
	else if (result == IO_OK)
		read_text(reader, path, text.buf, text.len);
	else if (result == IO_IS_DIR)
		any = reader->recursive && read_folder(reader, path);
	else
		refuse_path(reader, path, result);
	str_release(&text);
	return any;
}

/* Of the command line, where any extension is taken. */
static void
read_input(struct reader *reader, struct manifest_input *input)
{
	struct io *io = reader->kubectl->io;
	const char *source = strcmp(input->path, "-") == 0 ? "STDIN" : input->path;

	if (!input->read)
		input->result = io->files->read(io, input->path, &input->text);
	if (input->result == IO_OK)
		read_text(reader, source, input->text.buf, input->text.len);
	else if (input->result != IO_IS_DIR)
		refuse_path(reader, input->path, input->result);
	else if (!read_folder(reader, input->path))
		failures_add(reader->failures, "error reading [%s]: recognized file extensions are [.json .yaml .yml]", input->path);
}

static bool
is_url(const char *path)
{
	return str_starts(path, "http://") || str_starts(path, "https://");
}

/* There is no network outside the cluster. */
static void
refuse_url(struct reader *reader, const char *authority)
{
	size_t len = strcspn(authority, "/?#");
	char *host = xstrndup(authority, len), *colon = strrchr(host, ':');
	struct str text = STR_INIT;

	if (colon)
		*colon = '\0';
	kubeconfig_unreachable(host, colon ? colon + 1 : "443", &text);
	failures_add_verbatim(reader->failures, text.buf);
	str_release(&text);
	free(host);
}

static struct manifest_input *
add_input(struct manifests *manifests, char *path)
{
	struct manifest_input *input = vec_push(&manifests->inputs);

	*input = (struct manifest_input){ .path = path, .text = STR_INIT };
	return input;
}

/* The files that a pattern means: kubectl looks for them where the shell was kept from it by quotes. */
static size_t
add_matches(struct io *io, const char *pattern, struct manifests *manifests)
{
	const char *slash = strrchr(pattern, '/'), *last = slash ? slash + 1 : pattern;
	char *folder = slash ? xstrndup(pattern, (size_t)(last - pattern)) : xstrdup(".");
	struct io_names names = VEC_INIT;
	size_t before = manifests->inputs.n;

	if (io->files->list(io, folder, &names) == IO_OK)
		for (size_t i = 0; i < names.n; i++)
			if (glob_match(last, names.v[i]))
				add_input(manifests, xasprintf("%s%s", slash ? folder : "", names.v[i]));
	io_names_release(&names);
	free(folder);
	return manifests->inputs.n - before;
}

/* Nothing is understood, much less sent, before all paths of the command line are there. */
static bool
find_paths(struct io *io, const struct flags *flags, struct manifests *manifests, struct failures *failures)
{
	bool all = true;

	for (size_t i = 0; i < flag_count(flags, "filename"); i++) {
		const char *path = flag_item(flags, "filename", i);
		struct manifest_input found = { .text = STR_INIT, .read = !is_url(path) && strcmp(path, "-") != 0 };

		if (found.read)
			found.result = io->files->read(io, path, &found.text);
		if (found.result != IO_NOT_FOUND) {
			found.path = xstrdup(path);
			*vec_push(&manifests->inputs) = found;
		} else if (!add_matches(io, path, manifests)) {
			failures_add(failures, "the path \"%s\" does not exist", path);
			all = false;
		}
	}
	return all;
}

bool
manifests_open(struct kubectl *kubectl, const struct flags *flags, struct manifests *manifests, struct failures *failures)
{
	manifests->open = true;
	if (!flag_given(flags, "kustomize") || !flag_count(flags, "filename"))
		return find_paths(kubectl->io, flags, manifests, failures);
	failures_add(failures, "only one of -f or -k can be specified");
	return false;
}

static void
read_kustomization(struct reader *reader, const char *folder)
{
	const char *source = arena_strdup(&reader->manifests->arena, folder);
	value_vec objects = VEC_INIT;
	struct err err = ERR_INIT;

	if (kustomize_build(reader->kubectl, folder, &reader->manifests->arena, &objects, &err))
		failures_add(reader->failures, "%s", err.text);
	for (size_t i = 0; i < objects.n; i++)
		read_object(reader, source, objects.v[i], false);
	vec_release(&objects);
	err_release(&err);
}

void
manifests_read(struct kubectl *kubectl, const struct flags *flags, bool validating, struct manifests *manifests,
	struct failures *failures)
{
	struct reader reader = { kubectl, flags, validating, flag_bool(flags, "recursive"),
		kubectl_has_flag(kubectl, "local") && flag_bool(flags, "local"), manifests, failures };

	if (!manifests->open && !manifests_open(kubectl, flags, manifests, failures))
		return;
	for (size_t i = 0; i < manifests->inputs.n; i++) {
		if (is_url(manifests->inputs.v[i].path))
			refuse_url(&reader, strstr(manifests->inputs.v[i].path, "://") + 3);
		else
			read_input(&reader, &manifests->inputs.v[i]);
	}
	if (flag_given(flags, "kustomize"))
		read_kustomization(&reader, flag_string(flags, "kustomize"));
}

void
manifests_select(const struct flags *flags, struct manifests *manifests, struct failures *failures)
{
	struct selector selector = SELECTOR_INIT;
	struct err err = ERR_INIT;
	size_t kept = 0;

	if (label_selector_parse(flag_string(flags, "selector"), &selector, &err)) {
		failures_add(failures, "the provided selector \"%s\" is not valid: %s", flag_string(flags, "selector"), err.text);
		manifests->list.n = 0;
	}
	for (size_t i = 0; i < manifests->list.n; i++) {
		const struct object object = { .kind = manifests->list.v[i].kind, .root = manifests->list.v[i].root };

		if (label_selector_matches(&selector, &object))
			manifests->list.v[kept++] = manifests->list.v[i];
	}
	manifests->list.n = kept;
	err_release(&err);
	selector_release(&selector);
}
