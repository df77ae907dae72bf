/* An error holds one text and one place, and says its exit status. */
#include "svcsim/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "svcsim/str.h"

static void
assert_prints(const struct err *err, const char *want)
{
	struct str text = STR_INIT;

	err_print(err, &text);
	assert_string_equal(text.buf, want);
	str_release(&text);
}

static void
test_life(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(err_status(&err), 0);
	assert_int_equal(err_set(&err, ERR_FAILED, "no %s", "way"), -1);
	assert_int_equal(err_status(&err), 1);
	assert_prints(&err, "no way\n");
	assert_int_equal(err_at(&err, "a.yaml", 3, 7, "bad %d", 1), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_int_equal(err_status(&err), 3);
	assert_prints(&err, "a.yaml:3:7: bad 1\n");
	err_at(&err, "a.yaml", 3, 0, "x");
	assert_prints(&err, "a.yaml:3: x\n");
	err_at(&err, "a.yaml", 0, 0, "x");
	assert_prints(&err, "a.yaml: x\n");
	err_set(&err, ERR_USAGE, "%s: more", err.text);	/* may quote what it replaces */
	assert_int_equal(err_status(&err), 2);
	assert_prints(&err, "x: more\n");
	err_release(&err);
	assert_int_equal(err.kind, ERR_NONE);
	assert_null(err.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life),
	};

	return cmocka_run_group_tests_name("base/err", tests, NULL, NULL);
}
