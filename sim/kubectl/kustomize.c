/* Follows sigs.k8s.io/kustomize/api/internal/target (kusttarget.go) and resmap; the order is resid's legacy one. */
#include "kubectl/kustomize.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "kubectl/name_hash.h"
#include "kubectl/sources.h"

#define DEPTH_MAX 20

static const char *const file_names[] = { "kustomization.yaml", "kustomization.yml", "Kustomization" };

/* Every field, whether it is acted upon, and what took the place of an old one. */
static const struct {
	const char *name;
	bool known;
	const char *instead;
} fields[] = {
	{ "apiVersion", true, NULL }, { "kind", true, NULL }, { "metadata", true, NULL }, { "resources", true, NULL },
	{ "bases", true, "resources" }, { "namePrefix", true, NULL }, { "nameSuffix", true, NULL },
	{ "namespace", true, NULL }, { "commonLabels", true, "labels" }, { "labels", true, NULL },
	{ "commonAnnotations", true, NULL }, { "images", true, NULL }, { "replicas", true, NULL },
	{ "configMapGenerator", true, NULL }, { "secretGenerator", true, NULL }, { "generatorOptions", true, NULL },
	{ "patches", true, NULL }, { "patchesStrategicMerge", true, "patches" }, { "patchesJson6902", true, "patches" },
	{ "components", false, NULL }, { "configurations", false, NULL }, { "crds", false, NULL },
	{ "generators", false, NULL }, { "helmCharts", false, NULL }, { "openapi", false, NULL },
	{ "replacements", false, NULL }, { "sortOptions", false, NULL }, { "transformers", false, NULL },
	{ "validators", false, NULL }, { "vars", false, NULL }, { "buildMetadata", false, NULL },
};
#define NFIELDS (sizeof fields / sizeof *fields)

/* Kinds that stand before all others, in this order. */
static const char *const first_kinds[] = {
	"Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy", "Role",
	"ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service", "LimitRange",
	"PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob",
	"PodDisruptionBudget",
};
#define NFIRST (sizeof first_kinds / sizeof *first_kinds)

static const struct yaml_options as_yaml = { .piece = true, .modern = true };

/* ---- files ---- */

/* From the root of the file system, where it is known which folder this is. */
static const char *
absolute(struct kubectl *kubectl, struct arena *arena, const char *path)
{
	const char *here = kubectl->variable ? kubectl->variable(kubectl, "PWD") : NULL;
	struct str out = STR_INIT;
	const char *whole;

	if (*path != '/' && !here)
		return path;
	if (*path != '/')
		path_append(&out, here);
	path_append(&out, path);
	whole = arena_strdup(arena, out.len ? out.buf : "/");
	str_release(&out);
	return whole;
}

static const char *
path_in(const struct kustomize_layer *layer, const char *path)
{
	if (*path == '/')
		return path;
	return absolute(layer->kubectl, layer->arena, arena_printf(layer->arena, "%s/%s", layer->folder, path));
}

int
kustomize_read(struct kustomize_layer *layer, const char *path, struct str *text, struct err *err)
{
	struct io *io = layer->kubectl->io;
	const char *full = path_in(layer, path);
	enum io_result result = io->files->read(io, full, text);

	if (result == IO_OK)
		return 0;
	return err_set(err, ERR_INPUT, "evalsymlink failure on '%s' : lstat %s: %s", full, full,
		result == IO_NOT_FOUND ? "no such file or directory" : io_result_text(result));
}

/* Names of fields are taken in any case, as Go's JSON takes them. */
static int
check_fields(struct kustomize_layer *layer, struct value *kustomization, struct err *err)
{
	for (size_t i = 0; i < value_count(kustomization); i++) {
		const char *key = kustomization->map.v[i].key;
		size_t row = 0;

		while (row < NFIELDS && ascii_casecmp(fields[row].name, key) != 0)
			row++;
		if (row == NFIELDS)
			return err_set(err, ERR_INPUT, "invalid Kustomization: json: unknown field \"%s\"", key);
		kustomization->map.v[i].key = fields[row].name;
		if (!fields[row].known)
			return err_set(err, ERR_INPUT, "the field %s of a kustomization is not read here", key);
		if (fields[row].instead)
			sink_printf(layer->kubectl->io->err, "# Warning: '%s' is deprecated. Please use '%s' instead. Run 'kustomize edit "
				"fix' to update your Kustomization automatically.\n", key, fields[row].instead);
	}
	return 0;
}

static int
parse_one(struct kustomize_layer *layer, const char *path, const struct str *text, value_vec *documents, struct err *err)
{
	struct str why = STR_INIT;
	struct err inner = ERR_INIT;
	int status = yaml_read(path, text->buf, text->len, &as_yaml, layer->arena, documents, &inner);

	if (status) {
		yaml_problem_add(&inner, &why);
		err_set(err, ERR_INPUT, "invalid Kustomization: %s", why.buf);
	}
	str_release(&why);
	err_release(&inner);
	return status;
}

/* The one kustomization of the layer's folder. */
static int
read_kustomization(struct kustomize_layer *layer, struct value **kustomization, struct err *err)
{
	struct io *io = layer->kubectl->io;
	struct str text = STR_INIT;
	value_vec documents = VEC_INIT;
	enum io_result result = IO_NOT_FOUND;
	size_t i = 0;
	int status;

	for (; i < sizeof file_names / sizeof *file_names && result != IO_OK; i++)
		result = io->files->read(io, path_in(layer, file_names[i]), &text);
	if (result != IO_OK) {
		str_release(&text);
		return err_set(err, ERR_INPUT, "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in "
			"directory '%s'", layer->folder);
	}
	status = parse_one(layer, file_names[i - 1], &text, &documents, err);
	if (!status && (!documents.n || !value_count(documents.v[0])))
		status = err_set(err, ERR_INPUT, "kustomization.yaml is empty");
	if (!status) {
		*kustomization = documents.v[0];
		status = check_fields(layer, *kustomization, err);
	}
	vec_release(&documents);
	str_release(&text);
	return status;
}

/* ---- resources ---- */

static void
add_object(struct kustomize_layer *layer, struct value *root, bool hashed)
{
	struct kustomize_object *object = vec_push(&layer->objects);
	const char *name = value_get_text(value_get(root, "metadata"), "name");

	object->root = root;
	object->first_name = object->old_name = name ? name : "";
	object->hashed = hashed;
}

static int
add_document(struct kustomize_layer *layer, const char *path, struct value *root, struct err *err)
{
	const struct value *items = value_get(root, "items");

	if (value_get_text(root, "kind") && str_ends(value_get_text(root, "kind"), "List") && items) {
		for (size_t i = 0; i < value_count(items); i++)
			add_object(layer, value_at(items, i), false);
		return 0;
	}
	if (!value_get_text(root, "kind") || !value_get_text(value_get(root, "metadata"), "name"))
		return err_set(err, ERR_INPUT, "accumulating resources: accumulation err='accumulating resources from '%s': missing "
			"%s in object': must build at directory: '%s': file is not directory", path,
			value_get_text(root, "kind") ? "metadata.name" : "Resource kind", path_in(layer, path));
	add_object(layer, root, false);
	return 0;
}

static int
add_file(struct kustomize_layer *layer, const char *path, const struct str *text, struct err *err)
{
	const char *rest = text->buf, *document;
	size_t len = text->len, document_len;
	int status = 0;

	while (!status && yaml_cut(&rest, &len, &document, &document_len, err)) {
		value_vec documents = VEC_INIT;

		if (!document)
			return -1;
		status = yaml_read(path, document, document_len, &as_yaml, layer->arena, &documents, err);
		for (size_t i = 0; i < documents.n && !status; i++)
			if (!value_is_null(documents.v[i]))
				status = add_document(layer, path, documents.v[i], err);
		vec_release(&documents);
	}
	return status;
}

static int build_layer(struct kustomize_layer *layer, struct err *err);

static int
add_folder(struct kustomize_layer *layer, const char *path, struct err *err)
{
	struct kustomize_layer below = { layer->kubectl, layer->arena, path_in(layer, path), layer->depth + 1, VEC_INIT };
	int status;

	if (below.depth > DEPTH_MAX)
		return err_set(err, ERR_INPUT, "accumulating resources: cycle detected: candidate root '%s'", below.folder);
	status = build_layer(&below, err);
	for (size_t i = 0; i < below.objects.n && !status; i++)
		*vec_push(&layer->objects) = below.objects.v[i];
	vec_release(&below.objects);
	return status;
}

static int
add_resource(struct kustomize_layer *layer, const char *path, struct err *err)
{
	struct io *io = layer->kubectl->io;
	struct str text = STR_INIT;
	const char *full = path_in(layer, path);
	enum io_result result = io->files->read(io, full, &text);
	int status;

	if (strstr(path, "://"))
		status = err_set(err, ERR_INPUT, "accumulating resources: %s: there is no network outside the cluster", path);
	else if (result == IO_IS_DIR)
		status = add_folder(layer, path, err);
	else if (result == IO_OK)
		status = add_file(layer, path, &text, err);
	else
		status = err_set(err, ERR_INPUT, "accumulating resources: accumulation err='accumulating resources from '%s': "
			"evalsymlink failure on '%s' : lstat %s: no such file or directory': must build at directory: not a valid "
			"directory: evalsymlink failure on '%s' : lstat %s: no such file or directory", path, full, full, full, full);
	str_release(&text);
	return status;
}

static int
add_resources(struct kustomize_layer *layer, const struct value *list, struct err *err)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const char *path = value_text(value_at(list, i));

		if (path && add_resource(layer, path, err))
			return -1;
	}
	return 0;
}

/* ---- generators ---- */

static void
set_pair(struct kustomize_layer *layer, struct value *root, const char *key, const char *text, size_t len)
{
	struct value *data = value_make_map(layer->arena, root, "data");
	struct str encoded = STR_INIT;

	if (strcmp(value_get_text(root, "kind"), "Secret") == 0)
		sources_base64(text, len, &encoded);
	else
		str_addn(&encoded, text, len);
	value_set_text(layer->arena, data, key, encoded.buf);
	str_release(&encoded);
}

/* KEY=VALUE, with or without quotes around the value */
static int
add_literal(struct kustomize_layer *layer, struct value *root, const char *literal, size_t len, struct err *err)
{
	const char *equals = memchr(literal, '=', len), *value;
	size_t value_len;

	if (!equals || equals == literal)
		return err_set(err, ERR_INPUT, "invalid literal source %.*s, expected key=value", (int)len, literal);
	value = equals + 1;
	value_len = len - (size_t)(value - literal);
	if (value_len >= 2 && (*value == '"' || *value == '\'') && value[value_len - 1] == *value) {
		value++;
		value_len -= 2;
	}
	set_pair(layer, root, arena_strndup(layer->arena, literal, (size_t)(equals - literal)), value, value_len);
	return 0;
}

static int
add_source_file(struct kustomize_layer *layer, struct value *root, const char *source, struct err *err)
{
	const char *equals = strchr(source, '='), *path = equals ? equals + 1 : source, *slash = strrchr(path, '/');
	const char *key = equals ? arena_strndup(layer->arena, source, (size_t)(equals - source)) : slash ? slash + 1 : path;
	struct str text = STR_INIT;
	int status = kustomize_read(layer, path, &text, err);

	if (!status)
		set_pair(layer, root, key, text.buf, text.len);
	str_release(&text);
	return status;
}

static int
add_env_file(struct kustomize_layer *layer, struct value *root, const char *path, struct err *err)
{
	struct str text = STR_INIT;
	int status = kustomize_read(layer, path, &text, err);

	for (const char *line = text.buf; *line && !status; ) {
		size_t len = strcspn(line, "\n"), blanks = strspn(line, " \t");
		const char *equals = memchr(line, '=', len);

		if (blanks < len && line[blanks] != '#' && equals)
			set_pair(layer, root, arena_strndup(layer->arena, line + blanks, (size_t)(equals - line) - blanks), equals + 1,
				len - (size_t)(equals + 1 - line));
		line += len + (line[len] == '\n');
	}
	str_release(&text);
	return status;
}

static void
copy_texts(struct kustomize_layer *layer, const struct value *from, struct value *root, const char *key)
{
	for (size_t i = 0; i < value_count(value_get(from, key)); i++) {
		const struct value_entry *entry = &value_get(from, key)->map.v[i];

		value_set(layer->arena, value_make_map(layer->arena, value_make_map(layer->arena, root, "metadata"), key),
			entry->key, value_copy(layer->arena, entry->value));
	}
}

static int
fill_generated(struct kustomize_layer *layer, struct value *root, const struct value *row, struct err *err)
{
	const struct value *literals = value_get(row, "literals"), *files = value_get(row, "files");
	const struct value *envs = value_get(row, "envs");
	int status = 0;

	for (size_t i = 0; i < value_count(envs) && !status; i++)
		status = add_env_file(layer, root, value_text(value_at(envs, i)), err);
	if (!status && value_get_text(row, "env"))
		status = add_env_file(layer, root, value_get_text(row, "env"), err);
	for (size_t i = 0; i < value_count(files) && !status; i++)
		status = add_source_file(layer, root, value_text(value_at(files, i)), err);
	for (size_t i = 0; i < value_count(literals) && !status; i++) {
		const char *literal = value_text(value_at(literals, i));

		status = add_literal(layer, root, literal ? literal : "", literal ? strlen(literal) : 0, err);
	}
	return status;
}

static int
generate(struct kustomize_layer *layer, const char *kind, const struct value *row, const struct value *general,
	struct err *err)
{
	const char *name = value_get_text(row, "name"), *namespace = value_get_text(row, "namespace");
	const char *behavior = value_get_text(row, "behavior"), *type = value_get_text(row, "type");
	const struct value *options = value_get(row, "options");
	struct value *root = value_map(layer->arena), *metadata;
	bool plain = value_get_bool(options, "disableNameSuffixHash", value_get_bool(general, "disableNameSuffixHash", false));

	if (behavior && strcmp(behavior, "create") != 0)
		return err_set(err, ERR_INPUT, "the behavior %s of a generator is not read here", behavior);
	value_set_text(layer->arena, root, "apiVersion", "v1");
	value_set_text(layer->arena, root, "kind", kind);
	metadata = value_make_map(layer->arena, root, "metadata");
	value_set_text(layer->arena, metadata, "name", name ? name : "");
	if (namespace)
		value_set_text(layer->arena, metadata, "namespace", namespace);
	if (strcmp(kind, "Secret") == 0)
		value_set_text(layer->arena, root, "type", type ? type : "Opaque");
	for (int i = 0; i < 2; i++) {
		copy_texts(layer, i ? options : general, root, "labels");
		copy_texts(layer, i ? options : general, root, "annotations");
	}
	if (value_get_bool(options, "immutable", value_get_bool(general, "immutable", false)))
		value_set_bool(layer->arena, root, "immutable", true);
	if (fill_generated(layer, root, row, err))
		return -1;
	add_object(layer, root, !plain);
	return 0;
}

static int
generate_all(struct kustomize_layer *layer, const struct value *kustomization, struct err *err)
{
	static const char *const generators[][2] = { { "configMapGenerator", "ConfigMap" }, { "secretGenerator", "Secret" } };
	const struct value *general = value_get(kustomization, "generatorOptions");

	for (size_t i = 0; i < sizeof generators / sizeof *generators; i++) {
		const struct value *rows = value_get(kustomization, generators[i][0]);

		for (size_t j = 0; j < value_count(rows); j++)
			if (generate(layer, generators[i][1], value_at(rows, j), general, err))
				return -1;
	}
	return 0;
}

/* ---- a layer, and all of them ---- */

static int
build_layer(struct kustomize_layer *layer, struct err *err)
{
	struct value *kustomization = NULL;

	if (read_kustomization(layer, &kustomization, err) ||
	    add_resources(layer, value_get(kustomization, "resources"), err) ||
	    add_resources(layer, value_get(kustomization, "bases"), err) || generate_all(layer, kustomization, err) ||
	    kustomize_change(layer, kustomization, err))
		return -1;
	kustomize_references(layer);
	return 0;
}

static void
add_hashes(struct kustomize_layer *layer)
{
	for (size_t i = 0; i < layer->objects.n; i++) {
		struct kustomize_object *object = &layer->objects.v[i];
		struct value *metadata = value_get(object->root, "metadata");

		if (object->hashed)
			value_set_text(layer->arena, metadata, "name", arena_printf(layer->arena, "%s-%s",
				value_get_text(metadata, "name"), name_hash(layer->arena, object->root, "")));
	}
	kustomize_references(layer);
}

static size_t
place_of(const struct value *root)
{
	size_t i = 0;

	while (i < NFIRST && strcmp(first_kinds[i], value_get_text(root, "kind")) != 0)
		i++;
	return i;
}

static int
compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int
by_place(const void *a, const void *b)
{
	const struct value *x = ((const struct kustomize_object *)a)->root, *y = ((const struct kustomize_object *)b)->root;
	const struct value *x_meta = value_get(x, "metadata"), *y_meta = value_get(y, "metadata");
	size_t i = place_of(x), j = place_of(y);
	int order = (i > j) - (i < j);

	order = order ? order : compare_texts(value_get_text(x, "apiVersion"), value_get_text(y, "apiVersion"));
	order = order ? order : compare_texts(value_get_text(x, "kind"), value_get_text(y, "kind"));
	order = order ? order : compare_texts(value_get_text(x_meta, "namespace"), value_get_text(y_meta, "namespace"));
	return order ? order : compare_texts(value_get_text(x_meta, "name"), value_get_text(y_meta, "name"));
}

int
kustomize_build(struct kubectl *kubectl, const char *folder, struct arena *arena, value_vec *objects, struct err *err)
{
	struct kustomize_layer layer = { kubectl, arena, folder, 0, VEC_INIT };
	struct io_names names = { NULL, 0, 0 };
	struct str text = STR_INIT;
	int status;

	if (kubectl->io->files->read(kubectl->io, folder, &text) == IO_OK)
		status = err_set(err, ERR_INPUT, "must build at directory: '%s': file is not directory", folder);
	else if (kubectl->io->files->list(kubectl->io, folder, &names) != IO_OK)
		status = err_set(err, ERR_INPUT, "must build at directory: not a valid directory: evalsymlink failure on '%s' : "
			"lstat %s: no such file or directory", folder, absolute(kubectl, arena, folder));
	else
		status = build_layer(&layer, err);
	if (!status) {
		add_hashes(&layer);
		if (layer.objects.n)
			qsort(layer.objects.v, layer.objects.n, sizeof *layer.objects.v, by_place);
		for (size_t i = 0; i < layer.objects.n; i++)
			*vec_push(objects) = layer.objects.v[i].root;
	}
	str_release(&text);
	io_names_release(&names);
	vec_release(&layer.objects);
	return status;
}
