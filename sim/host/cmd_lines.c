/* sort, uniq, cut, tr: bytes are compared as they are (the C locale). */
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/options.h"

struct line {
	const char *text;
	size_t len;
};
struct lines {
	struct str text;
	VEC(struct line) v;
};

/* The named files' lines, or the standard input's; lines_release is due either way. */
static bool
lines_read(struct lines *lines, struct io *io, const struct options *options, size_t first_word)
{
	const char *line;
	size_t at = 0, len;
	bool ok = true;

	*lines = (struct lines){ STR_INIT, VEC_INIT };
	if (options->words.n <= first_word)
		ok = input_read(io, options->argv[0], "-", &lines->text);
	for (size_t i = first_word; i < options->words.n; i++) {
		ok &= input_read(io, options->argv[0], options->words.v[i], &lines->text);
		if (lines->text.len && lines->text.buf[lines->text.len - 1] != '\n')
			str_addch(&lines->text, '\n');
	}
	while (line_next(&lines->text, &at, &line, &len))
		*vec_push(&lines->v) = (struct line){ line, len };
	return ok;
}

static void
lines_release(struct lines *lines)
{
	str_release(&lines->text);
	vec_release(&lines->v);
}

static int
bytes_compare(const struct line *a, const struct line *b)
{
	int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

/* ---- sort ---- */

struct sort {
	bool numbers, reverse, unique, fold;
	size_t key, key_last;	/* fields from 1; 0: the whole line, to its end */
	char separator;		/* 0: blanks */
};

/* The part of a line that -k names. */
static struct line
sort_key(const struct sort *sort, const struct line *line)
{
	const char *c = line->text, *end = line->text + line->len, *start = NULL;

	if (!sort->key)
		return *line;
	for (size_t field = 1; c <= end; field++) {
		const char *begin = c;

		if (sort->separator) {
			while (c < end && *c != sort->separator)
				c++;
		} else {
			while (c < end && ascii_isspace(*c))
				c++;
			while (c < end && !ascii_isspace(*c))
				c++;
		}
		if (field == sort->key)
			start = begin;
		if (start && field == sort->key_last)
			return (struct line){ start, (size_t)(c - start) };
		if (c >= end)
			break;
		c += sort->separator != 0;
	}
	return start ? (struct line){ start, (size_t)(end - start) } : (struct line){ end, 0 };
}

static double
number_of(const struct line *line)
{
	double value = 0, unit = 1;
	bool minus, point = false;
	size_t i = 0;

	while (i < line->len && ascii_isspace(line->text[i]))
		i++;
	minus = i < line->len && line->text[i] == '-';
	for (i += minus; i < line->len; i++) {
		char c = line->text[i];

		if (c == '.' && !point)
			point = true;
		else if (!ascii_isdigit(c))
			break;
		else if (point)
			value += (unit /= 10) * (c - '0');
		else
			value = value * 10 + (c - '0');
	}
	return minus ? -value : value;
}

static int
fold_compare(const struct line *a, const struct line *b)
{
	for (size_t i = 0; i < a->len && i < b->len; i++) {
		int x = ascii_toupper((unsigned char)a->text[i]), y = ascii_toupper((unsigned char)b->text[i]);

		if (x != y)
			return x - y;
	}
	return (a->len > b->len) - (a->len < b->len);
}

static int
keys_compare(const struct sort *sort, const struct line *a, const struct line *b)
{
	struct line x = sort_key(sort, a), y = sort_key(sort, b);

	if (sort->numbers)
		return (number_of(&x) > number_of(&y)) - (number_of(&x) < number_of(&y));
	return sort->fold ? fold_compare(&x, &y) : bytes_compare(&x, &y);
}

/* As sort -s does not: equal keys are ordered by the whole line. */
static int
sort_compare(const struct sort *sort, const struct line *a, const struct line *b)
{
	int order = keys_compare(sort, a, b);

	if (!order && !sort->unique)
		order = bytes_compare(a, b);
	return sort->reverse ? -order : order;
}

/* A stable merge; qsort(3) has no place for the options. */
static void
merge_sort(const struct sort *sort, struct line *v, struct line *spare, size_t n)
{
	size_t half = n / 2, i = 0, j = half;

	if (n < 2)
		return;
	merge_sort(sort, v, spare, half);
	merge_sort(sort, v + half, spare, n - half);
	for (size_t k = 0; k < n; k++)
		spare[k] = j >= n || (i < half && sort_compare(sort, &v[i], &v[j]) <= 0) ? v[i++] : v[j++];
	memcpy(v, spare, n * sizeof *v);
}

static bool
key_read(struct sort *sort, struct options *options)
{
	char *end;

	sort->key = strtoul(options->value, &end, 10);
	sort->key_last = 0;
	for (; *end && *end != ','; end++) {
		sort->numbers |= *end == 'n';
		sort->reverse |= *end == 'r';
	}
	if (*end == ',')
		sort->key_last = strtoul(end + 1, &end, 10);
	for (; *end; end++) {
		sort->numbers |= *end == 'n';
		sort->reverse |= *end == 'r';
	}
	if (sort->key)
		return true;
	sink_printf(options->io->err, "sort: invalid number at field start: invalid count at start of '%s'\n",
		options->value);
	options->failed = true;
	return false;
}

static int
sort_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct sort sort = { .numbers = false };
	struct options options;
	struct lines lines;
	struct line *spare;
	int status = 0;

	(void)shell;
	options_init(&options, io, argc, argv, "nrufk:t:",
		(const char *const[]){ "numeric-sort=n", "reverse=r", "unique=u", "key=k", "field-separator=t", NULL });
	while (options_next(&options)) {
		sort.numbers |= options.letter == 'n';
		sort.reverse |= options.letter == 'r';
		sort.unique |= options.letter == 'u';
		sort.fold |= options.letter == 'f';
		if (options.letter == 'k')
			key_read(&sort, &options);
		if (options.letter == 't')
			sort.separator = options.value[0];
	}
	if (options.failed || !lines_read(&lines, io, &options, 0)) {
		status = 2;
		if (options.failed)
			goto out;
	}
	spare = xcalloc(lines.v.n, sizeof *spare);
	merge_sort(&sort, lines.v.v, spare, lines.v.n);
	free(spare);
	for (size_t i = 0; i < lines.v.n; i++)
		if (!i || !sort.unique || keys_compare(&sort, &lines.v.v[i - 1], &lines.v.v[i]) != 0)
			sink_printf(io->out, "%.*s\n", (int)lines.v.v[i].len, lines.v.v[i].text);
	lines_release(&lines);
out:
	options_release(&options);
	return status;
}

const struct command command_sort = { .name = "sort", .usage = "[-nru] [-k N] [-t C] [FILE..]",
	.help = "Sorts lines", .run = sort_main };

/* ---- uniq ---- */

static int
uniq_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	bool count = false, repeated = false, single = false;
	struct options options;
	struct lines lines;
	int status = 1;

	(void)shell;
	options_init(&options, io, argc, argv, "cdu",
		(const char *const[]){ "count=c", "repeated=d", "unique=u", NULL });
	while (options_next(&options)) {
		count |= options.letter == 'c';
		repeated |= options.letter == 'd';
		single |= options.letter == 'u';
	}
	if (!options.failed) {
		status = !lines_read(&lines, io, &options, 0);
		for (size_t i = 0, n; i < lines.v.n; i += n) {
			for (n = 1; i + n < lines.v.n && bytes_compare(&lines.v.v[i], &lines.v.v[i + n]) == 0; n++)
				continue;
			if ((repeated && n == 1) || (single && n > 1))
				continue;
			if (count)
				sink_printf(io->out, "%7zu ", n);
			sink_printf(io->out, "%.*s\n", (int)lines.v.v[i].len, lines.v.v[i].text);
		}
		lines_release(&lines);
	}
	options_release(&options);
	return status;
}

const struct command command_uniq = { .name = "uniq", .usage = "[-cdu] [FILE]",
	.help = "Leaves out repeated lines", .run = uniq_main };

/* ---- cut ---- */

#define CUT_MAX 1024	/* fields or characters that a list can name one by one; what is behind belongs to open ends */

struct cut {
	bool chosen[CUT_MAX + 2];
	size_t open_from;	/* "3-": this and all behind; 0: none */
	bool fields, only_delimited;
	char delimiter;
};

/* "1,3-5,7-" */
static bool
cut_list(struct cut *cut, const char *list)
{
	for (const char *c = list; *c;) {
		char *end;
		unsigned long from = 1, to;

		if (*c != '-') {
			if (!ascii_isdigit(*c))
				return false;
			from = strtoul(c, &end, 10);
			c = end;
		}
		to = from;
		if (*c == '-') {
			c++;
			to = CUT_MAX;
			if (ascii_isdigit(*c)) {
				to = strtoul(c, &end, 10);
				c = end;
			} else if (!cut->open_from || from < cut->open_from) {
				cut->open_from = from;
			}
		}
		if (from < 1 || from > to || (*c && *c != ','))
			return false;
		for (unsigned long i = from; i <= to && i <= CUT_MAX; i++)
			cut->chosen[i] = true;
		c += *c == ',';
	}
	return list[0] != '\0';
}

static bool
cut_wants(const struct cut *cut, size_t i)
{
	return (i <= CUT_MAX && cut->chosen[i]) || (cut->open_from && i >= cut->open_from);
}

static void
cut_line(const struct cut *cut, const struct line *line, struct str *out)
{
	bool first = true;
	size_t field = 1;

	if (cut->fields && !memchr(line->text, cut->delimiter, line->len)) {
		if (!cut->only_delimited)
			str_addf(out, "%.*s\n", (int)line->len, line->text);
		return;
	}
	for (size_t i = 0; i <= line->len && (cut->fields || i < line->len); field++) {
		const char *end =
			cut->fields ? memchr(line->text + i, cut->delimiter, line->len - i) : line->text + i + 1;
		size_t len = end ? (size_t)(end - line->text) - i : line->len - i;

		if (cut_wants(cut, field)) {
			if (!first && cut->fields)
				str_addch(out, cut->delimiter);
			str_addn(out, line->text + i, len);
			first = false;
		}
		i += len + cut->fields;
	}
	str_addch(out, '\n');
}

static int
cut_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct cut cut = { .delimiter = '\t' };
	struct str out = STR_INIT;
	struct options options;
	struct lines lines;
	const char *list = NULL;
	int status = 1;

	(void)shell;
	options_init(&options, io, argc, argv, "d:f:c:b:s",
		(const char *const[]){ "delimiter=d", "fields=f", "characters=c", NULL });
	while (options_next(&options)) {
		if (options.letter == 'd')
			cut.delimiter = options.value[0];
		if (options.letter == 'f' || options.letter == 'c' || options.letter == 'b') {
			list = options.value;
			cut.fields = options.letter == 'f';
		}
		cut.only_delimited |= options.letter == 's';
	}
	if (!options.failed && !list)
		sink_put(io->err,
			"cut: you must specify a list of bytes, characters, or fields\n"
			"Try 'cut --help' for more information.\n");
	else if (!options.failed && !cut_list(&cut, list))
		sink_printf(io->err, "cut: invalid %s '%s'\n", cut.fields ? "field range" : "byte or character range",
			list);
	else if (!options.failed) {
		status = !lines_read(&lines, io, &options, 0);
		for (size_t i = 0; i < lines.v.n; i++)
			cut_line(&cut, &lines.v.v[i], &out);
		sink_write(io->out, out.buf, out.len);
		lines_release(&lines);
	}
	str_release(&out);
	options_release(&options);
	return status;
}

const struct command command_cut = { .name = "cut", .usage = "-d C -f LIST | -c LIST",
	.help = "Fields or characters of each line", .run = cut_main };

/* ---- tr ---- */

static const struct {
	const char *name;
	bool (*is)(int c);
} classes[] = {
	{ "[:upper:]", ascii_isupper }, { "[:digit:]", ascii_isdigit }, { "[:alpha:]", ascii_isalpha },
	{ "[:alnum:]", ascii_isalnum }, { "[:space:]", ascii_isspace },
};

static size_t
class_add(const char *text, struct str *set)
{
	if (str_starts(text, "[:lower:]")) {
		for (char c = 'a'; c <= 'z'; c++)
			str_addch(set, c);
		return strlen("[:lower:]");
	}
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
		if (str_starts(text, classes[i].name)) {
			for (int c = 1; c < 128; c++)
				if (classes[i].is(c))
					str_addch(set, (char)c);
			return strlen(classes[i].name);
		}
	return 0;
}

/* One character of a set, escapes read. */
static char
set_char(const char **text)
{
	static const char letters[] = "ntr\\", meant[] = "\n\t\r\\";
	char c = *(*text)++;
	const char *found = c == '\\' && **text ? strchr(letters, **text) : NULL;

	if (!found)
		return c;
	++*text;
	return meant[found - letters];
}

static void
set_read(const char *text, struct str *set)
{
	while (*text) {
		size_t n = class_add(text, set);
		char from, to;

		text += n;
		if (n)
			continue;
		from = to = set_char(&text);
		if (text[0] == '-' && text[1]) {
			text++;
			to = set_char(&text);
		}
		for (int c = (unsigned char)from; c <= (unsigned char)to; c++)
			str_addch(set, (char)c);
	}
}

struct tr {
	bool delete, squeeze, complement;
	bool in[256];		/* of the first set */
	int to[256];		/* -1: as it is */
	bool squeezed[256];	/* of the last set */
};

static void
tr_prepare(struct tr *tr, const char *first, const char *second)
{
	struct str a = STR_INIT, b = STR_INIT;

	set_read(first, &a);
	if (second)
		set_read(second, &b);
	for (size_t i = 0; i < a.len; i++)
		tr->in[(unsigned char)a.buf[i]] = true;
	for (int c = 0; c < 256; c++) {
		tr->in[c] = tr->in[c] != tr->complement;
		tr->to[c] = tr->complement && tr->in[c] && b.len && !tr->delete ? (unsigned char)b.buf[b.len - 1] : -1;
		tr->squeezed[c] = tr->in[c];
	}
	if (second)
		memset(tr->squeezed, 0, sizeof tr->squeezed);
	for (size_t i = 0; i < b.len; i++)
		tr->squeezed[(unsigned char)b.buf[i]] = true;
	/* From behind, since of a repeated character the first counts. */
	for (size_t i = a.len; !tr->complement && !tr->delete && b.len && i--;)
		tr->to[(unsigned char)a.buf[i]] = (unsigned char)b.buf[i < b.len ? i : b.len - 1];
	str_release(&a);
	str_release(&b);
}

static void
tr_text(const struct tr *tr, const struct str *text, struct str *out)
{
	int last = -1;

	for (size_t i = 0; i < text->len; i++) {
		int c = (unsigned char)text->buf[i];

		if (tr->delete && tr->in[c])
			continue;
		if (tr->to[c] >= 0)
			c = tr->to[c];
		if (tr->squeeze && c == last && tr->squeezed[c])
			continue;
		last = c;
		str_addch(out, (char)c);
	}
}

static int
tr_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct tr tr = { .delete = false };
	struct str text = STR_INIT, out = STR_INIT;
	struct options options;
	int status = 1;

	(void)shell;
	options_init(&options, io, argc, argv, "dsc", NULL);
	while (options_next(&options)) {
		tr.delete |= options.letter == 'd';
		tr.squeeze |= options.letter == 's';
		tr.complement |= options.letter == 'c';
	}
	if (!options.failed && (!options.words.n || (options.words.n < 2 && !tr.delete && !tr.squeeze))) {
		sink_printf(io->err, options.words.n ? "tr: missing operand after '%s'\n" : "tr: missing operand%s\n",
			options.words.n ? options.words.v[0] : "");
	} else if (!options.failed && input_read(io, "tr", "-", &text)) {
		tr_prepare(&tr, options.words.v[0], options.words.n > 1 ? options.words.v[1] : NULL);
		tr_text(&tr, &text, &out);
		sink_write(io->out, out.buf, out.len);
		status = 0;
	}
	str_release(&text);
	str_release(&out);
	options_release(&options);
	return status;
}

const struct command command_tr = { .name = "tr", .usage = "[-dsc] SET [SET]",
	.help = "Replaces or deletes characters", .run = tr_main };
