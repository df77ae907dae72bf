/*
 * Screens as text: each .screen file of tests/screen opens a screen that nobody sees, presses keys and compares the
 * cells.
 * Its lines:
 *	open start|packs|desk [PACK/SCENARIO]	packs are those of tests/screen/packs
 *	size 80x24	before open; after it, the terminal is resized
 *	locale C	before open: lines in ASCII
 *	kept yes	before open: what is practised is kept, until the test's end
 *	keys NAME..	as the help names them: c, F2, Enter, Ctrl-C, Space
 *	type TEXT	its characters, without Enter
 *	later SECONDS	the clock goes on
 *	screen		the lines up to `end` are what is seen
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/files.h"
#include "progress/db.h"
#include "screen/screen.h"
#include "term/safe.h"

#define NOW INT64_C(1754000000000000000)
#define SECOND INT64_C(1000000000)

static int64_t now;

static int64_t
wall(void)
{
	return now;
}

struct test {
	const char *file;
	int line;
	int lines, columns;
	bool opened;
	struct io io;
	struct db *db;
	struct files files;
	struct library library;
	struct drill drill;
	struct exam exam;
	struct review review;
	struct app app;
};

static void
give_up(const struct test *test, const char *why, const char *what)
{
	fail_msg("%s:%d: %s%s", test->file, test->line, why, what);
}

/* ---- the lines of a test ---- */

static void
do_size(struct test *test, const char *words)
{
	struct err err = ERR_INIT;

	if (sscanf(words, "%dx%d", &test->columns, &test->lines) != 2)
		give_up(test, "not COLUMNSxLINES: ", words);
	if (!test->opened)
		return;
	term_close();
	assert_int_equal(term_open_hidden(test->lines, test->columns, &err), 0);
	app_key(&test->app, TERM_RESIZE);
}

static void
do_locale(struct test *test, const char *words)
{
	(void)test;
	setenv("LC_ALL", words, 1);
}

static void
do_kept(struct test *test, const char *words)
{
	struct err err = ERR_INIT;

	test->db = db_open_at(":memory:", &err);
	if (!test->db || strcmp(words, "yes") != 0)
		give_up(test, err.text, words);
}

static void
do_close(struct test *test)
{
	app_close(&test->app);
	term_close();
	drill_close(&test->drill);
	review_close(&test->review);
	library_close(&test->library);
	test->opened = false;
}

static void
do_open(struct test *test, const char *words)
{
	static const struct screen_ops *const screens[] = { &screen_start, &screen_packs, &screen_desk };
	const struct screen_ops *first = NULL;
	const char *name = strchr(words, ' ');
	struct err err = ERR_INIT;
	size_t pack, at;

	for (size_t i = 0; i < 3; i++)
		if (str_starts(words, screens[i]->name))
			first = screens[i];
	if (!first)
		give_up(test, "no screen ", words);
	if (test->opened)
		do_close(test);
	if (library_open(&test->library, &test->io, &err))
		give_up(test, err.text, "");
	test->drill = (struct drill){ .library = &test->library, .seed_given = true, .seed = 1, .wall = wall,
		.db = test->db };
	test->exam = (struct exam){ .library = &test->library, .wall = wall, .db = test->db };
	test->app = (struct app){ .library = &test->library, .drill = &test->drill, .practice = &test->drill,
		.exam = &test->exam, .review = &test->review };
	if (name && (library_find(&test->library, name + 1, &pack, &at, &err) || drill_start(&test->drill, pack, at, &err)))
		give_up(test, err.text, "");
	assert_int_equal(term_open_hidden(test->lines, test->columns, &err), 0);
	assert_int_equal(app_open(&test->app, first, &err), 0);
	test->opened = true;
}

static void
press(struct test *test, int key)
{
	if (test->opened && !app_key(&test->app, key)) {
		app_close(&test->app);
		test->opened = false;
	}
}

static int
key_by_name(const struct test *test, const char *name)
{
	int found = -1;

	for (int key = 0; key < TERM_KEYS_END && found < 0; key = key == 127 ? TERM_KEYS_BEFORE + 1 : key + 1) {
		struct str text = STR_INIT;

		term_key_name(key, &text);
		if (strcmp(text.buf, name) == 0)
			found = key;
		str_release(&text);
	}
	if (found < 0)
		give_up(test, "no key ", name);
	return found;
}

static void
do_keys(struct test *test, const char *words)
{
	char *copy = xstrdup(words);

	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		press(test, key_by_name(test, word));
	free(copy);
}

static void
do_type(struct test *test, const char *words)
{
	size_t size;

	for (; *words; words += size)
		press(test, safe_decode(words, strlen(words), &size));
}

static void
do_later(struct test *test, const char *words)
{
	now += atoi(words) * SECOND;
	if (test->opened)
		app_tick(&test->app);
}

static const struct {
	const char *name;
	void (*run)(struct test *test, const char *words);
} directives[] = {
	{ "size ", do_size }, { "locale ", do_locale }, { "open ", do_open }, { "keys ", do_keys }, { "type ", do_type },
	{ "later ", do_later }, { "kept ", do_kept },
};

/* ---- comparing ---- */

static void
read_screen(struct test *test, struct str *out)
{
	if (!test->opened) {
		str_add(out, "(left)\n");
		return;
	}
	app_draw(&test->app);
	for (int y = 0; y < test->lines; y++) {
		term_read_line(y, out);
		str_addch(out, '\n');
	}
	while (str_ends(out->buf, "\n\n"))
		str_truncate(out, out->len - 1);
}

static void
compare(struct test *test, const char *want)
{
	struct str got = STR_INIT;

	read_screen(test, &got);
	if (strcmp(got.buf, want) != 0) {
		fprintf(stderr, "%s:%d: the screen is\n%s", test->file, test->line, got.buf);
		fprintf(stderr, "and should be\n%s", want);
		fail();
	}
	str_release(&got);
}

static void
run_file(const char *path)
{
	struct test test = { .file = path, .lines = 24, .columns = 80, .files = FILES_INIT };
	FILE *file = fopen(path, "r");
	struct str want = STR_INIT;
	bool in_screen = false;
	char line[1024];

	assert_non_null(file);
	now = NOW;
	setenv("LC_ALL", "C.UTF-8", 1);
	test.io = (struct io){ .files = &real_files, .files_state = &test.files };
	while (fgets(line, sizeof line, file)) {
		size_t i = 0;

		test.line++;
		if (in_screen && strcmp(line, "end\n") != 0) {
			str_add(&want, line);
			continue;
		}
		if (in_screen)
			compare(&test, want.buf);
		str_clear(&want);
		in_screen = !in_screen && strcmp(line, "screen\n") == 0;
		if (in_screen || *line == '#' || *line == '\n' || strcmp(line, "end\n") == 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		while (i < sizeof directives / sizeof directives[0] && !str_starts(line, directives[i].name))
			i++;
		if (i == sizeof directives / sizeof directives[0])
			give_up(&test, "not understood: ", line);
		directives[i].run(&test, line + strlen(directives[i].name));
	}
	fclose(file);
	str_release(&want);
	do_close(&test);
	db_close(test.db);
}

static void
screens_are_as_written(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob("tests/screen/*.screen", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		run_file(found.gl_pathv[i]);
	globfree(&found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(screens_are_as_written) };

	setenv("SVCSIM_SCENARIOS", "tests/screen/packs", 1);
	setenv("INPUTRC", "/dev/null", 1);
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	unsetenv("NO_COLOR");
	unsetenv("LINES");
	unsetenv("COLUMNS");
	return cmocka_run_group_tests_name("tui/screen", tests, NULL, NULL);
}
