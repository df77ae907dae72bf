/* awk's program text, read while it is run: the words and expressions that statements are made of. */
#ifndef HOST_AWK_H
#define HOST_AWK_H

#include "base/map.h"
#include "svcsim/io.h"
#include "svcsim/str.h"
#include "svcsim/vec.h"

#define AWK_DEPTH_MAX 64

enum awk_phase { AWK_BEGIN, AWK_LINE, AWK_END };

struct awk {
	struct io *io;
	const char *at;			/* in the script */
	enum awk_phase phase;
	bool doing, failed, next;
	unsigned depth;
	struct str line, out;
	const char *separator;		/* -F; NULL: blanks */
	VEC(char *) fields;
	size_t nr;
	struct map variables;		/* name -> char *, owned */
	struct map patterns;		/* text -> struct pattern *, owned */
};

struct cell {		/* a value */
	struct str text;
	bool number;	/* made by arithmetic, or input that looks like a number */
};

/* The first failure counts: it is said, and nothing is done any more. */
void awk_fail(struct awk *awk, const char *what);
void awk_skip_blanks(struct awk *awk);
void awk_skip_ends(struct awk *awk);	/* of statements */
bool awk_take(struct awk *awk, const char *word);	/* the word, when it is next */
/* From behind the opening delimiter to behind the closing one. */
void awk_take_delimited(struct awk *awk, char delimiter, struct str *out);
/* The pattern is compiled once, and kept. */
bool awk_matches(struct awk *awk, const char *pattern_text, const char *text);

/* Each reads one, and sets value, whose text is the caller's to release. */
void awk_expression(struct awk *awk, struct cell *value);
void awk_primary(struct awk *awk, struct cell *value);

double cell_number(const struct cell *value);
bool cell_truth(const struct cell *value);
void cell_set_number(struct cell *value, double number);
void cell_set_input(struct cell *value, const char *text);	/* a number too when it looks like one */

#endif
