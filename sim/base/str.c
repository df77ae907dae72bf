#include "svcsim/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STR_MIN 32

char str_empty[1];

void
str_init(struct str *str)
{
	*str = (struct str)STR_INIT;
}

void
str_release(struct str *str)
{
	if (str->cap)
		free(str->buf);
	str_init(str);
}

void
str_clear(struct str *str)
{
	str_truncate(str, 0);
}

void
str_truncate(struct str *str, size_t len)
{
	if (len >= str->len)
		return;
	str->len = len;
	str->buf[len] = '\0';
}

/* Room for extra more characters and the NUL. */
static void
str_grow(struct str *str, size_t extra)
{
	size_t need = str->len + extra + 1;
	size_t cap = str->cap ? str->cap : STR_MIN;

	if (need <= str->cap)
		return;
	while (cap < need)
		cap *= 2;
	str->buf = xreallocarray(str->cap ? str->buf : NULL, cap, 1);
	str->cap = cap;
	str->buf[str->len] = '\0';
}

void
str_add(struct str *str, const char *text)
{
	str_addn(str, text, strlen(text));
}

void
str_addn(struct str *str, const char *text, size_t len)
{
	if (!len)
		return;
	str_grow(str, len);
	memcpy(str->buf + str->len, text, len);
	str->len += len;
	str->buf[str->len] = '\0';
}

void
str_addch(struct str *str, char c)
{
	str_addn(str, &c, 1);
}

void
str_addrep(struct str *str, char c, size_t count)
{
	if (!count)
		return;
	str_grow(str, count);
	memset(str->buf + str->len, c, count);
	str->len += count;
	str->buf[str->len] = '\0';
}

void
str_addf(struct str *str, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	str_vaddf(str, fmt, args);
	va_end(args);
}

void
str_vaddf(struct str *str, const char *fmt, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, args);
	if (len < 0)
		BUG("a format that can't be printed: %s", fmt);
	if (len > 0) {
		str_grow(str, (size_t)len);
		vsnprintf(str->buf + str->len, (size_t)len + 1, fmt, again);
		str->len += (size_t)len;
	}
	va_end(again);
}

char *
str_detach(struct str *str)
{
	char *text = str->cap ? str->buf : xstrdup("");

	str_init(str);
	return text;
}

bool
str_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
str_ends(const char *text, const char *suffix)
{
	size_t len = strlen(text), slen = strlen(suffix);

	return len >= slen && memcmp(text + len - slen, suffix, slen) == 0;
}

bool
ascii_isupper(int c)
{
	return c >= 'A' && c <= 'Z';
}

bool
ascii_isalpha(int c)
{
	return ascii_isupper(c) || (c >= 'a' && c <= 'z');
}

bool
ascii_isdigit(int c)
{
	return c >= '0' && c <= '9';
}

bool
ascii_isalnum(int c)
{
	return ascii_isalpha(c) || ascii_isdigit(c);
}

bool
ascii_isspace(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

int
ascii_tolower(int c)
{
	return ascii_isupper(c) ? c - 'A' + 'a' : c;
}

int
ascii_toupper(int c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

int
ascii_casecmp(const char *a, const char *b)
{
	while (*a && ascii_tolower(*a) == ascii_tolower(*b)) {
		a++;
		b++;
	}
	return ascii_tolower(*a) - ascii_tolower(*b);
}
