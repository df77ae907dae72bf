/*
 * The last packet that was traced in a sim's shell (`trace ..`), hop by hop, as plain values.  A text is "" where there
 * is nothing to say, never NULL.
 */
#ifndef SVCSIM_TRAIL_H
#define SVCSIM_TRAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim;

struct trail_packet {
	const char *src, *dst, *protocol;	/* "203.0.113.10:51234", "TCP" */
	uint32_t mark;
};

struct trail_hop {
	const char *kind;	/* "send", "rule", "dnat", "route" .. */
	const char *node;	/* "" outside nodes */
	const char *hook;	/* "PREROUTING"; "" between hooks */
	const char *table, *chain, *rule, *comment;	/* the rule without "-A CHAIN" and its comment */
	const char *text;	/* what happened, in a sentence */
	const char *why;	/* what the chain is for */
	bool reply;		/* on the way back */
	struct trail_packet before, after;
};

struct trail_path {
	const struct trail_hop *hops;
	size_t nhops;
	double probability;	/* 1 unless every branch was asked for */
	bool answered;
};

#define TRAIL_PATHS_MAX 32	/* of trace --all; the rest is left out */
struct trail {
	unsigned serial;	/* of this sim's traces, from 1 */
	const char *from, *to, *address;	/* "outside", "node:30080", "172.30.2.2:30080 TCP" */
	const char *verdict;	/* what became of it and who is to blame; lines */
	bool answered;
	const struct trail_path *paths;
	size_t npaths, left_out;
};

/* NULL: none was traced yet.  Good until the next line of the shell. */
const struct trail *sim_trail(const struct sim *sim);

#endif
