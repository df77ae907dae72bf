/*
 * The README's cluster, ready made: it is settled once when svcsim is built, and its objects are part of the program as static values, so
 * that a trace with no set-up at all starts at once.  Making it anew gives the same objects (tests/unit/ready.c); only times are counted from
 * zero there, and moved to now when it is taken.
 */
#ifndef SIM_READY_H
#define SIM_READY_H

#include "cluster/cluster.h"

#define READY_SEED 1

struct ready {
	uint64_t rng, version;
	int64_t now;			/* ns after the start */
	struct value *const *objects;	/* roots */
	size_t nobjects;
	char (*times)[CLOCK_TEXT];	/* the texts among them that are times, of 1970 */
	size_t ntimes;
};

/* The C source of a `const struct ready svcsim_ready`: made by the build, linked into the program. */
void ready_write(struct str *out);
/*
 * Makes the cluster of it.  Its objects are the static ones themselves, so a process can take them once: false the second time.
 */
bool ready_take(const struct ready *ready, struct cluster *cluster, int64_t now);

#endif
