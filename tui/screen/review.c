#include "screen/review.h"

#include <stdlib.h>
#include <string.h>

#include "progress/attempts.h"

struct collecting {
	struct review *review;
	struct library *library;
};

/* NULL: the library has no such scenario. */
static struct review_item *
item_of(struct collecting *collecting, const struct attempt_row *row)
{
	struct review *review = collecting->review;
	char *words = xasprintf("%s/%s", row->pack, row->scenario);
	struct err err = ERR_INIT;
	size_t pack, at;
	int failed = library_find(collecting->library, words, &pack, &at, &err);

	free(words);
	err_release(&err);
	if (failed)
		return NULL;
	for (size_t i = 0; i < review->items.n; i++)
		if (review->items.v[i].pack == pack && review->items.v[i].at == at)
			return &review->items.v[i];
	*vec_push(&review->items) = (struct review_item){ pack, at, REVIEW_CARD_INIT };
	return &review->items.v[review->items.n - 1];
}

static void
add_attempt(void *arg, const struct attempt_row *row)
{
	struct review_item *item = item_of(arg, row);

	if (item)
		review_attempt(&item->card, review_quality(row->points, row->of, row->hints), row->started + row->seconds);
}

/* What was missed longest ago comes first; of those due at once, what was found harder. */
static int
earlier(const void *a, const void *b)
{
	const struct review_item *one = a, *other = b;

	if (one->card.due != other->card.due)
		return one->card.due < other->card.due ? -1 : 1;
	if (one->card.easiness < other->card.easiness || one->card.easiness > other->card.easiness)
		return one->card.easiness < other->card.easiness ? -1 : 1;
	if (one->pack != other->pack)
		return one->pack < other->pack ? -1 : 1;
	return (one->at > other->at) - (one->at < other->at);
}

int
review_open(struct review *review, struct library *library, struct db *db, int64_t now, struct err *err)
{
	struct collecting collecting = { review, library };

	*review = (struct review){ VEC_INIT, 0, 0 };
	if (db && attempts_all(db, add_attempt, &collecting, err))
		return -1;
	if (review->items.n)
		qsort(review->items.v, review->items.n, sizeof *review->items.v, earlier);
	while (review->due < review->items.n && review->items.v[review->due].card.due <= now)
		review->due++;
	return 0;
}

void
review_close(struct review *review)
{
	vec_release(&review->items);
	*review = (struct review){ VEC_INIT, 0, 0 };
}
