#include "host/lexer.h"

#include <string.h>

#include "base/utf8.h"
#include "host/parse.h"

/* A word while it is read: parts end where quoting changes. */
struct builder {
	struct lexer *lexer;
	struct word *word;
	struct part **last;
	struct str text;
	bool quoted;
};

void
lexer_init(
	struct lexer *lexer, struct arena *arena, const char *text, size_t len, unsigned depth, struct syntax *syntax)
{
	*lexer = (struct lexer){ .arena = arena, .text = text, .len = len, .depth = depth, .syntax = syntax };
	lexer->here_last = &lexer->here_first;
}

bool
lexer_fail(struct lexer *lexer, bool incomplete, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	lexer->syntax->failed = true;
	lexer->syntax->incomplete = incomplete;
	lexer->syntax->text = arena_strdup(lexer->arena, text.buf);
	str_release(&text);
	return false;
}

static bool
fail_unclosed(struct lexer *lexer, const char *closing)
{
	return lexer_fail(lexer, true, "unexpected EOF while looking for matching `%s'", closing);
}

/* The character n further on; 0 at the end. */
static char
peek(const struct lexer *lexer, size_t n)
{
	return lexer->at + n < lexer->len ? lexer->text[lexer->at + n] : '\0';
}

size_t
name_length(const char *text)
{
	size_t n = 0;

	if (!ascii_isalpha(text[0]) && text[0] != '_')
		return 0;
	while (ascii_isalnum(text[n]) || text[n] == '_')
		n++;
	return n;
}

/* The same n characters further on, where the text may end at any of them. */
static size_t
name_ahead(const struct lexer *lexer, size_t n)
{
	size_t len = 0;

	if (ascii_isdigit(peek(lexer, n)))
		return 0;
	while (ascii_isalnum(peek(lexer, n + len)) || peek(lexer, n + len) == '_')
		len++;
	return len;
}

const char *
word_plain(const struct word *word)
{
	const struct part *part = word->parts;

	return part && !part->next && part->kind == PART_TEXT && !part->quoted ? part->text : NULL;
}

/* ---- building a word ---- */

static struct part *
builder_part(struct builder *b, enum part_kind kind, const char *text)
{
	struct part *part = arena_alloc(b->lexer->arena, sizeof *part);

	part->kind = kind;
	part->text = text;
	part->quoted = b->quoted;
	*b->last = part;
	b->last = &part->next;
	return part;
}

static void
builder_flush(struct builder *b)
{
	if (!b->text.len)
		return;
	builder_part(b, PART_TEXT, arena_strndup(b->lexer->arena, b->text.buf, b->text.len));
	str_clear(&b->text);
}

static void
builder_quote(struct builder *b, bool quoted)
{
	if (b->quoted == quoted)
		return;
	builder_flush(b);
	b->quoted = quoted;
}

/* "" and '' make a word though there is nothing in them. */
static void
builder_mark_empty(struct builder *b, size_t start)
{
	if (b->lexer->at == start)
		builder_part(b, PART_TEXT, "");
}

static void
builder_init(struct builder *b, struct lexer *lexer)
{
	*b = (struct builder){ .lexer = lexer, .word = arena_alloc(lexer->arena, sizeof *b->word) };
	b->last = &b->word->parts;
	str_init(&b->text);
}

static struct word *
builder_end(struct builder *b)
{
	builder_flush(b);
	str_release(&b->text);
	return b->word;
}

/* ---- commands in words ---- */

static bool read_dollar(struct builder *b);

static bool
read_command(struct builder *b, size_t start, size_t len, bool to_parenthesis, size_t *used)
{
	const struct tree *command = NULL;

	builder_flush(b);
	if (!script_parse_inner(b->lexer, start, len, to_parenthesis, &command, used))
		return false;
	builder_part(b, PART_COMMAND, "")->command = command;
	return true;
}

/* `command`: the text between, with \` \\ \$ taken back, is a script of its own. */
static bool
read_backquoted(struct builder *b)
{
	struct lexer *lexer = b->lexer;
	struct str text = STR_INIT;
	struct lexer inner;
	size_t used;
	bool ok;

	for (lexer->at++; peek(lexer, 0) != '`'; lexer->at++) {
		if (lexer->at >= lexer->len) {
			str_release(&text);
			return fail_unclosed(lexer, "`");
		}
		if (peek(lexer, 0) == '\\' && peek(lexer, 1) && strchr("`\\$", peek(lexer, 1)))
			lexer->at++;
		str_addch(&text, peek(lexer, 0));
	}
	lexer->at++;
	lexer_init(&inner, lexer->arena, arena_strndup(lexer->arena, text.buf, text.len), text.len, lexer->depth,
		lexer->syntax);
	str_release(&text);
	b->lexer = &inner;
	ok = read_command(b, 0, inner.len, false, &used);
	b->lexer = lexer;
	return ok;
}

static bool read_piece(struct builder *b);

/* ---- ${ } ---- */

static const struct {
	const char *text;
	enum parameter parameter;
	bool colon;
	const char *until;	/* what ends the first operand, beside } */
} parameters[] = {	/* the longer first */
	{ ":-", PARAMETER_STANDARD, true, "" }, { ":=", PARAMETER_ASSIGN, true, "" },
	{ ":?", PARAMETER_ERROR, true, "" }, { ":+", PARAMETER_OTHER, true, "" },
	{ ":", PARAMETER_SUBSTRING, false, ":" },
	{ "-", PARAMETER_STANDARD, false, "" }, { "=", PARAMETER_ASSIGN, false, "" },
	{ "?", PARAMETER_ERROR, false, "" }, { "+", PARAMETER_OTHER, false, "" },
	{ "##", PARAMETER_HEAD_LONG, false, "" }, { "#", PARAMETER_HEAD, false, "" },
	{ "%%", PARAMETER_TAIL_LONG, false, "" }, { "%", PARAMETER_TAIL, false, "" },
	{ "//", PARAMETER_REPLACE_ALL, false, "/" }, { "/", PARAMETER_REPLACE, false, "/" },
	{ "^^", PARAMETER_UPPER_ALL, false, "" }, { "^", PARAMETER_UPPER, false, "" },
	{ ",,", PARAMETER_LOWER_ALL, false, "" }, { ",", PARAMETER_LOWER, false, "" },
};
#define PARAMETERS (sizeof parameters / sizeof parameters[0])

static bool
at_text(const struct lexer *lexer, const char *text)
{
	size_t len = strlen(text);

	return len <= lexer->len - lexer->at && memcmp(lexer->text + lexer->at, text, len) == 0;
}

/*
 * Up to } or one of the until characters, which stays.  In a quoted ${ } quotes stand for themselves, unless it holds a
 * pattern.
 */
static bool
read_operand(struct lexer *lexer, bool quoted, const char *until, struct word **word)
{
	struct builder b;
	bool ok = true;

	builder_init(&b, lexer);
	b.quoted = quoted;
	while (ok && lexer->at < lexer->len && peek(lexer, 0) != '}' && !strchr(until, peek(lexer, 0))) {
		char c = peek(lexer, 0);

		if (quoted && (c == '\'' || (c == '\\' && !strchr("$`\"\\}", peek(lexer, 1))))) {
			str_addch(&b.text, c);
			lexer->at++;
		} else {
			ok = read_piece(&b);
		}
		builder_quote(&b, quoted);
	}
	*word = builder_end(&b);
	if (ok && lexer->at >= lexer->len)
		return fail_unclosed(lexer, "}");
	return ok;
}

static bool
read_operands(struct lexer *lexer, bool quoted, const char *until, struct part *part)
{
	bool ok;

	if (++lexer->depth > SHELL_NESTING_MAX)
		return lexer_fail(lexer, false, "${ } is nested more than %d deep", SHELL_NESTING_MAX);
	ok = read_operand(lexer, quoted, until, &part->operand);
	if (ok && *until && peek(lexer, 0) == *until) {
		lexer->at++;
		ok = read_operand(lexer, quoted, "", &part->second);
	}
	lexer->at += ok;	/* the } */
	lexer->depth--;
	return ok;
}

/* A parameter's name: a variable's, a number, or one special character. */
static size_t
parameter_ahead(const struct lexer *lexer, size_t n)
{
	size_t len = name_ahead(lexer, n);

	while (!name_ahead(lexer, n) && ascii_isdigit(peek(lexer, n + len)))
		len++;
	return len ? len : peek(lexer, n) && strchr("?#$@*!-", peek(lexer, n));
}

/* ${name}, ${#name}, ${name<operator>word} */
static bool
read_braced(struct builder *b)
{
	struct lexer *lexer = b->lexer;
	bool length = peek(lexer, 2) == '#' && peek(lexer, 3) != '}' && parameter_ahead(lexer, 3);
	size_t start = lexer->at + 2 + length, n = parameter_ahead(lexer, 2 + (size_t)length), op = 0;
	struct part *part;

	builder_flush(b);
	part = builder_part(b, PART_VARIABLE, arena_strndup(lexer->arena, lexer->text + start, n));
	part->parameter = length ? PARAMETER_LENGTH : PARAMETER_VALUE;
	lexer->at = start + n;
	if (n && peek(lexer, 0) == '}') {
		lexer->at++;
		return true;
	}
	if (lexer->at >= lexer->len)
		return fail_unclosed(lexer, "}");
	while (op < PARAMETERS && !at_text(lexer, parameters[op].text))
		op++;
	if (!n || length || op == PARAMETERS)
		return lexer_fail(lexer, false, "${%s: bad substitution", part->text);
	part->parameter = parameters[op].parameter;
	part->colon = parameters[op].colon;
	lexer->at += strlen(parameters[op].text);
	return read_operands(lexer, b->quoted && part->parameter < PARAMETER_HEAD, parameters[op].until, part);
}

/* ---- what $ begins ---- */

/* From behind (( to behind ))), which it has to find; what stands between is read as in "..". */
static bool
read_arithmetic(struct lexer *lexer, struct word **word)
{
	struct builder b;
	unsigned depth = 0;
	bool ok = true, closed = false;

	builder_init(&b, lexer);
	b.quoted = true;
	while (ok && !closed && lexer->at < lexer->len) {
		char c = peek(lexer, 0);

		if (c == '$') {
			ok = read_dollar(&b);
		} else if (c == '`') {
			ok = read_backquoted(&b);
		} else if (c == ')' && !depth) {
			ok = closed = peek(lexer, 1) == ')';
			lexer->at += 2;
		} else {
			depth += c == '(';
			depth -= c == ')';
			if (c != '"')
				str_addch(&b.text, c);
			lexer->at++;
		}
	}
	*word = builder_end(&b);
	return closed || (ok && fail_unclosed(lexer, ")"));
}

/* Two parentheses that are no arithmetic are a subshell in a subshell: then the lexer is where it was. */
bool
lexer_arithmetic(struct lexer *lexer, struct word **word)
{
	size_t start = lexer->at;

	if (peek(lexer, 0) != '(' || lexer->depth >= SHELL_NESTING_MAX)
		return false;
	lexer->at++;
	lexer->depth++;
	if (!read_arithmetic(lexer, word) && !lexer->syntax->failed)
		lexer->at = start;
	lexer->depth--;
	return lexer->at != start;
}

static bool
read_dollar(struct builder *b)
{
	struct lexer *lexer = b->lexer;
	char next = peek(lexer, 1);
	struct word *word;
	size_t n;

	if (next == '(' && peek(lexer, 2) == '(') {
		lexer->at += 2;
		if (lexer_arithmetic(lexer, &word)) {
			builder_flush(b);
			builder_part(b, PART_ARITHMETIC, "")->operand = word;
			return !lexer->syntax->failed;
		}
		lexer->at -= 2;
	}
	if (next == '(')
		return read_command(b, lexer->at + 2, lexer->len - lexer->at - 2, true, &n) ? (lexer->at += n + 2, true)
			: false;
	if (next == '{')
		return read_braced(b);
	n = name_ahead(lexer, 1);
	if (!n && next && strchr("?#$@*!-0123456789", next))
		n = 1;
	if (!n) {
		str_addch(&b->text, '$');
		lexer->at++;
		return true;
	}
	builder_flush(b);
	builder_part(b, PART_VARIABLE, arena_strndup(lexer->arena, lexer->text + lexer->at + 1, n));
	lexer->at += n + 1;
	return true;
}

/* ---- quotes ---- */

/* Up to closing ('\0': the end of the text, as in a here-document), $ and ` read; the closing one is passed. */
static bool
read_quoted(struct builder *b, char closing)
{
	struct lexer *lexer = b->lexer;

	while (lexer->at < lexer->len) {
		char c = peek(lexer, 0), next = peek(lexer, 1);

		if (c == closing && closing) {
			lexer->at++;
			return true;
		}
		if (c == '\\' && next && (strchr("$`\\\n", next) || next == closing)) {
			if (next != '\n')
				str_addch(&b->text, next);
			lexer->at += 2;
		} else if (c == '$') {
			if (!read_dollar(b))
				return false;
		} else if (c == '`') {
			if (!read_backquoted(b))
				return false;
		} else {
			str_addch(&b->text, c);
			lexer->at++;
		}
	}
	return closing ? fail_unclosed(lexer, (const char[]){ closing, '\0' }) : true;
}

static bool
read_single(struct builder *b)
{
	struct lexer *lexer = b->lexer;
	const char *start = lexer->text + lexer->at + 1;
	const char *end = memchr(start, '\'', lexer->len - lexer->at - 1);

	if (!end)
		return fail_unclosed(lexer, "'");
	str_addn(&b->text, start, (size_t)(end - start));
	lexer->at = (size_t)(end - lexer->text) + 1;
	return true;
}

/* The digits of \xHH, \uHHHH and octal escapes; where they end. */
static size_t
read_digits(const struct lexer *lexer, size_t from, unsigned base, size_t most, unsigned *value)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (*value = 0; n < most; n++) {
		char c = peek(lexer, from + n);
		const char *found = c ? strchr(digits, ascii_tolower(c)) : NULL;

		if (!found || (unsigned)(found - digits) >= base)
			break;
		*value = *value * base + (unsigned)(found - digits);
	}
	return n;
}

/* A numeric escape at \; its length, 0 when it is none. */
static size_t
numeric_escape(struct builder *b)
{
	char kind = peek(b->lexer, 1);
	bool octal = kind >= '0' && kind <= '7';
	char utf8[4];
	size_t most = octal ? 3 : kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0, n;
	unsigned value;

	n = most ? read_digits(b->lexer, octal ? 1 : 2, octal ? 8 : 16, most, &value) : 0;
	if (!n)
		return 0;
	if (octal || kind == 'x')
		str_addch(&b->text, (char)value);
	else
		str_addn(&b->text, utf8, utf8_encode(value, utf8));
	return n + (octal ? 1 : 2);
}

/* $'..': the escapes that people use. */
static bool
read_ansi(struct builder *b)
{
	static const char letters[] = "ntr\\'\"eEabfv", meant[] = "\n\t\r\\'\"\033\033\a\b\f\v";
	struct lexer *lexer = b->lexer;
	size_t n;

	for (lexer->at += 2; lexer->at < lexer->len; lexer->at++) {
		char c = peek(lexer, 0);
		const char *found;

		if (c == '\'') {
			lexer->at++;
			return true;
		}
		if (c == '\\' && (n = numeric_escape(b))) {
			lexer->at += n - 1;
			continue;
		}
		found = c == '\\' && peek(lexer, 1) ? strchr(letters, peek(lexer, 1)) : NULL;
		str_addch(&b->text, found ? meant[found - letters] : c);
		lexer->at += found != NULL;
	}
	return fail_unclosed(lexer, "'");
}

static bool
read_quote(struct builder *b)
{
	char c = peek(b->lexer, 0);
	size_t start = b->lexer->at;
	bool ok;

	builder_quote(b, true);
	if (c == '"') {
		b->lexer->at++;
		ok = read_quoted(b, '"');
	} else {
		ok = c == '$' ? read_ansi(b) : read_single(b);
	}
	builder_mark_empty(b, start + (c == '$' ? 3 : 2));
	builder_quote(b, false);
	return ok;
}

/* A backslash: the character after it is quoted; before a newline both vanish. */
static bool
read_escape(struct builder *b)
{
	struct lexer *lexer = b->lexer;

	if (lexer->at + 1 >= lexer->len)
		return lexer_fail(lexer, true, "syntax error: unexpected end of file");
	if (peek(lexer, 1) != '\n') {
		builder_quote(b, true);
		str_addch(&b->text, peek(lexer, 1));
		builder_quote(b, false);
	}
	lexer->at += 2;
	return true;
}

/* <(command): what it writes, as a file. */
static bool
read_process(struct builder *b)
{
	struct lexer *lexer = b->lexer;
	const struct tree *command = NULL;
	size_t n;

	builder_flush(b);
	if (!script_parse_inner(lexer, lexer->at + 2, lexer->len - lexer->at - 2, true, &command, &n))
		return false;
	builder_part(b, PART_PROCESS, "")->command = command;
	lexer->at += n + 2;
	return true;
}

static bool
read_piece(struct builder *b)
{
	char c = peek(b->lexer, 0), next = peek(b->lexer, 1);

	if (c == '<' && next == '(' && !b->lexer->condition)
		return read_process(b);

	if (c == '\\')
		return read_escape(b);
	if (c == '\'' || c == '"' || (c == '$' && next == '\''))
		return read_quote(b);
	if (c == '$')
		return read_dollar(b);
	if (c == '`')
		return read_backquoted(b);
	str_addch(&b->text, c);
	b->lexer->at++;
	return true;
}

static bool
at_process(const struct lexer *lexer)
{
	return peek(lexer, 0) == '<' && peek(lexer, 1) == '(' && !lexer->condition;
}

static bool
read_word(struct lexer *lexer, struct token *token)
{
	const char *ends = lexer->pattern ? " \t\r\n" : " \t\r\n|&;()<>";
	size_t start = lexer->at;
	struct builder b;
	bool ok = true;

	builder_init(&b, lexer);
	while (ok && lexer->at < lexer->len && (!strchr(ends, peek(lexer, 0)) || at_process(lexer)))
		ok = read_piece(&b);
	lexer->pattern = false;
	token->kind = TOKEN_WORD;
	token->word = builder_end(&b);
	token->text = arena_strndup(lexer->arena, lexer->text + start, lexer->at - start);
	return ok;
}

/* ---- here-documents ---- */

void
lexer_expect_here(struct lexer *lexer, struct redirect *redirect)
{
	*lexer->here_last = redirect;
	lexer->here_last = &redirect->next_here;
}

/* One line from lexer->at, without its newline; false at the end of the text. */
static bool
take_line(struct lexer *lexer, const char **line, size_t *len)
{
	const char *end;

	if (lexer->at >= lexer->len)
		return false;
	*line = lexer->text + lexer->at;
	end = memchr(*line, '\n', lexer->len - lexer->at);
	*len = end ? (size_t)(end - *line) : lexer->len - lexer->at;
	lexer->at += *len + (end != NULL);
	return true;
}

static bool
here_read(struct lexer *lexer, struct redirect *redirect)
{
	struct str text = STR_INIT;
	struct lexer inner;
	struct builder b;
	const char *line;
	size_t len;
	bool ok = true, closed = false;

	while (!closed && take_line(lexer, &line, &len)) {
		while (redirect->strip_tabs && len && *line == '\t') {
			line++;
			len--;
		}
		closed = len == strlen(redirect->delimiter) && memcmp(line, redirect->delimiter, len) == 0;
		if (!closed) {
			str_addn(&text, line, len);
			str_addch(&text, '\n');
		}
	}
	if (!closed)
		lexer->syntax->here_missing = redirect->delimiter;
	lexer_init(&inner, lexer->arena, arena_strndup(lexer->arena, text.buf, text.len), text.len, lexer->depth,
		lexer->syntax);
	builder_init(&b, &inner);
	b.quoted = true;
	if (redirect->raw)
		str_addn(&b.text, text.buf, text.len);
	else
		ok = read_quoted(&b, '\0');
	redirect->word = builder_end(&b);
	str_release(&text);
	return ok;
}

static bool
here_read_all(struct lexer *lexer)
{
	struct redirect *redirect = lexer->here_first;
	bool ok = true;

	lexer->here_first = NULL;
	lexer->here_last = &lexer->here_first;
	for (; ok && redirect; redirect = redirect->next_here)
		ok = here_read(lexer, redirect);
	return ok;
}

/* ---- tokens ---- */

static const struct {
	const char *text;
	enum token_kind kind;
	enum redirect_kind redirect;
	int fd;
	bool strip_tabs;
} operators[] = {	/* the longer first */
	{ "<<<", TOKEN_REDIRECT, REDIRECT_STRING, 0, false },
	{ "&>>", TOKEN_REDIRECT, REDIRECT_BOTH_APPEND, 1, false },
	{ "<<-", TOKEN_REDIRECT, REDIRECT_HERE, 0, true },
	{ "<<", TOKEN_REDIRECT, REDIRECT_HERE, 0, false },
	{ "&>", TOKEN_REDIRECT, REDIRECT_BOTH, 1, false },
	{ ">>", TOKEN_REDIRECT, REDIRECT_APPEND, 1, false },
	{ "<&", TOKEN_REDIRECT, REDIRECT_SAME, 0, false },
	{ ">&", TOKEN_REDIRECT, REDIRECT_SAME, 1, false },
	{ ">|", TOKEN_REDIRECT, REDIRECT_WRITE, 1, false },
	{ ">", TOKEN_REDIRECT, REDIRECT_WRITE, 1, false },
	{ "<", TOKEN_REDIRECT, REDIRECT_READ, 0, false },
	{ "&&", TOKEN_AND, 0, 0, false },
	{ "||", TOKEN_OR, 0, 0, false },
	{ "|&", TOKEN_PIPE, 0, 0, false },
	{ "|", TOKEN_PIPE, 0, 0, false },
	{ ";;", TOKEN_CASE_END, 0, 0, false },
	{ ";", TOKEN_SEMICOLON, 0, 0, false },
	{ "&", TOKEN_BACKGROUND, 0, 0, false },
	{ "(", TOKEN_OPEN, 0, 0, false },
	{ ")", TOKEN_CLOSE, 0, 0, false },
};

static bool
read_operator(struct lexer *lexer, struct token *token)
{
	size_t digit = ascii_isdigit(peek(lexer, 0)) && (peek(lexer, 1) == '>' || peek(lexer, 1) == '<');
	const char *text = lexer->text + lexer->at + digit;
	size_t left = lexer->len - lexer->at - digit;

	for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
		size_t len = strlen(operators[i].text);

		if (len > left || memcmp(text, operators[i].text, len) != 0 ||
			(digit && operators[i].kind != TOKEN_REDIRECT))
			continue;
		token->kind = operators[i].kind;
		token->text = operators[i].text;
		token->redirect = (struct redirect){ .kind = operators[i].redirect, .fd = operators[i].fd,
			.strip_tabs = operators[i].strip_tabs };
		if (digit)
			token->redirect.fd = peek(lexer, 0) - '0';
		lexer->at += digit + len;
		return true;
	}
	return false;
}

struct word *
lexer_word(struct lexer *lexer, const char *text)
{
	struct builder b;

	builder_init(&b, lexer);
	str_add(&b.text, text);
	return builder_end(&b);
}

/* In [[ ]] < and > compare. */
static bool
read_comparison(struct lexer *lexer, struct token *token)
{
	token->kind = TOKEN_WORD;
	token->text = arena_strndup(lexer->arena, lexer->text + lexer->at, 1);
	token->word = lexer_word(lexer, token->text);
	lexer->at++;
	return true;
}

/* Blanks, joined lines and comments. */
static void
skip_blanks(struct lexer *lexer)
{
	for (;;) {
		char c = peek(lexer, 0);

		if (c == ' ' || c == '\t' || c == '\r') {
			lexer->at++;
		} else if (c == '\\' && peek(lexer, 1) == '\n') {
			lexer->at += 2;
		} else if (c == '#') {
			while (lexer->at < lexer->len && peek(lexer, 0) != '\n')
				lexer->at++;
		} else {
			return;
		}
	}
}

bool
lexer_next(struct lexer *lexer, struct token *token)
{
	memset(token, 0, sizeof *token);
	skip_blanks(lexer);
	token->start = lexer->at;
	if (lexer->at >= lexer->len) {
		token->kind = TOKEN_END;
		token->text = "newline";
		return here_read_all(lexer);
	}
	if (peek(lexer, 0) == '\0')
		return lexer_fail(lexer, false, "a line may not hold a NUL");
	if (peek(lexer, 0) == '\n') {
		lexer->at++;
		token->kind = TOKEN_NEWLINE;
		token->text = "newline";
		return here_read_all(lexer);
	}
	if (lexer->condition && strchr("<>", peek(lexer, 0)))
		return read_comparison(lexer, token);
	if (peek(lexer, 0) == '>' && peek(lexer, 1) == '(')
		return lexer_fail(lexer, false, ">( ) is not part of this shell: use a pipe");
	return (!lexer->pattern && !at_process(lexer) && read_operator(lexer, token)) || read_word(lexer, token);
}
