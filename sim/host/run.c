/*
 * Runs trees.  A pipeline's commands run one after the other, each with the one before's output as its input: nothing
 * here runs for ever, and nothing runs beside anything else.  What a line may use is bounded: the size of every
 * buffer, the iterations of its loops, and how deep commands run commands.
 */
#include "host/run.h"

#include <stdlib.h>
#include <string.h>

#include "host/expand.h"

#define DEPTH_MAX 24

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

struct io
streams_io(struct shell *shell, const struct streams *streams, struct vfs_state *state)
{
	bool terminal = shell->io && streams->out == shell->io->out;

	*state = (struct vfs_state){ shell, streams->in };
	return (struct io){ .files = &vfs_files, .files_state = state, .out = streams->out, .err = streams->err,
		.columns = terminal ? shell->io->columns : 0, .tty = terminal && shell->io->tty,
		.color = terminal && shell->io->color };
}

/* ---- redirection ---- */

/* The files that a command's output goes to: opened in order, written when it is done. */
struct output {
	struct sink_bounded sink;
	struct str text;
	char *path;
	bool append;
	struct output *next;
};
struct redirection {
	struct streams streams;
	struct vfs_input input;
	struct str input_text;
	struct output *outputs;
};

static int
file_error(const struct streams *streams, const char *path, enum io_result result)
{
	return shell_error(streams, 1, "%s: %s", path, io_result_text(result));
}

/* An output file is made empty at once, as open(2) with O_TRUNC would. */
static int
redirect_output(struct redirection *r, struct io *io, const struct redirect *redirect, const char *path)
{
	struct output *output;
	enum io_result result =
		io->files->write(io, path, "", 0, redirect->kind == REDIRECT_APPEND || strcmp(path, "/dev/null") == 0);

	if (result != IO_OK)
		return file_error(&r->streams, path, result);
	output = xcalloc(1, sizeof *output);
	str_init(&output->text);
	sink_bounded_init(&output->sink, &output->text);
	output->path = xstrdup(path);
	output->next = r->outputs;
	r->outputs = output;
	if (redirect->kind == REDIRECT_BOTH || redirect->fd == 1)
		r->streams.out = &output->sink.sink;
	if (redirect->kind == REDIRECT_BOTH || redirect->fd == 2)
		r->streams.err = &output->sink.sink;
	return 0;
}

static void
redirect_input(struct redirection *r, struct str *text)
{
	str_release(&r->input_text);
	r->input_text = *text;
	str_init(text);
	r->input = (struct vfs_input){ r->input_text.buf, r->input_text.len, 0 };
	r->streams.in = &r->input;
}

static int
redirect_same(struct redirection *r, const struct redirect *redirect, const char *word)
{
	if (strcmp(word, "1") != 0 && strcmp(word, "2") != 0)
		return shell_error(&r->streams, 1, "%s: Bad file descriptor", word);
	if (redirect->fd == 1 && word[0] == '2')
		r->streams.out = r->streams.err;
	if (redirect->fd == 2 && word[0] == '1')
		r->streams.err = r->streams.out;
	return 0;
}

static int
redirect_one(struct shell *shell, struct redirection *r, const struct redirect *redirect)
{
	struct str word = STR_INIT, text = STR_INIT;
	struct vfs_state state;
	struct io io = streams_io(shell, &r->streams, &state);
	enum io_result result;
	int status = 0;

	if (!expand_text(shell, &r->streams, redirect->word, &word)) {
		str_release(&word);
		return 1;
	}
	switch (redirect->kind) {
	case REDIRECT_HERE:
		redirect_input(r, &word);
		break;
	case REDIRECT_SAME:
		status = redirect_same(r, redirect, word.buf);
		break;
	case REDIRECT_READ:
		result = vfs_files.read(&io, word.buf, &text);
		if (result == IO_OK)
			redirect_input(r, &text);
		else
			status = file_error(&r->streams, word.buf, result);
		break;
	case REDIRECT_WRITE:
	case REDIRECT_APPEND:
	case REDIRECT_BOTH:
		status = redirect_output(r, &io, redirect, word.buf);
		break;
	}
	str_release(&text);
	str_release(&word);
	return status;
}

/* 0, or the status with which the command fails before it runs. */
static int
redirection_open(struct shell *shell, struct redirection *r, const struct redirect *redirects,
	const struct streams *streams)
{
	int status = 0;

	*r = (struct redirection){ .streams = *streams, .input_text = STR_INIT };
	for (; redirects && !status; redirects = redirects->next)
		status = redirect_one(shell, r, redirects);
	return status;
}

static int
redirection_close(struct shell *shell, struct redirection *r, const struct streams *streams, int status)
{
	struct vfs_state state;
	struct io io = streams_io(shell, streams, &state);
	struct output *next;

	for (struct output *output = r->outputs; output; output = next) {
		enum io_result result = output->sink.full ? IO_TOO_LARGE
			: io.files->write(&io, output->path, output->text.buf, output->text.len, true);

		next = output->next;
		if (result != IO_OK)
			status = file_error(streams, output->path, result);
		str_release(&output->text);
		free(output->path);
		free(output);
	}
	str_release(&r->input_text);
	return status;
}

/* ---- simple commands ---- */

int
shell_command(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const struct command *command = command_find(argv[0]);
	int status;

	if (!command || (command->here && !command->here(shell))) {
		sink_printf(io->err, "bash: %s: %s\n", argv[0], strchr(argv[0], '/') ? "No such file or directory"
			: "command not found");
		return 127;
	}
	if (shell->depth >= DEPTH_MAX) {
		sink_printf(io->err, "bash: %s: commands run commands more than %d deep\n", argv[0], DEPTH_MAX);
		return 1;
	}
	shell->depth++;
	status = command->run(shell, io, argc, argv);
	shell->depth--;
	return status;
}

/* Variables before a command are the command's alone: the old values, NULL for none, come back after it. */
struct kept {
	VEC(char *) values;
};

static bool
assign(struct shell *shell, const struct streams *streams, const struct assignment *assignments, struct kept *kept)
{
	for (; assignments; assignments = assignments->next) {
		const char *old = map_get(&shell->variables, assignments->name);
		struct str value = STR_INIT;
		bool ok = expand_text(shell, streams, assignments->value, &value);

		if (ok && kept)
			*vec_push(&kept->values) = old ? xstrdup(old) : NULL;
		if (ok)
			shell_set_variable(shell, assignments->name, value.buf);
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
		if (kept->values.v[i])
			shell_set_variable(shell, assignments->name, kept->values.v[i]);
		else
			free(map_remove(&shell->variables, assignments->name));
		free(kept->values.v[i]);
	}
	vec_release(&kept->values);
}

static int
run_words(struct shell *shell, const struct tree *tree, const struct io_names *words, const struct streams *streams)
{
	struct kept kept = { VEC_INIT };
	struct vfs_state state;
	struct io io = streams_io(shell, streams, &state);
	int status = 1;

	if (!words->n)
		return assign(shell, streams, tree->assignments, NULL) ? shell->status : 1;
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

static int
run_simple(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	const char *first = tree->words ? word_plain(tree->words) : NULL;
	struct io_names words = VEC_INIT;
	struct redirection redirection;
	int status;

	if (!tree->words)
		shell->status = 0;	/* of `x=$(false)` the command's status remains, of `x=1` this */
	status = redirection_open(shell, &redirection, tree->redirects, streams);
	if (!status) {
		bool alias = alias_words(shell, streams, first, 0, &words);

		if (expand_words(shell, streams, alias ? tree->words->next : tree->words, &words))
			status = run_words(shell, tree, &words, &redirection.streams);
		else
			status = 1;
	}
	io_names_release(&words);
	return redirection_close(shell, &redirection, streams, status);
}

/* ---- compound commands ---- */

static bool
loop_goes_on(struct shell *shell, const struct streams *streams)
{
	enum loop_leave leave = shell->leave;

	shell->leave = LEAVE_NOTHING;
	if (shell->exited || leave == LEAVE_BREAK)
		return false;
	if (shell->loops < SHELL_LOOPS_MAX)
		return true;
	shell->status = shell_error(streams, 1, "loops of more than %u iterations in one line", SHELL_LOOPS_MAX);
	return false;
}

static int
run_for(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	struct io_names words = VEC_INIT;

	shell->status = 0;
	if (!expand_words(shell, streams, tree->words, &words))
		shell->status = 1;
	else
		for (size_t i = 0; i < words.n; i++) {
			shell->loops++;
			shell_set_variable(shell, tree->name, words.v[i]);
			shell->status = run_tree(shell, tree->body, streams);
			if (!loop_goes_on(shell, streams))
				break;
		}
	io_names_release(&words);
	return shell->status;
}

static int
run_while(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	int status = 0;

	while ((run_tree(shell, tree->condition, streams) == 0) != tree->negate && !shell->exited) {
		shell->loops++;
		shell->status = status = run_tree(shell, tree->body, streams);
		if (!loop_goes_on(shell, streams))
			return shell->status;
	}
	return status;
}

static int
run_if(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	int status = run_tree(shell, tree->condition, streams);

	if (shell->exited || shell->leave)
		return status;
	if (status == 0)
		return run_tree(shell, tree->body, streams);
	return tree->otherwise ? run_tree(shell, tree->otherwise, streams) : 0;
}

static int
run_pipeline(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	struct vfs_input input = { "", 0, 0 };
	struct str before = STR_INIT;
	int status = 0;

	for (const struct tree *child = tree->children; child && !shell->exited; child = child->next) {
		struct streams mine = *streams;
		struct sink_bounded sink;
		struct str text = STR_INIT;

		sink_bounded_init(&sink, &text);
		if (child != tree->children) {
			input = (struct vfs_input){ before.buf, before.len, 0 };
			mine.in = &input;
		}
		if (child->next)
			mine.out = &sink.sink;
		status = run_tree(shell, child, &mine);
		str_release(&before);
		before = text;
		if (sink.full)
			shell_error(streams, 1, "more than %u bytes in a pipe: the rest is lost", SHELL_BUFFER_MAX);
	}
	str_release(&before);
	return tree->negate ? !status : status;
}

static int
run_chain(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	int status = 0;

	for (const struct tree *child = tree->children; child; child = child->next) {
		if (child != tree->children && (status == 0) == child->if_failed)
			continue;
		shell->status = status = run_tree(shell, child, streams);
		if (shell->exited || shell->leave)
			break;
	}
	return status;
}

static int
run_list(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	for (const struct tree *child = tree->children; child && !shell->exited && !shell->leave; child = child->next)
		shell->status = run_tree(shell, child, streams);
	return shell->status;
}

/* What a subshell may not change: variables, aliases, the directory, and whether the shell goes on. */
struct subshell {
	struct map variables, aliases;
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
	*saved = (struct subshell){ shell->variables, shell->aliases, shell->cwd, shell->outer };
	shell->variables = texts_copy(&saved->variables);
	shell->aliases = texts_copy(&saved->aliases);
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
	free(shell->cwd);
	shell->variables = saved->variables;
	shell->aliases = saved->aliases;
	shell->cwd = saved->cwd;
	shell->outer = saved->outer;
	shell->exited = false;
	shell->leave = LEAVE_NOTHING;
}

static int
run_subshell(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	struct subshell saved;
	int status;

	subshell_begin(shell, &saved);
	status = run_tree(shell, tree, streams);
	if (shell->exited)
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

static int (*const runners[])(struct shell *shell, const struct tree *tree, const struct streams *streams) = {
	[TREE_COMMAND] = run_simple, [TREE_PIPELINE] = run_pipeline, [TREE_LIST] = run_list, [TREE_CHAIN] = run_chain,
	[TREE_FOR] = run_for, [TREE_WHILE] = run_while, [TREE_IF] = run_if,
};

static int
run_compound(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	switch (tree->kind) {
	case TREE_GROUP:
		return run_tree(shell, tree->body, streams);
	case TREE_SUBSHELL:
		return run_subshell(shell, tree->body, streams);
	default:
		return runners[tree->kind](shell, tree, streams);
	}
}

int
run_tree(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	struct redirection redirection;
	int status;

	if (tree->kind == TREE_COMMAND || !tree->redirects)
		return run_compound(shell, tree, streams);
	status = redirection_open(shell, &redirection, tree->redirects, streams);
	if (!status)
		status = run_compound(shell, tree, &redirection.streams);
	return redirection_close(shell, &redirection, streams, status);
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

int
shell_lines(struct shell *shell, struct io *io, const char *text)
{
	struct vfs_state *state = io->files == &vfs_files ? io->files_state : NULL;
	struct streams streams = { state ? state->input : NULL, io->out, io->err };
	struct subshell saved;
	int status;

	subshell_begin(shell, &saved);
	status = run_text(shell, text, &streams);
	if (shell->exited)
		status = shell->status;
	subshell_end(shell, &saved);
	return status;
}
