/* Sinks pass everything on, and results have the words of strerror. */
#include "svcsim/io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_sinks(void **state)
{
	struct sink_str sink = SINK_STR_INIT;

	(void)state;
	sink_put(&sink.sink, "a");
	sink_write(&sink.sink, "b\0c", 3);
	sink_write(&sink.sink, "x", 0);
	sink_printf(&sink.sink, "%s%d", "d", 5);
	assert_int_equal(sink.str.len, 6);
	assert_memory_equal(sink.str.buf, "ab\0cd5", 7);
	str_release(&sink.str);
}

static void
test_results(void **state)
{
	(void)state;
	assert_string_equal(io_result_text(IO_NOT_FOUND), "No such file or directory");
	assert_string_equal(io_result_text(IO_IS_DIR), "Is a directory");
	assert_string_equal(io_result_text(IO_DENIED), "Permission denied");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sinks),
		cmocka_unit_test(test_results),
	};

	return cmocka_run_group_tests_name("base/io", tests, NULL, NULL);
}
