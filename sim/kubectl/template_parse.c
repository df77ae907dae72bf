/*
 * A template's words become a tree: lists of texts and actions, blocks with a list or two, and pipelines of commands
 * whose words are values.  {{define}} and {{block}} make trees of their own.  Follows parse.go and node.go of Go's
 * text/template/parse.  A failure is an err_set and -1 or NULL all the way up.
 */
#include <string.h>

#include "base/go_text.h"
#include "kubectl/template_functions.h"
#include "kubectl/template_lex.h"
#include "kubectl/template_node.h"

#define DEPTH_MAX 500	/* of blocks and parentheses; Go has no such limit, and the stack of this program has one */
#define LOOKAHEAD 3

struct template_parser {	/* of one tree; those of {{define}} and {{block}} share lexer, set and arena */
	struct template_lexer *lexer;
	struct template_set *set;
	struct arena *arena;
	struct err *err;
	const char *name;
	struct template_item items[LOOKAHEAD];	/* the newest first */
	unsigned peeked;			/* how many of them were given back */
	unsigned action_line;			/* where the action at hand begins; 0 outside */
	unsigned ranges, depth;
	VEC(const char *) variables;		/* with their dollars */
};

static struct template_node *item_list(struct template_parser *parser, struct template_node **end);
static struct template_node *pipeline(struct template_parser *parser, const char *context, enum template_word end);

/* ---- words ---- */

static struct template_item
next(struct template_parser *parser)
{
	if (parser->peeked)
		parser->peeked--;
	else
		parser->items[0] = template_next(parser->lexer);
	return parser->items[parser->peeked];
}

static void
backup(struct template_parser *parser)
{
	parser->peeked++;
}

static struct template_item
peek(struct template_parser *parser)
{
	struct template_item item = next(parser);

	backup(parser);
	return item;
}

static struct template_item
next_word(struct template_parser *parser)
{
	struct template_item item;

	do
		item = next(parser);
	while (item.word == WORD_SPACE);
	return item;
}

static struct template_item
peek_word(struct template_parser *parser)
{
	struct template_item item = next_word(parser);

	backup(parser);
	return item;
}

/* ---- failures ---- */

static int
failed(struct template_parser *parser, const char *why)
{
	return err_set(parser->err, ERR_FAILED, "template: output:%u: %s", parser->items[0].line, why);
}

/* why, with the text quoted behind it */
static int
failed_quoting(struct template_parser *parser, const char *why, const char *text, size_t len, const char *behind)
{
	struct str whole = STR_INIT;

	str_add(&whole, why);
	go_quote(&whole, text, len, '"', false);
	str_add(&whole, behind);
	(void)failed(parser, whole.buf);
	str_release(&whole);
	return -1;
}

static void
add_item(const struct template_item *item, struct str *out)
{
	uint32_t code;
	size_t shown = 0;

	if (item->word == WORD_END_OF_TEXT) {
		str_add(out, "EOF");
	} else if (item->word == WORD_ERROR) {
		str_addn(out, item->text, item->len);
	} else if (item->word >= WORD_FIRST_KEYWORD) {
		str_add(out, "<");
		str_addn(out, item->text, item->len);
		str_add(out, ">");
	} else {
		for (unsigned n = 0; shown < item->len && (n < 10 || item->len <= 10); n++)
			shown += go_rune(item->text + shown, item->len - shown, &code);
		go_quote(out, item->text, shown, '"', false);
		str_add(out, item->len > 10 ? "..." : "");
	}
}

static int
unexpected(struct template_parser *parser, const struct template_item *item, const char *context)
{
	struct str why = STR_INIT;

	str_add(&why, item->word == WORD_ERROR ? "" : "unexpected ");
	add_item(item, &why);
	if (item->word != WORD_ERROR)
		str_addf(&why, " in %s", context);
	else if (parser->action_line && parser->action_line != item->line)
		str_addf(&why, "%s started at output:%u", str_ends(why.buf, " action") ? "" : " in action",
			parser->action_line);
	(void)failed(parser, why.buf);
	str_release(&why);
	return -1;
}

static bool
is_nested_too_deeply(struct template_parser *parser)
{
	if (parser->depth < DEPTH_MAX)
		return false;
	(void)failed(parser, "nested too deeply");
	return true;
}

/* ---- nodes ---- */

static struct template_node *
new_node(struct template_parser *parser, enum template_type type, size_t at)
{
	struct template_node *node = arena_alloc(parser->arena, sizeof *node);

	node->type = type;
	node->at = at;
	node->text = "";
	return node;
}

static struct template_node *
word_node(struct template_parser *parser, enum template_type type, const struct template_item *item)
{
	struct template_node *node = new_node(parser, type, item->at);

	node->text = arena_strndup(parser->arena, item->text, item->len);
	node->len = item->len;
	return node;
}

static void
append(struct template_parser *parser, struct template_nodes *nodes, struct template_node *node)
{
	if (nodes->n == nodes->cap) {
		struct template_node **grown;

		nodes->cap = nodes->cap ? 2 * nodes->cap : 4;
		grown = arena_alloc(parser->arena, nodes->cap * sizeof *grown);
		if (nodes->n)
			memcpy(grown, nodes->v, nodes->n * sizeof *grown);
		nodes->v = grown;
	}
	nodes->v[nodes->n++] = node;
}

/* A field's or variable's item is one more of the node's names; the dot is not part of it. */
static void
append_name(struct template_parser *parser, struct template_node *node, const struct template_item *item)
{
	struct template_item name = *item;

	if (item->word == WORD_FIELD) {
		name.text++;
		name.len--;
	}
	append(parser, &node->nodes, word_node(parser, NODE_IDENTIFIER, &name));
}

static struct template_node *
named_node(struct template_parser *parser, enum template_type type, const struct template_item *item)
{
	struct template_node *node = new_node(parser, type, item->at);

	append_name(parser, node, item);
	return node;
}

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
		return failed(parser, "invalid syntax");
	*number = code;
	if (at == end - 1)
		return 0;
	str_add(&why, "malformed character constant: ");
	str_addn(&why, item->text, item->len);
	(void)failed(parser, why.buf);
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
		return failed_quoting(parser, "illegal number syntax: ", node->text, node->len, "");
	if (!strpbrk(node->text, ".eEpP"))
		return failed_quoting(parser, "integer overflow: ", node->text, node->len, "");
	*constant = go_value_float(real);
	if (!is_float(node->text))
		*constant = go_value_int((int64_t)real);
	return 0;
}

static struct template_node *
number_node(struct template_parser *parser, const struct template_item *item)
{
	struct template_node *node = word_node(parser, NODE_NUMBER, item);
	int64_t code = 0;

	if (item->word == WORD_RUNE) {
		if (read_rune(parser, item, &code))
			return NULL;
		node->constant = go_value_int(code);
	} else if (item->word == WORD_COMPLEX) {
		if (!read_complex(node->text, node->len, true, &node->constant)) {
			(void)failed(parser, "syntax error scanning complex number");
			return NULL;
		}
	} else if (read_number(parser, node, &node->constant)) {
		return NULL;
	}
	return node;
}

/* The text that a quoted item means; NULL after an error. */
static const char *
unquoted(struct template_parser *parser, const struct template_item *item, size_t *len)
{
	struct str text = STR_INIT;
	const char *result = NULL;

	if (go_unquote(item->text, item->len, &text)) {
		result = arena_memdup(parser->arena, text.buf, text.len + 1);
		*len = text.len;
	} else {
		(void)failed(parser, "invalid syntax");
	}
	str_release(&text);
	return result;
}

static struct template_node *
string_node(struct template_parser *parser, const struct template_item *item)
{
	struct template_node *node = word_node(parser, NODE_STRING, item);
	size_t len;
	const char *text = unquoted(parser, item, &len);

	if (!text)
		return NULL;
	node->constant = go_value_text(text, len);
	return node;
}

/* ---- words of a command ---- */

static struct template_node *
variable_node(struct template_parser *parser, const struct template_item *item)
{
	struct template_node *node = named_node(parser, NODE_VARIABLE, item);

	for (size_t i = 0; i < parser->variables.n; i++)
		if (strcmp(parser->variables.v[i], node->nodes.v[0]->text) == 0)
			return node;
	(void)failed_quoting(parser, "undefined variable ", item->text, item->len, "");
	return NULL;
}

static struct template_node *
function_node(struct template_parser *parser, const struct template_item *item)
{
	struct template_node *node = word_node(parser, NODE_IDENTIFIER, item);

	if (template_function_find(node->text))
		return node;
	(void)failed_quoting(parser, "function ", item->text, item->len, " not defined");
	return NULL;
}

/* *node NULL: what comes next is no value. */
static int
term(struct template_parser *parser, struct template_node **node)
{
	struct template_item item = next_word(parser);

	switch (item.word) {
	case WORD_IDENTIFIER:
		*node = function_node(parser, &item);
		break;
	case WORD_DOT:
		*node = word_node(parser, NODE_DOT, &item);
		break;
	case WORD_NIL:
		*node = word_node(parser, NODE_NIL, &item);
		break;
	case WORD_VARIABLE:
		*node = variable_node(parser, &item);
		break;
	case WORD_FIELD:
		*node = named_node(parser, NODE_FIELD, &item);
		break;
	case WORD_BOOL:
		*node = word_node(parser, NODE_BOOL, &item);
		(*node)->constant = go_value_bool(*item.text == 't');
		break;
	case WORD_RUNE:
	case WORD_COMPLEX:
	case WORD_NUMBER:
		*node = number_node(parser, &item);
		break;
	case WORD_LEFT_PAREN:
		*node = pipeline(parser, "parenthesized pipeline", WORD_RIGHT_PAREN);
		break;
	case WORD_STRING:
	case WORD_RAW_STRING:
		*node = string_node(parser, &item);
		break;
	default:
		backup(parser);
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
	if (!*node || peek(parser).word != WORD_FIELD)
		return 0;
	chain = *node;
	switch (chain->type) {
	case NODE_FIELD:
	case NODE_VARIABLE:
		chain->at = peek(parser).at;
		break;
	case NODE_BOOL:
	case NODE_STRING:
	case NODE_NUMBER:
	case NODE_NIL:
	case NODE_DOT:
		while (peek(parser).word == WORD_FIELD)
			(void)next(parser);
		return failed_quoting(parser, "unexpected . after term ", chain->text, chain->len, "");
	default:
		chain = new_node(parser, NODE_CHAIN, peek(parser).at);
		chain->pipe = *node;
	}
	while (peek(parser).word == WORD_FIELD) {
		struct template_item item = next(parser);

		append_name(parser, chain, &item);
	}
	*node = chain;
	return 0;
}

static struct template_node *
command(struct template_parser *parser)
{
	struct template_node *result = new_node(parser, NODE_COMMAND, peek_word(parser).at), *word;
	struct template_item item;

	do {
		(void)peek_word(parser);
		if (operand(parser, &word))
			return NULL;
		if (word)
			append(parser, &result->nodes, word);
		item = next(parser);
	} while (item.word == WORD_SPACE);
	if (item.word == WORD_RIGHT_DELIMITER || item.word == WORD_RIGHT_PAREN) {
		backup(parser);
	} else if (item.word != WORD_PIPE) {
		(void)unexpected(parser, &item, "operand");
		return NULL;
	}
	if (result->nodes.n)
		return result;
	(void)failed(parser, "empty command");
	return NULL;
}

/* ---- pipelines ---- */

static void
declare(struct template_parser *parser, struct template_node *pipe, const struct template_item *item)
{
	struct template_node *variable = named_node(parser, NODE_VARIABLE, item);

	append(parser, &pipe->declared, variable);
	*vec_push(&parser->variables) = variable->nodes.v[0]->text;
}

/* $x := .., $x = .., and of a range $i, $x := .. */
static int
declarations(struct template_parser *parser, struct template_node *pipe, const char *context)
{
	while (peek_word(parser).word == WORD_VARIABLE) {
		struct template_item variable = next_word(parser), behind = peek(parser), word = peek_word(parser);
		struct str why = STR_INIT;

		if (word.word == WORD_ASSIGN || word.word == WORD_DECLARE) {
			pipe->assigns = word.word == WORD_ASSIGN;
			(void)next_word(parser);
			declare(parser, pipe, &variable);
			return 0;
		}
		if (word.word != WORD_CHAR || *word.text != ',') {
			parser->items[1] = behind.word == WORD_SPACE ? behind : variable;
			parser->items[2] = variable;
			parser->peeked = behind.word == WORD_SPACE ? 3 : 2;
			return 0;
		}
		(void)next_word(parser);
		declare(parser, pipe, &variable);
		if (strcmp(context, "range") == 0 && pipe->declared.n < 2) {
			enum template_word second = peek_word(parser).word;

			if (second != WORD_VARIABLE && second != WORD_RIGHT_DELIMITER && second != WORD_RIGHT_PAREN)
				return failed(parser, "range can only initialize variables");
			continue;
		}
		str_addf(&why, "too many declarations in %s", context);
		(void)failed(parser, why.buf);
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
	(void)failed(parser, why.buf);
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

static struct template_node *
pipeline(struct template_parser *parser, const char *context, enum template_word end)
{
	struct template_node *pipe = new_node(parser, NODE_PIPE, peek_word(parser).at), *part;
	struct template_item item;

	if (is_nested_too_deeply(parser) || declarations(parser, pipe, context))
		return NULL;
	parser->depth++;
	for (item = next_word(parser); item.word != end; item = next_word(parser)) {
		if (!begins_command(item.word)) {
			(void)unexpected(parser, &item, context);
			return NULL;
		}
		backup(parser);
		part = command(parser);
		if (!part)
			return NULL;
		append(parser, &pipe->nodes, part);
	}
	parser->depth--;
	return check_pipeline(parser, pipe, context) ? NULL : pipe;
}

/* ---- trees ---- */

static bool
is_blank(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!ascii_isspace((unsigned char)text[i]))
			return false;
	return true;
}

static bool
is_empty(const struct template_node *list)
{
	for (size_t i = 0; i < list->nodes.n; i++)
		if (list->nodes.v[i]->type != NODE_TEXT || !is_blank(list->nodes.v[i]->text, list->nodes.v[i]->len))
			return false;
	return true;
}

/* A name may be defined again only while one of both is empty. */
static int
add_tree(struct template_parser *parser, struct template_node *root)
{
	for (size_t i = 0; i < parser->set->trees.n; i++) {
		struct template_tree *tree = &parser->set->trees.v[i];

		if (strcmp(tree->name, parser->name) != 0)
			continue;
		if (is_empty(tree->root))
			tree->root = root;
		else if (!is_empty(root))
			return failed_quoting(parser, "template: multiple definition of template ", parser->name,
				strlen(parser->name), "");
		return 0;
	}
	*vec_push(&parser->set->trees) = (struct template_tree){ parser->name, root };
	return 0;
}

/* A parser for a tree inside of another's text. */
static struct template_parser
inner_parser(const struct template_parser *parser, const char *name)
{
	struct template_parser inner = { .lexer = parser->lexer, .set = parser->set, .arena = parser->arena,
		.err = parser->err, .name = name, .depth = parser->depth + 1, .variables = VEC_INIT };

	*vec_push(&inner.variables) = "$";
	return inner;
}

static int
expect(struct template_parser *parser, enum template_word word, const char *context)
{
	struct template_item item = next_word(parser);

	return item.word == word ? 0 : unexpected(parser, &item, context);
}

static const char *
template_name(struct template_parser *parser, const struct template_item *item, const char *context)
{
	size_t len;

	if (item->word == WORD_STRING || item->word == WORD_RAW_STRING)
		return unquoted(parser, item, &len);
	(void)unexpected(parser, item, context);
	return NULL;
}

static int
unexpected_end(struct template_parser *parser, const struct template_node *end, const char *context)
{
	struct str why = STR_INIT;

	str_addf(&why, "unexpected %s in %s", end->text, context);
	(void)failed(parser, why.buf);
	str_release(&why);
	return -1;
}

/* The body of a {{define}}, whose word is past, up to its {{end}}. */
static int
definition(struct template_parser *outer)
{
	static const char context[] = "define clause";
	struct template_parser parser = inner_parser(outer, "definition");
	struct template_item item = next_word(&parser);
	struct template_node *root = NULL, *end;
	int result = -1;

	parser.name = template_name(&parser, &item, context);
	if (parser.name && !expect(&parser, WORD_RIGHT_DELIMITER, context))
		root = item_list(&parser, &end);
	if (root)
		result = end->type == NODE_END ? add_tree(&parser, root) : unexpected_end(&parser, end, context);
	vec_release(&parser.variables);
	return result;
}

/* {{block "name" pipe}} .. {{end}}: a definition and its call */
static struct template_node *
block_control(struct template_parser *parser)
{
	static const char context[] = "block clause";
	struct template_item item = next_word(parser);
	const char *name = template_name(parser, &item, context);
	struct template_node *pipe = name ? pipeline(parser, context, WORD_RIGHT_DELIMITER) : NULL, *node, *root, *end;
	struct template_parser inner;
	int result = -1;

	if (!pipe || is_nested_too_deeply(parser))
		return NULL;
	inner = inner_parser(parser, name);
	root = item_list(&inner, &end);
	if (root)
		result = end->type == NODE_END ? add_tree(&inner, root) : unexpected_end(parser, end, context);
	vec_release(&inner.variables);
	if (result)
		return NULL;
	node = new_node(parser, NODE_TEMPLATE, item.at);
	node->text = name;
	node->pipe = pipe;
	return node;
}

/* ---- actions ---- */

static struct template_node *
template_control(struct template_parser *parser)
{
	static const char context[] = "template clause";
	struct template_item item = next_word(parser);
	const char *name = template_name(parser, &item, context);
	struct template_node *node;

	if (!name)
		return NULL;
	node = new_node(parser, NODE_TEMPLATE, item.at);
	node->text = name;
	if (next_word(parser).word == WORD_RIGHT_DELIMITER)
		return node;
	backup(parser);
	node->pipe = pipeline(parser, context, WORD_RIGHT_DELIMITER);
	return node->pipe ? node : NULL;
}

static struct template_node *
keyword_node(struct template_parser *parser, enum template_type type, size_t at, const char *text)
{
	struct template_item item = { .at = at, .text = text, .len = strlen(text) };

	return word_node(parser, type, &item);
}

static struct template_node *
loop_control(struct template_parser *parser, const struct template_item *item)
{
	bool stop = item->word == WORD_BREAK;
	const char *text = stop ? "{{break}}" : "{{continue}}";

	if (expect(parser, WORD_RIGHT_DELIMITER, text))
		return NULL;
	if (parser->ranges)
		return keyword_node(parser, stop ? NODE_BREAK : NODE_CONTINUE, item->at, text);
	(void)failed(parser, stop ? "{{break}} outside {{range}}" : "{{continue}} outside {{range}}");
	return NULL;
}

static struct template_node *
else_control(struct template_parser *parser)
{
	struct template_item item = peek_word(parser);

	/* "else if" and "else with" leave their second word to the block */
	if (item.word != WORD_IF && item.word != WORD_WITH && expect(parser, WORD_RIGHT_DELIMITER, "else"))
		return NULL;
	return keyword_node(parser, NODE_ELSE, item.at, "{{else}}");
}

static struct template_node *
end_control(struct template_parser *parser)
{
	if (expect(parser, WORD_RIGHT_DELIMITER, "end"))
		return NULL;
	return keyword_node(parser, NODE_END, parser->items[0].at, "{{end}}");
}

static const char *const block_words[] = { [NODE_IF] = "if", [NODE_RANGE] = "range", [NODE_WITH] = "with" };

static struct template_node *block_of(struct template_parser *parser, enum template_type type);

/* Behind an {{else}}. */
static int
otherwise(struct template_parser *parser, struct template_node *block, const struct template_node *word)
{
	enum template_word next_is = peek(parser).word;
	struct template_node *inner, *end;

	if ((block->type == NODE_IF && next_is == WORD_IF) || (block->type == NODE_WITH && next_is == WORD_WITH)) {
		(void)next(parser);
		block->otherwise = new_node(parser, NODE_LIST, word->at);
		inner = block_of(parser, block->type);
		if (!inner)
			return -1;
		append(parser, &block->otherwise->nodes, inner);
		return 0;
	}
	block->otherwise = item_list(parser, &end);
	if (!block->otherwise)
		return -1;
	return end->type == NODE_END ? 0 : failed(parser, "expected end; found {{else}}");
}

/* An if, range or with whose word is past. */
static struct template_node *
block_of(struct template_parser *parser, enum template_type type)
{
	size_t variables = parser->variables.n;
	struct template_node *node = new_node(parser, type, 0), *end = NULL;

	if (is_nested_too_deeply(parser))
		return NULL;
	parser->depth++;
	node->pipe = pipeline(parser, block_words[type], WORD_RIGHT_DELIMITER);
	if (!node->pipe)
		return NULL;
	node->at = node->pipe->at;
	parser->ranges += type == NODE_RANGE;
	node->list = item_list(parser, &end);
	parser->ranges -= type == NODE_RANGE;
	if (!node->list || (end->type == NODE_ELSE && otherwise(parser, node, end)))
		return NULL;
	parser->variables.n = variables;
	parser->depth--;
	return node;
}

static struct template_node *
action(struct template_parser *parser)
{
	struct template_item item = next_word(parser);
	struct template_node *node;

	switch (item.word) {
	case WORD_BLOCK:
		return block_control(parser);
	case WORD_BREAK:
	case WORD_CONTINUE:
		return loop_control(parser, &item);
	case WORD_ELSE:
		return else_control(parser);
	case WORD_END:
		return end_control(parser);
	case WORD_IF:
		return block_of(parser, NODE_IF);
	case WORD_RANGE:
		return block_of(parser, NODE_RANGE);
	case WORD_TEMPLATE:
		return template_control(parser);
	case WORD_WITH:
		return block_of(parser, NODE_WITH);
	default:
		break;
	}
	backup(parser);
	node = new_node(parser, NODE_ACTION, peek(parser).at);
	node->pipe = pipeline(parser, "command", WORD_RIGHT_DELIMITER);
	return node->pipe ? node : NULL;
}

static struct template_node *
text_or_action(struct template_parser *parser)
{
	struct template_item item = next_word(parser);
	struct template_node *node;

	if (item.word == WORD_TEXT)
		return word_node(parser, NODE_TEXT, &item);
	if (item.word != WORD_LEFT_DELIMITER) {
		(void)unexpected(parser, &item, "input");
		return NULL;
	}
	parser->action_line = item.line;
	node = action(parser);
	parser->action_line = 0;
	return node;
}

/* Up to an {{end}} or {{else}}, which is in *end. */
static struct template_node *
item_list(struct template_parser *parser, struct template_node **end)
{
	struct template_node *list = new_node(parser, NODE_LIST, peek_word(parser).at);

	while (peek_word(parser).word != WORD_END_OF_TEXT) {
		struct template_node *node = text_or_action(parser);

		if (!node)
			return NULL;
		if (node->type == NODE_END || node->type == NODE_ELSE) {
			*end = node;
			return list;
		}
		append(parser, &list->nodes, node);
	}
	(void)failed(parser, "unexpected EOF");
	return NULL;
}

/* {{define}} stands only here, outside of every block. */
static int
top_list(struct template_parser *parser, struct template_node *root)
{
	while (peek(parser).word != WORD_END_OF_TEXT) {
		struct template_node *node;

		if (peek(parser).word == WORD_LEFT_DELIMITER) {
			struct template_item delimiter = next(parser);

			if (next_word(parser).word == WORD_DEFINE) {
				if (definition(parser))
					return -1;
				continue;
			}
			parser->items[1] = delimiter;
			parser->peeked = 2;
		}
		node = text_or_action(parser);
		if (!node)
			return -1;
		if (node->type == NODE_END || node->type == NODE_ELSE)
			return failed(parser, node->type == NODE_END ? "unexpected {{end}}" : "unexpected {{else}}");
		append(parser, &root->nodes, node);
	}
	return add_tree(parser, root);
}

int
template_parse(const char *source, struct arena *arena, struct template_set *set, struct err *err)
{
	struct template_lexer lexer;
	struct template_parser parser = { .lexer = &lexer, .set = set, .arena = arena, .err = err, .name = "output",
		.variables = VEC_INIT };
	int result;

	template_lexer_init(&lexer, arena, source, strlen(source));
	set->source = source;
	*vec_push(&parser.variables) = "$";
	result = top_list(&parser, new_node(&parser, NODE_LIST, peek(&parser).at));
	vec_release(&parser.variables);
	return result;
}
