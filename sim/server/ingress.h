/* Shared by Ingresses and IngressClasses: a reference to an object of any kind, a TypedLocalObjectReference. */
#ifndef SERVER_INGRESS_H
#define SERVER_INGRESS_H

#include "server/strategy.h"

void ingress_validate_reference(struct status *status, const char *path, const struct value *reference);

#endif
