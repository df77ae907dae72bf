/* The formats of a scenario and of a pack's description as a table of fields: what may stand where. */
#ifndef EXAM_FIELDS_H
#define EXAM_FIELDS_H

#include "api/value.h"
#include "svcsim/err.h"

/* Reads document as a whole "scenario" or "pack": an unknown key, a missing one or a value of another type fails with its
 * place. */
MUST_CHECK int fields_check(const char *file, const char *owner, const struct value *document, struct err *err);

#endif
