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
#include "server/settings.h"
#include "store/store.h"

#define OUTSIDE_CLIENT "203.0.113.10"	/* who `external` is when no address is given */

struct world_node {
	const char *name;
	const struct node *view;
	struct node_host host;
	struct ip *local;		/* all its own addresses: node IPs, bridge addresses, NodeHost's */
	size_t nlocal;
	struct ruleset *rules[2];	/* by family - 1; made on first use */
	struct engine *engines[2];
	struct map recent;
};

struct world {
	const struct store *store;
	const struct settings *settings;
	uint64_t seen;			/* store version this was made from */
	struct arena arena;
	struct world_node *nodes;	/* sorted by name */
	size_t nnodes;
};

void world_init(struct world *world, const struct store *store, const struct settings *settings);
void world_release(struct world *world);
/* Brings it up to date with the store; cheap when nothing that it is made from has changed. */
void world_sync(struct world *world);

struct world_node *world_node(struct world *world, const char *name);	/* NULL */
struct world_node *world_node_by_ip(struct world *world, const struct ip *ip);
const struct pod *world_pod_by_ip(const struct world *world, const struct ip *ip);	/* a pod with its own address; NULL */
/* The node's tables with kube-proxy's rules, NodeHost's and all; made and compiled on first use. */
struct ruleset *world_rules(struct world *world, struct world_node *node, enum ip_family family);
struct engine *world_engine(struct world *world, struct world_node *node, enum ip_family family);
/* The node's rules are this text instead (trace --rules). */
MUST_CHECK int world_use_rules(struct world *world, const char *node, const char *file, const char *text, size_t len, struct err *err);

#endif
