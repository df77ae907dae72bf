/* The orders of equal things are those that Go 1.23's sort.Sort makes of the same numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/go_sort.h"

#define MOST 300

struct things {
	int key[MOST], number[MOST];
	bool none_first;	/* a key of 0 is less than anything, as of what --sort-by doesn't find */
};

static bool
less(void *data, size_t i, size_t j)
{
	const struct things *things = data;

	if (things->none_first && (!things->key[i] || !things->key[j]))
		return !things->key[i];
	return things->key[i] < things->key[j];
}

static void
swap(void *data, size_t i, size_t j)
{
	struct things *things = data;
	int key = things->key[i], number = things->number[i];

	things->key[i] = things->key[j];
	things->number[i] = things->number[j];
	things->key[j] = key;
	things->number[j] = number;
}

/* n keys below limit in no order; a sum of the order in which they come out. */
static uint64_t
sorted(size_t n, unsigned limit, bool none_first)
{
	struct things things = { .none_first = none_first };
	const struct go_sort sort = { less, swap, &things };
	uint64_t random = n, sum = 0;

	for (size_t i = 0; i < n; i++) {
		random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		things.key[i] = (int)((random >> 33) % limit);
		things.number[i] = (int)i;
	}
	go_sort(&sort, n);
	for (size_t i = 0; i < n; i++)
		sum = sum * 1000003 + (uint64_t)things.number[i];
	return sum;
}

static void
test_order(void **state)
{
	static const struct {
		size_t n;
		unsigned limit;
		bool none_first;
		uint64_t sum;
	} cases[] = {
		{ 1, 3, false, UINT64_C(0) },
		{ 12, 3, false, UINT64_C(5130007906576591838) },
		{ 13, 3, false, UINT64_C(8253875570784954984) },
		{ 20, 2, true, UINT64_C(12397379464628073674) },
		{ 21, 3, false, UINT64_C(17947905799863370444) },
		{ 50, 4, false, UINT64_C(2464800305847158627) },
		{ 50, 4, true, UINT64_C(6089970084286649329) },
		{ 51, 1, false, UINT64_C(1400883889793547005) },
		{ 64, 1, true, UINT64_C(16455578667125385044) },
		{ 100, 10, false, UINT64_C(5014476647508413708) },
		{ 100, 1000, false, UINT64_C(13343496151135983516) },
		{ 200, 5, true, UINT64_C(13600112900951910598) },
		{ 300, 3, false, UINT64_C(13568851185471911104) },
		{ 300, 300, true, UINT64_C(16237147815956027382) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(sorted(cases[i].n, cases[i].limit, cases[i].none_first), cases[i].sum);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
