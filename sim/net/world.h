/*
 * What stands in the network: the nodes with their devices, routes, tables and conntrack, the pods behind each node's
 * bridge, a router that knows every node, and the outside.  Made from the store and the settings, brought up to date when they change.
 *
 * Each node has eth0 with its addresses and a bridge cni0 with the first address of each of its podCIDRs; nodes route each
 * other's podCIDR by the node's address (host-gw) and everything else to the router.  The router knows the nodes,
 * outside clients, and sends a balancer's address to a node by the balancer's own choice.  Nothing outside answers
 * for a cluster IP.  Bridged packets pass iptables too (bridge-nf-call-iptables=1).
 */
#ifndef NET_WORLD_H
#define NET_WORLD_H

#include "base/map.h"
#include "base/rng.h"
#include "net/engine.h"
#include "proxy/ipvs.h"
#include "proxy/layout.h"
#include "proxy/slice_index.h"
#include "server/settings.h"
#include "store/store.h"

/* Who `external` is when no address is given (TEST-NET-3, 2001:db8::/32). */
#define OUTSIDE_CLIENT "203.0.113.10"
#define OUTSIDE_CLIENT_V6 "2001:db8:ffff::10"

/* A route of NodeHost's: another next hop, or (via's family IP_NONE) none where the node would have one. */
struct world_route {
	struct cidr to;
	struct ip via;
};

struct world_node {
	const char *name;
	const struct node *view;
	struct node_host host;
	struct ip *local;		/* all its own addresses: node IPs, bridge addresses, NodeHost's */
	size_t nlocal;
	struct world_route *routes;
	size_t nroutes;
	struct ip bridge[2];		/* cni0's address by family - 1; family IP_NONE: no podCIDR of it */
	struct ruleset *rules[2];	/* by family - 1; made on first use */
	struct layout *layouts[2];	/* of the rules; NULL: only a full sync can change them */
	struct engine *engines[2];
	struct ipvs *ipvs[2];		/* in ipvs mode; made on first use, */
	struct ip *owned[2];		/* and then local with the addresses of kube-ipvs0 */
	size_t nowned[2];
	struct store *known;		/* to a stopped kube-proxy; NULL: it runs, or nobody has asked yet */
	struct map recent;		/* session affinity: what xt_recent remembers */
};

struct world {
	const struct store *store;
	const struct settings *settings;
	uint64_t seen;			/* store version that all below was made from */
	uint64_t seen_kinds[4];		/* of Node, Pod, Service, EndpointSlice */
	struct arena arena;		/* of the nodes; made anew when a Node changes */
	struct world_node *nodes;	/* sorted by name */
	size_t nnodes;
	struct map pods;		/* address -> struct pod, those that hold an address of their own */
	bool pods_known;
	struct map addresses, balancers;	/* address -> struct service: cluster and external IPs, balancers' */
	bool services_known;
	struct map endpoints;	/* "address port protocol" of those that are no pod's */
	bool endpoints_known;
	struct slice_index slices;	/* by Service */
	bool slices_known;
};

void world_init(struct world *world, const struct store *store, const struct settings *settings);
void world_release(struct world *world);
/* Are the rules of every NodeHost document rules, and its routes routes?  Ask before a world is made by these settings. */
MUST_CHECK int world_check_hosts(const struct settings *settings, struct err *err);
/* Brings it up to date with the store; cheap when nothing that it is made from has changed. */
void world_sync(struct world *world);

struct world_node *world_node(struct world *world, const char *name);	/* NULL */
struct world_node *world_node_by_ip(struct world *world, const struct ip *ip);	/* by a node address, not a bridge's */
struct world_node *world_node_by_pod_cidr(struct world *world, const struct ip *ip);
/* One of its own addresses, 127/8 and ::1 too, and in ipvs mode those of Services. */
bool world_node_owns(struct world *world, struct world_node *node, const struct ip *ip);
/* The longest of NodeHost's routes there; NULL: the node routes as it does by itself. */
const struct world_route *world_node_route(const struct world_node *node, const struct ip *ip);
/* The router of the node's network: its first address. */
struct ip world_node_gateway(const struct world_node *node, enum ip_family family);
const struct pod *world_pod_by_ip(struct world *world, const struct ip *ip);	/* a live pod with its own address; NULL */
/* The Service that has this address as its cluster IP, external IP or balancer's; NULL. */
const struct service *world_service_by_ip(struct world *world, const struct ip *ip);
const struct service *world_service_by_balancer(struct world *world, const struct ip *ip);
/* Endpoints that were written by hand stand for servers outside, as long as they belong to no pod. */
bool world_endpoint_listed(struct world *world, const struct packet *packet);
/* Does a process on the node itself (kubelet, the API server, sshd, a hostNetwork pod) listen? */
bool world_node_listens(struct world *world, const struct world_node *node, enum protocol protocol, uint16_t port, bool loopback);

/* The node's tables with kube-proxy's rules, NodeHost's and all; made and compiled on first use. */
/* What kube-proxy on that node makes rules of: the objects of now, or of the time when it was stopped. */
struct proxy_input world_proxy_input(struct world *world, struct world_node *node, enum ip_family family);
struct ruleset *world_rules(struct world *world, struct world_node *node, enum ip_family family);
struct engine *world_engine(struct world *world, struct world_node *node, enum ip_family family);
/* Its virtual servers; NULL in other modes, and where kube-proxy is stopped. */
const struct ipvs *world_ipvs(struct world *world, struct world_node *node, enum ip_family family);
/* All its own addresses as rules see them (addrtype LOCAL). */
const struct ip *world_addresses(struct world *world, struct world_node *node, enum ip_family family, size_t *n);
/* The node's rules are this text instead, until the world is released (trace --rules). */
MUST_CHECK int world_use_rules(struct world *world, const char *node, const char *file, const char *text, size_t len,
	struct err *err);

#endif
