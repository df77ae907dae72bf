/* What an Event says of time and number, whichever recorder wrote it: the older counts, the newer keeps a series. */
#ifndef KUBECTL_EVENT_TEXT_H
#define KUBECTL_EVENT_TEXT_H

#include <stdint.h>

#include "api/value.h"

const char *event_first_time(const struct value *event);	/* NULL when it has none */
const char *event_last_time(const struct value *event);
int64_t event_count(const struct value *event);			/* 1 at least */

#endif
