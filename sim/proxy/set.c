/*
 * Sets and maps of nftables, and sets of ipset.  The kernel gives the elements of a set back in no order, and nft sorts
 * them: addresses by their number; concatenated keys as one number whose last byte counts most, on the usual
 * little-endian machine.  By the same order elements are found.  Sets of ipset go by address, then port, here; ipset
 * itself prints them in no order unless it is asked to sort.
 *
 * Follows src/mergesort.c of nftables 1.0.6.
 */
#include <string.h>

#include "proxy/ruleset.h"

struct set *
set_new(struct ruleset *ruleset, enum set_key key, bool map)
{
	struct set *set = arena_alloc(&ruleset->arena, sizeof *set);

	set->key = key;
	set->family = ruleset->family;
	set->map = map;
	*vec_push(&ruleset->sets) = set;
	return set;
}

struct set *
table_set(struct ruleset *ruleset, struct table *table, const char *name, enum set_key key, bool map,
	const char *comment)
{
	struct set *set = set_new(ruleset, key, map);

	set->name = arena_strdup(&ruleset->arena, name);
	set->comment = comment;
	*vec_push(&table->sets) = set;
	return set;
}

struct set *
set_ipset(struct ruleset *ruleset, const char *name, enum set_key key, const char *comment)
{
	struct set *set = set_new(ruleset, key, false);

	set->name = name;
	set->comment = comment;
	set->ipset = true;
	return set;
}

struct element *
set_add(struct set *set)
{
	struct element *element = vec_push(&set->elements);

	element->order = (uint32_t)(set->elements.n - 1);
	element->set = set;
	return element;
}

static int
compare_numbers(unsigned a, unsigned b)
{
	return a < b ? -1 : a > b;
}

static uint16_t
swapped(uint16_t port)
{
	return (uint16_t)(port << 8 | port >> 8);
}

static int
compare_reversed(const struct ip *a, const struct ip *b)
{
	for (size_t i = sizeof a->b; i-- > 0;) {
		if (a->b[i] != b->b[i])
			return compare_numbers(a->b[i], b->b[i]);
	}
	return 0;
}

static int
compare_ports(const struct element *a, const struct element *b)
{
	if (a->port != b->port)
		return compare_numbers(swapped(a->port), swapped(b->port));
	return compare_numbers(a->protocol, b->protocol);	/* in the order of their numbers: 6, 17, 132 */
}

static int
compare_address_ports(const struct element *a, const struct element *b)
{
	int order = compare_ports(a, b);

	return order ? order : compare_reversed(&a->ip, &b->ip);
}

/* By number, the way people read them. */
static int
compare_ipset(const struct element *a, const struct element *b)
{
	int order = ip_compare(&a->ip, &b->ip);

	if (!order)
		order = compare_numbers(a->port, b->port);
	return order ? order : compare_numbers(a->protocol, b->protocol);
}

static int
compare_ranges(const struct element *a, const struct element *b)
{
	int order = ip_compare(&a->range.ip, &b->range.ip);

	return order ? order : compare_numbers(a->range.prefix, b->range.prefix);
}

static int
compare_keys(const struct set *set, const struct element *a, const struct element *b)
{
	int order = set->ipset ? compare_ipset(a, b) : 0;

	switch (set->key) {
	case SET_ADDRESS:		return ip_compare(&a->ip, &b->ip);
	case SET_PORT:			return compare_ports(a, b);
	case SET_ADDRESS_PORT:		return set->ipset ? order : compare_address_ports(a, b);
	case SET_RANGE:			return compare_ranges(a, b);
	case SET_NUMBER:		return compare_numbers(a->order, b->order);
	case SET_BARE_PORT:		return compare_numbers(a->port, b->port);
	case SET_ADDRESS_PORT_ADDRESS:
	case SET_ADDRESS_PORT_RANGE:	return order ? order : compare_ranges(a, b);
	}
	return 0;
}

/* Of those with one key the last added comes last. */
static int
compare_elements(const void *a, const void *b)
{
	const struct element *x = a, *y = b;
	int order = compare_keys(x->set, x, y);

	return order ? order : compare_numbers(x->order, y->order);
}

void
set_sort(struct set *set)
{
	size_t kept = 0;

	if (set->elements.n < 2)
		return;
	qsort(set->elements.v, set->elements.n, sizeof *set->elements.v, compare_elements);
	for (size_t i = 0; i < set->elements.n; i++) {
		bool same = i + 1 < set->elements.n &&
			compare_keys(set, &set->elements.v[i], &set->elements.v[i + 1]) == 0;

		if (!same)
			set->elements.v[kept++] = set->elements.v[i];
	}
	set->elements.n = kept;
}

const struct element *
set_find(const struct set *set, const struct ip *ip, enum protocol protocol, uint16_t port)
{
	const struct element wanted = { .ip = *ip, .protocol = protocol, .port = port };
	size_t low = 0, high = set->elements.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_keys(set, &set->elements.v[middle], &wanted);

		if (order == 0)
			return &set->elements.v[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool
set_holds(const struct set *set, const struct ip *ip, enum protocol protocol, uint16_t port, const struct ip *third)
{
	const struct element wanted = { .ip = *ip, .protocol = protocol, .port = port };
	size_t low = 0, high = set->elements.n;

	if (set->key != SET_ADDRESS_PORT_ADDRESS && set->key != SET_ADDRESS_PORT_RANGE)
		return set_find(set, ip, protocol, port);
	while (low < high) {	/* the first that is not before it */
		size_t middle = low + (high - low) / 2;

		if (compare_ipset(&set->elements.v[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < set->elements.n && compare_ipset(&set->elements.v[low], &wanted) == 0; low++) {
		if (cidr_contains(&set->elements.v[low].range, third))
			return true;
	}
	return false;
}

bool
set_covers(const struct set *set, const struct ip *ip)
{
	for (size_t i = 0; i < set->elements.n; i++) {
		if (cidr_contains(&set->elements.v[i].range, ip))
			return true;
	}
	return false;
}
