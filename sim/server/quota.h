/* What a namespace may use, and what it does. */
#ifndef SERVER_QUOTA_H
#define SERVER_QUOTA_H

#include "server/strategy.h"

/* Refuses what would take more than a ResourceQuota of its namespace leaves: 0, or -1 with the status set. */
int quota_admit(struct change *change);
/* status.used of a ResourceQuota as the store stands: an amount for each that spec.hard names; in arena. */
struct value *quota_used(struct server *server, const struct object *quota, struct arena *arena);

#endif
