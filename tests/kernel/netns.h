/*
 * Network namespaces that stand for a cluster, wired as net/world.h says: one for each node and pod, the router, a client
 * outside and the hosts outside that hand-made endpoints name.  Needs root, ip, iptables-restore and nft.
 *
 *	client --- router --- host
 *	             | fabric
 *	    +--------+--------+
 *	  node-n1           node-n2	eth0
 *	    | cni0            | cni0
 *	  pod-..  pod-..    pod-..
 */
#ifndef KERNEL_NETNS_H
#define KERNEL_NETNS_H

#include "cluster/cluster.h"

struct space {
	char *name;		/* "client", "host", "router", "node-NAME", "pod-NAMESPACE-NAME" */
	int fd;			/* of the namespace */
	struct str batch;	/* what `ip` is still to do there */
};

struct netns {
	struct cluster *cluster;
	char id[16];			/* of this run: the prefix of every namespace's name */
	VEC(struct space) spaces;
	struct str names, links;	/* what `ip` is still to do: to make them, to join them, */
	struct str rules_v6;		/* and the router's rules that only `ip -6` can make */
	int home;			/* the namespace that this process began in */
	int server;			/* process id (listeners.c) */
};

/* NULL, or why it can't be done here. */
const char *netns_missing(void);
/* Builds the wires and loads each node's rules. */
void netns_init(struct netns *netns, struct cluster *cluster);
void netns_release(struct netns *netns);

const struct space *netns_space(const struct netns *netns, const char *name);	/* NULL */
/* What is opened between these two belongs to the namespace. */
void netns_enter(const struct netns *netns, const char *name);
void netns_leave(const struct netns *netns);
/* Writes into /proc/sys/net; false: this kernel has no such file. */
bool netns_sysctl(const struct netns *netns, const char *name, const char *file, const char *value);
/* What a command prints there; owned by the caller. */
char *netns_output(const struct netns *netns, const char *name, const char *words);
/* Runs a script with `sh -e`; a test that can't build its world is of no use and ends. */
void netns_script(const struct str *script);

/* The pod's namespace is of its own, with an address. */
bool netns_has_pod(const struct pod *pod);
/* The client outside as the router knows it: what it sends from there enters the cluster by this node, whatever it is for. */
struct ip netns_client_of(const struct netns *netns, const struct world_node *node, enum ip_family family);

#endif
