/*
 * What a Service takes from the pools.  First its families are settled, from the policy, the addresses given and
 * what the cluster has; then addresses, then node ports, then the health check's.  Whatever is newly held is
 * written down, so that a later refusal can give it back; what an update no longer needs is written down too, and
 * freed only when the store has taken the new version. A dry run takes nothing: it gets the network's own address
 * and ports from 32768 on, and is told less (that an address is taken, that a port is out of range).  Follows
 * pkg/registry/core/service/storage/alloc.go and the dry runs of ipallocator and portallocator.
 */
#include "server/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"

#define DRY_PORT 32768

struct taken {
	struct ip ips[2], freed_ips[2];
	size_t nips, nfreed_ips;
	int64_t *ports, *freed_ports;
	size_t nports, nfreed_ports;
};

/* By family name; NULL when the cluster has no such addresses. */
static struct ippool *
pool_of(struct server *server, const char *family)
{
	enum ip_family wanted = !strcmp(family, "IPv6") ? IP_V6 : IP_V4;

	for (size_t i = 0; i < 2; i++) {
		if (server->settings.service_subnets[i].ip.family == wanted)
			return &server->ips[i];
	}
	return NULL;
}

static bool
is_dual_cluster(const struct server *server)
{
	return server->settings.service_subnets[1].ip.family != IP_NONE;
}

static const char *
default_family(const struct server *server)
{
	return server->settings.service_subnets[0].ip.family == IP_V6 ? "IPv6" : "IPv4";
}

static const char *
other_family(const char *family)
{
	return strcmp(family, "IPv4") ? "IPv4" : "IPv6";
}

static bool
policy_is(const struct value *spec, const char *policy)
{
	return !strcmp(service_text(spec, "ipFamilyPolicy"), policy);
}

static void
complain(struct change *change, const char *path, const struct value *value, const char *detail)
{
	char *text = status_value_text(value);

	status_invalid_value(change->status, path, text, detail);
	free(text);
}

static int
refuse(struct change *change)
{
	return status_invalid(
		change->status, change->request->kind, service_text(value_get(change->new, "metadata"), "name"));
}

/* A PreferDualStack Service with the same families and addresses stays as it was, whatever became of the cluster. */
static bool
keeps_dual_fields(const struct value *spec, const struct value *old)
{
	return old && value_get(spec, "ipFamilyPolicy") && service_same(spec, old, "type") &&
		service_needs_cluster_ip(spec) && policy_is(spec, "PreferDualStack") &&
		(!value_get(old, "ipFamilyPolicy") || policy_is(old, "PreferDualStack")) &&
		service_same(spec, old, "clusterIPs") && service_same(spec, old, "ipFamilies");
}

static bool
is_headless_without_selector(const struct value *spec)
{
	return !strcmp(service_text(spec, "clusterIP"), "None") && !value_count(value_get(spec, "selector"));
}

static void
default_policy(struct change *change, struct value *spec, const struct value *old)
{
	const char *policy = "SingleStack";

	if (value_get(spec, "ipFamilyPolicy"))
		return;
	if (value_get(old, "ipFamilyPolicy"))
		policy = service_text(old, "ipFamilyPolicy");
	else if (is_headless_without_selector(spec))
		policy = "RequireDualStack";
	value_set_text(change->arena, spec, "ipFamilyPolicy", policy);
}

static void
keep_first(struct value *list)
{
	while (value_count(list) > 1)
		value_remove_at(list, 1);
}

/* Going single-stack by policy alone drops the second of each; otherwise dropping one needs that policy. */
static void
reduce(struct change *change, struct value *spec, const struct value *old)
{
	struct value *ips = value_get(spec, "clusterIPs"), *families = value_get(spec, "ipFamilies");
	const struct value *policy = value_get(spec, "ipFamilyPolicy");

	if (policy_is(spec, "SingleStack")) {
		if (service_same(spec, old, "clusterIPs"))
			keep_first(ips);
		if (service_same(spec, old, "ipFamilies"))
			keep_first(families);
		return;
	}
	if (value_count(ips) && value_count(ips) < value_count(value_get(old, "clusterIPs")))
		complain(change, "spec.ipFamilyPolicy", policy,
			"must be 'SingleStack' to release the secondary cluster IP");
	if (value_count(families) && value_count(families) < value_count(value_get(old, "ipFamilies")))
		complain(change, "spec.ipFamilyPolicy", policy,
			"must be 'SingleStack' to release the secondary IP family");
}

/* Addresses without a family at their place bring theirs. */
static void
infer_families(struct change *change, struct value *spec)
{
	const struct value *ips = value_get(spec, "clusterIPs");

	for (size_t i = value_count(value_get(spec, "ipFamilies")); i < value_count(ips); i++) {
		const char *text = value_text(value_at(ips, i)), *family;
		struct ip ip;

		if (!text || !ip_parse_lenient(text, &ip))
			return;
		family = ip.family == IP_V6 ? "IPv6" : "IPv4";
		if (!pool_of(change->server, family)) {
			char *path = xasprintf("spec.clusterIPs[%zu]", i),
			     *detail = xasprintf("%s is not configured on this cluster", family);

			complain(change, path, ips, detail);
			free(detail);
			free(path);
			continue;
		}
		value_append(change->arena, value_make_list(change->arena, spec, "ipFamilies"),
			value_string(change->arena, family));
	}
}

static void
check_single(struct change *change, const struct value *spec)
{
	const struct value *policy = value_get(spec, "ipFamilyPolicy");

	if (!policy_is(spec, "SingleStack"))
		return;
	if (value_count(value_get(spec, "clusterIPs")) == 2)
		complain(change, "spec.ipFamilyPolicy", policy,
			"must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified");
	if (value_count(value_get(spec, "ipFamilies")) == 2)
		complain(change, "spec.ipFamilyPolicy", policy,
			"must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified");
}

static void
check_configured(struct change *change, const struct value *spec)
{
	const struct value *families = value_get(spec, "ipFamilies");

	if (policy_is(spec, "RequireDualStack") && !is_dual_cluster(change->server))
		complain(change, "spec.ipFamilyPolicy", value_get(spec, "ipFamilyPolicy"),
			"this cluster is not configured for dual-stack services");
	for (size_t i = 0; i < value_count(families); i++) {
		char *path = xasprintf("spec.ipFamilies[%zu]", i);

		if (!pool_of(change->server, value_text(value_at(families, i))))
			complain(change, path, value_at(families, i), "not configured on this cluster");
		free(path);
	}
}

/* At least the cluster's family; both when the policy wants them, and there are both or that doesn't matter. */
static void
complete_families(struct change *change, struct value *spec, bool both)
{
	struct value *families = value_make_list(change->arena, spec, "ipFamilies");

	if (!value_count(families))
		value_append(change->arena, families, value_string(change->arena, default_family(change->server)));
	if (both && !policy_is(spec, "SingleStack") && value_count(families) == 1)
		value_append(change->arena, families,
			value_string(change->arena, other_family(value_text(value_at(families, 0)))));
}

/* initIPFamilyFields */
static int
settle_families(struct change *change, struct value *spec, const struct value *old)
{
	if (!service_needs_cluster_ip(spec) || keeps_dual_fields(spec, old))
		return 0;
	default_policy(change, spec, old);
	service_validate_cluster_ips(change->status, spec);
	if (refuse(change))
		return -1;
	if (old)
		reduce(change, spec, old);
	check_single(change, spec);
	infer_families(change, spec);
	if (refuse(change))
		return -1;
	if (is_headless_without_selector(spec)) {
		complete_families(change, spec, true);
		return 0;
	}
	check_configured(change, spec);
	if (refuse(change))
		return -1;
	complete_families(change, spec, is_dual_cluster(change->server));
	return 0;
}

static int
refuse_ip(struct change *change, const struct value *spec, const struct ippool *pool, const char *text,
	enum pool_result result)
{
	char range[IP_TEXT], canonical[IP_TEXT], *detail;
	struct ip ip = { 0 };

	ip_parse_lenient(text, &ip);
	if (result == POOL_ALLOCATED)
		detail = xasprintf("failed to allocate IP %s: provided IP is already allocated", text);
	else
		detail = xasprintf("failed to allocate IP %s: the provided IP (%s) is not in the valid range. The "
				   "range of valid IPs is %s",
			text, ip_format(&ip, canonical), cidr_format(&pool->cidr, range));
	complain(change, "spec.clusterIPs", value_get(spec, "clusterIPs"), detail);
	free(detail);
	return refuse(change);
}

static enum pool_result
hold_ip(struct change *change, struct ippool *pool, const struct ip *ip)
{
	enum pool_result result = ippool_take(pool, ip);

	if (!change->request->dry_run)
		return result;
	if (result == POOL_OK)
		ippool_give_back(pool, ip);
	return result == POOL_NOT_IN_RANGE ? result : POOL_OK;
}

static enum pool_result
hold_any_ip(struct change *change, struct ippool *pool, struct ip *ip)
{
	if (!change->request->dry_run)
		return ippool_take_next(pool, &change->server->rng, ip);
	*ip = pool->cidr.ip;
	return POOL_OK;
}

/* The address at place i: the one given, or any. */
static int
take_ip(struct change *change, struct value *spec, size_t i)
{
	struct taken *taken = change->taken;
	struct value *ips = value_get(spec, "clusterIPs");
	struct ippool *pool = pool_of(change->server, value_text(value_at(value_get(spec, "ipFamilies"), i)));
	const char *text = value_text(value_at(ips, i));
	char chosen[IP_TEXT];
	enum pool_result result;
	struct ip ip;

	if (text && *text) {
		if (!ip_parse_lenient(text, &ip))
			return status_set(change->status, STATUS_INTERNAL_ERROR,
				"Internal error occurred: failed to parse service IP \"%s\"", text);
		result = hold_ip(change, pool, &ip);
		if (result != POOL_OK)
			return refuse_ip(change, spec, pool, text, result);
	} else {
		if (hold_any_ip(change, pool, &ip) != POOL_OK)
			return status_set(change->status, STATUS_INTERNAL_ERROR,
				"Internal error occurred: failed to allocate a serviceIP: range is full");
		ips->list.v[i] = value_string(change->arena, ip_format(&ip, chosen));
	}
	if (!change->request->dry_run)
		taken->ips[taken->nips++] = ip;
	if (!i)
		value_set_text(change->arena, spec, "clusterIP", value_text(value_at(ips, 0)));
	return 0;
}

/* Addresses for the families from place `first` on. */
static int
take_ips(struct change *change, struct value *spec, size_t first)
{
	struct value *ips;

	if (!service_needs_cluster_ip(spec) || service_is_headless(spec))
		return 0;
	ips = value_make_list(change->arena, spec, "clusterIPs");
	while (value_count(ips) < value_count(value_get(spec, "ipFamilies")))
		value_append(change->arena, ips, value_string(change->arena, ""));
	for (size_t i = first; i < value_count(value_get(spec, "ipFamilies")); i++) {
		if (take_ip(change, spec, i))
			return -1;
	}
	return 0;
}

static void
free_ips_later(struct taken *taken, const struct value *ips, size_t first)
{
	for (size_t i = first; i < value_count(ips); i++) {
		const char *text = value_text(value_at(ips, i));

		if (text && ip_parse_lenient(text, &taken->freed_ips[taken->nfreed_ips]))
			taken->nfreed_ips++;
	}
}

/* updateClusterIPs: to and from ExternalName all are freed or taken, to and from dual stack the second. */
static int
update_ips(struct change *change, struct value *spec, const struct value *old)
{
	size_t n, nold;

	if (keeps_dual_fields(spec, old))
		return 0;
	if (!service_needs_cluster_ip(old))
		return take_ips(change, spec, 0);
	if (service_is_headless(old))
		return 0;
	if (!service_needs_cluster_ip(spec)) {
		free_ips_later(change->taken, value_get(old, "clusterIPs"), 0);
		return 0;
	}
	n = value_count(value_get(spec, "ipFamilies"));
	nold = value_count(value_get(old, "ipFamilies"));
	if (nold == 1 && n == 2)
		return take_ips(change, spec, 1);
	if (nold == 2 && n == 1)
		free_ips_later(change->taken, value_get(old, "clusterIPs"), 1);
	return 0;
}

static const char *
port_complaint(const struct portpool *pool, enum pool_result result, char text[static 96])
{
	if (result == POOL_ALLOCATED)
		return "provided port is already allocated";
	snprintf(text, 96, "provided port is not in the valid range. The range of valid ports is %u-%u", pool->first,
		pool->last);
	return text;
}

static enum pool_result
hold_port(struct change *change, int64_t port)
{
	struct taken *taken = change->taken;
	enum pool_result result = POOL_OK;

	if (!change->request->dry_run)
		result = portpool_take(&change->server->ports, port);
	else if (port >= 0 && port <= UINT16_MAX && portpool_has(&change->server->ports, (uint16_t)port))
		result = POOL_ALLOCATED;
	for (size_t i = 0; change->request->dry_run && i < taken->nports; i++)
		result = taken->ports[i] == port ? POOL_ALLOCATED : result;
	if (result == POOL_OK)
		taken->ports[taken->nports++] = port;
	return result;
}

static enum pool_result
hold_any_port(struct change *change, int64_t *port)
{
	struct taken *taken = change->taken;
	uint16_t found = 0;

	if (!change->request->dry_run) {
		if (portpool_take_next(&change->server->ports, &change->server->rng, &found) != POOL_OK)
			return POOL_FULL;
		*port = found;
	} else {
		*port = taken->nports ? 0 : DRY_PORT;
		for (size_t i = 0; i < taken->nports; i++)
			*port = taken->ports[i] >= *port ? taken->ports[i] + 1 : *port;
	}
	taken->ports[taken->nports++] = *port;
	return POOL_OK;
}

static int
take_port(struct change *change, size_t i, int64_t port)
{
	enum pool_result result = hold_port(change, port);
	char text[96], value[24], *path;

	if (result == POOL_OK)
		return 0;
	path = xasprintf("spec.ports[%zu].nodePort", i);
	snprintf(value, sizeof value, "%lld", (long long)port);
	status_invalid_value(change->status, path, value, port_complaint(&change->server->ports, result, text));
	free(path);
	return refuse(change);
}

static int
take_any_port(struct change *change, const char *what, int64_t *port)
{
	if (hold_any_port(change, port) == POOL_OK)
		return 0;
	return status_set(change->status, STATUS_INTERNAL_ERROR,
		"Internal error occurred: failed to allocate a %s: range is full", what);
}

static bool
allocates_node_ports(const struct value *spec)
{
	return service_is(spec, "NodePort") ||
		(service_is(spec, "LoadBalancer") && value_get_bool(spec, "allocateLoadBalancerNodePorts", true));
}

static int64_t
node_port(const struct value *port)
{
	return value_get_int(port, "nodePort", 0);
}

/* The node port of the first of ports[0..n-1] with the number; 0. */
static int64_t
node_port_of_number(const struct value *ports, size_t n, int64_t number)
{
	for (size_t i = 0; i < n; i++) {
		if (value_get_int(value_at(ports, i), "port", 0) == number && node_port(value_at(ports, i)))
			return node_port(value_at(ports, i));
	}
	return 0;
}

/* Ports of one number, of different protocols, share a node port unless they name different ones. */
static int
init_node_port(struct change *change, struct value *ports, size_t i)
{
	struct value *port = value_at(ports, i);
	int64_t number = value_get_int(port, "port", 0), wanted = node_port(port),
		shared = node_port_of_number(ports, i, number);
	int64_t any;

	if (shared) {
		if (wanted && wanted != shared)
			return take_port(change, i, wanted);
		value_set_int(change->arena, port, "nodePort", shared);
		return 0;
	}
	wanted = node_port_of_number(ports, value_count(ports), number);
	if (wanted) {
		value_set_int(change->arena, port, "nodePort", wanted);
		return take_port(change, i, wanted);
	}
	if (take_any_port(change, "nodePort", &any))
		return -1;
	value_set_int(change->arena, port, "nodePort", any);
	return 0;
}

static int
init_node_ports(struct change *change, struct value *spec)
{
	struct value *ports = value_get(spec, "ports");

	for (size_t i = 0; service_needs_node_port(spec) && i < value_count(ports); i++) {
		if (!node_port(value_at(ports, i)) && !allocates_node_ports(spec))
			continue;
		if (init_node_port(change, ports, i))
			return -1;
	}
	return 0;
}

static bool
holds(const struct value *ports, size_t n, int64_t port)
{
	for (size_t i = 0; i < n && i < value_count(ports); i++) {
		if (node_port(value_at(ports, i)) == port)
			return true;
	}
	return false;
}

static int
refuse_duplicate(struct change *change, const struct value *ports, size_t i)
{
	const char *protocol = service_text(value_at(ports, i), "protocol");

	for (size_t k = 0; k < i; k++) {
		if (node_port(value_at(ports, k)) == node_port(value_at(ports, i)) &&
			!strcmp(service_text(value_at(ports, k), "protocol"), protocol))
			return status_set(change->status, STATUS_UNKNOWN, "duplicate nodePort: {%s %lld}", protocol,
				(long long)node_port(value_at(ports, i)));
	}
	return 0;
}

static int
update_node_port(struct change *change, struct value *ports, size_t i, const struct value *old_ports)
{
	struct value *port = value_at(ports, i);
	int64_t wanted = node_port(port);
	int64_t any;

	if (!wanted) {
		if (take_any_port(change, "nodePort", &any))
			return -1;
		value_set_int(change->arena, port, "nodePort", any);
	} else if (!holds(old_ports, SIZE_MAX, wanted) && !holds(ports, i, wanted) && take_port(change, i, wanted)) {
		return -1;
	}
	return refuse_duplicate(change, ports, i);
}

static int
update_node_ports(struct change *change, struct value *spec, const struct value *old)
{
	struct taken *taken = change->taken;
	struct value *ports = value_get(spec, "ports");
	/* what an ExternalName named it never held (upstream would take it for held: two Services could get it) */
	const struct value *old_ports = service_needs_node_port(old) ? value_get(old, "ports") : NULL;
	bool needs = service_needs_node_port(spec);

	for (size_t i = 0; needs && i < value_count(ports); i++) {
		if (!node_port(value_at(ports, i)) && !allocates_node_ports(spec))
			continue;
		if (update_node_port(change, ports, i, old_ports))
			return -1;
	}
	for (size_t i = 0; i < value_count(old_ports); i++) {
		int64_t port = node_port(value_at(old_ports, i));

		if (port && (!needs || !holds(ports, SIZE_MAX, port)))
			taken->freed_ports[taken->nfreed_ports++] = port;
	}
	return 0;
}

static int
take_health_check(struct change *change, struct value *spec)
{
	int64_t wanted = value_get_int(spec, "healthCheckNodePort", 0);
	enum pool_result result;
	char text[96];
	int64_t any;

	if (!wanted) {
		if (take_any_port(change, "HealthCheck NodePort 0", &any))
			return -1;
		value_set_int(change->arena, spec, "healthCheckNodePort", any);
		return 0;
	}
	result = hold_port(change, wanted);
	if (result != POOL_OK)
		return status_set(change->status, STATUS_INTERNAL_ERROR,
			"Internal error occurred: failed to allocate requested HealthCheck NodePort %lld: %s",
			(long long)wanted, port_complaint(&change->server->ports, result, text));
	return 0;
}

static int
update_health_check(struct change *change, struct value *spec, const struct value *old)
{
	struct taken *taken = change->taken;
	bool needed = old && service_needs_health_check(old), needs = service_needs_health_check(spec);

	if (!needed && needs)
		return take_health_check(change, spec);
	if (needed && !needs)
		taken->freed_ports[taken->nfreed_ports++] = value_get_int(old, "healthCheckNodePort", 0);
	return 0;
}

static int
take_all(struct change *change, struct value *spec, const struct value *old)
{
	if (settle_families(change, spec, old))
		return -1;
	if (old ? update_ips(change, spec, old) : take_ips(change, spec, 0))
		return -1;
	if (old ? update_node_ports(change, spec, old) : init_node_ports(change, spec))
		return -1;
	return update_health_check(change, spec, old);
}

int
service_allocate(struct change *change)
{
	struct value *spec = value_get(change->new, "spec");
	const struct value *old = value_get(change->old, "spec");
	struct taken *taken = arena_alloc(change->arena, sizeof *taken);

	taken->ports = arena_alloc(change->arena, (value_count(value_get(spec, "ports")) + 1) * sizeof *taken->ports);
	taken->freed_ports =
		arena_alloc(change->arena, (value_count(value_get(old, "ports")) + 1) * sizeof *taken->freed_ports);
	change->taken = taken;
	if (!take_all(change, spec, old))
		return 0;
	service_settle(change, true);
	return -1;
}

static void
give_back_ip(struct server *server, const struct ip *ip)
{
	for (size_t i = 0; i < 2; i++) {
		if (server->settings.service_subnets[i].ip.family == ip->family)
			ippool_give_back(&server->ips[i], ip);
	}
}

void
service_settle(struct change *change, bool undo)
{
	const struct taken *taken = change->taken;
	size_t nips = undo ? taken->nips : taken->nfreed_ips, nports = undo ? taken->nports : taken->nfreed_ports;

	if (change->request->dry_run)
		return;
	for (size_t i = 0; i < nips; i++)
		give_back_ip(change->server, undo ? &taken->ips[i] : &taken->freed_ips[i]);
	for (size_t i = 0; i < nports; i++)
		portpool_give_back(&change->server->ports, (uint16_t)(undo ? taken->ports[i] : taken->freed_ports[i]));
}

void
service_deleted(struct server *server, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *ips = value_get(spec, "clusterIPs"),
			   *ports = value_get(spec, "ports");
	struct ip ip;

	for (size_t i = 0; service_needs_cluster_ip(spec) && i < value_count(ips); i++) {
		if (value_text(value_at(ips, i)) && ip_parse_lenient(value_text(value_at(ips, i)), &ip))
			give_back_ip(server, &ip);
	}
	/* an ExternalName may name a node port, but never held it */
	for (size_t i = 0; service_needs_node_port(spec) && i < value_count(ports); i++)
		portpool_give_back(&server->ports, (uint16_t)node_port(value_at(ports, i)));
	if (service_needs_health_check(spec))
		portpool_give_back(&server->ports, (uint16_t)value_get_int(spec, "healthCheckNodePort", 0));
}
