/* The small tools, against what GNU coreutils 9.1, grep 3.8, sed 4.9 and mawk print for the same line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/shell.h"

static const struct {
	const char *line, *out;
} rows[] = {
	{ "echo -e 'a\\tb\\c d'; echo -n x; echo -x", "a\tbx-x\n" },
	{ "printf '%-5s|%3d|%03d\\n' ab 7 7 c 10 10", "ab   |  7|007\nc    | 10|010\n" },
	{ "printf '%s\\n' a b; printf '%s-%s\\n' a", "a\nb\na-\n" },
	{ "seq 1 20 | tail -n +19; seq 20 | head -2; seq 5 | head -n -3; seq 3 | tail -1; seq 2 2 6", "19\n20\n1\n2\n1\n2\n3\n2\n4\n6\n" },
	{ "printf 'a b\\nc\\n' | wc; printf 'a b\\nc\\n' | wc -w", "      2       3       6\n3\n" },
	{ "printf 'b\\na\\nb\\n' | sort | uniq -c", "      1 a\n      2 b\n" },
	{ "printf '10 x\\n9 y\\n' | sort -n; printf '10 x\\n9 y\\n' | sort; printf 'x:2\\ny:10\\n' | sort -t: -k2 -nr",
		"9 y\n10 x\n10 x\n9 y\ny:10\nx:2\n" },
	{ "echo a:b:c | cut -d: -f1,3; echo a:b:c | cut -d: -f2-; echo abcdef | cut -c2-3,5; echo x | cut -d: -f2",
		"a:c\nb:c\nbce\nx\n" },
	{ "echo 'hello  world' | tr -s ' ' '_' | tr a-y b-z; echo aXb | tr -d X; echo a.b.c | tr . -", "ifmmp_xpsme\nab\na-b-c\n" },
	{ "echo -n hello | base64; echo aGVsbG8= | base64 -d", "aGVsbG8=\nhello" },
	{ "printf 'a\\nb\\nc\\nd\\n' | grep -n -A1 b; printf 'x\\n' | grep -c y; printf 'Ab\\n' | grep -io B", "2:b\n3-c\n0\nb\n" },
	{ "printf 'foo\\nfood\\n' | grep -w foo; printf 'a.c\\nabc\\n' | grep -F a.c; printf 'a\\nb\\nc\\n' | grep -Ev 'a|c'",
		"foo\na.c\nb\n" },
	{ "printf '1\\n2\\n3\\n4\\n' | sed -n '2,3p'; printf '1\\n2\\n3\\n' | sed '2d;$s/3/x/'", "2\n3\n1\nx\n" },
	{ "echo aaa | sed 's/a/b/2'; echo aaa | sed 's/a/<&>/g'; echo k=v | sed -E 's/(.*)=(.*)/\\2=\\1/'; echo /a/b | sed 's|/|_|g'",
		"aba\n<a><a><a>\nv=k\n_a_b\n" },
	{ "printf 'a\\nb\\n' | sed '/a/a x'; printf 'a\\nb\\n' | sed '/b/i y'; printf 'a\\nb\\n' | sed '1c z'; seq 9 | sed 2q",
		"a\nx\nb\na\ny\nb\nz\nb\n1\n2\n" },
	{ "echo x | sed 'a\\  one\\ttab\\nnew \\q'; echo x | sed 'a   one'; echo x | sed '$i\\\n  two\\\n  more'",
		"x\n  one\ttab\nnew q\nx\none\n  two\n  more\nx\n" },
	{ "echo abc | sed 's/x*/-/g'; echo aaa | sed 's/a*/-/g'; echo baac | sed 's/a*/x/g'; echo aaa | sed 's/a/b/2g'",
		"-a-b-c-\n-\nxbxcx\nabb\n" },
	{ "echo 'port: 80' > f; sed -i 's/80/8080/' f; cat f", "port: 8080\n" },
	{ "printf 'a 1\\nb 2\\n' | awk '{print $2, $1}'; printf 'a 1\\nb 2\\n' | awk 'NR==2{print $NF}'", "1 a\n2 b\n2\n" },
	{ "echo a:b | awk -F: '{print $2\"-\"$1}'; seq 4 | awk '{s+=$1} END{print s, NR, s/NR}'", "b-a\n10 4 2.5\n" },
	{ "printf 'x 9\\ny 10\\n' | awk '$2>9 && $1!=\"x\"'; echo abc | awk '/b/{print length($1)}'", "y 10\n3\n" },
	{ "printf 'a b\\nc\\n' | xargs echo; printf 'a\\nb\\n' | xargs -I{} echo '<{}>'; seq 3 | xargs -n2 echo", "a b c\n<a>\n<b>\n1 2\n3\n" },
	{ "mkdir -p d/e; touch d/x; ls d; cp d/x y; mv y z; ls; rm -r d; ls", "e\nx\nd\nz\nz\n" },
	{ "echo a | tee t | cat - t; cat -n t", "a\na\n     1\ta\n" },
	{ "cd /tmp; pwd; cd - ; cd ..; pwd", "/tmp\n/root\n/\n" },
	{ "date; sleep 90; date", "Mon Nov 23 04:12:57 UTC 2026\nMon Nov 23 04:14:27 UTC 2026\n" },
};

static void
test_tools(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct cluster cluster;
		struct shell shell;
		struct sink_str out = SINK_STR_INIT, err_out = SINK_STR_INIT;
		struct io io = { .out = &out.sink, .err = &err_out.sink };
		struct err err = ERR_INIT;

		assert_int_equal(
			cluster_make(&cluster, 1, INT64_C(1795407176) * CLOCK_SECOND, NULL, 0, false, &err), 0);
		cluster.server.clock.now = INT64_C(1795407177) * CLOCK_SECOND;
		shell_init(&shell, &cluster, &io);
		shell_line(&shell, rows[i].line);
		if (strcmp(out.str.buf, rows[i].out) || err_out.str.len)
			fail_msg("%s\n-- out\n%s-- err\n%s", rows[i].line, out.str.buf, err_out.str.buf);
		shell_release(&shell);
		cluster_release(&cluster);
		str_release(&out.str);
		str_release(&err_out.str);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tools),
	};

	return cmocka_run_group_tests_name("host/tools", tests, NULL, NULL);
}
