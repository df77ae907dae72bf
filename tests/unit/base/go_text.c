/* Expected texts are those of Go 1.23's strconv and fmt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/go_text.h"

static void
test_quotes(void **state)
{
	static const struct {
		const char *text, *quoted;
		bool ascii;
	} cases[] = {
		{ "a\"b\\c\n\t", "\"a\\\"b\\\\c\\n\\t\"", false },
		{ "\x01\x7f\xff", "\"\\x01\\x7f\\xff\"", false },
		{ "h\xc3\xa9 \xe2\x98\x83", "\"h\xc3\xa9 \xe2\x98\x83\"", false },
		{ "h\xc3\xa9 \xf0\x9f\x98\x80", "\"h\\u00e9 \\U0001f600\"", true },
		{ "\xe2\x80\xa8", "\"\\u2028\"", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str out = STR_INIT;

		go_quote(&out, cases[i].text, strlen(cases[i].text), '"', cases[i].ascii);
		assert_string_equal(out.buf, cases[i].quoted);
		str_release(&out);
	}
}

static void
test_unquotes(void **state)
{
	static const struct {
		const char *quoted, *text;	/* NULL: invalid syntax */
	} cases[] = {
		{ "\"a\\x41\\u00e9\\101\\n\"", "aA\xc3\xa9" "A\n" },
		{ "\"\\\"\"", "\"" },
		{ "`a\\n\r`", "a\\n" },
		{ "\"\\'\"", NULL },
		{ "\"\\q\"", NULL },
		{ "\"\\ud800\"", NULL },
		{ "\"\\400\"", NULL },
		{ "\"a\nb\"", NULL },
		{ "\"", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str out = STR_INIT;

		assert_int_equal(go_unquote(cases[i].quoted, strlen(cases[i].quoted), &out), cases[i].text != NULL);
		if (cases[i].text)
			assert_string_equal(out.buf, cases[i].text);
		str_release(&out);
	}
}

static void
test_floats(void **state)
{
	static const struct {
		double number;
		char verb;
		int precision;
		const char *text;
	} cases[] = {
		{ 1, 'g', -1, "1" },
		{ 1e6, 'g', -1, "1e+06" },
		{ 123456789, 'g', -1, "1.23456789e+08" },
		{ 100000, 'g', -1, "100000" },
		{ 0.0001, 'g', -1, "0.0001" },
		{ 0.00001234, 'g', -1, "1.234e-05" },
		{ 0.1, 'g', -1, "0.1" },
		{ 3.14159, 'f', 2, "3.14" },
		{ 3.14159, 'e', 6, "3.141590e+00" },
		{ 3.14159, 'g', 3, "3.14" },
		{ 1.5, 'x', -1, "0x1.8p+00" },
		{ 1e-10, 'G', -1, "1E-10" },
		{ 1, 'b', -1, "4503599627370496p-52" },
		{ 1500000, 'f', -1, "1500000" },
		{ 0x1p-24, 'g', -1, "5.960464477539063e-08" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str out = STR_INIT;

		go_add_float(&out, cases[i].number, cases[i].verb, cases[i].precision);
		assert_string_equal(out.buf, cases[i].text);
		str_release(&out);
	}
}

static void
test_numbers(void **state)
{
	static const char *const wrong[] = { "", "08", "1__0", "_1", "1_", "0x", "1a", "18446744073709551616" };
	uint64_t whole;
	int64_t integer;
	double real;

	(void)state;
	assert_true(go_parse_uint("0x1F", &whole) && whole == 31);
	assert_true(go_parse_uint("017", &whole) && whole == 15);
	assert_true(go_parse_uint("0b101", &whole) && whole == 5);
	assert_true(go_parse_uint("1_000", &whole) && whole == 1000);
	assert_true(go_parse_int("-9223372036854775808", &integer) && integer == INT64_MIN);
	assert_false(go_parse_int("9223372036854775808", &integer));
	assert_true(go_parse_float("0x1p-2", &real) && real >= 0.25 && real <= 0.25);
	assert_false(go_parse_float("1e400", &real));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(go_parse_uint(wrong[i], &whole));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_unquotes),
		cmocka_unit_test(test_floats),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
