/* awk's expressions; the grammar is told in cmd_awk.c. */
#include "host/awk.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/pattern.h"

/* ---- words of the script ---- */

void
awk_fail(struct awk *awk, const char *what)
{
	if (!awk->failed)
		sink_printf(awk->io->err, "awk: %s near \"%.20s\"\n", what, awk->at);
	awk->failed = true;
}

void
awk_skip_blanks(struct awk *awk)
{
	awk->at += strspn(awk->at, " \t");
}

void
awk_skip_ends(struct awk *awk)
{
	awk->at += strspn(awk->at, " \t\n;");
}

bool
awk_take(struct awk *awk, const char *word)
{
	size_t n = strlen(word);

	awk_skip_blanks(awk);
	if (strncmp(awk->at, word, n) != 0)
		return false;
	if (ascii_isalpha(word[0]) && (ascii_isalnum(awk->at[n]) || awk->at[n] == '_'))
		return false;	/* a longer name */
	awk->at += n;
	return true;
}

/* ---- values ---- */

static bool
looks_number(const char *text)
{
	char *end;

	if (!text[strspn(text, " \t")] || strpbrk(text, "xXnNpP"))	/* strtod also takes 0x1, nan, inf */
		return false;
	strtod(text, &end);
	return !end[strspn(end, " \t")];
}

double
cell_number(const struct cell *value)
{
	const char *text = value->text.buf;

	return strpbrk(text, "xXnNpP") ? (double)strtol(text, NULL, 10) : strtod(text, NULL);
}

bool
cell_truth(const struct cell *value)
{
	return value->number ? cell_number(value) != 0 : value->text.len > 0;
}

void
cell_set_number(struct cell *value, double number)
{
	str_clear(&value->text);
	if (number == floor(number) && fabs(number) < 1e15)
		str_addf(&value->text, "%.0f", number);
	else
		str_addf(&value->text, "%.6g", number);
	value->number = true;
}

void
cell_set_input(struct cell *value, const char *text)
{
	str_clear(&value->text);
	str_add(&value->text, text);
	value->number = looks_number(text);
}

static int
compare(const struct cell *a, const struct cell *b)
{
	double x, y;

	if (!a->number || !b->number)
		return strcmp(a->text.buf, b->text.buf);
	x = cell_number(a);
	y = cell_number(b);
	return (x > y) - (x < y);
}

/* ---- patterns ---- */

bool
awk_matches(struct awk *awk, const char *pattern_text, const char *text)
{
	struct pattern *pattern = map_get(&awk->patterns, pattern_text);
	regmatch_t groups[PATTERN_GROUPS];
	struct str why = STR_INIT;

	if (!pattern) {
		pattern = xcalloc(1, sizeof *pattern);
		map_set(&awk->patterns, pattern_text, pattern);
		if (!pattern_compile(pattern, pattern_text, true, false, &why))
			awk_fail(awk, why.buf);
		str_release(&why);
	}
	return pattern->compiled && pattern_match(pattern, text, true, groups);
}

/* From behind the opening delimiter to behind the closing one. */
void
awk_take_delimited(struct awk *awk, char delimiter, struct str *out)
{
	static const char letters[] = "nt\"\\/", meant[] = "\n\t\"\\/";

	for (; *awk->at && *awk->at != delimiter; awk->at++) {
		const char *found = *awk->at == '\\' && awk->at[1] ? strchr(letters, awk->at[1]) : NULL;

		if (found && (delimiter == '"' || *found == '/')) {
			str_addch(out, meant[found - letters]);
			awk->at++;
		} else {
			str_addch(out, *awk->at);
		}
	}
	if (*awk->at)
		awk->at++;
	else
		awk_fail(awk, "unterminated text or pattern");
}

/* ---- expressions ---- */

static void
field(struct awk *awk, struct cell *value)
{
	double number;

	awk_primary(awk, value);
	number = cell_number(value);
	if (number < 0 || number > 1e6)
		awk_fail(awk, "no such field");
	else if (number < 1)
		cell_set_input(value, awk->line.buf);
	else
		cell_set_input(value, (size_t)number <= awk->fields.n ? awk->fields.v[(size_t)number - 1] : "");
}

/* ---- functions ---- */

#define ARGUMENTS_MAX 3

static void
do_substr(struct cell *value, const struct cell *args, size_t n)
{
	double len = (double)args[0].text.len, from = round(cell_number(&args[1]));
	double end = n > 2 ? from + round(cell_number(&args[2])) : len + 1;

	from = from < 1 ? 1 : from;
	end = end > len + 1 ? len + 1 : end;
	if (from < end)
		str_addn(&value->text, args[0].text.buf + (size_t)from - 1, (size_t)(end - from));
}

static void
do_index(struct cell *value, const struct cell *args, size_t n)
{
	const char *found = strstr(args[0].text.buf, args[1].text.buf);

	(void)n;
	cell_set_number(value, found ? (double)(found - args[0].text.buf + 1) : 0);
}

static void
do_toupper(struct cell *value, const struct cell *args, size_t n)
{
	(void)n;
	for (const char *c = args[0].text.buf; *c; c++)
		str_addch(&value->text, (char)ascii_toupper(*c));
}

static void
do_tolower(struct cell *value, const struct cell *args, size_t n)
{
	(void)n;
	for (const char *c = args[0].text.buf; *c; c++)
		str_addch(&value->text, (char)ascii_tolower(*c));
}

static void
do_int(struct cell *value, const struct cell *args, size_t n)
{
	(void)n;
	cell_set_number(value, trunc(cell_number(&args[0])));
}

static const struct {
	const char *name;
	size_t least, most;
	void (*fn)(struct cell *value, const struct cell *args, size_t n);
} functions[] = {
	{ "substr", 2, 3, do_substr }, { "index", 2, 2, do_index }, { "toupper", 1, 1, do_toupper },
	{ "tolower", 1, 1, do_tolower }, { "int", 1, 1, do_int },
};

/* From behind the opening parenthesis. */
static void
call(struct awk *awk, const char *word, struct cell *value)
{
	struct cell args[ARGUMENTS_MAX] = { { STR_INIT, false }, { STR_INIT, false }, { STR_INIT, false } };
	size_t n = 0, f = 0, count = sizeof functions / sizeof functions[0];

	while (f < count && strcmp(functions[f].name, word) != 0)
		f++;
	if (f == count) {
		awk_fail(awk, "this function is not part of this awk");
		return;
	}
	do
		awk_expression(awk, &args[n++]);
	while (!awk->failed && n < functions[f].most && awk_take(awk, ","));
	if (!awk_take(awk, ")") || n < functions[f].least)
		awk_fail(awk, "syntax error");
	else
		functions[f].fn(value, args, n);
	for (size_t i = 0; i < ARGUMENTS_MAX; i++)
		str_release(&args[i].text);
}

static void
name(struct awk *awk, struct cell *value)
{
	size_t n = 0;
	const char *text;
	char *word;

	while (ascii_isalnum(awk->at[n]) || awk->at[n] == '_')
		n++;
	if (!n) {
		awk_fail(awk, "syntax error");
		return;
	}
	word = xstrndup(awk->at, n);
	awk->at += n;
	text = map_get(&awk->variables, word);
	if (awk->at[0] == '(') {
		awk->at++;
		call(awk, word, value);
		free(word);
		return;
	}
	if (strcmp(word, "NR") == 0)
		cell_set_number(value, (double)awk->nr);
	else if (strcmp(word, "NF") == 0)
		cell_set_number(value, (double)awk->fields.n);
	else
		cell_set_input(value, text ? text : "");
	value->number |= !text;	/* an unset name is both "" and 0 */
	free(word);
}

static void
length(struct awk *awk, struct cell *value)
{
	if (awk_take(awk, "(")) {
		awk_expression(awk, value);
		if (!awk_take(awk, ")"))
			awk_fail(awk, "`)' is missing");
		cell_set_number(value, (double)value->text.len);
	} else {
		cell_set_number(value, (double)awk->line.len);
	}
}

static void
literal_number(struct awk *awk, struct cell *value)
{
	size_t n = strspn(awk->at, "0123456789.");
	char *word = xstrndup(awk->at, n);

	awk->at += n;
	cell_set_number(value, strtod(word, NULL));
	free(word);
}

static void
primary_inner(struct awk *awk, struct cell *value)
{
	awk_skip_blanks(awk);
	if (awk_take(awk, "$")) {
		field(awk, value);
	} else if (awk_take(awk, "!")) {
		awk_primary(awk, value);
		cell_set_number(value, !cell_truth(value));
	} else if (awk_take(awk, "-")) {
		awk_primary(awk, value);
		cell_set_number(value, -cell_number(value));
	} else if (awk_take(awk, "(")) {
		awk_expression(awk, value);
		if (!awk_take(awk, ")"))
			awk_fail(awk, "`)' is missing");
	} else if (awk_take(awk, "\"")) {
		awk_take_delimited(awk, '"', &value->text);
	} else if (awk_take(awk, "/")) {
		struct str pattern = STR_INIT;

		awk_take_delimited(awk, '/', &pattern);
		cell_set_number(value, awk_matches(awk, pattern.buf, awk->line.buf));
		str_release(&pattern);
	} else if (ascii_isdigit(*awk->at)) {
		literal_number(awk, value);
	} else if (awk_take(awk, "length")) {
		length(awk, value);
	} else {
		name(awk, value);
	}
}

void
awk_primary(struct awk *awk, struct cell *value)
{
	if (++awk->depth > AWK_DEPTH_MAX)
		awk_fail(awk, "expressions are nested too deep");
	else if (!awk->failed)
		primary_inner(awk, value);
	awk->depth--;
}

static double
calculate(char op, double a, double b)
{
	switch (op) {
	case '+':
		return a + b;
	case '-':
		return a - b;
	case '*':
		return a * b;
	case '/':
		return a / b;
	default:
		return fmod(a, b);
	}
}

/* One level: operands joined by one-character operators, left to right. */
static void
arithmetic(struct awk *awk, struct cell *value, const char *operators, void (*operand)(struct awk *, struct cell *))
{
	operand(awk, value);
	for (;;) {
		struct cell right = { STR_INIT, false };
		char op;
		double a, b;

		awk_skip_blanks(awk);
		op = *awk->at;
		if (awk->failed || !op || !strchr(operators, op) || awk->at[1] == '=' || awk->at[1] == op)
			return;
		awk->at++;
		operand(awk, &right);
		a = cell_number(value);
		b = cell_number(&right);
		str_release(&right.text);
		if ((op == '/' || op == '%') && b == 0 && awk->doing)
			awk_fail(awk, "division by zero");
		else if (b != 0 || (op != '/' && op != '%'))
			cell_set_number(value, calculate(op, a, b));
	}
}

static void
product(struct awk *awk, struct cell *value)
{
	arithmetic(awk, value, "*/%", awk_primary);
}

static void
sum(struct awk *awk, struct cell *value)
{
	arithmetic(awk, value, "+-", product);
}

static void
joined(struct awk *awk, struct cell *value)
{
	sum(awk, value);
	for (awk_skip_blanks(awk); !awk->failed && (ascii_isalnum(*awk->at) || (*awk->at && strchr("\"$(_", *awk->at)));
		awk_skip_blanks(awk)) {
		struct cell right = { STR_INIT, false };

		sum(awk, &right);
		str_addn(&value->text, right.text.buf, right.text.len);
		value->number = false;
		str_release(&right.text);
		if (value->text.len > SHELL_BUFFER_MAX)
			awk_fail(awk, "a text of more than 8 MiB");
	}
}

static const struct {
	const char *op;
	bool less, equal, more;
} comparisons[] = {	/* the longer first */
	{ "==", false, true, false }, { "!=", true, false, true }, { "<=", true, true, false },
	{ ">=", false, true, true }, { "<", true, false, false }, { ">", false, false, true },
};

static void
compared(struct awk *awk, struct cell *value)
{
	struct cell right = { STR_INIT, false };
	bool invert;

	joined(awk, value);
	invert = awk_take(awk, "!~");
	if (invert || awk_take(awk, "~")) {
		const char *slash;

		awk_skip_blanks(awk);
		slash = *awk->at == '/' ? awk->at++ : NULL;
		if (slash)
			awk_take_delimited(awk, '/', &right.text);
		else
			joined(awk, &right);
		cell_set_number(value, awk_matches(awk, right.text.buf, value->text.buf) != invert);
		str_release(&right.text);
		return;
	}
	for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++)
		if (awk_take(awk, comparisons[i].op)) {
			int order;

			joined(awk, &right);
			order = compare(value, &right);
			cell_set_number(value, (comparisons[i].less && order < 0) || (comparisons[i].equal && order == 0) ||
				(comparisons[i].more && order > 0));
			break;
		}
	str_release(&right.text);
}

static void
both(struct awk *awk, struct cell *value)
{
	compared(awk, value);
	while (!awk->failed && awk_take(awk, "&&")) {
		struct cell right = { STR_INIT, false };

		compared(awk, &right);
		cell_set_number(value, cell_truth(value) & cell_truth(&right));
		str_release(&right.text);
	}
}

void
awk_expression(struct awk *awk, struct cell *value)
{
	both(awk, value);
	while (!awk->failed && awk_take(awk, "||")) {
		struct cell right = { STR_INIT, false };

		both(awk, &right);
		cell_set_number(value, cell_truth(value) | cell_truth(&right));
		str_release(&right.text);
	}
}
