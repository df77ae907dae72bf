/*
 * awk, as much of it as people put behind kubectl:
 *
 *	item:       [pattern] ["{" statement {(";" | newline) statement} "}"]
 *	pattern:    BEGIN | END | either
 *	statement:  print [either {"," either}] | printf either {"," either} | next | "{" statements "}"
 *	            | if "(" either ")" statement [else statement]
 *	            | place ("=" | "+=" | "-=") either | NAME "++" | (sub | gsub) "(" /RE/ "," either ["," place] ")"
 *	place:      NAME | "$" primary
 *	either:     both {"||" both}
 *	both:       compared {"&&" compared}
 *	compared:   joined [("==" | "!=" | "<" | ">" | "<=" | ">=" | "~" | "!~") joined]
 *	joined:     sum {sum}
 *	sum:        product {("+" | "-") product}
 *	product:    primary {("*" | "/" | "%") primary}
 *	primary:    NUMBER | "TEXT" | /RE/ | "$" primary | NR | NF | NAME | "(" either ")" | ("!" | "-") primary
 *	            | length ["(" either ")"] | (substr | index | toupper | tolower | int) "(" either {"," either} ")"
 *
 * The script is run while it is read, once for each line; what is not wanted (the block of a pattern that is false) is
 * read without being done.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "host/commands.h"
#include "host/options.h"
#include "host/pattern.h"

#define DEPTH_MAX 64

enum phase { PHASE_BEGIN, PHASE_LINE, PHASE_END };

struct awk {
	struct io *io;
	const char *at;			/* in the script */
	enum phase phase;
	bool doing, failed, next;
	unsigned depth;
	struct str line, out;
	const char *separator;		/* -F; NULL: blanks */
	VEC(char *) fields;
	size_t nr;
	struct map variables;		/* name -> char *, owned */
	struct map patterns;		/* text -> struct pattern *, owned */
};

struct cell {
	struct str text;
	bool number;	/* made by arithmetic, or input that looks like a number */
};

static void either(struct awk *awk, struct cell *value);

/* ---- words of the script ---- */

static void
fail(struct awk *awk, const char *what)
{
	if (!awk->failed)
		sink_printf(awk->io->err, "awk: %s near \"%.20s\"\n", what, awk->at);
	awk->failed = true;
}

static void
skip_blanks(struct awk *awk)
{
	awk->at += strspn(awk->at, " \t");
}

static void
skip_ends(struct awk *awk)
{
	awk->at += strspn(awk->at, " \t\n;");
}

static bool
take(struct awk *awk, const char *word)
{
	size_t n = strlen(word);

	skip_blanks(awk);
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

static double
to_number(const struct cell *value)
{
	const char *text = value->text.buf;

	return strpbrk(text, "xXnNpP") ? (double)strtol(text, NULL, 10) : strtod(text, NULL);
}

static bool
to_truth(const struct cell *value)
{
	return value->number ? to_number(value) != 0 : value->text.len > 0;
}

static void
set_number(struct cell *value, double number)
{
	str_clear(&value->text);
	if (number == floor(number) && fabs(number) < 1e15)
		str_addf(&value->text, "%.0f", number);
	else
		str_addf(&value->text, "%.6g", number);
	value->number = true;
}

static void
set_input(struct cell *value, const char *text)
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
	x = to_number(a);
	y = to_number(b);
	return (x > y) - (x < y);
}

/* ---- patterns ---- */

static bool
matches(struct awk *awk, const char *pattern_text, const char *text)
{
	struct pattern *pattern = map_get(&awk->patterns, pattern_text);
	regmatch_t groups[PATTERN_GROUPS];
	struct str why = STR_INIT;

	if (!pattern) {
		pattern = xcalloc(1, sizeof *pattern);
		map_set(&awk->patterns, pattern_text, pattern);
		if (!pattern_compile(pattern, pattern_text, true, false, &why))
			fail(awk, why.buf);
		str_release(&why);
	}
	return pattern->compiled && pattern_match(pattern, text, true, groups);
}

/* From behind the opening delimiter to behind the closing one. */
static void
take_delimited(struct awk *awk, char delimiter, struct str *out)
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
		fail(awk, "unterminated text or pattern");
}

/* ---- expressions ---- */

static void primary(struct awk *awk, struct cell *value);

static void
field(struct awk *awk, struct cell *value)
{
	double number;

	primary(awk, value);
	number = to_number(value);
	if (number < 0 || number > 1e6)
		fail(awk, "no such field");
	else if (number < 1)
		set_input(value, awk->line.buf);
	else
		set_input(value, (size_t)number <= awk->fields.n ? awk->fields.v[(size_t)number - 1] : "");
}

/* ---- functions ---- */

#define ARGUMENTS_MAX 3

static void
do_substr(struct cell *value, const struct cell *args, size_t n)
{
	double len = (double)args[0].text.len, from = round(to_number(&args[1]));
	double end = n > 2 ? from + round(to_number(&args[2])) : len + 1;

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
	set_number(value, found ? (double)(found - args[0].text.buf + 1) : 0);
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
	set_number(value, trunc(to_number(&args[0])));
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
		fail(awk, "this function is not part of this awk");
		return;
	}
	do
		either(awk, &args[n++]);
	while (!awk->failed && n < functions[f].most && take(awk, ","));
	if (!take(awk, ")") || n < functions[f].least)
		fail(awk, "syntax error");
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
		fail(awk, "syntax error");
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
		set_number(value, (double)awk->nr);
	else if (strcmp(word, "NF") == 0)
		set_number(value, (double)awk->fields.n);
	else
		set_input(value, text ? text : "");
	value->number |= !text;	/* an unset name is both "" and 0 */
	free(word);
}

static void
length(struct awk *awk, struct cell *value)
{
	if (take(awk, "(")) {
		either(awk, value);
		if (!take(awk, ")"))
			fail(awk, "`)' is missing");
		set_number(value, (double)value->text.len);
	} else {
		set_number(value, (double)awk->line.len);
	}
}

static void
literal_number(struct awk *awk, struct cell *value)
{
	size_t n = strspn(awk->at, "0123456789.");
	char *word = xstrndup(awk->at, n);

	awk->at += n;
	set_number(value, strtod(word, NULL));
	free(word);
}

static void
primary_inner(struct awk *awk, struct cell *value)
{
	skip_blanks(awk);
	if (take(awk, "$")) {
		field(awk, value);
	} else if (take(awk, "!")) {
		primary(awk, value);
		set_number(value, !to_truth(value));
	} else if (take(awk, "-")) {
		primary(awk, value);
		set_number(value, -to_number(value));
	} else if (take(awk, "(")) {
		either(awk, value);
		if (!take(awk, ")"))
			fail(awk, "`)' is missing");
	} else if (take(awk, "\"")) {
		take_delimited(awk, '"', &value->text);
	} else if (take(awk, "/")) {
		struct str pattern = STR_INIT;

		take_delimited(awk, '/', &pattern);
		set_number(value, matches(awk, pattern.buf, awk->line.buf));
		str_release(&pattern);
	} else if (ascii_isdigit(*awk->at)) {
		literal_number(awk, value);
	} else if (take(awk, "length")) {
		length(awk, value);
	} else {
		name(awk, value);
	}
}

static void
primary(struct awk *awk, struct cell *value)
{
	if (++awk->depth > DEPTH_MAX)
		fail(awk, "expressions are nested too deep");
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

		skip_blanks(awk);
		op = *awk->at;
		if (awk->failed || !op || !strchr(operators, op) || awk->at[1] == '=' || awk->at[1] == op)
			return;
		awk->at++;
		operand(awk, &right);
		a = to_number(value);
		b = to_number(&right);
		str_release(&right.text);
		if ((op == '/' || op == '%') && b == 0 && awk->doing)
			fail(awk, "division by zero");
		else if (b != 0 || (op != '/' && op != '%'))
			set_number(value, calculate(op, a, b));
	}
}

static void
product(struct awk *awk, struct cell *value)
{
	arithmetic(awk, value, "*/%", primary);
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
	for (skip_blanks(awk); !awk->failed && (ascii_isalnum(*awk->at) || (*awk->at && strchr("\"$(_", *awk->at)));
		skip_blanks(awk)) {
		struct cell right = { STR_INIT, false };

		sum(awk, &right);
		str_addn(&value->text, right.text.buf, right.text.len);
		value->number = false;
		str_release(&right.text);
		if (value->text.len > SHELL_BUFFER_MAX)
			fail(awk, "a text of more than 8 MiB");
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
	invert = take(awk, "!~");
	if (invert || take(awk, "~")) {
		const char *slash;

		skip_blanks(awk);
		slash = *awk->at == '/' ? awk->at++ : NULL;
		if (slash)
			take_delimited(awk, '/', &right.text);
		else
			joined(awk, &right);
		set_number(value, matches(awk, right.text.buf, value->text.buf) != invert);
		str_release(&right.text);
		return;
	}
	for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++)
		if (take(awk, comparisons[i].op)) {
			int order;

			joined(awk, &right);
			order = compare(value, &right);
			set_number(value, (comparisons[i].less && order < 0) || (comparisons[i].equal && order == 0) ||
				(comparisons[i].more && order > 0));
			break;
		}
	str_release(&right.text);
}

static void
both(struct awk *awk, struct cell *value)
{
	compared(awk, value);
	while (!awk->failed && take(awk, "&&")) {
		struct cell right = { STR_INIT, false };

		compared(awk, &right);
		set_number(value, to_truth(value) & to_truth(&right));
		str_release(&right.text);
	}
}

static void
either(struct awk *awk, struct cell *value)
{
	both(awk, value);
	while (!awk->failed && take(awk, "||")) {
		struct cell right = { STR_INIT, false };

		both(awk, &right);
		set_number(value, to_truth(value) | to_truth(&right));
		str_release(&right.text);
	}
}

/* ---- statements ---- */

static bool
at_end_of_statement(struct awk *awk)
{
	skip_blanks(awk);
	return !*awk->at || strchr(";\n}", *awk->at);
}

static const char *
output_separator(const struct awk *awk)
{
	const char *separator = map_get(&awk->variables, "OFS");

	return separator ? separator : " ";
}

static void
print_values(struct awk *awk)
{
	struct str text = STR_INIT;
	bool first = true;

	if (at_end_of_statement(awk)) {
		str_addn(&text, awk->line.buf, awk->line.len);
	} else {
		do {
			struct cell value = { STR_INIT, false };

			either(awk, &value);
			str_addf(&text, "%s%s", first ? "" : output_separator(awk), value.text.buf);
			first = false;
			str_release(&value.text);
		} while (!awk->failed && take(awk, ","));
	}
	if (awk->doing && !awk->failed)
		str_addf(&awk->out, "%s\n", text.buf);
	str_release(&text);
}

/* The words of printf are the shell's printf's affair. */
static void
print_format(struct awk *awk)
{
	struct io_names words = VEC_INIT;
	struct sink_str collected = SINK_STR_INIT;
	struct io io = { .out = &collected.sink, .err = awk->io->err };

	*vec_push(&words) = xstrdup("printf");
	do {
		struct cell value = { STR_INIT, false };

		either(awk, &value);
		*vec_push(&words) = str_detach(&value.text);
	} while (!awk->failed && take(awk, ","));
	if (awk->doing && !awk->failed)
		command_printf.run(NULL, &io, (int)words.n, (const char *const *)words.v);
	str_addn(&awk->out, collected.str.buf, collected.str.len);
	str_release(&collected.str);
	io_names_release(&words);
}

/* What can be given a value: a variable, or a field. */
struct awk_place {
	char *name;	/* NULL: a field */
	size_t field;	/* 0: the whole line */
};

static struct awk_place
take_place(struct awk *awk)
{
	struct cell number = { STR_INIT, false };
	struct awk_place target = { NULL, 0 };
	size_t n = 0;

	if (take(awk, "$")) {
		primary(awk, &number);
		if (to_number(&number) < 0 || to_number(&number) > 1000)
			fail(awk, "no such field");
		else
			target.field = (size_t)to_number(&number);
		str_release(&number.text);
		return target;
	}
	while (ascii_isalnum(awk->at[n]) || awk->at[n] == '_')
		n++;
	if (!n || ascii_isdigit(*awk->at))
		fail(awk, "syntax error");
	target.name = xstrndup(awk->at, n);
	awk->at += n;
	return target;
}

static const char *
place_text(const struct awk *awk, const struct awk_place *target)
{
	const char *text = target->name ? map_get(&awk->variables, target->name) : NULL;

	if (target->name)
		return text ? text : "";
	if (!target->field)
		return awk->line.buf;
	return target->field <= awk->fields.n ? awk->fields.v[target->field - 1] : "";
}

static void fields_split(struct awk *awk);

/* A field that changes makes the line anew, a line its fields. */
static void
place_set(struct awk *awk, const struct awk_place *target, const char *text)
{
	char *copy = xstrdup(text);

	if (target->name) {
		free(map_remove(&awk->variables, target->name));
		map_set(&awk->variables, target->name, copy);
		return;
	}
	if (!target->field) {
		str_clear(&awk->line);
		str_add(&awk->line, copy);
		free(copy);
		fields_split(awk);
		return;
	}
	while (awk->fields.n < target->field)
		*vec_push(&awk->fields) = xstrdup("");
	free(awk->fields.v[target->field - 1]);
	awk->fields.v[target->field - 1] = copy;
	str_clear(&awk->line);
	for (size_t i = 0; i < awk->fields.n; i++)
		str_addf(&awk->line, "%s%s", i ? output_separator(awk) : "", awk->fields.v[i]);
}

static void
assign(struct awk *awk)
{
	struct cell value = { STR_INIT, false }, old = { STR_INIT, false };
	struct awk_place target = take_place(awk);

	set_input(&old, place_text(awk, &target));
	if (take(awk, "++")) {
		set_number(&value, to_number(&old) + 1);
	} else if (take(awk, "+=")) {
		either(awk, &value);
		set_number(&value, to_number(&old) + to_number(&value));
	} else if (take(awk, "-=")) {
		either(awk, &value);
		set_number(&value, to_number(&old) - to_number(&value));
	} else if (take(awk, "=")) {
		either(awk, &value);
	} else {
		fail(awk, "syntax error");
	}
	if (awk->doing && !awk->failed)
		place_set(awk, &target, value.text.buf);
	free(target.name);
	str_release(&value.text);
	str_release(&old.text);
}

/* The first match, or each, replaced; & in the text is what matched. */
static void
replace(struct awk *awk, const char *pattern_text, const char *text, const char *with, bool all, struct str *out)
{
	regmatch_t groups[PATTERN_GROUPS];
	const struct pattern *pattern;
	bool begin = true;

	if (!matches(awk, pattern_text, text)) {
		str_add(out, text);
		return;
	}
	pattern = map_get(&awk->patterns, pattern_text);
	while ((begin || all) && pattern_match(pattern, text, begin, groups)) {
		str_addn(out, text, (size_t)groups[0].rm_so);
		for (const char *c = with; *c; c++)
			if (*c == '&')
				str_addn(out, text + groups[0].rm_so, (size_t)(groups[0].rm_eo - groups[0].rm_so));
			else
				str_addch(out, *c == '\\' && c[1] == '&' ? *++c : *c);
		text += groups[0].rm_eo;
		if (groups[0].rm_so == groups[0].rm_eo) {
			if (!*text)
				break;
			str_addch(out, *text++);
		}
		begin = false;
	}
	str_add(out, text);
}

static void
substitute(struct awk *awk, bool all)
{
	struct cell pattern = { STR_INIT, false }, with = { STR_INIT, false };
	struct awk_place target = { NULL, 0 };
	struct str out = STR_INIT;

	if (!take(awk, "("))
		fail(awk, "syntax error");
	skip_blanks(awk);
	if (take(awk, "/"))
		take_delimited(awk, '/', &pattern.text);
	else
		either(awk, &pattern);
	if (!take(awk, ","))
		fail(awk, "syntax error");
	either(awk, &with);
	if (take(awk, ",")) {
		skip_blanks(awk);
		target = take_place(awk);
	}
	if (!take(awk, ")"))
		fail(awk, "`)' is missing");
	if (awk->doing && !awk->failed) {
		replace(awk, pattern.text.buf, place_text(awk, &target), with.text.buf, all, &out);
		place_set(awk, &target, out.buf);
	}
	free(target.name);
	str_release(&pattern.text);
	str_release(&with.text);
	str_release(&out);
}

static void statement(struct awk *awk);

/* From behind the opening brace. */
static void
block(struct awk *awk)
{
	for (skip_ends(awk); !awk->failed && !take(awk, "}"); skip_ends(awk)) {
		if (!*awk->at)
			fail(awk, "`}' is missing");
		else
			statement(awk);
	}
}

/* if (..) .. else ..: what doesn't hold is read without being done. */
static void
choice(struct awk *awk)
{
	struct cell value = { STR_INIT, false };
	bool doing = awk->doing, holds;
	const char *before;

	if (!take(awk, "("))
		fail(awk, "syntax error");
	either(awk, &value);
	if (!take(awk, ")"))
		fail(awk, "`)' is missing");
	holds = to_truth(&value);
	str_release(&value.text);
	awk->doing = doing && holds;
	awk->at += strspn(awk->at, " \t\n");
	statement(awk);
	before = awk->at;
	skip_ends(awk);
	if (!awk->failed && take(awk, "else")) {
		awk->doing = doing && !holds && !awk->next;
		awk->at += strspn(awk->at, " \t\n");
		statement(awk);
	} else {
		awk->at = before;
	}
	awk->doing = doing && !awk->next;
}

static void
simple_statement(struct awk *awk)
{
	if (take(awk, "printf"))
		print_format(awk);
	else if (take(awk, "print"))
		print_values(awk);
	else if (take(awk, "next"))
		awk->next |= awk->doing;
	else if (take(awk, "gsub"))
		substitute(awk, true);
	else if (take(awk, "sub"))
		substitute(awk, false);
	else
		assign(awk);
	if (awk->next)
		awk->doing = false;
	if (!awk->failed && !at_end_of_statement(awk))
		fail(awk, "syntax error");
}

static void
statement(struct awk *awk)
{
	if (++awk->depth > DEPTH_MAX)
		fail(awk, "statements are nested too deep");
	else if (take(awk, "{"))
		block(awk);
	else if (take(awk, "if"))
		choice(awk);
	else
		simple_statement(awk);
	awk->depth--;
}

static void
item(struct awk *awk)
{
	struct cell value = { STR_INIT, false };

	awk->doing = awk->phase == PHASE_LINE;
	if (take(awk, "BEGIN")) {
		awk->doing = awk->phase == PHASE_BEGIN;
	} else if (take(awk, "END")) {
		awk->doing = awk->phase == PHASE_END;
	} else if (*awk->at != '{') {
		either(awk, &value);
		awk->doing = awk->doing && to_truth(&value);
	}
	awk->doing = awk->doing && !awk->next;
	str_release(&value.text);
	if (!take(awk, "{")) {
		if (awk->doing && !awk->failed)
			str_addf(&awk->out, "%s\n", awk->line.buf);
		return;
	}
	block(awk);
}

static void
run(struct awk *awk, const char *script, enum phase phase)
{
	awk->at = script;
	awk->phase = phase;
	awk->next = false;
	for (skip_ends(awk); *awk->at && !awk->failed; skip_ends(awk))
		item(awk);
}

/* ---- lines ---- */

static void
fields_clear(struct awk *awk)
{
	for (size_t i = 0; i < awk->fields.n; i++)
		free(awk->fields.v[i]);
	vec_clear(&awk->fields);
}

/* One character is itself; anything longer is a pattern. */
static const char *
find_separator(struct awk *awk, const char *text, size_t *width)
{
	regmatch_t groups[PATTERN_GROUPS];

	*width = 1;
	if (!awk->separator[1])
		return strchr(text, *awk->separator);
	if (!matches(awk, awk->separator, text) ||
		!pattern_match(map_get(&awk->patterns, awk->separator), text, true, groups) ||
		groups[0].rm_eo == groups[0].rm_so)
		return NULL;
	*width = (size_t)(groups[0].rm_eo - groups[0].rm_so);
	return text + groups[0].rm_so;
}

static void
fields_split(struct awk *awk)
{
	const char *c = awk->line.buf;
	size_t width = awk->separator ? strlen(awk->separator) : 0;

	fields_clear(awk);
	if (!width) {
		for (c += strspn(c, " \t\n"); *c; c += strspn(c, " \t\n")) {
			size_t len = strcspn(c, " \t\n");

			*vec_push(&awk->fields) = xstrndup(c, len);
			c += len;
		}
		return;
	}
	while (*c || awk->fields.n) {
		const char *end = find_separator(awk, c, &width);

		*vec_push(&awk->fields) = end ? xstrndup(c, (size_t)(end - c)) : xstrdup(c);
		if (!end || awk->failed)
			break;
		c = end + width;
	}
}

static void
run_lines(struct awk *awk, const char *script, const struct str *text)
{
	const char *line;
	size_t at = 0, len;

	run(awk, script, PHASE_BEGIN);
	while (!awk->failed && line_next(text, &at, &line, &len)) {
		str_clear(&awk->line);
		str_addn(&awk->line, line, len);
		awk->nr++;
		fields_split(awk);
		run(awk, script, PHASE_LINE);
		if (awk->out.len > SHELL_BUFFER_MAX)
			fail(awk, "more than 8 MiB of output");
	}
	if (!awk->failed)
		run(awk, script, PHASE_END);
}

static void
awk_release(struct awk *awk)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&awk->variables, &i));)
		free(entry->value);
	for (size_t i = 0; (entry = map_next(&awk->patterns, &i));) {
		pattern_release(entry->value);
		free(entry->value);
	}
	map_release(&awk->variables);
	map_release(&awk->patterns);
	fields_clear(awk);
	vec_release(&awk->fields);
	str_release(&awk->line);
	str_release(&awk->out);
}

static int
awk_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct awk awk = { .io = io, .line = STR_INIT, .out = STR_INIT };
	struct str text = STR_INIT;
	struct options options;
	bool read = true;

	(void)shell;
	options_init(&options, io, argc, argv, "F:v:", NULL);
	while (options_next(&options)) {
		const char *equals = strchr(options.value, '=');

		if (options.letter == 'F') {
			awk.separator = strcmp(options.value, "\\t") == 0 ? "\t" : options.value;
			if (strcmp(awk.separator, " ") == 0)
				awk.separator = NULL;
		} else if (equals) {
			char *word = xstrndup(options.value, (size_t)(equals - options.value));

			free(map_remove(&awk.variables, word));
			map_set(&awk.variables, word, xstrdup(equals + 1));
			free(word);
		}
	}
	if (!options.failed && !options.words.n) {
		sink_put(io->err, "Usage: awk [-F fs][-v var=value] 'prog' [file ...]\n");
		options.failed = true;
	}
	for (size_t i = 1; !options.failed && i < options.words.n; i++)
		read &= input_read(io, "awk", options.words.v[i], &text);
	if (!options.failed && options.words.n == 1)
		read = input_read(io, "awk", "-", &text);
	if (!options.failed) {
		run_lines(&awk, options.words.v[0], &text);
		sink_write(io->out, awk.out.buf, awk.out.len);
	}
	awk.failed |= options.failed || !read;
	str_release(&text);
	options_release(&options);
	awk_release(&awk);
	return awk.failed ? 2 : 0;
}

const struct command command_awk = { .name = "awk", .usage = "[-F C] 'PATTERN { print $1 }' [FILE..]",
	.help = "Fields of lines", .run = awk_main };
