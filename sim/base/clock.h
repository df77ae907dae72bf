/*
 * Virtual time in nanoseconds since 1970.  Only tui/ knows the wall clock and hands it in; controllers ask to be woken
 * by returning a time.  The API's times have whole seconds (metav1.Time), conditions too.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_SECOND INT64_C(1000000000)
#define CLOCK_NEVER INT64_MAX
#define CLOCK_TEXT 40

struct clock {
	int64_t now;
};

const char *clock_format(int64_t when, char text[static CLOCK_TEXT]);	/* 2026-11-23T03:40:41Z */
bool clock_parse(const char *text, int64_t *when);			/* RFC 3339, any offset, fractions kept */
const char *clock_format_micro(int64_t when, char text[static CLOCK_TEXT]);	/* 2026-11-23T03:40:41.000000Z: metav1.MicroTime */
const char *clock_format_http(int64_t when, char text[static CLOCK_TEXT]);	/* Mon, 23 Nov 2026 03:40:41 GMT */
const char *clock_format_date(int64_t when, char text[static CLOCK_TEXT]);	/* date(1)'s: Mon Nov 23 03:40:41 UTC 2026 */
/* As kubectl prints ages (apimachinery duration.HumanDuration): 119s, 5m10s, 179m, 3h20m, 47h, 5d3h, 2y10d. */
const char *clock_age(int64_t nanoseconds, char text[static CLOCK_TEXT]);

#endif
