/* What was practised: attempts with their checks, and the best of each scenario summed up by objective. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "progress/attempts.h"
#include "svcsim/str.h"

static const struct attempt_check_row checks[] = { { "one", "a", "b", 0, 2 }, { "two", "c", "c", 2, 2 } };

static int64_t
put(struct db *db, int64_t id, const char *scenario, const char *objective, int points, int seconds)
{
	const struct attempt_row row = {
		.pack = "p", .scenario = scenario, .hash = "h", .title = "T", .objective = objective, .seed = UINT64_MAX,
		.mode = "drill", .started = 1754000000, .seconds = seconds, .hints = 1, .judged = true, .points = points, .of = 4, .checks = checks, .nchecks = 2,
	};
	struct err err = ERR_INIT;

	assert_int_equal(attempts_put(db, &row, &id, &err), 0);
	return id;
}

static void
add_objective(void *arg, const struct objective_row *row)
{
	str_addf(arg, "%s: %d of %d, %d tries, %d of %d points, %d s\n", row->objective, row->solved, row->scenarios, row->tries,
		row->points, row->of, (int)row->seconds);
}

static void
add_last(void *arg, const struct attempt_row *row)
{
	assert_true(row->seed == UINT64_MAX);
	str_addf(arg, "%s/%s %d/%d in %d s, %d hint\n", row->pack, row->scenario, row->points, row->of, row->seconds, row->hints);
}

static void
the_best_of_each_scenario_counts(void **state)
{
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	struct db *db = db_open(true, &err);
	int tries = -1, points = -1, of = -1;

	(void)state;
	assert_non_null(db);
	put(db, 0, "a", "services/types", 4, 60);
	put(db, 0, "a", "services/types", 2, 30);
	put(db, 0, "b", "services/types", 1, 10);
	put(db, 0, "c", "dns", 0, 5);
	assert_int_equal(attempts_objectives(db, add_objective, &text, &err), 0);
	assert_string_equal(text.buf, "dns: 0 of 1, 1 tries, 0 of 4 points, 5 s\n"
		"services/types: 1 of 2, 3 tries, 5 of 8 points, 100 s\n");
	assert_int_equal(attempts_best(db, "p", "a", &tries, &points, &of, &err), 0);
	assert_int_equal(tries, 2);
	assert_int_equal(points, 4);
	assert_int_equal(attempts_best(db, "p", "never", &tries, &points, &of, &err), 0);
	assert_int_equal(tries, 0);
	str_release(&text);
	db_close(db);
}

static void
a_later_check_replaces_the_same_try(void **state)
{
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	struct db *db = db_open(true, &err);
	int64_t id = put(db, 0, "d", "policies", 1, 10);

	(void)state;
	put(db, 0, "e", "policies", 3, 7);
	assert_int_equal(put(db, id, "d", "policies", 4, 20), id);
	assert_int_equal(attempts_last(db, 2, add_last, &text, &err), 0);
	assert_string_equal(text.buf, "p/e 3/4 in 7 s, 1 hint\np/d 4/4 in 20 s, 1 hint\n");
	str_release(&text);
	db_close(db);
}

static bool
add_event(void *arg, const struct event_row *event)
{
	str_addf(arg, "%lld %s %s\n", (long long)event->at, event->act, event->text);
	return true;
}

/* A check written anew leaves what was done before it. */
static void
events_stay_in_order(void **state)
{
	static const struct event_row events[] = { { 5, "line", "kubectl get svc" }, { 7, "hint", "0" }, { 7, "check", "1 4" } };
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	struct db *db = db_open(true, &err);
	int64_t id = put(db, 0, "d", "policies", 1, 10);

	(void)state;
	for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
		assert_int_equal(attempts_add_event(db, id, &events[i], &err), 0);
	put(db, id, "d", "policies", 2, 12);
	assert_int_equal(attempts_events(db, id, add_event, &text, &err), 0);
	assert_string_equal(text.buf, "5 line kubectl get svc\n7 hint 0\n7 check 1 4\n");
	str_release(&text);
	db_close(db);
}

static void
what_is_open_is_the_newest_unsolved(void **state)
{
	const struct event_row event = { 1, "line", "ls" };
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	struct db *db = db_open(true, &err);
	int64_t id = put(db, 0, "d", "policies", 1, 10);

	(void)state;
	assert_int_equal(attempts_open(db, add_last, &text, &err), 0);
	assert_string_equal(text.buf, "");	/* nothing was done in it */
	assert_int_equal(attempts_add_event(db, id, &event, &err), 0);
	assert_int_equal(attempts_open(db, add_last, &text, &err), 0);
	assert_string_equal(text.buf, "p/d 1/4 in 10 s, 1 hint\n");
	str_clear(&text);
	put(db, id, "d", "policies", 4, 20);
	assert_int_equal(attempts_open(db, add_last, &text, &err), 0);
	assert_string_equal(text.buf, "");
	str_release(&text);
	db_close(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_of_each_scenario_counts),
		cmocka_unit_test(a_later_check_replaces_the_same_try),
		cmocka_unit_test(events_stay_in_order),
		cmocka_unit_test(what_is_open_is_the_newest_unsolved),
	};

	setenv("SVCSIM_DB", ":memory:", 1);
	return cmocka_run_group_tests_name("tui/attempts", tests, NULL, NULL);
}
