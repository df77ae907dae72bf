/* diff, in its normal and its unified form, and find. */
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/glob.h"
#include "host/options.h"
#include "host/vfs.h"

#define DIFF_LINES_MAX 3000
#define CONTEXT 3

struct text_lines {
	const char **v;
	size_t *len, n;
};

static void
lines_read(struct text_lines *lines, const struct str *text)
{
	const char *line;
	size_t at = 0, len;

	*lines = (struct text_lines){ xcalloc(DIFF_LINES_MAX, sizeof *lines->v), xcalloc(DIFF_LINES_MAX, sizeof *lines->len), 0 };
	while (lines->n < DIFF_LINES_MAX && line_next(text, &at, &line, &len)) {
		lines->v[lines->n] = line;
		lines->len[lines->n++] = len;
	}
}

static void
lines_free(struct text_lines *lines)
{
	free(lines->v);
	free(lines->len);
}

static bool
same(const struct text_lines *a, size_t i, const struct text_lines *b, size_t j)
{
	return a->len[i] == b->len[j] && memcmp(a->v[i], b->v[j], a->len[i]) == 0;
}

/* Which lines of both texts are in the longest common sequence. */
static void
common_lines(const struct text_lines *a, const struct text_lines *b, bool *in_a, bool *in_b)
{
	size_t width = b->n + 1, i = 0, j = 0;
	uint16_t *longest = xcalloc((a->n + 1) * width, sizeof *longest);

	for (size_t x = a->n; x-- > 0;)
		for (size_t y = b->n; y-- > 0;) {
			uint16_t down = longest[(x + 1) * width + y], right = longest[x * width + y + 1];

			longest[x * width + y] = same(a, x, b, y) ? (uint16_t)(longest[(x + 1) * width + y + 1] + 1)
				: down > right ? down : right;
		}
	while (i < a->n && j < b->n) {
		if (same(a, i, b, j)) {
			in_a[i++] = in_b[j++] = true;
		} else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
			i++;
		} else {
			j++;
		}
	}
	free(longest);
}

static void
add_range(size_t from, size_t to, struct str *out)
{
	if (to <= from + 1)
		str_addf(out, "%zu", to > from ? to : from);
	else
		str_addf(out, "%zu,%zu", from + 1, to);
}

static void
print_hunk(struct io *io, const struct text_lines *a, size_t a0, size_t a1, const struct text_lines *b, size_t b0,
	size_t b1)
{
	struct str head = STR_INIT;

	add_range(a0, a1, &head);
	str_addch(&head, a0 == a1 ? 'a' : b0 == b1 ? 'd' : 'c');
	add_range(b0, b1, &head);
	sink_printf(io->out, "%s\n", head.buf);
	for (size_t i = a0; i < a1; i++)
		sink_printf(io->out, "< %.*s\n", (int)a->len[i], a->v[i]);
	if (a0 < a1 && b0 < b1)
		sink_put(io->out, "---\n");
	for (size_t i = b0; i < b1; i++)
		sink_printf(io->out, "> %.*s\n", (int)b->len[i], b->v[i]);
	str_release(&head);
}

/* One hunk of the unified form, with its context; gives how far it went in both texts. */
static void
print_unified(struct io *io, const struct text_lines *a, const struct text_lines *b, const bool *in_a, const bool *in_b,
	size_t *i, size_t *j)
{
	size_t a0 = *i > CONTEXT ? *i - CONTEXT : 0, b0 = *j - (*i - a0), a1 = *i, b1 = *j, quiet = 0;
	struct str text = STR_INIT;

	for (size_t k = a0; k < *i; k++)
		str_addf(&text, " %.*s\n", (int)a->len[k], a->v[k]);
	while ((a1 < a->n || b1 < b->n) && quiet <= 2 * CONTEXT) {
		size_t before = text.len;

		for (; a1 < a->n && !in_a[a1]; a1++)
			str_addf(&text, "-%.*s\n", (int)a->len[a1], a->v[a1]);
		for (; b1 < b->n && !in_b[b1]; b1++)
			str_addf(&text, "+%.*s\n", (int)b->len[b1], b->v[b1]);
		quiet = text.len > before ? 0 : quiet;
		for (; a1 < a->n && b1 < b->n && in_a[a1] && in_b[b1] && quiet <= 2 * CONTEXT; a1++, b1++, quiet++)
			str_addf(&text, " %.*s\n", (int)a->len[a1], a->v[a1]);
	}
	*i = a1;
	*j = b1;
	for (; quiet > CONTEXT; quiet--, a1--, b1--) {
		str_truncate(&text, text.len - 1);
		while (text.len && text.buf[text.len - 1] != '\n')
			str_truncate(&text, text.len - 1);
	}
	sink_printf(io->out, "@@ -%zu,%zu +%zu,%zu @@\n%s", a0 + 1, a1 - a0, b0 + 1, b1 - b0, text.buf);
	str_release(&text);
}

static bool
print_differences(struct io *io, const struct text_lines *a, const struct text_lines *b, bool unified)
{
	bool *in_a = xcalloc(a->n + 1, sizeof *in_a), *in_b = xcalloc(b->n + 1, sizeof *in_b), any = false;
	size_t i = 0, j = 0;

	common_lines(a, b, in_a, in_b);
	while (i < a->n || j < b->n) {
		size_t a1 = i, b1 = j;

		while (a1 < a->n && !in_a[a1])
			a1++;
		while (b1 < b->n && !in_b[b1])
			b1++;
		if (a1 == i && b1 == j) {
			i++;
			j++;
			continue;
		}
		any = true;
		if (unified) {
			print_unified(io, a, b, in_a, in_b, &i, &j);
		} else {
			print_hunk(io, a, i, a1, b, j, b1);
			i = a1;
			j = b1;
		}
	}
	free(in_a);
	free(in_b);
	return any;
}

static int
diff_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str texts[2] = { STR_INIT, STR_INIT };
	struct text_lines lines[2];
	struct options options;
	bool unified = false, brief = false, any;
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
		input_read(io, "diff", options.words.v[1], &texts[1])) {
		const char *const *words = options.words.v;

		any = strcmp(texts[0].buf, texts[1].buf) != 0;
		lines_read(&lines[0], &texts[0]);
		lines_read(&lines[1], &texts[1]);
		if (any && brief)
			sink_printf(io->out, "Files %s and %s differ\n", words[0], words[1]);
		else if (any && unified)
			sink_printf(io->out, "--- %s\n+++ %s\n", words[0], words[1]);
		if (any && !brief)
			print_differences(io, &lines[0], &lines[1], unified);
		status = any;
		lines_free(&lines[0]);
		lines_free(&lines[1]);
	}
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
