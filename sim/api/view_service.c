/*
 * Services as kube-proxy, the endpoints controllers and DNS compute with them.  Absent fields read as the API server's
 * defaults, so that objects taken as they are stored elsewhere work too.
 */
#include "api/view_internal.h"

#include <string.h>

#define AFFINITY_SECONDS 10800 /* pkg/apis/core/types.go: DefaultClientIPServiceAffinitySeconds */

static const struct {
	const char *text;
	enum service_type type;
} types[] = {
	{ "ClusterIP", SERVICE_CLUSTER_IP },
	{ "NodePort", SERVICE_NODE_PORT },
	{ "LoadBalancer", SERVICE_LOAD_BALANCER },
	{ "ExternalName", SERVICE_EXTERNAL_NAME },
};

static enum service_type
read_type(const struct value *spec)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!strcmp(types[i].text, view_text(spec, "type")))
			return types[i].type;
	}
	return SERVICE_CLUSTER_IP;
}

static void
read_target(struct service_port *port, const struct value *row)
{
	const struct value *target = value_get(row, "targetPort");
	const char *text = value_text(target);

	port->target_port = view_port(row, "targetPort");
	if (text && *text)
		port->target_name = text;
	else if (!port->target_port)
		port->target_port = port->port;
}

static void
read_ports(struct service *service, const struct value *rows, struct arena *arena)
{
	service->nports = value_count(rows);
	service->ports = arena_alloc(arena, (service->nports + 1) * sizeof *service->ports);
	for (size_t i = 0; i < service->nports; i++) {
		const struct value *row = value_at(rows, i);
		struct service_port *port = &service->ports[i];

		port->name = view_text(row, "name");
		port->protocol = view_protocol(row);
		port->port = view_port(row, "port");
		port->node_port = view_port(row, "nodePort");
		read_target(port, row);
	}
}

/* clusterIPs, or clusterIP alone where an old or hand-made object has only that. */
static void
read_cluster_ips(struct service *service, const struct value *spec, struct arena *arena)
{
	const struct value *list = value_get(spec, "clusterIPs");
	struct value *one = value_get(spec, "clusterIP");
	const char *first = value_text(value_count(list) ? value_at(list, 0) : one);

	service->headless = first && !strcmp(first, "None") && service->type != SERVICE_EXTERNAL_NAME;
	if (!value_count(list) && one) {
		struct value *single = value_list(arena);

		value_append(arena, single, one);
		list = single;
	}
	if (service->type == SERVICE_EXTERNAL_NAME)
		list = NULL;
	service->cluster_ips = view_ips(arena, list, &service->ncluster_ips);
}

static void
read_ingress(struct service *service, const struct value *rows, struct arena *arena)
{
	service->ningress = value_count(rows);
	service->ingress = arena_alloc(arena, (service->ningress + 1) * sizeof *service->ingress);
	for (size_t i = 0; i < service->ningress; i++) {
		const struct value *row = value_at(rows, i);

		service->ingress[i].ip = view_ip(value_get_text(row, "ip"));
		service->ingress[i].hostname = view_text(row, "hostname");
		service->ingress[i].proxied = !strcmp(view_text(row, "ipMode"), "Proxy");
	}
}

static void *
make_service(const struct object *object, struct arena *arena)
{
	struct service *service = arena_alloc(arena, sizeof *service);
	const struct value *spec = value_get(object->root, "spec");
	const struct value *client_ip = value_get(value_get(spec, "sessionAffinityConfig"), "clientIP");
	const struct value *selector = value_get(spec, "selector");

	service->object = object;
	service->type = read_type(spec);
	service->selector = value_count(selector) ? selector : NULL;
	read_cluster_ips(service, spec, arena);
	read_ports(service, value_get(spec, "ports"), arena);
	service->external_ips = view_texts(arena, value_get(spec, "externalIPs"), &service->nexternal_ips);
	service->source_ranges =
		view_texts(arena, value_get(spec, "loadBalancerSourceRanges"), &service->nsource_ranges);
	read_ingress(service, value_path(object->root, "status.loadBalancer.ingress"), arena);
	service->external_name = view_text(spec, "externalName");
	service->internal_local = !strcmp(view_text(spec, "internalTrafficPolicy"), "Local");
	service->external_local = !strcmp(view_text(spec, "externalTrafficPolicy"), "Local");
	service->affinity = !strcmp(view_text(spec, "sessionAffinity"), "ClientIP");
	service->affinity_seconds = (int)value_get_int(client_ip, "timeoutSeconds", AFFINITY_SECONDS);
	service->health_check_port = view_port(spec, "healthCheckNodePort");
	service->publish_not_ready = value_get_bool(spec, "publishNotReadyAddresses", false);
	service->traffic_distribution = view_text(spec, "trafficDistribution");
	service->load_balancer_class = view_text(spec, "loadBalancerClass");
	return service;
}

const struct service *
service_view(const struct object *object)
{
	return view_keep(object, "Service", make_service);
}
