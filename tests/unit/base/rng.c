/* splitmix64's published first values, and the shapes that are made of them. */
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

static void
test_values(void **state)
{
	static const uint64_t want[] = { 6457827717110365317u, 3203168211198807973u, 9817491932198370423u, 4593380528125082431u,
		16408922859458223821u };
	struct rng rng;

	(void)state;
	rng_init(&rng, 1234567);
	for (size_t i = 0; i < 5; i++)
		assert_true(rng_next(&rng) == want[i]);
}

static void
test_below(void **state)
{
	size_t counts[6] = { 0 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 1);
	for (int i = 0; i < 60000; i++) {
		uint64_t value = rng_below(&rng, 6);
		double unit = rng_unit(&rng);

		assert_true(value < 6);
		assert_true(unit >= 0 && unit < 1);
		counts[value]++;
	}
	for (int i = 0; i < 6; i++)
		assert_in_range(counts[i], 9600, 10400);	/* 4 standard deviations */
	assert_int_equal(rng_below(&rng, 1), 0);
}

static void
test_texts(void **state)
{
	struct rng rng;
	char text[37];

	(void)state;
	rng_init(&rng, 9);
	for (int i = 0; i < 200; i++) {
		rng_suffix(&rng, text, 5);
		assert_int_equal(strlen(text), 5);
		assert_int_equal(strspn(text, safe_alphabet), 5);
		rng_uuid(&rng, text);
		assert_int_equal(strspn(text, "0123456789abcdef-"), 36);
		assert_true(text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-');
		assert_int_equal(text[14], '4');
		assert_non_null(strchr("89ab", text[19]));
	}
}

static void
test_fork(void **state)
{
	struct rng parent, a, b, c;

	(void)state;
	rng_init(&parent, 5);
	a = rng_fork(&parent, "pods");
	b = rng_fork(&parent, "pods");
	c = rng_fork(&parent, "walks");
	assert_true(parent.state == 5);
	assert_true(rng_next(&a) == rng_next(&b));
	assert_true(rng_next(&a) != rng_next(&c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_fork),
	};

	return cmocka_run_group_tests_name("base/rng", tests, NULL, NULL);
}
