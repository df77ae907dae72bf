/*
 * The one SQLite file that holds what must last: clusters by name, attempts and their checks.  WAL and full syncing;
 * one transaction an action.  Another process may write at the same time: who wants to write takes the lock before
 * it reads (db_begin with DB_WRITE) and waits up to ten seconds for it.
 */
#ifndef PROGRESS_DB_H
#define PROGRESS_DB_H

#include <stdbool.h>

#include "svcsim/err.h"

struct db;

/* $SVCSIM_DB, else svcsim/svcsim.db in $XDG_DATA_HOME or ~/.local/share; owned.  NULL: none of them is set. */
char *db_path(void);
bool db_exists(void);

/* Makes the file and its folders when create is set.  NULL: err names the file and says what is wrong with it. */
struct db *db_open(bool create, struct err *err);
/* A file that is there, by its path; ":memory:" one that nobody else has, and that is gone when it is closed. */
struct db *db_open_at(const char *path, struct err *err);
void db_close(struct db *db);	/* takes back what was not committed; NULL does nothing */

enum db_mode { DB_READ, DB_WRITE };
MUST_CHECK int db_begin(struct db *db, enum db_mode mode, struct err *err);
MUST_CHECK int db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);	/* nothing when there is no transaction */

#endif
