#include "screen/answers.h"

#define BLANK_COLUMNS 12	/* a blank is seen to be one */

static size_t
rows_of(const struct question *question)
{
	return question->kind == QUESTION_TEXT ? 1 : question->noptions;
}

size_t
answers_rows(const struct attempt *attempt)
{
	size_t n = 0;

	for (size_t q = 0; q < attempt_questions(attempt); q++) {
		struct question question = attempt_question(attempt, q);

		n += rows_of(&question);
	}
	return n;
}

struct answer_row
answers_row(const struct attempt *attempt, size_t row)
{
	struct answer_row found = { 0, row, attempt_question(attempt, 0) };

	while (found.at >= rows_of(&found.question)) {
		found.at -= rows_of(&found.question);
		found.question = attempt_question(attempt, ++found.q);
	}
	return found;
}

void
answers_row_text(const struct attempt *attempt, const struct answer_row *row, struct str *out)
{
	size_t option = row->question.kind == QUESTION_ORDER ? attempt_place(attempt, row->q, row->at) : row->at;

	if (row->question.kind == QUESTION_TEXT)
		str_addf(out, "[%-*s]", BLANK_COLUMNS, attempt_words(attempt, row->q));
	else
		str_addf(out, "%c  %s", (int)('A' + option), attempt_option(attempt, row->q, option));
}

const char *
answers_help(enum question_kind kind)
{
	static const char *const helps[] = {
		[QUESTION_ONE] = "One is right.",
		[QUESTION_MANY] = "Several may be right.",
		[QUESTION_ORDER] = "Put them in order.",
		[QUESTION_TEXT] = "Write the answer.",
	};

	return helps[kind];
}
