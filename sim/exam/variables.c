/*
 * ${name}: a dollar and a name in braces.  All else that has a dollar ($x, $(..), $1) is left alone, as scripts are
 * full of it.
 */
#include "exam/variables.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "svcsim/str.h"

#define NAME_MAX_LEN 63

static bool
is_name_char(char c)
{
	return ascii_isalnum(c) || c == '_' || c == '-';
}

/*
 * The next ${name} in text: where it begins, its name and what follows it; *quoted: it is written $${name}.  False:
 * there is none.
 */
static bool
next_variable(const char *text, const char **begin, char name[static NAME_MAX_LEN + 1], const char **after,
	bool *quoted)
{
	for (const char *at = strstr(text, "${"); at != NULL; at = strstr(at + 2, "${")) {
		size_t len = 0;

		while (is_name_char(at[2 + len]))
			len++;
		if (len == 0 || len > NAME_MAX_LEN || at[2 + len] != '}')
			continue;
		memcpy(name, at + 2, len);
		name[len] = '\0';
		*quoted = at > text && at[-1] == '$';
		*begin = at - *quoted;
		*after = at + 3 + len;
		return true;
	}
	return false;
}

static unsigned
lines_before(const char *text, const char *at)
{
	unsigned lines = 0;

	for (; text < at; text++)
		lines += *text == '\n';
	return lines;
}

/* A text of several lines is a block, whose first line is the one after its |. */
static int
check_text(const char *file, const struct value *variables, const char *text, unsigned line, unsigned column,
	struct err *err)
{
	const char *at = text, *begin;
	char name[NAME_MAX_LEN + 1];
	bool quoted, block = strchr(text, '\n') != NULL;

	while (next_variable(at, &begin, name, &at, &quoted))
		if (!quoted && value_get(variables, name) == NULL)
			return err_at(err, file, block ? line + 1 + lines_before(text, begin) : line,
				block ? 0 : column, "${%s} is not among spec.variables", name);
	return 0;
}

static int
check_tree(const char *file, const struct value *variables, const struct value *tree, struct err *err)
{
	if (tree->type == VALUE_STRING)
		return check_text(file, variables, tree->string.text, tree->line, tree->column, err);
	for (size_t i = 0; tree->type == VALUE_LIST && i < tree->list.n; i++)
		if (check_tree(file, variables, tree->list.v[i], err) < 0)
			return -1;
	for (size_t i = 0; tree->type == VALUE_MAP && i < tree->map.n; i++) {
		const struct value_entry *entry = &tree->map.v[i];

		if (check_text(file, variables, entry->key, entry->line, entry->column, err) < 0 ||
			check_tree(file, variables, entry->value, err) < 0)
			return -1;
	}
	return 0;
}

static bool
is_scalar(const struct value *value)
{
	return value->type == VALUE_STRING || value->type == VALUE_INT;
}

static bool
stands_before(const struct value *variables, const struct value_entry *entry, const char *name)
{
	for (const struct value_entry *at = variables->map.v; at < entry; at++)
		if (strcmp(at->key, name) == 0)
			return true;
	return false;
}

static int
check_variable(const char *file, const struct value *variables, const struct value_entry *entry, struct err *err)
{
	const struct value *range = value_get(entry->value, "range"), *choices = value_get(entry->value, "oneOf");
	const struct value *differs = value_get(entry->value, "differs");
	size_t len = 0;

	while (is_name_char(entry->key[len]))
		len++;
	if (len == 0 || len > NAME_MAX_LEN || entry->key[len] != '\0')
		return err_at(err, file, entry->line, entry->column,
			"a variable's name is up to %d letters, digits, - and _", NAME_MAX_LEN);
	if ((range == NULL) == (choices == NULL))
		return err_at(err, file, entry->line, entry->column, "variable %s must have either range or oneOf",
			entry->key);
	if (range != NULL && (range->list.n != 2 || range->list.v[0]->integer > range->list.v[1]->integer))
		return err_at(err, file, range->line, range->column, "a range is two numbers, the smaller one first");
	if (choices != NULL && choices->list.n == 0)
		return err_at(err, file, choices->line, choices->column, "oneOf must name at least one value");
	for (size_t i = 0; i < value_count(differs); i++)
		if (!stands_before(variables, entry, value_text(value_at(differs, i))))
			return err_at(err, file, differs->line, differs->column, "differs names variables that stand before this one");
	for (size_t i = 0; choices != NULL && i < choices->list.n; i++)
		if (!is_scalar(choices->list.v[i]))
			return err_at(err, file, choices->list.v[i]->line, choices->list.v[i]->column,
				"oneOf holds texts and whole numbers");
	return 0;
}

int
variables_check(const char *file, const struct value *variables, const struct value *root, struct err *err)
{
	for (size_t i = 0; i < value_count(variables); i++)
		if (check_variable(file, variables, &variables->map.v[i], err) < 0)
			return -1;
	return check_tree(file, variables, root, err);
}

static struct value *
draw(const struct value *variable, struct rng *rng, struct arena *arena)
{
	const struct value *range = value_get(variable, "range"), *choices = value_get(variable, "oneOf");
	int64_t low, high;

	if (range == NULL)
		return value_copy(arena, value_at(choices, rng_below(rng, choices->list.n)));
	low = range->list.v[0]->integer;
	high = range->list.v[1]->integer;
	return value_int(arena, low + (int64_t)rng_below(rng, (uint64_t)(high - low) + 1));
}

/* One of the others has the same value. */
static bool
collides(const struct value *value, const struct value *differs, const struct value *drawn)
{
	for (size_t i = 0; i < value_count(differs); i++)
		if (value_equal(value, value_get(drawn, value_text(value_at(differs, i)))))
			return true;
	return false;
}

#define DRAWS_MAX 1000	/* where all values are taken, the last one drawn stays */

struct value *
variables_draw(const struct value *variables, uint64_t seed, struct arena *arena)
{
	struct value *drawn = value_map(arena);
	struct rng root;

	rng_init(&root, seed);
	for (size_t i = 0; i < value_count(variables); i++) {
		const struct value_entry *entry = &variables->map.v[i];
		const struct value *differs = value_get(entry->value, "differs");
		struct rng rng = rng_fork(&root, entry->key);
		struct value *value = draw(entry->value, &rng, arena);

		for (int tries = 0; collides(value, differs, drawn) && tries < DRAWS_MAX; tries++)
			value = draw(entry->value, &rng, arena);
		value_set(arena, drawn, entry->key, value);
	}
	return drawn;
}

static void
add_drawn(struct str *out, const struct value *value)
{
	if (value->type == VALUE_INT)
		str_addf(out, "%lld", (long long)value->integer);
	else
		str_add(out, value->string.text);
}

static char *
fill_text(const char *text, const struct value *drawn, struct arena *arena)
{
	struct str out = STR_INIT;
	const char *at = text, *begin, *after;
	char name[NAME_MAX_LEN + 1], *filled;
	bool quoted;

	while (next_variable(at, &begin, name, &after, &quoted)) {
		str_addn(&out, at, (size_t)(begin - at));
		if (quoted)
			str_addf(&out, "${%s}", name);
		else
			add_drawn(&out, value_get(drawn, name));
		at = after;
	}
	str_add(&out, at);
	filled = arena_strndup(arena, out.buf, out.len);
	str_release(&out);
	return filled;
}

/* The variable that a text consists of; NULL when there is more to it. */
static const struct value *
whole_variable(const char *text, const struct value *drawn)
{
	const char *begin, *after;
	char name[NAME_MAX_LEN + 1];
	bool quoted;

	if (!next_variable(text, &begin, name, &after, &quoted) || quoted || begin != text || *after != '\0')
		return NULL;
	return value_get(drawn, name);
}

/* Below these keys stand values of objects, which have types; everywhere else a scenario has texts. */
static bool
is_typed(const char *key)
{
	static const char *const keys[] = { "expect", "counts", "sets", "contains", "is", "answer" };

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

static struct value *
fill(const struct value *root, const struct value *drawn, bool typed, struct arena *arena)
{
	struct value *filled = arena_memdup(arena, root, sizeof *root);

	if (root->type == VALUE_STRING) {
		const struct value *whole = typed ? whole_variable(root->string.text, drawn) : NULL;

		if (whole != NULL)
			return value_copy(arena, whole);
		filled->string.text = fill_text(root->string.text, drawn, arena);
		filled->string.len = strlen(filled->string.text);
	} else if (root->type == VALUE_LIST && root->list.n > 0) {
		filled->list.v = arena_alloc(arena, root->list.n * sizeof *filled->list.v);
		for (size_t i = 0; i < root->list.n; i++)
			filled->list.v[i] = fill(root->list.v[i], drawn, typed, arena);
	} else if (root->type == VALUE_MAP && root->map.n > 0) {
		filled->map.v = arena_memdup(arena, root->map.v, root->map.n * sizeof *filled->map.v);
		for (size_t i = 0; i < root->map.n; i++) {
			filled->map.v[i].key = fill_text(root->map.v[i].key, drawn, arena);
			filled->map.v[i].value =
				fill(root->map.v[i].value, drawn, typed || is_typed(root->map.v[i].key), arena);
		}
	}
	return filled;
}

struct value *
variables_fill(const struct value *root, const struct value *drawn, struct arena *arena)
{
	return fill(root, drawn, false, arena);
}
