/*
 * The nodes as the scheduler sees them in one round: each with the pods that are bound to it and have not ended, and
 * what these ask for (pkg/scheduler/framework: NodeInfo).  It holds a reference to each object.
 */
#ifndef CONTROL_ROSTER_H
#define CONTROL_ROSTER_H

#include "base/map.h"
#include "control/demand.h"
#include "control/workload.h"

struct roster_pod {
	const struct object *pod;
	struct demand demand;
};

struct roster_node {
	const struct node *node;
	VEC(struct roster_pod) pods;
	struct demand used;		/* by all of them */
	size_t social;			/* how many of them want to be near other pods, or away from them */
	size_t index;			/* its own in the roster, for arrays beside it */
};

struct roster {
	struct server *server;
	VEC(struct roster_node) nodes;	/* in the order of names */
	object_vec held;
};

void roster_init(struct roster *roster, struct server *server);
void roster_release(struct roster *roster);
struct roster_node *roster_node(const struct roster *roster, const char *name);	/* NULL when there is none */
void roster_add(struct roster *roster, struct roster_node *node, const struct object *pod);
/* Takes one out, and gives its place in the list; what was taken out last is put back first. */
void roster_take_out(struct roster_node *node, size_t i);

/* Does it say anything of where other pods are? */
bool roster_is_social(const struct object *pod);
/* The node's label; NULL. */
const char *roster_label(const struct roster_node *node, const char *key);
/* What there is of a resource on it, in thousandths; a node that doesn't say what it has, has enough: INT64_MAX. */
int64_t roster_has(const struct roster_node *node, const char *resource);

/* Counts by topology: a label's key and value. */
struct tally {
	struct map counts;		/* "key=value" -> index in numbers, from 1 */
	VEC(int64_t) numbers;
};
#define TALLY_INIT { MAP_INIT, VEC_INIT }
/* n may be 0: it is there then */
void tally_add(struct tally *tally, const char *key, const char *value, int64_t n);
int64_t tally_get(const struct tally *tally, const char *key, const char *value);	/* 0 when it isn't there */
void tally_release(struct tally *tally);

#endif
