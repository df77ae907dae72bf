/*
 * The cluster's states before each line that changed it, for undo and redo.  A state is its objects and its nodes' hosts;
 * time, files and the shell itself go on.
 */
#ifndef HOST_TIMELINE_H
#define HOST_TIMELINE_H

#include "host/shell.h"

struct cluster;

#define TIMELINE_MAX 100	/* states kept */

void timeline_free(struct timeline *timeline);
void timeline_before(struct shell *shell);
/* Keeps the state before the line, when the line changed something. */
void timeline_after(struct shell *shell, const char *line);
/*
 * The cluster as it was before the last change, made anew beside the one that is there; *line (borrowed): what
 * changed it.  ERR_INPUT when nothing was changed yet.
 */
MUST_CHECK int timeline_past(const struct shell *shell, struct cluster *past, const char **line, struct err *err);

#endif
