/*
 * CustomResourceDefinitions.  The server has tables for the kinds of the Gateway API only (schema/gateway.def): such a
 * kind is served while its CRD is there, by those tables, whatever schema the CRD brings; other CRDs are kept, and
 * creating one warns that no objects of it can be.  Names are accepted and the CRD is established at once, where the
 * real server takes a moment.  Follows k8s.io/apiextensions-apiserver pkg/apis/apiextensions (v1/defaults.go,
 * validation/validation.go), pkg/registry/customresourcedefinition/strategy.go,
 * pkg/controller/status/naming_controller.go and pkg/controller/establish.
 */
#include "server/strategy.h"

#include <stdlib.h>
#include <string.h>

#include "api/printer_columns.h"
#include "api/structural.h"
#include "server/place.h"

#define BUNDLE "v1.2.1"
#define APPROVED "api-approved.kubernetes.io"
#define APPROVAL "https://github.com/kubernetes-sigs/gateway-api/pull/3328"

/* ---- which kinds are served ---- */

bool
server_serves(const struct server *server, const struct kind *kind)
{
	char name[96];

	return !kind->custom ||
		store_get(server->store, kind_by_kind("CustomResourceDefinition"), "", kind_resource(kind, name));
}

/* The kind that a CRD makes; NULL: one that there are no tables of. */
static const struct kind *
kind_of_crd(const struct value *crd)
{
	const char *name = value_get_text(value_get(crd, "metadata"), "name");
	char resource[96];

	for (const struct kind *kind = kinds; kind->kind; kind++)
		if (kind->custom && name && strcmp(kind_resource(kind, resource), name) == 0)
			return kind;
	return NULL;
}

/* ---- strategy ---- */

static void
set_default_text(struct arena *arena, struct value *map, const char *field, const char *text)
{
	const char *found = value_get_text(map, field);

	if (!found || !*found)
		value_set_text(arena, map, field, text);
}

static void
crd_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec"), *names = value_make_map(arena, spec, "names");
	const char *kind = value_get_text(names, "kind");
	char *lower;

	if (kind && *kind) {
		lower = arena_strdup(arena, kind);
		for (char *c = lower; *c; c++)
			*c = (char)ascii_tolower((unsigned char)*c);
		set_default_text(arena, names, "singular", lower);
		set_default_text(arena, names, "listKind", arena_printf(arena, "%sList", kind));
	}
	if (!value_get(spec, "conversion"))
		value_set_text(arena, value_make_map(arena, spec, "conversion"), "strategy", "None");
}

static const struct value *
storage_version(const struct value *spec)
{
	const struct value *versions = value_get(spec, "versions");

	for (size_t i = 0; i < value_count(versions); i++)
		if (value_get_bool(value_at(versions, i), "storage", false))
			return value_at(versions, i);
	return NULL;
}

static void
add_condition(
	struct change *change, struct value *conditions, const char *type, const char *reason, const char *message)
{
	struct value *condition = value_map(change->arena);
	char when[CLOCK_TEXT];

	value_set_text(change->arena, condition, "lastTransitionTime", clock_format(change->server->clock.now, when));
	value_set_text(change->arena, condition, "message", message);
	value_set_text(change->arena, condition, "reason", reason);
	value_set_text(change->arena, condition, "status", "True");
	value_set_text(change->arena, condition, "type", type);
	value_append(change->arena, conditions, condition);
}

static void
crd_prepare(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec"), *storage = storage_version(spec);
	struct value *status = value_make_map(change->arena, change->new, "status"), *conditions, *stored;

	value_set(change->arena, status, "acceptedNames", value_copy(change->arena, value_get(spec, "names")));
	if (change->old)
		return;
	conditions = value_list(change->arena);
	stored = value_list(change->arena);
	add_condition(change, conditions, "NamesAccepted", "NoConflicts", "no conflicts found");
	add_condition(
		change, conditions, "Established", "InitialNamesAccepted", "the initial names have been accepted");
	if (storage && value_get_text(storage, "name"))
		value_append(change->arena, stored, value_string(change->arena, value_get_text(storage, "name")));
	value_set(change->arena, status, "conditions", conditions);
	value_set(change->arena, status, "storedVersions", stored);
}

static void
check_group(struct status *status, const struct value *spec)
{
	const char *group = value_get_text(spec, "group");
	struct str said = STR_INIT;

	if (!group || !*group) {
		status_required(status, "spec.group", NULL);
	} else if (check_dns1123_subdomain(group, &said)) {
		str_truncate(&said, said.len - 1);
		status_add_invalid(status, "spec.group", value_get(spec, "group"), said.buf);
	} else if (!strchr(group, '.')) {
		status_add_invalid(
			status, "spec.group", value_get(spec, "group"), "should be a domain with at least one dot");
	}
	str_release(&said);
}

static void
check_versions(struct status *status, const struct value *versions)
{
	static const struct place place = { NULL, "spec.versions", 0 };

	for (size_t i = 0; i < value_count(versions); i++) {
		const struct place at = { &place, NULL, i };
		const struct value *version = value_at(versions, i);

		if (!value_get(value_get(version, "schema"), "openAPIV3Schema"))
			place_required(status, &at, "schema.openAPIV3Schema", "schemas are required");
	}
	for (size_t i = 0; i < value_count(versions); i++) {
		const struct place at = { &place, NULL, i };

		place_check_joined(status, &at, "name", value_at(versions, i), "name", check_dns1035_label);
	}
}

static void
check_names(struct status *status, const struct value *names)
{
	static const char *const needed[] = { "plural", "singular", "kind", "listKind" };
	static const struct place place = { NULL, "spec.names", 0 };

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!place_has_text(names, needed[i]))
			place_required(status, &place, needed[i], NULL);
}

static bool
is_protected(const char *group)
{
	return group && (str_ends(group, ".k8s.io") || str_ends(group, ".kubernetes.io") || !strcmp(group, "k8s.io") ||
		!strcmp(group, "kubernetes.io"));
}

static void
crd_validate(struct change *change)
{
	static const char *const scopes[] = { "Cluster", "Namespaced", NULL };
	const struct value *spec = value_get(change->new, "spec"), *names = value_get(spec, "names"),
			   *meta = value_get(change->new, "metadata");
	const char *group = value_get_text(spec, "group"), *plural = value_get_text(names, "plural");
	char *name = xasprintf("%s.%s", plural ? plural : "", group ? group : "");

	if (strcmp(name, value_get_text(meta, "name")) != 0)
		status_add_invalid(change->status, "metadata.name", value_get(meta, "name"),
			"must be spec.names.plural+\".\"+spec.group");
	free(name);
	check_group(change->status, spec);
	validate_word(change->status, "spec.scope", value_get(spec, "scope"), scopes, true);
	check_versions(change->status, value_get(spec, "versions"));
	check_names(change->status, names);
	if (is_protected(group) && !place_has_text(value_get(meta, "annotations"), APPROVED))
		status_required(change->status, "metadata.annotations[" APPROVED "]",
			"protected groups must have approval annotation "
			"\"" APPROVED "\", see https://github.com/kubernetes/enhancements/pull/1111");
}

static void
crd_warn(const struct change *change)
{
	if (!change->old && !kind_of_crd(change->new))
		status_warn(change->status,
			"the definition is kept, but this cluster is a simulation that has objects of the "
			"Gateway API's kinds only");
}

/* The objects go with their definition. */
static void
crd_deleted(struct server *server, const struct object *object)
{
	const struct kind *kind = kind_of_crd(object->root);
	const struct object *const *list;
	size_t n = SIZE_MAX, before = 0;

	while (kind && n != before) { /* what has finalizers stays */
		before = n;
		list = store_list(server->store, kind, NULL, &n);
		if (n)
			server_remove(server, list[0]);
	}
}

const struct strategy strategy_crd = {
	.kind = "CustomResourceDefinition",
	.defaults = crd_defaults,
	.prepare = crd_prepare,
	.validate = crd_validate,
	.deleted = crd_deleted,
	.warn = crd_warn,
};

/* ---- the definitions of the Gateway API ---- */

static struct value *schema_of(struct arena *arena, const char *type, const char *owner, const char *field);

static void
add_object(struct arena *arena, struct value *schema, const char *type)
{
	size_t n;
	const struct schema_field *fields = schema_fields(type, &n);
	struct value *properties = value_make_map(arena, schema, "properties"), *required = NULL;

	for (size_t i = 0; i < n; i++) {
		value_set(arena, properties, fields[i].name, schema_of(arena, fields[i].type, type, fields[i].name));
		if (*fields[i].required) {
			required = value_make_list(arena, schema, "required");
			value_append(arena, required, value_string(arena, fields[i].name));
		}
	}
	value_set_text(arena, schema, "type", "object");
}

/* The names of a limit in a schema, by the type of what is limited. */
static const struct {
	const char *type, *least, *most;
} limit_names[] = {
	{ "array", "minItems", "maxItems" },
	{ "integer", "minimum", "maximum" },
	{ "object", "minProperties", "maxProperties" },
	{ "string", "minLength", "maxLength" },
};

static void
add_words(struct arena *arena, struct value *schema, const char *words, bool numbers)
{
	struct value *list = value_make_list(arena, schema, "enum");

	while (*words) {
		size_t len = strcspn(words, ",");

		value_append(arena, list, numbers ? value_int(arena, strtol(words, NULL, 10)) :
			value_string(arena, arena_strndup(arena, words, len)));
		words += len + (words[len] == ',');
	}
}

static void
add_limit(struct arena *arena, struct value *schema, const struct structural_limit *limit)
{
	const char *type = value_get_text(schema, "type");

	if (limit->pattern)
		value_set_text(arena, schema, "pattern", limit->pattern);
	if (limit->values)
		add_words(arena, schema, limit->values, strcmp(type, "integer") == 0);
	for (size_t i = 0; i < sizeof limit_names / sizeof *limit_names; i++) {
		if (strcmp(limit_names[i].type, type) != 0)
			continue;
		if (limit->least != STRUCTURAL_ANY)
			value_set_int(arena, schema, limit_names[i].least, limit->least);
		if (limit->most != STRUCTURAL_ANY)
			value_set_int(arena, schema, limit_names[i].most, limit->most);
	}
}

static void
add_list_type(struct arena *arena, struct value *schema, const char *list)
{
	const char *keys = strchr(list, ':');

	if (!*list)
		return;
	value_set_text(arena, schema, "x-kubernetes-list-type", arena_strndup(arena, list, strcspn(list, ":")));
	if (keys)
		value_append(arena, value_make_list(arena, schema, "x-kubernetes-list-map-keys"),
			value_string(arena, keys + 1));
}

static void
add_scalar(struct arena *arena, struct value *schema, const char *type)
{
	const char *colon = strchr(type, ':');

	if (strcmp(type, "meta.v1.Time") == 0) {
		value_set_text(arena, schema, "format", "date-time");
		type = "string";
	}
	if (colon)
		value_set_text(arena, schema, "format", colon + 1);
	value_set_text(arena, schema, "type", arena_strndup(arena, type, strcspn(type, ":")));
}

/* The schema of a type where it stands, as the definition published it but for descriptions and rules. */
static struct value *
schema_of(struct arena *arena, const char *type, const char *owner, const char *field)
{
	struct value *schema = value_map(arena);
	const struct schema_field *row = owner ? schema_field(owner, field) : NULL;
	const struct structural_limit *limit = owner ? structural_limit(owner, field) : NULL;
	char buf[96];

	if (schema_element(type, buf, sizeof buf)) {
		value_set(arena, schema, schema_is_list(type) ? "items" : "additionalProperties",
			schema_of(arena, buf, owner, arena_printf(arena, "%s[]", field)));
		value_set_text(arena, schema, "type", schema_is_list(type) ? "array" : "object");
	} else if (strcmp(type, "meta.v1.ObjectMeta") == 0) {
		value_set_text(arena, schema, "type", "object");
	} else if (schema_is_struct(type)) {
		add_object(arena, schema, type);
	} else {
		add_scalar(arena, schema, type);
	}
	if (limit)
		add_limit(arena, schema, limit);
	if (row) {
		add_list_type(arena, schema, row->list);
		structural_add_default(arena, row, schema, "default");
	}
	return schema;
}

static const struct printer_column {
	const char *kind, *type, *name, *path;
	int priority;
} printer_columns[] = {
#define COLUMN(type, name, path, priority) { KIND, #type, name, path, priority },
#define KIND "Gateway"
	PRINTER_COLUMNS_GATEWAY(COLUMN)
#undef KIND
#define KIND "GatewayClass"
	PRINTER_COLUMNS_GATEWAYCLASS(COLUMN)
#undef KIND
#define KIND "GRPCRoute"
	PRINTER_COLUMNS_GRPCROUTE(COLUMN)
#undef KIND
#define KIND "HTTPRoute"
	PRINTER_COLUMNS_HTTPROUTE(COLUMN)
#undef KIND
#define KIND "ReferenceGrant"
	PRINTER_COLUMNS_REFERENCEGRANT(COLUMN)
#undef KIND
#undef COLUMN
};

static void
add_columns(struct arena *arena, struct value *version, const char *kind)
{
	struct value *list = value_make_list(arena, version, "additionalPrinterColumns");

	for (size_t i = 0; i < sizeof printer_columns / sizeof *printer_columns; i++) {
		const struct printer_column *column = &printer_columns[i];
		struct value *item = value_map(arena);

		if (strcmp(column->kind, kind) != 0)
			continue;
		value_set_text(arena, item, "jsonPath", column->path);
		value_set_text(arena, item, "name", column->name);
		if (column->priority)
			value_set_int(arena, item, "priority", column->priority);
		value_set_text(arena, item, "type", column->type);
		value_append(arena, list, item);
	}
}

static void
add_version(struct arena *arena, struct value *spec, const struct kind *kind, const char *name, bool storage)
{
	struct value *version = value_map(arena);

	add_columns(arena, version, kind->kind);
	value_set_text(arena, version, "name", name);
	value_set(arena, value_make_map(arena, version, "schema"), "openAPIV3Schema",
		schema_of(arena, kind->type, NULL, NULL));
	value_set_bool(arena, version, "served", true);
	value_set_bool(arena, version, "storage", storage);
	if (schema_field(kind->type, "status"))
		value_make_map(arena, value_make_map(arena, version, "subresources"), "status");
	value_append(arena, value_make_list(arena, spec, "versions"), version);
}

static struct value *
definition_of(struct arena *arena, const struct kind *kind)
{
	struct value *crd = value_map(arena), *meta = value_make_map(arena, crd, "metadata"), *annotations, *spec,
		     *names;
	char name[96];

	value_set_text(arena, crd, "apiVersion", "apiextensions.k8s.io/v1");
	value_set_text(arena, crd, "kind", "CustomResourceDefinition");
	value_set_text(arena, meta, "name", kind_resource(kind, name));
	annotations = value_make_map(arena, meta, "annotations");
	value_set_text(arena, annotations, APPROVED, APPROVAL);
	value_set_text(arena, annotations, "gateway.networking.k8s.io/bundle-version", BUNDLE);
	value_set_text(arena, annotations, "gateway.networking.k8s.io/channel", "standard");
	spec = value_make_map(arena, crd, "spec");
	value_set_text(arena, spec, "group", kind->group);
	names = value_make_map(arena, spec, "names");
	value_append(arena, value_make_list(arena, names, "categories"), value_string(arena, kind->categories));
	value_set_text(arena, names, "kind", kind->kind);
	value_set_text(arena, names, "listKind", arena_printf(arena, "%sList", kind->kind));
	value_set_text(arena, names, "plural", kind->plural);
	if (*kind->shorts)
		value_append(arena, value_make_list(arena, names, "shortNames"), value_string(arena, kind->shorts));
	value_set_text(arena, names, "singular", kind->singular);
	value_set_text(arena, spec, "scope", kind->namespaced ? "Namespaced" : "Cluster");
	add_version(arena, spec, kind, kind->version, true);
	if (*kind->also)
		add_version(arena, spec, kind, kind->also, false);
	return crd;
}

void
server_install_gateway_api(struct server *server)
{
	struct arena arena = ARENA_INIT;

	for (const struct kind *kind = kinds; kind->kind; kind++)
		if (!server_serves(server, kind))
			server_create(
				server, kind_by_kind("CustomResourceDefinition"), "", definition_of(&arena, kind));
	arena_release(&arena);
}
