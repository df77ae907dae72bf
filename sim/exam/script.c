#include "exam/script.h"

#include <stdlib.h>
#include <string.h>

#include "exam/attempt.h"

#define ANSWER_WORD "answer"
#define LAST_LINES 5
#define LAST_BYTES 1000	/* of them, at most */

static int
type_answer(struct attempt *attempt, const char *words, struct err *err)
{
	size_t q;

	words += strspn(words, " ");
	return attempt_find_question(attempt, &words, &q, err) || attempt_answer(attempt, q, words, err) ? -1 : 0;
}

static bool
is_answer(const struct attempt *attempt, const char *line)
{
	return attempt_questions(attempt) && str_starts(line, ANSWER_WORD " ");
}

/* The end of an output, which is where a command says why it failed. */
static const char *
last_lines(const char *text)
{
	size_t len = strlen(text), at = len;
	int lines = 0;

	while (at && len - at < LAST_BYTES && !(at < len && text[at - 1] == '\n' && ++lines == LAST_LINES))
		at--;
	return text + at;
}

/* One complete line; what it printed is in output. */
static int
type_line(struct attempt *attempt, const char *line, bool strict, struct err *err)
{
	struct sink_str sink = SINK_STR_INIT;
	struct io io = { .out = &sink.sink, .err = &sink.sink };
	int status;

	if (is_answer(attempt, line)) {
		if (!type_answer(attempt, line + strlen(ANSWER_WORD), err))
			return 0;
		if (!strict)
			err_release(err);
		return strict ? -1 : 0;
	}
	status = sim_line(attempt_sim(attempt), &io, line);
	cluster_settle(sim_cluster(attempt_sim(attempt)));
	if (strict && status)
		err_set(err, ERR_FAILED, "`%s` ends with %d: %s", line, status, last_lines(sink.str.buf));
	str_release(&sink.str);
	return strict && status ? -1 : 0;
}

int
script_type(struct attempt *attempt, const char *script, bool strict, struct err *err)
{
	struct str line = STR_INIT;
	int result = 0;

	for (const char *at = script; *at && !result;) {
		size_t len = strcspn(at, "\n");

		str_addn(&line, at, len);
		at += len + (at[len] == '\n');
		if (sim_wants_more(line.buf) && *at) {
			str_addch(&line, '\n');
			continue;
		}
		result = type_line(attempt, line.buf, strict, err);
		str_clear(&line);
	}
	str_release(&line);
	return result;
}
