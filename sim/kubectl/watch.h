/* kubectl get --watch: what is there, and then a line for each change. */
#ifndef KUBECTL_WATCH_H
#define KUBECTL_WATCH_H

#include "kubectl/print_output.h"
#include "kubectl/print_table.h"
#include "kubectl/resource_args.h"

struct watch {
	struct kubectl *kubectl;
	const struct flags *flags;
	struct output *output;
	struct table_options options;	/* of the rows, where -o asks for a table */
	bool only;			/* --watch-only: what is there is not shown */
	bool events;			/* --output-watch-events */
};

/* resources are what was found at the beginning, all of one kind.  The exit status. */
int watch_run(struct watch *watch, const struct resources *resources);

#endif
