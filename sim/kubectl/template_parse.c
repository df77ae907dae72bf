/*
 * A template's words become a tree: lists of texts and actions, and blocks with a list or two.  {{define}} and {{block}}
 * make trees of their own.  Follows parse.go of Go's text/template/parse.  A failure is -1 or NULL all the way up.
 */
#include <string.h>

#include "kubectl/template_parser.h"

#define TEMPLATE_MAX (256u << 10)

static struct template_node *item_list(struct template_parser *parser, struct template_node **end);

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
			return parser_failed_quoting(parser, "template: multiple definition of template ", parser->name,
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
	struct template_item item = parser_next_word(parser);

	return item.word == word ? 0 : parser_unexpected(parser, &item, context);
}

static const char *
template_name(struct template_parser *parser, const struct template_item *item, const char *context)
{
	size_t len;

	if (item->word == WORD_STRING || item->word == WORD_RAW_STRING)
		return parser_unquoted(parser, item, &len);
	(void)parser_unexpected(parser, item, context);
	return NULL;
}

static int
unexpected_end(struct template_parser *parser, const struct template_node *end, const char *context)
{
	struct str why = STR_INIT;

	str_addf(&why, "unexpected %s in %s", end->text, context);
	(void)parser_failed(parser, why.buf);
	str_release(&why);
	return -1;
}

/* The body of a {{define}}, whose word is past, up to its {{end}}. */
static int
definition(struct template_parser *outer)
{
	static const char context[] = "define clause";
	struct template_parser parser = inner_parser(outer, "definition");
	struct template_item item = parser_next_word(&parser);
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
	struct template_item item = parser_next_word(parser);
	const char *name = template_name(parser, &item, context);
	struct template_node *pipe = name ? parser_pipeline(parser, context, WORD_RIGHT_DELIMITER) : NULL;
	struct template_node *node, *root, *end;
	struct template_parser inner;
	int result = -1;

	if (!pipe || parser_is_too_deep(parser))
		return NULL;
	inner = inner_parser(parser, name);
	root = item_list(&inner, &end);
	if (root)
		result = end->type == NODE_END ? add_tree(&inner, root) : unexpected_end(parser, end, context);
	vec_release(&inner.variables);
	if (result)
		return NULL;
	node = parser_node(parser, NODE_TEMPLATE, item.at);
	node->text = name;
	node->pipe = pipe;
	return node;
}

/* ---- actions ---- */

static struct template_node *
template_control(struct template_parser *parser)
{
	static const char context[] = "template clause";
	struct template_item item = parser_next_word(parser);
	const char *name = template_name(parser, &item, context);
	struct template_node *node;

	if (!name)
		return NULL;
	node = parser_node(parser, NODE_TEMPLATE, item.at);
	node->text = name;
	if (parser_next_word(parser).word == WORD_RIGHT_DELIMITER)
		return node;
	parser_backup(parser);
	node->pipe = parser_pipeline(parser, context, WORD_RIGHT_DELIMITER);
	return node->pipe ? node : NULL;
}

static struct template_node *
keyword_node(struct template_parser *parser, enum template_type type, size_t at, const char *text)
{
	struct template_item item = { .at = at, .text = text, .len = strlen(text) };

	return parser_word_node(parser, type, &item);
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
	(void)parser_failed(parser, stop ? "{{break}} outside {{range}}" : "{{continue}} outside {{range}}");
	return NULL;
}

static struct template_node *
else_control(struct template_parser *parser)
{
	struct template_item item = parser_peek_word(parser);

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
	enum template_word next_is = parser_peek(parser).word;
	struct template_node *inner, *end;

	if ((block->type == NODE_IF && next_is == WORD_IF) || (block->type == NODE_WITH && next_is == WORD_WITH)) {
		(void)parser_next(parser);
		block->otherwise = parser_node(parser, NODE_LIST, word->at);
		inner = block_of(parser, block->type);
		if (!inner)
			return -1;
		parser_append(parser, &block->otherwise->nodes, inner);
		return 0;
	}
	block->otherwise = item_list(parser, &end);
	if (!block->otherwise)
		return -1;
	return end->type == NODE_END ? 0 : parser_failed(parser, "expected end; found {{else}}");
}

/* An if, range or with whose word is past. */
static struct template_node *
block_of(struct template_parser *parser, enum template_type type)
{
	size_t variables = parser->variables.n;
	struct template_node *node = parser_node(parser, type, 0), *end = NULL;

	if (parser_is_too_deep(parser))
		return NULL;
	parser->depth++;
	node->pipe = parser_pipeline(parser, block_words[type], WORD_RIGHT_DELIMITER);
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
	struct template_item item = parser_next_word(parser);
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
	parser_backup(parser);
	node = parser_node(parser, NODE_ACTION, parser_peek(parser).at);
	node->pipe = parser_pipeline(parser, "command", WORD_RIGHT_DELIMITER);
	return node->pipe ? node : NULL;
}

static struct template_node *
text_or_action(struct template_parser *parser)
{
	struct template_item item = parser_next_word(parser);
	struct template_node *node;

	if (item.word == WORD_TEXT)
		return parser_word_node(parser, NODE_TEXT, &item);
	if (item.word != WORD_LEFT_DELIMITER) {
		(void)parser_unexpected(parser, &item, "input");
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
	struct template_node *list = parser_node(parser, NODE_LIST, parser_peek_word(parser).at);

	while (parser_peek_word(parser).word != WORD_END_OF_TEXT) {
		struct template_node *node = text_or_action(parser);

		if (!node)
			return NULL;
		if (node->type == NODE_END || node->type == NODE_ELSE) {
			*end = node;
			return list;
		}
		parser_append(parser, &list->nodes, node);
	}
	(void)parser_failed(parser, "unexpected EOF");
	return NULL;
}

/* {{define}} stands only here, outside of every block. */
static int
top_list(struct template_parser *parser, struct template_node *root)
{
	while (parser_peek(parser).word != WORD_END_OF_TEXT) {
		struct template_node *node;

		if (parser_peek(parser).word == WORD_LEFT_DELIMITER) {
			struct template_item delimiter = parser_next(parser);

			if (parser_next_word(parser).word == WORD_DEFINE) {
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
			return parser_failed(parser,
				node->type == NODE_END ? "unexpected {{end}}" : "unexpected {{else}}");
		parser_append(parser, &root->nodes, node);
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

	if (strlen(source) > TEMPLATE_MAX)
		return err_set(err, ERR_FAILED, "template: output:1: more than %u bytes", TEMPLATE_MAX);
	template_lexer_init(&lexer, arena, source, strlen(source));
	set->source = source;
	*vec_push(&parser.variables) = "$";
	result = top_list(&parser, parser_node(&parser, NODE_LIST, parser_peek(&parser).at));
	vec_release(&parser.variables);
	return result;
}
