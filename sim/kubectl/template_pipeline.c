/*
 * The inside of an action: constants, names and functions make commands, these with pipes between them a pipeline.
 * Follows parse.go and node.go of Go's text/template/parse.
 */
#include <string.h>

#include "base/go_text.h"
#include "kubectl/template_functions.h"
#include "kubectl/template_parser.h"

/* ---- constants ---- */

/* 'x': its code point */
static int
read_rune(struct template_parser *parser, const struct template_item *item, int64_t *number)
{
	const char *at = item->text + 1, *end = item->text + item->len;
	struct str why = STR_INIT;
	uint32_t code = 0;
	bool byte;

	if (!go_unquote_char(&at, end, '\'', &code, &byte))
		return parser_failed(parser, "invalid syntax");
	*number = code;
	if (at == end - 1)
		return 0;
	str_add(&why, "malformed character constant: ");
	str_addn(&why, item->text, item->len);
	(void)parser_failed(parser, why.buf);
	str_release(&why);
	return -1;
}

/* A complex number is a real and an imaginary part, or the latter only. */
static bool
read_complex(const char *text, size_t len, bool pair, struct go_value *constant)
{
	struct str part = STR_INIT;
	size_t split = 0;
	bool good = true;

	*constant = (struct go_value){ .kind = GO_COMPLEX128 };
	for (size_t i = 1; pair && i + 1 < len; i++)
		if ((text[i] == '+' || text[i] == '-') && !strchr("eEpP", text[i - 1]))
			split = i;
	if (split) {
		str_addn(&part, text, split);
		good = go_parse_float(part.buf, &constant->number.real);
		str_clear(&part);
	}
	str_addn(&part, text + split, len - 1 - split);
	good = good && go_parse_float(part.buf, &constant->number.imaginary);
	str_release(&part);
	return good;
}

static bool
is_float(const char *text)
{
	bool hexadecimal = text[0] == '0' && ascii_tolower((unsigned char)text[1]) == 'x' && text[2];

	return hexadecimal ? strpbrk(text, "pP") != NULL : strpbrk(text, ".eEpP") != NULL;
}

static int
read_number(struct template_parser *parser, const struct template_node *node, struct go_value *constant)
{
	double real;
	uint64_t whole;

	*constant = (struct go_value){ .kind = GO_INT };
	if (node->len && node->text[node->len - 1] == 'i' && read_complex(node->text, node->len, false, constant))
		return 0;
	*constant = (struct go_value){ .kind = GO_INT };
	if (go_parse_int(node->text, &constant->integer))
		return 0;
	if (go_parse_uint(node->text, &whole)) {
		constant->kind = GO_INVALID;
		return 0;
	}
	if (!go_parse_float(node->text, &real))
		return parser_failed_quoting(parser, "illegal number syntax: ", node->text, node->len, "");
	if (!strpbrk(node->text, ".eEpP"))
		return parser_failed_quoting(parser, "integer overflow: ", node->text, node->len, "");
	*constant = go_value_float(real);
	if (!is_float(node->text))
		*constant = go_value_int((int64_t)real);
	return 0;
}

static struct template_node *
number_node(struct template_parser *parser, const struct template_item *item)
{
	struct template_node *node = parser_word_node(parser, NODE_NUMBER, item);
	int64_t code = 0;

	if (item->word == WORD_RUNE) {
		if (read_rune(parser, item, &code))
			return NULL;
		node->constant = go_value_int(code);
	} else if (item->word == WORD_COMPLEX) {
		if (!read_complex(node->text, node->len, true, &node->constant)) {
			(void)parser_failed(parser, "syntax error scanning complex number");
			return NULL;
		}
	} else if (read_number(parser, node, &node->constant)) {
		return NULL;
	}
	return node;
}

const char *
parser_unquoted(struct template_parser *parser, const struct template_item *item, size_t *len)
{
	struct str text = STR_INIT;
	const char *result = NULL;

	if (go_unquote(item->text, item->len, &text)) {
		result = arena_memdup(parser->arena, text.buf, text.len + 1);
		*len = text.len;
	} else {
		(void)parser_failed(parser, "invalid syntax");
	}
	str_release(&text);
	return result;
}

static struct template_node *
string_node(struct template_parser *parser, const struct template_item *item)
{
	struct template_node *node = parser_word_node(parser, NODE_STRING, item);
	size_t len;
	const char *text = parser_unquoted(parser, item, &len);

	if (!text)
		return NULL;
	node->constant = go_value_text(text, len);
	return node;
}

/* ---- words of a command ---- */

static struct template_node *
variable_node(struct template_parser *parser, const struct template_item *item)
{
	struct template_node *node = parser_named_node(parser, NODE_VARIABLE, item);

	for (size_t i = 0; i < parser->variables.n; i++)
		if (strcmp(parser->variables.v[i], node->nodes.v[0]->text) == 0)
			return node;
	(void)parser_failed_quoting(parser, "undefined variable ", item->text, item->len, "");
	return NULL;
}

static struct template_node *
function_node(struct template_parser *parser, const struct template_item *item)
{
	struct template_node *node = parser_word_node(parser, NODE_IDENTIFIER, item);

	if (template_function_find(node->text))
		return node;
	(void)parser_failed_quoting(parser, "function ", item->text, item->len, " not defined");
	return NULL;
}

/* *node NULL: what comes next is no value. */
static int
term(struct template_parser *parser, struct template_node **node)
{
	struct template_item item = parser_next_word(parser);

	switch (item.word) {
	case WORD_IDENTIFIER:
		*node = function_node(parser, &item);
		break;
	case WORD_DOT:
		*node = parser_word_node(parser, NODE_DOT, &item);
		break;
	case WORD_NIL:
		*node = parser_word_node(parser, NODE_NIL, &item);
		break;
	case WORD_VARIABLE:
		*node = variable_node(parser, &item);
		break;
	case WORD_FIELD:
		*node = parser_named_node(parser, NODE_FIELD, &item);
		break;
	case WORD_BOOL:
		*node = parser_word_node(parser, NODE_BOOL, &item);
		(*node)->constant = go_value_bool(*item.text == 't');
		break;
	case WORD_RUNE:
	case WORD_COMPLEX:
	case WORD_NUMBER:
		*node = number_node(parser, &item);
		break;
	case WORD_LEFT_PAREN:
		*node = parser_pipeline(parser, "parenthesized pipeline", WORD_RIGHT_PAREN);
		break;
	case WORD_STRING:
	case WORD_RAW_STRING:
		*node = string_node(parser, &item);
		break;
	default:
		parser_backup(parser);
		*node = NULL;
		return 0;
	}
	return *node ? 0 : -1;
}

/* A term and the fields behind it. */
static int
operand(struct template_parser *parser, struct template_node **node)
{
	struct template_node *chain;

	if (term(parser, node))
		return -1;
	if (!*node || parser_peek(parser).word != WORD_FIELD)
		return 0;
	chain = *node;
	switch (chain->type) {
	case NODE_FIELD:
	case NODE_VARIABLE:
		chain->at = parser_peek(parser).at;
		break;
	case NODE_BOOL:
	case NODE_STRING:
	case NODE_NUMBER:
	case NODE_NIL:
	case NODE_DOT:
		while (parser_peek(parser).word == WORD_FIELD)
			(void)parser_next(parser);
		return parser_failed_quoting(parser, "unexpected . after term ", chain->text, chain->len, "");
	default:
		chain = parser_node(parser, NODE_CHAIN, parser_peek(parser).at);
		chain->pipe = *node;
	}
	while (parser_peek(parser).word == WORD_FIELD) {
		struct template_item item = parser_next(parser);

		parser_append_name(parser, chain, &item);
	}
	*node = chain;
	return 0;
}

static struct template_node *
command(struct template_parser *parser)
{
	struct template_node *result = parser_node(parser, NODE_COMMAND, parser_peek_word(parser).at), *word;
	struct template_item item;

	do {
		(void)parser_peek_word(parser);
		if (operand(parser, &word))
			return NULL;
		if (word)
			parser_append(parser, &result->nodes, word);
		item = parser_next(parser);
	} while (item.word == WORD_SPACE);
	if (item.word == WORD_RIGHT_DELIMITER || item.word == WORD_RIGHT_PAREN) {
		parser_backup(parser);
	} else if (item.word != WORD_PIPE) {
		(void)parser_unexpected(parser, &item, "operand");
		return NULL;
	}
	if (result->nodes.n)
		return result;
	(void)parser_failed(parser, "empty command");
	return NULL;
}

/* ---- pipelines ---- */

static void
declare(struct template_parser *parser, struct template_node *pipe, const struct template_item *item)
{
	struct template_node *variable = parser_named_node(parser, NODE_VARIABLE, item);

	parser_append(parser, &pipe->declared, variable);
	*vec_push(&parser->variables) = variable->nodes.v[0]->text;
}

/* $x := .., $x = .., and of a range $i, $x := .. */
static int
declarations(struct template_parser *parser, struct template_node *pipe, const char *context)
{
	while (parser_peek_word(parser).word == WORD_VARIABLE) {
		struct template_item variable = parser_next_word(parser), behind = parser_peek(parser);
		struct template_item word = parser_peek_word(parser);
		struct str why = STR_INIT;

		if (word.word == WORD_ASSIGN || word.word == WORD_DECLARE) {
			pipe->assigns = word.word == WORD_ASSIGN;
			(void)parser_next_word(parser);
			declare(parser, pipe, &variable);
			return 0;
		}
		if (word.word != WORD_CHAR || *word.text != ',') {
			parser->items[1] = behind.word == WORD_SPACE ? behind : variable;
			parser->items[2] = variable;
			parser->peeked = behind.word == WORD_SPACE ? 3 : 2;
			return 0;
		}
		(void)parser_next_word(parser);
		declare(parser, pipe, &variable);
		if (strcmp(context, "range") == 0 && pipe->declared.n < 2) {
			enum template_word second = parser_peek_word(parser).word;

			if (second != WORD_VARIABLE && second != WORD_RIGHT_DELIMITER && second != WORD_RIGHT_PAREN)
				return parser_failed(parser, "range can only initialize variables");
			continue;
		}
		str_addf(&why, "too many declarations in %s", context);
		(void)parser_failed(parser, why.buf);
		str_release(&why);
		return -1;
	}
	return 0;
}

/* Only the first command may be a plain value. */
static int
check_pipeline(struct template_parser *parser, const struct template_node *pipe, const char *context)
{
	struct str why = STR_INIT;

	if (!pipe->nodes.n)
		str_addf(&why, "missing value for %s", context);
	for (size_t i = 1; i < pipe->nodes.n && !why.len; i++)
		switch (pipe->nodes.v[i]->nodes.v[0]->type) {
		case NODE_BOOL:
		case NODE_DOT:
		case NODE_NIL:
		case NODE_NUMBER:
		case NODE_STRING:
			str_addf(&why, "non executable command in pipeline stage %zu", i + 1);
			break;
		default:
			break;
		}
	if (!why.len)
		return 0;
	(void)parser_failed(parser, why.buf);
	str_release(&why);
	return -1;
}

static bool
begins_command(enum template_word word)
{
	return word == WORD_BOOL || word == WORD_RUNE || word == WORD_COMPLEX || word == WORD_DOT || word == WORD_FIELD ||
		word == WORD_IDENTIFIER || word == WORD_NUMBER || word == WORD_NIL || word == WORD_RAW_STRING ||
		word == WORD_STRING || word == WORD_VARIABLE || word == WORD_LEFT_PAREN;
}

struct template_node *
parser_pipeline(struct template_parser *parser, const char *context, enum template_word end)
{
	struct template_node *pipe = parser_node(parser, NODE_PIPE, parser_peek_word(parser).at), *part;
	struct template_item item;

	if (parser_is_too_deep(parser) || declarations(parser, pipe, context))
		return NULL;
	parser->depth++;
	for (item = parser_next_word(parser); item.word != end; item = parser_next_word(parser)) {
		if (!begins_command(item.word)) {
			(void)parser_unexpected(parser, &item, context);
			return NULL;
		}
		parser_backup(parser);
		part = command(parser);
		if (!part)
			return NULL;
		parser_append(parser, &pipe->nodes, part);
	}
	parser->depth--;
	return check_pipeline(parser, pipe, context) ? NULL : pipe;
}
