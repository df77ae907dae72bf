/* awk's values and variables, the record and its fields, patterns, and printf's text. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/awk.h"

#define FORMAT_WIDTH_MAX 100000

/* ---- values ---- */

struct awk_value
awk_number(double number)
{
	return (struct awk_value){ AWK_IS_NUMBER, number, NULL };
}

struct awk_value
awk_text_taken(char *text)
{
	return (struct awk_value){ AWK_IS_TEXT, 0, text };
}

struct awk_value
awk_text(const char *text)
{
	return awk_text_taken(xstrdup(text));
}

struct awk_value
awk_input(const char *text)
{
	return (struct awk_value){ AWK_IS_INPUT, 0, xstrdup(text) };
}

struct awk_value
awk_value_copy(const struct awk_value *value)
{
	return (struct awk_value){ value->type, value->number, value->text ? xstrdup(value->text) : NULL };
}

void
awk_value_release(struct awk_value *value)
{
	free(value->text);
	*value = (struct awk_value){ AWK_IS_NOTHING, 0, NULL };
}

/* What stands at the text's head as a decimal number; *behind: where it ends. */
static double
number_at(const char *text, const char **behind)
{
	const char *c = text + strspn(text, " \t\n"), *digits = c + (*c == '-' || *c == '+');
	char *end;
	double number;

	*behind = text;
	if (!ascii_isdigit(*digits) && !(*digits == '.' && ascii_isdigit(digits[1])))
		return 0;
	if (*digits == '0' && (digits[1] == 'x' || digits[1] == 'X')) {	/* strtod would read it */
		*behind = digits + 1;
		return 0;
	}
	number = strtod(c, &end);
	*behind = end;
	return number;
}

static bool
looks_numeric(const char *text)
{
	const char *behind;

	number_at(text, &behind);
	return behind != text && !behind[strspn(behind, " \t\n")];
}

double
awk_to_number(const struct awk_value *value)
{
	const char *behind;

	return value->type == AWK_IS_NUMBER ? value->number : value->text ? number_at(value->text, &behind) : 0;
}

static bool
is_numeric(const struct awk_value *value)
{
	return value->type <= AWK_IS_NUMBER || (value->type == AWK_IS_INPUT && looks_numeric(value->text));
}

bool
awk_to_truth(const struct awk_value *value)
{
	if (value->type == AWK_IS_NOTHING)
		return false;
	return is_numeric(value) ? awk_to_number(value) != 0 : value->text[0] != '\0';
}

/* Whole numbers as they are, others by the format (OFMT, CONVFMT). */
static char *
number_text(struct awk *awk, double number, const char *format_name)
{
	struct awk_value value = awk_number(number);
	struct str out = STR_INIT;
	char *format;

	if (number == floor(number) && fabs(number) < 1e16)
		return xasprintf("%.0f", number == 0 ? 0 : number);
	if (isnan(number) || isinf(number))
		return xstrdup(isnan(number) ? (signbit(number) ? "-nan" : "nan") : number < 0 ? "-inf" : "inf");
	format = awk_variable_text(awk, format_name);
	awk_format(awk, format_name, format, &value, 1, &out);
	free(format);
	return str_detach(&out);
}

char *
awk_to_text(struct awk *awk, const struct awk_value *value)
{
	return value->type == AWK_IS_NUMBER ? number_text(awk, value->number, "CONVFMT") : xstrdup(value->text ? value->text : "");
}

char *
awk_to_output(struct awk *awk, const struct awk_value *value)
{
	return value->type == AWK_IS_NUMBER ? number_text(awk, value->number, "OFMT") : awk_to_text(awk, value);
}

int
awk_compare(struct awk *awk, const struct awk_value *left, const struct awk_value *right)
{
	char *a, *b;
	int order;

	if (is_numeric(left) && is_numeric(right)) {
		double x = awk_to_number(left), y = awk_to_number(right);

		return x < y ? -1 : x > y;
	}
	a = awk_to_text(awk, left);
	b = awk_to_text(awk, right);
	order = strcmp(a, b);
	free(a);
	free(b);
	return order;
}

/* ---- variables ---- */

struct awk_variable *
awk_variable(struct awk *awk, const char *name)
{
	struct awk_variable *variable = map_get(&awk->variables, name);

	if (!variable) {
		variable = xcalloc(1, sizeof *variable);
		map_set(&awk->variables, name, variable);
	}
	return variable;
}

char *
awk_variable_text(struct awk *awk, const char *name)
{
	return awk_to_text(awk, &awk_variable(awk, name)->value);
}

void
awk_set(struct awk *awk, const char *name, struct awk_value value)
{
	struct awk_variable *variable = awk_variable(awk, name);

	awk_value_release(&variable->value);
	variable->value = value;
	if (strcmp(name, "NF") == 0)
		awk_set_nf(awk, awk_to_number(&value) < 0 ? 0 : awk_to_number(&value) > AWK_FIELDS_MAX ? AWK_FIELDS_MAX
			: (size_t)awk_to_number(&value));
}

void
awk_variable_release(struct awk_variable *variable)
{
	awk_value_release(&variable->value);
	if (variable->array) {
		awk_array_clear(variable->array);
		free(variable->array);
	}
	variable->array = NULL;
}

struct map *
awk_array(struct awk_variable *variable)
{
	while (variable->same)
		variable = variable->same;
	if (!variable->array)
		variable->array = xcalloc(1, sizeof *variable->array);
	return variable->array;
}

void
awk_array_clear(struct map *array)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(array, &i));) {
		awk_value_release(entry->value);
		free(entry->value);
	}
	map_release(array);
	*array = (struct map)MAP_INIT;
}

struct awk_value *
awk_element(struct map *array, const char *key)
{
	struct awk_value *value = map_get(array, key);

	if (!value) {
		value = xcalloc(1, sizeof *value);
		map_set(array, key, value);
	}
	return value;
}

/* ---- the record and its fields ---- */

static void
fields_clear(struct awk *awk)
{
	for (size_t i = 0; i < awk->fields.n; i++)
		free(awk->fields.v[i]);
	awk->fields.n = 0;
}

void
awk_set_record(struct awk *awk, const char *text, size_t len)
{
	struct str copy = STR_INIT;

	str_addn(&copy, text, len);	/* it may be the record's own */
	str_release(&awk->record);
	awk->record = copy;
	awk->split = false;
	awk->whole = true;
}

static void
split_blanks(const char *text, void (*fn)(void *arg, const char *piece, size_t len), void *arg)
{
	for (text += strspn(text, " \t\n"); *text; text += strspn(text, " \t\n")) {
		size_t len = strcspn(text, " \t\n");

		fn(arg, text, len);
		text += len;
	}
}

void
awk_split(struct awk *awk, const char *text, const char *separator, void (*fn)(void *arg, const char *piece, size_t len), void *arg)
{
	const struct pattern *pattern = separator[0] && separator[1] ? awk_pattern(awk, separator) : NULL;
	regmatch_t groups[PATTERN_GROUPS];
	const char *piece = text;

	if (strcmp(separator, " ") == 0) {
		split_blanks(text, fn, arg);
		return;
	}
	if (!*text || awk->failed)
		return;
	while (*text) {
		size_t len = 1;

		if (!separator[0]) {	/* each character alone */
			fn(arg, text++, 1);
			piece = text;
			continue;
		}
		if (!pattern) {
			text += strcspn(text, separator);
		} else if (pattern_match(pattern, text, text == piece, groups) && groups[0].rm_eo > groups[0].rm_so) {
			text += groups[0].rm_so;
			len = (size_t)(groups[0].rm_eo - groups[0].rm_so);
		} else {
			break;
		}
		if (!*text)
			break;
		fn(arg, piece, (size_t)(text - piece));
		piece = text += len;
	}
	if (separator[0])
		fn(arg, piece, strlen(piece));
}

static void
add_field(void *arg, const char *piece, size_t len)
{
	struct awk *awk = arg;

	if (awk->fields.n < AWK_FIELDS_MAX)
		*vec_push(&awk->fields) = xstrndup(piece, len);
}

static void
note_nf(struct awk *awk)
{
	struct awk_variable *nf = awk_variable(awk, "NF");

	awk_value_release(&nf->value);
	nf->value = awk_number((double)awk->fields.n);
}

static void
fields_split(struct awk *awk)
{
	char *separator, *rs;

	if (awk->split)
		return;
	awk->split = true;
	separator = awk_variable_text(awk, "FS");
	rs = awk_variable_text(awk, "RS");
	fields_clear(awk);
	if (!*rs && *separator && strcmp(separator, " ") != 0) {	/* paragraphs: a newline ends a field too */
		char *both = separator[1] ? xasprintf("(%s)|\n", separator) : xasprintf("[%s\n]", separator);

		awk_split(awk, awk->record.buf, both, add_field, awk);
		free(both);
	} else {
		awk_split(awk, awk->record.buf, separator, add_field, awk);
	}
	note_nf(awk);
	free(separator);
	free(rs);
}

size_t
awk_nf(struct awk *awk)
{
	fields_split(awk);
	return awk->fields.n;
}

void
awk_set_nf(struct awk *awk, size_t n)
{
	fields_split(awk);
	while (awk->fields.n > n)
		free(awk->fields.v[--awk->fields.n]);
	while (awk->fields.n < n)
		*vec_push(&awk->fields) = xstrdup("");
	awk->whole = false;
	note_nf(awk);
}

/* The record is made anew when a field has changed. */
const char *
awk_record(struct awk *awk)
{
	char *separator;

	if (awk->whole)
		return awk->record.buf;
	awk->whole = true;
	separator = awk_variable_text(awk, "OFS");
	str_clear(&awk->record);
	for (size_t i = 0; i < awk->fields.n; i++)
		str_addf(&awk->record, "%s%s", i ? separator : "", awk->fields.v[i]);
	free(separator);
	return awk->record.buf;
}

struct awk_value
awk_field(struct awk *awk, size_t n)
{
	if (!n)
		return awk_input(awk_record(awk));
	fields_split(awk);
	return n <= awk->fields.n ? awk_input(awk->fields.v[n - 1]) : (struct awk_value){ AWK_IS_NOTHING, 0, NULL };
}

void
awk_set_field(struct awk *awk, size_t n, const char *text)
{
	char *copy;

	if (!n) {
		awk_set_record(awk, text, strlen(text));
		return;
	}
	copy = xstrdup(text);
	if (n > awk_nf(awk))
		awk_set_nf(awk, n);
	free(awk->fields.v[n - 1]);
	awk->fields.v[n - 1] = copy;
	awk->whole = false;
}

/* ---- patterns ---- */

/* awk's escapes that regcomp doesn't know become what they mean, in brackets too. */
static void
plain_pattern(const char *text, struct str *out)
{
	static const char letters[] = "ntrfv", meant[] = "\n\t\r\f\v";
	bool bracket = false;

	for (const char *c = text; *c; c++) {
		const char *found = c[0] == '\\' && c[1] ? strchr(letters, c[1]) : NULL;

		if (found || (c[0] == '\\' && (c[1] == '"' || c[1] == '/' || (bracket && c[1] && c[1] != ']')))) {
			str_addch(out, found ? meant[found - letters] : c[1]);
			c++;
			continue;
		}
		if (c[0] == '\\' && c[1] && !bracket) {
			str_addch(out, *c++);
		} else if (c[0] == '[' && bracket && c[1] == ':' && strstr(c, ":]")) {
			const char *end = strstr(c, ":]") + 1;

			str_addn(out, c, (size_t)(end - c));
			c = end;
		} else if (c[0] == '[' && !bracket) {
			bracket = true;
			if (c[1] == '^')
				str_addch(out, *c++);
			if (c[1] == ']')
				str_addch(out, *c++);
		} else if (c[0] == ']') {
			bracket = false;
		}
		str_addch(out, *c);
	}
}

const struct pattern *
awk_pattern(struct awk *awk, const char *text)
{
	struct pattern *pattern = map_get(&awk->patterns, text);
	struct str plain = STR_INIT, why = STR_INIT;

	if (pattern)
		return pattern;
	pattern = xcalloc(1, sizeof *pattern);
	plain_pattern(text, &plain);
	if (pattern_compile(pattern, plain.buf, true, false, &why)) {
		map_set(&awk->patterns, text, pattern);
	} else {
		awk_fail(awk, "regular expression compile failed (%s)\n%s", why.buf, text);
		pattern_release(pattern);
		free(pattern);
		pattern = NULL;
	}
	str_release(&plain);
	str_release(&why);
	return pattern;
}

/* ---- printf ---- */

struct conversion {
	char flags[8];
	int width, precision;	/* -1: none */
	char letter;
};

static const char *
conversion_number(const char *c, struct awk_value *values, size_t n, size_t *used, int *number)
{
	double value = 0;

	if (*c == '*') {
		value = *used < n ? awk_to_number(&values[(*used)++]) : 0;
		c++;
	} else {
		for (; ascii_isdigit(*c); c++)
			value = value < FORMAT_WIDTH_MAX ? value * 10 + (*c - '0') : value;
	}
	*number = value > FORMAT_WIDTH_MAX ? FORMAT_WIDTH_MAX : value < -FORMAT_WIDTH_MAX ? -FORMAT_WIDTH_MAX : (int)value;
	return c;
}

static void
add_padded(const struct conversion *conversion, const char *text, size_t len, struct str *out)
{
	bool left = strchr(conversion->flags, '-') || conversion->width < 0;
	size_t width = (size_t)abs(conversion->width), pad;

	if (conversion->precision >= 0 && conversion->letter == 's' && (size_t)conversion->precision < len)
		len = (size_t)conversion->precision;
	pad = width > len ? width - len : 0;
	if (!left)
		str_addrep(out, ' ', pad);
	str_addn(out, text, len);
	if (left)
		str_addrep(out, ' ', pad);
}

static void
add_number(const struct conversion *conversion, double number, struct str *out)
{
	bool whole = strchr("dioxXu", conversion->letter) != NULL;
	int width = conversion->width, precision = conversion->precision;
	char *format;

	if (!whole || isnan(number) || isinf(number)) {
		format = xasprintf("%%%s*.*%c", conversion->flags, whole ? 'f' : conversion->letter);
		precision = precision < 0 ? 6 : precision;
	} else {
		number = number > 9e18 ? 9e18 : number < -9e18 ? -9e18 : number;
		format = xasprintf("%%%s*.*ll%c", conversion->flags, conversion->letter);
	}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (!whole || isnan(number) || isinf(number))
		str_addf(out, format, width, precision, number);
	else
		str_addf(out, format, width, precision, (long long)number);
#pragma GCC diagnostic pop
	free(format);
}

static void
add_character(const struct conversion *conversion, const struct awk_value *value, struct str *out)
{
	char c = value->type == AWK_IS_NUMBER ? (char)(long long)fmod(value->number, 256) : value->text ? value->text[0] : '\0';

	add_padded(conversion, &c, value->type == AWK_IS_NUMBER || c, out);
}

/* One conversion, behind its %; where it ends. */
static const char *
format_one(struct awk *awk, const char *c, struct awk_value *values, size_t n, size_t *used, struct str *out)
{
	struct conversion conversion = { .width = 0, .precision = -1 };
	size_t flags = strspn(c, "-+ #0");
	const struct awk_value *value;
	char *text;

	memcpy(conversion.flags, c, flags < sizeof conversion.flags ? flags : sizeof conversion.flags - 1);
	c = conversion_number(c + flags, values, n, used, &conversion.width);
	if (*c == '.')
		c = conversion_number(c + 1, values, n, used, &conversion.precision);
	c += strspn(c, "hlL");
	conversion.letter = *c;
	if (!*c || !strchr("diouxXcseEfFgG", *c)) {
		awk_fail(awk, "run time error: bad conversion '%c'", *c);
		return c;
	}
	value = *used < n ? &values[(*used)++] : NULL;
	if (!value)
		return NULL;
	if (*c == 's') {
		text = awk_to_text(awk, value);
		add_padded(&conversion, text, strlen(text), out);
		free(text);
	} else if (*c == 'c') {
		add_character(&conversion, value, out);
	} else {
		add_number(&conversion, awk_to_number(value), out);
	}
	return c + 1;
}

bool
awk_format(struct awk *awk, const char *name, const char *format, struct awk_value *values, size_t n, struct str *out)
{
	size_t used = 0;

	for (const char *c = format; *c && !awk->failed;) {
		if (*c != '%') {
			str_addch(out, *c++);
		} else if (c[1] == '%') {
			str_addch(out, '%');
			c += 2;
		} else {
			c = format_one(awk, c + 1, values, n, &used, out);
			if (!c) {
				awk_fail(awk, "run time error: not enough arguments passed to %s(\"%s\")", name, format);
				break;
			}
		}
		if (out->len > SHELL_BUFFER_MAX)
			awk_fail(awk, "run time error: a text of more than %u bytes", SHELL_BUFFER_MAX);
	}
	return !awk->failed;
}
