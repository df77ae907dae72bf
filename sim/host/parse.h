/*
 * The grammar of the shell: a line becomes a tree of commands, joined by pipes, &&, ||, ; and newlines, with for, while,
 * until, if, case, functions, (( )), [[ ]], { } and ( ).  Nothing is expanded or run here.
 */
#ifndef HOST_PARSE_H
#define HOST_PARSE_H

#include "host/lexer.h"

enum tree_kind {
	TREE_COMMAND,
	TREE_PIPELINE,	/* children */
	TREE_LIST,	/* children, one after the other */
	TREE_CHAIN,	/* children joined by && and || */
	TREE_FOR,	/* name, words, body */
	TREE_WHILE,	/* condition, body; negate: until */
	TREE_IF,	/* condition, body, otherwise */
	TREE_CASE,	/* words: the one that is looked at; arms */
	TREE_FUNCTION,	/* name; text: its body as it was written */
	TREE_ARITHMETIC,	/* words: what stood in (( )) */
	TREE_COUNT,	/* for (( )): words are its three expressions; body */
	TREE_CONDITION,	/* words of [[ ]] */
	TREE_GROUP,	/* body */
	TREE_SUBSHELL,	/* body */
};

struct assignment {
	const char *name;
	bool append;		/* += */
	struct word *value;
	struct assignment *next;
};

/* Patterns of a case and what they lead to. */
struct arm {
	struct word *patterns;
	struct tree *body;	/* NULL: nothing */
	struct arm *next;
};

struct tree {
	enum tree_kind kind;
	bool background;		/* & stood behind it */
	bool negate;			/* ! */
	unsigned line;			/* of TREE_COMMAND: where it stands in its text, from 1 on */
	bool timed;			/* of TREE_PIPELINE */
	bool both;			/* |& stood behind it */
	bool if_failed;			/* in a chain: it stands after ||, not after && */
	struct tree *next;		/* the next child of its parent */
	struct tree *children;
	struct assignment *assignments;
	struct word *words;
	struct redirect *redirects;
	const char *name, *text;
	bool has_words;			/* of TREE_FOR: `in` was there; without it the arguments are meant */
	struct arm *arms;
	struct tree *condition, *body, *otherwise;
};

struct script {
	struct arena arena;
	const struct tree *root;	/* NULL: nothing to do */
	struct syntax syntax;
};

/* false: script->syntax says why.  script_release is due either way. */
bool script_parse(struct script *script, const char *text, size_t len);
void script_release(struct script *script);

/*
 * For the lexer: the script inside $( ) or ` `, which begins at start of the lexer's text and has at most len bytes.
 * *used: how many were read, the closing parenthesis included.
 */
bool script_parse_inner(struct lexer *outer, size_t start, size_t len, bool to_parenthesis, const struct tree **command,
	size_t *used);

#endif
