#include "progress/clusters.h"

#include <string.h>

#include "progress/db_internal.h"

#define COLUMNS "id, name, changes, seed, rng, version, connections, now, wall, session"
#define CURRENT "coalesce((SELECT value FROM settings WHERE name = 'cluster'), '" CLUSTER_DEFAULT "')"

void
db_cluster_release(struct db_cluster *cluster)
{
	free(cluster->name);
	sim_state_release(&cluster->state);
	memset(cluster, 0, sizeof *cluster);
}

/* ---- reading ---- */

struct reader {
	struct db *db;
	sqlite3_stmt *objects;
	struct err err;
};

static bool
next_object(void *arg, struct sim_record *record)
{
	struct reader *reader = arg;
	sqlite3_stmt *row = reader->objects;

	if (db_step(reader->db, row, &reader->err) <= 0)
		return false;
	*record = (struct sim_record){ db_text(row, 0), db_text(row, 1), db_text(row, 2), db_text(row, 3),
		db_text(row, 4), (uint64_t)sqlite3_column_int64(row, 5) };
	return true;
}

static struct sim *
read_objects(struct db *db, const struct db_cluster *cluster, const struct sim_state *state, struct err *err)
{
	struct reader reader = { db, NULL, ERR_INIT };
	struct err damage = ERR_INIT;
	struct sim *sim;

	reader.objects = db_prepare(db, "SELECT kind, grp, namespace, name, json, version FROM objects"
		" WHERE cluster = ?", err);
	if (!reader.objects)
		return NULL;
	sqlite3_bind_int64(reader.objects, 1, cluster->id);
	sim = sim_restore(state, next_object, &reader, &damage);
	sqlite3_finalize(reader.objects);
	if (reader.err.kind) {
		*err = reader.err;
		sim_free(sim);
		sim = NULL;
	} else if (!sim) {
		err_at(err, db->path, 0, 0, "cluster \"%s\" can't be read: %s", cluster->name, damage.text);
	}
	err_release(&damage);
	return sim;
}

static void
no_record(void *arg, const struct sim_record *record)
{
	(void)arg;
	(void)record;
}

static void
note_state(struct db_cluster *cluster, const struct sim *sim)
{
	sim_state_release(&cluster->state);
	sim_save(sim, sim_version(sim), &cluster->state, no_record, NULL);
}

static struct sim *
read_cluster(struct db *db, sqlite3_stmt *row, int64_t wall, struct db_cluster *cluster, struct err *err)
{
	struct sim_state state = {
		.seed = (uint64_t)sqlite3_column_int64(row, 3),
		.rng = (uint64_t)sqlite3_column_int64(row, 4),
		.version = (uint64_t)sqlite3_column_int64(row, 5),
		.connections = (uint64_t)sqlite3_column_int64(row, 6),
		.now = sqlite3_column_int64(row, 7),
		.session = xstrdup(db_text(row, 9)),
	};
	int64_t passed = wall - sqlite3_column_int64(row, 8);
	struct sim *sim;

	*cluster = (struct db_cluster){ .id = sqlite3_column_int64(row, 0), .name = xstrdup(db_text(row, 1)),
		.changes = sqlite3_column_int64(row, 2), .version = state.version };
	sim = read_objects(db, cluster, &state, err);
	sim_state_release(&state);
	if (!sim) {
		db_cluster_release(cluster);
		return NULL;
	}
	if (passed > 0)
		sim_tick(sim, sim_now(sim) + passed);
	note_state(cluster, sim);
	return sim;
}

struct sim *
clusters_load(struct db *db, const char *name, int64_t wall, struct db_cluster *cluster, struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, name ? "SELECT " COLUMNS " FROM clusters WHERE name = ?"
		: "SELECT " COLUMNS " FROM clusters WHERE name = " CURRENT, err);
	struct sim *sim = NULL;
	int result;

	if (!row)
		return NULL;
	if (name)
		db_bind_text(row, 1, name);
	result = db_step(db, row, err);
	if (result > 0)
		sim = read_cluster(db, row, wall, cluster, err);
	else if (!result && name)
		err_set(err, ERR_INPUT, "no cluster \"%s\"; `svcsim cluster list` names those there are", name);
	sqlite3_finalize(row);
	return sim;
}

int
clusters_changed(struct db *db, const struct db_cluster *cluster, bool *changed, struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "SELECT changes FROM clusters WHERE id = ?", err);
	int result;

	if (!row)
		return -1;
	sqlite3_bind_int64(row, 1, cluster->id);
	result = db_step(db, row, err);
	if (result > 0)
		*changed = sqlite3_column_int64(row, 0) != cluster->changes;
	else if (!result)
		result = err_set(err, ERR_INPUT, "cluster \"%s\" was deleted meanwhile", cluster->name);
	sqlite3_finalize(row);
	return result < 0 ? -1 : 0;
}

/* ---- writing ---- */

struct writer {
	struct db *db;
	int64_t id;
	sqlite3_stmt *put, *drop;
	struct err *err;
	int failed;
};

static void
write_object(void *arg, const struct sim_record *record)
{
	struct writer *writer = arg;
	sqlite3_stmt *statement = record->json ? writer->put : writer->drop;

	if (writer->failed)
		return;
	sqlite3_bind_int64(statement, 1, writer->id);
	db_bind_text(statement, 2, record->kind);
	db_bind_text(statement, 3, record->group);
	db_bind_text(statement, 4, record->namespace);
	db_bind_text(statement, 5, record->name);
	if (record->json) {
		sqlite3_bind_int64(statement, 6, (int64_t)record->version);
		db_bind_text(statement, 7, record->json);
	}
	writer->failed = db_step(writer->db, statement, writer->err);
	sqlite3_reset(statement);
}

static int
write_cluster_row(struct db *db, const struct db_cluster *cluster, const struct sim_state *state, int64_t wall,
	struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "UPDATE clusters SET changes = ?, seed = ?, rng = ?, version = ?, connections = ?,"
		" now = ?, wall = ?, session = ? WHERE id = ?", err);

	if (!row)
		return -1;
	sqlite3_bind_int64(row, 1, cluster->changes + 1);
	sqlite3_bind_int64(row, 2, (int64_t)state->seed);
	sqlite3_bind_int64(row, 3, (int64_t)state->rng);
	sqlite3_bind_int64(row, 4, (int64_t)state->version);
	sqlite3_bind_int64(row, 5, (int64_t)state->connections);
	sqlite3_bind_int64(row, 6, state->now);
	sqlite3_bind_int64(row, 7, wall);
	db_bind_text(row, 8, state->session);
	sqlite3_bind_int64(row, 9, cluster->id);
	return db_run(db, row, err);
}

static int
write_changes(struct db *db, struct db_cluster *cluster, const struct sim *sim, int64_t wall, struct err *err)
{
	struct writer writer = { db, cluster->id, NULL, NULL, err, -1 };
	struct sim_state state = { .session = NULL };

	writer.put = db_prepare(db, "INSERT OR REPLACE INTO objects (cluster, kind, grp, namespace, name, version, json)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)", err);
	if (writer.put)
		writer.drop = db_prepare(db, "DELETE FROM objects WHERE cluster = ? AND kind = ? AND grp = ? AND namespace = ?"
			" AND name = ?", err);
	if (writer.drop) {
		writer.failed = 0;
		sim_save(sim, cluster->version, &state, write_object, &writer);
		if (!writer.failed)
			writer.failed = write_cluster_row(db, cluster, &state, wall, err);
	}
	sqlite3_finalize(writer.put);
	sqlite3_finalize(writer.drop);
	if (writer.failed) {
		sim_state_release(&state);
		return -1;
	}
	sim_state_release(&cluster->state);
	cluster->state = state;
	cluster->version = state.version;
	cluster->changes++;
	return 0;
}

static bool
is_different(const struct sim_state *a, const struct sim_state *b)
{
	return a->version != b->version || a->rng != b->rng || a->connections != b->connections || a->seed != b->seed ||
		strcmp(a->session, b->session) != 0;
}

int
clusters_save(struct db *db, struct db_cluster *cluster, const struct sim *sim, int64_t wall, bool *wrote,
	struct err *err)
{
	struct sim_state state = { .session = NULL };

	sim_save(sim, sim_version(sim), &state, no_record, NULL);
	*wrote = is_different(&state, &cluster->state);
	sim_state_release(&state);
	return *wrote ? write_changes(db, cluster, sim, wall, err) : 0;
}

int
clusters_add(struct db *db, const char *name, const struct sim *sim, int64_t wall, struct db_cluster *cluster,
	struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "INSERT OR IGNORE INTO clusters (name, changes, seed, rng, version, connections,"
		" now, wall, session) VALUES (?, 0, 0, 0, 0, 0, 0, 0, '')", err);

	if (!row)
		return -1;
	db_bind_text(row, 1, name);
	if (db_run(db, row, err))
		return -1;
	if (!sqlite3_changes(db->handle))
		return err_set(err, ERR_FAILED, "cluster \"%s\" exists already", name);
	*cluster = (struct db_cluster){ .id = sqlite3_last_insert_rowid(db->handle), .name = xstrdup(name) };
	if (write_changes(db, cluster, sim, wall, err) || clusters_use(db, name, err)) {
		db_cluster_release(cluster);
		return -1;
	}
	return 0;
}

/* A statement about one cluster by name; none of that name is an error. */
static int
run_on_name(struct db *db, const char *sql, const char *name, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(db, sql, err);

	if (!statement)
		return -1;
	db_bind_text(statement, 1, name);
	if (db_run(db, statement, err))
		return -1;
	if (!sqlite3_changes(db->handle))
		return err_set(err, ERR_INPUT, "no cluster \"%s\"; `svcsim cluster list` names those there are", name);
	return 0;
}

int
clusters_use(struct db *db, const char *name, struct err *err)
{
	return run_on_name(db, "INSERT OR REPLACE INTO settings (name, value)"
		" SELECT 'cluster', name FROM clusters WHERE name = ?", name, err);
}

int
clusters_delete(struct db *db, const char *name, struct err *err)
{
	if (run_on_name(db, "DELETE FROM clusters WHERE name = ?", name, err))
		return -1;
	return db_exec(db, "DELETE FROM settings WHERE name = 'cluster'"
		" AND value NOT IN (SELECT name FROM clusters)", err);
}

int
clusters_list(struct db *db, void (*fn)(void *arg, const struct cluster_row *row), void *arg, struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "SELECT name, name = " CURRENT ", (SELECT count(*) FROM objects WHERE cluster = id)"
		" FROM clusters ORDER BY name", err);
	int result;

	if (!row)
		return -1;
	while ((result = db_step(db, row, err)) > 0) {
		const struct cluster_row cluster = { db_text(row, 0), sqlite3_column_int(row, 1), sqlite3_column_int(row, 2) };

		fn(arg, &cluster);
	}
	sqlite3_finalize(row);
	return result;
}

int
clusters_settings(struct db *db, const char *session, void (*fn)(void *arg, const char *json), void *arg,
	struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "SELECT value FROM json_each(?, '$.settings')", err);
	int result;

	if (!row)
		return -1;
	db_bind_text(row, 1, session);
	while ((result = db_step(db, row, err)) > 0)
		fn(arg, db_text(row, 0));
	sqlite3_finalize(row);
	return result;
}
