/*
 * The text is cut into pieces, plain text and {{actions}}; blocks (range, if, with) run over a stretch of pieces.
 * Follows Go's text/template, as far as one-line templates for kubectl go: no define, no block, no break.
 */
#include "kubectl/go_template.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/format.h"
#include "kubectl/sources.h"
#include "svcsim/vec.h"

#define DEPTH_MAX 50
#define ARGUMENTS_MAX 8

struct piece {
	bool action;
	const char *text;	/* an action without braces and blanks around it */
};

struct variable {
	const char *name;
	const struct value *value;
};

struct template {
	struct arena arena;
	VEC(struct piece) pieces;
	VEC(struct variable) variables;
	const struct value *root;
	struct str *out;
	struct err *err;
	const char *source;
	int depth;
};

static int
failed(struct template *template, const char *why)
{
	return err_set(template->err, ERR_FAILED, "error parsing template %s, template: output:1: %s", template->source, why);
}

static int
missing_value(struct template *template, const char *word)
{
	struct str why = STR_INIT;
	int result;

	str_addf(&why, "missing value for %s", word);
	result = failed(template, why.buf);
	str_release(&why);
	return result;
}

/* ---- pieces ---- */

static void
add_piece(struct template *template, bool action, const char *text, size_t len)
{
	if (len || action)
		*vec_push(&template->pieces) = (struct piece){ action, arena_strndup(&template->arena, text, len) };
}

static size_t
trimmed_end(const char *text, size_t len)
{
	while (len && ascii_isspace((unsigned char)text[len - 1]))
		len--;
	return len;
}

/* {{- and -}} take the blanks beside them away. */
static int
cut(struct template *template, const char *text)
{
	for (;;) {
		const char *open = strstr(text, "{{"), *close = open ? strstr(open, "}}") : NULL;
		size_t len = open ? (size_t)(open - text) : strlen(text);
		bool trim = open && open[2] == '-' && ascii_isspace((unsigned char)open[3]);

		add_piece(template, false, text, trim ? trimmed_end(text, len) : len);
		if (!open)
			return 0;
		if (!close)
			return failed(template, "unclosed action");
		open += trim ? 3 : 2;
		text = close + 2;
		trim = close[-1] == '-' && close - 1 > open && ascii_isspace((unsigned char)close[-2]);
		close -= trim;
		while (open < close && ascii_isspace((unsigned char)*open))
			open++;
		if (strncmp(open, "/*", 2) != 0)
			add_piece(template, true, open, trimmed_end(open, (size_t)(close - open)));
		while (trim && ascii_isspace((unsigned char)*text))
			text++;
	}
}

/* Does the action begin with this word?  As in Go, a blank need not follow where a field, a pipe or a parenthesis does. */
static bool
is_word(const char *action, const char *word)
{
	size_t len = strlen(word);

	return strncmp(action, word, len) == 0 && (!action[len] || strchr(" \t\r\n.,|:()", action[len]));
}

static bool
opens_block(const char *action)
{
	return is_word(action, "range") || is_word(action, "if") || is_word(action, "with");
}

/* The piece with the `else` or `end` of the block whose inside begins here; the number of pieces when there is none. */
static size_t
block_end(const struct template *template, size_t at, bool stop_at_else)
{
	size_t depth = 0;

	for (; at < template->pieces.n; at++) {
		const char *text = template->pieces.v[at].text;

		if (!template->pieces.v[at].action)
			continue;
		if (opens_block(text))
			depth++;
		else if (is_word(text, "end") && !depth--)
			return at;
		else if (stop_at_else && !depth && is_word(text, "else"))
			return at;
	}
	return at;
}

/* ---- values ---- */

static bool
is_true(const struct value *value)
{
	if (value_is_null(value))
		return false;
	switch (value->type) {
	case VALUE_BOOL:
		return value->boolean;
	case VALUE_INT:
		return value->integer;
	case VALUE_STRING:
		return value->string.len;
	default:
		return value->type == VALUE_FLOAT || value_count(value);
	}
}

static double
number(const struct value *value)
{
	return value && value->type == VALUE_INT ? (double)value->integer :
		value && value->type == VALUE_FLOAT ? value->real.number : 0;
}

static int
compare(const struct value *a, const struct value *b)
{
	if (value_text(a) && value_text(b))
		return strcmp(value_text(a), value_text(b));
	return (number(a) > number(b)) - (number(a) < number(b));
}

static struct value *
text_value(struct template *template, struct str *text)
{
	struct value *value = value_string(&template->arena, text->buf);

	str_release(text);
	return value;
}

/* ---- functions ---- */

typedef const struct value *(*function)(struct template *template, const struct value *const *arguments, size_t n);

static const struct value *
fn_index(struct template *template, const struct value *const *arguments, size_t n)
{
	const struct value *value = n ? arguments[0] : NULL;

	(void)template;
	for (size_t i = 1; i < n; i++)
		value = value_text(arguments[i]) ? value_get(value, value_text(arguments[i])) :
			value_at(value, (size_t)number(arguments[i]));
	return value;
}

static const struct value *
fn_len(struct template *template, const struct value *const *arguments, size_t n)
{
	const struct value *value = n ? arguments[0] : NULL;

	return value_int(&template->arena, value_text(value) ? (int64_t)value->string.len : (int64_t)value_count(value));
}

static const struct value *
fn_not(struct template *template, const struct value *const *arguments, size_t n)
{
	return value_bool(&template->arena, !is_true(n ? arguments[0] : NULL));
}

static const struct value *
fn_and(struct template *template, const struct value *const *arguments, size_t n)
{
	(void)template;
	for (size_t i = 0; i + 1 < n; i++)
		if (!is_true(arguments[i]))
			return arguments[i];
	return n ? arguments[n - 1] : NULL;
}

static const struct value *
fn_or(struct template *template, const struct value *const *arguments, size_t n)
{
	(void)template;
	for (size_t i = 0; i + 1 < n; i++)
		if (is_true(arguments[i]))
			return arguments[i];
	return n ? arguments[n - 1] : NULL;
}

static const struct value *
fn_eq(struct template *template, const struct value *const *arguments, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (arguments[0] && arguments[i] && value_equal(arguments[0], arguments[i]))
			return value_bool(&template->arena, true);
	return value_bool(&template->arena, false);
}

static const struct value *
fn_ne(struct template *template, const struct value *const *arguments, size_t n)
{
	return value_bool(&template->arena, !fn_eq(template, arguments, n)->boolean);
}

static const struct value *
fn_lt(struct template *template, const struct value *const *arguments, size_t n)
{
	return value_bool(&template->arena, n == 2 && compare(arguments[0], arguments[1]) < 0);
}

static const struct value *
fn_le(struct template *template, const struct value *const *arguments, size_t n)
{
	return value_bool(&template->arena, n == 2 && compare(arguments[0], arguments[1]) <= 0);
}

static const struct value *
fn_gt(struct template *template, const struct value *const *arguments, size_t n)
{
	return value_bool(&template->arena, n == 2 && compare(arguments[0], arguments[1]) > 0);
}

static const struct value *
fn_ge(struct template *template, const struct value *const *arguments, size_t n)
{
	return value_bool(&template->arena, n == 2 && compare(arguments[0], arguments[1]) >= 0);
}

static const struct value *
print_all(struct template *template, const struct value *const *arguments, size_t n, bool lines)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < n; i++) {
		bool apart = lines || (i && !value_text(arguments[i]) && !value_text(arguments[i - 1]));

		str_add(&text, i && apart ? " " : "");
		format_go_value(arguments[i], "<nil>", &text);
	}
	str_add(&text, lines ? "\n" : "");
	return text_value(template, &text);
}

static const struct value *
fn_print(struct template *template, const struct value *const *arguments, size_t n)
{
	return print_all(template, arguments, n, false);
}

static const struct value *
fn_println(struct template *template, const struct value *const *arguments, size_t n)
{
	return print_all(template, arguments, n, true);
}

/* Verbs with width; each takes the next argument. */
static const struct value *
fn_printf(struct template *template, const struct value *const *arguments, size_t n)
{
	const char *format = n && value_text(arguments[0]) ? value_text(arguments[0]) : "";
	struct str text = STR_INIT;
	size_t next = 1;

	for (; *format; format++) {
		struct str one = STR_INIT;
		bool left = format[0] == '%' && format[1] == '-';
		size_t skip = left ? 2 : 1, width;
		char *end;

		if (*format != '%' || format[1] == '%') {
			str_addch(&text, *format);
			format += *format == '%';
			continue;
		}
		width = strtoul(format + skip, &end, 10);
		if (width > 1000 || !*end)
			break;
		if (*end == 'q')
			str_add(&one, "\"");
		format_go_value(next < n ? arguments[next++] : NULL, "%!s(<nil>)", &one);
		if (*end == 'q')
			str_add(&one, "\"");
		if (!left && width > one.len)
			str_addrep(&text, ' ', width - one.len);
		str_add(&text, one.buf);
		if (left && width > one.len)
			str_addrep(&text, ' ', width - one.len);
		str_release(&one);
		format = end;
	}
	return text_value(template, &text);
}

static const struct value *
fn_base64decode(struct template *template, const struct value *const *arguments, size_t n)
{
	const char *text = n ? value_text(arguments[0]) : NULL;
	struct str out = STR_INIT;

	sources_unbase64(text ? text : "", &out);
	return text_value(template, &out);
}

/* exists MAP KEY..: kubectl's own */
static const struct value *
fn_exists(struct template *template, const struct value *const *arguments, size_t n)
{
	const struct value *at = n ? arguments[0] : NULL;

	for (size_t i = 1; at && i < n; i++)
		at = value_text(arguments[i]) ? value_get(at, value_text(arguments[i])) :
			arguments[i] && arguments[i]->type == VALUE_INT ? value_at(at, (size_t)arguments[i]->integer) : NULL;
	return value_bool(&template->arena, at);
}

static const struct value *
fn_html(struct template *template, const struct value *const *arguments, size_t n)
{
	static const struct {
		char c;
		const char *text;
	} escapes[] = { { '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" }, { '"', "&#34;" }, { '\'', "&#39;" } };
	const struct value *plain = print_all(template, arguments, n, false);
	struct str text = STR_INIT;

	for (const char *c = value_text(plain); *c; c++) {
		size_t i = 0;

		while (i < sizeof escapes / sizeof *escapes && escapes[i].c != *c)
			i++;
		if (i < sizeof escapes / sizeof *escapes)
			str_add(&text, escapes[i].text);
		else
			str_addch(&text, *c);
	}
	return text_value(template, &text);
}

static const struct value *
fn_urlquery(struct template *template, const struct value *const *arguments, size_t n)
{
	const struct value *plain = print_all(template, arguments, n, false);
	struct str text = STR_INIT;

	for (const char *c = value_text(plain); *c; c++)
		if (ascii_isalnum((unsigned char)*c) || strchr("-_.~", *c))
			str_addch(&text, *c);
		else if (*c == ' ')
			str_addch(&text, '+');
		else
			str_addf(&text, "%%%02X", (unsigned)(unsigned char)*c);
	return text_value(template, &text);
}

static const struct {
	const char *name;
	function call;
} functions[] = {
	{ "index", fn_index }, { "len", fn_len }, { "not", fn_not }, { "and", fn_and }, { "or", fn_or }, { "eq", fn_eq },
	{ "ne", fn_ne }, { "lt", fn_lt }, { "le", fn_le }, { "gt", fn_gt }, { "ge", fn_ge }, { "print", fn_print },
	{ "println", fn_println }, { "printf", fn_printf }, { "base64decode", fn_base64decode },
	{ "exists", fn_exists }, { "html", fn_html }, { "urlquery", fn_urlquery },
};

static function
find_function(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (strlen(functions[i].name) == len && strncmp(functions[i].name, text, len) == 0)
			return functions[i].call;
	return NULL;
}

/* ---- pipelines ---- */

static int pipeline(struct template *template, const char **at, const struct value *dot, const struct value **out);

static void
skip_blanks(const char **at)
{
	while (ascii_isspace((unsigned char)**at))
		++*at;
}

static size_t
word_length(const char *text)
{
	size_t len = 0;

	while (ascii_isalnum((unsigned char)text[len]) || text[len] == '_')
		len++;
	return len;
}

static const struct value *
fields_of(struct template *template, const char **at, const struct value *value)
{
	while (**at == '.') {
		size_t len = word_length(*at + 1);

		if (!len)
			return value;
		value = value_get(value, arena_strndup(&template->arena, *at + 1, len));
		*at += 1 + len;
	}
	return value;
}

static int
quoted(struct template *template, const char **at, const struct value **out)
{
	struct str text = STR_INIT;
	char quote = *(*at)++;

	for (; **at && **at != quote; ++*at) {
		if (quote == '"' && **at == '\\' && (*at)[1]) {
			++*at;
			str_addch(&text, **at == 'n' ? '\n' : **at == 't' ? '\t' : **at);
		} else {
			str_addch(&text, **at);
		}
	}
	*out = text_value(template, &text);
	if (!**at)
		return failed(template, "unterminated quoted string");
	++*at;
	return 0;
}

static int
operand(struct template *template, const char **at, const struct value *dot, const struct value **out)
{
	size_t len = word_length(*at + (**at == '$'));

	if (**at == '(') {
		++*at;
		if (pipeline(template, at, dot, out))
			return -1;
		skip_blanks(at);
		if (**at != ')')
			return failed(template, "unclosed left paren");
		++*at;
		*out = fields_of(template, at, *out);
		return 0;
	}
	if (**at == '"' || **at == '`')
		return quoted(template, at, out);
	if (**at == '$') {
		*out = len ? NULL : template->root;
		for (size_t i = template->variables.n; len && i-- > 0; )
			if (strlen(template->variables.v[i].name) == len &&
			    strncmp(template->variables.v[i].name, *at + 1, len) == 0) {
				*out = template->variables.v[i].value;
				break;
			}
		*at += 1 + len;
		*out = fields_of(template, at, *out);
		return 0;
	}
	if (**at == '.') {
		*out = fields_of(template, at, dot);
		if (*out == dot && **at == '.')
			++*at;
		return 0;
	}
	if (ascii_isdigit((unsigned char)**at) || **at == '-') {
		char *end;

		*out = value_int(&template->arena, strtoll(*at, &end, 10));
		*at = end > *at ? end : *at + 1;
		return 0;
	}
	if ((len == 4 && strncmp(*at, "true", 4) == 0) || (len == 5 && strncmp(*at, "false", 5) == 0)) {
		*out = value_bool(&template->arena, **at == 't');
		*at += len;
		return 0;
	}
	if (len == 3 && strncmp(*at, "end", 3) == 0)
		return failed(template, "unexpected {{end}}");
	return failed(template, len ? arena_printf(&template->arena, "function \"%.*s\" not defined", (int)len, *at) :
		"unexpected character in operand");
}

/* An operand, or a function and its arguments; piped, when not NULL, is the last argument. */
static int
command(struct template *template, const char **at, const struct value *dot, const struct value *piped, bool is_piped,
	const struct value **out)
{
	const struct value *arguments[ARGUMENTS_MAX + 1];
	size_t len = word_length(*at), n = 0;
	function call = find_function(*at, len);

	if (!call)
		return operand(template, at, dot, out);
	*at += len;
	for (skip_blanks(at); **at && **at != '|' && **at != ')'; skip_blanks(at)) {
		if (n == ARGUMENTS_MAX)
			return failed(template, "too many arguments");
		if (operand(template, at, dot, &arguments[n++]))
			return -1;
	}
	if (is_piped)
		arguments[n++] = piped;
	*out = call(template, arguments, n);
	return 0;
}

static int
pipeline(struct template *template, const char **at, const struct value *dot, const struct value **out)
{
	bool is_piped = false;

	*out = NULL;
	if (++template->depth > DEPTH_MAX)
		return failed(template, "exceeded maximum depth");
	for (;;) {
		skip_blanks(at);
		if (!**at)
			return failed(template, "missing value for command");
		if (command(template, at, dot, *out, is_piped, out))
			return -1;
		skip_blanks(at);
		if (**at != '|')
			break;
		++*at;
		is_piped = true;
	}
	template->depth--;
	return 0;
}

/* ---- blocks ---- */

static int run(struct template *template, size_t from, size_t to, const struct value *dot);

/* "$x := " or "$i, $x := " at the beginning; the names, NULL where there are none. */
static void
declaration(struct template *template, const char **at, const char *names[2])
{
	const char *assign = strstr(*at, ":=");
	const char *comma;
	size_t len;

	names[0] = names[1] = NULL;
	if (**at != '$' || !assign)
		return;
	len = word_length(*at + 1);
	names[1] = arena_strndup(&template->arena, *at + 1, len);
	comma = *at + 1 + len;
	skip_blanks(&comma);
	if (*comma == ',') {
		comma++;
		skip_blanks(&comma);
		names[0] = names[1];
		names[1] = arena_strndup(&template->arena, comma + 1, word_length(comma + 1));
	}
	*at = assign + 2;
}

static void
declare(struct template *template, const char *name, const struct value *value)
{
	if (name)
		*vec_push(&template->variables) = (struct variable){ name, value };
}

static int
run_items(struct template *template, const struct value *list, const char *names[2], size_t from, size_t to)
{
	size_t n, held = template->variables.n;
	const struct value_entry **entries = format_sorted(list, &n);
	size_t count = value_count(list);
	int result = 0;

	for (size_t i = 0; i < count && !result; i++) {
		const struct value *item = n ? entries[i]->value : value_at(list, i);

		declare(template, names[0], n ? value_string(&template->arena, entries[i]->key) :
			value_int(&template->arena, (int64_t)i));
		declare(template, names[1], item);
		result = run(template, from, to, item);
		template->variables.n = held;
	}
	free(entries);
	return result;
}

/* What stands behind the word: range, if or with; inside is the first piece of the block, end its `end`. */
static int
run_block(struct template *template, const char *action, size_t inside, size_t end, const struct value *dot)
{
	size_t other = block_end(template, inside, true), held = template->variables.n;
	bool range = is_word(action, "range"), with = is_word(action, "with");
	const char *at = action + (range ? 5 : with ? 4 : 2), *names[2];
	const struct value *value;
	int result = 0;

	skip_blanks(&at);
	declaration(template, &at, names);
	if (pipeline(template, &at, dot, &value))
		return -1;
	if (range && value_count(value))
		return run_items(template, value, names, inside, other);
	if (!range)
		declare(template, names[1], value);
	if (!range && is_true(value))
		result = run(template, inside, other, with ? value : dot);
	else if (other < end && is_word(template->pieces.v[other].text + 4, " if"))
		result = run_block(template, template->pieces.v[other].text + 5, other + 1, end, dot);
	else if (other < end)
		result = run(template, other + 1, end, dot);
	template->variables.n = held;
	return result;
}

static int
run_action(struct template *template, const char *action, const struct value *dot)
{
	const char *names[2], *at = action;
	const struct value *value;

	declaration(template, &at, names);
	if (pipeline(template, &at, dot, &value))
		return -1;
	if (*at)
		return failed(template, "unexpected text in action");
	if (names[1])
		declare(template, names[1], value);
	else
		format_go_value(value, "<no value>", template->out);
	return 0;
}

static int
run(struct template *template, size_t from, size_t to, const struct value *dot)
{
	for (size_t i = from; i < to; i++) {
		const struct piece *piece = &template->pieces.v[i];
		size_t end;

		if (!piece->action) {
			str_add(template->out, piece->text);
			continue;
		}
		if (!opens_block(piece->text)) {
			if (run_action(template, piece->text, dot))
				return -1;
			continue;
		}
		if (strcmp(piece->text, "range") == 0 || strcmp(piece->text, "if") == 0 || strcmp(piece->text, "with") == 0)
			return missing_value(template, piece->text);
		end = block_end(template, i + 1, false);
		if (end == template->pieces.n)
			return failed(template, "unexpected EOF");
		if (run_block(template, piece->text, i + 1, end, dot))
			return -1;
		i = end;
	}
	return 0;
}

int
go_template_print(const char *template, const struct value *root, struct str *out, struct err *err)
{
	struct template state = { .arena = ARENA_INIT, .pieces = VEC_INIT, .variables = VEC_INIT, .root = root, .out = out,
		.err = err, .source = template };
	int result = cut(&state, template);

	if (!result)
		result = run(&state, 0, state.pieces.n, root);
	vec_release(&state.pieces);
	vec_release(&state.variables);
	arena_release(&state.arena);
	return result;
}
