/*
 * What could stand at the end of a command line: verbs, flags and their values, types, and names of the cluster's objects, as
 * kubectl and cobra, its library of commands, find them.
 */
#ifndef KUBECTL_COMPLETE_H
#define KUBECTL_COMPLETE_H

#include "kubectl/kubectl.h"

/* What the person's shell is to do besides: cobra's ShellCompDirective. */
enum {
	COMPLETE_FILES = 0,		/* when there is no candidate, files */
	COMPLETE_NO_SPACE = 2,		/* none behind a single candidate */
	COMPLETE_NO_FILES = 4,
	COMPLETE_EXTENSIONS = 8,	/* the candidates are extensions of files */
};

/* One candidate for the whole last word, or of a flag's value for that alone, and what it is ("" where that is plain). */
typedef void complete_fn(void *arg, const char *candidate, const char *help);

/* argv without "kubectl", its last word the one that is being typed.  The directive. */
unsigned kubectl_complete(struct kubectl *kubectl, int argc, const char *const *argv, complete_fn *fn, void *arg);

#endif
