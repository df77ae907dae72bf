/*
 * A shell line as tokens.  A word is a list of parts that say what is to be put there later: text, a variable, the
 * output of a command; whether a part stood in quotes decides later about splitting, braces and file patterns.
 * Everything is in the arena of the script.
 */
#ifndef HOST_LEXER_H
#define HOST_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "svcsim/str.h"

#define SHELL_LINE_MAX (1u << 20)	/* bytes of one line, here-documents included */
#define SHELL_NESTING_MAX 64

struct tree;

enum part_kind { PART_TEXT, PART_VARIABLE, PART_COMMAND, PART_ARITHMETIC, PART_PROCESS /* <( ) */ };

/* What ${name..} asks for beside the value; the colon of ${name:-word} is struct part's. */
enum parameter {
	PARAMETER_VALUE,
	PARAMETER_LENGTH,		/* ${#name} */
	PARAMETER_STANDARD, PARAMETER_ASSIGN, PARAMETER_ERROR, PARAMETER_OTHER,	/* - = ? + */
	PARAMETER_HEAD, PARAMETER_HEAD_LONG, PARAMETER_TAIL, PARAMETER_TAIL_LONG,	/* # ## % %% */
	PARAMETER_REPLACE, PARAMETER_REPLACE_ALL,	/* / // */
	PARAMETER_SUBSTRING,		/* :offset:length */
	PARAMETER_UPPER, PARAMETER_UPPER_ALL, PARAMETER_LOWER, PARAMETER_LOWER_ALL,	/* ^ ^^ , ,, */
};
struct part {
	enum part_kind kind;
	bool quoted;
	const char *text;		/* the text, or the variable's name: "do", "?" */
	enum parameter parameter;
	bool colon;			/* an empty value counts as none */
	struct word *operand;		/* behind the operator, or the text of $(( )); NULL */
	struct word *second;		/* what replaces, or the length; NULL */
	const struct tree *command;	/* $( ); NULL: an empty one */
	struct part *next;
};
struct word {
	struct part *parts;	/* NULL: nothing (of "" there is one empty quoted part) */
	struct word *next;
};

enum redirect_kind {
	REDIRECT_READ, REDIRECT_WRITE, REDIRECT_APPEND, REDIRECT_HERE, REDIRECT_STRING, REDIRECT_SAME, REDIRECT_BOTH,
	REDIRECT_BOTH_APPEND,
};
struct redirect {
	enum redirect_kind kind;
	int fd;			/* 0, 1, 2 */
	bool strip_tabs;	/* <<- */
	struct word *word;	/* file; of REDIRECT_HERE the text; of REDIRECT_SAME the other fd */
	const char *delimiter;	/* of REDIRECT_HERE */
	bool raw;		/* of REDIRECT_HERE: the delimiter was quoted, the text stands as it is */
	struct redirect *next, *next_here;
};

enum token_kind {
	TOKEN_END,
	TOKEN_NEWLINE,
	TOKEN_WORD,
	TOKEN_REDIRECT,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_PIPE,
	TOKEN_SEMICOLON,
	TOKEN_CASE_END,		/* ;; */
	TOKEN_BACKGROUND,
	TOKEN_OPEN,
	TOKEN_CLOSE,
};
struct token {
	enum token_kind kind;
	size_t start;			/* where in the lexer's text */
	const char *text;		/* as written; "newline" */
	struct word *word;		/* of TOKEN_WORD */
	struct redirect redirect;	/* of TOKEN_REDIRECT, its word not read yet */
};

/* What is wrong with a line.  text is bash's own, without "bash: ". */
struct syntax {
	bool failed;
	bool incomplete;	/* more lines could make it right */
	const char *text;	/* in the arena */
	const char *here_missing;	/* the delimiter of a here-document that the end of the line closed; not a failure */
};

struct lexer {
	struct arena *arena;
	const char *text;
	size_t len, at;
	unsigned depth;
	bool condition;			/* in [[ ]]: < and > are words, a pattern after =~ may hold ( and | */
	bool pattern;			/* the next word stands after =~ */
	struct redirect *here_first, **here_last;	/* whose texts begin after the next newline */
	struct syntax *syntax;
};

void lexer_init(struct lexer *lexer, struct arena *arena, const char *text, size_t len, unsigned depth,
	struct syntax *syntax);
/* false: syntax says why.  The redirects that wait for a here-document are told by lexer_expect_here. */
bool lexer_next(struct lexer *lexer, struct token *token);
void lexer_expect_here(struct lexer *lexer, struct redirect *redirect);
bool lexer_fail(struct lexer *lexer, bool incomplete, const char *fmt, ...) PRINTF_LIKE(3, 4);	/* false */

/* A word of this text, as if it had been written. */
struct word *lexer_word(struct lexer *lexer, const char *text);
/* Is the text at the lexer a ( that makes (( with the one just taken?  Then the word is what stands before )). */
bool lexer_arithmetic(struct lexer *lexer, struct word **word);

/* The word's text when it is only text without quotes, else NULL. */
const char *word_plain(const struct word *word);
/* A name at the start of text that could be a variable's; its length, 0 for none. */
size_t name_length(const char *text);

#endif
