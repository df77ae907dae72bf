/*
 * Memory and impossible states, decided in one place: running out of memory ends the program with one line, and so
 * does BUG().  Both first call the function given to die_callback(), by which tui/ gives the terminal back.
 */
#ifndef SVCSIM_MEM_H
#define SVCSIM_MEM_H

#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(n, m) __attribute__((format(printf, n, m)))

/* readline has a function of this name, and the program may be linked with both. */
#define xmalloc svcsim_xmalloc
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xreallocarray(void *old, size_t count, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t len);
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* The one function that is run before the program ends on BUG or out of memory; NULL takes it back. */
void die_callback(void (*fn)(void));

/* An impossible state: prints file, line and the text on stderr and aborts, in release builds too. */
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
__attribute__((noreturn)) void bug_at(const char *file, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
