/*
 * The cluster that a subcommand works on: made of the -f files for this call alone, or the named or current one of
 * the database, or the README's when there is no database.  What may change a cluster of the database holds its write
 * lock from before the cluster is read until it is saved, so that no two processes lose each other's work.
 */
#ifndef CLI_SOURCE_H
#define CLI_SOURCE_H

#include "cli/cli.h"
#include "progress/clusters.h"

struct source {
	struct sim *sim;
	struct db *db;			/* NULL: the cluster is not kept */
	struct db_cluster cluster;
	bool writes;
	int64_t wall;			/* this machine's time when the sim's was what it is */
};

/* Asks cli->flags (cluster_flags); name NULL: --cluster, else the current one.  On failure nothing is left open. */
MUST_CHECK int source_open(struct source *source, struct cli *cli, const char *name, bool writes, struct err *err);
/* Saves what changed since it was opened, and gives the lock back; the sim stays. */
MUST_CHECK int source_save(struct source *source, struct err *err);
/* Takes the lock again; when another process changed the cluster, source->sim is a new one. */
MUST_CHECK int source_again(struct source *source, struct err *err);
void source_close(struct source *source);

/* A cluster of the -f files; without any the README's, or when bare is set just its nodes. */
struct sim *source_make(struct cli *cli, bool bare, struct err *err);

int64_t wall_now(void);		/* ns since 1970 */

#endif
