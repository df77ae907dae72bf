/*
 * An exam being sat, without any screen: questions drawn from the packs, each a drill of its own that is opened when it is
 * first looked at; one clock; no results before the end.  Broken off, it goes on with the time that was left.
 */
#ifndef SCREEN_EXAM_H
#define SCREEN_EXAM_H

#include "screen/drill.h"
#include "svcsim/paper.h"

struct exam {
	struct library *library;
	struct db *db;			/* NULL: nothing is kept */
	int64_t (*wall)(void);

	char *title;
	uint64_t seed;
	int minutes, pass;
	struct drill *questions;
	size_t n, at;			/* at: the one looked at */
	int64_t began;			/* by wall, moved on by the time that nobody was here */
	int64_t row;			/* in the database; 0: not kept */
	int kept_seconds;		/* that the database knows of */
	bool finished;
	int seconds;			/* that it took, when finished */
};

/* The scenario packs and plan of an exam pack; minutes 0: the plan's.  The first question is open. */
MUST_CHECK int exam_start(struct exam *exam, const struct pack *pack, int minutes, uint64_t seed, struct err *err);
/* What was broken off.  -1 with err->kind ERR_NONE: there is none. */
MUST_CHECK int exam_continue(struct exam *exam, struct err *err);
void exam_close(struct exam *exam);		/* what was kept stays, with the time used; the givens too */

struct drill *exam_question(const struct exam *exam);	/* the one looked at */
MUST_CHECK int exam_go(struct exam *exam, size_t at, struct err *err);
MUST_CHECK int exam_flag(struct exam *exam, struct err *err);	/* on or off */
bool exam_touched(const struct exam *exam, size_t at);	/* something was done in it */
int exam_seconds_left(const struct exam *exam);		/* 0 when finished */
/* Writes down the time that passed, now and then; true: the time is up. */
bool exam_tick(struct exam *exam);
/* Judges every question; questions that nobody opened have no points.  -1: judged, but err says what was not kept. */
MUST_CHECK int exam_finish(struct exam *exam, struct err *err);

/* After the end. */
int exam_percent(const struct exam *exam);
bool exam_passed(const struct exam *exam);
size_t exam_areas(const struct exam *exam, struct paper_area *areas);	/* weakest first; room for AREA_COUNT */

#endif
