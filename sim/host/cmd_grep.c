/* grep: lines that match, with the options that people put behind a kubectl. */
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/options.h"
#include "host/pattern.h"

struct grep {
	struct io *io;
	bool ignore_case, invert, count, numbers, only, extended, fixed, quiet, word, whole, list, names, without,
		recursive, no_names, with_names, given;
	size_t before, after, limit;
	struct str text;	/* patterns, one a line */
	struct pattern pattern;
	size_t found;
};

/* A fixed text as a regular expression. */
static void
text_quoted(const char *text, struct str *out)
{
	for (; *text; text++) {
		if (strchr("\\.[]*^$", *text))
			str_addch(out, '\\');
		str_addch(out, *text);
	}
}

/* One of the patterns, with what -w and -x put around it. */
static void
add_pattern(const struct grep *grep, const char *line, size_t len, bool extended, struct str *out)
{
	const char *open = grep->whole ? "^" : grep->word ? "\\<" : "", *close = grep->whole ? "$" : grep->word ? "\\>"
		: "";
	char *pattern = xstrndup(line, len);

	str_add(out, open);
	if (open[0])
		str_add(out, extended ? "(" : "\\(");
	if (grep->fixed)
		text_quoted(pattern, out);
	else
		str_add(out, pattern);
	if (open[0])
		str_add(out, extended ? ")" : "\\)");
	str_add(out, close);
	free(pattern);
}

static bool
grep_compile(struct grep *grep)
{
	struct str text = STR_INIT, why = STR_INIT;
	bool ok, extended = grep->extended && !grep->fixed;
	const char *line;
	size_t at = 0, len, n = 0;

	while (line_next(&grep->text, &at, &line, &len)) {
		if (n++)
			str_add(&text, extended ? "|" : "\\|");
		add_pattern(grep, line, len, extended, &text);
	}
	ok = pattern_compile(&grep->pattern, text.buf, extended, grep->ignore_case, &why);
	if (!ok)
		sink_printf(grep->io->err, "grep: %s\n", why.buf);
	str_release(&text);
	str_release(&why);
	return ok;
}

static void
print_line(const struct grep *grep, const char *name, size_t number, char separator, const char *line)
{
	if (grep->names)
		sink_printf(grep->io->out, "%s%c", name, separator);
	if (grep->numbers)
		sink_printf(grep->io->out, "%zu%c", number, separator);
	sink_printf(grep->io->out, "%s\n", line);
}

static void
print_matches(const struct grep *grep, const char *name, size_t number, const char *line)
{
	regmatch_t groups[PATTERN_GROUPS];
	bool begin = true;

	for (; *line && pattern_match(&grep->pattern, line, begin, groups); begin = false) {
		size_t start = (size_t)groups[0].rm_so, end = (size_t)groups[0].rm_eo;

		if (end > start) {
			char *match = xstrndup(line + start, end - start);

			print_line(grep, name, number, ':', match);
			free(match);
		}
		line += end > start ? end : end + 1;
		if (end == start && !line[-1])
			break;
	}
}

/* The lines of one text; *matched counts. */
static void
grep_lines(struct grep *grep, const char *name, char **lines, size_t n, size_t *matched)
{
	regmatch_t groups[PATTERN_GROUPS];
	size_t printed = 0, until = 0;	/* lines [0, printed) are done, up to `until` they are context */

	for (size_t i = 0; i < n && !(grep->limit && *matched >= grep->limit && i >= until); i++) {
		bool match = !(grep->limit && *matched >= grep->limit) &&
			pattern_match(&grep->pattern, lines[i], true, groups) != grep->invert;
		bool silent = grep->quiet || grep->count || grep->list || grep->without;

		*matched += match;
		if (silent)
			continue;
		if (match && grep->only) {
			if (!grep->invert)
				print_matches(grep, name, i + 1, lines[i]);
			continue;
		}
		if (match) {
			size_t from = i > grep->before ? i - grep->before : 0;

			if ((grep->before || grep->after) && printed && from > printed)
				sink_put(grep->io->out, "--\n");
			for (size_t j = from > printed ? from : printed; j < i; j++)
				print_line(grep, name, j + 1, '-', lines[j]);
			until = i + grep->after + 1;
		}
		if (match || i < until) {
			print_line(grep, name, i + 1, match ? ':' : '-', lines[i]);
			printed = i + 1;
		}
	}
}

static void
grep_text(struct grep *grep, const char *name, const struct str *text)
{
	VEC(char *) lines = VEC_INIT;
	const char *line;
	size_t at = 0, len, matched = 0;

	while (line_next(text, &at, &line, &len))
		*vec_push(&lines) = xstrndup(line, len);
	grep_lines(grep, name, lines.v, lines.n, &matched);
	if (grep->count && !grep->quiet) {
		if (grep->names)
			sink_printf(grep->io->out, "%s:", name);
		sink_printf(grep->io->out, "%zu\n", matched);
	}
	if ((grep->list && matched) || (grep->without && !matched))
		sink_printf(grep->io->out, "%s\n", name);
	grep->found += grep->without ? !matched : matched;
	for (size_t i = 0; i < lines.n; i++)
		free(lines.v[i]);
	vec_release(&lines);
}

static void
grep_option(struct grep *grep, struct options *options)
{
	switch (options->letter) {
	case 'i': grep->ignore_case = true; break;
	case 'v': grep->invert = true; break;
	case 'c': grep->count = true; break;
	case 'n': grep->numbers = true; break;
	case 'o': grep->only = true; break;
	case 'E': grep->extended = true; break;
	case 'F': grep->fixed = true; break;
	case 'q': grep->quiet = true; break;
	case 'w': grep->word = true; break;
	case 'x': grep->whole = true; break;
	case 'l': grep->list = true; break;
	case 'L': grep->without = true; break;
	case 'r':
	case 'R': grep->recursive = true; break;
	case 'h': grep->no_names = true; break;
	case 'H': grep->with_names = true; break;
	case 'e':
		str_addf(&grep->text, "%s\n", options->value);
		grep->given = true;
		break;
	case 'm': options_number(options, "max count", &grep->limit); break;
	case 'A': options_number(options, "context length argument", &grep->after); break;
	case 'B': options_number(options, "context length argument", &grep->before); break;
	case '0':
	case 'C':
		if (options_number(options, "context length argument", &grep->after))
			grep->before = grep->after;
		break;
	case 'P':
		sink_put(grep->io->err, "grep: Perl matching not supported in a --disable-perl-regexp build\n");
		options->failed = true;
		break;
	}
}

static const char *const grep_longs[] = { "ignore-case=i", "invert-match=v", "count=c", "line-number=n",
	"only-matching=o", "extended-regexp=E", "fixed-strings=F", "quiet=q", "word-regexp=w", "line-regexp=x",
	"files-with-matches=l", "regexp=e",
	"max-count=m", "after-context=A", "before-context=B", "context=C", "no-filename=h", "color=K", "colour=K",
	"with-filename=H", NULL };

/* A file, or under -r all files below a folder; false: said. */
static bool
grep_path(struct grep *grep, const char *path, const char *name, unsigned depth)
{
	struct io_names names = VEC_INIT;
	struct str text = STR_INIT;
	bool ok = true, folder = strcmp(path, "-") != 0 && grep->io->files->list(grep->io, path, &names) == IO_OK;

	if (folder && !grep->recursive) {
		sink_printf(grep->io->err, "grep: %s: Is a directory\n", path);
	} else if (folder) {
		for (size_t i = 0; i < names.n && depth < 32; i++) {
			char *below = xasprintf("%s%s%s", path, str_ends(path, "/") ? "" : "/", names.v[i]);

			ok &= grep_path(grep, below, below, depth + 1);
			free(below);
		}
	} else {
		ok = input_read(grep->io, "grep", path, &text);
		if (ok)
			grep_text(grep, name, &text);
	}
	io_names_release(&names);
	str_release(&text);
	return ok;
}

static int
grep_files(struct grep *grep, const struct options *options, size_t first)
{
	size_t files = options->words.n - first;
	bool trouble = false;

	grep->names = (files > 1 || grep->recursive || grep->with_names) && !grep->no_names;
	for (size_t i = 0; i < (files ? files : 1); i++) {
		const char *path = files ? options->words.v[first + i] : grep->recursive ? "." : "-";

		trouble |= !grep_path(grep, path, files || grep->recursive ? path : "(standard input)", 0);
	}
	return trouble ? 2 : grep->found ? 0 : 1;
}

static int
grep_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct grep grep = { .io = io, .text = STR_INIT, .extended = argv[0][0] == 'e', .fixed = argv[0][0] == 'f' };
	struct options options;
	int status = 2;

	(void)shell;
	options_init(&options, io, argc, argv, "ivcnoEFqwxle:m:A:B:C:PhHsrRKL", grep_longs);
	options.numbers = true;
	while (options_next(&options))
		grep_option(&grep, &options);
	if (!options.failed && !grep.given && !options.words.n)
		sink_put(io->err, "Usage: grep [OPTION]... PATTERNS [FILE]...\n"
			"Try 'grep --help' for more information.\n");
	else if (!options.failed) {
		size_t first = !grep.given;

		if (first)
			str_addf(&grep.text, "%s\n", options.words.v[0]);
		if (grep_compile(&grep))
			status = grep_files(&grep, &options, first);
	}
	pattern_release(&grep.pattern);
	str_release(&grep.text);
	options_release(&options);
	return status;
}

const struct command command_egrep = { .name = "egrep", .usage = "PATTERN [FILE..]", .help = "The same as grep -E",
	.run = grep_main };
const struct command command_fgrep = { .name = "fgrep", .usage = "PATTERN [FILE..]", .help = "The same as grep -F",
	.run = grep_main };
const struct command command_grep = { .name = "grep", .usage = "[-ivcnoEq] PATTERN [FILE..]",
	.help = "Lines that match", .run = grep_main };
