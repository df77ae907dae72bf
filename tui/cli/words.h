/*
 * Splits the words after a subcommand into those that the row's flags take and those that go on to the sim, whose
 * flags are known only so far that a value is not taken for a flag.
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "cli/cli.h"

struct words_split {
	const struct flag *const *mine, *const *theirs;	/* NULL-ended lists of tables; theirs may be NULL */
	bool stop;	/* at the first word that is no flag, everything left is theirs */
};

void words_split(const struct words_split *split, int argc, const char *const *argv, struct io_names *mine,
	struct io_names *rest);
/* How many words at the start of argv are flags of these tables, with their values. */
int words_flags_before(const struct flag *const *tables, int argc, const char *const *argv);

#endif
