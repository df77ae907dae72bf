/*
 * JSON patch (RFC 6902), as the API server's evanphx/json-patch applies it: negative indexes count from the end; and
 * JSON merge patch (RFC 7386).
 */
#include "api/patch.h"

#include <stdlib.h>
#include <string.h>

#include "svcsim/str.h"

/* A place in a document: the container and the last token of the pointer. */
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

/* A list index, negative ones from the end; false when token is none or lies outside 0..limit. */
static bool
list_index(const char *token, size_t count, size_t limit, size_t *index)
{
	char *end;
	long n = strtol(token, &end, 10);

	if (!*token || *end || strlen(token) > 10 || ascii_isspace((unsigned char)*token) || *token == '+')
		return false;
	if (n < 0)
		n += (long)count;
	*index = (size_t)n;
	return n >= 0 && *index <= limit;
}

static struct value *
child(const struct value *container, const char *token)
{
	size_t index;

	if (container->type == VALUE_MAP)
		return value_get(container, token);
	if (container->type == VALUE_LIST && list_index(token, container->list.n, container->list.n, &index))
		return value_at(container, index);
	return NULL;
}

static int
fail(const struct document *document, const char *op, const char *path, const char *why)
{
	return err_set(document->err, ERR_FAILED, "%s operation does not apply: %s: \"%s\"", op, why, path);
}

static int
locate(const struct document *document, const char *op, const char *path, struct target *target)
{
	const char *rest = path, *token = next_token(document->arena, &rest);

	target->container = document->root;
	if (!token || (*path && *path != '/'))
		return fail(document, op, path, "doc is missing path");
	while (*rest == '/') {
		target->container = child(target->container, token);
		if (!target->container)
			return fail(document, op, path, "doc is missing path");
		token = next_token(document->arena, &rest);
	}
	target->token = token;
	if (target->container->type != VALUE_MAP && target->container->type != VALUE_LIST)
		return fail(document, op, path, "doc is missing path");
	return 0;
}

static int
put(const struct document *document, const char *op, const char *path, struct value *value)
{
	struct target target;
	struct value *list;
	size_t index;

	if (!*path) {
		*document->root = *value;
		return 0;
	}
	if (locate(document, op, path, &target))
		return -1;
	list = target.container;
	if (list->type == VALUE_MAP) {
		value_set(document->arena, list, target.token, value);
		return 0;
	}
	if (!strcmp(target.token, "-"))
		index = list->list.n;
	else if (!list_index(target.token, list->list.n + 1, list->list.n, &index))
		return fail(document, op, path, "index is out of range");
	value_append(document->arena, list, value);
	memmove(&list->list.v[index + 1], &list->list.v[index], (list->list.n - 1 - index) * sizeof *list->list.v);
	list->list.v[index] = value;
	return 0;
}

/* Takes the value at path out of the document; NULL and err when nothing is there. */
static struct value *
take(const struct document *document, const char *op, const char *path)
{
	struct target target;
	struct value *value;
	size_t index;

	if (locate(document, op, path, &target))
		return NULL;
	value = child(target.container, target.token);
	if (!value) {
		fail(document, op, path, "nothing is there to remove");
		return NULL;
	}
	if (target.container->type == VALUE_MAP)
		value_remove(target.container, target.token);
	else if (list_index(target.token, target.container->list.n, target.container->list.n, &index))
		value_remove_at(target.container, index);
	return value;
}

static struct value *
look(const struct document *document, const char *op, const char *path)
{
	struct target target;

	if (!*path)
		return document->root;
	return locate(document, op, path, &target) ? NULL : child(target.container, target.token);
}

struct operation {
	const char *op, *path, *from;
	struct value *value; /* NULL when absent */
};

static int
do_add(const struct document *document, const struct operation *operation)
{
	return put(document, operation->op, operation->path, operation->value);
}

static int
do_remove(const struct document *document, const struct operation *operation)
{
	return take(document, operation->op, operation->path) ? 0 : -1;
}

static int
do_replace(const struct document *document, const struct operation *operation)
{
	struct target target;
	size_t index;

	if (!*operation->path)
		return put(document, operation->op, operation->path, operation->value);
	if (locate(document, operation->op, operation->path, &target))
		return -1;
	if (!child(target.container, target.token))
		return fail(document, operation->op, operation->path, "doc is missing key");
	if (target.container->type == VALUE_MAP)
		value_set(document->arena, target.container, target.token, operation->value);
	else if (list_index(target.token, target.container->list.n, target.container->list.n, &index))
		target.container->list.v[index] = operation->value;
	return 0;
}

static int
do_move(const struct document *document, const struct operation *operation)
{
	struct value *value = take(document, operation->op, operation->from);

	return value ? put(document, operation->op, operation->path, value) : -1;
}

static int
do_copy(const struct document *document, const struct operation *operation)
{
	struct value *value = look(document, operation->op, operation->from);

	if (!value)
		return fail(document, operation->op, operation->from, "doc is missing path");
	return put(document, operation->op, operation->path, value_copy(document->arena, value));
}

static int
do_test(const struct document *document, const struct operation *operation)
{
	struct err ignored = ERR_INIT;
	struct document quiet = { document->arena, document->root, &ignored };
	const struct value *value = look(&quiet, operation->op, operation->path);
	bool same = value && operation->value ? value_equal(value, operation->value)
					      : value_is_null(value) && value_is_null(operation->value);

	err_release(&ignored);
	return same ? 0 : err_set(document->err, ERR_FAILED, "testing value %s failed: test failed", operation->path);
}

static const struct {
	const char *op;
	int (*run)(const struct document *document, const struct operation *operation);
	bool value, from; /* members that must be there */
} operations[] = {
	{ "add", do_add, true, false },
	{ "remove", do_remove, false, false },
	{ "replace", do_replace, true, false },
	{ "move", do_move, false, true },
	{ "copy", do_copy, false, true },
	{ "test", do_test, false, false },
};

static int
run_operation(const struct document *document, const struct value *row)
{
	const struct value *value = value_get(row, "value");
	struct operation operation = {
		.op = value_get_text(row, "op"),
		.path = value_get_text(row, "path"),
		.from = value_get_text(row, "from"),
		.value = value ? value_copy(document->arena, value) : NULL,
	};

	for (size_t i = 0; operation.op && i < sizeof operations / sizeof *operations; i++) {
		if (strcmp(operations[i].op, operation.op) != 0)
			continue;
		if (!operation.path || (operations[i].from && !operation.from))
			return err_set(document->err, ERR_INPUT, "%s operation needs \"%s\"", operation.op,
				operation.path ? "from" : "path");
		if (operations[i].value && !operation.value)
			operation.value = value_null(document->arena);
		return operations[i].run(document, &operation);
	}
	return err_set(document->err, ERR_INPUT, "Unexpected kind: %s", operation.op ? operation.op : "unknown");
}

int
patch_json(
	const struct value *current, const struct value *rows, struct arena *arena, struct value **out, struct err *err)
{
	struct document document = { arena, value_copy(arena, current), err };

	if (!rows || rows->type != VALUE_LIST)
		return err_set(err, ERR_INPUT, "a JSON patch is a list of operations");
	for (size_t i = 0; i < rows->list.n; i++) {
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
	if (!patch || patch->type != VALUE_MAP)
		return err_set(err, ERR_INPUT, "a merge patch is an object");
	*out = merge(value_copy(arena, current), patch, arena);
	return 0;
}
