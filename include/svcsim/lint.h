/* What is wrong with a pack before anybody tries it: its format, and what makes a question unfair. */
#ifndef SVCSIM_LINT_H
#define SVCSIM_LINT_H

#include "svcsim/err.h"
#include "svcsim/io.h"

/* id, what it asks for */
#define LINT_RULES(X) \
	X(format, "the file can be read as a scenario or a pack's description") \
	X(name, "metadata.name is the file's name without its number, and no other scenario of the pack has it") \
	X(objective, "AREA/TOPIC, and the area is one of those that exams draw from") \
	X(size, "minutes from 1 to 30 and a weight from 1 to 20") \
	X(variables, "every variable is used, and a task has one, so that two learners differ") \
	X(giveaway, "neither the task nor an early hint holds a line of the solution") \
	X(hints, "two hints or more for a task; those that cost leave points to be had") \
	X(wrong, "two wrong answers or more that people really give") \
	X(reachable, "every check that is no guard is lost by one of the wrong answers") \
	X(behaviour, "what behaves earns at least as many points as what is written") \
	X(why, "a check that may be lost says why it matters") \
	X(what, "checks that look at the same thing have lines that tell them apart") \
	X(text, "printable text in lines of up to 120 columns")
enum lint_rule {
#define LINT_RULE_ENUM(id, help) LINT_##id,
	LINT_RULES(LINT_RULE_ENUM)
#undef LINT_RULE_ENUM
	LINT_RULE_COUNT
};
const char *lint_rule_name(enum lint_rule rule);

struct lint_fault {
	enum lint_rule rule;
	struct err at;		/* the place and the text */
};

/*
 * Every fault of the folder's files, by file and then as they stand in it; fn borrows.  A file that can't be read has one
 * fault, of its format.  -1: the folder can't be read.
 */
MUST_CHECK int pack_lint(struct io *io, const char *folder, void (*fn)(void *arg, const struct lint_fault *fault), void *arg,
	struct err *err);

#endif
