/*
 * Custom resources: validation by the structural schema and its rules, as k8s.io/apiextensions-apiserver does it.
 */
#ifndef SERVER_CUSTOM_H
#define SERVER_CUSTOM_H

#include "server/place.h"
#include "server/strategy.h"

/* A value with its schema: what a rule of x-kubernetes-validations is about. */
struct custom_value {
	const struct value *self, *old;	/* old: what stood there before; NULL when nothing did */
};

/*
 * The rules of an object of type owner (field "") or of owner.field, in server/gateway_rules.c: each broken one is added
 * to status at the place, with the schema's type of the value ("object", "array", "string").
 */
void gateway_rules_check(struct status *status, const struct place *place, const char *owner, const char *field,
	const char *schema_type, const struct custom_value *value);

#endif
