/* The shell's patterns: * ? [a-z] [!a] [[:digit:]]; a backslash takes the meaning from the character behind it. */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H

#include <stdbool.h>

/* Does the whole text match? */
bool glob_match(const char *pattern, const char *text);

#endif
