/*
 * Grading: what a student did in a scenario, judged anew from a fresh cluster.  Each result carries the scenario's hash and
 * the seed, so that another pack, or other numbers, show.
 */
#ifndef SVCSIM_GRADE_H
#define SVCSIM_GRADE_H

#include "svcsim/exam.h"

struct grade_check {
	char *what, *got, *want, *why;
	int points, of;
	bool passed;
};

/* One student and one scenario; all texts owned. */
struct grade {
	char *student, *pack, *scenario, *title, *objective, *hash;
	uint64_t seed;
	int points, of, weight;
	int seconds;		/* that the student took; -1: not known */
	char *fault;		/* why nothing could be judged, or what is odd; NULL */
	struct grade_check *checks;
	size_t nchecks;
};
void grade_release(struct grade *grade);

/* Of the scenario, with nothing judged: no points, no checks. */
struct grade grade_init(const char *student, const char *pack, const struct scenario *scenario, uint64_t seed);
/* Types the script into an attempt that stands at its start; lines of it may fail. */
void grade_script(struct grade *grade, struct attempt *attempt, const char *script);
/* The attempt as it is now. */
void grade_attempt(struct grade *grade, struct attempt *attempt);

/* A grade as one line of text that grade_parse reads again: what crosses from one process to another. */
void grade_format(const struct grade *grade, struct str *out);
MUST_CHECK int grade_parse(struct grade *grade, const char *text, size_t len, struct err *err);

/* id, what it is for */
#define GRADE_FORMATS(X) \
	X(text, "for people") \
	X(json, "one document") \
	X(junit, "JUnit's XML: a suite a student, a case a check") \
	X(csv, "a row a student and scenario, and one a check")
enum grade_format {
#define GRADE_FORMAT_ENUM(id, help) GRADE_##id,
	GRADE_FORMATS(GRADE_FORMAT_ENUM)
#undef GRADE_FORMAT_ENUM
	GRADE_FORMAT_COUNT
};
enum grade_format grade_format_find(const char *name);	/* GRADE_FORMAT_COUNT: no such */
/* All of them, in the order given. */
void grades_print(const struct grade *grades, size_t n, enum grade_format format, struct str *out);

/* ---- a class at a glance ---- */

/* The best attempt of each scenario, added up. */
struct class_sum {
	int scenarios, solved, tries, points, of;
	int64_t seconds;
};
struct class_row {
	char *student;		/* owned by the caller */
	struct class_sum areas[AREA_COUNT + 1];	/* the last: objectives of no area */
};
void class_add(struct class_row *row, const char *objective, const struct class_sum *sum);	/* to its area */
struct class_sum class_total(const struct class_row *row);
/* A row a student; -1: there is no such format for it. */
MUST_CHECK int class_print(const struct class_row *rows, size_t n, enum grade_format format, struct str *out);

#endif
