/* Follows k8s.io/kubectl/pkg/cmd/get/customcolumn.go. */
#include "kubectl/custom_columns.h"

#include <string.h>

#include "api/go_print.h"
#include "api/jsonpath.h"
#include "kubectl/tabs.h"
#include "svcsim/vec.h"

struct custom_column {
	const char *header, *path;	/* path "" finds nothing */
};
typedef VEC(struct custom_column) custom_columns;

/* ---- reading ---- */

static int
add_column(custom_columns *columns, const char *header, const char *path, struct arena *arena, struct err *err)
{
	const char *relaxed = *path ? jsonpath_relaxed(path, arena, err) : "";

	if (!relaxed)
		return -1;
	*vec_push(columns) = (struct custom_column){ header, relaxed };
	return 0;
}

static int
parse_spec(const char *spec, struct arena *arena, custom_columns *columns, struct err *err)
{
	for (;;) {
		size_t len = strcspn(spec, ",");
		char *part = arena_strndup(arena, spec, len);
		char *colon = strchr(part, ':');

		if (!colon)
			return err_set(err, ERR_FAILED, "unexpected custom-columns spec: %s, expected "
				"<header>:<json-path-expr>", part);
		*colon = '\0';
		if (add_column(columns, part, colon + 1, arena, err))
			return -1;
		if (!spec[len])
			return 0;
		spec += len + 1;
	}
}

typedef VEC(const char *) word_list;

/* The words of the line at *text, which moves behind it; false when there is no more line. */
static bool
read_words(const char **text, struct arena *arena, word_list *words)
{
	size_t line = strcspn(*text, "\n");
	const char *end = *text + line;

	if (!**text)
		return false;
	for (const char *at = *text; at < end; ) {
		size_t len = 0;

		while (at + len < end && !ascii_isspace((unsigned char)at[len]))
			len++;
		if (len)
			*vec_push(words) = arena_strndup(arena, at, len);
		at += len ? len : 1;
	}
	*text = end + (*end == '\n');
	return true;
}

static int
parse_lines(const char *text, struct arena *arena, custom_columns *columns, struct err *err)
{
	static const char expected[] = "Expected format is one line of space separated headers, one line of space "
		"separated column specs.";
	word_list headers = VEC_INIT, paths = VEC_INIT;
	int result = 0;

	if (!read_words(&text, arena, &headers))
		result = err_set(err, ERR_FAILED, "invalid template, missing header line. %s", expected);
	else if (!read_words(&text, arena, &paths))
		result = err_set(err, ERR_FAILED, "invalid template, missing spec line. %s", expected);
	else if (headers.n != paths.n)
		result = err_set(err, ERR_FAILED, "number of headers (%zu) and field specifications (%zu) don't match",
			headers.n, paths.n);
	for (size_t i = 0; i < headers.n && !result; i++)
		result = add_column(columns, headers.v[i], paths.v[i], arena, err);
	vec_release(&headers);
	vec_release(&paths);
	return result;
}

static int
parse_columns(struct custom_columns_spec spec, struct arena *arena, custom_columns *columns, struct err *err)
{
	return spec.file ? parse_lines(spec.text, arena, columns, err) : parse_spec(spec.text, arena, columns, err);
}

int
custom_columns_check(struct custom_columns_spec spec, struct err *err)
{
	struct arena arena = ARENA_INIT;
	custom_columns columns = VEC_INIT;
	int result = parse_columns(spec, &arena, &columns, err);

	vec_release(&columns);
	arena_release(&arena);
	return result;
}

/* ---- printing ---- */

/* What a terminal would take for a command is shown (printers.EscapeTerminal). */
static void
add_escaped(const char *text, struct str *out)
{
	for (; *text; text++)
		if (*text == '\x1b')
			str_add(out, "^[");
		else if (*text == '\r')
			str_add(out, "\\r");
		else
			str_addch(out, *text);
}

static int
add_cell(const char *path, const struct value *object, struct str *out, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct value **found = NULL;
	size_t n = 0;
	int result = *path ? jsonpath_find(path, object, true, &arena, &found, &n, err) : 0;

	for (size_t i = 0; i < n && !result; i++) {
		struct str text = STR_INIT;

		go_print_tree(&text, found[i], false);
		str_add(out, i ? "," : "");
		add_escaped(text.buf, out);
		str_release(&text);
	}
	if (!n)
		str_add(out, "<none>");
	arena_release(&arena);
	return result;
}

static int
add_row(const custom_columns *columns, const struct value *object, struct str *out, struct err *err)
{
	size_t start = out->len;

	for (size_t i = 0; i < columns->n; i++) {
		str_add(out, i ? "\t" : "");
		if (add_cell(columns->v[i].path, object, out, err)) {
			str_truncate(out, start);
			return -1;
		}
	}
	str_add(out, "\n");
	return 0;
}

static int
check_paths(const custom_columns *columns, struct err *err)
{
	for (size_t i = 0; i < columns->n; i++)
		if (jsonpath_check(columns->v[i].path, err))
			return -1;
	return 0;
}

int
custom_columns_print(struct custom_columns_spec spec, const struct value *root, bool no_headers, struct str *out,
	struct err *err)
{
	struct arena arena = ARENA_INIT;
	custom_columns columns = VEC_INIT;
	struct str text = STR_INIT;
	const struct value *items = value_get(root, "items");
	int result = parse_columns(spec, &arena, &columns, err);

	for (size_t i = 0; !no_headers && i < columns.n && !result; i++)
		str_addf(&text, "%s%s%s", i ? "\t" : "", columns.v[i].header, i + 1 == columns.n ? "\n" : "");
	if (!result)
		result = check_paths(&columns, err);
	if (!items && !result)
		result = add_row(&columns, root, &text, err);
	for (size_t i = 0; i < value_count(items) && !result; i++)
		result = add_row(&columns, value_at(items, i), &text, err);
	tabs_align(text.buf, TABS_TABLE, out);
	str_release(&text);
	vec_release(&columns);
	arena_release(&arena);
	return result;
}
