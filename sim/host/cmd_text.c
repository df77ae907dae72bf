/* echo, printf, cat, tee, head, tail, wc, base64, seq, xargs. */
#include <stdlib.h>
#include <string.h>

#include "host/base64.h"
#include "host/commands.h"
#include "host/options.h"

/* ---- echo, printf ---- */

/* The escape at text[0] == '\\'; returns how many characters it has.  \c ends everything: *stop. */
static size_t
escape_add(const char *text, struct str *out, bool *stop)
{
	static const char letters[] = "abefnrtv\\\"'", meant[] = "\a\b\033\f\n\r\t\v\\\"'";
	const char *found = text[1] ? strchr(letters, text[1]) : NULL;
	size_t n = 1;
	unsigned value = 0;

	if (found) {
		str_addch(out, meant[found - letters]);
		return 2;
	}
	if (text[1] == 'c') {
		*stop = true;
		return 2;
	}
	if (text[1] == 'x' && strspn(text + 2, "0123456789abcdefABCDEF")) {
		size_t digits = strspn(text + 2, "0123456789abcdefABCDEF") > 1 ? 2 : 1;
		char number[3] = { text[2], digits > 1 ? text[3] : '\0', '\0' };

		str_addch(out, (char)strtoul(number, NULL, 16));
		return 2 + digits;
	}
	if (text[1] != '0') {
		str_addch(out, '\\');
		return 1;
	}
	while (n < 5 && text[n] >= '0' && text[n] <= '7')
		value = value * 8 + (unsigned)(text[n++] - '0');
	str_addch(out, (char)value);
	return n;
}

static bool
escapes_add(const char *text, struct str *out)
{
	bool stop = false;

	while (*text && !stop)
		if (*text == '\\')
			text += escape_add(text, out, &stop);
		else
			str_addch(out, *text++);
	return !stop;
}

static int
echo_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str text = STR_INIT;
	bool newline = true, escapes = false, going = true;
	int i = 1;

	(void)shell;
	for (; i < argc && argv[i][0] == '-' && argv[i][1] && strspn(argv[i] + 1, "neE") == strlen(argv[i] + 1); i++)
		for (const char *c = argv[i] + 1; *c; c++) {
			newline &= *c != 'n';
			escapes = *c == 'e' || (escapes && *c != 'E');
		}
	for (int first = i; i < argc && going; i++) {
		if (i > first)
			str_addch(&text, ' ');
		if (escapes)
			going = escapes_add(argv[i], &text);
		else
			str_add(&text, argv[i]);
	}
	if (newline && going)
		str_addch(&text, '\n');
	sink_write(io->out, text.buf, text.len);
	str_release(&text);
	return 0;
}

const struct command command_echo = { .name = "echo", .usage = "[-n] [-e] WORD..",
	.help = "Prints its words", .run = echo_main };

/* One conversion: %[-0][width][.precision]letter. */
struct conversion {
	bool left, zero;
	size_t width;
	int precision;	/* -1: none */
	char letter;
};

static void
pad_add(const struct conversion *conversion, const char *text, struct str *out)
{
	size_t len = strlen(text), pad = conversion->width > len ? conversion->width - len : 0;

	if (!conversion->left)
		str_addrep(out, conversion->zero ? '0' : ' ', pad);
	str_add(out, text);
	if (conversion->left)
		str_addrep(out, ' ', pad);
}

static int
convert(struct io *io, const struct conversion *conversion, const char *word, struct str *out)
{
	struct str text = STR_INIT;
	int status = 0;

	if (conversion->letter == 'b') {
		escapes_add(word, &text);
	} else if (conversion->letter == 'c') {
		str_addn(&text, word, word[0] != '\0');
	} else if (conversion->letter == 's') {
		str_addf(&text, "%.*s", conversion->precision < 0 ? (int)strlen(word) : conversion->precision, word);
	} else if (strchr("feg", conversion->letter)) {
		char *end;
		double value = strtod(word, &end);
		int precision = conversion->precision < 0 ? 6 : conversion->precision;

		if (*end) {
			sink_printf(io->err, "bash: printf: %s: invalid number\n", word);
			status = 1;
		}
		str_addf(&text, conversion->letter == 'f' ? "%.*f" : conversion->letter == 'e' ? "%.*e" : "%.*g",
			precision, value);
	} else {
		char *end;
		long long value = strtoll(word, &end, 10);

		if (*end) {
			sink_printf(io->err, "bash: printf: %s: invalid number\n", word);
			status = 1;
		}
		if (conversion->letter == 'x')
			str_addf(&text, "%llx", value);
		else
			str_addf(&text, "%lld", value);
	}
	pad_add(conversion, text.buf, out);
	str_release(&text);
	return status;
}

/* The format once; *used words of argv went into it. */
static int
format_once(struct io *io, const char *format, int argc, const char *const *argv, int *used, struct str *out)
{
	bool stop = false;
	int status = 0;

	for (const char *c = format; *c && !stop;) {
		struct conversion conversion = { .precision = -1 };
		const char *missing;

		if (*c == '\\') {
			c += escape_add(c, out, &stop);
			continue;
		}
		if (*c != '%' || c[1] == '%') {
			str_addch(out, *c);
			c += 1 + (*c == '%');
			continue;
		}
		for (c++; *c == '-' || *c == '0'; c++) {
			conversion.left |= *c == '-';
			conversion.zero |= *c == '0';
		}
		for (; ascii_isdigit(*c); c++)
			conversion.width =
				conversion.width > 10000 ? 10000 : conversion.width * 10 + (size_t)(*c - '0');
		if (*c == '.') {
			conversion.precision = 0;
			for (c++; ascii_isdigit(*c); c++)
				conversion.precision = conversion.precision > 100 ? 100
				: conversion.precision * 10 + (*c - '0');
		}
		if (!*c || !strchr("sbcdiuxfeg", *c)) {
			sink_printf(io->err, "bash: printf: `%c': invalid format character\n", *c ? *c : '%');
			return 1;
		}
		conversion.letter = *c++;
		missing = conversion.letter == 's' ? "" : "0";
		status |= convert(io, &conversion, *used < argc ? argv[*used] : missing, out);
		++*used;
	}
	return status;
}

static int
printf_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str text = STR_INIT;
	int status = 0, used = 2, before;

	(void)shell;
	if (argc < 2) {
		sink_put(io->err, "printf: usage: printf [-v var] format [arguments]\n");
		return 2;
	}
	do {
		before = used;
		status |= format_once(io, argv[1], argc, argv, &used, &text);
	} while (used < argc && used > before && text.len < SHELL_BUFFER_MAX);
	sink_write(io->out, text.buf, text.len);
	str_release(&text);
	return status;
}

const struct command command_printf = { .name = "printf", .usage = "FORMAT WORD..",
	.help = "Prints its words by a format", .run = printf_main };

/* ---- whole files ---- */

/* The named files' text one after the other, or the standard input's. */
static bool
inputs_read(struct io *io, const char *command, const struct options *options, struct str *out)
{
	bool ok = true;

	if (!options->words.n)
		return input_read(io, command, "-", out);
	for (size_t i = 0; i < options->words.n; i++)
		ok &= input_read(io, command, options->words.v[i], out);
	return ok;
}

static int
cat_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str text = STR_INIT;
	struct options options;
	bool numbers = false;
	const char *line;
	size_t len, at = 0, n = 0;
	int status = 1;

	(void)shell;
	options_init(&options, io, argc, argv, "nA", NULL);
	while (options_next(&options))
		numbers |= options.letter == 'n';
	if (!options.failed)
		status = !inputs_read(io, "cat", &options, &text);
	if (numbers)
		while (line_next(&text, &at, &line, &len))
			sink_printf(io->out, "%6zu\t%.*s\n", ++n, (int)len, line);
	else
		sink_write(io->out, text.buf, text.len);
	str_release(&text);
	options_release(&options);
	return status;
}

const struct command command_cat = { .name = "cat", .usage = "[-n] [FILE..]", .help = "Prints files", .run = cat_main };

static int
tee_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str text = STR_INIT;
	struct options options;
	bool append = false;
	int status = 0;

	(void)shell;
	options_init(&options, io, argc, argv, "a", NULL);
	while (options_next(&options))
		append = true;
	if (options.failed || !input_read(io, "tee", "-", &text))
		status = 1;
	sink_write(io->out, text.buf, text.len);
	for (size_t i = 0; !options.failed && i < options.words.n; i++) {
		enum io_result result = io->files->write(io, options.words.v[i], text.buf, text.len, append);

		if (result != IO_OK) {
			sink_printf(io->err, "tee: %s: %s\n", options.words.v[i], io_result_text(result));
			status = 1;
		}
	}
	str_release(&text);
	options_release(&options);
	return status;
}

const struct command command_tee = { .name = "tee", .usage = "[-a] FILE..",
	.help = "Writes its input to files and on", .run = tee_main };

/* ---- head, tail ---- */

struct ends {
	bool tail, bytes, inverted;	/* inverted: -n -5 of head, -n +5 of tail */
	size_t count;
};

/* Where line n (from 0) begins; the text's length when it has fewer. */
static size_t
line_start(const struct str *text, size_t n)
{
	const char *line;
	size_t at = 0, len;

	while (n && line_next(text, &at, &line, &len))
		n--;
	return at;
}

static size_t
count_lines(const struct str *text)
{
	const char *line;
	size_t at = 0, len, n = 0;

	while (line_next(text, &at, &line, &len))
		n++;
	return n;
}

static void
ends_print(const struct ends *ends, struct io *io, const struct str *text)
{
	size_t all = ends->bytes ? text->len : count_lines(text);
	size_t count = ends->count < all ? ends->count : all;
	size_t cut, at;

	if (ends->tail)
		cut = ends->inverted ? (count ? count - 1 : 0) : all - count;
	else
		cut = ends->inverted ? all - count : count;
	at = ends->bytes ? cut : line_start(text, cut);
	if (ends->tail)
		sink_write(io->out, text->buf + at, text->len - at);
	else
		sink_write(io->out, text->buf, at);
}

static bool
ends_option(struct ends *ends, struct options *options)
{
	bool sign = options->value && (options->value[0] == '+' || options->value[0] == '-');

	if (!options->value)
		return true;	/* -f, -q */
	ends->bytes = options->letter == 'c';
	ends->inverted = sign && options->value[0] == (ends->tail ? '+' : '-');
	options->value += sign;
	return options_number(options, ends->bytes ? "number of bytes" : "number of lines", &ends->count);
}

static int
ends_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct ends ends = { .tail = strcmp(argv[0], "tail") == 0, .count = 10 };
	struct options options;
	int status = 0;

	(void)shell;
	options_init(&options, io, argc, argv, "n:c:fq", (const char *const[]){ "lines=n", "bytes=c", NULL });
	options.numbers = true;
	while (options_next(&options))
		ends_option(&ends, &options);
	for (size_t i = 0; !options.failed && i < (options.words.n ? options.words.n : 1); i++) {
		const char *path = options.words.n ? options.words.v[i] : "-";
		struct str text = STR_INIT;

		if (!input_read(io, argv[0], path, &text))
			status = 1;
		else if (options.words.n > 1)
			sink_printf(io->out, "%s==> %s <==\n", i ? "\n" : "", path);
		ends_print(&ends, io, &text);
		str_release(&text);
	}
	status |= options.failed;
	options_release(&options);
	return status;
}

const struct command command_head = { .name = "head", .usage = "[-n N] [FILE..]",
	.help = "The first lines", .run = ends_main };
const struct command command_tail = { .name = "tail", .usage = "[-n N] [FILE..]",
	.help = "The last lines", .run = ends_main };

/* ---- wc ---- */

enum { WC_LINES, WC_WORDS, WC_BYTES, WC_COUNTS };

static void
wc_count(const struct str *text, size_t counts[static WC_COUNTS])
{
	bool in_word = false;

	memset(counts, 0, WC_COUNTS * sizeof *counts);
	counts[WC_BYTES] = text->len;
	for (size_t i = 0; i < text->len; i++) {
		bool space = ascii_isspace(text->buf[i]);

		counts[WC_LINES] += text->buf[i] == '\n';
		counts[WC_WORDS] += !space && !in_word;
		in_word = !space;
	}
}

static void
wc_print(struct io *io, const size_t counts[static WC_COUNTS], const bool wanted[static WC_COUNTS], int width,
	const char *name)
{
	bool first = true;

	for (int i = 0; i < WC_COUNTS; i++)
		if (wanted[i]) {
			sink_printf(io->out, "%s%*zu", first ? "" : " ", width, counts[i]);
			first = false;
		}
	sink_printf(io->out, "%s%s\n", name ? " " : "", name ? name : "");
}

static int
digits_of(size_t n)
{
	int digits = 1;

	while (n /= 10)
		digits++;
	return digits;
}

static int
wc_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	bool wanted[WC_COUNTS] = { false };
	struct options options;
	size_t total[WC_COUNTS] = { 0 };
	VEC(struct str) texts = VEC_INIT;
	int status = 0, width;

	(void)shell;
	options_init(&options, io, argc, argv, "lwcm", (const char *const[]){ "lines=l", "words=w", "bytes=c", NULL });
	while (options_next(&options))
		wanted[options.letter == 'l' ? WC_LINES : options.letter == 'w' ? WC_WORDS : WC_BYTES] = true;
	width = wanted[WC_LINES] + wanted[WC_WORDS] + wanted[WC_BYTES] == 1 ? 1 : options.words.n ? 0 : 7;
	if (!wanted[WC_LINES] && !wanted[WC_WORDS] && !wanted[WC_BYTES])
		wanted[WC_LINES] = wanted[WC_WORDS] = wanted[WC_BYTES] = true;
	for (size_t i = 0; !options.failed && i < (options.words.n ? options.words.n : 1); i++) {
		struct str *text = vec_push(&texts);

		str_init(text);
		status |= !input_read(io, "wc", options.words.n ? options.words.v[i] : "-", text);
		total[WC_BYTES] += text->len;
	}
	if (width == 0 || (width == 1 && options.words.n > 1))
		width = digits_of(total[WC_BYTES]);
	total[WC_BYTES] = 0;
	for (size_t i = 0; i < texts.n; i++) {
		size_t counts[WC_COUNTS];

		wc_count(&texts.v[i], counts);
		for (int c = 0; c < WC_COUNTS; c++)
			total[c] += counts[c];
		wc_print(io, counts, wanted, width, options.words.n ? options.words.v[i] : NULL);
		str_release(&texts.v[i]);
	}
	if (texts.n > 1)
		wc_print(io, total, wanted, width, "total");
	vec_release(&texts);
	status |= options.failed;
	options_release(&options);
	return status;
}

const struct command command_wc = { .name = "wc", .usage = "[-lwc] [FILE..]",
	.help = "Counts lines, words and bytes", .run = wc_main };

/* ---- base64 ---- */

static int
base64_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str text = STR_INIT, out = STR_INIT;
	struct options options;
	bool decode = false;
	size_t wrap = 76;
	int status = 1;

	(void)shell;
	options_init(&options, io, argc, argv, "dw:", (const char *const[]){ "decode=d", "wrap=w", NULL });
	while (options_next(&options)) {
		decode |= options.letter == 'd';
		if (options.letter == 'w')
			options_number(&options, "wrap size", &wrap);
	}
	if (!options.failed && inputs_read(io, "base64", &options, &text)) {
		status = 0;
		if (!decode)
			base64_encode(text.buf, text.len, wrap, &out);
		else if (!base64_decode(text.buf, text.len, &out)) {
			sink_put(io->err, "base64: invalid input\n");
			status = 1;
		}
		sink_write(io->out, out.buf, out.len);
	}
	str_release(&text);
	str_release(&out);
	options_release(&options);
	return status;
}

const struct command command_base64 = { .name = "base64", .usage = "[-d] [-w N] [FILE]",
	.help = "To base64 and back", .run = base64_main };

/* ---- seq, xargs ---- */

static int
seq_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	long numbers[3] = { 1, 1, 1 };	/* first, step, last */
	const char *separator = "\n";
	struct str text = STR_INIT;
	int at = 1, width = 0;

	(void)shell;
	for (; at < argc && (str_starts(argv[at], "-w") || str_starts(argv[at], "-s")); at++)
		if (argv[at][1] == 'w')
			width = 1;
		else
			separator = argv[at][2] ? argv[at] + 2 : at + 1 < argc ? argv[++at] : "\n";
	if (at >= argc || argc - at > 3) {
		sink_put(io->err, at >= argc ? "seq: missing operand\n" : "seq: extra operand\n");
		return 1;
	}
	for (int i = at; i < argc; i++) {
		char *end;
		long value = strtol(argv[i], &end, 10);

		if (*end || end == argv[i] || labs(value) > 100000000) {
			sink_printf(io->err, "seq: invalid floating point argument: '%s'\n", argv[i]);
			return 1;
		}
		numbers[i == argc - 1 ? 2 : i - at] = value;
		if (width && (int)strlen(argv[i]) > width)
			width = (int)strlen(argv[i]);
	}
	if (numbers[1] == 0) {
		sink_put(io->err, "seq: invalid Zero increment value: '0'\n");
		return 1;
	}
	for (long i = numbers[0]; (numbers[1] > 0 ? i <= numbers[2] : i >= numbers[2]) && text.len <= SHELL_BUFFER_MAX;
		i += numbers[1])
		str_addf(&text, "%s%0*ld", text.len ? separator : "", width, i);
	if (text.len)
		str_addch(&text, '\n');
	sink_write(io->out, text.buf, text.len);
	str_release(&text);
	return 0;
}

const struct command command_seq = { .name = "seq", .usage = "[FIRST [STEP]] LAST", .help = "Counts", .run = seq_main };

struct xargs {
	struct shell *shell;
	struct io *io;
	const struct options *options;
	const char *mark;		/* -I */
	size_t at_once;			/* -n; 0: all */
};

/* The command's words, with text in the place of each mark. */
static int
xargs_run(const struct xargs *xargs, const char *const *words, size_t n)
{
	struct io_names argv = VEC_INIT;
	int status;

	for (size_t i = 0; i < xargs->options->words.n; i++) {
		const char *word = xargs->options->words.v[i];
		const char *mark = xargs->mark ? strstr(word, xargs->mark) : NULL;

		*vec_push(&argv) = mark
			? xasprintf("%.*s%s%s", (int)(mark - word), word, words[0], mark + strlen(xargs->mark))
			: xstrdup(word);
	}
	if (!argv.n)
		*vec_push(&argv) = xstrdup("echo");
	for (size_t i = 0; !xargs->mark && i < n; i++)
		*vec_push(&argv) = xstrdup(words[i]);
	status = shell_command(xargs->shell, xargs->io, (int)argv.n, (const char *const *)argv.v);
	io_names_release(&argv);
	return status;
}

static void
xargs_words(const struct str *text, bool lines, struct io_names *words)
{
	const char *line;
	size_t at = 0, len;

	while (line_next(text, &at, &line, &len))
		for (size_t i = 0; i < len;) {
			size_t start, end;

			while (i < len && (line[i] == ' ' || line[i] == '\t'))
				i++;
			start = i;
			while (i < len && (lines || (line[i] != ' ' && line[i] != '\t')))
				i++;
			end = i;
			if (end > start)
				*vec_push(words) = xstrndup(line + start, end - start);
		}
}

static int
xargs_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct options options;
	struct xargs xargs = { shell, io, &options, NULL, 0 };
	struct str text = STR_INIT;
	struct io_names words = VEC_INIT;
	bool skip_empty = false;
	int status = 0;

	options_init(&options, io, argc, argv, "n:I:rt", NULL);
	options.first_ends = true;
	while (options_next(&options)) {
		skip_empty |= options.letter == 'r';
		if (options.letter == 'I')
			xargs.mark = options.value;
		if (options.letter == 'n')
			options_number(&options, "number for -n option", &xargs.at_once);
	}
	if (!options.failed && input_read(io, "xargs", "-", &text)) {
		size_t step;

		xargs_words(&text, xargs.mark != NULL, &words);
		step = xargs.mark ? 1 : xargs.at_once ? xargs.at_once : words.n ? words.n : 1;
		for (size_t i = 0; i < words.n || (i == 0 && !skip_empty && !xargs.mark); i += step)
			if (xargs_run(&xargs, words.n ? (const char *const *)words.v + i : NULL,
				    i + step > words.n ? words.n - i : step))
				status = 123;
	}
	status = options.failed ? 1 : status;
	io_names_release(&words);
	str_release(&text);
	options_release(&options);
	return status;
}

const struct command command_xargs = { .name = "xargs", .usage = "[-n N] [-I MARK] COMMAND..",
	.help = "Runs a command with the input's words", .run = xargs_main };
