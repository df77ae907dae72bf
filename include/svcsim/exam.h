/*
 * Packs of scenarios, attempts at them, and their grading.  A pack is untrusted data: it is read within limits, and nothing it says
 * runs outside the closed shell of its own cluster.
 */
#ifndef SVCSIM_EXAM_H
#define SVCSIM_EXAM_H

#include "svcsim/sim.h"

struct pack;		/* a folder of .yaml files, one scenario each; its name is the folder's */

/* Reads the .yaml files of folder through io.  NULL: err has file, line and column. */
struct pack *pack_load(struct io *io, const char *folder, struct err *err);
void pack_free(struct pack *pack);

struct scenario;
struct scenario_info {
	const char *name, *title, *objective, *kind;	/* kind: task, fix, choice */
	int minutes, weight;
	int points;		/* of all checks */
	size_t nhints;
};
size_t pack_count(const struct pack *pack);
const struct scenario *pack_scenario(const struct pack *pack, size_t i);	/* in the order of file names */
const struct scenario *pack_find(const struct pack *pack, const char *name);
const char *pack_name(const struct pack *pack);
const char *pack_title(const struct pack *pack);
struct scenario_info scenario_info(const struct scenario *scenario);
/* sha256 of the scenario's text, hex: results carry it. */
const char *scenario_hash(const struct scenario *scenario);

/* One try at a scenario: a cluster of its own, variables drawn from the seed. */
struct attempt;
struct attempt *attempt_new(const struct scenario *scenario, uint64_t seed, int64_t now, struct err *err);
void attempt_free(struct attempt *attempt);
MUST_CHECK int attempt_reset(struct attempt *attempt, struct err *err);	/* the cluster as it was at the start */
struct sim *attempt_sim(struct attempt *attempt);
const char *attempt_task(const struct attempt *attempt);	/* the text, variables filled in */
const char *attempt_explanation(const struct attempt *attempt);
const char *attempt_solution(const struct attempt *attempt);
const char *attempt_hint(struct attempt *attempt, size_t i);	/* NULL past the last; from now on it costs what it costs, once */
int attempt_hint_cost(const struct attempt *attempt, size_t i);	/* points */

/* Questions with answers to choose. */
size_t attempt_choices(const struct attempt *attempt);		/* 0: not a choice */
const char *attempt_choice(const struct attempt *attempt, size_t i);	/* its text */
bool attempt_choice_many(const struct attempt *attempt);	/* several may be right */
bool attempt_chosen(const struct attempt *attempt, size_t i);
void attempt_choose(struct attempt *attempt, size_t i, bool chosen);	/* a single choice takes the others back */

struct check_result {
	int points, of;
	const char *what;	/* the check, in one line */
	const char *got, *want, *why;	/* why "" when the scenario gives none */
	bool passed;
};
/*
 * Judges the attempt as it is now; never changes it.  *n results, good until the next check; *points has the hints taken
 * off, and may be less than their sum.  A check that something was kept passes on the untouched cluster too, and has no
 * points as long as nothing else passes.
 */
const struct check_result *attempt_check(struct attempt *attempt, size_t *n, int *points, int *of);

/* Proof of a scenario: untouched scores 0, the solution all, each wrong answer loses what it says.  0 when it holds;
 * else err says which part does not. */
MUST_CHECK int scenario_test(const struct scenario *scenario, uint64_t seed, int64_t now, struct err *err);

#endif
