#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_FIRST 1024	/* a small object is one malloc */
#define CHUNK_MAX (64u << 10)

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	alignas(max_align_t) char data[];
};

static void
arena_grow(struct arena *arena, size_t need)
{
	size_t size = arena->chunks ? 2 * arena->chunks->size : CHUNK_FIRST;
	struct arena_chunk *chunk;

	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	if (size < need)
		size = need;
	chunk = xmalloc(sizeof *chunk + size);
	chunk->next = arena->chunks;
	chunk->size = size;
	arena->chunks = chunk;
	arena->next = chunk->data;
	arena->end = chunk->data + size;
}

static char *
arena_take(struct arena *arena, size_t size, size_t align)
{
	size_t pad = arena->next ? (size_t)(-(uintptr_t)arena->next & (align - 1)) : 0;
	char *start;

	if (!arena->next || (size_t)(arena->end - arena->next) < size + pad) {
		if (size > SIZE_MAX / 2)
			BUG("an arena is asked for %zu bytes", size);
		arena_grow(arena, size);
		pad = 0;
	}
	start = arena->next + pad;
	arena->next = start + size;
	arena->used += size;
	return start;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	return memset(arena_take(arena, size, alignof(max_align_t)), 0, size);
}

char *
arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *
arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_take(arena, len + 1, 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list args, again;
	int len;
	char *text;

	va_start(args, fmt);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, args);
	if (len < 0)
		BUG("a format that can't be printed: %s", fmt);
	text = arena_take(arena, (size_t)len + 1, 1);
	vsnprintf(text, (size_t)len + 1, fmt, again);
	va_end(again);
	va_end(args);
	return text;
}

void *
arena_memdup(struct arena *arena, const void *data, size_t size)
{
	return memcpy(arena_take(arena, size, alignof(max_align_t)), data, size);
}

void
arena_release(struct arena *arena)
{
	while (arena->chunks) {
		struct arena_chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	*arena = (struct arena)ARENA_INIT;
}
