/* Time zones: offsets as the IANA database has them (2025b), and names that Go's time.LoadLocation knows or doesn't. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/tz.h"

static const struct {
	const char *zone, *when;
	int64_t minutes;
} offsets[] = {
	{ "UTC", "2026-07-01T00:00:00Z", 0 },
	{ "Etc/UTC", "2026-07-01T00:00:00Z", 0 },
	{ "Europe/Berlin", "2026-01-01T00:00:00Z", 60 },
	{ "Europe/Berlin", "2026-03-29T00:59:59Z", 60 },
	{ "Europe/Berlin", "2026-03-29T01:00:00Z", 120 },
	{ "Europe/Berlin", "2026-10-25T00:59:59Z", 120 },
	{ "Europe/Berlin", "2026-10-25T01:00:00Z", 60 },
	{ "America/New_York", "2026-03-08T06:59:59Z", -300 },
	{ "America/New_York", "2026-03-08T07:00:00Z", -240 },
	{ "US/Eastern", "2026-11-01T05:59:59Z", -240 },
	{ "US/Eastern", "2026-11-01T06:00:00Z", -300 },
	{ "Asia/Kolkata", "2026-06-01T00:00:00Z", 330 },
	{ "Asia/Kathmandu", "2026-06-01T00:00:00Z", 345 },
	{ "Australia/Sydney", "2026-01-01T00:00:00Z", 660 },	/* the southern summer goes over the year's end */
	{ "Australia/Sydney", "2026-07-01T00:00:00Z", 600 },
	{ "Australia/Lord_Howe", "2026-01-01T00:00:00Z", 660 },
	{ "Australia/Lord_Howe", "2026-07-01T00:00:00Z", 630 },
	{ "Europe/Dublin", "2026-07-01T00:00:00Z", 60 },	/* winter is what the rule calls summer */
	{ "Europe/Dublin", "2026-01-01T00:00:00Z", 0 },
	{ "America/Nuuk", "2026-03-29T00:59:59Z", -120 },	/* at -1:00, the evening before */
	{ "America/Nuuk", "2026-03-29T01:00:00Z", -60 },
	{ "Etc/GMT+5", "2026-01-01T00:00:00Z", -300 },
	{ "PST8PDT", "2026-07-01T00:00:00Z", -420 },
};

static void
offsets_of_zones(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
		struct tz tz;
		int64_t when;

		assert_true(tz_find(offsets[i].zone, &tz));
		assert_true(clock_parse(offsets[i].when, &when));
		if (tz_offset(&tz, when) != offsets[i].minutes * 60)
			fail_msg("%s %s: %lld", offsets[i].zone, offsets[i].when, (long long)tz_offset(&tz, when));
	}
}

static void
unknown_names(void **state)
{
	static const char *const names[] = { "", "Berlin", "europe/berlin", "Europe", "Europe/", "Europe/Atlantis", "UTC+1", "Local" };
	struct tz tz;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_false(tz_find(names[i], &tz));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(offsets_of_zones), cmocka_unit_test(unknown_names) };

	return cmocka_run_group_tests_name("tz", tests, NULL, NULL);
}
