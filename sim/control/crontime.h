/* When a schedule's time comes. */
#ifndef CONTROL_CRONTIME_H
#define CONTROL_CRONTIME_H

#include "base/cron.h"
#include "base/tz.h"

/* The first time after that one, in ns; CLOCK_NEVER when there is none within five years. */
int64_t crontime_next(const struct cron *cron, int64_t after);	/* in UTC */
/*
 * By the clock of a zone: what falls into an hour that is left out doesn't come that day, what falls into one that comes
 * twice comes twice.
 */
int64_t crontime_next_in(const struct cron *cron, const struct tz *tz, int64_t after);

#endif
