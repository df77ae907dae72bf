/* Layout and spelling as Go's encoding/json has them. */
#include "base/json_out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
write_sample(struct json_out *out)
{
	json_out_open(out, '{');
	json_out_key(out, "a");
	json_out_open(out, '[');
	json_out_int(out, INT64_MIN);
	json_out_bool(out, true);
	json_out_string(out, NULL);
	json_out_open(out, '{');
	json_out_close(out, '}');
	json_out_close(out, ']');
	json_out_key(out, "b");
	json_out_open(out, '[');
	json_out_close(out, ']');
	json_out_close(out, '}');
}

static void
test_layout(void **state)
{
	struct str str = STR_INIT;
	struct json_out out;

	(void)state;
	json_out_init(&out, &str, 0);
	write_sample(&out);
	assert_string_equal(str.buf, "{\"a\":[-9223372036854775808,true,null,{}],\"b\":[]}");
	str_clear(&str);
	json_out_init(&out, &str, 2);
	write_sample(&out);
	assert_string_equal(str.buf, "{\n  \"a\": [\n    -9223372036854775808,\n    true,\n    null,\n    {}\n  ],\n  \"b\": []\n}");
	str_release(&str);
}

static void
test_doubles(void **state)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
		{ 0, "0" }, { 1, "1" }, { -1.5, "-1.5" }, { 0.1, "0.1" }, { 1.0 / 3, "0.3333333333333333" }, { 100, "100" },
		{ 123456.75, "123456.75" }, { 1e20, "100000000000000000000" }, { 1e21, "1e+21" }, { 1.5e300, "1.5e+300" },
		{ 0.000001, "0.000001" }, { 0.0000001, "1e-7" }, { 1.25e-9, "1.25e-9" }, { 5e-324, "5e-324" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct str str = STR_INIT;
		struct json_out out;

		json_out_init(&out, &str, 0);
		json_out_double(&out, rows[i].value);
		assert_string_equal(str.buf, rows[i].text);
		str_release(&str);
	}
}

static void
test_quote(void **state)
{
	static const struct {
		const char *text;
		bool html;
		const char *want;
	} rows[] = {
		{ "a\"b\\c/", false, "\"a\\\"b\\\\c/\"" },
		{ "\b\f\n\r\t\x01\x1f\x7f", false, "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"" },
		{ "<&>", false, "\"<&>\"" },
		{ "<&>", true, "\"\\u003c\\u0026\\u003e\"" },
		{ "\xe2\x80\xa8\xe2\x80\xa9\xc3\xa9", false, "\"\\u2028\\u2029\xc3\xa9\"" },
		{ "a\xff" "b\xc3", false, "\"a\\ufffdb\\ufffd\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct str str = STR_INIT;

		json_quote(&str, rows[i].text, strlen(rows[i].text), rows[i].html);
		assert_string_equal(str.buf, rows[i].want);
		str_release(&str);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_doubles),
		cmocka_unit_test(test_quote),
	};

	return cmocka_run_group_tests_name("base/json_out", tests, NULL, NULL);
}
