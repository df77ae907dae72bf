/*
 * Time zones by their names in the IANA database, as they are kept now: a rule for each, without history.  Dates before
 * the last change of a zone's rule, and changes of whole years (Morocco's Ramadan), are told as if the rule always
 * held.
 */
#ifndef BASE_TZ_H
#define BASE_TZ_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The day of a change, "the fifth Sunday of October at 3:00": week 5 is the last, and seconds may be below 0 or above a
 * day.
 */
struct tz_change {
	unsigned month, week, weekday;
	int64_t seconds;		/* after midnight, by the clock before the change */
};

struct tz {
	int64_t standard, summer;	/* seconds east of Greenwich */
	bool changes;			/* else always standard */
	struct tz_change begin, end;	/* of summer time */
};

bool tz_find(const char *name, struct tz *tz);			/* false: there is no such zone; names are exact */
/* seconds east of Greenwich at that time, which is in ns */
int64_t tz_offset(const struct tz *tz, int64_t when);

#endif
