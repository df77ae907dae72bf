#include "host/perl_pattern.h"

#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 20000		/* of one program */
#define WORK_MAX 2000000	/* steps taken in one search */
#define NESTING_MAX 4000	/* ways that are kept open */
#define GROUPS_MAX 16
#define DEPTH_MAX 64
#define REPEAT_MAX 1000

struct reader {
	struct perl_pattern *pattern;
	const char *at;
	bool ignore_case;
	unsigned depth;
	const char *error;
};

static void read_choice(struct reader *r);

static size_t
emit(struct reader *r, enum perl_op op)
{
	struct perl_step *step;

	if (r->pattern->steps.n >= STEPS_MAX)
		r->error = "regular expression is too large";
	if (r->error && r->pattern->steps.n)
		return 0;
	step = vec_push(&r->pattern->steps);
	memset(step, 0, sizeof *step);
	step->op = op;
	return r->pattern->steps.n - 1;
}

static struct perl_step *
step_at(struct reader *r, size_t i)
{
	return &r->pattern->steps.v[i];
}

/* ---- sets ---- */

static void
set_add(uint8_t *set, unsigned char c)
{
	set[c / 8] |= (uint8_t)(1u << c % 8);
}

static bool
set_has(const uint8_t *set, unsigned char c)
{
	return set[c / 8] >> c % 8 & 1;
}

static bool
is_word(int c)
{
	return ascii_isalnum(c) || c == '_';
}

/* \d \w \s and their opposites; false: it is none of them. */
static bool
set_add_class(uint8_t *set, char letter)
{
	for (unsigned c = 0; c < 256; c++) {
		int lower = ascii_tolower(letter);
		bool in = c < 128 && (lower == 'd' ? ascii_isdigit((int)c) : lower == 'w' ? is_word((int)c) : ascii_isspace((int)c));

		if (!strchr("dws", lower) || !lower)
			return false;
		if (in != ascii_isupper(letter))
			set_add(set, (unsigned char)c);
	}
	return true;
}

static void
set_add_named(uint8_t *set, const char *name)
{
	static const struct {
		const char *name;
		bool (*is)(int c);
	} classes[] = { { "[:alpha:]", ascii_isalpha }, { "[:digit:]", ascii_isdigit }, { "[:alnum:]", ascii_isalnum },
		{ "[:space:]", ascii_isspace }, { "[:upper:]", ascii_isupper } };

	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
		for (int c = 0; str_starts(name, classes[i].name) && c < 128; c++)
			if (classes[i].is(c))
				set_add(set, (unsigned char)c);
	for (unsigned char c = 'a'; str_starts(name, "[:lower:]") && c <= 'z'; c++)
		set_add(set, c);
}

static void
set_fold(uint8_t *set)
{
	for (unsigned char c = 'a'; c <= 'z'; c++)
		if (set_has(set, c) || set_has(set, (unsigned char)ascii_toupper(c))) {
			set_add(set, c);
			set_add(set, (unsigned char)ascii_toupper(c));
		}
}

static char
escape_meant(char c)
{
	static const char letters[] = "ntrfe", meant[] = "\n\t\r\f\033";
	const char *found = c ? strchr(letters, c) : NULL;

	return found ? meant[found - letters] : c;
}

static void
emit_set(struct reader *r, uint8_t set[static 32])
{
	size_t i;

	if (r->ignore_case)
		set_fold(set);
	i = emit(r, PERL_SET);
	memcpy(step_at(r, i)->set, set, 32);
}

/* [..], at its [ */
static void
read_set(struct reader *r)
{
	uint8_t set[32] = { 0 };
	bool negative = *++r->at == '^';
	const char *start;

	r->at += negative;
	for (start = r->at; *r->at && (*r->at != ']' || r->at == start);) {
		unsigned char from, to;

		if (r->at[0] == '[' && r->at[1] == ':' && strstr(r->at, ":]")) {
			set_add_named(set, r->at);
			r->at = strstr(r->at, ":]") + 2;
			continue;
		}
		if (*r->at == '\\' && r->at[1]) {
			r->at++;
			if (set_add_class(set, *r->at)) {
				r->at++;
				continue;
			}
			from = (unsigned char)escape_meant(*r->at);
		} else {
			from = (unsigned char)*r->at;
		}
		r->at++;
		to = from;
		if (*r->at == '-' && r->at[1] && r->at[1] != ']') {
			r->at += r->at[1] == '\\' && r->at[2] ? 2 : 1;
			to = (unsigned char)*r->at++;
		}
		if (to < from)
			r->error = "range out of order in character class";
		for (unsigned c = from; c <= to; c++)
			set_add(set, (unsigned char)c);
	}
	if (*r->at != ']') {
		r->error = "missing terminating ] for character class";
		return;
	}
	r->at++;
	for (size_t i = 0; negative && i < sizeof set; i++)
		set[i] = (uint8_t)~set[i];
	emit_set(r, set);
}

/* ---- the grammar ---- */

/* Look-around: a piece of program that ends in PERL_MATCH, and where it goes on. */
static void
read_look(struct reader *r, bool behind, bool negative)
{
	size_t look = emit(r, PERL_LOOK);

	step_at(r, look)->behind = behind;
	step_at(r, look)->negative = negative;
	read_choice(r);
	emit(r, PERL_MATCH);
	step_at(r, look)->to[0] = r->pattern->steps.n;
}

/* Behind the ( */
static void
read_group(struct reader *r)
{
	static const struct {
		const char *text;
		bool behind, negative;
	} looks[] = { { "?=", false, false }, { "?!", false, true }, { "?<=", true, false }, { "?<!", true, true } };
	bool before = r->ignore_case;
	unsigned number;

	for (size_t i = 0; i < 4; i++)
		if (str_starts(r->at, looks[i].text)) {
			r->at += strlen(looks[i].text);
			read_look(r, looks[i].behind, looks[i].negative);
			goto close;
		}
	if (str_starts(r->at, "?i)")) {	/* from here on */
		r->at += 3;
		r->ignore_case = true;
		return;
	}
	if (str_starts(r->at, "?:")) {
		r->at += 2;
		read_choice(r);
		goto close;
	}
	if (str_starts(r->at, "?<") || str_starts(r->at, "?P<")) {	/* a name, which nobody asks for */
		r->at += strcspn(r->at, ">");
		r->at += *r->at == '>';
	} else if (*r->at == '?') {
		r->error = "unrecognized character after (? or (?-";
		return;
	}
	number = ++r->pattern->groups;
	if (number >= GROUPS_MAX) {
		r->error = "too many groups";
		return;
	}
	step_at(r, emit(r, PERL_SAVE))->number = 2 * number;
	read_choice(r);
	step_at(r, emit(r, PERL_SAVE))->number = 2 * number + 1;
close:
	r->ignore_case = before;
	if (*r->at == ')')
		r->at++;
	else if (!r->error)
		r->error = "missing closing parenthesis";
}

static void
read_escape(struct reader *r)
{
	static const struct {
		char letter;
		enum perl_op op;
	} plain[] = { { 'b', PERL_WORD }, { 'B', PERL_NO_WORD }, { 'K', PERL_KEEP }, { 'A', PERL_BEGIN }, { 'z', PERL_END }, { 'Z', PERL_END } };
	uint8_t set[32] = { 0 };
	char c = *++r->at;

	if (!c) {
		r->error = "\\ at end of pattern";
		return;
	}
	r->at++;
	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (plain[i].letter == c) {
			emit(r, plain[i].op);
			return;
		}
	if (c >= '1' && c <= '9') {
		step_at(r, emit(r, PERL_BACK))->number = (unsigned)(c - '0');
		if ((unsigned)(c - '0') >= GROUPS_MAX)
			r->error = "reference to non-existent subpattern";
		return;
	}
	if (c == 'h') {
		set_add(set, ' ');
		set_add(set, '\t');
	} else if (!set_add_class(set, c)) {
		if (ascii_isalpha(c) && escape_meant(c) == c) {
			r->error = "this escape is not part of this grep -P";
			return;
		}
		set_add(set, (unsigned char)escape_meant(c));
	}
	emit_set(r, set);
}

static void
read_atom(struct reader *r)
{
	uint8_t set[32] = { 0 };

	switch (*r->at) {
	case '(':
		r->at++;
		read_group(r);
		return;
	case '[':
		read_set(r);
		return;
	case '\\':
		read_escape(r);
		return;
	case '^':
	case '$':
		emit(r, *r->at++ == '^' ? PERL_BEGIN : PERL_END);
		return;
	case '.':
		memset(set, 0xff, sizeof set);
		break;
	case '*':
	case '+':
	case '?':
		r->error = "quantifier does not follow a repeatable item";
		return;
	default:
		set_add(set, (unsigned char)*r->at);
		break;
	}
	r->at++;
	emit_set(r, set);
}

/* {m}, {m,} {m,n}; false: it is only text. */
static bool
read_counts(struct reader *r, size_t *least, size_t *most)
{
	const char *c = r->at + 1;
	char *end;

	if (!ascii_isdigit(*c))
		return false;
	*least = *most = strtoul(c, &end, 10);
	if (*end == ',') {
		*most = SIZE_MAX;
		if (ascii_isdigit(end[1]))
			*most = strtoul(end + 1, &end, 10);
		else
			end++;
	}
	if (*end != '}')
		return false;
	r->at = end + 1;
	if (*least > REPEAT_MAX || (*most != SIZE_MAX && (*most > REPEAT_MAX || *most < *least)))
		r->error = "number too big in {} quantifier";
	return true;
}

static bool
read_quantifier(struct reader *r, size_t *least, size_t *most)
{
	if (*r->at == '{')
		return read_counts(r, least, most);
	if (!*r->at || !strchr("*+?", *r->at))
		return false;
	*least = *r->at == '+';
	*most = *r->at == '?' ? 1 : SIZE_MAX;
	r->at++;
	return true;
}

/* What stands at start is to be there between least and most times. */
static void
repeat(struct reader *r, size_t start, size_t least, size_t most, bool lazy)
{
	VEC(struct perl_step) atom = VEC_INIT;
	size_t n = r->pattern->steps.n - start, split;

	for (size_t i = start; i < start + n; i++)
		*vec_push(&atom) = *step_at(r, i);
	r->pattern->steps.n = start;
	for (size_t i = 0; !r->error && (i < least || (most == SIZE_MAX ? i == least : i < most)); i++) {
		bool optional = i >= least, loop = optional && most == SIZE_MAX;
		size_t base, shift;

		split = optional ? emit(r, PERL_SPLIT) : 0;
		if (loop)
			emit(r, PERL_MARK);
		base = r->pattern->steps.n;
		shift = base - start;
		for (size_t j = 0; j < n && !r->error; j++) {
			size_t at = emit(r, atom.v[j].op);

			*step_at(r, at) = atom.v[j];
			step_at(r, at)->to[0] += shift;
			step_at(r, at)->to[1] += shift;
		}
		if (loop) {
			emit(r, PERL_MOVED);
			step_at(r, emit(r, PERL_JUMP))->to[0] = split;
		}
		if (optional && !r->error) {
			step_at(r, split)->to[lazy] = split + 1;
			step_at(r, split)->to[!lazy] = r->pattern->steps.n;
		}
	}
	vec_release(&atom);
}

static void
read_sequence(struct reader *r)
{
	while (*r->at && *r->at != '|' && *r->at != ')' && !r->error) {
		size_t start = r->pattern->steps.n, least, most;

		read_atom(r);
		if (!r->error && read_quantifier(r, &least, &most)) {
			bool lazy = *r->at == '?';

			if (*r->at == '+')
				r->error = "possessive quantifiers are not part of this grep -P";
			r->at += lazy;
			if (!r->error)
				repeat(r, start, least, most, lazy);
		}
	}
}

/* a|b|c: each but the last behind a split, and a jump behind it. */
static void
read_choice(struct reader *r)
{
	VEC(size_t) jumps = VEC_INIT;

	if (++r->depth > DEPTH_MAX)
		r->error = "parentheses are too deeply nested";
	while (!r->error) {
		size_t split = r->pattern->steps.n;
		size_t n;

		read_sequence(r);
		if (*r->at != '|' || r->error)
			break;
		r->at++;
		n = r->pattern->steps.n - split;
		emit(r, PERL_MATCH);	/* room for the split before what was read */
		for (size_t i = 0; i < n && !r->error; i++) {
			struct perl_step moved = *step_at(r, split + n - 1 - i);

			moved.to[0] += moved.to[0] >= split;
			moved.to[1] += moved.to[1] >= split;
			*step_at(r, split + n - i) = moved;
		}
		*vec_push(&jumps) = emit(r, PERL_JUMP);
		if (!r->error)
			*step_at(r, split) = (struct perl_step){ .op = PERL_SPLIT, .to = { split + 1, r->pattern->steps.n } };
	}
	for (size_t i = 0; i < jumps.n && !r->error; i++)
		step_at(r, jumps.v[i])->to[0] = r->pattern->steps.n;
	vec_release(&jumps);
	r->depth--;
}

bool
perl_pattern_compile(struct perl_pattern *pattern, const char *text, bool ignore_case, struct str *why)
{
	struct reader r = { .pattern = pattern, .at = text, .ignore_case = ignore_case };

	*pattern = (struct perl_pattern){ .groups = 0 };
	read_choice(&r);
	if (!r.error && *r.at == ')')
		r.error = "unmatched closing parenthesis";
	emit(&r, PERL_MATCH);
	if (r.error)
		str_add(why, r.error);
	return !r.error;
}

void
perl_pattern_release(struct perl_pattern *pattern)
{
	vec_release(&pattern->steps);
}

/* ---- matching ---- */

struct matcher {
	const struct perl_step *steps;
	const char *text;
	size_t len, start, end, work, depth;
	size_t saved[2 * GROUPS_MAX];
	bool too_much;
};

static bool
at_word_edge(const struct matcher *m, size_t at)
{
	return (at > 0 && is_word((unsigned char)m->text[at - 1])) != (at < m->len && is_word((unsigned char)m->text[at]));
}

static bool run(struct matcher *m, size_t step, size_t at, const size_t *marks);

/* What stands behind, or ahead: its own match changes nothing. */
static bool
looks(struct matcher *m, const struct perl_step *look, size_t step, size_t at, const size_t *marks)
{
	struct matcher inner = *m;
	bool found = false;

	inner.depth++;
	if (!look->behind)
		found = run(&inner, step + 1, at, marks);
	for (size_t from = 0; look->behind && !found && from <= at; from++)
		found = run(&inner, step + 1, at - from, marks) && inner.end == at;
	m->work = inner.work;
	m->too_much |= inner.too_much;
	return found != look->negative;
}

static bool
same_as_group(const struct matcher *m, unsigned group, size_t *at)
{
	size_t from = m->saved[2 * group], to = m->saved[2 * group + 1];

	if (from == SIZE_MAX || to == SIZE_MAX || to < from || to - from > m->len - *at ||
		memcmp(m->text + from, m->text + *at, to - from) != 0)
		return false;
	*at += to - from;
	return true;
}

static bool
step_moves(struct matcher *m, const struct perl_step *step, size_t index, size_t *at, const size_t *marks)
{
	switch (step->op) {
	case PERL_SET:
		return *at < m->len && set_has(step->set, (unsigned char)m->text[(*at)++]);
	case PERL_BEGIN:
		return *at == 0;
	case PERL_END:
		return *at == m->len;
	case PERL_WORD:
	case PERL_NO_WORD:
		return at_word_edge(m, *at) == (step->op == PERL_WORD);
	case PERL_LOOK:
		return looks(m, step, index, *at, marks);
	case PERL_BACK:
		return same_as_group(m, step->number, at);
	default:
		return true;
	}
}

static bool
run(struct matcher *m, size_t index, size_t at, const size_t *marks)
{
	size_t before, mark = SIZE_MAX;

	if (++m->depth > NESTING_MAX)
		m->too_much = true;
	while (!m->too_much) {
		const struct perl_step *step = &m->steps[index];

		if (++m->work > WORK_MAX) {
			m->too_much = true;
			break;
		}
		switch (step->op) {
		case PERL_MATCH:
			m->end = at;
			m->depth--;
			return true;
		case PERL_JUMP:
			index = step->to[0];
			continue;
		case PERL_SPLIT:
			if (run(m, step->to[0], at, marks)) {
				m->depth--;
				return true;
			}
			index = step->to[1];
			continue;
		case PERL_SAVE:
			before = m->saved[step->number];
			m->saved[step->number] = at;
			if (run(m, index + 1, at, marks)) {
				m->depth--;
				return true;
			}
			m->saved[step->number] = before;
			m->depth--;
			return false;
		case PERL_KEEP:
			m->start = at;
			break;
		case PERL_MARK:
			mark = at;
			marks = &mark;
			break;
		case PERL_MOVED:
			if (marks && *marks == at) {	/* a round without a character would go on for ever */
				m->depth--;
				return false;
			}
			break;
		default:
			if (!step_moves(m, step, index, &at, marks)) {
				m->depth--;
				return false;
			}
			break;
		}
		index = step->op == PERL_LOOK ? step->to[0] : index + 1;
	}
	m->depth--;
	return false;
}

int
perl_pattern_match(const struct perl_pattern *pattern, const char *text, size_t from, size_t *start, size_t *end)
{
	struct matcher m = { .steps = pattern->steps.v, .text = text, .len = strlen(text) };

	for (size_t at = from; at <= m.len && !m.too_much; at++) {
		m.start = at;
		m.depth = 0;
		memset(m.saved, 0xff, sizeof m.saved);
		if (run(&m, 0, at, NULL)) {
			*start = m.start;
			*end = m.end;
			return 1;
		}
	}
	return m.too_much ? -1 : 0;
}
