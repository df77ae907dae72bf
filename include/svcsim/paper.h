/*
 * The paper of an exam: scenarios drawn by objective, and what they come to.  The same packs, plan and seed draw the
 * same paper.
 */
#ifndef SVCSIM_PAPER_H
#define SVCSIM_PAPER_H

#include "svcsim/exam.h"

struct paper_question {
	size_t pack, at;	/* of the packs given; of the pack's scenarios */
	uint64_t seed;		/* its own */
};
struct paper {
	struct paper_question *questions;	/* owned */
	size_t n;
	int minutes;		/* of all of them */
};

/*
 * Fills minutes with scenarios, none twice, each area getting its share as nearly as whole scenarios allow; what an area
 * has too few of goes to the others.  In an order drawn as well.  -1: err says what is missing; nothing to release then.
 */
MUST_CHECK int paper_draw(struct paper *paper, const struct exam_plan *plan, struct pack *const *packs, size_t npacks,
	int minutes, uint64_t seed, struct err *err);
void paper_release(struct paper *paper);

/* What one question came to. */
struct paper_score {
	const char *objective;
	int points, of, weight;
};
/* Per cent of the weights, rounded down, so that 65.9 does not pass where 66 does. */
int paper_percent(const struct paper_score *scores, size_t n);

struct paper_area {
	enum objective_area area;
	int questions, percent;
};
/* The areas that were asked, weakest first; areas has room for AREA_COUNT.  Returns how many. */
size_t paper_areas(const struct paper_score *scores, size_t n, struct paper_area *areas);

#endif
