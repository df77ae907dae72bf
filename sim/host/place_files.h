/* The files that a place has because the cluster wrote them: they can be read but not replaced. */
#ifndef HOST_PLACE_FILES_H
#define HOST_PLACE_FILES_H

#include "host/shell.h"

/* fn gets each file's absolute path and text. */
void place_files(const struct shell *shell, void (*fn)(void *arg, const char *path, const char *text), void *arg);

#endif
