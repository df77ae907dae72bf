/*
 * Images that learners use: which ports their process opens and where that can be told otherwise, whether it goes on,
 * and which tags there are.  An image that isn't listed listens on its containerPorts (control/serve.h).
 */
#ifndef CONTROL_IMAGE_H
#define CONTROL_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

struct image {
	/*
	 * The last part of the repository, without registry and tag: "nginx"; of names that others use, too, with the part
	 * before it: "library/node" is Docker Hub's own.
	 */
	const char *name;
	const char *ports;	/* "80/tcp,443/tcp"; "" for none */
	bool fixed;		/* listens on these whatever containerPorts say */
	const char *command;	/* the program that its own command starts; NULL: isn't known */
	const char *flag, *env;	/* that move the first port: "port" of --port; NULL */
	int ends;		/* without a command it ends at once with this exit code; -1: it is a server */
	const char *needs;	/* it ends with 1 unless one of these is in its environment: "A,B"; NULL: nothing */
};

extern const struct image images[];	/* name == NULL ends */
const struct image *image_of(const char *reference);	/* NULL when not listed */
/*
 * Can it be pulled?  Of a listed image only tags that it may have: a number, or one of the usual words; and no name that is a listed
 * one mistyped.
 */
bool image_exists(const char *reference);
/* busybox up to 1.28, whose nslookup asks as programs do (getaddrinfo), with the search list; those after it don't. */
bool image_is_old_busybox(const char *reference);
int64_t image_size(const char *reference);	/* as the kubelet tells it; all but nginx have an ordinary one */

#endif
