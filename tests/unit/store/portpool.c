/* The pool of node ports.  Bands and steps are those of Kubernetes' own tests of its allocator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/portpool.h"

static const struct {
	uint16_t first, last;
	uint32_t offset;
} bands[] = {
	/* Test_calculateRangeOffset, portallocator/allocator_test.go */
	{ 30000, 32767, 86 },
	{ 30000, 30009, 0 },
	{ 30000, 30015, 0 },
	{ 30000, 30127, 16 },
	{ 30000, 32047, 64 },
	{ 30000, 34095, 128 },
	{ 30000, 38191, 128 },
	{ 10000, 10200, 16 },
	/* the formula */
	{ 30000, 30016, 16 },
	{ 1, 65535, 128 },
};

static void
bands_follow_the_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bands / sizeof *bands; i++) {
		struct portpool pool;

		portpool_init(&pool, bands[i].first, bands[i].last);
		assert_int_equal(pool.offset, bands[i].offset);
		assert_int_equal(portpool_take(&pool, bands[i].last), POOL_OK);
		assert_int_equal(portpool_take(&pool, (int64_t)bands[i].last + 1), POOL_NOT_IN_RANGE);
		portpool_release(&pool);
	}
}

/* TestAllocate */
static void
all_of_a_range_can_be_had(void **state)
{
	struct portpool pool;
	struct rng rng;
	uint16_t port;

	(void)state;
	rng_init(&rng, 5);
	portpool_init(&pool, 10000, 10200);
	for (int i = 0; i < 201; i++)
		assert_int_equal(portpool_take_next(&pool, &rng, &port), POOL_OK);
	assert_int_equal(pool.held_count, 201);
	assert_int_equal(portpool_take_next(&pool, &rng, &port), POOL_FULL);
	portpool_give_back(&pool, 10005);
	assert_int_equal(portpool_take_next(&pool, &rng, &port), POOL_OK);
	assert_int_equal(port, 10005);
	portpool_give_back(&pool, 10005);
	assert_int_equal(portpool_take(&pool, 1), POOL_NOT_IN_RANGE);
	assert_int_equal(portpool_take(&pool, 20000), POOL_NOT_IN_RANGE);
	assert_int_equal(portpool_take(&pool, 10201), POOL_NOT_IN_RANGE);
	assert_int_equal(portpool_take(&pool, 10001), POOL_ALLOCATED);
	assert_int_equal(portpool_take(&pool, 10005), POOL_OK);
	portpool_release(&pool);
}

/* TestAllocateReserved */
static void
the_lower_band_comes_last(void **state)
{
	struct portpool pool;
	struct rng rng;
	uint16_t port;

	(void)state;
	rng_init(&rng, 9);
	portpool_init(&pool, 30000, 30128);
	for (int i = 0; i < 113; i++) {
		assert_int_equal(portpool_take_next(&pool, &rng, &port), POOL_OK);
		assert_true(port >= 30016 && port <= 30128);
	}
	for (uint16_t i = 30000; i < 30016; i++)
		assert_int_equal(portpool_take(&pool, i), POOL_OK);
	portpool_give_back(&pool, 30053);
	assert_int_equal(portpool_take_next(&pool, &rng, &port), POOL_OK);
	assert_int_equal(port, 30053);
	portpool_release(&pool);
}

/* On a real v1.32 cluster 150 NodePort Services got ports, none of which was below 30086. */
static void
chance_is_the_same_for_the_same_seed(void **state)
{
	struct portpool one, two;
	struct rng rng_one, rng_two;
	uint16_t a, b;

	(void)state;
	rng_init(&rng_one, 42);
	rng_init(&rng_two, 42);
	portpool_init(&one, 30000, 32767);
	portpool_init(&two, 30000, 32767);
	for (int i = 0; i < 150; i++) {
		assert_int_equal(portpool_take_next(&one, &rng_one, &a), POOL_OK);
		assert_int_equal(portpool_take_next(&two, &rng_two, &b), POOL_OK);
		assert_int_equal(a, b);
		assert_true(a >= 30086);
	}
	portpool_release(&two);
	portpool_release(&one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bands_follow_the_size),
		cmocka_unit_test(all_of_a_range_can_be_had),
		cmocka_unit_test(the_lower_band_comes_last),
		cmocka_unit_test(chance_is_the_same_for_the_same_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
