/* The entries of a map in another order than the written one, for the writers. */
#ifndef API_SORTED_H
#define API_SORTED_H

#include <stdlib.h>

#include "api/value.h"
#include "svcsim/mem.h"

/* Pointers to the map's entries, sorted by order (a qsort function over pointers); the caller frees. */
static inline const struct value_entry **
sorted_entries(const struct value *map, int (*order)(const void *, const void *))
{
	const struct value_entry **sorted = xmalloc((map->map.n + 1) * sizeof *sorted);

	for (size_t i = 0; i < map->map.n; i++)
		sorted[i] = &map->map.v[i];
	qsort(sorted, map->map.n, sizeof *sorted, order);
	return sorted;
}

#endif
