/* The pool of cluster IPs.  Bands and steps are those of Kubernetes' own tests of its allocators, named in each row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/ippool.h"

static struct ippool
pool_make(const char *text)
{
	struct ippool pool;
	struct cidr cidr;

	assert_true(cidr_parse(text, &cidr));
	assert_true(ippool_init(&pool, &cidr));
	return pool;
}

static struct ip
ip(const char *text)
{
	struct ip parsed;

	assert_true(ip_parse(text, &parsed));
	return parsed;
}

static enum pool_result
take(struct ippool *pool, const char *text)
{
	struct ip wanted = ip(text);

	return ippool_take(pool, &wanted);
}

static void
give_back(struct ippool *pool, const char *text)
{
	struct ip given = ip(text);

	ippool_give_back(pool, &given);
}

static const struct {
	const char *cidr, *network;
	uint64_t usable, offset;
	const char *last; /* the last that can be given out; NULL for none */
} bands[] = {
	/* Test_calculateRangeOffset, ipallocator/bitmap_test.go */
	{ "192.168.1.1/32", "192.168.1.1/32", 0, 0, NULL },
	{ "fd00::1/128", "fd00::1/128", 0, 0, NULL },
	{ "192.168.1.1/30", "192.168.1.0/30", 2, 0, "192.168.1.2" },
	{ "fd00::1/126", "fd00::/126", 3, 0, "fd00::3" },
	{ "192.168.1.1/28", "192.168.1.0/28", 14, 0, "192.168.1.14" },
	{ "192.168.1.1/27", "192.168.1.0/27", 30, 16, "192.168.1.30" },
	{ "fd00::1/124", "fd00::/124", 15, 0, "fd00::f" },
	{ "fd00::1/122", "fd00::/122", 63, 16, "fd00::3f" },
	{ "192.168.1.1/22", "192.168.0.0/22", 1022, 64, "192.168.3.254" },
	{ "fd00::1/118", "fd00::/118", 1023, 64, "fd00::3ff" },
	{ "192.168.1.1/8", "192.0.0.0/8", 16777214, 256, "192.255.255.254" },
	/* KEP-3070 and the documentation */
	{ "10.96.0.0/24", "10.96.0.0/24", 254, 16, "10.96.0.254" },
	{ "10.96.0.0/20", "10.96.0.0/20", 4094, 256, "10.96.15.254" },
	{ "10.96.0.0/16", "10.96.0.0/16", 65534, 256, "10.96.255.254" },
	{ "10.96.0.0/12", "10.96.0.0/12", 1048574, 256, "10.111.255.254" },
	/* the formula, for the sizes of the allocators' tests */
	{ "192.168.1.0/31", "192.168.1.0/31", 0, 0, NULL },
	{ "2001:db8:1::/116", "2001:db8:1::/116", 4095, 256, "2001:db8:1::fff" },
	{ "fd00:10:96::/108", "fd00:10:96::/108", 1048575, 256, "fd00:10:96::f:ffff" },
	{ "2001:db8::/64", "2001:db8::/64", UINT64_MAX, 256, "2001:db8::ffff:ffff:ffff:ffff" },
	{ "2001:db8::/127", "2001:db8::/127", 1, 0, "2001:db8::1" },
	{ "10.96.0.0/23", "10.96.0.0/23", 510, 32, "10.96.1.254" },
	{ "10.96.0.0/21", "10.96.0.0/21", 2046, 128, "10.96.7.254" },
};

static void
bands_follow_the_size(void **state)
{
	char text[IP_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof bands / sizeof *bands; i++) {
		struct ippool pool = pool_make(bands[i].cidr);

		assert_string_equal(cidr_format(&pool.cidr, text), bands[i].network);
		assert_int_equal(pool.usable, bands[i].usable);
		assert_int_equal(pool.offset, bands[i].offset);
		if (bands[i].last) {
			struct ip after = ip(bands[i].last);

			assert_int_equal(ippool_take(&pool, &after), POOL_OK);
			after = ip_plus(&after, 1);
			assert_int_equal(ippool_take(&pool, &after), POOL_NOT_IN_RANGE);
		}
		ippool_release(&pool);
	}
}

static void
short_ipv6_prefixes_are_refused(void **state)
{
	struct ippool pool;
	struct cidr cidr;

	(void)state;
	assert_true(cidr_parse("fd00::1/12", &cidr));
	assert_false(ippool_init(&pool, &cidr));
}

/* TestAllocateIPAllocator */
static void
all_of_a_24_can_be_had(void **state)
{
	struct ippool pool = pool_make("192.168.1.0/24");
	struct rng rng;
	struct ip got;
	char text[IP_TEXT];

	(void)state;
	rng_init(&rng, 7);
	for (int i = 0; i < 254; i++)
		assert_int_equal(ippool_take_next(&pool, &rng, &got), POOL_OK);
	assert_int_equal(ippool_free_count(&pool), 0);
	assert_int_equal(ippool_take_next(&pool, &rng, &got), POOL_FULL);
	give_back(&pool, "192.168.1.5");
	assert_int_equal(ippool_take_next(&pool, &rng, &got), POOL_OK);
	assert_string_equal(ip_format(&got, text), "192.168.1.5");
	give_back(&pool, "192.168.1.5");
	assert_int_equal(take(&pool, "192.168.0.1"), POOL_NOT_IN_RANGE);
	assert_int_equal(take(&pool, "192.168.1.0"), POOL_NOT_IN_RANGE);
	assert_int_equal(take(&pool, "192.168.1.255"), POOL_NOT_IN_RANGE);
	assert_int_equal(take(&pool, "192.168.2.2"), POOL_NOT_IN_RANGE);
	assert_int_equal(take(&pool, "192.168.1.1"), POOL_ALLOCATED);
	assert_int_equal(take(&pool, "192.168.1.5"), POOL_OK);
	give_back(&pool, "192.168.1.1");
	give_back(&pool, "192.168.1.1");
	assert_int_equal(ippool_free_count(&pool), 1);
	ippool_release(&pool);
}

/* TestAllocateIPAllocator, IPv6 */
static void
ipv6_has_no_broadcast_address(void **state)
{
	struct ippool pool = pool_make("2001:db8:1::/116");

	(void)state;
	assert_int_equal(take(&pool, "2001:db8::1"), POOL_NOT_IN_RANGE);
	assert_int_equal(take(&pool, "2001:db8:1::"), POOL_NOT_IN_RANGE);
	assert_int_equal(take(&pool, "2001:db8:2::2"), POOL_NOT_IN_RANGE);
	assert_int_equal(take(&pool, "2001:db8:1::fff"), POOL_OK);
	assert_int_equal(ippool_free_count(&pool), 4094);
	ippool_release(&pool);
}

/* TestAllocateReserved */
static void
the_lower_band_comes_last(void **state)
{
	struct ippool pool = pool_make("192.168.1.0/25");
	struct rng rng;
	struct ip got;
	char text[IP_TEXT];

	(void)state;
	rng_init(&rng, 3);
	for (int i = 0; i < 110; i++) {
		assert_int_equal(ippool_take_next(&pool, &rng, &got), POOL_OK);
		assert_true(got.b[3] >= 17 && got.b[3] <= 126);
	}
	assert_int_equal(ippool_free_count(&pool), 16);
	for (uint64_t i = 1; i <= 16; i++) {
		got = ip_plus(&pool.cidr.ip, i);
		assert_int_equal(ippool_take(&pool, &got), POOL_OK);
	}
	give_back(&pool, "192.168.1.10");
	assert_int_equal(ippool_take_next(&pool, &rng, &got), POOL_OK);
	assert_string_equal(ip_format(&got, text), "192.168.1.10");
	ippool_release(&pool);
}

/* TestAllocateTiny, TestAllocateSmall */
static void
small_ranges_have_one_band(void **state)
{
	struct ippool tiny = pool_make("192.168.1.0/32"), small = pool_make("192.168.1.240/30");
	struct rng rng;
	struct ip a, b;

	(void)state;
	rng_init(&rng, 1);
	assert_int_equal(ippool_take_next(&tiny, &rng, &a), POOL_FULL);
	assert_int_equal(ippool_take_next(&small, &rng, &a), POOL_OK);
	assert_int_equal(ippool_take_next(&small, &rng, &b), POOL_OK);
	assert_int_equal(a.b[3] + b.b[3], 241 + 242);
	assert_int_equal(ippool_take_next(&small, &rng, &a), POOL_FULL);
	ippool_release(&small);
	ippool_release(&tiny);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bands_follow_the_size),
		cmocka_unit_test(short_ipv6_prefixes_are_refused),
		cmocka_unit_test(all_of_a_24_can_be_had),
		cmocka_unit_test(ipv6_has_no_broadcast_address),
		cmocka_unit_test(the_lower_band_comes_last),
		cmocka_unit_test(small_ranges_have_one_band),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
