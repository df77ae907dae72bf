/*
 * kube-proxy on one node, one IP family: Services and EndpointSlices in, rules out.  Follows pkg/proxy (v1.32):
 * types.go, topology.go, endpointslicecache.go, iptables/proxier.go.
 */
#ifndef PROXY_KUBEPROXY_H
#define PROXY_KUBEPROXY_H

#include "proxy/ruleset.h"
#include "server/settings.h"
#include "store/store.h"

struct proxy_input {
	const struct store *store;
	const struct settings *settings;
	const char *node;
	enum ip_family family;
};

/* proxy/svcport.c: what kube-proxy makes of the API's objects (SPEC.md A.1, A.2). */
struct proxy_endpoint {
	struct ip ip;
	uint16_t port;
	const char *text;	/* "10.0.0.1:80", "[fd00::1]:80" */
	bool ready, serving, terminating, local;
	const struct value *hints;
	const struct slice_endpoint *source;
};
struct proxy_port {		/* one (Service, port) */
	const char *namespace, *service, *port_name;
	const char *name;	/* "ns/svc" or "ns/svc:port" */
	const struct service *view;
	enum protocol protocol;
	struct ip cluster_ip;
	uint16_t port, node_port, health_check_port;
	struct ip *external_ips, *vips;
	size_t nexternal_ips, nvips;
	struct cidr *source_ranges;
	size_t nsource_ranges;
	bool internal_local, external_local, affinity;
	int affinity_seconds;
	struct proxy_endpoint *all;	/* sorted by text */
	size_t nall;
	struct proxy_endpoint **cluster, **local, **reachable;	/* the lists of A.2 */
	size_t ncluster, nlocal, nreachable;
	bool uses_cluster, uses_local, has_endpoints, has_internal, has_external;
	bool externally_accessible;
};
/* Sorted by namespace, name, port index.  In arena; the texts are the store's, good until its next change. */
void proxy_ports(const struct proxy_input *input, struct arena *arena, struct proxy_port **ports, size_t *n);

/* What kube-proxy writes at a full sync (proxy/iptables.c). */
void iptables_sync(const struct proxy_input *input, struct ruleset *out);
/* KUBE-FIREWALL's one rule, which kube-proxy and kubelet both write. */
void iptables_localnet_firewall(struct ruleset *out);
/*
 * The node as iptables-save shows it after that sync: with built-in chains, their jumps, and kubelet's chains;
 * kubelet's alone where kube-proxy is stopped or in another mode (proxy/iptables_node.c).
 */
void iptables_node(const struct proxy_input *input, struct ruleset *out);

/* The same for the nftables mode: one table of this name (proxy/nftables.c). */
#define NFTABLES_TABLE "kube-proxy"
void nftables_sync(const struct proxy_input *input, struct ruleset *out);

/* "KUBE-SVC-" etc. + the 16 characters of text */
void proxy_chain_name(const char *prefix, const char *text, char name[static 32]);

#endif
