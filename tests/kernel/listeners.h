/* One process that listens, in every namespace, on each port that the model says somebody serves there. */
#ifndef KERNEL_LISTENERS_H
#define KERNEL_LISTENERS_H

#include "netns.h"

/* It answers "NAME SOURCE": the namespace it listens in, and the address it was asked from. */
void listeners_start(struct netns *netns);
void listeners_stop(struct netns *netns);

/* Can sockets of this protocol be opened here? */
bool listeners_speak(enum protocol protocol);
int listeners_socket_type(enum protocol protocol);

#endif
