/* SQLite writes and reads the JSON itself: a column is a key, and the list of them stands once. */
#include "progress/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "progress/db_internal.h"

/* Columns of attempts that travel: name, what it must be in JSON. */
#define TRAVELLING(X) \
	X(pack, "text") X(scenario, "text") X(hash, "text") X(title, "text") X(objective, "text") X(mode, "text") \
	X(seed, "integer") X(clock, "integer") X(started, "integer") X(seconds, "integer") X(hints, "integer") \
	X(points, "integer") X(of, "integer") X(weight, "integer")
#define AS_JSON(name, type) ", '" #name "', a." #name
#define AS_COLUMN(name, type) ", " #name
#define AS_EXTRACT(name, type) ", value ->> '$." #name "'"
#define AS_CHECK(name, type) " OR coalesce(json_type(value, '$." #name "'), '') <> '" type "'"

int
exchange_export(struct db *db, const char *student, struct str *out, struct err *err)
{
	sqlite3_stmt *row = db_prepare(db, "SELECT json_object('apiVersion', 'svcsim/v1', 'kind', 'Progress', 'student', ?,"
		" 'attempts', (SELECT json_group_array(json_object('judged', json('true')" TRAVELLING(AS_JSON) ","
		" 'checks', (SELECT json_group_array(json_object('what', what, 'points', points, 'of', of, 'got', got, 'want', want))"
		" FROM (SELECT * FROM checks WHERE attempt = a.id ORDER BY number)),"
		" 'events', (SELECT json_group_array(json_object('at', at, 'act', act, 'text', text))"
		" FROM (SELECT * FROM events WHERE attempt = a.id ORDER BY number))))"
		" FROM (SELECT * FROM attempts WHERE judged ORDER BY started, id) a))", err);
	int result;

	if (!row)
		return -1;
	db_bind_text(row, 1, student);
	result = db_step(db, row, err);
	if (result > 0) {
		str_add(out, db_text(row, 0));
		str_addch(out, '\n');
	}
	sqlite3_finalize(row);
	return result < 0 ? -1 : 0;
}

/* ---- import ---- */

static sqlite3_stmt *
prepare_for(struct db *db, const char *sql, const char *text, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(db, sql, err);

	if (statement)
		db_bind_text(statement, 1, text);
	return statement;
}

/* One number of the document, or -1 and err. */
static int
ask(struct db *db, const char *sql, const char *text, int *value, struct err *err)
{
	sqlite3_stmt *row = prepare_for(db, sql, text, err);
	int result;

	if (!row)
		return -1;
	result = db_step(db, row, err);
	if (result > 0)
		*value = sqlite3_column_int(row, 0);
	sqlite3_finalize(row);
	return result < 0 ? -1 : 0;
}

static int
check_document(struct db *db, const char *file, const char *text, struct err *err)
{
	int valid = 0, wrong = 0;

	if (ask(db, "SELECT CASE WHEN json_valid(?1) THEN json_type(?1, '$.attempts') IS 'array'"
		" AND json_type(?1, '$.student') IS 'text' AND ?1 ->> '$.kind' IS 'Progress' ELSE 0 END", text, &valid, err))
		return -1;
	if (!valid)
		return err_at(err, file, 0, 0, "this is no exported progress");
	if (ask(db, "SELECT coalesce(min(key), -1) + 1 FROM json_each(?1, '$.attempts') WHERE type <> 'object'"
		TRAVELLING(AS_CHECK) " OR coalesce(json_type(value, '$.events'), '') <> 'array'"
		" OR coalesce(json_type(value, '$.checks'), '') <> 'array'", text, &wrong, err))
		return -1;
	return wrong ? err_at(err, file, 0, 0, "attempt %d of the document is damaged", wrong) : 0;
}

/* The rows of a list inside the attempts that are new; what is damaged there fails by the tables' NOT NULL. */
static int
add_lists(struct db *db, const char *text, struct err *err)
{
	static const char *const lists[] = {
		"INSERT INTO checks (attempt, number, what, points, of, got, want) SELECT n.id, c.key + 1, c.value ->> '$.what',"
		" c.value ->> '$.points', c.value ->> '$.of', c.value ->> '$.got', c.value ->> '$.want' FROM added n,"
		" json_each(?1, '$.attempts[' || n.place || '].checks') c",
		"INSERT INTO events (attempt, number, at, act, text) SELECT n.id, e.key + 1, e.value ->> '$.at',"
		" e.value ->> '$.act', e.value ->> '$.text' FROM added n,"
		" json_each(?1, '$.attempts[' || n.place || '].events') e",
	};

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		sqlite3_stmt *statement = prepare_for(db, lists[i], text, err);

		if (!statement || db_run(db, statement, err))
			return -1;
	}
	return 0;
}

/* New is what has no row of the same scenario, seed and start.  place: in the document. */
static int
add_attempts(struct db *db, const char *text, struct err *err)
{
	sqlite3_stmt *statement;

	if (db_exec(db, "CREATE TEMP TABLE IF NOT EXISTS added (id INTEGER, place INTEGER); DELETE FROM added", err))
		return -1;
	statement = prepare_for(db, "INSERT INTO added SELECT (SELECT coalesce(max(id), 0) FROM attempts) + 1 + j.key, j.key"
		" FROM json_each(?1, '$.attempts') j WHERE NOT EXISTS (SELECT 1 FROM attempts a WHERE"
		" a.pack = j.value ->> '$.pack' AND a.scenario = j.value ->> '$.scenario' AND a.seed = j.value ->> '$.seed'"
		" AND a.clock = j.value ->> '$.clock' AND a.started = j.value ->> '$.started')", text, err);
	if (!statement || db_run(db, statement, err))
		return -1;
	statement = prepare_for(db, "INSERT INTO attempts (id, judged" TRAVELLING(AS_COLUMN) ")"
		" SELECT n.id, 1" TRAVELLING(AS_EXTRACT) " FROM added n, json_each(?1, '$.attempts') j WHERE j.key = n.place",
		text, err);
	return !statement || db_run(db, statement, err) ? -1 : 0;
}

static int
read_student(struct db *db, const char *text, char **student, struct err *err)
{
	sqlite3_stmt *row = prepare_for(db, "SELECT ?1 ->> '$.student'", text, err);
	int result;

	if (!row)
		return -1;
	result = db_step(db, row, err);
	if (result > 0)
		*student = xstrdup(db_text(row, 0));
	sqlite3_finalize(row);
	return result < 0 ? -1 : 0;
}

int
exchange_import(struct db *db, const char *file, const char *text, char **student, int *added, struct err *err)
{
	if (check_document(db, file, text, err) || db_begin(db, DB_WRITE, err))
		return -1;
	*student = NULL;
	if (!add_attempts(db, text, err) && !add_lists(db, text, err) &&
		!ask(db, "SELECT count(*) FROM added WHERE ?1 IS NOT NULL", text, added, err) &&
		!read_student(db, text, student, err) && !db_commit(db, err))
		return 0;
	db_rollback(db);
	free(*student);
	return -1;
}

/* ---- somebody else's ---- */

static char *
name_of_file(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');

	return xstrndup(name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
}

struct db *
exchange_open(struct io *io, const char *path, char **student, struct err *err)
{
	struct str text = STR_INIT;
	enum io_result read = io->files->read(io, path, &text);
	struct db *db = NULL;
	int added;

	if (read != IO_OK) {
		err_at(err, path, 0, 0, "%s", io_result_text(read));
	} else if (str_starts(text.buf, "SQLite format 3")) {
		db = db_open_at(path, err);
		*student = db ? name_of_file(path) : NULL;
	} else {
		db = db_open_at(":memory:", err);
		if (db && exchange_import(db, path, text.buf, student, &added, err)) {
			db_close(db);
			db = NULL;
		}
	}
	str_release(&text);
	return db;
}
