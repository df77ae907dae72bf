/*
 * Where each Service's rules stand in a ruleset of the iptables mode: kube-proxy writes Service after Service, so each has
 * one stretch of the rules and chains of both tables, and of the chains that all share.  By these counts a partial sync
 * takes one Service out and puts it back, at the place where a full sync would have it.
 */
#ifndef PROXY_LAYOUT_H
#define PROXY_LAYOUT_H

#include "proxy/ruleset.h"

enum { LAYOUT_TABLES = 2, LAYOUT_SHARED = 6, LAYOUT_LISTS = 2 * LAYOUT_TABLES + LAYOUT_SHARED };

struct layout_service {
	const char *namespace, *name;
	size_t endpoints;
	uint32_t counts[LAYOUT_LISTS];
};
struct layout {
	struct ruleset *ruleset;
	struct arena arena;		/* of the names */
	struct table *tables[LAYOUT_TABLES];
	struct chain *shared[LAYOUT_SHARED];
	size_t head[LAYOUT_LISTS];	/* what stands before the first Service */
	size_t rest[LAYOUT_LISTS];	/* of a partial sync: how long each was without its Service */
	VEC(struct layout_service) services;	/* by namespace and name; those with rules */
	size_t endpoints;		/* of all */
	size_t full;			/* bytes in the ruleset's arena after the full sync */
};

struct layout_chain {
	const struct table *table;
	const struct chain *chain;
};
struct layout_stretch {
	size_t at, removed, added;
};
struct layout_change {
	struct layout_stretch lists[LAYOUT_LISTS];	/* those of the shared chains are the last */
	struct layout_chain shared[LAYOUT_SHARED];
	VEC(struct layout_chain) gone, made;		/* the Service's own */
};

/* The chains that all share are there; the next rule is the first Service's. */
void layout_init(struct layout *layout, struct ruleset *ruleset);
void layout_release(struct layout *layout);
/* A full sync: everything since the last Service is this one's, which comes after all others. */
void layout_append(struct layout *layout, const char *namespace, const char *name, size_t endpoints);
void layout_complete(struct layout *layout);	/* the full sync is at its end */

/*
 * A partial sync: takes the Service's rules and chains out, for the caller to append new ones; then layout_paste puts what
 * came since to its place and resolves its jumps.
 */
void layout_cut(struct layout *layout, const char *namespace, const char *name, struct layout_change *change);
void layout_paste(struct layout *layout, const char *namespace, const char *name, size_t endpoints,
	struct layout_change *change);
bool layout_wasteful(const struct layout *layout);	/* as much lies in the arena unused as is in use */

void layout_change_release(struct layout_change *change);

#endif
