/*
 * Questions and answers.  What is right is fixed when the cluster has been set up: it may be read from an object, or
 * from the way that a packet takes, so that it is true for this seed.
 */
#ifndef EXAM_QUESTION_H
#define EXAM_QUESTION_H

#include "cluster/cluster.h"
#include "svcsim/exam.h"

struct option {
	const char *text, *why;	/* why "" of a right one */
	bool correct;
	size_t at;		/* place in the scenario, which for an order is the right one */
};

struct asked {
	struct question question;
	struct option *options;	/* in the order shown */
	const char **right;	/* of QUESTION_TEXT: each of these is right */
	size_t nright;
	const char *why;	/* of QUESTION_TEXT; "" */
	/* the answer */
	bool *picked;
	size_t *order;		/* option at each place */
	bool ordered;		/* somebody has put them so */
	struct str words;
};

/* id, of predict: what is asked about the connection, prompt */
#define PREDICTIONS(X) \
	X(verdict, "What becomes of it?") \
	X(source, "Whose address does the pod see as the sender's?") \
	X(endpoints, "How many pods may it come to?") \
	X(port, "On which port does it arrive?")

/* The questions of a spec whose variables are filled in; memory of arena.  questions_release frees what the answers hold. */
size_t questions_make(const struct value *spec, uint64_t seed, struct arena *arena, struct asked **questions);
void questions_release(struct asked *questions, size_t n);
/* Reads what is right from the cluster as it is; -1: err has the place in file. */
MUST_CHECK int questions_settle(struct asked *questions, size_t n, const struct value *spec, const char *file,
	struct cluster *cluster, struct arena *arena, struct err *err);
void questions_clear(struct asked *questions, size_t n);	/* no answers */

void question_pick(struct asked *asked, size_t i, bool picked);
void question_move(struct asked *asked, size_t from, size_t to);
MUST_CHECK int question_answer(struct asked *asked, const char *words, struct err *err);
/* By places in the scenario's own list, from 1. */
void question_choose(struct asked *asked, const struct value *numbers);
void question_solve(struct asked *asked);	/* the right answer */
void question_right(const struct asked *asked, struct str *out);	/* it in words, a line each */
/* How much of it is right: *right of *of parts; why, a line for each that is wrong, appended. */
void question_judge(const struct asked *asked, size_t *right, size_t *of, struct str *why);

#endif
