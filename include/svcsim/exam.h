/*
 * Packs of scenarios, attempts at them, and their grading.  A pack is untrusted data: it is read within limits, and nothing it says
 * runs outside the closed shell of its own cluster.
 */
#ifndef SVCSIM_EXAM_H
#define SVCSIM_EXAM_H

#include "svcsim/sim.h"

/*
 * area of an objective ("services/types"), title, share of an exam in per cent: the curriculum's bullets about Services and
 * names, of which troubleshooting weighs most, as it does in the CKA (30 against 20 of a hundred for networking).
 */
#define OBJECTIVE_AREAS(X) \
	X(pods, "Pod connectivity", 10) \
	X(policies, "Network policies", 15) \
	X(services, "Services and endpoints", 25) \
	X(dns, "CoreDNS", 15) \
	X(troubleshooting, "Troubleshooting", 30) \
	X(architecture, "Choosing and architecture", 5)
enum objective_area {
#define AREA_ENUM(id, title, share) AREA_##id,
	OBJECTIVE_AREAS(AREA_ENUM)
#undef AREA_ENUM
	AREA_COUNT
};
enum objective_area objective_area(const char *objective);	/* AREA_COUNT: it begins with none of them */
const char *objective_area_name(enum objective_area area);
const char *objective_area_title(enum objective_area area);

struct pack;		/* a folder of .yaml files, one scenario each; its name is the folder's */

/* Reads the .yaml files of folder through io; pack.yaml, if there is one, describes the pack.  NULL: err has file, line and column. */
struct pack *pack_load(struct io *io, const char *folder, struct err *err);
void pack_free(struct pack *pack);

/* id, what is asked of the learner */
#define SCENARIO_KINDS(X) \
	X(task, "something is to be made") \
	X(fix, "something is broken") \
	X(choice, "one option or several are right") \
	X(order, "items are to be put in order") \
	X(predict, "what will this packet do?") \
	X(fill, "blanks are to be filled in") \
	X(free, "nothing is asked: a cluster to try things in")

struct scenario;
struct scenario_info {
	const char *name, *title, *objective, *kind;	/* kind: one of SCENARIO_KINDS */
	int minutes, weight;
	int points;		/* of all checks */
	size_t nhints, nwrong;
};
size_t pack_count(const struct pack *pack);
const struct scenario *pack_scenario(const struct pack *pack, size_t i);	/* in the order of file names */
const struct scenario *pack_find(const struct pack *pack, const char *name);
const char *pack_name(const struct pack *pack);
const char *pack_title(const struct pack *pack);
const char *pack_about(const struct pack *pack);	/* "" */
bool pack_guided(const struct pack *pack);		/* a path to be walked in order: no exam draws from it */

/* What the file pack.yaml of a folder says of an exam. */
struct exam_plan {
	int minutes, pass;	/* pass: per cent */
	int shares[AREA_COUNT];	/* of each area in per cent of the minutes, by their sum */
	const char *const *from;	/* names of packs; NULL: all that are not guided */
	size_t nfrom;
};
extern const struct exam_plan exam_plan_default;	/* 120 minutes, 66 per cent */
const struct exam_plan *pack_exam(const struct pack *pack);	/* NULL: the pack is none */
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

/*
 * What is asked beside the work in the shell.  Options are shown in an order drawn from the seed and have letters; each
 * answer can also be given, and is told, in words: "B", "A,C", "C,A,B" (an order), "10.96.0.1".
 */
enum question_kind {
	QUESTION_ONE,		/* one option is right */
	QUESTION_MANY,		/* each option is right or wrong */
	QUESTION_ORDER,		/* all options, to be put in order */
	QUESTION_TEXT,		/* a word or a number */
};
struct question {
	enum question_kind kind;
	const char *name;	/* "answer" when it is the only one */
	const char *prompt;	/* "" where the task says it all */
	size_t noptions;
};
#define OPTIONS_MAX 26		/* they have letters */
size_t attempt_questions(const struct attempt *attempt);		/* 0: nothing is asked */
struct question attempt_question(const struct attempt *attempt, size_t q);
const char *attempt_option(const struct attempt *attempt, size_t q, size_t i);	/* its text */
bool attempt_picked(const struct attempt *attempt, size_t q, size_t i);
void attempt_pick(struct attempt *attempt, size_t q, size_t i, bool picked);	/* of QUESTION_ONE the others go back */
size_t attempt_place(const struct attempt *attempt, size_t q, size_t place);	/* the option that stands there now */
void attempt_move(struct attempt *attempt, size_t q, size_t from, size_t to);	/* places of QUESTION_ORDER */
const char *attempt_words(const struct attempt *attempt, size_t q);		/* the answer so far; "" none */
/* The question that the first word of *words names, which is taken off; without a name the only one. */
MUST_CHECK int attempt_find_question(const struct attempt *attempt, const char **words, size_t *q, struct err *err);
/* -1: they are no answer to such a question; nothing is changed then. */
MUST_CHECK int attempt_answer(struct attempt *attempt, size_t q, const char *words, struct err *err);
/* What is right, appended: a line for each option, or the words.  For who is done with it. */
void attempt_right(const struct attempt *attempt, size_t q, struct str *out);

/*
 * Whatever the learner does is an event, and the events of an attempt, from the same scenario, seed and clock, make it
 * again to the byte: that is how it is continued after a power cut, and graded somewhere else.
 * id, what its text is
 */
#define ATTEMPT_ACTS(X) \
	X(line, "a line of the shell") \
	X(edit, "what was left in the editor by the line that follows") \
	X(answer, "the question's name, a space, and the answer in words") \
	X(hint, "its number, from 0") \
	X(reset, "empty: the cluster and the answers as at the start") \
	X(check, "points, a space, and of how many")
enum attempt_act {
#define ATTEMPT_ACT_ENUM(id, text) ACT_##id,
	ATTEMPT_ACTS(ATTEMPT_ACT_ENUM)
#undef ATTEMPT_ACT_ENUM
	ACT_COUNT
};
const char *attempt_act_name(enum attempt_act act);
enum attempt_act attempt_act_find(const char *name);	/* ACT_COUNT: no such */

struct attempt_event {
	int64_t at;		/* the cluster's clock when it began, ns */
	enum attempt_act act;
	const char *text;
};
/* From now on fn gets each event when it is over; not those of attempt_replay. */
void attempt_listen(struct attempt *attempt, void (*fn)(void *arg, const struct attempt_event *event), void *arg);
/* One line of the attempt's shell; its exit status. */
int attempt_line(struct attempt *attempt, struct io *io, const char *line);
/* Does it again, its output unseen.  -1: err says why it can't be one of this attempt's. */
MUST_CHECK int attempt_replay(struct attempt *attempt, const struct attempt_event *event, struct err *err);

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

/* A field of the formats by its path, "scenario.spec.checks" or "pack.spec.exam", appended as kubectl explain prints one. */
MUST_CHECK int format_explain(const char *path, struct str *out, struct err *err);

/* Proof of a scenario: untouched scores 0, the solution all, each wrong answer loses what it says.  0 when it holds;
 * else err says which part does not. */
MUST_CHECK int scenario_test(const struct scenario *scenario, uint64_t seed, int64_t now, struct err *err);

#endif
