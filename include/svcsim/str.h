/*
 * A growing string.  buf is always NUL-terminated and never NULL after str_init (STR_INIT points at a shared empty
 * string); len does not count the NUL, and the text may hold NULs when it came from a file.
 */
#ifndef SVCSIM_STR_H
#define SVCSIM_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "svcsim/mem.h"

struct str {
	char *buf;
	size_t len, cap; /* cap 0: buf is the shared empty string */
};

extern char str_empty[1];
#define STR_INIT { str_empty, 0, 0 }

void str_init(struct str *str);
void str_release(struct str *str); /* back to STR_INIT */
void str_clear(struct str *str);   /* empty, the memory kept */
void str_truncate(struct str *str, size_t len);

void str_add(struct str *str, const char *text);
void str_addn(struct str *str, const char *text, size_t len);
void str_addch(struct str *str, char c);
void str_addrep(struct str *str, char c, size_t count);
void str_addf(struct str *str, const char *fmt, ...) PRINTF_LIKE(2, 3);
void str_vaddf(struct str *str, const char *fmt, va_list args) PRINTF_LIKE(2, 0);

/* Hands the text to the caller, who frees it; str is empty again.  Never NULL. */
char *str_detach(struct str *str);

bool str_starts(const char *text, const char *prefix);
bool str_ends(const char *text, const char *suffix);

/* ASCII only, whatever the locale. */
bool ascii_isalpha(int c);
bool ascii_isdigit(int c);
bool ascii_isalnum(int c);
bool ascii_isspace(int c);
bool ascii_isupper(int c);
int ascii_tolower(int c);
int ascii_toupper(int c);
int ascii_casecmp(const char *a, const char *b);

#endif
