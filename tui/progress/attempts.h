/*
 * What was tried and how it went.  An attempt is kept with the scenario's hash, the seed, the clock and its events, so
 * that it can be made again exactly; its text stands on its own, since packs come and go.
 */
#ifndef PROGRESS_ATTEMPTS_H
#define PROGRESS_ATTEMPTS_H

#include <stdint.h>

#include "progress/db.h"

struct attempt_check_row {
	const char *what, *got, *want;
	int points, of;
};

struct attempt_row {
	int64_t id;
	const char *pack, *scenario, *hash, *title, *objective;
	const char *mode;	/* "drill", "exam", "review" */
	uint64_t seed;
	int64_t clock;		/* the cluster's at the start, ns since 1970 */
	int64_t started;	/* seconds since 1970 */
	int seconds, hints;
	bool judged;		/* points and checks are of its last check; else there was none yet */
	int points, of;
	int64_t exam;		/* 0: of none */
	int place, weight;	/* in the exam */
	bool flagged;
	bool begun;		/* it has events; not written */
	const struct attempt_check_row *checks;
	size_t nchecks;
};

/* id 0: a new row, *id is set; else that row and its checks are written anew, and its events stay. */
MUST_CHECK int attempts_put(struct db *db, const struct attempt_row *row, int64_t *id, struct err *err);
/* One transaction: when it returns, the event is on the disk. */
struct event_row {
	int64_t at;
	const char *act, *text;
};
MUST_CHECK int attempts_add_event(struct db *db, int64_t id, const struct event_row *event, struct err *err);
/* In the order in which they came.  fn returns false to stop. */
MUST_CHECK int attempts_events(struct db *db, int64_t id, bool (*fn)(void *arg, const struct event_row *event), void *arg,
	struct err *err);

/* The best points of a scenario; *tries how many judged attempts there are, and *of 0 without one. */
MUST_CHECK int attempts_best(struct db *db, const char *pack, const char *scenario, int *tries, int *points, int *of,
	struct err *err);

/* Each objective that was tried, by name: the best attempt of each scenario counts. */
struct objective_row {
	const char *objective;
	int scenarios, solved;	/* solved: all points at least once */
	int tries;
	int points, of;
	int64_t seconds;
};
MUST_CHECK int attempts_objectives(struct db *db, void (*fn)(void *arg, const struct objective_row *row), void *arg,
	struct err *err);

typedef void attempt_fn(void *arg, const struct attempt_row *row);
/* The last judged ones, newest first.  Checks are left out, here and below. */
MUST_CHECK int attempts_last(struct db *db, int limit, attempt_fn *fn, void *arg, struct err *err);
/* All judged ones, oldest first. */
MUST_CHECK int attempts_all(struct db *db, attempt_fn *fn, void *arg, struct err *err);
/* The newest of no exam that was begun and did not get all its points: what a learner goes on with.  fn once, or not. */
MUST_CHECK int attempts_open(struct db *db, attempt_fn *fn, void *arg, struct err *err);
MUST_CHECK int attempts_of_exam(struct db *db, int64_t exam, attempt_fn *fn, void *arg, struct err *err);	/* by place */
MUST_CHECK int attempts_checks(struct db *db, int64_t id, void (*fn)(void *arg, const struct attempt_check_row *row),
	void *arg, struct err *err);

#endif
