/* Expected values are what bash's case answers for the same pattern and word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/glob.h"

static void
test_matches(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {
		{ "", "", true }, { "", "a", false }, { "*", "", true }, { "*", "abc", true }, { "a*", "abc", true },
		{ "a*", "bac", false }, { "*c", "abc", true }, { "a*c", "abbc", true }, { "a*c", "abcd", false },
		{ "*b*b*", "abab", true }, { "?", "a", true }, { "?", "", false }, { "a?c", "abc", true },
		{ "[abc]x", "bx", true }, { "[a-c]x", "dx", false }, { "[!a]x", "bx", true }, { "[^a]x", "ax", false },
		{ "[]]", "]", true }, { "[a", "[a", true }, { "[[:digit:]]*", "9a", true },
		{ "[[:upper:]]", "a", false },
		{ "\\*", "*", true }, { "\\*", "a", false }, { "a\\?", "a?", true }, { "[\\]]", "]", true },
		{ "web-*-[0-9]", "web-7d-4", true }, { "*.yaml", "a.yml", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (glob_match(rows[i].pattern, rows[i].text) != rows[i].matches)
			print_error("%s %s\n", rows[i].pattern, rows[i].text);
		assert_int_equal(glob_match(rows[i].pattern, rows[i].text), rows[i].matches);
	}
}

/* Many stars over a long text: the time is at most the product of the lengths. */
static void
test_hostile_pattern(void **state)
{
	char text[5001], pattern[201];

	(void)state;
	for (size_t i = 0; i < sizeof text - 1; i++)
		text[i] = 'a';
	for (size_t i = 0; i < sizeof pattern - 1; i++)
		pattern[i] = i % 2 ? 'a' : '*';
	text[sizeof text - 1] = '\0';
	pattern[sizeof pattern - 2] = 'b';
	pattern[sizeof pattern - 1] = '\0';
	assert_false(glob_match(pattern, text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_hostile_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
