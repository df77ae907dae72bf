/*
 * JSON patch (RFC 6902), as the API server's evanphx/json-patch applies it: negative indexes count from the end; and
 * JSON merge patch (RFC 7386).
 */
#include "api/patch.h"

#include <stdlib.h>
#include <string.h>

#include "api/schema_internal.h"
#include "svcsim/str.h"

/* A place in a document: the container, NULL when there is none, and the last token of the pointer. */
struct target {
	struct value *container;
	const char *token;
};

struct document {
	struct arena *arena;
	struct value *root;
	struct err *err;
};

/* The next token of a JSON pointer, ~1 and ~0 read back; *rest goes behind it.  NULL at the end. */
static const char *
next_token(struct arena *arena, const char **rest)
{
	size_t len;
	char *token, *to;

	if (**rest != '/')
		return NULL;
	len = strcspn(*rest + 1, "/");
	token = to = arena_strndup(arena, *rest + 1, len);
	*rest += 1 + len;
	for (const char *from = token; *from; from++) {
		if (from[0] == '~' && (from[1] == '0' || from[1] == '1'))
			*to++ = *++from == '1' ? '/' : '~';
		else
			*to++ = *from;
	}
	*to = '\0';
	return token;
}

/* A list index, negative ones from the end; -1 when token is none or lies outside 0..limit, and *why says so. */
static int
list_index(const char *token, size_t count, size_t limit, size_t *index, struct str *why)
{
	char *end;
	long n = strtol(token, &end, 10);

	if (!*token || *end || strlen(token) > 10 || ascii_isspace((unsigned char)*token)) {
		str_addf(why, "strconv.Atoi: parsing \"%s\": invalid syntax", token);
		return -1;
	}
	if (n < 0)
		n += (long)count;
	if (n < 0 || (size_t)n > limit) {
		str_addf(why, "Unable to access invalid index: %s: invalid index referenced", token);
		return -1;
	}
	*index = (size_t)n;
	return 0;
}

/* *out NULL: a map has no such key.  -1: a list has no such element. */
static int
child(const struct value *container, const char *token, struct value **out, struct str *why)
{
	size_t index = 0, n = value_count(container);

	*out = NULL;
	if (container->type == VALUE_MAP) {
		*out = value_get(container, token);
		return 0;
	}
	if (list_index(token, n, n ? n - 1 : 0, &index, why))
		return -1;
	if (!n) {
		str_addf(why, "Unable to access invalid index: %s: invalid index referenced", token);
		return -1;
	}
	*out = value_at(container, index);
	return 0;
}

static bool
is_container(const struct value *value)
{
	return value && (value->type == VALUE_MAP || value->type == VALUE_LIST);
}

static struct target
locate(const struct document *document, const char *path)
{
	const char *rest = path;
	struct target target = { document->root, next_token(document->arena, &rest) };
	struct str ignored = STR_INIT;

	if (!target.token)
		target.container = NULL;
	while (target.container && *rest == '/') {
		struct value *next = NULL;

		if (child(target.container, target.token, &next, &ignored))
			next = NULL;
		target.container = is_container(next) ? next : NULL;
		target.token = next_token(document->arena, &rest);
	}
	str_release(&ignored);
	return target;
}

/* Into a map under its name, into a list before what stands there. */
static int
put(const struct document *document, const struct target *target, struct value *value, struct str *why)
{
	struct value *list = target->container;
	size_t index = list->list.n;

	if (list->type == VALUE_MAP) {
		value_set(document->arena, list, target->token, value);
		return 0;
	}
	if (strcmp(target->token, "-") != 0) {
		if (!ascii_isdigit((unsigned char)*target->token) && *target->token != '-')
			str_addf(why, "value was not a proper array index: '%s': ", target->token);
		if (list_index(target->token, list->list.n + 1, list->list.n, &index, why))
			return -1;
	}
	value_append(document->arena, list, value);
	memmove(&list->list.v[index + 1], &list->list.v[index], (list->list.n - 1 - index) * sizeof *list->list.v);
	list->list.v[index] = value;
	return 0;
}

static int
take(const struct target *target, struct value **out, struct str *why)
{
	struct value *container = target->container;

	if (child(container, target->token, out, why))
		return -1;
	if (container->type == VALUE_LIST) {
		for (size_t i = 0; i < container->list.n; i++)
			if (container->list.v[i] == *out) {
				value_remove_at(container, i);
				break;
			}
		return 0;
	}
	if (!*out) {
		str_addf(why, "Unable to remove nonexistent key: %s: missing value", target->token);
		return -1;
	}
	value_remove(container, target->token);
	return 0;
}

struct operation {
	const char *op, *path, *from;	/* path and from NULL when absent */
	struct value *value;		/* null when absent */
};

static int fail(const struct document *document, const char *fmt, ...) PRINTF_LIKE(2, 3);

static int
fail(const struct document *document, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	err_set(document->err, ERR_FAILED, "%s", text.buf);
	str_release(&text);
	return -1;
}

static int
do_add(const struct document *document, const struct operation *operation, struct str *why)
{
	struct target target;

	if (!operation->path)
		return fail(document, "add operation failed to decode path: missing value");
	target = locate(document, operation->path);
	if (!target.container)
		return fail(document, "add operation does not apply: doc is missing path: \"%s\": missing value",
			operation->path);
	if (put(document, &target, operation->value, why))
		return fail(document, "error in add for path: '%s': %s", operation->path, why->buf);
	return 0;
}

static int
do_remove(const struct document *document, const struct operation *operation, struct str *why)
{
	struct target target;
	struct value *taken;

	if (!operation->path)
		return fail(document, "remove operation failed to decode path: missing value");
	target = locate(document, operation->path);
	if (!target.container)
		return fail(document, "remove operation does not apply: doc is missing path: \"%s\": missing value",
			operation->path);
	if (take(&target, &taken, why))
		return fail(document, "error in remove for path: '%s': %s", operation->path, why->buf);
	return 0;
}

/* What a map does not have is added, though the standard says otherwise. */
static int
do_replace(const struct document *document, const struct operation *operation, struct str *why)
{
	struct target target;
	struct value *old;

	if (!operation->path)
		return fail(document,
			"replace operation failed to decode path: operation missing path field: missing value");
	if (!*operation->path) {
		*document->root = *operation->value;
		return 0;
	}
	target = locate(document, operation->path);
	if (!target.container)
		return fail(document, "replace operation does not apply: doc is missing path: %s: missing value",
			operation->path);
	if (child(target.container, target.token, &old, why))
		return fail(document, "replace operation does not apply: doc is missing key: %s: missing value",
			operation->path);
	if (target.container->type == VALUE_MAP)
		value_set(document->arena, target.container, target.token, operation->value);
	else
		*old = *operation->value;
	return 0;
}

static int
do_move(const struct document *document, const struct operation *operation, struct str *why)
{
	struct target target;
	struct value *value;

	if (!operation->from)
		return fail(
			document, "move operation failed to decode from: operation, missing from field: missing value");
	target = locate(document, operation->from);
	if (!target.container)
		return fail(document, "move operation does not apply: doc is missing from path: %s: missing value",
			operation->from);
	if (take(&target, &value, why))
		return fail(document, "error in move for path: '%s': %s", target.token, why->buf);
	if (!operation->path)
		return fail(
			document, "move operation failed to decode path: operation missing path field: missing value");
	target = locate(document, operation->path);
	if (!target.container)
		return fail(document,
			"move operation does not apply: doc is missing destination path: %s: missing value",
			operation->path);
	if (put(document, &target, value, why))
		return fail(document, "error in move for path: '%s': %s", operation->path, why->buf);
	return 0;
}

static int
do_copy(const struct document *document, const struct operation *operation, struct str *why)
{
	struct target target;
	struct value *value;

	if (!operation->from)
		return fail(
			document, "copy operation failed to decode from: operation, missing from field: missing value");
	target = locate(document, operation->from);
	if (!target.container)
		return fail(document, "copy operation does not apply: doc is missing from path: %s: missing value",
			operation->from);
	if (child(target.container, target.token, &value, why))
		return fail(document, "error in copy for from: '%s': %s", operation->from, why->buf);
	if (!operation->path)
		return fail(document, "copy operation failed to decode path: missing value");
	target = locate(document, operation->path);
	if (!target.container)
		return fail(document,
			"copy operation does not apply: doc is missing destination path: %s: missing value",
			operation->path);
	value = value ? value_copy(document->arena, value) : value_null(document->arena);
	if (put(document, &target, value, why))
		return fail(document, "error while adding value during copy: %s", why->buf);
	return 0;
}

static int
do_test(const struct document *document, const struct operation *operation, struct str *why)
{
	struct value *value = document->root;
	struct target target;

	if (!operation->path)
		return fail(
			document, "test operation failed to decode path: operation missing path field: missing value");
	target = locate(document, operation->path);
	if (*operation->path && !target.container)
		return fail(
			document, "test operation does not apply: is missing path: %s: missing value", operation->path);
	if (*operation->path && child(target.container, target.token, &value, why))
		return fail(document, "error in test for path: '%s': %s", operation->path, why->buf);
	if (value_is_null(value) ? value_is_null(operation->value) : value_equal(value, operation->value))
		return 0;
	return fail(document, "testing value %s failed: test failed", operation->path);
}

static const struct {
	const char *op;
	int (*run)(const struct document *document, const struct operation *operation, struct str *why);
} operations[] = {
	{ "add", do_add },
	{ "remove", do_remove },
	{ "replace", do_replace },
	{ "move", do_move },
	{ "copy", do_copy },
	{ "test", do_test },
};

static int
run_operation(const struct document *document, const struct value *row)
{
	const struct value *value = value_get(row, "value");
	struct operation operation = {
		.op = value_get_text(row, "op"),
		.path = value_get_text(row, "path"),
		.from = value_get_text(row, "from"),
		.value = value ? value_copy(document->arena, value) : value_null(document->arena),
	};
	struct str why = STR_INIT;
	int result;

	for (size_t i = 0; operation.op && i < sizeof operations / sizeof *operations; i++) {
		if (strcmp(operations[i].op, operation.op) != 0)
			continue;
		result = operations[i].run(document, &operation, &why);
		str_release(&why);
		return result;
	}
	return fail(document, "Unexpected kind: %s", operation.op ? operation.op : "unknown");
}

int
patch_json(
	const struct value *current, const struct value *rows, struct arena *arena, struct value **out, struct err *err)
{
	struct document document = { arena, value_copy(arena, current), err };

	if (rows->type != VALUE_LIST && rows->type != VALUE_NULL)
		return err_set(err, ERR_INPUT, "json: cannot unmarshal %s into Go value of type jsonpatch.Patch",
			value_json_kind(rows));
	for (size_t i = 0; i < value_count(rows); i++) {
		if (rows->list.v[i]->type != VALUE_MAP)
			return err_set(err, ERR_INPUT,
				"json: cannot unmarshal %s into Go value of type jsonpatch.Operation",
				value_json_kind(rows->list.v[i]));
		if (run_operation(&document, rows->list.v[i]))
			return -1;
	}
	*out = document.root;
	return 0;
}

/* RFC 7386, section 2: MergePatch(Target, Patch). */
static struct value *
merge(struct value *target, const struct value *patch, struct arena *arena)
{
	if (patch->type != VALUE_MAP)
		return value_copy(arena, patch);
	if (!target || target->type != VALUE_MAP)
		target = value_map(arena);
	for (size_t i = 0; i < patch->map.n; i++) {
		const struct value_entry *entry = &patch->map.v[i];

		if (value_is_null(entry->value))
			value_remove(target, entry->key);
		else
			value_set(arena, target, entry->key, merge(value_get(target, entry->key), entry->value, arena));
	}
	return target;
}

int
patch_merge(const struct value *current, const struct value *patch, struct arena *arena, struct value **out,
	struct err *err)
{
	if (patch->type != VALUE_MAP)
		return err_set(err, ERR_INPUT, "Invalid JSON Patch");
	*out = merge(value_copy(arena, current), patch, arena);
	return 0;
}
