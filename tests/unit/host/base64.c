/* The vectors of RFC 4648, section 10. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/base64.h"

static void
test_vectors(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct str encoded = STR_INIT, decoded = STR_INIT;

		base64_encode(rows[i][0], strlen(rows[i][0]), 0, &encoded);
		assert_string_equal(encoded.buf, rows[i][1]);
		assert_true(base64_decode(rows[i][1], strlen(rows[i][1]), &decoded));
		assert_string_equal(decoded.buf, rows[i][0]);
		str_release(&encoded);
		str_release(&decoded);
	}
}

static void
test_lines_and_strangers(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	base64_encode("foobar", 6, 4, &out);
	assert_string_equal(out.buf, "Zm9v\nYmFy\n");
	str_clear(&out);
	assert_true(base64_decode("Zm9v\n YmFy", 10, &out));
	assert_string_equal(out.buf, "foobar");
	assert_false(base64_decode("Zm9v!", 5, &out));
	str_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_lines_and_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
