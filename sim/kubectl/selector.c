/*
 * A label selector is lexed into words and punctuation, then parsed requirement by requirement, as
 * k8s.io/apimachinery/pkg/labels/selector.go does; the texts of its errors are part of what kubectl prints.
 */
#include "kubectl/selector.h"

#include <stdlib.h>
#include <string.h>

#include "server/strategy.h"

enum token { TOKEN_WORD, TOKEN_MARK, TOKEN_END };

struct lexer {
	const char *at;
	struct arena *arena;
	enum token token;	/* the one that is next */
	const char *text;
};

static const char *const marks[] = { "!=", "==", "=", "!", "(", ")", ",", ">", "<", NULL };

static bool
is_special(char c)
{
	return c && strchr("=!(),><", c);
}

static void
next_token(struct lexer *lexer)
{
	size_t len = 0;

	while (ascii_isspace((unsigned char)*lexer->at))
		lexer->at++;
	lexer->token = TOKEN_MARK;
	for (const char *const *mark = marks; *mark && !len; mark++)
		if (str_starts(lexer->at, *mark))
			len = strlen(*mark);
	if (!len) {
		while (lexer->at[len] && !is_special(lexer->at[len]) && !ascii_isspace((unsigned char)lexer->at[len]))
			len++;
		lexer->token = len ? TOKEN_WORD : TOKEN_END;
	}
	lexer->text = arena_strndup(lexer->arena, lexer->at, len);
	lexer->at += len;
}

static bool
takes(struct lexer *lexer, const char *mark)
{
	if (lexer->token != TOKEN_MARK || strcmp(lexer->text, mark) != 0)
		return false;
	next_token(lexer);
	return true;
}

#define IN_REQUIREMENT "unable to parse requirement: "

static int
expected(const struct lexer *lexer, const char *where, const char *what, struct err *err)
{
	return err_set(err, ERR_FAILED, "%sfound '%s'%s", where, lexer->text, what);
}

static void
add_value(struct requirement *requirement, const char *value)
{
	*vec_push(&requirement->values) = value;
}

static bool
is_mark(const struct lexer *lexer, const char *mark)
{
	return lexer->token == TOKEN_MARK && strcmp(lexer->text, mark) == 0;
}

/* "(a, b,)": an empty place between commas is the empty value. */
static int
parse_values(struct lexer *lexer, struct requirement *requirement, struct err *err)
{
	if (!takes(lexer, "("))
		return expected(lexer, IN_REQUIREMENT, " expected: '('", err);
	if (takes(lexer, ")")) {
		add_value(requirement, "");
		return 0;
	}
	if (lexer->token != TOKEN_WORD && !is_mark(lexer, ","))
		return expected(lexer, IN_REQUIREMENT, ", expected: ',', ')' or identifier", err);
	for (;;) {
		if (lexer->token == TOKEN_WORD) {
			add_value(requirement, lexer->text);
			next_token(lexer);
			if (lexer->token == TOKEN_END || (!is_mark(lexer, ",") && !is_mark(lexer, ")")))
				return expected(lexer, IN_REQUIREMENT, ", expected: ',' or ')'", err);
		} else if (is_mark(lexer, ",") || is_mark(lexer, ")")) {
			add_value(requirement, "");
		} else {
			return expected(lexer, IN_REQUIREMENT, ", expected: ',', or identifier", err);
		}
		if (takes(lexer, ")"))
			return 0;
		(void)takes(lexer, ",");
	}
}

static const struct operator_word {
	const char *word;
	enum selector_operator operator;
} operator_words[] = {
	{ "=", SELECTOR_EQUALS }, { "==", SELECTOR_EQUALS }, { "!=", SELECTOR_DIFFERS }, { ">", SELECTOR_GREATER },
	{ "<", SELECTOR_LESS }, { "in", SELECTOR_IN }, { "notin", SELECTOR_NOT_IN },
};

static const struct operator_word *
operator_find(const char *text)
{
	for (size_t i = 0; i < sizeof operator_words / sizeof *operator_words; i++)
		if (strcmp(operator_words[i].word, text) == 0)
			return &operator_words[i];
	return NULL;
}

/* Lines as one: "; " between them. */
static void
add_joined(struct str *out, const char *lines)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n");

		str_addn(out, lines, len);
		lines += len + (lines[len] == '\n');
		str_add(out, *lines ? "; " : "");
	}
}

static int
check_key(const char *key, struct err *err)
{
	struct str messages = STR_INIT, text = STR_INIT;
	int bad = check_qualified_name(key, &messages);

	if (bad) {
		add_joined(&text, messages.buf);
		err_set(err, ERR_FAILED, IN_REQUIREMENT "<nil>: Invalid value: \"%s\": %s", key, text.buf);
	}
	str_release(&messages);
	str_release(&text);
	return bad ? -1 : 0;
}

static bool
is_integer(const char *text)
{
	size_t sign = *text == '-' || *text == '+', digits = strspn(text + sign, "0123456789");

	return digits && !text[sign + digits];
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The values are a set: sorted, each once. */
static int
check_values(struct requirement *requirement, struct err *err)
{
	bool number = requirement->operator == SELECTOR_GREATER || requirement->operator == SELECTOR_LESS;
	struct str text = STR_INIT;
	size_t errors = 0;

	qsort(requirement->values.v, requirement->values.n, sizeof *requirement->values.v, compare_texts);
	for (size_t i = 0; number && i < requirement->values.n; i++)
		if (!is_integer(requirement->values.v[i]))
			str_addf(&text,
				"%svalues[%zu]: Invalid value: \"%s\": for 'Gt', 'Lt' operators, the value must be an "
				"integer",
				errors++ ? ", " : "", i, requirement->values.v[i]);
	for (size_t i = 0; i < requirement->values.n; i++) {
		struct str messages = STR_INIT;

		if (check_label_value(requirement->values.v[i], &messages)) {
			str_addf(&text, "%svalues[%zu][%s]: Invalid value: \"%s\": ", errors++ ? ", " : "", i,
				requirement->key, requirement->values.v[i]);
			add_joined(&text, messages.buf);
		}
		str_release(&messages);
	}
	if (errors)
		err_set(err, ERR_FAILED, errors > 1 ? IN_REQUIREMENT "[%s]" : IN_REQUIREMENT "%s", text.buf);
	str_release(&text);
	return errors ? -1 : 0;
}

static int
parse_requirement(struct lexer *lexer, struct selector *selector, struct err *err)
{
	bool absent = takes(lexer, "!");
	struct requirement *requirement;
	const struct operator_word *word;

	if (lexer->token != TOKEN_WORD)
		return expected(lexer, IN_REQUIREMENT, ", expected: identifier", err);
	if (check_key(lexer->text, err))
		return -1;
	requirement = vec_push(&selector->requirements);
	requirement->key = lexer->text;
	next_token(lexer);
	requirement->operator = absent ? SELECTOR_ABSENT : SELECTOR_EXISTS;
	if (absent || lexer->token == TOKEN_END || is_mark(lexer, ","))
		return 0;
	word = operator_find(lexer->text);
	if (!word)
		return expected(lexer, IN_REQUIREMENT, ", expected: in, notin, =, ==, !=, gt, lt", err);
	next_token(lexer);
	requirement->operator = word->operator;
	if (word->operator == SELECTOR_IN || word->operator == SELECTOR_NOT_IN) {
		if (parse_values(lexer, requirement, err))
			return -1;
	} else if (lexer->token == TOKEN_WORD) {
		add_value(requirement, lexer->text);
		next_token(lexer);
	} else if (lexer->token == TOKEN_END || is_mark(lexer, ",")) {
		add_value(requirement, "");
	} else {
		return expected(lexer, IN_REQUIREMENT, ", expected: identifier", err);
	}
	return check_values(requirement, err);
}

static int
parse_requirements(struct lexer *lexer, struct selector *selector, struct err *err)
{
	if (lexer->token == TOKEN_END)
		return 0;
	if (lexer->token == TOKEN_MARK && strcmp(lexer->text, "!") != 0)
		return expected(lexer, "", ", expected: !, identifier, or 'end of string'", err);
	for (;;) {
		if (parse_requirement(lexer, selector, err))
			return -1;
		if (lexer->token == TOKEN_END)
			return 0;
		if (!takes(lexer, ","))
			return expected(lexer, "", ", expected: ',' or 'end of string'", err);
		if (lexer->token != TOKEN_WORD && strcmp(lexer->text, "!") != 0)
			return expected(lexer, "", ", expected: identifier after ','", err);
	}
}

int
label_selector_parse(const char *text, struct selector *selector, struct err *err)
{
	struct lexer lexer = { text, &selector->arena, TOKEN_END, "" };

	next_token(&lexer);
	return parse_requirements(&lexer, selector, err);
}

static bool
has_value(const struct requirement *requirement, const char *value)
{
	for (size_t i = 0; i < requirement->values.n; i++)
		if (strcmp(requirement->values.v[i], value) == 0)
			return true;
	return false;
}

static bool
requirement_matches(const struct requirement *requirement, const char *value)
{
	switch (requirement->operator) {
	case SELECTOR_EXISTS:
		return value;
	case SELECTOR_ABSENT:
		return !value;
	case SELECTOR_IN:
	case SELECTOR_EQUALS:
		return value && has_value(requirement, value);
	case SELECTOR_NOT_IN:
	case SELECTOR_DIFFERS:
		return !value || !has_value(requirement, value);
	case SELECTOR_GREATER:
		return value && is_integer(value) &&
			strtoll(value, NULL, 10) > strtoll(requirement->values.v[0], NULL, 10);
	case SELECTOR_LESS:
		return value && is_integer(value) &&
			strtoll(value, NULL, 10) < strtoll(requirement->values.v[0], NULL, 10);
	}
	return false;
}

bool
label_selector_matches(const struct selector *selector, const struct object *object)
{
	for (size_t i = 0; i < selector->requirements.n; i++) {
		const struct requirement *requirement = &selector->requirements.v[i];

		if (!requirement_matches(requirement, object_label(object, requirement->key)))
			return false;
	}
	return true;
}

/* Fields by which the server lists a kind (kind "": every kind). */
static const struct selectable_field {
	const char *kind, *field;
	const char *path;	/* where it stands in the object */
	const char *otherwise;	/* its text when it isn't there */
} selectable_fields[] = {
	{ "", "metadata.name", "metadata.name", "" },
	{ "", "metadata.namespace", "metadata.namespace", "" },
	{ "Event", "involvedObject.apiVersion", "involvedObject.apiVersion", "" },
	{ "Event", "involvedObject.fieldPath", "involvedObject.fieldPath", "" },
	{ "Event", "involvedObject.kind", "involvedObject.kind", "" },
	{ "Event", "involvedObject.name", "involvedObject.name", "" },
	{ "Event", "involvedObject.namespace", "involvedObject.namespace", "" },
	{ "Event", "involvedObject.resourceVersion", "involvedObject.resourceVersion", "" },
	{ "Event", "involvedObject.uid", "involvedObject.uid", "" },
	{ "Event", "reason", "reason", "" },
	{ "Event", "reportingComponent", "reportingComponent", "" },
	{ "Event", "source", "source.component", "" },
	{ "Event", "type", "type", "" },
	{ "Job", "status.successful", "status.succeeded", "0" },
	{ "Namespace", "status.phase", "status.phase", "" },
	{ "Node", "spec.unschedulable", "spec.unschedulable", "false" },
	{ "Pod", "spec.hostNetwork", "spec.hostNetwork", "false" },
	{ "Pod", "spec.nodeName", "spec.nodeName", "" },
	{ "Pod", "spec.restartPolicy", "spec.restartPolicy", "" },
	{ "Pod", "spec.schedulerName", "spec.schedulerName", "" },
	{ "Pod", "spec.serviceAccountName", "spec.serviceAccountName", "" },
	{ "Pod", "status.nominatedNodeName", "status.nominatedNodeName", "" },
	{ "Pod", "status.phase", "status.phase", "" },
	{ "Pod", "status.podIP", "status.podIP", "" },
	{ "Pod", "status.podIPs", "status.podIP", "" },
	{ "ReplicaSet", "status.replicas", "status.replicas", "0" },
	{ "ReplicationController", "status.replicas", "status.replicas", "0" },
	{ "Secret", "type", "type", "" },
	{ "Service", "spec.clusterIP", "spec.clusterIP", "" },
	{ "Service", "spec.type", "spec.type", "" },
};

static const struct selectable_field *
find_selectable(const struct kind *kind, const char *field)
{
	for (size_t i = 0; i < sizeof selectable_fields / sizeof *selectable_fields; i++) {
		const struct selectable_field *row = &selectable_fields[i];

		if (strcmp(row->field, field) == 0 && (!*row->kind || strcmp(row->kind, kind->kind) == 0))
			return row;
	}
	return NULL;
}

/* A backslash stands before a comma, an equals sign or another backslash that is part of the value. */
static int
unescape(const char *text, struct arena *arena, const char **out, struct err *err)
{
	char *value = arena_strdup(arena, text), *to = value;

	for (const char *c = text; *c; c++) {
		if (*c == ',' || *c == '=')
			return err_set(err, ERR_FAILED, "invalid field selector: unescaped character in value: %d", *c);
		if (*c == '\\' && (!c[1] || !strchr("\\,=", c[1])))
			return err_set(err, ERR_FAILED, "invalid field selector: invalid escape sequence: %.2s", c);
		if (*c == '\\')
			c++;
		*to++ = *c;
	}
	*to = '\0';
	*out = value;
	return 0;
}

static int
parse_field(const char *whole, const char *term, struct selector *selector, struct err *err)
{
	size_t len = strcspn(term, "!=");
	struct requirement *requirement;
	const char *value = "";

	while (term[len] == '!' && term[len + 1] != '=')
		len += 1 + strcspn(term + len + 1, "!=");
	if (!term[len])
		return err_set(err, ERR_FAILED, "invalid selector: '%s'; can't understand '%s'", whole, term);
	requirement = vec_push(&selector->requirements);
	requirement->key = arena_strndup(&selector->arena, term, len);
	requirement->operator = term[len] == '!' ? SELECTOR_DIFFERS : SELECTOR_EQUALS;
	len += term[len] == '!' || term[len + 1] == '=' ? 2 : 1;
	if (unescape(term + len, &selector->arena, &value, err))
		return -1;
	add_value(requirement, value);
	return 0;
}

/* The length of the first term: up to a comma that has no backslash before it. */
static size_t
term_length(const char *text)
{
	size_t len = 0;

	while (text[len] && text[len] != ',')
		len += text[len] == '\\' && text[len + 1] ? 2 : 1;
	return len;
}

int
field_selector_parse(const char *text, const struct kind *kind, struct selector *selector, struct err *err)
{
	VEC(const char *) terms = VEC_INIT;
	int failed = 0;

	for (const char *at = text; *at; ) {
		size_t len = term_length(at);

		if (len)
			*vec_push(&terms) = arena_strndup(&selector->arena, at, len);
		at += len + (at[len] == ',');
	}
	if (terms.n)
		qsort(terms.v, terms.n, sizeof *terms.v, compare_texts);
	for (size_t i = 0; i < terms.n && !failed; i++)
		failed = parse_field(text, terms.v[i], selector, err);
	for (size_t i = 0; i < selector->requirements.n && !failed; i++)
		if (!find_selectable(kind, selector->requirements.v[i].key))
			failed = err_set(
				err, ERR_FAILED, "field label not supported: %s", selector->requirements.v[i].key);
	vec_release(&terms);
	return failed;
}

static const char *
field_text(const struct value *value, struct arena *arena)
{
	if (value_text(value))
		return value_text(value);
	if (value && value->type == VALUE_INT)
		return arena_printf(arena, "%lld", (long long)value->integer);
	if (value && value->type == VALUE_BOOL)
		return value->boolean ? "true" : "false";
	return "";
}

bool
field_selector_matches(const struct selector *selector, const struct object *object)
{
	struct arena arena = ARENA_INIT;
	bool matches = true;

	for (size_t i = 0; matches && i < selector->requirements.n; i++) {
		const struct requirement *requirement = &selector->requirements.v[i];
		const struct selectable_field *field = find_selectable(object->kind, requirement->key);
		const char *text = field_text(value_path(object->root, field->path), &arena);

		matches = requirement_matches(requirement, *text ? text : field->otherwise);
	}
	arena_release(&arena);
	return matches;
}

void
selector_release(struct selector *selector)
{
	for (size_t i = 0; i < selector->requirements.n; i++)
		vec_release(&selector->requirements.v[i].values);
	vec_release(&selector->requirements);
	arena_release(&selector->arena);
}
