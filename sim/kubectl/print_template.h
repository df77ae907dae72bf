/* What -o with a template prints: go-template, jsonpath, custom-columns. */
#ifndef KUBECTL_PRINT_TEMPLATE_H
#define KUBECTL_PRINT_TEMPLATE_H

#include "kubectl/print_output.h"

/* Whether the template can be read; other formats always can. */
MUST_CHECK int template_check(const struct output *output, struct err *err);
/* One object or List; typed as in output_print.  After an error out holds what kubectl prints before it. */
MUST_CHECK int template_print(const struct output *output, const struct value *root, bool typed, struct str *out,
	struct err *err);

#endif
