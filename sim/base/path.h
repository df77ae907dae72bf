/* Paths of files as text. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include "svcsim/str.h"

/* Puts the parts of a path behind an absolute one ("" is the root): "." is left out, ".." takes a part away. */
void path_append(struct str *path, const char *parts);

#endif
