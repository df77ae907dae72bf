/* RFC 3339 both ways, and ages as kubectl prints them (duration.HumanDuration's own boundaries). */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define S CLOCK_SECOND
#define MINUTE (60 * S)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static void
test_format(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00Z" }, { 951782400, "2000-02-29T00:00:00Z" }, { 1795405241, "2026-11-23T03:40:41Z" },
		{ -1, "1969-12-31T23:59:59Z" }, { 4102444799, "2099-12-31T23:59:59Z" },
	};
	char text[CLOCK_TEXT];
	int64_t when;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_string_equal(clock_format(rows[i].seconds * S, text), rows[i].text);
		assert_true(clock_parse(rows[i].text, &when));
		assert_true(when == rows[i].seconds * S);
	}
	assert_string_equal(clock_format(S + S / 2, text), "1970-01-01T00:00:01Z");
	assert_string_equal(clock_format_http(1795407175 * S, text), "Mon, 23 Nov 2026 04:12:55 GMT");
	assert_string_equal(clock_format_date(1795407175 * S, text), "Mon Nov 23 04:12:55 UTC 2026");
	assert_string_equal(clock_format_date(-S, text), "Wed Dec 31 23:59:59 UTC 1969");
}

static void
test_parse(void **state)
{
	static const char *const bad[] = { "", "2026-11-23", "2026-11-23T03:40:41", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
		"2026-11-23T24:00:00Z", "2026-11-23T03:60:00Z", "2026-11-23T03:40:41Zx", "26-11-23T03:40:41Z", "2026-11-23 03:40:41Z" };
	int64_t when;

	(void)state;
	assert_true(clock_parse("1970-01-01T01:00:00.25+01:00", &when));
	assert_true(when == S / 4);
	assert_true(clock_parse("1969-12-31T18:30:00-05:30", &when));
	assert_true(when == 0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(clock_parse(bad[i], &when));
}

static void
test_age(void **state)
{
	static const struct {
		int64_t age;
		const char *text;
	} rows[] = {
		{ -2 * S, "<invalid>" }, { -1, "0s" }, { 0, "0s" }, { S - 1, "0s" }, { 119 * S, "119s" }, { 2 * MINUTE, "2m" },
		{ 5 * MINUTE + 10 * S, "5m10s" }, { 10 * MINUTE - S, "9m59s" }, { 10 * MINUTE + 30 * S, "10m" },
		{ 179 * MINUTE, "179m" }, { 3 * HOUR, "3h" }, { 3 * HOUR + 20 * MINUTE, "3h20m" }, { 8 * HOUR + MINUTE, "8h" },
		{ 47 * HOUR + 59 * MINUTE, "47h" }, { 48 * HOUR, "2d" }, { 5 * DAY + 3 * HOUR, "5d3h" }, { 8 * DAY + HOUR, "8d" },
		{ 729 * DAY, "729d" }, { 730 * DAY, "2y" }, { 740 * DAY, "2y10d" }, { 8 * 365 * DAY + DAY, "8y" },
	};
	char text[CLOCK_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(clock_age(rows[i].age, text), rows[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_age),
	};

	return cmocka_run_group_tests_name("base/clock", tests, NULL, NULL);
}
