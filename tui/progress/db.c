#include "progress/db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "progress/db_internal.h"
#include "svcsim/str.h"

#define APPLICATION_ID 0x73766373	/* "svcs", in the file's header */
#define BUSY_MS 10000

/* The i-th text brings a file of version i to i + 1 (PRAGMA user_version). */
static const char *const migrations[] = {
	"CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE clusters (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, changes INTEGER NOT NULL,"
	" seed INTEGER NOT NULL, rng INTEGER NOT NULL, version INTEGER NOT NULL, connections INTEGER NOT NULL,"
	" now INTEGER NOT NULL, wall INTEGER NOT NULL, session TEXT NOT NULL);"
	"CREATE TABLE objects (cluster INTEGER NOT NULL REFERENCES clusters ON DELETE CASCADE, kind TEXT NOT NULL,"
	" grp TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, json TEXT NOT NULL,"
	" PRIMARY KEY (cluster, kind, grp, namespace, name)) WITHOUT ROWID;"
	"CREATE TABLE attempts (id INTEGER PRIMARY KEY, pack TEXT NOT NULL, scenario TEXT NOT NULL, hash TEXT NOT NULL,"
	" seed INTEGER NOT NULL, title TEXT NOT NULL, objective TEXT NOT NULL, started INTEGER NOT NULL,"
	" seconds INTEGER NOT NULL, hints INTEGER NOT NULL, points INTEGER NOT NULL, of INTEGER NOT NULL);"
	"CREATE INDEX attempts_scenario ON attempts (pack, scenario);"
	"CREATE TABLE checks (attempt INTEGER NOT NULL REFERENCES attempts ON DELETE CASCADE, number INTEGER NOT NULL,"
	" what TEXT NOT NULL, points INTEGER NOT NULL, of INTEGER NOT NULL, got TEXT NOT NULL, want TEXT NOT NULL,"
	" PRIMARY KEY (attempt, number)) WITHOUT ROWID;",
	/* Attempts go on after they were broken off; exams hold attempts. */
	"CREATE TABLE exams (id INTEGER PRIMARY KEY, title TEXT NOT NULL, seed INTEGER NOT NULL, started INTEGER NOT NULL,"
	" minutes INTEGER NOT NULL, pass INTEGER NOT NULL, seconds INTEGER NOT NULL, finished INTEGER NOT NULL);"
	"ALTER TABLE attempts ADD COLUMN mode TEXT NOT NULL DEFAULT 'drill';"
	"ALTER TABLE attempts ADD COLUMN clock INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE attempts ADD COLUMN judged INTEGER NOT NULL DEFAULT 1;"
	"ALTER TABLE attempts ADD COLUMN exam INTEGER REFERENCES exams ON DELETE CASCADE;"
	"ALTER TABLE attempts ADD COLUMN place INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE attempts ADD COLUMN weight INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE attempts ADD COLUMN flagged INTEGER NOT NULL DEFAULT 0;"
	"CREATE INDEX attempts_exam ON attempts (exam, place);"
	"CREATE TABLE events (attempt INTEGER NOT NULL REFERENCES attempts ON DELETE CASCADE, number INTEGER NOT NULL,"
	" at INTEGER NOT NULL, act TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (attempt, number)) WITHOUT ROWID;",
};
#define VERSION ((int)(sizeof migrations / sizeof migrations[0]))

/* ---- where it is ---- */

static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

char *
db_path(void)
{
	const char *path = environment("SVCSIM_DB"), *data = environment("XDG_DATA_HOME"), *home = environment("HOME");

	if (path)
		return xstrdup(path);
	if (data && *data == '/')
		return xasprintf("%s/svcsim/svcsim.db", data);
	return home ? xasprintf("%s/.local/share/svcsim/svcsim.db", home) : NULL;
}

bool
db_exists(void)
{
	char *path = db_path();
	bool exists = path && access(path, F_OK) == 0;

	free(path);
	return exists;
}

static int
make_folders(const char *path, struct err *err)
{
	char *folder = xstrdup(path);
	int failed = 0;

	for (char *slash = strchr(folder + 1, '/'); slash && !failed; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0700) && errno != EEXIST && errno != EISDIR)
			failed = err_at(err, path, 0, 0, "can't make folder %s: %s", folder, strerror(errno));
		*slash = '/';
	}
	free(folder);
	return failed;
}

/* ---- statements ---- */

int
db_fail(struct db *db, const char *doing, struct err *err)
{
	int code = sqlite3_errcode(db->handle);

	switch (code & 0xff) {
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return err_at(err, db->path, 0, 0, "the database is damaged, or is no database (%s); move it away, or "
			"name another file in SVCSIM_DB", sqlite3_errmsg(db->handle));
	case SQLITE_READONLY:
		return err_at(err, db->path, 0, 0, "can't %s: the database is read-only", doing);
	case SQLITE_BUSY:
		return err_at(err, db->path, 0, 0, "can't %s: another svcsim has held the database for %d seconds", doing,
			BUSY_MS / 1000);
	default:
		return err_at(err, db->path, 0, 0, "can't %s: %s", doing, sqlite3_errmsg(db->handle));
	}
}

sqlite3_stmt *
db_prepare(struct db *db, const char *sql, struct err *err)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) != SQLITE_OK) {
		db_fail(db, "read the database", err);
		return NULL;
	}
	return statement;
}

void
db_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text ? text : "", -1, SQLITE_STATIC);
}

int
db_step(struct db *db, sqlite3_stmt *statement, struct err *err)
{
	switch (sqlite3_step(statement)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return db_fail(db, sqlite3_stmt_readonly(statement) ? "read the database" : "write the database", err);
	}
}

int
db_run(struct db *db, sqlite3_stmt *statement, struct err *err)
{
	int result = db_step(db, statement, err);

	sqlite3_finalize(statement);
	return result < 0 ? -1 : 0;
}

int
db_exec(struct db *db, const char *sql, struct err *err)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail(db, "write the database", err);
	return 0;
}

const char *
db_text(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	return text ? text : "";
}

/* ---- transactions ---- */

int
db_begin(struct db *db, enum db_mode mode, struct err *err)
{
	const char *sql = mode == DB_WRITE && !db->readonly ? "BEGIN IMMEDIATE" : "BEGIN";

	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail(db, "lock the database", err);
	return 0;
}

int
db_commit(struct db *db, struct err *err)
{
	if (sqlite3_exec(db->handle, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	db_fail(db, "write the database", err);
	db_rollback(db);
	return -1;
}

void
db_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- opening ---- */

static int
pragma_int(struct db *db, const char *sql, int *value, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(db, sql, err);
	int result;

	if (!statement)
		return -1;
	result = db_step(db, statement, err);
	if (result > 0)
		*value = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return result < 0 ? -1 : 0;
}

/* A file of somebody else's program is not written to. */
static int
check_owner(struct db *db, int version, struct err *err)
{
	int id = 0, tables = 0;

	if (pragma_int(db, "PRAGMA application_id", &id, err) ||
	    pragma_int(db, "SELECT count(*) FROM sqlite_schema", &tables, err))
		return -1;
	if (id != APPLICATION_ID && (id || tables || version))
		return err_at(err, db->path, 0, 0, "this is another program's database; name another file in SVCSIM_DB");
	if (version > VERSION)
		return err_at(err, db->path, 0, 0, "the database is of a newer svcsim (version %d, this one knows %d)",
			version, VERSION);
	return 0;
}

/* Two processes may find the same old version: who gets the lock second finds nothing left to do. */
static int
migrate(struct db *db, struct err *err)
{
	int version = 0, failed;

	if (db_begin(db, DB_WRITE, err))
		return -1;
	failed = pragma_int(db, "PRAGMA user_version", &version, err);
	for (; !failed && version < VERSION; version++)
		failed = db_exec(db, migrations[version], err);
	if (!failed) {
		char *sql = xasprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION_ID, VERSION);

		failed = db_exec(db, sql, err);
		free(sql);
	}
	if (failed) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, err);
}

/* SQLite doesn't wait for this lock by itself. */
static int
use_wal(struct db *db, struct err *err)
{
	for (int waited = 0;; waited += 10) {
		int code = sqlite3_exec(db->handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);

		if (code == SQLITE_OK)
			return 0;
		if (code != SQLITE_BUSY || waited >= BUSY_MS)
			return db_fail(db, "open the database", err);
		sqlite3_sleep(10);
	}
}

static int
prepare_file(struct db *db, struct err *err)
{
	int version = 0;

	sqlite3_busy_timeout(db->handle, BUSY_MS);
	if (pragma_int(db, "PRAGMA user_version", &version, err) || check_owner(db, version, err))
		return -1;
	if (db_exec(db, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON", err))
		return -1;
	if (version == VERSION)
		return 0;
	return use_wal(db, err) || migrate(db, err) ? -1 : 0;
}

/* path is taken over; NULL: there is none. */
static struct db *
open_path(char *path, bool create, struct err *err)
{
	struct db *db = xcalloc(1, sizeof *db);
	int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
	int failed = 0;

	db->path = path;
	if (!db->path)
		failed = err_set(err, ERR_INPUT, "no place for the database: set SVCSIM_DB, or HOME");
	else if (create && access(db->path, F_OK))
		failed = make_folders(db->path, err);
	if (!failed && sqlite3_open_v2(db->path, &db->handle, flags, NULL) != SQLITE_OK)
		failed = db_fail(db, "open the database", err);
	if (!failed) {
		db->readonly = sqlite3_db_readonly(db->handle, "main") == 1;
		failed = prepare_file(db, err);
	}
	if (!failed)
		return db;
	db_close(db);
	return NULL;
}

struct db *
db_open(bool create, struct err *err)
{
	return open_path(db_path(), create, err);
}

/* Somebody else's file may hold triggers and views of its own: none of them runs. */
struct db *
db_open_at(const char *path, struct err *err)
{
	static const int off[] = { SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW, SQLITE_DBCONFIG_TRUSTED_SCHEMA };
	struct db *db = open_path(xstrdup(path), false, err);

	for (size_t i = 0; db && i < sizeof off / sizeof off[0]; i++)
		sqlite3_db_config(db->handle, off[i], 0, (int *)NULL);
	if (db)
		sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	return db;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	if (db->handle)
		db_rollback(db);
	sqlite3_close(db->handle);
	free(db->path);
	free(db);
}
