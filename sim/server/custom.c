/*
 * A custom resource is held against its schema in three goes: types and limits, uniqueness in lists, and, when nothing
 * stands in the way, the rules.  Fields are visited in the order of their names; the real server's order is that of a
 * Go map.  Follows k8s.io/kube-openapi/pkg/validation/validate (type.go, validator.go, slice_validator.go,
 * object_validator.go, schema_props.go), and of k8s.io/apiextensions-apiserver pkg/apiserver/validation/validation.go,
 * pkg/apiserver/schema/listtype/validation.go, pkg/apiserver/schema/cel/validation.go and
 * pkg/registry/customresource/strategy.go.
 */
#include "server/custom.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/structural.h"
#include "base/clock.h"
#include "base/ip.h"
#include "base/rex.h"
#include "base/utf8.h"

#define TYPE_MAX 96

struct check {
	struct status *status;
	bool blocked;	/* an error that keeps the rules from being looked at */
};

/* A value in the object, with its schema. */
struct node {
	const struct place *place;	/* NULL: the object itself */
	const char *type, *owner, *field;	/* field "x[]": an element of owner.x */
	struct custom_value value;
};

struct visitor {
	void (*enter)(struct check *check, const struct node *node);
	/* When all below was visited; may be NULL. */
	void (*leave)(struct check *check, const struct node *node);
};

/* ---- the walk ---- */

static void visit(struct check *check, const struct visitor *visitor, const struct node *node);

static void
visit_fields(struct check *check, const struct visitor *visitor, const struct node *node)
{
	size_t n;
	const struct schema_field *fields = schema_fields(node->type, &n);

	for (size_t i = 0; i < n; i++) {
		const char *name = fields[i].name;
		const struct place place = { node->place, name, 0 };
		const struct node at = { &place, fields[i].type, node->type, name,
			{ value_get(node->value.self, name), value_get(node->value.old, name) } };

		if (at.value.self && (node->place || strcmp(name, "metadata") != 0))
			visit(check, visitor, &at);
	}
}

/* What an element was before is not known: no rule of a list's elements asks. */
static void
visit_elements(struct check *check, const struct visitor *visitor, const struct node *node)
{
	const struct value *self = node->value.self;
	char *field = xasprintf("%s[]", node->field), element[TYPE_MAX];

	schema_element(node->type, element, sizeof element);
	for (size_t i = 0; i < value_count(self); i++) {
		bool map = self->type == VALUE_MAP;
		const struct place place = { node->place, map ? self->map.v[i].key : NULL, i };
		const struct node at = {
			&place, element, node->owner, field, {map ? self->map.v[i].value : value_at(self, i), NULL}};

		visit(check, visitor, &at);
	}
	free(field);
}

static bool
is_struct(const struct node *node)
{
	return node->value.self->type == VALUE_MAP && schema_is_struct(node->type);
}

static bool
has_elements(const struct node *node)
{
	enum value_type found = node->value.self->type;

	return (found == VALUE_LIST && schema_is_list(node->type)) || (found == VALUE_MAP && schema_is_map(node->type));
}

/* What stood there before may stand there now, whatever is wrong with it: CRDValidationRatcheting. */
static bool
is_unchanged(const struct node *node)
{
	return node->value.old && value_equal(node->value.self, node->value.old);
}

static void
visit(struct check *check, const struct visitor *visitor, const struct node *node)
{
	if (is_unchanged(node))
		return;
	visitor->enter(check, node);
	if (is_struct(node))
		visit_fields(check, visitor, node);
	else if (has_elements(node))
		visit_elements(check, visitor, node);
	if (visitor->leave)
		visitor->leave(check, node);
}

/* ---- types and limits ---- */

/* The type in the words of JSON schema. */
static const char *
json_type(const char *type)
{
	if (schema_is_list(type))
		return "array";
	if (schema_is_map(type) || schema_is_struct(type))
		return "object";
	if (str_starts(type, "integer"))
		return "integer";
	return strcmp(type, "boolean") == 0 ? "boolean" : "string";
}

/* "int32", "date-time"; "" without one. */
static const char *
format_of(const char *type)
{
	const char *colon = strchr(type, ':');

	if (colon)
		return colon + 1;
	return strcmp(type, "meta.v1.Time") == 0 ? "date-time" : "";
}

/* What the validator takes a value for: its type, and its format where that is asked for. */
static const struct {
	const char *type, *format;
} found_types[] = {
	[VALUE_NULL] = { "null", "" },
	[VALUE_BOOL] = { "boolean", "" },
	[VALUE_INT] = { "integer", "int64" },
	[VALUE_FLOAT] = { "number", "float64" },
	[VALUE_STRING] = { "string", "" },
	[VALUE_LIST] = { "array", "" },
	[VALUE_MAP] = { "object", "" },
};

/* "spec.x in body " and the sentence. */
static void
refuse(struct check *check, const struct place *place, const char *shown, const char *fmt, ...) PRINTF_LIKE(4, 5);

static void
refuse(struct check *check, const struct place *place, const char *shown, const char *fmt, ...)
{
	char *path = place_text(place);
	struct str detail = STR_INIT;
	va_list args;

	str_addf(&detail, "%s in body ", path);
	va_start(args, fmt);
	str_vaddf(&detail, fmt, args);
	va_end(args);
	status_invalid_value(check->status, path, shown, detail.buf);
	str_release(&detail);
	free(path);
}

static void
refuse_value(struct check *check, const struct place *place, const struct value *value, const char *sentence)
{
	char *shown = status_value_text(value);

	refuse(check, place, shown, "%s", sentence);
	free(shown);
}

static bool
check_type(struct check *check, const struct place *place, const char *type, const struct value *value)
{
	const char *wanted = json_type(type), *format = format_of(type), *found = found_types[value->type].type;
	char *shown;

	if (strcmp(wanted, found) == 0)
		return true;
	if (*format && value->type != VALUE_NULL && value->type != VALUE_STRING && value->type != VALUE_LIST) {
		wanted = format;
		found = found_types[value->type].format;
	}
	shown = xasprintf("\"%s\"", found);
	refuse(check, place, shown, "must be of type %s: %s", wanted, shown);
	check->blocked = true;
	free(shown);
	return false;
}

static void
check_enum(struct check *check, const struct place *place, const char *values, const struct value *value)
{
	const char *words[16];
	char *copy = xstrdup(values), *rest = copy, *shown = status_value_text(value);
	size_t n = 0, len = strlen(shown);
	bool quoted = *shown == '"', known = false;

	while (*rest && n < sizeof words / sizeof *words - 1) {
		size_t word = strcspn(rest, ",");
		bool last = !rest[word];

		rest[word] = '\0';
		words[n++] = rest;
		known |= word + 2 * quoted == len && !memcmp(shown + quoted, rest, word);
		rest += word + !last;
	}
	words[n] = NULL;
	if (!known) {
		place_unsupported(check->status, place, NULL, shown, words);
		check->blocked = true;
	}
	free(shown);
	free(copy);
}

static void
check_string(
	struct check *check, const struct place *place, const struct structural_limit *limit, const struct value *value)
{
	int64_t len = (int64_t)utf8_count(value->string.text);
	char *sentence;

	if (limit->most != STRUCTURAL_ANY && len > limit->most) {
		place_too_long(check->status, place, NULL, (int)limit->most);
		check->blocked = true;
		return;
	}
	if (limit->least != STRUCTURAL_ANY && len < limit->least)
		sentence = xasprintf("should be at least %lld chars long", (long long)limit->least);
	else if (limit->pattern && !rex_search(limit->pattern, value->string.text))
		sentence = xasprintf("should match '%s'", limit->pattern);
	else
		return;
	refuse_value(check, place, value, sentence);
	free(sentence);
}

static void
check_number(
	struct check *check, const struct place *place, const struct structural_limit *limit, const struct value *value)
{
	char *sentence;

	if (limit->most != STRUCTURAL_ANY && value->integer > limit->most)
		sentence = xasprintf("should be less than or equal to %lld", (long long)limit->most);
	else if (limit->least != STRUCTURAL_ANY && value->integer < limit->least)
		sentence = xasprintf("should be greater than or equal to %lld", (long long)limit->least);
	else
		return;
	refuse_value(check, place, value, sentence);
	free(sentence);
}

static void
check_count(
	struct check *check, const struct place *place, const struct structural_limit *limit, const struct value *value)
{
	int64_t n = (int64_t)value_count(value);
	char shown[24];

	snprintf(shown, sizeof shown, "%lld", (long long)n);
	if (limit->least != STRUCTURAL_ANY && n < limit->least)
		refuse(check, place, shown, "should have at least %lld items", (long long)limit->least);
	if (limit->most != STRUCTURAL_ANY && n > limit->most) {
		place_too_many(check->status, place, NULL, (size_t)n, (int)limit->most);
		check->blocked = true;
	}
}

static bool
is_address_of(const char *text, enum ip_family family)
{
	struct ip ip;

	return ip_parse(text, &ip) && ip.family == family;
}

/* The one oneOf of these schemas: an IPAddress is of the format ipv4 or ipv6. */
static void
check_address(struct check *check, const struct place *place, const struct value *address)
{
	const char *type = value_get_text(address, "type"), *text = value_get_text(address, "value");
	const struct place at = { place, "value", 0 };
	char *path, *detail;

	if (!type || strcmp(type, "IPAddress") != 0 || !text || is_address_of(text, IP_V4) ||
		is_address_of(text, IP_V6))
		return;
	path = place_text(place);
	detail = xasprintf("\"%s\" must validate one and only one schema (oneOf). Found none valid", path);
	status_invalid_value(check->status, "<nil>", "\"\"", detail);
	free(detail);
	detail = xasprintf("\"%s.value\" must validate at least one schema (anyOf)", path);
	status_invalid_value(check->status, "<nil>", "\"\"", detail);
	free(detail);
	free(path);
	detail = xasprintf("must be of type ipv4: \"%s\"", text);
	refuse_value(check, &at, value_get(address, "value"), detail);
	free(detail);
	check->blocked = true;
}

static void
check_required(struct check *check, const struct node *node)
{
	size_t n;
	const struct schema_field *fields = schema_fields(node->type, &n);

	for (size_t i = 0; i < n; i++) {
		if (!*fields[i].required || value_get(node->value.self, fields[i].name))
			continue;
		place_required(check->status, node->place, fields[i].name, NULL);
		check->blocked = true;
	}
}

static bool
is_address(const char *type)
{
	return strcmp(type, "gateway.v1.GatewayAddress") == 0 || strcmp(type, "gateway.v1.GatewayStatusAddress") == 0;
}

static void
enter_schema(struct check *check, const struct node *node)
{
	const struct structural_limit *limit = node->place ? structural_limit(node->owner, node->field) : NULL;
	const struct value *value = node->value.self;
	char *format;

	if (!node->place)
		return;
	if (check_type(check, node->place, node->type, value)) {
		if (is_address(node->type))
			check_address(check, node->place, value);
		if (limit && value->type == VALUE_STRING)
			check_string(check, node->place, limit, value);
		if (limit && value->type == VALUE_INT)
			check_number(check, node->place, limit, value);
		if (strcmp(node->type, "meta.v1.Time") == 0 && !clock_parse(value->string.text, &(int64_t){ 0 })) {
			format = xasprintf("must be of type date-time: \"%s\"", value->string.text);
			refuse_value(check, node->place, value, format);
			check->blocked = true;
			free(format);
		}
	}
	if (limit && limit->values)
		check_enum(check, node->place, limit->values, value);
}

static void
leave_schema(struct check *check, const struct node *node)
{
	const struct structural_limit *limit = node->place ? structural_limit(node->owner, node->field) : NULL;

	if (is_struct(node))
		check_required(check, node);
	else if (limit && has_elements(node))
		check_count(check, node->place, limit, node->value.self);
}

/* ---- lists whose elements differ ---- */

/* The keys of an element of a list of type map, or the element of a set. */
static struct value *
identity(struct arena *arena, const char *keys, const struct value *element)
{
	struct value *map = value_map(arena);

	if (!*keys)
		return value_copy(arena, element);
	while (*keys) {
		size_t len = strcspn(keys, ",");
		char *key = arena_strndup(arena, keys, len);
		struct value *value = element->type == VALUE_MAP ? value_get(element, key) : NULL;

		if (value)
			value_set(arena, map, key, value);
		keys += len + (keys[len] == ',');
	}
	return map;
}

/* As %#v prints a map[string]interface {}, or a text. */
static char *
identity_text(const struct value *identity)
{
	struct str text = STR_INIT;
	char *shown;

	if (identity->type != VALUE_MAP)
		return status_value_text(identity);
	str_add(&text, "map[string]interface {}{");
	for (size_t i = 0; i < identity->map.n; i++) {
		shown = status_value_text(identity->map.v[i].value);
		str_addf(&text, "%s\"%s\":%s", i ? ", " : "", identity->map.v[i].key, shown);
		free(shown);
	}
	str_addch(&text, '}');
	return str_detach(&text);
}

/* The second of those that are the same is told, and no more. */
static void
enter_unique(struct check *check, const struct node *node)
{
	const struct schema_field *field = node->place ? schema_field(node->owner, node->field) : NULL;
	const struct value *list = node->value.self;
	bool map = field && str_starts(field->list, "map:");
	struct arena arena = ARENA_INIT;
	value_vec seen = VEC_INIT;

	if (list->type != VALUE_LIST || !field || (!map && strcmp(field->list, "set") != 0))
		return;
	for (size_t i = 0; i < list->list.n; i++) {
		const struct place at = { node->place, NULL, i };
		struct value *own = identity(&arena, map ? field->list + 4 : "", list->list.v[i]);
		size_t same = 0;

		for (size_t j = 0; j < seen.n; j++)
			same += value_equal(seen.v[j], own);
		if (same == 1) {
			char *shown = identity_text(own);

			place_duplicate(check->status, &at, NULL, shown);
			free(shown);
		}
		*vec_push(&seen) = own;
	}
	vec_release(&seen);
	arena_release(&arena);
}

/* ---- rules ---- */

static void
enter_rules(struct check *check, const struct node *node)
{
	if (!node->place)
		return;
	if (is_struct(node))
		gateway_rules_check(check->status, node->place, node->type, "", "object", &node->value);
	else
		gateway_rules_check(
			check->status, node->place, node->owner, node->field, json_type(node->type), &node->value);
}

static void
validate(struct change *change)
{
	static const struct visitor schema = { enter_schema, leave_schema }, unique = { enter_unique, NULL },
		rules = { enter_rules, NULL };
	struct check check = { change->status, false };
	const struct node whole = { NULL, change->request->kind->type, NULL, NULL, { change->new, change->old } };

	if (change->newer)
		return;
	visit(&check, &schema, &whole);
	visit(&check, &unique, &whole);
	if (check.blocked)
		status_invalid_value(change->status, "<nil>", "\"null\"",
			"some validation rules were not checked because the "
			"object was invalid; correct the existing errors to complete validation");
	else
		visit(&check, &rules, &whole);
}

/* ---- strategies ---- */

static void
defaults(struct arena *arena, struct value *object)
{
	const struct kind *kind = kind_by_gvk(value_get_text(object, "apiVersion"), value_get_text(object, "kind"));

	structural_default(kind->type, arena, object);
}

#define STRATEGY(name) { .kind = name, .defaults = defaults, .validate = validate, .validate_status = validate }
const struct strategy strategy_gateway = STRATEGY("Gateway"), strategy_gatewayclass = STRATEGY("GatewayClass"),
		      strategy_grpcroute = STRATEGY("GRPCRoute"), strategy_httproute = STRATEGY("HTTPRoute"),
		      strategy_referencegrant = STRATEGY("ReferenceGrant");
