/*
 * What a learner did, done again.  An event is told when it is over, so that what was kept never holds half of one; what
 * an editor left comes before the line that opened it, since that is when the line needs it.
 */
#include <stdlib.h>
#include <string.h>

#include "exam/attempt.h"

static const char *const act_names[] = {
#define ACT_NAME(id, text) #id,
	ATTEMPT_ACTS(ACT_NAME)
#undef ACT_NAME
};

const char *
attempt_act_name(enum attempt_act act)
{
	return act_names[act];
}

enum attempt_act
attempt_act_find(const char *name)
{
	size_t act = 0;

	while (act < ACT_COUNT && strcmp(act_names[act], name) != 0)
		act++;
	return (enum attempt_act)act;
}

/* ---- a line ---- */

/* The terminal of one line, as the shell sees it. */
struct terminal {
	struct io io;
	struct io *real;	/* NULL: the line is done again, and edits has what was left */
	struct edits *edits;
};

/* An editor that failed changed nothing, and the same text comes back. */
static int
edit_and_keep(struct io *io, struct io_edit *edit)
{
	struct terminal *terminal = (struct terminal *)io;
	char *before = xstrndup(edit->text.buf, edit->text.len);
	int failed = terminal->real->edit(terminal->real, edit);

	*vec_push(&terminal->edits->texts) = failed ? before : xstrndup(edit->text.buf, edit->text.len);
	if (!failed)
		free(before);
	return failed;
}

static int
edit_again(struct io *io, struct io_edit *edit)
{
	struct edits *edits = ((struct terminal *)io)->edits;

	if (edits->taken == edits->texts.n)
		return -1;
	str_clear(&edit->text);
	str_add(&edit->text, edits->texts.v[edits->taken++]);
	return 0;
}

static void
forget_edits(struct edits *edits)
{
	for (size_t i = 0; i < edits->texts.n; i++)
		free(edits->texts.v[i]);
	vec_release(&edits->texts);
	edits->taken = 0;
}

int
attempt_line(struct attempt *attempt, struct io *io, const char *line)
{
	struct edits edits = { VEC_INIT, 0 };
	struct terminal terminal = { *io, io, &edits };
	int64_t at = sim_now(attempt_sim(attempt));
	int status;

	if (io->edit)
		terminal.io.edit = edit_and_keep;
	status = sim_line(attempt_sim(attempt), &terminal.io, line);
	for (size_t i = 0; i < edits.texts.n; i++)
		attempt_note(attempt, at, ACT_edit, edits.texts.v[i]);
	forget_edits(&edits);
	attempt_note(attempt, at, ACT_line, line);
	return status;
}

/* ---- again ---- */

static int
line_again(struct attempt *attempt, const char *text, struct err *err)
{
	struct sink_str sink = SINK_STR_INIT;
	struct terminal terminal = { { .out = &sink.sink, .err = &sink.sink, .edit = edit_again }, NULL,
		attempt_edits(attempt) };

	(void)err;
	(void)sim_line(attempt_sim(attempt), &terminal.io, text);
	str_release(&sink.str);
	forget_edits(attempt_edits(attempt));
	return 0;
}

static int
edit_to_come(struct attempt *attempt, const char *text, struct err *err)
{
	(void)err;
	*vec_push(&attempt_edits(attempt)->texts) = xstrdup(text);
	return 0;
}

static int
answer_again(struct attempt *attempt, const char *text, struct err *err)
{
	size_t q;

	return attempt_find_question(attempt, &text, &q, err) || attempt_answer(attempt, q, text, err) ? -1 : 0;
}

static int
hint_again(struct attempt *attempt, const char *text, struct err *err)
{
	size_t i = strtoul(text, NULL, 10);

	return attempt_hint(attempt, i) ? 0 : err_set(err, ERR_INPUT, "there is no hint %s", text);
}

static int
reset_again(struct attempt *attempt, const char *text, struct err *err)
{
	(void)text;
	return attempt_reset(attempt, err);
}

/* Judging changes nothing, but it waits for what is going on. */
static int
check_again(struct attempt *attempt, const char *text, struct err *err)
{
	(void)text;
	(void)err;
	cluster_rest(sim_cluster(attempt_sim(attempt)));
	return 0;
}

int
attempt_replay(struct attempt *attempt, const struct attempt_event *event, struct err *err)
{
	static int (*const again[])(struct attempt *attempt, const char *text, struct err *err) = {
		[ACT_line] = line_again,
		[ACT_edit] = edit_to_come,
		[ACT_answer] = answer_again,
		[ACT_hint] = hint_again,
		[ACT_reset] = reset_again,
		[ACT_check] = check_again,
	};
	struct sim *sim = attempt_sim(attempt);
	bool silent = attempt_silence(attempt, true);
	int result;

	if (event->at > sim_now(sim))
		sim_tick(sim, event->at);
	result = again[event->act](attempt, event->text, err);
	attempt_silence(attempt, silent);
	return result;
}
