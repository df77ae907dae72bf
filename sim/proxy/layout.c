/*
 * Ten lists, each a stretch a Service: the rules and the chains of both tables, and the rules of the chains that all
 * share.  A list's stretch begins where the counts of the Services before it add up to; adding up ten thousand is
 * cheaper than keeping places that every change would move.
 */
#include "proxy/layout.h"

#include <string.h>

#define WASTE_MIN (1u << 20)	/* bytes of a ruleset's arena that nobody minds */

static const char *const tables[LAYOUT_TABLES] = { "nat", "filter" };
static const struct {
	int table;
	const char *chain;
} shared[LAYOUT_SHARED] = {
	{ 0, "KUBE-SERVICES" },
	{ 0, "KUBE-NODEPORTS" },
	{ 1, "KUBE-SERVICES" },
	{ 1, "KUBE-EXTERNAL-SERVICES" },
	{ 1, "KUBE-NODEPORTS" },
	{ 1, "KUBE-PROXY-FIREWALL" },
};

enum { LIST_RULES, LIST_CHAINS = LAYOUT_TABLES, LIST_SHARED = 2 * LAYOUT_TABLES };

struct list {		/* of pointers */
	void *v;
	size_t *n;
};

static struct list
list_at(const struct layout *layout, size_t i)
{
	if (i < LIST_CHAINS)
		return (struct list){ layout->tables[i]->rules.v, &layout->tables[i]->rules.n };
	if (i < LIST_SHARED) {
		struct table *table = layout->tables[i - LIST_CHAINS];

		return (struct list){ table->chains.v, &table->chains.n };
	}
	return (struct list){ layout->shared[i - LIST_SHARED]->rules.v, &layout->shared[i - LIST_SHARED]->rules.n };
}

static void *
list_place(const struct list *list, size_t i)
{
	return (char *)list->v + i * sizeof(void *);
}

static void
list_remove(const struct list *list, size_t at, size_t count)
{
	if (count == 0)
		return;
	memmove(list_place(list, at), list_place(list, at + count), (*list->n - at - count) * sizeof(void *));
	*list->n -= count;
}

/* The last of them go to this place, in their order. */
static void
list_bring_back(const struct list *list, size_t at, size_t count)
{
	size_t behind = *list->n - count - at;
	void *moved;

	if (count == 0 || behind == 0)
		return;
	moved = xmalloc(count * sizeof(void *));
	memcpy(moved, list_place(list, *list->n - count), count * sizeof(void *));
	memmove(list_place(list, at + count), list_place(list, at), behind * sizeof(void *));
	memcpy(list_place(list, at), moved, count * sizeof(void *));
	free(moved);
}

void
layout_init(struct layout *layout, struct ruleset *ruleset)
{
	*layout = (struct layout){ .ruleset = ruleset, .arena = ARENA_INIT };
	for (size_t i = 0; i < LAYOUT_TABLES; i++)
		layout->tables[i] = ruleset_table(ruleset, tables[i]);
	for (size_t i = 0; i < LAYOUT_SHARED; i++)
		layout->shared[i] = table_chain(ruleset, layout->tables[shared[i].table], shared[i].chain);
	for (size_t i = 0; i < LAYOUT_LISTS; i++)
		layout->head[i] = *list_at(layout, i).n;
}

void
layout_release(struct layout *layout)
{
	vec_release(&layout->services);
	arena_release(&layout->arena);
}

/* The place of a Service, or the one where it would stand. */
static size_t
find_service(const struct layout *layout, const char *namespace, const char *name, bool *found)
{
	size_t low = 0, high = layout->services.n;

	*found = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(layout->services.v[mid].namespace, namespace);

		if (order == 0)
			order = strcmp(layout->services.v[mid].name, name);
		*found = *found || order == 0;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Where the i-th Service's stretches begin. */
static void
places_of(const struct layout *layout, size_t i, size_t at[static LAYOUT_LISTS])
{
	memcpy(at, layout->head, LAYOUT_LISTS * sizeof *at);
	for (size_t s = 0; s < i; s++) {
		for (size_t list = 0; list < LAYOUT_LISTS; list++)
			at[list] += layout->services.v[s].counts[list];
	}
}

static void
insert_service(struct layout *layout, size_t i, const char *namespace, const char *name, size_t endpoints)
{
	vec_push(&layout->services);
	memmove(&layout->services.v[i + 1], &layout->services.v[i],
		(layout->services.n - 1 - i) * sizeof *layout->services.v);
	layout->services.v[i] = (struct layout_service){ .namespace = arena_strdup(&layout->arena, namespace),
		.name = arena_strdup(&layout->arena, name), .endpoints = endpoints };
	layout->endpoints += endpoints;
}

void
layout_append(struct layout *layout, const char *namespace, const char *name, size_t endpoints)
{
	size_t i = layout->services.n;

	insert_service(layout, i, namespace, name, endpoints);
	/* until layout_complete the sums up to here; afterwards the differences */
	for (size_t list = 0; list < LAYOUT_LISTS; list++)
		layout->services.v[i].counts[list] = (uint32_t)(*list_at(layout, list).n - layout->head[list]);
}

void
layout_complete(struct layout *layout)
{
	for (size_t i = layout->services.n; i-- > 1;) {
		for (size_t list = 0; list < LAYOUT_LISTS; list++)
			layout->services.v[i].counts[list] -= layout->services.v[i - 1].counts[list];
	}
	layout->full = layout->ruleset->arena.used;
}

bool
layout_wasteful(const struct layout *layout)
{
	return layout->ruleset->arena.used > 2 * layout->full + WASTE_MIN;
}

static void
remove_chains(struct layout *layout, size_t table, const struct layout_stretch *stretch, struct layout_change *change)
{
	for (size_t i = stretch->at; i < stretch->at + stretch->removed; i++) {
		struct chain *chain = layout->tables[table]->chains.v[i];

		*vec_push(&change->gone) = (struct layout_chain){ layout->tables[table], chain };
		map_remove(&layout->tables[table]->index, chain->name);
		vec_release(&chain->rules);
	}
}

static void
remove_service(struct layout *layout, size_t i)
{
	layout->endpoints -= layout->services.v[i].endpoints;
	memmove(&layout->services.v[i], &layout->services.v[i + 1],
		(layout->services.n - 1 - i) * sizeof *layout->services.v);
	layout->services.n--;
}

void
layout_cut(struct layout *layout, const char *namespace, const char *name, struct layout_change *change)
{
	bool found;
	size_t at[LAYOUT_LISTS], i = find_service(layout, namespace, name, &found);

	*change = (struct layout_change){ 0 };
	places_of(layout, i, at);
	for (size_t list = 0; list < LAYOUT_LISTS; list++) {
		change->lists[list].at = at[list];
		change->lists[list].removed = found ? layout->services.v[i].counts[list] : 0;
	}
	for (size_t s = 0; s < LAYOUT_SHARED; s++)
		change->shared[s] = (struct layout_chain){ layout->tables[shared[s].table], layout->shared[s] };
	for (size_t table = 0; table < LAYOUT_TABLES; table++)
		remove_chains(layout, table, &change->lists[LIST_CHAINS + table], change);
	for (size_t list = 0; list < LAYOUT_LISTS; list++) {
		const struct list whole = list_at(layout, list);

		list_remove(&whole, change->lists[list].at, change->lists[list].removed);
		layout->rest[list] = *whole.n;
	}
	if (found)
		remove_service(layout, i);
}

static void
tell_made(const struct layout *layout, size_t table, const struct layout_stretch *stretch, struct layout_change *change)
{
	for (size_t i = stretch->at; i < stretch->at + stretch->added; i++)
		*vec_push(&change->made) = (struct layout_chain){ layout->tables[table], layout->tables[table]->chains.v[i] };
}

void
layout_paste(struct layout *layout, const char *namespace, const char *name, size_t endpoints,
	struct layout_change *change)
{
	bool found, any = false;
	size_t i = find_service(layout, namespace, name, &found);

	for (size_t list = 0; list < LAYOUT_LISTS; list++) {
		const struct list whole = list_at(layout, list);
		struct layout_stretch *stretch = &change->lists[list];

		stretch->added = *whole.n - layout->rest[list];
		list_bring_back(&whole, stretch->at, stretch->added);
		any = any || stretch->added;
	}
	for (size_t table = 0; table < LAYOUT_TABLES; table++) {
		const struct layout_stretch *rules = &change->lists[LIST_RULES + table];

		tell_made(layout, table, &change->lists[LIST_CHAINS + table], change);
		table_link(layout->tables[table], rules->at, rules->added);
	}
	if (!any)
		return;
	insert_service(layout, i, namespace, name, endpoints);
	for (size_t list = 0; list < LAYOUT_LISTS; list++)
		layout->services.v[i].counts[list] = (uint32_t)change->lists[list].added;
}

void
layout_change_release(struct layout_change *change)
{
	vec_release(&change->gone);
	vec_release(&change->made);
}
