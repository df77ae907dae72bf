/* grep: lines that match, with the options that people put behind a kubectl. */
#include <stdlib.h>
#include <string.h>

#include "base/glob.h"
#include "host/commands.h"
#include "host/options.h"
#include "host/pattern.h"
#include "host/perl_pattern.h"
#include "host/vfs.h"

struct grep {
	struct io *io;
	bool ignore_case, invert, count, numbers, only, extended, fixed, quiet, word, whole, list, names, without,
		recursive, no_names, with_names, given, silent, offsets, perl;
	const char *include, *exclude;	/* patterns of names under -r; NULL */
	size_t before, after, limit;
	struct str text;	/* patterns, one a line */
	struct pattern pattern;
	struct perl_pattern perl_pattern;
	size_t found;
	bool trouble;	/* said already */
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
	const char *open = grep->whole ? "^" : !grep->word ? "" : grep->perl ? "\\b" : "\\<";
	const char *close = grep->whole ? "$" : !grep->word ? "" : grep->perl ? "\\b" : "\\>";
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
	bool ok, extended = (grep->extended || grep->perl) && !grep->fixed;
	const char *line;
	size_t at = 0, len, n = 0;

	while (line_next(&grep->text, &at, &line, &len)) {
		if (n++)
			str_add(&text, extended ? "|" : "\\|");
		add_pattern(grep, line, len, extended, &text);
	}
	if (grep->perl)
		ok = perl_pattern_compile(&grep->perl_pattern, text.buf, grep->ignore_case, &why);
	else
		ok = pattern_compile(&grep->pattern, text.buf, extended, grep->ignore_case, &why);
	if (!ok)
		sink_printf(grep->io->err, "grep: %s\n", why.buf);
	str_release(&text);
	str_release(&why);
	return ok;
}

static void
print_line(const struct grep *grep, const char *name, size_t number, size_t offset, char separator, const char *line)
{
	if (grep->names)
		sink_printf(grep->io->out, "%s%c", name, separator);
	if (grep->numbers)
		sink_printf(grep->io->out, "%zu%c", number, separator);
	if (grep->offsets)
		sink_printf(grep->io->out, "%zu%c", offset, separator);
	sink_printf(grep->io->out, "%s\n", line);
}

/* The first match that begins at line + from or later. */
static bool
find(struct grep *grep, const char *line, size_t from, size_t *start, size_t *end)
{
	regmatch_t groups[PATTERN_GROUPS];
	int found;

	if (!grep->perl) {
		if (!pattern_match_from(&grep->pattern, line, from, groups))
			return false;
		*start = (size_t)groups[0].rm_so;
		*end = (size_t)groups[0].rm_eo;
		return true;
	}
	found = perl_pattern_match(&grep->perl_pattern, line, from, start, end);
	if (found < 0 && !grep->trouble) {
		sink_put(grep->io->err, "grep: exceeded PCRE's backtracking limit\n");
		grep->trouble = true;
	}
	return found > 0;
}

static void
print_matches(struct grep *grep, const char *name, size_t number, size_t offset, const char *line)
{
	size_t at = 0, start, end;

	while (find(grep, line, at, &start, &end)) {
		if (end > start) {
			char *match = xstrndup(line + start, end - start);

			print_line(grep, name, number, offset + start, ':', match);
			free(match);
		}
		if (!line[end])
			break;
		at = end > at ? end : at + 1;
	}
}

/* The lines of one text; *matched counts. */
static void
grep_lines(struct grep *grep, const char *name, char **lines, size_t n, size_t *matched)
{
	size_t start, end, offset = 0;
	size_t printed = 0, until = 0;	/* lines [0, printed) are done, up to `until` they are context */

	for (size_t i = 0; i < n && !(grep->limit && *matched >= grep->limit && i >= until); i++) {
		bool match = !(grep->limit && *matched >= grep->limit) &&
			find(grep, lines[i], 0, &start, &end) != grep->invert;
		size_t here = offset;
		bool silent = grep->quiet || grep->count || grep->list || grep->without;

		offset += strlen(lines[i]) + 1;
		*matched += match;
		if (silent)
			continue;
		if (match && grep->only) {
			if (!grep->invert)
				print_matches(grep, name, i + 1, here, lines[i]);
			continue;
		}
		if (match) {
			size_t from = i > grep->before ? i - grep->before : 0;

			if ((grep->before || grep->after) && printed && from > printed)
				sink_put(grep->io->out, "--\n");
			for (size_t j = from > printed ? from : printed; j < i; j++)
				print_line(grep, name, j + 1, 0, '-', lines[j]);
			until = i + grep->after + 1;
		}
		if (match || i < until) {
			print_line(grep, name, i + 1, here, match ? ':' : '-', lines[i]);
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

/* -f FILE: each line of it is a pattern; none matches nothing. */
static void
add_pattern_file(struct grep *grep, struct options *options)
{
	struct str text = STR_INIT;

	if (!input_read(grep->io, "grep", options->value, &text))
		options->failed = true;
	str_addn(&grep->text, text.buf, text.len);
	if (text.len && text.buf[text.len - 1] != '\n')
		str_addch(&grep->text, '\n');
	grep->given = true;
	str_release(&text);
}

static void
context_length(struct options *options, size_t *length)
{
	if (options->value[strspn(options->value, "0123456789")] || !*options->value) {
		sink_printf(options->io->err, "grep: %s: invalid context length argument\n", options->value);
		options->failed = true;
	} else {
		options_number(options, "context length argument", length);
	}
}

static void
grep_option(struct grep *grep, struct options *options)
{
	switch (options->letter) {
	case 'y':
	case 'i': grep->ignore_case = true; break;
	case 's': grep->silent = true; break;
	case 'b': grep->offsets = true; break;
	case 'P': grep->perl = true; break;
	case 'f': add_pattern_file(grep, options); break;
	case '\001': grep->include = options->value; break;
	case '\002': grep->exclude = options->value; break;
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
	case 'A': context_length(options, &grep->after); break;
	case 'B': context_length(options, &grep->before); break;
	case '0':
	case 'C':
		context_length(options, &grep->after);
		grep->before = grep->after;
		break;
	}
}

static const char *const grep_longs[] = { "ignore-case=i", "invert-match=v", "count=c", "line-number=n",
	"only-matching=o", "extended-regexp=E", "fixed-strings=F", "quiet=q", "word-regexp=w", "line-regexp=x",
	"files-with-matches=l", "regexp=e",
	"max-count=m", "after-context=A", "before-context=B", "context=C", "no-filename=h", "color=K", "colour=K",
	"with-filename=H", "recursive=r", "perl-regexp=P", "no-messages=s", "file=f", "include=\001", "exclude=\002",
	"silent=q", "files-without-match=L", "byte-offset=b", "dereference-recursive=R", "basic-regexp=G", NULL };

/* Of --include and --exclude: by the name alone. */
static bool
is_wanted(const struct grep *grep, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	return (!grep->include || glob_match(grep->include, name)) && (!grep->exclude || !glob_match(grep->exclude, name));
}

/* A file, or under -r all files below a folder; false: said. */
static bool
grep_path(struct grep *grep, const char *path, const char *name, unsigned depth)
{
	struct io_names names = VEC_INIT;
	struct str text = STR_INIT;
	bool ok = true, folder = strcmp(path, "-") != 0 && grep->io->files->list(grep->io, path, &names) == IO_OK;

	if (folder && !grep->recursive) {
		if (!grep->silent)
			sink_printf(grep->io->err, "grep: %s: Is a directory\n", path);
		ok = false;
	} else if (folder) {
		for (size_t i = 0; i < names.n && depth < 32; i++) {
			char *below = xasprintf("%s%s%s", path, str_ends(path, "/") ? "" : "/", names.v[i]);

			ok &= grep_path(grep, below, below, depth + 1);
			free(below);
		}
	} else if (depth && !is_wanted(grep, path)) {
		ok = true;
	} else {
		ok = grep->silent ? grep->io->files->read(grep->io, path, &text) == IO_OK : input_read(grep->io, "grep", path, &text);
		if (ok)
			grep_text(grep, name, &text);
	}
	io_names_release(&names);
	str_release(&text);
	return ok;
}

/* -r without a file: all below this folder, their names without ./ before them. */
static bool
grep_here(struct grep *grep)
{
	struct io_names names = VEC_INIT;
	bool ok = grep->io->files->list(grep->io, ".", &names) == IO_OK;

	for (size_t i = 0; i < names.n; i++)
		ok &= grep_path(grep, names.v[i], names.v[i], 1);
	io_names_release(&names);
	return ok;
}

static int
grep_files(struct grep *grep, const struct options *options, size_t first)
{
	size_t files = options->words.n - first;
	bool trouble = false, folder = files == 1 && io_is_folder(grep->io, options->words.v[first]);

	grep->names = (files > 1 || (grep->recursive && (folder || !files)) || grep->with_names) && !grep->no_names;
	for (size_t i = 0; i < (files ? files : 1); i++) {
		const char *path = files ? options->words.v[first + i] : grep->recursive ? "." : "-";
		const char *name = strcmp(path, "-") != 0 ? path : "(standard input)";

		if (!files && grep->recursive)
			trouble |= !grep_here(grep);
		else
			trouble |= !grep_path(grep, path, name, 0);
	}
	return (trouble && !(grep->quiet && grep->found)) || grep->trouble ? 2 : grep->found ? 0 : 1;
}

static int
grep_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct grep grep = { .io = io, .text = STR_INIT, .extended = argv[0][0] == 'e', .fixed = argv[0][0] == 'f' };
	struct options options;
	int status = 2;

	(void)shell;
	options_init(&options, io, argc, argv, "ivcnoEFGqwxle:m:A:B:C:PhHsrRK::Lyabf:I\001:\002:", grep_longs);
	options.numbers = true;
	options.usage = "Usage: grep [OPTION]... PATTERNS [FILE]...";
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
	perl_pattern_release(&grep.perl_pattern);
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
