/* --subresource: a part of an object in place of the whole. */
#ifndef KUBECTL_SUBRESOURCE_H
#define KUBECTL_SUBRESOURCE_H

#include "kubectl/resource_args.h"

/* --subresource of the running verb; "" for none, also where the verb has no such flag. */
const char *subresource_of(const struct kubectl *kubectl, const struct flags *flags);
/* What the server answers: a reference to a Scale, or to the object itself; NULL: the kind has no such part. */
struct object *subresource_object(const struct object *object, const char *subresource);
/* Puts the parts in place of the objects found; what has none goes to the failures. */
void subresource_take(struct resources *resources, const char *subresource);

#endif
