/* kubectl's JSONPath templates (k8s.io/client-go/util/jsonpath): text outside braces is printed, {..} evaluated. */
#ifndef API_JSONPATH_H
#define API_JSONPATH_H

#include "api/value.h"
#include "svcsim/err.h"
#include "svcsim/str.h"

/* Whether it can be parsed. */
MUST_CHECK int jsonpath_check(const char *template, struct err *err);
/* Missing keys print nothing when allow_missing; json: each result as a JSON list.  Errors carry client-go's text. */
MUST_CHECK int jsonpath_print(const char *template, const struct value *root, bool allow_missing, bool json,
	struct str *out, struct err *err);
/* The forms that --sort-by and custom-columns take, a.b, .a.b, {a.b}, {.a.b}, as the last of them; NULL: it is none. */
char *jsonpath_relaxed(const char *expression, struct arena *arena, struct err *err);
/* The values that one expression such as ".spec.ports[*].port" or "{.a.b}" finds: *nfound of them in *found, an array in
 * arena. */
MUST_CHECK int jsonpath_find(const char *expression, const struct value *root, bool allow_missing, struct arena *arena,
	struct value ***found, size_t *nfound, struct err *err);
/* The first value of a template's first action; *found NULL when it finds none.  Missing keys are no error. */
MUST_CHECK int jsonpath_first(const char *template, const struct value *root, struct arena *arena,
	const struct value **found, struct err *err);

#endif
