/* Endpoints, written by their controller or by hand.  Follows ValidateEndpoints of pkg/apis/core/validation. */
#include "server/strategy.h"

#include <stdlib.h>

static const char *const address_lists[] = { "addresses", "notReadyAddresses", NULL };

static void
endpoints_defaults(struct arena *arena, struct value *object)
{
	const struct value *subsets = value_get(object, "subsets");

	for (size_t i = 0; i < value_count(subsets); i++) {
		const struct value *ports = value_get(value_at(subsets, i), "ports");

		for (size_t k = 0; k < value_count(ports); k++) {
			if (!value_get(value_at(ports, k), "protocol"))
				value_set_text(arena, value_at(ports, k), "protocol", "TCP");
		}
	}
}

static void
check_address(struct status *status, const char *path, const struct value *address)
{
	const char *name = value_get_text(address, "hostname"), *node_name = value_get_text(address, "nodeName");
	char *ip = xasprintf("%s.ip", path), *hostname = xasprintf("%s.hostname", path),
	     *node = xasprintf("%s.nodeName", path);

	validate_ip(status, ip, value_get(address, "ip"));
	if (name && *name)
		status_check(status, check_dns1123_label, hostname, name);
	if (node_name)
		status_check(status, check_dns1123_subdomain, node, node_name);
	validate_ordinary_ip(status, ip, value_get(address, "ip"));
	free(node);
	free(hostname);
	free(ip);
}

static void
check_port(struct status *status, const char *path, const struct value *port, bool named)
{
	const char *name = value_get_text(port, "name");
	char *at = xasprintf("%s.name", path), *protocol = xasprintf("%s.protocol", path),
	     *app = xasprintf("%s.appProtocol", path);

	if (name && *name)
		status_check(status, check_dns1123_label, at, name);
	else if (named)
		status_required(status, at, NULL);
	validate_port_number(status, path, port, "port");
	validate_word(status, protocol, value_get(port, "protocol"), port_protocols, true);
	if (value_get_text(port, "appProtocol"))
		status_check(status, check_qualified_name, app, value_get_text(port, "appProtocol"));
	free(app);
	free(protocol);
	free(at);
}

static void
check_subset(struct status *status, const char *path, const struct value *subset)
{
	const struct value *ports = value_get(subset, "ports");
	size_t count = 0;

	for (size_t list = 0; address_lists[list]; list++)
		count += value_count(value_get(subset, address_lists[list]));
	if (!count)
		status_required(status, path, "must specify `addresses` or `notReadyAddresses`");
	for (size_t list = 0; address_lists[list]; list++) {
		const struct value *addresses = value_get(subset, address_lists[list]);

		for (size_t i = 0; i < value_count(addresses); i++) {
			char *at = xasprintf("%s.%s[%zu]", path, address_lists[list], i);

			check_address(status, at, value_at(addresses, i));
			free(at);
		}
	}
	for (size_t i = 0; i < value_count(ports); i++) {
		char *at = xasprintf("%s.ports[%zu]", path, i);

		check_port(status, at, value_at(ports, i), value_count(ports) > 1);
		free(at);
	}
}

static void
endpoints_validate(struct change *change)
{
	const struct value *subsets = value_get(change->new, "subsets");

	for (size_t i = 0; i < value_count(subsets); i++) {
		char *path = xasprintf("subsets[%zu]", i);

		check_subset(change->status, path, value_at(subsets, i));
		free(path);
	}
}

const struct strategy strategy_endpoints = {
	.kind = "Endpoints",
	.defaults = endpoints_defaults,
	.validate = endpoints_validate,
};
