/*
 * The language of jq 1.6, as much of it as people pipe kubectl's JSON into: paths, pipes, commas, objects and arrays,
 * arithmetic and comparison, if, try, reduce, foreach, variables, functions, updates, formats, and the usual builtins.
 * Values are api's; nothing is changed in place.
 */
#ifndef HOST_JQ_H
#define HOST_JQ_H

#include <stdbool.h>

#include "api/value.h"
#include "svcsim/str.h"

#define JQ_DEPTH_MAX 300u		/* of programs in programs */
#define JQ_CALLS_MAX 2000u		/* of evaluations in each other */
#define JQ_STEPS_MAX 3000000u		/* of one run */

struct jq_node;
struct jq_environment;

struct jq {
	struct arena arena;		/* of programs and of what they make */
	const struct jq_environment *builtins;
	const struct jq_node *program;	/* NULL: it doesn't compile */
	const char *regex;		/* that match/2 is asked for, as it was written */
	const struct value *thrown;	/* of error(value); NULL: error is the message */
	struct str error;		/* why, in jq's own words without "jq: error: " */
	const struct value *named;	/* $__prog_args: a map of --arg and --argjson */
	unsigned depth, steps;
};

/* named: what --arg made, NULL for none; it has to stay.  false: error says why.  jq_release is due either way. */
bool jq_compile(struct jq *jq, const char *text, const struct value *named);
/* fn gets each result until it answers false; false when the program failed, which error says. */
bool jq_run(struct jq *jq, const struct value *input, bool (*fn)(void *arg, const struct value *value), void *arg);
void jq_release(struct jq *jq);

/* As jq prints it; indent 0: in one line.  Keys stay in their order unless sorted. */
void jq_print(const struct value *value, unsigned indent, bool sorted, struct str *out);

#endif
