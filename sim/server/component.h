/* The parts of the control plane as objects, which the API server makes up when it is asked and never stores. */
#ifndef SERVER_COMPONENT_H
#define SERVER_COMPONENT_H

#include "api/object.h"

#define COMPONENT_KIND "ComponentStatus"

bool component_is_kind(const struct kind *kind);
/* The i-th, a reference for the caller; NULL after the last. */
struct object *component_make(size_t i);

#endif
