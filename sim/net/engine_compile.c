/* Makes the compiled form of a ruleset, and looks rules up in it. */
#include "net/engine_compile.h"

#include <string.h>

#define INDEX_MIN 8	/* shorter chains are not worth an index */

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

/* The slot of the key, or the empty one where it would stand. */
static struct index_slot *
find_slot(const struct chain_index *index, const struct index_key *key)
{
	size_t i = key_hash(key) & (index->nslots - 1);

	while (index->slots[i].n > 0 && !key_equal(&index->slots[i].key, key))
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

/* Counts each key's rules, then gives each its stretch of positions, then fills them in rule order. */
static struct chain_index *
make_index(struct arena *arena, const struct compiled_chain *chain)
{
	struct chain_index *index = arena_alloc(arena, sizeof *index);
	struct index_key key;
	size_t nkeyed = 0;
	uint32_t first = 0;

	for (index->nslots = 2 * INDEX_MIN; index->nslots < 2 * chain->nrules;)
		index->nslots *= 2;
	index->slots = arena_alloc(arena, index->nslots * sizeof *index->slots);
	for (size_t i = 0; i < chain->nrules; i++) {
		struct index_slot *slot;

		if (!key_of_rule(chain->rules[i].rule, &key))
			continue;
		slot = find_slot(index, &key);
		slot->key = key;
		slot->n++;
		nkeyed++;
	}
	index->positions = arena_alloc(arena, chain->nrules * sizeof *index->positions);
	index->always = index->positions + nkeyed;
	for (size_t i = 0; i < index->nslots; i++) {
		index->slots[i].first = first;
		first += index->slots[i].n;
	}
	for (size_t i = 0; i < chain->nrules; i++) {
		if (key_of_rule(chain->rules[i].rule, &key))
			index->positions[find_slot(index, &key)->first++] = (uint32_t)i;
		else
			index->always[index->nalways++] = (uint32_t)i;
	}
	for (size_t i = 0; i < index->nslots; i++)
		index->slots[i].first -= index->slots[i].n;
	return index;
}

static const struct match *
first_unknown(const struct rule *rule)
{
	for (size_t i = 0; i < rule->nmatches; i++) {
		if (rule->matches[i].kind == MATCH_OTHER)
			return &rule->matches[i];
	}
	return NULL;
}

static void
compile_chain(struct arena *arena, const struct chain *chain, struct compiled_chain *out)
{
	struct compiled_rule *rules = arena_alloc(arena, chain->rules.n * sizeof *rules);

	for (size_t i = 0; i < chain->rules.n; i++) {
		const struct rule *rule = chain->rules.v[i];

		rules[i].rule = rule;
		rules[i].unknown = first_unknown(rule);
	}
	out->chain = chain;
	out->rules = rules;
	out->nrules = chain->rules.n;
	if (out->nrules >= INDEX_MIN)
		out->index = make_index(arena, out);
}

static void
compile_table(struct arena *arena, const struct table *table, struct compiled_table *out)
{
	out->table = table;
	out->chains = arena_alloc(arena, table->chains.n * sizeof *out->chains);
	for (size_t i = 0; i < table->chains.n; i++)
		compile_chain(arena, table->chains.v[i], &out->chains[i]);
	for (size_t hook = 0; hook < HOOK_COUNT; hook++)
		out->hooks[hook] = compiled_find(out, hook_name((enum hook)hook));
}

/* The kernel calls chains of one priority in the order in which they came. */
static void
add_base(struct engine *engine, const struct compiled_table *table, const struct compiled_chain *compiled)
{
	const struct chain *chain = compiled->chain;
	size_t at = engine->bases[chain->hook].n;
	struct engine_base *bases;

	vec_push(&engine->bases[chain->hook]);
	for (bases = engine->bases[chain->hook].v; at > 0 && bases[at - 1].priority > chain->priority; at--)
		bases[at] = bases[at - 1];
	bases[at] = (struct engine_base){ table, compiled, chain->nat, chain->priority };
}

static void
find_bases(struct engine *engine)
{
	for (size_t i = 0; i < engine->ntables; i++) {
		const struct compiled_table *table = &engine->tables[i];

		for (size_t j = 0; j < table->table->chains.n; j++) {
			if (table->chains[j].chain->base)
				add_base(engine, table, &table->chains[j]);
		}
	}
}

const struct engine_base *
engine_base(const struct engine *engine, enum hook hook, size_t i)
{
	return i < engine->bases[hook].n ? &engine->bases[hook].v[i] : NULL;
}

struct engine *
engine_new(const struct ruleset *ruleset)
{
	struct engine *engine = xcalloc(1, sizeof *engine);

	engine->ntables = ruleset->tables.n;
	engine->tables = arena_alloc(&engine->arena, engine->ntables * sizeof *engine->tables);
	for (size_t i = 0; i < engine->ntables; i++)
		compile_table(&engine->arena, ruleset->tables.v[i], &engine->tables[i]);
	find_bases(engine);
	return engine;
}

void
engine_free(struct engine *engine)
{
	if (!engine)
		return;
	for (size_t hook = 0; hook < HOOK_COUNT; hook++)
		vec_release(&engine->bases[hook]);
	arena_release(&engine->arena);
	free(engine);
}

const struct compiled_table *
engine_table(const struct engine *engine, const char *name)
{
	for (size_t i = 0; i < engine->ntables; i++) {
		if (strcmp(engine->tables[i].table->name, name) == 0)
			return &engine->tables[i];
	}
	return NULL;
}

const struct compiled_chain *
compiled_find(const struct compiled_table *table, const char *name)
{
	const struct chain *chain = table_find_chain(table->table, name);

	return chain ? &table->chains[chain->position] : NULL;
}

const struct compiled_chain *
compiled_target(const struct compiled_table *table, const struct target *target)
{
	return &table->chains[target->chain->position];
}

static void
cursor_add_list(struct cursor *cursor, size_t list, const struct index_key *key)
{
	const struct chain_index *index = cursor->chain->index;
	const struct index_slot *slot = find_slot(index, key);

	cursor->lists[list].at = index->positions + slot->first;
	cursor->lists[list].end = cursor->lists[list].at + slot->n;
}

void
cursor_start(struct cursor *cursor, const struct compiled_chain *chain, const struct packet *packet)
{
	const struct ip any = { .family = IP_NONE };

	cursor->chain = chain;
	cursor->next = 0;
	if (!chain->index)
		return;
	cursor->lists[0].at = chain->index->always;
	cursor->lists[0].end = chain->index->always + chain->index->nalways;
	cursor_add_list(cursor, 1, &(struct index_key){ packet->dst, packet->protocol, packet->dport });
	cursor_add_list(cursor, 2, &(struct index_key){ any, packet->protocol, packet->dport });
	cursor_add_list(cursor, 3, &(struct index_key){ packet->dst, PROTOCOL_COUNT, 0 });
}

const struct compiled_rule *
cursor_next(struct cursor *cursor)
{
	const struct compiled_chain *chain = cursor->chain;
	size_t first = CURSOR_LISTS;

	if (!chain->index)
		return cursor->next < chain->nrules ? &chain->rules[cursor->next++] : NULL;
	for (size_t i = 0; i < CURSOR_LISTS; i++) {
		if (cursor->lists[i].at < cursor->lists[i].end &&
				(first == CURSOR_LISTS || *cursor->lists[i].at < *cursor->lists[first].at))
			first = i;
	}
	return first < CURSOR_LISTS ? &chain->rules[*cursor->lists[first].at++] : NULL;
}
