/* Which programs a place has: a pod those of its image, a node and the candidate's terminal all that suit them. */
#ifndef HOST_PROGRAMS_H
#define HOST_PROGRAMS_H

#include "host/shell.h"

/* The container that the shell is in; NULL outside pods, or when the pod is gone. */
const struct value *place_container(const struct shell *shell);
/* Does the image in the container have a program of this name? */
bool programs_has(const struct value *container, const char *name);
/* Is it busybox's program that runs by this name where the shell is? */
bool place_is_busybox(const struct shell *shell, const char *program);
/* Which shell starts by this name where the shell is? */
enum dialect place_dialect(const struct shell *shell, const char *name);

#endif
