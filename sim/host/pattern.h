/*
 * Regular expressions for grep, sed and awk: POSIX ones by regcomp(3), of a bounded size, or fixed texts.
 */
#ifndef HOST_PATTERN_H
#define HOST_PATTERN_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "svcsim/str.h"

#define PATTERN_GROUPS 10

struct pattern {
	regex_t regex;
	bool compiled;
};

/* false: *why says what regcomp says.  pattern_release is due either way. */
bool pattern_compile(struct pattern *pattern, const char *text, bool extended, bool ignore_case, struct str *why);
void pattern_release(struct pattern *pattern);
/* The first match in text (NUL-ended); begin: the text's start is the line's. */
bool pattern_match(const struct pattern *pattern, const char *text, bool begin, regmatch_t groups[static PATTERN_GROUPS]);
/* The first match that begins at text + from or later; the groups count from text.  What stands before it is seen. */
bool pattern_match_from(const struct pattern *pattern, const char *text, size_t from, regmatch_t groups[static PATTERN_GROUPS]);

#endif
