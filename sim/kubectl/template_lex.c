/* Follows lex.go of Go's text/template/parse. */
#include "kubectl/template_lex.h"

#include <string.h>

#include "base/go_text.h"

#define END_OF_INPUT UINT32_MAX

static const struct {
	const char *name;
	enum template_word word;
} keywords[] = {
	{ "block", WORD_BLOCK }, { "break", WORD_BREAK }, { "continue", WORD_CONTINUE }, { "define", WORD_DEFINE },
	{ "else", WORD_ELSE }, { "end", WORD_END }, { "if", WORD_IF }, { "nil", WORD_NIL }, { "range", WORD_RANGE },
	{ "template", WORD_TEMPLATE }, { "with", WORD_WITH }, { "true", WORD_BOOL }, { "false", WORD_BOOL },
};

void
template_lexer_init(struct template_lexer *lexer, struct arena *arena, const char *input, size_t len)
{
	*lexer = (struct template_lexer){ .arena = arena, .input = input, .len = len, .line = 1, .start_line = 1 };
}

/* ---- characters ---- */

static bool
is_space(uint32_t code)
{
	return code == ' ' || code == '\t' || code == '\r' || code == '\n';
}

static bool
at_text(const struct template_lexer *lexer, size_t at, const char *text)
{
	size_t len = strlen(text);

	return at + len <= lexer->len && memcmp(lexer->input + at, text, len) == 0;
}

static uint32_t
peek(const struct template_lexer *lexer)
{
	uint32_t code;

	if (lexer->at >= lexer->len)
		return END_OF_INPUT;
	(void)go_rune(lexer->input + lexer->at, lexer->len - lexer->at, &code);
	return code;
}

static uint32_t
next(struct template_lexer *lexer)
{
	uint32_t code;

	if (lexer->at >= lexer->len)
		return END_OF_INPUT;
	lexer->at += go_rune(lexer->input + lexer->at, lexer->len - lexer->at, &code);
	lexer->line += code == '\n';
	return code;
}

static bool
accept(struct template_lexer *lexer, const char *valid)
{
	uint32_t code = peek(lexer);

	if (!code || code > 0x7f || !strchr(valid, (int)code))
		return false;
	(void)next(lexer);
	return true;
}

static void
accept_run(struct template_lexer *lexer, const char *valid)
{
	while (accept(lexer, valid))
		;
}

/* ---- items ---- */

static void
count_lines(struct template_lexer *lexer)
{
	for (size_t i = lexer->start; i < lexer->at; i++)
		lexer->line += lexer->input[i] == '\n';
}

static struct template_item
item(struct template_lexer *lexer, enum template_word word)
{
	struct template_item item = { word, lexer->start, lexer->input + lexer->start, lexer->at - lexer->start,
		lexer->start_line };

	lexer->start = lexer->at;
	lexer->start_line = lexer->line;
	return item;
}

/* Skips what was passed over without next(). */
static void
ignore(struct template_lexer *lexer)
{
	count_lines(lexer);
	lexer->start = lexer->at;
	lexer->start_line = lexer->line;
}

/* Nothing is read behind an error. */
static struct template_item
failed(struct template_lexer *lexer, const char *why)
{
	struct template_item item = { WORD_ERROR, lexer->start, arena_strdup(lexer->arena, why), strlen(why),
		lexer->start_line };

	lexer->at = lexer->start = lexer->len = 0;
	return item;
}

static struct template_item
failed_at(struct template_lexer *lexer, const char *what, uint32_t code)
{
	struct str why = STR_INIT;
	struct template_item item;

	str_add(&why, what);
	go_rune_name(&why, code);
	item = failed(lexer, why.buf);
	str_release(&why);
	return item;
}

/* ---- delimiters and text ---- */

/* "- " behind {{ takes the blanks before it away. */
static bool
trims_left(const struct template_lexer *lexer, size_t at)
{
	return at + 2 <= lexer->len && lexer->input[at] == '-' && is_space((unsigned char)lexer->input[at + 1]);
}

/* " -" before }} */
static bool
trims_right(const struct template_lexer *lexer, size_t at)
{
	return at + 2 <= lexer->len && is_space((unsigned char)lexer->input[at]) && lexer->input[at + 1] == '-' &&
		at_text(lexer, at + 2, "}}");
}

static void
skip_blanks(struct template_lexer *lexer)
{
	while (lexer->at < lexer->len && is_space((unsigned char)lexer->input[lexer->at]))
		lexer->at++;
}

static struct template_item
right_delimiter(struct template_lexer *lexer)
{
	struct template_item result;
	bool trim = trims_right(lexer, lexer->at);

	if (trim) {
		lexer->at += 2;
		ignore(lexer);
	}
	lexer->at += 2;
	result = item(lexer, WORD_RIGHT_DELIMITER);
	if (trim) {
		skip_blanks(lexer);
		ignore(lexer);
	}
	lexer->inside = false;
	return result;
}

/* Behind {{ and its mark: a comment up to its }}.  true: what is wrong with it is in *wrong. */
static bool
comment_fails(struct template_lexer *lexer, struct template_item *wrong)
{
	bool trim;

	lexer->at += 2;
	while (lexer->at < lexer->len && !at_text(lexer, lexer->at, "*/"))
		lexer->at++;
	if (lexer->at >= lexer->len) {
		*wrong = failed(lexer, "unclosed comment");
		return true;
	}
	lexer->at += 2;
	trim = trims_right(lexer, lexer->at);
	if (!trim && !at_text(lexer, lexer->at, "}}")) {
		*wrong = failed(lexer, "comment ends before closing delimiter");
		return true;
	}
	lexer->start = lexer->at;	/* the lines of a comment don't count: so it is in Go 1.23 */
	lexer->at += trim ? 4 : 2;
	if (trim)
		skip_blanks(lexer);
	ignore(lexer);
	return false;
}

/* Text up to the next {{; its blanks at the end are dropped when that trims. */
static struct template_item
text_item(struct template_lexer *lexer)
{
	struct template_item result;
	size_t open = lexer->at, trimmed = 0;

	while (open < lexer->len && !at_text(lexer, open, "{{"))
		open++;
	if (open < lexer->len && trims_left(lexer, open + 2))
		while (open - trimmed > lexer->start && is_space((unsigned char)lexer->input[open - trimmed - 1]))
			trimmed++;
	lexer->at = open - trimmed;
	count_lines(lexer);
	result = item(lexer, WORD_TEXT);
	lexer->at = open;
	ignore(lexer);
	return result;
}

static struct template_item
outside(struct template_lexer *lexer)
{
	struct template_item result;

	for (;;) {
		bool trim;

		result = text_item(lexer);
		if (result.len)
			return result;
		if (lexer->at >= lexer->len)
			return item(lexer, WORD_END_OF_TEXT);
		lexer->at += 2;
		trim = trims_left(lexer, lexer->at);
		if (!at_text(lexer, lexer->at + (trim ? 2 : 0), "/*"))
			break;
		lexer->at += trim ? 2 : 0;
		ignore(lexer);
		if (comment_fails(lexer, &result))
			return result;
	}
	result = item(lexer, WORD_LEFT_DELIMITER);
	lexer->inside = true;
	lexer->at += trims_left(lexer, lexer->at) ? 2 : 0;
	ignore(lexer);
	lexer->parens = 0;
	return result;
}

/* ---- inside an action ---- */

static bool
at_terminator(const struct template_lexer *lexer)
{
	uint32_t code = peek(lexer);

	return code == END_OF_INPUT || is_space(code) || (code && code < 0x80 && strchr(".,|:)(", (int)code)) ||
		at_text(lexer, lexer->at, "}}");
}

static struct template_item
spaces(struct template_lexer *lexer)
{
	size_t count = 0;

	for (; is_space(peek(lexer)); count++)
		(void)next(lexer);
	if (trims_right(lexer, lexer->at - 1)) {
		lexer->at--;
		lexer->line -= lexer->input[lexer->at] == '\n';
		if (count == 1)
			return right_delimiter(lexer);
	}
	return item(lexer, WORD_SPACE);
}

static void
skip_word(struct template_lexer *lexer)
{
	while (lexer->at < lexer->len && go_is_word(peek(lexer)))
		(void)next(lexer);
}

static struct template_item
identifier(struct template_lexer *lexer)
{
	size_t len;

	skip_word(lexer);
	if (!at_terminator(lexer))
		return failed_at(lexer, "bad character ", peek(lexer));
	len = lexer->at - lexer->start;
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (strlen(keywords[i].name) == len && memcmp(keywords[i].name, lexer->input + lexer->start, len) == 0)
			return item(lexer, keywords[i].word);
	return item(lexer, WORD_IDENTIFIER);
}

/* Behind the . or $ of a name. */
static struct template_item
field_or_variable(struct template_lexer *lexer, enum template_word word)
{
	if (at_terminator(lexer))
		return item(lexer, word == WORD_VARIABLE ? word : WORD_DOT);
	skip_word(lexer);
	if (!at_terminator(lexer))
		return failed_at(lexer, "bad character ", peek(lexer));
	return item(lexer, word);
}

/* Behind the opening quote of a text or character. */
static struct template_item
quoted(struct template_lexer *lexer, char quote, enum template_word word, const char *unterminated)
{
	for (;;) {
		uint32_t code = next(lexer);

		if (code == '\\')
			code = next(lexer) == '\n' ? '\n' : '\\';
		if (code == END_OF_INPUT || code == '\n')
			return failed(lexer, unterminated);
		if (code == (unsigned char)quote)
			return item(lexer, word);
	}
}

static struct template_item
raw_quoted(struct template_lexer *lexer)
{
	for (;;) {
		uint32_t code = next(lexer);

		if (code == END_OF_INPUT)
			return failed(lexer, "unterminated raw quoted string");
		if (code == '`')
			return item(lexer, WORD_RAW_STRING);
	}
}

/* What may be a number; whether it is one the parser finds. */
static bool
scan_number(struct template_lexer *lexer)
{
	const char *digits = "0123456789_";
	bool decimal = true, hexadecimal = false;

	(void)accept(lexer, "+-");
	if (accept(lexer, "0")) {
		hexadecimal = accept(lexer, "xX");
		if (hexadecimal)
			digits = "0123456789abcdefABCDEF_";
		else if (accept(lexer, "oO"))
			digits = "01234567_";
		else if (accept(lexer, "bB"))
			digits = "01_";
		decimal = strlen(digits) == 11;
	}
	accept_run(lexer, digits);
	if (accept(lexer, "."))
		accept_run(lexer, digits);
	if ((decimal && accept(lexer, "eE")) || (hexadecimal && accept(lexer, "pP"))) {
		(void)accept(lexer, "+-");
		accept_run(lexer, "0123456789_");
	}
	(void)accept(lexer, "i");
	if (lexer->at >= lexer->len || !go_is_word(peek(lexer)))
		return true;
	(void)next(lexer);
	return false;
}

static struct template_item
number(struct template_lexer *lexer)
{
	bool good = scan_number(lexer), complex = false;
	struct str why = STR_INIT;
	struct template_item result;

	if (good && (peek(lexer) == '+' || peek(lexer) == '-')) {
		complex = true;
		good = scan_number(lexer) && lexer->input[lexer->at - 1] == 'i';
	}
	if (good)
		return item(lexer, complex ? WORD_COMPLEX : WORD_NUMBER);
	str_add(&why, "bad number syntax: ");
	go_quote(&why, lexer->input + lexer->start, lexer->at - lexer->start, '"', false);
	result = failed(lexer, why.buf);
	str_release(&why);
	return result;
}

static struct template_item
paren(struct template_lexer *lexer, bool left)
{
	lexer->parens += left ? 1 : -1;
	if (lexer->parens < 0)
		return failed(lexer, "unexpected right paren");
	return item(lexer, left ? WORD_LEFT_PAREN : WORD_RIGHT_PAREN);
}

static struct template_item
inside(struct template_lexer *lexer)
{
	size_t before = lexer->at;
	uint32_t code;

	if (trims_right(lexer, lexer->at) || at_text(lexer, lexer->at, "}}"))
		return lexer->parens ? failed(lexer, "unclosed left paren") : right_delimiter(lexer);
	if (is_space(peek(lexer)))
		return spaces(lexer);
	code = next(lexer);
	switch (code) {
	case END_OF_INPUT:
		return failed(lexer, "unclosed action");
	case '=':
		return item(lexer, WORD_ASSIGN);
	case ':':
		return next(lexer) == '=' ? item(lexer, WORD_DECLARE) : failed(lexer, "expected :=");
	case '|':
		return item(lexer, WORD_PIPE);
	case '"':
		return quoted(lexer, '"', WORD_STRING, "unterminated quoted string");
	case '\'':
		return quoted(lexer, '\'', WORD_RUNE, "unterminated character constant");
	case '`':
		return raw_quoted(lexer);
	case '$':
		return field_or_variable(lexer, WORD_VARIABLE);
	case '(':
	case ')':
		return paren(lexer, code == '(');
	default:
		break;
	}
	if (code == '.' && lexer->at < lexer->len && !ascii_isdigit((unsigned char)lexer->input[lexer->at]))
		return field_or_variable(lexer, WORD_FIELD);
	if (code == '.' || code == '+' || code == '-' || (code >= '0' && code <= '9')) {
		lexer->at = before;
		return number(lexer);
	}
	if (go_is_word(code))
		return identifier(lexer);
	if (code >= ' ' && code < 0x7f)
		return item(lexer, WORD_CHAR);
	return failed_at(lexer, "unrecognized character in action: ", code);
}

struct template_item
template_next(struct template_lexer *lexer)
{
	return lexer->inside ? inside(lexer) : outside(lexer);
}
