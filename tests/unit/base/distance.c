/* Distances that Damerau and Levenshtein are shown with everywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "svcsim/distance.h"

static void
test_distances(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} rows[] = { { "web", "web", 0 }, { "web", "wbe", 1 }, { "nginx", "ngnix", 1 }, { "kitten", "sitting", 3 },
		{ "", "abc", 3 }, { "abc", "", 3 }, { "ca", "abc", 3 } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(word_distance(rows[i].a, rows[i].b), rows[i].distance);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distances),
	};

	return cmocka_run_group_tests_name("base/distance", tests, NULL, NULL);
}
