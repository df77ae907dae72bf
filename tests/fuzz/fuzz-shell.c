/*
 * libFuzzer: the shell's lexer and parser (sim/host/lexer.c, parse.c).  Every part of the tree is touched; nothing is
 * run.  Without libFuzzer: link with any main that hands files to LLVMFuzzerTestOneInput.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "host/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t touch_tree(const struct tree *tree);

static size_t
touch_word(const struct word *word)
{
	size_t n = 0;

	for (; word; word = word->next)
		for (const struct part *part = word->parts; part; part = part->next) {
			n += strlen(part->text) + part->quoted;
			n += touch_word(part->operand) + touch_word(part->second);
			n += touch_tree(part->command);
		}
	return n;
}

static size_t
touch_tree(const struct tree *tree)
{
	size_t n = 0;

	for (; tree; tree = tree->next) {
		for (const struct assignment *a = tree->assignments; a; a = a->next)
			n += strlen(a->name) + touch_word(a->value);
		for (const struct redirect *r = tree->redirects; r; r = r->next)
			n += touch_word(r->word);
		for (const struct arm *arm = tree->arms; arm; arm = arm->next)
			n += touch_word(arm->patterns) + touch_tree(arm->body);
		n += touch_word(tree->words) + touch_tree(tree->children) + touch_tree(tree->condition);
		n += touch_tree(tree->body) + touch_tree(tree->otherwise);
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script script;

	if (script_parse(&script, (const char *)data, size))
		touch_tree(script.root);
	script_release(&script);
	return 0;
}
