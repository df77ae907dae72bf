/* The file pack.yaml: what a pack is called, and what kind of exam it is. */
#ifndef EXAM_PLAN_H
#define EXAM_PLAN_H

#include "api/value.h"
#include "svcsim/exam.h"

#define PLAN_FILE "pack.yaml"

struct plan {
	struct arena arena;
	const char *title, *about;	/* NULL where no file says it */
	bool guided, is_exam;
	struct exam_plan exam;
};

/* -1: err has the place; plan_release is due either way.  plan: zeroed. */
MUST_CHECK int plan_read(struct plan *plan, const char *file, const char *text, size_t len, struct err *err);
void plan_release(struct plan *plan);

#endif
