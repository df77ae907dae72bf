/*
 * Memory that is freed all at once.  An object's names and values live in its arena; so does what one request or one
 * walk makes.  Pointers stay good until arena_release.  Never NULL.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "svcsim/mem.h"

struct arena_chunk;
struct arena {
	struct arena_chunk *chunks;
	char *next, *end;
	size_t used;	/* bytes handed out */
};
#define ARENA_INIT { NULL, NULL, NULL, 0 }

void *arena_alloc(struct arena *arena, size_t size);	/* zeroed, aligned for any type */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t len);
char *arena_printf(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);
void *arena_memdup(struct arena *arena, const void *data, size_t size);
void arena_release(struct arena *arena);

#endif
