/* The next time of a schedule; as github.com/robfig/cron's own spec_test.go has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "control/crontime.h"

static const struct {
	const char *schedule, *after, *next;
} cases[] = {
	{ "0/15 * * * *", "2012-07-09T14:45:00Z", "2012-07-09T15:00:00Z" },
	{ "0/15 * * * *", "2012-07-09T14:59:59Z", "2012-07-09T15:00:00Z" },
	{ "20-35/15 * * * *", "2012-07-09T15:45:00Z", "2012-07-09T16:20:00Z" },
	{ "*/15 * * * *", "2012-07-09T23:46:00Z", "2012-07-10T00:00:00Z" },
	{ "0 0 9 Apr-Oct ?", "2012-07-09T23:35:00Z", "2012-08-09T00:00:00Z" },
	{ "0 0 */5 Apr,Aug,Oct Mon", "2012-07-09T23:35:00Z", "2012-08-01T00:00:00Z" },
	{ "0 0 * Feb Mon", "2012-07-09T23:35:00Z", "2013-02-04T00:00:00Z" },
	{ "0 0 29 Feb ?", "2012-07-09T23:35:00Z", "2016-02-29T00:00:00Z" },
	{ "@daily", "2012-07-09T14:45:00Z", "2012-07-10T00:00:00Z" },
	{ "@every 90s", "2012-07-09T14:45:00Z", "2012-07-09T14:46:30Z" },
	{ "30 8 1,15 * *", "2012-12-15T08:30:00Z", "2013-01-01T08:30:00Z" },
	{ "0 0 31 Apr ?", "2012-07-09T23:35:00Z", NULL },
};

static void
next_times(void **state)
{
	char text[CLOCK_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str why = STR_INIT;
		struct cron cron;
		int64_t after, next;

		assert_true(cron_parse(cases[i].schedule, &cron, &why));
		assert_true(clock_parse(cases[i].after, &after));
		next = crontime_next(&cron, after);
		if (cases[i].next)
			assert_string_equal(clock_format(next, text), cases[i].next);
		else
			assert_true(next == CLOCK_NEVER);
		str_release(&why);
	}
}

/* The library's own cases about daylight saving time, without the seconds that CronJobs don't have. */
static const struct {
	const char *zone, *schedule, *after, *next;
} zoned[] = {
	/* hourly through both changes */
	{ "America/New_York", "0 * * * *", "2012-03-11T01:00:00-05:00", "2012-03-11T03:00:00-04:00" },
	{ "America/New_York", "0 * * * *", "2012-11-04T01:00:00-04:00", "2012-11-04T01:00:00-05:00" },
	{ "America/New_York", "0 * * * *", "2012-11-04T01:00:00-05:00", "2012-11-04T02:00:00-05:00" },
	/* at one: as ever in spring, twice in autumn */
	{ "America/New_York", "0 1 * * *", "2012-03-11T00:00:00-05:00", "2012-03-11T01:00:00-05:00" },
	{ "America/New_York", "0 1 * * *", "2012-11-04T00:00:00-04:00", "2012-11-04T01:00:00-04:00" },
	{ "America/New_York", "0 1 * * *", "2012-11-04T01:00:00-04:00", "2012-11-04T01:00:00-05:00" },
	/* at two: left out in spring */
	{ "America/New_York", "0 2 * * *", "2012-03-11T00:00:00-05:00", "2012-03-12T02:00:00-04:00" },
	{ "America/New_York", "0 2 * * *", "2012-11-04T00:00:00-04:00", "2012-11-04T02:00:00-05:00" },
	{ "America/New_York", "0 3 * * *", "2012-03-11T00:00:00-05:00", "2012-03-11T03:00:00-04:00" },
	{ "Asia/Kolkata", "0 9 * * *", "2026-01-01T00:00:00Z", "2026-01-01T03:30:00Z" },
	{ "Etc/UTC", "30 8 1,15 * *", "2012-12-15T08:30:00Z", "2013-01-01T08:30:00Z" },
};

static void
next_times_by_a_zone(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof zoned / sizeof zoned[0]; i++) {
		struct str why = STR_INIT;
		struct cron cron;
		struct tz tz;
		int64_t after, next;

		assert_true(tz_find(zoned[i].zone, &tz));
		assert_true(cron_parse(zoned[i].schedule, &cron, &why));
		assert_true(clock_parse(zoned[i].after, &after) && clock_parse(zoned[i].next, &next));
		if (crontime_next_in(&cron, &tz, after) != next)
			fail_msg("%s %s after %s", zoned[i].zone, zoned[i].schedule, zoned[i].after);
		str_release(&why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(next_times_by_a_zone), cmocka_unit_test(next_times) };

	return cmocka_run_group_tests_name("crontime", tests, NULL, NULL);
}
