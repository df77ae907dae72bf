/*
 * Typed views: what controllers, proxies and the network compute with.  A view is read once from an object version and
 * kept with it; it lives as long as the object.  Text is never NULL here ("" when absent) unless said.
 */
#ifndef API_VIEW_H
#define API_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/object.h"
#include "base/ip.h"

#define PROTOCOLS(X) X(PROTOCOL_TCP, "TCP", "tcp", 6) X(PROTOCOL_UDP, "UDP", "udp", 17) X(PROTOCOL_SCTP, "SCTP", "sctp", 132) \
	X(PROTOCOL_ICMP, "ICMP", "icmp", 1)
enum protocol {
#define PROTOCOL_ENUM(id, upper, lower, number) id,
	PROTOCOLS(PROTOCOL_ENUM)
#undef PROTOCOL_ENUM
	PROTOCOL_COUNT
};
const char *protocol_name(enum protocol protocol);	/* "TCP" */
const char *protocol_lower(enum protocol protocol);	/* "tcp" */
unsigned protocol_number(enum protocol protocol);	/* IANA's: 6 */
bool protocol_parse(const char *text, enum protocol *protocol);	/* either case */

enum service_type { SERVICE_CLUSTER_IP, SERVICE_NODE_PORT, SERVICE_LOAD_BALANCER, SERVICE_EXTERNAL_NAME };

struct service_port {
	const char *name;
	enum protocol protocol;
	uint16_t port, node_port;	/* node_port 0: none */
	const char *target_name;	/* NULL when targetPort is a number */
	uint16_t target_port;
};

struct service_ingress {
	struct ip ip;		/* family IP_NONE for a host name */
	const char *hostname;
	bool proxied;		/* ipMode: Proxy */
};

struct service {
	const struct object *object;
	enum service_type type;
	const struct value *selector;	/* NULL when absent or empty */
	struct ip *cluster_ips;		/* empty when headless or ExternalName */
	size_t ncluster_ips;
	bool headless;
	struct service_port *ports;
	size_t nports;
	const char **external_ips;	/* as written */
	size_t nexternal_ips;
	const char **source_ranges;	/* as written */
	size_t nsource_ranges;
	struct service_ingress *ingress;	/* status.loadBalancer.ingress */
	size_t ningress;
	const char *external_name;
	bool internal_local, external_local;	/* the traffic policies */
	bool affinity;
	int affinity_seconds;
	uint16_t health_check_port;
	bool publish_not_ready;
	const char *traffic_distribution;
	const char *load_balancer_class;
};

struct slice_port {
	const char *name;	/* NULL only when the field is null */
	enum protocol protocol;
	uint16_t port;		/* 0: absent */
};

struct slice_endpoint {
	struct ip ip;		/* addresses[0] */
	const char *node;	/* "" when unset */
	const char *hostname, *zone;
	const char *pod;	/* targetRef of kind Pod; "" */
	const char *pod_namespace;
	int ready, serving, terminating;	/* -1: unset */
	const struct value *hints;	/* NULL or the map */
};

struct slice {
	const struct object *object;
	enum ip_family family;	/* IP_NONE for FQDN */
	const char *service;	/* label kubernetes.io/service-name */
	struct slice_port *ports;
	size_t nports;
	struct slice_endpoint *endpoints;
	size_t nendpoints;
};

struct pod_port {
	const char *container, *name;
	enum protocol protocol;
	uint16_t port, host_port;
};

struct pod {
	const struct object *object;
	const char *node;	/* "" until scheduled */
	struct ip ip;		/* status.podIP; family IP_NONE before */
	struct ip *ips;
	size_t nips;
	const char *phase;	/* Pending, Running, Succeeded, Failed, Unknown */
	bool ready;		/* condition Ready is True */
	bool deleting;
	bool host_network;
	const char *hostname, *subdomain, *dns_policy, *service_account;
	struct pod_port *ports;	/* containers, then restartable init containers */
	size_t nports;
};

struct node {
	const struct object *object;
	struct ip *ips;		/* InternalIP addresses, in order */
	size_t nips;
	struct ip external_ip;	/* first ExternalIP */
	struct cidr *pod_cidrs;
	size_t npod_cidrs;
	const char *zone;
	bool ready, unschedulable, control_plane;
};

const struct service *service_view(const struct object *object);
const struct slice *slice_view(const struct object *object);
const struct pod *pod_view(const struct object *object);
const struct node *node_view(const struct object *object);

/* A named or numbered targetPort on one pod; 0 when the pod has no port of that name and protocol. */
uint16_t pod_target_port(const struct pod *pod, const struct service_port *port);

#endif
