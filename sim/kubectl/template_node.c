/* Follows the String methods in node.go of Go's text/template/parse: how error texts show a piece of a template. */
#include "kubectl/template_node.h"

#include <string.h>

#include "base/go_text.h"

const struct template_tree *
template_find(const struct template_set *set, const char *name)
{
	for (size_t i = 0; i < set->trees.n; i++)
		if (strcmp(set->trees.v[i].name, name) == 0)
			return &set->trees.v[i];
	return NULL;
}

static void
add_nodes(const struct template_nodes *nodes, const char *between, struct str *out)
{
	for (size_t i = 0; i < nodes->n; i++) {
		str_add(out, i ? between : "");
		template_node_text(nodes->v[i], out);
	}
}

static void
add_pipe(const struct template_node *pipe, struct str *out)
{
	add_nodes(&pipe->declared, ", ", out);
	str_add(out, !pipe->declared.n ? "" : pipe->assigns ? " = " : " := ");
	add_nodes(&pipe->nodes, " | ", out);
}

/* A word of a command; a pipe among them stands in parentheses. */
static void
add_word(const struct template_node *word, struct str *out)
{
	str_add(out, word->type == NODE_PIPE ? "(" : "");
	template_node_text(word, out);
	str_add(out, word->type == NODE_PIPE ? ")" : "");
}

static void
add_command(const struct template_node *command, struct str *out)
{
	for (size_t i = 0; i < command->nodes.n; i++) {
		str_add(out, i ? " " : "");
		add_word(command->nodes.v[i], out);
	}
}

static void
add_names(const struct template_node *node, bool dot, struct str *out)
{
	for (size_t i = 0; i < node->nodes.n; i++)
		str_addf(out, "%s%s", dot || i ? "." : "", node->nodes.v[i]->text);
}

static void
add_block(const struct template_node *block, const char *keyword, struct str *out)
{
	str_addf(out, "{{%s ", keyword);
	add_pipe(block->pipe, out);
	str_add(out, "}}");
	template_node_text(block->list, out);
	if (block->otherwise) {
		str_add(out, "{{else}}");
		template_node_text(block->otherwise, out);
	}
	str_add(out, "{{end}}");
}

static void
add_template(const struct template_node *node, struct str *out)
{
	str_add(out, "{{template ");
	go_quote_text(out, node->text);
	if (node->pipe) {
		str_add(out, " ");
		add_pipe(node->pipe, out);
	}
	str_add(out, "}}");
}

void
template_node_text(const struct template_node *node, struct str *out)
{
	switch (node->type) {
	case NODE_LIST:
		add_nodes(&node->nodes, "", out);
		break;
	case NODE_ACTION:
		str_add(out, "{{");
		add_pipe(node->pipe, out);
		str_add(out, "}}");
		break;
	case NODE_IF:
		add_block(node, "if", out);
		break;
	case NODE_RANGE:
		add_block(node, "range", out);
		break;
	case NODE_WITH:
		add_block(node, "with", out);
		break;
	case NODE_TEMPLATE:
		add_template(node, out);
		break;
	case NODE_PIPE:
		add_pipe(node, out);
		break;
	case NODE_COMMAND:
		add_command(node, out);
		break;
	case NODE_CHAIN:
		add_word(node->pipe, out);
		add_names(node, true, out);
		break;
	case NODE_FIELD:
		add_names(node, true, out);
		break;
	case NODE_VARIABLE:
		add_names(node, false, out);
		break;
	default:
		str_addn(out, node->text, node->len);
		break;
	}
}
