/*
 * One node's tables, compiled: jumps straight to the rules that can match (destination, protocol, port), and still
 * gives the answer that trying every rule in order would give, as net/ipv4/netfilter/ip_tables.c does.
 * The walk gives a choice for each statistic rule and gets an event for each rule that matched.
 *
 * What svcsim can't judge is named, never guessed: a rule with a match that it doesn't know (MATCH_OTHER) is passed
 * over, with an event when all else in it matched; a target that it doesn't know (TARGET_OTHER) lets the packet go
 * on.
 */
#ifndef NET_ENGINE_H
#define NET_ENGINE_H

#include "net/packet.h"
#include "proxy/layout.h"
#include "proxy/ruleset.h"

enum engine_verdict {
	ENGINE_ACCEPT,
	ENGINE_DROP,
	ENGINE_REJECT,	/* result->rule says with what */
	ENGINE_DNAT,	/* nat only: result->ip, port */
	ENGINE_SNAT,
	ENGINE_MASQUERADE,
};

/* Which way a rule with chance goes.  Each asks take(p): true with probability p, by the chooser's own plan. */
struct chooser {
	bool (*take)(struct chooser *chooser, double probability);
};

struct engine_event {
	const struct table *table;
	const struct rule *rule;	/* the rule that matched */
	const struct match *unknown;	/* NULL; else the rule was passed over because of it */
	const struct element *element;	/* of a map of nftables: what the rule found there; NULL */
	struct packet after;		/* the packet when the rule had done its work */
};

/* A chain that packets enter without a jump: a built-in one, or a base chain of nftables. */
struct compiled_table;
struct compiled_chain;
struct engine_base {
	const struct compiled_table *table;
	const struct compiled_chain *chain;
	bool nat;		/* sees the first packet of a connection only */
	int priority;
};

struct engine_call {
	const struct engine_base *base;	/* NULL: the table's built-in chain */
	enum hook hook;
	const char *table;		/* "nat", "filter", "mangle", "raw" */
	const char *in, *out;		/* devices; "" when there is none */
	bool bridged;			/* it came in by a port of a bridge */
	const struct packet *asked;	/* the packet before a virtual server of IPVS took it; NULL */
	const struct ip *local;		/* the node's own addresses, for addrtype LOCAL (127/8 and ::1 are known) */
	size_t nlocal;
	struct chooser *chooser;
	/*
	 * The node's recent lists (session affinity): "list address" -> int64_t *, when it was last seen, in ns; made
	 * by the walk with xmalloc.  NULL: --rcheck finds nobody, --set writes nothing down.
	 */
	struct map *recent;
	int64_t now;
	void (*event)(void *arg, const struct engine_event *event);	/* NULL: nobody watches, nothing is allocated */
	void *arg;
};

struct engine_result {
	enum engine_verdict verdict;
	const struct rule *rule;	/* that decided; NULL: the chain's policy */
	struct ip ip;			/* of DNAT and SNAT; of a range the first */
	uint16_t port;			/* 0: unchanged */
};

struct engine;
struct engine *engine_new(const struct ruleset *ruleset);	/* linked; must outlive the engine */
void engine_free(struct engine *engine);
/* Its ruleset has been changed by a partial sync. */
void engine_change(struct engine *engine, const struct layout_change *change);
/* The i-th chain at a hook in the kernel's order; NULL behind the last. */
const struct engine_base *engine_base(const struct engine *engine, enum hook hook, size_t i);
/* Walks one table at one hook; packet->mark may change.  A table or chain that isn't there accepts. */
void engine_walk(const struct engine *engine, const struct engine_call *call, struct packet *packet,
	struct engine_result *result);

/*
 * The walk of upstream's own tests (SPEC.md A.10): nat KUBE-SERVICES, then the filter chains, collecting every endpoint
 * behind probability rules; for the nftables mode from hook to hook.  dnat: "ip:port" texts in rule order, in arena.
 */
struct tables_walk {
	const char *verdict;	/* "ACCEPT", "DROP", "REJECT" */
	const char **dnat;
	size_t ndnat;
	bool masquerade;
};
void engine_tables_walk(const struct engine *engine, const struct packet *packet, const struct ip *local, size_t nlocal,
	struct arena *arena, struct tables_walk *out);

#endif
