/* A map against an array that remembers the same, over a long random life. */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/rng.h"

#define KEYS 400

static void
key_text(size_t i, char text[static 16])
{
	snprintf(text, 16, "key%zu", i);
}

static void
test_life(void **state)
{
	static char values[KEYS];
	struct map map = MAP_INIT;
	struct rng rng;
	void *model[KEYS] = { NULL };
	size_t live = 0;
	char key[16];

	(void)state;
	rng_init(&rng, 7);
	for (int step = 0; step < 50000; step++) {
		size_t i = rng_below(&rng, KEYS);

		key_text(i, key);
		assert_ptr_equal(map_get(&map, key), model[i]);
		if (rng_below(&rng, 2)) {
			live += model[i] == NULL;
			model[i] = &values[rng_below(&rng, KEYS)];
			map_set(&map, key, model[i]);
		} else {
			live -= model[i] != NULL;
			assert_ptr_equal(map_remove(&map, key), model[i]);
			model[i] = NULL;
		}
		assert_int_equal(map.live, live);
	}
	assert_true(map.nslots <= 8 * KEYS);	/* removed keys don't pile up */
	map_release(&map);
}

static void
test_order(void **state)
{
	static const char *const keys[] = { "z", "a", "m", "b" };
	static const char *const want[] = { "z", "m", "b", "a" };
	struct map map = MAP_INIT;
	const struct map_entry *entry;
	size_t n = 0;
	char value;

	(void)state;
	assert_null(map_get(&map, "a"));
	assert_null(map_remove(&map, "a"));
	for (size_t i = 0; i < 4; i++)
		map_set(&map, keys[i], &value);
	map_set(&map, "z", &n);		/* replaced: keeps its place */
	map_remove(&map, "a");
	map_set(&map, "a", &value);	/* new again: goes to the end */
	for (size_t i = 0; (entry = map_next(&map, &i)); n++)
		assert_string_equal(entry->key, want[n]);
	assert_int_equal(n, 4);
	for (size_t i = 0; (entry = map_next(&map, &i));)
		map_remove(&map, entry->key);
	assert_int_equal(map.live, 0);
	map_release(&map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests_name("base/map", tests, NULL, NULL);
}
