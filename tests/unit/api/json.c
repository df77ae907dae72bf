/* JSON in and out: RFC 8259, Go's words for what is wrong, Go's form of what is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"

/* text read and written again; NULL: it is refused. */
static void
check_json(const char *text, const char *expected, unsigned indent)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str out = STR_INIT;
	struct value *value = NULL;
	int result = json_read("t.json", text, strlen(text), &arena, &value, &err);

	if (expected == NULL) {
		assert_int_equal(result, -1);
	} else {
		assert_int_equal(result, 0);
		json_write(value, indent, &out);
		assert_string_equal(out.buf, expected);
	}
	str_release(&out);
	err_release(&err);
	arena_release(&arena);
}

static void
test_written_as_go_does(void **state)
{
	(void)state;
	check_json(" { \"b\" : [ ] , \"a\" : { } } ", "{\"a\":{},\"b\":[]}", 0);
	check_json("{\"b\":[1,{\"c\":null}],\"a\":{}}",
		"{\n    \"a\": {},\n    \"b\": [\n        1,\n        {\n            \"c\": null\n        }\n    ]\n}",
		4);
	check_json("\"<a>&\\u2028\\u0007\\t\\/\"", "\"\\u003ca\\u003e\\u0026\\u2028\\u0007\\t/\"", 0);
	check_json("\"\xc3\xa9\"", "\"\xc3\xa9\"", 0);
	check_json("{\"a\":1,\"a\":2}", "{\"a\":2}", 0);
}

/* The right column is what kubectl 1.32 prints with -o json for the left one. */
static void
test_numbers(void **state)
{
	static const char *const cases[][2] = {
		{ "0", "0" },
		{ "-0", "0" },
		{ "1.0", "1" },
		{ "1e3", "1000" },
		{ "1234567.5", "1234567.5" },
		{ "1e21", "1e+21" },
		{ "99999999999999999999", "100000000000000000000" },
		{ "18446744073709551615", "18446744073709552000" },
		{ "9223372036854775807", "9223372036854775807" },
		{ "-9223372036854775808", "-9223372036854775808" },
		{ "9223372036854775808", "9223372036854776000" },
		{ "1.5e-7", "1.5e-7" },
		{ "0.00001", "0.00001" },
		{ "-1.5", "-1.5" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check_json(cases[i][0], cases[i][1], 0);
}

static void
test_surrogate_pairs(void **state)
{
	(void)state;
	check_json("\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"", 0);
	check_json("\"\\ud83dx\"", "\"\xef\xbf\xbdx\"", 0);
	check_json("\"\\ude00\\ud83d\"", "\"\xef\xbf\xbd\xef\xbf\xbd\"", 0);
}

static void
test_refused(void **state)
{
	static const char *const cases[] = {"", " ", "{", "[1", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "01", "-",
		"1.", ".5", "1e", "+1", "tru", "nulL", "'a'", "\"a", "\"\\x41\"", "\"\\u12g4\"", "\"\\u0000\"",
		"\"\t\"", "\"\xff\"", "1 2", "[1]]", "// c\n1", "NaN", "1e999", "\"\\"};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check_json(cases[i], NULL, 0);
}

static void
check_error(const char *text, unsigned line, unsigned column, const char *expected)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct value *value = NULL;

	assert_int_equal(json_read("t.json", text, strlen(text), &arena, &value, &err), -1);
	assert_null(value);
	assert_string_equal(err.text, expected);
	assert_int_equal(err.line, line);
	assert_int_equal(err.column, column);
	err_release(&err);
	arena_release(&arena);
}

static void
test_errors_have_a_place(void **state)
{
	(void)state;
	check_error("{\"a\": 1,\n \"b\" 2}", 2, 6, "invalid character '2' after object key");
	check_error("{\"a\": 1\n \"b\": 2}", 2, 2, "invalid character '\"' after object key:value pair");
	check_error("[1 2]", 1, 4, "invalid character '2' after array element");
	check_error("{'a': 1}", 1, 2, "invalid character '\\'' looking for beginning of object key string");
	check_error("{\"a\": tru}", 1, 10, "invalid character '}' in literal true (expecting 'e')");
	check_error("[1, 2", 1, 6, "unexpected end of JSON input");
	check_error("{} x", 1, 4, "invalid character 'x' after top-level value");
}

static void
test_depth_limit(void **state)
{
	char text[2 * (YAML_DEPTH_MAX + 1) + 1];

	(void)state;
	memset(text, '[', YAML_DEPTH_MAX);
	memset(text + YAML_DEPTH_MAX, ']', YAML_DEPTH_MAX);
	text[2 * YAML_DEPTH_MAX] = '\0';
	check_json(text, text, 0);
	memset(text, '[', YAML_DEPTH_MAX + 1);
	memset(text + YAML_DEPTH_MAX + 1, ']', YAML_DEPTH_MAX + 1);
	text[2 * (YAML_DEPTH_MAX + 1)] = '\0';
	check_json(text, NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written_as_go_does),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_surrogate_pairs),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_errors_have_a_place),
		cmocka_unit_test(test_depth_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
