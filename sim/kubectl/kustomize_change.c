/*
 * What a kustomization does to its objects, one transformer behind the other.  Which fields hold labels, names and
 * images follows sigs.k8s.io/kustomize/api/internal/konfig/builtinpluginconsts.
 */
#include "kubectl/kustomize.h"

#include <stdlib.h>
#include <string.h>

#include "api/object.h"
#include "api/patch.h"

/* ---- paths ---- */

/*
 * Calls fn for each map at a path of keys parted by slashes; a key that ends in [] is a list whose items are walked.
 * make: maps that are missing are made, but none inside of lists that are empty.
 */
static void
walk(struct arena *arena, struct value *map, const char *path, bool make, void (*fn)(void *arg, struct value *map),
	void *arg)
{
	size_t len = strcspn(path, "/");
	bool list = len > 2 && path[len - 1] == ']';
	const char *key, *rest = path[len] ? path + len + 1 : "";
	struct value *next;

	if (!map || map->type != VALUE_MAP)
		return;
	if (!len) {
		fn(arg, map);
		return;
	}
	key = arena_strndup(arena, path, list ? len - 2 : len);
	next = make && !list ? value_make_map(arena, map, key) : value_get(map, key);
	if (list)
		for (size_t i = 0; i < value_count(next); i++)
			walk(arena, value_at(next, i), rest, make, fn, arg);
	else
		walk(arena, next, rest, make, fn, arg);
}

const struct kind *
kustomize_kind(const struct value *root)
{
	const char *version = value_get_text(root, "apiVersion"), *kind = value_get_text(root, "kind");

	return version && kind ? kind_by_gvk(version, kind) : NULL;
}

static bool
is_kind(const struct value *root, const char *kind)
{
	const char *own = value_get_text(root, "kind");

	return !*kind || (own && strcmp(own, kind) == 0);
}

/* ---- labels and annotations ---- */

enum where { IN_METADATA = 1, IN_TEMPLATES = 2, IN_SELECTORS = 4 };

/* kind "": all; make: the map is made where it isn't there */
static const struct place {
	const char *kind, *path;
	bool make;
	enum where where;
} label_places[] = {
	{ "", "metadata/labels", true, IN_METADATA },
	{ "Service", "spec/selector", true, IN_SELECTORS },
	{ "ReplicationController", "spec/selector", true, IN_SELECTORS },
	{ "ReplicationController", "spec/template/metadata/labels", true, IN_TEMPLATES },
	{ "Deployment", "spec/selector/matchLabels", true, IN_SELECTORS },
	{ "Deployment", "spec/template/metadata/labels", true, IN_TEMPLATES },
	{ "ReplicaSet", "spec/selector/matchLabels", true, IN_SELECTORS },
	{ "ReplicaSet", "spec/template/metadata/labels", true, IN_TEMPLATES },
	{ "DaemonSet", "spec/selector/matchLabels", true, IN_SELECTORS },
	{ "DaemonSet", "spec/template/metadata/labels", true, IN_TEMPLATES },
	{ "StatefulSet", "spec/selector/matchLabels", true, IN_SELECTORS },
	{ "StatefulSet", "spec/template/metadata/labels", true, IN_TEMPLATES },
	{ "Job", "spec/selector/matchLabels", false, IN_SELECTORS },
	{ "Job", "spec/template/metadata/labels", true, IN_TEMPLATES },
	{ "CronJob", "spec/jobTemplate/spec/selector/matchLabels", false, IN_SELECTORS },
	{ "CronJob", "spec/jobTemplate/metadata/labels", true, IN_TEMPLATES },
	{ "CronJob", "spec/jobTemplate/spec/template/metadata/labels", true, IN_TEMPLATES },
	{ "PodDisruptionBudget", "spec/selector/matchLabels", false, IN_SELECTORS },
	{ "NetworkPolicy", "spec/podSelector/matchLabels", false, IN_SELECTORS },
	{ "NetworkPolicy", "spec/ingress[]/from[]/podSelector/matchLabels", false, IN_SELECTORS },
	{ "NetworkPolicy", "spec/egress[]/to[]/podSelector/matchLabels", false, IN_SELECTORS },
	{ NULL, NULL, false, 0 },
};

static const struct place annotation_places[] = {
	{ "", "metadata/annotations", true, IN_METADATA },
	{ "ReplicationController", "spec/template/metadata/annotations", true, IN_TEMPLATES },
	{ "Deployment", "spec/template/metadata/annotations", true, IN_TEMPLATES },
	{ "ReplicaSet", "spec/template/metadata/annotations", true, IN_TEMPLATES },
	{ "DaemonSet", "spec/template/metadata/annotations", true, IN_TEMPLATES },
	{ "StatefulSet", "spec/template/metadata/annotations", true, IN_TEMPLATES },
	{ "Job", "spec/template/metadata/annotations", true, IN_TEMPLATES },
	{ "CronJob", "spec/jobTemplate/metadata/annotations", true, IN_TEMPLATES },
	{ "CronJob", "spec/jobTemplate/spec/template/metadata/annotations", true, IN_TEMPLATES },
	{ NULL, NULL, false, 0 },
};

struct pairs {
	struct arena *arena;
	const struct value *pairs;
};

static void
set_pairs(void *arg, struct value *map)
{
	const struct pairs *pairs = arg;

	for (size_t i = 0; i < value_count(pairs->pairs); i++)
		value_set(pairs->arena, map, pairs->pairs->map.v[i].key, value_copy(pairs->arena, pairs->pairs->map.v[i].value));
}

static void
set_everywhere(struct kustomize_layer *layer, const struct place *places, const struct value *pairs, unsigned where)
{
	struct pairs arg = { layer->arena, pairs };

	for (size_t i = 0; i < layer->objects.n && value_count(pairs); i++)
		for (const struct place *place = places; place->kind; place++)
			if (((unsigned)place->where & where) && is_kind(layer->objects.v[i].root, place->kind))
				walk(layer->arena, layer->objects.v[i].root, place->path, place->make, set_pairs, &arg);
}

static void
set_labels(struct kustomize_layer *layer, const struct value *kustomization)
{
	const struct value *rows = value_get(kustomization, "labels");

	for (size_t i = 0; i < value_count(rows); i++) {
		const struct value *row = value_at(rows, i);
		unsigned where = IN_METADATA;

		if (value_get_bool(row, "includeSelectors", false))
			where |= IN_SELECTORS | IN_TEMPLATES;
		if (value_get_bool(row, "includeTemplates", false))
			where |= IN_TEMPLATES;
		set_everywhere(layer, label_places, value_get(row, "pairs"), where);
	}
	set_everywhere(layer, label_places, value_get(kustomization, "commonLabels"), IN_METADATA | IN_TEMPLATES | IN_SELECTORS);
	set_everywhere(layer, annotation_places, value_get(kustomization, "commonAnnotations"), IN_METADATA | IN_TEMPLATES);
}

/* ---- namespace and names ---- */

static void
set_namespace(struct kustomize_layer *layer, const char *namespace)
{
	for (size_t i = 0; i < layer->objects.n && namespace; i++) {
		struct value *root = layer->objects.v[i].root, *metadata = value_make_map(layer->arena, root, "metadata");
		const struct kind *kind = kustomize_kind(root);

		if (is_kind(root, "Namespace"))
			value_set_text(layer->arena, metadata, "name", namespace);
		else if (!kind || kind->namespaced)
			value_set_text(layer->arena, metadata, "namespace", namespace);
	}
}

/* Names of these are not anyone's to change. */
static bool
keeps_name(const struct value *root)
{
	return is_kind(root, "Namespace") || is_kind(root, "CustomResourceDefinition") || is_kind(root, "APIService");
}

static void
set_names(struct kustomize_layer *layer, const struct value *kustomization)
{
	const char *prefix = value_get_text(kustomization, "namePrefix"), *suffix = value_get_text(kustomization, "nameSuffix");

	for (size_t i = 0; i < layer->objects.n; i++) {
		struct value *root = layer->objects.v[i].root, *metadata = value_make_map(layer->arena, root, "metadata");

		if ((prefix || suffix) && !keeps_name(root))
			value_set_text(layer->arena, metadata, "name", arena_printf(layer->arena, "%s%s%s", prefix ? prefix : "",
				value_get_text(metadata, "name"), suffix ? suffix : ""));
	}
}

/* A field that holds the name of an object: the map it is in by its key, the field, the kind. */
static const struct reference {
	const char *map, *field, *kind;
} references[] = {
	{ "configMap", "name", "ConfigMap" }, { "configMapRef", "name", "ConfigMap" },
	{ "configMapKeyRef", "name", "ConfigMap" }, { "secret", "secretName", "Secret" }, { "secret", "name", "Secret" },
	{ "secretRef", "name", "Secret" }, { "secretKeyRef", "name", "Secret" }, { "imagePullSecrets", "name", "Secret" },
	{ "tls", "secretName", "Secret" }, { "service", "name", "Service" }, { "spec", "serviceName", "Service" },
	{ "spec", "serviceAccountName", "ServiceAccount" },
	{ "persistentVolumeClaim", "claimName", "PersistentVolumeClaim" }, { "scaleTargetRef", "name", "" },
};

static const struct kustomize_object *
find_renamed(const struct kustomize_layer *layer, const char *kind, const char *name)
{
	for (size_t i = 0; i < layer->objects.n; i++)
		if (is_kind(layer->objects.v[i].root, kind) && strcmp(layer->objects.v[i].old_name, name) == 0)
			return &layer->objects.v[i];
	return NULL;
}

static void
rename_in(struct kustomize_layer *layer, const char *key, struct value *map)
{
	for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
		const struct reference *row = &references[i];
		const char *kind = *row->kind ? row->kind : value_get_text(map, "kind");
		const char *name = value_get_text(map, row->field);
		const struct kustomize_object *renamed;

		if (strcmp(row->map, key) != 0 || !name || !kind)
			continue;
		renamed = find_renamed(layer, kind, name);
		if (renamed)
			value_set_text(layer->arena, map, row->field, value_get_text(value_get(renamed->root, "metadata"), "name"));
	}
}

/* key: of the map, or of the list that it is an item of */
static void
rename_below(struct kustomize_layer *layer, const char *key, struct value *value)
{
	if (value->type == VALUE_LIST)
		for (size_t i = 0; i < value_count(value); i++)
			rename_below(layer, key, value_at(value, i));
	if (value->type != VALUE_MAP)
		return;
	rename_in(layer, key, value);
	for (size_t i = 0; i < value_count(value); i++)
		rename_below(layer, value->map.v[i].key, value->map.v[i].value);
}

void
kustomize_references(struct kustomize_layer *layer)
{
	for (size_t i = 0; i < layer->objects.n; i++)
		rename_below(layer, "", layer->objects.v[i].root);
	for (size_t i = 0; i < layer->objects.n; i++)
		layer->objects.v[i].old_name = value_get_text(value_get(layer->objects.v[i].root, "metadata"), "name");
}

/* ---- replicas and images ---- */

static void
set_replicas(struct kustomize_layer *layer, const struct value *rows)
{
	static const char *const kinds_with[] = { "Deployment", "ReplicationController", "ReplicaSet", "StatefulSet" };

	for (size_t i = 0; i < value_count(rows); i++)
		for (size_t j = 0; j < layer->objects.n; j++)
			for (size_t k = 0; k < sizeof kinds_with / sizeof *kinds_with; k++) {
				struct kustomize_object *object = &layer->objects.v[j];
				const char *name = value_get_text(value_at(rows, i), "name");

				if (name && is_kind(object->root, kinds_with[k]) && strcmp(object->first_name, name) == 0)
					value_set_int(layer->arena, value_make_map(layer->arena, object->root, "spec"), "replicas",
						value_get_int(value_at(rows, i), "count", 0));
			}
}

/* The length of an image's name without tag and digest. */
static size_t
image_name_length(const char *image)
{
	size_t len = strcspn(image, "@");
	const char *colon = memchr(image, ':', len);

	/* A colon before a slash parts a registry from its port. */
	while (colon && memchr(colon, '/', len - (size_t)(colon - image)))
		colon = memchr(colon + 1, ':', len - (size_t)(colon + 1 - image));
	return colon ? (size_t)(colon - image) : len;
}

static void
set_image(struct arena *arena, struct value *container, const struct value *row)
{
	const char *image = value_get_text(container, "image"), *name = value_get_text(row, "name");
	const char *new_name = value_get_text(row, "newName"), *tag = value_get_text(row, "newTag");
	const char *digest = value_get_text(row, "digest");
	size_t len = image ? image_name_length(image) : 0;

	if (!image || !name || strlen(name) != len || memcmp(image, name, len) != 0)
		return;
	value_set_text(arena, container, "image", arena_printf(arena, "%s%s%s", new_name ? new_name : name,
		tag ? ":" : digest ? "@" : "", tag ? tag : digest ? digest : image + len));
	if (tag && digest)
		value_set_text(arena, container, "image", arena_printf(arena, "%s:%s@%s", new_name ? new_name : name, tag, digest));
}

/* Containers are wherever a list of that name is. */
static void
set_images(struct kustomize_layer *layer, struct value *value, const struct value *rows)
{
	static const char *const lists[] = { "containers", "initContainers" };

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		const struct value *list = value_get(value, lists[i]);

		for (size_t j = 0; j < value_count(list); j++)
			for (size_t k = 0; k < value_count(rows); k++)
				set_image(layer->arena, value_at(list, j), value_at(rows, k));
	}
	if (value->type == VALUE_LIST)
		for (size_t i = 0; i < value_count(value); i++)
			set_images(layer, value_at(value, i), rows);
	if (value->type == VALUE_MAP)
		for (size_t i = 0; i < value_count(value); i++)
			set_images(layer, value->map.v[i].value, rows);
}

/* ---- patches ---- */

static bool
is_called(const struct kustomize_object *object, const char *name)
{
	return !name || strcmp(name, object->first_name) == 0 || strcmp(name, object->old_name) == 0 || strcmp(name, ".*") == 0 ||
		(str_ends(name, ".*") && strncmp(name, object->old_name, strlen(name) - 2) == 0);
}

/* label selectors of a target: a=b,c=d */
static bool
has_labels(const struct value *root, const char *selector)
{
	const struct value *labels = value_path(root, "metadata.labels");

	while (selector && *selector) {
		size_t len = strcspn(selector, ","), key = strcspn(selector, "=,");
		bool met = false;

		for (size_t i = 0; i < value_count(labels); i++) {
			const char *text = value_text(labels->map.v[i].value);

			met |= strlen(labels->map.v[i].key) == key && strncmp(labels->map.v[i].key, selector, key) == 0 &&
				(key == len || (text && strlen(text) == len - key - 1 && strncmp(text, selector + key + 1, len - key - 1) == 0));
		}
		if (!met)
			return false;
		selector += len + (selector[len] == ',');
	}
	return true;
}

static bool
is_target(const struct kustomize_object *object, const struct value *target)
{
	const char *kind = value_get_text(target, "kind"), *namespace = value_get_text(target, "namespace");
	const char *own = value_get_text(value_get(object->root, "metadata"), "namespace");

	return is_kind(object->root, kind ? kind : "") && is_called(object, value_get_text(target, "name")) &&
		(!namespace || (own && strcmp(own, namespace) == 0)) &&
		has_labels(object->root, value_get_text(target, "labelSelector"));
}

static int
patch_object(struct kustomize_layer *layer, struct kustomize_object *object, const struct value *patch, struct err *err)
{
	const struct kind *kind = kustomize_kind(object->root);
	const struct value *metadata = value_get(object->root, "metadata");
	const char *name = value_get_text(metadata, "name"), *namespace = value_get_text(metadata, "namespace");
	struct value *patched = NULL;
	int status;

	if (patch->type == VALUE_LIST)
		status = patch_json(object->root, patch, layer->arena, &patched, err);
	else if (kind)
		status = patch_strategic(kind->type, object->root, patch, layer->arena, &patched, err);
	else
		status = patch_merge(object->root, patch, layer->arena, &patched, err);
	if (status)
		return -1;
	/* What a patch is for says its name, which is not to become the object's. */
	if (patch->type == VALUE_MAP && name)
		value_set_text(layer->arena, value_make_map(layer->arena, patched, "metadata"), "name", name);
	if (patch->type == VALUE_MAP && namespace)
		value_set_text(layer->arena, value_make_map(layer->arena, patched, "metadata"), "namespace", namespace);
	object->root = patched;
	return 0;
}

static bool
deletes(const struct value *patch)
{
	const char *directive = value_get_text(patch, "$patch");

	return directive && strcmp(directive, "delete") == 0;
}

static int
refuse_patch(const struct value *patch, struct err *err)
{
	const char *version = value_get_text(patch, "apiVersion"), *kind = value_get_text(patch, "kind");
	const char *name = value_get_text(value_get(patch, "metadata"), "name"), *slash = version ? strchr(version, '/') : NULL;
	const char *namespace = value_get_text(value_get(patch, "metadata"), "namespace");
	char *id = xasprintf("%s.%s.%.*s/%s.%s", kind ? kind : "[noKind]", slash ? slash + 1 : version ? version : "[noVer]",
		slash ? (int)(slash - version) : 7, slash ? version : "[noGrp]", name ? name : "", namespace ? namespace : "[noNs]");

	err_set(err, ERR_INPUT, "no resource matches strategic merge patch \"%s\": no matches for Id %s; failed to find unique "
		"target for patch %s", id, id, id);
	free(id);
	return -1;
}

/* target NULL: the patch says itself what it is for */
static int
apply_patch(struct kustomize_layer *layer, const struct value *target, const struct value *patch, struct err *err)
{
	struct value *own = value_map(layer->arena);
	bool any = false;

	if (!target && patch->type != VALUE_MAP)
		return err_set(err, ERR_INPUT, "must specify a target for JSON patch");
	if (!target) {
		value_set_text(layer->arena, own, "kind", value_get_text(patch, "kind") ? value_get_text(patch, "kind") : "");
		value_set_text(layer->arena, own, "name", value_get_text(value_get(patch, "metadata"), "name") ?
			value_get_text(value_get(patch, "metadata"), "name") : "");
	}
	for (size_t i = 0; i < layer->objects.n; i++) {
		struct kustomize_object *object = &layer->objects.v[i];

		if (!is_target(object, target ? target : own))
			continue;
		any = true;
		if (deletes(patch)) {
			memmove(object, object + 1, (layer->objects.n - i - 1) * sizeof *object);
			layer->objects.n--;
			i--;
		} else if (patch_object(layer, object, patch, err)) {
			return -1;
		}
	}
	return any || target ? 0 : refuse_patch(patch, err);
}

/* All patches in a text, each of which may stand for itself. */
static int
apply_text(struct kustomize_layer *layer, const struct value *target, const char *text, struct err *err)
{
	static const struct yaml_options as_yaml = { .piece = true };
	const char *document;
	size_t len = strlen(text), document_len;
	int status = 0;

	while (!status && yaml_cut(&text, &len, &document, &document_len, err)) {
		value_vec documents = VEC_INIT;

		if (!document)
			return -1;
		status = yaml_read("patch", document, document_len, &as_yaml, layer->arena, &documents, err);
		for (size_t i = 0; i < documents.n && !status; i++)
			status = apply_patch(layer, target, documents.v[i], err);
		vec_release(&documents);
	}
	return status;
}

static int
apply_file(struct kustomize_layer *layer, const struct value *target, const char *path, struct err *err)
{
	struct err inner = ERR_INIT;
	struct str text = STR_INIT;
	int status;

	if (kustomize_read(layer, path, &text, &inner))
		status = err_set(err, ERR_INPUT, "failed to get the patch file from path(%s): %s", path, inner.text);
	else
		status = apply_text(layer, target, text.buf, err);
	err_release(&inner);
	str_release(&text);
	return status;
}

/* A row of patches or patchesJson6902. */
static int
apply_rows(struct kustomize_layer *layer, const struct value *rows, struct err *err)
{
	for (size_t i = 0; i < value_count(rows); i++) {
		const struct value *row = value_at(rows, i), *target = value_get(row, "target");
		const char *text = value_get_text(row, "patch"), *path = value_get_text(row, "path");

		if (text ? apply_text(layer, target, text, err) : path ? apply_file(layer, target, path, err) :
		    err_set(err, ERR_INPUT, "must specify one of patch and path in\n"))
			return -1;
	}
	return 0;
}

/* patchesStrategicMerge: a file or the patch itself */
static int
apply_merges(struct kustomize_layer *layer, const struct value *list, struct err *err)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const char *text = value_text(value_at(list, i));

		if (text && (strchr(text, '\n') ? apply_text(layer, NULL, text, err) : apply_file(layer, NULL, text, err)))
			return -1;
	}
	return 0;
}

int
kustomize_change(struct kustomize_layer *layer, const struct value *kustomization, struct err *err)
{
	if (apply_merges(layer, value_get(kustomization, "patchesStrategicMerge"), err) ||
	    apply_rows(layer, value_get(kustomization, "patches"), err))
		return -1;
	set_namespace(layer, value_get_text(kustomization, "namespace"));
	set_names(layer, kustomization);
	set_labels(layer, kustomization);
	if (apply_rows(layer, value_get(kustomization, "patchesJson6902"), err))
		return -1;
	set_replicas(layer, value_get(kustomization, "replicas"));
	for (size_t i = 0; i < layer->objects.n && value_get(kustomization, "images"); i++)
		set_images(layer, layer->objects.v[i].root, value_get(kustomization, "images"));
	return 0;
}
