#include <string.h>

#include "host/arith.h"
#include "host/commands.h"
#include "host/pattern.h"
#include "host/test.h"

#define TEST_WORDS_MAX 200

/* ---- one operand ---- */

enum unary { UNARY_EMPTY, UNARY_FULL, UNARY_FILE, UNARY_FOLDER, UNARY_EXISTS, UNARY_LARGE, UNARY_SET, UNARY_NEVER };
static const struct {
	const char *text;
	enum unary unary;
} unaries[] = {
	{ "-z", UNARY_EMPTY }, { "-n", UNARY_FULL }, { "-f", UNARY_FILE }, { "-d", UNARY_FOLDER },
	{ "-e", UNARY_EXISTS },
	{ "-a", UNARY_EXISTS }, { "-r", UNARY_EXISTS }, { "-w", UNARY_EXISTS }, { "-x", UNARY_FOLDER },
	{ "-s", UNARY_LARGE },
	{ "-v", UNARY_SET }, { "-L", UNARY_NEVER }, { "-h", UNARY_NEVER }, { "-p", UNARY_NEVER }, { "-t", UNARY_NEVER },
	{ "-b", UNARY_NEVER }, { "-c", UNARY_NEVER }, { "-S", UNARY_NEVER },
};
#define UNARIES (sizeof unaries / sizeof unaries[0])

static size_t
unary_find(const char *operator)
{
	size_t i = 0;

	while (i < UNARIES && strcmp(unaries[i].text, operator) != 0)
		i++;
	return i;
}

bool
test_is_unary(const char *operator)
{
	return unary_find(operator) < UNARIES;
}

static bool
file_holds(struct io *io, enum unary unary, const char *path)
{
	struct str text = STR_INIT;
	bool folder = io_is_folder(io, path), file = !folder && *path && io->files->read(io, path, &text) == IO_OK;
	size_t len = text.len;

	str_release(&text);
	switch (unary) {
	case UNARY_FILE:
		return file;
	case UNARY_FOLDER:
		return folder;
	case UNARY_LARGE:
		return folder || len;
	default:
		return file || folder;
	}
}

int
test_unary(struct shell *shell, struct io *io, const char *command, const char *operator, const char *word)
{
	size_t i = unary_find(operator);

	if (i == UNARIES) {
		sink_printf(io->err, "bash: %s: %s: unary operator expected\n", command, operator);
		return 2;
	}
	switch (unaries[i].unary) {
	case UNARY_EMPTY:
		return word[0] != '\0';
	case UNARY_FULL:
		return word[0] == '\0';
	case UNARY_SET:
		return shell_variable(shell, word) == NULL;
	case UNARY_NEVER:
		return 1;
	default:
		return !file_holds(io, unaries[i].unary, word);
	}
}

/* ---- two ---- */

enum binary {
	BINARY_SAME, BINARY_OTHER, BINARY_BEFORE, BINARY_BEHIND, BINARY_MATCHES,
	BINARY_EQ, BINARY_NE, BINARY_LT, BINARY_LE, BINARY_GT, BINARY_GE,	/* numbers, from here on */
};
static const struct {
	const char *text;
	enum binary binary;
} binaries[] = {
	{ "=", BINARY_SAME }, { "==", BINARY_SAME }, { "!=", BINARY_OTHER }, { "<", BINARY_BEFORE },
	{ ">", BINARY_BEHIND },
	{ "=~", BINARY_MATCHES }, { "-eq", BINARY_EQ }, { "-ne", BINARY_NE }, { "-lt", BINARY_LT },
	{ "-le", BINARY_LE },
	{ "-gt", BINARY_GT }, { "-ge", BINARY_GE },
};
#define BINARIES (sizeof binaries / sizeof binaries[0])

static size_t
binary_find(const char *operator)
{
	size_t i = 0;

	while (i < BINARIES && strcmp(binaries[i].text, operator) != 0)
		i++;
	return i;
}

bool
test_is_binary(const char *operator)
{
	return binary_find(operator) < BINARIES;
}

/* [[ ]] takes an expression where [ wants a number. */
static bool
number_read(struct shell *shell, struct io *io, const char *command, const char *text, int64_t *value)
{
	const struct streams streams = streams_of(io);
	const char *start = text + strspn(text, " \t"), *digits = start + (*start == '-' || *start == '+');
	size_t n = strspn(digits, "0123456789");

	if (strcmp(command, "[[") == 0)
		return arith_eval(shell, &streams, text, value);
	*value = strtoll(start, NULL, 10);
	if (n && n < 19 && !digits[n + strspn(digits + n, " \t")])
		return true;
	sink_printf(io->err, "bash: %s: %s: integer expression expected\n", command, text);
	return false;
}

static bool
number_holds(enum binary binary, int64_t a, int64_t b)
{
	switch (binary) {
	case BINARY_EQ:
		return a == b;
	case BINARY_NE:
		return a != b;
	case BINARY_LT:
		return a < b;
	case BINARY_LE:
		return a <= b;
	case BINARY_GT:
		return a > b;
	default:
		return a >= b;
	}
}

static int
matches(const char *text, const char *regex)
{
	regmatch_t groups[PATTERN_GROUPS];
	struct pattern pattern;
	struct str why = STR_INIT;
	int status = 2;

	if (pattern_compile(&pattern, regex, true, false, &why))
		status = !pattern_match(&pattern, text, true, groups);
	pattern_release(&pattern);
	str_release(&why);
	return status;
}

int
test_binary(struct shell *shell, struct io *io, const char *command, const char *left, const char *operator,
	const char *right)
{
	size_t i = binary_find(operator);
	int64_t a, b;

	if (i == BINARIES || (binaries[i].binary == BINARY_MATCHES && strcmp(command, "[[") != 0)) {
		sink_printf(io->err, "bash: %s: %s: binary operator expected\n", command, operator);
		return 2;
	}
	switch (binaries[i].binary) {
	case BINARY_SAME:
		return strcmp(left, right) != 0;
	case BINARY_OTHER:
		return strcmp(left, right) == 0;
	case BINARY_BEFORE:
		return strcmp(left, right) >= 0;
	case BINARY_BEHIND:
		return strcmp(left, right) <= 0;
	case BINARY_MATCHES:
		return matches(left, right);
	default:
		if (!number_read(shell, io, command, left, &a) || !number_read(shell, io, command, right, &b))
			return 2;
		return !number_holds(binaries[i].binary, a, b);
	}
}

/* ---- test and [ ---- */

struct test {
	struct shell *shell;
	struct io *io;
	const char *command;
};

static int
too_many(const struct test *test)
{
	sink_printf(test->io->err, "bash: %s: too many arguments\n", test->command);
	return 2;
}

static int test_words(const struct test *test, size_t n, const char *const *words);

/* -o binds looser than -a; both only where they stand between operands. */
static int
test_joined(const struct test *test, size_t n, const char *const *words)
{
	static const char *const joins[] = { "-o", "-a" };

	for (size_t j = 0; j < 2; j++)
		for (size_t i = 1; i + 1 < n; i++)
			if (strcmp(words[i], joins[j]) == 0) {
				int left = test_words(test, i, words),
					right = test_words(test, n - i - 1, words + i + 1);

				return left > 1 ? left : right > 1 ? right : j ? left | right : left & right;
			}
	return too_many(test);
}

static int
negated(int status)
{
	return status > 1 ? status : !status;
}

/* As POSIX has it: how many words there are says what each of them is. */
static int
test_words(const struct test *test, size_t n, const char *const *words)
{
	bool not = n && strcmp(words[0], "!") == 0;

	switch (n) {
	case 0:
		return 1;
	case 1:
		return words[0][0] == '\0';
	case 2:
		return not ? negated(test_words(test, 1, words + 1))
			: test_unary(test->shell, test->io, test->command, words[0], words[1]);
	case 3:
		if (test_is_binary(words[1]))
			return test_binary(test->shell, test->io, test->command, words[0], words[1], words[2]);
		if (not)
			return negated(test_words(test, 2, words + 1));
		if (strcmp(words[0], "(") == 0 && strcmp(words[2], ")") == 0)
			return test_words(test, 1, words + 1);
		if (strcmp(words[1], "-a") == 0 || strcmp(words[1], "-o") == 0)
			return test_joined(test, n, words);
		return test_binary(test->shell, test->io, test->command, words[0], words[1], words[2]);
	default:
		if (n == 4 && not)
			return negated(test_words(test, 3, words + 1));
		return test_joined(test, n, words);
	}
}

static int
test_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const struct test test = { shell, io, argv[0] };
	bool bracket = argv[0][0] == '[';

	if (bracket && strcmp(argv[argc - 1], "]") != 0) {
		sink_put(io->err, "bash: [: missing `]'\n");
		return 2;
	}
	if (argc > TEST_WORDS_MAX)
		return too_many(&test);
	return test_words(&test, (size_t)(argc - 1 - bracket), argv + 1);
}

const struct command command_test = { .name = "test", .usage = "EXPRESSION",
	.help = "Compares texts and numbers, looks for files",
	.run = test_main };
const struct command command_bracket = { .name = "[", .usage = "EXPRESSION ]",
	.help = "The same as test", .run = test_main };
