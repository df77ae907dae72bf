/*
 * The x-kubernetes-validations of the Gateway API's standard channel, v1.2.1: one row a rule, with its message and the
 * predicate that stands for its CEL expression.  Rows of one place are in the CRD's order.  What CEL makes of a field
 * that is not there is an error of its own, and a predicate can give it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/rex.h"
#include "base/utf8.h"
#include "server/custom.h"

#define BROKEN ""	/* the rule's message is the error */

#define HOSTNAME "^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
#define PATH "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$"
#define LABEL_KEY \
	"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?" \
	"([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$"
#define PREFIX_MAX 253
#define MATCHES_MAX 128

struct rule {
	const char *owner, *field;	/* field "": each object of type owner */
	const char *message;
	/* NULL when the rule holds, BROKEN, or what CEL says instead of an answer. */
	const char *(*broken)(const struct rule *rule, const struct custom_value *value);
	const char *a, *b;	/* what the predicate is about */
};

#define RULE(name) static const char * \
	name(const struct rule *rule, const struct custom_value *value)

static bool
text_is(const struct value *map, const char *field, const char *text)
{
	const char *found = value_get_text(map, field);

	return found && strcmp(found, text) == 0;
}

/* Whether text is one of the words of a comma list. */
static bool
is_word(const char *text, const char *words)
{
	size_t wanted = strlen(text);

	while (*words) {
		size_t len = strcspn(words, ",");

		if (len == wanted && !memcmp(words, text, len))
			return true;
		words += len + (words[len] == ',');
	}
	return false;
}

/* ---- objects with a type that says which other field is there ---- */

/* a is there only when type is b */
RULE(member_only_of_type)
{
	return value_get(value->self, rule->a) && !text_is(value->self, "type", rule->b) ? BROKEN : NULL;
}

/* .. and has to be there then */
RULE(member_of_type)
{
	return !value_get(value->self, rule->a) && text_is(value->self, "type", rule->b) ? BROKEN : NULL;
}

static size_t
count_of_type(const struct value *list, const char *type)
{
	size_t n = 0;

	for (size_t i = 0; i < value_count(list); i++)
		n += text_is(value_at(list, i), "type", type);
	return n;
}

RULE(not_both_types)
{
	return count_of_type(value->self, rule->a) && count_of_type(value->self, rule->b) ? BROKEN : NULL;
}

RULE(type_once)
{
	return count_of_type(value->self, rule->a) > 1 ? BROKEN : NULL;
}

/* ---- references ---- */

RULE(service_has_port)
{
	(void)rule;
	return text_is(value->self, "group", "") && text_is(value->self, "kind", "Service") &&
		!value_get(value->self, "port") ? BROKEN : NULL;
}

static bool
same_text(const struct value *one, const struct value *other, const char *field)
{
	const char *a = value_get_text(one, field), *b = value_get_text(other, field);

	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool
same_parent(const struct value *one, const struct value *other)
{
	return same_text(one, other, "group") && same_text(one, other, "kind") && same_text(one, other, "name") &&
		same_text(one, other, "namespace");
}

static bool
has_section(const struct value *parent)
{
	const char *section = value_get_text(parent, "sectionName");

	return section && *section;
}

/* One of two references to one parent names a section, the other doesn't. */
RULE(parents_all_have_sections)
{
	const struct value *list = value->self;

	(void)rule;
	for (size_t i = 0; i < value_count(list); i++)
		for (size_t j = 0; j < i; j++)
			if (same_parent(value_at(list, i), value_at(list, j)) &&
				has_section(value_at(list, i)) != has_section(value_at(list, j)))
				return BROKEN;
	return NULL;
}

RULE(parents_differ)
{
	const struct value *list = value->self;

	(void)rule;
	for (size_t i = 0; i < value_count(list); i++)
		for (size_t j = 0; j < i; j++)
			if (same_parent(value_at(list, i), value_at(list, j)) &&
				same_text(value_at(list, i), value_at(list, j), "sectionName"))
				return BROKEN;
	return NULL;
}

/* ---- HTTPRoute's rules ---- */

RULE(not_too_many_matches)
{
	size_t n = 0;

	(void)rule;
	for (size_t i = 0; i < value_count(value->self); i++)
		n += value_count(value_get(value_at(value->self, i), "matches"));
	return n > MATCHES_MAX ? BROKEN : NULL;
}

RULE(no_redirect_with_backends)
{
	const struct value *filters = value_get(value->self, "filters");

	(void)rule;
	for (size_t i = 0; value_count(value_get(value->self, "backendRefs")) && i < value_count(filters); i++)
		if (value_get(value_at(filters, i), "requestRedirect"))
			return BROKEN;
	return NULL;
}

/* Whether exactly one of the filters replaces a path's prefix in its member. */
static bool
replaces_prefix_once(const struct value *filters, const char *member)
{
	size_t n = 0;

	for (size_t i = 0; i < value_count(filters); i++) {
		const struct value *path = value_get(value_get(value_at(filters, i), member), "path");

		n += text_is(path, "type", "ReplacePrefixMatch") && value_get(path, "replacePrefixMatch");
	}
	return n == 1;
}

static bool
has_one_prefix(const struct value *matches)
{
	return value_count(matches) == 1 && text_is(value_get(value_at(matches, 0), "path"), "type", "PathPrefix");
}

RULE(prefix_to_replace)
{
	return replaces_prefix_once(value_get(value->self, "filters"), rule->a) &&
		!has_one_prefix(value_get(value->self, "matches")) ? BROKEN : NULL;
}

RULE(prefix_to_replace_in_backends)
{
	const struct value *backends = value_get(value->self, "backendRefs");
	size_t n = 0;

	for (size_t i = 0; i < value_count(backends); i++)
		n += replaces_prefix_once(value_get(value_at(backends, i), "filters"), rule->a);
	return n == 1 && !has_one_prefix(value_get(value->self, "matches")) ? BROKEN : NULL;
}

/* Nanoseconds of a Gateway API duration, whose form the schema has checked. */
static int64_t
duration(const char *text)
{
	static const struct {
		const char *name;
		int64_t unit;
	} units[] = { { "ms", 1000000 }, { "h", 3600000000000 }, { "m", 60000000000 }, { "s", 1000000000 } };
	int64_t sum = 0;
	char *end;

	while (*text) {
		int64_t number = strtoimax(text, &end, 10);

		for (size_t i = 0; i < sizeof units / sizeof *units; i++)
			if (str_starts(end, units[i].name)) {
				sum += number * units[i].unit;
				end += strlen(units[i].name);
				break;
			}
		if (end == text)
			break;
		text = end;
	}
	return sum;
}

RULE(backend_no_longer_than_request)
{
	const char *request = value_get_text(value->self, "request"), *backend = value_get_text(value->self,
		"backendRequest");

	(void)rule;
	return request && backend && duration(request) && duration(backend) > duration(request) ? BROKEN : NULL;
}

/* ---- paths of matches: only Exact and PathPrefix are looked at ---- */

static const char *
plain_path(const struct value *match)
{
	const char *type = value_get_text(match, "type");

	return type && is_word(type, "Exact,PathPrefix") ? value_get_text(match, "value") : NULL;
}

RULE(path_is_absolute)
{
	const char *path = plain_path(value->self);

	(void)rule;
	return path && *path != '/' ? BROKEN : NULL;
}

RULE(path_has_no)
{
	const char *path = plain_path(value->self);

	return path && strstr(path, rule->a) ? BROKEN : NULL;
}

RULE(path_ends_not_in)
{
	const char *path = plain_path(value->self);

	return path && str_ends(path, rule->a) ? BROKEN : NULL;
}

RULE(path_is_clean)
{
	const char *path = plain_path(value->self);

	return path && !rex_search(rule->a, path) ? BROKEN : NULL;
}

/* ---- methods of GRPCRoutes ---- */

RULE(one_of_two)
{
	return value_get(value->self, rule->a) || value_get(value->self, rule->b) ? NULL : BROKEN;
}

/* a, in a match of type Exact, is of the form b */
RULE(exact_is_clean)
{
	const char *text = value_get_text(value->self, rule->a);

	return text && text_is(value->self, "type", "Exact") && !rex_search(rule->b, text) ? BROKEN : NULL;
}

/* ---- Gateways ---- */

/* Listeners of protocol a have no b, or an empty one. */
RULE(protocol_without)
{
	for (size_t i = 0; i < value_count(value->self); i++) {
		const struct value *listener = value_at(value->self, i);

		const char *protocol = value_get_text(listener, "protocol"), *text = value_get_text(listener, rule->b);

		if (is_word(protocol, rule->a) && value_get(listener, rule->b) && !(text && !*text))
			return BROKEN;
	}
	return NULL;
}

RULE(https_terminates)
{
	(void)rule;
	for (size_t i = 0; i < value_count(value->self); i++) {
		const struct value *listener = value_at(value->self, i), *tls = value_get(listener, "tls");

		if (text_is(listener, "protocol", "HTTPS") && tls && !text_is(tls, "mode", "Terminate"))
			return BROKEN;
	}
	return NULL;
}

RULE(names_differ)
{
	(void)rule;
	for (size_t i = 0; i < value_count(value->self); i++)
		for (size_t j = 0; j < i; j++)
			if (same_text(value_at(value->self, i), value_at(value->self, j), "name"))
				return BROKEN;
	return NULL;
}

RULE(listeners_differ)
{
	(void)rule;
	for (size_t i = 0; i < value_count(value->self); i++)
		for (size_t j = 0; j < i; j++) {
			const struct value *one = value_at(value->self, i), *other = value_at(value->self, j);

			if (value_get_int(one, "port", 0) == value_get_int(other, "port", 0) &&
				same_text(one, other, "protocol") && same_text(one, other, "hostname"))
				return BROKEN;
		}
	return NULL;
}

/* Addresses of type a have different values. */
RULE(addresses_differ)
{
	for (size_t i = 0; i < value_count(value->self); i++)
		for (size_t j = 0; j < i; j++) {
			const struct value *one = value_at(value->self, i), *other = value_at(value->self, j);

			if (text_is(one, "type", rule->a) && text_is(other, "type", rule->a) && same_text(one,
				other, "value"))
				return BROKEN;
		}
	return NULL;
}

RULE(hostname_is_clean)
{
	return text_is(value->self, "type", "Hostname") && !rex_search(rule->a, value_get_text(value->self, "value")) ?
		BROKEN : NULL;
}

/* Of the two sizes, an absent one is no answer, unless the other says yes. */
RULE(certificate_given)
{
	const struct value *refs = value_get(value->self, "certificateRefs"), *options = value_get(value->self,
		"options");

	(void)rule;
	if (!text_is(value->self, "mode", "Terminate") || value_count(refs) || value_count(options))
		return NULL;
	return !refs ? "no such key: certificateRefs" : !options ? "no such key: options" : BROKEN;
}

RULE(keys_are_clean)
{
	for (size_t i = 0; i < value_count(value->self); i++)
		if (!rex_search(rule->a, value->self->map.v[i].key))
			return BROKEN;
	return NULL;
}

RULE(prefixes_are_short)
{
	(void)rule;
	for (size_t i = 0; i < value_count(value->self); i++) {
		const char *key = value->self->map.v[i].key;
		char *prefix = xstrndup(key, strcspn(key, "/"));
		size_t len = utf8_count(prefix);

		free(prefix);
		if (len >= PREFIX_MAX)
			return BROKEN;
	}
	return NULL;
}

RULE(unchanged)
{
	(void)rule;
	return value->old && !value_equal(value->self, value->old) ? BROKEN : NULL;
}

/* ---- the rows ---- */

#define ONLY_OF(field, type) \
	"filter." field " must be nil if the filter.type is not " type, member_only_of_type, field, type
#define NEEDED_BY(field, type) \
	"filter." field " must be specified for " type " filter.type", member_of_type, field, type
#define PLAIN " when type one of ['Exact', 'PathPrefix']"
#define NOT_BOTH \
	"May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both", \
	not_both_types, "RequestRedirect", "URLRewrite"
#define ONCE(type) type " filter cannot be repeated", type_once, type, NULL
#define PREFIX " filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified"
#define CLEAN_HOSTNAME \
	"Hostname value must only contain valid characters (matching " HOSTNAME ")", hostname_is_clean, HOSTNAME, NULL
#define KEY_FORM \
	" keys must be in the form of an optional DNS subdomain prefix followed by a required name segment of up to " \
	"63 characters."
#define KEY_PREFIX(what) \
	"If specified, the " what " key's prefix must be a DNS subdomain not longer than 253 characters in total."
#define SECTION_GIVEN \
	"sectionName must be specified when parentRefs includes 2 or more references to the same parent", \
	parents_all_have_sections, NULL, NULL
#define SECTION_UNIQUE \
	"sectionName must be unique when parentRefs includes 2 or more references to the same parent", \
	parents_differ, NULL, NULL
#define NOT_TOO_MANY \
	"While 16 rules and 64 matches per rule are allowed, the total number of matches across all rules in a route " \
	"must be less than 128", not_too_many_matches, NULL, NULL
#define PORT "Must have port for Service reference", service_has_port, NULL, NULL

static const struct rule rules[] = {
	{ "gateway.v1.BackendObjectReference", "", PORT },
	{ "gateway.v1.GRPCBackendRef", "", PORT },
	{ "gateway.v1.GRPCBackendRef", "filters", ONCE("RequestHeaderModifier") },
	{ "gateway.v1.GRPCBackendRef", "filters", ONCE("ResponseHeaderModifier") },
	{ "gateway.v1.GRPCMethodMatch", "", "One or both of 'service' or 'method' must be specified", one_of_two,
		"service", "method" },
	{ "gateway.v1.GRPCMethodMatch", "", "service must only contain valid characters (matching "
		"^(?i)\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*$)", exact_is_clean, "service",
		"^\\.?[A-Za-z_][A-Za-z_0-9]*(\\.[A-Za-z_][A-Za-z_0-9]*)*$" },
	{ "gateway.v1.GRPCMethodMatch", "", "method must only contain valid characters (matching "
		"^[A-Za-z_][A-Za-z_0-9]*$)",
		exact_is_clean, "method", "^[A-Za-z_][A-Za-z_0-9]*$" },
	{ "gateway.v1.GRPCRouteFilter", "", ONLY_OF("requestHeaderModifier", "RequestHeaderModifier") },
	{ "gateway.v1.GRPCRouteFilter", "", NEEDED_BY("requestHeaderModifier", "RequestHeaderModifier") },
	{ "gateway.v1.GRPCRouteFilter", "", ONLY_OF("responseHeaderModifier", "ResponseHeaderModifier") },
	{ "gateway.v1.GRPCRouteFilter", "", NEEDED_BY("responseHeaderModifier", "ResponseHeaderModifier") },
	{ "gateway.v1.GRPCRouteFilter", "", ONLY_OF("requestMirror", "RequestMirror") },
	{ "gateway.v1.GRPCRouteFilter", "", NEEDED_BY("requestMirror", "RequestMirror") },
	{ "gateway.v1.GRPCRouteFilter", "", ONLY_OF("extensionRef", "ExtensionRef") },
	{ "gateway.v1.GRPCRouteFilter", "", NEEDED_BY("extensionRef", "ExtensionRef") },
	{ "gateway.v1.GRPCRouteRule", "filters", ONCE("RequestHeaderModifier") },
	{ "gateway.v1.GRPCRouteRule", "filters", ONCE("ResponseHeaderModifier") },
	{ "gateway.v1.GRPCRouteSpec", "parentRefs", SECTION_GIVEN },
	{ "gateway.v1.GRPCRouteSpec", "parentRefs", SECTION_UNIQUE },
	{ "gateway.v1.GRPCRouteSpec", "rules", NOT_TOO_MANY },
	{ "gateway.v1.GatewayAddress", "", CLEAN_HOSTNAME },
	{ "gateway.v1.GatewayClassSpec", "controllerName", "Value is immutable", unchanged, NULL, NULL },
	{ "gateway.v1.GatewayInfrastructure", "annotations", "Annotation" KEY_FORM, keys_are_clean, LABEL_KEY, NULL },
	{ "gateway.v1.GatewayInfrastructure", "annotations", KEY_PREFIX("annotation"), prefixes_are_short, NULL, NULL },
	{ "gateway.v1.GatewayInfrastructure", "labels", "Label" KEY_FORM, keys_are_clean, LABEL_KEY, NULL },
	{ "gateway.v1.GatewayInfrastructure", "labels", KEY_PREFIX("label"), prefixes_are_short, NULL, NULL },
	{ "gateway.v1.GatewaySpec", "addresses", "IPAddress values must be unique", addresses_differ, "IPAddress",
		NULL },
	{ "gateway.v1.GatewaySpec", "addresses", "Hostname values must be unique", addresses_differ, "Hostname", NULL },
	{ "gateway.v1.GatewaySpec", "listeners", "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
		protocol_without, "HTTP,TCP,UDP", "tls" },
	{ "gateway.v1.GatewaySpec", "listeners", "tls mode must be Terminate for protocol HTTPS", https_terminates,
		NULL, NULL },
	{ "gateway.v1.GatewaySpec", "listeners", "hostname must not be specified for protocols ['TCP', 'UDP']",
		protocol_without, "TCP,UDP", "hostname" },
	{ "gateway.v1.GatewaySpec", "listeners", "Listener name must be unique within the Gateway", names_differ,
		NULL, NULL },
	{ "gateway.v1.GatewaySpec", "listeners", "Combination of port, protocol and hostname must be unique for "
		"each listener",
		listeners_differ, NULL, NULL },
	{ "gateway.v1.GatewayStatusAddress", "", CLEAN_HOSTNAME },
	{ "gateway.v1.GatewayTLSConfig", "", "certificateRefs or options must be specified when mode is Terminate",
		certificate_given, NULL, NULL },
	{ "gateway.v1.HTTPBackendRef", "", PORT },
	{ "gateway.v1.HTTPBackendRef", "filters", NOT_BOTH },
	{ "gateway.v1.HTTPBackendRef", "filters", ONCE("RequestHeaderModifier") },
	{ "gateway.v1.HTTPBackendRef", "filters", ONCE("ResponseHeaderModifier") },
	{ "gateway.v1.HTTPBackendRef", "filters", ONCE("RequestRedirect") },
	{ "gateway.v1.HTTPBackendRef", "filters", ONCE("URLRewrite") },
	{ "gateway.v1.HTTPPathMatch", "", "value must be an absolute path and start with '/'" PLAIN,
		path_is_absolute, NULL, NULL },
	{ "gateway.v1.HTTPPathMatch", "", "must not contain '//'" PLAIN, path_has_no, "//", NULL },
	{ "gateway.v1.HTTPPathMatch", "", "must not contain '/./'" PLAIN, path_has_no, "/./", NULL },
	{ "gateway.v1.HTTPPathMatch", "", "must not contain '/../'" PLAIN, path_has_no, "/../", NULL },
	{ "gateway.v1.HTTPPathMatch", "", "must not contain '%2f'" PLAIN, path_has_no, "%2f", NULL },
	{ "gateway.v1.HTTPPathMatch", "", "must not contain '%2F'" PLAIN, path_has_no, "%2F", NULL },
	{ "gateway.v1.HTTPPathMatch", "", "must not contain '#'" PLAIN, path_has_no, "#", NULL },
	{ "gateway.v1.HTTPPathMatch", "", "must not end with '/..'" PLAIN, path_ends_not_in, "/..", NULL },
	{ "gateway.v1.HTTPPathMatch", "", "must not end with '/.'" PLAIN, path_ends_not_in, "/.", NULL },
	/* here the CRD says once more what the enumeration of type says, and that is looked at before */
	{ "gateway.v1.HTTPPathMatch", "", "must only contain valid characters (matching " PATH ") for types "
		"['Exact', 'PathPrefix']",
		path_is_clean, PATH, NULL },
	{ "gateway.v1.HTTPPathModifier", "", "replaceFullPath must be specified when type is set to 'ReplaceFullPath'",
		member_of_type, "replaceFullPath", "ReplaceFullPath" },
	{ "gateway.v1.HTTPPathModifier", "", "type must be 'ReplaceFullPath' when replaceFullPath is set",
		member_only_of_type, "replaceFullPath", "ReplaceFullPath" },
	{ "gateway.v1.HTTPPathModifier", "", "replacePrefixMatch must be specified when type is set to "
		"'ReplacePrefixMatch'",
		member_of_type, "replacePrefixMatch", "ReplacePrefixMatch" },
	{ "gateway.v1.HTTPPathModifier", "", "type must be 'ReplacePrefixMatch' when replacePrefixMatch is set",
		member_only_of_type, "replacePrefixMatch", "ReplacePrefixMatch" },
	{ "gateway.v1.HTTPRouteFilter", "", ONLY_OF("requestHeaderModifier", "RequestHeaderModifier") },
	{ "gateway.v1.HTTPRouteFilter", "", NEEDED_BY("requestHeaderModifier", "RequestHeaderModifier") },
	{ "gateway.v1.HTTPRouteFilter", "", ONLY_OF("responseHeaderModifier", "ResponseHeaderModifier") },
	{ "gateway.v1.HTTPRouteFilter", "", NEEDED_BY("responseHeaderModifier", "ResponseHeaderModifier") },
	{ "gateway.v1.HTTPRouteFilter", "", ONLY_OF("requestMirror", "RequestMirror") },
	{ "gateway.v1.HTTPRouteFilter", "", NEEDED_BY("requestMirror", "RequestMirror") },
	{ "gateway.v1.HTTPRouteFilter", "", ONLY_OF("requestRedirect", "RequestRedirect") },
	{ "gateway.v1.HTTPRouteFilter", "", NEEDED_BY("requestRedirect", "RequestRedirect") },
	{ "gateway.v1.HTTPRouteFilter", "", ONLY_OF("urlRewrite", "URLRewrite") },
	{ "gateway.v1.HTTPRouteFilter", "", NEEDED_BY("urlRewrite", "URLRewrite") },
	{ "gateway.v1.HTTPRouteFilter", "", ONLY_OF("extensionRef", "ExtensionRef") },
	{ "gateway.v1.HTTPRouteFilter", "", NEEDED_BY("extensionRef", "ExtensionRef") },
	{ "gateway.v1.HTTPRouteRule", "", "RequestRedirect filter must not be used together with backendRefs",
		no_redirect_with_backends, NULL, NULL },
	{ "gateway.v1.HTTPRouteRule", "", "When using RequestRedirect" PREFIX, prefix_to_replace, "requestRedirect",
		NULL },
	{ "gateway.v1.HTTPRouteRule", "", "When using URLRewrite" PREFIX, prefix_to_replace, "urlRewrite", NULL },
	{ "gateway.v1.HTTPRouteRule", "", "Within backendRefs, when using RequestRedirect" PREFIX,
		prefix_to_replace_in_backends,
		"requestRedirect", NULL },
	{ "gateway.v1.HTTPRouteRule", "", "Within backendRefs, When using URLRewrite" PREFIX,
		prefix_to_replace_in_backends,
		"urlRewrite", NULL },
	{ "gateway.v1.HTTPRouteRule", "filters", NOT_BOTH },
	{ "gateway.v1.HTTPRouteRule", "filters", ONCE("RequestHeaderModifier") },
	{ "gateway.v1.HTTPRouteRule", "filters", ONCE("ResponseHeaderModifier") },
	{ "gateway.v1.HTTPRouteRule", "filters", ONCE("RequestRedirect") },
	{ "gateway.v1.HTTPRouteRule", "filters", ONCE("URLRewrite") },
	{ "gateway.v1.HTTPRouteSpec", "parentRefs", SECTION_GIVEN },
	{ "gateway.v1.HTTPRouteSpec", "parentRefs", SECTION_UNIQUE },
	{ "gateway.v1.HTTPRouteSpec", "rules", NOT_TOO_MANY },
	{ "gateway.v1.HTTPRouteTimeouts", "", "backendRequest timeout cannot be longer than request timeout",
		backend_no_longer_than_request, NULL, NULL },
};

void
gateway_rules_check(struct status *status, const struct place *place, const char *owner, const char *field,
	const char *schema_type, const struct custom_value *value)
{
	char *shown = xasprintf("\"%s\"", schema_type);

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		const struct rule *rule = &rules[i];
		const char *broken;
		char *error;

		if (strcmp(rule->owner, owner) != 0 || strcmp(rule->field, field) != 0)
			continue;
		broken = rule->broken(rule, value);
		if (!broken)
			continue;
		error = *broken ? xasprintf("%s evaluating rule: %s", broken, rule->message) : xstrdup(rule->message);
		place_invalid_text(status, place, NULL, shown, error);
		free(error);
	}
	free(shown);
}
