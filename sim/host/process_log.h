/*
 * What the main processes of containers write, which is what `kubectl logs` shows: words of a container's own (command, args) run in
 * a shell of their own that stands in the container, from the start of its process on.  Nothing runs beside anything else here, so
 * a process is lived through when somebody looks: once it ends, and for `kubectl logs`.  What it asked the network is remembered, not
 * asked again: a loop that failed before the Service was there has failed then.
 */
#ifndef HOST_PROCESS_LOG_H
#define HOST_PROCESS_LOG_H

#include "host/shell.h"

/* From now on whatever ends in the cluster is heard out before. */
void process_log_watch(struct cluster *cluster);
/* Up to now, into the cluster's logs; nothing for a server of the image's own, whose requests are logged as they come. */
void process_log_follow(struct shell *shell, const struct pod *pod, const struct value *container);

/* ---- for run.c: the commands of a shell that lives through a process again ---- */

/* Is the command not run, for time is over or its answer is known?  *status: what it would have been. */
bool process_log_skips(struct shell *shell, const struct command *command, int *status);
/* It was run, from then on. */
void process_log_note(struct shell *shell, const struct command *command, int status, int64_t start);

/* A sink that writes each line into a container's log, at the clock's time. */
struct log_sink {
	struct sink sink;
	struct cluster *cluster;
	const struct pod *pod;
	const char *container;
	struct sink *also;	/* gets everything, too; NULL */
	struct str line;
};
void log_sink_init(struct log_sink *log, struct cluster *cluster, const struct pod *pod, const char *container, struct sink *also);
void log_sink_end(struct log_sink *log);	/* a last line without an end is one */

#endif
