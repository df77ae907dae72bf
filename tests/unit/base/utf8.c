/* Sequences of RFC 3629, and those that it forbids. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_round(void **state)
{
	static const uint32_t codes[] = { 0x24, 0x7f, 0x80, 0xa3, 0x7ff, 0x800, 0x20ac, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10348,
		0x10ffff };

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		char text[4];
		uint32_t code;
		size_t n = utf8_encode(codes[i], text);

		assert_int_equal(utf8_decode(text, n, &code), n);
		assert_int_equal(code, codes[i]);
		if (n > 1)
			assert_int_equal(utf8_decode(text, n - 1, &code), 0);
	}
}

static void
test_bad(void **state)
{
	static const char *const bad[] = { "\x80", "\xc0\xaf", "\xc1\x81", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xed\xa0\x80",
		"\xf0\x80\x80\xaf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x28\xa1", "\xc3" };
	char text[4];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		uint32_t code;

		assert_int_equal(utf8_decode(bad[i], strlen(bad[i]), &code), 0);
		assert_false(utf8_valid(bad[i], strlen(bad[i])));
	}
	assert_int_equal(utf8_encode(0xd800, text), 3);
	assert_memory_equal(text, "\xef\xbf\xbd", 3);
	assert_true(utf8_valid("a\xc3\xa9\xe2\x82\xac\xf0\x90\x8d\x88", 10));
	assert_int_equal(utf8_count("a\xc3\xa9\xe2\x82\xac\xf0\x90\x8d\x88"), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests_name("base/utf8", tests, NULL, NULL);
}
