/*
 * Follows parser.go of github.com/robfig/cron v3, by which the API server judges schedules, in its words.
 */
#include "base/cron.h"

#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 18 /* digits that a long long takes for sure */

static const char *const month_names[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
	"dec", NULL };
static const char *const day_names[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL };

struct bounds {
	long long min, max;
	const char *const *names; /* of min, min + 1 ..; NULL */
};

static const struct bounds minutes = { 0, 59, NULL }, hours = { 0, 23, NULL }, days = { 1, 31, NULL },
			   months = { 1, 12, month_names }, weekdays = { 0, 6, day_names };

static bool
read_number(const char *text, long long *number, struct str *why)
{
	const char *digits = text + (*text == '-' || *text == '+');
	size_t len = strlen(digits);

	if (!len || strspn(digits, "0123456789") != len || len > NUMBER_MAX) {
		str_addf(why, "failed to parse int from %s: strconv.Atoi: parsing \"%s\": %s", text, text,
			len > NUMBER_MAX && strspn(digits, "0123456789") == len ? "value out of range"
										: "invalid syntax");
		return false;
	}
	*number = strtoll(text, NULL, 10);
	if (*number >= 0)
		return true;
	str_addf(why, "negative number (%lld) not allowed: %s", *number, text);
	return false;
}

static bool
read_number_or_name(const char *text, const struct bounds *bounds, long long *number, struct str *why)
{
	for (int i = 0; bounds->names && bounds->names[i]; i++) {
		if (!ascii_casecmp(bounds->names[i], text)) {
			*number = bounds->min + i;
			return true;
		}
	}
	return read_number(text, number, why);
}

struct span {
	long long first, last, step;
	bool any;
};

/* "*", "?", "5", "1-5": what stands before a slash. */
static bool
read_span(char *text, const char *whole, const struct bounds *bounds, struct span *span, bool *single, struct str *why)
{
	char *hyphen = strchr(text, '-');

	*single = !hyphen;
	if (hyphen)
		*hyphen++ = '\0';
	if (!strcmp(text, "*") || !strcmp(text, "?")) {
		span->first = bounds->min;
		span->last = bounds->max;
		span->any = true;
		return true;
	}
	if (!read_number_or_name(text, bounds, &span->first, why))
		return false;
	span->last = span->first;
	if (hyphen && strchr(hyphen, '-')) {
		str_addf(why, "too many hyphens: %s", whole);
		return false;
	}
	return !hyphen || read_number_or_name(hyphen, bounds, &span->last, why);
}

static bool
fits(const struct span *span, const char *whole, const struct bounds *bounds, struct str *why)
{
	if (span->first < bounds->min)
		str_addf(why, "beginning of range (%lld) below minimum (%lld): %s", span->first, bounds->min, whole);
	else if (span->last > bounds->max)
		str_addf(why, "end of range (%lld) above maximum (%lld): %s", span->last, bounds->max, whole);
	else if (span->first > span->last)
		str_addf(why, "beginning of range (%lld) beyond end of range (%lld): %s", span->first, span->last,
			whole);
	else if (!span->step)
		str_addf(why, "step of range should be a positive number: %s", whole);
	return !why->len;
}

/* One of the ranges of a field, "1-30/5". */
static bool
read_range(const char *whole, const struct bounds *bounds, uint64_t *bits, bool *any, struct str *why)
{
	char *text = xstrdup(whole), *slash = strchr(text, '/');
	struct span span = { 0, 0, 1, false };
	bool single, read;

	if (slash)
		*slash++ = '\0';
	read = read_span(text, whole, bounds, &span, &single, why);
	if (read && slash && strchr(slash, '/')) {
		str_addf(why, "too many slashes: %s", whole);
		read = false;
	} else if (read && slash) {
		read = read_number(slash, &span.step, why);
		span.last = single ? bounds->max : span.last;
		span.any &= span.step <= 1;
	}
	free(text);
	if (!read || !fits(&span, whole, bounds, why))
		return false;
	for (long long i = span.first; i <= span.last; i += span.step)
		*bits |= UINT64_C(1) << i;
	*any |= span.any;
	return true;
}

static bool
read_field(const char *field, const struct bounds *bounds, uint64_t *bits, bool *any, struct str *why)
{
	char *copy = xstrdup(field), *rest = copy, *range;
	bool read = true;

	while (read && (range = strtok_r(rest, ",", &rest)))
		read = read_range(range, bounds, bits, any, why);
	free(copy);
	return read;
}

static const struct {
	const char *word, *fields;
} words[] = {
	{ "@yearly", "0 0 1 1 *" },
	{ "@annually", "0 0 1 1 *" },
	{ "@monthly", "0 0 1 * *" },
	{ "@weekly", "0 0 * * 0" },
	{ "@daily", "0 0 * * *" },
	{ "@midnight", "0 0 * * *" },
	{ "@hourly", "0 * * * *" },
};

/* Go's durations, as far as schedules need them: "1h30m10s"; 0 for none. */
static int64_t
read_duration(const char *text)
{
	int64_t seconds = 0;

	while (*text) {
		char *end;
		long long number = strtoll(text, &end, 10);

		if (end == text || !*end || !strchr("hms", *end))
			return 0;
		seconds += number * (*end == 'h' ? 3600 : *end == 'm' ? 60 : 1);
		text = end + 1;
	}
	return seconds;
}

static bool
read_word(const char *text, struct cron *cron, struct str *why)
{
	static const char every[] = "@every ";

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!strcmp(words[i].word, text))
			return cron_parse(words[i].fields, cron, why);
	}
	if (!str_starts(text, every)) {
		str_addf(why, "unrecognized descriptor: %s", text);
		return false;
	}
	cron->every = read_duration(text + strlen(every));
	if (cron->every > 0)
		return true;
	str_addf(why, "failed to parse duration %s: time: invalid duration \"%s\"", text, text + strlen(every));
	return false;
}

#define FIELDS 5

/* The words of the text, cut out of it in place; how many there are, even past the room for them. */
static size_t
split(char *text, char *fields[FIELDS])
{
	size_t n = 0;
	char *field;

	while ((field = strtok_r(text, " \t\n", &text))) {
		if (n < FIELDS)
			fields[n] = field;
		n++;
	}
	return n;
}

static void
add_fields(struct str *out, const char *text)
{
	char *copy = xstrdup(text), *rest = copy, *field;
	const char *blank = "";

	str_addch(out, '[');
	while ((field = strtok_r(rest, " \t\n", &rest))) {
		str_addf(out, "%s%s", blank, field);
		blank = " ";
	}
	str_addch(out, ']');
	free(copy);
}

bool
cron_parse(const char *text, struct cron *cron, struct str *why)
{
	bool ignored = false, read = false;
	char *fields[FIELDS], *copy;
	size_t n;

	memset(cron, 0, sizeof *cron);
	if (!*text)
		str_add(why, "empty spec string");
	if (str_starts(text, "TZ=") || str_starts(text, "CRON_TZ=")) {
		text += strcspn(text, " ");
		text += strspn(text, " ");
	}
	if (!*text)
		return false;
	if (*text == '@')
		return read_word(text, cron, why);
	copy = xstrdup(text);
	n = split(copy, fields);
	if (n != FIELDS) {
		str_addf(why, "expected exactly %d fields, found %zu: ", FIELDS, n);
		add_fields(why, text);
	} else {
		read = read_field(fields[0], &minutes, &cron->minute, &ignored, why) &&
			read_field(fields[1], &hours, &cron->hour, &ignored, why) &&
			read_field(fields[2], &days, &cron->day, &cron->any_day, why) &&
			read_field(fields[3], &months, &cron->month, &ignored, why) &&
			read_field(fields[4], &weekdays, &cron->weekday, &cron->any_weekday, why);
	}
	free(copy);
	return read;
}
