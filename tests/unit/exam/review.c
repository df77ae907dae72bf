/* SM-2 with the numbers of its paper: 1, 6, then the easiness factor; a miss begins anew and keeps the factor. */
#include "svcsim/review.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define DAY INT64_C(86400)

static void
test_intervals(void **state)
{
	struct review_card card = REVIEW_CARD_INIT;

	(void)state;
	review_attempt(&card, 4, 0);		/* quality 4 leaves the factor at 2.5 */
	assert_int_equal(card.due, 1 * DAY);
	review_attempt(&card, 4, card.due);
	assert_int_equal(card.interval, 6);
	review_attempt(&card, 4, card.due);
	assert_int_equal(card.interval, 15);
	review_attempt(&card, 4, card.due);
	assert_int_equal(card.interval, 38);	/* 37.5 */
}

static void
test_easiness(void **state)
{
	struct review_card card = REVIEW_CARD_INIT;

	(void)state;
	review_attempt(&card, 5, 0);
	assert_true(card.easiness > 2.599 && card.easiness < 2.601);	/* EF + 0.1 */
	review_attempt(&card, 3, card.due);
	assert_true(card.easiness > 2.459 && card.easiness < 2.461);	/* EF - 0.14 */
	for (int i = 0; i < 20; i++)
		review_attempt(&card, 3, card.due);
	assert_true(card.easiness > 1.299 && card.easiness < 1.301);
	assert_true(card.interval <= 365);
}

static void
test_a_miss_begins_anew(void **state)
{
	struct review_card card = REVIEW_CARD_INIT;

	(void)state;
	review_attempt(&card, 4, 0);
	review_attempt(&card, 4, card.due);
	review_attempt(&card, 2, 3 * DAY);	/* a miss counts before it is due, too */
	assert_int_equal(card.due, 3 * DAY);
	assert_true(card.easiness > 2.499 && card.easiness < 2.501);
	review_attempt(&card, 4, 3 * DAY);
	assert_int_equal(card.interval, 1);
}

static void
test_too_early_says_nothing(void **state)
{
	struct review_card card = REVIEW_CARD_INIT;

	(void)state;
	review_attempt(&card, 5, 0);
	for (int64_t i = 1; i < 6; i++)
		review_attempt(&card, 5, i * 60);
	assert_int_equal(card.repetitions, 1);
	assert_int_equal(card.due, DAY);
}

static void
test_quality(void **state)
{
	(void)state;
	assert_int_equal(review_quality(6, 6, 0), 5);
	assert_int_equal(review_quality(6, 6, 1), 4);
	assert_int_equal(review_quality(5, 6, 0), 3);
	assert_int_equal(review_quality(3, 6, 0), 2);
	assert_int_equal(review_quality(1, 6, 0), 1);
	assert_int_equal(review_quality(0, 6, 3), 0);
	assert_int_equal(review_quality(0, 0, 0), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intervals),
		cmocka_unit_test(test_easiness),
		cmocka_unit_test(test_a_miss_begins_anew),
		cmocka_unit_test(test_too_early_says_nothing),
		cmocka_unit_test(test_quality),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
