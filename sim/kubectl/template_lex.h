/* The words of a go-template: text between actions, and what stands inside {{ }}. */
#ifndef KUBECTL_TEMPLATE_LEX_H
#define KUBECTL_TEMPLATE_LEX_H

#include <stdbool.h>

#include "base/arena.h"

enum template_word {
	WORD_ERROR,	/* text says what is wrong */
	WORD_BOOL,
	WORD_CHAR,	/* any other sign, such as a comma */
	WORD_RUNE,	/* 'x' */
	WORD_COMPLEX,
	WORD_ASSIGN,
	WORD_DECLARE,
	WORD_END_OF_TEXT,
	WORD_FIELD,
	WORD_IDENTIFIER,
	WORD_LEFT_DELIMITER,
	WORD_LEFT_PAREN,
	WORD_NUMBER,
	WORD_PIPE,
	WORD_RAW_STRING,
	WORD_RIGHT_DELIMITER,
	WORD_RIGHT_PAREN,
	WORD_SPACE,
	WORD_STRING,
	WORD_TEXT,
	WORD_VARIABLE,
	/* the keywords come last */
	WORD_BLOCK,
	WORD_BREAK,
	WORD_CONTINUE,
	WORD_DOT,
	WORD_DEFINE,
	WORD_ELSE,
	WORD_END,
	WORD_IF,
	WORD_NIL,
	WORD_RANGE,
	WORD_TEMPLATE,
	WORD_WITH,
};
#define WORD_FIRST_KEYWORD WORD_BLOCK

struct template_item {
	enum template_word word;
	size_t at;		/* its place in the template */
	const char *text;
	size_t len;
	unsigned line;		/* on which it begins, from 1 */
};

struct template_lexer {
	struct arena *arena;
	const char *input;
	size_t len, at, start;
	unsigned line, start_line;
	int parens;		/* open ones in this action */
	bool inside;		/* of an action */
};

void template_lexer_init(struct template_lexer *lexer, struct arena *arena, const char *input, size_t len);
struct template_item template_next(struct template_lexer *lexer);

#endif
