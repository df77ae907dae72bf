/* Exams: when they were sat, how long, and whether they are over.  Their questions are attempts (attempts.h). */
#ifndef PROGRESS_EXAMS_H
#define PROGRESS_EXAMS_H

#include <stdint.h>

#include "progress/db.h"

struct exam_row {
	int64_t id;
	const char *title;
	uint64_t seed;
	int64_t started;	/* seconds since 1970 */
	int minutes, pass;	/* allowed; per cent that pass */
	int seconds;		/* used so far */
	bool finished;
};

/* id 0: a new row, *id is set; else what has changed of it is written. */
MUST_CHECK int exams_put(struct db *db, const struct exam_row *row, int64_t *id, struct err *err);
/* The newest that is not finished: fn once, or not. */
MUST_CHECK int exams_open(struct db *db, void (*fn)(void *arg, const struct exam_row *row), void *arg, struct err *err);

#endif
