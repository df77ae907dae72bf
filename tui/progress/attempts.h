/*
 * What was tried and how it went.  An attempt is kept with the scenario's hash and the seed, so that it can be made
 * again exactly; its text stands on its own, since packs come and go.
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
	const char *pack, *scenario, *hash, *title, *objective;
	uint64_t seed;
	int64_t started;	/* seconds since 1970 */
	int seconds, hints;
	int points, of;
	const struct attempt_check_row *checks;
	size_t nchecks;
};

/* id 0: a new row, *id is set; else that row is written anew. */
MUST_CHECK int attempts_put(struct db *db, const struct attempt_row *row, int64_t *id, struct err *err);

/* The best points of a scenario; *tries how many attempts there are, and *of 0 without one. */
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

/* The last attempts, newest first; checks are left out. */
MUST_CHECK int attempts_last(struct db *db, int limit, void (*fn)(void *arg, const struct attempt_row *row), void *arg,
	struct err *err);

#endif
