/*
 * Marking many at once: each student's work is graded in a process of its own, a copy of one that holds the cluster as the
 * scenario sets it up.  So a thousand scripts cost one setup, none sees another's, and one that runs away is stopped.
 */
#ifndef CLI_MARKING_H
#define CLI_MARKING_H

#include "progress/db.h"
#include "screen/library.h"
#include "svcsim/grade.h"
#include "svcsim/vec.h"

struct work {
	char *student;
	size_t pack, at;	/* the scenario */
	uint64_t seed;
	char *script;		/* owned; NULL: what is kept of an attempt */
	struct db *db;
	int64_t attempt;	/* its row there */
	int64_t clock;
	int points, of, seconds;	/* as the document says */
};

struct marking {
	struct library *library;
	int64_t now;		/* when scripts begin */
	VEC(struct work) works;
	struct grade *grades;	/* one a work, in their order, after marking_run */
	void (*progress)(void *arg, size_t done, size_t of);	/* NULL: nobody looks */
	void *progress_arg;
};

/* -1: no process could be made, which err tells; what one work did wrong stands in its grade. */
MUST_CHECK int marking_run(struct marking *marking, struct err *err);
void marking_release(struct marking *marking);

#endif
