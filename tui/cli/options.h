/*
 * Splits the words after a subcommand into those that the row's flags take and those that go on to the sim, whose
 * flags are known only so far that a value is not taken for a flag.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/cli.h"

struct options_split {
	const struct flag *const *mine, *const *theirs;	/* NULL-ended lists of tables; theirs may be NULL */
	bool stop;	/* at the first word that is no flag, everything left is theirs */
};

/* The row that a word such as -f, --filename or --filename=x is of; NULL. */
const struct flag *options_flag(const struct flag *const *tables, const char *word);
/* Whether the value of the flag is the next word. */
bool options_value_follows(const struct flag *row, const char *word);

void options_split(const struct options_split *split, int argc, const char *const *argv, struct io_names *mine,
	struct io_names *rest);
/* How many words at the start of argv are flags of these tables, with their values. */
int options_before(const struct flag *const *tables, int argc, const char *const *argv);

#endif
