/*
 * One scenario being practised, without any screen: the attempt, its clock, hints and checks, and what is kept of it in
 * the database.  The desk draws this; line mode prints it.
 */
#ifndef SCREEN_DRILL_H
#define SCREEN_DRILL_H

#include "progress/db.h"
#include "screen/library.h"

struct drill {
	struct library *library;
	struct db *db;			/* NULL: nothing is kept */
	bool seed_given;
	uint64_t seed;
	int64_t (*wall)(void);		/* ns since 1970 */

	size_t pack, at;		/* which scenario */
	struct scenario_info info;
	struct attempt *attempt;
	int64_t started, checked_at;	/* checked_at 0: no check yet */
	int64_t row;			/* of the attempt in the database */
	size_t hints;			/* that were shown */
	bool explained;
	const struct check_result *results;	/* of the last check; NULL before */
	size_t nresults;
	int points, of;
};

/* pack and at as library_find gives them.  On failure the scenario before stays. */
int drill_start(struct drill *drill, size_t pack, size_t at, struct err *err);
/* The scenario after this one; false: it was the pack's last. */
bool drill_has_next(const struct drill *drill);
MUST_CHECK int drill_next(struct drill *drill, struct err *err);
/* The cluster and the answers as at the start; the clock goes on, and hints that were shown stay shown. */
MUST_CHECK int drill_reset(struct drill *drill, struct err *err);
void drill_close(struct drill *drill);

const struct scenario *drill_scenario(const struct drill *drill);
struct sim *drill_sim(const struct drill *drill);
/* The cluster's clock goes on to now. */
void drill_tick(struct drill *drill);
int drill_seconds(const struct drill *drill);

/* Judges, and keeps the result.  -1: judged, but err says why it could not be kept. */
MUST_CHECK int drill_check(struct drill *drill, struct err *err);
bool drill_solved(const struct drill *drill);	/* the last check gave each check its points */
/* One hint more is shown; NULL: there is none left. */
const char *drill_hint(struct drill *drill);

#endif
