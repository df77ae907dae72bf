/* What clients see of metadata.managedFields, whose fieldsV1 the server keeps as text. */
#ifndef SERVER_MANAGED_VIEW_H
#define SERVER_MANAGED_VIEW_H

#include <stdbool.h>

#include "api/value.h"

/*
 * The object or List with its managedFields as trees, or (keep false) without them.  Shares what is as it was; arena
 * holds the rest.
 */
const struct value *managed_view(struct arena *arena, const struct value *root, bool keep);

#endif
