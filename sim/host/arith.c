/*
 * Precedence climbing over the text itself: each level asks for the next tighter one and looks for its operators.
 * Overflow wraps, as in bash.  Parts that are not reached (b in 0 && b) are read but have no effect.
 */
#include "host/arith.h"

#include <stdio.h>
#include <string.h>

#define ARITH_DEPTH_MAX 100

struct arith {
	struct shell *shell;
	const struct streams *streams;
	const char *whole, *at;
	unsigned depth;
	unsigned skipped;	/* > 0: what is read has no effect */
	bool failed;
};

static int64_t comma_value(struct arith *a);
static int64_t assignment_value(struct arith *a);

static int64_t
fail(struct arith *a, const char *why, const char *token)
{
	size_t from = strspn(a->whole, " \t\n");

	if (!a->failed)
		shell_error(a->streams, 1, "%s: %s (error token is \"%s\")", a->whole + from, why, token);
	a->failed = true;
	return 0;
}

/* What holds itself is counted, so that no text uses up the stack. */
static bool
deeper(struct arith *a)
{
	if (++a->depth <= ARITH_DEPTH_MAX)
		return true;
	fail(a, "expression recursion level exceeded", a->at);
	return false;
}

static void
skip_blanks(struct arith *a)
{
	a->at += strspn(a->at, " \t\n");
}

/* Takes the operator when it stands here, and no longer one that begins with it. */
static bool
take(struct arith *a, const char *operator, const char *not_before)
{
	size_t len = strlen(operator);

	skip_blanks(a);
	if (a->failed || strncmp(a->at, operator, len) != 0 || (a->at[len] && strchr(not_before, a->at[len])))
		return false;
	a->at += len;
	return true;
}

/* ---- operands ---- */

static int
digit_value(char c)
{
	if (ascii_isdigit(c))
		return c - '0';
	return ascii_isalpha(c) ? ascii_tolower(c) - 'a' + 10 : 99;
}

/* 12, 0x1f, 017, 2#101 */
static int64_t
number_value(struct arith *a)
{
	const char *start = a->at;
	uint64_t value = 0;
	int base = 10;

	if (a->at[0] == '0' && (a->at[1] == 'x' || a->at[1] == 'X')) {
		base = 16;
		a->at += 2;
	} else if (a->at[0] == '0') {
		base = 8;
	}
	for (; ascii_isalnum(*a->at) || *a->at == '#'; a->at++) {
		if (*a->at == '#' && base == 10 && value >= 2 && value <= 36) {
			base = (int)value;
			value = 0;
			continue;
		}
		if (digit_value(*a->at) >= base)
			return fail(a, "value too great for base", start);
		value = value * (uint64_t)base + (uint64_t)digit_value(*a->at);
	}
	return (int64_t)value;
}

/* A variable's text is an expression of its own. */
static int64_t
variable_value(struct arith *a, const char *name)
{
	const char *text = shell_variable(a->shell, name);
	struct arith inner = { a->shell, a->streams, text, text, a->depth + 1, a->skipped, false };
	int64_t value;

	if (!text || !*text)
		return 0;
	if (a->depth >= ARITH_DEPTH_MAX)
		return fail(a, "expression recursion level exceeded", name);
	value = comma_value(&inner);
	skip_blanks(&inner);
	if (!inner.failed && *inner.at)
		fail(&inner, "syntax error in expression", inner.at);
	a->failed |= inner.failed;
	return value;
}

static void
variable_set(struct arith *a, const char *name, int64_t value)
{
	char text[24];

	if (a->skipped || a->failed)
		return;
	snprintf(text, sizeof text, "%lld", (long long)value);
	shell_set_variable(a->shell, name, text);
}

static int64_t
wrap(uint64_t value)
{
	return (int64_t)value;
}

/* name, name++, name-- */
static int64_t
name_value(struct arith *a, int before)
{
	size_t n = name_length(a->at);
	char *name = xstrndup(a->at, n);
	int64_t value;
	int after = 0;

	a->at += n;
	value = variable_value(a, name);
	if (take(a, "++", ""))
		after = 1;
	else if (take(a, "--", ""))
		after = -1;
	if (before || after)
		variable_set(a, name, wrap((uint64_t)value + (uint64_t)(int64_t)(before + after)));
	free(name);
	return wrap((uint64_t)value + (uint64_t)(int64_t)before);
}

static int64_t
operand_value(struct arith *a)
{
	int64_t value;

	skip_blanks(a);
	if (a->failed)
		return 0;
	if (take(a, "(", "")) {
		value = comma_value(a);
		if (!take(a, ")", ""))
			fail(a, "missing `)'", a->at);
		return value;
	}
	if (ascii_isdigit(*a->at))
		return number_value(a);
	if (name_length(a->at))
		return name_value(a, 0);
	return fail(a, "syntax error: operand expected", *a->at || a->at == a->whole ? a->at : a->at - 1);
}

static int64_t
unary_value(struct arith *a)
{
	int64_t value = 0;

	skip_blanks(a);
	if (!deeper(a)) {
		/* said */
	} else if ((strncmp(a->at, "++", 2) == 0 || strncmp(a->at, "--", 2) == 0) && name_length(a->at + 2)) {
		int step = *a->at == '+' ? 1 : -1;

		a->at += 2;
		value = name_value(a, step);
	} else if (take(a, "!", "=")) {
		value = !unary_value(a);
	} else if (take(a, "~", "")) {
		value = ~unary_value(a);
	} else if (take(a, "-", "")) {
		value = wrap(0 - (uint64_t)unary_value(a));
	} else if (take(a, "+", "")) {
		value = unary_value(a);
	} else {
		value = operand_value(a);
	}
	a->depth--;
	return value;
}

static int64_t
power_value(struct arith *a)
{
	int64_t base = unary_value(a), exponent;
	uint64_t value = 1, square = (uint64_t)base;

	if (!take(a, "**", "="))
		return base;
	exponent = deeper(a) ? power_value(a) : 0;
	a->depth--;
	if (exponent < 0)
		return fail(a, "exponent less than 0", a->at);
	for (; exponent; exponent >>= 1) {
		if (exponent & 1)
			value *= square;
		square *= square;
	}
	return wrap(value);
}

/* ---- binary operators ---- */

enum operator {
	OP_MULTIPLY, OP_DIVIDE, OP_MODULO, OP_ADD, OP_SUBTRACT, OP_LEFT, OP_RIGHT, OP_LE, OP_GE, OP_LT, OP_GT, OP_EQ,
	OP_NE,
	OP_AND, OP_XOR, OP_OR,
};
#define LEVELS 8
static const struct {
	const char *text, *not_before;
	enum operator operator;
	int level;	/* 0 binds tightest */
} operators[] = {
	{ "*", "*=", OP_MULTIPLY, 0 }, { "/", "=", OP_DIVIDE, 0 }, { "%", "=", OP_MODULO, 0 },
	{ "+", "=", OP_ADD, 1 }, { "-", "=", OP_SUBTRACT, 1 },
	{ "<<", "=", OP_LEFT, 2 }, { ">>", "=", OP_RIGHT, 2 },
	{ "<=", "", OP_LE, 3 }, { ">=", "", OP_GE, 3 }, { "<", "<", OP_LT, 3 }, { ">", ">", OP_GT, 3 },
	{ "==", "", OP_EQ, 4 }, { "!=", "", OP_NE, 4 },
	{ "&", "&=", OP_AND, 5 }, { "^", "=", OP_XOR, 6 }, { "|", "|=", OP_OR, 7 },
};
#define OPERATORS (sizeof operators / sizeof operators[0])

static int64_t
divided(struct arith *a, enum operator operator, int64_t left, int64_t right, const char *token)
{
	if (!right)
		return a->skipped ? 0 : fail(a, "division by 0", token);
	if (right == -1)
		return operator == OP_DIVIDE ? wrap(0 - (uint64_t)left) : 0;
	return operator == OP_DIVIDE ? left / right : left % right;
}

static int64_t
apply(struct arith *a, enum operator operator, int64_t left, int64_t right, const char *token)
{
	switch (operator) {
	case OP_MULTIPLY:
		return wrap((uint64_t)left * (uint64_t)right);
	case OP_DIVIDE:
	case OP_MODULO:
		return divided(a, operator, left, right, token);
	case OP_ADD:
		return wrap((uint64_t)left + (uint64_t)right);
	case OP_SUBTRACT:
		return wrap((uint64_t)left - (uint64_t)right);
	case OP_LEFT:
		return wrap((uint64_t)left << (right & 63));
	case OP_RIGHT:
		return left >> (right & 63);
	case OP_LE:
		return left <= right;
	case OP_GE:
		return left >= right;
	case OP_LT:
		return left < right;
	case OP_GT:
		return left > right;
	case OP_EQ:
		return left == right;
	case OP_NE:
		return left != right;
	case OP_AND:
		return left & right;
	case OP_XOR:
		return left ^ right;
	case OP_OR:
		return left | right;
	}
	return 0;
}

static int64_t
level_value(struct arith *a, int level)
{
	int64_t value = level ? level_value(a, level - 1) : power_value(a);

	for (size_t i = 0; i < OPERATORS && !a->failed;) {
		const char *token;
		int64_t right;

		if (operators[i].level != level || !take(a, operators[i].text, operators[i].not_before)) {
			i++;
			continue;
		}
		skip_blanks(a);
		token = a->at;
		right = level ? level_value(a, level - 1) : power_value(a);
		value = a->failed ? 0 : apply(a, operators[i].operator, value, right, token);
		i = 0;
	}
	return value;
}

static int64_t
and_value(struct arith *a)
{
	int64_t value = level_value(a, LEVELS - 1);

	while (take(a, "&&", "")) {
		bool reached = value != 0;
		int64_t right;

		a->skipped += !reached;
		right = level_value(a, LEVELS - 1);
		a->skipped -= !reached;
		value = reached && right;
	}
	return value;
}

static int64_t
or_value(struct arith *a)
{
	int64_t value = and_value(a);

	while (take(a, "||", "")) {
		bool reached = value == 0;
		int64_t right;

		a->skipped += !reached;
		right = and_value(a);
		a->skipped -= !reached;
		value = !reached || right;
	}
	return value;
}

static int64_t
choice_value(struct arith *a)
{
	int64_t condition = or_value(a), left, right;

	if (!take(a, "?", ""))
		return condition;
	a->skipped += !condition;
	left = comma_value(a);
	a->skipped -= !condition;
	if (!take(a, ":", ""))
		return fail(a, "`:' expected for conditional expression", a->at);
	a->skipped += condition != 0;
	right = deeper(a) ? assignment_value(a) : 0;
	a->depth--;
	a->skipped -= condition != 0;
	return condition ? left : right;
}

/* name = value, name += value ..; everything else is a choice. */
static int64_t
assignment_value(struct arith *a)
{
	const char *start;
	size_t n, op = 0;
	int64_t value;
	char *name;

	skip_blanks(a);
	start = a->at;
	n = name_length(start);
	if (!n)
		return choice_value(a);
	a->at += n;
	skip_blanks(a);
	for (; op < OPERATORS; op++) {
		size_t len = strlen(operators[op].text);

		if ((operators[op].level < 3 || operators[op].level > 4) &&
			strncmp(a->at, operators[op].text, len) == 0 &&
			a->at[len] == '=') {
			a->at += len + 1;
			break;
		}
	}
	if (op == OPERATORS && !take(a, "=", "=")) {
		a->at = start;
		return choice_value(a);
	}
	name = xstrndup(start, n);
	value = deeper(a) ? assignment_value(a) : 0;
	a->depth--;
	if (op < OPERATORS && !a->failed)
		value = apply(a, operators[op].operator, variable_value(a, name), value, a->at);
	variable_set(a, name, value);
	free(name);
	return value;
}

static int64_t
comma_value(struct arith *a)
{
	int64_t value = 0;

	if (deeper(a)) {
		do
			value = assignment_value(a);
		while (take(a, ",", ""));
	}
	a->depth--;
	return value;
}

bool
arith_eval(struct shell *shell, const struct streams *streams, const char *text, int64_t *value)
{
	struct arith a = { .shell = shell, .streams = streams, .whole = text, .at = text };

	*value = 0;
	skip_blanks(&a);
	if (!*a.at)
		return true;
	*value = comma_value(&a);
	skip_blanks(&a);
	if (!a.failed && *a.at)
		fail(&a, "syntax error in expression", a.at);
	return !a.failed;
}
