/*
 * Command-line flags as pflag (the library of kubectl) reads them: --name value, --name=value, -n value, -nvalue,
 * -n=value, --bool, --bool=false, letters run together (-Aw), and "--" which ends them.  A table of rows feeds the
 * parser, --help, the man page and completion.  Error texts are pflag's: "unknown flag: --x", "unknown shorthand
 * flag: 'x' in -x", "flag needs an argument: --port", `invalid argument "x" for "--port" flag: ...`.
 */
#ifndef SVCSIM_FLAG_H
#define SVCSIM_FLAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "svcsim/err.h"
#include "svcsim/str.h"

enum flag_type {
	FLAG_BOOL,
	FLAG_STRING,
	FLAG_INT,	/* 32 or 64 bits, as strconv.ParseInt says */
	FLAG_STRINGS,	/* may be repeated; commas separate (pflag's stringSlice) */
	FLAG_ARRAY,	/* may be repeated; commas are kept (pflag's stringArray) */
	FLAG_DURATION,	/* 1m30s; flag_int gives seconds */
};

struct flag {
	const char *name;	/* without dashes; NULL ends a table */
	char letter;		/* 0: none */
	enum flag_type type;
	const char *standard;	/* the default as --help prints it; NULL for none */
	const char *bare;	/* the value of --name alone (pflag's NoOptDefVal); bools have "true" */
	const char *complete;	/* what completes the value: a comma list of words, or "@kind" for a completer; NULL */
	const char *help;	/* one sentence, our own words; NULL: the flag isn't shown */
};

struct flags {
	struct flag_value *values;
	size_t n;
	char **args;		/* what is not a flag, in order; owned */
	size_t nargs;
	size_t dash;		/* how many args stood before "--"; SIZE_MAX without one */
	struct str line;	/* the flags in their order and by their long names, " --name=value" each */
};

/* tables: NULL-ended list of tables, searched in order.  On failure *flags is empty and err says why (ERR_USAGE). */
MUST_CHECK int flags_parse(struct flags *flags, const struct flag *const *tables, int argc, const char *const *argv,
	struct err *err);
void flags_release(struct flags *flags);

bool flag_given(const struct flags *flags, const char *name);
/* The value given, else the row's default; NULL where there is none.  An unknown name is a BUG. */
const char *flag_string(const struct flags *flags, const char *name);
bool flag_bool(const struct flags *flags, const char *name);
int64_t flag_int(const struct flags *flags, const char *name);
int64_t flag_duration(const struct flags *flags, const char *name);	/* in the clock's units, not whole seconds */
size_t flag_count(const struct flags *flags, const char *name);	/* of a repeated flag's values */
const char *flag_item(const struct flags *flags, const char *name, size_t i);

/* Go's time.ParseDuration: nanoseconds; false, and why not at the end of *why. */
MUST_CHECK bool duration_read(const char *text, int64_t *value, struct str *why);
/* The rows as kubectl's "Options:" prints them. */
void flags_help(const struct flag *const *tables, struct str *out);

#endif
