/* seq and xargs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/options.h"

/* ---- seq ---- */

struct seq {
	double first, step, last;
	int digits, width;	/* behind the point; with -w in all */
	const char *separator, *format;
};

static bool
seq_number(struct io *io, const char *word, double *number, struct seq *seq)
{
	const char *point = strchr(word, '.');
	int digits = point ? (int)strspn(point + 1, "0123456789") : 0;
	char *end;

	*number = strtod(word, &end);
	if (*end || end == word || fabs(*number) > 1e12 || isnan(*number)) {
		sink_printf(io->err, "seq: invalid floating point argument: '%s'\nTry 'seq --help' for more information.\n", word);
		return false;
	}
	if (digits > seq->digits && digits < 20)
		seq->digits = digits;
	return true;
}

/* How wide a number is with so many digits behind the point. */
static int
number_width(double number, int digits)
{
	char *text = xasprintf("%.*f", digits, number);
	int width = (int)strlen(text);

	free(text);
	return width;
}

static void
seq_put(struct io *io, const struct seq *seq)
{
	struct str text = STR_INIT;

	for (size_t i = 0; text.len <= SHELL_BUFFER_MAX; i++) {
		double value = seq->first + (double)i * seq->step, slack = fabs(seq->step) * 1e-9;

		if (seq->step > 0 ? value > seq->last + slack : value < seq->last - slack)
			break;
		if (i)
			str_add(&text, seq->separator);
		str_addf(&text, "%0*.*f", seq->width, seq->digits, value == 0 ? 0 : value);
	}
	if (text.len)
		str_addch(&text, '\n');
	sink_write(io->out, text.buf, text.len);
	str_release(&text);
}

static int
seq_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct seq seq = { .first = 1, .step = 1, .separator = "\n" };
	double *const places[3][3] = { { &seq.last }, { &seq.first, &seq.last }, { &seq.first, &seq.step, &seq.last } };
	bool equal = false;
	int at = 1, n;

	(void)shell;
	for (; at < argc && argv[at][0] == '-' && (argv[at][1] == 'w' || argv[at][1] == 's'); at++)
		if (argv[at][1] == 'w')
			equal = true;
		else
			seq.separator = argv[at][2] ? argv[at] + 2 : at + 1 < argc ? argv[++at] : "\n";
	n = argc - at;
	if (n < 1 || n > 3) {
		if (n < 1)
			sink_put(io->err, "seq: missing operand\n");
		else
			sink_printf(io->err, "seq: extra operand '%s'\n", argv[at + 3]);
		sink_put(io->err, "Try 'seq --help' for more information.\n");
		return 1;
	}
	for (int i = 0; i < n; i++)
		if (!seq_number(io, argv[at + i], places[n - 1][i], &seq))
			return 1;
	if (seq.step == 0) {
		sink_printf(io->err, "seq: invalid Zero increment value: '%s'\nTry 'seq --help' for more information.\n", argv[at + 1]);
		return 1;
	}
	if (equal)
		seq.width = (int)fmax(number_width(seq.first, seq.digits), number_width(seq.last, seq.digits));
	seq_put(io, &seq);
	return 0;
}

const struct command command_seq = { .name = "seq", .usage = "[-w] [-s TEXT] [FIRST [STEP]] LAST", .help = "Counts", .run = seq_main };

/* ---- xargs ---- */

struct xargs {
	struct shell *shell;
	struct io *io;
	struct options options;
	const char *mark;	/* -I */
	size_t at_once, lines;	/* -n, -L; 0: all */
	bool skip_empty, trace;
	int delimiter;		/* -1: blanks and newlines, with quotes; 0: as of -0 */
	VEC(size_t) ends;	/* how many words there are at each line's end */
};

/* text with each mark replaced. */
static char *
fill_in(const char *text, const char *mark, const char *with)
{
	struct str out = STR_INIT;

	while (*text && out.len < SHELL_BUFFER_MAX)
		if (*mark && str_starts(text, mark)) {
			str_add(&out, with);
			text += strlen(mark);
		} else {
			str_addch(&out, *text++);
		}
	return str_detach(&out);
}

/* Once; 127 when there is no such command. */
static int
xargs_run(struct xargs *xargs, char *const *words, size_t n)
{
	struct io_names argv = VEC_INIT;
	int status;

	for (size_t i = 0; i < xargs->options.words.n; i++)
		*vec_push(&argv) = xargs->mark ? fill_in(xargs->options.words.v[i], xargs->mark, words[0]) : xstrdup(xargs->options.words.v[i]);
	if (!argv.n)
		*vec_push(&argv) = xstrdup("echo");
	for (size_t i = 0; !xargs->mark && i < n; i++)
		*vec_push(&argv) = xstrdup(words[i]);
	for (size_t i = 0; xargs->trace && i < argv.n; i++)
		sink_printf(xargs->io->err, "%s%s", argv.v[i], i + 1 < argv.n ? " " : "\n");
	if (command_here(xargs->shell, argv.v[0])) {
		status = shell_command(xargs->shell, xargs->io, (int)argv.n, (const char *const *)argv.v);
	} else {
		sink_printf(xargs->io->err, "xargs: %s: No such file or directory\n", argv.v[0]);
		status = 127;
	}
	io_names_release(&argv);
	return status;
}

static bool
xargs_blank(const struct xargs *xargs, char c)
{
	return c == '\n' || (!xargs->mark && (c == ' ' || c == '\t'));
}

/* One word with its quotes taken away; false, and said: a quote isn't closed. */
static bool
take_word(struct xargs *xargs, const struct str *text, size_t *at, struct str *word)
{
	while (*at < text->len && !xargs_blank(xargs, text->buf[*at])) {
		char c = text->buf[(*at)++];
		const char *end;

		if (c == '\\' && *at < text->len) {
			str_addch(word, text->buf[(*at)++]);
		} else if (c == '\'' || c == '"') {
			end = memchr(text->buf + *at, c, text->len - *at);
			if (!end || memchr(text->buf + *at, '\n', (size_t)(end - text->buf) - *at)) {
				sink_printf(xargs->io->err, "xargs: unmatched %s quote; by default quotes are special to xargs unless you use "
					"the -0 option\n", c == '"' ? "double" : "single");
				return false;
			}
			str_addn(word, text->buf + *at, (size_t)(end - text->buf) - *at);
			*at = (size_t)(end - text->buf) + 1;
		} else {
			str_addch(word, c);
		}
	}
	return true;
}

static bool
quoted_words(struct xargs *xargs, const struct str *text, struct io_names *words)
{
	struct str word = STR_INIT;
	bool ok = true;

	for (size_t at = 0; ok && at < text->len;) {
		bool line_end = text->buf[at] == '\n';

		if (xargs_blank(xargs, text->buf[at]) || (xargs->mark && strchr(" \t", text->buf[at]))) {
			at++;
			if (line_end && words->n && (!xargs->ends.n || xargs->ends.v[xargs->ends.n - 1] != words->n))
				*vec_push(&xargs->ends) = words->n;
			continue;
		}
		ok = take_word(xargs, text, &at, &word);
		if (ok)
			*vec_push(words) = xstrndup(word.buf, word.len);
		str_clear(&word);
	}
	str_release(&word);
	return ok;
}

static void
delimited_words(const struct xargs *xargs, const struct str *text, struct io_names *words)
{
	for (size_t at = 0; at < text->len;) {
		const char *start = text->buf + at, *end = memchr(start, xargs->delimiter, text->len - at);
		size_t len = end ? (size_t)(end - start) : text->len - at;

		*vec_push(words) = xstrndup(start, len);
		at += len + 1;
	}
}

static int
xargs_all(struct xargs *xargs, const struct io_names *words)
{
	int status = 0;
	size_t line = 0;

	for (size_t i = 0, n; i < words->n || (i == 0 && !xargs->skip_empty && !xargs->mark); i += n ? n : 1) {
		int one;

		n = xargs->mark ? 1 : xargs->at_once ? xargs->at_once : words->n;
		if (xargs->lines) {
			line += xargs->lines;
			n = (line <= xargs->ends.n ? xargs->ends.v[line - 1] : words->n) - i;
		}
		n = i + n > words->n ? words->n - i : n;
		one = xargs_run(xargs, words->v ? words->v + i : NULL, n);
		if (one == 127)
			return 127;
		if (one)
			status = 123;
		if (xargs->shell->too_much || (xargs->io->interrupted && xargs->io->interrupted(xargs->io)))
			break;
	}
	return status;
}

static void
set_delimiter(struct xargs *xargs, const char *text)
{
	static const char letters[] = "ntr0\\", meant[] = "\n\t\r\0\\";
	const char *found = *text == '\\' && text[1] ? strchr(letters, text[1]) : NULL;

	xargs->delimiter = found ? meant[found - letters] : (unsigned char)*text;
}

static void
xargs_options(struct xargs *xargs, int argc, const char *const *argv)
{
	static const char *const longs[] = { "no-run-if-empty=r", "null=0", "max-args=n", "max-procs=P", "verbose=t", "delimiter=d",
		"replace=I", "max-lines=L", NULL };
	size_t unused;

	options_init(&xargs->options, xargs->io, argc, argv, "n:I:rt0d:P:L:", longs);
	xargs->options.first_ends = true;
	while (options_next(&xargs->options)) {
		struct options *options = &xargs->options;

		xargs->skip_empty |= options->letter == 'r';
		xargs->trace |= options->letter == 't';
		if (options->letter == 'I') {
			if (xargs->at_once)
				sink_put(xargs->io->err, "xargs: warning: options --max-args and --replace/-I/-i are mutually exclusive, "
					"ignoring previous --max-args value\n");
			xargs->mark = options->value;
			xargs->at_once = 0;
		} else if (options->letter == '0') {
			xargs->delimiter = 0;
		} else if (options->letter == 'd') {
			set_delimiter(xargs, options->value);
		} else if (options->letter == 'n' || options->letter == 'L' || options->letter == 'P') {
			options_number(options, "number for an option",
				options->letter == 'n' ? &xargs->at_once : options->letter == 'L' ? &xargs->lines : &unused);
			if (!options->failed && options->letter != 'P' && strcmp(options->value, "0") == 0) {
				sink_printf(xargs->io->err, "xargs: value 0 for -%c option should be >= 1\n"
					"Try 'xargs --help' for more information.\n", options->letter);
				options->failed = true;
			}
		}
	}
}

static int
xargs_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct xargs xargs = { .shell = shell, .io = io, .delimiter = -1 };
	struct str text = STR_INIT;
	struct io_names words = VEC_INIT;
	int status = 1;

	xargs_options(&xargs, argc, argv);
	if (!xargs.options.failed && input_read(io, "xargs", "-", &text)) {
		bool ok = true;

		if (xargs.delimiter >= 0)
			delimited_words(&xargs, &text, &words);
		else
			ok = quoted_words(&xargs, &text, &words);
		if (ok)
			status = xargs_all(&xargs, &words);
	}
	io_names_release(&words);
	vec_release(&xargs.ends);
	str_release(&text);
	options_release(&xargs.options);
	return status;
}

const struct command command_xargs = { .name = "xargs", .usage = "[-n N] [-I MARK] [-r0t] COMMAND..",
	.help = "Runs a command with the input's words", .run = xargs_main };
