/* Commands of scripts: arguments, functions, loops, and running text. */
#include <stdlib.h>
#include <string.h>

#include "host/arith.h"
#include "host/commands.h"
#include "host/lexer.h"
#include "host/options.h"
#include "host/programs.h"
#include "host/run.h"

/* ---- numbers ---- */

static bool
number_read(const char *text, int64_t *value)
{
	const char *digits = text + (*text == '-' || *text == '+');
	size_t n = strspn(digits, "0123456789");

	*value = strtoll(text, NULL, 10);
	return n && n < 19 && !digits[n];
}

/* ---- running text ---- */

static int
run_script(struct shell *shell, struct io *io, const char *text, const char *zero, int argc, const char *const *argv)
{
	return shell_script(shell, io, text, zero, argc > 0 ? argc : 0, argc > 0 ? argv : NULL);
}

/* sh is dash, which has words of its own. */
static bool
script_read(struct io *io, const char *name, const char *path, struct str *text)
{
	enum io_result result = io->files->read(io, path, text);

	if (result != IO_OK && strcmp(name, "sh") == 0)
		sink_printf(io->err, "sh: 0: cannot open %s: No such file\n", path);
	else if (result != IO_OK)
		sink_printf(io->err, "%s: %s: %s\n", name, path, io_result_text(result));
	return result == IO_OK;
}

/* -c TEXT [NAME ARG..], FILE [ARG..], or a script on the standard input; -e and -x before them. */
static int
sh_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str text = STR_INIT;
	enum dialect before = shell->dialect;
	int status, at = 1;
	bool inline_text = false;

	for (; at < argc && argv[at][0] == '-' && argv[at][1] && !inline_text; at++) {
		inline_text = strchr(argv[at], 'c') != NULL;
		if (strchr(argv[at], 'e'))
			str_add(&text, "set -e\n");
		if (strchr(argv[at], 'x'))
			str_add(&text, "set -x\n");
	}
	if (inline_text && at == argc) {
		sink_printf(io->err, "%s: -c: option requires an argument\n", argv[0]);
		str_release(&text);
		return 2;
	}
	shell->dialect = place_dialect(shell, argv[0]);
	if (inline_text) {
		str_add(&text, argv[at]);
		at++;	/* the word behind is $0 */
		status = run_script(shell, io, text.buf, at < argc ? argv[at] : argv[0], argc - at - 1, argv + at + 1);
	} else if (!script_read(io, argv[0], at < argc ? argv[at] : "-", &text)) {
		status = strcmp(argv[0], "sh") == 0 ? 2 : 127;
	} else {
		status = run_script(shell, io, text.buf, at < argc ? argv[at] : argv[0], argc - at - 1, argv + at + 1);
	}
	shell->dialect = before;
	str_release(&text);
	return status;
}

const struct command command_sh = { .name = "sh", .usage = "-c TEXT | FILE", .help = "Runs a script", .run = sh_main };
const struct command command_bash = { .name = "bash", .usage = "-c TEXT | FILE",
	.help = "Runs a script", .run = sh_main };

/* Words behind the file are its arguments as long as it runs. */
static int
source_with(struct shell *shell, const char *text, const struct streams *streams, int argc, const char *const *argv)
{
	char **before = shell->args.v;
	size_t n = shell->args.n;
	int status;

	memset(&shell->args, 0, sizeof shell->args);
	shell_set_args(shell, argc, argv);
	status = run_text(shell, text, streams);
	shell_set_args(shell, 0, NULL);
	vec_release(&shell->args);
	shell->args.v = before;
	shell->args.n = shell->args.cap = n;
	return status;
}

/* In this shell, not in one of its own. */
static int
source_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const struct streams streams = streams_of(io);
	struct str text = STR_INIT;
	int status;

	if (argc < 2) {
		sink_printf(io->err, "bash: %s: filename argument required\n", argv[0]);
		return 2;
	}
	if (!input_read(io, "bash", argv[1], &text)) {
		str_release(&text);
		return 1;
	}
	shell->calls++;
	status = argc > 2 ? source_with(shell, text.buf, &streams, argc - 2, argv + 2) : run_text(shell, text.buf, &streams);
	shell->calls--;
	if (shell->leave == LEAVE_RETURN) {
		shell->leave = LEAVE_NOTHING;
		status = shell->status;
	}
	str_release(&text);
	return status;
}

const struct command command_source = { .name = "source", .usage = "FILE", .help = "Runs a script in this shell",
	.run = source_main };
const struct command command_dot = { .name = ".", .usage = "FILE", .help = "The same as source", .run = source_main };

static int
eval_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const struct streams streams = streams_of(io);
	struct str text = STR_INIT;
	int status;

	for (int i = 1; i < argc; i++)
		str_addf(&text, "%s%s", i > 1 ? " " : "", argv[i]);
	status = run_text(shell, text.buf, &streams);
	str_release(&text);
	return status;
}

const struct command command_eval = { .name = "eval", .usage = "TEXT..", .help = "Runs words as a line",
	.run = eval_main };

static bool
is_keyword(const char *name)
{
	static const char *const keywords[] = { "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case",
		"esac", "function", "time", "[[", "!", "{", "}" };

	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
		if (strcmp(keywords[i], name) == 0)
			return true;
	return false;
}

static bool
is_builtin(const struct command *command)
{
	static const char *const both[] = { "echo", "printf", "test", "[", "source", ".", "eval" };	/* programs too */

	for (size_t i = 0; command && i < sizeof both / sizeof both[0]; i++)
		if (strcmp(command->name, both[i]) == 0)
			return true;
	return command && command->builtin;
}

enum type_form { TYPE_LONG, TYPE_BRIEF, TYPE_WORD };	/* type, command -v, type -t */

/* Its body as bash shows it, when it is one line of commands. */
static void
print_function(struct io *io, const char *name, const char *body)
{
	sink_printf(io->out, "%s () \n%s\n", name, body);
}

static int
type_one(struct shell *shell, struct io *io, const char *name, enum type_form form)
{
	const char *alias = map_get(&shell->aliases, name), *function = map_get(&shell->functions, name);
	const struct command *command = command_here(shell, name);
	bool keyword = is_keyword(name), builtin = is_builtin(command);
	const char *word = alias ? "alias" : keyword ? "keyword" : function ? "function" : builtin ? "builtin" : command ? "file" : "";

	if (form == TYPE_WORD && *word)
		sink_printf(io->out, "%s\n", word);
	if (form == TYPE_WORD)
		return !*word;
	if (alias)
		sink_printf(io->out, form ? "alias %s='%s'\n" : "%s is aliased to `%s'\n", name, alias);
	else if (form && (keyword || function || builtin))
		sink_printf(io->out, "%s\n", name);
	else if (keyword || builtin)
		sink_printf(io->out, "%s is a shell %s\n", name, word);
	else if (function) {
		sink_printf(io->out, "%s is a function\n", name);
		print_function(io, name, function);
	} else if (command)
		sink_printf(io->out, form ? "/usr/bin/%s\n" : "%s is /usr/bin/%s\n", name, name);
	else if (!form)
		sink_printf(io->err, "bash: type: %s: not found\n", name);
	return !*word;
}

static int
type_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	enum type_form form = TYPE_LONG;
	int status = 0;

	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-')
			form = strcmp(argv[i], "-t") == 0 ? TYPE_WORD : strcmp(argv[i], "-p") == 0 ? TYPE_BRIEF : TYPE_LONG;
		else
			status |= type_one(shell, io, argv[i], form);
	return status;
}

const struct command command_type = { .name = "type", .usage = "NAME..", .help = "What is meant by a name",
	.builtin = true,
	.run = type_main };

static int
command_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int status = 0;

	if (argc == 1)
		return 0;
	if (strcmp(argv[1], "-v") != 0 && strcmp(argv[1], "-V") != 0)
		return shell_command(shell, io, argc - 1, argv + 1);
	for (int i = 2; i < argc; i++)
		status |= type_one(shell, io, argv[i], argv[1][1] == 'v' ? TYPE_BRIEF : TYPE_LONG);
	return status;
}

const struct command command_command = { .name = "command", .usage = "[-v] NAME",
	.help = "Runs a command, or says where it is",
	.builtin = true, .run = command_main };

/* exec CMD: nothing is left behind it. */
static int
exec_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	if (argc == 1)
		return 0;
	shell->status = shell_command(shell, io, argc - 1, argv + 1);
	shell->exited = true;
	return shell->status;
}

const struct command command_exec = { .name = "exec", .usage = "COMMAND", .help = "Runs a command in the shell's place",
	.builtin = true, .run = exec_main };

/* sudo: everybody here is root already. */
static int
sudo_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int at = 1;

	while (at < argc && argv[at][0] == '-')
		at += strcmp(argv[at], "-u") == 0 ? 2 : 1;
	return at < argc ? shell_command(shell, io, argc - at, argv + at) : 0;
}

const struct command command_sudo = { .name = "sudo", .usage = "COMMAND",
	.help = "Runs a command; you are root already",
	.run = sudo_main };

/* busybox TOOL ..: its own way of doing it, whatever else is installed. */
static int
busybox_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	bool before = shell->busybox;
	int status;

	if (argc == 1) {
		sink_put(io->out, "BusyBox v1.36.1 (2023-05-18 22:34:17 UTC) multi-call binary.\n\n"
			"Usage: busybox [function [arguments]...]\n");
		return 0;
	}
	if (!command_find(argv[1])) {
		sink_printf(io->err, "%s: applet not found\n", argv[1]);
		return 127;
	}
	shell->busybox = true;
	status = shell_command(shell, io, argc - 1, argv + 1);
	shell->busybox = before;
	return status;
}

const struct command command_busybox = { .name = "busybox", .usage = "TOOL ..",
	.help = "A small tool as busybox has it",
	.run = busybox_main };

/* ---- leaving ---- */

static int
exit_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int64_t value = shell->status;

	if (argc > 1 && !number_read(argv[1], &value)) {
		sink_printf(io->err, "bash: exit: %s: numeric argument required\n", argv[1]);
		value = 2;
	}
	if (argc > 2) {
		sink_put(io->err, "bash: exit: too many arguments\n");
		return 1;
	}
	shell->exited = true;
	shell->status = (int)(value & 255);
	return shell->status;
}

const struct command command_exit = { .name = "exit", .usage = "[STATUS]",
	.help = "Leaves the pod, the node or the shell", .builtin = true, .run = exit_main };
const struct command command_logout = { .name = "logout", .usage = "", .help = "The same as exit", .builtin = true,
	.run = exit_main };

static int
return_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int64_t value = shell->status;

	if (!shell->calls) {
		sink_put(io->err, "bash: return: can only `return' from a function or sourced script\n");
		return 2;
	}
	if (argc > 1 && !number_read(argv[1], &value)) {
		sink_printf(io->err, "bash: return: %s: numeric argument required\n", argv[1]);
		value = 2;
	}
	shell->leave = LEAVE_RETURN;
	shell->status = (int)(value & 255);
	return shell->status;
}

const struct command command_return = { .name = "return", .usage = "[STATUS]", .help = "Ends a function",
	.builtin = true,
	.run = return_main };

static int
leave_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int64_t loops = 1;

	if (!shell->in_loops) {
		sink_printf(io->err, "bash: %s: only meaningful in a `for', `while', or `until' loop\n", argv[0]);
		return 0;
	}
	if (argc > 1 && (!number_read(argv[1], &loops) || loops < 1)) {
		sink_printf(io->err, "bash: %s: %s: loop count out of range\n", argv[0], argv[1]);
		return 1;
	}
	shell->leave = strcmp(argv[0], "break") == 0 ? LEAVE_BREAK : LEAVE_CONTINUE;
	shell->leave_loops = loops > 1000 ? 1000 : (unsigned)loops;
	return 0;
}

const struct command command_break = { .name = "break", .usage = "[N]", .help = "Ends a loop", .builtin = true,
	.run = leave_main };
const struct command command_continue = { .name = "continue", .usage = "[N]",
	.help = "Goes on with the loop's next round", .builtin = true, .run = leave_main };

static int
true_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)shell;
	(void)io;
	(void)argc;
	return strcmp(argv[0], "false") == 0;
}

const struct command command_true = { .name = "true", .usage = "", .help = "Does nothing, with success",
	.builtin = true,
	.run = true_main };
const struct command command_false = { .name = "false", .usage = "", .help = "Does nothing, without success",
	.builtin = true, .run = true_main };
/* trap: nothing here gets a signal, but scripts end. */
static int
trap_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)io;
	for (int i = 2; i < argc; i++)
		if (strcmp(argv[i], "EXIT") == 0 || strcmp(argv[i], "0") == 0) {
			free(shell->exit_trap);
			shell->exit_trap = strcmp(argv[1], "-") == 0 ? NULL : xstrdup(argv[1]);
		}
	return 0;
}

const struct command command_trap = { .name = "trap", .usage = "TEXT EXIT",
	.help = "What a script does at its end; no signals come",
	.builtin = true, .run = trap_main };
const struct command command_colon = { .name = ":", .usage = "", .help = "Does nothing, with success", .builtin = true,
	.run = true_main };

static int
let_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const struct streams streams = streams_of(io);
	int64_t value = 0;

	for (int i = 1; i < argc; i++)
		if (!arith_eval(shell, &streams, argv[i], &value))
			return 1;
	return value ? 0 : 1;
}

const struct command command_let = { .name = "let", .usage = "EXPRESSION..", .help = "Calculates: let x=x+1",
	.builtin = true,
	.run = let_main };

/* ---- jobs ---- */

/* What & sent to the background is done at once; only forwarded ports last. */
static int
jobs_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)argc;
	(void)argv;
	for (size_t i = 0; i < shell->forwards.n; i++) {
		const struct shell_forward *f = &shell->forwards.v[i];

		sink_printf(io->out, "[%u]%c  Running                 kubectl port-forward -n %s pod/%s %u:%u &\n",
			f->job,
			i + 1 == shell->forwards.n ? '+' : ' ', f->namespace, f->pod, f->local, f->remote);
	}
	return 0;
}

const struct command command_jobs = { .name = "jobs", .usage = "", .help = "Forwarded ports that are open",
	.builtin = true,
	.run = jobs_main };

static int
wait_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)shell;
	(void)io;
	(void)argc;
	(void)argv;
	return 0;
}

const struct command command_wait = { .name = "wait", .usage = "",
	.help = "Waits for what runs in the background: nothing",
	.builtin = true, .run = wait_main };

static int
kill_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int status = 0;

	if (argc == 1) {
		sink_put(io->err, "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n");
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		bool job = argv[i][0] == '%';
		int64_t number;

		if (argv[i][0] == '-')
			continue;
		if (!number_read(argv[i] + job, &number)) {
			sink_printf(io->err, "bash: kill: %s: arguments must be process or job IDs\n", argv[i]);
			status = 1;
		} else if (!shell_forward_close(shell, (unsigned)(job ? number : number - SHELL_PROCESS))) {
			sink_printf(io->err, job ? "bash: kill: %s: no such job\n"
				: "bash: kill: (%s) - No such process\n", argv[i]);
			status = 1;
		}
	}
	return status;
}

const struct command command_kill = { .name = "kill", .usage = "%JOB", .help = "Closes a forwarded port",
	.builtin = true,
	.run = kill_main };

/* pkill kubectl, killall kubectl */
static int
pkill_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	bool named = argc > 1 && (strstr(argv[argc - 1], "kubectl") || strstr(argv[argc - 1], "port-forward"));
	bool any = named && shell->forwards.n;

	while (named && shell->forwards.n)
		shell_forward_close(shell, shell->forwards.v[0].job);
	if (!any && strcmp(argv[0], "killall") == 0)
		sink_printf(io->err, "%s: no process found\n", argc > 1 ? argv[argc - 1] : "");
	return any ? 0 : 1;
}

const struct command command_pkill = { .name = "pkill", .usage = "[-f] kubectl", .help = "Closes all forwarded ports",
	.run = pkill_main };

/* ---- arguments and options ---- */

static int
shift_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int64_t n = 1;

	if (argc > 1 && (!number_read(argv[1], &n) || n < 0)) {
		sink_printf(io->err, "bash: shift: %s: numeric argument required\n", argv[1]);
		return 1;
	}
	if ((uint64_t)n > shell->args.n)
		return 1;
	for (int64_t i = 0; i < n; i++)
		free(shell->args.v[i]);
	shell->args.n -= (size_t)n;
	if (shell->args.n)
		memmove(shell->args.v, shell->args.v + n, shell->args.n * sizeof *shell->args.v);
	return 0;
}

const struct command command_shift = { .name = "shift", .usage = "[N]", .help = "Drops the first arguments",
	.builtin = true,
	.run = shift_main };

static bool *
option_of(struct shell_options *options, const char *name, char letter)
{
	const struct {
		const char *name;
		char letter;
		bool *set;
	} all[] = {
		{ "errexit", 'e', &options->errexit }, { "nounset", 'u', &options->nounset },
		{ "xtrace", 'x', &options->xtrace }, { "pipefail", '\0', &options->pipefail },
	};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (name ? strcmp(all[i].name, name) == 0 : all[i].letter == letter)
			return all[i].set;
	return NULL;
}

static bool
set_letters(struct shell *shell, struct io *io, const char *word)
{
	for (const char *c = word + 1; *c; c++) {
		bool *option = option_of(&shell->options, NULL, *c);

		if (!option && !strchr("abhkmptvBCEHPT", *c)) {
			sink_printf(io->err, "bash: set: %c%c: invalid option\n", *word, *c);
			return false;
		}
		if (option)
			*option = *word == '-';
	}
	return true;
}

/* set -euo pipefail, set -- ARG.. */
static int
set_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const struct map_entry *entry;
	int at = 1;

	for (size_t i = 0; argc == 1 && (entry = map_next(&shell->variables, &i));) {
		struct str value = STR_INIT;

		shell_quote(entry->value, &value);
		sink_printf(io->out, "%s=%s\n", entry->key, value.buf);
		str_release(&value);
	}
	for (; at < argc && strchr("-+", argv[at][0]) && argv[at][1]; at++) {
		size_t len = strlen(argv[at]);
		char *letters;
		bool ok;

		if (strcmp(argv[at], "--") == 0) {
			shell_set_args(shell, argc - at - 1, argv + at + 1);
			return 0;
		}
		letters = xstrndup(argv[at], argv[at][len - 1] == 'o' ? len - 1 : len);
		ok = set_letters(shell, io, letters);
		free(letters);
		if (!ok)
			return 2;
		if (argv[at][len - 1] == 'o' && at + 1 < argc) {
			bool *option = option_of(&shell->options, argv[at + 1], '\0');

			if (option)
				*option = argv[at][0] == '-';
			at++;
		}
	}
	if (at < argc)
		shell_set_args(shell, argc - at, argv + at);
	return 0;
}

const struct command command_set = { .name = "set", .usage = "[-eux] [-o pipefail] [--] [ARG..]",
	.help = "Options of the shell, and its arguments", .builtin = true, .run = set_main };

/* One word of local, declare and readonly, with what its options ask for. */
static int
declare_one(struct shell *shell, struct io *io, const char *command, const char *word, const char *marks)
{
	size_t n = name_length(word);
	int status = 0;
	char *name;

	if (!n || (word[n] && word[n] != '=')) {
		sink_printf(io->err, "bash: %s: `%s': not a valid identifier\n", command, word);
		return 1;
	}
	name = xstrndup(word, n);
	if (shell->calls && strcmp(command, "readonly") != 0) {
		const char *old = map_get(&shell->variables, name);

		*vec_push(&shell->kept) = (struct shell_kept){ xstrdup(name), old ? xstrdup(old) : NULL };
	}
	if (word[n] == '=' && shell_may_set(shell, io->err, name))
		shell_set_variable(shell, name, word + n + 1);
	else if (word[n] == '=')
		status = 1;
	for (; *marks; marks++)
		shell_mark(shell, name, *marks);
	free(name);
	return status;
}

/* local, declare, readonly [-rx] NAME[=VALUE].. */
static int
local_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	char marks[3] = "";
	int status = 0;

	if (!shell->calls && strcmp(argv[0], "local") == 0) {
		sink_put(io->err, "bash: local: can only be used in a function\n");
		return 1;
	}
	if (strcmp(argv[0], "readonly") == 0)
		strcpy(marks, "r");
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-') {
			status |= declare_one(shell, io, argv[0], argv[i], marks);
			continue;
		}
		for (const char *c = argv[i] + 1; *c; c++)
			if (!strchr("rxgiluft", *c)) {
				sink_printf(io->err, "bash: %s: -%c: this shell's %s has -r and -x\n", argv[0], *c, argv[0]);
				return 2;
			} else if (strchr("rx", *c) && !strchr(marks, *c)) {
				marks[strlen(marks)] = *c;
			}
	}
	return status;
}

const struct command command_local = { .name = "local", .usage = "NAME[=VALUE]..", .help = "Variables of a function",
	.builtin = true, .run = local_main };
const struct command command_declare = { .name = "declare", .usage = "NAME[=VALUE]..",
	.help = "Variables, in a function its own",
	.builtin = true, .run = local_main };
const struct command command_readonly = { .name = "readonly", .usage = "NAME=VALUE..", .help = "Variables that stay",
	.builtin = true, .run = local_main };
