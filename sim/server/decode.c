/*
 * From what a client sent to a tree of the kind's type.  A body is decoded strictly or with warnings; a patch is
 * applied to the stored object and the result decoded, and there the wording depends on the patch: a strategic one
 * goes through the unstructured converter, the others through the JSON decoder.  Follows
 * k8s.io/apiserver/pkg/endpoints/handlers/{create,patch}.go and k8s.io/apimachinery/pkg/runtime/converter.go.
 */
#include "server/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "api/patch.h"
#include "api/structural.h"
#include "api/yaml.h"
#include "base/json_out.h"
#include "server/managed_view.h"
#include "server/managedfields.h"

#define STRICT "strict decoding error: "
#define ELEMENT_ORDER "$setElementOrder/"

/* A tree of the kind's type from one of any. */
static int
read_tree(const struct kind *kind, const struct value *tree, struct arena *arena, struct value **out,
	schema_findings *unknown, struct err *err)
{
	char version[64];

	if (!kind->custom)
		return schema_decode(kind->type, tree, arena, out, unknown, err);
	if (structural_decode(kind->type, tree, arena, out, unknown, err))
		return -1;
	/* its versions differ in nothing else */
	value_set_text(arena, *out, "apiVersion", kind_api_version(kind, version));
	return 0;
}

/* The end of all decoding. */
static void
set_defaults(struct change *change)
{
	const struct strategy *strategy = strategy_of(change->request->kind);

	managed_pack(change->arena, change->new);
	if (strategy && strategy->defaults)
		strategy->defaults(change->arena, change->new);
}

static char *
join(const schema_findings *findings)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < findings->n; i++)
		str_addf(&text, "%s%s", i ? ", " : "", findings->v[i]);
	return str_detach(&text);
}

/* The fields that no one knows, when they are no error. */
static void
warn_unknown(struct change *change, const schema_findings *unknown)
{
	for (size_t i = 0; !change->request->ignore_unknown && i < unknown->n; i++)
		status_warn(change->status, "%s", unknown->v[i]);
}

static int
refuse_body(struct change *change, const struct kind *wanted, const char *kind, const char *text)
{
	return status_set(change->status, STATUS_BAD_REQUEST, "%s in version \"%s\" cannot be handled as a %s: %s",
		kind, wanted->version, wanted->kind, text);
}

static int
check_type(struct change *change, const struct kind *wanted)
{
	const struct value *body = change->request->body;
	const char *kind = value_get_text(body, "kind"), *api_version = value_get_text(body, "apiVersion");
	char expected[64], *text;
	int failed;

	if (kind && strcmp(kind, wanted->kind)) {
		text = xasprintf("no kind \"%s\" is registered for version \"%s\" in scheme "
				 "\"pkg/api/legacyscheme/scheme.go:30\"",
			kind, kind_api_version(wanted, expected));
		failed = refuse_body(change, wanted, kind, text);
		free(text);
		return failed;
	}
	if (api_version && !change->newer && !kind_has_version(wanted, api_version))
		return status_set(change->status, STATUS_BAD_REQUEST,
			"the API version in the data (%s) does not match the expected API version (%s)", api_version,
			kind_api_version(wanted, expected));
	return 0;
}

int
decode_as(struct change *change, const struct kind *kind, struct value **out)
{
	schema_findings unknown = VEC_INIT;
	struct err err = ERR_INIT;
	char version[64], *list, *text;
	int failed = check_type(change, kind);

	if (failed)
		return -1;
	if (read_tree(kind, change->request->body, change->arena, out, change->newer ? NULL : &unknown, &err)) {
		failed = refuse_body(change, kind, kind->kind, err.text);
		err_release(&err);
	} else if (unknown.n && change->request->strict && !change->request->as_stored) {
		list = join(&unknown);
		text = xasprintf(STRICT "%s", list);
		failed = refuse_body(change, kind, kind->kind, text);
		free(text);
		free(list);
	} else {
		warn_unknown(change, &unknown);
		value_set_text(change->arena, *out, "apiVersion", kind_api_version(kind, version));
		value_set_text(change->arena, *out, "kind", kind->kind);
	}
	schema_findings_release(&unknown);
	return failed;
}

int
decode_body(struct change *change)
{
	if (decode_as(change, change->request->kind, &change->new))
		return -1;
	if (change->request->as_stored) {
		managed_pack(change->arena, change->new);
	} else {
		set_defaults(change);
		managed_update(change);
	}
	return 0;
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct value_entry *)a)->key, ((const struct value_entry *)b)->key);
}

static void print_go(const struct value *value, struct str *out);

/* Lists that have an element order are gone from the patch, with the order, by the time the server words its error. */
static bool
is_consumed(const struct value *map, const char *key)
{
	char *order = xasprintf(ELEMENT_ORDER "%s", key);
	bool consumed = str_starts(key, ELEMENT_ORDER) || value_get(map, order);

	free(order);
	return consumed;
}

static void
print_go_map(const struct value *map, struct str *out)
{
	struct value_entry *sorted = xcalloc(map->map.n + 1, sizeof *sorted);
	const char *blank = "";

	if (map->map.n)
		memcpy(sorted, map->map.v, map->map.n * sizeof *sorted);
	qsort(sorted, map->map.n, sizeof *sorted, compare_keys);
	str_add(out, "map[");
	for (size_t i = 0; i < map->map.n; i++) {
		if (is_consumed(map, sorted[i].key))
			continue;
		str_addf(out, "%s%s:", blank, sorted[i].key);
		print_go(sorted[i].value, out);
		blank = " ";
	}
	str_addch(out, ']');
	free(sorted);
}

/* As %v prints a decoded JSON value. */
static void
print_go(const struct value *value, struct str *out)
{
	switch (value->type) {
	case VALUE_NULL:
		str_add(out, "<nil>");
		break;
	case VALUE_STRING:
		str_addn(out, value->string.text, value->string.len);
		break;
	case VALUE_MAP:
		print_go_map(value, out);
		break;
	case VALUE_LIST:
		str_addch(out, '[');
		for (size_t i = 0; i < value->list.n; i++) {
			str_add(out, i ? " " : "");
			print_go(value->list.v[i], out);
		}
		str_addch(out, ']');
		break;
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_FLOAT:
		json_write(value, 0, out);
		break;
	}
}

/* What JSON calls a value, what Go's reflection does. */
static const char *const json_kinds[][2] = {
	{ "string", "string" },
	{ "number", "int64" },
	{ "object", "map" },
	{ "array", "slice" },
	{ "bool", "bool" },
};

/* "json: cannot unmarshal string into Go struct field .. of type int32", as the unstructured converter says it. */
static char *
converter_text(const char *text)
{
	static const char head[] = "json: cannot unmarshal ", middle[] = " of type ";
	const char *type = strstr(text, middle), *from = "string", *given;

	if (!str_starts(text, head) || !type)
		return xstrdup(text);
	given = text + sizeof head - 1;
	type += sizeof middle - 1;
	for (size_t i = 0; i < sizeof json_kinds / sizeof *json_kinds; i++) {
		if (str_starts(given, json_kinds[i][0]))
			from = json_kinds[i][1];
	}
	if (str_starts(type, "[]"))
		return xasprintf("cannot restore slice from %s", from);
	if (str_starts(type, "map["))
		return xasprintf("cannot restore map from %s", from);
	if (strchr(type, '.'))
		return xasprintf("cannot restore struct from: %s", from);
	return xasprintf("unrecognized type: %s", type);
}

static int
refuse_patched(struct change *change, const struct value *patched, const char *text)
{
	bool strategic = change->request->patch_type == PATCH_STRATEGIC;
	char *error = strategic ? converter_text(text) : xstrdup(text);
	struct str shown = STR_INIT, quoted = STR_INIT;

	if (strategic)
		print_go(change->request->body, &shown);
	else
		json_write(managed_view(change->arena, patched, true), 0, &shown);
	json_quote(&quoted, shown.buf, shown.len, false);
	status_invalid_value(change->status, "patch", quoted.buf, error);
	str_release(&quoted);
	str_release(&shown);
	free(error);
	return status_invalid(change->status, NULL, "");
}

/* A JSON patch must be a list of maps, the others a map: what it is instead is refused before anything is patched. */
static int
refuse_shape(struct change *change)
{
	const struct value *body = change->request->body;
	bool list = change->request->patch_type == PATCH_JSON;

	if (body->type != (list ? VALUE_LIST : VALUE_MAP))
		return status_set(change->status, STATUS_BAD_REQUEST,
			"%sjson: cannot unmarshal %s into Go value of type %s",
			change->request->patch_type == PATCH_STRATEGIC ? "" : "error decoding patch: ",
			value_json_kind(body), list ? "[]handlers.jsonPatchOp" : "map[string]interface {}");
	for (size_t i = 0; list && i < value_count(body); i++)
		if (value_at(body, i)->type != VALUE_MAP)
			return status_set(change->status, STATUS_BAD_REQUEST,
				"error decoding patch: json: cannot unmarshal %s into Go value of type "
				"handlers.jsonPatchOp",
				value_json_kind(value_at(body, i)));
	return 0;
}

static void
warn_unknown_members(struct change *change)
{
	static const char *const known[] = { "from", "op", "path", "value" };
	const struct value *body = change->request->body;

	for (size_t i = 0; i < value_count(body); i++) {
		const struct value *operation = value_at(body, i);

		for (size_t j = 0; j < value_count(operation); j++) {
			bool found = false;

			for (size_t k = 0; k < sizeof known / sizeof *known; k++)
				found |= !strcmp(known[k], operation->map.v[j].key);
			if (!found && !change->request->ignore_unknown)
				status_warn(change->status, "json patch unknown field \"[%zu].%s\"", i,
					operation->map.v[j].key);
		}
	}
}

static int
apply_patch(struct change *change, const char *type, const struct value *current, struct value **patched)
{
	const struct request *request = change->request;
	struct err err = ERR_INIT;
	int failed = 0;

	if (request->kind->custom && request->patch_type == PATCH_STRATEGIC)
		return status_set(change->status, STATUS_UNSUPPORTED_MEDIA_TYPE,
			"the body of the request was in an unknown format - accepted media types include: "
			"application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
	if (refuse_shape(change))
		return -1;
	switch (request->patch_type) {
	case PATCH_STRATEGIC:
		failed = patch_strategic(type, current, request->body, change->arena, patched, &err);
		break;
	case PATCH_MERGE:
		failed = patch_merge(current, request->body, change->arena, patched, &err);
		break;
	case PATCH_JSON:
		warn_unknown_members(change);
		failed = patch_json(current, request->body, change->arena, patched, &err);
		break;
	case PATCH_APPLY:
		BUG("what is applied is decoded elsewhere");
	}
	if (failed && request->patch_type == PATCH_JSON)
		status_set(change->status, STATUS_INVALID,
			"the server rejected our request due to an error in our request");
	else if (failed)
		status_set(change->status, err.kind == ERR_INPUT ? STATUS_BAD_REQUEST : STATUS_UNKNOWN, "%s", err.text);
	err_release(&err);
	return failed;
}

int
decode_patched(struct change *change, const struct kind *kind, const struct value *current, struct value **out)
{
	schema_findings unknown = VEC_INIT;
	struct value *patched;
	struct err err = ERR_INIT;
	char version[64], *list, *text;
	int failed;

	if (apply_patch(change, kind->type, current, &patched))
		return -1;
	failed = read_tree(kind, patched, change->arena, out, change->newer ? NULL : &unknown, &err);
	if (failed) {
		refuse_patched(change, patched, err.text);
		err_release(&err);
	} else if (unknown.n && change->request->strict) {
		list = join(&unknown);
		text = xasprintf(STRICT "%s", list);
		failed = refuse_patched(change, patched, text);
		free(text);
		free(list);
	} else {
		warn_unknown(change, &unknown);
		value_set_text(change->arena, *out, "apiVersion", kind_api_version(kind, version));
		value_set_text(change->arena, *out, "kind", kind->kind);
	}
	schema_findings_release(&unknown);
	return failed;
}

int
decode_patch(struct change *change)
{
	if (decode_patched(change, change->request->kind, change->old, &change->new))
		return -1;
	set_defaults(change);
	managed_update(change);
	return 0;
}

int
decode_apply(struct change *change)
{
	const struct kind *kind = change->request->kind;
	schema_findings unknown = VEC_INIT;
	struct managed_apply *applied = NULL;
	struct value *merged = NULL;
	struct err err = ERR_INIT;
	char version[64];
	int failed = 0;

	if (managed_apply(change, &merged, &applied))
		return -1;
	if (read_tree(kind, merged, change->arena, &change->new, change->newer ? NULL : &unknown, &err)) {
		failed = status_set(change->status, STATUS_UNKNOWN,
			"failed to convert new typed object (%s/%s; %s%s, Kind=%s) to object: %s",
			change->request->namespace, change->request->name, *kind->group ? "" : "/",
			kind_api_version(kind, version), kind->kind, err.text);
		err_release(&err);
		change->new = NULL;
	} else {
		set_defaults(change);
	}
	managed_applied(change, applied);
	schema_findings_release(&unknown);
	return failed;
}
