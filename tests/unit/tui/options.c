/* Which words are svcsim's own and which go on to the sim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "cli/options.h"

static const struct flag their_flags[] = {
	{ "on", 0, FLAG_STRING, NULL, NULL, NULL, "" },
	{ "all", 'a', FLAG_BOOL, NULL, NULL, NULL, "" },
	{ "output", 'o', FLAG_STRING, NULL, NULL, NULL, "" },
	{ NULL },
};
static const struct flag *const mine[] = { cluster_flags, help_flags, NULL };
static const struct flag *const theirs[] = { their_flags, NULL };

struct row {
	const char *words;	/* split at blanks */
	bool stop;
	const char *mine, *rest;
};

static const struct row rows[] = {
	{ "node:30080", false, "", "node:30080" },
	{ "-f a.yaml node:30080", false, "-f a.yaml", "node:30080" },
	{ "node:30080 -f a.yaml --all --as-stored", false, "-f a.yaml --as-stored", "node:30080 --all" },
	{ "--filename=a -fb -f=c x", false, "--filename=a -fb -f=c", "x" },
	{ "--on -f x", false, "", "--on -f x" },		/* -f is the value of --on */
	{ "--on=n -f x", false, "-f x", "--on=n" },
	{ "-o json --seed 7", false, "--seed 7", "-o json" },
	{ "-f - x", false, "-f -", "x" },
	{ "--unknown -f x", false, "-f x", "--unknown" },
	{ "pod/web -f x -- curl -f http://web", false, "-f x", "pod/web -- curl -f http://web" },
	{ "-f x pod/web curl -f http://web", true, "-f x", "pod/web curl -f http://web" },
	{ "-f", false, "-f", "" },
	{ "--help", false, "--help", "" },
};

static size_t
split(char *text, const char **words)
{
	size_t n = 0;

	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		words[n++] = word;
	return n;
}

static void
assert_words(const struct io_names *names, const char *want)
{
	struct str got = STR_INIT;

	for (size_t i = 0; i < names->n; i++)
		str_addf(&got, "%s%s", i ? " " : "", names->v[i]);
	assert_string_equal(got.buf, want);
	str_release(&got);
}

static void
words_are_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct options_split how = { mine, theirs, rows[i].stop };
		struct io_names own = VEC_INIT, rest = VEC_INIT;
		char *text = xstrdup(rows[i].words);
		const char *words[16];
		size_t n = split(text, words);

		options_split(&how, (int)n, words, &own, &rest);
		assert_words(&own, rows[i].mine);
		assert_words(&rest, rows[i].rest);
		io_names_release(&own);
		io_names_release(&rest);
		free(text);
	}
}

static void
flags_may_stand_before(void **state)
{
	const char *const words[] = { "--seed", "7", "--as-stored", "trace", "--seed", "8" };
	const char *const valueless[] = { "--seed" };

	(void)state;
	assert_int_equal(options_before(mine, 6, words), 3);
	assert_int_equal(options_before(mine, 1, valueless), 1);
	assert_int_equal(options_before(mine, 0, words), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_split),
		cmocka_unit_test(flags_may_stand_before),
	};

	return cmocka_run_group_tests_name("tui/options", tests, NULL, NULL);
}
