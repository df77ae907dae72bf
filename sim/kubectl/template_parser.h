/*
 * What the parts of the template parser share: the words with a look ahead of three, failures, and the making of nodes.
 * parser_failed and its like set err, and give -1.
 */
#ifndef KUBECTL_TEMPLATE_PARSER_H
#define KUBECTL_TEMPLATE_PARSER_H

#include "kubectl/template_lex.h"
#include "kubectl/template_node.h"

#define PARSER_LOOKAHEAD 3

struct template_parser {	/* of one tree; those of {{define}} and {{block}} share lexer, set and arena */
	struct template_lexer *lexer;
	struct template_set *set;
	struct arena *arena;
	struct err *err;
	const char *name;
	struct template_item items[PARSER_LOOKAHEAD];	/* the newest first */
	unsigned peeked;			/* how many of them were given back */
	unsigned action_line;			/* where the action at hand begins; 0 outside */
	unsigned ranges, depth;
	VEC(const char *) variables;		/* with their dollars */
};

struct template_item parser_next(struct template_parser *parser);
struct template_item parser_peek(struct template_parser *parser);
void parser_backup(struct template_parser *parser);
/* The same without blanks. */
struct template_item parser_next_word(struct template_parser *parser);
struct template_item parser_peek_word(struct template_parser *parser);

int parser_failed(struct template_parser *parser, const char *why);
/* why, with the text quoted behind it */
int parser_failed_quoting(struct template_parser *parser, const char *why, const char *text, size_t len,
	const char *behind);
int parser_unexpected(struct template_parser *parser, const struct template_item *item, const char *context);
/* Blocks and parentheses in one another: more of them than allowed is a failure. */
bool parser_is_too_deep(struct template_parser *parser);

struct template_node *parser_node(struct template_parser *parser, enum template_type type, size_t at);
/* One with the item's text. */
struct template_node *parser_word_node(struct template_parser *parser, enum template_type type,
	const struct template_item *item);
/* One with the item as its first name. */
struct template_node *parser_named_node(struct template_parser *parser, enum template_type type,
	const struct template_item *item);
void parser_append(struct template_parser *parser, struct template_nodes *nodes, struct template_node *node);
/* A field's or variable's item is one more of the node's names; the dot is not part of it. */
void parser_append_name(struct template_parser *parser, struct template_node *node, const struct template_item *item);

/* The text that a quoted item means; NULL after a failure. */
const char *parser_unquoted(struct template_parser *parser, const struct template_item *item, size_t *len);
/* A pipeline up to the end, which is read too; NULL after a failure.  context names it in failures. */
struct template_node *parser_pipeline(struct template_parser *parser, const char *context, enum template_word end);

#endif
