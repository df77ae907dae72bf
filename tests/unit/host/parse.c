/* What is a whole line, what wants more, and what bash calls wrong: the texts are bash 5.2's. */
#include "host/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/shell.h"

static void
test_errors(void **state)
{
	static const struct {
		const char *line, *text;
		bool incomplete;
	} rows[] = {
		{ "a | | b", "syntax error near unexpected token `|'", false },
		{ "| a", "syntax error near unexpected token `|'", false },
		{ "a ;; b", "syntax error near unexpected token `;;'", false },
		{ "a && && b", "syntax error near unexpected token `&&'", false },
		{ "a > | b", "syntax error near unexpected token `|'", false },
		{ "a >\nb", "syntax error near unexpected token `newline'", false },
		{ ")", "syntax error near unexpected token `)'", false },
		{ "a )", "syntax error near unexpected token `)'", false },
		{ "done", "syntax error near unexpected token `done'", false },
		{ "if a; then fi", "syntax error near unexpected token `fi'", false },
		{ "for 1x in a; do b; done", "`1x': not a valid identifier", false },
		{ "echo 'a", "unexpected EOF while looking for matching `''", true },
		{ "echo \"a", "unexpected EOF while looking for matching `\"'", true },
		{ "echo ${a", "unexpected EOF while looking for matching `}'", true },
		{ "a |", "syntax error: unexpected end of file", true },
		{ "a &&", "syntax error: unexpected end of file", true },
		{ "(a", "syntax error: unexpected end of file", true },
		{ "for x in a b; do echo", "syntax error: unexpected end of file", true },
		{ "if a; then b; else", "syntax error: unexpected end of file", true },
		{ "echo $(a", "syntax error: unexpected end of file", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct script script;

		assert_false(script_parse(&script, rows[i].line, strlen(rows[i].line)));
		assert_true(script.syntax.failed);
		assert_string_equal(script.syntax.text, rows[i].text);
		assert_int_equal(script.syntax.incomplete, rows[i].incomplete);
		script_release(&script);
	}
}

static void
test_whole_lines(void **state)
{
	static const char *const lines[] = {
		"", "   ", "# a comment", "a; b & c", "a |\n b", "a &&\n\n b", "x=1", "x=1 y=$(a) cmd", "a >b 2>&1 <c",
		"for x in 1 2 3; do echo $x; done", "for x\nin a\ndo\nb\ndone",
		"if a; then b; elif c; then d; else e; fi | f",
		"while ! a; do b; done", "{ a; b; } > c", "(a; (b))", "echo \"$(echo \"a)\")\"", "echo `a`",
		"cat <<EOF\nit's (\nEOF\necho b", "a \\\n b", "echo }", "echo if then", "cat <<A <<B\n1\nA\n2\nB\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct script script;
		bool parsed = script_parse(&script, lines[i], strlen(lines[i]));

		if (!parsed)
			fail_msg("%s: %s", lines[i], script.syntax.text);
		assert_null(script.syntax.here_missing);
		script_release(&script);
		assert_false(shell_wants_more(lines[i]));
	}
}

static void
test_wants_more(void **state)
{
	(void)state;
	assert_true(shell_wants_more("cat <<EOF"));
	assert_true(shell_wants_more("cat <<EOF\na\n"));
	assert_false(shell_wants_more("cat <<EOF\na\nEOF\n"));
	assert_false(shell_wants_more("cat <<-EOF\n\ta\n\tEOF\n"));
	assert_true(shell_wants_more("echo 'a\n"));
	assert_true(shell_wants_more("a \\"));
	assert_false(shell_wants_more("a | | b"));
}

/* A word's parts say what stood in quotes. */
static void
test_parts(void **state)
{
	static const char line[] = "a$x\"b $y\"'$z'";
	static const struct {
		enum part_kind kind;
		bool quoted;
		const char *text;
	} rows[] = {
		{ PART_TEXT, false, "a" }, { PART_VARIABLE, false, "x" }, { PART_TEXT, true, "b " },
		{ PART_VARIABLE, true, "y" }, { PART_TEXT, true, "$z" },
	};
	struct script script;
	const struct part *part;

	(void)state;
	assert_true(script_parse(&script, line, strlen(line)));
	assert_int_equal(script.root->children->kind, TREE_COMMAND);
	part = script.root->children->words->parts;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++, part = part->next) {
		assert_non_null(part);
		assert_int_equal(part->kind, rows[i].kind);
		assert_int_equal(part->quoted, rows[i].quoted);
		assert_string_equal(part->text, rows[i].text);
	}
	assert_null(part);
	script_release(&script);
}

/* What holds itself is counted: the stack is safe from a long line. */
static void
test_nesting(void **state)
{
	static const char *const openings[] = { "(", "$(", "{ ", "${a:-", "if ", "while ", "\"$(", "if a; then b; el" };

	(void)state;
	for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
		struct str line = STR_INIT;
		struct script script;

		for (int n = 0; n < 20000; n++)
			str_add(&line, openings[i]);
		assert_false(script_parse(&script, line.buf, line.len));
		script_release(&script);
		str_release(&line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_whole_lines),
		cmocka_unit_test(test_wants_more),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_nesting),
	};

	return cmocka_run_group_tests_name("host/parse", tests, NULL, NULL);
}
