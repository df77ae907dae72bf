/* The questions of an attempt as rows that a mark moves over: options to pick, items to move, blanks to write in. */
#ifndef SCREEN_ANSWERS_H
#define SCREEN_ANSWERS_H

#include "svcsim/exam.h"
#include "svcsim/str.h"

struct answer_row {
	size_t q;		/* question */
	size_t at;		/* option, or place of an order */
	struct question question;
};

size_t answers_rows(const struct attempt *attempt);
struct answer_row answers_row(const struct attempt *attempt, size_t row);
/* What stands in the row: "B  NodePort", "[10.96.0.10]"; appended. */
void answers_row_text(const struct attempt *attempt, const struct answer_row *row, struct str *out);
/* How a question of that kind is answered, in one line. */
const char *answers_help(enum question_kind kind);

#endif
