/* kubectl edit at the command line: the person's own editor on a file of its own. */
#ifndef CLI_EDIT_H
#define CLI_EDIT_H

#include "svcsim/io.h"

/* As struct io wants it; io is the command line's. */
int edit_file(struct io *io, struct io_edit *edit);

#endif
