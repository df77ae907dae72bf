/* The subresource scale: how many pods there are and shall be, alike for every kind that has it. */
#ifndef SERVER_SCALE_H
#define SERVER_SCALE_H

#include "api/object.h"

extern const struct kind scale_kind;	/* Scale of autoscaling/v1, which has no objects of its own */

bool scale_serves(const struct kind *kind);
/* The Scale of an object, without status.selector, which is text for people. */
struct value *scale_of(struct arena *arena, const struct value *root);

#endif
