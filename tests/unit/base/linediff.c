/* Hunks as GNU diff 3.8 -u prints them (behind its two lines of names), each made with it. */
#include "base/linediff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *old, *new, *hunks;
} cases[] = {
	{ "", "", "" },
	{ "a\n", "a\n", "" },
	{ "", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n" },
	{ "a\nb\n", "", "@@ -1,2 +0,0 @@\n-a\n-b\n" },
	{ "a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n" },
	{ "a\nb\nc\nd\ne\nf\ng\n", "a\nb\nc\nX\ne\nf\ng\n", "@@ -1,7 +1,7 @@\n a\n b\n c\n-d\n+X\n e\n f\n g\n" },
	/* a run that could stand in three places stands at the last */
	{ "x\n-\nx\n-\ny\n", "x\n-\nx\n-\nx\n-\ny\n", "@@ -2,4 +2,6 @@\n -\n x\n -\n+x\n+-\n y\n" },
	/* six lines between two changes: one hunk; seven: two */
	{ "1\n2\n3\n4\n5\n6\n7\n8\n", "A\n2\n3\n4\n5\n6\n7\nB\n",
		"@@ -1,8 +1,8 @@\n-1\n+A\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+B\n" },
	{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "A\n2\n3\n4\n5\n6\n7\n8\nB\n",
		"@@ -1,4 +1,4 @@\n-1\n+A\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+B\n" },
	{ "a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n", "@@ -1,7 +1,6 @@\n-a\n-b\n c\n-a\n b\n+a\n b\n a\n+c\n" },
};

static void
test_unified(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str out = STR_INIT;
		struct linediff diff;

		linediff_init(&diff, cases[i].old, strlen(cases[i].old), cases[i].new, strlen(cases[i].new));
		linediff_unified(&diff, &out);
		assert_string_equal(out.buf, cases[i].hunks);
		assert_int_equal(linediff_same(&diff), !*cases[i].hunks);
		linediff_release(&diff);
		str_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_unified) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
