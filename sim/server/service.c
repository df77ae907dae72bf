/*
 * Services: defaults, what an update inherits and what a change of type wipes.  The rule of the inheriting is that a
 * client that leaves an allocated value out keeps it, and the rule of the wiping that a value goes when the new type
 * has no use for it and the client did not touch it.  Follows pkg/apis/core/v1/defaults.go,
 * pkg/registry/core/service/strategy.go and pkg/registry/core/service/storage/storage.go.
 */
#include "server/service.h"

#include <string.h>

#define AFFINITY_SECONDS 10800

const char *
service_text(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);

	return text ? text : "";
}

bool
service_is(const struct value *spec, const char *type)
{
	return !strcmp(service_text(spec, "type"), type);
}

bool
service_same(const struct value *a, const struct value *b, const char *field)
{
	const struct value *left = value_get(a, field), *right = value_get(b, field);

	return left && right ? value_equal(left, right) : left == right;
}

bool
service_needs_cluster_ip(const struct value *spec)
{
	return !service_is(spec, "ExternalName");
}

bool
service_needs_node_port(const struct value *spec)
{
	return service_is(spec, "NodePort") || service_is(spec, "LoadBalancer");
}

bool
service_needs_health_check(const struct value *spec)
{
	return service_is(spec, "LoadBalancer") && !strcmp(service_text(spec, "externalTrafficPolicy"), "Local");
}

bool
service_is_headless(const struct value *spec)
{
	const struct value *ips = value_get(spec, "clusterIPs");
	const char *first = value_text(value_at(ips, 0));

	return value_count(ips) == 1 && first && !strcmp(first, "None");
}

bool
service_is_external(const struct value *spec)
{
	return service_needs_node_port(spec) ||
		(service_is(spec, "ClusterIP") && value_count(value_get(spec, "externalIPs")));
}

static void
set_default(struct arena *arena, struct value *spec, const char *field, const char *text)
{
	if (!*service_text(spec, field))
		value_set_text(arena, spec, field, text);
}

/* Go's encoding leaves out what is zero; the fields whose zero a client may well write. */
static void
drop_zeroes(struct value *map, const char *const *fields)
{
	for (size_t i = 0; fields[i]; i++) {
		const struct value *value = value_get(map, fields[i]);

		if (value &&
			((value->type == VALUE_STRING && !value->string.len) ||
				(value->type == VALUE_INT && !value->integer) ||
				(value->type == VALUE_BOOL && !value->boolean)))
			value_remove(map, fields[i]);
	}
}

static void
port_defaults(struct arena *arena, struct value *port)
{
	static const char *const fields[] = { "name", "nodePort", NULL };
	const struct value *target = value_get(port, "targetPort");
	bool unset = !target || (target->type == VALUE_INT && !target->integer) ||
		(target->type == VALUE_STRING && !target->string.len);

	drop_zeroes(port, fields);
	set_default(arena, port, "protocol", "TCP");
	if (!value_get(port, "port"))
		value_set_int(arena, port, "port", 0);
	if (unset)
		value_set_int(arena, port, "targetPort", value_get_int(port, "port", 0));
}

static void
affinity_defaults(struct arena *arena, struct value *spec)
{
	struct value *client;

	set_default(arena, spec, "sessionAffinity", "None");
	if (!strcmp(service_text(spec, "sessionAffinity"), "None"))
		value_remove(spec, "sessionAffinityConfig");
	if (strcmp(service_text(spec, "sessionAffinity"), "ClientIP"))
		return;
	client = value_make_map(arena, value_make_map(arena, spec, "sessionAffinityConfig"), "clientIP");
	if (!value_get(client, "timeoutSeconds"))
		value_set_int(arena, client, "timeoutSeconds", AFFINITY_SECONDS);
}

static void
balancer_defaults(struct arena *arena, struct value *object, struct value *spec)
{
	struct value *ingress = value_get(value_get(value_get(object, "status"), "loadBalancer"), "ingress");

	if (!value_get(spec, "allocateLoadBalancerNodePorts"))
		value_set_bool(arena, spec, "allocateLoadBalancerNodePorts", true);
	for (size_t i = 0; i < value_count(ingress); i++) {
		if (*service_text(value_at(ingress, i), "ip") && !value_get(value_at(ingress, i), "ipMode"))
			value_set_text(arena, value_at(ingress, i), "ipMode", "VIP");
	}
}

static void
service_defaults(struct arena *arena, struct value *object)
{
	static const char *const fields[] = { "clusterIP", "externalName", "externalTrafficPolicy",
		"healthCheckNodePort", "loadBalancerIP", "publishNotReadyAddresses", NULL };
	struct value *spec = value_make_map(arena, object, "spec"), *ports = value_get(spec, "ports");

	drop_zeroes(spec, fields);
	affinity_defaults(arena, spec);
	set_default(arena, spec, "type", "ClusterIP");
	for (size_t i = 0; i < value_count(ports); i++)
		port_defaults(arena, value_at(ports, i));
	if (service_is_external(spec))
		set_default(arena, spec, "externalTrafficPolicy", "Cluster");
	if (!value_get(spec, "internalTrafficPolicy") &&
		(service_is(spec, "ClusterIP") || service_needs_node_port(spec)))
		value_set_text(arena, spec, "internalTrafficPolicy", "Cluster");
	if (service_is(spec, "LoadBalancer"))
		balancer_defaults(arena, object, spec);
	value_make_map(arena, value_make_map(arena, object, "status"), "loadBalancer");
}

static bool
holds_port(const struct value *ports, int64_t node_port)
{
	for (size_t i = 0; i < value_count(ports); i++) {
		if (value_get_int(value_at(ports, i), "nodePort", 0) == node_port)
			return true;
	}
	return false;
}

/* The node port of the last port of that name. */
static int64_t
node_port_of(const struct value *ports, const char *name)
{
	int64_t found = 0;

	for (size_t i = 0; i < value_count(ports); i++) {
		if (!strcmp(service_text(value_at(ports, i), "name"), name))
			found = value_get_int(value_at(ports, i), "nodePort", 0);
	}
	return found;
}

/*
 * Ports without a node port get that of the old port of the same name, unless a new port names it.  Two that have no
 * name both get it: what is named is looked up before any is filled in.
 */
static void
inherit_node_ports(struct arena *arena, struct value *ports, const struct value *old_ports)
{
	size_t n = value_count(ports);
	int64_t *inherited = arena_alloc(arena, (n + 1) * sizeof *inherited);

	for (size_t i = 0; i < n; i++) {
		int64_t old = node_port_of(old_ports, service_text(value_at(ports, i), "name"));

		inherited[i] = value_get(value_at(ports, i), "nodePort") || holds_port(ports, old) ? 0 : old;
	}
	for (size_t i = 0; i < n; i++) {
		if (inherited[i])
			value_set_int(arena, value_at(ports, i), "nodePort", inherited[i]);
	}
}

static void
copy_field(struct arena *arena, struct value *to, const struct value *from, const char *field)
{
	const struct value *value = value_get(from, field);

	if (value)
		value_set(arena, to, field, value_copy(arena, value));
	else
		value_remove(to, field);
}

/* PatchAllocatedValues */
static void
inherit_allocated(struct arena *arena, struct value *spec, const struct value *old)
{
	if (service_needs_cluster_ip(old) && service_needs_cluster_ip(spec)) {
		if (!*service_text(spec, "clusterIP"))
			copy_field(arena, spec, old, "clusterIP");
		if (!value_count(value_get(spec, "clusterIPs")))
			copy_field(arena, spec, old, "clusterIPs");
	}
	if (service_needs_node_port(old) && service_needs_node_port(spec))
		inherit_node_ports(arena, value_get(spec, "ports"), value_get(old, "ports"));
	if (service_needs_health_check(old) && service_needs_health_check(spec) &&
		!value_get(spec, "healthCheckNodePort"))
		copy_field(arena, spec, old, "healthCheckNodePort");
}

static void
set_single_ip(struct arena *arena, struct value *spec)
{
	struct value *list = value_list(arena);

	value_append(arena, list, value_string(arena, service_text(spec, "clusterIP")));
	value_set(arena, spec, "clusterIPs", list);
}

/* NormalizeClusterIPs: clients that know only clusterIP mean clusterIPs too. */
static void
normalize_cluster_ips(struct arena *arena, struct value *spec, const struct value *old)
{
	bool given = value_count(value_get(spec, "clusterIPs")) > 0;

	if (!old) {
		if (*service_text(spec, "clusterIP") && !given)
			set_single_ip(arena, spec);
		return;
	}
	if (value_count(value_get(old, "clusterIPs")) && !given && service_same(spec, old, "clusterIP"))
		copy_field(arena, spec, old, "clusterIPs");
	if (service_same(spec, old, "clusterIP") || !service_same(spec, old, "clusterIPs"))
		return;
	if (*service_text(spec, "clusterIP"))
		set_single_ip(arena, spec);
	else
		value_remove(spec, "clusterIPs");
}

static bool
has_new_node_port(const struct value *ports, const struct value *old_ports)
{
	for (size_t i = 0; i < value_count(ports); i++) {
		int64_t port = value_get_int(value_at(ports, i), "nodePort", 0);

		if (port && !holds_port(old_ports, port))
			return true;
	}
	return false;
}

static void
drop_same(struct value *spec, const struct value *old, const char *field)
{
	if (service_same(spec, old, field))
		value_remove(spec, field);
}

/* dropTypeDependentFields */
static void
drop_dependent(struct change *change, struct value *spec, const struct value *old)
{
	struct value *ports = value_get(spec, "ports");

	if (service_needs_cluster_ip(old) && !service_needs_cluster_ip(spec)) {
		if (service_same(spec, old, "clusterIP") && service_same(spec, old, "clusterIPs")) {
			value_remove(spec, "clusterIP");
			value_remove(spec, "clusterIPs");
		}
		drop_same(spec, old, "ipFamilies");
		drop_same(spec, old, "ipFamilyPolicy");
	}
	if (service_needs_node_port(old) && !service_needs_node_port(spec) &&
		!has_new_node_port(ports, value_get(old, "ports"))) {
		for (size_t i = 0; i < value_count(ports); i++)
			value_remove(value_at(ports, i), "nodePort");
	}
	if (service_needs_health_check(old) && !service_needs_health_check(spec))
		drop_same(spec, old, "healthCheckNodePort");
	if (service_is(old, "LoadBalancer") && !service_is(spec, "LoadBalancer")) {
		drop_same(spec, old, "allocateLoadBalancerNodePorts");
		drop_same(spec, old, "loadBalancerClass");
	}
	if (service_is_external(old) && !service_is_external(spec))
		drop_same(spec, old, "externalTrafficPolicy");
	if (!service_is(spec, "LoadBalancer"))
		value_set(change->arena, value_make_map(change->arena, change->new, "status"), "loadBalancer",
			value_map(change->arena));
}

static void
service_prepare(struct change *change)
{
	struct value *spec = value_get(change->new, "spec");
	const struct value *old = value_get(change->old, "spec");

	if (old)
		inherit_allocated(change->arena, spec, old);
	normalize_cluster_ips(change->arena, spec, old);
}

/* Addresses are taken before fields are wiped: the API server's order, by which a type change finds what it held. */
static int
allocate_and_drop(struct change *change)
{
	if (service_allocate(change))
		return -1;
	if (change->old)
		drop_dependent(change, value_get(change->new, "spec"), value_get(change->old, "spec"));
	return 0;
}

const struct strategy strategy_service = {
	.kind = "Service",
	.check_name = check_dns1035_label,
	.defaults = service_defaults,
	.prepare = service_prepare,
	.allocate = allocate_and_drop,
	.validate = service_validate,
	.validate_status = service_validate_status,
	.settle = service_settle,
	.deleted = service_deleted,
	.warn = service_warn,
};
