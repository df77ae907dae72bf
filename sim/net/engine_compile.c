/* Makes the compiled form of a ruleset, keeps it up with partial syncs, and looks rules up in it. */
#include "net/engine_compile.h"

#include <string.h>

#define INDEX_MIN 8	/* shorter chains are not worth an index */

static const struct match *
first_unknown(const struct rule *rule)
{
	for (size_t i = 0; i < rule->nmatches; i++) {
		if (rule->matches[i].kind == MATCH_OTHER)
			return &rule->matches[i];
	}
	return NULL;
}

static struct compiled_rule
compile_rule(const struct rule *rule)
{
	return (struct compiled_rule){ rule, first_unknown(rule) };
}

static void
make_index(struct arena *arena, struct compiled_chain *compiled)
{
	compiled->index = NULL;
	if (compiled->nrules >= INDEX_MIN)
		compiled->index = chain_index_new(arena, compiled->rules, compiled->nrules);
}

static void
compile_chain(struct arena *arena, const struct chain *chain, struct compiled_chain *out)
{
	out->chain = chain;
	out->nrules = out->cap = chain->rules.n;
	out->rules = arena_alloc(arena, out->cap * sizeof *out->rules);
	for (size_t i = 0; i < chain->rules.n; i++)
		out->rules[i] = compile_rule(chain->rules.v[i]);
	make_index(arena, out);
}

/* Before the index knows of it: rules from `at` on go, and the chain's new ones come. */
static void
replace_rules(struct arena *arena, struct compiled_chain *compiled, size_t at, size_t removed, size_t added)
{
	size_t behind = compiled->nrules - at - removed;
	struct compiled_rule *rules = compiled->rules;

	if (compiled->nrules - removed + added > compiled->cap) {
		compiled->cap = 2 * (compiled->nrules - removed + added);
		rules = arena_alloc(arena, compiled->cap * sizeof *rules);
		memcpy(rules, compiled->rules, (at + removed) * sizeof *rules);
	}
	memmove(rules + at + added, compiled->rules + at + removed, behind * sizeof *rules);
	for (size_t i = at; i < at + added; i++)
		rules[i] = compile_rule(compiled->chain->rules.v[i]);
	compiled->rules = rules;
	compiled->nrules = at + added + behind;
}

static void
put_chain(struct compiled_table *table, struct compiled_chain *compiled)
{
	while (table->chains.n <= compiled->chain->id)
		vec_push(&table->chains);
	table->chains.v[compiled->chain->id] = compiled;
}

static void
splice_chain(struct arena *arena, struct compiled_chain *compiled, size_t at, size_t removed, size_t added)
{
	if (removed == 0 && added == 0)
		return;
	if (compiled->index)
		chain_index_remove(compiled->index, compiled->rules, at, removed, added);
	replace_rules(arena, compiled, at, removed, added);
	if (!compiled->index || !chain_index_add(compiled->index, arena, compiled->rules, at, added))
		make_index(arena, compiled);
}

static struct compiled_table *
find_table(struct engine *engine, const struct table *table)
{
	size_t i = 0;

	while (engine->tables[i].table != table)
		i++;
	return &engine->tables[i];
}

void
engine_change(struct engine *engine, const struct layout_change *change)
{
	for (size_t i = 0; i < change->gone.n; i++)
		find_table(engine, change->gone.v[i].table)->chains.v[change->gone.v[i].chain->id] = NULL;
	for (size_t i = 0; i < change->made.n; i++) {
		struct compiled_chain *compiled = arena_alloc(&engine->arena, sizeof *compiled);

		compile_chain(&engine->arena, change->made.v[i].chain, compiled);
		put_chain(find_table(engine, change->made.v[i].table), compiled);
	}
	for (size_t i = 0; i < LAYOUT_SHARED; i++) {
		const struct layout_stretch *stretch = &change->lists[LAYOUT_LISTS - LAYOUT_SHARED + i];
		const struct layout_chain *in = &change->shared[i];

		splice_chain(&engine->arena, find_table(engine, in->table)->chains.v[in->chain->id], stretch->at,
			stretch->removed, stretch->added);
	}
}

static void
compile_table(struct arena *arena, const struct table *table, struct compiled_table *out)
{
	struct compiled_chain *chains = arena_alloc(arena, table->chains.n * sizeof *chains);

	out->table = table;
	for (size_t i = 0; i < table->chains.n; i++) {
		compile_chain(arena, table->chains.v[i], &chains[i]);
		put_chain(out, &chains[i]);
	}
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
			if (table->table->chains.v[j]->base)
				add_base(engine, table, table->chains.v[table->table->chains.v[j]->id]);
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
	for (size_t i = 0; i < engine->ntables; i++)
		vec_release(&engine->tables[i].chains);
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

	return chain ? table->chains.v[chain->id] : NULL;
}

const struct compiled_chain *
compiled_target(const struct compiled_table *table, const struct target *target)
{
	return table->chains.v[target->chain->id];
}

static void
cursor_add_list(struct cursor *cursor, size_t list, const struct index_slot *slot)
{
	cursor->lists[list].at = cursor->lists[list].end = NULL;
	if (!slot)
		return;
	cursor->lists[list].at = cursor->chain->index->positions + slot->first;
	cursor->lists[list].end = cursor->lists[list].at + slot->n;
}

void
cursor_start(struct cursor *cursor, const struct compiled_chain *chain, const struct packet *packet)
{
	const struct ip any = { .family = IP_NONE };
	const struct chain_index *index = chain->index;

	cursor->chain = chain;
	cursor->next = 0;
	if (!index)
		return;
	cursor_add_list(cursor, 0, &index->always);
	cursor_add_list(cursor, 1, chain_index_find(index,
		&(struct index_key){ packet->dst, packet->protocol, packet->dport }));
	cursor_add_list(cursor, 2, chain_index_find(index, &(struct index_key){ any, packet->protocol, packet->dport }));
	cursor_add_list(cursor, 3, chain_index_find(index, &(struct index_key){ packet->dst, PROTOCOL_COUNT, 0 }));
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
