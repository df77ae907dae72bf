/* The formats explained: each field by its path, as kubectl explain lays one out. */
#include "svcsim/exam.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_paths(void **state)
{
	struct str out = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(format_explain("scenario.spec.hints", &out, &err), 0);
	assert_string_equal(out.buf, "KIND:       Scenario\nVERSION:    svcsim/v1\n\nFIELD: hints <[]hint>\n\nDESCRIPTION:\n"
		"    first where to look, then what it is, then how\n\nFIELDS:\n  text\t<text> -required-\n    the hint\n"
		"  cost\t<number>\n    points that it costs; nothing without it\n");
	str_clear(&out);
	assert_int_equal(format_explain("scenario.spec.kind", &out, &err), 0);
	assert_non_null(strstr(out.buf, ": task, fix, choice, order, predict, fill or free\n"));
	str_clear(&out);
	assert_int_equal(format_explain("pack", &out, &err), 0);
	assert_non_null(strstr(out.buf, "  spec\t<pack spec> -required-\n"));
	str_release(&out);
}

static void
test_no_such_path(void **state)
{
	static const char *const paths[] = { "", "service", "scenario.", "scenario.spec.nosuch", "scenario.spec.title.x" };
	struct str out = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		assert_int_equal(format_explain(paths[i], &out, &err), -1);
		assert_int_equal(err.kind, ERR_USAGE);
		assert_string_equal(out.buf, "");
		err_release(&err);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_no_such_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
