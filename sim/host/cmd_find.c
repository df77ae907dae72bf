/*
 * find: an expression of tests and actions, joined by -a (or nothing), -o, ! and parentheses, for each file below the
 * folders.  Without an action it prints.
 */
#include <stdlib.h>
#include <string.h>

#include "base/glob.h"
#include "host/commands.h"
#include "host/vfs.h"

#define DEPTH_MAX 64
#define NESTING_MAX 32

struct find {
	struct shell *shell;
	struct io *io;
	int argc;
	const char *const *argv;
	int first, last;	/* the expression's words */
	int at;			/* while it is read */
	unsigned nesting;
	bool has_action, failed, dry;	/* dry: it is only read */
	long least, most;	/* -mindepth, -maxdepth; -1: none */
	int status;
	VEC(char *) together;	/* what -exec .. + collects */
	int together_at;
	const char *path;	/* that is looked at */
	bool folder;
	bool pruned;
};

static bool eval_or(struct find *find, bool wanted);

static void
find_fail(struct find *find, const char *what, const char *word)
{
	if (!find->failed)
		sink_printf(find->io->err, "find: %s%s%s%s\n", what, *word ? " `" : "", word, *word ? "'" : "");
	find->failed = true;
}

static const char *
word_at(const struct find *find)
{
	return find->at < find->last ? find->argv[find->at] : NULL;
}

static const char *
argument(struct find *find)
{
	const char *test = find->argv[find->at++];

	if (find->at < find->last)
		return find->argv[find->at++];
	find_fail(find, "missing argument to", test);
	return "";
}

/* ---- tests ---- */

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static bool
matches(const char *pattern, const char *text, bool fold)
{
	char *a = xstrdup(pattern), *b = xstrdup(text);
	bool found;

	for (char *c = a; fold && *c; c++)
		*c = (char)ascii_tolower(*c);
	for (char *c = b; fold && *c; c++)
		*c = (char)ascii_tolower(*c);
	found = glob_match(a, b);
	free(a);
	free(b);
	return found;
}

static bool
is_type(struct find *find, const char *type)
{
	if (!*type || !strchr("fdlbcps", *type) || type[1]) {
		if (!find->failed)
			sink_printf(find->io->err, "find: Unknown argument to -type: %s\n", type);
		find->failed = true;
	}
	return *type == (find->folder ? 'd' : 'f');
}

static bool
is_empty(const struct find *find)
{
	struct io_names names = VEC_INIT;
	struct str text = STR_INIT;
	bool empty;

	if (find->folder)
		empty = find->io->files->list(find->io, find->path, &names) == IO_OK && !names.n;
	else
		empty = find->io->files->read(find->io, find->path, &text) == IO_OK && !text.len;
	io_names_release(&names);
	str_release(&text);
	return empty;
}

/* +N: more, -N: less, N: just so many. */
static bool
is_number(struct find *find, const char *test, const char *word, int64_t value)
{
	const char *digits = word + (*word == '+' || *word == '-');
	char *end;
	int64_t number = strtoll(digits, &end, 10);

	if (end == digits || (*end && (strcmp(test, "-size") != 0 || end[1]))) {
		find_fail(find, "invalid argument to", test);
		return false;
	}
	return *word == '+' ? value > number : *word == '-' ? value < number : value == number;
}

static bool
is_size(struct find *find, const char *word)
{
	static const char units[] = "cwbkMG";
	static const size_t sizes[] = { 1, 2, 512, 1024, 1024 * 1024, 1024 * 1024 * 1024 };
	struct str text = STR_INIT;
	size_t unit = 512;
	const char *found = *word ? strchr(units, word[strlen(word) - 1]) : NULL;
	bool is;

	if (found)
		unit = sizes[found - units];
	if (!find->folder && !find->dry)
		find->io->files->read(find->io, find->path, &text);
	is = is_number(find, "-size", word, (int64_t)(((find->folder ? 4096 : text.len) + unit - 1) / unit));
	str_release(&text);
	return is;
}

/* -mtime, -mmin: whole days or minutes since it was changed. */
static bool
is_age(struct find *find, const char *test, const char *word)
{
	int64_t unit = (strcmp(test, "-mmin") == 0 ? 60 : 86400) * CLOCK_SECOND;
	struct vfs_stat stat = { .note = { 0, 0 } };

	if (!find->dry)
		vfs_stat(find->shell, find->path, &stat);
	return is_number(find, test, word, (find->shell->cluster->server.clock.now - stat.note.changed) / unit);
}

static bool
is_newer(struct find *find, const char *than)
{
	struct vfs_stat other, mine;

	if (!vfs_stat(find->shell, than, &other)) {
		if (!find->failed)
			sink_printf(find->io->err, "find: '%s': No such file or directory\n", than);
		find->failed = true;
		return false;
	}
	return !find->dry && vfs_stat(find->shell, find->path, &mine) && mine.note.changed > other.note.changed;
}

/* ---- actions ---- */

/* -exec WORDS ; or WORDS {} + */
static bool
exec(struct find *find, bool wanted)
{
	struct io_names words = VEC_INIT;
	int start = ++find->at, status = 0;

	while (word_at(find) && strcmp(word_at(find), ";") != 0 &&
		!(strcmp(word_at(find), "+") == 0 && find->at > start && strcmp(find->argv[find->at - 1], "{}") == 0))
		find->at++;
	if (!word_at(find) || find->at == start) {
		find_fail(find, "missing argument to", "-exec");
		return false;
	}
	if (wanted && word_at(find)[0] == '+') {
		find->together_at = start;
		*vec_push(&find->together) = xstrdup(find->path);
	} else if (wanted) {
		for (int i = start; i < find->at; i++) {
			struct str word = STR_INIT;

			for (const char *c = find->argv[i]; *c;)
				if (c[0] == '{' && c[1] == '}') {
					str_add(&word, find->path);
					c += 2;
				} else {
					str_addch(&word, *c++);
				}
			*vec_push(&words) = str_detach(&word);
		}
		if (command_here(find->shell, words.v[0])) {
			status = shell_command(find->shell, find->io, (int)words.n, (const char *const *)words.v);
		} else {
			sink_printf(find->io->err, "find: '%s': No such file or directory\n", words.v[0]);
			status = 1;
		}
	}
	find->at++;
	io_names_release(&words);
	return !status;
}

static void
exec_together(struct find *find)
{
	struct io_names words = VEC_INIT;

	if (!find->together.n)
		return;
	for (int i = find->together_at; strcmp(find->argv[i], "{}") != 0; i++)
		*vec_push(&words) = xstrdup(find->argv[i]);
	for (size_t i = 0; i < find->together.n; i++)
		*vec_push(&words) = find->together.v[i];
	find->together.n = 0;
	if (shell_command(find->shell, find->io, (int)words.n, (const char *const *)words.v))
		find->status = 1;
	io_names_release(&words);
}

static bool
delete(struct find *find)
{
	enum io_result result = find->io->files->remove(find->io, find->path);

	if (result != IO_OK) {
		sink_printf(find->io->err, "find: cannot delete '%s': %s\n", find->path,
			result == IO_FAILED ? "Directory not empty" : io_result_text(result));
		find->status = 1;
	}
	return result == IO_OK;
}

/* ---- the expression ---- */

static const char *const actions[] = { "-print", "-print0", "-delete", "-exec", "-ls", NULL };

static bool
is_action(const char *word)
{
	for (size_t i = 0; actions[i]; i++)
		if (strcmp(actions[i], word) == 0)
			return true;
	return false;
}

static bool
act(struct find *find, const char *word, bool wanted)
{
	find->has_action = true;
	if (strcmp(word, "-exec") == 0)
		return exec(find, wanted);
	find->at++;
	if (!wanted)
		return true;
	if (strcmp(word, "-delete") == 0)
		return delete(find);
	sink_put(find->io->out, find->path);
	sink_write(find->io->out, strcmp(word, "-print0") == 0 ? "" : "\n", 1);
	return true;
}

static bool
test(struct find *find, const char *word, bool wanted)
{
	const char *value;

	if (strcmp(word, "-empty") == 0 || strcmp(word, "-true") == 0 || strcmp(word, "-prune") == 0) {
		find->at++;
		find->pruned |= wanted && word[1] == 'p';
		return word[1] != 'e' || (wanted && is_empty(find));
	}
	if (strcmp(word, "-name") == 0 || strcmp(word, "-iname") == 0) {
		value = argument(find);
		return matches(value, last_part(find->path), word[1] == 'i');
	}
	if (strcmp(word, "-path") == 0 || strcmp(word, "-wholename") == 0 || strcmp(word, "-ipath") == 0) {
		value = argument(find);
		return matches(value, find->path, word[1] == 'i');
	}
	if (strcmp(word, "-type") == 0)
		return is_type(find, argument(find));
	if (strcmp(word, "-size") == 0)
		return is_size(find, argument(find));
	if (strcmp(word, "-mtime") == 0 || strcmp(word, "-mmin") == 0)
		return is_age(find, word, argument(find));
	if (strcmp(word, "-newer") == 0)
		return is_newer(find, argument(find));
	if (strcmp(word, "-maxdepth") == 0 || strcmp(word, "-mindepth") == 0) {
		*(word[2] == 'a' ? &find->most : &find->least) = strtol(argument(find), NULL, 10);
		return true;
	}
	if (word[0] == '-')
		find_fail(find, "unknown predicate", word);
	else if (!find->failed)
		sink_printf(find->io->err, "find: paths must precede expression: `%s'\n", word);
	find->failed = true;
	return false;
}

static bool
eval_one(struct find *find, bool wanted)
{
	const char *word = word_at(find);
	bool value;

	if (find->failed || !word || ++find->nesting > NESTING_MAX) {
		find_fail(find, "expected an expression", "");
		return false;
	}
	if (strcmp(word, "!") == 0 || strcmp(word, "-not") == 0) {
		find->at++;
		value = !eval_one(find, wanted);
	} else if (strcmp(word, "(") == 0) {
		find->at++;
		value = eval_or(find, wanted);
		if (!word_at(find))
			find_fail(find, "invalid expression; I was expecting to find a ')' somewhere but did not see one.", "");
		find->at++;
	} else {
		value = is_action(word) ? act(find, word, wanted) : test(find, word, wanted);
	}
	find->nesting--;
	return value;
}

static bool
ends_and(const struct find *find)
{
	const char *word = word_at(find);

	return find->failed || !word || strcmp(word, "-o") == 0 || strcmp(word, "-or") == 0 || strcmp(word, ")") == 0;
}

static bool
eval_and(struct find *find, bool wanted)
{
	bool value = eval_one(find, wanted);

	while (!ends_and(find)) {
		if (strcmp(word_at(find), "-a") == 0 || strcmp(word_at(find), "-and") == 0)
			find->at++;
		value = eval_one(find, wanted && value) && value;
	}
	return value;
}

static bool
eval_or(struct find *find, bool wanted)
{
	bool value = eval_and(find, wanted);

	while (!find->failed && word_at(find) && strcmp(word_at(find), ")") != 0) {
		find->at++;
		value = eval_and(find, wanted && !value) || value;
	}
	return value;
}

/* Of one path. */
static bool
eval(struct find *find, bool wanted)
{
	bool value = true;

	find->at = find->first;
	find->nesting = 0;
	if (find->first < find->last)
		value = eval_or(find, wanted);
	if (!find->failed && find->at < find->last)
		find_fail(find, "paths must precede expression:", find->argv[find->at]);
	return value;
}

static void
walk(struct find *find, const char *path, long depth)
{
	struct io_names names = VEC_INIT;
	bool folder = find->io->files->list(find->io, path, &names) == IO_OK, late = false;

	for (int i = find->first; i < find->last; i++)
		late |= strcmp(find->argv[i], "-delete") == 0;
	for (int pass = 0; pass < 2; pass++) {
		if (pass == (late ? 1 : 0)) {
			find->path = path;
			find->folder = folder;
			find->pruned = false;
			if (depth >= find->least && eval(find, true) && !find->has_action && !find->failed)
				sink_printf(find->io->out, "%s\n", path);
			continue;
		}
		for (size_t i = 0; !(find->pruned && !late) && i < names.n && depth < DEPTH_MAX && (find->most < 0 || depth < find->most); i++) {
			char *below = xasprintf("%s%s%s", path, str_ends(path, "/") ? "" : "/", names.v[i]);

			walk(find, below, depth + 1);
			free(below);
		}
	}
	io_names_release(&names);
}

static bool
begins_expression(const char *word)
{
	return (word[0] == '-' && word[1]) || strcmp(word, "!") == 0 || strcmp(word, "(") == 0;
}

static int
find_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const here[] = { "." };
	struct find find = { .shell = shell, .io = io, .argc = argc, .argv = argv, .first = 1, .last = argc, .least = -1, .most = -1,
		.path = "", .dry = true };
	const char *const *roots;

	while (find.first < argc && !begins_expression(argv[find.first]))
		find.first++;
	eval(&find, false);	/* what is wrong is said once, before anything is done */
	find.dry = false;
	roots = find.first > 1 ? argv + 1 : here;
	for (int i = 0; !find.failed && i < (find.first > 1 ? find.first - 1 : 1); i++) {
		struct str text = STR_INIT;
		enum io_result result = io_is_folder(io, roots[i]) ? IO_OK : io->files->read(io, roots[i], &text);

		str_release(&text);
		if (result == IO_OK) {
			walk(&find, roots[i], 0);
		} else {
			sink_printf(io->err, "find: '%s': %s\n", roots[i], io_result_text(result));
			find.status = 1;
		}
	}
	exec_together(&find);
	vec_release(&find.together);
	return find.failed ? 1 : find.status;
}

const struct command command_find_files = { .name = "find", .usage = "[FOLDER] [-name PATTERN] [-type f|d] [-exec ..]",
	.help = "Looks for files", .run = find_main };
