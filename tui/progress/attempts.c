#include "progress/attempts.h"

#include "progress/db_internal.h"

/* ---- writing ---- */

static int
put_row(struct db *db, const struct attempt_row *row, int64_t *id, struct err *err)
{
	sqlite3_stmt *put = db_prepare(db, "INSERT INTO attempts (id, pack, scenario, hash, seed, title, objective, started,"
		" seconds, hints, points, of, mode, clock, judged, exam, place, weight, flagged)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON CONFLICT (id) DO UPDATE SET clock = excluded.clock, seconds = excluded.seconds, hints = excluded.hints, points = excluded.points,"
		" of = excluded.of, judged = excluded.judged, flagged = excluded.flagged", err);

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
	db_bind_text(put, 13, row->mode);
	sqlite3_bind_int64(put, 14, row->clock);
	sqlite3_bind_int(put, 15, row->judged);
	if (row->exam)
		sqlite3_bind_int64(put, 16, row->exam);
	sqlite3_bind_int(put, 17, row->place);
	sqlite3_bind_int(put, 18, row->weight);
	sqlite3_bind_int(put, 19, row->flagged);
	if (db_run(db, put, err))
		return -1;
	if (!*id)
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

/* A statement for one attempt, nothing of it asked. */
static int
run_for(struct db *db, const char *sql, int64_t id, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(db, sql, err);

	if (!statement)
		return -1;
	sqlite3_bind_int64(statement, 1, id);
	return db_run(db, statement, err);
}

static int
put_all(struct db *db, const struct attempt_row *row, int64_t *id, struct err *err)
{
	if (put_row(db, row, id, err) || run_for(db, "DELETE FROM checks WHERE attempt = ?", *id, err))
		return -1;
	for (size_t i = 0; i < row->nchecks; i++)
		if (put_check(db, *id, i + 1, &row->checks[i], err))
			return -1;
	return 0;
}

int
attempts_put(struct db *db, const struct attempt_row *row, int64_t *id, struct err *err)
{
	int64_t put = *id;

	if (db_begin(db, DB_WRITE, err))
		return -1;
	if (put_all(db, row, &put, err)) {
		db_rollback(db);
		return -1;
	}
	if (db_commit(db, err))
		return -1;
	*id = put;
	return 0;
}

int
attempts_add_event(struct db *db, int64_t id, const struct event_row *event, struct err *err)
{
	sqlite3_stmt *put = db_prepare(db, "INSERT INTO events (attempt, number, at, act, text) SELECT ?1,"
		" coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM events WHERE attempt = ?1", err);

	if (!put)
		return -1;
	sqlite3_bind_int64(put, 1, id);
	sqlite3_bind_int64(put, 2, event->at);
	db_bind_text(put, 3, event->act);
	db_bind_text(put, 4, event->text);
	return db_run(db, put, err);
}

/* ---- asking ---- */

int
attempts_events(struct db *db, int64_t id, bool (*fn)(void *arg, const struct event_row *event), void *arg,
	struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "SELECT at, act, text FROM events WHERE attempt = ? ORDER BY number", err);
	bool more = true;
	int result = 0;

	if (!row)
		return -1;
	sqlite3_bind_int64(row, 1, id);
	while (more && (result = db_step(db, row, err)) > 0) {
		const struct event_row event = { sqlite3_column_int64(row, 0), db_text(row, 1), db_text(row, 2) };

		more = fn(arg, &event);
	}
	sqlite3_finalize(row);
	return result < 0 ? -1 : 0;
}

int
attempts_best(struct db *db, const char *pack, const char *scenario, int *tries, int *points, int *of, struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "SELECT count(*), points, of, max(CAST(points AS REAL) / max(of, 1)) FROM attempts"
		" WHERE judged AND pack = ? AND scenario = ?", err);
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
		" max(CAST(points AS REAL) / max(of, 1)) FROM attempts WHERE judged GROUP BY pack, scenario)"
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

#define COLUMNS "SELECT id, pack, scenario, hash, title, objective, mode, seed, clock, started, seconds, hints, judged," \
	" points, of, coalesce(exam, 0), place, weight, flagged, EXISTS (SELECT 1 FROM events WHERE attempt = id) FROM attempts"

/* Steps through rows of COLUMNS and finalizes. */
static int
each_attempt(struct db *db, sqlite3_stmt *row, attempt_fn *fn, void *arg, struct err *err)
{
	int result;

	while ((result = db_step(db, row, err)) > 0) {
		const struct attempt_row attempt = {
			.id = sqlite3_column_int64(row, 0), .pack = db_text(row, 1), .scenario = db_text(row, 2),
			.hash = db_text(row, 3), .title = db_text(row, 4), .objective = db_text(row, 5), .mode = db_text(row, 6),
			.seed = (uint64_t)sqlite3_column_int64(row, 7), .clock = sqlite3_column_int64(row, 8),
			.started = sqlite3_column_int64(row, 9), .seconds = sqlite3_column_int(row, 10),
			.hints = sqlite3_column_int(row, 11), .judged = sqlite3_column_int(row, 12),
			.points = sqlite3_column_int(row, 13), .of = sqlite3_column_int(row, 14),
			.exam = sqlite3_column_int64(row, 15), .place = sqlite3_column_int(row, 16),
			.weight = sqlite3_column_int(row, 17), .flagged = sqlite3_column_int(row, 18),
			.begun = sqlite3_column_int(row, 19),
		};

		fn(arg, &attempt);
	}
	sqlite3_finalize(row);
	return result;
}

int
attempts_last(struct db *db, int limit, attempt_fn *fn, void *arg, struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, COLUMNS " WHERE judged ORDER BY id DESC LIMIT ?", err);

	if (!row)
		return -1;
	sqlite3_bind_int(row, 1, limit);
	return each_attempt(db, row, fn, arg, err);
}

int
attempts_all(struct db *db, attempt_fn *fn, void *arg, struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, COLUMNS " WHERE judged ORDER BY started, id", err);

	return row ? each_attempt(db, row, fn, arg, err) : -1;
}

int
attempts_open(struct db *db, attempt_fn *fn, void *arg, struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, COLUMNS " WHERE id = (SELECT max(id) FROM attempts WHERE exam IS NULL)"
		" AND (points < of OR of = 0) AND EXISTS (SELECT 1 FROM events WHERE attempt = id)", err);

	return row ? each_attempt(db, row, fn, arg, err) : -1;
}

int
attempts_of_exam(struct db *db, int64_t exam, attempt_fn *fn, void *arg, struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, COLUMNS " WHERE exam = ? ORDER BY place", err);

	if (!row)
		return -1;
	sqlite3_bind_int64(row, 1, exam);
	return each_attempt(db, row, fn, arg, err);
}

int
attempts_checks(struct db *db, int64_t id, void (*fn)(void *arg, const struct attempt_check_row *row), void *arg,
	struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "SELECT what, got, want, points, of FROM checks WHERE attempt = ? ORDER BY number",
		err);
	int result;

	if (!row)
		return -1;
	sqlite3_bind_int64(row, 1, id);
	while ((result = db_step(db, row, err)) > 0) {
		const struct attempt_check_row check = { db_text(row, 0), db_text(row, 1), db_text(row, 2),
			sqlite3_column_int(row, 3), sqlite3_column_int(row, 4) };

		fn(arg, &check);
	}
	sqlite3_finalize(row);
	return result;
}
