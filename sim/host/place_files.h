/* The files that a place has because the cluster wrote them, which can be read but not replaced, or because its image brings them. */
#ifndef HOST_PLACE_FILES_H
#define HOST_PLACE_FILES_H

#include "host/shell.h"

/* fn gets each file's absolute path and text. */
void place_files(const struct shell *shell, void (*fn)(void *arg, const char *path, const char *text), void *arg);

/* Is it one that the container's image brings?  These may be replaced: they are the container's own. */
bool place_file_is_images(const struct shell *shell, const char *path);

#endif
