/* ls, cd, pwd, mkdir, rm, cp, mv, touch over the io's files, in GNU's words. */
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/options.h"
#include "host/vfs.h"

static int
say(struct io *io, const char *command, const char *what, const char *path, const char *why)
{
	sink_printf(io->err, "%s: %s '%s': %s\n", command, what, path, why);
	return 1;
}

/* ---- ls ---- */

struct ls {
	struct io *io;
	bool all, rows, one_line;
};

/* Of each name only what is known: is it a folder, and how long is it. */
static void
ls_entry(const struct ls *ls, const char *folder, const char *name)
{
	char *path = folder ? xasprintf("%s/%s", folder, name) : xstrdup(name);
	struct str text = STR_INIT;

	if (ls->rows && io_is_folder(ls->io, path)) {
		sink_printf(ls->io->out, "drwxr-xr-x 2 root root %8u %s\n", 4096u, name);
	} else if (ls->rows) {
		ls->io->files->read(ls->io, path, &text);
		sink_printf(ls->io->out, "-rw-r--r-- 1 root root %8zu %s\n", text.len, name);
	} else {
		sink_printf(ls->io->out, "%s\n", name);
	}
	str_release(&text);
	free(path);
}

static void
ls_names(const struct ls *ls, const char *folder, const struct io_names *names)
{
	struct str line = STR_INIT;

	for (size_t i = 0; i < names->n; i++) {
		if (names->v[i][0] == '.' && !ls->all)
			continue;
		if (ls->rows || ls->one_line)
			ls_entry(ls, folder, names->v[i]);
		else
			str_addf(&line, "%s%s", line.len ? "  " : "", names->v[i]);
	}
	if (line.len)
		sink_printf(ls->io->out, "%s\n", line.buf);
	str_release(&line);
}

static int
ls_one(const struct ls *ls, const char *path, bool named)
{
	struct io_names names = VEC_INIT;
	struct str text = STR_INIT;
	enum io_result result = ls->io->files->list(ls->io, path, &names);
	int status = 0;

	if (result == IO_OK) {
		if (named)
			sink_printf(ls->io->out, "%s:\n", path);
		ls_names(ls, path, &names);
	} else if (ls->io->files->read(ls->io, path, &text) == IO_OK) {
		ls_entry(ls, NULL, path);
	} else {
		say(ls->io, "ls", "cannot access", path, io_result_text(IO_NOT_FOUND));
		status = 2;
	}
	str_release(&text);
	io_names_release(&names);
	return status;
}

static int
ls_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct ls ls = { .io = io, .one_line = !io->tty };
	struct options options;
	int status = 0;

	(void)shell;
	options_init(&options, io, argc, argv, "alh1At", NULL);
	while (options_next(&options)) {
		ls.all |= options.letter == 'a' || options.letter == 'A';
		ls.rows |= options.letter == 'l';
		ls.one_line |= options.letter == '1';
	}
	if (!options.failed && !options.words.n)
		status = ls_one(&ls, ".", false);
	for (size_t i = 0; !options.failed && i < options.words.n; i++)
		status |= ls_one(&ls, options.words.v[i], options.words.n > 1);
	if (options.failed)
		status = 2;
	options_release(&options);
	return status;
}

const struct command command_ls = { .name = "ls", .usage = "[-al] [PATH..]", .help = "Lists files", .run = ls_main };

/* ---- cd, pwd ---- */

static int
cd_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const char *home = shell_variable(shell, "HOME"), *back = shell_variable(shell, "OLDPWD");
	const char *target = argc > 1 ? argv[1] : home ? home : "/";
	bool to_last = strcmp(target, "-") == 0;
	char *path;

	if (argc > 2) {
		sink_put(io->err, "bash: cd: too many arguments\n");
		return 1;
	}
	if (to_last && !back) {
		sink_put(io->err, "bash: cd: OLDPWD not set\n");
		return 1;
	}
	if (to_last)
		target = back;
	if (!vfs_is_folder(shell, target)) {
		sink_printf(io->err, "bash: cd: %s: %s\n", target, vfs_exists(shell, target) ? "Not a directory"
			: "No such file or directory");
		return 1;
	}
	path = vfs_path(shell, target);
	shell_set_variable(shell, "OLDPWD", shell->cwd);
	free(shell->cwd);
	shell->cwd = path;
	if (to_last)
		sink_printf(io->out, "%s\n", path);
	return 0;
}

const struct command command_cd = { .builtin = true, .name = "cd", .usage = "[FOLDER]", .help = "Goes to a folder", .run = cd_main };

static int
pwd_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)argc;
	(void)argv;
	sink_printf(io->out, "%s\n", shell->cwd);
	return 0;
}

const struct command command_pwd = { .builtin = true, .name = "pwd", .usage = "", .help = "The folder where one is", .run = pwd_main };

/* ---- mkdir, touch ---- */

/* Each folder on the way; those that are there are passed over. */
static enum io_result
make_parents(struct io *io, const char *path)
{
	enum io_result result = IO_OK;

	for (const char *c = path; result == IO_OK && *c;) {
		char *part;

		c += strspn(c, "/");
		c += strcspn(c, "/");
		part = xstrndup(path, (size_t)(c - path));
		if (!io_is_folder(io, part))
			result = io->files->mkdir(io, part);
		free(part);
	}
	return result;
}

static int
mkdir_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct options options;
	bool parents = false;
	int status = 0;

	(void)shell;
	options_init(&options, io, argc, argv, "p", NULL);
	while (options_next(&options))
		parents = true;
	if (!options.failed && !options.words.n)
		sink_put(io->err, "mkdir: missing operand\nTry 'mkdir --help' for more information.\n");
	for (size_t i = 0; !options.failed && i < options.words.n; i++) {
		const char *path = options.words.v[i];
		enum io_result result = parents ? make_parents(io, path) : io->files->mkdir(io, path);

		if (result != IO_OK)
			status = say(io, "mkdir", "cannot create directory", path,
				result == IO_FAILED ? "File exists" : io_result_text(result));
	}
	if (options.failed || !options.words.n)
		status = 1;
	options_release(&options);
	return status;
}

const struct command command_mkdir = { .name = "mkdir", .usage = "[-p] FOLDER..",
	.help = "Makes folders", .run = mkdir_main };

static int
touch_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int status = 0;

	(void)shell;
	for (int i = 1; i < argc; i++) {
		enum io_result result = io->files->write(io, argv[i], "", 0, true);

		if (result != IO_OK && result != IO_IS_DIR)
			status = say(io, "touch", "cannot touch", argv[i], io_result_text(result));
	}
	return status;
}

const struct command command_touch = { .name = "touch", .usage = "FILE..",
	.help = "Makes empty files", .run = touch_main };

/* ---- rm ---- */

static enum io_result
remove_tree(struct io *io, const char *path, unsigned depth)
{
	struct io_names names = VEC_INIT;

	if (depth < 1000 && io->files->list(io, path, &names) == IO_OK)
		for (size_t i = 0; i < names.n; i++) {
			char *below = xasprintf("%s/%s", path, names.v[i]);

			remove_tree(io, below, depth + 1);
			free(below);
		}
	io_names_release(&names);
	return io->files->remove(io, path);
}

static int
remove_one(struct io *io, const char *path, bool recursive, bool force)
{
	enum io_result result;

	if (io_is_folder(io, path) && !recursive)
		return say(io, "rm", "cannot remove", path, "Is a directory");
	result = recursive ? remove_tree(io, path, 0) : io->files->remove(io, path);
	if (result == IO_OK || (force && result == IO_NOT_FOUND))
		return 0;
	return say(io, "rm", "cannot remove", path, io_result_text(result));
}

static int
rm_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct options options;
	bool recursive = false, force = false;
	int status = 0;

	(void)shell;
	options_init(&options, io, argc, argv, "rRf", NULL);
	while (options_next(&options)) {
		recursive |= options.letter != 'f';
		force |= options.letter == 'f';
	}
	for (size_t i = 0; !options.failed && i < options.words.n; i++)
		status |= remove_one(io, options.words.v[i], recursive, force);
	if (!options.failed && !options.words.n && !force) {
		sink_put(io->err, "rm: missing operand\nTry 'rm --help' for more information.\n");
		status = 1;
	}
	status |= options.failed;
	options_release(&options);
	return status;
}

const struct command command_rm = { .name = "rm", .usage = "[-rf] PATH..", .help = "Removes files", .run = rm_main };

static int
rmdir_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int status = 0;

	(void)shell;
	for (int i = 1; i < argc; i++) {
		enum io_result result = !io_is_folder(io, argv[i]) ? IO_NOT_FOUND : io->files->remove(io, argv[i]);

		if (result == IO_OK)
			continue;
		sink_printf(io->err, "rmdir: failed to remove '%s': %s\n", argv[i],
			result == IO_FAILED ? "Directory not empty" : io_result_text(result));
		status = 1;
	}
	return status;
}

const struct command command_rmdir = { .name = "rmdir", .usage = "FOLDER..", .help = "Removes empty folders",
	.run = rmdir_main };

/* ---- cp, mv ---- */

/* Into a folder under its own name. */
static char *
target_path(struct io *io, const char *from, const char *to)
{
	const char *slash = strrchr(from, '/');

	return io_is_folder(io, to) ? xasprintf("%s/%s", to, slash ? slash + 1 : from) : xstrdup(to);
}

static int
copy_one(struct io *io, const char *command, const char *from, const char *to, bool move)
{
	struct str text = STR_INIT;
	char *target = target_path(io, from, to);
	enum io_result result = io->files->read(io, from, &text);
	int status = 0;

	if (result == IO_IS_DIR) {
		sink_printf(io->err, "%s: %s '%s'\n", command, move ? "folders stay where they are here:"
			: "-r not specified; omitting directory", from);
		status = 1;
	} else if (result != IO_OK) {
		status = say(io, command, "cannot stat", from, io_result_text(result));
	} else {
		result = io->files->write(io, target, text.buf, text.len, false);
		if (result != IO_OK)
			status = say(io, command, "cannot create regular file", target, io_result_text(result));
		else if (move)
			io->files->remove(io, from);
	}
	str_release(&text);
	free(target);
	return status;
}

static int
copy_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct options options;
	bool move = strcmp(argv[0], "mv") == 0;
	int status = 0;

	(void)shell;
	options_init(&options, io, argc, argv, "f", NULL);
	while (options_next(&options))
		continue;
	if (!options.failed && options.words.n < 2) {
		sink_printf(io->err, "%s: missing %sfile operand\nTry '%s --help' for more information.\n", argv[0],
			options.words.n ? "destination " : "", argv[0]);
		status = 1;
	} else if (!options.failed && options.words.n > 2 && !io_is_folder(io, options.words.v[options.words.n - 1])) {
		sink_printf(
			io->err, "%s: target '%s' is not a directory\n", argv[0], options.words.v[options.words.n - 1]);
		status = 1;
	} else {
		for (size_t i = 0; !options.failed && i + 1 < options.words.n; i++)
			status |= copy_one(io, argv[0], options.words.v[i], options.words.v[options.words.n - 1], move);
	}
	status |= options.failed;
	options_release(&options);
	return status;
}

const struct command command_cp = { .name = "cp", .usage = "FROM.. TO", .help = "Copies files", .run = copy_main };
const struct command command_mv = { .name = "mv", .usage = "FROM.. TO", .help = "Moves files", .run = copy_main };
