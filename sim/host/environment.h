/* The environment that the kubelet gives a container: the image's, the Services', and the container's own. */
#ifndef HOST_ENVIRONMENT_H
#define HOST_ENVIRONMENT_H

#include "cluster/cluster.h"

/* fn gets each variable, those that count later after those that they replace. */
void environment_of(const struct cluster *cluster, const struct pod *pod, const struct value *container,
	void (*fn)(void *arg, const char *name, const char *value), void *arg);
/* A value, or a word of a command, as the kubelet writes it: $(NAME) is what is known of it (char *), $$(NAME) stays $(NAME). */
void environment_expand(const struct map *known, const char *text, struct str *out);

#endif
