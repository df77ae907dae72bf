/* The rules of a world's nodes, as the rest of the world sees them; who walks asks world_rules and world_engine. */
#ifndef NET_WORLD_RULES_H
#define NET_WORLD_RULES_H

#include "net/world.h"

void node_forget_rules(struct world_node *node);
/* Services or EndpointSlices have changed since that version of the store: rules that were made before are no more, or are now right. */
void world_follow(struct world *world, uint64_t since);

#endif
