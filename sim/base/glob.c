#include "base/glob.h"

#include <string.h>

#include "svcsim/str.h"

static bool
is_lower(int c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_punct(int c)
{
	return c > ' ' && c < 127 && !ascii_isalnum(c);
}

static const struct {
	const char *name;
	bool (*holds)(int c);
} classes[] = {
	{ "[:alpha:]", ascii_isalpha }, { "[:digit:]", ascii_isdigit }, { "[:alnum:]", ascii_isalnum },
	{ "[:space:]", ascii_isspace }, { "[:upper:]", ascii_isupper }, { "[:lower:]", is_lower },
	{ "[:punct:]", is_punct },
};
#define CLASSES (sizeof classes / sizeof classes[0])

/* [abc], [a-z], [!a]: does c match?  *pattern is moved behind the ]. */
static bool
match_set(const char **pattern, char c)
{
	const char *p = *pattern + 1;
	bool invert = *p == '!' || *p == '^', found = false;

	for (p += invert; *p && (*p != ']' || p == *pattern + 1 + invert); p++) {
		size_t class = 0;

		while (class < CLASSES && strncmp(p, classes[class].name, strlen(classes[class].name)) != 0)
			class++;
		if (class < CLASSES) {
			found |= classes[class].holds(c);
			p += strlen(classes[class].name) - 1;
		} else if (p[1] == '-' && p[2] && p[2] != ']') {
			found |= c >= p[0] && c <= p[2];
			p += 2;
		} else {
			p += *p == '\\' && p[1];
			found |= *p == c;
		}
	}
	*pattern = *p ? p + 1 : p;
	return found != invert;
}

/* Goes back only to the last *, so that time is at most the product of the lengths. */
bool
glob_match(const char *pattern, const char *text)
{
	const char *star = NULL, *resume = NULL;

	while (*text) {
		const char *next = pattern;

		if (*pattern == '*') {
			star = ++pattern;
			resume = text;
			continue;
		}
		if (*pattern == '[' && strchr(pattern, ']') ? match_set(&next, *text)
			: *pattern == '\\' && pattern[1] ? pattern[1] == *text : *pattern == '?' || *pattern == *text) {
			pattern = next != pattern ? next : pattern + 1 + (*pattern == '\\' && pattern[1]);
			text++;
			continue;
		}
		if (!star)
			return false;
		pattern = star;
		text = ++resume;
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
