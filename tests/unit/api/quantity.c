/* Canonical forms; the values are those of apimachinery's documentation and tests of resource.Quantity. */
#include "api/quantity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_canonical(void **state)
{
	static const struct {
		const char *text, *canonical;
	} cases[] = {
		{ "1.5", "1500m" },
		{ "1.5Gi", "1536Mi" },
		{ "0.5", "500m" },
		{ "1024Mi", "1Gi" },
		{ "100m", "100m" },
		{ "1000m", "1" },
		{ "0", "0" },
		{ "0Ki", "0" },
		{ "1000", "1k" },
		{ "1e3", "1e3" },
		{ "12e6", "12e6" },
		{ "128Mi", "128Mi" },
		{ "512Ki", "512Ki" },
		{ "2000Mi", "2000Mi" },
		{ "0.5Ki", "512" },
		{ "-1.5", "-1500m" },
		{ "1100m", "1100m" },
		{ "110", "110" },
		{ "0.1n", "1n" },
		{ "1E", "1E" },
		{ "500M", "500M" },
		{ "1.1Ki", "1126400m" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str out = STR_INIT;

		if (quantity_canonical(cases[i].text, &out) || strcmp(out.buf, cases[i].canonical) != 0)
			fail_msg("%s gives %s, not %s", cases[i].text, out.buf, cases[i].canonical);
		str_release(&out);
	}
}

static void
test_refused(void **state)
{
	static const char *const format[] = { "", "abc", "1 Gi", "1GiB2x", "!", "true" },
				 *const suffix[] = { "1GM", "1Mm", "1ee3", "1K" };
	struct str out = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof format / sizeof *format; i++)
		assert_string_equal(quantity_canonical(format[i], &out),
			"quantities must match the regular expression "
			"'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
	for (size_t i = 0; i < sizeof suffix / sizeof *suffix; i++)
		assert_string_equal(quantity_canonical(suffix[i], &out), "unable to parse quantity's suffix");
	str_release(&out);
}

static void
test_compare(void **state)
{
	(void)state;
	assert_true(quantity_compare("1", "1000m") == 0);
	assert_true(quantity_compare("1Gi", "1G") > 0);
	assert_true(quantity_compare("500m", "1") < 0);
	assert_true(quantity_compare("-1", "0") < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
