/* What the kernel's own tools print of a node after they took our rules, against what svcsim says they print. */
#ifndef KERNEL_RULES_H
#define KERNEL_RULES_H

#include "flow.h"

void rules_judge(const struct netns *netns, struct tally *tally);

#endif
