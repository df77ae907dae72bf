/* $name and ${name..}. */
#ifndef HOST_PARAMETER_H
#define HOST_PARAMETER_H

#include "host/run.h"

/* Appends the value of the part, which is a PART_VARIABLE; false when the line can't go on, which was said. */
bool parameter_text(struct shell *shell, const struct streams *streams, const struct part *part, struct str *out);

#endif
