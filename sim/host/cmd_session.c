/* What changes or shows the shell itself: variables, aliases, loops, tests, time. */
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/lexer.h"
#include "host/options.h"
#include "host/programs.h"
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

/* What programs get; declared as `export -p` does. */
static int
print_exported(const struct shell *shell, struct io *io, bool declared)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&shell->variables, &i));) {
		const char *value = entry->value;

		if (!shell_is_exported(shell, entry->key))
			continue;
		sink_printf(io->out, declared ? "declare -x %s=\"" : "%s=", entry->key);
		for (; declared && *value; value++)
			sink_printf(io->out, strchr("\"$`\\", *value) ? "\\%c" : "%c", *value);
		sink_printf(io->out, declared ? "\"\n" : "%s\n", value);
	}
	return 0;
}

/* export [-n] NAME[=VALUE].. */
static int
export_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	bool take_back = argc > 1 && strcmp(argv[1], "-n") == 0;
	int status = 0;

	if (argc == 1 || (argc == 2 && strcmp(argv[1], "-p") == 0))
		return print_exported(shell, io, true);
	for (int i = 1 + take_back; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');
		char *name;

		if (!valid_name(io, "export", argv[i])) {
			status = 1;
			continue;
		}
		name = equals ? xstrndup(argv[i], (size_t)(equals - argv[i])) : xstrdup(argv[i]);
		if (equals && shell_may_set(shell, io->err, name))
			shell_set_variable(shell, name, equals + 1);
		else if (equals)
			status = 1;
		if (take_back)
			shell_unmark(shell, name, 'x');
		else
			shell_mark(shell, name, 'x');
		free(name);
	}
	return status;
}

const struct command command_export = { .builtin = true, .name = "export", .usage = "NAME=VALUE..",
	.help = "Sets variables: export do='--dry-run=client -o yaml'",
	.run = export_main };

static int
unset_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "-f") == 0 || !shell_variable(shell, argv[i]))
			free(map_remove(&shell->functions, argv[i]));
		else if (shell_is_marked(shell, argv[i], 'r')) {
			sink_printf(io->err, "bash: unset: %s: cannot unset: readonly variable\n", argv[i]);
			status = 1;
		} else if (strcmp(argv[i], "-v") != 0)
			shell_unset_variable(shell, argv[i]);
	return status;
}

const struct command command_unset = { .builtin = true, .name = "unset", .usage = "NAME..",
	.help = "Forgets variables", .run = unset_main };

static int
printenv_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int status = 0;

	if (argc == 1)
		return print_exported(shell, io, false);
	for (int i = 1; i < argc; i++) {
		const char *value = shell_is_exported(shell, argv[i]) ? shell_variable(shell, argv[i]) : NULL;

		status |= !value;
		if (value)
			sink_printf(io->out, "%s\n", value);
	}
	return status;
}

/* env [-i] [NAME=VALUE..] [COMMAND..] */
static int
env_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const print[] = { "printenv" };
	bool empty = argc > 1 && (strcmp(argv[1], "-i") == 0 || strcmp(argv[1], "-") == 0);
	int first = 1 + empty, at = first;

	while (at < argc && strchr(argv[at], '=') && argv[at][0] != '=')
		at++;
	if (at < argc && argv[at][0] == '-') {
		sink_printf(io->err, argv[at][1] == '-' ? "env: unrecognized option '%s'\n" : "env: invalid option -- '%s'\n",
			argv[at] + (argv[at][1] != '-'));
		sink_put(io->err, "Try 'env --help' for more information.\n");
		return 125;
	}
	if (at < argc && !command_here(shell, argv[at])) {
		sink_printf(io->err, "env: '%s': No such file or directory\n", argv[at]);
		return 127;
	}
	return shell_program(shell, io, empty, at - first, argv + first, at < argc ? argc - at : 1, at < argc ? argv + at : print);
}

const struct command command_printenv = { .name = "printenv", .usage = "[NAME..]", .help = "Values of variables",
	.run = printenv_main };
const struct command command_env = { .name = "env", .usage = "", .help = "Lists the variables", .run = env_main };

/* A separator that is a blank counts as one with its neighbours; another one ends a word each time. */
static size_t
skip_blanks(const char *text, const char *separators)
{
	size_t n = 0;

	while (text[n] && strchr(" \t", text[n]) && strchr(separators, text[n]))
		n++;
	return n;
}

/* Words of the line go to the names in turn, what is left to the last one. */
static void
read_words(struct shell *shell, struct io *io, const char *line, int n, const char *const *names)
{
	const char *separators = shell_variable(shell, "IFS");

	separators = separators ? separators : " \t\n";
	for (int i = 0; i < n; i++) {
		size_t len;
		char *word;

		line += skip_blanks(line, separators);
		len = i + 1 < n ? strcspn(line, separators) : strlen(line);
		while (i + 1 == n && len && strchr(" \t", line[len - 1]) && strchr(separators, line[len - 1]))
			len--;
		word = xstrndup(line, len);
		if (valid_name(io, "read", names[i]))
			shell_set_variable(shell, names[i], word);
		free(word);
		line += len;
		if (i + 1 < n) {
			line += skip_blanks(line, separators);
			line += *line && strchr(separators, *line) != NULL;
		}
	}
}

static int
read_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str line = STR_INIT;
	struct options options;
	bool got;

	options_init(&options, io, argc, argv, "rsp:t:n:d:", NULL);
	options.first_ends = true;
	while (options_next(&options))
		if (options.letter == 'p' && io->tty)
			sink_put(io->err, options.value);
	got = !options.failed && io->files->read_line(io, &line) == IO_OK;
	if (line.len && line.buf[line.len - 1] == '\n')
		str_truncate(&line, line.len - 1);
	if (!options.words.n)
		shell_set_variable(shell, "REPLY", line.buf);
	read_words(shell, io, line.buf, (int)options.words.n, options.words.v);
	options_release(&options);
	str_release(&line);
	return got ? 0 : 1;
}

const struct command command_read = { .name = "read", .usage = "[-r] NAME..", .builtin = true,
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

const struct command command_alias = { .builtin = true, .name = "alias", .usage = "[NAME=TEXT..]",
	.help = "Short names for commands: alias kgs='kubectl get svc'",
	.run = alias_main };

static int
unalias_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int status = 0;

	if (argc == 1) {
		sink_put(io->err, "unalias: usage: unalias [-a] name [name ...]\n");
		return 2;
	}
	if (strcmp(argv[1], "-a") == 0) {
		texts_release(&shell->aliases);
		shell->aliases = (struct map)MAP_INIT;
		return 0;
	}
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

const struct command command_unalias = { .builtin = true, .name = "unalias", .usage = "NAME..",
	.help = "Forgets aliases", .run = unalias_main };

/* ---- time and place ---- */

#define SLEEP_FOREVER (100 * 365 * 86400ll)	/* of a process: longer than any session */

/* The seconds that "5", "1.5", "2m" or "infinity" stand for; -1: it is none of them. */
static int64_t
sleep_seconds(const char *text)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { '\0', 1 }, { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	size_t digits = strspn(text, "0123456789");
	const char *tail = text + digits + (text[digits] == '.' ? 1 + strspn(text + digits + 1, "0123456789") : 0);

	if (strcmp(text, "infinity") == 0 || strcmp(text, "inf") == 0)
		return SLEEP_FOREVER;
	if (!digits || digits > 6 || (tail[0] && tail[1]))
		return -1;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (units[i].unit == tail[0])
			return strtol(text, NULL, 10) * units[i].seconds;
	return -1;
}

/* A sleep without an end holds a process; whoever typed it has to interrupt it, which is taken as done. */
static int
sleep_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int64_t total = 0;

	if (argc == 1) {
		sink_put(io->err, "sleep: missing operand\nTry 'sleep --help' for more information.\n");
		return 1;
	}
	for (int i = 1; i < argc; i++) {
		int64_t seconds = sleep_seconds(argv[i]);

		if (seconds < 0) {
			sink_printf(io->err, place_is_busybox(shell, "sleep") ? "sleep: invalid number '%s'\n" :
				"sleep: invalid time interval '%s'\nTry 'sleep --help' for more information.\n", argv[i]);
			return 1;
		}
		total += seconds;
	}
	if (total >= SLEEP_FOREVER && !shell->cluster->held) {
		cluster_rest(shell->cluster);
		return 130;
	}
	cluster_tick(shell->cluster, shell->cluster->server.clock.now + total * CLOCK_SECOND);
	return 0;
}

const struct command command_sleep = { .name = "sleep", .usage = "SECONDS",
	.help = "Lets virtual time pass", .run = sleep_main };

/* Of /etc/hosts: the address of the line that has the name, and the name that stands first there. */
static bool
find_host(struct shell *shell, const char *name, struct str *address, struct str *canonical)
{
	struct vfs_state state = { shell, NULL, NULL };
	struct io files = { .files = &vfs_files, .files_state = &state };
	struct str text = STR_INIT;
	char *rest, *line, *word;
	bool found = false;

	vfs_files.read(&files, "/etc/hosts", &text);
	rest = text.buf;
	while (!found && rest && (line = strtok_r(rest, "\n", &rest))) {
		char *ip = strtok_r(line, " \t", &line), *first = ip ? strtok_r(line, " \t", &line) : NULL;

		for (word = first; word && !found; word = strtok_r(line, " \t", &line))
			if (*ip != '#' && strcmp(word, name) == 0) {
				str_add(address, ip);
				str_add(canonical, first);
				found = true;
			}
	}
	str_release(&text);
	return found;
}

static int
hostname_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct vfs_state state = { shell, NULL, NULL };
	struct io files = { .files = &vfs_files, .files_state = &state };
	struct str name = STR_INIT, address = STR_INIT, whole = STR_INIT;
	struct options options;
	char what = '\0';
	bool found;

	options_init(&options, io, argc, argv, "iIfsd", NULL);
	while (options_next(&options))
		what = options.letter;
	vfs_files.read(&files, "/etc/hostname", &name);
	str_truncate(&name, strcspn(name.buf, "\n"));
	found = find_host(shell, name.buf, &address, &whole);
	if (!found)
		str_add(&whole, name.buf);
	if (options.failed)
		;
	else if (what == 'i' && !found)
		sink_put(io->err, "hostname: Name or service not known\n");
	else if (what == 'i' || what == 'I')
		sink_printf(io->out, "%s%s\n", address.buf, what == 'I' && found ? " " : "");
	else if (what == 'd')
		sink_printf(io->out, "%s%s", strchr(whole.buf, '.') ? strchr(whole.buf, '.') + 1 : "", strchr(whole.buf, '.') ? "\n" : "");
	else if (what == 's')
		sink_printf(io->out, "%.*s\n", (int)strcspn(name.buf, "."), name.buf);
	else
		sink_printf(io->out, "%s\n", what == 'f' ? whole.buf : name.buf);
	found |= what != 'i';
	found &= !options.failed;
	options_release(&options);
	str_release(&name);
	str_release(&address);
	str_release(&whole);
	return found ? 0 : 1;
}

const struct command command_hostname = { .name = "hostname", .usage = "[-i | -I | -f | -s | -d]",
	.help = "Where the shell is, and its addresses", .run = hostname_main };

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

const struct command command_history = { .builtin = true, .name = "history", .usage = "",
	.help = "The lines so far", .run = history_main };

static int
clear_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)shell;
	(void)io;
	(void)argc;
	(void)argv;
	return 0;
}

/* A line for whoever has the terminal: no control character comes from here. */
const struct command command_clear = { .name = "clear", .usage = "", .help = "Empties the screen", .run = clear_main };

#define USAGE_COLUMNS 28	/* a longer usage has its help in the next line */

static int
help_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)argc;
	(void)argv;
	for (size_t i = 0; commands[i]; i++) {
		const struct command *command = commands[i];

		if (command->here && !command->here(shell))
			continue;
		sink_printf(io->out, "%-14s %-*s", command->name, USAGE_COLUMNS, command->usage);
		if (strlen(command->usage) > USAGE_COLUMNS)
			sink_printf(io->out, "\n%-14s %-*s", "", USAGE_COLUMNS, "");
		sink_printf(io->out, " %s\n", command->help);
	}
	return 0;
}

const struct command command_help = { .builtin = true, .name = "help", .usage = "", .help = "This list",
	.run = help_main };
