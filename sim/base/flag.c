/*
 * Flags as pflag reads them (github.com/spf13/pflag, flag.go and its value types), which kubectl and svcsim share.
 * A flag's values are kept as text and checked when they are read, so that reading one later can't fail.
 */
#include "svcsim/flag.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "svcsim/str.h"
#include "svcsim/vec.h"

struct flag_value {
	const struct flag *row;
	VEC(char *) items;	/* of a flag that is not repeated: one */
	int64_t number;
	bool given;
};

struct parser {
	struct flags *flags;
	const char *const *argv;
	int argc, at;
	struct err *err;
};

static struct flag_value *
value_by_name(const struct flags *flags, const char *name, size_t len)
{
	for (size_t i = 0; i < flags->n; i++)
		if (strncmp(flags->values[i].row->name, name, len) == 0 && !flags->values[i].row->name[len])
			return &flags->values[i];
	return NULL;
}

/* A row whose name an earlier table has is not there, nor is its letter. */
static struct flag_value *
value_by_letter(const struct flags *flags, char letter)
{
	for (size_t i = 0; i < flags->n; i++) {
		const struct flag *row = flags->values[i].row;

		if (row->letter == letter && value_by_name(flags, row->name, strlen(row->name)) == &flags->values[i])
			return &flags->values[i];
	}
	return NULL;
}

static struct flag_value *
value_known(const struct flags *flags, const char *name)
{
	struct flag_value *value = value_by_name(flags, name, strlen(name));

	if (!value)
		BUG("no flag --%s in this table", name);
	return value;
}

/* ---- types ---- */

/* strconv.ParseBool */
static bool
bool_read(const char *text, bool *value)
{
	static const char *const words[2][6] = {
		{ "0", "f", "F", "FALSE", "false", "False" },
		{ "1", "t", "T", "TRUE", "true", "True" },
	};

	for (int side = 0; side < 2; side++)
		for (int i = 0; i < 6; i++)
			if (strcmp(text, words[side][i]) == 0) {
				*value = side;
				return true;
			}
	return false;
}

/* The prefix of a number in base 0: 0x, 0o, 0b, or a mere 0 for octal; its length, and the base. */
static size_t
base_prefix(const char *digits, unsigned *base)
{
	static const struct {
		char letter;
		unsigned base;
	} prefixes[] = { { 'x', 16 }, { 'o', 8 }, { 'b', 2 } };

	*base = 10;
	if (digits[0] != '0' || !digits[1])
		return 0;
	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if (ascii_tolower(digits[1]) == prefixes[i].letter) {
			*base = prefixes[i].base;
			return 2;
		}
	*base = 8;
	return 1;
}

static unsigned
digit_value(char c)
{
	if (ascii_isdigit(c))
		return (unsigned)(c - '0');
	return ascii_isalpha(c) ? (unsigned)(ascii_tolower(c) - 'a' + 10) : 99;
}

/* strconv.ParseInt in base 0 and 64 bits; NULL or why not.  A _ may stand between digits, and behind a prefix. */
static const char *
int_read(const char *text, int64_t *value)
{
	bool minus = *text == '-', digits = false, over = false;
	const char *c = text + (*text == '-' || *text == '+');
	uint64_t limit = (uint64_t)INT64_MAX + minus, sum = 0;
	unsigned base;
	size_t prefix = base_prefix(c, &base);

	for (c += prefix; *c; c++) {
		unsigned digit = digit_value(*c);

		if (*c == '_' && (digits || prefix) && digit_value(c[1]) < base)
			continue;
		if (digit >= base)
			return "invalid syntax";
		over = over || sum > (limit - digit) / base;
		sum = sum * base + digit;
		digits = true;
	}
	if (!digits)
		return "invalid syntax";
	if (over)
		return "value out of range";
	*value = minus ? (int64_t)-sum : (int64_t)sum;
	return NULL;
}

static const struct {
	const char *name;
	int64_t nanoseconds;
} units[] = {
	{ "ms", CLOCK_SECOND / 1000 }, { "us", CLOCK_SECOND / 1000000 }, { "ns", 1 },
	{ "h", 3600 * CLOCK_SECOND }, { "m", 60 * CLOCK_SECOND }, { "s", CLOCK_SECOND },
};

/* time.ParseDuration; *value in ns.  Appends why not to *why. */
bool
duration_read(const char *text, int64_t *value, struct str *why)
{
	const char *c = text + (*text == '-' || *text == '+');

	*value = 0;
	if (strcmp(c, "0") == 0)
		return true;
	if (!*c) {
		str_addf(why, "time: invalid duration \"%s\"", text);
		return false;
	}
	while (*c) {
		char *end;
		double number = ascii_isdigit(*c) || *c == '.' ? strtod(c, &end) : (end = NULL, 0);
		size_t len = end ? strcspn(end, ".0123456789") : 0;
		int64_t unit = 0;

		if (!end) {
			str_addf(why, "time: invalid duration \"%s\"", text);
			return false;
		}
		for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
			if (strlen(units[i].name) == len && strncmp(units[i].name, end, len) == 0)
				unit = units[i].nanoseconds;
		if (!unit) {
			str_addf(why, len ? "time: unknown unit \"%.*s\" in duration \"%s\""
				: "time: missing unit in duration%.*s \"%s\"", (int)len, end, text);
			return false;
		}
		if (number * (double)unit > 9e18 - (double)*value) {
			str_addf(why, "time: invalid duration \"%s\"", text);
			return false;
		}
		*value += (int64_t)(number * (double)unit);
		c = end + len;
	}
	if (*text == '-')
		*value = -*value;
	return true;
}

static bool
text_read(struct flag_value *value, const char *text, struct str *why)
{
	const char *error;
	bool yes;

	switch (value->row->type) {
	case FLAG_BOOL:
		if (!bool_read(text, &yes)) {
			str_addf(why, "strconv.ParseBool: parsing \"%s\": invalid syntax", text);
			return false;
		}
		value->number = yes;
		return true;
	case FLAG_INT:
		error = int_read(text, &value->number);
		if (error)
			str_addf(why, "strconv.ParseInt: parsing \"%s\": %s", text, error);
		return !error;
	case FLAG_DURATION:
		return duration_read(text, &value->number, why);
	case FLAG_STRING:
	case FLAG_STRINGS:
	case FLAG_ARRAY:
		break;
	}
	return true;
}

/* ---- reading a line ---- */

static void
items_clear(struct flag_value *value)
{
	for (size_t i = 0; i < value->items.n; i++)
		free(value->items.v[i]);
	vec_clear(&value->items);
}

static int
value_set_text(struct parser *parser, struct flag_value *value, const char *text)
{
	const struct flag *row = value->row;
	struct str why = STR_INIT;

	if (!text_read(value, text, &why)) {
		struct str name = STR_INIT;

		if (row->letter)
			str_addf(&name, "-%c, ", row->letter);
		str_addf(&name, "--%s", row->name);
		err_set(parser->err, ERR_USAGE, "invalid argument \"%s\" for \"%s\" flag: %s", text, name.buf, why.buf);
		str_release(&name);
		str_release(&why);
		return -1;
	}
	str_release(&why);
	value->given = true;
	str_addf(&parser->flags->line, " --%s=%s", row->name, text);
	if (row->type != FLAG_STRINGS && row->type != FLAG_ARRAY)
		items_clear(value);
	while (row->type == FLAG_STRINGS && strchr(text, ',')) {
		size_t len = strcspn(text, ",");

		*vec_push(&value->items) = xstrndup(text, len);
		text += len + 1;
	}
	if (row->type != FLAG_STRINGS || value->items.n || *text)	/* a list of one empty word is empty, as pflag's */
		*vec_push(&value->items) = xstrdup(text);
	return 0;
}

static const char *
bare_value(const struct flag *row)
{
	return row->type == FLAG_BOOL ? "true" : row->bare;
}

/* "--name", "--name=value", "--name value" */
static int
read_long(struct parser *parser, const char *word)
{
	const char *name = word + 2;
	size_t len = strcspn(name, "=");
	struct flag_value *value;

	if (!len || name[0] == '-')
		return err_set(parser->err, ERR_USAGE, "bad flag syntax: %s", word);
	value = value_by_name(parser->flags, name, len);
	if (!value)
		return err_set(parser->err, ERR_USAGE, "unknown flag: --%.*s", (int)len, name);
	if (name[len] == '=')
		return value_set_text(parser, value, name + len + 1);
	if (bare_value(value->row))
		return value_set_text(parser, value, bare_value(value->row));
	if (parser->at == parser->argc)
		return err_set(parser->err, ERR_USAGE, "flag needs an argument: %s", word);
	return value_set_text(parser, value, parser->argv[parser->at++]);
}

/* "-n value", "-nvalue", "-n=value", "-Aw" */
static int
read_letters(struct parser *parser, const char *word)
{
	for (const char *c = word + 1; *c; c++) {
		struct flag_value *value = value_by_letter(parser->flags, *c);

		if (!value)
			return err_set(parser->err, ERR_USAGE, "unknown shorthand flag: '%c' in -%s", *c, c);
		if (c[1] == '=' && c[2])	/* "-o=" has the value "=" */
			return value_set_text(parser, value, c + 2);
		if (!bare_value(value->row)) {
			if (c[1])
				return value_set_text(parser, value, c + 1);
			if (parser->at == parser->argc)
				return err_set(parser->err, ERR_USAGE, "flag needs an argument: '%c' in -%s", *c, c);
			return value_set_text(parser, value, parser->argv[parser->at++]);
		}
		if (value_set_text(parser, value, bare_value(value->row)))
			return -1;
	}
	return 0;
}

static void
add_arg(struct flags *flags, const char *word)
{
	flags->args = xreallocarray(flags->args, flags->nargs + 1, sizeof *flags->args);
	flags->args[flags->nargs++] = xstrdup(word);
}

static int
read_word(struct parser *parser)
{
	const char *word = parser->argv[parser->at++];

	if (parser->flags->dash != SIZE_MAX || word[0] != '-' || !word[1]) {
		add_arg(parser->flags, word);
		return 0;
	}
	if (strcmp(word, "--") == 0) {
		parser->flags->dash = parser->flags->nargs;
		return 0;
	}
	return word[1] == '-' ? read_long(parser, word) : read_letters(parser, word);
}

static void
flags_init(struct flags *flags, const struct flag *const *tables)
{
	size_t n = 0;

	*flags = (struct flags){ .dash = SIZE_MAX, .line = STR_INIT };
	for (size_t t = 0; tables[t]; t++)
		for (const struct flag *row = tables[t]; row->name; row++)
			n++;
	flags->values = xcalloc(n, sizeof *flags->values);
	for (size_t t = 0; tables[t]; t++)
		for (const struct flag *row = tables[t]; row->name; row++)
			flags->values[flags->n++].row = row;
}

int
flags_parse(struct flags *flags, const struct flag *const *tables, int argc, const char *const *argv, struct err *err)
{
	struct parser parser = { flags, argv, argc, 0, err };

	flags_init(flags, tables);
	while (parser.at < argc)
		if (read_word(&parser)) {
			flags_release(flags);
			return -1;
		}
	return 0;
}

void
flags_release(struct flags *flags)
{
	for (size_t i = 0; i < flags->n; i++) {
		items_clear(&flags->values[i]);
		vec_release(&flags->values[i].items);
	}
	for (size_t i = 0; i < flags->nargs; i++)
		free(flags->args[i]);
	free(flags->values);
	free(flags->args);
	str_release(&flags->line);
	*flags = (struct flags){ .dash = SIZE_MAX, .line = STR_INIT };
}

/* ---- asking ---- */

bool
flag_given(const struct flags *flags, const char *name)
{
	return value_known(flags, name)->given;
}

const char *
flag_string(const struct flags *flags, const char *name)
{
	const struct flag_value *value = value_known(flags, name);

	return value->items.n ? value->items.v[value->items.n - 1] : value->row->standard;
}

static int64_t
number_of(const struct flag_value *value)
{
	struct flag_value standard = { .row = value->row };
	struct str why = STR_INIT;

	if (value->items.n)
		return value->number;
	if (value->row->standard && !text_read(&standard, value->row->standard, &why))
		BUG("the default of --%s: %s", value->row->name, why.buf);
	return standard.number;
}

bool
flag_bool(const struct flags *flags, const char *name)
{
	return number_of(value_known(flags, name)) != 0;
}

int64_t
flag_int(const struct flags *flags, const char *name)
{
	const struct flag_value *value = value_known(flags, name);

	return value->row->type == FLAG_DURATION ? number_of(value) / CLOCK_SECOND : number_of(value);
}

int64_t
flag_duration(const struct flags *flags, const char *name)
{
	return number_of(value_known(flags, name));
}

size_t
flag_count(const struct flags *flags, const char *name)
{
	return value_known(flags, name)->items.n;
}

const char *
flag_item(const struct flags *flags, const char *name, size_t i)
{
	const struct flag_value *value = value_known(flags, name);

	if (i >= value->items.n)
		BUG("--%s has %zu values, not %zu", name, value->items.n, i + 1);
	return value->items.v[i];
}

/* ---- help ---- */

static void
help_default(const struct flag *row, struct str *out)
{
	const char *standard = row->standard;

	switch (row->type) {
	case FLAG_BOOL:
		str_addf(out, "=%s", standard ? standard : "false");
		break;
	case FLAG_INT:
	case FLAG_DURATION:
		str_addf(out, "=%s", standard ? standard : row->type == FLAG_INT ? "0" : "0s");
		break;
	case FLAG_STRING:
		str_addf(out, "='%s'", standard ? standard : "");
		break;
	case FLAG_STRINGS:
	case FLAG_ARRAY:
		str_addf(out, "=[%s]", standard ? standard : "");
		break;
	}
}

static int
row_compare(const void *a, const void *b)
{
	return strcmp((*(const struct flag *const *)a)->name, (*(const struct flag *const *)b)->name);
}

void
flags_help(const struct flag *const *tables, struct str *out)
{
	VEC(const struct flag *) rows = VEC_INIT;

	for (size_t t = 0; tables[t]; t++)
		for (const struct flag *row = tables[t]; row->name; row++)
			if (row->help)
				*vec_push(&rows) = row;
	if (rows.n)
		qsort(rows.v, rows.n, sizeof *rows.v, row_compare);
	for (size_t i = 0; i < rows.n; i++) {
		str_add(out, i ? "\n    " : "    ");
		if (rows.v[i]->letter)
			str_addf(out, "-%c, ", rows.v[i]->letter);
		str_addf(out, "--%s", rows.v[i]->name);
		help_default(rows.v[i], out);
		str_addf(out, ":\n\t%s\n", rows.v[i]->help);
	}
	vec_release(&rows);
}
