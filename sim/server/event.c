/* Events: their namespace is that of what they are about.  Follows legacyValidateEvent in
 * pkg/apis/core/validation/events.go. */
#include "server/podspec.h"

#include <string.h>

static void
event_validate(struct change *change)
{
	static const struct place at = { NULL, "involvedObject", 0 };
	const struct value *about = value_get(change->new, "involvedObject");
	const char *namespace = value_get_text(value_get(change->new, "metadata"), "namespace");
	const char *other = value_get_text(about, "namespace");
	bool fits = other && *other ? !strcmp(namespace, other) : !strcmp(namespace, "default");

	if (!fits)
		place_invalid_member(change->status, &at, about, "namespace", "does not match event.namespace");
}

const struct strategy strategy_event = {
	.kind = "Event",
	.validate = event_validate,
};
