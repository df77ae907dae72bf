/*
 * kube-proxy on one node, one IP family: Services and EndpointSlices in, rules out.  Follows pkg/proxy (v1.32):
 * types.go, topology.go, endpointslicecache.go, iptables/proxier.go.
 */
#ifndef PROXY_KUBEPROXY_H
#define PROXY_KUBEPROXY_H

#include "proxy/layout.h"
#include "proxy/ruleset.h"
#include "proxy/slice_index.h"
#include "server/settings.h"
#include "store/store.h"

struct proxy_input {
	const struct store *store;
	const struct settings *settings;
	const char *node;
	enum ip_family family;
	const struct slice_index *slices;	/* of the store as it is now; NULL: looked up when needed */
};

/* proxy/svcport.c: what kube-proxy makes of the API's objects (SPEC.md A.1, A.2). */
struct proxy_endpoint {
	struct ip ip;
	uint16_t port;
	const char *text;	/* "10.0.0.1:80", "[fd00::1]:80" */
	const char *chain;	/* of the iptables mode, once it has been named */
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
/* Those of one Service, none when it is gone; input->slices must be given. */
void proxy_service_ports(const struct proxy_input *input, const char *namespace, const char *name, struct arena *arena,
	struct proxy_port **ports, size_t *n);

/*
 * What kube-proxy writes at a full sync (proxy/iptables.c).  layout, where it isn't NULL, remembers whose rules stand
 * where, for partial syncs.
 */
void iptables_sync(const struct proxy_input *input, struct ruleset *out, struct layout *layout);
/*
 * A partial sync: a Service or its endpoints changed, or it is new or gone.  The ruleset is then what a full sync would
 * have written, with its jumps resolved; change says what became of it.  false: only a full sync can do it, because
 * the cluster has become large or ceased to be (comments are left out there), or because too much lies waste in the
 * ruleset's arena; the ruleset must not be used any more.
 */
MUST_CHECK bool iptables_sync_service(const struct proxy_input *input, struct ruleset *out, struct layout *layout,
	const char *namespace, const char *name, struct layout_change *change);
/* KUBE-FIREWALL's one rule, which kube-proxy and kubelet both write. */
void iptables_localnet_firewall(struct ruleset *out);
/*
 * The node as iptables-save shows it after that sync: with built-in chains, their jumps, and kubelet's chains;
 * kubelet's alone where kube-proxy is stopped or in another mode (proxy/iptables_node.c).
 */
void iptables_node(const struct proxy_input *input, struct ruleset *out, struct layout *layout);

/* The same for the nftables mode: one table of this name (proxy/nftables.c). */
#define NFTABLES_TABLE "kube-proxy"
void nftables_sync(const struct proxy_input *input, struct ruleset *out);

/* "KUBE-SVC-" etc. + the 16 characters of text */
void proxy_chain_name(const char *prefix, const char *text, char name[static 32]);

#endif
