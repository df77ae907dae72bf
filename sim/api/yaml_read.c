/*
 * YAML through libyaml's event interface, so that every limit acts before memory is spent: the document interface would
 * build the whole tree first.  What go-yaml v2 and sigs.k8s.io/yaml add on top is done here: the type of a plain scalar
 * (api/scalar.h), merge keys, keys of other types turned to texts.  An alias gives a copy of its anchor's value,
 * counted with all it holds.  Text that begins with { is JSON to kubectl, and so it is here.
 */
#include "api/yaml.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "api/build.h"
#include "api/scalar.h"
#include "base/map.h"
#include "base/utf8.h"

#define TAG_PREFIX "tag:yaml.org,2002:"
#define JSON_OFFSET "json: offset "
#define JSON_END "unexpected EOF"
#define SEPARATOR "invalid Yaml document separator: "

struct anchor {
	struct value *value;
	size_t first_node;	/* build->nodes before it */
	size_t nodes, height;
	bool complete;
};

struct yaml_in {
	struct build build;
	yaml_parser_t parser;
	const char *text;
	size_t len;
	VEC(struct anchor) anchors;	/* of this document */
	struct map by_name;	/* name -> index + 1 of the latest */
	VEC(size_t) open;	/* anchors on maps and lists that are not complete, innermost last */
	size_t aliases;
	struct err *err;
	bool modern;
};

static int
fail(struct yaml_in *in, const yaml_mark_t *mark, const char *text)
{
	return err_at(in->err, in->build.file, (unsigned)mark->line + 1, (unsigned)mark->column + 1, "%s", text);
}

/* libyaml's own failure.  A bad byte has an offset only. */
static int
fail_parser(struct yaml_in *in)
{
	const yaml_parser_t *parser = &in->parser;
	const char *problem = parser->problem != NULL ? parser->problem : "unknown problem parsing YAML content";
	yaml_mark_t mark = parser->problem_mark;

	if (parser->error == YAML_MEMORY_ERROR)
		BUG("no memory for YAML");
	if (parser->error == YAML_READER_ERROR) {
		const char *line = in->text;
		size_t offset = parser->problem_offset < in->len ? parser->problem_offset : in->len;

		memset(&mark, 0, sizeof mark);
		for (const char *p = in->text; p < in->text + offset; p++) {
			if (*p != '\n')
				continue;
			mark.line++;
			line = p + 1;
		}
		mark.column = (size_t)(in->text + offset - line);
	}
	return fail(in, &mark, problem);
}

static void
forget_anchors(struct yaml_in *in)
{
	vec_clear(&in->anchors);
	vec_clear(&in->open);
	map_release(&in->by_name);
}

/* Remembers value under the anchor's name; NULL: it has none. */
static struct anchor *
add_anchor(struct yaml_in *in, const yaml_char_t *name, struct value *value)
{
	struct anchor *anchor;

	if (name == NULL)
		return NULL;
	anchor = vec_push(&in->anchors);
	anchor->value = value;
	anchor->first_node = in->build.nodes;
	map_set(&in->by_name, (const char *)name, (void *)(uintptr_t)in->anchors.n);
	return anchor;
}

static const char *
key_text(struct yaml_in *in, const struct value *value)
{
	struct str text = STR_INIT;
	char *key;

	switch (value->type) {
	case VALUE_STRING:
		return value->string.text;
	case VALUE_BOOL:
		return value->boolean ? "true" : "false";
	case VALUE_INT:
		return arena_printf(in->build.arena, "%lld", (long long)value->integer);
	case VALUE_FLOAT:
		scalar_add_float(&text, value->real.number);
		key = arena_strdup(in->build.arena, text.buf);
		str_release(&text);
		return key;
	case VALUE_NULL:
	case VALUE_LIST:
	case VALUE_MAP:
		break;
	}
	return NULL;
}

static int
add_key(struct yaml_in *in, const struct value *value, const yaml_mark_t *mark)
{
	const char *key = key_text(in, value);

	if (key == NULL)
		return fail(in, mark, "a map key must be a text, a number or a boolean");
	build_key(&in->build, key, value->line, value->column);
	return 0;
}

/* The tags that force a type; all others make a text. */
static const struct {
	const char *tag;
	enum value_type type;
} core_tags[] = {
	{ TAG_PREFIX "bool", VALUE_BOOL },
	{ TAG_PREFIX "int", VALUE_INT },
	{ TAG_PREFIX "float", VALUE_FLOAT },
	{ TAG_PREFIX "null", VALUE_NULL },
};

static const char *
type_name(enum value_type type)
{
	for (size_t i = 0; i < sizeof core_tags / sizeof core_tags[0]; i++)
		if (core_tags[i].type == type)
			return core_tags[i].tag + strlen(TAG_PREFIX);
	return "str";
}

static int
resolve(struct yaml_in *in, const yaml_event_t *event, struct scalar *scalar)
{
	const char *text = (const char *)event->data.scalar.value;
	const char *tag = (const char *)event->data.scalar.tag;
	size_t len = event->data.scalar.length;

	scalar->type = VALUE_STRING;
	if (event->data.scalar.plain_implicit) {
		*scalar = scalar_resolve(text, len);
		if (in->modern && scalar->type == VALUE_BOOL && ascii_casecmp(text, scalar->boolean ? "true" : "false") != 0)
			scalar->type = VALUE_STRING;
		if (scalar->type == VALUE_FLOAT && !(scalar->number - scalar->number == 0))
			return fail(in, &event->start_mark, "infinity and not-a-number can't be kept in JSON");
		return 0;
	}
	if (tag == NULL)
		return 0;
	if (strcmp(tag, TAG_PREFIX "binary") == 0)
		return fail(in, &event->start_mark, "!!binary is not supported: write base64 without the tag");
	for (size_t i = 0; i < sizeof core_tags / sizeof core_tags[0]; i++) {
		if (strcmp(tag, core_tags[i].tag) != 0)
			continue;
		*scalar = scalar_resolve(text, len);
		if (scalar->type == core_tags[i].type && scalar->number - scalar->number == 0)
			return 0;
		if (scalar->type == VALUE_INT && core_tags[i].type == VALUE_FLOAT)
			return 0;
		return err_at(in->err, in->build.file, (unsigned)event->start_mark.line + 1,
			(unsigned)event->start_mark.column + 1, "cannot decode !!%s `%s` as a !!%s",
			type_name(scalar->type), text, core_tags[i].tag + strlen(TAG_PREFIX));
	}
	return 0;
}

/* NULL on failure. */
static struct value *
make_scalar(struct yaml_in *in, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	uint32_t line = (uint32_t)event->start_mark.line + 1, column = (uint32_t)event->start_mark.column + 1;
	struct scalar scalar;
	struct value *value;

	if (memchr(text, '\0', len) != NULL) {
		fail(in, &event->start_mark, "a text can't hold the character \\0");
		return NULL;
	}
	if (resolve(in, event, &scalar) < 0)
		return NULL;
	if (scalar.type == VALUE_FLOAT)
		return build_number(&in->build, scalar.number, text, len, line, column);
	value = build_value(&in->build, scalar.type, line, column);
	if (scalar.type == VALUE_BOOL) {
		value->boolean = scalar.boolean;
	} else if (scalar.type == VALUE_INT) {
		value->integer = scalar.integer;
	} else if (scalar.type == VALUE_STRING) {
		value->string.text = arena_strndup(in->build.arena, text, len);
		value->string.len = len;
	}
	return value;
}

static bool
is_merge(const yaml_event_t *event)
{
	const char *tag = (const char *)event->data.scalar.tag;

	return event->data.scalar.length == 2 && memcmp(event->data.scalar.value, "<<", 2) == 0 &&
		(event->data.scalar.plain_implicit || (tag != NULL && strcmp(tag, TAG_PREFIX "merge") == 0));
}

static int
on_scalar(struct yaml_in *in, const yaml_event_t *event)
{
	struct anchor *anchor;
	struct value *value;

	if (build_wants_key(&in->build) && is_merge(event)) {
		build_key(&in->build, build_merge, (uint32_t)event->start_mark.line + 1, 0);
		return 0;
	}
	value = make_scalar(in, event);
	if (value == NULL)
		return -1;
	anchor = add_anchor(in, event->data.scalar.anchor, value);
	if (anchor != NULL) {
		anchor->nodes = 1;
		anchor->complete = true;
	}
	if (build_wants_key(&in->build))
		return add_key(in, value, &event->start_mark);
	return build_add(&in->build, value, in->err);
}

static int
on_open(struct yaml_in *in, const yaml_event_t *event, enum value_type type, const yaml_char_t *anchor)
{
	struct value *value = build_value(&in->build, type, (uint32_t)event->start_mark.line + 1,
		(uint32_t)event->start_mark.column + 1);

	if (build_wants_key(&in->build))
		return fail(in, &event->start_mark,
			type == VALUE_MAP ? "invalid map key: a map" : "invalid map key: a list");
	if (add_anchor(in, anchor, value) != NULL)
		*vec_push(&in->open) = in->anchors.n - 1;
	return build_open(&in->build, value, in->err);
}

static int
on_close(struct yaml_in *in)
{
	struct anchor *anchor;
	struct value *closed;
	size_t height;

	if (build_close(&in->build, &closed, &height, in->err) < 0)
		return -1;
	if (in->open.n == 0)
		return 0;
	anchor = &in->anchors.v[in->open.v[in->open.n - 1]];
	if (anchor->value != closed)
		return 0;
	anchor->nodes = in->build.nodes - anchor->first_node;
	anchor->height = height;
	anchor->complete = true;
	in->open.n--;
	return 0;
}

static int
on_alias(struct yaml_in *in, const yaml_event_t *event)
{
	const char *name = (const char *)event->data.alias.anchor;
	size_t index = (size_t)(uintptr_t)map_get(&in->by_name, name);
	unsigned line = (unsigned)event->start_mark.line + 1, column = (unsigned)event->start_mark.column + 1;
	const struct anchor *anchor;

	if (index == 0)
		return err_at(in->err, in->build.file, line, column, "unknown anchor '%s' referenced", name);
	anchor = &in->anchors.v[index - 1];
	if (!anchor->complete)
		return err_at(in->err, in->build.file, line, column, "anchor '%s' value contains itself", name);
	if (++in->aliases > YAML_ALIASES_MAX)
		return err_at(in->err, in->build.file, line, column, "more than %d aliases", YAML_ALIASES_MAX);
	if (build_wants_key(&in->build))
		return add_key(in, anchor->value, &event->start_mark);
	if (anchor->nodes > YAML_NODES_MAX - in->build.nodes)
		return err_at(in->err, in->build.file, line, column, "more than %u values in one text", YAML_NODES_MAX);
	return build_add_tree(&in->build, value_copy(in->build.arena, anchor->value), anchor->nodes, anchor->height,
		in->err);
}

static int
on_event(struct yaml_in *in, const yaml_event_t *event, value_vec *documents)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		in->build.root = NULL;
		return 0;
	case YAML_DOCUMENT_END_EVENT:
		if (!value_is_null(in->build.root))
			*vec_push(documents) = in->build.root;
		forget_anchors(in);
		return 0;
	case YAML_SCALAR_EVENT:
		return on_scalar(in, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_open(in, event, VALUE_LIST, event->data.sequence_start.anchor);
	case YAML_MAPPING_START_EVENT:
		return on_open(in, event, VALUE_MAP, event->data.mapping_start.anchor);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return on_close(in);
	case YAML_ALIAS_EVENT:
		return on_alias(in, event);
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
		break;
	}
	return 0;
}

static int
read_documents(struct yaml_in *in, bool piece, value_vec *documents)
{
	yaml_event_type_t type, last = piece ? YAML_DOCUMENT_END_EVENT : YAML_STREAM_END_EVENT;
	yaml_event_t event;
	int result;

	do {
		if (!yaml_parser_parse(&in->parser, &event))
			return fail_parser(in);
		type = event.type;
		result = on_event(in, &event, documents);
		yaml_event_delete(&event);
	} while (result == 0 && type != last && type != YAML_STREAM_END_EVENT);
	return result;
}

bool
yaml_is_json(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && ascii_isspace((unsigned char)text[i]))
		i++;
	return i < len && text[i] == '{';
}

/* One JSON value after the other. */
static int
read_json(struct build *build, const char *text, size_t len, value_vec *documents, struct err *err)
{
	struct err cause = ERR_INIT;
	struct json_in json;
	int result = 0;

	json_in_init(&json, build, text, len, &cause);
	while (result == 0 && json.at < json.end) {
		result = json_in_value(&json);
		if (result == 0)
			*vec_push(documents) = build->root;
	}
	if (result < 0 && json.at == json.end)
		err_at(err, build->file, cause.line, cause.column, JSON_END);
	else if (result < 0)
		err_at(err, build->file, cause.line, cause.column, JSON_OFFSET "%zu: %s",
			(size_t)(json.at - text) + 1, cause.text);
	err_release(&cause);
	return result;
}

static int
read_yaml(struct yaml_in *in, bool piece, value_vec *documents)
{
	static const char mark[] = "\xef\xbb\xbf"; /* that the text is UTF-8, which is known */
	size_t mark_len = sizeof mark - 1;
	int result;

	if (in->len >= mark_len && !memcmp(in->text, mark, mark_len)) {
		in->text += mark_len;
		in->len -= mark_len;
	}
	if (!yaml_parser_initialize(&in->parser))
		BUG("no memory for a YAML parser");
	yaml_parser_set_input_string(&in->parser, (const unsigned char *)in->text, in->len);
	yaml_parser_set_encoding(&in->parser, YAML_UTF8_ENCODING);
	result = read_documents(in, piece, documents);
	yaml_parser_delete(&in->parser);
	forget_anchors(in);
	vec_release(&in->anchors);
	vec_release(&in->open);
	return result;
}

int
yaml_read(const char *file, const char *text, size_t len, const struct yaml_options *options, struct arena *arena,
	value_vec *documents, struct err *err)
{
	bool unique_keys = options != NULL && options->unique_keys, piece = options != NULL && options->piece;
	struct yaml_in in = { .text = text, .len = len, .err = err, .modern = options != NULL && options->modern };
	int result;

	if (len > YAML_BYTES_MAX)
		return err_at(err, file, 0, 0, "more than %u bytes", YAML_BYTES_MAX);
	build_init(&in.build, arena, file, unique_keys);
	if (!piece && yaml_is_json(text, len)) {
		result = read_json(&in.build, text, len, documents, err);
	} else {
		size_t before = documents->n;

		result = read_yaml(&in, piece, documents);
		documents->n = result < 0 ? before : documents->n;
	}
	build_release(&in.build);
	return result;
}

/* What libyaml's parser says, as opposed to its scanner. */
static const char *const parser_problems[] = {
	"did not find expected <stream-start>",
	"did not find expected <document start>",
	"did not find expected node content",
	"did not find expected '-' indicator",
	"did not find expected key",
	"did not find expected ',' or ']'",
	"did not find expected ',' or '}'",
	"found duplicate %YAML directive",
	"found duplicate %TAG directive",
	"found incompatible YAML document",
	"found undefined tag handle",
};

/* Those that go-yaml tells without a line. */
static const char *const placeless_problems[] = {
	"control characters are not allowed",
	"invalid ",
	"incomplete UTF-8 octet sequence",
	"unknown anchor",
	"anchor '",
	"map merge requires",
	"cannot decode !!",
};

static bool
begins_with_one_of(const char *text, const char *const *prefixes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_starts(text, prefixes[i]))
			return true;
	return false;
}

void
yaml_problem_add(const struct err *err, struct str *out)
{
	bool parser =
		begins_with_one_of(err->text, parser_problems, sizeof parser_problems / sizeof parser_problems[0]);
	bool placeless = begins_with_one_of(err->text, placeless_problems,
		sizeof placeless_problems / sizeof placeless_problems[0]);

	str_add(out, "yaml: ");
	if (err->line > 1 && !placeless)
		str_addf(out, "line %u: ", parser ? err->line - 1 : err->line);
	str_add(out, err->text);
}

void
yaml_error_add(const struct err *err, struct str *out)
{
	if (str_starts(err->text, JSON_OFFSET) || strcmp(err->text, JSON_END) == 0 ||
		str_starts(err->text, SEPARATOR)) {
		str_add(out, err->text);
		return;
	}
	str_add(out, "error converting YAML to JSON: ");
	yaml_problem_add(err, out);
}

/* What stands behind the dashes, without blanks, up to the end of the line; NULL: it doesn't begin with dashes. */
static const char *
behind_dashes(const char *line, size_t len, size_t *rest)
{
	size_t i = 3;

	if (len < 3 || memcmp(line, "---", 3) != 0)
		return NULL;
	while (i < len && ascii_isspace((unsigned char)line[i]))
		i++;
	while (len > i && ascii_isspace((unsigned char)line[len - 1]))
		len--;
	*rest = len - i;
	return line + i;
}

bool
yaml_cut(const char **text, size_t *len, const char **document, size_t *document_len, struct err *err)
{
	const char *start = *text, *at = start, *end = start + *len;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *next = newline != NULL ? newline + 1 : end;
		size_t rest;
		const char *more = behind_dashes(at, (size_t)(next - at), &rest);

		if (more && rest && *more != '#') {
			*document = NULL;
			*len = 0;
			err_set(err, ERR_INPUT, SEPARATOR "%.*s", (int)rest, more);
			return true;
		}
		if (more && at > start) {
			*document = start;
			*document_len = (size_t)(at - start);
			*len = (size_t)(end - next);
			*text = next;
			return true;
		}
		at = next;
	}
	*document = start;
	*document_len = *len;
	*text = end;
	*len = 0;
	return *document_len > 0;
}
