/*
 * The node that kube-proxy runs on, as it knows it: the addresses on which node ports are open, and which traffic comes
 * from its own pods.  All modes ask the same.
 */
#ifndef PROXY_NODE_H
#define PROXY_NODE_H

#include "proxy/kubeproxy.h"

struct proxy_node {
	const struct proxy_input *input;
	const struct proxy_settings *settings;
	struct node_host host;
	const struct node *view;	/* NULL: the node is not known */
	uint32_t mark;			/* of packets that need SNAT */
	struct match local_traffic;	/* the detector, as "is a pod's"; kind MATCH_OTHER: none */
};

/* Texts of the detector are in arena. */
void proxy_node_init(struct proxy_node *node, const struct proxy_input *input, struct arena *arena);

const struct ip *proxy_node_primary(const struct proxy_node *node);	/* of the input's family; NULL */
/* Node ports on 127.0.0.1: asked for, and the addresses for node ports hold a loopback address. */
bool proxy_node_localhost_ports(const struct proxy_node *node);
/* Are node ports open on every address, or on those of the list only? */
bool proxy_node_every_address(const struct proxy_node *node);
typedef VEC(struct ip) ip_list;
void proxy_node_addresses(const struct proxy_node *node, ip_list *list);	/* all but the loopback's, sorted */
void proxy_node_port_ips(const struct proxy_node *node, bool loopback, ip_list *list);	/* sorted */

#endif
