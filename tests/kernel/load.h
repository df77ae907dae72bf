/* kube-proxy's work on a node, done in its namespace: rules by iptables-restore or nft, sets, virtual servers, sysctls. */
#ifndef KERNEL_LOAD_H
#define KERNEL_LOAD_H

#include "netns.h"

/* NULL, or why kube-proxy's ipvs mode can't be tried here. */
const char *load_ipvs_missing(void);
/* A script that fails ends the program: what a kernel won't take is no rule. */
void load_rules(const struct netns *netns, struct world_node *node);

#endif
