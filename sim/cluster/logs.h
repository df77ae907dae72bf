/*
 * What containers wrote while they ran: a text for each, its lines behind the time at which they were written
 * (RFC 3339, with nanoseconds), as a runtime keeps them.  Beyond LOG_LINES_MAX the oldest go.
 */
#ifndef CLUSTER_LOGS_H
#define CLUSTER_LOGS_H

#include "api/view.h"
#include "base/map.h"
#include "server/settings.h"
#include "svcsim/str.h"

#define LOG_TIME 30	/* bytes of a line that are its time; a blank follows */
#define LOG_LINES_MAX 2000

struct logs {
	struct map texts;	/* "pod's uid/container" -> struct str *, owned */
};

void logs_release(struct logs *logs);
/* text: one line without its newline. */
void logs_append(struct logs *logs, const struct pod *pod, const char *container, int64_t when, const char *text);
/* All that a container's process wrote which ran from then to then: what its image says first, then the lines above. */
void logs_text(const struct logs *logs, const struct settings *settings, const struct pod *pod,
	const struct value *container, int64_t from, int64_t to, struct str *out);
int64_t logs_time(const char *line);	/* that it begins with; 0 */
/* For restoring. */
void logs_put(struct logs *logs, const char *key, const char *text);

#endif
