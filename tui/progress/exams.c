#include "progress/exams.h"

#include "progress/db_internal.h"

int
exams_put(struct db *db, const struct exam_row *row, int64_t *id, struct err *err)
{
	sqlite3_stmt *put = db_prepare(db, "INSERT INTO exams (id, title, seed, started, minutes, pass, seconds, finished)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
		" ON CONFLICT (id) DO UPDATE SET seconds = excluded.seconds, finished = excluded.finished", err);

	if (!put)
		return -1;
	if (*id)
		sqlite3_bind_int64(put, 1, *id);
	db_bind_text(put, 2, row->title);
	sqlite3_bind_int64(put, 3, (int64_t)row->seed);
	sqlite3_bind_int64(put, 4, row->started);
	sqlite3_bind_int(put, 5, row->minutes);
	sqlite3_bind_int(put, 6, row->pass);
	sqlite3_bind_int(put, 7, row->seconds);
	sqlite3_bind_int(put, 8, row->finished);
	if (db_run(db, put, err))
		return -1;
	if (!*id)
		*id = sqlite3_last_insert_rowid(db->handle);
	return 0;
}

int
exams_open(struct db *db, void (*fn)(void *arg, const struct exam_row *row), void *arg, struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "SELECT id, title, seed, started, minutes, pass, seconds, finished FROM exams"
		" WHERE NOT finished ORDER BY id DESC LIMIT 1", err);
	int result;

	if (!row)
		return -1;
	result = db_step(db, row, err);
	if (result > 0) {
		const struct exam_row exam = { sqlite3_column_int64(row, 0), db_text(row, 1), (uint64_t)sqlite3_column_int64(row, 2),
			sqlite3_column_int64(row, 3), sqlite3_column_int(row, 4), sqlite3_column_int(row, 5),
			sqlite3_column_int(row, 6), sqlite3_column_int(row, 7) };

		fn(arg, &exam);
	}
	sqlite3_finalize(row);
	return result < 0 ? -1 : 0;
}
