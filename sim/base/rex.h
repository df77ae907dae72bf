/*
 * Regular expressions as API schemas write them (the part of RE2 that they need): literals, `\` before a sign, `\x60`,
 * [classes], (groups), (?:groups), |, ^, $, *, +, ?, {m}, {m,n}.  Without the locale, in time linear in the text.
 */
#ifndef BASE_REX_H
#define BASE_REX_H

#include <stdbool.h>

/* Whether pattern matches anywhere in text; a pattern that isn't one is a BUG. */
bool rex_search(const char *pattern, const char *text);

#endif
