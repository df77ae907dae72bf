/* The functions of go-templates: those of Go's text/template, and kubectl's own exists and base64decode. */
#ifndef KUBECTL_TEMPLATE_FUNCTIONS_H
#define KUBECTL_TEMPLATE_FUNCTIONS_H

#include "api/go_value.h"
#include "base/arena.h"
#include "svcsim/err.h"

enum template_parameter {
	PARAMETER_VALUE,	/* a value as it is, boxed or invalid */
	PARAMETER_ANY,		/* an interface: unboxed, GO_NIL for none */
	PARAMETER_STRING,
};

struct template_function {
	const char *name;
	unsigned fixed;		/* parameters, the first of type first */
	bool variadic;		/* any more of type rest */
	enum template_parameter first, rest;
	/* Texts go into arena.  -1: err says why, without "error calling NAME: ".  NULL of and, or, call: the run's own. */
	int (*call)(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out,
		struct err *err);
};

const struct template_function *template_function_find(const char *name);

#endif
