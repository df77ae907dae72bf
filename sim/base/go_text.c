/* Follows quote.go, ftoa.go, atoi.go and atof.go of Go's strconv. */
#include "base/go_text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

size_t
go_rune(const char *text, size_t len, uint32_t *code)
{
	size_t n = utf8_decode(text, len, code);

	if (n)
		return n;
	*code = GO_RUNE_ERROR;
	return 1;
}

size_t
go_rune_count(const char *text, size_t len)
{
	size_t count = 0;
	uint32_t code;

	for (size_t i = 0; i < len; count++)
		i += go_rune(text + i, len - i, &code);
	return count;
}

/* ---- what a character is ---- */

struct block {
	uint32_t from, to;
};

static bool
is_in(const struct block *blocks, size_t n, uint32_t code)
{
	for (size_t i = 0; i < n; i++)
		if (code >= blocks[i].from && code <= blocks[i].to)
			return true;
	return false;
}
#define IS_IN(blocks, code) is_in(blocks, sizeof(blocks) / sizeof *(blocks), code)

static const struct block no_letters[] = {
	{ 0x80, 0xa9 }, { 0xab, 0xb4 }, { 0xb6, 0xb9 }, { 0xbb, 0xbf }, { 0xd7, 0xd7 }, { 0xf7, 0xf7 },
	{ 0x300, 0x36f },	/* combining marks */
	{ 0x2000, 0x2070 }, { 0x2072, 0x207e }, { 0x2080, 0x208f }, { 0x20a0, 0x2101 },	/* punctuation, currencies */
	{ 0x2190, 0x2bff },	/* arrows, mathematics, boxes, dingbats */
	{ 0x2e00, 0x2e2e }, { 0x2e30, 0x3004 }, { 0x3008, 0x3030 }, { 0x3036, 0x303a }, { 0x303d, 0x3040 },
	{ 0x30fb, 0x30fb }, { 0x3200, 0x33ff }, { 0xd800, 0xf8ff }, { 0xfe00, 0xfe6f },
	{ 0xff00, 0xff20 }, { 0xff3b, 0xff40 }, { 0xff5b, 0xff65 }, { 0xffe0, 0xffff }, { 0x1f000, 0x1ffff },
	{ 0xe0000, GO_RUNE_MAX },
};
static const struct block digits[] = {
	{ '0', '9' }, { 0x660, 0x669 }, { 0x6f0, 0x6f9 }, { 0x966, 0x96f }, { 0xff10, 0xff19 },
};
static const struct block unprintable[] = {
	{ 0, 0x1f }, { 0x7f, 0xa0 }, { 0xad, 0xad }, { 0x2000, 0x200f }, { 0x2028, 0x202f }, { 0x205f, 0x206f },
	{ 0x3000, 0x3000 }, { 0xd800, 0xf8ff }, { 0xfeff, 0xfeff }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff },
	{ 0xe0000, 0xe00ff }, { 0xe01f0, UINT32_MAX },
};

bool
go_is_digit(uint32_t code)
{
	return IS_IN(digits, code);
}

bool
go_is_letter(uint32_t code)
{
	if (code < 0x80)
		return ascii_isalpha((int)code);
	return code <= GO_RUNE_MAX && !go_is_digit(code) && !IS_IN(no_letters, code);
}

bool
go_is_print(uint32_t code)
{
	return !IS_IN(unprintable, code);
}

bool
go_is_word(uint32_t code)
{
	return code == '_' || go_is_letter(code) || go_is_digit(code);
}

/* ---- quotes ---- */

static const char escape_names[] = "abfnrtv", escape_codes[] = "\a\b\f\n\r\t\v";

void
go_add_rune(struct str *out, uint32_t code)
{
	char text[4];

	str_addn(out, text, utf8_encode(code, text));
}

static void
quote_rune(struct str *out, uint32_t code, char quote, bool ascii)
{
	const char *name = code && code < 0x80 ? strchr(escape_codes, (int)code) : NULL;

	if (code == (unsigned char)quote || code == '\\') {
		str_addch(out, '\\');
		str_addch(out, (char)code);
	} else if (go_is_print(code) && (code < 0x80 || !ascii)) {
		go_add_rune(out, code);
	} else if (name) {
		str_addch(out, '\\');
		str_addch(out, escape_names[name - escape_codes]);
	} else if (code < ' ' || code == 0x7f) {
		str_addf(out, "\\x%02x", (unsigned)code);
	} else if (code < 0x10000) {
		str_addf(out, "\\u%04x", (unsigned)code);
	} else {
		str_addf(out, "\\U%08x", (unsigned)code);
	}
}

void
go_quote(struct str *out, const char *text, size_t len, char quote, bool ascii)
{
	str_addch(out, quote);
	for (size_t i = 0, n; i < len; i += n) {
		uint32_t code;

		n = utf8_decode(text + i, len - i, &code);
		if (n) {
			quote_rune(out, code, quote, ascii);
		} else {
			str_addf(out, "\\x%02x", (unsigned)(unsigned char)text[i]);
			n = 1;
		}
	}
	str_addch(out, quote);
}

void
go_quote_text(struct str *out, const char *text)
{
	go_quote(out, text, strlen(text), '"', false);
}

void
go_rune_name(struct str *out, uint32_t code)
{
	str_addf(out, "U+%04X", (unsigned)code);
	if (code > GO_RUNE_MAX || !go_is_print(code))
		return;
	str_add(out, " '");
	go_add_rune(out, code);
	str_add(out, "'");
}

/* So many digits of an escape, *at on the first; false: there are fewer. */
static bool
escape_digits(const char **at, const char *end, size_t count, unsigned base, uint32_t *code)
{
	static const char hex[] = "0123456789abcdef";

	*code = 0;
	for (size_t i = 0; i < count; i++, ++*at) {
		const char *digit = *at < end && **at ? strchr(hex, ascii_tolower((unsigned char)**at)) : NULL;

		if (!digit || (unsigned)(digit - hex) >= base)
			return false;
		*code = *code * base + (uint32_t)(digit - hex);
	}
	return true;
}

bool
go_unquote_char(const char **at, const char *end, char quote, uint32_t *code, bool *byte)
{
	const char *name;
	char c;

	*byte = false;
	if (*at == end || **at == quote)
		return false;
	if (**at != '\\') {
		*at += go_rune(*at, (size_t)(end - *at), code);
		return true;
	}
	if (++*at == end)
		return false;
	c = *(*at)++;
	name = c ? strchr(escape_names, c) : NULL;
	*code = name ? (unsigned char)escape_codes[name - escape_names] : (unsigned char)c;
	if (name || c == '\\' || (c == quote && (c == '"' || c == '\'')))
		return true;
	if (c == 'x' || (c >= '0' && c <= '7')) {
		*byte = true;
		*at -= c != 'x';
		return escape_digits(at, end, c == 'x' ? 2 : 3, c == 'x' ? 16 : 8, code) && *code <= 0xff;
	}
	if (c != 'u' && c != 'U')
		return false;
	return escape_digits(at, end, c == 'u' ? 4 : 8, 16, code) && *code <= GO_RUNE_MAX &&
		(*code < 0xd800 || *code >= 0xe000);
}

bool
go_unquote(const char *text, size_t len, struct str *out)
{
	const char *at = text + 1, *end = text + len - 1;

	if (len < 2 || *text != *end || (*text != '"' && *text != '`'))
		return false;
	if (*text == '`') {
		for (; at < end; at++)
			if (*at == '`')
				return false;
			else if (*at != '\r')
				str_addch(out, *at);
		return true;
	}
	while (at < end) {
		uint32_t code;
		bool byte;

		if (*at == '\n' || !go_unquote_char(&at, end, '"', &code, &byte))
			return false;
		if (byte)
			str_addch(out, (char)code);
		else
			go_add_rune(out, code);
	}
	return true;
}

/* ---- numbers ---- */

/* written with so many digits behind the point, if that reads back as the number. */
static bool
reads_back(char text[static 40], double number, long double written, int precision)
{
	double read;

	snprintf(text, 40, "%.*Le", precision, written);
	read = strtod(text, NULL);
	return !(read < number) && !(read > number);
}

/*
 * The shortest decimal that reads back as the number, as %e writes it: the nearest of its length, or, where that is another
 * number, the one on the other side.
 */
static int
shortest(char text[static 40], double number)
{
	for (int precision = 0;; precision++) {		/* seventeen digits always do */
		long double aside;

		if (reads_back(text, number, number, precision))
			return precision;
		aside = 0.6L * powl(10.0L, atoi(strchr(text, 'e') + 1) - precision);
		if (reads_back(text, number, number + aside, precision) || reads_back(text, number, number - aside, precision))
			return precision;
	}
}

static void
add_general(struct str *out, double number, char verb)
{
	char text[40];
	int precision = shortest(text, number), power = atoi(strchr(text, 'e') + 1);

	if (power >= -4 && power < 6) {		/* however many digits there are */
		str_addf(out, "%.*f", precision > power ? precision - power : 0, number);
		return;
	}
	if (verb == 'G')
		*strchr(text, 'e') = 'E';
	str_add(out, text);
}

/* Go's hexadecimal exponent has at least two digits. */
static void
add_hexadecimal(struct str *out, double number, char verb, int precision)
{
	char text[64], *exponent, *digit;
	int power;

	if (precision < 0)
		snprintf(text, sizeof text, "%a", number);
	else
		snprintf(text, sizeof text, "%.*a", precision < 30 ? precision : 30, number);
	exponent = strchr(text, 'p');
	power = atoi(exponent + 1);
	*exponent = '\0';
	digit = strchr(text, 'x') + 1;
	if (*digit == '2') {	/* rounded up */
		*digit = '1';
		power++;
	}
	for (char *c = text; verb == 'X' && *c; c++)
		*c = (char)ascii_toupper((unsigned char)*c);
	str_addf(out, "%s%c%c%02d", text, verb == 'X' ? 'P' : 'p', power < 0 ? '-' : '+', abs(power));
}

static void
add_binary(struct str *out, double number)
{
	int power;
	double fraction = frexp(number, &power);

	if (number == 0.0)
		power = -1021;
	str_addf(out, "%.0fp%+d", ldexp(fraction, 53), power - 53);
}

void
go_add_float(struct str *out, double number, char verb, int precision)
{
	char text[40];
	int digits_behind;

	if (isnan(number) || isinf(number)) {
		str_add(out, isnan(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf");
		return;
	}
	if (verb == 'x' || verb == 'X') {
		add_hexadecimal(out, number, verb, precision);
	} else if (verb == 'b') {
		add_binary(out, number);
	} else if (precision < 0 && (verb == 'g' || verb == 'G')) {
		add_general(out, number, verb);
	} else if (precision < 0) {
		digits_behind = shortest(text, number);
		if (verb == 'f')
			digits_behind -= atoi(strchr(text, 'e') + 1);
		if (digits_behind < 0)
			digits_behind = 0;
		str_addf(out, verb == 'f' ? "%.*f" : verb == 'e' ? "%.*e" : "%.*E", digits_behind, number);
	} else {
		str_addf(out, verb == 'f' ? "%.*f" : verb == 'e' ? "%.*e" : verb == 'E' ? "%.*E" :
			verb == 'g' ? "%.*g" : "%.*G", precision, number);
	}
}

/* The digits of a number without its sign and base; underscores between digits (or behind the base) are dropped. */
static bool
number_digits(const char *text, bool *negative, int *base, struct str *out)
{
	const char *at = text, *allowed = "0123456789";
	bool digit_before = false;

	*negative = *at == '-';
	at += *at == '-' || *at == '+';
	*base = 10;
	if (*at == '0') {
		int prefix = ascii_tolower((unsigned char)at[1]);

		*base = prefix == 'x' ? 16 : prefix == 'b' ? 2 : prefix == 'o' ? 8 : 10;
		if (*base != 10) {
			at += 2;
			digit_before = true;
			if (*base == 16)
				allowed = "0123456789abcdefABCDEF";
		}
	}
	for (; *at; at++) {
		if (*at == '_') {
			if (!digit_before)
				return false;
			digit_before = false;
			continue;
		}
		if (at > text && at[-1] == '_' && !strchr(allowed, *at))
			return false;
		digit_before = strchr(allowed, *at);
		str_addch(out, *at);
	}
	return out->len && (at == text || at[-1] != '_');
}

bool
go_parse_uint(const char *text, uint64_t *number)
{
	struct str rest = STR_INIT;
	bool negative, good;
	int base;
	char *end = NULL;

	good = *text != '-' && *text != '+' && number_digits(text, &negative, &base, &rest) &&
		ascii_isalnum((unsigned char)*rest.buf);
	if (good) {
		errno = 0;
		*number = strtoull(rest.buf, &end, base == 10 && *rest.buf == '0' && rest.len > 1 ? 8 : base);
		good = !errno && !*end && !(base == 16 && ascii_tolower((unsigned char)rest.buf[1]) == 'x');
	}
	str_release(&rest);
	return good;
}

bool
go_parse_int(const char *text, int64_t *number)
{
	bool negative = *text == '-', sign = negative || *text == '+';
	uint64_t magnitude;

	if (!go_parse_uint(text + sign, &magnitude) || magnitude > (uint64_t)INT64_MAX + negative)
		return false;
	*number = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return true;
}

bool
go_parse_float(const char *text, double *number)
{
	struct str rest = STR_INIT;
	bool negative, good;
	int base;
	char *end = NULL;

	good = number_digits(text, &negative, &base, &rest) && (base == 10 || base == 16);
	if (good && base == 16) {
		struct str whole = STR_INIT;

		str_addf(&whole, "0x%s", rest.buf);
		str_release(&rest);
		rest = whole;
		good = strpbrk(rest.buf, "pP");
	}
	if (good) {
		good = ascii_isdigit((unsigned char)*rest.buf) || *rest.buf == '.';
		*number = strtod(rest.buf, &end) * (negative ? -1 : 1);
		good = good && end != rest.buf && !*end && !isinf(*number);
	}
	str_release(&rest);
	return good;
}
