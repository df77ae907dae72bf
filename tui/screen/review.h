/* What is due to be practised again: the scenarios that were tried, by their cards (svcsim/review.h). */
#ifndef SCREEN_REVIEW_H
#define SCREEN_REVIEW_H

#include "progress/db.h"
#include "screen/library.h"
#include "svcsim/review.h"
#include "svcsim/vec.h"

struct review_item {
	size_t pack, at;	/* in the library */
	struct review_card card;
};

struct review {
	VEC(struct review_item) items;	/* by when they are due */
	size_t due;			/* how many of them are, from the first on */
	size_t at;			/* the one being practised */
};

/* now: seconds since 1970.  Scenarios that the library no longer has are left out. */
MUST_CHECK int review_open(struct review *review, struct library *library, struct db *db, int64_t now, struct err *err);
void review_close(struct review *review);

#endif
