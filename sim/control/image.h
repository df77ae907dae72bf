/*
 * What a container's process does, known by image, command and ports, in one table: which ports it listens on, what it answers over
 * HTTP, which tools its shell has.  An image that isn't listed listens on its containerPorts.
 */
#ifndef CONTROL_IMAGE_H
#define CONTROL_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "api/view.h"
#include "svcsim/str.h"

struct image {
	const char *name;	/* last part of the repository, without registry and tag: "nginx" */
	const char *ports;	/* "80/tcp,443/tcp"; "" for none */
	bool fixed;		/* listens on these whatever containerPorts say */
	const char *body;	/* what GET / answers; NULL: not HTTP.  "%h" is the pod's name, "%i" its address, "%c" the client's */
	int ends;		/* without a command it ends at once with this exit code; -1: it is a server */
	const char *needs;	/* it ends with 1 unless one of these is in its environment: "A,B"; NULL: nothing */
};

extern const struct image images[];	/* name == NULL ends */
const struct image *image_of(const char *reference);	/* NULL when not listed */
/* Can it be pulled?  Of a listed image only tags that it may have: a number, or one of the usual words. */
bool image_exists(const char *reference);
int64_t image_size(const char *reference);	/* as the kubelet tells it; all but nginx have an ordinary one */

/* Does a process in the pod accept connections (TCP) or datagrams on the port?  Also false while no container runs. */
bool pod_listens(const struct pod *pod, enum protocol protocol, uint16_t port);
/* The container that does; NULL. */
const struct value *pod_listener(const struct pod *pod, enum protocol protocol, uint16_t port);
/* Would GET path be answered with success? */
bool pod_serves(const struct pod *pod, uint16_t port, const char *path);
/* The answer of its HTTP server, appended with a newline where the real one has it; false when it doesn't speak HTTP. */
bool pod_http(const struct pod *pod, uint16_t port, const char *path, const char *client, struct str *body);

#endif
