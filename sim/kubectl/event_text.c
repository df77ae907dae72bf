/* Follows printEvent of pkg/printers/internalversion/printers.go and DescribeEvents of kubectl's describe.go. */
#include "kubectl/event_text.h"

const char *
event_first_time(const struct value *event)
{
	const char *first = value_get_text(event, "firstTimestamp");

	return first ? first : value_get_text(event, "eventTime");
}

const char *
event_last_time(const struct value *event)
{
	const char *observed = value_text(value_path(event, "series.lastObservedTime")), *last = value_get_text(event, "lastTimestamp");

	return observed ? observed : last ? last : event_first_time(event);
}

int64_t
event_count(const struct value *event)
{
	const struct value *series = value_get(event, "series");

	return series ? value_get_int(series, "count", 1) : value_get_int(event, "count", 1);
}
