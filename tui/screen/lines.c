#include "screen/lines.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "screen/view.h"
#include "shell/editor.h"
#include "term/wrap.h"

struct lines {
	struct drill *drill;
	struct exam *exam;	/* NULL: practising; else drill is its question */
	struct io io;		/* no files of this machine */
	void (*flush)(void *arg);
	void *flush_arg;
	bool over;
};

static void
say_err(struct lines *lines, struct err *err)
{
	struct str text = STR_INIT;

	err_print(err, &text);
	sink_printf(lines->io.err, "svcsim: %s", text.buf);
	str_release(&text);
	err_release(err);
}

/* ---- what is printed ---- */

static void
print_question(struct lines *lines, size_t q)
{
	struct attempt *attempt = lines->drill->attempt;
	struct question question = attempt_question(attempt, q);
	const char *words = attempt_words(attempt, q);

	if (question.prompt[0])
		sink_printf(lines->io.out, "%s\n", question.prompt);
	for (size_t i = 0; i < question.noptions; i++)
		sink_printf(lines->io.out, "  %c  %s\n", (int)('A' + i), attempt_option(attempt, q, i));
	sink_printf(lines->io.out, "%s: %s\n", question.name, words[0] ? words : "-");
}

static void
print_questions(struct lines *lines)
{
	static const char *const examples[] = { [QUESTION_ONE] = "A", [QUESTION_MANY] = "A,C", [QUESTION_ORDER] = "C,A,B",
		[QUESTION_TEXT] = "WORDS" };
	struct attempt *attempt = lines->drill->attempt;
	size_t n = attempt_questions(attempt);

	for (size_t q = 0; q < n; q++)
		print_question(lines, q);
	if (n)
		sink_printf(lines->io.out, "\n(:answer %s%s%s%s)\n", n > 1 ? attempt_question(attempt, 0).name : "",
			n > 1 ? " " : "", examples[attempt_question(attempt, 0).kind], lines->exam ? "" : ", then :check");
}

/* Broken at the terminal's width, where there is one. */
static void
put_paragraph(const struct io *io, const char *text)
{
	struct str joined = STR_INIT, ready = STR_INIT;
	struct wrap rows = VEC_INIT;

	if (!io->columns) {
		sink_printf(io->out, "%s%s", text, *text && !str_ends(text, "\n") ? "\n" : "");
		return;
	}
	wrap_join(&joined, text);
	wrap_prepare(&ready, joined.buf, joined.len);
	wrap_text(&rows, ready.buf, ready.len, (int)io->columns);
	for (size_t i = 0; i < rows.n; i++)
		sink_printf(io->out, "%*s%.*s\n", rows.v[i].indent, "", (int)rows.v[i].len, ready.buf + rows.v[i].start);
	wrap_release(&rows);
	str_release(&ready);
	str_release(&joined);
}

static void
print_task(struct lines *lines)
{
	const struct drill *drill = lines->drill;

	if (drill->of)
		sink_printf(lines->io.out, "%s  (%d %s, %d %s)\n\n", drill->info.title, drill->of,
			drill->of == 1 ? "point" : "points", drill->info.minutes, drill->info.minutes == 1 ? "minute" : "minutes");
	else
		sink_printf(lines->io.out, "%s\n\n", drill->info.title);
	put_paragraph(&lines->io, attempt_task(drill->attempt));
	sink_put(lines->io.out, "\n");
	print_questions(lines);
}

static void
print_results(struct lines *lines)
{
	const struct drill *drill = lines->drill;

	for (size_t i = 0; i < drill->nresults; i++) {
		const struct check_result *result = &drill->results[i];

		sink_printf(lines->io.out, "%s %d/%d  %s\n", result->passed ? "pass" : "FAIL", result->points, result->of,
			result->what);
		if (result->passed && result->points < result->of)
			sink_put(lines->io.out, "          (it counts as soon as something else passes)\n");
		if (result->passed)
			continue;
		sink_printf(lines->io.out, "          got:  %s\n          want: %s\n", result->got, result->want);
		if (*result->why)
			sink_printf(lines->io.out, "          %s\n", result->why);
	}
	sink_printf(lines->io.out, "%d of %d points\n", drill->points, drill->of);
}

/* ---- the trainer's words ---- */

static int
word_check(struct lines *lines, const char *rest)
{
	struct err err = ERR_INIT;

	(void)rest;
	if (!lines->drill->of) {
		sink_put(lines->io.err, "nothing is asked here, so nothing is judged\n");
		return 1;
	}
	if (drill_check(lines->drill, &err))
		say_err(lines, &err);
	print_results(lines);
	return drill_solved(lines->drill) ? 0 : 1;
}

static int
word_hint(struct lines *lines, const char *rest)
{
	const struct drill *drill = lines->drill;
	int cost = drill->hints < drill->info.nhints ? attempt_hint_cost(drill->attempt, drill->hints) : 0;
	const char *hint = drill_hint(lines->drill);

	(void)rest;
	if (!hint) {
		sink_put(lines->io.err, "there is no further hint; :solution shows the way\n");
		return 1;
	}
	put_paragraph(&lines->io, hint);
	if (cost)
		sink_printf(lines->io.out, "(it costs %d %s)\n", cost, cost == 1 ? "point" : "points");
	return 0;
}

static int
word_solution(struct lines *lines, const char *rest)
{
	const struct attempt *attempt = lines->drill->attempt;

	(void)rest;
	for (size_t q = 0; q < attempt_questions(attempt); q++) {
		struct str right = STR_INIT;

		attempt_right(attempt, q, &right);
		sink_printf(lines->io.out, "%s%s%s", attempt_question(attempt, q).prompt, attempt_question(attempt, q).prompt[0] ? "\n" : "",
			right.buf);
		str_release(&right);
	}
	sink_printf(lines->io.out, "%s\n", attempt_solution(attempt));
	put_paragraph(&lines->io, attempt_explanation(attempt));
	return 0;
}

static int
word_task(struct lines *lines, const char *rest)
{
	(void)rest;
	print_task(lines);
	return 0;
}

static int
word_answer(struct lines *lines, const char *rest)
{
	struct attempt *attempt = lines->drill->attempt;
	struct err err = ERR_INIT;
	size_t q;

	if (!attempt_questions(attempt)) {
		sink_put(lines->io.err, "this task asks no question\n");
		return 1;
	}
	rest += strspn(rest, " ");
	if (attempt_find_question(attempt, &rest, &q, &err) || attempt_answer(attempt, q, rest, &err)) {
		say_err(lines, &err);
		return 1;
	}
	print_question(lines, q);
	return 0;
}

static int
word_reset(struct lines *lines, const char *rest)
{
	struct err err = ERR_INIT;

	(void)rest;
	if (drill_reset(lines->drill, &err)) {
		say_err(lines, &err);
		return 1;
	}
	sink_put(lines->io.out, "everything is as it was at the start\n");
	return 0;
}

static int
word_next(struct lines *lines, const char *rest)
{
	struct err err = ERR_INIT;

	(void)rest;
	if (!drill_has_next(lines->drill)) {
		sink_put(lines->io.err, "this was the pack's last scenario\n");
		return 1;
	}
	if (drill_next(lines->drill, &err)) {
		say_err(lines, &err);
		return 1;
	}
	print_task(lines);
	return 0;
}

static int
word_quit(struct lines *lines, const char *rest)
{
	(void)rest;
	lines->over = true;
	return drill_solved(lines->drill) ? 0 : 1;
}

/* ---- words of an exam ---- */

static void
print_place(struct lines *lines)
{
	const struct exam *exam = lines->exam;

	sink_printf(lines->io.out, "Question %zu of %zu, weight %d%s.  Solve it on: ssh %s\n", exam->at + 1, exam->n,
		lines->drill->info.weight, lines->drill->flagged ? ", flagged" : "", lines->drill->host);
	print_task(lines);
}

static int
go(struct lines *lines, size_t at)
{
	struct err err = ERR_INIT;

	if (exam_go(lines->exam, at, &err)) {
		say_err(lines, &err);
		return 1;
	}
	lines->drill = exam_question(lines->exam);
	print_place(lines);
	return 0;
}

static int
word_go(struct lines *lines, const char *rest)
{
	size_t at = strtoul(rest, NULL, 10);

	if (at >= 1 && at <= lines->exam->n)
		return go(lines, at - 1);
	sink_printf(lines->io.err, ":go takes a number from 1 to %zu\n", lines->exam->n);
	return 2;
}

static int
word_forth(struct lines *lines, const char *rest)
{
	(void)rest;
	return go(lines, (lines->exam->at + 1) % lines->exam->n);
}

static int
word_back(struct lines *lines, const char *rest)
{
	(void)rest;
	return go(lines, (lines->exam->at + lines->exam->n - 1) % lines->exam->n);
}

static int
word_flag(struct lines *lines, const char *rest)
{
	struct err err = ERR_INIT;

	(void)rest;
	if (exam_flag(lines->exam, &err))
		say_err(lines, &err);
	sink_put(lines->io.out, lines->drill->flagged ? "flagged\n" : "no longer flagged\n");
	return 0;
}

static int
word_time(struct lines *lines, const char *rest)
{
	int left = exam_seconds_left(lines->exam);

	(void)rest;
	sink_printf(lines->io.out, "%d:%02d:%02d left of %d minutes\n", left / 3600, left / 60 % 60, left % 60,
		lines->exam->minutes);
	return 0;
}

static int
word_questions(struct lines *lines, const char *rest)
{
	const struct exam *exam = lines->exam;

	(void)rest;
	for (size_t i = 0; i < exam->n; i++) {
		const struct drill *question = &exam->questions[i];

		sink_printf(lines->io.out, "%c %2zu  weight %d  %-7s  %-7s  %s\n", i == exam->at ? '>' : ' ', i + 1,
			question->info.weight, exam_touched(exam, i) ? "begun" : "-", question->flagged ? "flagged" : "",
			question->info.title);
	}
	return word_time(lines, rest);
}

static void
print_outcome(struct lines *lines)
{
	const struct exam *exam = lines->exam;
	struct paper_area areas[AREA_COUNT];
	size_t n = exam_areas(exam, areas);

	sink_printf(lines->io.out, "%s: %d %%, %s with %d %%; %d of %d minutes\n\nBy objective, weakest first:\n", exam->title,
		exam_percent(exam), exam_passed(exam) ? "passed, as" : "not passed: one passes", exam->pass, exam->seconds / 60,
		exam->minutes);
	for (size_t i = 0; i < n; i++)
		sink_printf(lines->io.out, "  %3d %%  %s (%d %s)\n", areas[i].percent, objective_area_title(areas[i].area),
			areas[i].questions, areas[i].questions == 1 ? "question" : "questions");
}

/* The result, then for each question that lacks points what its checks found and what would have been right. */
static int
word_finish(struct lines *lines, const char *rest)
{
	struct err err = ERR_INIT;

	(void)rest;
	if (exam_finish(lines->exam, &err))
		say_err(lines, &err);
	print_outcome(lines);
	for (size_t i = 0; i < lines->exam->n; i++) {
		lines->drill = &lines->exam->questions[i];
		sink_printf(lines->io.out, "\n%zu. %s: %d of %d points\n", i + 1, lines->drill->info.title, lines->drill->points,
			lines->drill->of);
		if (lines->drill->attempt && !drill_solved(lines->drill)) {
			print_results(lines);
			word_solution(lines, "");
		}
	}
	lines->over = true;
	return exam_passed(lines->exam) ? 0 : 1;
}

static int
word_break_off(struct lines *lines, const char *rest)
{
	(void)rest;
	sink_put(lines->io.out, "the clock stands; `svcsim exam --continue` goes on\n");
	lines->over = true;
	return 1;
}

static void
print_view(struct lines *lines, const struct view_model *model)
{
	struct sim *sim = drill_sim(lines->drill);
	struct scene *scene = scene_new(sim);
	const struct view_input input = { .scene = scene, .trail = sim_trail(sim), .hop = VIEW_ALL_HOPS,
		.columns = (int)lines->io.columns, .ascii = !term_unicode() };
	struct view_text text = VIEW_TEXT_INIT;

	model->lines(&input, &text);
	sink_put(lines->io.out, text.text.buf);
	view_text_release(&text);
	scene_free(scene);
}

static int
word_view(struct lines *lines, const char *rest)
{
	const struct view_model *model = view_find(rest + strspn(rest, " "));

	if (!model) {
		for (size_t i = 0; i < VIEW_MODEL_COUNT; i++)
			sink_printf(lines->io.err, ":view %-10s %s\n", view_models[i].name, view_models[i].help);
		return 2;
	}
	drill_tick(lines->drill);
	print_view(lines, model);
	return 0;
}

static int
word_trace(struct lines *lines, const char *rest)
{
	int status = drill_trace(lines->drill, &lines->io, rest);

	if (status <= 1)
		print_view(lines, view_find("packet"));
	return status;
}

static int word_help(struct lines *lines, const char *rest);

enum where { IN_DRILL = 1, IN_EXAM = 2 };
static const struct {
	const char *name, *usage, *help;
	unsigned where;
	int (*run)(struct lines *lines, const char *rest);
} words[] = {
	{ ":check", "", "judge what was done", IN_DRILL, word_check },
	{ ":hint", "", "show the next hint, which may cost points", IN_DRILL, word_hint },
	{ ":solution", "", "show the solution and what it teaches", IN_DRILL, word_solution },
	{ ":task", "", "print the task again", IN_DRILL | IN_EXAM, word_task },
	{ ":answer", " [NAME] A..", "answer a question, by letters or words", IN_DRILL | IN_EXAM, word_answer },
	{ ":view", " NAME", "show the cluster; without a name, how", IN_DRILL | IN_EXAM, word_view },
	{ ":trace", " WORDS", "trace a packet and show the way that it goes", IN_DRILL | IN_EXAM, word_trace },
	{ ":reset", "", "put the cluster back as it was", IN_DRILL, word_reset },
	{ ":next", "", "go to the next scenario", IN_DRILL, word_next },
	{ ":next", "", "go to the next question", IN_EXAM, word_forth },
	{ ":back", "", "go to the question before", IN_EXAM, word_back },
	{ ":go", " NUMBER", "go to that question", IN_EXAM, word_go },
	{ ":flag", "", "mark the question to come back to it, or no longer", IN_EXAM, word_flag },
	{ ":questions", "", "list the questions", IN_EXAM, word_questions },
	{ ":time", "", "say how much time is left", IN_EXAM, word_time },
	{ ":finish", "", "hand in: judge everything", IN_EXAM, word_finish },
	{ ":quit", "", "leave", IN_DRILL, word_quit },
	{ ":quit", "", "break off; the clock stands meanwhile", IN_EXAM, word_break_off },
	{ ":help", "", "this list", IN_DRILL | IN_EXAM, word_help },
};
#define NWORDS (sizeof words / sizeof words[0])

static bool
is_here(const struct lines *lines, size_t word)
{
	return words[word].where & (lines->exam ? IN_EXAM : IN_DRILL);
}

static int
word_help(struct lines *lines, const char *rest)
{
	(void)rest;
	for (size_t i = 0; i < NWORDS; i++)
		if (is_here(lines, i))
			sink_printf(lines->io.out, "%s%-*s %s\n", words[i].name, (int)(20 - strlen(words[i].name)), words[i].usage,
				words[i].help);
	sink_put(lines->io.out, "everything else is a line of the shell, such as: kubectl get svc\n");
	return 0;
}

static int
run_word(struct lines *lines, const char *line)
{
	size_t len = strcspn(line, " ");

	for (size_t i = 0; i < NWORDS; i++)
		if (is_here(lines, i) && strncmp(words[i].name, line, len) == 0 && !words[i].name[len])
			return words[i].run(lines, line + len);
	sink_printf(lines->io.err, "no %.*s here; :help lists what there is\n", (int)len, line);
	return 2;
}

/* true: the time was up, and what came too late is not done. */
static bool
time_is_up(struct lines *lines)
{
	if (!lines->exam || lines->over || !exam_tick(lines->exam))
		return false;
	sink_put(lines->io.out, "The time is up.\n");
	word_finish(lines, "");
	return true;
}

/* ---- as the shell's host ---- */

static int
run_line(void *arg, const char *line)
{
	struct lines *lines = arg;
	int status;

	if (time_is_up(lines))
		status = 1;
	else if (line[0] == ':' && ascii_isalpha(line[1]))
		status = run_word(lines, line);
	else
		status = drill_line(lines->drill, &lines->io, line);
	if (lines->drill->lost.kind)
		say_err(lines, &lines->drill->lost);
	lines->flush(lines->flush_arg);
	return status;
}

static char *
prompt(void *arg)
{
	struct lines *lines = arg;

	return drill_prompt(lines->drill);
}

static void
complete(void *arg, const char *line, size_t point, void (*fn)(void *to, const char *word), void *to)
{
	struct lines *lines = arg;

	if (line[0] != ':') {
		drill_complete(lines->drill, line, point, fn, to);
		return;
	}
	for (size_t i = 0; i < NWORDS; i++)
		if (is_here(lines, i))
			fn(to, words[i].name);
}

static bool
wants_more(const char *line)
{
	return line[0] != ':' && sim_wants_more(line);
}

static bool
is_over(void *arg)
{
	struct lines *lines = arg;

	return lines->over || drill_exited(lines->drill);
}

static int
edit(struct io *io, struct io_edit *edit)
{
	return drill_edit(((struct lines *)((char *)io - offsetof(struct lines, io)))->drill, edit);
}

static void
run(struct lines *lines, const struct io *io, bool interactive, const char *words_hint)
{
	const struct editor_host host = { lines, run_line, prompt, complete, wants_more, is_over };

	lines->io = *io;
	lines->io.files = NULL;
	lines->io.edit = io->edit ? edit : NULL;
	if (lines->exam)
		print_place(lines);
	else
		print_task(lines);
	if (interactive)
		sink_put(io->out, words_hint);
	lines->flush(lines->flush_arg);
	if (interactive)
		editor_terminal(&host);
	else
		editor_script(&host, stdin);
}

int
lines_run(struct drill *drill, struct io *io, bool interactive, void (*flush)(void *arg), void *arg)
{
	struct lines lines = { .drill = drill, .flush = flush, .flush_arg = arg };

	run(&lines, io, interactive, "(:check, :hint, :help)\n");
	return !drill->of || drill_solved(drill) ? 0 : 1;
}

int
lines_run_exam(struct exam *exam, struct io *io, bool interactive, void (*flush)(void *arg), void *arg)
{
	struct lines lines = { .drill = exam_question(exam), .exam = exam, .flush = flush, .flush_arg = arg };

	run(&lines, io, interactive, "(:questions, :next, :flag, :finish, :help)\n");
	flush(arg);
	return exam->finished && exam_passed(exam) ? 0 : 1;
}
