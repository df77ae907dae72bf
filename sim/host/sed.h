/* sed: its script as commands (sed_parse.c), which cmd_sed.c runs over lines. */
#ifndef HOST_SED_H
#define HOST_SED_H

#include "host/pattern.h"
#include "svcsim/io.h"
#include "svcsim/vec.h"

enum sed_address_kind {
	SED_ALWAYS, SED_LINE, SED_LAST, SED_PATTERN, SED_STEP,
	SED_BEHIND, SED_MULTIPLE,	/* only second: addr,+N and addr,~N */
};
struct sed_address {
	enum sed_address_kind kind;
	size_t line, step;
	struct pattern *pattern;	/* NULL: the last one used */
};

/* One piece of what s puts in: text, a group, or a change of case (U L u l E). */
struct sed_piece {
	char kind;		/* 't', 'g', or the case's letter */
	char *text;
	size_t group;
};

struct sed_command {
	struct sed_address from, to;
	bool invert, has_to;
	bool inside;		/* of a range; until: its last line, 0 when a pattern says */
	size_t until;
	char letter;
	char *text;		/* of a i c, a file's name, a label, y's characters */
	char *second;		/* what y makes of them; the file of s///w; NULL */
	size_t target;		/* of { b t T: the command that it leads to */
	size_t number;		/* of l q Q; which match of s */
	bool has_number;
	struct pattern *pattern;	/* of s; NULL: the last one used */
	VEC(struct sed_piece) pieces;
	bool global, print;
};

struct sed_script {
	VEC(struct sed_command) commands;
	char *error;		/* "-e expression #1, char 3: unterminated `s' command"; NULL */
};

/* text is all of -e and -f with newlines between; starts: where each -e begins. */
bool sed_parse(struct sed_script *script, const char *text, const size_t *starts, size_t nstarts, bool extended);
void sed_script_release(struct sed_script *script);

#endif
