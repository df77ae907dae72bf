/* Follows k8s.io/kubectl/pkg/util/apply.go, pkg/cmd/apply/prune.go and pkg/util/prune/prune.go. */
#include "kubectl/applied.h"

#include <stdlib.h>
#include <string.h>

#include "api/patch.h"
#include "api/yaml.h"
#include "kubectl/selector.h"
#include "kubectl/verb_list.h"

/* Keys are sorted, and empty annotations are written out. */
static void
save(struct arena *arena, struct value *root)
{
	struct value *annotations = value_make_map(arena, value_make_map(arena, root, "metadata"), "annotations");
	struct str text = STR_INIT;

	value_remove(annotations, LAST_APPLIED);
	json_write(root, 0, &text);
	str_add(&text, "\n");
	value_set_text(arena, annotations, LAST_APPLIED, text.buf);
	str_release(&text);
}

struct value *
applied_modified(struct arena *arena, const struct value *root, bool annotate)
{
	struct value *modified = value_copy(arena, root);

	if (annotate)
		save(arena, modified);
	else
		value_remove(value_make_map(arena, value_make_map(arena, modified, "metadata"), "annotations"), LAST_APPLIED);
	return modified;
}

void
applied_save(struct arena *arena, struct value *root, bool always)
{
	const char *last = value_get_text(value_get(value_get(root, "metadata"), "annotations"), LAST_APPLIED);

	if (always || (last && *last))
		save(arena, root);
}

int
applied_original(struct arena *arena, const struct object *current, struct value **original, struct err *err)
{
	const char *last = object_annotation(current, LAST_APPLIED);

	*original = NULL;
	return last ? json_read(LAST_APPLIED, last, strlen(last), arena, original, err) : 0;
}

enum patch_type
applied_patch_type(const struct kind *kind)
{
	return kind->custom ? PATCH_MERGE : PATCH_STRATEGIC;
}

int
applied_patch(struct arena *arena, const struct kind *kind, const struct object *current, const struct value *modified,
	struct value **patch, struct err *err)
{
	struct value *original;

	if (applied_original(arena, current, &original, err))
		return -1;
	if (kind->custom) {
		struct value *live = value_copy(arena, current->root);

		/* asked for in the version of the file */
		value_set_text(arena, live, "apiVersion", value_get_text(modified, "apiVersion"));
		*patch = patch_merge_three_way(original, modified, live, arena);
		return 0;
	}
	return patch_three_way(kind->type, original, modified, current->root, arena, patch, err);
}

/* ---- --prune ---- */

const struct flag prune_flags[] = {
	{ "prune", 0, FLAG_BOOL, "false", "true", NULL, "Delete what was applied before and is in the files no more." },
	{ "prune-allowlist", 0, FLAG_ARRAY, NULL, NULL, NULL, "Types to prune, as group/version/Kind." },
	FLAGS_END,
};

/* What is looked at without --prune-allowlist; of kubectl's list, the kinds that the model has. */
static const char *const pruned_kinds[] = {
	"ConfigMap", "Endpoints", "Pod", "ReplicationController", "Secret", "Service", "Job", "CronJob", "Ingress",
	"DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "Namespace",
};

/* core/v1/ConfigMap, apps/v1/Deployment */
static const struct kind *
allowed_kind(const char *word, struct failures *failures)
{
	const char *kind = strrchr(word, '/'), *slash = strchr(word, '/');
	const struct kind *found = NULL;

	if (!slash || slash == kind) {
		failures_add(failures, "invalid GroupVersionKind format: %s, please follow <group/version/kind>", word);
		return NULL;
	}
	if (kind && slash && slash != kind) {
		char *version = xstrndup(str_starts(word, "core/") ? word + strlen("core/") : word,
			(size_t)(kind - word) - (str_starts(word, "core/") ? strlen("core/") : 0));

		found = kind_by_gvk(version, kind + 1);
		if (!found)
			failures_add(failures, "error retrieving RESTMappings to prune: no matches for kind \"%s\" in version \"%s\"",
				kind + 1, version);
		free(version);
	}
	return found;
}

void
applied_check_allowlist(const struct flags *flags, struct failures *failures)
{
	for (size_t i = 0; flag_bool(flags, "prune") && i < flag_count(flags, "prune-allowlist"); i++)
		(void)allowed_kind(flag_item(flags, "prune-allowlist", i), failures);
}

static bool
is_named(const struct manifests *manifests, const struct object *object)
{
	for (size_t i = 0; i < manifests->list.n; i++) {
		const struct manifest *manifest = &manifests->list.v[i];

		if (manifest->kind == object->kind && strcmp(manifest->name, object->name) == 0 &&
		    strcmp(manifest->namespace, object->namespace) == 0)
			return true;
	}
	return false;
}

static bool
is_visited(const struct manifests *manifests, const char *namespace)
{
	bool visited = !*namespace;

	for (size_t i = 0; i < manifests->list.n && !visited; i++)
		visited = strcmp(manifests->list.v[i].namespace, namespace) == 0;
	return visited;
}

struct stale {
	const struct manifests *manifests;
	struct selector selector;
	struct store *store;
	VEC(const struct object *) found;
};

static void
find_stale(struct stale *stale, const struct kind *kind)
{
	size_t n;
	const struct object *const *objects = store_list(stale->store, kind, NULL, &n);

	for (size_t i = 0; i < n; i++)
		if (object_annotation(objects[i], LAST_APPLIED) && is_visited(stale->manifests, objects[i]->namespace) &&
		    label_selector_matches(&stale->selector, objects[i]) && !is_named(stale->manifests, objects[i]))
			*vec_push(&stale->found) = object_ref(objects[i]);
}

void
applied_stale(struct kubectl *kubectl, const struct flags *flags, const struct manifests *manifests, bool warns,
	struct failures *failures, void (*fn)(void *arg, const struct object *object), void *arg)
{
	struct stale stale = { manifests, SELECTOR_INIT, kubectl->cluster->server.store, VEC_INIT };
	size_t allowed = flag_count(flags, "prune-allowlist");
	struct err err = ERR_INIT;

	if (label_selector_parse(flag_string(flags, "selector"), &stale.selector, &err)) {
		failures_add(failures, "%s", err.text);
		err_release(&err);
		return;
	}
	for (size_t i = 0; i < allowed; i++) {
		const struct kind *kind = allowed_kind(flag_item(flags, "prune-allowlist", i), failures);

		if (kind)
			find_stale(&stale, kind);
	}
	if (!allowed && warns)
		log_warning(kubectl, "prune.go:71", "Deprecated: kubectl apply will no longer prune non-namespaced resources by "
			"default when used with the --namespace flag in a future release. To preserve the current behaviour, list "
			"the resources you want to target explicitly in the --prune-allowlist flag.");
	for (size_t i = 0; !allowed && i < sizeof pruned_kinds / sizeof *pruned_kinds; i++)
		find_stale(&stale, kind_by_kind(pruned_kinds[i]));
	for (size_t i = 0; i < stale.found.n; i++) {
		fn(arg, stale.found.v[i]);
		object_unref((struct object *)stale.found.v[i]);
	}
	vec_release(&stale.found);
	selector_release(&stale.selector);
}
