/* What cordon, uncordon and drain do alike: the nodes that a line names, and the mark that keeps pods away. */
#ifndef KUBECTL_NODE_ARGS_H
#define KUBECTL_NODE_ARGS_H

#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"

/* The nodes that words name, by NAME or TYPE/NAME; where one isn't there nothing is done to the others. */
void node_args_find(struct kubectl *kubectl, const struct flags *flags, struct resources *resources);
/* `node/node01 cordoned`, or that it was already. */
void node_cordon(struct mutation *mutation, const struct resource *node, bool cordon);

#endif
