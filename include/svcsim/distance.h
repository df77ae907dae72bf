/* How far two words are apart: letters to put in, take out, change, or swap with their neighbour (Damerau and Levenshtein). */
#ifndef SVCSIM_DISTANCE_H
#define SVCSIM_DISTANCE_H

#include <stddef.h>

size_t word_distance(const char *a, const char *b);

#endif
