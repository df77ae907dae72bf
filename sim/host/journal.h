/* What the units of a node wrote, as journalctl's short form has it: by time, from the node's start on. */
#ifndef HOST_JOURNAL_H
#define HOST_JOURNAL_H

#include "host/unit.h"

/* Of a unit, or of all when it is NULL; the last lines only, the newest first when backwards. */
void journal_write(struct shell *shell, const struct world_node *node, const struct unit *unit, size_t lines, bool backwards,
	struct str *out);

#endif
