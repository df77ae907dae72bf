/* An attempt from inside, for grading. */
#ifndef EXAM_ATTEMPT_H
#define EXAM_ATTEMPT_H

#include "exam/question.h"
#include "exam/scenario.h"
#include "sim.h"
#include "svcsim/vec.h"

/* What an editor left, in order. */
struct edits {
	VEC(char *) texts;	/* each owned */
	size_t taken;
};

/* The spec with the variables filled in; NULL-safe to read by value_get. */
const struct value *attempt_spec(const struct attempt *attempt);
struct asked *attempt_asked(struct attempt *attempt, size_t q);

/* What has happened is told to the listener. */
void attempt_note(struct attempt *attempt, int64_t at, enum attempt_act act, const char *text);
/* While it is silent nothing is told; returns what it was. */
bool attempt_silence(struct attempt *attempt, bool silent);
/* To come: the next line that is done again takes them. */
struct edits *attempt_edits(struct attempt *attempt);

#endif
