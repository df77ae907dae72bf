/*
 * The units that systemd runs on a node, and what became of them: the NodeHost document remembers when each was started
 * and stopped (spec.unitChanges), so that systemctl, journalctl, ps and ss tell the same.
 */
#ifndef HOST_UNIT_H
#define HOST_UNIT_H

#include "host/shell.h"

struct unit {
	const char *name, *description, *docs;
	const char *command;	/* as its unit file has it */
	const char *process;	/* as ps shows it */
	unsigned pid;		/* since the node is up */
	bool stops;		/* the simulator can be without it */
};
extern const struct unit units[];	/* name NULL ends */
const struct unit *unit_find(const char *name);	/* with ".service" or without; NULL */

struct unit_state {
	bool runs, enabled;
	unsigned pid;		/* of the process that runs, or ran last */
	int64_t began, since;	/* when that one was started; when the unit came into its state */
};
struct unit_state unit_state(const struct world_node *node, const struct unit *unit);
int64_t unit_node_start(const struct world_node *node);

/* One start or stop after another; false: there were not so many. */
struct unit_change {
	int64_t when;
	bool runs;		/* from then on */
	unsigned pid;		/* of the process that began or ended then */
};
bool unit_change(const struct world_node *node, const struct unit *unit, size_t i, struct unit_change *change);

/* It starts or stops now, and that is remembered; the node is another one afterwards (node_here). */
void unit_run(struct shell *shell, const struct unit *unit, bool run);
/* Its process is another one. */
void unit_restart(struct shell *shell, const struct unit *unit);
void unit_enable(struct shell *shell, const struct unit *unit, bool enable);

#endif
