/* What the README shows is what the program prints: each block that begins with "$ svcsim" is run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "svcsim/lint.h"
#include "svcsim/sim.h"

#define NOW (INT64_C(1767225600) * CLOCK_SECOND)
#define WORDS_MAX 16

static void
read_file(const char *path, struct str *text)
{
	FILE *file = fopen(path, "r");
	char block[4096];
	size_t len;

	if (!file)
		fail_msg("%s can't be read: run this from the project's folder", path);
	while ((len = fread(block, 1, sizeof block, file)) > 0)
		str_addn(text, block, len);
	fclose(file);
}

/* The words after "svcsim", cut in place. */
static int
cut_words(char *line, const char **words)
{
	int n = 0;

	for (char *word = strtok(line, " "); word && n < WORDS_MAX; word = strtok(NULL, " "))
		words[n++] = word;
	return n;
}

static void
run_block(const char *line, const char *expected, size_t len)
{
	struct sink_str out = SINK_STR_INIT, err = SINK_STR_INIT;
	struct io io = { .out = &out.sink, .err = &err.sink };
	struct err error = ERR_INIT;
	struct sim *sim = sim_new(1, NOW, NULL, 0, false, &error);
	char *copy = xstrdup(line), *want = xstrndup(expected, len);
	const char *words[WORDS_MAX];

	assert_int_equal(sim_command(sim, &io, cut_words(copy, words), words), 0);
	assert_string_equal(out.str.buf, want);
	assert_string_equal(err.str.buf, "");
	free(copy);
	free(want);
	str_release(&out.str);
	str_release(&err.str);
	sim_free(sim);
}

static void
the_screenshots_are_real(void **state)
{
	static const char mark[] = "```\n$ svcsim ";
	struct str text = STR_INIT;
	int blocks = 0;

	(void)state;
	read_file("README.md", &text);
	for (const char *at = text.buf; (at = strstr(at, mark)); blocks++) {
		const char *end_of_line, *end;
		char *line;

		at += sizeof mark - 1;
		end_of_line = strchr(at, '\n');
		end = strstr(end_of_line, "\n```");
		line = xstrndup(at, (size_t)(end_of_line - at));
		run_block(line, end_of_line + 1, (size_t)(end - end_of_line));
		free(line);
		at = end;
	}
	assert_true(blocks > 0);
	str_release(&text);
}

/* A folder with one file, whose text is the state. */
static enum io_result
list_one(struct io *io, const char *path, struct io_names *out)
{
	(void)io;
	(void)path;
	*vec_push(out) = xstrdup("01-shown.yaml");
	return IO_OK;
}

static enum io_result
read_one(struct io *io, const char *path, struct str *out)
{
	(void)path;
	str_add(out, io->files_state);
	return IO_OK;
}

static void
refuse_fault(void *arg, const struct lint_fault *fault)
{
	(void)arg;
	fail_msg("what scenarios/README.md shows, line %u: %s", fault->at.line, fault->at.text);
}

/* The question that teachers are shown is fair as it stands. */
static void
the_question_is_fair(void **state)
{
	static const char mark[] = "```yaml\n  title:";
	static const struct io_files files = { .list = list_one, .read = read_one };
	struct str text = STR_INIT, scenario = STR_INIT;
	struct err err = ERR_INIT;
	const char *block;
	struct io io;

	(void)state;
	read_file("scenarios/README.md", &text);
	block = strstr(text.buf, mark);
	assert_non_null(block);
	block += strlen("```yaml\n");
	str_add(&scenario, "apiVersion: svcsim/v1\nkind: Scenario\nmetadata: {name: shown}\nspec:\n");
	str_addn(&scenario, block, (size_t)(strstr(block, "```") - block));
	io = (struct io){ .files = &files, .files_state = scenario.buf };
	assert_int_equal(pack_lint(&io, "shown", refuse_fault, NULL, &err), 0);
	str_release(&scenario);
	str_release(&text);
}

/* The block of the trainer's screen is one that tests/unit/tui/screen.c holds. */
static void
the_screen_is_real(void **state)
{
	static const char mark[] = "```\n demo ";
	struct str text = STR_INIT, screens = STR_INIT;
	const char *start, *end;
	char *block;

	(void)state;
	read_file("README.md", &text);
	read_file("tests/screen/readme.screen", &screens);
	start = strstr(text.buf, mark);
	assert_non_null(start);
	start += strlen("```\n");
	end = strstr(start, "```");
	block = xstrndup(start, (size_t)(end - start));
	assert_non_null(strstr(screens.buf, block));
	free(block);
	str_release(&text);
	str_release(&screens);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_screenshots_are_real),
		cmocka_unit_test(the_question_is_fair),
		cmocka_unit_test(the_screen_is_real),
	};

	return cmocka_run_group_tests_name("readme", tests, NULL, NULL);
}
