/* Schedules: the tables of parser_test.go of github.com/robfig/cron/v3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cron.h"

static const struct {
	const char *text, *why;
} refused[] = {
	{ "", "empty spec string" },
	{ "* * * *", "expected exactly 5 fields, found 4: [* * * *]" },
	{ "* * * *  * *", "expected exactly 5 fields, found 6: [* * * * * *]" },
	{ "5-6-7 * * * *", "too many hyphens: 5-6-7" },
	{ "1/2/3 * * * *", "too many slashes: 1/2/3" },
	{ "x * * * *", "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax" },
	{ "* * * * 7", "end of range (7) above maximum (6): 7" },
	{ "* * 0 * *", "beginning of range (0) below minimum (1): 0" },
	{ "60 * * * *", "end of range (60) above maximum (59): 60" },
	{ "6-5 * * * *", "beginning of range (6) beyond end of range (5): 6-5" },
	{ "*/0 * * * *", "step of range should be a positive number: */0" },
	{ "* * * foo *", "failed to parse int from foo: strconv.Atoi: parsing \"foo\": invalid syntax" },
	{ "@unrecognized", "unrecognized descriptor: @unrecognized" },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct str why = STR_INIT;
		struct cron cron;

		assert_false(cron_parse(refused[i].text, &cron, &why));
		assert_string_equal(why.buf, refused[i].why);
		str_release(&why);
	}
}

static void
parse(const char *text, struct cron *cron)
{
	struct str why = STR_INIT;

	assert_true(cron_parse(text, cron, &why));
	assert_int_equal(why.len, 0);
	str_release(&why);
}

static void
test_bits(void **state)
{
	struct cron cron;

	(void)state;
	parse("5 5-7/2 1,15 jan-MAR Sun", &cron);
	assert_true(cron.minute == UINT64_C(1) << 5);
	assert_true(cron.hour == (UINT64_C(1) << 5 | UINT64_C(1) << 7));
	assert_true(cron.day == (UINT64_C(1) << 1 | UINT64_C(1) << 15));
	assert_true(cron.month == 14);
	assert_true(cron.weekday == 1);
	assert_false(cron.any_day);
	parse("*/20 22/1 * * ?", &cron);
	assert_true(cron.minute == (UINT64_C(1) | UINT64_C(1) << 20 | UINT64_C(1) << 40));
	assert_true(cron.hour == (UINT64_C(1) << 22 | UINT64_C(1) << 23));
	assert_true(cron.any_day && cron.any_weekday);
	parse("@hourly", &cron);
	assert_true(cron.minute == 1 && cron.hour == 0xffffff);
	parse("@every 1h30m5s", &cron);
	assert_int_equal(cron.every, 5405);
	parse("CRON_TZ=UTC 0 5 * * *", &cron);
	assert_true(cron.hour == UINT64_C(1) << 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
