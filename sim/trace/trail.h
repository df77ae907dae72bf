/* A trace kept as text, so that the cluster may change under it. */
#ifndef TRACE_TRAIL_H
#define TRACE_TRAIL_H

#include "svcsim/trail.h"
#include "trace/trace.h"

struct trail *trail_new(const struct trace *trace, unsigned serial);
void trail_free(struct trail *trail);	/* NULL is fine */

#endif
