/* Recursive descent over the text; every kind of operator is one function, the loosest first. */
#include <stdlib.h>
#include <string.h>

#include "host/jq_internal.h"
#include "svcsim/vec.h"

struct parser {
	struct jq *jq;
	const char *text, *at;
	unsigned depth;
	bool failed;
};

static const struct jq_node *parse_pipe(struct parser *p, bool comma);
static const struct jq_node *parse_postfix(struct parser *p);

static const struct jq_node *
fail(struct parser *p, const char *what)
{
	if (!p->failed)
		str_addf(&p->jq->error, "syntax error, unexpected %s (Unix shell quoting issues?) at <top-level>, line 1:\n%s", what, p->text);
	p->failed = true;
	return NULL;
}

static const struct jq_node *
unexpected(struct parser *p)
{
	char what[2] = { *p->at, '\0' };
	struct str text = STR_INIT;
	const struct jq_node *none;

	if (!*what)
		str_add(&text, "$end");
	else if (ascii_isalpha(*what))
		str_add(&text, "IDENT");
	else
		str_addf(&text, strchr("|,.:;()[]{}=<>+-*/%?$@\"", *what) ? "'%s'"
			: "INVALID_CHARACTER", what);
	none = fail(p, text.buf);
	str_release(&text);
	return none;
}

static struct jq_node *
node_new(struct parser *p, enum jq_kind kind)
{
	struct jq_node *node = arena_alloc(&p->jq->arena, sizeof *node);

	node->kind = kind;
	return node;
}

static const struct jq_node *
node_two(struct parser *p, enum jq_kind kind, const struct jq_node *a, const struct jq_node *b)
{
	struct jq_node *node = node_new(p, kind);

	node->a = a;
	node->b = b;
	return a && b ? node : NULL;
}

static void
skip_blanks(struct parser *p)
{
	for (;; p->at++) {
		p->at += strspn(p->at, " \t\r\n");
		if (*p->at != '#')
			return;
		p->at += strcspn(p->at, "\n");
		if (!*p->at)
			return;
	}
}

static size_t
word_length(const char *text)
{
	size_t n = 0;

	if (!ascii_isalpha(*text) && *text != '_')
		return 0;
	while (ascii_isalnum(text[n]) || text[n] == '_' || (text[n] == ':' && text[n + 1] == ':'))
		n += text[n] == ':' ? 2 : 1;
	return n;
}

static bool
take(struct parser *p, const char *operator)
{
	size_t len = strlen(operator);

	skip_blanks(p);
	if (p->failed || strncmp(p->at, operator, len) != 0)
		return false;
	p->at += len;
	return true;
}

static bool
take_word(struct parser *p, const char *word)
{
	skip_blanks(p);
	if (p->failed || word_length(p->at) != strlen(word) || strncmp(p->at, word, strlen(word)) != 0)
		return false;
	p->at += strlen(word);
	return true;
}

static bool
need(struct parser *p, const char *operator)
{
	if (take(p, operator))
		return true;
	unexpected(p);
	return false;
}

static bool
need_word(struct parser *p, const char *word)
{
	if (take_word(p, word))
		return true;
	unexpected(p);
	return false;
}

static const char *
take_name(struct parser *p)
{
	const char *name;
	size_t n;

	skip_blanks(p);
	n = word_length(p->at);
	if (!n) {
		unexpected(p);
		return "";
	}
	name = arena_strndup(&p->jq->arena, p->at, n);
	p->at += n;
	return name;
}

/* ---- lists of nodes ---- */

typedef VEC(const struct jq_node *) node_vec;

static void
node_take_list(struct parser *p, struct jq_node *node, node_vec *list)
{
	if (list->n)
		node->list = arena_memdup(&p->jq->arena, list->v, list->n * sizeof *list->v);
	node->nlist = list->n;
	vec_release(list);
}

/* ---- strings ---- */

static const struct jq_node *
literal_text(struct parser *p, const struct str *text)
{
	struct jq_node *node = node_new(p, JQ_LITERAL);

	node->value = value_string(&p->jq->arena, text->buf);
	return node;
}

static void
add_codepoint(struct str *out, unsigned code)
{
	if (code < 0x80)
		str_addch(out, (char)code);
	else if (code < 0x800)
		str_addf(out, "%c%c", (char)(0xc0 | code >> 6), (char)(0x80 | (code & 63)));
	else
		str_addf(out, "%c%c%c", (char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 63)),
		(char)(0x80 | (code & 63)));
}

/* From behind the backslash; false for \( which begins a program. */
static bool
read_escape(struct parser *p, struct str *out)
{
	static const char letters[] = "nrtbf\"\\/", meant[] = "\n\r\t\b\f\"\\/";
	const char *found = *p->at ? strchr(letters, *p->at) : NULL;

	if (*p->at == '(')
		return false;
	if (found) {
		str_addch(out, meant[found - letters]);
		p->at++;
	} else if (*p->at == 'u' && strspn(p->at + 1, "0123456789abcdefABCDEF") >= 4) {
		char digits[5] = { p->at[1], p->at[2], p->at[3], p->at[4], '\0' };

		add_codepoint(out, (unsigned)strtoul(digits, NULL, 16));
		p->at += 5;
	} else {
		unexpected(p);
	}
	return true;
}

/* From behind the opening quote; format NULL or "@base64". */
static const struct jq_node *
parse_string(struct parser *p, const char *format)
{
	struct jq_node *node = node_new(p, JQ_STRING);
	struct str text = STR_INIT;
	node_vec list = VEC_INIT;

	node->text = format;
	while (!p->failed && *p->at != '"') {
		if (!*p->at) {
			fail(p, "QQSTRING_START, expecting end of string");
		} else if (*p->at != '\\') {
			str_addch(&text, *p->at++);
		} else if (p->at++, !read_escape(p, &text)) {
			*vec_push(&list) = literal_text(p, &text);
			str_clear(&text);
			p->at++;
			*vec_push(&list) = parse_pipe(p, true);
			need(p, ")");
		}
	}
	*vec_push(&list) = literal_text(p, &text);
	p->at += !p->failed;
	str_release(&text);
	if (list.n == 1) {
		const struct jq_node *only = list.v[0];

		vec_release(&list);
		return p->failed ? NULL : only;
	}
	node_take_list(p, node, &list);
	return p->failed ? NULL : node;
}

/* ---- terms ---- */

static const struct jq_node *
parse_number(struct parser *p)
{
	struct jq_node *node = node_new(p, JQ_LITERAL);
	char *end;
	double number = strtod(p->at, &end);

	if (end == p->at)
		return unexpected(p);
	node->value = jq_number_value(p->jq, number);
	p->at = end;
	return node;
}

/* A value of an object: no comma in it, though a pipe in parentheses. */
static const struct jq_node *
parse_member(struct parser *p)
{
	const struct jq_node *left = parse_postfix(p);

	while (!p->failed && take(p, "|"))
		left = node_two(p, JQ_PIPE, left, parse_postfix(p));
	return left;
}

static const struct jq_node *
field_of(struct parser *p, const struct jq_node *term, const char *name)
{
	struct jq_node *node = node_new(p, JQ_FIELD);

	node->a = term;
	node->text = name;
	return node;
}

static const struct jq_node *
name_literal(struct parser *p, const char *name)
{
	struct jq_node *node = node_new(p, JQ_LITERAL);

	node->value = value_string(&p->jq->arena, name);
	return node;
}

/* KEY: VALUE, or KEY alone, $variable alone, "string" alone, (PROGRAM): VALUE */
static void
parse_pair(struct parser *p, node_vec *list)
{
	const struct jq_node *key, *standard = NULL;

	skip_blanks(p);
	if (take(p, "$")) {
		struct jq_node *variable = node_new(p, JQ_VARIABLE);

		variable->text = take_name(p);
		key = name_literal(p, variable->text);
		standard = variable;
	} else if (take(p, "\"")) {
		struct jq_node *index = node_new(p, JQ_INDEX);

		key = parse_string(p, NULL);
		index->a = node_new(p, JQ_IDENTITY);
		index->b = key;
		standard = index;
	} else if (take(p, "(")) {
		key = parse_pipe(p, true);
		need(p, ")");
	} else {
		const char *name = take_name(p);

		key = name_literal(p, name);
		standard = field_of(p, node_new(p, JQ_IDENTITY), name);
	}
	*vec_push(list) = key;
	if (take(p, ":"))
		*vec_push(list) = parse_member(p);
	else if (standard)
		*vec_push(list) = standard;
	else
		unexpected(p);
}

static const struct jq_node *
parse_object(struct parser *p)
{
	struct jq_node *node = node_new(p, JQ_OBJECT);
	node_vec list = VEC_INIT;

	while (!p->failed && !take(p, "}")) {
		if (list.n && !need(p, ","))
			break;
		parse_pair(p, &list);
	}
	node_take_list(p, node, &list);
	return p->failed ? NULL : node;
}

static const struct jq_node *
parse_if(struct parser *p)
{
	struct jq_node *node = node_new(p, JQ_IF);

	node->a = parse_pipe(p, true);
	if (!need_word(p, "then"))
		return NULL;
	node->b = parse_pipe(p, true);
	if (take_word(p, "elif")) {
		node->c = p->depth < JQ_DEPTH_MAX ? parse_if(p) : unexpected(p);
		return p->failed ? NULL : node;
	}
	if (take_word(p, "else"))
		node->c = parse_pipe(p, true);
	return need_word(p, "end") ? node : NULL;
}

static const struct jq_node *
parse_fold(struct parser *p, enum jq_kind kind)
{
	struct jq_node *node = node_new(p, kind);

	node->a = parse_postfix(p);
	if (!need_word(p, "as") || !need(p, "$"))
		return NULL;
	node->text = take_name(p);
	if (!need(p, "("))
		return NULL;
	node->b = parse_pipe(p, true);
	if (!need(p, ";"))
		return NULL;
	node->c = parse_pipe(p, true);
	if (kind == JQ_FOREACH && take(p, ";"))
		node->d = parse_pipe(p, true);
	return need(p, ")") ? node : NULL;
}

static const struct jq_node *
parse_try(struct parser *p)
{
	struct jq_node *node = node_new(p, JQ_TRY);

	node->a = parse_postfix(p);
	if (take_word(p, "catch"))
		node->b = parse_postfix(p);
	return p->failed ? NULL : node;
}

static const struct jq_node *
parse_call(struct parser *p)
{
	struct jq_node *node = node_new(p, JQ_CALL);
	node_vec list = VEC_INIT;

	node->text = take_name(p);
	if (!p->failed && take(p, "("))
		do
			*vec_push(&list) = parse_pipe(p, true);
		while (take(p, ";"));
	if (list.n)
		need(p, ")");
	node_take_list(p, node, &list);
	return p->failed ? NULL : node;
}

static const struct jq_node *
parse_format(struct parser *p)
{
	struct jq_node *node = node_new(p, JQ_FORMAT);

	node->text = arena_printf(&p->jq->arena, "@%s", take_name(p));
	return take(p, "\"") ? parse_string(p, node->text) : p->failed ? NULL : node;
}

static const struct jq_node *
parse_keyword(struct parser *p)
{
	static const struct {
		const char *word;
		enum value_type type;
		bool boolean;
	} constants[] = { { "null", VALUE_NULL, false }, { "true", VALUE_BOOL, true }, { "false", VALUE_BOOL, false } };

	if (take_word(p, "if"))
		return parse_if(p);
	if (take_word(p, "try"))
		return parse_try(p);
	if (take_word(p, "reduce"))
		return parse_fold(p, JQ_REDUCE);
	if (take_word(p, "foreach"))
		return parse_fold(p, JQ_FOREACH);
	for (size_t i = 0; i < 3; i++)
		if (take_word(p, constants[i].word)) {
			struct jq_node *node = node_new(p, JQ_LITERAL);

			node->value = constants[i].type == VALUE_NULL ? value_null(&p->jq->arena)
				: value_bool(&p->jq->arena, constants[i].boolean);
			return node;
		}
	return parse_call(p);
}

static const struct jq_node *
parse_dot(struct parser *p)
{
	const struct jq_node *identity = node_new(p, JQ_IDENTITY);
	struct jq_node *index;

	if (*p->at == '.') {
		struct jq_node *call = node_new(p, JQ_CALL);

		p->at++;
		call->text = "recurse";
		return call;
	}
	if (word_length(p->at))
		return field_of(p, identity, take_name(p));
	if (*p->at != '"')
		return identity;
	p->at++;
	index = node_new(p, JQ_INDEX);
	index->a = identity;
	index->b = parse_string(p, NULL);
	return index;
}

static const struct jq_node *
parse_term(struct parser *p)
{
	struct jq_node *node;

	skip_blanks(p);
	if (*p->at == '.' && !ascii_isdigit(p->at[1])) {
		p->at++;
		return parse_dot(p);
	}
	if (ascii_isdigit(*p->at) || *p->at == '.')
		return parse_number(p);
	if (take(p, "\""))
		return parse_string(p, NULL);
	if (take(p, "@"))
		return parse_format(p);
	if (take(p, "$")) {
		node = node_new(p, JQ_VARIABLE);
		node->text = take_name(p);
		return p->failed ? NULL : node;
	}
	if (take(p, "(")) {
		const struct jq_node *inner = parse_pipe(p, true);

		return need(p, ")") ? inner : NULL;
	}
	if (take(p, "[")) {
		node = node_new(p, JQ_ARRAY);
		if (take(p, "]"))
			return node;
		node->a = parse_pipe(p, true);
		return need(p, "]") ? node : NULL;
	}
	if (take(p, "{"))
		return parse_object(p);
	if (take(p, "-")) {
		node = node_new(p, JQ_NEGATE);
		node->a = parse_postfix(p);
		return node->a ? node : NULL;
	}
	return word_length(p->at) ? parse_keyword(p) : unexpected(p);
}

/* [] [1] [1:2] ["a"] */
static const struct jq_node *
parse_bracket(struct parser *p, const struct jq_node *term)
{
	struct jq_node *node = node_new(p, JQ_INDEX);

	node->a = term;
	if (take(p, "]")) {
		node->kind = JQ_EACH;
		return node;
	}
	if (take(p, ":")) {
		node->kind = JQ_SLICE;
		node->c = parse_pipe(p, true);
		return need(p, "]") ? node : NULL;
	}
	node->b = parse_pipe(p, true);
	if (take(p, ":")) {
		node->kind = JQ_SLICE;
		if (take(p, "]"))
			return node;
		node->c = parse_pipe(p, true);
	}
	return need(p, "]") ? node : NULL;
}

/* A term and what follows it: .name [..] ? and `as $x | ..`. */
static const struct jq_node *
parse_suffixes(struct parser *p)
{
	const struct jq_node *term = parse_term(p);

	for (unsigned n = 0; !p->failed; n++) {
		if (n > 2000)
			return unexpected(p);
		skip_blanks(p);
		if (*p->at == '[') {
			p->at++;
			term = parse_bracket(p, term);
		} else if (p->at[0] == '.' && (word_length(p->at + 1) || p->at[1] == '[' || p->at[1] == '"')) {
			p->at++;
			if (*p->at == '"') {
				struct jq_node *index = node_new(p, JQ_INDEX);

				p->at++;
				index->a = term;
				index->b = parse_string(p, NULL);
				term = index;
			} else if (*p->at != '[') {
				term = field_of(p, term, take_name(p));
			}
		} else if (p->at[0] == '?' && p->at[1] != '/') {
			struct jq_node *node = node_new(p, JQ_TRY);

			p->at++;
			node->a = term;
			term = node;
		} else {
			return term;
		}
	}
	return NULL;
}

static const struct jq_node *
parse_postfix(struct parser *p)
{
	const struct jq_node *term;

	if (++p->depth > JQ_DEPTH_MAX)
		return fail(p, "depth");
	term = parse_suffixes(p);
	p->depth--;
	return term;
}

/* ---- operators ---- */

static const struct {
	const char *text, *not_before;
	enum jq_operator op;
	int level;
} operators[] = {
	{ "*", "=", JQ_MULTIPLY, 0 }, { "/", "/=", JQ_DIVIDE, 0 }, { "%", "=", JQ_MODULO, 0 },
	{ "+", "=", JQ_ADD, 1 }, { "-", "=", JQ_SUBTRACT, 1 },
	{ "==", "", JQ_EQ, 2 }, { "!=", "", JQ_NE, 2 }, { "<=", "", JQ_LE, 2 }, { ">=", "", JQ_GE, 2 },
	{ "<", "", JQ_LT, 2 },
	{ ">", "", JQ_GT, 2 },
};
static const struct {
	const char *text;
	enum jq_operator op;
} updates[] = {
	{ "//=", JQ_ALTERNATIVE }, { "|=", JQ_MODIFY }, { "+=", JQ_ADD }, { "-=", JQ_SUBTRACT }, { "*=", JQ_MULTIPLY },
	{ "/=", JQ_DIVIDE }, { "%=", JQ_MODULO },
};

static const struct jq_node *
parse_binary(struct parser *p, int level)
{
	const struct jq_node *left = level ? parse_binary(p, level - 1) : parse_postfix(p);
	size_t n = sizeof operators / sizeof operators[0];

	for (size_t i = 0; !p->failed && i < n; i++) {
		size_t len = strlen(operators[i].text);
		struct jq_node *node;

		skip_blanks(p);
		if (operators[i].level != level || strncmp(p->at, operators[i].text, len) != 0 ||
			(p->at[len] && strchr(operators[i].not_before, p->at[len])))
			continue;
		p->at += len;
		node = node_new(p, JQ_BINARY);
		node->op = operators[i].op;
		node->a = left;
		node->b = level ? parse_binary(p, level - 1) : parse_postfix(p);
		left = node;
		i = SIZE_MAX;	/* from the first again */
	}
	return p->failed ? NULL : left;
}

static const struct jq_node *
parse_and(struct parser *p)
{
	const struct jq_node *left = parse_binary(p, 2);

	while (take_word(p, "and"))
		left = node_two(p, JQ_AND, left, parse_binary(p, 2));
	return left;
}

static const struct jq_node *
parse_or(struct parser *p)
{
	const struct jq_node *left = parse_and(p);

	while (take_word(p, "or"))
		left = node_two(p, JQ_OR, left, parse_and(p));
	return left;
}

static const struct jq_node *parse_otherwise(struct parser *p);

static const struct jq_node *
parse_update(struct parser *p)
{
	const struct jq_node *left = parse_or(p);
	struct jq_node *node;

	skip_blanks(p);
	for (size_t i = 0; !p->failed && i < sizeof updates / sizeof updates[0]; i++)
		if (take(p, updates[i].text)) {
			node = node_new(p, JQ_UPDATE);
			node->op = updates[i].op;
			node->a = left;
			node->b = parse_otherwise(p);
			return node;
		}
	if (p->failed || p->at[0] != '=' || p->at[1] == '=')
		return left;
	p->at++;
	node = node_new(p, JQ_UPDATE);
	node->op = JQ_SET;
	node->a = left;
	node->b = parse_otherwise(p);
	return node;
}

static const struct jq_node *
parse_otherwise(struct parser *p)
{
	const struct jq_node *left = parse_update(p);

	skip_blanks(p);
	if (p->failed || p->at[0] != '/' || p->at[1] != '/' || p->at[2] == '=')
		return left;
	p->at += 2;
	if (++p->depth > JQ_DEPTH_MAX)
		return fail(p, "depth");
	left = node_two(p, JQ_OTHERWISE, left, parse_otherwise(p));
	p->depth--;
	return left;
}

static const struct jq_node *
parse_comma(struct parser *p, bool comma)
{
	const struct jq_node *left = parse_otherwise(p);

	while (comma && take(p, ","))
		left = node_two(p, JQ_COMMA, left, parse_otherwise(p));
	return left;
}

/* def NAME: BODY; def NAME(f; $x): BODY; */
static const struct jq_node *
parse_function(struct parser *p, bool comma)
{
	struct jq_node *node = node_new(p, JQ_FUNCTION);
	VEC(const char *) names = VEC_INIT;

	node->text = take_name(p);
	if (take(p, "("))
		do {
			bool variable = take(p, "$");

			*vec_push(&names) = arena_printf(&p->jq->arena, "%s%s", variable ? "$" : "", take_name(p));
		} while (!p->failed && take(p, ";"));
	if (names.n)
		need(p, ")");
	if (names.n)
		node->names = arena_memdup(&p->jq->arena, names.v, names.n * sizeof *names.v);
	node->nnames = names.n;
	vec_release(&names);
	if (!need(p, ":"))
		return NULL;
	node->a = parse_pipe(p, true);
	if (!need(p, ";"))
		return NULL;
	skip_blanks(p);
	node->b = *p->at ? parse_pipe(p, comma) : node_new(p, JQ_IDENTITY);
	return p->failed ? NULL : node;
}

/* Behind `as`: $x, [$a, $b], {a: $x, $y} */
static void
parse_pattern(struct parser *p, struct jq_node *node)
{
	node_vec list = VEC_INIT;
	VEC(const char *) names = VEC_INIT;
	bool array = take(p, "["), object = !array && take(p, "{");
	size_t position = 0;

	do {
		struct jq_node *path = node_new(p, JQ_INDEX);

		path->a = node_new(p, JQ_IDENTITY);
		if (object && !take(p, "$")) {
			path->b = name_literal(p, take_name(p));
			if (!need(p, ":") || !need(p, "$"))
				break;
			*vec_push(&names) = take_name(p);
		} else {
			if (!object && !need(p, "$"))
				break;
			*vec_push(&names) = take_name(p);
			if (object)
				path->b = name_literal(p, names.v[names.n - 1]);
		}
		if (array) {
			struct jq_node *number = node_new(p, JQ_LITERAL);

			number->value = value_int(&p->jq->arena, (int64_t)position++);
			path->b = number;
		}
		*vec_push(&list) = array || object ? path : path->a;
	} while ((array || object) && !p->failed && take(p, ","));
	if (array || object)
		need(p, array ? "]" : "}");
	if (names.n)
		node->names = arena_memdup(&p->jq->arena, names.v, names.n * sizeof *names.v);
	node->nnames = names.n;
	vec_release(&names);
	node_take_list(p, node, &list);
}

static const struct jq_node *
parse_pipe_inner(struct parser *p, bool comma)
{
	const struct jq_node *left;

	if (take_word(p, "def"))
		return parse_function(p, comma);
	left = parse_comma(p, comma);
	if (take_word(p, "as")) {
		struct jq_node *node = node_new(p, JQ_AS);

		node->a = left;
		parse_pattern(p, node);
		if (!need(p, "|"))
			return NULL;
		node->b = parse_pipe(p, comma);
		return p->failed ? NULL : node;
	}
	if (!p->failed && take(p, "|"))
		return node_two(p, JQ_PIPE, left, parse_pipe(p, comma));
	return p->failed ? NULL : left;
}

static const struct jq_node *
parse_pipe(struct parser *p, bool comma)
{
	const struct jq_node *node;

	if (p->failed || ++p->depth > JQ_DEPTH_MAX)
		return fail(p, "depth");
	node = parse_pipe_inner(p, comma);
	p->depth--;
	return node;
}

const struct jq_node *
jq_parse(struct jq *jq, const char *text)
{
	struct parser p = { .jq = jq, .text = text, .at = text };
	const struct jq_node *node;

	skip_blanks(&p);
	if (!*p.at)
		return node_new(&p, JQ_IDENTITY);
	node = parse_pipe(&p, true);
	skip_blanks(&p);
	if (!p.failed && *p.at)
		unexpected(&p);
	return p.failed ? NULL : node;
}
