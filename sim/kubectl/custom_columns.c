/* Follows k8s.io/kubectl/pkg/cmd/get/customcolumn.go. */
#include "kubectl/custom_columns.h"

#include <string.h>

#include "api/jsonpath.h"
#include "kubectl/format.h"
#include "kubectl/tabs.h"
#include "svcsim/vec.h"

struct custom_column {
	const char *header, *path;
};
typedef VEC(struct custom_column) custom_columns;

/* "x", ".x", "{x}" and "{.x}" all mean {.x}. */
static const char *
relaxed_path(const char *path, struct arena *arena)
{
	size_t len = strlen(path);

	if (!len)	/* finds nothing */
		return "";
	if (*path == '{' && len > 1 && path[len - 1] == '}') {
		path++;
		len -= 2;
	}
	return arena_printf(arena, "{%s%.*s}", *path == '.' || *path == '[' ? "" : ".", (int)len, path);
}

static int
parse_columns(const char *spec, struct arena *arena, custom_columns *columns, struct err *err)
{
	while (*spec) {
		size_t len = strcspn(spec, ",");
		char *part = arena_strndup(arena, spec, len);
		char *colon = strchr(part, ':');

		if (!colon)
			return err_set(err, ERR_FAILED, "unexpected custom-columns spec: %s, expected <header>:<json-path-expr>", part);
		*colon = '\0';
		*vec_push(columns) = (struct custom_column){ part, relaxed_path(colon + 1, arena) };
		spec += len + (spec[len] == ',');
	}
	return 0;
}

static int
add_row(const custom_columns *columns, const struct value *object, struct str *out, struct err *err)
{
	struct arena arena = ARENA_INIT;
	size_t start = out->len;
	int result = 0;

	for (size_t i = 0; i < columns->n && !result; i++) {
		struct value **found = NULL;
		size_t n = 0;

		if (*columns->v[i].path)
			result = jsonpath_find(columns->v[i].path, object, true, &arena, &found, &n, err);
		str_add(out, i ? "\t" : "");
		for (size_t j = 0; j < n; j++) {
			str_add(out, j ? "," : "");
			format_go_value(found[j], "<nil>", out);
		}
		if (!n)
			str_add(out, "<none>");
	}
	str_add(out, "\n");
	if (result)
		str_truncate(out, start);
	arena_release(&arena);
	return result;
}

int
custom_columns_print(const char *spec, const struct value *root, bool no_headers, struct str *out, struct err *err)
{
	struct arena arena = ARENA_INIT;
	custom_columns columns = VEC_INIT;
	struct str text = STR_INIT;
	const struct value *items = value_get(root, "items");
	bool parsed = parse_columns(spec, &arena, &columns, err) == 0;
	int result = parsed ? 0 : -1;

	for (size_t i = 0; !no_headers && i < columns.n; i++)
		str_addf(&text, "%s%s%s", i ? "\t" : "", columns.v[i].header, i + 1 == columns.n ? "\n" : "");
	if (!items && !result)
		result = add_row(&columns, root, &text, err);
	for (size_t i = 0; i < value_count(items) && !result; i++)
		result = add_row(&columns, value_at(items, i), &text, err);
	if (parsed)		/* the heading also before a path that is wrong */
		tabs_align(text.buf, TABS_TABLE, out);
	str_release(&text);
	vec_release(&columns);
	arena_release(&arena);
	return result;
}
