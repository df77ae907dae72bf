/* -o go-template: Go's text/template over an object, with kubectl's functions. */
#ifndef KUBECTL_GO_TEMPLATE_H
#define KUBECTL_GO_TEMPLATE_H

#include "api/value.h"
#include "svcsim/err.h"
#include "svcsim/str.h"

/* Whether it can be parsed; err says "template: output:1: .." why not. */
MUST_CHECK int go_template_check(const char *template, struct err *err);
/* strict: a missing key is an error.  After one, out holds what was printed before it. */
MUST_CHECK int go_template_print(const char *template, const struct value *root, bool strict, struct str *out,
	struct err *err);

#endif
