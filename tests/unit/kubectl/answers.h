/* Files of command lines and their answers: "$ line", what it prints, "! " before each line of its errors, "\exit status". */
#ifndef TESTS_ANSWERS_H
#define TESTS_ANSWERS_H

#include <stdio.h>

#include "svcsim/str.h"

struct answer {
	struct str line, out, err;
	int status;
};
#define ANSWER_INIT { STR_INIT, STR_INIT, STR_INIT, 0 }

static inline void
answer_release(struct answer *answer)
{
	str_release(&answer->line);
	str_release(&answer->out);
	str_release(&answer->err);
}

static inline bool
read_line(FILE *file, struct str *line)
{
	int c;

	str_clear(line);
	while ((c = getc(file)) != EOF && c != '\n')
		str_addch(line, (char)c);
	return c != EOF || line->len;
}

/* What stands before the "$ " of a line is comment. */
static inline bool
next_answer(FILE *file, struct answer *answer)
{
	struct str line = STR_INIT;
	bool found = false;

	str_clear(&answer->line);
	str_clear(&answer->out);
	str_clear(&answer->err);
	while (!found && read_line(file, &line)) {
		if (str_starts(line.buf, "$ ") && !answer->line.len)
			str_add(&answer->line, line.buf + 2);
		else if (sscanf(line.buf, "\\exit %d", &answer->status) == 1)
			found = true;
		else if (answer->line.len && str_starts(line.buf, "! "))
			str_addf(&answer->err, "%s\n", line.buf + 2);
		else if (answer->line.len)
			str_addf(&answer->out, "%s\n", line.buf);
	}
	str_release(&line);
	return found;
}

#endif
