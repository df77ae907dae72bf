/* Pods as controllers, kubelets and the network compute with them. */
#include "api/view_internal.h"

#include <string.h>

static void
read_container_ports(struct pod *pod, const struct value *container)
{
	const struct value *rows = value_get(container, "ports");

	for (size_t i = 0; i < value_count(rows); i++) {
		const struct value *row = value_at(rows, i);
		struct pod_port *port = &pod->ports[pod->nports++];

		port->container = view_text(container, "name");
		port->name = view_text(row, "name");
		port->protocol = view_protocol(row);
		port->port = view_port(row, "containerPort");
		port->host_port = view_port(row, "hostPort");
	}
}

static size_t
count_ports(const struct value *containers)
{
	size_t n = 0;

	for (size_t i = 0; i < value_count(containers); i++)
		n += value_count(value_get(value_at(containers, i), "ports"));
	return n;
}

static void
read_ports(struct pod *pod, const struct value *spec, struct arena *arena)
{
	const struct value *containers = value_get(spec, "containers"), *init = value_get(spec, "initContainers");

	pod->ports = arena_alloc(arena, (count_ports(containers) + count_ports(init) + 1) * sizeof *pod->ports);
	for (size_t i = 0; i < value_count(containers); i++)
		read_container_ports(pod, value_at(containers, i));
	for (size_t i = 0; i < value_count(init); i++) {
		if (!strcmp(view_text(value_at(init, i), "restartPolicy"), "Always"))
			read_container_ports(pod, value_at(init, i));
	}
}

static void
read_ips(struct pod *pod, const struct value *status, struct arena *arena)
{
	const struct value *rows = value_get(status, "podIPs");

	pod->ip = view_ip(value_get_text(status, "podIP"));
	pod->ips = arena_alloc(arena, (value_count(rows) + 1) * sizeof *pod->ips);
	for (size_t i = 0; i < value_count(rows); i++) {
		struct ip ip = view_ip(value_get_text(value_at(rows, i), "ip"));

		if (ip.family != IP_NONE)
			pod->ips[pod->nips++] = ip;
	}
	if (pod->ip.family == IP_NONE && pod->nips)
		pod->ip = pod->ips[0];
	else if (pod->ip.family != IP_NONE && !pod->nips)
		pod->ips[pod->nips++] = pod->ip;
}

static void *
make_pod(const struct object *object, struct arena *arena)
{
	struct pod *pod = arena_alloc(arena, sizeof *pod);
	const struct value *spec = value_get(object->root, "spec"), *status = value_get(object->root, "status");

	pod->object = object;
	pod->node = view_text(spec, "nodeName");
	read_ips(pod, status, arena);
	pod->phase = view_text(status, "phase");
	pod->ready = view_condition(object->root, "Ready");
	pod->deleting = object_is_deleting(object);
	pod->host_network = value_get_bool(spec, "hostNetwork", false);
	pod->hostname = view_text(spec, "hostname");
	pod->subdomain = view_text(spec, "subdomain");
	pod->dns_policy = view_text(spec, "dnsPolicy");
	pod->service_account = view_text(spec, "serviceAccountName");
	read_ports(pod, spec, arena);
	return pod;
}

const struct pod *
pod_view(const struct object *object)
{
	return view_keep(object, "Pod", make_pod);
}

/* pkg/api/v1/pod/util.go: FindPort.  A number needs no port of the pod. */
uint16_t
pod_target_port(const struct pod *pod, const struct service_port *port)
{
	if (!port->target_name)
		return port->target_port;
	for (size_t i = 0; i < pod->nports; i++) {
		if (pod->ports[i].protocol == port->protocol && !strcmp(pod->ports[i].name, port->target_name))
			return pod->ports[i].port;
	}
	return 0;
}
