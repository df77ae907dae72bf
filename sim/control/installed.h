/*
 * What is installed in an image, as its own Dockerfile has it.  An image that isn't listed has everything: somebody's own
 * image most likely has what he asks for.  References are as in a pod's spec, "docker.io/library/nginx:1.27"; NULL is one that
 * isn't listed.
 */
#ifndef CONTROL_INSTALLED_H
#define CONTROL_INSTALLED_H

#include <stdbool.h>

/* Has it a program of this name that the simulator knows? */
bool installed_has(const char *image, const char *program);
/* Is it busybox's program that runs by this name there? */
bool installed_is_busybox(const char *image, const char *program);
/*
 * Is there surely no such program, a name or a path?  True of one that only other images have, of any unknown one in an image
 * whose every program is known (busybox, alpine, debian, ubuntu, and those without a shell), and of a known name with one
 * slip of the fingers.
 */
bool installed_lacks(const char *image, const char *program);

#endif
