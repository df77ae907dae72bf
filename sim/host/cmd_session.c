/* What changes or shows the shell itself: variables, aliases, loops, tests, time. */
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/lexer.h"
#include "host/options.h"
#include "host/run.h"

/* ---- variables ---- */

static bool
valid_name(struct io *io, const char *command, const char *word)
{
	size_t n = name_length(word);

	if (n && (!word[n] || word[n] == '='))
		return true;
	sink_printf(io->err, "bash: %s: `%s': not a valid identifier\n", command, word);
	return false;
}

static int
print_variables(const struct shell *shell, struct io *io, const char *fmt_before, const char *fmt_quote)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&shell->variables, &i));)
		sink_printf(io->out, "%s%s=%s%s%s\n", fmt_before, entry->key, fmt_quote, (const char *)entry->value,
			fmt_quote);
	return 0;
}

static int
export_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int status = 0;

	if (argc == 1 || (argc == 2 && strcmp(argv[1], "-p") == 0))
		return print_variables(shell, io, "declare -x ", "\"");
	for (int i = 1; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');
		char *name;

		if (!valid_name(io, "export", argv[i])) {
			status = 1;
			continue;
		}
		if (!equals)
			continue;
		name = xstrndup(argv[i], (size_t)(equals - argv[i]));
		shell_set_variable(shell, name, equals + 1);
		free(name);
	}
	return status;
}

const struct command command_export = { .name = "export", .usage = "NAME=VALUE..",
	.help = "Sets variables: export do='--dry-run=client -o yaml'",
	.run = export_main };

static int
unset_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)io;
	for (int i = 1; i < argc; i++)
		free(map_remove(&shell->variables, argv[i]));
	return 0;
}

const struct command command_unset = { .name = "unset", .usage = "NAME..",
	.help = "Forgets variables", .run = unset_main };

static int
env_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)argc;
	(void)argv;
	return print_variables(shell, io, "", "");
}

const struct command command_env = { .name = "env", .usage = "", .help = "Lists the variables", .run = env_main };

/* Words of the line go to the names in turn, what is left to the last one. */
static int
read_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str line = STR_INIT;
	bool got = vfs_read_line(io, &line);
	const char *c = line.buf;
	int first = argc > 1 && strcmp(argv[1], "-r") == 0 ? 2 : 1;

	for (int i = first; i < argc; i++) {
		size_t len;
		char *word;

		c += strspn(c, " \t");
		len = i + 1 < argc ? strcspn(c, " \t") : strlen(c);
		while (i + 1 == argc && len && (c[len - 1] == ' ' || c[len - 1] == '\t'))
			len--;
		word = xstrndup(c, len);
		if (valid_name(io, "read", argv[i]))
			shell_set_variable(shell, argv[i], word);
		free(word);
		c += len;
	}
	if (first >= argc)
		shell_set_variable(shell, "REPLY", line.buf);
	str_release(&line);
	return got ? 0 : 1;
}

const struct command command_read = { .name = "read", .usage = "[-r] NAME..",
	.help = "Reads one line of the input into variables",
	.run = read_main };

/* ---- aliases ---- */

static void
print_alias(struct io *io, const char *name, const char *value)
{
	sink_printf(io->out, "alias %s='%s'\n", name, value);
}

static int
alias_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const struct map_entry *entry;
	int status = 0;

	for (size_t i = 0; argc == 1 && (entry = map_next(&shell->aliases, &i));)
		print_alias(io, entry->key, entry->value);
	for (int i = 1; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');
		char *name = equals ? xstrndup(argv[i], (size_t)(equals - argv[i])) : xstrdup(argv[i]);
		const char *value = map_get(&shell->aliases, name);

		if (equals) {
			free(map_remove(&shell->aliases, name));
			map_set(&shell->aliases, name, xstrdup(equals + 1));
		} else if (value) {
			print_alias(io, name, value);
		} else {
			sink_printf(io->err, "bash: alias: %s: not found\n", name);
			status = 1;
		}
		free(name);
	}
	return status;
}

const struct command command_alias = { .name = "alias", .usage = "[NAME=TEXT..]",
	.help = "Short names for commands: alias kgs='kubectl get svc'",
	.run = alias_main };

static int
unalias_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++) {
		char *value = map_remove(&shell->aliases, argv[i]);

		if (!value) {
			sink_printf(io->err, "bash: unalias: %s: not found\n", argv[i]);
			status = 1;
		}
		free(value);
	}
	return status;
}

const struct command command_unalias = { .name = "unalias", .usage = "NAME..",
	.help = "Forgets aliases", .run = unalias_main };

/* ---- running ---- */

/* sh -c TEXT, sh FILE, or a script on the standard input. */
static int
sh_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str text = STR_INIT;
	int status = 0;

	if (argc > 1 && strcmp(argv[1], "-c") == 0) {
		if (argc == 2) {
			sink_printf(io->err, "%s: -c: option requires an argument\n", argv[0]);
			return 2;
		}
		return shell_lines(shell, io, argv[2]);
	}
	if (!input_read(io, argv[0], argc > 1 ? argv[1] : "-", &text))
		status = 127;
	else
		status = shell_lines(shell, io, text.buf);
	str_release(&text);
	return status;
}

const struct command command_sh = { .name = "sh", .usage = "-c TEXT | FILE", .help = "Runs a script", .run = sh_main };
const struct command command_bash = { .name = "bash", .usage = "-c TEXT | FILE",
	.help = "Runs a script", .run = sh_main };

static bool
number_read(const char *text, int64_t *value)
{
	bool minus = *text == '-';
	const char *c = text + minus;

	*value = 0;
	if (!*c)
		return false;
	for (; *c; c++) {
		if (!ascii_isdigit(*c) || *value > INT64_MAX / 10 - 10)
			return false;
		*value = *value * 10 + (*c - '0');
	}
	if (minus)
		*value = -*value;
	return true;
}

static int
exit_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int64_t value = shell->status;

	if (argc > 1 && !number_read(argv[1], &value)) {
		sink_printf(io->err, "bash: exit: %s: numeric argument required\n", argv[1]);
		value = 2;
	}
	shell->exited = true;
	shell->status = (int)(value & 255);
	return shell->status;
}

const struct command command_exit = { .name = "exit", .usage = "[STATUS]",
	.help = "Leaves the pod, the node or the shell", .run = exit_main };

static int
true_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)shell;
	(void)io;
	(void)argc;
	return strcmp(argv[0], "true") != 0;
}

const struct command command_true = { .name = "true", .usage = "",
	.help = "Does nothing, with success", .run = true_main };
const struct command command_false = { .name = "false", .usage = "",
	.help = "Does nothing, without success", .run = true_main };

static int
leave_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)io;
	(void)argc;
	shell->leave = strcmp(argv[0], "break") == 0 ? LEAVE_BREAK : LEAVE_CONTINUE;
	return 0;
}

const struct command command_break = { .name = "break", .usage = "", .help = "Ends a loop", .run = leave_main };
const struct command command_continue = { .name = "continue", .usage = "",
	.help = "Goes on with the loop's next round", .run = leave_main };

/* ---- test ---- */

enum number_test { TEST_EQ, TEST_NE, TEST_LT, TEST_LE, TEST_GT, TEST_GE };
static const char *const number_tests[] = { "-eq", "-ne", "-lt", "-le", "-gt", "-ge" };

static bool
compare_numbers(enum number_test test, int64_t a, int64_t b)
{
	switch (test) {
	case TEST_EQ:
		return a == b;
	case TEST_NE:
		return a != b;
	case TEST_LT:
		return a < b;
	case TEST_LE:
		return a <= b;
	case TEST_GT:
		return a > b;
	case TEST_GE:
		return a >= b;
	}
	return false;
}

static int
test_two(struct io *io, const char *left, const char *op, const char *right)
{
	int64_t a, b;

	if (strcmp(op, "=") == 0 || strcmp(op, "==") == 0)
		return strcmp(left, right) != 0;
	if (strcmp(op, "!=") == 0)
		return strcmp(left, right) == 0;
	for (size_t i = 0; i < sizeof number_tests / sizeof number_tests[0]; i++)
		if (strcmp(op, number_tests[i]) == 0) {
			if (number_read(left, &a) && number_read(right, &b))
				return !compare_numbers((enum number_test)i, a, b);
			sink_printf(io->err, "bash: test: %s: integer expression expected\n",
				number_read(left, &a) ? right : left);
			return 2;
		}
	sink_printf(io->err, "bash: test: %s: binary operator expected\n", op);
	return 2;
}

static int
test_one(struct io *io, const char *op, const char *word)
{
	struct str text = STR_INIT;
	bool file, folder;
	int status;

	if (strcmp(op, "-z") == 0)
		return word[0] != '\0';
	if (strcmp(op, "-n") == 0)
		return word[0] == '\0';
	folder = io_is_folder(io, word);
	file = !folder && io->files->read(io, word, &text) == IO_OK;
	if (strcmp(op, "-f") == 0 || strcmp(op, "-r") == 0)
		status = !file;
	else if (strcmp(op, "-d") == 0)
		status = !folder;
	else if (strcmp(op, "-e") == 0)
		status = !file && !folder;
	else if (strcmp(op, "-s") == 0)
		status = !text.len;
	else {
		sink_printf(io->err, "bash: test: %s: unary operator expected\n", op);
		status = 2;
	}
	str_release(&text);
	return status;
}

static int
test_words(struct io *io, size_t n, const char *const *words)
{
	if (n && strcmp(words[0], "!") == 0) {
		int status = test_words(io, n - 1, words + 1);

		return status > 1 ? status : !status;
	}
	for (size_t i = 0; i < n; i++)
		if (n > 3 && (strcmp(words[i], "-a") == 0 || strcmp(words[i], "-o") == 0)) {
			int left = test_words(io, i, words), right = test_words(io, n - i - 1, words + i + 1);

			return left > 1 ? left : words[i][1] == 'a' ? left | right : left & right;
		}
	if (n == 0)
		return 1;
	if (n == 1)
		return words[0][0] == '\0';
	if (n == 2)
		return test_one(io, words[0], words[1]);
	if (n == 3)
		return test_two(io, words[0], words[1], words[2]);
	sink_put(io->err, "bash: test: too many arguments\n");
	return 2;
}

static int
test_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	bool bracket = argv[0][0] == '[';

	(void)shell;
	if (bracket && strcmp(argv[argc - 1], "]") != 0) {
		sink_put(io->err, "bash: [: missing `]'\n");
		return 2;
	}
	if (argc > 1000) {
		sink_put(io->err, "bash: test: too many arguments\n");
		return 2;
	}
	return test_words(io, (size_t)(argc - 1 - bracket), argv + 1);
}

const struct command command_test = { .name = "test", .usage = "EXPRESSION",
	.help = "Compares texts and numbers, looks for files",
	.run = test_main };
const struct command command_bracket = { .name = "[", .usage = "EXPRESSION ]",
	.help = "The same as test", .run = test_main };

/* ---- time and place ---- */

static int
sleep_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { '\0', 1 }, { 's', 1 }, { 'm', 60 }, { 'h', 3600 } };
	int64_t total = 0;

	if (argc == 1) {
		sink_put(io->err, "sleep: missing operand\nTry 'sleep --help' for more information.\n");
		return 1;
	}
	for (int i = 1; i < argc; i++) {
		size_t digits = strspn(argv[i], "0123456789"), unit = 0, tail = 0;
		int64_t number = strtol(argv[i], NULL, 10);

		if (argv[i][digits] == '.')
			tail = 1 + strspn(argv[i] + digits + 1, "0123456789");
		while (unit < 4 && argv[i][digits + tail] != units[unit].unit)
			unit++;
		if (!digits || digits > 6 || unit == 4 || (argv[i][digits + tail] && argv[i][digits + tail + 1])) {
			sink_printf(io->err,
				"sleep: invalid time interval '%s'\nTry 'sleep --help' for more information.\n",
				argv[i]);
			return 1;
		}
		total += number * units[unit].seconds;
	}
	cluster_tick(shell->cluster, shell->cluster->server.clock.now + total * CLOCK_SECOND);
	return 0;
}

const struct command command_sleep = { .name = "sleep", .usage = "SECONDS",
	.help = "Lets virtual time pass", .run = sleep_main };

static int
date_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	char text[CLOCK_TEXT];

	(void)argv;
	if (argc > 1) {
		sink_put(io->err, "date: formats are not part of this shell\n");
		return 1;
	}
	sink_printf(io->out, "%s\n", clock_format_date(shell->cluster->server.clock.now, text));
	return 0;
}

const struct command command_date = { .name = "date", .usage = "", .help = "The cluster's time", .run = date_main };

static int
hostname_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct vfs_state state = { shell, NULL };
	struct io files = { .files = &vfs_files, .files_state = &state };
	struct str text = STR_INIT;

	(void)argc;
	(void)argv;
	vfs_files.read(&files, "/etc/hostname", &text);
	sink_put(io->out, text.buf);
	str_release(&text);
	return 0;
}

const struct command command_hostname = { .name = "hostname", .usage = "",
	.help = "Where the shell is", .run = hostname_main };

static int
which_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++) {
		const struct command *command = command_find(argv[i]);

		if (command && (!command->here || command->here(shell)))
			sink_printf(io->out, "/usr/bin/%s\n", argv[i]);
		else
			status = 1;
	}
	return status;
}

const struct command command_which = { .name = "which", .usage = "NAME..",
	.help = "Is there such a command?", .run = which_main };

static int
history_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)argc;
	(void)argv;
	for (size_t i = 0; i < shell->history.n; i++)
		sink_printf(io->out, "%5zu  %s\n", i + 1, shell->history.v[i]);
	return 0;
}

const struct command command_history = { .name = "history", .usage = "",
	.help = "The lines so far", .run = history_main };

static int
clear_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)shell;
	(void)argc;
	(void)argv;
	if (io->tty)
		sink_put(io->out, "\033[H\033[2J");
	return 0;
}

const struct command command_clear = { .name = "clear", .usage = "", .help = "Empties the screen", .run = clear_main };

static int
help_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)argc;
	(void)argv;
	for (size_t i = 0; commands[i]; i++)
		if (!commands[i]->here || commands[i]->here(shell))
			sink_printf(
				io->out, "%-14s %-28s %s\n", commands[i]->name, commands[i]->usage, commands[i]->help);
	return 0;
}

const struct command command_help = { .name = "help", .usage = "", .help = "This list", .run = help_main };
