/*
 * Progress as one JSON document, for another machine or a teacher: every judged attempt with its checks and events.
 * What is imported twice is there once.
 */
#ifndef PROGRESS_EXCHANGE_H
#define PROGRESS_EXCHANGE_H

#include "progress/db.h"
#include "svcsim/io.h"

/* Appends the document, and a newline. */
MUST_CHECK int exchange_export(struct db *db, const char *student, struct str *out, struct err *err);
/* All or nothing.  file is for messages; *student is owned by the caller, *added how many attempts were new. */
MUST_CHECK int exchange_import(struct db *db, const char *file, const char *text, char **student, int *added, struct err *err);
/*
 * An exported document or somebody's whole database, to be read: the first becomes a database in memory.  *student, owned
 * by the caller, is whom the document names, or the database's file name without its end.
 */
struct db *exchange_open(struct io *io, const char *path, char **student, struct err *err);

#endif
