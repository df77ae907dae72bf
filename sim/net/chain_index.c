/*
 * A hash table from what rules ask for to the rules' places.  All places are in one array, each key's together, so
 * that a change of the chain moves them by one pass over it; a key that gets another rule takes new room at the end.
 */
#include "net/chain_index.h"

#include <string.h>

#define SLOTS_MIN 16

static uint32_t
key_hash(const struct index_key *key)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < sizeof key->dst.b; i++)
		hash = (hash ^ key->dst.b[i]) * 16777619u;
	hash = (hash ^ (uint32_t)key->protocol) * 16777619u;
	hash = (hash ^ (key->dport & 0xff)) * 16777619u;
	hash = (hash ^ (key->dport >> 8)) * 16777619u;
	return hash;
}

static bool
key_equal(const struct index_key *a, const struct index_key *b)
{
	return a->protocol == b->protocol && a->dport == b->dport && a->dst.family == b->dst.family &&
		memcmp(a->dst.b, b->dst.b, sizeof a->dst.b) == 0;
}

/* The slot of the key, or the unused one where it would stand. */
static struct index_slot *
find_slot(const struct chain_index *index, const struct index_key *key)
{
	size_t i = key_hash(key) & (index->nslots - 1);

	while (index->slots[i].used && !key_equal(&index->slots[i].key, key))
		i = (i + 1) & (index->nslots - 1);
	return &index->slots[i];
}

/* false: the rule has to be tried for every packet */
static bool
key_of_rule(const struct rule *rule, struct index_key *key)
{
	bool protocol = false, port = false;

	*key = (struct index_key){ .protocol = PROTOCOL_COUNT };
	for (size_t i = 0; i < rule->nmatches; i++) {
		const struct match *match = &rule->matches[i];

		if (match->invert)
			continue;
		if (match->kind == MATCH_DESTINATION && match->cidr.prefix == ip_bits(match->cidr.ip.family))
			key->dst = match->cidr.ip;
		if (match->kind == MATCH_PROTOCOL) {
			key->protocol = match->protocol;
			protocol = true;
		}
		if (match->kind == MATCH_DPORT && match->port_first == match->port_last) {
			key->dport = match->port_first;
			port = true;
		}
	}
	if (!protocol || !port) {
		key->protocol = PROTOCOL_COUNT;
		key->dport = 0;
	}
	return key->dst.family != IP_NONE || (protocol && port);
}

static struct index_slot *
slot_of_rule(struct chain_index *index, const struct rule *rule)
{
	struct index_key key;
	struct index_slot *slot;

	if (!key_of_rule(rule, &key))
		return &index->always;
	slot = find_slot(index, &key);
	if (!slot->used) {
		slot->used = true;
		slot->key = key;
		index->nused++;
	}
	return slot;
}

/* Counts each key's rules, then gives each its stretch of positions, then fills them in rule order. */
struct chain_index *
chain_index_new(struct arena *arena, const struct compiled_rule *rules, size_t n)
{
	struct chain_index *index = arena_alloc(arena, sizeof *index);
	uint32_t first;

	for (index->nslots = SLOTS_MIN; index->nslots < 2 * n;)
		index->nslots *= 2;
	index->slots = arena_alloc(arena, index->nslots * sizeof *index->slots);
	for (size_t i = 0; i < n; i++)
		slot_of_rule(index, rules[i].rule)->n++;
	first = index->always.n;
	for (size_t i = 0; i < index->nslots; i++) {
		index->slots[i].first = first;
		first += index->slots[i].n;
		index->slots[i].n = 0;
	}
	index->always.n = 0;
	index->npositions = index->cap = n;
	index->positions = arena_alloc(arena, n * sizeof *index->positions);
	for (size_t i = 0; i < n; i++) {
		struct index_slot *slot = slot_of_rule(index, rules[i].rule);

		index->positions[slot->first + slot->n++] = (uint32_t)i;
	}
	return index;
}

const struct index_slot *
chain_index_find(const struct chain_index *index, const struct index_key *key)
{
	const struct index_slot *slot = find_slot(index, key);

	return slot->used ? slot : NULL;
}

static void
slot_remove(struct chain_index *index, struct index_slot *slot, size_t position)
{
	uint32_t *places = index->positions + slot->first;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < slot->n; i++) {
		if (places[i] != position)
			places[kept++] = places[i];
	}
	slot->n = kept;
}

void
chain_index_remove(struct chain_index *index, const struct compiled_rule *rules, size_t at, size_t removed,
	size_t added)
{
	uint32_t behind = (uint32_t)(at + removed), more = (uint32_t)added - (uint32_t)removed;

	for (size_t i = at; i < at + removed; i++)
		slot_remove(index, slot_of_rule(index, rules[i].rule), i);
	for (size_t i = 0; more && i < index->npositions; i++)
		index->positions[i] += index->positions[i] >= behind ? more : 0;
}

/* Room for count more positions at the end. */
static uint32_t
reserve(struct chain_index *index, struct arena *arena, size_t count)
{
	uint32_t first = (uint32_t)index->npositions;
	uint32_t *grown;

	if (index->npositions + count > index->cap) {
		index->cap = 2 * (index->npositions + count);
		grown = arena_alloc(arena, index->cap * sizeof *grown);
		memcpy(grown, index->positions, index->npositions * sizeof *grown);
		index->positions = grown;
	}
	index->npositions += count;
	return first;
}

/* The key's places, with one more among them, move to new room. */
static void
slot_add(struct chain_index *index, struct arena *arena, struct index_slot *slot, uint32_t position)
{
	uint32_t first = reserve(index, arena, slot->n + 1);
	const uint32_t *from = index->positions + slot->first;
	uint32_t *to = index->positions + first;
	uint32_t i = 0;

	for (; i < slot->n && from[i] < position; i++)
		to[i] = from[i];
	to[i] = position;
	for (; i < slot->n; i++)
		to[i + 1] = from[i];
	slot->first = first;
	slot->n++;
}

bool
chain_index_add(struct chain_index *index, struct arena *arena, const struct compiled_rule *rules, size_t at,
	size_t added)
{
	for (size_t i = at; i < at + added; i++) {
		if (4 * (index->nused + 1) > 3 * index->nslots)
			return false;
		slot_add(index, arena, slot_of_rule(index, rules[i].rule), (uint32_t)i);
	}
	return true;
}
