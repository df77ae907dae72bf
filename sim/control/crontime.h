/* When a schedule's time comes; in UTC. */
#ifndef CONTROL_CRONTIME_H
#define CONTROL_CRONTIME_H

#include "base/cron.h"

/* The first time after that one, in ns; CLOCK_NEVER when there is none within five years. */
int64_t crontime_next(const struct cron *cron, int64_t after);

#endif
