/* A parsed go-template: what kubectl/template_parse.c gives to kubectl/template_run.c. */
#ifndef KUBECTL_TEMPLATE_NODE_H
#define KUBECTL_TEMPLATE_NODE_H

#include "api/go_value.h"
#include "base/arena.h"
#include "svcsim/err.h"
#include "svcsim/vec.h"

enum template_type {
	NODE_LIST,
	NODE_TEXT,
	NODE_ACTION,	/* {{pipe}} */
	NODE_IF,
	NODE_RANGE,
	NODE_WITH,
	NODE_BREAK,
	NODE_CONTINUE,
	NODE_TEMPLATE,
	NODE_END,	/* of a block, never in a tree; so is else */
	NODE_ELSE,
	NODE_PIPE,
	NODE_COMMAND,
	/* the words of a command */
	NODE_BOOL,
	NODE_CHAIN,	/* (pipe).a.b */
	NODE_DOT,
	NODE_FIELD,
	NODE_IDENTIFIER,
	NODE_NIL,
	NODE_NUMBER,
	NODE_STRING,
	NODE_VARIABLE,
};

struct template_node;
struct template_nodes {
	struct template_node **v;
	size_t n, cap;
};

struct template_node {
	enum template_type type;
	size_t at;			/* its place in the template */
	const char *text;		/* of a text; as written: a word; the name that {{template}} calls */
	size_t len;
	struct go_value constant;	/* of a string, number or bool; GO_INVALID of a number that no int holds */
	struct template_nodes nodes;	/* of a list; a pipe's commands, a command's words, a field's names */
	struct template_nodes declared;	/* a pipe's variables */
	bool assigns;			/* by = and not by := */
	struct template_node *pipe;	/* of actions, blocks, {{template}} (or NULL); what a chain stands on */
	struct template_node *list, *otherwise;	/* of blocks; otherwise NULL without an else */
};

struct template_tree {
	const char *name;
	struct template_node *root;
};

struct template_set {
	const char *source;
	VEC(struct template_tree) trees;
};

/* Into arena, but for the trees of the set, which the caller releases also after an error. */
MUST_CHECK int template_parse(const char *source, struct arena *arena, struct template_set *set, struct err *err);
/* NULL when there is none of the name. */
const struct template_tree *template_find(const struct template_set *set, const char *name);
/* The node as it would be written. */
void template_node_text(const struct template_node *node, struct str *out);

#endif
