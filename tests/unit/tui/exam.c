/* Exams and drills that are broken off: what was drawn stands, what was done is done again, the clock stood meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/files.h"
#include "screen/exam.h"

#define SECOND INT64_C(1000000000)
#define MINUTE (60 * SECOND)

static char folder[] = "/tmp/svcsim-test-XXXXXX";
static int64_t now = INT64_C(1754000000) * SECOND;

static int64_t
wall(void)
{
	return now;
}

/* One run of the program: its packs, its database. */
struct run {
	struct files files;
	struct io io;
	struct library library;
	struct db *db;
	struct exam exam;
	struct drill drill;
};

static void
run_open(struct run *run)
{
	struct err err = ERR_INIT;

	*run = (struct run){ .files = FILES_INIT };
	run->io = (struct io){ .files = &real_files, .files_state = &run->files };
	assert_int_equal(library_open(&run->library, &run->io, &err), 0);
	run->db = db_open(true, &err);
	assert_non_null(run->db);
	run->exam = (struct exam){ .library = &run->library, .db = run->db, .wall = wall };
	run->drill = (struct drill){ .library = &run->library, .db = run->db, .wall = wall };
}

/* As a killed process does: nothing is said to the database any more. */
static void
run_kill(struct run *run)
{
	run->exam.row = 0;
	exam_close(&run->exam);
	drill_close(&run->drill);
	db_close(run->db);
	library_close(&run->library);
	files_release(&run->files);
}

static int
line(struct drill *drill, const char *text)
{
	struct sink_str sink = SINK_STR_INIT;
	struct io io = { .out = &sink.sink, .err = &sink.sink };
	int status = drill_line(drill, &io, text);

	str_release(&sink.str);
	return status;
}

/* Lines reach the question's cluster only from its host. */
static void
go_to_host(struct drill *drill)
{
	char *words = xasprintf("ssh candidate@%s", drill->host), *prompt;

	assert_int_equal(line(drill, "kubectl get pods"), 127);
	assert_int_equal(line(drill, "ssh cka0000"), 255);
	assert_int_equal(line(drill, words), 0);
	prompt = drill_prompt(drill);
	assert_true(str_starts(prompt, "candidate@cka"));
	free(prompt);
	free(words);
}

static void
start(struct run *run)
{
	struct err err = ERR_INIT;
	const char *name = library_exam(&run->library, &err);
	size_t pack, at;

	assert_string_equal(name, "paper");
	assert_int_equal(library_find(&run->library, name, &pack, &at, &err), 0);
	assert_int_equal(exam_start(&run->exam, run->library.packs[pack], 0, 1, &err), 0);
}

static void
an_exam_goes_on_with_the_time_that_was_left(void **state)
{
	struct run run;
	struct err err = ERR_INIT;
	char *title;

	(void)state;
	run_open(&run);
	start(&run);
	assert_int_equal(run.exam.n, 2);
	title = xstrdup(run.exam.questions[1].info.title);
	assert_int_equal(exam_go(&run.exam, 1, &err), 0);
	assert_int_equal(exam_flag(&run.exam, &err), 0);
	go_to_host(exam_question(&run.exam));
	assert_int_equal(line(exam_question(&run.exam), "exit"), 0);
	go_to_host(exam_question(&run.exam));
	assert_int_equal(line(exam_question(&run.exam), "kubectl create namespace mine"), 0);
	now += 5 * MINUTE;
	assert_false(exam_tick(&run.exam));
	assert_int_equal(line(exam_question(&run.exam), "kubectl create namespace other"), 0);
	run_kill(&run);

	now += 300 * MINUTE;
	run_open(&run);
	assert_int_equal(exam_continue(&run.exam, &err), 0);
	assert_int_equal(exam_seconds_left(&run.exam), 15 * 60);
	assert_int_equal(run.exam.n, 2);
	assert_string_equal(run.exam.questions[1].info.title, title);
	assert_true(run.exam.questions[1].flagged);
	assert_true(exam_touched(&run.exam, 1));
	assert_false(exam_touched(&run.exam, 0));
	assert_int_equal(exam_go(&run.exam, 1, &err), 0);
	assert_int_equal(line(exam_question(&run.exam), "kubectl get namespace mine other"), 0);
	now += 15 * MINUTE - SECOND;
	assert_false(exam_tick(&run.exam));
	now += SECOND;
	assert_true(exam_tick(&run.exam));
	assert_int_equal(exam_finish(&run.exam, &err), 0);
	assert_int_equal(exam_percent(&run.exam), 0);
	run_kill(&run);

	run_open(&run);
	assert_int_equal(exam_continue(&run.exam, &err), -1);
	assert_int_equal(err.kind, ERR_NONE);
	run_kill(&run);
	free(title);
}

/* Weights 1 and 4: the question that was solved counts by its own. */
static void
what_was_solved_counts_by_weight(void **state)
{
	struct run run;
	struct err err = ERR_INIT;
	struct paper_area areas[AREA_COUNT];

	(void)state;
	run_open(&run);
	start(&run);
	for (size_t i = 0; i < run.exam.n; i++) {
		assert_int_equal(exam_go(&run.exam, i, &err), 0);
		if (attempt_questions(exam_question(&run.exam)->attempt))
			continue;
		go_to_host(exam_question(&run.exam));
		for (const char *at = attempt_solution(exam_question(&run.exam)->attempt); *at;) {
			char *text = xstrndup(at, strcspn(at, "\n"));

			assert_int_equal(line(exam_question(&run.exam), text), 0);
			at += strlen(text) + (at[strlen(text)] == '\n');
			free(text);
		}
	}
	now += MINUTE;
	assert_int_equal(exam_finish(&run.exam, &err), 0);
	assert_int_equal(exam_percent(&run.exam), 80);
	assert_true(exam_passed(&run.exam));
	assert_int_equal(exam_areas(&run.exam, areas), 1);
	assert_int_equal(areas[0].area, AREA_services);
	run_kill(&run);
}

static void
a_drill_goes_on_where_it_was(void **state)
{
	struct run run;
	struct err err = ERR_INIT;
	size_t pack, at;

	(void)state;
	run_open(&run);
	assert_int_equal(library_find(&run.library, "demo/expose-nodeport", &pack, &at, &err), 0);
	assert_int_equal(drill_start(&run.drill, pack, at, &err), 0);
	assert_int_equal(line(&run.drill, "kubectl create namespace mine"), 0);
	assert_non_null(drill_hint(&run.drill));
	assert_int_equal(drill_check(&run.drill, &err), 0);
	now += 90 * SECOND;
	assert_int_equal(line(&run.drill, "kubectl create namespace late"), 0);
	run_kill(&run);

	now += 300 * MINUTE;
	run_open(&run);
	assert_int_equal(drill_continue(&run.drill, &err), 0);
	assert_int_equal(run.drill.hints, 1);
	assert_true(run.drill.nresults > 0);
	assert_int_equal(drill_seconds(&run.drill), 90);
	assert_int_equal(line(&run.drill, "kubectl get namespace mine late"), 0);
	run_kill(&run);
}

/* The check is then what makes the attempt's row. */
static void
a_check_may_be_the_first_thing_done(void **state)
{
	struct run run;
	struct err err = ERR_INIT;
	size_t pack, at;

	(void)state;
	run_open(&run);
	assert_int_equal(library_find(&run.library, "demo/expose-nodeport", &pack, &at, &err), 0);
	assert_int_equal(drill_start(&run.drill, pack, at, &err), 0);
	assert_int_equal(drill_check(&run.drill, &err), 0);
	assert_int_equal(run.drill.points, 0);
	assert_true(run.drill.row > 0 && run.drill.nresults > 0);
	run_kill(&run);
}

static int
setup(void **state)
{
	char *path;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = xasprintf("%s/test.db", folder);
	setenv("SVCSIM_DB", path, 1);
	setenv("SVCSIM_SCENARIOS", "tests/screen/packs", 1);
	free(path);
	return 0;
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
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_exam_goes_on_with_the_time_that_was_left),
		cmocka_unit_test(what_was_solved_counts_by_weight),
		cmocka_unit_test(a_drill_goes_on_where_it_was),
		cmocka_unit_test(a_check_may_be_the_first_thing_done),
	};

	return cmocka_run_group_tests_name("tui/exam", tests, setup, teardown);
}
