/*
 * The words are first brought to one form, a list of kinds with or without names or a list of kind/name pairs, then
 * looked up in the store.  Follows k8s.io/cli-runtime/pkg/resource/builder.go, whose texts are part of what people see.
 */
#include "kubectl/resource_args.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/api_types.h"
#include "kubectl/selector.h"
#include "kubectl/subresource.h"
#include "server/component.h"

const struct flag selector_flag[] = {
	{ "selector", 'l', FLAG_STRING, "", NULL, NULL, "Only objects with these labels: key=value, key!=value, key, '!key', "
		"'key in (a,b)'; commas mean and." },
	{ NULL, 0, FLAG_BOOL, NULL, NULL, NULL, NULL },
};
const struct flag field_selector_flag[] = {
	{ "field-selector", 0, FLAG_STRING, "", NULL, NULL, "Only objects with these fields, e.g. status.phase=Running; the "
		"server knows a few fields of each type." },
	{ NULL, 0, FLAG_BOOL, NULL, NULL, NULL, NULL },
};
const struct flag all_flag[] = {
	{ "all", 0, FLAG_BOOL, "false", "true", NULL, "Every object of the given types in the namespace." },
	{ NULL, 0, FLAG_BOOL, NULL, NULL, NULL, NULL },
};
const struct flag all_namespaces_flag[] = {
	{ "all-namespaces", 'A', FLAG_BOOL, "false", "true", NULL, "Look into every namespace; -n is not looked at." },
	{ NULL, 0, FLAG_BOOL, NULL, NULL, NULL, NULL },
};

struct finder {
	struct kubectl *kubectl;
	const struct flags *flags;
	unsigned how;
	struct resources *resources;
	bool everywhere;	/* -A */
	const char *labels, *fields;
	bool looked;		/* something was looked up */
	char *const *names;	/* those that find_by_names looks for */
	size_t nnames;
	VEC(const struct object *) components;	/* once they were asked for; a reference each */
};

void
resources_release(struct resources *resources)
{
	for (size_t i = 0; i < resources->list.n; i++)
		object_unref((struct object *)resources->list.v[i].object);
	vec_release(&resources->list);
	manifests_release(&resources->manifests);
	failures_release(&resources->failures);
}

bool
kubectl_all_namespaces(const struct kubectl *kubectl, const struct flags *flags)
{
	return kubectl_has_flag(kubectl, "all-namespaces") && flag_bool(flags, "all-namespaces");
}

const struct kind *
kubectl_kind(const struct kubectl *kubectl, const char *word)
{
	const struct kind *kind = kind_by_name(word);

	return kind && server_serves(&kubectl->cluster->server, kind) ? kind : NULL;
}

bool
kind_is_registered(const struct kind *kind)
{
	return !kind->custom && strcmp(kind->group, "apiextensions.k8s.io") != 0;
}

const struct kind *
kind_from_word(const struct kubectl *kubectl, const char *word, struct failures *failures)
{
	const struct kind *kind = kubectl_kind(kubectl, word);

	if (!kind)
		kind = kind_empty_by_name(word);
	if (!kind)
		failures_add(failures, "the server doesn't have a resource type \"%.*s\"", (int)strcspn(word, "."), word);
	return kind;
}

void
print_no_resources(struct kubectl *kubectl, bool namespaced, bool all_namespaces)
{
	if (namespaced && !all_namespaces)
		sink_printf(kubectl->io->err, "No resources found in %s namespace.\n", kubectl->namespace);
	else
		sink_put(kubectl->io->err, "No resources found\n");
}

/* ---- what the server has ---- */

static const struct object *const *
list_objects(struct finder *finder, const struct kind *kind, const char *namespace, size_t *n)
{
	struct object *component;

	if (!component_is_kind(kind))
		return store_list(finder->kubectl->cluster->server.store, kind, namespace, n);
	if (!finder->components.n)
		sink_put(finder->kubectl->io->err, "Warning: v1 ComponentStatus is deprecated in v1.19+\n");
	while ((component = component_make(finder->components.n)))
		*vec_push(&finder->components) = component;
	*n = finder->components.n;
	return finder->components.v;
}

static const struct object *
get_object(struct finder *finder, const struct kind *kind, const char *namespace, const char *name)
{
	size_t n;
	const struct object *const *objects;

	if (!component_is_kind(kind))
		return store_get(finder->kubectl->cluster->server.store, kind, namespace, name);
	objects = list_objects(finder, kind, namespace, &n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(objects[i]->name, name) == 0)
			return objects[i];
	return NULL;
}

static void
forget_components(struct finder *finder)
{
	for (size_t i = 0; i < finder->components.n; i++)
		object_unref((struct object *)finder->components.v[i]);
	vec_release(&finder->components);
}

/* ---- one object, one list ---- */

static const char *
namespace_of(const struct finder *finder, const struct kind *kind)
{
	return kind->namespaced ? finder->kubectl->namespace : "";
}

static void
note_kind(struct finder *finder, const struct kind *kind)
{
	struct resources *resources = finder->resources;

	resources->many_kinds |= resources->listed && resources->listed != kind;
	resources->cluster_wide |= !kind->namespaced;
	resources->kind = resources->listed = kind;
}

/* One that was asked for by name doesn't count before it is found. */
static void
note_named_kind(struct finder *finder, const struct kind *kind, bool found)
{
	if (found)
		note_kind(finder, kind);
	finder->resources->cluster_wide |= !kind->namespaced;
	finder->resources->kind = kind;
}

static void
add_resource(struct finder *finder, const struct object *object)
{
	*vec_push(&finder->resources->list) = (struct resource){ object->kind, object->namespace, object->name,
		object_ref(object), "", NULL };
}

static bool
add_by_prefix(struct finder *finder, const struct kind *kind, const char *prefix)
{
	size_t n;
	const struct object *const *objects = list_objects(finder, kind, namespace_of(finder, kind), &n);
	bool any = false;

	for (size_t i = 0; i < n; i++)
		if (str_starts(objects[i]->name, prefix)) {
			add_resource(finder, objects[i]);
			finder->resources->by_prefix = any = true;
		}
	return any;
}

/* What kubectl's own types (RESOURCES_TYPED) can't hold is refused as its decoder does; suffix "List" for a list. */
static bool
refuse_untyped(struct finder *finder, const struct kind *kind, const char *suffix, const char *source)
{
	char buf[64];

	if (!(finder->how & RESOURCES_TYPED) || kind_is_registered(kind))
		return false;
	failures_add(&finder->resources->failures, "%s%s%sno kind \"%s%s\" is registered for version \"%s\" in scheme "
		"\"pkg/scheme/scheme.go:28\"", *source ? "unable to decode \"" : "", source, *source ? "\": " : "", kind->kind, suffix,
		kind_api_version(kind, buf));
	return true;
}

/* What isn't found in a namespace that isn't there is said of the latter (cli-runtime's Info.Get). */
static bool
misses_namespace(struct finder *finder, const struct kind *kind)
{
	const char *namespace = namespace_of(finder, kind);

	return kind->namespaced && !(finder->how & RESOURCES_UNFETCHED) && strcmp(namespace, "default") != 0 &&
		!store_get(finder->kubectl->cluster->server.store, kind_by_kind("Namespace"), "", namespace);
}

static void
find_by_name(struct finder *finder, const struct kind *kind, const char *name)
{
	bool unfetched = finder->how & RESOURCES_BY_NAME_ONLY;
	const struct object *object = unfetched ? NULL : get_object(finder, kind, namespace_of(finder, kind), name);
	struct status status = STATUS_INIT;

	finder->looked = true;
	note_named_kind(finder, kind, object != NULL);
	if (unfetched) {
		*vec_push(&finder->resources->list) = (struct resource){ kind, namespace_of(finder, kind), name, NULL, "", NULL };
		return;
	}
	if (!*name) {
		failures_add(&finder->resources->failures, "resource name may not be empty");
		return;
	}
	if (object) {
		if (!refuse_untyped(finder, kind, "", ""))
			add_resource(finder, object);
		return;
	}
	if ((finder->how & RESOURCES_BY_PREFIX) && add_by_prefix(finder, kind, name))
		return;
	if (finder->how & RESOURCES_IGNORE_MISSING)
		return;
	if (misses_namespace(finder, kind))
		(void)status_not_found(&status, kind_by_kind("Namespace"), namespace_of(finder, kind));
	else
		(void)status_not_found(&status, kind, name);
	failures_add_status(&finder->resources->failures, &status, "");
	status_release(&status);
}

static void
find_by_names(struct finder *finder, const struct kind *kind)
{
	for (size_t i = 0; i < finder->nnames; i++)
		find_by_name(finder, kind, finder->names[i]);
}

/* The server's refusal of a selector. */
static void
refuse_selector(struct finder *finder, const struct kind *kind, const char *why)
{
	struct status status = STATUS_INIT;
	char buf[64];

	(void)status_set(&status, STATUS_BAD_REQUEST, "Unable to find \"%s%s, Resource=%s\" that match label selector "
		"\"%s\", field selector \"%s\": %s", *kind->group ? "" : "/", kind_api_version(kind, buf), kind->plural,
		finder->labels, finder->fields, why);
	failures_add_status(&finder->resources->failures, &status, "");
	status_release(&status);
}

static void
find_by_selector(struct finder *finder, const struct kind *kind)
{
	struct selector labels = SELECTOR_INIT, fields = SELECTOR_INIT;
	struct err err = ERR_INIT;

	finder->looked = true;
	note_kind(finder, kind);
	if (label_selector_parse(finder->labels, &labels, &err) ||
	    field_selector_parse(finder->fields, kind, &fields, &err)) {
		refuse_selector(finder, kind, err.text);
	} else if (!refuse_untyped(finder, kind, "List", "")) {
		size_t n;
		const struct object *const *objects = list_objects(finder, kind,
			finder->everywhere ? NULL : namespace_of(finder, kind), &n);

		for (size_t i = 0; i < n; i++)
			if (label_selector_matches(&labels, objects[i]) && field_selector_matches(&fields, objects[i]))
				add_resource(finder, objects[i]);
	}
	err_release(&err);
	selector_release(&labels);
	selector_release(&fields);
}

/* ---- words ---- */

/* Calls fn with the kinds of a category, "all" or "gateway-api"; false when the word is none. */
static bool
each_of_category(struct finder *finder, const char *word, void (*fn)(struct finder *finder, const struct kind *kind))
{
	bool any = false;

	for (const struct kind *row = kinds; row->kind; row++) {
		if (strcmp(row->categories, word) != 0 || !server_serves(&finder->kubectl->cluster->server, row))
			continue;
		any = true;
		if (fn)
			fn(finder, row);
	}
	return any;
}

/* Was the word at `at` of a comma list one of those before it? */
static bool
is_said_before(const char *list, const char *at, size_t len)
{
	for (const char *word = list; word < at; word += strcspn(word, ",") + 1)
		if (strcspn(word, ",") == len && strncmp(word, at, len) == 0)
			return true;
	return false;
}

/* A short name that a second type has as well (ev); restmapper's shortcut.go. */
static void
warn_of_others(struct finder *finder, const char *word)
{
	size_t n, found = 0;
	struct api_type *rows = api_types(finder->kubectl, &n);

	for (size_t i = 0; i < n; i++)
		if (api_list_has(rows[i].shorts, word) && found++)
			sink_printf(finder->kubectl->io->err, "Warning: short name \"%s\" could also match lower priority resource %s.%s\n",
				word, rows[i].name, rows[i].group);
	free(rows);
}

/* Calls fn, unless it is NULL, with each kind of a comma list; false after a failure. */
static bool
each_kind(struct finder *finder, const char *list, void (*fn)(struct finder *finder, const struct kind *kind))
{
	bool known = true;

	for (const char *word = list; word && known; ) {
		size_t len = strcspn(word, ",");
		char *type = xstrndup(word, len);
		const struct kind *kind = NULL;

		if (!is_said_before(list, word, len) && (!*type || !each_of_category(finder, type, fn))) {
			kind = kind_from_word(finder->kubectl, type, &finder->resources->failures);
			known = kind != NULL;
			if (kind && fn)
				fn(finder, kind);
			else if (kind)
				warn_of_others(finder, type);
		}
		free(type);
		word = word[len] ? word + len + 1 : NULL;
	}
	return known;
}

static bool
has_combined(char *const *args, size_t nargs)
{
	for (size_t i = 0; i < nargs; i++)
		if (strchr(args[i], '/'))
			return true;
	return false;
}

static bool
pair_is_sound(struct finder *finder, const char *word)
{
	const char *slash = strchr(word, '/');

	if (!slash)
		failures_add(&finder->resources->failures, "there is no need to specify a resource type as a separate argument when "
			"passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of "
			"'kubectl get resource resource/<resource_name>'");
	else if (slash == word || !slash[1] || strchr(slash + 1, '/'))
		failures_add(&finder->resources->failures, strchr(slash + 1, '/') ?
			"arguments in resource/name form may not have more than one slash" :
			"arguments in resource/name form must have a single resource and name");
	else
		return true;
	return false;
}

/* All types have to be known before anything is asked for. */
static void
find_pairs(struct finder *finder, char *const *args, size_t nargs)
{
	const struct kind **found;
	bool known = true;

	for (size_t i = 0; i < nargs; i++)
		if (!pair_is_sound(finder, args[i]))
			return;
	found = xcalloc(nargs, sizeof *found);
	for (size_t i = 0; i < nargs && known; i++) {
		char *type = xstrndup(args[i], strcspn(args[i], "/"));

		found[i] = kind_from_word(finder->kubectl, type, &finder->resources->failures);
		known = found[i] != NULL;
		if (known)
			warn_of_others(finder, type);
		free(type);
	}
	for (size_t i = 0; i < nargs && known; i++)
		find_by_name(finder, found[i], strchr(args[i], '/') + 1);
	free(found);
	finder->resources->single = known && nargs == 1;
}

static void
find_names(struct finder *finder, const char *types, char *const *names, size_t nnames)
{
	bool many = strchr(types, ',');

	if (strcmp(types, "all") == 0) {
		failures_add(&finder->resources->failures, "you must specify only one resource");
		return;
	}
	finder->names = names;
	finder->nnames = nnames;
	if (each_kind(finder, types, NULL))
		each_kind(finder, types, find_by_names);
	finder->resources->single = nnames == 1 && !many;
}

static void
find_words(struct finder *finder, char *const *args, size_t nargs, bool selecting)
{
	struct failures *failures = &finder->resources->failures;

	if (has_combined(args, nargs) && selecting)
		failures_add(failures, "selectors and the all flag cannot be used when passing resource/name arguments");
	else if (has_combined(args, nargs) && finder->everywhere)
		failures_add(failures, "a resource cannot be retrieved by name across all namespaces");
	else if (has_combined(args, nargs))
		find_pairs(finder, args, nargs);
	else if (nargs > 1 && selecting)
		failures_add(failures, "name cannot be provided when a selector is specified");
	else if (nargs > 1 && finder->everywhere)
		failures_add(failures, "a resource cannot be retrieved by name across all namespaces");
	else if (nargs > 1)
		find_names(finder, args[0], args + 1, nargs - 1);
	else if (!each_kind(finder, args[0], NULL))
		return;
	else if (selecting || (finder->how & RESOURCES_TYPE_IS_ALL))
		each_kind(finder, args[0], find_by_selector);
	else
		failures_add(failures, "resource(s) were provided, but no name was specified");
}

/* A file's object is fetched first, and then looked at by -l. */
static bool
is_selected(struct finder *finder, const struct object *object)
{
	struct selector selector = SELECTOR_INIT;
	struct err err = ERR_INIT;
	bool selected = true;

	if (finder->how & RESOURCES_UNFETCHED)
		return true;
	if (label_selector_parse(finder->labels, &selector, &err)) {
		failures_add(&finder->resources->failures, "the provided selector \"%s\" is not valid: %s", finder->labels, err.text);
		selected = false;
	}
	selected = selected && label_selector_matches(&selector, object);
	err_release(&err);
	selector_release(&selector);
	return selected;
}

static void
find_manifests(struct finder *finder)
{
	struct resources *resources = finder->resources;
	struct store *store = finder->kubectl->cluster->server.store;

	if (!manifests_open(finder->kubectl, finder->flags, &resources->manifests, &resources->failures))
		return;
	finder->looked = true;
	manifests_read(finder->kubectl, finder->flags, finder->how & RESOURCES_VALIDATING, &resources->manifests,
		&resources->failures);
	if (*finder->labels && (finder->how & RESOURCES_UNFETCHED))
		manifests_select(finder->flags, &resources->manifests, &resources->failures);
	for (size_t i = 0; i < resources->manifests.list.n; i++) {
		const struct manifest *manifest = &resources->manifests.list.v[i];
		const struct object *object = store_get(store, manifest->kind, manifest->namespace, manifest->name);
		struct status status = STATUS_INIT;

		note_kind(finder, manifest->kind);
		if (refuse_untyped(finder, manifest->kind, "", manifest->source))
			continue;
		if (object && !is_selected(finder, object))
			continue;
		if (object || (finder->how & RESOURCES_UNFETCHED)) {
			*vec_push(&resources->list) = (struct resource){ manifest->kind, manifest->namespace, manifest->name,
				object && !(finder->how & RESOURCES_UNFETCHED) ? object_ref(object) : NULL, manifest->source,
				manifest->root };
			continue;
		}
		if (finder->how & RESOURCES_IGNORE_MISSING)
			continue;
		(void)status_not_found(&status, manifest->kind, manifest->name);
		failures_add_status(&resources->failures, &status, "");
		status_release(&status);
	}
	resources->single = resources->manifests.list.n == 1 && !resources->failures.list.n;
}

/* Words beside files; a file that isn't there is told first. */
static void
refuse_words(struct finder *finder, bool combined)
{
	struct failures *failures = &finder->resources->failures;

	if (manifests_open(finder->kubectl, finder->flags, &finder->resources->manifests, failures))
		failures_add(failures, "%s", combined ? "resource/name arguments cannot be provided when a path is specified" :
			"when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well");
}

static const char *
optional_flag(const struct finder *finder, const char *name)
{
	return kubectl_has_flag(finder->kubectl, name) ? flag_string(finder->flags, name) : "";
}

void
resources_find(struct kubectl *kubectl, const struct flags *flags, char *const *args, size_t nargs, unsigned how,
	struct resources *resources)
{
	struct finder finder = { kubectl, flags, how, resources, kubectl_all_namespaces(kubectl, flags), "", "", false,
		NULL, 0, VEC_INIT };
	bool files = kubectl_has_flag(kubectl, "filename") && manifests_given(flags);
	bool all = kubectl_has_flag(kubectl, "all") && flag_bool(flags, "all");
	const char *subresource = subresource_of(kubectl, flags);
	bool selecting;

	finder.labels = how & RESOURCES_NO_SELECTOR ? "" : optional_flag(&finder, "selector");
	finder.fields = optional_flag(&finder, "field-selector");
	if (how & RESOURCES_ALL_OF_TYPE)
		all = all && nargs == 1 && !has_combined(args, nargs) && !*finder.labels;
	selecting = *finder.labels || *finder.fields || all;
	if (*subresource && (selecting || (!files && nargs == 1 && !has_combined(args, nargs) && (how & RESOURCES_TYPE_IS_ALL))))
		failures_add(&resources->failures, "subresource cannot be used when bulk resources are specified");
	else if (files && nargs)
		refuse_words(&finder, has_combined(args, nargs));
	else if (files)
		find_manifests(&finder);
	else if (all && (*finder.labels || *finder.fields) && !(how & RESOURCES_ALL_OF_TYPE))
		failures_add(&resources->failures, "setting 'all' parameter but found a non empty selector. ");
	else if (nargs)
		find_words(&finder, args, nargs, selecting);
	else if (selecting)
		failures_add(&resources->failures, "at least one resource must be specified to use a selector");
	else
		failures_add(&resources->failures, "You must provide one or more resources by argument or filename.\n"
			"Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n"
			"   '<resource> <name>'\n   '<resource>'");
	resources->nonsense = resources->failures.list.n && !finder.looked;
	if (*subresource)
		subresource_take(resources, subresource);
	forget_components(&finder);
}
