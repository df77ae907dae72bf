/*
 * awk's grammar, from the weakest operator to the strongest:
 *
 *	ternary:    or ["?" ternary ":" ternary]      a place before = += -= *= /= %= ^= takes what follows
 *	or: and {"||" and}   and: member {"&&" member}   member: matched {"in" NAME}   matched: compared {("~"|"!~") compared}
 *	compared:   piped [("<"|"<="|"=="|"!="|">"|">=") joined]   piped: joined {"|" "getline" [place]}
 *	joined:     sum {sum}   sum: product {("+"|"-") product}   product: unary {("*"|"/"|"%") unary}
 *	unary:      ("!"|"-"|"+") unary | power   power: behind ["^" unary]   behind: primary ["++"|"--"]
 *
 * Behind print > is a file's, and | a command's.  Error texts are mawk's.
 */
#include <stdlib.h>
#include <string.h>

#include "host/awk.h"

enum token {
	T_END, T_NEWLINE, T_NUMBER, T_TEXT, T_REGEX, T_NAME, T_CALL_NAME, T_BUILTIN, T_KEYWORD, T_SIGN,
};

/* A sign of one or two characters; what = stands behind is the operator's character with ASSIGNS. */
#define ASSIGNS 512
enum { S_AND = 300, S_OR, S_INCREMENT, S_DECREMENT, S_APPEND, S_NO_MATCH };

static const struct {
	const char *text;
	int sign;
} signs[] = {	/* the longer first */
	{ "**=", '^' + ASSIGNS }, { "&&", S_AND }, { "||", S_OR }, { "++", S_INCREMENT }, { "--", S_DECREMENT }, { ">>", S_APPEND },
	{ "!~", S_NO_MATCH }, { "<=", AWK_OP_LESS_EQUAL }, { "==", AWK_OP_EQUAL }, { "!=", AWK_OP_NOT_EQUAL },
	{ ">=", AWK_OP_GREATER_EQUAL }, { "+=", '+' + ASSIGNS }, { "-=", '-' + ASSIGNS }, { "*=", '*' + ASSIGNS },
	{ "/=", '/' + ASSIGNS }, { "%=", '%' + ASSIGNS }, { "^=", '^' + ASSIGNS }, { "**", '^' },
};

enum keyword {
	K_BEGIN, K_END, K_FUNCTION, K_IF, K_ELSE, K_WHILE, K_FOR, K_DO, K_BREAK, K_CONTINUE, K_NEXT, K_NEXTFILE, K_EXIT,
	K_RETURN, K_DELETE, K_IN, K_GETLINE, K_PRINT, K_PRINTF,
};
static const char *const keywords[] = { "BEGIN", "END", "function", "if", "else", "while", "for", "do", "break", "continue",
	"next", "nextfile", "exit", "return", "delete", "in", "getline", "print", "printf", NULL };

const char *const awk_builtin_names[] = { "length", "substr", "index", "split", "sub", "gsub", "match", "sprintf", "toupper",
	"tolower", "int", "sqrt", "exp", "log", "sin", "cos", "atan2", "rand", "srand", "system", "close", "fflush", "systime",
	"strftime", NULL };

struct parser {
	struct awk_program *program;
	struct arena *arena;
	const char *at;
	size_t line;
	enum token token;
	int value;			/* of a sign, a keyword, a builtin */
	double number;
	const char *text;		/* of a name, a text, a pattern; as written of the others */
	bool no_in, no_greater;		/* `in` and > are somebody else's here */
	bool in_loop, in_function;
	unsigned depth;
	const char *params[64];
	size_t nparams;
};

static struct awk_node *read_expression(struct parser *p);
static struct awk_node *read_statement(struct parser *p);
static void advance(struct parser *p);

/* ---- words ---- */

static void
fail_at(struct parser *p, const char *text)
{
	if (!p->program->error)
		p->program->error = xasprintf("line %zu: %s", p->line, text);
	p->token = T_END;
	p->at = "";
}

/* What stands where nothing of its kind can. */
static void
unexpected(struct parser *p)
{
	const char *near = p->token == T_NEWLINE ? "end of line" : p->text;

	if (p->token == T_END) {
		p->line++;
		fail_at(p, "syntax error at or near end of file");
	} else {
		fail_at(p, arena_printf(p->arena, "syntax error at or near %s", near));
	}
}

static size_t
index_of(const char *const *names, const char *name)
{
	size_t i = 0;

	while (names[i] && strcmp(names[i], name) != 0)
		i++;
	return i;
}

static void
read_name(struct parser *p)
{
	size_t n = 0, i;

	while (ascii_isalnum(p->at[n]) || p->at[n] == '_')
		n++;
	p->text = arena_strndup(p->arena, p->at, n);
	p->at += n;
	i = index_of(keywords, strcmp(p->text, "func") == 0 ? "function" : p->text);
	p->token = T_KEYWORD;
	p->value = (int)i;
	if (keywords[i])
		return;
	i = index_of(awk_builtin_names, p->text);
	p->token = awk_builtin_names[i] ? T_BUILTIN : *p->at == '(' ? T_CALL_NAME : T_NAME;
	p->value = (int)i;
}

static int
base_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, ascii_tolower(c)) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* One escape of a text, behind its backslash. */
static void
read_escape(struct parser *p, struct str *out)
{
	static const char letters[] = "ntrabfv\\\"/", meant[] = "\n\t\r\a\b\f\v\\\"/";
	const char *found = *p->at ? strchr(letters, *p->at) : NULL;

	if (*p->at >= '0' && *p->at <= '7') {
		unsigned value = 0;

		for (int i = 0; i < 3 && *p->at >= '0' && *p->at <= '7'; i++)
			value = value * 8 + (unsigned)(*p->at++ - '0');
		str_addch(out, (char)value);
		return;
	}
	if (*p->at == 'x' && base_digit(p->at[1]) >= 0) {
		int value = base_digit(*++p->at);

		if (base_digit(p->at[1]) >= 0)
			value = value * 16 + base_digit(*++p->at);
		str_addch(out, (char)value);
	} else if (*p->at == '\n') {
		p->line++;
	} else if (found) {
		str_addch(out, meant[found - letters]);
	} else {
		str_addch(out, '\\');
		str_addch(out, *p->at);
	}
	p->at += *p->at != '\0';
}

static void
read_text(struct parser *p)
{
	const char *start = p->at + 1;
	struct str text = STR_INIT;

	for (p->at++; *p->at && *p->at != '"' && *p->at != '\n';)
		if (*p->at == '\\') {
			p->at++;
			read_escape(p, &text);
		} else {
			str_addch(&text, *p->at++);
		}
	p->token = T_TEXT;
	p->text = arena_strndup(p->arena, text.buf, text.len);
	str_release(&text);
	if (*p->at != '"')
		fail_at(p, arena_printf(p->arena, "runaway string constant \"%.10s ...", start));
	else
		p->at++;
}

/* A / where a value is due begins a pattern. */
static void
read_regex(struct parser *p, const char *before)
{
	struct str text = STR_INIT;
	bool bracket = false;

	str_add(&text, before);
	for (; *p->at && *p->at != '\n' && (*p->at != '/' || bracket); p->at++) {
		if (*p->at == '\\' && p->at[1] == '/') {
			p->at++;
		} else if (*p->at == '\\' && p->at[1]) {
			str_addch(&text, *p->at++);
		} else if (*p->at == '[' && !bracket) {
			bracket = true;
			if (p->at[1] == '^')
				str_addch(&text, *p->at++);
			if (p->at[1] == ']')
				str_addch(&text, *p->at++);
		} else if (*p->at == ']') {
			bracket = false;
		}
		str_addch(&text, *p->at);
	}
	p->token = T_REGEX;
	p->text = arena_strndup(p->arena, text.buf, text.len);
	str_release(&text);
	if (*p->at != '/')
		fail_at(p, arena_printf(p->arena, "runaway regular expression /%.10s ...", p->text));
	else
		p->at++;
}

static void
read_number(struct parser *p)
{
	size_t n = strspn(p->at, "0123456789"), exponent;

	if (p->at[n] == '.')
		n += 1 + strspn(p->at + n + 1, "0123456789");
	exponent = p->at[n] == 'e' || p->at[n] == 'E' ? n + 1 + (p->at[n + 1] == '-' || p->at[n + 1] == '+') : 0;
	if (exponent && ascii_isdigit(p->at[exponent]))
		n = exponent + strspn(p->at + exponent, "0123456789");
	p->token = T_NUMBER;
	p->text = arena_strndup(p->arena, p->at, n);
	p->number = strtod(p->text, NULL);
	p->at += n;
}

static void
read_sign(struct parser *p)
{
	size_t len = 1;

	p->token = T_SIGN;
	p->value = (unsigned char)*p->at;
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
		if (str_starts(p->at, signs[i].text)) {
			p->value = signs[i].sign;
			len = strlen(signs[i].text);
			break;
		}
	p->text = arena_strndup(p->arena, p->at, len);
	p->at += len;
	if (len == 1 && !strchr("{}()[];,+-*/%^!<>|?:~$=", *p->text))
		fail_at(p, arena_printf(p->arena, "unexpected character '%c'", *p->text));
}

static void
advance(struct parser *p)
{
	for (;; p->at++) {
		if (*p->at == '\\' && (p->at[1] == '\n' || (p->at[1] == '\r' && p->at[2] == '\n'))) {
			p->at++;
			p->line++;
		} else if (*p->at == '#') {
			p->at += strcspn(p->at, "\n");
			break;
		} else if (*p->at != ' ' && *p->at != '\t' && *p->at != '\r') {
			break;
		}
	}
	p->text = "";
	if (!*p->at) {
		p->token = T_END;
	} else if (*p->at == '\n') {
		p->at++;
		p->line++;
		p->token = T_NEWLINE;
	} else if (ascii_isalpha(*p->at) || *p->at == '_') {
		read_name(p);
	} else if (ascii_isdigit(*p->at) || (*p->at == '.' && ascii_isdigit(p->at[1]))) {
		read_number(p);
	} else if (*p->at == '"') {
		read_text(p);
	} else {
		read_sign(p);
	}
}

static bool
is_sign(const struct parser *p, int sign)
{
	return p->token == T_SIGN && p->value == sign;
}

static bool
is_keyword(const struct parser *p, enum keyword keyword)
{
	return p->token == T_KEYWORD && p->value == (int)keyword;
}

static bool
take_sign(struct parser *p, int sign)
{
	if (!is_sign(p, sign))
		return false;
	advance(p);
	return true;
}

static bool
take_keyword(struct parser *p, enum keyword keyword)
{
	if (!is_keyword(p, keyword))
		return false;
	advance(p);
	return true;
}

static void
expect(struct parser *p, int sign)
{
	if (take_sign(p, sign))
		return;
	if (p->token == T_END && (sign == ')' || sign == '}')) {
		p->line++;
		fail_at(p, sign == '}' ? "missing } near end of file" : "missing ) near end of file");
	} else if (sign == ')' && p->token == T_NEWLINE) {
		fail_at(p, "missing ) near end of line");
	} else {
		unexpected(p);
	}
}

static void
skip_newlines(struct parser *p)
{
	while (p->token == T_NEWLINE)
		advance(p);
}

/* Newlines and semicolons between statements and items. */
static void
skip_ends(struct parser *p)
{
	while (p->token == T_NEWLINE || is_sign(p, ';'))
		advance(p);
}

static struct awk_node *
node_new(struct parser *p, enum awk_kind kind, struct awk_node *a, struct awk_node *b)
{
	struct awk_node *node = arena_alloc(p->arena, sizeof *node);

	node->kind = kind;
	node->a = a;
	node->b = b;
	return node;
}

static bool
is_place(const struct awk_node *node)
{
	return node->kind == AWK_VARIABLE || node->kind == AWK_LOCAL || node->kind == AWK_FIELD || node->kind == AWK_ELEMENT;
}

/* ---- primaries ---- */

/* Expressions with commas between, up to what isn't one. */
static struct awk_node *
read_list(struct parser *p)
{
	struct awk_node *first = NULL, **last = &first;

	do {
		skip_newlines(p);
		*last = read_expression(p);
		last = &(*last)->next;
	} while (take_sign(p, ','));
	return first;
}

static struct awk_node *
name_node(struct parser *p, const char *name)
{
	struct awk_node *node = node_new(p, AWK_VARIABLE, NULL, NULL);

	node->text = name;
	for (size_t i = 0; i < p->nparams; i++)
		if (strcmp(p->params[i], name) == 0) {
			node->kind = AWK_LOCAL;
			node->slot = i;
		}
	return node;
}

static size_t
function_slot(struct parser *p, const char *name)
{
	for (size_t i = 0; i < p->program->functions.n; i++)
		if (strcmp(p->program->functions.v[i].name, name) == 0)
			return i;
	*vec_push(&p->program->functions) = (struct awk_function){ .name = name };
	return p->program->functions.n - 1;
}

/* The parentheses of a call. */
static struct awk_node *
read_arguments(struct parser *p)
{
	bool no_in = p->no_in, no_greater = p->no_greater;
	struct awk_node *list = NULL;

	p->no_in = p->no_greater = false;
	expect(p, '(');
	if (!is_sign(p, ')'))
		list = read_list(p);
	skip_newlines(p);
	p->no_in = no_in;
	p->no_greater = no_greater;
	expect(p, ')');
	return list;
}

static struct awk_node *
read_builtin(struct parser *p)
{
	struct awk_node *node = node_new(p, AWK_CALL, NULL, NULL);

	node->op = p->value;
	node->text = p->text;
	advance(p);
	if (node->op != AWK_LENGTH || is_sign(p, '('))
		node->list = read_arguments(p);
	return node;
}

/* ( EXPRESSION ), or ( A, B ) before `in` or after print. */
static struct awk_node *
read_parentheses(struct parser *p)
{
	struct awk_node *node = node_new(p, AWK_GROUP, NULL, NULL);

	node->list = read_arguments(p);
	if (!node->list)
		unexpected(p);
	else if (!node->list->next)
		node->a = node->list;
	else if (is_keyword(p, K_IN)) {
		node->kind = AWK_IN;
		advance(p);
		if (p->token != T_NAME)
			unexpected(p);
		node->b = name_node(p, p->text);
		advance(p);
	}
	return node;
}

static struct awk_node *read_place(struct parser *p);

/* getline [place] ["<" file], without a command before it. */
static struct awk_node *
read_getline(struct parser *p)
{
	struct awk_node *node = node_new(p, AWK_GETLINE, NULL, NULL);

	advance(p);
	if (p->token == T_NAME || is_sign(p, '$'))
		node->a = read_place(p);
	if (take_sign(p, '<')) {
		node->way = AWK_WAY_READ;
		node->b = read_place(p);
	}
	return node;
}

static struct awk_node *
read_name_node(struct parser *p)
{
	struct awk_node *node = name_node(p, p->text);

	advance(p);
	if (!take_sign(p, '['))
		return node;
	node = node_new(p, AWK_ELEMENT, node, NULL);
	node->list = read_list(p);
	expect(p, ']');
	return node;
}

static struct awk_node *
read_call(struct parser *p)
{
	struct awk_node *node = node_new(p, AWK_FUNCTION_CALL, NULL, NULL);

	node->text = p->text;
	node->slot = function_slot(p, p->text);
	advance(p);
	node->list = read_arguments(p);
	return node;
}

static struct awk_node *
read_constant(struct parser *p, enum awk_kind kind)
{
	struct awk_node *node = node_new(p, kind, NULL, NULL);

	node->text = p->text;
	node->number = p->number;
	advance(p);
	return node;
}

/* A value without operators beside $ ++ --. */
static struct awk_node *
read_place(struct parser *p)
{
	struct awk_node *node;
	int sign = p->token == T_SIGN ? p->value : 0;

	if (++p->depth > AWK_DEPTH_MAX)
		fail_at(p, "expression too complex");
	if (sign == '/' || sign == '/' + ASSIGNS)
		read_regex(p, sign == '/' ? "" : "=");
	if (sign == '$' || sign == S_INCREMENT || sign == S_DECREMENT) {
		advance(p);
		node = node_new(p, sign == '$' ? AWK_FIELD : AWK_BEFORE, NULL, NULL);
		node->op = sign == S_DECREMENT ? -1 : 1;
		if (sign == '$' && is_sign(p, '-')) {	/* $-1 */
			advance(p);
			node->a = node_new(p, AWK_MINUS, read_place(p), NULL);
		} else {
			node->a = read_place(p);
		}
		if (sign != '$' && !is_place(node->a))
			unexpected(p);
	} else if (sign == '(') {
		node = read_parentheses(p);
	} else if (p->token == T_NUMBER) {
		node = read_constant(p, AWK_NUMBER);
	} else if (p->token == T_TEXT) {
		node = read_constant(p, AWK_TEXT);
	} else if (p->token == T_REGEX) {
		node = read_constant(p, AWK_REGEX);
	} else if (p->token == T_NAME) {
		node = read_name_node(p);
	} else if (p->token == T_CALL_NAME) {
		node = read_call(p);
	} else if (p->token == T_BUILTIN) {
		node = read_builtin(p);
	} else if (is_keyword(p, K_GETLINE)) {
		node = read_getline(p);
	} else {
		unexpected(p);
		node = node_new(p, AWK_NUMBER, NULL, NULL);
	}
	p->depth--;
	return node;
}

/* ---- operators ---- */

static struct awk_node *
read_behind(struct parser *p)
{
	struct awk_node *node = read_place(p);

	if ((is_sign(p, S_INCREMENT) || is_sign(p, S_DECREMENT)) && is_place(node)) {
		node = node_new(p, AWK_BEHIND, node, NULL);
		node->op = p->value == S_DECREMENT ? -1 : 1;
		advance(p);
	}
	return node;
}

static struct awk_node *
arithmetic(struct parser *p, int op, struct awk_node *a, struct awk_node *b)
{
	struct awk_node *node = node_new(p, AWK_ARITHMETIC, a, b);

	node->op = op;
	return node;
}

static struct awk_node *
read_unary(struct parser *p)
{
	struct awk_node *node;
	int sign = p->token == T_SIGN ? p->value : 0;

	if (++p->depth > AWK_DEPTH_MAX)
		fail_at(p, "expression too complex");
	if (sign == '!' || sign == '-' || sign == '+') {
		advance(p);
		node = node_new(p, sign == '!' ? AWK_NOT : sign == '-' ? AWK_MINUS : AWK_PLUS, read_unary(p), NULL);
	} else {
		node = read_behind(p);
		if (take_sign(p, '^'))
			node = arithmetic(p, '^', node, read_unary(p));
	}
	p->depth--;
	return node;
}

static struct awk_node *
read_product(struct parser *p)
{
	struct awk_node *node = read_unary(p);

	while (is_sign(p, '*') || is_sign(p, '/') || is_sign(p, '%')) {
		int op = p->value;

		advance(p);
		node = arithmetic(p, op, node, read_unary(p));
	}
	return node;
}

static struct awk_node *
read_sum(struct parser *p)
{
	struct awk_node *node = read_product(p);

	while (is_sign(p, '+') || is_sign(p, '-')) {
		int op = p->value;

		advance(p);
		node = arithmetic(p, op, node, read_product(p));
	}
	return node;
}

/* Could a value to be joined begin here? */
static bool
begins_value(const struct parser *p)
{
	if (p->token == T_SIGN)
		return p->value == '$' || p->value == '(' || p->value == S_INCREMENT || p->value == S_DECREMENT;
	return p->token == T_NUMBER || p->token == T_TEXT || p->token == T_NAME || p->token == T_CALL_NAME || p->token == T_BUILTIN;
}

static struct awk_node *
read_joined(struct parser *p)
{
	struct awk_node *node = read_sum(p);

	while (begins_value(p))
		node = node_new(p, AWK_JOIN, node, read_sum(p));
	return node;
}

/* "command" | getline [place], as often as it stands there; a | of print is left alone. */
static struct awk_node *
read_piped(struct parser *p)
{
	struct awk_node *node = read_joined(p);

	while (is_sign(p, '|')) {
		const struct parser before = *p;

		advance(p);
		if (!take_keyword(p, K_GETLINE)) {
			*p = before;
			break;
		}
		node = node_new(p, AWK_GETLINE, NULL, node);
		node->way = AWK_WAY_COMMAND;
		if (p->token == T_NAME || is_sign(p, '$'))
			node->a = read_place(p);
	}
	return node;
}

static struct awk_node *
read_compared(struct parser *p)
{
	struct awk_node *node = read_piped(p);
	int op = p->token == T_SIGN ? p->value : 0;

	if (op == '<' || (op == '>' && !p->no_greater) || (op >= AWK_OP_LESS_EQUAL && op <= AWK_OP_GREATER_EQUAL)) {
		advance(p);
		node = node_new(p, AWK_COMPARE, node, read_joined(p));
		node->op = op;
	}
	return node;
}

static struct awk_node *
read_matched(struct parser *p)
{
	struct awk_node *node = read_compared(p);

	while (is_sign(p, '~') || is_sign(p, S_NO_MATCH)) {
		enum awk_kind kind = p->value == '~' ? AWK_MATCH : AWK_NO_MATCH;

		advance(p);
		node = node_new(p, kind, node, read_compared(p));
	}
	return node;
}

static struct awk_node *
read_member(struct parser *p)
{
	struct awk_node *node = read_matched(p);

	while (!p->no_in && is_keyword(p, K_IN)) {
		struct awk_node *member = node_new(p, AWK_IN, NULL, NULL);

		advance(p);
		if (p->token != T_NAME)
			unexpected(p);
		member->list = node;
		member->b = name_node(p, p->text);
		advance(p);
		node = member;
	}
	return node;
}

static struct awk_node *
read_and(struct parser *p)
{
	struct awk_node *node = read_member(p);

	while (take_sign(p, S_AND)) {
		skip_newlines(p);
		node = node_new(p, AWK_AND, node, read_member(p));
	}
	return node;
}

static struct awk_node *
read_or(struct parser *p)
{
	struct awk_node *node = read_and(p);

	while (take_sign(p, S_OR)) {
		skip_newlines(p);
		node = node_new(p, AWK_OR, node, read_and(p));
	}
	return node;
}

static struct awk_node *
read_expression(struct parser *p)
{
	struct awk_node *node;

	if (++p->depth > AWK_DEPTH_MAX)
		fail_at(p, "expression too complex");
	node = read_or(p);
	if (take_sign(p, '?')) {
		skip_newlines(p);
		node = node_new(p, AWK_CONDITION, node, read_expression(p));
		skip_newlines(p);
		expect(p, ':');
		skip_newlines(p);
		node->c = read_expression(p);
	} else if (p->token == T_SIGN && (p->value == '=' || p->value >= ASSIGNS) && is_place(node)) {
		int op = p->value == '=' ? 0 : p->value - ASSIGNS;

		advance(p);
		skip_newlines(p);
		node = node_new(p, AWK_ASSIGN, node, read_expression(p));
		node->op = op;
	}
	p->depth--;
	return node;
}

/* ---- statements ---- */

static bool
at_end(const struct parser *p)
{
	return p->token == T_END || p->token == T_NEWLINE || is_sign(p, ';') || is_sign(p, '}');
}

static struct awk_node *
read_print(struct parser *p)
{
	struct awk_node *node = node_new(p, p->value == K_PRINT ? AWK_PRINT : AWK_PRINTF, NULL, NULL);

	advance(p);
	p->no_greater = true;
	if (!at_end(p) && !is_sign(p, '>') && !is_sign(p, '|') && !is_sign(p, S_APPEND))
		node->list = read_list(p);
	if (node->list && !node->list->next && node->list->kind == AWK_GROUP && !node->list->a)
		node->list = node->list->list;	/* print (a, b) */
	node->way = take_sign(p, '>') ? AWK_WAY_WRITE : take_sign(p, S_APPEND) ? AWK_WAY_APPEND
		: take_sign(p, '|') ? AWK_WAY_PIPE : AWK_WAY_NONE;
	if (node->way)
		node->b = read_expression(p);
	p->no_greater = false;
	if (node->kind == AWK_PRINTF && !node->list)
		fail_at(p, "no arguments in call to printf");
	return node;
}

/* What belongs to no block of its own: it ends with ; a newline or a }. */
static struct awk_node *
read_simple(struct parser *p)
{
	static const struct {
		enum keyword keyword;
		enum awk_kind kind;
		bool value;
	} rows[] = {
		{ K_NEXT, AWK_NEXT, false }, { K_NEXTFILE, AWK_NEXTFILE, false }, { K_BREAK, AWK_BREAK, false },
		{ K_CONTINUE, AWK_CONTINUE, false }, { K_EXIT, AWK_EXIT, true }, { K_RETURN, AWK_RETURN, true },
		{ K_DELETE, AWK_DELETE, true },
	};

	if (is_keyword(p, K_PRINT) || is_keyword(p, K_PRINTF))
		return read_print(p);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (take_keyword(p, rows[i].keyword)) {
			struct awk_node *node = node_new(p, rows[i].kind, NULL, NULL);

			if (rows[i].kind == AWK_RETURN && !p->in_function)
				fail_at(p, "return outside function body");
			if (rows[i].value && !at_end(p))
				node->a = read_expression(p);
			return node;
		}
	return node_new(p, AWK_EXPRESSION, read_expression(p), NULL);
}

static struct awk_node *
read_block(struct parser *p)
{
	struct awk_node *node = node_new(p, AWK_BLOCK, NULL, NULL), **last = &node->list;

	expect(p, '{');
	skip_ends(p);
	while (p->token != T_END && !is_sign(p, '}')) {
		*last = read_statement(p);
		last = &(*last)->next;
		skip_ends(p);
	}
	expect(p, '}');
	return node;
}

/* The ; between a statement and `else` or `while` counts when they follow. */
static bool
take_behind_ends(struct parser *p, enum keyword keyword)
{
	const struct parser before = *p;

	skip_ends(p);
	if (take_keyword(p, keyword))
		return true;
	*p = before;
	return false;
}

/* The statement that a condition leads to; a lone ; does nothing. */
static struct awk_node *
read_body(struct parser *p)
{
	skip_newlines(p);
	if (is_sign(p, ';')) {
		advance(p);
		return node_new(p, AWK_BLOCK, NULL, NULL);
	}
	return read_statement(p);
}

static struct awk_node *
read_for(struct parser *p)
{
	struct awk_node *node = node_new(p, AWK_FOR, NULL, NULL);

	expect(p, '(');
	if (!is_sign(p, ';')) {
		p->no_in = true;
		node->a = read_simple(p);
		p->no_in = false;
		if (node->a->kind == AWK_EXPRESSION && is_place(node->a->a) && take_keyword(p, K_IN)) {
			node->kind = AWK_FOR_IN;
			node->a = node->a->a;
			if (p->token != T_NAME)
				unexpected(p);
			node->b = name_node(p, p->text);
			advance(p);
			expect(p, ')');
			node->body = read_body(p);
			return node;
		}
	}
	expect(p, ';');
	skip_newlines(p);
	node->b = is_sign(p, ';') ? NULL : read_expression(p);
	expect(p, ';');
	skip_newlines(p);
	node->c = is_sign(p, ')') ? NULL : read_simple(p);
	expect(p, ')');
	node->body = read_body(p);
	return node;
}

static struct awk_node *
read_condition(struct parser *p)
{
	struct awk_node *node;

	expect(p, '(');
	node = read_expression(p);
	skip_newlines(p);
	expect(p, ')');
	return node;
}

static struct awk_node *
read_statement(struct parser *p)
{
	struct awk_node *node;

	if (++p->depth > AWK_DEPTH_MAX)
		fail_at(p, "statements too deep");
	if (is_sign(p, '{')) {
		node = read_block(p);
	} else if (take_keyword(p, K_IF)) {
		node = node_new(p, AWK_IF, read_condition(p), NULL);
		node->body = read_body(p);
		if (take_behind_ends(p, K_ELSE))
			node->c = read_body(p);
	} else if (take_keyword(p, K_WHILE)) {
		node = node_new(p, AWK_WHILE, read_condition(p), NULL);
		node->body = read_body(p);
	} else if (take_keyword(p, K_DO)) {
		node = node_new(p, AWK_DO, NULL, NULL);
		node->body = read_body(p);
		if (!take_behind_ends(p, K_WHILE))
			unexpected(p);
		node->a = read_condition(p);
	} else if (take_keyword(p, K_FOR)) {
		node = read_for(p);
	} else {
		node = read_simple(p);
		if (!at_end(p) && !p->program->error) {
			if (is_sign(p, ')') || is_sign(p, ']'))
				fail_at(p, arena_printf(p->arena, "extra '%s'", p->text));
			unexpected(p);
		}
	}
	p->depth--;
	return node;
}

/* ---- items ---- */

static void
read_function(struct parser *p)
{
	struct awk_function *function;
	struct awk_node *body;
	size_t slot, nparams;

	if (p->token != T_NAME && p->token != T_CALL_NAME) {
		unexpected(p);
		return;
	}
	slot = function_slot(p, p->text);
	advance(p);
	expect(p, '(');
	p->nparams = 0;
	while (p->token == T_NAME && p->nparams < sizeof p->params / sizeof p->params[0]) {
		p->params[p->nparams++] = p->text;
		advance(p);
		if (!take_sign(p, ','))
			break;
		skip_newlines(p);
	}
	expect(p, ')');
	skip_newlines(p);
	p->in_function = true;
	nparams = p->nparams;
	body = read_block(p);
	p->in_function = false;
	p->nparams = 0;
	function = &p->program->functions.v[slot];
	function->nparams = nparams;
	function->body = body;
}

static struct awk_item *
read_item(struct parser *p)
{
	struct awk_item *item = arena_alloc(p->arena, sizeof *item);

	item->when = take_keyword(p, K_BEGIN) ? AWK_AT_BEGIN : take_keyword(p, K_END) ? AWK_AT_END : AWK_AT_RECORD;
	p->program->reads |= item->when != AWK_AT_BEGIN;
	if (item->when == AWK_AT_RECORD && !is_sign(p, '{')) {
		item->from = read_expression(p);
		if (take_sign(p, ',')) {
			skip_newlines(p);
			item->to = read_expression(p);
		}
	}
	if (is_sign(p, '{'))
		item->body = read_block(p);
	else if (item->when != AWK_AT_RECORD || !at_end(p))
		unexpected(p);
	return item;
}

bool
awk_parse(struct awk_program *program, const char *text)
{
	struct parser p = { .program = program, .arena = &program->arena, .at = text, .line = 1 };
	struct awk_item **last = &program->items;

	*program = (struct awk_program){ .arena = ARENA_INIT };
	advance(&p);
	for (skip_ends(&p); p.token != T_END; skip_ends(&p)) {
		if (take_keyword(&p, K_FUNCTION)) {
			read_function(&p);
			continue;
		}
		if (is_sign(&p, '}') || is_sign(&p, ')')) {
			fail_at(&p, arena_printf(p.arena, "extra '%s'", p.text));
			break;
		}
		*last = read_item(&p);
		last = &(*last)->next;
	}
	for (size_t i = 0; !program->error && i < program->functions.n; i++)
		if (!program->functions.v[i].body) {
			p.line++;
			fail_at(&p, arena_printf(p.arena, "function %s never defined", program->functions.v[i].name));
		}
	return !program->error;
}

void
awk_program_release(struct awk_program *program)
{
	arena_release(&program->arena);
	vec_release(&program->functions);
	free(program->error);
	*program = (struct awk_program){ .arena = ARENA_INIT };
}
