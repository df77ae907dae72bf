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

static int
expected(const struct lexer *lexer, const char *what, struct err *err)
{
	return err_set(err, ERR_FAILED, "found '%s', expected: %s", lexer->text, what);
}

static void
add_value(struct requirement *requirement, const char *value)
{
	*vec_push(&requirement->values) = value;
}

/* "(a, b,)": an empty place between commas is the empty value. */
static int
parse_values(struct lexer *lexer, struct requirement *requirement, struct err *err)
{
	if (!takes(lexer, "("))
		return expected(lexer, "'('", err);
	if (takes(lexer, ")")) {
		add_value(requirement, "");
		return 0;
	}
	for (;;) {
		if (lexer->token == TOKEN_WORD) {
			add_value(requirement, lexer->text);
			next_token(lexer);
		} else {
			add_value(requirement, "");
		}
		if (takes(lexer, ")"))
			return 0;
		if (!takes(lexer, ","))
			return expected(lexer, "',' or ')'", err);
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

static int
check_requirement(const struct requirement *requirement, struct err *err)
{
	struct str message = STR_INIT;
	int bad;

	bad = check_qualified_name(requirement->key, &message);
	if (bad)
		err_set(err, ERR_FAILED, "unable to parse requirement: <nil>: Invalid value: \"%s\": %.*s", requirement->key,
			(int)strcspn(message.buf, "\n"), message.buf);
	for (size_t i = 0; !bad && i < requirement->values.n; i++) {
		bad = check_label_value(requirement->values.v[i], &message);
		if (bad)
			err_set(err, ERR_FAILED, "unable to parse requirement: values[%zu][%s]: Invalid value: \"%s\": %.*s", i,
				requirement->key, requirement->values.v[i], (int)strcspn(message.buf, "\n"), message.buf);
	}
	str_release(&message);
	return bad ? -1 : 0;
}

static int
parse_requirement(struct lexer *lexer, struct selector *selector, struct err *err)
{
	bool absent = takes(lexer, "!");
	struct requirement *requirement;
	const struct operator_word *word;

	if (lexer->token != TOKEN_WORD)
		return expected(lexer, "identifier", err);
	requirement = vec_push(&selector->requirements);
	requirement->key = lexer->text;
	next_token(lexer);
	requirement->operator = absent ? SELECTOR_ABSENT : SELECTOR_EXISTS;
	if (absent || lexer->token == TOKEN_END || (lexer->token == TOKEN_MARK && strcmp(lexer->text, ",") == 0))
		return check_requirement(requirement, err);
	word = operator_find(lexer->text);
	if (!word)
		return expected(lexer, "in, notin, =, ==, !=, gt, lt", err);
	next_token(lexer);
	requirement->operator = word->operator;
	if (word->operator == SELECTOR_IN || word->operator == SELECTOR_NOT_IN) {
		if (parse_values(lexer, requirement, err))
			return -1;
	} else if (lexer->token == TOKEN_WORD) {
		add_value(requirement, lexer->text);
		next_token(lexer);
	} else {
		add_value(requirement, "");
	}
	return check_requirement(requirement, err);
}

static int
parse_requirements(struct lexer *lexer, struct selector *selector, struct err *err)
{
	if (lexer->token == TOKEN_END)
		return 0;
	if (lexer->token == TOKEN_MARK && strcmp(lexer->text, "!") != 0)
		return expected(lexer, "!, identifier, or 'end of string'", err);
	for (;;) {
		if (parse_requirement(lexer, selector, err))
			return -1;
		if (lexer->token == TOKEN_END)
			return 0;
		if (!takes(lexer, ","))
			return expected(lexer, "',' or 'end of string'", err);
		if (lexer->token != TOKEN_WORD && strcmp(lexer->text, "!") != 0)
			return expected(lexer, "identifier after ','", err);
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
		return value && strtoll(value, NULL, 10) > strtoll(requirement->values.v[0], NULL, 10);
	case SELECTOR_LESS:
		return value && strtoll(value, NULL, 10) < strtoll(requirement->values.v[0], NULL, 10);
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

/* Fields by which the server lists a kind (kind "": every kind); the label is the object's path too. */
static const struct selectable_field {
	const char *kind, *field;
} selectable_fields[] = {
	{ "", "metadata.name" }, { "", "metadata.namespace" },
	{ "Pod", "spec.nodeName" }, { "Pod", "spec.restartPolicy" }, { "Pod", "spec.schedulerName" },
	{ "Pod", "spec.serviceAccountName" }, { "Pod", "spec.hostNetwork" }, { "Pod", "status.phase" },
	{ "Pod", "status.podIP" }, { "Pod", "status.nominatedNodeName" },
	{ "Service", "spec.clusterIP" }, { "Service", "spec.type" },
	{ "Node", "spec.unschedulable" },
	{ "Namespace", "status.phase" },
	{ "Secret", "type" },
	{ "Job", "status.successful" },
	{ "ReplicaSet", "status.replicas" },
	{ "Event", "involvedObject.kind" }, { "Event", "involvedObject.namespace" }, { "Event", "involvedObject.name" },
	{ "Event", "involvedObject.uid" }, { "Event", "involvedObject.apiVersion" },
	{ "Event", "involvedObject.resourceVersion" }, { "Event", "involvedObject.fieldPath" },
	{ "Event", "reason" }, { "Event", "reportingComponent" }, { "Event", "source" }, { "Event", "type" },
};

static bool
is_selectable(const struct kind *kind, const char *field)
{
	for (size_t i = 0; i < sizeof selectable_fields / sizeof *selectable_fields; i++) {
		const struct selectable_field *row = &selectable_fields[i];

		if (strcmp(row->field, field) == 0 && (!*row->kind || strcmp(row->kind, kind->kind) == 0))
			return true;
	}
	return false;
}

static int
parse_field(const char *term, const struct kind *kind, struct selector *selector, struct err *err)
{
	size_t len = strcspn(term, "!=");
	struct requirement *requirement;

	if (!term[len] || (term[len] == '!' && term[len + 1] != '='))
		return err_set(err, ERR_FAILED, "invalid selector: '%s'; can't understand '%s'", term, term);
	requirement = vec_push(&selector->requirements);
	requirement->key = arena_strndup(&selector->arena, term, len);
	requirement->operator = term[len] == '!' ? SELECTOR_DIFFERS : SELECTOR_EQUALS;
	len += term[len] == '!' || term[len + 1] == '=' ? 2 : 1;
	add_value(requirement, term + len);
	if (!is_selectable(kind, requirement->key))
		return err_set(err, ERR_FAILED, "field label not supported: %s", requirement->key);
	return 0;
}

int
field_selector_parse(const char *text, const struct kind *kind, struct selector *selector, struct err *err)
{
	while (*text) {
		size_t len = strcspn(text, ",");
		const char *term = arena_strndup(&selector->arena, text, len);

		if (*term && parse_field(term, kind, selector, err))
			return -1;
		text += len + (text[len] == ',');
	}
	return 0;
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
		const char *text = field_text(value_path(object->root, requirement->key), &arena);

		/* A bool that is false is left out of the object. */
		if (!*text && (str_ends(requirement->key, ".unschedulable") || str_ends(requirement->key, ".hostNetwork")))
			text = "false";
		matches = requirement_matches(requirement, text);
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
