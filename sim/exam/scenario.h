/* A scenario as it was read: its tree, which fields.c has checked, with variables not yet filled in. */
#ifndef EXAM_SCENARIO_H
#define EXAM_SCENARIO_H

#include "api/value.h"
#include "svcsim/exam.h"

struct scenario {
	struct arena arena;
	const char *file;
	const char *name;
	const struct value *spec;
	const char *kind;	/* one of SCENARIO_KINDS */
	int points;		/* of all checks */
	char hash[65];
};

/* NULL: err has the place. */
struct scenario *scenario_read(const char *file, const char *text, size_t len, struct err *err);
void scenario_free(struct scenario *scenario);	/* NULL is fine */
bool scenario_asks(const struct scenario *scenario);	/* a question, beside the work in the shell */

#endif
