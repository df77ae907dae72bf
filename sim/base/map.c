/* Open addressing over an array of entries in order of insertion; slots hold entry index + 1. */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "svcsim/vec.h"

static size_t
slot_of(const struct map *map, const char *key)
{
	return fnv32a(FNV32A_START, key, strlen(key)) & (map->nslots - 1);
}

/* The slot that holds the key, or the empty one where it belongs.  Taken-out entries keep their slot. */
static size_t
slot_find(const struct map *map, const char *key)
{
	size_t slot = slot_of(map, key);

	while (map->slots[slot]) {
		const struct map_entry *entry = &map->entries[map->slots[slot] - 1];

		if (entry->key && strcmp(entry->key, key) == 0)
			break;
		slot = (slot + 1) & (map->nslots - 1);
	}
	return slot;
}

/* Drops the taken-out entries and makes room for one more at a load of at most a half. */
static void
map_rehash(struct map *map)
{
	size_t live = 0;

	for (size_t i = 0; i < map->n; i++)
		if (map->entries[i].key)
			map->entries[live++] = map->entries[i];
	map->n = live;
	free(map->slots);
	map->nslots = 16;
	while (map->nslots < 4 * (live + 1))
		map->nslots *= 2;
	map->slots = xcalloc(map->nslots, sizeof *map->slots);
	for (size_t i = 0; i < live; i++)
		map->slots[slot_find(map, map->entries[i].key)] = (uint32_t)i + 1;
}

void *
map_get(const struct map *map, const char *key)
{
	size_t slot;

	if (!map->live)
		return NULL;
	slot = slot_find(map, key);
	return map->slots[slot] ? map->entries[map->slots[slot] - 1].value : NULL;
}

void
map_set(struct map *map, const char *key, void *value)
{
	size_t slot;

	if (2 * (map->n + 1) > map->nslots)
		map_rehash(map);
	slot = slot_find(map, key);
	if (!map->slots[slot]) {
		map->entries = vec_grow(map->entries, map->n, &map->cap, sizeof *map->entries);
		map->entries[map->n].key = xstrdup(key);
		map->slots[slot] = (uint32_t)++map->n;
		map->live++;
	}
	map->entries[map->slots[slot] - 1].value = value;
}

void *
map_remove(struct map *map, const char *key)
{
	struct map_entry *entry;
	size_t slot;

	if (!map->live)
		return NULL;
	slot = slot_find(map, key);
	if (!map->slots[slot])
		return NULL;
	entry = &map->entries[map->slots[slot] - 1];
	free(entry->key);
	entry->key = NULL;
	map->live--;
	return entry->value;
}

void
map_release(struct map *map)
{
	for (size_t i = 0; i < map->n; i++)
		free(map->entries[i].key);
	free(map->entries);
	free(map->slots);
	*map = (struct map)MAP_INIT;
}

const struct map_entry *
map_next(const struct map *map, size_t *i)
{
	while (*i < map->n) {
		const struct map_entry *entry = &map->entries[(*i)++];

		if (entry->key)
			return entry;
	}
	return NULL;
}
