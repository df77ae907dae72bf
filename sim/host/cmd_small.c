/* Small tools, as GNU coreutils and util-linux have them, with the options that people use. */
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/options.h"
#include "host/run.h"

/* ---- names of files ---- */

static int
basename_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const char *slash;
	size_t len;

	(void)shell;
	if (argc < 2) {
		sink_put(io->err, "basename: missing operand\nTry 'basename --help' for more information.\n");
		return 1;
	}
	slash = strrchr(argv[1], '/');
	slash = slash && slash[1] ? slash + 1 : argv[1];
	len = strlen(slash);
	if (argc > 2 && str_ends(slash, argv[2]) && len > strlen(argv[2]))
		len -= strlen(argv[2]);
	sink_printf(io->out, "%.*s\n", (int)len, slash);
	return 0;
}

const struct command command_basename = { .name = "basename", .usage = "PATH [SUFFIX]",
	.help = "The last part of a path",
	.run = basename_main };

static int
dirname_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)shell;
	for (int i = 1; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');

		sink_printf(io->out, "%.*s\n", slash ? (slash == argv[i] ? 1 : (int)(slash - argv[i])) : 1, slash
			? argv[i] : ".");
	}
	return argc > 1 ? 0 : 1;
}

const struct command command_dirname = { .name = "dirname", .usage = "PATH", .help = "A path without its last part",
	.run = dirname_main };

/* ---- who and what ---- */

static int
whoami_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)shell;
	(void)argc;
	(void)argv;
	sink_put(io->out, "root\n");
	return 0;
}

const struct command command_whoami = { .name = "whoami", .usage = "", .help = "root", .run = whoami_main };

static int
id_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	bool name = argc > 1 && strchr(argv[1], 'n');

	(void)shell;
	if (argc > 1 && argv[1][0] == '-')
		sink_put(io->out, name ? "root\n" : "0\n");
	else
		sink_put(io->out, "uid=0(root) gid=0(root) groups=0(root)\n");
	return 0;
}

const struct command command_id = { .name = "id", .usage = "[-u] [-g] [-n]", .help = "User and groups: root",
	.run = id_main };

static int
uname_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const struct {
		char letter;
		const char *text;
	} parts[] = { { 's', "Linux" }, { 'n', NULL }, { 'r', "6.8.0-51-generic" },
		{ 'v', "#52-Ubuntu SMP PREEMPT_DYNAMIC" },
		{ 'm', "x86_64" }, { 'o', "GNU/Linux" } };
	const char *letters = argc > 1 ? argv[1] : "-s", *host = shell_host_name(shell);
	const char *space = "";

	host = strchr(host, '/') ? strchr(host, '/') + 1 : host;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (strchr(letters, parts[i].letter) || strchr(letters, 'a')) {
			sink_printf(io->out, "%s%s", space, parts[i].text ? parts[i].text : host);
			space = " ";
		}
	sink_put(io->out, "\n");
	return 0;
}

const struct command command_uname = { .name = "uname", .usage = "[-a]", .help = "The system", .run = uname_main };

/* ---- lines ---- */

static bool
read_all(struct io *io, const char *command, const struct options *options, struct str *out)
{
	bool ok = true;

	for (size_t i = 0; i < options->words.n; i++)
		ok &= input_read(io, command, options->words.v[i], out);
	if (!options->words.n)
		io->files->read(io, "-", out);
	return ok;
}

static int
rev_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	bool lines = strcmp(argv[0], "tac") == 0;
	struct str text = STR_INIT, out = STR_INIT;
	struct options options;
	const char *line;
	size_t at = 0, len;

	(void)shell;
	options_init(&options, io, argc, argv, "", NULL);
	while (options_next(&options))
		continue;
	if (!options.failed && read_all(io, argv[0], &options, &text))
		while (line_next(&text, &at, &line, &len)) {
			struct str whole = STR_INIT;

			for (size_t i = len; !lines && i > 0; i--)
				str_addch(&whole, line[i - 1]);
			if (lines)
				str_addn(&whole, line, len);
			str_addch(&whole, '\n');
			if (lines)
				str_addn(&whole, out.buf, out.len);
			if (lines)
				str_clear(&out);
			str_addn(&out, whole.buf, whole.len);
			str_release(&whole);
		}
	sink_write(io->out, out.buf, out.len);
	str_release(&text);
	str_release(&out);
	options_release(&options);
	return options.failed;
}

const struct command command_rev = { .name = "rev", .usage = "[FILE]", .help = "Turns each line round",
	.run = rev_main };
const struct command command_tac = { .name = "tac", .usage = "[FILE]", .help = "The last line first", .run = rev_main };

static int
nl_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str text = STR_INIT;
	struct options options;
	const char *line;
	size_t at = 0, len, n = 0;
	bool all = false;

	(void)shell;
	options_init(&options, io, argc, argv, "b:", NULL);
	while (options_next(&options))
		all |= *options.value == 'a';
	if (!options.failed)
		read_all(io, "nl", &options, &text);
	while (line_next(&text, &at, &line, &len))
		if (len || all)
			sink_printf(io->out, "%6zu\t%.*s\n", ++n, (int)len, line);
		else
			sink_put(io->out, "       \n");
	str_release(&text);
	options_release(&options);
	return options.failed;
}

const struct command command_nl = { .name = "nl", .usage = "[-b a] [FILE]", .help = "Numbers lines", .run = nl_main };

#define PASTE_MAX 12

/* Files side by side; the ones named - share the standard input. */
struct paste {
	struct str text[PASTE_MAX + 1];		/* the last: the standard input's */
	size_t at[PASTE_MAX + 1];
	size_t of[PASTE_MAX], n;		/* which text a column takes its lines from */
	char separators[32];			/* in turn */
	size_t nseparators;
};

static void
paste_separator(const struct paste *paste, size_t i, struct str *out)
{
	char c = paste->nseparators ? paste->separators[i % paste->nseparators] : '\0';

	if (c)
		str_addch(out, c);
}

static void
paste_serial(struct paste *paste, size_t column, struct str *out)
{
	const char *line;
	size_t len, i = paste->of[column];

	for (size_t n = 0; line_next(&paste->text[i], &paste->at[i], &line, &len); n++) {
		if (n)
			paste_separator(paste, n - 1, out);
		str_addn(out, line, len);
	}
	str_addch(out, '\n');
}

/* One line of the result; false: there was nothing left. */
static bool
paste_row(struct paste *paste, struct str *out)
{
	size_t before = out->len, len;
	const char *line;
	bool any = false;

	for (size_t column = 0; column < paste->n; column++) {
		size_t i = paste->of[column];

		if (column)
			paste_separator(paste, column - 1, out);
		if (line_next(&paste->text[i], &paste->at[i], &line, &len)) {
			str_addn(out, line, len);
			any = true;
		}
	}
	if (any)
		str_addch(out, '\n');
	else
		str_truncate(out, before);
	return any;
}

static bool
paste_open(struct paste *paste, struct io *io, const struct options *options)
{
	bool ok = true, input = false;

	paste->n = !options->words.n ? 1 : options->words.n < PASTE_MAX ? options->words.n : PASTE_MAX;
	for (size_t i = 0; i <= PASTE_MAX; i++)
		str_init(&paste->text[i]);
	for (size_t i = 0; i < paste->n; i++) {
		bool standard = !options->words.n || strcmp(options->words.v[i], "-") == 0;

		paste->of[i] = standard ? PASTE_MAX : i;
		if (!standard || !input)
			ok &= input_read(io, "paste", standard ? "-" : options->words.v[i], &paste->text[paste->of[i]]);
		input |= standard;
	}
	return ok;
}

static void
paste_separators(struct paste *paste, const char *list)
{
	static const char letters[] = "nt0\\", meant[] = "\n\t\0\\";

	for (paste->nseparators = 0; *list && paste->nseparators < sizeof paste->separators; list++) {
		const char *found = *list == '\\' && list[1] ? strchr(letters, list[1]) : NULL;

		paste->separators[paste->nseparators++] = found ? meant[found - letters] : *list;
		list += found != NULL;
	}
}

static int
paste_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct paste paste = { .separators = "\t", .nseparators = 1 };
	struct options options;
	struct str out = STR_INIT;
	bool serial = false, ok;

	(void)shell;
	options_init(&options, io, argc, argv, "sd:", (const char *const[]){ "serial=s", "delimiters=d", NULL });
	while (options_next(&options))
		if (options.letter == 'd')
			paste_separators(&paste, options.value);
		else
			serial = true;
	ok = !options.failed && paste_open(&paste, io, &options);
	for (size_t i = 0; ok && serial && i < paste.n; i++)
		paste_serial(&paste, i, &out);
	while (ok && !serial && paste_row(&paste, &out))
		continue;
	sink_write(io->out, out.buf, out.len);
	for (size_t i = 0; i <= PASTE_MAX; i++)
		str_release(&paste.text[i]);
	str_release(&out);
	options_release(&options);
	return ok ? 0 : 1;
}

const struct command command_paste = { .name = "paste", .usage = "[-s] [-d C] [FILE..]",
	.help = "Joins lines: paste -sd, ",
	.run = paste_main };

#define COLUMNS_MAX 64

/* column -t: words under each other. */
static int
column_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str text = STR_INIT, out = STR_INIT;
	size_t widths[COLUMNS_MAX] = { 0 }, len;
	const char *separators = " \t", *line;
	struct options options;

	(void)shell;
	options_init(&options, io, argc, argv, "ts:", NULL);
	while (options_next(&options))
		if (options.letter == 's')
			separators = options.value;
	if (!options.failed)
		read_all(io, "column", &options, &text);
	for (int pass = 0; pass < 2; pass++)
		for (size_t at = 0; line_next(&text, &at, &line, &len);) {
			size_t i = 0, column = 0, pending = 0;

			while (i < len && column < COLUMNS_MAX) {
				size_t start;

				while (i < len && strchr(separators, line[i]))
					i++;
				start = i;
				while (i < len && !strchr(separators, line[i]))
					i++;
				if (i == start)
					break;
				if (pass == 0 && widths[column] < i - start)
					widths[column] = i - start;
				if (pass == 1) {
					str_addrep(&out, ' ', pending);
					str_addn(&out, line + start, i - start);
					pending = widths[column] - (i - start) + 2;
				}
				column++;
			}
			if (pass == 1)
				str_addch(&out, '\n');
		}
	sink_write(io->out, out.buf, out.len);
	str_release(&text);
	str_release(&out);
	options_release(&options);
	return options.failed;
}

const struct command command_column = { .name = "column", .usage = "-t [-s C]", .help = "Words under each other",
	.run = column_main };

/* As much as fits into a pipe: who reads it takes the first lines. */
static int
yes_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)shell;
	for (int i = 0; i < 10000; i++)
		sink_printf(io->out, "%s\n", argc > 1 ? argv[1] : "y");
	return 0;
}

const struct command command_yes = { .name = "yes", .usage = "[TEXT]", .help = "The same line, many times",
	.run = yes_main };

/* less, more: there is no paging here, the terminal scrolls. */
static int
less_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str text = STR_INIT;
	struct options options;
	bool ok;

	(void)shell;
	options_init(&options, io, argc, argv, "FRSXNi", NULL);
	while (options_next(&options))
		continue;
	ok = !options.failed && read_all(io, argv[0], &options, &text);
	sink_write(io->out, text.buf, text.len);
	str_release(&text);
	options_release(&options);
	return !ok;
}

const struct command command_less = { .name = "less", .usage = "[FILE]", .help = "Shows a file", .run = less_main };
const struct command command_more = { .name = "more", .usage = "[FILE]", .help = "Shows a file", .run = less_main };

/* ---- expr ---- */

static int
expr_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	long left, right, result = 0;

	(void)shell;
	if (argc != 4) {
		sink_put(io->err, "expr: syntax error: this shell's expr takes NUMBER OPERATOR NUMBER\n");
		return 2;
	}
	left = strtol(argv[1], NULL, 10);
	right = strtol(argv[3], NULL, 10);
	if (labs(left) > 1000000000 || labs(right) > 1000000000 || (strchr("/%", *argv[2]) && !right)) {
		sink_put(io->err, right ? "expr: Numerical result out of range\n" : "expr: division by zero\n");
		return 2;
	}
	switch (*argv[2]) {
	case '+':
		result = left + right;
		break;
	case '-':
		result = left - right;
		break;
	case '*':
		result = left * right;
		break;
	case '/':
		result = left / right;
		break;
	case '%':
		result = left % right;
		break;
	case '<':
		result = argv[2][1] ? left <= right : left < right;
		break;
	case '>':
		result = argv[2][1] ? left >= right : left > right;
		break;
	case '=':
		result = strcmp(argv[1], argv[3]) == 0;
		break;
	default:
		sink_printf(io->err, "expr: syntax error: unexpected argument '%s'\n", argv[2]);
		return 2;
	}
	sink_printf(io->out, "%ld\n", result);
	return result == 0;
}

const struct command command_expr = { .name = "expr", .usage = "NUMBER OPERATOR NUMBER", .help = "Calculates",
	.run = expr_main };

/* ---- editing, watching, reading about ---- */

/* vi, nano: the person's own editor on a copy of the file. */
static int
editor_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const char *chosen = shell_variable(shell, "EDITOR");
	const char *path = argc > 1 && argv[argc - 1][0] != '-' ? argv[argc - 1] : NULL;
	struct io_edit edit = { .editor = chosen, .text = STR_INIT, .path = STR_INIT, .program = STR_INIT };
	char *suffix;
	int status = 1;

	if (!path) {
		sink_printf(io->err, "%s: say which file\n", argv[0]);
		return 1;
	}
	if (!io->edit) {
		sink_printf(io->err, "%s: there is no editor here; write the file with cat >%s <<EOF\n", argv[0], path);
		return 1;
	}
	suffix = xasprintf("-%s", strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
	edit.suffix = suffix;
	io->files->read(io, path, &edit.text);
	if (io->edit(io, &edit) == 0) {
		enum io_result result = io->files->write(io, path, edit.text.buf, edit.text.len, false);

		status = result != IO_OK;
		if (status)
			sink_printf(io->err, "%s: %s: %s\n", argv[0], path, io_result_text(result));
	}
	free(suffix);
	str_release(&edit.text);
	str_release(&edit.path);
	str_release(&edit.program);
	return status;
}

const struct command command_vi = { .name = "vi", .usage = "FILE", .help = "Your own $EDITOR on a file",
	.run = editor_main };
const struct command command_vim = { .name = "vim", .usage = "FILE", .help = "Your own $EDITOR on a file",
	.run = editor_main };
const struct command command_nano = { .name = "nano", .usage = "FILE", .help = "Your own $EDITOR on a file",
	.run = editor_main };

/* watch: once, and a second time when the interval has gone by in virtual time. */
static int
watch_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const struct streams streams = streams_of(io);
	struct str line = STR_INIT;
	int at = 1, status = 0;

	for (; at < argc && argv[at][0] == '-'; at++)
		at += strcmp(argv[at], "-n") == 0 || strcmp(argv[at], "--interval") == 0;
	for (int i = at; i < argc; i++)
		str_addf(&line, "%s%s", i > at ? " " : "", argv[i]);
	if (!line.len) {
		sink_put(io->err, "Usage:\n watch [options] command\n");
		status = 1;
	}
	for (int i = 0; line.len && i < 2; i++) {
		char date[CLOCK_TEXT];

		sink_printf(io->out, "Every 2.0s: %s    %s\n\n", line.buf,
			clock_format_date(shell->cluster->server.clock.now, date));
		status = run_text(shell, line.buf, &streams);
		if (i == 0)
			cluster_tick(shell->cluster, shell->cluster->server.clock.now + 2 * CLOCK_SECOND);
	}
	str_release(&line);
	return status;
}

const struct command command_watch = { .name = "watch", .usage = "[-n SECONDS] COMMAND",
	.help = "A command now, and two seconds later",
	.run = watch_main };

static int
man_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const struct command *command = argc > 1 ? command_here(shell, argv[argc - 1]) : NULL;

	if (argc < 2) {
		sink_put(io->err, "What manual page do you want?\nFor example, try 'man curl'.\n");
		return 1;
	}
	if (!command) {
		sink_printf(io->err, "No manual entry for %s\n", argv[argc - 1]);
		return 16;
	}
	sink_printf(io->out, "%s %s\n    %s.\n", command->name, command->usage, command->help);
	if (strcmp(command->name, "kubectl") == 0)
		sink_put(io->out, "    kubectl --help and kubectl VERB --help say more.\n");
	return 0;
}

const struct command command_man = { .name = "man", .usage = "COMMAND", .help = "What a command of this shell does",
	.run = man_main };
