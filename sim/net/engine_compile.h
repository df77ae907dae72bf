/*
 * A ruleset ready to be walked. A chain of many rules has an index, and a cursor puts what the index finds and what must be
 * tried for every packet together in the order of the rules.
 */
#ifndef NET_ENGINE_COMPILE_H
#define NET_ENGINE_COMPILE_H

#include "net/chain_index.h"
#include "net/engine.h"

struct compiled_chain {
	const struct chain *chain;
	struct compiled_rule *rules;
	size_t nrules, cap;
	struct chain_index *index;	/* NULL: the rules are tried one by one */
};

struct compiled_table {
	const struct table *table;
	VEC(struct compiled_chain *) chains;	/* by chain->id; NULL: it is gone */
	const struct compiled_chain *hooks[HOOK_COUNT];	/* NULL */
};

struct engine {
	struct arena arena;
	struct compiled_table *tables;
	size_t ntables;
	VEC(struct engine_base) bases[HOOK_COUNT];	/* by priority */
};

const struct compiled_table *engine_table(const struct engine *engine, const char *name);	/* NULL */
const struct compiled_chain *compiled_find(const struct compiled_table *table, const char *name);	/* NULL */

/* The chain that a jump, a goto or a map's verdict leads to. */
const struct compiled_chain *compiled_target(const struct compiled_table *table, const struct target *target);

/* Goes over the rules of a chain that this packet can match, in order. */
#define CURSOR_LISTS 4
struct cursor {
	const struct compiled_chain *chain;
	size_t next;		/* of a chain without an index */
	struct {
		const uint32_t *at, *end;
	} lists[CURSOR_LISTS];
};
void cursor_start(struct cursor *cursor, const struct compiled_chain *chain, const struct packet *packet);
const struct compiled_rule *cursor_next(struct cursor *cursor);	/* NULL at the end */

#endif
