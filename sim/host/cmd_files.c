/* cd, pwd, mkdir, touch, rm, rmdir, chmod over the io's files, in GNU's words. */
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/date.h"
#include "host/options.h"
#include "host/vfs.h"

static int
say(struct io *io, const char *command, const char *what, const char *path, enum io_result result)
{
	sink_printf(io->err, "%s: %s '%s': %s\n", command, what, path, io_result_text(result));
	return 1;
}

static int
no_operand(struct io *io, const char *command, const char *what)
{
	sink_printf(io->err, "%s: missing %s\nTry '%s --help' for more information.\n", command, what, command);
	return 1;
}

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

/* ---- mkdir ---- */

struct mkdir {
	struct shell *shell;
	struct io *io;
	bool parents, verbose;
	unsigned mode;
};

static int
make_one(const struct mkdir *mkdir, const char *path)
{
	enum io_result result = mkdir->io->files->mkdir(mkdir->io, path);

	if (result == IO_FAILED) {
		sink_printf(mkdir->io->err, "mkdir: cannot create directory '%s': File exists\n", path);
		return 1;
	}
	if (result != IO_OK)
		return say(mkdir->io, "mkdir", "cannot create directory", path, result);
	if (mkdir->verbose)
		sink_printf(mkdir->io->out, "mkdir: created directory '%s'\n", path);
	return 0;
}

/* Each folder on the way; those that are there are passed over. */
static int
make_parents(const struct mkdir *mkdir, const char *path)
{
	int status = 0;

	for (const char *c = path; !status && *c;) {
		char *part;
		struct str text = STR_INIT;

		c += strspn(c, "/");
		c += strcspn(c, "/");
		part = xstrndup(path, (size_t)(c - path));
		if (!io_is_folder(mkdir->io, part)) {
			if (c[strspn(c, "/")] && mkdir->io->files->read(mkdir->io, part, &text) == IO_OK)
				status = say(mkdir->io, "mkdir", "cannot create directory", part, IO_NOT_DIR);
			else
				status = make_one(mkdir, part);
		}
		str_release(&text);
		free(part);
		c += strspn(c, "/");
	}
	return status;
}

static int
mkdir_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "parents=p", "verbose=v", "mode=m", NULL };
	struct mkdir mkdir = { .shell = shell, .io = io };
	struct options options;
	int status = 0;

	options_init(&options, io, argc, argv, "pvm:", longs);
	while (options_next(&options)) {
		mkdir.parents |= options.letter == 'p';
		mkdir.verbose |= options.letter == 'v';
		if (options.letter == 'm')
			mkdir.mode = (unsigned)strtoul(options.value, NULL, 8) & 0777;
	}
	if (!options.failed && !options.words.n)
		status = no_operand(io, "mkdir", "operand");
	for (size_t i = 0; !options.failed && i < options.words.n; i++) {
		const char *path = options.words.v[i];
		int one = mkdir.parents ? make_parents(&mkdir, path) : make_one(&mkdir, path);

		if (!one && mkdir.mode)
			vfs_change(shell, path, &(struct vfs_note){ mkdir.mode, shell->cluster->server.clock.now });
		status |= one;
	}
	status |= options.failed;
	options_release(&options);
	return status;
}

const struct command command_mkdir = { .name = "mkdir", .usage = "[-pv] FOLDER..",
	.help = "Makes folders", .run = mkdir_main };

/* ---- touch ---- */

static int
touch_one(struct shell *shell, struct io *io, const char *path, bool make, const int64_t *when)
{
	struct vfs_stat stat;
	enum io_result result = IO_OK;

	if (!make && !vfs_exists(shell, path))
		return 0;
	if (!io_is_folder(io, path))
		result = io->files->write(io, path, "", 0, true);
	if (result != IO_OK)
		return say(io, "touch", "cannot touch", path, result);
	if (vfs_stat(shell, path, &stat)) {
		stat.note.changed = when ? *when : shell->cluster->server.clock.now;
		vfs_change(shell, path, &stat.note);
	}
	return 0;
}

static int
touch_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "no-create=c", "date=d", NULL };
	const int64_t *when = NULL;
	struct options options;
	int64_t given;
	bool make = true;
	int status = 0;

	options_init(&options, io, argc, argv, "cd:am", longs);
	while (options_next(&options)) {
		make &= options.letter != 'c';
		if (options.letter != 'd')
			continue;
		if (date_parse(options.value, shell->cluster->server.clock.now, &given)) {
			when = &given;
		} else {
			sink_printf(io->err, "touch: invalid date format '%s'\n", options.value);
			options.failed = true;
		}
	}
	if (!options.failed && !options.words.n)
		status = no_operand(io, "touch", "file operand");
	for (size_t i = 0; !options.failed && i < options.words.n; i++)
		status |= touch_one(shell, io, options.words.v[i], make, when);
	status |= options.failed;
	options_release(&options);
	return status;
}

const struct command command_touch = { .name = "touch", .usage = "FILE..",
	.help = "Makes empty files", .run = touch_main };

/* ---- rm, rmdir ---- */

struct rm {
	struct io *io;
	bool recursive, force, verbose, ask, empty_folders;
};

/* A line that begins with y or Y. */
static bool
says_yes(struct io *io)
{
	struct str line = STR_INIT;
	bool yes = io->files->read_line(io, &line) == IO_OK && (line.buf[0] == 'y' || line.buf[0] == 'Y');

	str_release(&line);
	return yes;
}

static bool
may_remove(const struct rm *rm, const char *path, bool folder)
{
	struct str text = STR_INIT;

	if (!rm->ask)
		return true;
	rm->io->files->read(rm->io, path, &text);
	sink_printf(rm->io->err, "rm: remove %s '%s'? ", folder ? "directory" : text.len ? "regular file" : "regular empty file", path);
	str_release(&text);
	return says_yes(rm->io);
}

static int
remove_path(const struct rm *rm, const char *path, unsigned depth)
{
	struct io_names names = VEC_INIT;
	bool folder = rm->io->files->list(rm->io, path, &names) == IO_OK;
	enum io_result result = IO_OK;
	int status = 0;

	for (size_t i = 0; folder && depth < 1000 && i < names.n; i++) {
		char *below = xasprintf("%s/%s", path, names.v[i]);

		status |= remove_path(rm, below, depth + 1);
		free(below);
	}
	io_names_release(&names);
	if (status || !may_remove(rm, path, folder))
		return status;
	result = rm->io->files->remove(rm->io, path);
	if (result == IO_OK && rm->verbose)
		sink_printf(rm->io->out, folder ? "removed directory '%s'\n" : "removed '%s'\n", path);
	if (result == IO_OK || (rm->force && (result == IO_NOT_FOUND || result == IO_NOT_DIR)))
		return 0;
	return say(rm->io, "rm", "cannot remove", path, result);
}

static bool
is_dots(const char *path)
{
	const char *slash = strrchr(path, '/'), *last = slash && slash[1] ? slash + 1 : path;

	return strcmp(last, ".") == 0 || strcmp(last, "..") == 0;
}

static int
remove_one(const struct rm *rm, const char *path)
{
	bool folder = io_is_folder(rm->io, path);
	struct io_names names = VEC_INIT;
	bool empty = folder && rm->io->files->list(rm->io, path, &names) == IO_OK && !names.n;

	io_names_release(&names);
	if (folder && !rm->recursive && !(rm->empty_folders && empty)) {
		sink_printf(rm->io->err, "rm: cannot remove '%s': %s\n", path, rm->empty_folders ? "Directory not empty" : "Is a directory");
		return 1;
	}
	if (folder && is_dots(path)) {
		sink_printf(rm->io->err, "rm: refusing to remove '.' or '..' directory: skipping '%s'\n", path);
		return 1;
	}
	if (rm->recursive && *path && !path[strspn(path, "/")]) {
		sink_printf(rm->io->err, "rm: it is dangerous to operate recursively on '%s'%s\n"
			"rm: use --no-preserve-root to override this failsafe\n", path, path[1] ? " (same as '/')" : "");
		return 1;
	}
	return remove_path(rm, path, 0);
}

static int
rm_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "recursive=r", "force=f", "verbose=v", "dir=d", NULL };
	struct rm rm = { .io = io };
	struct options options;
	int status = 0;

	(void)shell;
	options_init(&options, io, argc, argv, "rRfviId", longs);
	while (options_next(&options)) {
		rm.recursive |= options.letter == 'r' || options.letter == 'R';
		rm.force = options.letter == 'f' || (rm.force && options.letter != 'i');
		rm.ask = options.letter == 'i' || (rm.ask && options.letter != 'f');
		rm.verbose |= options.letter == 'v';
		rm.empty_folders |= options.letter == 'd';
	}
	for (size_t i = 0; !options.failed && i < options.words.n; i++)
		status |= remove_one(&rm, options.words.v[i]);
	if (!options.failed && !options.words.n && !rm.force)
		status = no_operand(io, "rm", "operand");
	status |= options.failed;
	options_release(&options);
	return status;
}

const struct command command_rm = { .name = "rm", .usage = "[-rf] PATH..", .help = "Removes files", .run = rm_main };

static int
rmdir_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct options options;
	int status = 0;

	options_init(&options, io, argc, argv, "pv", NULL);
	while (options_next(&options))
		continue;
	if (!options.failed && !options.words.n)
		status = no_operand(io, "rmdir", "operand");
	for (size_t i = 0; !options.failed && i < options.words.n; i++) {
		const char *path = options.words.v[i];
		enum io_result result = !io_is_folder(io, path) && vfs_exists(shell, path) ? IO_NOT_DIR : io->files->remove(io, path);

		if (result == IO_OK)
			continue;
		sink_printf(io->err, "rmdir: failed to remove '%s': %s\n", path,
			result == IO_FAILED ? "Directory not empty" : io_result_text(result));
		status = 1;
	}
	status |= options.failed;
	options_release(&options);
	return status;
}

const struct command command_rmdir = { .name = "rmdir", .usage = "FOLDER..", .help = "Removes empty folders",
	.run = rmdir_main };

/* ---- chmod ---- */

/* One clause of a symbolic mode: [ugoa..][+-=][rwxX..]; NULL: it is none. */
static const char *
apply_clause(const char *c, bool folder, unsigned *mode)
{
	static const struct {
		char letter;
		unsigned bits;
	} whos[] = { { 'u', 0700 }, { 'g', 0070 }, { 'o', 0007 }, { 'a', 0777 } }, whats[] = { { 'r', 0444 }, { 'w', 0222 },
		{ 'x', 0111 } };
	unsigned who = 0, what = 0;
	char sign;

	for (size_t i = 0; i < 4; i++)
		if (*c == whos[i].letter) {
			who |= whos[i].bits;
			c++;
			i = (size_t)-1;	/* the next letter, from the first row on */
		}
	if (!who)
		who = 0777;
	sign = *c;
	if (!sign || !strchr("+-=", sign))
		return NULL;
	for (c++; *c && *c != ','; c++) {
		size_t i = 0;

		while (i < 3 && whats[i].letter != *c)
			i++;
		if (i == 3 && *c != 'X')
			return NULL;
		what |= i < 3 ? whats[i].bits : folder || (*mode & 0111) ? 0111 : 0;
	}
	*mode = sign == '+' ? *mode | (who & what) : sign == '-' ? *mode & ~(who & what) : (*mode & ~who) | (who & what);
	return *c == ',' ? c + 1 : c;
}

/* false: it is no mode. */
static bool
apply_mode(const char *text, bool folder, unsigned *mode)
{
	if (ascii_isdigit(*text)) {
		*mode = (unsigned)strtoul(text, NULL, 8) & 07777;
		return !text[strspn(text, "01234567")] && strlen(text) <= 4;
	}
	while (text && *text)
		text = apply_clause(text, folder, mode);
	return text != NULL;
}

static int
chmod_one(struct shell *shell, struct io *io, const char *mode, const char *path, bool recursive, unsigned depth)
{
	struct io_names names = VEC_INIT;
	struct vfs_stat stat;
	enum io_result result;
	int status = 0;

	if (!vfs_stat(shell, path, &stat))
		return say(io, "chmod", "cannot access", path, IO_NOT_FOUND);
	apply_mode(mode, stat.folder, &stat.note.mode);
	result = vfs_change(shell, path, &stat.note);
	if (result != IO_OK) {
		sink_printf(io->err, "chmod: changing permissions of '%s': Operation not permitted\n", path);
		return 1;
	}
	if (recursive && stat.folder && depth < 64)
		io->files->list(io, path, &names);
	for (size_t i = 0; i < names.n; i++) {
		char *below = xasprintf("%s/%s", path, names.v[i]);

		status |= chmod_one(shell, io, mode, below, true, depth + 1);
		free(below);
	}
	io_names_release(&names);
	return status;
}

/* chmod [-R] MODE FILE..: of all it only counts whether a script may be run. */
static int
chmod_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	bool recursive = argc > 1 && (strcmp(argv[1], "-R") == 0 || strcmp(argv[1], "--recursive") == 0);
	int at = 1 + recursive, status = 0;
	unsigned unused = 0;

	if (at >= argc)
		return no_operand(io, "chmod", "operand");
	if (!apply_mode(argv[at], false, &unused)) {
		sink_printf(io->err, "chmod: invalid mode: '%s'\nTry 'chmod --help' for more information.\n", argv[at]);
		return 1;
	}
	if (at + 1 >= argc) {
		sink_printf(io->err, "chmod: missing operand after '%s'\nTry 'chmod --help' for more information.\n", argv[at]);
		return 1;
	}
	for (int i = at + 1; i < argc; i++)
		status |= chmod_one(shell, io, argv[at], argv[i], recursive, 0);
	return status;
}

const struct command command_chmod = { .name = "chmod", .usage = "[-R] MODE FILE..", .help = "Makes a script one that can be run: chmod +x FILE",
	.run = chmod_main };
