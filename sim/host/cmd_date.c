/*
 * date(1).  What -d reads is what its manual calls items: a date, a time, a zone, a weekday, relative ones, in any
 * order; the zone is UTC throughout.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "host/commands.h"
#include "host/date.h"

#define DAY INT64_C(86400)

static const char *const weekdays[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", NULL };
static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September",
	"October", "November", "December", NULL };

struct civil {
	int64_t year;
	int month, day;	/* 1 .. */
	int hour, minute, second, weekday, yearday;
};

/* Days since 1970 of a date; month may be any number. */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t era, of_era;

	year += (month - 1) / 12 - ((month - 1) % 12 < 0);
	month = ((month - 1) % 12 + 12) % 12 + 1;
	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	of_era = year - era * 400;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1 - 719468;
}

static struct civil
civil_of(int64_t when)
{
	int64_t seconds = when >= 0 ? when / CLOCK_SECOND : -((-when + CLOCK_SECOND - 1) / CLOCK_SECOND);
	int64_t days = (seconds >= 0 ? seconds : seconds - DAY + 1) / DAY, left = seconds - days * DAY;
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
	int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * years + years / 4 - years / 100), m = (5 * of_year + 2) / 153;
	struct civil civil = { .year = years + era * 400, .month = (int)(m < 10 ? m + 3 : m - 9),
		.day = (int)(of_year - (153 * m + 2) / 5 + 1), .hour = (int)(left / 3600), .minute = (int)(left / 60 % 60),
		.second = (int)(left % 60), .weekday = (int)(((days + 4) % 7 + 7) % 7) };

	civil.year += civil.month <= 2;
	civil.yearday = (int)(days - days_of(civil.year, 1, 1)) + 1;
	return civil;
}

/* ---- writing ---- */

/* ISO 8601's week, and the year that it belongs to. */
static int
iso_week(const struct civil *civil, int64_t *year)
{
	int weekday = (civil->weekday + 6) % 7, week = (civil->yearday - weekday + 9) / 7;
	int64_t next = days_of(civil->year + 1, 1, 1), last = days_of(civil->year, civil->month, civil->day);

	*year = civil->year;
	if (week == 0) {
		const struct civil before = civil_of((days_of(civil->year, 1, 1) - 1) * DAY * CLOCK_SECOND);

		return iso_week(&before, year);
	}
	if (week == 53 && next - last <= 3 - weekday) {
		*year = civil->year + 1;
		return 1;
	}
	return week;
}

/* A letter that stands for others. */
static const struct {
	char letter;
	const char *format;
} compound[] = {
	{ 'F', "%Y-%m-%d" }, { 'T', "%H:%M:%S" }, { 'D', "%m/%d/%y" }, { 'R', "%H:%M" }, { 'c', "%a %b %e %H:%M:%S %Y" },
	{ 'x', "%m/%d/%y" }, { 'X', "%H:%M:%S" }, { 'r', "%I:%M:%S %p" }, { '+', "%Y-%m-%d" },
};

/* What a letter says as a number, as wide as width (0: it is none), filled with pad. */
static int64_t
number_of(char letter, const struct civil *civil, int *width, char *pad)
{
	int64_t year;

	*width = 2;
	*pad = '0';
	switch (letter) {
	case 'Y':
		*width = 4;
		return civil->year;
	case 'y':
		return civil->year % 100;
	case 'C':
		return civil->year / 100;
	case 'm':
		return civil->month;
	case 'e':
	case 'k':
		*pad = ' ';
		return letter == 'e' ? civil->day : civil->hour;
	case 'd':
		return civil->day;
	case 'j':
		*width = 3;
		return civil->yearday;
	case 'H':
		return civil->hour;
	case 'l':
	case 'I':
		*pad = letter == 'l' ? ' ' : '0';
		return (civil->hour + 11) % 12 + 1;
	case 'M':
		return civil->minute;
	case 'S':
		return civil->second;
	case 'u':
		*width = 1;
		return (civil->weekday + 6) % 7 + 1;
	case 'w':
		*width = 1;
		return civil->weekday;
	case 'U':
		return (civil->yearday + 6 - civil->weekday) / 7;
	case 'W':
		return (civil->yearday + 6 - (civil->weekday + 6) % 7) / 7;
	case 'V':
		return iso_week(civil, &year);
	case 'G':
		*width = 4;
		(void)iso_week(civil, &year);
		return year;
	case 'q':
		*width = 1;
		return (civil->month + 2) / 3;
	}
	*width = 0;
	return 0;
}

static bool
format_word(char letter, int64_t when, const struct civil *civil, struct str *out)
{
	switch (letter) {
	case 'a':
	case 'A':
		str_addn(out, weekdays[civil->weekday], letter == 'a' ? 3 : strlen(weekdays[civil->weekday]));
		return true;
	case 'b':
	case 'h':
	case 'B':
		str_addn(out, months[civil->month - 1], letter != 'B' ? 3 : strlen(months[civil->month - 1]));
		return true;
	case 'p':
		str_add(out, civil->hour < 12 ? "AM" : "PM");
		return true;
	case 'P':
		str_add(out, civil->hour < 12 ? "am" : "pm");
		return true;
	case 's':
		str_addf(out, "%lld", (long long)(when / CLOCK_SECOND));
		return true;
	case 'Z':
		str_add(out, "UTC");
		return true;
	case 'z':
		str_add(out, "+0000");
		return true;
	case 'n':
	case 't':
	case '%':
		str_addch(out, letter == 'n' ? '\n' : letter == 't' ? '\t' : '%');
		return true;
	}
	return false;
}

/* %N, %3N: so many digits of the nanoseconds. */
static void
format_nanoseconds(int64_t when, int digits, struct str *out)
{
	char *text = xasprintf("%09lld", (long long)(((when % CLOCK_SECOND) + CLOCK_SECOND) % CLOCK_SECOND));

	str_addn(out, text, digits > 0 && digits < 9 ? (size_t)digits : 9);
	free(text);
}

void
date_format(const char *format, int64_t when, struct str *out)
{
	const struct civil civil = civil_of(when);

	for (const char *c = format; *c; c++) {
		const char *start = c;
		char flag = '\0', pad;
		int width, wanted = 0;
		int64_t number;
		size_t row = 0;

		if (*c != '%' || !c[1]) {
			str_addch(out, *c);
			continue;
		}
		c++;
		if (strchr("-_0^#", *c))
			flag = *c++;
		for (; ascii_isdigit(*c) && wanted < 100; c++)
			wanted = wanted * 10 + *c - '0';
		while (*c == ':')
			c++;	/* %:z */
		while (row < sizeof compound / sizeof compound[0] && compound[row].letter != *c)
			row++;
		number = number_of(*c, &civil, &width, &pad);
		if (row < sizeof compound / sizeof compound[0]) {
			date_format(compound[row].format, when, out);
		} else if (*c == 'N') {
			format_nanoseconds(when, flag == '-' ? 9 : wanted, out);
		} else if (*c == 'z' && c[-1] == ':') {
			str_add(out, "+00:00");
		} else if (width) {
			pad = flag == '_' ? ' ' : flag == '0' ? '0' : pad;
			str_addf(out, pad == '0' ? "%0*lld" : "%*lld", flag == '-' ? 1 : wanted ? wanted : width, (long long)number);
		} else if (!format_word(*c, when, &civil, out)) {
			str_addn(out, start, (size_t)(c - start) + (*c != '\0'));
			if (!*c)
				break;
		}
	}
}

/* ---- reading ---- */

struct reading {
	const char *at;
	int64_t days, seconds;	/* of the time that is meant, so far */
	int64_t months;
	bool has_time;
	bool has_clock;	/* a clock's time stood there, and no zone so far */
};

static bool
take_number(struct reading *r, int64_t *number, size_t *digits)
{
	*digits = strspn(r->at, "0123456789");
	if (!*digits || *digits > 12)
		return false;
	*number = strtoll(r->at, NULL, 10);
	r->at += *digits;
	return true;
}

/* How many letters of the word and the name agree, when it is the name or its first three; 0: neither. */
static size_t
names(const char *word, size_t len, const char *name)
{
	char *copy = xstrndup(word, len), *shortened = xstrndup(name, 3);
	bool same = ascii_casecmp(copy, name) == 0 || ascii_casecmp(copy, shortened) == 0;

	free(copy);
	free(shortened);
	return same ? len : 0;
}

static int
index_in(const char *const *list, const char *word, size_t len)
{
	for (int i = 0; list[i]; i++)
		if (names(word, len, list[i]))
			return i;
	return -1;
}

/* 03:04[:05[.6]] [am|pm] */
static bool
take_clock(struct reading *r, int64_t hour)
{
	int64_t minute = 0, second = 0;
	size_t n;

	r->at++;
	if (!take_number(r, &minute, &n) || n > 2 || minute > 59)
		return false;
	if (*r->at == ':') {
		r->at++;
		if (!take_number(r, &second, &n) || n > 2 || second > 60)
			return false;
		if (*r->at == '.' || *r->at == ',')
			r->at += 1 + strspn(r->at + 1, "0123456789");
	}
	r->at += strspn(r->at, " ");
	if (*r->at && strchr("apAP", *r->at) && ascii_tolower(r->at[1]) == 'm') {
		hour = hour % 12 + (ascii_tolower(*r->at) == 'p' ? 12 : 0);
		r->at += 2;
	}
	if (hour > 24)
		return false;
	r->seconds = hour * 3600 + minute * 60 + second;
	r->has_time = r->has_clock = true;
	return true;
}

static bool
set_date(struct reading *r, int64_t year, int64_t month, int64_t day)
{
	static const int lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month < 1 || month > 12 || day < 1 || day > lengths[month - 1] || year > 9999 ||
		civil_of(days_of(year, month, day) * DAY * CLOCK_SECOND).day != day)
		return false;
	r->days = days_of(year, month, day);
	if (!r->has_time)
		r->seconds = 0;
	r->has_time = true;
	return true;
}

/* Y-M-D, M/D/Y, YYYYMMDD, or the day before a month's name. */
static bool
take_digits_date(struct reading *r, int64_t first, size_t digits, int64_t this_year)
{
	int64_t second, third = this_year;
	size_t n;
	char sign = *r->at;

	if (digits == 8)
		return set_date(r, first / 10000, first / 100 % 100, first % 100);
	r->at++;
	if (!take_number(r, &second, &n))
		return false;
	if (*r->at == sign) {
		r->at++;
		if (!take_number(r, &third, &n))
			return false;
	} else if (sign == '-') {
		return false;
	}
	return sign == '-' ? set_date(r, first, second, third) : set_date(r, third, first, second);
}

static const struct {
	const char *name;
	int64_t seconds, months;
} units[] = {
	{ "second", 1, 0 }, { "sec", 1, 0 }, { "minute", 60, 0 }, { "min", 60, 0 }, { "hour", 3600, 0 }, { "day", DAY, 0 },
	{ "week", 7 * DAY, 0 }, { "fortnight", 14 * DAY, 0 }, { "month", 0, 1 }, { "year", 0, 12 },
};

/* "3 days", "hour ago": false when it is no unit. */
static bool
take_unit(struct reading *r, int64_t count)
{
	size_t len = 0, blanks;

	while (ascii_isalpha(r->at[len]))
		len++;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		size_t n = strlen(units[i].name);
		char *word = xstrndup(r->at, len);
		bool same = (len == n || (len == n + 1 && ascii_tolower(word[n]) == 's'));

		word[n < len ? n : len] = '\0';
		same = same && ascii_casecmp(word, units[i].name) == 0;
		free(word);
		if (!same)
			continue;
		r->at += len;
		blanks = strspn(r->at, " \t");
		if (str_starts(r->at + blanks, "ago") && !ascii_isalpha(r->at[blanks + 3])) {
			r->at += blanks + 3;
			count = -count;
		}
		if (count > 1000000000 || count < -1000000000)
			return false;
		r->seconds += count * units[i].seconds;
		r->months += count * units[i].months;
		return true;
	}
	return false;
}

/* The weekday that comes next, today included; count weeks further on. */
static void
go_to_weekday(struct reading *r, int weekday, int64_t count)
{
	int64_t today = ((r->days + 4) % 7 + 7) % 7, ahead = (weekday - today + 7) % 7;

	r->days += ahead + 7 * (count - (count > 0 && ahead != 0));
	if (!r->has_time)
		r->seconds = 0;
	r->has_time = true;
}

/* Nov 24 [2026] */
static bool
take_month_date(struct reading *r, int month, int64_t this_year)
{
	int64_t day, year = this_year;
	size_t n, blanks;

	r->at += strspn(r->at, " ,");
	if (!take_number(r, &day, &n) || n > 2)
		return false;
	blanks = strspn(r->at, " ,");
	if (strspn(r->at + blanks, "0123456789") == 4) {
		r->at += blanks;
		take_number(r, &year, &n);
	}
	return set_date(r, year, month + 1, day);
}

static bool
take_word(struct reading *r, int64_t this_year)
{
	static const struct {
		const char *word;
		int64_t days;
	} days[] = { { "now", 0 }, { "today", 0 }, { "yesterday", -1 }, { "tomorrow", 1 }, { "utc", 0 }, { "gmt", 0 }, { "z", 0 } };
	size_t len = 0;
	char *word;
	int found, relative = 0;
	bool known = false;

	while (ascii_isalpha(r->at[len]))
		len++;
	found = index_in(weekdays, r->at, len);
	if (found >= 0) {
		r->at += len;
		if (!r->months && !strchr(r->at, ':'))
			go_to_weekday(r, found, 0);
		return true;
	}
	found = index_in(months, r->at, len);
	if (found >= 0) {
		r->at += len;
		return take_month_date(r, found, this_year);
	}
	word = xstrndup(r->at, len);
	for (size_t i = 0; !known && i < sizeof days / sizeof days[0]; i++)
		if (ascii_casecmp(word, days[i].word) == 0) {
			r->days += days[i].days;
			known = true;
		}
	if (!known)
		relative = ascii_casecmp(word, "next") == 0 ? 1 : ascii_casecmp(word, "last") == 0 ? -1 : 0;
	free(word);
	if (known)
		r->at += len;
	if (known || !relative)
		return known || take_unit(r, 1);
	r->at += len;
	r->at += strspn(r->at, " \t");
	for (len = 0; ascii_isalpha(r->at[len]);)
		len++;
	found = index_in(weekdays, r->at, len);
	if (found < 0)
		return take_unit(r, relative);
	r->at += len;
	go_to_weekday(r, found, relative);
	return true;
}

/* 5 Jan [2026] */
static bool
take_day_month(struct reading *r, int64_t day, size_t digits, int64_t this_year)
{
	int64_t year = this_year;
	size_t len = 0, blanks, n;
	int month;

	while (ascii_isalpha(r->at[len]))
		len++;
	month = digits <= 2 ? index_in(months, r->at, len) : -1;
	if (month < 0)
		return false;
	r->at += len;
	blanks = strspn(r->at, " ,");
	if (strspn(r->at + blanks, "0123456789") == 4 && r->at[blanks + 4] != ':') {
		r->at += blanks;
		take_number(r, &year, &n);
	}
	return set_date(r, year, month + 1, day);
}

/* "Thu Jan 1 10:00:00 UTC 2026": the year stands alone at the end. */
static bool
take_year(struct reading *r, int64_t year)
{
	struct civil civil = civil_of(r->days * DAY * CLOCK_SECOND);

	r->days = days_of(year, civil.month, civil.day);
	return true;
}

static bool
take_item(struct reading *r, int64_t this_year)
{
	int64_t sign = *r->at == '-' ? -1 : 1, number = 0;
	size_t digits;

	if (!ascii_isdigit(*r->at) && *r->at != '+' && *r->at != '-')
		return ascii_isalpha(*r->at) && (ascii_tolower(*r->at) != 't' || !ascii_isdigit(r->at[1]) || (r->at++, true)) &&
			(ascii_isdigit(*r->at) || take_word(r, this_year));
	if (!ascii_isdigit(*r->at)) {
		r->at++;
		r->at += strspn(r->at, " ");
		if (!take_number(r, &number, &digits))
			return false;
		if (r->has_clock && (digits <= 2 || digits == 4)) {	/* a zone, +01:00, also where hours were meant */
			int64_t minutes = digits == 4 ? number % 100 : 0;

			if (*r->at == ':') {
				minutes = strtoll(r->at + 1, NULL, 10);
				r->at += 1 + strspn(r->at + 1, "0123456789");
			}
			r->has_clock = false;
			r->seconds -= sign * ((digits == 4 ? number / 100 : number) * 3600 + minutes * 60);
			return minutes < 60;
		}
		r->at += strspn(r->at, " \t");
		return take_unit(r, sign * number);
	}
	take_number(r, &number, &digits);
	if (*r->at == ':')
		return take_clock(r, number);
	if (*r->at == '-' || *r->at == '/' || digits == 8)
		return take_digits_date(r, number, digits, this_year);
	if (digits == 4 && r->has_time && !*r->at)
		return take_year(r, number);
	r->at += strspn(r->at, " \t");
	if (strchr("aApP", *r->at) && *r->at && ascii_tolower(r->at[1]) == 'm' && !ascii_isalpha(r->at[2]) && number <= 12) {
		number = number % 12 + (ascii_tolower(*r->at) == 'p' ? 12 : 0);
		r->at += 2;
		r->seconds = number * 3600;
		return r->has_time = r->has_clock = true;
	}
	return take_day_month(r, number, digits, this_year) || take_unit(r, number);
}

bool
date_parse(const char *text, int64_t now, int64_t *when)
{
	const struct civil today = civil_of(now);
	struct reading r = { .at = text + strspn(text, " \t"), .days = days_of(today.year, today.month, today.day),
		.seconds = today.hour * 3600 + today.minute * 60 + today.second };
	struct civil base;

	if (*r.at == '@') {
		char *end;
		long long seconds = strtoll(r.at + 1, &end, 10);

		*when = (int64_t)seconds * CLOCK_SECOND;
		return end != r.at + 1 && (!*end || *end == '.') && seconds < 9000000000 && seconds > -9000000000;
	}
	if (!*r.at) {	/* the day's begin */
		*when = r.days * DAY * CLOCK_SECOND;
		return true;
	}
	for (r.at += strspn(r.at, " \t,"); *r.at; r.at += strspn(r.at, " \t,"))
		if (!take_item(&r, today.year))
			return false;
	base = civil_of(r.days * DAY * CLOCK_SECOND);
	if (r.months)
		r.days = days_of(base.year, base.month + r.months, base.day);
	if (r.days > 100000 || r.days < -100000 || r.seconds > 9000000000 || r.seconds < -9000000000)
		return false;
	*when = (r.days * DAY + r.seconds) * CLOCK_SECOND;
	return true;
}

/* ---- date ---- */

static const struct {
	const char *word, *format;
	bool is_iso;
} formats[] = {
	{ "", "%Y-%m-%d", true }, { "date", "%Y-%m-%d", true }, { "hours", "%Y-%m-%dT%H%:z", true },
	{ "minutes", "%Y-%m-%dT%H:%M%:z", true }, { "seconds", "%Y-%m-%dT%H:%M:%S%:z", true }, { "ns", "%Y-%m-%dT%H:%M:%S,%N%:z", true },
	{ "date", "%Y-%m-%d", false }, { "seconds", "%Y-%m-%d %H:%M:%S%:z", false }, { "ns", "%Y-%m-%d %H:%M:%S.%N%:z", false },
};

static const char *
named_format(const char *word, bool is_iso)
{
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (formats[i].is_iso == is_iso && strcmp(formats[i].word, word) == 0)
			return formats[i].format;
	return NULL;
}

struct date {
	struct io *io;
	const char *format, *text;	/* NULL */
	bool failed;
};

static void
date_fail(struct date *date, const char *what, const char *word, bool try)
{
	if (!date->failed)
		sink_printf(date->io->err, "date: %s '%s'\n%s", what, word, try ? "Try 'date --help' for more information.\n" : "");
	date->failed = true;
}

/* The value of --name=value or of the letter; NULL: it is another option. */
static const char *
value_of(int argc, const char *const *argv, int *at, const char *letter, const char *name)
{
	size_t len = strlen(name);
	const char *word = argv[*at];

	if (strcmp(word, letter) == 0 || strcmp(word, name) == 0)
		return *at + 1 < argc ? argv[++*at] : NULL;
	if (str_starts(word, letter) && word[1] != '-')
		return word + 2;
	return strncmp(word, name, len) == 0 && word[len] == '=' ? word + len + 1 : NULL;
}

static void
read_option(struct date *date, int argc, const char *const *argv, int *at)
{
	static const char *const plain[] = { "-u", "--utc", "--universal", NULL };
	const char *word = argv[*at], *value = value_of(argc, argv, at, "-d", "--date");

	for (size_t i = 0; plain[i]; i++)
		if (strcmp(word, plain[i]) == 0)
			return;
	if (value) {
		date->text = value;
	} else if (str_starts(word, "-I") || str_starts(word, "--iso-8601")) {
		value = strchr(word, '=');
		value = word[1] == 'I' ? word + 2 : value ? value + 1 : "";
		date->format = named_format(value, true);
		if (!date->format)
			date_fail(date, "invalid argument", value, true);
	} else if (str_starts(word, "--rfc-3339=")) {
		date->format = named_format(word + 11, false);
		if (!date->format)
			date_fail(date, "invalid argument", word + 11, true);
	} else if (strcmp(word, "-R") == 0 || strcmp(word, "--rfc-email") == 0) {
		date->format = "%a, %d %b %Y %H:%M:%S %z";
	} else if (strcmp(word, "-s") == 0 || str_starts(word, "--set")) {
		sink_put(date->io->err, "date: cannot set date: Operation not permitted\n");
		date->failed = true;
	} else if (word[1] == '-') {
		date_fail(date, "unrecognized option", word, true);
	} else {
		char letter[] = { word[1], '\0' };

		date_fail(date, strchr("dsr", word[1]) ? "option requires an argument --" : "invalid option --", letter, true);
	}
}

static int
date_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int64_t when = shell->cluster->server.clock.now;
	struct date date = { .io = io };
	struct str out = STR_INIT;

	for (int i = 1; i < argc && !date.failed; i++)
		if (argv[i][0] == '+')
			date.format = argv[i] + 1;
		else if (argv[i][0] == '-' && argv[i][1])
			read_option(&date, argc, argv, &i);
		else
			date_fail(&date, "invalid date", argv[i], false);
	if (!date.failed && date.text && !date_parse(date.text, when, &when))
		date_fail(&date, "invalid date", date.text, false);
	if (!date.failed) {
		date_format(date.format ? date.format : "%a %b %e %H:%M:%S %Z %Y", when, &out);
		sink_printf(io->out, "%s\n", out.buf);
	}
	str_release(&out);
	return date.failed;
}

const struct command command_date = { .name = "date", .usage = "[-d TIME] [+FORMAT]", .help = "The cluster's time",
	.run = date_main };
