/*
 * Spaced repetition by SM-2 (P. A. Wozniak, "Optimization of learning", 1990, section 3.2): what was answered well comes
 * back after 1 day, 6 days and then an easiness factor times longer each time; what was missed begins anew.  A card is
 * nothing but what its attempts make of it, so it is never stored.
 */
#ifndef SVCSIM_REVIEW_H
#define SVCSIM_REVIEW_H

#include <stdint.h>

struct review_card {
	double easiness;	/* E-Factor, from 1.3 */
	int repetitions;	/* well answered in a row */
	int interval;		/* days until due */
	int64_t due;		/* seconds since 1970 */
};
#define REVIEW_CARD_INIT { 2.5, 0, 0, 0 }

/* How well an attempt went, 0 to 5: 5 all points, 4 the same after free hints, 3 four fifths, 2 half, 1 some. */
int review_quality(int points, int of, int hints);
/*
 * One attempt more, in the order of their times.  Well answered before it was due says nothing new, and is passed over;
 * otherwise a drill repeated five times in an hour would be gone for a year.
 */
void review_attempt(struct review_card *card, int quality, int64_t when);

#endif
