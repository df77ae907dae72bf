/*
 * Regular expressions as Perl has them, for grep -P: classes (\d \w \s), lazy quantifiers, groups, (?: ), look-around,
 * \b, \K and \1.  A pattern becomes a small program that goes back where it fails; how far is bounded.
 */
#ifndef HOST_PERL_PATTERN_H
#define HOST_PERL_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "svcsim/str.h"
#include "svcsim/vec.h"

enum perl_op { PERL_SET, PERL_SPLIT, PERL_JUMP, PERL_SAVE, PERL_BEGIN, PERL_END, PERL_WORD, PERL_NO_WORD, PERL_LOOK, PERL_KEEP,
	PERL_BACK, PERL_MARK, PERL_MOVED, PERL_MATCH };
struct perl_step {
	enum perl_op op;
	size_t to[2];		/* of SPLIT (first what is tried first), JUMP and LOOK: where it goes on */
	unsigned number;	/* of SAVE and BACK: which group */
	bool behind, negative;	/* of LOOK */
	uint8_t set[32];	/* of SET: which bytes */
};
struct perl_pattern {
	VEC(struct perl_step) steps;
	unsigned groups;
};

/* false: *why says what is wrong.  perl_pattern_release is due either way. */
bool perl_pattern_compile(struct perl_pattern *pattern, const char *text, bool ignore_case, struct str *why);
void perl_pattern_release(struct perl_pattern *pattern);
/* 1: a match from *start (what \K says) to *end; 0: none; -1: it would take too long. */
int perl_pattern_match(const struct perl_pattern *pattern, const char *text, size_t from, size_t *start, size_t *end);

#endif
