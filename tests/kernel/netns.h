/*
 * Network namespaces that stand for a cluster: one for each node, pod, the router and a client outside, wired as
 * net/world.h says, and sockets opened in them.  Needs root, ip, iptables-restore and nft.
 */
#ifndef KERNEL_NETNS_H
#define KERNEL_NETNS_H

#include "cluster/cluster.h"

struct netns {
	struct cluster *cluster;
	char id[16];			/* of this run: the prefix of every namespace's name */
	VEC(char *) names;		/* of the namespaces, without the prefix */
	VEC(int) listeners;		/* process ids */
};

/* NULL, or why it can't be done here. */
const char *netns_missing(void);
const char *netns_ipvs_missing(void);	/* the same for kube-proxy's ipvs mode */
/* Builds it all, loads each node's rules, and starts a listener for every port that the model says somebody serves. */
void netns_init(struct netns *netns, struct cluster *cluster);
void netns_release(struct netns *netns);

/* Who sends: "client", "node-NAME" or "pod-NAMESPACE-NAME". */
struct netns_answer {
	char verdict[16];	/* as verdict_name() */
	char who[256];		/* name of the namespace that answered; "" */
	char source[64];	/* the client's address as the answerer saw it; "" */
};
void netns_connect(struct netns *netns, const char *from, const struct ip *to, uint16_t port, struct netns_answer *answer);

/* What a command prints in a node; owned by the caller. */
char *netns_output(struct netns *netns, const char *node, const char *words);

#endif
