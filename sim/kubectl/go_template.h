/* The part of Go's text/template that people give to -o go-template: fields, range, if, with, printf and friends. */
#ifndef KUBECTL_GO_TEMPLATE_H
#define KUBECTL_GO_TEMPLATE_H

#include "api/value.h"
#include "svcsim/err.h"
#include "svcsim/str.h"

MUST_CHECK int go_template_print(const char *template, const struct value *root, struct str *out, struct err *err);

#endif
