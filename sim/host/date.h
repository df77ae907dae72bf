/* Times as date(1) writes and reads them; the zone is UTC. */
#ifndef HOST_DATE_H
#define HOST_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "svcsim/str.h"

/* strftime's letters, and date's %N; a letter that is none stands as it is. */
void date_format(const char *format, int64_t when, struct str *out);
/* "2026-01-02 03:04", "@86400", "yesterday", "2 hours ago", "next monday"; false: it is none. */
bool date_parse(const char *text, int64_t now, int64_t *when);

#endif
