/*
 * Plain scalars: YAML 1.1 booleans and nulls by a table of words; numbers as Go's strconv takes them with base 0 (hex,
 * octal with 0 or 0o, binary) after underscores are taken out; a float by the rule of go-yaml's pattern.  A date is a
 * string to the reader, but the writer quotes it.  Follows resolve.go of go-yaml v2, and its encode.go for what is
 * quoted on the way out.
 */
#include "api/scalar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX 5	/* the longest of the words below */
#define NUMBER_MAX 512	/* characters; a longer number is text */

static const struct scalar_word {
	const char *words;	/* a blank after each */
	struct scalar scalar;
} scalar_words[] = {
	{ "y Y yes Yes YES true True TRUE on On ON ", { VALUE_BOOL, true, 0, 0 } },
	{ "n N no No NO false False FALSE off Off OFF ", { VALUE_BOOL, false, 0, 0 } },
	{ "~ null Null NULL ", { VALUE_NULL, false, 0, 0 } },
	{ ".inf .Inf .INF +.inf +.Inf +.INF ", { VALUE_FLOAT, false, 0, INFINITY } },
	{ "-.inf -.Inf -.INF ", { VALUE_FLOAT, false, 0, -INFINITY } },
	{ ".nan .NaN .NAN ", { VALUE_FLOAT, false, 0, NAN } },
};

static const struct scalar scalar_string = { VALUE_STRING, false, 0, 0 };

static const struct scalar *
find_word(const char *text, size_t len)
{
	if (len > WORD_MAX || strchr("yYtTnNfFoO~.+-", text[0]) == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof scalar_words / sizeof scalar_words[0]; i++) {
		const char *word = scalar_words[i].words;

		for (size_t n; *word != '\0'; word += n + 1) {
			n = strcspn(word, " ");
			if (n == len && memcmp(word, text, n) == 0)
				return &scalar_words[i].scalar;
		}
	}
	return NULL;
}

static int
digit_value(char c)
{
	if (ascii_isdigit(c))
		return c - '0';
	return ascii_isalpha(c) ? ascii_tolower(c) - 'a' + 10 : 99;
}

/* The base that a prefix names; *text is moved past it. */
static unsigned
number_base(const char **text)
{
	const char *s = *text;
	unsigned base = 8;

	if (s[0] != '0')
		return 10;
	if (s[1] != '\0' && s[2] != '\0') {
		base = ascii_tolower(s[1]) == 'x' ? 16 : ascii_tolower(s[1]) == 'b' ? 2 : 8;
		*text += base != 8 || ascii_tolower(s[1]) == 'o' ? 2 : 1;
		return base;
	}
	*text += 1;
	return base;
}

/* strconv.ParseInt(text, 0, 64), then ParseUint; what fits only the latter is a float here. */
static bool
parse_integer(const char *text, struct scalar *out)
{
	bool sign = text[0] == '-' || text[0] == '+', negative = text[0] == '-';
	uint64_t n = 0, limit = sign ? (uint64_t)INT64_MAX + negative : UINT64_MAX;
	unsigned base;

	text += sign;
	if (*text == '\0')
		return false;
	base = number_base(&text);
	for (; *text != '\0'; text++) {
		unsigned digit = (unsigned)digit_value(*text);

		if (digit >= base || n > (limit - digit) / base)
			return false;
		n = n * base + digit;
	}
	out->type = n > INT64_MAX && !negative ? VALUE_FLOAT : VALUE_INT;
	if (out->type == VALUE_INT)
		out->integer = negative ? (int64_t)(0 - n) : (int64_t)n;
	out->number = (double)n;
	return true;
}

static size_t
digits(const char *text)
{
	size_t n = 0;

	while (ascii_isdigit(text[n]))
		n++;
	return n;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool
looks_like_float(const char *text)
{
	size_t whole, fraction = 0;

	text += *text == '-' || *text == '+';
	whole = digits(text);
	text += whole;
	if (*text == '.') {
		fraction = digits(text + 1);
		text += 1 + fraction;
	}
	if (whole + fraction == 0)
		return false;
	if (*text == 'e' || *text == 'E') {
		text += text[1] == '-' || text[1] == '+' ? 2 : 1;
		if (digits(text) == 0)
			return false;
		text += digits(text);
	}
	return *text == '\0';
}

/* Numbers begin with a digit, a sign or a dot; only before a dot are underscores kept (and make it text). */
static struct scalar
resolve_number(const char *text, size_t len)
{
	struct scalar found = scalar_string;
	char plain[NUMBER_MAX + 1];
	size_t n = 0;

	if (len > NUMBER_MAX)
		return scalar_string;
	for (size_t i = 0; i < len; i++)
		if (text[i] != '_' || text[0] == '.')
			plain[n++] = text[i];
	plain[n] = '\0';
	if (text[0] != '.' && parse_integer(plain, &found))
		return found;
	if (!looks_like_float(plain))
		return scalar_string;
	found.type = VALUE_FLOAT;
	found.number = strtod(plain, NULL);
	return isinf(found.number) ? scalar_string : found;
}

struct scalar
scalar_resolve(const char *text, size_t len)
{
	static const struct scalar null = { VALUE_NULL, false, 0, 0 };
	const struct scalar *word;

	if (len == 0)
		return null;
	word = find_word(text, len);
	if (word != NULL)
		return *word;
	if (ascii_isdigit(text[0]) || text[0] == '-' || text[0] == '+' || text[0] == '.')
		return resolve_number(text, len);
	return scalar_string;
}

/* One or two digits up to max; *text is moved past them. */
static bool
take_number(const char **text, unsigned min, unsigned max)
{
	size_t n = digits(*text);
	unsigned number = 0;

	if (n < 1 || n > 2)
		return false;
	for (size_t i = 0; i < n; i++)
		number = number * 10 + (unsigned)((*text)[i] - '0');
	*text += n;
	return number >= min && number <= max;
}

static bool
take_char(const char **text, char c)
{
	if (**text != c)
		return false;
	++*text;
	return true;
}

static bool
take_clock(const char **text)
{
	if (!take_number(text, 0, 23) || !take_char(text, ':') || !take_number(text, 0, 59) || !take_char(text, ':') ||
		!take_number(text, 0, 59))
		return false;
	if (**text == '.' && digits(*text + 1) > 0)
		*text += 1 + digits(*text + 1);
	return true;
}

/* 2006-1-2, 2006-1-2 15:4:5, 2006-1-2T15:4:5Z and with an offset: the forms that go-yaml reads as time. */
static bool
is_timestamp(const char *text)
{
	bool zone;

	if (digits(text) != 4 || text[4] != '-')
		return false;
	text += 5;
	if (!take_number(&text, 1, 12) || !take_char(&text, '-') || !take_number(&text, 1, 31))
		return false;
	if (*text == '\0')
		return true;
	zone = *text == 'T' || *text == 't';
	if (!zone && *text != ' ')
		return false;
	text++;
	if (!take_clock(&text))
		return false;
	if (zone && *text != 'Z') {
		if (*text != '+' && *text != '-')
			return false;
		text++;
		return digits(text) == 2 && take_number(&text, 0, 24) && take_char(&text, ':') && digits(text) == 2 &&
			take_number(&text, 0, 60) && *text == '\0';
	}
	text += zone;
	return *text == '\0';
}

/* [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)? : a YAML 1.1 number that go-yaml doesn't read but protects. */
static bool
is_base60(const char *text)
{
	text += *text == '-' || *text == '+';
	if (!ascii_isdigit(*text))
		return false;
	text += strspn(text, "0123456789_");
	if (*text != ':')
		return false;
	while (*text == ':') {
		text++;
		if (!take_number(&text, 0, 59))
			return false;
	}
	if (*text == '.')
		text += 1 + strspn(text + 1, "0123456789_");
	return *text == '\0';
}

bool
scalar_needs_quotes(const char *text, size_t len)
{
	if (scalar_resolve(text, len).type != VALUE_STRING)
		return true;
	if (!ascii_isdigit(text[0]) && text[0] != '-' && text[0] != '+')
		return false;
	return is_timestamp(text) || is_base60(text);
}

void
scalar_add_float(struct str *str, double number)
{
	char text[40];
	char *exponent;
	int precision = 0, power;

	if (isnan(number) || isinf(number)) {
		str_add(str, isnan(number) ? ".nan" : number > 0 ? ".inf" : "-.inf");
		return;
	}
	do
		snprintf(text, sizeof text, "%.*e", precision, number);
	while (++precision < 18 && strtod(text, NULL) != number);
	exponent = strchr(text, 'e');
	power = atoi(exponent + 1);
	/* Go's shortest form has an exponent from seven digits on, however many of them count. */
	if (power < -4 || power >= 6)
		str_add(str, text);
	else
		str_addf(str, "%.*f", precision - 1 > power ? precision - 1 - power : 0, number);
}
