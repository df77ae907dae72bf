/*
 * The transcripts in tests/shell: lines, and what bash 5.2 and Debian 12's tools print for them.  Each starts with a
 * shell of its own.
 */
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/shell.h"

#define NOW (INT64_C(1795407176) * CLOCK_SECOND)

struct transcript {
	struct str before;	/* of the whole file: a line that is run first */
	struct str line, out, err;
	bool says_errors;	/* is err what it has to be? */
	int status;
};

static bool
read_line(FILE *file, struct str *line)
{
	int c;

	str_clear(line);
	while ((c = getc(file)) != EOF && c != '\n')
		str_addch(line, (char)c);
	return c != EOF || line->len;
}

/* "$ line", "> more of it", the output, "\\err" and what is said on standard error, "\\exit status". */
static bool
next_transcript(FILE *file, struct transcript *transcript)
{
	struct str line = STR_INIT;
	bool found = false;

	str_clear(&transcript->line);
	str_clear(&transcript->out);
	str_clear(&transcript->err);
	while (!found && read_line(file, &line)) {
		if (str_starts(line.buf, "$ ") && !transcript->line.len) {
			str_add(&transcript->line, line.buf + 2);
		} else if (str_starts(line.buf, "> ") && !transcript->out.len) {
			str_addf(&transcript->line, "\n%s", line.buf + 2);
		} else if (sscanf(line.buf, "\\exit %d", &transcript->status) == 1) {
			found = true;
		} else if (strcmp(line.buf, "\\no newline") == 0) {
			str_truncate(&transcript->out, transcript->out.len - 1);
		} else if (str_starts(line.buf, "\\before ")) {
			str_add(&transcript->before, line.buf + 8);
			transcript->says_errors = true;
		} else if (str_starts(line.buf, "\\err ")) {
			str_addf(&transcript->err, "%s\n", line.buf + 5);
		} else if (transcript->line.len) {
			str_addf(&transcript->out, "%s\n", line.buf);
		}
	}
	str_release(&line);
	return found;
}

static void
run_transcript(struct cluster *cluster, const struct transcript *transcript)
{
	struct sink_str out = SINK_STR_INIT, err = SINK_STR_INIT;
	struct io io = { .out = &out.sink, .err = &err.sink };
	struct shell shell;
	int status;

	shell_init(&shell, cluster, &io);
	if (transcript->before.len)
		shell_line(&shell, transcript->before.buf);
	shell.status = 0;
	status = shell_line(&shell, transcript->line.buf);
	if (status != transcript->status || strcmp(out.str.buf, transcript->out.buf) != 0)
		print_error("line: %s\nerrors: %s\n", transcript->line.buf, err.str.buf);
	assert_string_equal(out.str.buf, transcript->out.buf);
	assert_int_equal(status, transcript->status);
	if (transcript->says_errors)
		assert_string_equal(err.str.buf, transcript->err.buf);
	shell_release(&shell);
	str_release(&out.str);
	str_release(&err.str);
}

static void
run_file(const char *path)
{
	struct transcript transcript = { .before = STR_INIT, .line = STR_INIT, .out = STR_INIT, .err = STR_INIT };
	FILE *file = fopen(path, "r");
	struct err err = ERR_INIT;
	struct cluster cluster;
	size_t n = 0;

	assert_non_null(file);
	assert_int_equal(cluster_make(&cluster, 1, NOW, NULL, 0, false, &err), 0);
	for (; next_transcript(file, &transcript); n++)
		run_transcript(&cluster, &transcript);
	assert_true(n > 10);
	fclose(file);
	cluster_release(&cluster);
	str_release(&transcript.before);
	str_release(&transcript.line);
	str_release(&transcript.err);
	str_release(&transcript.out);
}

static void
test_language(void **state)
{
	(void)state;
	run_file("tests/shell/language.txt");
}

static void
test_jq(void **state)
{
	(void)state;
	run_file("tests/shell/jq.txt");
}

static void
test_tools(void **state)
{
	(void)state;
	run_file("tests/shell/tools.txt");
}

static void
test_awk(void **state)
{
	(void)state;
	run_file("tests/shell/awk.txt");
}

static void
test_date(void **state)
{
	(void)state;
	run_file("tests/shell/date.txt");
}

static void
test_sed(void **state)
{
	(void)state;
	run_file("tests/shell/sed.txt");
}

static void
test_lines(void **state)
{
	(void)state;
	run_file("tests/shell/lines.txt");
}

static void
test_texts(void **state)
{
	(void)state;
	run_file("tests/shell/texts.txt");
}

static void
test_grep(void **state)
{
	(void)state;
	run_file("tests/shell/grep.txt");
}

static void
test_files(void **state)
{
	(void)state;
	run_file("tests/shell/files.txt");
}

static void
test_bash(void **state)
{
	(void)state;
	run_file("tests/shell/bash.txt");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_language),
		cmocka_unit_test(test_jq),
		cmocka_unit_test(test_tools),
		cmocka_unit_test(test_awk),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_sed),
		cmocka_unit_test(test_bash),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_grep),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
