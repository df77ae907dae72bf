/* struct str keeps its promises after each step; ASCII letters and nothing else. */
#include "svcsim/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>

static void
assert_sane(const struct str *str, const char *text)
{
	assert_non_null(str->buf);
	assert_int_equal(str->len, strlen(text));
	assert_string_equal(str->buf, text);
	assert_true(str->cap ? str->cap > str->len : str->buf == str_empty);
}

static void
test_growing(void **state)
{
	struct str str = STR_INIT;
	char *text;

	(void)state;
	assert_sane(&str, "");
	str_add(&str, "");
	str_addrep(&str, 'x', 0);
	str_addf(&str, "%s", "");
	assert_sane(&str, "");
	str_addf(&str, "%d%s", 12, "ab");
	str_addch(&str, '!');
	str_addrep(&str, '-', 3);
	str_addn(&str, "xyz", 2);
	assert_sane(&str, "12ab!---xy");
	str_truncate(&str, 4);
	assert_sane(&str, "12ab");
	str_clear(&str);
	assert_sane(&str, "");
	text = str_detach(&str);
	assert_string_equal(text, "");
	free(text);
	assert_sane(&str, "");
	for (int i = 0; i < 1000; i++)
		str_add(&str, "0123456789");
	assert_int_equal(str.len, 10000);
	assert_int_equal(str.buf[9999], '9');
	assert_int_equal(str.buf[10000], '\0');
	str_release(&str);
	str_release(&str);
	assert_sane(&str, "");
}

static void
test_nul(void **state)
{
	struct str str = STR_INIT;

	(void)state;
	str_addn(&str, "a\0b", 3);
	str_addch(&str, '\0');
	assert_int_equal(str.len, 4);
	assert_memory_equal(str.buf, "a\0b\0", 5);
	str_release(&str);
}

static void
test_compare(void **state)
{
	(void)state;
	assert_true(str_starts("kubectl", "kube") && str_starts("a", "") && !str_starts("ku", "kube"));
	assert_true(str_ends("a.yaml", ".yaml") && str_ends("a", "") && !str_ends("aml", ".yaml"));
	assert_int_equal(ascii_casecmp("NodePort", "nodeport"), 0);
	assert_true(ascii_casecmp("a", "B") < 0 && ascii_casecmp("ab", "A") > 0);
}

static void
test_ascii(void **state)
{
	(void)state;
	for (int c = -128; c < 256; c++) {
		bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';

		assert_int_equal(ascii_isupper(c), upper);
		assert_int_equal(ascii_isalpha(c), upper || lower);
		assert_int_equal(ascii_isdigit(c), digit);
		assert_int_equal(ascii_isalnum(c), upper || lower || digit);
		assert_int_equal(ascii_isspace(c), c == ' ' || (c >= 9 && c <= 13));
		assert_int_equal(ascii_tolower(c), upper ? c + 32 : c);
		assert_int_equal(ascii_toupper(c), lower ? c - 32 : c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growing),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_ascii),
	};

	return cmocka_run_group_tests_name("base/str", tests, NULL, NULL);
}
