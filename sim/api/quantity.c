/*
 * Quantities are a decimal number of up to 18 digits times a power of ten or of two.  An amount with more digits, which
 * no manifest has a use for, is refused as one whose numeric part cannot be parsed.  What the API server leaves as it
 * was written (a number whose digits need no shortening) is left here too, "1.500" and "+1" included.
 */
#include "api/quantity.h"

#include <stdbool.h>
#include <string.h>

#define ERR_FORMAT "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
#define ERR_NUMERIC "unable to parse numeric part of quantity"
#define ERR_SUFFIX "unable to parse quantity's suffix"
#define NANO (-9)
#define MAX_BINARY "9223372036854775807" /* larger ones are cut to it */
#define DIGITS_MAX 18 /* any number of so many digits fits an int64_t */

enum format { DECIMAL_SI, BINARY_SI, DECIMAL_EXPONENT };

static const struct {
	const char *text;
	enum format format;
	int exponent; /* of ten, or of two */
} suffixes[] = {
	{ "", DECIMAL_SI, 0 },
	{ "n", DECIMAL_SI, -9 },
	{ "u", DECIMAL_SI, -6 },
	{ "m", DECIMAL_SI, -3 },
	{ "k", DECIMAL_SI, 3 },
	{ "M", DECIMAL_SI, 6 },
	{ "G", DECIMAL_SI, 9 },
	{ "T", DECIMAL_SI, 12 },
	{ "P", DECIMAL_SI, 15 },
	{ "E", DECIMAL_SI, 18 },
	{ "Ki", BINARY_SI, 10 },
	{ "Mi", BINARY_SI, 20 },
	{ "Gi", BINARY_SI, 30 },
	{ "Ti", BINARY_SI, 40 },
	{ "Pi", BINARY_SI, 50 },
	{ "Ei", BINARY_SI, 60 },
};

struct amount {
	bool negative, as_written;
	uint64_t digits; /* the value is digits * 10^scale * 2^shift */
	int scale, shift;
	enum format format;
};

static bool
read_exponent(const char *text, int *exponent)
{
	bool negative = *text == '-';
	int n = 0;

	if (*text == '-' || *text == '+')
		text++;
	if (!*text || strlen(text) > 4)
		return false;
	for (; ascii_isdigit(*text); text++)
		n = n * 10 + (*text - '0');
	*exponent = negative ? -n : n;
	return !*text;
}

static bool
read_suffix(const char *text, struct amount *amount)
{
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		if (strcmp(suffixes[i].text, text) != 0)
			continue;
		amount->format = suffixes[i].format;
		if (amount->format == BINARY_SI)
			amount->shift = suffixes[i].exponent;
		else
			amount->scale = suffixes[i].exponent;
		return true;
	}
	amount->format = DECIMAL_EXPONENT;
	return (*text == 'e' || *text == 'E') && read_exponent(text + 1, &amount->scale);
}

/* The digits of a number without its leading zeros; the end of the number.  *fraction: how many follow the point. */
static const char *
read_digits(const char *text, char digits[static DIGITS_MAX + 1], size_t *len, int *fraction)
{
	bool point = false;

	*len = 0;
	*fraction = 0;
	for (; ascii_isdigit(*text) || (*text == '.' && !point); text++) {
		if (*text == '.') {
			point = true;
			continue;
		}
		*fraction += point;
		if (*text == '0' && !*len)
			continue;
		if (*len <= DIGITS_MAX)
			digits[(*len)++] = *text;
	}
	return text;
}

static bool
ends_in_thousand(uint64_t digits)
{
	return digits % 1000 == 0;
}

/* Which spellings ParseQuantity keeps instead of making them canonical. */
static bool
keeps_spelling(const struct amount *amount, const char *number, int fraction)
{
	if (amount->format == BINARY_SI)
		return !fraction && (amount->digits & 7) != 0;
	while (*number == '0' && ascii_isdigit(number[1]))
		number++;
	return amount->scale % 3 == 0 && !ends_in_thousand(amount->digits) && *number != '0' && *number != '.';
}

static const char *
parse(const char *text, struct amount *amount)
{
	const char *number, *end;
	char digits[DIGITS_MAX + 1];
	size_t len, tail;
	int fraction;

	memset(amount, 0, sizeof *amount);
	amount->negative = *text == '-';
	number = text + (*text == '-' || *text == '+');
	end = read_digits(number, digits, &len, &fraction);
	tail = strspn(end, "eEinumkKMGTP");
	tail += end[tail] == '-' || end[tail] == '+';
	tail += strspn(end + tail, "0123456789");
	if (!*text || end[tail])
		return ERR_FORMAT;
	if (end == number && *end)
		return ERR_FORMAT;
	if (!read_suffix(end, amount))
		return ERR_SUFFIX;
	if (len > DIGITS_MAX)
		return ERR_NUMERIC;
	for (size_t i = 0; i < len; i++)
		amount->digits = amount->digits * 10 + (uint64_t)(digits[i] - '0');
	amount->scale -= fraction;
	amount->as_written = keeps_spelling(amount, number, fraction);
	return NULL;
}

/* Amounts below a nano are rounded up to it; what a power of two makes of fractions is kept exact in decimal. */
static void
normalize(struct amount *amount)
{
	while (amount->shift && amount->digits <= UINT64_MAX / 2 / 10) {
		amount->digits *= 2;
		amount->shift--;
	}
	while (amount->digits && amount->digits % 10 == 0) {
		amount->digits /= 10;
		amount->scale++;
	}
	while (amount->scale < NANO) {
		amount->digits = amount->digits / 10 + (amount->digits % 10 ? 1 : 0);
		amount->scale++;
	}
}

/* The value in ones, when it is whole and fits. */
static bool
whole(const struct amount *amount, uint64_t *ones)
{
	*ones = amount->digits;
	for (int i = amount->scale; i < 0; i++) {
		if (*ones % 10)
			return false;
		*ones /= 10;
	}
	for (int i = 0; i < amount->scale; i++) {
		if (*ones > UINT64_MAX / 10)
			return false;
		*ones *= 10;
	}
	for (int i = 0; i < amount->shift; i++) {
		if (*ones > UINT64_MAX / 2)
			return false;
		*ones *= 2;
	}
	return true;
}

static const char *
suffix_of(enum format format, int exponent)
{
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		if (suffixes[i].format == format && suffixes[i].exponent == exponent)
			return suffixes[i].text;
	}
	return NULL;
}

static void
write_binary(uint64_t ones, struct str *out)
{
	int exponent = 0;

	while (exponent < 60 && ones % 1024 == 0) {
		ones /= 1024;
		exponent += 10;
	}
	str_addf(out, "%llu%s", (unsigned long long)ones, exponent ? suffix_of(BINARY_SI, exponent) : "");
}

/* The power of ten is brought down to a multiple of three by zeros. */
static void
write_decimal(const struct amount *amount, struct str *out)
{
	uint64_t digits = amount->digits;
	int scale = amount->scale;
	const char *suffix;

	for (; scale % 3 || (amount->format != DECIMAL_EXPONENT && scale > 18); scale--)
		digits *= 10;
	str_addf(out, "%llu", (unsigned long long)digits);
	suffix = suffix_of(DECIMAL_SI, scale);
	if (amount->format == DECIMAL_EXPONENT && scale)
		str_addf(out, "e%d", scale);
	else if (suffix)
		str_add(out, suffix);
}

const char *
quantity_canonical(const char *text, struct str *canonical)
{
	struct amount amount;
	const char *why = parse(text, &amount);
	uint64_t ones;

	if (why)
		return why;
	if (amount.digits && amount.as_written) {
		str_add(canonical, text);
		return NULL;
	}
	normalize(&amount);
	if (amount.digits && amount.negative)
		str_addch(canonical, '-');
	if (!amount.digits)
		str_addch(canonical, '0');
	else if (amount.format == BINARY_SI && whole(&amount, &ones) && ones >= 1024)
		write_binary(ones, canonical);
	else if (amount.shift)
		str_add(canonical, MAX_BINARY);
	else
		write_decimal(&amount, canonical);
	return NULL;
}

/* In nanos, near enough to order amounts: an int64_t of nanos would end at nine billions. */
static double
approximate(const char *text)
{
	struct amount amount;
	double value;

	if (parse(text, &amount))
		return 0;
	value = (double)amount.digits;
	for (int i = 0; i < amount.shift; i++)
		value *= 2;
	for (int i = 0; i < amount.scale; i++)
		value *= 10;
	for (int i = amount.scale; i < 0; i++)
		value /= 10;
	return amount.negative ? -value : value;
}

int
quantity_compare(const char *a, const char *b)
{
	double x = approximate(a), y = approximate(b);

	return x < y ? -1 : x > y;
}

bool
quantity_whole(const char *text, int64_t *ones)
{
	struct amount amount;
	uint64_t count;

	if (parse(text, &amount))
		return false;
	normalize(&amount);
	if (!whole(&amount, &count) || count > INT64_MAX)
		return false;
	*ones = amount.negative ? -(int64_t)count : (int64_t)count;
	return true;
}

int64_t
quantity_milli(const char *text)
{
	struct amount amount;
	uint64_t count;
	bool rest = false;

	if (parse(text, &amount))
		return 0;
	normalize(&amount);
	for (amount.scale += 3; amount.scale < 0; amount.scale++) {
		rest |= amount.digits % 10 != 0;
		amount.digits /= 10;
	}
	if (!whole(&amount, &count) || count >= INT64_MAX)
		count = INT64_MAX - 1;
	count += rest;
	return amount.negative ? -(int64_t)count : (int64_t)count;
}

void
quantity_from_milli(int64_t milli, bool binary, struct str *canonical)
{
	struct amount amount = { .negative = milli < 0, .scale = -3 };

	amount.digits = milli < 0 ? 0 - (uint64_t)milli : (uint64_t)milli;
	if (!milli) {
		str_addch(canonical, '0');
		return;
	}
	if (amount.negative)
		str_addch(canonical, '-');
	if (binary && milli % 1000 == 0 && amount.digits / 1000 >= 1024) {
		write_binary(amount.digits / 1000, canonical);
		return;
	}
	normalize(&amount);
	write_decimal(&amount, canonical);
}
