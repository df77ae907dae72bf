/* What the tables' files share: the handle, and statements that report the file and SQLite's reason. */
#ifndef PROGRESS_DB_INTERNAL_H
#define PROGRESS_DB_INTERNAL_H

#include <sqlite3.h>

#include "progress/db.h"

struct db {
	sqlite3 *handle;
	char *path;
	bool readonly;
};

/* Always -1; err says what could not be done, and SQLite's reason. */
int db_fail(struct db *db, const char *doing, struct err *err);
/* NULL on failure.  The caller finalizes. */
sqlite3_stmt *db_prepare(struct db *db, const char *sql, struct err *err);
/* Text may be NULL; its bytes must live until the statement is reset. */
void db_bind_text(sqlite3_stmt *statement, int at, const char *text);
/* One step of a statement: 1 a row, 0 done, -1 err. */
int db_step(struct db *db, sqlite3_stmt *statement, struct err *err);
/* Steps a statement without rows and finalizes it. */
MUST_CHECK int db_run(struct db *db, sqlite3_stmt *statement, struct err *err);
MUST_CHECK int db_exec(struct db *db, const char *sql, struct err *err);
/* A column's text, "" for NULL. */
const char *db_text(sqlite3_stmt *statement, int column);

#endif
