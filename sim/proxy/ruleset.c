/*
 * The ruleset as a container. Each table holds its chains and rules twice over: in written order, which the restore
 * form prints, and by chain, which iptables-save and the engine follow.
 */
#include "proxy/ruleset.h"

#include <limits.h>
#include <string.h>

static const char *const filter_chains[] = { "INPUT", "FORWARD", "OUTPUT", NULL };
static const char *const nat_chains[] = { "PREROUTING", "INPUT", "OUTPUT", "POSTROUTING", NULL };
static const char *const mangle_chains[] = { "PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING", NULL };
static const char *const raw_chains[] = { "PREROUTING", "OUTPUT", NULL };

static const struct {
	const char *table;
	const char *const *chains;
	int priority;
} builtins[] = {
	{ "filter", filter_chains, 0 },
	{ "nat", nat_chains, -100 },
	{ "mangle", mangle_chains, -150 },
	{ "raw", raw_chains, -300 },
	{ "security", filter_chains, 50 },
};
#define NAT_LAST 100	/* nat rewrites sources behind everything else */

#define HOOK_NAME(id, name) name,
static const char *const hook_names[] = { HOOKS(HOOK_NAME) };
#undef HOOK_NAME

const char *
hook_name(enum hook hook)
{
	return hook_names[hook];
}

const char *const *
table_builtins(const char *name)
{
	for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++) {
		if (strcmp(builtins[i].table, name) == 0)
			return builtins[i].chains;
	}
	return NULL;
}

void
ruleset_init(struct ruleset *ruleset, enum ip_family family)
{
	memset(ruleset, 0, sizeof *ruleset);
	ruleset->family = family;
}

static void
table_release(struct table *table)
{
	for (size_t i = 0; i < table->chains.n; i++)
		vec_release(&table->chains.v[i]->rules);
	vec_release(&table->chains);
	vec_release(&table->rules);
	vec_release(&table->removed);
	vec_release(&table->sets);
	map_release(&table->index);
}

void
ruleset_drop_last_table(struct ruleset *ruleset)
{
	table_release(ruleset->tables.v[--ruleset->tables.n]);
}

void
ruleset_release(struct ruleset *ruleset)
{
	for (size_t i = 0; i < ruleset->tables.n; i++)
		table_release(ruleset->tables.v[i]);
	for (size_t i = 0; i < ruleset->sets.n; i++)
		vec_release(&ruleset->sets.v[i]->elements);
	vec_release(&ruleset->sets);
	vec_release(&ruleset->tables);
	arena_release(&ruleset->arena);
}

struct table *
ruleset_find_table(const struct ruleset *ruleset, const char *name)
{
	for (size_t i = 0; i < ruleset->tables.n; i++) {
		if (strcmp(ruleset->tables.v[i]->name, name) == 0)
			return ruleset->tables.v[i];
	}
	return NULL;
}

static struct table *
make_table(struct ruleset *ruleset, const char *name)
{
	struct table *table = arena_alloc(&ruleset->arena, sizeof *table);

	table->name = arena_strdup(&ruleset->arena, name);
	*vec_push(&ruleset->tables) = table;
	return table;
}

struct table *
ruleset_table(struct ruleset *ruleset, const char *name)
{
	struct table *table = ruleset_find_table(ruleset, name);

	return table ? table : make_table(ruleset, name);
}

struct table *
ruleset_nft_table(struct ruleset *ruleset, const char *name, const char *comment)
{
	struct table *table = make_table(ruleset, name);

	table->nft = true;
	table->comment = comment;
	return table;
}

struct chain *
table_find_chain(const struct table *table, const char *name)
{
	return map_get(&table->index, name);
}

/* Where a built-in chain of iptables hangs. */
static void
set_builtin(const struct table *table, struct chain *chain)
{
	size_t row = 0, hook = 0;

	while (row < sizeof builtins / sizeof *builtins && strcmp(builtins[row].table, table->name) != 0)
		row++;
	while (hook < HOOK_COUNT && strcmp(hook_names[hook], chain->name) != 0)
		hook++;
	if (row == sizeof builtins / sizeof *builtins || hook == HOOK_COUNT)
		return;
	for (const char *const *name = builtins[row].chains; *name; name++) {
		if (strcmp(*name, chain->name) == 0)
			chain_set_base(chain, strcmp(table->name, "nat") == 0, (enum hook)hook, builtins[row].priority);
	}
	if (chain->nat && (chain->hook == HOOK_INPUT || chain->hook == HOOK_POSTROUTING))
		chain->priority = NAT_LAST;
}

void
chain_set_base(struct chain *chain, bool nat, enum hook hook, int priority)
{
	chain->base = true;
	chain->nat = nat;
	chain->hook = hook;
	chain->priority = priority;
	chain->policy = "ACCEPT";
}

struct chain *
table_chain(struct ruleset *ruleset, struct table *table, const char *name)
{
	struct chain *chain = table_find_chain(table, name);

	if (chain)
		return chain;
	chain = arena_alloc(&ruleset->arena, sizeof *chain);
	chain->name = arena_strdup(&ruleset->arena, name);
	chain->policy = "-";
	if (!table->nft)
		set_builtin(table, chain);
	chain->id = table->made++;
	*vec_push(&table->chains) = chain;
	map_set(&table->index, name, chain);
	return chain;
}

void
table_make_builtins(struct ruleset *ruleset, struct table *table)
{
	const char *const *names = table_builtins(table->name);

	for (; names && *names; names++)
		table_chain(ruleset, table, *names);
}

static struct rule *
make_rule(struct arena *arena, const struct chain *chain, const struct match *matches, size_t n,
	const struct target *target)
{
	struct rule *rule = arena_alloc(arena, sizeof *rule);

	rule->chain = chain->name;
	rule->matches = n ? arena_memdup(arena, matches, n * sizeof *matches) : NULL;
	rule->nmatches = n;
	rule->target = *target;
	for (size_t i = 0; i < n; i++) {
		if (rule->matches[i].text)
			rule->matches[i].text = arena_strdup(arena, rule->matches[i].text);
	}
	if (target->text)
		rule->target.text = arena_strdup(arena, target->text);
	return rule;
}

struct rule *
table_append(struct ruleset *ruleset, struct table *table, const char *chain_name, const struct match *matches,
	size_t n, const struct target *target)
{
	struct chain *chain = table_chain(ruleset, table, chain_name);
	struct rule *rule = make_rule(&ruleset->arena, chain, matches, n, target);

	rule->nft = table->nft;
	*vec_push(&chain->rules) = rule;
	*vec_push(&table->rules) = rule;
	return rule;
}

static void
shift_in(struct rule **rules, size_t n, size_t position, struct rule *rule)
{
	memmove(&rules[position + 1], &rules[position], (n - 1 - position) * sizeof *rules);
	rules[position] = rule;
}

struct rule *
table_insert(struct ruleset *ruleset, struct table *table, const char *chain_name, size_t position,
	const struct match *matches, size_t n, const struct target *target)
{
	struct chain *chain = table_chain(ruleset, table, chain_name);
	struct rule *before = position < chain->rules.n ? chain->rules.v[position] : NULL;
	struct rule *rule = table_append(ruleset, table, chain_name, matches, n, target);
	size_t i = 0;

	if (!before)
		return rule;
	while (table->rules.v[i] != before)
		i++;
	shift_in(table->rules.v, table->rules.n, i, rule);
	shift_in(chain->rules.v, chain->rules.n, position, rule);
	return rule;
}

void
table_flush_chain(struct table *table, struct chain *chain)
{
	size_t kept = 0;

	if (chain->rules.n == 0)
		return;
	for (size_t i = 0; i < table->rules.n; i++) {
		if (table->rules.v[i]->chain != chain->name)
			table->rules.v[kept++] = table->rules.v[i];
	}
	table->rules.n = kept;
	vec_clear(&chain->rules);
}

/* The chains that a rule can lead to. */
struct leads {
	struct target *target;
	size_t next;		/* 0: its own, then its map's */
};

static struct target *
leads_next(struct leads *leads)
{
	const struct set *set = leads->target->set;

	if (leads->next++ == 0)
		return leads->target;
	return set && leads->next - 2 < set->elements.n ? &set->elements.v[leads->next - 2].verdict : NULL;
}

/* The first target that leads to no chain; NULL: all are resolved. */
static const struct target *
resolve_rule(const struct table *table, struct rule *rule)
{
	struct leads leads = { &rule->target, 0 };
	struct target *target;

	while ((target = leads_next(&leads))) {
		if (target->kind != TARGET_JUMP && target->kind != TARGET_GOTO)
			continue;
		target->chain = table_find_chain(table, target->text);
		if (!target->chain)
			return target;
	}
	return NULL;
}

static int
resolve_jumps(struct table *table, const char *file, struct err *err)
{
	for (size_t i = 0; i < table->rules.n; i++) {
		struct rule *rule = table->rules.v[i];
		const struct target *astray = resolve_rule(table, rule);

		if (astray)
			return err_at(err, file, rule->line, 0, "a rule of chain %s jumps to %s, which table %s doesn't have",
				rule->chain, astray->text, table->name);
	}
	return 0;
}

void
table_link(struct table *table, size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++) {
		const struct target *astray = resolve_rule(table, table->rules.v[i]);

		if (astray)
			BUG("no chain %s in table %s", astray->text, table->name);
	}
}

/* Depth 0: not looked at yet; a leaf has 1; UNDERWAY: above the chain that is looked at now. */
#define UNDERWAY UINT_MAX

static int measure_depth(struct chain *chain, unsigned above, const char *file, struct err *err);

/* The depth below one rule's chains. */
static int
measure_rule(struct chain *chain, struct rule *rule, unsigned above, unsigned *below, const char *file,
	struct err *err)
{
	struct leads leads = { &rule->target, 0 };
	const struct target *target;

	while ((target = leads_next(&leads))) {
		struct chain *next = target->chain;

		if (!next)
			continue;
		if (next->depth == UNDERWAY)
			return err_at(err, file, rule->line, 0, "the jump from %s to %s closes a circle",
				chain->name, next->name);
		if (next->depth == 0 && above < RULESET_DEPTH_MAX && measure_depth(next, above + 1, file, err) != 0)
			return -1;
		if (next->depth == 0 || next->depth >= RULESET_DEPTH_MAX)
			return err_at(err, file, rule->line, 0, "from %s on, chains jump more than %d deep",
				chain->name, RULESET_DEPTH_MAX);
		*below = next->depth > *below ? next->depth : *below;
	}
	return 0;
}

static int
measure_depth(struct chain *chain, unsigned above, const char *file, struct err *err)
{
	unsigned below = 0;

	chain->depth = UNDERWAY;
	for (size_t i = 0; i < chain->rules.n; i++) {
		if (measure_rule(chain, chain->rules.v[i], above, &below, file, err))
			return -1;
	}
	chain->depth = below + 1;
	return 0;
}

int
ruleset_link(struct ruleset *ruleset, const char *file, struct err *err)
{
	for (size_t i = 0; i < ruleset->sets.n; i++)
		set_sort(ruleset->sets.v[i]);
	for (size_t i = 0; i < ruleset->tables.n; i++) {
		struct table *table = ruleset->tables.v[i];

		if (resolve_jumps(table, file, err) != 0)
			return -1;
		for (size_t j = 0; j < table->chains.n; j++)
			table->chains.v[j]->depth = 0;
		for (size_t j = 0; j < table->chains.n; j++) {
			if (table->chains.v[j]->depth == 0 && measure_depth(table->chains.v[j], 1, file, err) != 0)
				return -1;
		}
	}
	return 0;
}
