/* What stands in the network, made from Nodes, Pods and the settings; the rules of nodes are world_rules.c's. */
#include "net/world.h"

#include <string.h>

#include "control/serve.h"
#include "net/world_rules.h"

enum { SEEN_NODES, SEEN_PODS, SEEN_SERVICES, SEEN_SLICES };
static const char *const seen_kind[] = { "Node", "Pod", "Service", "EndpointSlice" };

/* Processes that every node of a kubeadm cluster has; where: "" every node, "control-plane" only that one. */
static const struct daemon {
	uint16_t port;
	bool loopback_only;
	bool control_plane_only;
	const char *name;
} daemons[] = {
	{ 22, false, false, "sshd" },
	{ 10250, false, false, "kubelet" },
	{ 10256, false, false, "kube-proxy" },
	{ 10248, true, false, "kubelet" },
	{ 10249, true, false, "kube-proxy" },
	{ 6443, false, true, "kube-apiserver" },
	{ 2379, false, true, "etcd" },
	{ 2380, false, true, "etcd" },
	{ 10257, true, true, "kube-controller-manager" },
	{ 10259, true, true, "kube-scheduler" },
};

static void
nodes_release(struct world *world)
{
	for (size_t i = 0; i < world->nnodes; i++) {
		struct world_node *node = &world->nodes[i];
		const struct map_entry *entry;

		node_forget_rules(node);
		for (size_t at = 0; (entry = map_next(&node->recent, &at));)
			free(entry->value);
		map_release(&node->recent);
	}
	arena_release(&world->arena);
	world->nodes = NULL;
	world->nnodes = 0;
}

void
world_init(struct world *world, const struct store *store, const struct settings *settings)
{
	memset(world, 0, sizeof *world);
	world->store = store;
	world->settings = settings;
	world->seen = UINT64_MAX;
	for (size_t i = 0; i < 4; i++)
		world->seen_kinds[i] = UINT64_MAX;
}

void
world_release(struct world *world)
{
	nodes_release(world);
	map_release(&world->pods);
	map_release(&world->addresses);
	map_release(&world->balancers);
	map_release(&world->endpoints);
	slice_index_release(&world->slices);
}

static void
node_add_local(struct world *world, struct world_node *node, const struct ip *ip)
{
	struct ip *grown;

	for (size_t i = 0; i < node->nlocal; i++)
		if (ip_equal(&node->local[i], ip))
			return;
	grown = arena_alloc(&world->arena, (node->nlocal + 1) * sizeof *grown);
	if (node->nlocal)
		memcpy(grown, node->local, node->nlocal * sizeof *grown);
	grown[node->nlocal++] = *ip;
	node->local = grown;
}

/* {to: CIDR, via: ADDRESS}; without via the route is gone.  `default` is everything. */
static bool
route_read(const struct value *entry, struct world_route *route)
{
	const char *to = value_get_text(entry, "to"), *via = value_get_text(entry, "via");

	*route = (struct world_route){ .via = { .family = IP_NONE } };
	return to && cidr_parse(strcmp(to, "default") == 0 ? "0.0.0.0/0" : to, &route->to) &&
		(!via || (ip_parse(via, &route->via) && route->via.family == route->to.ip.family));
}

static void
node_make_routes(struct world *world, struct world_node *node)
{
	size_t n = value_count(node->host.routes);

	node->routes = arena_alloc(&world->arena, (n + 1) * sizeof *node->routes);
	for (size_t i = 0; i < n; i++)
		node->nroutes += route_read(value_at(node->host.routes, i), &node->routes[node->nroutes]);
}

const struct world_route *
world_node_route(const struct world_node *node, const struct ip *ip)
{
	const struct world_route *best = NULL;

	for (size_t i = 0; i < node->nroutes; i++)
		if (cidr_contains(&node->routes[i].to, ip) && (!best || node->routes[i].to.prefix >= best->to.prefix))
			best = &node->routes[i];
	return best;
}

struct ip
world_node_gateway(const struct world_node *node, enum ip_family family)
{
	struct cidr network = { .prefix = family == IP_V4 ? 24 : 64 };

	for (size_t i = 0; i < node->view->nips; i++)
		if (node->view->ips[i].family == family) {
			network.ip = node->view->ips[i];
			network = cidr_masked(&network);
			return ip_plus(&network.ip, 1);
		}
	return (struct ip){ .family = IP_NONE };
}

static void
node_make(struct world *world, struct world_node *node, const struct object *object)
{
	node->view = node_view(object);
	node->name = arena_strdup(&world->arena, object->name);
	node->host = settings_host(world->settings, object->name);
	node_make_routes(world, node);
	for (size_t i = 0; i < node->view->nips; i++)
		node_add_local(world, node, &node->view->ips[i]);
	for (size_t i = 0; i < node->view->npod_cidrs; i++) {
		struct cidr masked = cidr_masked(&node->view->pod_cidrs[i]);
		struct ip bridge = ip_plus(&masked.ip, 1);

		if (node->bridge[bridge.family - 1].family == IP_NONE)
			node->bridge[bridge.family - 1] = bridge;
		node_add_local(world, node, &bridge);
	}
	for (size_t i = 0; i < node->host.nlocal_addresses; i++)
		node_add_local(world, node, &node->host.local_addresses[i]);
}

static void
nodes_make(struct world *world)
{
	size_t n;
	const struct object *const *objects = store_list(world->store, kind_by_kind("Node"), NULL, &n);

	nodes_release(world);
	world->nodes = arena_alloc(&world->arena, (n + 1) * sizeof *world->nodes);
	world->nnodes = n;
	for (size_t i = 0; i < n; i++)
		node_make(world, &world->nodes[i], objects[i]);
}

void
world_sync(struct world *world)
{
	bool changed[4];
	uint64_t since = world->seen, version = store_version(world->store);

	if (since == version)
		return;
	world->seen = version;
	for (size_t i = 0; i < 4; i++) {
		uint64_t now = store_kind_version(world->store, kind_by_kind(seen_kind[i]));

		changed[i] = world->seen_kinds[i] != now;
		world->seen_kinds[i] = now;
	}
	if (changed[SEEN_SERVICES] || changed[SEEN_SLICES])
		world_follow(world, since);
	if (changed[SEEN_NODES])
		nodes_make(world);
	if (changed[SEEN_PODS])
		world->pods_known = false;
	if (changed[SEEN_SERVICES])
		world->services_known = false;
	if (changed[SEEN_SLICES])
		world->endpoints_known = false;
}

struct world_node *
world_node(struct world *world, const char *name)
{
	for (size_t i = 0; i < world->nnodes; i++)
		if (strcmp(world->nodes[i].name, name) == 0)
			return &world->nodes[i];
	return NULL;
}

struct world_node *
world_node_by_ip(struct world *world, const struct ip *ip)
{
	for (size_t i = 0; i < world->nnodes; i++) {
		struct world_node *node = &world->nodes[i];

		for (size_t j = 0; j < node->view->nips; j++)
			if (ip_equal(&node->view->ips[j], ip))
				return node;
		if (node->view->external_ip.family != IP_NONE && ip_equal(&node->view->external_ip, ip))
			return node;
		for (size_t j = 0; j < node->host.nlocal_addresses; j++)
			if (ip_equal(&node->host.local_addresses[j], ip))
				return node;
	}
	return NULL;
}

struct world_node *
world_node_by_pod_cidr(struct world *world, const struct ip *ip)
{
	for (size_t i = 0; i < world->nnodes; i++)
		for (size_t j = 0; j < world->nodes[i].view->npod_cidrs; j++)
			if (cidr_contains(&world->nodes[i].view->pod_cidrs[j], ip))
				return &world->nodes[i];
	return NULL;
}

bool
world_node_owns(struct world *world, struct world_node *node, const struct ip *ip)
{
	const struct ipvs *ipvs = world_ipvs(world, node, ip->family);

	if (ipvs && ipvs_binds(ipvs, ip))
		return true;
	if (ip_is_loopback(ip))
		return true;
	for (size_t i = 0; i < node->nlocal; i++)
		if (ip_equal(&node->local[i], ip))
			return true;
	return false;
}

/* Finished pods have given their address back. */
static bool
pod_holds_address(const struct pod *pod)
{
	return !pod->host_network && strcmp(pod->phase, "Succeeded") != 0 && strcmp(pod->phase, "Failed") != 0;
}

static void
pods_make(struct world *world)
{
	size_t n;
	const struct object *const *objects = store_list(world->store, kind_by_kind("Pod"), NULL, &n);

	map_release(&world->pods);
	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(objects[i]);

		if (!pod_holds_address(pod))
			continue;
		for (size_t j = 0; j < pod->nips; j++) {
			char text[IP_TEXT];

			map_set(&world->pods, ip_format(&pod->ips[j], text), (void *)(uintptr_t)pod);
		}
	}
	world->pods_known = true;
}

const struct pod *
world_pod_by_ip(struct world *world, const struct ip *ip)
{
	char text[IP_TEXT];

	if (!world->pods_known)
		pods_make(world);
	return map_get(&world->pods, ip_format(ip, text));
}

/* ---- addresses of Services ---- */

static void
address_add(struct map *addresses, const struct ip *ip, const struct service *service)
{
	char text[IP_TEXT];

	if (ip->family != IP_NONE && !map_get(addresses, ip_format(ip, text)))
		map_set(addresses, text, (void *)(uintptr_t)service);
}

/* Of two Services with one address the first by name has it. */
static void
services_learn(struct world *world)
{
	size_t n;
	const struct object *const *objects = store_list(world->store, kind_by_kind("Service"), NULL, &n);

	map_release(&world->addresses);
	map_release(&world->balancers);
	for (size_t i = 0; i < n; i++) {
		const struct service *service = service_view(objects[i]);
		struct ip external;

		for (size_t j = 0; j < service->ncluster_ips; j++)
			address_add(&world->addresses, &service->cluster_ips[j], service);
		for (size_t j = 0; j < service->nexternal_ips; j++)
			if (ip_parse_lenient(service->external_ips[j], &external))
				address_add(&world->addresses, &external, service);
		for (size_t j = 0; j < service->ningress; j++)
			address_add(&world->balancers, &service->ingress[j].ip, service);
	}
	world->services_known = true;
}

const struct service *
world_service_by_balancer(struct world *world, const struct ip *ip)
{
	char text[IP_TEXT];

	if (!world->services_known)
		services_learn(world);
	return world->balancers.live ? map_get(&world->balancers, ip_format(ip, text)) : NULL;
}

const struct service *
world_service_by_ip(struct world *world, const struct ip *ip)
{
	const struct service *service;
	char text[IP_TEXT];

	if (!world->services_known)
		services_learn(world);
	service = map_get(&world->addresses, ip_format(ip, text));
	return service ? service : world_service_by_balancer(world, ip);
}

/* ---- endpoints ---- */

static void
endpoint_key(struct str *key, const struct ip *ip, uint16_t port, enum protocol protocol)
{
	char text[IP_TEXT];

	str_clear(key);
	str_addf(key, "%s %u %d", ip_format(ip, text), port, (int)protocol);
}

static void
endpoints_learn(struct world *world)
{
	size_t n;
	const struct object *const *slices = store_list(world->store, kind_by_kind("EndpointSlice"), NULL, &n);
	struct str key = STR_INIT;

	map_release(&world->endpoints);
	for (size_t i = 0; i < n; i++) {
		const struct slice *slice = slice_view(slices[i]);

		for (size_t e = 0; e < slice->nendpoints; e++) {
			for (size_t p = 0; !slice->endpoints[e].pod[0] && p < slice->nports; p++) {
				endpoint_key(
					&key, &slice->endpoints[e].ip, slice->ports[p].port, slice->ports[p].protocol);
				map_set(&world->endpoints, key.buf, world);
			}
		}
	}
	str_release(&key);
	world->endpoints_known = true;
}

bool
world_endpoint_listed(struct world *world, const struct packet *packet)
{
	struct str key = STR_INIT;
	bool listed;

	if (!world->endpoints_known)
		endpoints_learn(world);
	endpoint_key(&key, &packet->dst, packet->dport, packet->protocol);
	listed = map_get(&world->endpoints, key.buf) != NULL;
	str_release(&key);
	return listed;
}

/* kube-proxy answers there on every node. */
static bool
is_health_check_port(const struct world *world, uint16_t port)
{
	size_t n;
	const struct object *const *services = store_list(world->store, kind_by_kind("Service"), NULL, &n);

	for (size_t i = 0; port && i < n; i++)
		if (service_view(services[i])->health_check_port == port)
			return true;
	return false;
}

static bool
is_stopped(const struct world_node *node, const char *process)
{
	return (node->host.kubelet_stopped && strcmp(process, "kubelet") == 0) ||
		(node->host.proxy_stopped && strcmp(process, "kube-proxy") == 0);
}

bool
world_node_listens(
	struct world *world, const struct world_node *node, enum protocol protocol, uint16_t port, bool loopback)
{
	size_t n;
	const struct object *const *objects = store_list(world->store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; protocol == PROTOCOL_TCP && i < sizeof daemons / sizeof daemons[0]; i++)
		if (daemons[i].port == port && (loopback || !daemons[i].loopback_only) &&
			(node->view->control_plane || !daemons[i].control_plane_only) &&
			!is_stopped(node, daemons[i].name))
			return true;
	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(objects[i]);

		if (pod->host_network && strcmp(pod->node, node->name) == 0 &&
			(loopback ? pod_listener(world->store, pod, protocol, port) != NULL
				: pod_listens(world->store, pod, protocol, port)))
			return true;
	}
	return protocol == PROTOCOL_TCP && !node->host.proxy_stopped && is_health_check_port(world, port);
}

static int
check_routes(const struct node_host *host, struct err *err)
{
	struct world_route route;

	for (size_t i = 0; i < value_count(host->routes); i++)
		if (!route_read(value_at(host->routes, i), &route))
			return err_set(err, ERR_INPUT, "NodeHost %s, spec.routes[%zu]: to must be a CIDR, and via an address of "
				"its family", host->name, i);
	return 0;
}

int
world_check_hosts(const struct settings *settings, struct err *err)
{
	for (size_t i = 0; i < settings->hosts.n; i++) {
		const struct node_host *host = &settings->hosts.v[i];
		const struct {
			const char *field, *text;
		} texts[] = { { "rules", host->rules }, { "appendedRules", host->appended_rules } };
		struct ruleset rules;
		int failed = check_routes(host, err);

		ruleset_init(&rules, IP_V4);
		for (size_t t = 0; t < sizeof texts / sizeof texts[0] && !failed; t++) {
			char *file = xasprintf("NodeHost %s, spec.%s", host->name, texts[t].field);

			failed = ruleset_read(&rules, file, texts[t].text, strlen(texts[t].text), err) ||
				ruleset_link(&rules, file, err);
			free(file);
		}
		ruleset_release(&rules);
		if (failed)
			return -1;
	}
	return 0;
}
