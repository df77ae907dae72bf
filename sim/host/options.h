/*
 * Options as GNU tools read them: letters run together, values beside or behind, "--" ends them, and words that are no
 * options may stand between.
 *
 *	struct options options;
 *	options_init(&options, io, argc, argv, "n:v", NULL);
 *	while (options_next(&options)) ... options.letter, options.value
 *	... options.words.v, options.words.n
 */
#ifndef HOST_OPTIONS_H
#define HOST_OPTIONS_H

#include "svcsim/io.h"

struct options {
	struct io *io;
	int argc;
	const char *const *argv;
	const char *letters;		/* as getopt's: a colon after one that has a value, two when only one beside it */
	const char *const *longs;	/* "name=letter", NULL-ended; NULL for none */
	bool numbers;			/* -5 is the letter '0' with the value "5" */
	void (*complain)(struct io *io, const char *word, bool unknown);	/* instead of GNU's words; unknown: else a value is missing */
	const char *usage;		/* a line between the words of a complaint; NULL */
	bool first_ends;		/* the first word ends the options (xargs, sudo) */
	int at;
	const char *rest;		/* letters left in the word */
	bool ended;
	char letter;
	const char *value;
	bool failed;			/* said on the error stream */
	VEC(const char *) words;
};

void options_init(struct options *options, struct io *io, int argc, const char *const *argv, const char *letters,
	const char *const *longs);
bool options_next(struct options *options);
void options_release(struct options *options);

/* A number from 0 on, as a value; false and said on the error stream when it isn't one. */
bool options_number(struct options *options, const char *what, size_t *number);

/*
 * The text of a file for a command; false and "NAME: PATH: why" on the error stream when it can't be read.  Appends.
 */
bool input_read(struct io *io, const char *command, const char *path, struct str *out);
/* The lines of a text without their newlines: *line and *len, false at the end.  at begins at 0. */
bool line_next(const struct str *text, size_t *at, const char **line, size_t *len);

#endif
