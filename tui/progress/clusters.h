/*
 * Clusters in the database: one row a cluster, one row an object as JSON.  Saving writes only the objects that changed
 * since the cluster was read.  All functions run inside the caller's transaction.
 */
#ifndef PROGRESS_CLUSTERS_H
#define PROGRESS_CLUSTERS_H

#include "progress/db.h"
#include "svcsim/sim.h"

#define CLUSTER_DEFAULT "default"	/* the current one where none was chosen */

/* A cluster as it was read or saved last. */
struct db_cluster {
	int64_t id;
	char *name;			/* owned */
	int64_t changes;		/* counts savings: another process's shows */
	uint64_t version;		/* of the objects in the file */
	struct sim_state state;		/* after the time that passed was made up for */
};
void db_cluster_release(struct db_cluster *cluster);

/*
 * name NULL: the current one.  Gives the sim with its clock gone on by the wall time passed since it was saved.
 * NULL with err->kind ERR_NONE: there is no current cluster.
 */
struct sim *clusters_load(struct db *db, const char *name, int64_t wall, struct db_cluster *cluster, struct err *err);
/* Whether another process saved it since. */
MUST_CHECK int clusters_changed(struct db *db, const struct db_cluster *cluster, bool *changed, struct err *err);
/* Writes what is different from *cluster, and brings that up to date; *wrote false: nothing was. */
MUST_CHECK int clusters_save(struct db *db, struct db_cluster *cluster, const struct sim *sim, int64_t wall,
	bool *wrote, struct err *err);
/* A name that exists is refused.  Becomes the current one. */
MUST_CHECK int clusters_add(struct db *db, const char *name, const struct sim *sim, int64_t wall,
	struct db_cluster *cluster, struct err *err);
MUST_CHECK int clusters_use(struct db *db, const char *name, struct err *err);
MUST_CHECK int clusters_delete(struct db *db, const char *name, struct err *err);
struct cluster_row {
	const char *name;
	bool current;
	int objects;
};
/* fn for each, by name. */
MUST_CHECK int clusters_list(struct db *db, void (*fn)(void *arg, const struct cluster_row *row), void *arg,
	struct err *err);
/* fn with each settings document of a saved session, as JSON. */
MUST_CHECK int clusters_settings(struct db *db, const char *session, void (*fn)(void *arg, const char *json), void *arg,
	struct err *err);

#endif
