/* A draw: the dice of one seed, the manifests that they have given so far, and what the parts must know of each other. */
#ifndef KERNEL_DRAW_H
#define KERNEL_DRAW_H

#include <stdbool.h>

#include "base/rng.h"
#include "svcsim/str.h"

#define DRAW_PODS_MAX 12
#define DRAW_ZONES 2	/* "z0", "z1" */

struct drawn_pod {
	unsigned node;		/* from 1 */
	bool host_network;
};

struct draw {
	struct rng rng;
	struct str *yaml;
	bool dual_stack;
	unsigned nodes, apps, node_port;
	struct drawn_pod pods[DRAW_PODS_MAX];
	unsigned npods;
};

unsigned draw_below(struct draw *d, unsigned n);
bool draw_sometimes(struct draw *d, unsigned percent);
const char *draw_word(struct draw *d, const char *const *words);	/* ended by NULL */
#define DRAW_ONE(d, ...) draw_word(d, (const char *const[]){ __VA_ARGS__, NULL })

/* draw_host.c: kube-proxy's settings; a node with its NodeHost. */
void draw_settings(struct draw *d);
void draw_node(struct draw *d, unsigned i);
/* draw_made.c: Deployments and Services, of which the controllers make the rest. */
void draw_made(struct draw *d);
/* draw_stored.c: pods, Services and EndpointSlices as an API server might hold them, each field by the dice. */
void draw_stored(struct draw *d);

#endif
