/*
 * The index of a chain of many rules: rules that ask for one destination, one protocol or one port are found by these,
 * the others are tried for every packet.  Places are those of the rules in the chain.
 */
#ifndef NET_CHAIN_INDEX_H
#define NET_CHAIN_INDEX_H

#include "base/arena.h"
#include "net/packet.h"
#include "proxy/ruleset.h"

struct compiled_rule {
	const struct rule *rule;
	const struct match *unknown;		/* its first MATCH_OTHER; NULL */
};

/* What a rule asks for.  Family IP_NONE: any destination; protocol PROTOCOL_COUNT: any protocol and port. */
struct index_key {
	struct ip dst;
	enum protocol protocol;
	uint16_t dport;
};

/* One key's places, ascending: n from first on in the index's positions. */
struct index_slot {
	struct index_key key;
	bool used;
	uint32_t first, n;
};

struct chain_index {
	struct index_slot *slots;
	size_t nslots, nused;	/* nslots: a power of two */
	struct index_slot always;	/* rules without a key */
	uint32_t *positions;
	size_t npositions, cap;		/* with those that no slot uses any more */
};

struct chain_index *chain_index_new(struct arena *arena, const struct compiled_rule *rules, size_t n);
/* The slot of the key; NULL: no rule asks for it. */
const struct index_slot *chain_index_find(const struct chain_index *index, const struct index_key *key);
/*
 * From place `at` on, `removed` rules go and `added` come.  In two steps: before the rules are changed, and after.
 * false: the index is full, and a new one must be made.
 */
void chain_index_remove(struct chain_index *index, const struct compiled_rule *rules, size_t at, size_t removed,
	size_t added);
MUST_CHECK bool chain_index_add(struct chain_index *index, struct arena *arena, const struct compiled_rule *rules,
	size_t at, size_t added);

#endif
