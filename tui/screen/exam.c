#include "screen/exam.h"

#include <stdio.h>
#include <stdlib.h>

#include "progress/exams.h"

#define SECOND INT64_C(1000000000)
#define KEEP_SECONDS 10	/* of the clock that a power cut may give back */

/* ---- life ---- */

static int
used_seconds(const struct exam *exam)
{
	int64_t used = exam->wall() - exam->began;

	return exam->finished ? exam->seconds : used > 0 ? (int)(used / SECOND) : 0;
}

static int
keep(struct exam *exam, struct err *err)
{
	const struct exam_row row = { 0, exam->title, exam->seed, exam->wall() / SECOND, exam->minutes, exam->pass,
		used_seconds(exam), exam->finished };

	exam->kept_seconds = row.seconds;
	return exam->db ? exams_put(exam->db, &row, &exam->row, err) : 0;
}

/* No two of a paper are alike: places differ in the last digits. */
static void
name_hosts(struct exam *exam)
{
	for (size_t i = 0; i < exam->n; i++)
		snprintf(exam->questions[i].host, sizeof exam->questions[i].host, "cka%02u%02zu",
			(unsigned)(exam->seed % 90 + 10), (i * 7 + exam->seed / 90) % 100);
}

/* n questions that are nothing yet. */
static void
make_questions(struct exam *exam, size_t n)
{
	exam->questions = xcalloc(n, sizeof *exam->questions);
	exam->n = n;
	for (size_t i = 0; i < n; i++)
		exam->questions[i] = (struct drill){ .library = exam->library, .db = exam->db, .wall = exam->wall,
			.mode = "exam", .place = (int)i };
	name_hosts(exam);
}

/* What was given stays. */
static void
begin(struct exam *exam, const char *title, uint64_t seed, int minutes, int pass)
{
	exam_close(exam);
	exam->title = xstrdup(title);
	exam->seed = seed;
	exam->minutes = minutes;
	exam->pass = pass;
	exam->began = exam->wall();
}

/* The rows of all questions are there from the start, so that what was drawn stands. */
static int
place_questions(struct exam *exam, const struct paper *paper, struct err *err)
{
	make_questions(exam, paper->n);
	for (size_t i = 0; i < paper->n; i++) {
		struct drill *question = &exam->questions[i];

		question->exam = exam->row;
		if (drill_place(question, paper->questions[i].pack, paper->questions[i].at, paper->questions[i].seed, err) ||
			(exam->db && drill_keep(question, err)))
			return -1;
	}
	return exam_go(exam, 0, err);
}

static int
read_packs(struct library *library, struct err *err)
{
	for (size_t i = 0; i < library->names.n; i++)
		if (!library_pack(library, i, err))
			return -1;
	return 0;
}

int
exam_start(struct exam *exam, const struct pack *pack, int minutes, uint64_t seed, struct err *err)
{
	const struct exam_plan *plan = pack_exam(pack);
	struct library *library = exam->library;
	struct paper paper;
	int failed;

	if (!plan)
		return err_set(err, ERR_INPUT, "pack \"%s\" is no exam", pack_name(pack));
	if (!minutes)
		minutes = plan->minutes;
	if (read_packs(library, err) || paper_draw(&paper, plan, library->packs, library->names.n, minutes, seed, err))
		return -1;
	begin(exam, pack_title(pack), seed, minutes, plan->pass);
	failed = keep(exam, err) || place_questions(exam, &paper, err);
	paper_release(&paper);
	if (failed)
		exam_close(exam);
	return failed ? -1 : 0;
}

void
exam_close(struct exam *exam)
{
	struct err err = ERR_INIT;

	if (exam->row && !exam->finished && keep(exam, &err))
		err_release(&err);
	for (size_t i = 0; i < exam->n; i++)
		drill_close(&exam->questions[i]);
	free(exam->questions);
	free(exam->title);
	*exam = (struct exam){ .library = exam->library, .db = exam->db, .wall = exam->wall };
}

/* ---- going on ---- */

struct continuing {
	struct exam *exam;
	struct err *err;
	bool found;
	int failed;
};

static void
continue_exam(void *arg, const struct exam_row *row)
{
	struct continuing *continuing = arg;
	struct exam *exam = continuing->exam;

	continuing->found = true;
	begin(exam, row->title, row->seed, row->minutes, row->pass);
	exam->began -= row->seconds * SECOND;
	exam->row = row->id;
	exam->kept_seconds = row->seconds;
}

static void
count_question(void *arg, const struct attempt_row *row)
{
	(void)row;
	++*(size_t *)arg;
}

static void
continue_question(void *arg, const struct attempt_row *row)
{
	struct continuing *continuing = arg;
	struct exam *exam = continuing->exam;

	if (!continuing->err->kind && (size_t)row->place < exam->n)
		continuing->failed |= drill_place_row(&exam->questions[row->place], row, continuing->err);
}

int
exam_continue(struct exam *exam, struct err *err)
{
	struct continuing continuing = { exam, err, false, 0 };
	size_t n = 0;

	if (!exam->db || exams_open(exam->db, continue_exam, &continuing, err) || !continuing.found)
		return -1;
	if (attempts_of_exam(exam->db, exam->row, count_question, &n, err))
		return -1;
	make_questions(exam, n);
	if (attempts_of_exam(exam->db, exam->row, continue_question, &continuing, err) || continuing.failed ||
		(n && exam_go(exam, 0, err))) {
		exam_close(exam);
		return -1;
	}
	return 0;
}

/* ---- sitting ---- */

struct drill *
exam_question(const struct exam *exam)
{
	return &exam->questions[exam->at];
}

int
exam_go(struct exam *exam, size_t at, struct err *err)
{
	struct drill *question = &exam->questions[at];

	if (!question->attempt && (drill_open(question, err) || (exam->db && drill_keep(question, err))))
		return -1;
	exam->at = at;
	return 0;
}

int
exam_flag(struct exam *exam, struct err *err)
{
	struct drill *question = exam_question(exam);

	question->flagged = !question->flagged;
	return exam->db ? drill_keep(question, err) : 0;
}

bool
exam_touched(const struct exam *exam, size_t at)
{
	return exam->questions[at].touched;
}

int
exam_seconds_left(const struct exam *exam)
{
	int left = exam->minutes * 60 - used_seconds(exam);

	return exam->finished || left < 0 ? 0 : left;
}

bool
exam_tick(struct exam *exam)
{
	struct err err = ERR_INIT;

	if (exam->finished)
		return false;
	if (exam->db && used_seconds(exam) >= exam->kept_seconds + KEEP_SECONDS && keep(exam, &err))
		err_release(&err);	/* the next line tells that nothing can be kept */
	return exam_seconds_left(exam) == 0;
}

/* ---- the end ---- */

static int
judge(struct drill *question, struct err *err)
{
	if (!question->attempt && question->touched && drill_open(question, err))
		return -1;
	question->connected = true;	/* for who looks back */
	if (question->attempt)
		return drill_check(question, err);
	question->checked_at = question->wall();
	return question->db ? drill_keep(question, err) : 0;
}

int
exam_finish(struct exam *exam, struct err *err)
{
	int failed = 0;

	exam->seconds = used_seconds(exam);
	exam->finished = true;
	for (size_t i = 0; i < exam->n; i++) {
		struct err one = ERR_INIT;

		if (judge(&exam->questions[i], &one) && !failed++)
			*err = one;
		else
			err_release(&one);
	}
	return keep(exam, err) || failed ? -1 : 0;
}

static struct paper_score *
scores_of(const struct exam *exam)
{
	struct paper_score *scores = xcalloc(exam->n + 1, sizeof *scores);

	for (size_t i = 0; i < exam->n; i++) {
		const struct drill *question = &exam->questions[i];

		scores[i] = (struct paper_score){ question->info.objective, question->points, question->of, question->info.weight };
	}
	return scores;
}

int
exam_percent(const struct exam *exam)
{
	struct paper_score *scores = scores_of(exam);
	int percent = paper_percent(scores, exam->n);

	free(scores);
	return percent;
}

bool
exam_passed(const struct exam *exam)
{
	return exam_percent(exam) >= exam->pass;
}

size_t
exam_areas(const struct exam *exam, struct paper_area *areas)
{
	struct paper_score *scores = scores_of(exam);
	size_t n = paper_areas(scores, exam->n, areas);

	free(scores);
	return n;
}
