/*
 * The README's cluster, ready made: it is settled once when svcsim is built, and its text is part of the program, so that a trace with no
 * set-up at all starts at once.  Making it anew gives the same objects (tests/unit/ready.c); only times are counted from zero here.
 */
#ifndef SIM_READY_H
#define SIM_READY_H

#include "cluster/cluster.h"

#define READY_SEED 1

/* The text: a line of JSON for the cluster, then a line for each object. */
void ready_write(struct str *out);
/* Makes the cluster of such a text, its times moved to now. */
void ready_read(const char *text, struct cluster *cluster, int64_t now);

#endif
