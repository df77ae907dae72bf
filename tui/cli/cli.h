/*
 * The command line: one row of a table for each subcommand, from which come parsing, --help, the manual page and
 * completion.  A row's run prints through cli->io and answers with the exit status: 0 done, 1 no, 2 wrong usage, 3 bad
 * input.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "cli/files.h"
#include "cli/stream.h"
#include "svcsim/sim.h"

struct cli {
	struct io io;
	struct files files;
	struct stream out, err;
	bool interactive;	/* a person sits at both ends: standard input and output are terminals */
	struct flags flags;	/* of the subcommand's own tables */
	struct io_names words;	/* argv for the sim: what is not in flags, [0] the subcommand's name */
};

/* How the words after a subcommand are read. */
enum words {
	WORDS_OWN,	/* all by the row's flags */
	WORDS_SIM,	/* the row's flags are taken out, the rest is the sim's command of that name */
	WORDS_SIM_COMMAND, /* the same, and a command follows that keeps its flags: after "--", else after the first word */
	WORDS_KEPT,	/* all are the sim's; the row's flags stand before the subcommand */
};

struct subcommand {
	const char *name;
	const char *usage;	/* without "svcsim" and name */
	const char *help;	/* one line */
	const char *more;	/* paragraphs for --help and the manual; NULL */
	const struct flag *const *flags;	/* NULL-ended list of tables */
	const char *args;	/* completes the words: a comma list, or "@kind" as in struct flag; NULL */
	const struct subcommand *subs;	/* NULL, or ended by name NULL: the first word chooses */
	enum words words;
	bool hidden;
	int (*run)(struct cli *cli);
};

extern const struct subcommand subcommands[];	/* ended by name NULL */
const struct subcommand *subcommand_find(const struct subcommand *table, const char *name);

/* The sim's command of that name, NULL: there is none. */
const struct sim_word *sim_command_word(const char *name);

/* Tables that rows share. */
extern const struct flag cluster_flags[];	/* --filename, --as-stored, --cluster, --seed */
extern const struct flag color_flags[];
extern const struct flag help_flags[];
extern const struct flag version_flags[];
extern const struct flag *const global_flags[];	/* what may stand before the subcommand */

/* Prints "svcsim: text" with its place on stderr; returns the exit status and releases err. */
int cli_fail(struct cli *cli, struct err *err);
/* Wrong usage: prints the text and where help is; returns 2. */
int cli_usage(struct cli *cli, const char *command, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same for a name that table, of group or "", doesn't have: says which one is near. */
int cli_unknown(struct cli *cli, const struct subcommand *table, const char *group, const char *name);
/* The i-th word, NULL when there are fewer. */
const char *cli_arg(const struct cli *cli, size_t i);

/* argv without the program's name. */
int cli_run(struct cli *cli, int argc, const char *const *argv);

/* help.c */
void help_program(struct sink *out);
void help_subcommand(const struct subcommand *group, const struct subcommand *row, struct sink *out);

#endif
