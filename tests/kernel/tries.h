/* Which connections of a cluster are tried: from everywhere to all that Services, pods and nodes offer, and to what they don't. */
#ifndef KERNEL_TRIES_H
#define KERNEL_TRIES_H

#include "flow.h"

enum senders {
	FROM_CLIENT = 1,	/* outside, by the router's routes */
	FROM_ENTRANCES = 2,	/* outside, straight into each node */
	FROM_NODES = 4,
	FROM_PODS = 8,
	FROM_INSIDE = FROM_NODES | FROM_PODS,
	FROM_ALL = FROM_CLIENT | FROM_ENTRANCES | FROM_INSIDE,
};

struct destination {
	struct ip to;
	uint16_t port;
	enum protocol protocol;
	bool sticky;
};
typedef VEC(struct destination) destination_vec;

/* One flow from each of those senders who have an address of that family, and a way there. */
void tries_from(struct flows *flows, unsigned senders, const struct destination *to);
/* Where the Service's port can be had: cluster IPs, external IPs, balancers', node ports. */
void tries_of_port(const struct world *world, const struct service *service, const struct service_port *port, destination_vec *list);
/* All of it. */
void tries_make(struct flows *flows);

#endif
