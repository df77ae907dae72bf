/*
 * Follows spec.go and constantdelay.go of github.com/robfig/cron v3.  When both the day and the weekday are named,
 * one of them is enough, as cron has it since its first version.
 */
#include "control/crontime.h"

#include "base/clock.h"

#define MINUTE (60 * CLOCK_SECOND)
#define DAY (86400 * CLOCK_SECOND)
#define DAYS_SEARCHED (5 * 366)

/* Month and day of the month of a day since 1970, by the calendar's cycle of 400 years. */
static void
date_of(int64_t day, unsigned *month, unsigned *mday)
{
	int64_t shifted = day + 719468, era = shifted / 146097, of_era = shifted - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100), from_march = (5 * of_year + 2) / 153;

	*mday = (unsigned)(of_year - (153 * from_march + 2) / 5 + 1);
	*month = (unsigned)(from_march < 10 ? from_march + 3 : from_march - 9);
}

static bool
has(uint64_t bits, int64_t number)
{
	return bits >> number & 1;
}

static bool
is_on_day(const struct cron *cron, int64_t day)
{
	unsigned month, mday;
	bool by_day, by_weekday;

	date_of(day, &month, &mday);
	by_day = has(cron->day, mday);
	by_weekday = has(cron->weekday, (day + 4) % 7);
	if (!has(cron->month, month))
		return false;
	return cron->any_day || cron->any_weekday ? by_day && by_weekday : by_day || by_weekday;
}

int64_t
crontime_next(const struct cron *cron, int64_t after)
{
	int64_t minute = after / MINUTE + 1;

	if (cron->every)
		return (after / CLOCK_SECOND + cron->every) * CLOCK_SECOND;
	for (int64_t day = minute / 1440, end = day + DAYS_SEARCHED; day < end; day++) {
		if (!is_on_day(cron, day))
			continue;
		for (int64_t m = day * 1440 > minute ? 0 : minute - day * 1440; m < 1440; m++)
			if (has(cron->hour, m / 60) && has(cron->minute, m % 60))
				return day * DAY + m * MINUTE;
	}
	return CLOCK_NEVER;
}

/* From one whole hour of that clock to the next until day and hour fit, then by minutes. */
int64_t
crontime_next_in(const struct cron *cron, const struct tz *tz, int64_t after)
{
	int64_t minute = after / MINUTE + 1, end = minute + (int64_t)DAYS_SEARCHED * 1440;

	if (cron->every)
		return crontime_next(cron, after);
	while (minute < end) {
		int64_t local = minute + tz_offset(tz, minute * MINUTE) / 60, of_day = local % 1440;

		if (!has(cron->hour, of_day / 60) || !is_on_day(cron, local / 1440))
			minute += 60 - of_day % 60;
		else if (has(cron->minute, of_day % 60))
			return minute * MINUTE;
		else
			minute++;
	}
	return CLOCK_NEVER;
}
