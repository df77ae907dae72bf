/* uniq, cut, tr, and the lines that they and sort work on: bytes are compared as they are (the C locale). */
#include "host/lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"

bool
lines_read(struct lines *lines, struct io *io, const struct options *options, size_t first_word, char end)
{
	bool ok = true;

	*lines = (struct lines){ STR_INIT, VEC_INIT };
	if (options->words.n <= first_word)
		ok = input_read(io, options->argv[0], "-", &lines->text);
	for (size_t i = first_word; i < options->words.n; i++) {
		ok &= input_read(io, options->argv[0], options->words.v[i], &lines->text);
		if (lines->text.len && lines->text.buf[lines->text.len - 1] != end)
			str_addch(&lines->text, end);
	}
	for (size_t at = 0; at < lines->text.len;) {
		const char *start = lines->text.buf + at, *found = memchr(start, end, lines->text.len - at);
		size_t len = found ? (size_t)(found - start) : lines->text.len - at;

		*vec_push(&lines->v) = (struct line){ start, len };
		at += len + 1;
	}
	return ok;
}

void
lines_release(struct lines *lines)
{
	str_release(&lines->text);
	vec_release(&lines->v);
}

int
line_compare(const struct line *a, const struct line *b)
{
	int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

int
line_compare_folded(const struct line *a, const struct line *b)
{
	for (size_t i = 0; i < a->len && i < b->len; i++) {
		int x = ascii_toupper((unsigned char)a->text[i]), y = ascii_toupper((unsigned char)b->text[i]);

		if (x != y)
			return x - y;
	}
	return (a->len > b->len) - (a->len < b->len);
}

/* ---- uniq ---- */

struct uniq {
	bool count, repeated, single, all, fold;
	size_t skip_fields, skip_characters, width;
};

/* The part of a line that is compared. */
static struct line
uniq_key(const struct uniq *uniq, const struct line *line)
{
	size_t i = 0;

	for (size_t n = 0; n < uniq->skip_fields && i < line->len; n++) {
		while (i < line->len && ascii_isspace(line->text[i]))
			i++;
		while (i < line->len && !ascii_isspace(line->text[i]))
			i++;
	}
	i = i + uniq->skip_characters > line->len ? line->len : i + uniq->skip_characters;
	return (struct line){ line->text + i, line->len - i > uniq->width ? uniq->width : line->len - i };
}

static bool
uniq_same(const struct uniq *uniq, const struct line *a, const struct line *b)
{
	struct line x = uniq_key(uniq, a), y = uniq_key(uniq, b);

	return (uniq->fold ? line_compare_folded(&x, &y) : line_compare(&x, &y)) == 0;
}

static void
uniq_lines(const struct uniq *uniq, const struct lines *lines, struct str *out)
{
	for (size_t i = 0, n; i < lines->v.n; i += n) {
		for (n = 1; i + n < lines->v.n && uniq_same(uniq, &lines->v.v[i], &lines->v.v[i + n]); n++)
			continue;
		if (((uniq->repeated || uniq->all) && n == 1) || (uniq->single && n > 1))
			continue;
		for (size_t j = i; j < (uniq->all ? i + n : i + 1); j++) {
			if (uniq->count)
				str_addf(out, "%7zu ", n);
			str_addn(out, lines->v.v[j].text, lines->v.v[j].len);
			str_addch(out, '\n');
		}
	}
}

static int
uniq_put(struct io *io, const char *path, const struct str *out)
{
	enum io_result result;

	if (!path || strcmp(path, "-") == 0) {
		sink_write(io->out, out->buf, out->len);
		return 0;
	}
	result = io->files->write(io, path, out->buf, out->len, false);
	if (result != IO_OK)
		sink_printf(io->err, "uniq: %s: %s\n", path, io_result_text(result));
	return result != IO_OK;
}

static void
uniq_options(struct uniq *uniq, struct options *options)
{
	while (options_next(options)) {
		uniq->count |= options->letter == 'c';
		uniq->repeated |= options->letter == 'd';
		uniq->single |= options->letter == 'u';
		uniq->all |= options->letter == 'D';
		uniq->fold |= options->letter == 'i';
		if (options->letter == 'f')
			options_number(options, "number of fields to skip", &uniq->skip_fields);
		if (options->letter == 's')
			options_number(options, "number of bytes to skip", &uniq->skip_characters);
		if (options->letter == 'w')
			options_number(options, "number of bytes to compare", &uniq->width);
	}
}

static int
uniq_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "count=c", "repeated=d", "unique=u", "ignore-case=i", "skip-fields=f",
		"skip-chars=s", "check-chars=w", NULL };
	struct uniq uniq = { .width = SIZE_MAX };
	struct options options;
	struct str out = STR_INIT;
	struct lines lines;
	int status = 1;

	(void)shell;
	options_init(&options, io, argc, argv, "cduDif:s:w:", longs);
	uniq_options(&uniq, &options);
	if (!options.failed && options.words.n > 2) {
		sink_printf(io->err, "uniq: extra operand '%s'\nTry 'uniq --help' for more information.\n", options.words.v[2]);
	} else if (!options.failed) {
		const char *target = options.words.n > 1 ? options.words.v[--options.words.n] : NULL;

		if (lines_read(&lines, io, &options, 0, '\n')) {
			uniq_lines(&uniq, &lines, &out);
			status = uniq_put(io, target, &out);
		}
		lines_release(&lines);
	}
	str_release(&out);
	options_release(&options);
	return status;
}

const struct command command_uniq = { .name = "uniq", .usage = "[-cdui] [FILE]",
	.help = "Leaves out repeated lines", .run = uniq_main };

/* ---- cut ---- */

#define CUT_MAX 4096	/* fields or characters that a list can name one by one; what is behind belongs to open ends */

struct cut {
	bool chosen[CUT_MAX + 2];
	size_t open_from;	/* "3-": this and all behind; 0: none */
	bool fields, only_delimited, complement;
	char delimiter;
	const char *between;	/* in the output; NULL: the delimiter, and nothing between characters */
};

/* "1,3-5,7-"; NULL, or what is wrong, with an @ where the list's piece goes. */
static const char *
cut_list(struct cut *cut, const char *list)
{
	static const char *const zero[] = { "byte/character positions are numbered from 1", "fields are numbered from 1" };
	static const char *const invalid[] = { "invalid byte/character position '@'", "invalid field value '@'" };

	for (const char *c = list;; c++) {
		size_t from = 1, to;
		bool open_start = *c == '-';
		char *end;

		if (open_start && !ascii_isdigit(c[1]))
			return "invalid range with no endpoint: -";
		if (!open_start) {
			if (!ascii_isdigit(*c))
				return *c && *c != ',' ? invalid[cut->fields] : zero[cut->fields];
			from = strtoul(c, &end, 10);
			c = end;
		}
		to = from;
		if (*c == '-') {
			to = ascii_isdigit(*++c) ? strtoul(c, &end, 10) : SIZE_MAX;
			c = to == SIZE_MAX ? c : end;
		}
		if (!from || !to)
			return zero[cut->fields];
		if (from > to)
			return "invalid decreasing range";
		if (*c && *c != ',')
			return invalid[cut->fields];
		if (to == SIZE_MAX && (!cut->open_from || from < cut->open_from))
			cut->open_from = from;
		for (size_t i = from; i <= to && i <= CUT_MAX; i++)
			cut->chosen[i] = true;
		if (!*c)
			return NULL;
	}
}

static bool
cut_wants(const struct cut *cut, size_t i)
{
	return ((i <= CUT_MAX && cut->chosen[i]) || (cut->open_from && i >= cut->open_from)) != cut->complement;
}

static void
cut_line(const struct cut *cut, const struct line *line, struct str *out)
{
	size_t field = 1, last = 0;

	if (cut->fields && !memchr(line->text, cut->delimiter, line->len)) {
		if (!cut->only_delimited) {
			str_addn(out, line->text, line->len);
			str_addch(out, '\n');
		}
		return;
	}
	for (size_t i = 0; i <= line->len && (cut->fields || i < line->len); field++) {
		const char *end =
			cut->fields ? memchr(line->text + i, cut->delimiter, line->len - i) : line->text + i + 1;
		size_t len = end ? (size_t)(end - line->text) - i : line->len - i;

		if (cut_wants(cut, field)) {
			if (last && cut->between && (cut->fields || last + 1 < field))
				str_add(out, cut->between);
			else if (last && cut->fields)
				str_addch(out, cut->delimiter);
			str_addn(out, line->text + i, len);
			last = field;
		}
		i += len + cut->fields;
	}
	str_addch(out, '\n');
}

static int
cut_complain(struct io *io, const char *what, const char *list)
{
	struct str text = STR_INIT;

	for (; *what; what++)
		if (*what == '@')
			str_add(&text, list);
		else
			str_addch(&text, *what);
	sink_printf(io->err, "cut: %s\nTry 'cut --help' for more information.\n", text.buf);
	str_release(&text);
	return 1;
}

/* NULL, or what is wrong. */
static const char *
cut_options(struct cut *cut, struct options *options, const char **list)
{
	bool delimiter = false;

	while (options_next(options)) {
		if (options->letter == 'd') {
			if (options->value[0] && options->value[1])
				return "the delimiter must be a single character";
			cut->delimiter = options->value[0];
			delimiter = true;
		} else if (strchr("fcb", options->letter)) {
			if (*list)
				return "only one list may be specified";
			*list = options->value;
			cut->fields = options->letter == 'f';
		} else if (options->letter == '\001') {
			cut->between = options->value;
		}
		cut->only_delimited |= options->letter == 's';
		cut->complement |= options->letter == '\002';
	}
	if (options->failed)
		return NULL;
	if (!*list)
		return "you must specify a list of bytes, characters, or fields";
	if (delimiter && !cut->fields)
		return "an input delimiter may be specified only when operating on fields";
	return cut_list(cut, *list);
}

static int
cut_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "delimiter=d", "fields=f", "characters=c", "bytes=b", "only-delimited=s",
		"complement=\002", "output-delimiter=\001", NULL };
	struct cut cut = { .delimiter = '\t' };
	struct str out = STR_INIT;
	struct options options;
	struct lines lines;
	const char *list = NULL, *wrong;
	int status = 1;

	(void)shell;
	options_init(&options, io, argc, argv, "d:f:c:b:sn\001:\002", longs);
	wrong = cut_options(&cut, &options, &list);
	if (wrong) {
		cut_complain(io, wrong, list ? list : "");
	} else if (!options.failed) {
		status = !lines_read(&lines, io, &options, 0, '\n');
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

static bool
is_blank(int c)
{
	return c == ' ' || c == '\t';
}

static bool
is_graph(int c)
{
	return c > ' ' && c < 127;
}

static bool
is_print(int c)
{
	return c >= ' ' && c < 127;
}

static bool
is_cntrl(int c)
{
	return c < ' ' || c == 127;
}

static bool
is_punct(int c)
{
	return is_graph(c) && !ascii_isalnum(c);
}

static bool
is_xdigit(int c)
{
	return ascii_isdigit(c) || (ascii_tolower(c) >= 'a' && ascii_tolower(c) <= 'f');
}

static const struct {
	const char *name;
	bool (*is)(int c);
} classes[] = {
	{ "[:upper:]", ascii_isupper }, { "[:digit:]", ascii_isdigit }, { "[:alpha:]", ascii_isalpha },
	{ "[:alnum:]", ascii_isalnum }, { "[:space:]", ascii_isspace }, { "[:blank:]", is_blank }, { "[:punct:]", is_punct },
	{ "[:print:]", is_print }, { "[:graph:]", is_graph }, { "[:cntrl:]", is_cntrl }, { "[:xdigit:]", is_xdigit },
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
	static const char letters[] = "ntrabfv\\", meant[] = "\n\t\r\a\b\f\v\\";
	char c = *(*text)++;
	const char *found = c == '\\' && **text ? strchr(letters, **text) : NULL;
	unsigned value = 0;

	if (found) {
		++*text;
		return meant[found - letters];
	}
	if (c != '\\' || !**text)
		return c;
	if (**text < '0' || **text > '7')
		return *(*text)++;
	for (int i = 0; i < 3 && **text >= '0' && **text <= '7'; i++)
		value = value * 8 + (unsigned)(*(*text)++ - '0');
	return (char)value;
}

/* false, and said: a range that goes backwards. */
static bool
set_read(struct io *io, const char *text, struct str *set)
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
		if ((unsigned char)from > (unsigned char)to) {
			sink_printf(io->err, "tr: range-endpoints of '%c-%c' are in reverse collating sequence order\n", from, to);
			return false;
		}
		for (int c = (unsigned char)from; c <= (unsigned char)to; c++)
			str_addch(set, (char)c);
	}
	return true;
}

struct tr {
	bool delete, squeeze, complement, truncate;
	bool in[256];		/* of the first set */
	int to[256];		/* -1: as it is */
	bool squeezed[256];	/* of the last set */
};

static bool
tr_prepare(struct tr *tr, struct io *io, const char *first, const char *second)
{
	struct str a = STR_INIT, b = STR_INIT;
	bool ok = set_read(io, first, &a) && (!second || set_read(io, second, &b));

	if (tr->truncate && b.len < a.len)
		str_truncate(&a, b.len);
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
	return ok;
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

/* How many sets there have to be; false, and said: there are others. */
static bool
tr_operands(const struct tr *tr, struct io *io, const struct options *options)
{
	size_t n = options->words.n, most = tr->delete && !tr->squeeze ? 1 : 2;
	size_t least = tr->delete == tr->squeeze ? 2 : 1;
	const char *more = "";

	if (n == 2 && !tr->delete && !tr->truncate && *options->words.v[0] && !*options->words.v[1]) {
		sink_put(io->err, "tr: when not truncating set1, string2 must be non-empty\n");
		return false;
	}
	if (n >= least && n <= most)
		return true;
	if (n > most) {
		more = tr->delete && !tr->squeeze && n == 2 ? "Only one string may be given when deleting without squeezing repeats.\n" : "";
		sink_printf(io->err, "tr: extra operand '%s'\n%s", options->words.v[most], more);
	} else if (!n) {
		sink_put(io->err, "tr: missing operand\n");
	} else {
		more = tr->delete ? "Two strings must be given when both deleting and squeezing repeats.\n"
			: "Two strings must be given when translating.\n";
		sink_printf(io->err, "tr: missing operand after '%s'\n%s", options->words.v[n - 1], more);
	}
	sink_put(io->err, "Try 'tr --help' for more information.\n");
	return false;
}

static int
tr_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "delete=d", "squeeze-repeats=s", "complement=c", "truncate-set1=t", NULL };
	struct tr tr = { .delete = false };
	struct str text = STR_INIT, out = STR_INIT;
	struct options options;
	int status = 1;

	(void)shell;
	options_init(&options, io, argc, argv, "dscCt", longs);
	options.first_ends = true;
	while (options_next(&options)) {
		tr.delete |= options.letter == 'd';
		tr.squeeze |= options.letter == 's';
		tr.complement |= options.letter == 'c' || options.letter == 'C';
		tr.truncate |= options.letter == 't';
	}
	if (!options.failed && tr_operands(&tr, io, &options) &&
		tr_prepare(&tr, io, options.words.v[0], options.words.n > 1 ? options.words.v[1] : NULL) &&
		input_read(io, "tr", "-", &text)) {
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
