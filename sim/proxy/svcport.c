/*
 * What kube-proxy knows: one entry for each port of each Service that it serves, with the endpoints of that port.  Each
 * IP family has its own proxy, which sees only its own addresses.  Then the choice of endpoints: `cluster` for traffic
 * that may go anywhere, narrowed by topology hints, `local` for traffic that must stay on this node, and `reachable`,
 * every endpoint that one of the two can name.
 *
 * Follows pkg/proxy/serviceport.go, endpointslicecache.go, topology.go.
 */
#include <string.h>

#include "proxy/kubeproxy.h"

struct context {
	const struct proxy_input *input;
	struct arena *arena;
	const char *zone;	/* of this node */
};

/* Services. */

static const struct ip *
cluster_ip_of_family(const struct service *service, enum ip_family family)
{
	if (service->headless || service->type == SERVICE_EXTERNAL_NAME)
		return NULL;
	for (size_t i = 0; i < service->ncluster_ips; i++) {
		if (service->cluster_ips[i].family == family)
			return &service->cluster_ips[i];
	}
	return NULL;
}

static void
read_external_ips(struct context *context, const struct service *service, struct proxy_port *port)
{
	port->external_ips = arena_alloc(context->arena, service->nexternal_ips * sizeof *port->external_ips);
	for (size_t i = 0; i < service->nexternal_ips; i++) {
		struct ip ip;

		if (ip_parse_lenient(service->external_ips[i], &ip) && ip.family == context->input->family)
			port->external_ips[port->nexternal_ips++] = ip;
	}
}

/* Addresses of a balancer that works as a proxy are not the node's business. */
static void
read_vips(struct context *context, const struct service *service, struct proxy_port *port)
{
	port->vips = arena_alloc(context->arena, service->ningress * sizeof *port->vips);
	for (size_t i = 0; i < service->ningress; i++) {
		const struct service_ingress *ingress = &service->ingress[i];

		if (ingress->ip.family == context->input->family && !ingress->proxied)
			port->vips[port->nvips++] = ingress->ip;
	}
}

static const char *
trimmed(struct arena *arena, const char *text)
{
	size_t len;

	while (ascii_isspace((unsigned char)*text))
		text++;
	for (len = strlen(text); len > 0 && ascii_isspace((unsigned char)text[len - 1]);)
		len--;
	return arena_strndup(arena, text, len);
}

/* A range of everything makes the whole list mean what no list means. */
static void
read_source_ranges(struct context *context, const struct service *service, struct proxy_port *port)
{
	port->source_ranges = arena_alloc(context->arena, service->nsource_ranges * sizeof *port->source_ranges);
	for (size_t i = 0; i < service->nsource_ranges; i++) {
		struct cidr cidr;

		if (!cidr_parse_lenient(trimmed(context->arena, service->source_ranges[i]), &cidr) ||
				cidr.ip.family != context->input->family)
			continue;
		if (cidr.prefix == 0) {
			port->nsource_ranges = 0;
			return;
		}
		port->source_ranges[port->nsource_ranges++] = cidr_masked(&cidr);
	}
}

static void
read_service(struct context *context, const struct service *service, const struct service_port *source,
	struct proxy_port *port)
{
	const struct object *object = service->object;
	bool external = service->type == SERVICE_LOAD_BALANCER || service->type == SERVICE_NODE_PORT ||
		service->nexternal_ips > 0;

	port->namespace = object->namespace;
	port->service = object->name;
	port->port_name = source->name;
	port->name = arena_printf(context->arena, "%s/%s%s%s", object->namespace, object->name,
		*source->name ? ":" : "", source->name);
	port->view = service;
	port->protocol = source->protocol;
	port->cluster_ip = *cluster_ip_of_family(service, context->input->family);
	port->port = source->port;
	port->node_port = source->node_port;
	port->internal_local = service->internal_local;
	port->external_local = external && service->external_local;
	port->affinity = service->affinity;
	port->affinity_seconds = service->affinity_seconds;
	if (service->type == SERVICE_LOAD_BALANCER && service->external_local)
		port->health_check_port = service->health_check_port;
	read_external_ips(context, service, port);
	read_vips(context, service, port);
	read_source_ranges(context, service, port);
	port->externally_accessible = port->node_port || port->nvips || port->nexternal_ips;
	port->uses_cluster = !port->internal_local || port->externally_accessible;
	port->uses_local = port->internal_local || (port->external_local && port->externally_accessible);
}

/* Endpoints. */

static struct proxy_endpoint
make_endpoint(struct context *context, const struct slice_endpoint *source, uint16_t port)
{
	char text[IP_TEXT + 8];

	return (struct proxy_endpoint){
		.ip = source->ip,
		.port = port,
		.text = arena_strdup(context->arena, ip_port_format(&source->ip, port, text)),
		.ready = source->ready != 0,
		.serving = source->serving != 0,
		.terminating = source->terminating == 1,
		.local = *source->node && strcmp(source->node, context->input->node) == 0,
		.hints = source->hints,
		.source = source,
	};
}

struct endpoint_list {
	VEC(struct proxy_endpoint) v;
	struct map index;	/* text -> its place in v, plus 1 */
};

/* The same address twice: the later one counts, unless it is the one that is going away. */
static void
add_endpoint(struct endpoint_list *list, const struct proxy_endpoint *endpoint)
{
	uintptr_t place = (uintptr_t)map_get(&list->index, endpoint->text);

	if (place == 0) {
		*vec_push(&list->v) = *endpoint;
		map_set(&list->index, endpoint->text, (void *)(uintptr_t)list->v.n);
	} else if (!endpoint->terminating)
		list->v.v[place - 1] = *endpoint;
}

static void
add_slice(struct context *context, const struct slice *slice, const struct slice_port *port, struct endpoint_list *list)
{
	for (size_t i = 0; i < slice->nendpoints; i++) {
		struct proxy_endpoint endpoint;

		if (slice->endpoints[i].ip.family != context->input->family)
			continue;
		endpoint = make_endpoint(context, &slice->endpoints[i], port->port);
		add_endpoint(list, &endpoint);
	}
}

static int
compare_endpoints(const void *a, const void *b)
{
	const struct proxy_endpoint *x = a, *y = b;

	return strcmp(x->text, y->text);
}

/* A slice's port belongs to the Service's port of the same name and protocol, whatever the numbers. */
static void
collect_endpoints(struct context *context, struct proxy_port *port, const struct slice_list *slices)
{
	struct endpoint_list list = { VEC_INIT, MAP_INIT };

	for (size_t i = 0; slices && i < slices->v.n; i++) {
		const struct slice *slice = slices->v.v[i];

		for (size_t j = 0; slice->family == context->input->family && j < slice->nports; j++) {
			const struct slice_port *candidate = &slice->ports[j];

			if (candidate->name && candidate->port && candidate->protocol == port->protocol &&
					strcmp(candidate->name, port->port_name) == 0)
				add_slice(context, slice, candidate, &list);
		}
	}
	if (list.v.n > 1)
		qsort(list.v.v, list.v.n, sizeof *list.v.v, compare_endpoints);
	port->nall = list.v.n;
	port->all = list.v.n ? arena_memdup(context->arena, list.v.v, list.v.n * sizeof *list.v.v) : NULL;
	vec_release(&list.v);
	map_release(&list.index);
}

/* The choice. */

enum topology { TOPOLOGY_NONE, TOPOLOGY_NODE, TOPOLOGY_ZONE };

static bool
hints_have(const struct value *hints, const char *list, const char *name)
{
	const struct value *names = value_get(hints, list);

	for (size_t i = 0; i < value_count(names); i++) {
		const char *hint = value_get_text(value_at(names, i), "name");

		if (hint && strcmp(hint, name) == 0)
			return true;
	}
	return false;
}

/* Hints count only when every ready endpoint has them and one of them means this place. */
static bool
hints_usable(const struct proxy_port *port, const char *list, const char *name)
{
	bool here = false;

	if (!*name)
		return false;
	for (size_t i = 0; i < port->nall; i++) {
		const struct proxy_endpoint *endpoint = &port->all[i];

		if (!endpoint->ready)
			continue;
		if (value_count(value_get(endpoint->hints, list)) == 0)
			return false;
		here = here || hints_have(endpoint->hints, list, name);
	}
	return here;
}

static bool
topology_allows(const struct context *context, enum topology topology, const struct proxy_endpoint *endpoint)
{
	switch (topology) {
	case TOPOLOGY_NODE:	return hints_have(endpoint->hints, "forNodes", context->input->node);
	case TOPOLOGY_ZONE:	return hints_have(endpoint->hints, "forZones", context->zone);
	case TOPOLOGY_NONE:	break;
	}
	return true;
}

static bool
is_last_resort(const struct proxy_endpoint *endpoint)
{
	return !endpoint->ready && endpoint->serving && endpoint->terminating;
}

static enum topology
choose_cluster(const struct context *context, struct proxy_port *port)
{
	enum topology topology = hints_usable(port, "forNodes", context->input->node) ? TOPOLOGY_NODE :
		hints_usable(port, "forZones", context->zone) ? TOPOLOGY_ZONE : TOPOLOGY_NONE;

	port->cluster = arena_alloc(context->arena, port->nall * sizeof *port->cluster);
	for (size_t i = 0; i < port->nall; i++) {
		if (port->all[i].ready && topology_allows(context, topology, &port->all[i]))
			port->cluster[port->ncluster++] = &port->all[i];
	}
	if (port->ncluster > 0)
		return topology;
	for (size_t i = 0; i < port->nall; i++) {
		if (port->all[i].serving && port->all[i].terminating)
			port->cluster[port->ncluster++] = &port->all[i];
	}
	return topology;
}

/* true: the list is of endpoints that are going away */
static bool
choose_local(const struct context *context, struct proxy_port *port)
{
	port->local = arena_alloc(context->arena, port->nall * sizeof *port->local);
	for (size_t i = 0; i < port->nall; i++) {
		if (port->all[i].local && port->all[i].ready)
			port->local[port->nlocal++] = &port->all[i];
	}
	if (port->nlocal > 0)
		return false;
	for (size_t i = 0; i < port->nall; i++) {
		if (port->all[i].local && is_last_resort(&port->all[i]))
			port->local[port->nlocal++] = &port->all[i];
	}
	return port->nlocal > 0;
}

/* Both lists are in the order of port->all. */
static void
join_lists(const struct context *context, struct proxy_port *port)
{
	size_t c = 0, l = 0;

	port->reachable = arena_alloc(context->arena, port->nall * sizeof *port->reachable);
	for (size_t i = 0; i < port->nall; i++) {
		struct proxy_endpoint *endpoint = &port->all[i];
		bool in_cluster = c < port->ncluster && port->cluster[c] == endpoint;
		bool in_local = l < port->nlocal && port->local[l] == endpoint;

		c += in_cluster;
		l += in_local;
		if (in_cluster || in_local)
			port->reachable[port->nreachable++] = endpoint;
	}
}

static void
choose_endpoints(const struct context *context, struct proxy_port *port)
{
	enum topology topology = TOPOLOGY_NONE;
	bool fallback = false;

	if (port->uses_cluster)
		topology = choose_cluster(context, port);
	if (port->uses_local)
		fallback = choose_local(context, port);
	port->has_endpoints = port->ncluster > 0;
	for (size_t i = 0; port->uses_local && i < port->nall; i++)
		port->has_endpoints = port->has_endpoints || port->all[i].ready || is_last_resort(&port->all[i]);
	if (port->uses_cluster && port->uses_local && (topology != TOPOLOGY_NONE || fallback))
		join_lists(context, port);
	else {
		port->reachable = port->uses_cluster ? port->cluster : port->local;
		port->nreachable = port->uses_cluster ? port->ncluster : port->nlocal;
	}
	port->has_internal = port->has_endpoints && !(port->internal_local && port->nlocal == 0);
	port->has_external = port->has_endpoints && !(port->external_local && port->nlocal == 0);
}

static void
context_init(struct context *context, const struct proxy_input *input, struct arena *arena)
{
	const struct object *node = store_get(input->store, kind_by_kind("Node"), "", input->node);

	*context = (struct context){ input, arena, node ? node_view(node)->zone : "" };
}

typedef VEC(struct proxy_port) port_list;

static void
add_service(struct context *context, const struct object *object, const struct slice_index *slices, port_list *list)
{
	const struct service *service = service_view(object);
	const struct slice_list *own;

	if (!cluster_ip_of_family(service, context->input->family))
		return;
	own = slice_index_of(slices, object->namespace, object->name);
	for (size_t j = 0; j < service->nports; j++) {
		struct proxy_port *port = vec_push(list);

		read_service(context, service, &service->ports[j], port);
		collect_endpoints(context, port, own);
		choose_endpoints(context, port);
	}
}

static void
hand_over(port_list *list, struct arena *arena, struct proxy_port **ports, size_t *n)
{
	*n = list->n;
	*ports = list->n ? arena_memdup(arena, list->v, list->n * sizeof *list->v) : NULL;
	vec_release(list);
}

void
proxy_ports(const struct proxy_input *input, struct arena *arena, struct proxy_port **ports, size_t *n)
{
	struct slice_index own = { MAP_INIT };
	struct context context;
	port_list list = VEC_INIT;
	size_t count;
	const struct object *const *services = store_list(input->store, kind_by_kind("Service"), NULL, &count);

	context_init(&context, input, arena);
	if (!input->slices)
		slice_index_init(&own, input->store);
	for (size_t i = 0; i < count; i++)
		add_service(&context, services[i], input->slices ? input->slices : &own, &list);
	slice_index_release(&own);
	hand_over(&list, arena, ports, n);
}

void
proxy_service_ports(const struct proxy_input *input, const char *namespace, const char *name, struct arena *arena,
	struct proxy_port **ports, size_t *n)
{
	const struct object *service = store_get(input->store, kind_by_kind("Service"), namespace, name);
	struct context context;
	port_list list = VEC_INIT;

	context_init(&context, input, arena);
	if (service)
		add_service(&context, service, input->slices, &list);
	hand_over(&list, arena, ports, n);
}
