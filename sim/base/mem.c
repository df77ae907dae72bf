/* Memory and impossible states: the only two ways in which sim/ ends the program. */
#include "svcsim/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*last_act)(void);

void
die_callback(void (*fn)(void))
{
	last_act = fn;
}

/* Once: a callback that fails in its turn must not come back here. */
static void
act(void)
{
	void (*fn)(void) = last_act;

	last_act = NULL;
	if (fn)
		fn();
}

__attribute__((noreturn)) static void
out_of_memory(void)
{
	act();
	fputs("svcsim: out of memory\n", stderr);
	exit(3);
}

void *
xmalloc(size_t size)
{
	void *memory = malloc(size ? size : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

void *
xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

void *
xreallocarray(void *old, size_t count, size_t size)
{
	void *memory;

	if (size && count > SIZE_MAX / size)
		out_of_memory();
	memory = realloc(old, count && size ? count * size : 1);
	if (!memory)
		out_of_memory();
	return memory;
}

char *
xstrdup(const char *text)
{
	return xstrndup(text, strlen(text));
}

char *
xstrndup(const char *text, size_t len)
{
	char *copy;

	len = strnlen(text, len);
	copy = xmalloc(len + 1);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
xasprintf(const char *fmt, ...)
{
	va_list args, again;
	int len;
	char *text;

	va_start(args, fmt);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, args);
	if (len < 0)
		BUG("a format that can't be printed: %s", fmt);
	text = xmalloc((size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, fmt, again);
	va_end(again);
	va_end(args);
	return text;
}

void
bug_at(const char *file, int line, const char *fmt, ...)
{
	va_list args;

	act();
	va_start(args, fmt);
	fprintf(stderr, "svcsim: BUG at %s:%d: ", file, line);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	abort();
}
