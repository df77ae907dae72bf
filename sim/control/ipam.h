/* Addresses of pods, from their node's podCIDRs (plugin host-local); pods in the host's network have the node's own. */
#ifndef CONTROL_IPAM_H
#define CONTROL_IPAM_H

#include "api/view.h"
#include "server/server.h"
#include "svcsim/vec.h"

/* What is held of each range that was asked for, while one round lasts: later rounds look anew. */
struct ipam_range {
	struct cidr cidr;
	size_t size, highest;	/* addresses that are walked; the highest in use */
	bool *taken;		/* by place in the range */
};
struct ipam {
	const struct server *server;
	VEC(struct ipam_range) ranges;
};
void ipam_init(struct ipam *ipam, const struct server *server);
void ipam_release(struct ipam *ipam);

/* Appends the address to the list status.many ([{ip: ..}]); the first is status.one, too. */
void ipam_put(struct object *copy, const char *one, const char *many, const struct ip *ip);
/* Gives the copy of a pod its podIPs, which are held from now on.  False, and no address: a range of the node's is full. */
bool ipam_assign(struct ipam *ipam, struct object *copy, const struct node *node, bool host_network);

#endif
