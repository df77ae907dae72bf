/* cp and mv over the io's files, in GNU's words. */
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/options.h"
#include "host/vfs.h"

struct copy {
	struct shell *shell;
	struct io *io;
	const char *command;
	bool move, recursive, keep, verbose, ask;	/* keep: what is there stays (-n) */
};

static int
say(const struct copy *copy, const char *what, const char *path, enum io_result result)
{
	sink_printf(copy->io->err, "%s: %s '%s': %s\n", copy->command, what, path, io_result_text(result));
	return 1;
}

/* Into a folder under its own name. */
static char *
target_path(const struct copy *copy, const char *from, const char *to)
{
	size_t len = strlen(from);
	const char *name;

	while (len > 1 && from[len - 1] == '/')
		len--;
	name = from + len;
	while (name > from && name[-1] != '/')
		name--;
	if (!io_is_folder(copy->io, to))
		return xstrdup(to);
	return xasprintf("%s%s%.*s", to, str_ends(to, "/") ? "" : "/", (int)(from + len - name), name);
}

/* Is the one the other, or in it?  1: the same; 2: below it. */
static int
relation(const struct copy *copy, const char *from, const char *to)
{
	char *a = vfs_path(copy->shell, from), *b = vfs_path(copy->shell, to);
	size_t len = strlen(a);
	int result = strcmp(a, b) == 0 ? 1 : strncmp(a, b, len) == 0 && b[len] == '/' ? 2 : 0;

	free(a);
	free(b);
	return result;
}

static bool
says_yes(struct io *io)
{
	struct str line = STR_INIT;
	bool yes = io->files->read_line(io, &line) == IO_OK && (line.buf[0] == 'y' || line.buf[0] == 'Y');

	str_release(&line);
	return yes;
}

/* -n leaves what is there, -i asks. */
static bool
may_replace(const struct copy *copy, const char *target)
{
	struct str text = STR_INIT;
	bool there = copy->io->files->read(copy->io, target, &text) == IO_OK;

	str_release(&text);
	if (!there || (!copy->keep && !copy->ask))
		return true;
	if (copy->keep)
		return false;
	sink_printf(copy->io->err, "%s: overwrite '%s'? ", copy->command, target);
	return says_yes(copy->io);
}

static void
tell(const struct copy *copy, const char *from, const char *target)
{
	if (copy->verbose)
		sink_printf(copy->io->out, "%s'%s' -> '%s'\n", copy->move ? "renamed " : "", from, target);
}

static int
copy_file(const struct copy *copy, const char *from, const char *target)
{
	struct str text = STR_INIT;
	struct vfs_stat stat, made;
	enum io_result result = copy->io->files->read(copy->io, from, &text);
	size_t len = strlen(target);
	int status = 0;

	if (result == IO_OK && len && target[len - 1] == '/' && !io_is_folder(copy->io, target)) {
		sink_printf(copy->io->err, "%s: cannot create regular file '%s': Not a directory\n", copy->command, target);
		str_release(&text);
		return 1;
	}
	if (result == IO_OK)
		result = copy->io->files->write(copy->io, target, text.buf, text.len, false);
	if (result == IO_IS_DIR) {
		sink_printf(copy->io->err, "%s: cannot overwrite directory '%s' with non-directory\n", copy->command, target);
		status = 1;
	} else if (result != IO_OK) {
		status = say(copy, "cannot create regular file", target, result);
	} else {
		tell(copy, from, target);
		if (vfs_stat(copy->shell, from, &stat) && vfs_stat(copy->shell, target, &made)) {
			made.note.mode = stat.note.mode;
			vfs_change(copy->shell, target, &made.note);
		}
	}
	str_release(&text);
	return status;
}

static int
copy_folder(const struct copy *copy, const char *from, const char *target, unsigned depth)
{
	struct io_names names = VEC_INIT;
	int status = 0;

	if (!io_is_folder(copy->io, target)) {
		enum io_result result = copy->io->files->mkdir(copy->io, target);

		if (result == IO_FAILED) {
			sink_printf(copy->io->err, "cp: cannot overwrite non-directory '%s' with directory '%s'\n", target, from);
			return 1;
		}
		if (result != IO_OK)
			return say(copy, "cannot create directory", target, result);
		tell(copy, from, target);
	}
	copy->io->files->list(copy->io, from, &names);
	for (size_t i = 0; i < names.n && depth < 64; i++) {
		char *below = xasprintf("%s/%s", from, names.v[i]), *into = xasprintf("%s/%s", target, names.v[i]);

		status |= io_is_folder(copy->io, below) ? copy_folder(copy, below, into, depth + 1) : copy_file(copy, below, into);
		free(below);
		free(into);
	}
	io_names_release(&names);
	return status;
}

static int
move_path(const struct copy *copy, const char *from, const char *target)
{
	bool folder = io_is_folder(copy->io, from), onto_folder = io_is_folder(copy->io, target);
	struct io_names names = VEC_INIT;
	enum io_result result;

	if (onto_folder && copy->io->files->list(copy->io, target, &names) == IO_OK && names.n) {
		io_names_release(&names);
		sink_printf(copy->io->err, "mv: cannot move '%s' to '%s': Directory not empty\n", from, target);
		return 1;
	}
	if (folder && !onto_folder && vfs_exists(copy->shell, target)) {
		sink_printf(copy->io->err, "mv: cannot overwrite non-directory '%s' with directory '%s'\n", target, from);
		return 1;
	}
	result = vfs_rename(copy->shell, from, target);
	if (result != IO_OK) {
		sink_printf(copy->io->err, "mv: cannot move '%s' to '%s': %s\n", from, target, io_result_text(result));
		return 1;
	}
	tell(copy, from, target);
	return 0;
}

static int
copy_one(const struct copy *copy, const char *from, const char *to)
{
	bool folder = io_is_folder(copy->io, from);
	char *target = target_path(copy, from, to);
	struct str text = STR_INIT;
	enum io_result result = folder ? IO_OK : copy->io->files->read(copy->io, from, &text);
	int status = 0, related = relation(copy, from, target);

	str_release(&text);
	if (result != IO_OK) {
		status = say(copy, "cannot stat", from, result);
	} else if (folder && !copy->move && !copy->recursive) {
		sink_printf(copy->io->err, "cp: -r not specified; omitting directory '%s'\n", from);
		status = 1;
	} else if (related == 1) {
		sink_printf(copy->io->err, "%s: '%s' and '%s' are the same file\n", copy->command, from, target);
		status = 1;
	} else if (related && folder) {
		sink_printf(copy->io->err, copy->move ? "mv: cannot move '%s' to a subdirectory of itself, '%s'\n"
			: "cp: cannot copy a directory, '%s', into itself, '%s'\n", from, target);
		status = 1;
	} else if (may_replace(copy, target)) {
		status = copy->move ? move_path(copy, from, target) : folder ? copy_folder(copy, from, target, 0)
			: copy_file(copy, from, target);
	}
	free(target);
	return status;
}

/* How many words there have to be, and what the last one has to be. */
static bool
are_operands(const struct copy *copy, const struct options *options)
{
	size_t n = options->words.n;
	const char *last = n ? options->words.v[n - 1] : NULL;

	if (n < 2) {
		sink_printf(copy->io->err, n ? "%s: missing destination file operand after '%s'\n" : "%s: missing file operand\n",
			copy->command, last);
		sink_printf(copy->io->err, "Try '%s --help' for more information.\n", copy->command);
		return false;
	}
	if (n == 2 || io_is_folder(copy->io, last))
		return true;
	sink_printf(copy->io->err, "%s: target '%s': %s\n", copy->command, last,
		io_result_text(vfs_exists(copy->shell, last) ? IO_NOT_DIR : IO_NOT_FOUND));
	return false;
}

static int
copy_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "recursive=r", "force=f", "verbose=v", "no-clobber=n", "archive=a", "preserve=p", NULL };
	struct copy copy = { .shell = shell, .io = io, .command = argv[0], .move = strcmp(argv[0], "mv") == 0 };
	struct options options;
	int status = 1;

	options_init(&options, io, argc, argv, copy.move ? "fnvi" : "rRfapnviu", longs);
	while (options_next(&options)) {
		copy.recursive |= strchr("rRa", options.letter) != NULL;
		copy.keep |= options.letter == 'n';
		copy.verbose |= options.letter == 'v';
		copy.ask = options.letter == 'i' || (copy.ask && options.letter != 'f');
	}
	if (!options.failed && are_operands(&copy, &options)) {
		status = 0;
		for (size_t i = 0; i + 1 < options.words.n; i++)
			status |= copy_one(&copy, options.words.v[i], options.words.v[options.words.n - 1]);
	}
	options_release(&options);
	return status;
}

const struct command command_cp = { .name = "cp", .usage = "[-r] FROM.. TO", .help = "Copies files", .run = copy_main };
const struct command command_mv = { .name = "mv", .usage = "FROM.. TO", .help = "Moves files", .run = copy_main };
