/* What a sim remembers of its shell: the last trace, until another or until its history is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim.h"
#include "svcsim/trail.h"

static void
run(struct sim *sim, const char *line)
{
	struct sink_str out = SINK_STR_INIT;
	struct io io = { .out = &out.sink, .err = &out.sink };

	(void)sim_line(sim, &io, line);
	str_release(&out.str);
}

static void
the_last_trace_is_kept(void **state)
{
	struct err err = ERR_INIT;
	struct sim *sim = sim_new(1, INT64_C(1767225600000000000), NULL, 0, false, &err);

	(void)state;
	assert_non_null(sim);
	assert_null(sim_trail(sim));
	run(sim, "trace svc/web | head -1");
	assert_non_null(sim_trail(sim));
	assert_int_equal(sim_trail(sim)->serial, 1);
	assert_string_equal(sim_trail(sim)->to, "svc/web");
	run(sim, "trace svc/nothing; trace --tables-only --on node01 10.0.0.1:80; kubectl delete deployment web");
	assert_int_equal(sim_trail(sim)->serial, 1);
	run(sim, "trace svc/web");
	assert_int_equal(sim_trail(sim)->serial, 2);
	assert_false(sim_trail(sim)->answered);
	sim_forget_history(sim);
	assert_null(sim_trail(sim));
	sim_free(sim);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_last_trace_is_kept) };

	return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
