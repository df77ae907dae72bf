/* Changing what a node's host runs, as systemctl does. */
#ifndef HOST_NODE_HOST_H
#define HOST_NODE_HOST_H

#include "host/shell.h"

/* Commands that are only on nodes ask this. */
bool on_node(const struct shell *shell);
bool not_in_pod(const struct shell *shell);
struct world_node *node_here(const struct shell *shell);	/* brought up to date; NULL when it is gone */

/* From now on the node is as the NodeHost document says. */
void node_host_put(struct shell *shell, const struct value *document);

/*
 * kube-proxy or kubelet of this node starts or stops; controllers act on it.  A kube-proxy that stops leaves its rules
 * as they are.
 */
void node_host_run(struct shell *shell, const char *service, bool run);

/* Routes of this node; via's family IP_NONE takes one away, also what the node has by itself. */
void node_host_route(struct shell *shell, const struct world_route *route);

/* The node's own rules as iptables-save text: before and behind kube-proxy's. */
struct node_rules {
	struct str first, last;
};
void node_rules_get(struct shell *shell, struct node_rules *rules);
void node_rules_put(struct shell *shell, const struct node_rules *rules);	/* texts that can be read */
void node_rules_release(struct node_rules *rules);

#endif
