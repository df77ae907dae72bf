/*
 * A power cut at any moment: a thousand processes that practise are killed, and the database opens and holds every check
 * that one of them had finished.  And fifty at once lose nothing of each other.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/files.h"
#include "progress/db_internal.h"
#include "screen/drill.h"

#define KILLS 1000
#define PROCESSES 50
#define CHECKS_EACH 4

static char folder[] = "/tmp/svcsim-test-XXXXXX";
static struct files files = FILES_INIT;
static struct io io = { .files = &real_files, .files_state = &files };
static struct library library;
static int64_t now = INT64_C(1754000000000000000);

static int64_t
wall(void)
{
	return now++;
}

/* Practises until it is killed or has done its checks; a byte after each that was kept. */
static _Noreturn void
practise(int fd, int checks)
{
	struct err err = ERR_INIT;
	struct drill drill = { .library = &library, .wall = wall, .db = db_open(true, &err), .seed_given = true, .seed = 1 };
	size_t pack, at;

	if (!drill.db || library_find(&library, "demo/which-type", &pack, &at, &err) || drill_start(&drill, pack, at, &err))
		_exit(1);
	for (int i = 0; i < checks; i++) {
		if (attempt_answer(drill.attempt, 0, i % 2 ? "A" : "B,C", &err) || drill_check(&drill, &err) || drill.lost.kind ||
			write(fd, "c", 1) != 1)
			_exit(2);
	}
	_exit(0);
}

static pid_t
start(int *fd, int checks)
{
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[0]);
		practise(ends[1], checks);
	}
	close(ends[1]);
	*fd = ends[0];
	return pid;
}

static int
count(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;
	sqlite3_stmt *row = db_prepare(db, sql, &err);
	int n;

	assert_non_null(row);
	assert_int_equal(db_step(db, row, &err), 1);
	n = sqlite3_column_int(row, 0);
	sqlite3_finalize(row);
	return n;
}

/* The checks of which somebody heard are there, and each attempt that was checked has its result. */
static void
expect_checks(int least, int most)
{
	struct err err = ERR_INIT;
	struct db *db = db_open(false, &err);

	assert_non_null(db);
	assert_in_range(count(db, "SELECT count(*) FROM events WHERE act = 'check'"), (uintmax_t)least, (uintmax_t)most);
	assert_int_equal(count(db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
	assert_int_equal(count(db, "SELECT count(*) FROM attempts WHERE judged AND NOT EXISTS"
		" (SELECT 1 FROM checks WHERE attempt = attempts.id)"), 0);
	db_close(db);
}

/* The moment is drawn: so many checks are awaited, and then so many turns of a loop. */
static int
kill_one(unsigned *dice)
{
	volatile unsigned turns;
	int fd, heard = 0, await;
	pid_t pid = start(&fd, 1000000);
	char c;

	*dice = *dice * 1664525u + 1013904223u;
	await = (int)(*dice >> 30);
	while (heard < await && read(fd, &c, 1) == 1)
		heard++;
	for (turns = *dice >> 12 & 0x3ffff; turns; turns--)
		;
	kill(pid, SIGKILL);
	while (read(fd, &c, 1) == 1)
		heard++;
	close(fd);
	waitpid(pid, NULL, 0);
	return heard;
}

static void
a_kill_loses_no_finished_check(void **state)
{
	struct err err = ERR_INIT;
	unsigned dice = 1;
	int heard = 0;

	(void)state;
	db_close(db_open(true, &err));
	for (int i = 0; i < KILLS; i++)
		heard += kill_one(&dice);
	assert_true(heard > KILLS / 2);
	expect_checks(heard, heard + KILLS);	/* each may have been killed between the disk and the pipe */
}

static void
fifty_at_once_lose_nothing(void **state)
{
	struct err err = ERR_INIT;
	struct db *db = db_open(true, &err);
	int before = count(db, "SELECT count(*) FROM events WHERE act = 'check'"), fds[PROCESSES];

	(void)state;
	db_close(db);
	for (int i = 0; i < PROCESSES; i++)
		start(&fds[i], CHECKS_EACH);
	for (int i = 0; i < PROCESSES; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	for (int i = 0; i < PROCESSES; i++)
		close(fds[i]);
	expect_checks(before + PROCESSES * CHECKS_EACH, before + PROCESSES * CHECKS_EACH);
}

static int
setup(void **state)
{
	struct err err = ERR_INIT;
	char *path;
	size_t pack, at;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = xasprintf("%s/test.db", folder);
	setenv("SVCSIM_DB", path, 1);
	setenv("SVCSIM_SCENARIOS", "tests/screen/packs", 1);
	free(path);
	return library_open(&library, &io, &err) || library_find(&library, "demo/which-type", &pack, &at, &err) ? -1 : 0;
}

static int
teardown(void **state)
{
	static const char *const names[] = { "test.db", "test.db-wal", "test.db-shm" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char *path = xasprintf("%s/%s", folder, names[i]);

		unlink(path);
		free(path);
	}
	library_close(&library);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kill_loses_no_finished_check),
		cmocka_unit_test(fifty_at_once_lose_nothing),
	};

	return cmocka_run_group_tests_name("tui/kills", tests, setup, teardown);
}
