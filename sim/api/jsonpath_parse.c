/*
 * The grammar of kubectl's JSONPath templates: text with actions in braces; an action is a chain of fields, brackets,
 * filters, quoted texts, numbers and the words range and end, blanks between them ignored.  Inside brackets there is no
 * nesting: a bracket ends at the first ], a filter at the first ) outside its one pair of quotes.  Follows parser.go of
 * k8s.io/client-go/util/jsonpath, whose error texts kubectl prints.
 */
#include "api/jsonpath_node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/go_text.h"
#include "svcsim/str.h"

struct path_in {
	const char *at;
	struct arena *arena;
	struct err *err;
};

static void
append_node(struct path_in *in, struct path_list *list, struct path_node *node)
{
	if (list->n == list->cap) {
		size_t cap = list->cap < 4 ? 4 : list->cap * 2;
		struct path_node **grown = arena_alloc(in->arena, cap * sizeof *grown);

		if (list->n > 0)
			memcpy(grown, list->v, list->n * sizeof *grown);
		list->v = grown;
		list->cap = cap;
	}
	list->v[list->n++] = node;
}

static struct path_node *
add_node(struct path_in *in, struct path_list *list, enum path_type type)
{
	struct path_node *node = arena_alloc(in->arena, sizeof *node);

	node->type = type;
	append_node(in, list, node);
	return node;
}

static int
fail(struct path_in *in, const char *text)
{
	return err_set(in->err, ERR_FAILED, "%s", text);
}

/* text as the inside of an action of its own: what it ends before a brace of its own is read, and forgotten. */
static int
parse_inner(struct path_in *in, const char *text, struct path_list *list)
{
	struct path_list whole = { NULL, 0, 0 };
	const struct path_list *inner;

	if (path_parse(arena_printf(in->arena, "{%s}", text), in->arena, &whole, in->err) < 0)
		return -1;
	inner = &whole.v[0]->list;
	for (size_t i = 0; i < inner->n; i++)
		append_node(in, list, inner->v[i]);
	return 0;
}

static bool
ends_name(char c)
{
	return c == '\0' || strchr(" \t\r\n.,[]$@{}", c) != NULL;
}

/* A field after its dot: up to a terminator that no backslash protects; backslashes are dropped. */
static void
parse_field(struct path_in *in, struct path_list *list)
{
	const char *start = in->at;
	struct path_node *node;
	char *name, *out;

	while (!ends_name(*in->at))
		in->at += *in->at == '\\' && in->at[1] != '\0' ? 2 : 1;
	if (in->at - start == 1 && *start == '*') {
		add_node(in, list, PATH_WILDCARD);
		return;
	}
	name = out = arena_alloc(in->arena, (size_t)(in->at - start) + 1);
	for (const char *p = start; p < in->at; p++)
		if (*p != '\\')
			*out++ = *p;
	node = add_node(in, list, PATH_FIELD);
	node->text = name;
}

static void
parse_identifier(struct path_in *in, struct path_list *list)
{
	const char *start = in->at;
	struct path_node *node;
	char *word;

	while (!ends_name(*in->at))
		in->at++;
	word = arena_strndup(in->arena, start, (size_t)(in->at - start));
	if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0) {
		add_node(in, list, PATH_BOOL)->integer = *word == 't';
		return;
	}
	node = add_node(in, list, PATH_IDENTIFIER);
	node->text = word;
}

/* Also of another script, though no number is read of such. */
static bool
is_digit(const char *at, size_t *n)
{
	uint32_t code;

	*n = go_rune(at, strlen(at) + 1, &code);
	return go_is_digit(code);
}

static int
parse_number(struct path_in *in, struct path_list *list)
{
	size_t n;
	const char *start = in->at;
	struct path_node *node;
	char *word, *end;
	long long integer;
	double number;

	in->at += *in->at == '+' || *in->at == '-';
	while (*in->at == '.' || is_digit(in->at, &n))
		in->at += *in->at == '.' ? 1 : n;
	word = arena_strndup(in->arena, start, (size_t)(in->at - start));
	errno = 0;
	integer = strtoll(word, &end, 10);
	if (errno == 0 && end != word && *end == '\0') {
		add_node(in, list, PATH_INT)->integer = integer;
		return 0;
	}
	number = strtod(word, &end);
	if (end == word || *end != '\0')
		return err_set(in->err, ERR_FAILED, "cannot parse number %s", word);
	node = add_node(in, list, PATH_FLOAT);
	node->number = number;
	return 0;
}

static int
parse_recursive(struct path_in *in, struct path_list *list)
{
	uint32_t code;

	if (list->n > 0 && list->v[list->n - 1]->type == PATH_RECURSIVE)
		return fail(in, "invalid multiple recursive descent");
	in->at += 2;
	add_node(in, list, PATH_RECURSIVE);
	(void)go_rune(in->at, strlen(in->at) + 1, &code);
	if (go_is_word(code))
		parse_field(in, list);
	return 0;
}

/* What stands in quotes as Go's strconv.UnquoteChar takes it; a NUL is refused, as no text here holds one. */
static bool
unquote(const char *at, const char *end, char quote, struct str *out)
{
	if (memchr(at, '\\', (size_t)(end - at)) == NULL) {
		str_addn(out, at, (size_t)(end - at));
		return true;
	}
	while (at < end) {
		uint32_t code;
		bool byte;

		if (!go_unquote_char(&at, end, quote, &code, &byte) || code == 0)
			return false;
		if (byte)
			str_addch(out, (char)code);
		else
			go_add_rune(out, code);
	}
	return true;
}

/* Backslashes before the closing quote are not counted, only seen: as upstream. */
static int
parse_quote(struct path_in *in, struct path_list *list)
{
	const char *start = in->at, quote = *start;
	struct str text = STR_INIT;
	const char *end;
	bool good;

	for (in->at++;; in->at++) {
		if (*in->at == '\0' || *in->at == '\n')
			return fail(in, "unterminated quoted string");
		if (*in->at == quote && in->at[-1] != '\\')
			break;
	}
	end = in->at++;
	good = unquote(start + 1, end, quote, &text);
	if (good)
		add_node(in, list, PATH_TEXT)->text = arena_strndup(in->arena, text.buf, text.len);
	str_release(&text);
	if (good)
		return 0;
	return err_set(in->err, ERR_FAILED, "unquote string %.*s error invalid syntax", (int)(in->at - start), start);
}

/* -?[0-9]* at *at; the number's text in *word. */
static const char *
index_word(struct path_in *in, const char *at, char **word)
{
	const char *start = at;

	at += *at == '-';
	while (ascii_isdigit(*at))
		at++;
	*word = arena_strndup(in->arena, start, (size_t)(at - start));
	return at;
}

/* [0], [-1], [1:3], [:2], [::2] */
static int
parse_slice(struct path_in *in, const char *text, struct path_list *list)
{
	char *words[3] = { NULL, NULL, NULL };
	const char *at = index_word(in, text, &words[0]);
	struct path_node *node;

	for (int i = 1; i < 3 && *at == ':'; i++)
		at = index_word(in, at + 1, &words[i]);
	if (*at != '\0')
		return err_set(in->err, ERR_FAILED, "invalid array index %s", text);
	node = add_node(in, list, PATH_ARRAY);
	for (int i = 0; i < 3; i++) {
		char *end;

		if (words[i] == NULL || *words[i] == '\0')
			continue;
		errno = 0;
		node->index[i].value = strtoll(words[i], &end, 10);
		if (errno != 0 || *end != '\0' || end == words[i])
			return err_set(in->err, ERR_FAILED, "array index %s is not a number", words[i]);
		node->index[i].known = true;
	}
	if (words[1] == NULL) {
		node->index[1].value = node->index[0].value + 1;
		node->index[1].known = node->index[1].derived = true;
	}
	return 0;
}

static int
parse_union(struct path_in *in, const char *text, struct path_list *list)
{
	struct path_node *node = add_node(in, list, PATH_UNION);

	for (const char *at = text; at != NULL;) {
		const char *comma = strchr(at, ',');
		size_t len = comma != NULL ? (size_t)(comma - at) : strlen(at);
		struct path_node *part = add_node(in, &node->list, PATH_LIST);

		while (len > 0 && at[len - 1] == ' ')
			len--;
		while (len > 0 && *at == ' ') {
			at++;
			len--;
		}
		if (parse_inner(in, arena_printf(in->arena, "[%.*s]", (int)len, at), &part->list) < 0)
			return -1;
		at = comma != NULL ? comma + 1 : NULL;
	}
	return 0;
}

static int
parse_bracket(struct path_in *in, struct path_list *list)
{
	size_t len = strcspn(in->at, "]\n");
	char *text;

	if (in->at[len] != ']')
		return fail(in, "unterminated array");
	text = arena_strndup(in->arena, in->at + 1, len - 1);
	in->at += len + 1;
	len--;
	if (strchr(text, ',') != NULL)
		return parse_union(in, text, list);
	if (len >= 2 && text[0] == '\'' && strchr(text + 1, '\'') == text + len - 1) {
		text[len - 1] = '\0';
		return parse_inner(in, arena_printf(in->arena, ".%s", text + 1), list);
	}
	return parse_slice(in, strcmp(text, "*") == 0 ? ":" : text, list);
}

/* The end of a filter: the first ) that is in no quotes, where one pair of quotes is looked for. */
static const char *
filter_end(const char *at)
{
	bool begun = false, ended = false;
	char pair = '\0';

	for (; *at != '\0' && *at != '\n'; at++) {
		if (*at == ')' && begun == ended)
			return at;
		if (*at != '"' && *at != '\'')
			continue;
		if (!begun) {
			begun = true;
			pair = *at;
		} else if (*at == pair && at[-1] != '\\') {
			ended = true;
		}
	}
	return NULL;
}

/* [?(left op right)] or [?(path)] */
static int
parse_filter(struct path_in *in, struct path_list *list)
{
	const char *start = in->at + strlen("[?("), *end = filter_end(start);
	struct path_node *node;
	size_t left, operator, len;
	char *text;

	if (end == NULL)
		return fail(in, "unterminated filter");
	if (end[1] != ']')
		return fail(in, "unclosed array expect ]");
	len = (size_t)(end - start);
	text = arena_strndup(in->arena, start, len);
	in->at = end + 2;
	left = strcspn(text, "!<>=");
	operator = strspn(text + left, "!<>=");
	if (left + operator == len && operator > 1)
		operator--;
	node = add_node(in, list, PATH_FILTER);
	if (left == 0 || operator == 0 || left + operator == len) {
		node->text = "exists";
		return parse_inner(in, text, &node->list);
	}
	node->text = arena_strndup(in->arena, text + left, operator);
	if (parse_inner(in, arena_strndup(in->arena, text, left), &node->list) < 0)
		return -1;
	return parse_inner(in, text + left + operator, &node->right);
}

static int
unrecognized(struct path_in *in, uint32_t code)
{
	struct str name = STR_INIT;

	go_rune_name(&name, code);
	err_set(in->err, ERR_FAILED, "unrecognized character in action: %s", name.buf);
	str_release(&name);
	return -1;
}

/* One step inside braces. */
static int
parse_step(struct path_in *in, struct path_list *list)
{
	char c = *in->at;
	uint32_t code;
	size_t n;

	if (strncmp(in->at, "[?(", 3) == 0)
		return parse_filter(in, list);
	if (strncmp(in->at, "..", 2) == 0)
		return parse_recursive(in, list);
	if (c == '\0' || c == '\r' || c == '\n')
		return fail(in, "unclosed action");
	if (c == '[')
		return parse_bracket(in, list);
	if (c == '"' || c == '\'')
		return parse_quote(in, list);
	if (c == '+' || c == '-' || is_digit(in->at, &n))
		return parse_number(in, list);
	if (c == '.') {
		in->at++;
		parse_field(in, list);
	} else if (c == ' ' || c == '@' || c == '$') {
		in->at++;
	} else {
		(void)go_rune(in->at, strlen(in->at), &code);
		if (!go_is_word(code))
			return unrecognized(in, code);
		parse_identifier(in, list);
	}
	return 0;
}

/* The inside of braces, at after the opening one; moves past the closing one. */
static int
parse_action(struct path_in *in, struct path_list *list)
{
	while (*in->at != '}')
		if (parse_step(in, list) < 0)
			return -1;
	in->at++;
	return 0;
}

int
path_parse(const char *template, struct arena *arena, struct path_list *out, struct err *err)
{
	struct path_in in = { template, arena, err };

	while (*in.at != '\0') {
		size_t len = strcspn(in.at, "{");

		if (len > 0) {
			add_node(&in, out, PATH_TEXT)->text = arena_strndup(arena, in.at, len);
			in.at += len;
			continue;
		}
		in.at++;
		if (parse_action(&in, &add_node(&in, out, PATH_LIST)->list) < 0)
			return -1;
	}
	return 0;
}
