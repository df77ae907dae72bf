/* Lines that fit a width; each case shows the rows joined by "|". */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "term/wrap.h"

struct row {
	const char *text;
	int width;
	const char *soft, *hard;
};

static const struct row rows[] = {
	{ "", 10, "", "" },
	{ "one", 10, "one", "one" },
	{ "one two three", 7, "one two|three", "one two| three" },
	{ "one two three", 8, "one two|three", "one two |three" },
	{ "abcdefghij", 4, "abcd|efgh|ij", "abcd|efgh|ij" },
	{ "a\n\nb", 4, "a||b", "a||b" },
	{ "a\n", 4, "a", "a" },
	{ "x abcdefgh", 4, "x|abcd|efgh", "x ab|cdef|gh" },
	{ "- one two three", 9, "- one two|  three", "- one two| three" },
	{ "10. a bb ccc dd", 8, "10. a bb|    ccc|    dd", "10. a bb| ccc dd" },
	{ " * a b c\nc d e fg", 6, " * a b|   c|c d e|fg", " * a b| c|c d e |fg" },
	{ "- abc def", 3, "-|abc|def", "- a|bc |def" },
	{ "\346\227\245\346\234\254\350\252\236", 4,
		"\346\227\245\346\234\254|\350\252\236", "\346\227\245\346\234\254|\350\252\236" },
};

static void
join(const char *text, const struct wrap *wrap, struct str *out)
{
	for (size_t i = 0; i < wrap->n; i++) {
		str_add(out, i ? "|" : "");
		str_addrep(out, ' ', (size_t)wrap->v[i].indent);
		str_addn(out, text + wrap->v[i].start, wrap->v[i].len);
	}
}

static void
check(void (*wrap_by)(struct wrap *, const char *, size_t, int), const struct row *row, const char *want)
{
	struct wrap wrap = VEC_INIT;
	struct str got = STR_INIT;

	wrap_by(&wrap, row->text, strlen(row->text), row->width);
	join(row->text, &wrap, &got);
	assert_string_equal(got.buf, want);
	str_release(&got);
	wrap_release(&wrap);
}

static void
lines_fit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		check(wrap_text, &rows[i], rows[i].soft);
		check(wrap_hard, &rows[i], rows[i].hard);
	}
}

static void
tabs_become_blanks(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	wrap_prepare(&out, "a\tb\n\033\tc", 7);
	assert_string_equal(out.buf, "a       b\n^[      c");
	str_release(&out);
}

static void
paragraphs_are_joined(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "one\ntwo\n", "one two\n" },
		{ "one\ntwo\n\nthree", "one two\n\nthree\n" },
		{ "see:\n\n  a  b\n  c\nend\n", "see:\n\n  a  b\n  c\nend\n" },
		{ "list:\n- one\n  more\n- two\nend of two\n", "list:\n- one more\n- two end of two\n" },
		{ "1. a\n2. b\n", "1. a\n2. b\n" },
		{ "a -b\n10.0.0.1 is it\n", "a -b 10.0.0.1 is it\n" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str out = STR_INIT;

		wrap_join(&out, cases[i].text);
		assert_string_equal(out.buf, cases[i].want);
		str_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paragraphs_are_joined),
		cmocka_unit_test(lines_fit),
		cmocka_unit_test(tabs_become_blanks),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("tui/wrap", tests, NULL, NULL);
}
