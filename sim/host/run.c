/*
 * Runs trees.  A pipeline's commands run one after the other, each with the one before's output as its input: nothing
 * here runs for ever, and nothing runs beside anything else.  What a line may use is bounded: the size of every
 * buffer, the iterations of its loops, and how deep commands run commands.
 */
#include "host/run.h"

#include <stdlib.h>
#include <string.h>

#include "host/compound.h"
#include "host/expand.h"
#include "host/process_log.h"
#include "host/redirect.h"

#define DEPTH_MAX 24
#define STATUS_INTERRUPTED 130

/* ---- streams ---- */

int
shell_error(const struct streams *streams, int status, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	sink_printf(streams->err, "bash: %s\n", text.buf);
	str_release(&text);
	return status;
}

static void
sink_bounded_write(struct sink *sink, const char *text, size_t len)
{
	struct sink_bounded *bounded = (struct sink_bounded *)sink;

	if (len > SHELL_BUFFER_MAX - bounded->str->len) {
		len = SHELL_BUFFER_MAX - bounded->str->len;
		bounded->full = true;
	}
	str_addn(bounded->str, text, len);
}

void
sink_bounded_init(struct sink_bounded *bounded, struct str *str)
{
	*bounded = (struct sink_bounded){ { sink_bounded_write }, str, false };
}

/* The terminal has the editor. */
static int
edit_on_terminal(struct io *io, struct io_edit *edit)
{
	struct vfs_state *state = io->files_state;
	struct io *terminal = state->shell->io;

	return terminal->edit(terminal, edit);
}

struct io
streams_io(struct shell *shell, const struct streams *streams, struct vfs_state *state)
{
	bool terminal = shell->io && streams->out == shell->io->out;

	*state = (struct vfs_state){ shell, streams->in, streams->outer };
	return (struct io){ .files = &vfs_files, .files_state = state, .out = streams->out, .err = streams->err,
		.columns = terminal ? shell->io->columns : 0, .tty = terminal && shell->io->tty,
		.color = terminal && shell->io->color, .edit = terminal && shell->io->edit ? edit_on_terminal : NULL,
		.interrupted = shell->io ? shell->io->interrupted : NULL,
		.asks = !streams->in && streams->outer && streams->outer->asks };
}

/* ---- simple commands ---- */

/* A function's body is parsed anew at each call; its arguments and `local` variables end with it. */
static int
run_function(struct shell *shell, struct io *io, const char *body, int argc, const char *const *argv)
{
	const struct streams streams = streams_of(io);
	char *text = xstrdup(body);	/* it may define itself anew */
	size_t kept = shell->kept.n, nargs = shell->args.n;
	char **args = shell->args.v;
	int status;

	memset(&shell->args, 0, sizeof shell->args);
	shell_set_args(shell, argc - 1, argv + 1);
	shell->calls++;
	status = run_text(shell, text, &streams);
	shell->calls--;
	if (shell->leave == LEAVE_RETURN) {
		shell->leave = LEAVE_NOTHING;
		status = shell->status;
	}
	shell_locals_end(shell, kept);
	shell_set_args(shell, 0, NULL);
	vec_release(&shell->args);
	shell->args.v = args;
	shell->args.n = shell->args.cap = nargs;
	free(text);
	return status;
}

/* "bash: ", "bash: line 2: ", "sh: 2: ", "x.sh: line 2: ": who complains, and where (of ash's -c only who). */
static void
print_place(const struct shell *shell, struct sink *err)
{
	const char *zero = shell->zero ? shell->zero : shell->dialect == DIALECT_BASH ? "bash" : "sh";
	bool is_file = shell->zero && strchr(zero, '.');

	if (shell->dialect == DIALECT_DASH)
		sink_printf(err, "%s: %u: ", zero, shell->line);
	else if (is_file || (shell->zero && shell->dialect == DIALECT_BASH))
		sink_printf(err, "%s: line %u: ", zero, shell->line);
	else
		sink_printf(err, "%s: ", zero);
}

static int
not_found(const struct shell *shell, const struct io *io, const char *name)
{
	bool bash = shell->dialect == DIALECT_BASH;

	print_place(shell, io->err);
	sink_printf(io->err, "%s: %s\n", name, !bash ? "not found" : strchr(name, '/') ? "No such file or directory"
		: "command not found");
	return 127;
}

/* The line is over, in subshells too: what went that far would only go on. */
static int
too_much(struct shell *shell, struct io *io, const char *name)
{
	if (!shell->too_much && shell->depth >= DEPTH_MAX)
		sink_printf(io->err, "bash: %s: commands run commands more than %d deep\n", name, DEPTH_MAX);
	else if (!shell->too_much)
		sink_printf(io->err, "bash: %s: more than %u commands in one line\n", name, SHELL_COMMANDS_MAX);
	shell->too_much = true;
	shell->leave = LEAVE_LINE;
	return 1;
}

/* A script that names no interpreter, or a shell: #!/bin/sh, #!/usr/bin/env bash */
static bool
is_shells(const char *text)
{
	char *line = xstrndup(text, strcspn(text, "\n"));
	bool shells = !str_starts(line, "#!") || strstr(line, "sh");

	free(line);
	return shells;
}

/* ./script: its text, when it may be run. */
static int
run_file(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str text = STR_INIT;
	struct vfs_stat stat;
	const char *why = NULL;
	int status = 126;

	if (!strchr(argv[0], '/') || !vfs_stat(shell, argv[0], &stat))
		return not_found(shell, io, argv[0]);
	if (stat.folder)
		why = "Is a directory";
	else if (!(stat.note.mode & 0111))
		why = "Permission denied";
	else if (shell->depth >= DEPTH_MAX)
		return too_much(shell, io, argv[0]);
	if (!why && vfs_files.read(io, argv[0], &text) == IO_OK && !is_shells(text.buf))
		why = "cannot execute: required file not found";
	if (why) {
		print_place(shell, io->err);
		sink_printf(io->err, "%s: %s\n", argv[0], why);
	} else {
		shell->depth++;
		status = shell_script(shell, io, text.buf, argv[0], argc - 1, argv + 1);
		shell->depth--;
	}
	str_release(&text);
	return status;
}

int
shell_command(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const char *function = map_get(&shell->functions, argv[0]);
	const struct command *command = command_here(shell, argv[0]);
	int64_t start = shell->cluster->server.clock.now;
	int status;

	if (!command && !function)
		return io->files == &vfs_files ? run_file(shell, io, argc, argv) : not_found(shell, io, argv[0]);
	if (process_log_skips(shell, command, &status))
		return status;
	if (shell->too_much || shell->depth >= DEPTH_MAX || ++shell->commands > SHELL_COMMANDS_MAX)
		return too_much(shell, io, argv[0]);
	shell->depth++;
	status = function ? run_function(shell, io, function, argc, argv)
		: command_run(command, shell, io, argc, argv);
	shell->depth--;
	process_log_note(shell, command, status, start);
	return status;
}

/* Variables before a command are the command's alone: the old values come back after it. */
struct kept_value {
	char *text;	/* NULL: there was none */
	bool exported;
};
struct kept {
	VEC(struct kept_value) values;
};

static bool
assign(struct shell *shell, const struct streams *streams, const struct assignment *assignments, struct kept *kept)
{
	for (; assignments; assignments = assignments->next) {
		const char *old = map_get(&shell->variables, assignments->name);
		struct str value = STR_INIT;
		bool ok;

		if (assignments->append && old)
			str_add(&value, old);
		ok = expand_text(shell, streams, assignments->value, &value) &&
			shell_may_set(shell, streams->err, assignments->name);
		if (ok && kept)
			*vec_push(&kept->values) = (struct kept_value){ old ? xstrdup(old) : NULL,
				shell_is_exported(shell, assignments->name) };
		if (ok)
			shell_set_variable(shell, assignments->name, value.buf);
		if (ok && kept)
			shell_mark(shell, assignments->name, 'x');
		str_release(&value);
		if (!ok)
			return false;
	}
	return true;
}

static void
assign_back(struct shell *shell, const struct assignment *assignments, struct kept *kept)
{
	for (size_t i = 0; i < kept->values.n; i++, assignments = assignments->next) {
		const struct kept_value *before = &kept->values.v[i];

		if (before->text)
			shell_set_variable(shell, assignments->name, before->text);
		else
			shell_unset_variable(shell, assignments->name);
		if (!before->exported)
			shell_unmark(shell, assignments->name, 'x');
		free(before->text);
	}
	vec_release(&kept->values);
}

static void
print_trace(const struct streams *streams, const struct tree *tree, const struct shell *shell,
	const struct io_names *words)
{
	struct str line = STR_INIT;

	str_addch(&line, '+');
	for (const struct assignment *a = tree->assignments; a && !words->n; a = a->next) {
		str_addf(&line, " %s=", a->name);
		shell_quote(shell_variable(shell, a->name), &line);
	}
	for (size_t i = 0; i < words->n; i++) {
		str_addch(&line, ' ');
		shell_quote(words->v[i], &line);
	}
	sink_printf(streams->err, "%s\n", line.buf);
	str_release(&line);
}

static int
run_words(struct shell *shell, const struct tree *tree, const struct io_names *words, const struct streams *streams)
{
	struct kept kept = { VEC_INIT };
	struct vfs_state state;
	struct io io = streams_io(shell, streams, &state);
	int status = 1;

	if (shell->zero)
		shell->line = tree->line;
	if (!words->n) {
		bool assigned = assign(shell, streams, tree->assignments, NULL);

		if (assigned && shell->options.xtrace)
			print_trace(streams, tree, shell, words);
		shell->leave = assigned ? shell->leave : LEAVE_LINE;
		return assigned ? shell->status : 1;
	}
	if (shell->options.xtrace)
		print_trace(streams, tree, shell, words);
	if (assign(shell, streams, tree->assignments, &kept))
		status = shell_command(shell, &io, (int)words->n, (const char *const *)words->v);
	assign_back(shell, tree->assignments, &kept);
	return status;
}

/*
 * An alias's words, in front of the others.  As in bash the first word of its text may be an alias again, but not the
 * same one; unlike there its text has to be one simple command.
 */
static bool
alias_words(struct shell *shell, const struct streams *streams, const char *name, unsigned depth, struct io_names *out)
{
	const char *text = name && depth < 8 ? map_get(&shell->aliases, name) : NULL;
	struct script script;
	const struct tree *tree;
	const char *first;
	bool used;

	if (!text)
		return false;
	used = script_parse(&script, text, strlen(text));
	tree = script.root ? script.root->children : NULL;
	used = used && tree && !tree->next && tree->kind == TREE_COMMAND && tree->words && !tree->redirects &&
		!tree->assignments;
	if (used) {
		first = word_plain(tree->words);
		if (first && strcmp(first, name) != 0 && alias_words(shell, streams, first, depth + 1, out))
			used = expand_words(shell, streams, tree->words->next, out);
		else
			used = expand_words(shell, streams, tree->words, out);
	}
	script_release(&script);
	return used;
}

/* An alias that is more than one simple command: its text, with the words behind it.  In there it is no alias. */
static int
run_alias_line(struct shell *shell, const char *name, const struct io_names *words, const struct streams *streams)
{
	char *text = map_remove(&shell->aliases, name);
	struct str line = STR_INIT;
	int status = 1;

	str_add(&line, text);
	for (size_t i = 0; i < words->n; i++) {
		str_addch(&line, ' ');
		shell_quote(words->v[i], &line);
	}
	if (shell->depth < DEPTH_MAX) {
		shell->depth++;
		status = run_text(shell, line.buf, streams);
		shell->depth--;
	}
	str_release(&line);
	if (map_get(&shell->aliases, name))
		free(text);	/* it has set itself anew */
	else
		map_set(&shell->aliases, name, text);
	return status;
}

static bool
declares(const char *first)
{
	static const char *const names[] = { "export", "local", "declare", "readonly", "typeset" };

	for (size_t i = 0; first && i < sizeof names / sizeof names[0]; i++)
		if (strcmp(first, names[i]) == 0)
			return true;
	return false;
}

/* A line that can't be expanded goes no further, as in bash. */
static int
run_expanded(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	const char *first = tree->words ? word_plain(tree->words) : NULL;
	const char *alias = first ? map_get(&shell->aliases, first) : NULL;
	struct io_names words = VEC_INIT;
	bool used = alias && alias_words(shell, streams, first, 0, &words), ok;
	int status = 1;

	if (alias && !used)
		io_names_release(&words);
	if (declares(first))
		ok = expand_declaration(shell, streams, tree->words, &words);
	else
		ok = expand_words(shell, streams, alias ? tree->words->next : tree->words, &words);
	if (!ok)
		shell->leave = LEAVE_LINE;
	else if (alias && !used)
		status = run_alias_line(shell, first, &words, streams);
	else
		status = run_words(shell, tree, &words, streams);
	io_names_release(&words);
	return status;
}

static int
run_simple(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	struct redirection redirection;
	unsigned processes = shell->process_files;
	int status;

	if (!tree->words)
		shell->status = 0;	/* of `x=$(false)` the command's status remains, of `x=1` this */
	status = redirection_open(shell, &redirection, tree->redirects, streams);
	if (!status)
		status = run_expanded(shell, tree, &redirection.streams);
	status = redirection_close(shell, &redirection, streams, status);
	run_processes_end(shell, processes);
	return status;
}

/* ---- pipelines and lists ---- */

/* Is the line to go on?  Ctrl-C ends it. */
static bool
goes_on(struct shell *shell)
{
	if (shell->io && shell->io->interrupted && shell->io->interrupted(shell->io)) {
		shell->leave = LEAVE_LINE;
		shell->status = STATUS_INTERRUPTED;
	}
	return !shell->exited && !shell->leave;
}

/* Each command of several has a shell of its own: what it changes in variables ends with it. */
static int
run_pipes(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	struct vfs_input input = { "", 0, 0, false };
	struct str before = STR_INIT;
	int status = 0, failed = 0;

	for (const struct tree *child = tree->children; child && goes_on(shell); child = child->next) {
		struct streams mine = *streams;
		struct sink_bounded sink;
		struct str text = STR_INIT;

		sink_bounded_init(&sink, &text);
		if (child != tree->children) {
			input = (struct vfs_input){ before.buf, before.len, 0, false };
			mine.in = &input;
		}
		if (child->next)
			mine.out = &sink.sink;
		if (child->both && child->next)
			mine.err = &sink.sink;
		status = run_subshell(shell, child, &mine);
		failed = status ? status : failed;
		str_release(&before);
		before = text;
		if (sink.full)
			shell_error(streams, 1, "more than %u bytes in a pipe: the rest is lost", SHELL_BUFFER_MAX);
	}
	str_release(&before);
	return shell->options.pipefail ? failed : status;
}

/* As bash prints it; virtual time passes only where something waits. */
static void
print_times(const struct streams *streams, int64_t elapsed)
{
	int64_t milliseconds = elapsed / (CLOCK_SECOND / 1000);

	sink_printf(streams->err, "\nreal\t%lldm%lld.%03llds\nuser\t0m0.000s\nsys\t0m0.000s\n",
		(long long)(milliseconds / 60000), (long long)(milliseconds / 1000 % 60),
		(long long)(milliseconds % 1000));
}

static int
run_pipeline(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	int64_t start = shell->cluster->server.clock.now;
	int status;

	shell->conditions += tree->negate;
	status = tree->children->next ? run_pipes(shell, tree, streams) : run_tree(shell, tree->children, streams);
	shell->conditions -= tree->negate;
	if (tree->timed)
		print_times(streams, shell->cluster->server.clock.now - start);
	return tree->negate ? !status : status;
}

static int
run_chain(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	int status = 0;

	for (const struct tree *child = tree->children; child; child = child->next) {
		if (child != tree->children && (status == 0) == child->if_failed)
			continue;
		shell->conditions += child->next != NULL;
		shell->status = status = run_tree(shell, child, streams);
		shell->conditions -= child->next != NULL;
		if (!goes_on(shell))
			break;
	}
	return status;
}

/* Nothing runs beside the shell: what & sends to the background is done at once, or waits for `jobs` (forwards). */
static int
run_background(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	struct streams unread = *streams;
	unsigned before = shell->processes;

	unread.outer = NULL;
	shell->background = true;
	run_subshell(shell, tree, &unread);
	shell->background = false;
	shell->processes += shell->processes == before;
	shell->last_job = shell->processes + SHELL_PROCESS;
	if (streams->out == (shell->io ? shell->io->out : NULL) && shell->io->tty)
		sink_printf(streams->err, "[%u] %u\n", shell->processes, shell->last_job);
	return 0;
}

static int
run_list(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	for (const struct tree *child = tree->children; child && goes_on(shell); child = child->next)
		shell->status = child->background ? run_background(shell, child, streams)
		: run_tree(shell, child, streams);
	return shell->status;
}

/* What a subshell may not change: variables, aliases, the directory, and whether the shell goes on. */
struct subshell {
	struct map variables, aliases, functions, marks;
	struct shell_options options;
	char **args;
	size_t nargs;
	char *cwd;
	struct shell_place *outer;
};

static struct map
texts_copy(const struct map *map)
{
	const struct map_entry *entry;
	struct map copy = MAP_INIT;

	for (size_t i = 0; (entry = map_next(map, &i));)
		map_set(&copy, entry->key, xstrdup(entry->value));
	return copy;
}

static void
subshell_begin(struct shell *shell, struct subshell *saved)
{
	*saved = (struct subshell){ shell->variables, shell->aliases, shell->functions, shell->marks, shell->options, shell->args.v,
		shell->args.n, shell->cwd, shell->outer };
	shell->variables = texts_copy(&saved->variables);
	shell->aliases = texts_copy(&saved->aliases);
	shell->functions = texts_copy(&saved->functions);
	shell->marks = texts_copy(&saved->marks);
	memset(&shell->args, 0, sizeof shell->args);
	shell_set_args(shell, (int)saved->nargs, (const char *const *)saved->args);
	shell->cwd = xstrdup(saved->cwd);
	shell->outer = NULL;	/* `exit` ends the subshell, wherever it is */
}

static void
subshell_end(struct shell *shell, struct subshell *saved)
{
	while (shell_leave(shell))
		continue;
	texts_release(&shell->variables);
	texts_release(&shell->aliases);
	texts_release(&shell->functions);
	texts_release(&shell->marks);
	shell_set_args(shell, 0, NULL);
	vec_release(&shell->args);
	free(shell->cwd);
	shell->variables = saved->variables;
	shell->aliases = saved->aliases;
	shell->functions = saved->functions;
	shell->marks = saved->marks;
	shell->options = saved->options;
	shell->args.v = saved->args;
	shell->args.n = shell->args.cap = saved->nargs;
	shell->cwd = saved->cwd;
	shell->outer = saved->outer;
	shell->exited = false;
	shell->leave = LEAVE_NOTHING;
}

int
run_subshell(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	struct subshell saved;
	int status;

	subshell_begin(shell, &saved);
	status = run_tree(shell, tree, streams);
	if (shell->exited || shell->leave == LEAVE_RETURN)
		status = shell->status;
	subshell_end(shell, &saved);
	return status;
}

void
run_captured(struct shell *shell, const struct tree *tree, const struct streams *streams, struct str *out)
{
	struct str text = STR_INIT;
	struct sink_bounded sink;
	struct streams mine = *streams;

	sink_bounded_init(&sink, &text);
	mine.out = &sink.sink;
	shell->status = run_subshell(shell, tree, &mine);
	while (text.len && text.buf[text.len - 1] == '\n')
		str_truncate(&text, text.len - 1);
	str_add(out, text.buf);
	str_release(&text);
	if (sink.full)
		shell_error(streams, 1, "more than %u bytes in a $( ): the rest is lost", SHELL_BUFFER_MAX);
}

#define PROCESS_FIRST 63	/* /dev/fd/63, and then downwards, as bash has them */

bool
run_process(struct shell *shell, const struct tree *tree, const struct streams *streams, struct str *out)
{
	struct str text = STR_INIT;
	struct sink_bounded sink;
	struct streams mine = *streams;
	int before = shell->status;

	if (shell->process_files >= PROCESS_FIRST) {
		shell_error(streams, 1, "too many <( ) in one command");
		return false;
	}
	sink_bounded_init(&sink, &text);
	mine.out = &sink.sink;
	if (tree)
		run_subshell(shell, tree, &mine);
	shell->status = before;
	str_addf(out, "/dev/fd/%u", PROCESS_FIRST - shell->process_files);
	vfs_put(shell, out->buf + out->len - strlen("/dev/fd/00"), &text);
	shell->process_files++;
	return true;
}

void
run_processes_end(struct shell *shell, unsigned n)
{
	while (shell->process_files > n) {
		char *path = xasprintf("/dev/fd/%u", PROCESS_FIRST - --shell->process_files);

		vfs_put(shell, path, NULL);
		free(path);
	}
}

static int
run_group(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	return run_tree(shell, tree->body, streams);
}

static int
run_parentheses(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	return run_subshell(shell, tree->body, streams);
}

static const struct {
	int (*run)(struct shell *shell, const struct tree *tree, const struct streams *streams);
	bool may_end;	/* under `set -e` the shell ends when it fails */
} runners[] = {
	[TREE_COMMAND] = { run_simple, true }, [TREE_PIPELINE] = { run_pipeline, true },
		[TREE_LIST] = { run_list, false },
	[TREE_CHAIN] = { run_chain, false }, [TREE_FOR] = { compound_for, false },
	[TREE_WHILE] = { compound_while, false },
	[TREE_IF] = { compound_if, false }, [TREE_CASE] = { compound_case, false },
	[TREE_FUNCTION] = { compound_function, false }, [TREE_ARITHMETIC] = { compound_arithmetic, true },
	[TREE_COUNT] = { compound_count, false }, [TREE_CONDITION] = { compound_condition, true },
	[TREE_GROUP] = { run_group, false }, [TREE_SUBSHELL] = { run_parentheses, true },
};

static int
run_compound(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	bool loop = tree->kind == TREE_FOR || tree->kind == TREE_WHILE || tree->kind == TREE_COUNT;
	int status;

	shell->in_loops += loop;
	status = runners[tree->kind].run(shell, tree, streams);
	shell->in_loops -= loop;

	if (status && runners[tree->kind].may_end && shell->options.errexit && !shell->conditions && !tree->negate &&
		!shell->exited) {
		shell->exited = true;
		shell->status = status;
	}
	return status;
}

int
run_tree(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	struct redirection redirection;
	unsigned processes = shell->process_files;
	int status;

	if (tree->kind == TREE_COMMAND || !tree->redirects)
		return run_compound(shell, tree, streams);
	status = redirection_open(shell, &redirection, tree->redirects, streams);
	if (!status)
		status = run_compound(shell, tree, &redirection.streams);
	status = redirection_close(shell, &redirection, streams, status);
	run_processes_end(shell, processes);
	return status;
}

/* ---- texts ---- */

int
run_text(struct shell *shell, const char *text, const struct streams *streams)
{
	struct script script;
	int status = shell->status;

	if (!script_parse(&script, text, strlen(text))) {
		status = shell_error(streams, 2, "%s", script.syntax.text);
	} else {
		if (script.syntax.here_missing)
			shell_error(streams, 0, "warning: here-document delimited by end-of-file (wanted `%s')",
				script.syntax.here_missing);
		if (script.root)
			status = run_tree(shell, script.root, streams);
	}
	script_release(&script);
	return status;
}

struct streams
streams_of(const struct io *io)
{
	const struct vfs_state *state = io->files == &vfs_files ? io->files_state : NULL;

	return (struct streams){ state ? state->input : NULL, io->out, io->err, state ? state->outer : NULL };
}

/* What a program gets of its caller's variables: the exported ones. */
static void
drop_own(struct shell *shell)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&shell->variables, &i));)
		if (!shell_is_exported(shell, entry->key)) {
			char *name = xstrdup(entry->key);

			shell_unset_variable(shell, name);
			free(name);
		}
	texts_release(&shell->aliases);
	texts_release(&shell->functions);
	shell->aliases = shell->functions = (struct map)MAP_INIT;
	shell->options = (struct shell_options){ false, false, false, false };
}

int
shell_script(struct shell *shell, struct io *io, const char *text, const char *zero, int nargs, const char *const *args)
{
	const struct streams streams = streams_of(io);
	const char *before = shell->zero;
	char *trap = shell->exit_trap;
	unsigned loops = shell->in_loops, line = shell->line;
	struct subshell saved;
	int status;

	subshell_begin(shell, &saved);
	drop_own(shell);
	shell_set_args(shell, nargs, args);
	shell->zero = zero;
	shell->exit_trap = NULL;
	shell->in_loops = 0;
	status = run_text(shell, text, &streams);
	if (shell->exited)
		status = shell->status;
	if (shell->exit_trap && !shell->too_much) {
		shell->exited = false;
		shell->leave = LEAVE_NOTHING;
		shell->status = status;
		run_text(shell, shell->exit_trap, &streams);
	}
	free(shell->exit_trap);
	shell->exit_trap = trap;
	shell->in_loops = loops;
	shell->zero = before;
	shell->line = line;
	subshell_end(shell, &saved);
	return status;
}

int
shell_program(struct shell *shell, struct io *io, bool empty, int nset, const char *const *set, int argc, const char *const *argv)
{
	struct subshell saved;
	int status;

	subshell_begin(shell, &saved);
	drop_own(shell);
	if (empty) {
		texts_release(&shell->variables);
		shell->variables = (struct map)MAP_INIT;
	}
	for (int i = 0; i < nset; i++) {
		char *name = xstrndup(set[i], strcspn(set[i], "="));

		shell_set_variable(shell, name, set[i] + strlen(name) + 1);
		shell_mark(shell, name, 'x');
		free(name);
	}
	status = shell_command(shell, io, argc, argv);
	subshell_end(shell, &saved);
	return status;
}

int
shell_lines(struct shell *shell, struct io *io, const char *text)
{
	return shell_script(shell, io, text, "sh", 0, NULL);
}
