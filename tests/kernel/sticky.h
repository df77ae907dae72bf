/* Session affinity: connections one after the other, each remembered on the node that it passed. */
#ifndef KERNEL_STICKY_H
#define KERNEL_STICKY_H

#include "flow.h"

void sticky_judge(struct netns *netns, struct tally *tally);

#endif
