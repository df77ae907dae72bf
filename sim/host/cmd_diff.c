/* diff, in its normal and its unified form, and find. */
#include <stdlib.h>
#include <string.h>

#include "base/glob.h"
#include "base/linediff.h"
#include "host/commands.h"
#include "host/options.h"
#include "host/vfs.h"

static void
add_range(size_t from, size_t to, struct str *out)
{
	if (to <= from + 1)
		str_addf(out, "%zu", to > from ? to : from);
	else
		str_addf(out, "%zu,%zu", from + 1, to);
}

static void
add_lines(const struct linediff_side *side, size_t from, size_t to, const char *mark, struct str *out)
{
	for (size_t i = from; i < to; i++) {
		str_add(out, mark);
		linediff_line(side, i, out);
	}
}

/* The form without context: 3c3, 2,4d1, 5a6,7 */
static void
add_plain(const struct linediff *diff, struct str *out)
{
	size_t i = 0, j = 0, i_end, j_end;

	for (; linediff_next(diff, &i, &i_end, &j, &j_end); i = i_end, j = j_end) {
		add_range(i, i_end, out);
		str_addch(out, i == i_end ? 'a' : j == j_end ? 'd' : 'c');
		add_range(j, j_end, out);
		str_addch(out, '\n');
		add_lines(&diff->old, i, i_end, "< ", out);
		if (i < i_end && j < j_end)
			str_add(out, "---\n");
		add_lines(&diff->new, j, j_end, "> ", out);
	}
}

/* true: they differ */
static bool
print_differences(struct io *io, const char *const *names, const struct str *texts, bool unified, bool brief)
{
	struct str out = STR_INIT;
	struct linediff diff;
	bool any;

	linediff_init(&diff, texts[0].buf, texts[0].len, texts[1].buf, texts[1].len);
	any = !linediff_same(&diff);
	if (any && brief) {
		str_addf(&out, "Files %s and %s differ\n", names[0], names[1]);
	} else if (any && unified) {
		str_addf(&out, "--- %s\n+++ %s\n", names[0], names[1]);
		linediff_unified(&diff, &out);
	} else {
		add_plain(&diff, &out);
	}
	sink_write(io->out, out.buf, out.len);
	linediff_release(&diff);
	str_release(&out);
	return any;
}

static int
diff_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str texts[2] = { STR_INIT, STR_INIT };
	struct options options;
	bool unified = false, brief = false;
	int status = 2;

	(void)shell;
	options_init(&options, io, argc, argv, "uqNrwB", (const char *const[]){ "unified=u", "brief=q", NULL });
	while (options_next(&options)) {
		unified |= options.letter == 'u';
		brief |= options.letter == 'q';
	}
	if (!options.failed && options.words.n != 2)
		sink_printf(io->err, "diff: missing operand after '%s'\ndiff: Try 'diff --help' for more information.\n",
			options.words.n ? options.words.v[options.words.n - 1] : "diff");
	else if (!options.failed && input_read(io, "diff", options.words.v[0], &texts[0]) &&
		input_read(io, "diff", options.words.v[1], &texts[1]))
		status = print_differences(io, options.words.v, texts, unified, brief);
	str_release(&texts[0]);
	str_release(&texts[1]);
	options_release(&options);
	return status;
}

const struct command command_diff = { .name = "diff", .usage = "[-u] FILE FILE", .help = "Which lines differ",
	.run = diff_main };

/* ---- find ---- */

struct find {
	struct io *io;
	const char *name;	/* a pattern; NULL: any */
	char type;		/* f, d; 0: both */
	unsigned depth;
};

static void
find_below(struct find *find, const char *path)
{
	struct io_names names = VEC_INIT;
	bool folder = find->io->files->list(find->io, path, &names) == IO_OK;
	const char *slash = strrchr(path, '/'), *last = slash && slash[1] ? slash + 1 : path;

	if ((!find->type || (find->type == 'd') == folder) && (!find->name || glob_match(find->name, last)))
		sink_printf(find->io->out, "%s\n", path);
	for (size_t i = 0; find->depth < 32 && i < names.n; i++) {
		char *below = xasprintf("%s%s%s", path, str_ends(path, "/") ? "" : "/", names.v[i]);

		find->depth++;
		find_below(find, below);
		find->depth--;
		free(below);
	}
	io_names_release(&names);
}

static int
find_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct find find = { .io = io };
	int at = 1, status = 0;
	bool any = false;

	(void)shell;
	while (at < argc && argv[at][0] != '-')
		at++;
	for (int i = at; i + 1 < argc; i += 2)
		if (strcmp(argv[i], "-name") == 0 || strcmp(argv[i], "-iname") == 0)
			find.name = argv[i + 1];
		else if (strcmp(argv[i], "-type") == 0)
			find.type = argv[i + 1][0];
		else {
			sink_printf(io->err, "find: unknown predicate '%s'\n", argv[i]);
			return 1;
		}
	for (int i = 1; i < at; i++) {
		struct str text = STR_INIT;

		any = true;
		if (!io_is_folder(io, argv[i]) && io->files->read(io, argv[i], &text) != IO_OK) {
			sink_printf(io->err, "find: '%s': No such file or directory\n", argv[i]);
			status = 1;
		} else {
			find_below(&find, argv[i]);
		}
		str_release(&text);
	}
	if (!any)
		find_below(&find, ".");
	return status;
}

const struct command command_find_files = { .name = "find", .usage = "[FOLDER] [-name PATTERN] [-type f|d]",
	.help = "Looks for files",
	.run = find_main };
