#include "progress/attempts.h"

#include "progress/db_internal.h"

/* ---- writing ---- */

static int
put_row(struct db *db, const struct attempt_row *row, int64_t *id, struct err *err)
{
	sqlite3_stmt *put = db_prepare(db, "INSERT OR REPLACE INTO attempts (id, pack, scenario, hash, seed, title, objective,"
		" started, seconds, hints, points, of) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err);

	if (!put)
		return -1;
	if (*id)
		sqlite3_bind_int64(put, 1, *id);
	db_bind_text(put, 2, row->pack);
	db_bind_text(put, 3, row->scenario);
	db_bind_text(put, 4, row->hash);
	sqlite3_bind_int64(put, 5, (int64_t)row->seed);
	db_bind_text(put, 6, row->title);
	db_bind_text(put, 7, row->objective);
	sqlite3_bind_int64(put, 8, row->started);
	sqlite3_bind_int(put, 9, row->seconds);
	sqlite3_bind_int(put, 10, row->hints);
	sqlite3_bind_int(put, 11, row->points);
	sqlite3_bind_int(put, 12, row->of);
	if (db_run(db, put, err))
		return -1;
	*id = sqlite3_last_insert_rowid(db->handle);
	return 0;
}

static int
put_check(struct db *db, int64_t id, size_t number, const struct attempt_check_row *check, struct err *err)
{
	sqlite3_stmt *put = db_prepare(db, "INSERT INTO checks (attempt, number, what, points, of, got, want)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)", err);

	if (!put)
		return -1;
	sqlite3_bind_int64(put, 1, id);
	sqlite3_bind_int64(put, 2, (int64_t)number);
	db_bind_text(put, 3, check->what);
	sqlite3_bind_int(put, 4, check->points);
	sqlite3_bind_int(put, 5, check->of);
	db_bind_text(put, 6, check->got);
	db_bind_text(put, 7, check->want);
	return db_run(db, put, err);
}

/* Replacing a row takes its checks with it. */
static int
put_all(struct db *db, const struct attempt_row *row, int64_t *id, struct err *err)
{
	if (put_row(db, row, id, err))
		return -1;
	for (size_t i = 0; i < row->nchecks; i++)
		if (put_check(db, *id, i + 1, &row->checks[i], err))
			return -1;
	return 0;
}

int
attempts_put(struct db *db, const struct attempt_row *row, int64_t *id, struct err *err)
{
	if (db_begin(db, DB_WRITE, err))
		return -1;
	if (put_all(db, row, id, err)) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, err);
}

/* ---- asking ---- */

int
attempts_best(struct db *db, const char *pack, const char *scenario, int *tries, int *points, int *of, struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "SELECT count(*), points, of, max(CAST(points AS REAL) / max(of, 1)) FROM attempts"
		" WHERE pack = ? AND scenario = ?", err);
	int result;

	if (!row)
		return -1;
	db_bind_text(row, 1, pack);
	db_bind_text(row, 2, scenario);
	result = db_step(db, row, err);
	if (result > 0) {
		*tries = sqlite3_column_int(row, 0);
		*points = sqlite3_column_int(row, 1);
		*of = sqlite3_column_int(row, 2);
	}
	sqlite3_finalize(row);
	return result < 0 ? -1 : 0;
}

int
attempts_objectives(struct db *db, void (*fn)(void *arg, const struct objective_row *row), void *arg, struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "SELECT objective, count(*), sum(points = of), sum(tries), sum(points), sum(of),"
		" sum(seconds) FROM (SELECT objective, pack, scenario, count(*) AS tries, sum(seconds) AS seconds, points, of,"
		" max(CAST(points AS REAL) / max(of, 1)) FROM attempts GROUP BY pack, scenario)"
		" GROUP BY objective ORDER BY objective", err);
	int result;

	if (!row)
		return -1;
	while ((result = db_step(db, row, err)) > 0) {
		const struct objective_row objective = { db_text(row, 0), sqlite3_column_int(row, 1), sqlite3_column_int(row, 2),
			sqlite3_column_int(row, 3), sqlite3_column_int(row, 4), sqlite3_column_int(row, 5),
			sqlite3_column_int64(row, 6) };

		fn(arg, &objective);
	}
	sqlite3_finalize(row);
	return result;
}

int
attempts_last(struct db *db, int limit, void (*fn)(void *arg, const struct attempt_row *row), void *arg,
	struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "SELECT pack, scenario, hash, title, objective, seed, started, seconds, hints,"
		" points, of FROM attempts ORDER BY id DESC LIMIT ?", err);
	int result;

	if (!row)
		return -1;
	sqlite3_bind_int(row, 1, limit);
	while ((result = db_step(db, row, err)) > 0) {
		const struct attempt_row attempt = {
			.pack = db_text(row, 0), .scenario = db_text(row, 1), .hash = db_text(row, 2), .title = db_text(row, 3),
			.objective = db_text(row, 4), .seed = (uint64_t)sqlite3_column_int64(row, 5),
			.started = sqlite3_column_int64(row, 6), .seconds = sqlite3_column_int(row, 7),
			.hints = sqlite3_column_int(row, 8), .points = sqlite3_column_int(row, 9), .of = sqlite3_column_int(row, 10),
		};

		fn(arg, &attempt);
	}
	sqlite3_finalize(row);
	return result;
}
