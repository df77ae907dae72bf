/* A pushed element is zero, and the others stay. */
#include "svcsim/vec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_push(void **state)
{
	struct pair {
		int a;
		char b;
	};
	VEC(struct pair) pairs = VEC_INIT;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct pair *pair = vec_push(&pairs);

		assert_int_equal(pair->a, 0);
		assert_int_equal(pair->b, 0);
		*pair = (struct pair){ i, 'x' };
	}
	assert_int_equal(pairs.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(pairs.v[i].a, i);
	vec_clear(&pairs);
	assert_int_equal(vec_push(&pairs)->a, 0);
	vec_release(&pairs);
	assert_null(pairs.v);
	assert_int_equal(pairs.n + pairs.cap, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_push),
	};

	return cmocka_run_group_tests_name("base/vec", tests, NULL, NULL);
}
