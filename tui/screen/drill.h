/*
 * One scenario being practised, without any screen: the attempt, its clock, hints and checks, and what is kept of it in
 * the database.  The desk draws this; line mode prints it.
 */
#ifndef SCREEN_DRILL_H
#define SCREEN_DRILL_H

#include "progress/attempts.h"
#include "screen/review.h"

struct drill {
	struct library *library;
	struct db *db;			/* NULL: nothing is kept */
	bool seed_given;
	uint64_t seed;
	int64_t (*wall)(void);		/* ns since 1970 */
	const char *mode;		/* as attempt_row has it; NULL: "drill" */
	struct review *review;		/* gives the order; NULL: the pack does */
	int64_t exam;			/* the one that it is a question of, 0: none */
	int place;			/* in it */
	char host[16];			/* where it is to be solved: one goes there by ssh; "" at once there */
	bool connected;
	bool flagged;

	size_t pack, at;		/* which scenario */
	struct scenario_info info;
	struct attempt *attempt;
	int64_t started, checked_at;	/* by drill_now; checked_at 0: no check yet */
	int64_t behind;			/* ns by which its clock is behind the wall's: it stood while nobody was here */
	int64_t row;			/* of the attempt in the database; 0 before the first event */
	bool touched;			/* something was done in it */
	struct err lost;		/* the first event that could not be kept */
	size_t hints;			/* that were shown */
	bool explained;
	const struct check_result *results;	/* of the last check; NULL before */
	size_t nresults;
	int points, of;
};

/* pack and at as library_find gives them.  On failure the scenario before stays. */
int drill_start(struct drill *drill, size_t pack, size_t at, struct err *err);
/*
 * Makes a kept attempt again from its events, and goes on with it.  -1: the scenario is gone or has changed since, or the
 * events are damaged; what was before stays.
 */
MUST_CHECK int drill_resume(struct drill *drill, const struct attempt_row *row, struct err *err);
/* The same with what attempts_open finds.  -1 with err->kind ERR_NONE: there is nothing to go on with. */
MUST_CHECK int drill_continue(struct drill *drill, struct err *err);
/*
 * What a question of an exam needs: which scenario it is and its place in the database, before anybody opens it; then to
 * open it, whether or not something was done in it before.
 */
MUST_CHECK int drill_place(struct drill *drill, size_t pack, size_t at, uint64_t seed, struct err *err);
MUST_CHECK int drill_place_row(struct drill *drill, const struct attempt_row *row, struct err *err);
MUST_CHECK int drill_open(struct drill *drill, struct err *err);
MUST_CHECK int drill_keep(struct drill *drill, struct err *err);	/* its row, as it is now */
/* The first of what is due, and from then on what review says.  -1 with err->kind ERR_NONE: nothing is due. */
MUST_CHECK int drill_review(struct drill *drill, struct review *review, struct err *err);
/* The scenario after this one; false: it was the last of the pack, or of what is due. */
bool drill_has_next(const struct drill *drill);
MUST_CHECK int drill_next(struct drill *drill, struct err *err);
/* The cluster and the answers as at the start; the clock goes on, and hints that were shown stay shown. */
MUST_CHECK int drill_reset(struct drill *drill, struct err *err);
void drill_close(struct drill *drill);

const struct scenario *drill_scenario(const struct drill *drill);
struct sim *drill_sim(const struct drill *drill);
/* One line of the scenario's shell, at the present time; of an exam's base host until one has gone to the question's. */
int drill_line(struct drill *drill, struct io *io, const char *line);
char *drill_prompt(const struct drill *drill);		/* owned by the caller */
bool drill_exited(const struct drill *drill);		/* the line was `exit`, and there is nowhere to go back to */
void drill_complete(struct drill *drill, const char *line, size_t point, void (*fn)(void *arg, const char *word), void *arg);
/* `trace WORDS` as a line of the shell, of which only complaints are printed: who asks looks at sim_trail. */
int drill_trace(struct drill *drill, struct io *io, const char *words);
/*
 * The learner's own editor on a text of the scenario, by the program's io.  The scenario may have set $EDITOR to anything
 * in its shell, and a pack may run no program: what is no editor's bare name counts for nothing.
 */
int drill_edit(const struct drill *drill, struct io_edit *edit);
int64_t drill_now(const struct drill *drill);	/* the clock of the attempt, ns */
/* The cluster's clock goes on to now. */
void drill_tick(struct drill *drill);
int drill_seconds(const struct drill *drill);

/* Judges, and keeps the result.  -1: judged, but err says why it could not be kept. */
MUST_CHECK int drill_check(struct drill *drill, struct err *err);
bool drill_solved(const struct drill *drill);	/* the last check gave each check its points */
/* One hint more is shown; NULL: there is none left. */
const char *drill_hint(struct drill *drill);

#endif
