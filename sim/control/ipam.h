/* Addresses of pods, from their node's podCIDRs (plugin host-local); pods in the host's network have the node's own. */
#ifndef CONTROL_IPAM_H
#define CONTROL_IPAM_H

#include "api/view.h"
#include "server/server.h"

/* Appends the address to the list status.many ([{ip: ..}]); the first is status.one, too. */
void ipam_put(struct object *copy, const char *one, const char *many, const struct ip *ip);
/* Gives the copy of a pod its podIPs.  False, and no address: a range of the node's is full. */
bool ipam_assign(const struct server *server, struct object *copy, const struct node *node, bool host_network);

#endif
