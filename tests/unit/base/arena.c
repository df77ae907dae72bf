/* Blocks are zero, aligned, apart from each other, and stay where they are. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdalign.h>

static void
test_blocks(void **state)
{
	struct arena arena = ARENA_INIT;
	unsigned char *blocks[300];

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		size_t size = i % 7 == 0 ? i * 1000 : i;

		blocks[i] = arena_alloc(&arena, size);
		assert_non_null(blocks[i]);
		assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
		for (size_t j = 0; j < size; j++)
			assert_int_equal(blocks[i][j], 0);
		memset(blocks[i], (int)i, size);
		arena_strdup(&arena, "odd");	/* so that the next one needs padding */
	}
	for (size_t i = 0; i < 300; i++)
		for (size_t j = 0; j < (i % 7 == 0 ? i * 1000 : i); j++)
			assert_int_equal(blocks[i][j], i & 255);
	assert_true(arena.used > 6000000);
	arena_release(&arena);
	assert_null(arena.chunks);
	assert_int_equal(arena.used, 0);
}

static void
test_texts(void **state)
{
	struct arena arena = ARENA_INIT;

	(void)state;
	assert_string_equal(arena_strdup(&arena, ""), "");
	assert_string_equal(arena_strndup(&arena, "abcdef", 3), "abc");
	assert_string_equal(arena_printf(&arena, "%s:%d", "x", 80), "x:80");
	assert_memory_equal(arena_memdup(&arena, "a\0b", 3), "a\0b", 3);
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
