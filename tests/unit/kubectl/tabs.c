/* Tables in blanks; the watched one is as kubectl get pods -w prints it, whose columns only become wider. */
#include "kubectl/tabs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
columns_are_as_wide_as_they_need(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	tabs_align("NAME\tREADY\tAGE\nweb\t1/1\t5s\n", TABS_TABLE, &out);
	assert_string_equal(out.buf, "NAME   READY   AGE\nweb    1/1     5s\n");
	str_release(&out);
}

static void
later_rows_keep_the_widths(void **state)
{
	static const char *const rows[] = {
		"NAME\tREADY\tSTATUS\tRESTARTS\tAGE\nnginx\t0/1\tPending\t0\t0s\n",
		"nginx\t0/1\tContainerCreating\t0\t0s\n",
		"nginx\t1/1\tRunning\t0\t2s\n",
	};
	tab_widths widths = VEC_INIT;
	struct str out = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		tabs_align_on(rows[i], TABS_TABLE, &widths, &out);
	assert_string_equal(out.buf,
		"NAME    READY   STATUS    RESTARTS   AGE\n"
		"nginx   0/1     Pending   0          0s\n"
		"nginx   0/1     ContainerCreating   0          0s\n"
		"nginx   1/1     Running             0          2s\n");
	str_release(&out);
	vec_release(&widths);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_as_wide_as_they_need),
		cmocka_unit_test(later_rows_keep_the_widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
