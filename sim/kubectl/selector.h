/* What -l and --field-selector say: lists of requirements that an object meets or not. */
#ifndef KUBECTL_SELECTOR_H
#define KUBECTL_SELECTOR_H

#include <stdbool.h>

#include "api/object.h"
#include "svcsim/err.h"
#include "svcsim/vec.h"

enum selector_operator {
	SELECTOR_IN,
	SELECTOR_NOT_IN,
	SELECTOR_EXISTS,
	SELECTOR_ABSENT,
	SELECTOR_EQUALS,	/* "=" and "==": one value */
	SELECTOR_DIFFERS,	/* "!=" */
	SELECTOR_GREATER,
	SELECTOR_LESS,
};

struct requirement {
	const char *key;
	enum selector_operator operator;
	VEC(const char *) values;
};

struct selector {
	struct arena arena;
	VEC(struct requirement) requirements;	/* none: everything matches */
};
#define SELECTOR_INIT { ARENA_INIT, VEC_INIT }

/* Errors are k8s.io/apimachinery/pkg/labels' texts. */
MUST_CHECK int label_selector_parse(const char *text, struct selector *selector, struct err *err);
bool label_selector_matches(const struct selector *selector, const struct object *object);
/* k8s.io/apimachinery/pkg/fields, and the fields that the server can select this kind by. */
MUST_CHECK int field_selector_parse(const char *text, const struct kind *kind, struct selector *selector,
	struct err *err);
bool field_selector_matches(const struct selector *selector, const struct object *object);
void selector_release(struct selector *selector);

#endif
