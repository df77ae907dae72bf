/*
 * Services: defaults, what an update inherits, what a change of type wipes, and the warnings.  The rule of the
 * inheriting is that a client that leaves an allocated value out keeps it, and the rule of the wiping that a value
 * goes when the new type has no use for it and the client did not touch it.  Follows pkg/apis/core/v1/defaults.go,
 * pkg/registry/core/service/strategy.go, pkg/registry/core/service/storage/storage.go and
 * pkg/api/service/warnings.go.
 */
#include "server/service.h"

#include <stdio.h>
#include <string.h>

#include "base/ip.h"

#define AFFINITY_SECONDS 10800
#define TOPOLOGY_HINTS "service.kubernetes.io/topology-aware-hints"
#define TOPOLOGY_MODE "service.kubernetes.io/topology-mode"

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
		if (*service_text(value_at(ingress, i), "ip"))
			set_default(arena, value_at(ingress, i), "ipMode", "VIP");
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
	if (service_is(spec, "ClusterIP") || service_needs_node_port(spec))
		set_default(arena, spec, "internalTrafficPolicy", "Cluster");
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

/* Ports without a node port get that of the old port of the same name, unless another new port has it. */
static void
inherit_node_ports(struct arena *arena, struct value *ports, const struct value *old_ports)
{
	for (size_t i = 0; i < value_count(ports); i++) {
		struct value *port = value_at(ports, i);
		int64_t old = node_port_of(old_ports, service_text(port, "name"));

		if (!value_get(port, "nodePort") && old && !holds_port(ports, old))
			value_set_int(arena, port, "nodePort", old);
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
		if (!value_count(value_get(spec, "clusterIPs")) && service_same(spec, old, "clusterIP"))
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

/* Why Go's netip refuses what its older parser took. */
static bool
parse_complaint(const char *text, char *complaint, size_t size)
{
	struct ip ip;

	if (ip_parse(text, &ip) || !ip_parse_lenient(text, &ip))
		return false;
	snprintf(complaint, size, "ParseAddr(\"%s\"): IPv4 field has octet with leading zero", text);
	return true;
}

static void
warn_ip(struct status *status, const char *path, const char *text)
{
	char complaint[160], canonical[IP_TEXT];
	struct ip ip;

	if (parse_complaint(text, complaint, sizeof complaint))
		status_warn(status,
			"%s: IP address was accepted, but will be invalid in a future Kubernetes release: %s", path,
			complaint);
	else if (ip_parse(text, &ip) && ip.family == IP_V6 && strcmp(ip_format(&ip, canonical), text))
		status_warn(status,
			"%s: IPv6 address \"%s\" is not in RFC 5952 canonical format (\"%s\"), which may cause "
			"controller apply-loops",
			path, text, canonical);
}

static void
warn_cidr(struct status *status, const char *path, const char *text)
{
	char complaint[160], address[64], canonical[IP_TEXT];
	size_t len = strcspn(text, "/");
	struct cidr cidr;

	snprintf(address, sizeof address, "%.*s", (int)len, text);
	if (parse_complaint(address, complaint, sizeof complaint))
		status_warn(status,
			"%s: IP prefix was accepted, but will be invalid in a future Kubernetes release: "
			"netip.ParsePrefix(\"%s\"): %s",
			path, text, complaint);
	else if (cidr_parse(text, &cidr) && cidr.ip.family == IP_V6 && strcmp(cidr_format(&cidr, canonical), text))
		status_warn(status,
			"%s: IPv6 prefix \"%s\" is not in RFC 5952 canonical format (\"%s\"), which may cause "
			"controller apply-loops",
			path, text, canonical);
}

static void
warn_list(struct status *status, const struct value *spec, const char *field,
	void (*warn)(struct status *status, const char *path, const char *text))
{
	const struct value *list = value_get(spec, field);

	for (size_t i = 0; i < value_count(list); i++) {
		const char *text = value_text(value_at(list, i));
		char *path = xasprintf("spec.%s[%zu]", field, i);

		if (text)
			warn(status, path, text);
		free(path);
	}
}

static void
service_warn(const struct change *change)
{
	const struct value *spec = value_get(change->new, "spec");
	const struct value *annotations = value_get(value_get(change->new, "metadata"), "annotations");

	if (value_get(annotations, TOPOLOGY_HINTS))
		status_warn(change->status, "annotation %s is deprecated, please use %s instead", TOPOLOGY_HINTS,
			TOPOLOGY_MODE);
	warn_list(change->status, spec, "clusterIPs", warn_ip);
	warn_list(change->status, spec, "externalIPs", warn_ip);
	if (*service_text(spec, "loadBalancerIP"))
		warn_ip(change->status, "spec.loadBalancerIP", service_text(spec, "loadBalancerIP"));
	warn_list(change->status, spec, "loadBalancerSourceRanges", warn_cidr);
	if (service_is(spec, "ExternalName") && value_count(value_get(spec, "externalIPs")))
		status_warn(change->status, "spec.externalIPs is ignored when spec.type is \"ExternalName\"");
	if (*service_text(spec, "externalName") && !service_is(spec, "ExternalName"))
		status_warn(change->status, "spec.externalName is ignored when spec.type is not \"ExternalName\"");
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
