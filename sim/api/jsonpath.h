/* kubectl's JSONPath templates (k8s.io/client-go/util/jsonpath): text outside braces is printed, {..} evaluated. */
#ifndef API_JSONPATH_H
#define API_JSONPATH_H

#include "api/value.h"
#include "svcsim/err.h"
#include "svcsim/str.h"

/* Missing keys print nothing when allow_missing.  Errors carry client-go's text. */
MUST_CHECK int jsonpath_print(const char *template, const struct value *root, bool allow_missing, struct str *out,
	struct err *err);
/* The values that one expression such as ".spec.ports[*].port" or "{.a.b}" finds: *nfound of them in *found, an array in
 * arena. */
MUST_CHECK int jsonpath_find(const char *expression, const struct value *root, bool allow_missing, struct arena *arena,
	struct value ***found, size_t *nfound, struct err *err);

#endif
