/* echo and printf, as bash has them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/date.h"
#include "host/shell.h"

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

/* The escape of a format: three octal digits need no 0 before them. */
static size_t
format_escape(const char *text, struct str *out, bool *stop)
{
	unsigned value = 0;
	size_t n = 1;

	if (text[1] < '0' || text[1] > '7')
		return escape_add(text, out, stop);
	while (n < 4 && text[n] >= '0' && text[n] <= '7')
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

/* One conversion: %[flags][width][.precision]letter. */
struct conversion {
	char flags[8];		/* of - + blank # 0 */
	int width, precision;	/* precision -1: none */
	char letter;
};

struct printing {
	struct io *io;
	int argc, used;			/* used: the next word */
	const char *const *argv;
	struct str out;
	bool stop;
	int status;
};

static const char *
next_word(struct printing *p)
{
	return p->used < p->argc ? p->argv[p->used++] : (p->used++, NULL);
}

static void
invalid_number(struct printing *p, const char *word)
{
	sink_printf(p->io->err, "bash: printf: %s: invalid number\n", word);
	p->status = 1;
}

/* 12, 0x1f, 017, or 'a for a character's number. */
static long long
whole_number(struct printing *p, const char *word)
{
	long long value;
	char *end;

	if (!word || !*word)
		return 0;
	if (*word == '\'' || *word == '"')
		return (unsigned char)word[1];
	errno = 0;
	value = strtoll(word, &end, 0);
	if (*end)
		invalid_number(p, word);
	return value;
}

static double
real_number(struct printing *p, const char *word)
{
	double value;
	char *end;

	if (!word || !*word)
		return 0;
	if (*word == '\'' || *word == '"')
		return (unsigned char)word[1];
	value = strtod(word, &end);
	if (*end)
		invalid_number(p, word);
	return value;
}

static void
pad_add(const struct conversion *conversion, const char *text, size_t len, struct str *out)
{
	bool left = strchr(conversion->flags, '-') || conversion->width < 0;
	size_t width = (size_t)abs(conversion->width), pad;

	if (conversion->precision >= 0 && (size_t)conversion->precision < len)
		len = (size_t)conversion->precision;
	pad = width > len ? width - len : 0;
	if (!left)
		str_addrep(out, ' ', pad);
	str_addn(out, text, len);
	if (left)
		str_addrep(out, ' ', pad);
}

static void
add_number(struct printing *p, const struct conversion *conversion, const char *word)
{
	bool whole = strchr("diouxX", conversion->letter) != NULL;
	char *format = xasprintf("%%%s*.*%s%c", conversion->flags, whole ? "ll" : "", conversion->letter);
	int precision = conversion->precision < 0 && !whole ? 6 : conversion->precision;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (whole)
		str_addf(&p->out, format, conversion->width, precision, whole_number(p, word));
	else
		str_addf(&p->out, format, conversion->width, precision, real_number(p, word));
#pragma GCC diagnostic pop
	free(format);
}

/* %q: as it would have to be typed. */
static void
add_quoted(const char *word, struct str *out)
{
	if (!*word)
		str_add(out, "''");
	if (word[strcspn(word, "\n\t\r\033")]) {
		str_add(out, "$'");
		for (; *word; word++) {
			const char *found = strchr("\n\t\r\033'\\", *word);

			if (found)
				str_addf(out, "\\%c", "ntrE'\\"[found - strchr("\n\t\r\033'\\", '\n')]);
			else
				str_addch(out, *word);
		}
		str_addch(out, '\'');
		return;
	}
	for (const char *c = word; *c; c++) {
		if (strchr(" !\"$&'()*,;<>?[\\]^`{|}", *c) || ((*c == '~' || *c == '#') && c == word))
			str_addch(out, '\\');
		str_addch(out, *c);
	}
}

static void
convert(struct printing *p, const struct conversion *conversion)
{
	const char *word = next_word(p);
	struct str text = STR_INIT;

	switch (conversion->letter) {
	case 's':
		pad_add(conversion, word ? word : "", word ? strlen(word) : 0, &p->out);
		break;
	case 'c':
		pad_add(conversion, word ? word : "", word && *word, &p->out);
		break;
	case 'b':
		p->stop = !escapes_add(word ? word : "", &text);
		pad_add(conversion, text.buf, text.len, &p->out);
		break;
	case 'q':
		add_quoted(word ? word : "", &text);
		pad_add(conversion, text.buf, text.len, &p->out);
		break;
	default:
		add_number(p, conversion, word);
		break;
	}
	str_release(&text);
}

static const char *
read_size(struct printing *p, const char *c, int *size)
{
	long value = 0;

	if (*c == '*') {
		long long word = whole_number(p, next_word(p));

		*size = word > 10000 ? 10000 : word < -10000 ? -10000 : (int)word;
		return c + 1;
	}
	for (; ascii_isdigit(*c); c++)
		value = value > 10000 ? 10000 : value * 10 + (*c - '0');
	*size = (int)value;
	return c;
}

/* %(FORMAT)T: a time, -1 and nothing for now. */
static const char *
convert_time(struct printing *p, const struct shell *shell, const char *c)
{
	const char *end = strstr(c, ")T");
	const char *word = next_word(p);
	long long seconds = word ? whole_number(p, word) : -1;
	char *format = xstrndup(c + 1, (size_t)(end - c - 1));

	date_format(format, seconds < 0 || seconds > 9000000000 ? shell->cluster->server.clock.now : seconds * CLOCK_SECOND, &p->out);
	free(format);
	return end + 2;
}

/* Behind the %; where the conversion ends, NULL when it is none. */
static const char *
read_conversion(struct printing *p, const struct shell *shell, const char *c)
{
	struct conversion conversion = { .precision = -1 };
	size_t flags = strspn(c, "-+ #0");

	if (*c == '(' && shell && strstr(c, ")T"))
		return convert_time(p, shell, c);
	memcpy(conversion.flags, c, flags < sizeof conversion.flags ? flags : sizeof conversion.flags - 1);
	c = read_size(p, c + flags, &conversion.width);
	if (*c == '.')
		c = read_size(p, c + 1, &conversion.precision);
	c += strspn(c, "hlL");
	if (!*c || !strchr("sbqcdiouxXfFeEgG", *c)) {
		if (*c)
			sink_printf(p->io->err, "bash: printf: `%c': invalid format character\n", *c);
		else
			sink_put(p->io->err, "bash: printf: `%': missing format character\n");
		p->status = 1;
		return NULL;
	}
	conversion.letter = *c;
	convert(p, &conversion);
	return c + 1;
}

/* The format once. */
static bool
format_once(struct printing *p, const struct shell *shell, const char *format)
{
	for (const char *c = format; c && *c && !p->stop;) {
		if (*c == '\\') {
			c += format_escape(c, &p->out, &p->stop);
		} else if (*c != '%' || c[1] == '%') {
			str_addch(&p->out, *c);
			c += 1 + (*c == '%');
		} else {
			c = read_conversion(p, shell, c + 1);
			if (!c)
				return false;
		}
	}
	return true;
}

/* printf [-v NAME] FORMAT [WORD..] */
static int
printf_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct printing p = { .io = io, .argc = argc, .argv = argv, .out = STR_INIT };
	const char *name = argc > 3 && strcmp(argv[1], "-v") == 0 ? argv[2] : NULL;
	int at = name ? 3 : 1, before;
	bool ended;

	ended = at < argc && strcmp(argv[at], "--") == 0;
	at += ended;
	if (at >= argc) {
		sink_put(io->err, "printf: usage: printf [-v var] format [arguments]\n");
		return 2;
	}
	if (!ended && argv[at][0] == '-' && argv[at][1]) {
		sink_printf(io->err, "bash: printf: %.2s: invalid option\nprintf: usage: printf [-v var] format [arguments]\n", argv[at]);
		return 2;
	}
	p.used = at + 1;
	do {
		before = p.used;
	} while (format_once(&p, shell, argv[at]) && !p.stop && p.used < argc && p.used > before && p.out.len < SHELL_BUFFER_MAX);
	if (name && shell_may_set(shell, io->err, name))
		shell_set_variable(shell, name, p.out.buf);
	else if (!name)
		sink_write(io->out, p.out.buf, p.out.len);
	str_release(&p.out);
	return p.status;
}

const struct command command_printf = { .name = "printf", .usage = "FORMAT WORD..",
	.help = "Prints its words by a format", .run = printf_main };
