#include "svcsim/review.h"

#include <stddef.h>

#define DAY INT64_C(86400)
#define EASINESS_LEAST 1.3
#define QUALITY_PASSED 3	/* below it the repetitions begin anew */
#define INTERVAL_MOST 365

int
review_quality(int points, int of, int hints)
{
	static const struct { int percent, quality; } steps[] = { { 80, 3 }, { 50, 2 }, { 1, 1 } };
	int percent = of > 0 ? points * 100 / of : 0;

	if (of > 0 && points == of)
		return hints > 0 ? 4 : 5;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (percent >= steps[i].percent)
			return steps[i].quality;
	return 0;
}

static int
next_interval(const struct review_card *card)
{
	int days = card->repetitions == 1 ? 1 : card->repetitions == 2 ? 6 : (int)(card->interval * card->easiness + 0.5);

	return days < INTERVAL_MOST ? days : INTERVAL_MOST;
}

void
review_attempt(struct review_card *card, int quality, int64_t when)
{
	int missing = 5 - quality;

	if (quality < QUALITY_PASSED) {
		card->repetitions = 0;
		card->interval = 0;
		card->due = when;
		return;
	}
	if (when < card->due)
		return;
	card->repetitions++;
	card->interval = next_interval(card);
	card->easiness += 0.1 - missing * (0.08 + missing * 0.02);
	if (card->easiness < EASINESS_LEAST)
		card->easiness = EASINESS_LEAST;
	card->due = when + card->interval * DAY;
}
