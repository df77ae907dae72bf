/* cat, tee, head, tail, wc, base64: whole files. */
#include <stdlib.h>
#include <string.h>

#include "host/base64.h"
#include "host/commands.h"
#include "host/options.h"
#include "host/vfs.h"

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

struct cat {
	bool numbers, filled_numbers, ends, tabs, controls, squeeze;
};

/* What -v and -T show of a character. */
static void
cat_character(const struct cat *cat, unsigned char c, struct str *out)
{
	if (c == '\t' ? !cat->tabs : !cat->controls || (c >= ' ' && c < 127)) {
		str_addch(out, (char)c);
		return;
	}
	if (c >= 128) {
		str_add(out, "M-");
		c -= 128;
	}
	if (c < ' ' || c == 127)
		str_addf(out, "^%c", c ^ 64);
	else
		str_addch(out, (char)c);
}

static void
cat_lines(const struct cat *cat, const struct str *text, struct str *out)
{
	size_t at = 0, len, n = 0, empty = 0;
	const char *line;

	while (line_next(text, &at, &line, &len)) {
		empty = len ? 0 : empty + 1;
		if (cat->squeeze && empty > 1)
			continue;
		if (cat->filled_numbers ? len > 0 : cat->numbers)
			str_addf(out, "%6zu\t", ++n);
		for (size_t i = 0; i < len; i++)
			cat_character(cat, (unsigned char)line[i], out);
		if (line + len == text->buf + text->len)
			break;	/* the last line has no newline */
		str_add(out, cat->ends ? "$\n" : "\n");
	}
}

static int
cat_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "number=n", "number-nonblank=b", "show-all=A", "show-ends=E", "show-tabs=T",
		"show-nonprinting=v", "squeeze-blank=s", NULL };
	struct str text = STR_INIT, out = STR_INIT;
	struct cat cat = { .numbers = false };
	struct options options;
	int status = 1;

	(void)shell;
	options_init(&options, io, argc, argv, "AbeEnstTuv", longs);
	while (options_next(&options)) {
		cat.numbers |= options.letter == 'n';
		cat.filled_numbers |= options.letter == 'b';
		cat.squeeze |= options.letter == 's';
		cat.ends |= strchr("AeE", options.letter) != NULL;
		cat.tabs |= strchr("AtT", options.letter) != NULL;
		cat.controls |= strchr("Aetv", options.letter) != NULL;
	}
	if (!options.failed) {
		status = !inputs_read(io, "cat", &options, &text);
		cat_lines(&cat, &text, &out);
		sink_write(io->out, out.buf, out.len);
	}
	str_release(&out);
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
	options_init(&options, io, argc, argv, "ai", (const char *const[]){ "append=a", NULL });
	while (options_next(&options))
		append |= options.letter == 'a';
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
	bool quiet, named;		/* no names, or a name though there is one file */
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

	ends->quiet |= options->letter == 'q';
	ends->named |= options->letter == 'v';
	if (!options->value || !strchr("nc0", options->letter))
		return true;
	ends->bytes = options->letter == 'c';
	ends->inverted = sign && options->value[0] == (ends->tail ? '+' : '-');
	options->value += sign;
	return options_number(options, ends->bytes ? "number of bytes" : "number of lines", &ends->count);
}

static int
ends_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "lines=n", "bytes=c", "quiet=q", "silent=q", "verbose=v", NULL };
	struct ends ends = { .tail = strcmp(argv[0], "tail") == 0, .count = 10 };
	struct options options;
	int status = 0, first = 1;
	bool any = false;

	(void)shell;
	if (ends.tail && argc > 1 && argv[1][0] == '+' && ascii_isdigit(argv[1][1])) {	/* tail +2, as it was once */
		const char *word = argv[1] + 1;

		ends.inverted = true;
		ends.count = strtoul(word, NULL, 10);
		first = 2;
	}
	options_init(&options, io, argc, argv, ends.tail ? "n:c:fFqvzs:" : "n:c:qvz", longs);
	options.at = first;
	options.numbers = true;
	while (options_next(&options))
		ends_option(&ends, &options);
	for (size_t i = 0; !options.failed && i < (options.words.n ? options.words.n : 1); i++) {
		const char *path = options.words.n ? options.words.v[i] : "-";
		struct str text = STR_INIT;

		if (!input_read(io, argv[0], path, &text)) {
			status = 1;
		} else if ((options.words.n > 1 && !ends.quiet) || ends.named) {
			sink_printf(io->out, "%s==> %s <==\n", any ? "\n" : "", strcmp(path, "-") == 0 ? "standard input" : path);
			any = true;
		}
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

enum { WC_LINES, WC_WORDS, WC_CHARACTERS, WC_BYTES, WC_LONGEST, WC_COUNTS };

static void
wc_count(const struct str *text, size_t counts[static WC_COUNTS])
{
	bool in_word = false;
	size_t column = 0;

	memset(counts, 0, WC_COUNTS * sizeof *counts);
	counts[WC_BYTES] = counts[WC_CHARACTERS] = text->len;	/* in the C locale a character is a byte */
	for (size_t i = 0; i < text->len; i++) {
		bool space = ascii_isspace(text->buf[i]);

		counts[WC_LINES] += text->buf[i] == '\n';
		counts[WC_WORDS] += !space && !in_word;
		in_word = !space;
		column = text->buf[i] == '\n' ? 0 : text->buf[i] == '\t' ? (column / 8 + 1) * 8 : column + 1;
		if (column > counts[WC_LONGEST])
			counts[WC_LONGEST] = column;
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

struct wc_text {
	const char *name;	/* NULL: the standard input, unnamed */
	struct str text;
};

static void
wc_print_all(struct io *io, const struct wc_text *texts, size_t n, bool total, const bool wanted[static WC_COUNTS], int width)
{
	size_t sum[WC_COUNTS] = { 0 };

	for (size_t i = 0; i < n; i++) {
		size_t counts[WC_COUNTS];

		wc_count(&texts[i].text, counts);
		for (int c = 0; c < WC_COUNTS; c++)
			if (c != WC_LONGEST)
				sum[c] += counts[c];
			else if (counts[c] > sum[c])
				sum[c] = counts[c];
		wc_print(io, counts, wanted, width, texts[i].name);
	}
	if (total)
		wc_print(io, sum, wanted, width, "total");
}

static int
wc_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "lines=l", "words=w", "bytes=c", "chars=m", "max-line-length=L", NULL };
	static const char letters[] = "lwmcL";
	bool wanted[WC_COUNTS] = { false };
	VEC(struct wc_text) texts = VEC_INIT;
	struct options options;
	size_t total = 0, columns = 0;
	int status = 0, width;

	(void)shell;
	options_init(&options, io, argc, argv, letters, longs);
	while (options_next(&options))
		wanted[strchr(letters, options.letter) - letters] = true;
	for (size_t i = 0; i < WC_COUNTS; i++)
		columns += wanted[i];
	if (!columns)
		wanted[WC_LINES] = wanted[WC_WORDS] = wanted[WC_BYTES] = true;
	for (size_t i = 0; !options.failed && i < (options.words.n ? options.words.n : 1); i++) {
		struct wc_text one = { options.words.n ? options.words.v[i] : NULL, STR_INIT };
		bool there = input_read(io, "wc", one.name ? one.name : "-", &one.text);

		status |= !there;
		total += one.text.len;
		if (there)
			*vec_push(&texts) = one;
		else
			str_release(&one.text);
	}
	width = columns == 1 && options.words.n < 2 ? 1 : options.words.n || vfs_input_is_file(io) ? digits_of(total) : 7;
	wc_print_all(io, texts.v, texts.n, options.words.n > 1, wanted, width);
	for (size_t i = 0; i < texts.n; i++)
		str_release(&texts.v[i].text);
	vec_release(&texts);
	status |= options.failed;
	options_release(&options);
	return status;
}

const struct command command_wc = { .name = "wc", .usage = "[-lwcmL] [FILE..]",
	.help = "Counts lines, words and bytes", .run = wc_main };

/* ---- base64 ---- */

/* Decoding stops at what is none; -i passes over it.  What was well until then is printed. */
static bool
decode_text(const struct str *text, bool ignore, struct str *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
	struct str clean = STR_INIT;
	bool ok = true;

	for (size_t i = 0; i < text->len && ok; i++) {
		char c = text->buf[i];

		if (c && strchr(alphabet, c))
			str_addch(&clean, c);
		else
			ok = c == '\n' || ignore;
	}
	ok = base64_decode(clean.buf, clean.len, out) && ok && clean.len % 4 == 0;
	str_release(&clean);
	return ok;
}

static int
base64_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "decode=d", "wrap=w", "ignore-garbage=i", NULL };
	struct str text = STR_INIT, out = STR_INIT;
	struct options options;
	bool decode = false, ignore = false;
	size_t wrap = 76;
	int status = 1;

	(void)shell;
	options_init(&options, io, argc, argv, "dw:i", longs);
	while (options_next(&options)) {
		decode |= options.letter == 'd';
		ignore |= options.letter == 'i';
		if (options.letter == 'w')
			options_number(&options, "wrap size", &wrap);
	}
	if (!options.failed && options.words.n > 1) {
		sink_printf(io->err, "base64: extra operand '%s'\nTry 'base64 --help' for more information.\n", options.words.v[1]);
	} else if (!options.failed && inputs_read(io, "base64", &options, &text)) {
		status = 0;
		if (!decode)
			base64_encode(text.buf, text.len, wrap, &out);
		else
			status = !decode_text(&text, ignore, &out);
		sink_write(io->out, out.buf, out.len);
		if (status)
			sink_put(io->err, "base64: invalid input\n");
	}
	str_release(&text);
	str_release(&out);
	options_release(&options);
	return status;
}

const struct command command_base64 = { .name = "base64", .usage = "[-d] [-w N] [FILE]",
	.help = "To base64 and back", .run = base64_main };
