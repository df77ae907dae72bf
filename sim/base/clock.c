#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#include "svcsim/str.h"

struct date {
	int64_t year;
	int month, day, hour, minute, second;
};

/* Days since 1970 of a civil date, and back: Howard Hinnant's chrono-compatible algorithms. */
static int64_t
days_of(int64_t year, int month, int day)
{
	int64_t era, of_era, of_year;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	of_era = (year - era * 400) * 365 + (year - era * 400) / 4 - (year - era * 400) / 100 + of_year;
	return era * 146097 + of_era - 719468;
}

static struct date
date_of(int64_t seconds)
{
	int64_t days = seconds / 86400 - (seconds % 86400 < 0);
	int64_t rest = seconds - days * 86400;
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
	int64_t month = (5 * of_year + 2) / 153;
	struct date date;

	date.day = (int)(of_year - (153 * month + 2) / 5 + 1);
	date.month = (int)(month < 10 ? month + 3 : month - 9);
	date.year = years + era * 400 + (date.month <= 2);
	date.hour = (int)(rest / 3600);
	date.minute = (int)(rest / 60 % 60);
	date.second = (int)(rest % 60);
	return date;
}

/* The number in so many digits, and what stands behind it; gives the place after that. */
static char *
put(char *text, int number, int digits, char then)
{
	for (int i = digits; i-- > 0; number /= 10)
		text[i] = (char)('0' + number % 10);
	text[digits] = then;
	return text + digits + 1;
}

/* By hand: objects are full of times, and printf would take a tenth of a start. */
const char *
clock_format(int64_t when, char text[static CLOCK_TEXT])
{
	struct date date = date_of(when / CLOCK_SECOND - (when % CLOCK_SECOND < 0));
	char *at = put(text, (int)(date.year % 10000), 4, '-');

	at = put(at, date.month, 2, '-');
	at = put(at, date.day, 2, 'T');
	at = put(at, date.hour, 2, ':');
	at = put(at, date.minute, 2, ':');
	*put(at, date.second, 2, 'Z') = '\0';
	return text;
}

const char *
clock_format_micro(int64_t when, char text[static CLOCK_TEXT])
{
	int64_t micro = (when % CLOCK_SECOND + CLOCK_SECOND) % CLOCK_SECOND / 1000;
	char *end = strchr(clock_format(when, text), 'Z');

	*end = '.';
	*put(end + 1, (int)micro, 6, 'Z') = '\0';
	return text;
}

static const char *const day_names[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };	/* 1970 began so */
static const char *const month_names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
	"Dec" };

static const char *
day_name(int64_t when)
{
	int64_t days = when / CLOCK_SECOND / 86400 - (when % (86400 * CLOCK_SECOND) < 0);

	return day_names[(days % 7 + 7) % 7];
}

const char *
clock_format_http(int64_t when, char text[static CLOCK_TEXT])
{
	struct date date = date_of(when / CLOCK_SECOND - (when % CLOCK_SECOND < 0));

	snprintf(text, CLOCK_TEXT, "%s, %02d %s %04d %02d:%02d:%02d GMT", day_name(when), date.day,
		month_names[date.month - 1], (int)(date.year % 10000), date.hour, date.minute, date.second);
	return text;
}

const char *
clock_format_date(int64_t when, char text[static CLOCK_TEXT])
{
	struct date date = date_of(when / CLOCK_SECOND - (when % CLOCK_SECOND < 0));

	snprintf(text, CLOCK_TEXT, "%s %s %2d %02d:%02d:%02d UTC %04d", day_name(when), month_names[date.month - 1],
		date.day, date.hour, date.minute, date.second, (int)(date.year % 10000));
	return text;
}

/* digits digits, and the character that must follow (0: any) */
static bool
take(const char **text, int digits, char then, int *value)
{
	*value = 0;
	for (int i = 0; i < digits; i++, ++*text) {
		if (!ascii_isdigit(**text))
			return false;
		*value = *value * 10 + (**text - '0');
	}
	if (!then)
		return true;
	return *(*text)++ == then;
}

static bool
take_zone(const char *text, int64_t *offset)
{
	int sign = *text == '-' ? -1 : 1, hours, minutes;

	*offset = 0;
	if ((*text == 'Z' || *text == 'z') && !text[1])
		return true;
	if (*text != '+' && *text != '-')
		return false;
	text++;
	if (!take(&text, 2, ':', &hours) || !take(&text, 2, 0, &minutes) || *text)
		return false;
	*offset = sign * (hours * 3600 + minutes * 60) * CLOCK_SECOND;
	return true;
}

static bool
date_valid(const struct date *date)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (date->year % 4 == 0 && date->year % 100 != 0) || date->year % 400 == 0;

	return date->month >= 1 && date->month <= 12 && date->day >= 1 &&
		date->day <= lengths[date->month - 1] + (date->month == 2 && leap) && date->hour < 24 &&
		date->minute < 60 && date->second < 60;
}

bool
clock_parse(const char *text, int64_t *when)
{
	struct date date;
	int year;
	int64_t fraction = 0, offset, seconds;

	if (!take(&text, 4, '-', &year) || !take(&text, 2, '-', &date.month) || !take(&text, 2, 0, &date.day) ||
		(*text != 'T' && *text != 't'))
		return false;
	text++;
	date.year = year;
	if (!take(&text, 2, ':', &date.hour) || !take(&text, 2, ':', &date.minute) ||
		!take(&text, 2, 0, &date.second) || !date_valid(&date))
		return false;
	if (*text == '.') {
		int64_t unit = CLOCK_SECOND / 10;

		for (text++; ascii_isdigit(*text); text++, unit /= 10)
			fraction += (*text - '0') * unit;
	}
	if (!take_zone(text, &offset))
		return false;
	seconds = days_of(date.year, date.month, date.day) * 86400 + date.hour * 3600 + date.minute * 60 + date.second;
	if (seconds > INT64_MAX / CLOCK_SECOND - 100000 || seconds < INT64_MIN / CLOCK_SECOND + 100000)
		return false;
	*when = seconds * CLOCK_SECOND + fraction - offset;
	return true;
}

/* "5m10s": the second unit is left out when it is 0. */
static void
two_units(char *text, int64_t first, char unit, int64_t second, char second_unit)
{
	if (second)
		snprintf(text, CLOCK_TEXT, "%lld%c%lld%c", (long long)first, unit, (long long)second, second_unit);
	else
		snprintf(text, CLOCK_TEXT, "%lld%c", (long long)first, unit);
}

const char *
clock_age(int64_t nanoseconds, char text[static CLOCK_TEXT])
{
	int64_t seconds = nanoseconds / CLOCK_SECOND;
	int64_t minutes = seconds / 60, hours = seconds / 3600, days = hours / 24;

	if (seconds < -1)
		snprintf(text, CLOCK_TEXT, "<invalid>");
	else if (seconds < 0)
		snprintf(text, CLOCK_TEXT, "0s");
	else if (seconds < 60 * 2)
		snprintf(text, CLOCK_TEXT, "%llds", (long long)seconds);
	else if (minutes < 10)
		two_units(text, minutes, 'm', seconds % 60, 's');
	else if (minutes < 60 * 3)
		snprintf(text, CLOCK_TEXT, "%lldm", (long long)minutes);
	else if (hours < 8)
		two_units(text, hours, 'h', minutes % 60, 'm');
	else if (hours < 48)
		snprintf(text, CLOCK_TEXT, "%lldh", (long long)hours);
	else if (hours < 24 * 8)
		two_units(text, days, 'd', hours % 24, 'h');
	else if (hours < 24 * 365 * 2)
		snprintf(text, CLOCK_TEXT, "%lldd", (long long)days);
	else if (hours < 24 * 365 * 8)
		two_units(text, days / 365, 'y', days % 365, 'd');
	else
		snprintf(text, CLOCK_TEXT, "%lldy", (long long)(days / 365));
	return text;
}
