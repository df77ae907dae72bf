/* diff, in its normal and its unified form. */
#include <stdlib.h>
#include <string.h>

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
