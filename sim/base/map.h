/*
 * Text keys to pointers.  Order of iteration is the order of first insertion, so nothing depends on a hash.  Keys are
 * copied; values are the caller's.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_entry {
	char *key;	/* NULL: taken out */
	void *value;
};
struct map {
	struct map_entry *entries;
	size_t n, cap;		/* entries used, taken-out ones included */
	uint32_t *slots;	/* hash -> entry index + 1 */
	size_t nslots;
	size_t live;
};
#define MAP_INIT { NULL, 0, 0, NULL, 0, 0 }

void *map_get(const struct map *map, const char *key);		/* NULL when absent */
void map_set(struct map *map, const char *key, void *value);	/* value must not be NULL */
void *map_remove(struct map *map, const char *key);		/* what was there */
void map_release(struct map *map);

/* for (size_t i = 0; (e = map_next(map, &i)); ) */
const struct map_entry *map_next(const struct map *map, size_t *i);

#endif
