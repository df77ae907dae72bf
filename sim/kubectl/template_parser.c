#include "kubectl/template_parser.h"

#include <string.h>

#include "base/go_text.h"

#define DEPTH_MAX 500	/* Go has no such limit, and the stack of this program has one */

/* ---- words ---- */

struct template_item
parser_next(struct template_parser *parser)
{
	if (parser->peeked)
		parser->peeked--;
	else
		parser->items[0] = template_next(parser->lexer);
	return parser->items[parser->peeked];
}

void
parser_backup(struct template_parser *parser)
{
	parser->peeked++;
}

struct template_item
parser_peek(struct template_parser *parser)
{
	struct template_item item = parser_next(parser);

	parser_backup(parser);
	return item;
}

struct template_item
parser_next_word(struct template_parser *parser)
{
	struct template_item item;

	do
		item = parser_next(parser);
	while (item.word == WORD_SPACE);
	return item;
}

struct template_item
parser_peek_word(struct template_parser *parser)
{
	struct template_item item = parser_next_word(parser);

	parser_backup(parser);
	return item;
}

/* ---- failures ---- */

int
parser_failed(struct template_parser *parser, const char *why)
{
	return err_set(parser->err, ERR_FAILED, "template: output:%u: %s", parser->items[0].line, why);
}

int
parser_failed_quoting(struct template_parser *parser, const char *why, const char *text, size_t len, const char *behind)
{
	struct str whole = STR_INIT;

	str_add(&whole, why);
	go_quote(&whole, text, len, '"', false);
	str_add(&whole, behind);
	(void)parser_failed(parser, whole.buf);
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

int
parser_unexpected(struct template_parser *parser, const struct template_item *item, const char *context)
{
	struct str why = STR_INIT;

	str_add(&why, item->word == WORD_ERROR ? "" : "unexpected ");
	add_item(item, &why);
	if (item->word != WORD_ERROR)
		str_addf(&why, " in %s", context);
	else if (parser->action_line && parser->action_line != item->line)
		str_addf(&why, "%s started at output:%u", str_ends(why.buf, " action") ? "" : " in action",
			parser->action_line);
	(void)parser_failed(parser, why.buf);
	str_release(&why);
	return -1;
}

bool
parser_is_too_deep(struct template_parser *parser)
{
	if (parser->depth < DEPTH_MAX)
		return false;
	(void)parser_failed(parser, "nested too deeply");
	return true;
}

/* ---- nodes ---- */

struct template_node *
parser_node(struct template_parser *parser, enum template_type type, size_t at)
{
	struct template_node *node = arena_alloc(parser->arena, sizeof *node);

	node->type = type;
	node->at = at;
	node->text = "";
	return node;
}

struct template_node *
parser_word_node(struct template_parser *parser, enum template_type type, const struct template_item *item)
{
	struct template_node *node = parser_node(parser, type, item->at);

	node->text = arena_strndup(parser->arena, item->text, item->len);
	node->len = item->len;
	return node;
}

void
parser_append(struct template_parser *parser, struct template_nodes *nodes, struct template_node *node)
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

void
parser_append_name(struct template_parser *parser, struct template_node *node, const struct template_item *item)
{
	struct template_item name = *item;

	if (item->word == WORD_FIELD) {
		name.text++;
		name.len--;
	}
	parser_append(parser, &node->nodes, parser_word_node(parser, NODE_IDENTIFIER, &name));
}

struct template_node *
parser_named_node(struct template_parser *parser, enum template_type type, const struct template_item *item)
{
	struct template_node *node = parser_node(parser, type, item->at);

	parser_append_name(parser, node, item);
	return node;
}
