#include "host/parse.h"

#include <string.h>

struct parser {
	struct lexer lexer;
	struct token token;	/* the next one, not taken yet */
	size_t counted;		/* the text up to here has so many newlines */
	unsigned newlines;
};

enum keyword {
	KEYWORD_NONE,
	KEYWORD_FOR, KEYWORD_WHILE, KEYWORD_UNTIL, KEYWORD_IF, KEYWORD_CASE, KEYWORD_FUNCTION, KEYWORD_CONDITION,
	KEYWORD_BRACE, KEYWORD_NOT, KEYWORD_TIME,
	KEYWORD_FOREIGN,	/* bash has it, this shell doesn't */
	KEYWORD_DO, KEYWORD_DONE, KEYWORD_THEN, KEYWORD_ELIF, KEYWORD_ELSE, KEYWORD_FI, KEYWORD_ESAC,
	KEYWORD_BRACE_CLOSE,
};
#define KEYWORD_FIRST_CLOSING KEYWORD_DO
static const struct {
	const char *word;
	enum keyword keyword;
} keywords[] = {
	{ "for", KEYWORD_FOR }, { "while", KEYWORD_WHILE }, { "until", KEYWORD_UNTIL }, { "if", KEYWORD_IF },
	{ "{", KEYWORD_BRACE }, { "!", KEYWORD_NOT }, { "time", KEYWORD_TIME }, { "do", KEYWORD_DO },
	{ "done", KEYWORD_DONE },
	{ "then", KEYWORD_THEN }, { "elif", KEYWORD_ELIF }, { "else", KEYWORD_ELSE }, { "fi", KEYWORD_FI },
	{ "}", KEYWORD_BRACE_CLOSE }, { "case", KEYWORD_CASE }, { "esac", KEYWORD_ESAC },
	{ "function", KEYWORD_FUNCTION }, { "[[", KEYWORD_CONDITION }, { "select", KEYWORD_FOREIGN },
};

static bool parse_list(struct parser *p, struct tree **out);

static bool
advance(struct parser *p)
{
	return lexer_next(&p->lexer, &p->token);
}

static bool
unexpected(struct parser *p)
{
	if (p->token.kind == TOKEN_END)
		return lexer_fail(&p->lexer, true, "syntax error: unexpected end of file");
	return lexer_fail(&p->lexer, false, "syntax error near unexpected token `%s'", p->token.text);
}

static enum keyword
keyword_of(const struct parser *p)
{
	const char *word = p->token.kind == TOKEN_WORD ? word_plain(p->token.word) : NULL;

	for (size_t i = 0; word && i < sizeof keywords / sizeof keywords[0]; i++)
		if (strcmp(keywords[i].word, word) == 0)
			return keywords[i].keyword;
	return KEYWORD_NONE;
}

static struct tree *
tree_new(struct parser *p, enum tree_kind kind)
{
	struct tree *tree = arena_alloc(p->lexer.arena, sizeof *tree);

	tree->kind = kind;
	return tree;
}

static bool
skip_newlines(struct parser *p)
{
	while (p->token.kind == TOKEN_NEWLINE)
		if (!advance(p))
			return false;
	return true;
}

static bool
expect(struct parser *p, enum keyword keyword)
{
	return keyword_of(p) == keyword ? advance(p) : unexpected(p);
}

/* What can hold itself is counted: a hostile line may not use up the stack. */
static bool
deeper(struct parser *p)
{
	if (++p->lexer.depth <= SHELL_NESTING_MAX)
		return true;
	return lexer_fail(&p->lexer, false, "commands are nested more than %d deep", SHELL_NESTING_MAX);
}

/* ---- simple commands ---- */

static bool
parse_redirect(struct parser *p, struct redirect ***last)
{
	struct redirect *redirect = arena_memdup(p->lexer.arena, &p->token.redirect, sizeof *redirect);

	if (!advance(p))
		return false;
	if (p->token.kind != TOKEN_WORD)
		return unexpected(p);
	if (redirect->fd > 2)
		return lexer_fail(&p->lexer, false, "%d: Bad file descriptor", redirect->fd);
	redirect->word = p->token.word;
	if (redirect->kind == REDIRECT_HERE) {
		struct str delimiter = STR_INIT;

		for (const struct part *part = redirect->word->parts; part; part = part->next) {
			str_add(&delimiter, part->text);
			redirect->raw |= part->quoted;
		}
		redirect->delimiter = arena_strdup(p->lexer.arena, delimiter.buf);
		str_release(&delimiter);
		lexer_expect_here(&p->lexer, redirect);
	}
	**last = redirect;
	*last = &redirect->next;
	return advance(p);
}

static bool
parse_redirects(struct parser *p, struct tree *tree)
{
	struct redirect **last = &tree->redirects;

	while (p->token.kind == TOKEN_REDIRECT)
		if (!parse_redirect(p, &last))
			return false;
	return true;
}

/* NAME=value, NAME+=value: the first part without its head is the value. */
static struct assignment *
assignment_of(struct parser *p, const struct word *word)
{
	const struct part *part = word->parts;
	size_t n = part && part->kind == PART_TEXT && !part->quoted ? name_length(part->text) : 0;
	bool append = n && part->text[n] == '+';
	struct assignment *assignment;
	struct part *rest;

	if (!n || part->text[n + append] != '=')
		return NULL;
	assignment = arena_alloc(p->lexer.arena, sizeof *assignment);
	assignment->name = arena_strndup(p->lexer.arena, part->text, n);
	assignment->append = append;
	assignment->value = arena_alloc(p->lexer.arena, sizeof *assignment->value);
	rest = arena_memdup(p->lexer.arena, part, sizeof *part);
	rest->text += n + append + 1;
	assignment->value->parts = rest;
	return assignment;
}

/* NAME, when it may be followed by () as a function's; NULL. */
static const char *
function_name(const struct tree *command)
{
	const char *name = command->words && !command->words->next && !command->assignments && !command->redirects
		? word_plain(command->words) : NULL;

	return name && name[strcspn(name, "$=/")] == '\0' ? name : NULL;
}

static unsigned
line_of(struct parser *p, size_t at)
{
	for (; p->counted < at; p->counted++)
		p->newlines += p->lexer.text[p->counted] == '\n';
	return p->newlines + 1;
}

static bool
parse_command(struct parser *p, struct tree **out)
{
	struct tree *tree = *out = tree_new(p, TREE_COMMAND);
	struct assignment **last_assignment = &tree->assignments, *assignment;
	struct word **last_word = &tree->words;
	struct redirect **last_redirect = &tree->redirects;

	tree->line = line_of(p, p->token.start);
	for (;;) {
		if (p->token.kind == TOKEN_REDIRECT) {
			if (!parse_redirect(p, &last_redirect))
				return false;
			continue;
		}
		if (p->token.kind != TOKEN_WORD)
			break;
		assignment = tree->words ? NULL : assignment_of(p, p->token.word);
		if (assignment) {
			*last_assignment = assignment;
			last_assignment = &assignment->next;
		} else {
			*last_word = p->token.word;
			last_word = &p->token.word->next;
		}
		if (!advance(p))
			return false;
	}
	if (!tree->words && !tree->assignments && !tree->redirects)
		return unexpected(p);
	return p->token.kind == TOKEN_OPEN && !function_name(tree) ? unexpected(p) : true;
}

/* ---- compound commands ---- */

static bool
parse_for_words(struct parser *p, struct tree *tree)
{
	struct word **last = &tree->words;
	const char *plain;

	if (!skip_newlines(p))
		return false;
	plain = p->token.kind == TOKEN_WORD ? word_plain(p->token.word) : NULL;
	if (plain && strcmp(plain, "in") == 0) {
		tree->has_words = true;
		if (!advance(p))
			return false;
		while (p->token.kind == TOKEN_WORD) {
			*last = p->token.word;
			last = &p->token.word->next;
			if (!advance(p))
				return false;
		}
		if (p->token.kind != TOKEN_SEMICOLON && p->token.kind != TOKEN_NEWLINE)
			return unexpected(p);
	}
	if (p->token.kind == TOKEN_SEMICOLON && !advance(p))
		return false;
	return skip_newlines(p);
}

/* for ((first; while; then)): three words cut at the semicolons of the one that the lexer gives. */
static bool
parse_count(struct parser *p, struct word *whole, struct tree *tree)
{
	struct word **last = &tree->words;
	struct part *part = whole->parts;

	for (int i = 0; i < 3; i++) {
		struct word *word = *last = arena_alloc(p->lexer.arena, sizeof *word);
		struct part **last_part = &word->parts;

		last = &word->next;
		while (part) {
			const char *semicolon = part->kind == PART_TEXT ? strchr(part->text, ';') : NULL;
			struct part *copy = *last_part = arena_memdup(p->lexer.arena, part, sizeof *part);

			copy->next = NULL;
			last_part = &copy->next;
			if (semicolon && i < 2) {
				copy->text = arena_strndup(p->lexer.arena, part->text,
					(size_t)(semicolon - part->text));
				part->text = semicolon + 1;
				break;
			}
			part = part->next;
		}
	}
	if (p->token.kind == TOKEN_SEMICOLON && !advance(p))
		return false;
	return skip_newlines(p) && expect(p, KEYWORD_DO) && parse_list(p, &tree->body) && expect(p, KEYWORD_DONE);
}

static bool
parse_for(struct parser *p, struct tree **out)
{
	struct tree *tree = *out = tree_new(p, TREE_FOR);
	struct word *whole;
	const char *name;

	if (!advance(p))
		return false;
	if (p->token.kind == TOKEN_OPEN && lexer_arithmetic(&p->lexer, &whole)) {
		tree->kind = TREE_COUNT;
		return !p->lexer.syntax->failed && advance(p) && parse_count(p, whole, tree);
	}
	if (p->token.kind != TOKEN_WORD)
		return unexpected(p);
	name = word_plain(p->token.word);
	if (!name || name_length(name) != strlen(name))
		return lexer_fail(&p->lexer, false, "`%s': not a valid identifier", p->token.text);
	tree->name = name;
	return advance(p) && parse_for_words(p, tree) && expect(p, KEYWORD_DO) && parse_list(p, &tree->body) &&
		expect(p, KEYWORD_DONE);
}

static bool
parse_while(struct parser *p, bool until, struct tree **out)
{
	struct tree *tree = *out = tree_new(p, TREE_WHILE);

	tree->negate = until;
	return advance(p) && parse_list(p, &tree->condition) && expect(p, KEYWORD_DO) && parse_list(p, &tree->body) &&
		expect(p, KEYWORD_DONE);
}

/* From `if` or `elif`; the `fi` is taken by the caller of the outermost. */
static bool
parse_if(struct parser *p, struct tree **out)
{
	struct tree *tree = *out = tree_new(p, TREE_IF);

	if (!advance(p) || !parse_list(p, &tree->condition) || !expect(p, KEYWORD_THEN) || !parse_list(p, &tree->body))
		return false;
	if (keyword_of(p) == KEYWORD_ELIF) {
		bool ok = deeper(p) && parse_if(p, &tree->otherwise);

		p->lexer.depth--;
		return ok;
	}
	if (keyword_of(p) == KEYWORD_ELSE)
		return advance(p) && parse_list(p, &tree->otherwise);
	return true;
}

static bool
parse_group(struct parser *p, struct tree **out)
{
	struct tree *tree = *out = tree_new(p, p->token.kind == TOKEN_OPEN ? TREE_SUBSHELL : TREE_GROUP);

	if (!advance(p) || !parse_list(p, &tree->body))
		return false;
	if (tree->kind == TREE_GROUP)
		return expect(p, KEYWORD_BRACE_CLOSE);
	return p->token.kind == TOKEN_CLOSE ? advance(p) : unexpected(p);
}

/* (a | b) list ;; */
static bool
parse_arm(struct parser *p, struct arm *arm)
{
	struct word **last = &arm->patterns;

	if (p->token.kind == TOKEN_OPEN && !advance(p))
		return false;
	do {
		if (arm->patterns && !advance(p))
			return false;
		if (p->token.kind != TOKEN_WORD)
			return unexpected(p);
		*last = p->token.word;
		last = &p->token.word->next;
		if (!advance(p))
			return false;
	} while (p->token.kind == TOKEN_PIPE);
	if (p->token.kind != TOKEN_CLOSE)
		return unexpected(p);
	if (!advance(p) || !skip_newlines(p))
		return false;
	if (p->token.kind != TOKEN_CASE_END && keyword_of(p) != KEYWORD_ESAC && !parse_list(p, &arm->body))
		return false;
	if (p->token.kind == TOKEN_CASE_END && !advance(p))
		return false;
	return skip_newlines(p);
}

static bool
parse_case(struct parser *p, struct tree **out)
{
	struct tree *tree = *out = tree_new(p, TREE_CASE);
	struct arm **last = &tree->arms;
	const char *plain;

	if (!advance(p))
		return false;
	if (p->token.kind != TOKEN_WORD)
		return unexpected(p);
	tree->words = p->token.word;
	if (!advance(p) || !skip_newlines(p))
		return false;
	plain = p->token.kind == TOKEN_WORD ? word_plain(p->token.word) : NULL;
	if (!plain || strcmp(plain, "in") != 0)
		return unexpected(p);
	if (!advance(p) || !skip_newlines(p))
		return false;
	while (keyword_of(p) != KEYWORD_ESAC) {
		struct arm *arm = *last = arena_alloc(p->lexer.arena, sizeof *arm);

		if (!parse_arm(p, arm))
			return false;
		last = &arm->next;
	}
	return advance(p);
}

/* The words up to ]], as [[ ]] reads them: operators are words. */
static bool
parse_condition(struct parser *p, struct tree **out)
{
	struct tree *tree = *out = tree_new(p, TREE_CONDITION);
	struct word **last = &tree->words;

	for (p->lexer.condition = true;;) {
		const char *plain;

		if (!advance(p))
			return false;
		plain = p->token.kind == TOKEN_WORD ? word_plain(p->token.word) : NULL;
		if (plain && strcmp(plain, "]]") == 0)
			break;
		if (p->token.kind == TOKEN_NEWLINE)
			continue;
		if (p->token.kind != TOKEN_WORD && p->token.kind != TOKEN_AND && p->token.kind != TOKEN_OR &&
			p->token.kind != TOKEN_OPEN && p->token.kind != TOKEN_CLOSE)
			return unexpected(p);
		if (p->token.kind != TOKEN_WORD)
			p->token.word = lexer_word(&p->lexer, p->token.text);
		p->lexer.pattern = plain && strcmp(plain, "=~") == 0;
		*last = p->token.word;
		last = &p->token.word->next;
	}
	p->lexer.condition = false;
	return tree->words ? advance(p) : unexpected(p);
}

static bool parse_one(struct parser *p, struct tree **out);

/* From behind the name; the body stays as text, since it outlives the line. */
static bool
parse_function(struct parser *p, const char *name, struct tree **out)
{
	struct tree *tree = tree_new(p, TREE_FUNCTION);
	size_t start;

	tree->name = name;
	if (p->token.kind == TOKEN_OPEN) {
		if (!advance(p))
			return false;
		if (p->token.kind != TOKEN_CLOSE)
			return unexpected(p);
		if (!advance(p))
			return false;
	}
	if (!skip_newlines(p))
		return false;
	if (p->token.kind != TOKEN_OPEN && (keyword_of(p) == KEYWORD_NONE || keyword_of(p) >= KEYWORD_FOREIGN))
		return unexpected(p);
	start = p->token.start;
	if (!deeper(p) || !parse_one(p, &tree->body))
		return false;
	p->lexer.depth--;
	tree->text = arena_strndup(p->lexer.arena, p->lexer.text + start, p->token.start - start);
	*out = tree;
	return true;
}

static bool
parse_named_function(struct parser *p, struct tree **out)
{
	const char *name;

	if (!advance(p))
		return false;
	name = p->token.kind == TOKEN_WORD ? word_plain(p->token.word) : NULL;
	return name ? advance(p) && parse_function(p, name, out) : unexpected(p);
}

/* A ( at the start: arithmetic when another follows and both close together, else a subshell. */
static bool
parse_open(struct parser *p, struct tree **out)
{
	struct word *word;

	if (!lexer_arithmetic(&p->lexer, &word))
		return parse_group(p, out) && parse_redirects(p, *out);
	if (p->lexer.syntax->failed)
		return false;
	*out = tree_new(p, TREE_ARITHMETIC);
	(*out)->words = word;
	return advance(p) && parse_redirects(p, *out);
}

static bool
parse_simple(struct parser *p, struct tree **out)
{
	if (!parse_command(p, out))
		return false;
	return p->token.kind == TOKEN_OPEN ? parse_function(p, function_name(*out), out) : true;
}

static bool
parse_one(struct parser *p, struct tree **out)
{
	enum keyword keyword = keyword_of(p);

	if (p->token.kind == TOKEN_OPEN)
		return parse_open(p, out);
	switch (keyword) {
	case KEYWORD_NONE:
		return parse_simple(p, out);
	case KEYWORD_CASE:
		return parse_case(p, out) && parse_redirects(p, *out);
	case KEYWORD_FUNCTION:
		return parse_named_function(p, out);
	case KEYWORD_CONDITION:
		return parse_condition(p, out) && parse_redirects(p, *out);
	case KEYWORD_FOR:
		return parse_for(p, out) && parse_redirects(p, *out);
	case KEYWORD_WHILE:
	case KEYWORD_UNTIL:
		return parse_while(p, keyword == KEYWORD_UNTIL, out) && parse_redirects(p, *out);
	case KEYWORD_IF:
		return parse_if(p, out) && expect(p, KEYWORD_FI) && parse_redirects(p, *out);
	case KEYWORD_BRACE:
		return parse_group(p, out) && parse_redirects(p, *out);
	case KEYWORD_FOREIGN:
		return lexer_fail(&p->lexer, false, "%s: not part of this shell", p->token.text);
	default:
		return unexpected(p);
	}
}

/* ---- pipelines and lists ---- */

static bool
parse_pipeline(struct parser *p, struct tree **out)
{
	struct tree *pipeline = tree_new(p, TREE_PIPELINE), **last = &pipeline->children;

	for (enum keyword k = keyword_of(p); k == KEYWORD_NOT || k == KEYWORD_TIME; k = keyword_of(p)) {
		pipeline->negate ^= k == KEYWORD_NOT;
		pipeline->timed |= k == KEYWORD_TIME;
		if (!advance(p))
			return false;
	}
	for (;;) {
		struct tree *one;

		if (!parse_one(p, last))
			return false;
		one = *last;
		last = &one->next;
		if (p->token.kind != TOKEN_PIPE)
			break;
		one->both = p->token.text[1] == '&';
		if (!advance(p) || !skip_newlines(p))
			return false;
	}
	*out = pipeline->children->next || pipeline->negate || pipeline->timed ? pipeline : pipeline->children;
	return true;
}

static bool
parse_and_or(struct parser *p, struct tree **out)
{
	struct tree *chain = tree_new(p, TREE_CHAIN), **last = &chain->children;

	for (bool if_failed = false;;) {
		if (!parse_pipeline(p, last))
			return false;
		(*last)->if_failed = if_failed;
		last = &(*last)->next;
		if (p->token.kind != TOKEN_AND && p->token.kind != TOKEN_OR)
			break;
		if_failed = p->token.kind == TOKEN_OR;
		if (!advance(p) || !skip_newlines(p))
			return false;
	}
	*out = chain->children->next ? chain : chain->children;
	return true;
}

/* Up to a closing word, a ) or the end; not empty unless it is the whole script. */
static bool
parse_items(struct parser *p, struct tree *list)
{
	struct tree **last = &list->children;

	for (;;) {
		if (!skip_newlines(p))
			return false;
		if (p->token.kind == TOKEN_END || p->token.kind == TOKEN_CLOSE || p->token.kind == TOKEN_CASE_END ||
			keyword_of(p) >= KEYWORD_FIRST_CLOSING)
			break;
		if (!parse_and_or(p, last))
			return false;
		(*last)->background = p->token.kind == TOKEN_BACKGROUND;
		last = &(*last)->next;
		if (p->token.kind == TOKEN_SEMICOLON || p->token.kind == TOKEN_BACKGROUND) {
			if (!advance(p))
				return false;
		} else if (p->token.kind != TOKEN_NEWLINE) {
			break;
		}
	}
	return true;
}

static bool
parse_list(struct parser *p, struct tree **out)
{
	struct tree *list = *out = tree_new(p, TREE_LIST);
	bool ok;

	if (!deeper(p))
		return false;
	ok = parse_items(p, list) && (list->children ? true : unexpected(p));
	p->lexer.depth--;
	return ok;
}

static bool
parse_whole(struct parser *p, bool to_parenthesis, const struct tree **root)
{
	struct tree *list = tree_new(p, TREE_LIST);

	if (!advance(p) || !parse_items(p, list))
		return false;
	if (p->token.kind != (to_parenthesis ? TOKEN_CLOSE : TOKEN_END))
		return unexpected(p);
	*root = list->children ? list : NULL;
	return true;
}

bool
script_parse(struct script *script, const char *text, size_t len)
{
	struct parser p = { .counted = 0 };

	memset(script, 0, sizeof *script);
	lexer_init(&p.lexer, &script->arena, text, len, 0, &script->syntax);
	if (len > SHELL_LINE_MAX)
		return lexer_fail(&p.lexer, false, "a line of more than %u bytes", SHELL_LINE_MAX);
	return parse_whole(&p, false, &script->root);
}

void
script_release(struct script *script)
{
	arena_release(&script->arena);
	memset(script, 0, sizeof *script);
}

bool
script_parse_inner(struct lexer *outer, size_t start, size_t len, bool to_parenthesis, const struct tree **command,
	size_t *used)
{
	struct parser p = { .counted = 0 };

	lexer_init(&p.lexer, outer->arena, outer->text + start, len, outer->depth, outer->syntax);
	if (!deeper(&p) || !parse_whole(&p, to_parenthesis, command))
		return false;
	*used = p.lexer.at;
	return true;
}
