/* What clients see of metadata.managedFields, whose fieldsV1 the server keeps as text. */
#ifndef KUBECTL_MANAGED_FIELDS_H
#define KUBECTL_MANAGED_FIELDS_H

#include <stdbool.h>

#include "api/value.h"

/*
 * The object or List with its managedFields as trees, or (keep false) without them.  Shares what is as it was; arena
 * holds the rest.
 */
const struct value *managed_fields_view(struct arena *arena, const struct value *root, bool keep);

#endif
