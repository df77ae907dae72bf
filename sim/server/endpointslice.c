/*
 * EndpointSlices.  Their lists are never left out: an empty one is null.  Follows
 * pkg/apis/discovery/validation/validation.go and pkg/apis/discovery/v1/defaults.go.
 */
#include "server/strategy.h"

#include <stdlib.h>
#include <string.h>

#include "base/ip.h"
#include "base/json_out.h"

#define ENDPOINTS_MAX 1000
#define ADDRESSES_MAX 100
#define PORTS_MAX 20000
#define ZONES_MAX 8

static const char *const address_types[] = { "FQDN", "IPv4", "IPv6", NULL };

static void
null_when_empty(struct arena *arena, struct value *object, const char *field)
{
	if (!value_count(value_get(object, field)))
		value_set(arena, object, field, value_null(arena));
}

/* What v1beta1 wrote in deprecatedTopology can be read in v1, and not written. */
static void
slice_prepare(struct change *change)
{
	const struct value *endpoints = value_get(change->new, "endpoints");

	if (change->old && value_equal(endpoints, value_get(change->old, "endpoints")))
		return;
	for (size_t i = 0; i < value_count(endpoints); i++)
		value_remove(value_at(endpoints, i), "deprecatedTopology");
}

static void
slice_defaults(struct arena *arena, struct value *object)
{
	const struct value *ports = value_get(object, "ports"), *endpoints = value_get(object, "endpoints");

	for (size_t i = 0; i < value_count(ports); i++) {
		if (!value_get(value_at(ports, i), "name"))
			value_set_text(arena, value_at(ports, i), "name", "");
		if (!value_get(value_at(ports, i), "protocol"))
			value_set_text(arena, value_at(ports, i), "protocol", "TCP");
	}
	for (size_t i = 0; i < value_count(endpoints); i++)
		value_make_map(arena, value_at(endpoints, i), "conditions");
	null_when_empty(arena, object, "endpoints");
	null_when_empty(arena, object, "ports");
}

static void
check_family(struct status *status, const char *path, const struct value *address, enum ip_family family,
	const char *complaint)
{
	struct ip ip;

	if (!value_text(address) || !ip_parse_lenient(value_text(address), &ip) || ip.family != family)
		status_add_invalid(status, path, address, complaint);
	validate_ordinary_ip(status, path, address);
}

/* The messages of a check, as one error of the text. */
static bool
check_joined(struct status *status, int (*check)(const char *, struct str *), const char *path, const char *text)
{
	struct str found = STR_INIT, shown = STR_INIT;
	bool good = !check(text, &found);

	for (char *c = found.buf; c && *c; c++) {
		if (*c == '\n')
			*c = c[1] ? ',' : '\0';
	}
	json_quote(&shown, text, strlen(text), false);
	if (!good)
		status_invalid_value(status, path, shown.buf, found.buf);
	str_release(&shown);
	str_release(&found);
	return good;
}

/* IsFullyQualifiedDomainName: may end with a dot, has two labels at least. */
static void
check_domain(struct status *status, const char *path, const char *text)
{
	size_t len = strlen(text);
	char *name = xstrndup(text, len && text[len - 1] == '.' ? len - 1 : len), *label, *end, *shown;
	bool good = true;

	if (!len) {
		status_required(status, path, NULL);
	} else if (check_joined(status, check_dns1123_subdomain, path, name)) {
		if (!strchr(name, '.')) {
			shown = xasprintf("\"%s\"", name);
			status_invalid_value(status, path, shown,
				"should be a domain with at least two segments separated by dots");
			free(shown);
			good = false;
		}
		for (label = name; good && label; label = end) {
			end = strchr(label, '.');
			if (end)
				*end++ = '\0';
			good = check_joined(status, check_dns1123_label, path, label);
		}
	}
	free(name);
}

static void
check_address(struct status *status, const char *path, const struct value *address, const char *type)
{
	if (!strcmp(type, "IPv4"))
		check_family(status, path, address, IP_V4, "must be a valid IPv4 address");
	else if (!strcmp(type, "IPv6"))
		check_family(status, path, address, IP_V6, "must be a valid IPv6 address");
	else if (!strcmp(type, "FQDN"))
		check_domain(status, path, value_text(address) ? value_text(address) : "");
}

static void
check_hints(struct status *status, const char *path, const struct value *zones)
{
	if (value_count(zones) > ZONES_MAX) {
		status_too_many(status, path, (int)value_count(zones), ZONES_MAX);
		return;
	}
	for (size_t i = 0; i < value_count(zones); i++) {
		const struct value *name = value_get(value_at(zones, i), "name");
		char *at = xasprintf("%s[%zu].name", path, i), *text = status_value_text(name);

		for (size_t k = 0; k < i; k++) {
			if (value_equal(value_get(value_at(zones, k), "name"), name)) {
				status_duplicate(status, at, text);
				break;
			}
		}
		status_check(status, check_label_value, at, value_text(name) ? value_text(name) : "");
		free(text);
		free(at);
	}
}

static void
check_endpoint(struct status *status, const char *path, const struct value *endpoint, const char *type)
{
	const struct value *addresses = value_get(endpoint, "addresses");
	const char *hostname = value_get_text(endpoint, "hostname"), *node = value_get_text(endpoint, "nodeName");
	char *at = xasprintf("%s.addresses", path);

	if (!value_count(addresses))
		status_required(status, at, "must contain at least 1 address");
	else if (value_count(addresses) > ADDRESSES_MAX)
		status_too_many(status, at, (int)value_count(addresses), ADDRESSES_MAX);
	free(at);
	for (size_t i = 0; i < value_count(addresses); i++) {
		at = xasprintf("%s.addresses[%zu]", path, i);
		check_address(status, at, value_at(addresses, i), type);
		free(at);
	}
	if (node) {
		at = xasprintf("%s.nodeName", path);
		status_check(status, check_dns1123_subdomain, at, node);
		free(at);
	}
	if (hostname) {
		at = xasprintf("%s.hostname", path);
		status_check(status, check_dns1123_label, at, hostname);
		free(at);
	}
	at = xasprintf("%s.hints.forZones", path);
	check_hints(status, at, value_path(endpoint, "hints.forZones"));
	free(at);
}

static bool
is_taken(const struct value *ports, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (value_equal(value_get(value_at(ports, k), "name"), value_get(value_at(ports, i), "name")))
			return true;
	}
	return false;
}

static void
check_port(struct status *status, const struct value *ports, size_t i)
{
	const struct value *port = value_at(ports, i), *name = value_get(port, "name");
	char *path = xasprintf("ports[%zu].name", i), *text = status_value_text(name);

	if (value_text(name) && *value_text(name))
		status_check(status, check_dns1123_label, path, value_text(name));
	if (is_taken(ports, i))
		status_duplicate(status, path, text);
	free(text);
	free(path);
	path = xasprintf("ports[%zu].protocol", i);
	validate_given_word(status, path, value_get(port, "protocol"), port_protocols);
	free(path);
	if (value_get_text(port, "appProtocol")) {
		path = xasprintf("ports[%zu].appProtocol", i);
		status_check(status, check_qualified_name, path, value_get_text(port, "appProtocol"));
		free(path);
	}
}

/* Of a list that is too long no more is said. */
static bool
check_count(struct status *status, const char *path, const struct value *list, int max)
{
	if (value_count(list) <= (size_t)max)
		return true;
	status_too_many(status, path, (int)value_count(list), max);
	return false;
}

static void
slice_validate(struct change *change)
{
	struct status *status = change->status;
	const struct value *endpoints = value_get(change->new, "endpoints"), *ports = value_get(change->new, "ports"),
			   *type = value_get(change->new, "addressType");

	validate_word(status, "addressType", type, address_types, true);
	if (check_count(status, "endpoints", endpoints, ENDPOINTS_MAX)) {
		for (size_t i = 0; i < value_count(endpoints); i++) {
			char *path = xasprintf("endpoints[%zu]", i);

			check_endpoint(status, path, value_at(endpoints, i), value_text(type) ? value_text(type) : "");
			free(path);
		}
	}
	if (check_count(status, "ports", ports, PORTS_MAX)) {
		for (size_t i = 0; i < value_count(ports); i++)
			check_port(status, ports, i);
	}
	if (change->old && !value_equal(type ? type : value_null(change->arena), value_get(change->old, "addressType")))
		status_add_invalid(status, "addressType", type, "field is immutable");
}

static void
slice_warn(const struct change *change)
{
	const char *type = value_get_text(change->new, "addressType");

	if (!change->old && type && !strcmp(type, "FQDN"))
		status_warn(change->status, "spec.addressType: FQDN endpoints are deprecated");
}

const struct strategy strategy_endpointslice = {
	.kind = "EndpointSlice",
	.defaults = slice_defaults,
	.prepare = slice_prepare,
	.validate = slice_validate,
	.warn = slice_warn,
};
