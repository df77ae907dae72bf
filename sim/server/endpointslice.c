/*
 * EndpointSlices.  Their lists are never left out: an empty one is null.  Follows
 * pkg/apis/discovery/validation/validation.go and pkg/apis/discovery/v1/defaults.go.
 */
#include "server/strategy.h"

#include <stdlib.h>
#include <string.h>

#include "base/ip.h"

#define ENDPOINTS_MAX 1000
#define ADDRESSES_MAX 100
#define PORTS_MAX 20000

static const char *const address_types[] = { "FQDN", "IPv4", "IPv6", NULL };

static void
null_when_empty(struct arena *arena, struct value *object, const char *field)
{
	if (!value_count(value_get(object, field)))
		value_set(arena, object, field, value_null(arena));
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
	else
		validate_ordinary_ip(status, path, address);
}

static void
check_address(struct status *status, const char *path, const struct value *address, const char *type)
{
	if (!strcmp(type, "IPv4"))
		check_family(status, path, address, IP_V4, "must be a valid IPv4 address");
	else if (!strcmp(type, "IPv6"))
		check_family(status, path, address, IP_V6, "must be a valid IPv6 address");
	else if (!strcmp(type, "FQDN"))
		status_check(status, check_dns1123_subdomain, path, value_text(address) ? value_text(address) : "");
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
check_ports(struct status *status, const struct value *ports)
{
	if (value_count(ports) > PORTS_MAX)
		status_too_many(status, "ports", (int)value_count(ports), PORTS_MAX);
	for (size_t i = 0; i < value_count(ports); i++) {
		const struct value *name = value_get(value_at(ports, i), "name");
		char *path = xasprintf("ports[%zu].name", i), *text = status_value_text(name);

		if (value_text(name) && *value_text(name))
			status_check(status, check_dns1123_label, path, value_text(name));
		if (is_taken(ports, i))
			status_duplicate(status, path, text);
		free(text);
		free(path);
		path = xasprintf("ports[%zu].protocol", i);
		validate_word(status, path, value_get(value_at(ports, i), "protocol"), port_protocols, true);
		free(path);
	}
}

static void
slice_validate(struct change *change)
{
	const struct value *endpoints = value_get(change->new, "endpoints"),
			   *type = value_get(change->new, "addressType");

	if (change->old && !value_equal(type ? type : value_null(change->arena), value_get(change->old, "addressType")))
		status_add_invalid(change->status, "addressType", type, "field is immutable");
	validate_word(change->status, "addressType", type, address_types, true);
	if (value_count(endpoints) > ENDPOINTS_MAX)
		status_too_many(change->status, "endpoints", (int)value_count(endpoints), ENDPOINTS_MAX);
	for (size_t i = 0; i < value_count(endpoints); i++) {
		char *path = xasprintf("endpoints[%zu]", i);

		check_endpoint(change->status, path, value_at(endpoints, i), value_text(type) ? value_text(type) : "");
		free(path);
	}
	check_ports(change->status, value_get(change->new, "ports"));
}

const struct strategy strategy_endpointslice = {
	.kind = "EndpointSlice",
	.defaults = slice_defaults,
	.validate = slice_validate,
};
