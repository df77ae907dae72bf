/*
 * A pattern becomes a little program for a machine that is in many places at once (Thompson's construction): each byte
 * of the text moves all places on together, so that no pattern can make it go back.
 */
#include "base/rex.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "svcsim/mem.h"
#include "svcsim/str.h"
#include "svcsim/vec.h"

#define MANY SIZE_MAX

enum op { OP_BYTE, OP_BEGIN, OP_END, OP_SPLIT, OP_JUMP, OP_MATCH };

struct step {
	enum op op;
	size_t to[2];		/* of SPLIT and JUMP */
	uint8_t set[32];	/* of BYTE: which bytes */
};

struct program {
	const char *pattern, *at;	/* what is still to be read */
	VEC(struct step) steps;
};

static void read_choice(struct program *program);

/* Good until the next one. */
static struct step *
emit(struct program *program, enum op op)
{
	struct step *step = vec_push(&program->steps);

	memset(step, 0, sizeof *step);
	step->op = op;
	return step;
}

static void
set_add(uint8_t *set, unsigned first, unsigned last)
{
	for (unsigned c = first; c <= last; c++)
		set[c / 8] |= (uint8_t)(1u << c % 8);
}

static bool
set_has(const uint8_t *set, unsigned char c)
{
	return set[c / 8] >> c % 8 & 1;
}

static unsigned
hex_digit(char c)
{
	return (unsigned)(ascii_isdigit((unsigned char)c) ? c - '0' : ascii_tolower((unsigned char)c) - 'a' + 10);
}

/* One sign of a class or a literal, after a backslash what that stands for. */
static unsigned
read_sign(struct program *program)
{
	unsigned char c = (unsigned char)*program->at++;

	if (c != '\\')
		return c;
	c = (unsigned char)*program->at++;
	if (c == 'x') {
		program->at += 2;
		return hex_digit(program->at[-2]) << 4 | hex_digit(program->at[-1]);
	}
	if (!c || ascii_isalnum(c))
		BUG("no such escape in %s", program->pattern);
	return c;
}

static void
read_class(struct program *program)
{
	uint8_t set[32] = { 0 };
	bool inverted = *program->at == '^';

	program->at += inverted;
	do {
		unsigned first, last;

		if (!*program->at)
			BUG("a class without end in %s", program->pattern);
		first = last = read_sign(program);
		if (program->at[0] == '-' && program->at[1] && program->at[1] != ']') {
			program->at++;
			last = read_sign(program);
		}
		set_add(set, first, last);
	} while (*program->at != ']');
	program->at++;
	for (size_t i = 0; inverted && i < sizeof set; i++)
		set[i] = (uint8_t)~set[i];
	memcpy(emit(program, OP_BYTE)->set, set, sizeof set);
}

static void
read_atom(struct program *program)
{
	unsigned sign;

	switch (*program->at) {
	case '(':
		program->at += str_starts(program->at, "(?:") ? 3 : 1;
		read_choice(program);
		if (*program->at++ != ')')
			BUG("a group without end in %s", program->pattern);
		break;
	case '[':
		program->at++;
		read_class(program);
		break;
	case '^':
	case '$':
		emit(program, *program->at++ == '^' ? OP_BEGIN : OP_END);
		break;
	case '.':
		program->at++;
		set_add(emit(program, OP_BYTE)->set, 1, 255);
		break;
	default:
		sign = read_sign(program);
		set_add(emit(program, OP_BYTE)->set, sign, sign);
		break;
	}
}

static size_t
read_number(struct program *program)
{
	char *end;
	size_t number = strtoul(program->at, &end, 10);

	program->at = end;
	return number;
}

static void
read_bounds(struct program *program, size_t *least, size_t *most)
{
	static const struct {
		char sign;
		size_t least, most;
	} signs[] = { { '*', 0, MANY }, { '+', 1, MANY }, { '?', 0, 1 } };

	*least = *most = 1;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		if (*program->at != signs[i].sign)
			continue;
		*least = signs[i].least;
		*most = signs[i].most;
		program->at++;
		return;
	}
	if (*program->at != '{')
		return;
	program->at++;
	*least = *most = read_number(program);
	if (*program->at == ',') {
		program->at++;
		*most = *program->at == '}' ? MANY : read_number(program);
	}
	if (*program->at++ != '}')
		BUG("bounds without end in %s", program->pattern);
}

/* The atom at from once more. */
static void
repeat_atom(struct program *program, const char *from)
{
	program->at = from;
	read_atom(program);
}

/* What is repeated is read again for each time that it stands in the program. */
static void
read_repeated(struct program *program)
{
	const char *from = program->at, *after;
	size_t start = program->steps.n, least, most, split;

	read_atom(program);
	read_bounds(program, &least, &most);
	after = program->at;
	program->steps.n = start;
	for (size_t i = 0; i < least; i++)
		repeat_atom(program, from);
	if (most == MANY) {
		split = program->steps.n;
		emit(program, OP_SPLIT);
		repeat_atom(program, from);
		emit(program, OP_JUMP)->to[0] = split;
		program->steps.v[split].to[0] = split + 1;
		program->steps.v[split].to[1] = program->steps.n;
	} else {
		for (size_t i = least; i < most; i++) {
			split = program->steps.n;
			emit(program, OP_SPLIT);
			repeat_atom(program, from);
			program->steps.v[split].to[0] = split + 1;
			program->steps.v[split].to[1] = program->steps.n;
		}
	}
	program->at = after;
}

/* Puts a step before those from `first` on, which are all behind everything that points at steps. */
static void
insert_split(struct program *program, size_t first)
{
	emit(program, OP_SPLIT);
	memmove(&program->steps.v[first + 1], &program->steps.v[first],
		(program->steps.n - first - 1) * sizeof *program->steps.v);
	for (size_t i = first + 1; i < program->steps.n; i++) {
		program->steps.v[i].to[0]++;
		program->steps.v[i].to[1]++;
	}
	memset(&program->steps.v[first], 0, sizeof *program->steps.v);
	program->steps.v[first].op = OP_SPLIT;
}

/* a|b|c, up to the end or a closing parenthesis */
static void
read_choice(struct program *program)
{
	size_t first = program->steps.n, jump;

	while (*program->at && *program->at != ')' && *program->at != '|')
		read_repeated(program);
	if (*program->at != '|')
		return;
	program->at++;
	insert_split(program, first);
	jump = program->steps.n;
	emit(program, OP_JUMP);
	program->steps.v[first].to[0] = first + 1;
	program->steps.v[first].to[1] = program->steps.n;
	read_choice(program);
	program->steps.v[jump].to[0] = program->steps.n;
}

/* The steps that wait for the next byte, each once. */
struct places {
	size_t *v, n;
	bool *in;
};

static void
enter(const struct program *program, struct places *places, size_t at, bool begin, bool end)
{
	const struct step *step = &program->steps.v[at];

	if (places->in[at])
		return;
	places->in[at] = true;
	places->v[places->n++] = at;
	if (step->op == OP_SPLIT || step->op == OP_JUMP)
		enter(program, places, step->to[0], begin, end);
	if (step->op == OP_SPLIT)
		enter(program, places, step->to[1], begin, end);
	if ((step->op == OP_BEGIN && begin) || (step->op == OP_END && end))
		enter(program, places, at + 1, begin, end);
}

static void
places_init(struct places *places, size_t n)
{
	places->v = xcalloc(n, sizeof *places->v);
	places->in = xcalloc(n, sizeof *places->in);
	places->n = 0;
}

static void
places_release(struct places *places)
{
	free(places->v);
	free(places->in);
}

static bool
run(const struct program *program, const char *text)
{
	struct places now, next, swap;
	size_t n = program->steps.n, last = n - 1;
	bool found = false;

	places_init(&now, n);
	places_init(&next, n);
	for (const char *c = text; !found; c++) {
		enter(program, &now, 0, c == text, !*c);
		found = now.in[last];
		if (!*c)
			break;
		next.n = 0;
		memset(next.in, 0, n * sizeof *next.in);
		for (size_t i = 0; i < now.n; i++)
			if (program->steps.v[now.v[i]].op == OP_BYTE &&
				set_has(program->steps.v[now.v[i]].set, (unsigned char)*c))
				enter(program, &next, now.v[i] + 1, false, !c[1]);
		swap = now;
		now = next;
		next = swap;
	}
	places_release(&now);
	places_release(&next);
	return found;
}

bool
rex_search(const char *pattern, const char *text)
{
	struct program program = { pattern, pattern, VEC_INIT };
	bool found;

	read_choice(&program);
	if (*program.at)
		BUG("a ) too many in %s", pattern);
	emit(&program, OP_MATCH);
	found = run(&program, text);
	vec_release(&program.steps);
	return found;
}
