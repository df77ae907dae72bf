/*
 * The checks of a scenario: each reads the cluster and answers with what it got and what it wanted.  None changes
 * anything, and none rolls dice: a connection is judged by all its branches.
 */
#ifndef EXAM_CHECK_H
#define EXAM_CHECK_H

#include "exam/question.h"
#include "trace/trace.h"

/*
 * id, a guard, what it looks at.  A guard holds on the untouched cluster as well (something was kept), so it earns its points only
 * together with a check that is none; `guard: true` makes any check one.
 */
#define CHECK_KINDS(X) \
	X(object, false, "the object is there, and its fields are so") \
	X(reach, false, "a connection, judged by all its branches") \
	X(resolve, false, "what a pod gets for a name") \
	X(unchanged, true, "the object is as setup and prepare left it") \
	X(file, false, "a file of the candidate's terminal") \
	X(answer, false, "the answers to questions; what is right in part earns its part")

struct check_context {
	struct cluster *cluster;
	const struct object *before;	/* of unchanged: the object as the setup left it; NULL: there was none */
	const struct asked *questions;	/* of answer */
	size_t nquestions;
	const struct map *files;	/* of file: the candidate's own, as the shell has them */
	struct arena *arena;		/* where the result's texts are made */
};

/*
 * check is one element of spec.checks, variables filled in.  points is of when it passes; an answer that is right in part
 * earns its part, rounded down; else 0.
 */
void check_judge(const struct check_context *context, const struct value *check, struct check_result *result);
bool check_is_guard(const struct value *check);
/* What an unchanged check looks at, as the cluster has it now; NULL for other checks, and when there is none. */
const struct object *check_subject(const struct cluster *cluster, const struct value *check);
/* Whether the check's kind of object is one that the API server knows. */
MUST_CHECK int check_validate(const char *file, const struct value *check, struct err *err);

/*
 * All branches.  Where the words leave a choice (`node:80` is any worker), the dice are those of connection 0, whatever
 * was connected before; and the count does not move.
 */
MUST_CHECK int check_trace(struct cluster *cluster, const struct trace_request *request, struct trace *trace,
	struct err *err);

#endif
