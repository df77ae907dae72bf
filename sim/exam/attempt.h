/* An attempt from inside, for grading. */
#ifndef EXAM_ATTEMPT_H
#define EXAM_ATTEMPT_H

#include "exam/question.h"
#include "exam/scenario.h"
#include "sim.h"

/* The spec with the variables filled in; NULL-safe to read by value_get. */
const struct value *attempt_spec(const struct attempt *attempt);
struct asked *attempt_asked(struct attempt *attempt, size_t q);

#endif
