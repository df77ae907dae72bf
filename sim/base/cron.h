/* Schedules as crontab(5) writes them and as CronJobs do: five fields, or a word such as @daily. */
#ifndef BASE_CRON_H
#define BASE_CRON_H

#include <stdbool.h>
#include <stdint.h>

#include "svcsim/str.h"

/* A bit for each value that fits: bit 0 of minute is minute 0, bit 1 of month January, bit 0 of weekday Sunday. */
struct cron {
	uint64_t minute, hour, day, month, weekday;
	bool any_day, any_weekday; /* written as '*': then the other alone decides */
	int64_t every; /* of "@every 90s", in seconds; then the rest is nothing; 0 otherwise */
};

/* false, and *why is what github.com/robfig/cron/v3's ParseStandard says of the text; a zone in front is skipped. */
bool cron_parse(const char *text, struct cron *cron, struct str *why);

#endif
