/*
 * Packs that are wrong in one thing each (tests/packs/broken): every fault is found, at its line and column, by its rule.
 * Run from the root of the repository.
 */
#include "svcsim/lint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "disk.h"

static void
add_fault(void *arg, const struct lint_fault *fault)
{
	const char *slash = strrchr(fault->at.file, '/');

	str_addf(arg, "%s:", slash + 1);
	if (fault->at.line)
		str_addf(arg, "%u:", fault->at.line);
	if (fault->at.column)
		str_addf(arg, "%u:", fault->at.column);
	str_addf(arg, " %s\n", lint_rule_name(fault->rule));
}

static void
test_each_fault_at_its_place(void **state)
{
	struct io io = { .files = &disk };
	struct str found = STR_INIT, expected = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(disk.read(&io, "tests/packs/broken.txt", &expected), IO_OK);
	assert_int_equal(pack_lint(&io, "tests/packs/broken", add_fault, &found, &err), 0);
	assert_string_equal(found.buf, expected.buf);
	str_release(&found);
	str_release(&expected);
}

static void
test_no_such_folder(void **state)
{
	struct io io = { .files = &disk };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(pack_lint(&io, "tests/packs/nosuch", add_fault, NULL, &err), -1);
	assert_string_equal(err.file, "tests/packs/nosuch");
	err_release(&err);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_fault_at_its_place),
		cmocka_unit_test(test_no_such_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
