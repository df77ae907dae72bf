/*
 * What github.com/google/go-cmp's Diff says of two values, which a refused change of a pod ends with: the fields that
 * differ with two of the same on either side, the rest counted.  A text is made as a tree first; what holds no
 * difference is brought onto one line.  Follows go-cmp's report_compare.go, report_reflect.go and report_text.go; the
 * alignment of lists whose lengths differ is simpler here, and long texts are told whole.
 */
#include "server/gotypes.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"
#include "svcsim/str.h"
#include "svcsim/vec.h"

#define CONTEXT 2 /* records that stay the same, shown on either side of one that doesn't */
#define COLUMNS 80
#define ELLIPSIS "..."

enum diff { SAME, REMOVED, INSERTED };
/* What is being told of a pair: how it differs; or one side, because both are the same or the other is not there. */
enum mode { DIFFERENCE, BOTH, OLD, NEW };

struct node;
struct record {
	enum diff diff;
	const char *key; /* NULL: none */
	struct node *value;
	size_t identical; /* of an ellipsis: how many it stands for */
};

/* A line, or records between a prefix and a suffix. */
struct node {
	const char *line; /* NULL: records */
	const char *prefix;
	VEC(struct record) records;
	const char *called; /* the records: "fields", "elements", "entries" */
};

/* A pair of a type, as it stands in its list. */
struct pair {
	const char *type, *key;
	const struct value *old, *new;
	bool only_old, only_new; /* in a list or map: the other side has none */
};
typedef VEC(struct pair) pair_vec;

struct differ {
	struct arena arena;
	VEC(struct node *) nodes; /* their records are freed at the end */
};

static struct node *
new_node(struct differ *differ)
{
	struct node *node = arena_alloc(&differ->arena, sizeof *node);

	memset(node, 0, sizeof *node);
	*vec_push(&differ->nodes) = node;
	return node;
}

static struct node *
new_line(struct differ *differ, const char *text)
{
	struct node *node = new_node(differ);

	node->line = arena_strdup(&differ->arena, text);
	return node;
}

/* Appends an ellipsis, which takes up one that is there. */
static void
add_ellipsis(struct differ *differ, struct node *list, size_t identical)
{
	struct record *record = vec_push(&list->records);

	record->value = new_line(differ, ELLIPSIS);
	record->identical = identical;
}

static const struct go_field intstr_fields[] = {
	{ "intstr.IntOrString", "Type", "type", "int64" },
	{ "intstr.IntOrString", "IntVal", "intVal", "int32" },
	{ "intstr.IntOrString", "StrVal", "strVal", "string" },
};

static bool
is_intstr(const char *type)
{
	return !strcmp(type, "intstr.IntOrString");
}

static const struct go_field *
fields_of(const char *type, size_t *n)
{
	if (!is_intstr(type))
		return go_fields(type, n);
	*n = sizeof intstr_fields / sizeof *intstr_fields;
	return intstr_fields;
}

static bool
is_map(const char *type)
{
	return !strncmp(type, "map[", 4) || !strcmp(type, "core.ResourceList");
}

static const char *
element_of(const char *type)
{
	return !strncmp(type, "[]", 2) ? type + 2 : !strncmp(type, "map[", 4) ? "string" : "resource.Quantity";
}

static const struct value *
member_of(struct differ *differ, const struct go_field *field, const struct value *value)
{
	struct value *made;

	if (!is_intstr(field->owner))
		return field->json ? value_get(value, field->json) : value;
	if (!value)
		return NULL;
	made = value_map(&differ->arena);
	if (value->type == VALUE_INT)
		value_set_int(&differ->arena, made, "intVal", value->integer);
	else
		value_set_text(&differ->arena, made, "strVal", value_text(value) ? value_text(value) : "");
	if (value->type != VALUE_INT)
		value_set_int(&differ->arena, made, "type", 1);
	return value_get(made, field->json);
}

/* Whether Go holds the zero of the type there. */
static bool
is_zero(struct differ *differ, const char *type, const struct value *value)
{
	size_t n;
	const struct go_field *fields = fields_of(type, &n);

	if (value_is_null(value))
		return true;
	if (*type == '*')
		return false;
	if (fields) {
		for (size_t i = 0; i < n; i++) {
			if (!is_zero(differ, fields[i].type, member_of(differ, &fields[i], value)))
				return false;
		}
		return true;
	}
	if (value->type == VALUE_BOOL)
		return !value->boolean;
	if (value->type == VALUE_INT)
		return !value->integer;
	return value->type == VALUE_STRING ? !value->string.len : !value_count(value);
}

static bool
same(struct differ *differ, const char *type, const struct value *a, const struct value *b)
{
	size_t n;
	const struct go_field *fields = fields_of(type, &n);

	if (!fields)
		return *type == '*' && a && b ? same(differ, type + 1, a, b)
					      : (a && b && value_equal(a, b)) ||
				(is_zero(differ, type, a) && is_zero(differ, type, b));
	for (size_t i = 0; i < n; i++) {
		if (!same(differ, fields[i].type, member_of(differ, &fields[i], a), member_of(differ, &fields[i], b)))
			return false;
	}
	return true;
}

/* go-cmp looks no further into these. */
static bool
is_leaf(const char *type, const struct value *a, const struct value *b)
{
	size_t n;

	if (*type == '*')
		return !a || !b;
	if (!strncmp(type, "[]", 2) || is_map(type))
		return !value_count(a) || !value_count(b);
	return !fields_of(type, &n);
}

static struct node *
scalar_node(struct differ *differ, const char *type, const struct value *value)
{
	const char *text = value_text(value);
	struct str out = STR_INIT;
	struct node *node;

	if (!strcmp(type, "bool"))
		str_add(&out, value && value->boolean ? "true" : "false");
	else if (!strncmp(type, "int", 3))
		str_addf(&out, "%lld", (long long)(value && value->type == VALUE_INT ? value->integer : 0));
	else
		json_quote(&out, text ? text : "", text ? strlen(text) : 0, false);
	node = new_line(differ, out.buf);
	str_release(&out);
	return node;
}

/* "&" or a type's name in front of a node's own. */
static struct node *
prefixed(struct differ *differ, const char *prefix, struct node *node)
{
	char *text = xasprintf("%s%s", prefix, node->line ? node->line : node->prefix);

	if (node->line)
		node->line = arena_strdup(&differ->arena, text);
	else
		node->prefix = arena_strdup(&differ->arena, text);
	free(text);
	return node;
}

static struct node *
new_list(struct differ *differ, const char *called)
{
	struct node *node = new_node(differ);

	node->prefix = "{";
	node->called = called;
	return node;
}

static void
add_record(struct node *list, const char *key, struct node *value, enum diff diff)
{
	struct record *record = vec_push(&list->records);

	record->key = key;
	record->value = value;
	record->diff = diff;
}

static size_t
limit_of(int verbosity)
{
	return verbosity > 0 ? (size_t)1 << (verbosity + 1) : 0;
}

static const char *
map_key(struct differ *differ, const char *type, const char *key)
{
	char *text = xasprintf("%s\"%s\"", strcmp(type, "core.ResourceList") ? "" : "s", key);
	const char *kept = arena_strdup(&differ->arena, text);

	free(text);
	return kept;
}

static struct node *value_node(
	struct differ *differ, const char *type, const struct value *value, bool typed, int verbosity);

static struct node *
quantity_node(struct differ *differ, const struct value *value, bool typed, int verbosity)
{
	struct node *list = new_list(differ, "fields"), *amount = new_list(differ, "fields");
	const char *text = value_text(value) ? value_text(value) : "0";
	char *whole = go_text("resource.Quantity", value), *number = strstr(whole, "value:");
	char *end = strchr(number, ','), *scale = strstr(end, "scale:");
	bool binary = strstr(whole, "BinarySI") != NULL;

	*end = '\0';
	if (verbosity > 1) {
		add_record(amount, "value", new_line(differ, number + strlen("value:")), SAME);
		scale[strcspn(scale, "}")] = '\0';
		if (strcmp(scale, "scale:0") != 0)
			add_record(amount, "scale", new_line(differ, scale + strlen("scale:")), SAME);
		prefixed(differ, "resource.int64Amount", amount);
	} else {
		add_ellipsis(differ, amount, 0);
	}
	free(whole);
	add_record(list, "i", amount, SAME);
	whole = xasprintf("\"%s\"", text);
	add_record(list, "s", new_line(differ, whole), SAME);
	free(whole);
	add_record(list, "Format", new_line(differ, binary ? "\"BinarySI\"" : "\"DecimalSI\""), SAME);
	return typed ? prefixed(differ, "resource.Quantity", list) : list;
}

static struct node *
struct_node(struct differ *differ, const char *type, const struct value *value, int verbosity)
{
	struct node *list = new_list(differ, "fields");
	size_t n, most = limit_of(verbosity);
	const struct go_field *fields = fields_of(type, &n);

	for (size_t i = 0; i < n; i++) {
		const struct value *member = member_of(differ, &fields[i], value);

		if (is_zero(differ, fields[i].type, member))
			continue;
		if (list->records.n == most) {
			add_ellipsis(differ, list, 0);
			break;
		}
		add_record(list, fields[i].name, value_node(differ, fields[i].type, member, true, verbosity - 1), SAME);
	}
	return list;
}

static struct node *
many_node(struct differ *differ, const char *type, const struct value *value, int verbosity)
{
	struct node *list = new_list(differ, "elements");
	size_t most = limit_of(verbosity);

	for (size_t i = 0; i < value_count(value); i++) {
		const struct value *element = is_map(type) ? value->map.v[i].value : value_at(value, i);

		if (list->records.n == most) {
			add_ellipsis(differ, list, 0);
			break;
		}
		add_record(list, is_map(type) ? map_key(differ, type, value->map.v[i].key) : NULL,
			value_node(differ, element_of(type), element, false, verbosity - 1), SAME);
	}
	return list;
}

/* A value on its own; typed: with its type's name where Go needs one. */
static struct node *
value_node(struct differ *differ, const char *type, const struct value *value, bool typed, int verbosity)
{
	bool many = !strncmp(type, "[]", 2) || is_map(type);
	struct node *node;
	size_t n;

	if ((*type == '*' && !value) || (many && !value_count(value)))
		return new_line(differ, "nil");
	if (*type == '*')
		return prefixed(differ, "&", value_node(differ, type + 1, value, typed, verbosity));
	if (!strcmp(type, "resource.Quantity"))
		return quantity_node(differ, value, typed, verbosity);
	if (!many && !fields_of(type, &n))
		return scalar_node(differ, type, value);
	node = many ? many_node(differ, type, value, verbosity) : struct_node(differ, type, value, verbosity);
	return typed ? prefixed(differ, type, node) : node;
}

static void
field_pairs(struct differ *differ, const char *type, const struct value *old, const struct value *new, pair_vec *out)
{
	size_t n;
	const struct go_field *fields = fields_of(type, &n);

	for (size_t i = 0; i < n; i++)
		*vec_push(out) = (struct pair){ fields[i].type, fields[i].name, member_of(differ, &fields[i], old),
			member_of(differ, &fields[i], new), false, false };
}

static int
compare_pairs(const void *a, const void *b)
{
	return strcmp(((const struct pair *)a)->key, ((const struct pair *)b)->key);
}

static void
entry_pairs(struct differ *differ, const char *type, const struct value *old, const struct value *new, pair_vec *out)
{
	for (size_t i = 0; i < value_count(old); i++) {
		const struct value *other = value_get(new, old->map.v[i].key);

		*vec_push(out) = (struct pair){ element_of(type), map_key(differ, type, old->map.v[i].key),
			old->map.v[i].value, other, !other, false };
	}
	for (size_t i = 0; i < value_count(new); i++) {
		if (!value_get(old, new->map.v[i].key))
			*vec_push(out) = (struct pair){ element_of(type), map_key(differ, type, new->map.v[i].key), NULL,
				new->map.v[i].value, false, true };
	}
	qsort(out->v, out->n, sizeof *out->v, compare_pairs);
}

/* Elements by what both begin and end with; between, one by one, and what is left over is only on one side. */
static void
element_pairs(struct differ *differ, const char *type, const struct value *old, const struct value *new, pair_vec *out)
{
	const char *element = element_of(type);
	size_t n = value_count(old), m = value_count(new), head = 0, tail = 0, i, k;

	while (head < n && head < m && same(differ, element, value_at(old, head), value_at(new, head)))
		head++;
	while (tail < n - head && tail < m - head &&
		same(differ, element, value_at(old, n - 1 - tail), value_at(new, m - 1 - tail)))
		tail++;
	for (i = k = 0; i < n || k < m;) {
		bool end = i >= n - tail && k >= m - tail;
		bool has_old = end || i < n - tail, has_new = end || k < m - tail;

		*vec_push(out) = (struct pair){ element, NULL, has_old ? value_at(old, i) : NULL,
			has_new ? value_at(new, k) : NULL, !has_new, !has_old };
		i += has_old;
		k += has_new;
	}
}

static struct node *diff_node(
	struct differ *differ, enum mode mode, const struct pair *pair, bool typed, int verbosity);

static struct node *
one_side(struct differ *differ, enum mode mode, const pair_vec *all, const char *called, int verbosity)
{
	struct node *list = new_list(differ, called);
	bool fields = !strcmp(called, "fields");

	for (size_t i = 0; i < all->n; i++) {
		const struct pair *pair = &all->v[i];

		if (list->records.n == limit_of(verbosity)) {
			add_ellipsis(differ, list, 0);
			break;
		}
		if (fields && is_zero(differ, pair->type, mode == NEW ? pair->new : pair->old))
			continue;
		add_record(list, pair->key, diff_node(differ, mode, pair, fields, verbosity - 1), SAME);
	}
	return list;
}

static bool
pair_same(struct differ *differ, const struct pair *pair)
{
	return !pair->only_old && !pair->only_new && same(differ, pair->type, pair->old, pair->new);
}

/* Whether there is but one thing to see of a pair, however deep: then its sides are told one after the other. */
static bool
is_plain(struct differ *differ, const char *type, const struct value *old, const struct value *new)
{
	const struct go_field *fields;
	size_t n;

	if (is_leaf(type, old, new) || !strcmp(type, "resource.Quantity"))
		return true;
	if (*type == '*')
		return is_plain(differ, type + 1, old, new);
	if (!strncmp(type, "[]", 2))
		return value_count(old) == 1 && value_count(new) == 1 &&
			is_plain(differ, type + 2, value_at(old, 0), value_at(new, 0));
	fields = fields_of(type, &n);
	return fields && n == 1 &&
		is_plain(differ, fields->type, member_of(differ, fields, old), member_of(differ, fields, new));
}

static void
add_same(struct differ *differ, struct node *list, const struct pair *pairs, size_t n, bool first, bool last)
{
	size_t head = first ? 0 : n < CONTEXT ? n : CONTEXT;
	size_t tail = last ? 0 : n - head < CONTEXT ? n - head : CONTEXT;

	if (n - head - tail == 1)
		tail++;
	for (size_t i = 0; i < n; i++) {
		if (i == head && n > head + tail) {
			add_ellipsis(differ, list, n - head - tail);
			i = n - tail;
			if (i == n)
				break;
		}
		add_record(list, pairs[i].key,
			diff_node(differ, BOTH, &pairs[i], !strcmp(list->called, "fields"), 1), SAME);
	}
}

static void
add_differing(struct differ *differ, struct node *list, const struct pair *pair, int verbosity)
{
	bool typed = !strcmp(list->called, "fields");

	if (!pair->only_old && !pair->only_new && !is_plain(differ, pair->type, pair->old, pair->new)) {
		add_record(list, pair->key, diff_node(differ, DIFFERENCE, pair, typed, verbosity), SAME);
		return;
	}
	if (!pair->only_new)
		add_record(list, pair->key, diff_node(differ, OLD, pair, typed, verbosity), REMOVED);
	if (!pair->only_old)
		add_record(list, pair->key, diff_node(differ, NEW, pair, typed, verbosity), INSERTED);
}

static struct node *
both_sides(struct differ *differ, const pair_vec *all, const char *called, int verbosity)
{
	struct node *list = new_list(differ, called);

	for (size_t i = 0; i < all->n;) {
		size_t n = 0;

		while (i + n < all->n && pair_same(differ, &all->v[i + n]))
			n++;
		if (n)
			add_same(differ, list, &all->v[i], n, !i, i + n == all->n);
		i += n;
		if (i < all->n)
			add_differing(differ, list, &all->v[i++], verbosity - 1);
	}
	return list;
}

static struct node *
diff_node(struct differ *differ, enum mode mode, const struct pair *pair, bool typed, int verbosity)
{
	const char *type = pair->type, *called;
	struct pair inner = *pair;
	pair_vec all = VEC_INIT;
	struct node *node;

	verbosity = mode == BOTH ? 1 : verbosity < 3 ? 3 : verbosity;
	typed &= mode != BOTH;
	if (pair->only_old || pair->only_new || is_leaf(type, pair->old, pair->new) || !strcmp(type, "resource.Quantity"))
		return value_node(differ, type, mode == NEW ? pair->new : pair->old, typed, verbosity);
	if (mode == OLD || mode == NEW)
		inner.old = inner.new = mode == OLD ? pair->old : pair->new;
	if (*type == '*') {
		inner.type = type + 1;
		return prefixed(differ, "&", diff_node(differ, mode, &inner, typed, verbosity));
	}
	if (!strncmp(type, "[]", 2))
		element_pairs(differ, type, inner.old, inner.new, &all);
	else if (is_map(type))
		entry_pairs(differ, type, inner.old, inner.new, &all);
	else
		field_pairs(differ, type, inner.old, inner.new, &all);
	called = !strncmp(type, "[]", 2) ? "elements" : is_map(type) ? "entries" : "fields";
	node = mode == DIFFERENCE ? both_sides(differ, &all, called, verbosity)
				  : one_side(differ, mode, &all, called, verbosity);
	vec_release(&all);
	return typed ? prefixed(differ, type, node) : node;
}

/* Makes lines of all that fits on one; what is removed or inserted may not be longer than a line. */
static void
make_compact(struct differ *differ, struct node *node, enum diff diff)
{
	struct str line = STR_INIT;
	bool one = true;

	if (node->line)
		return;
	for (size_t i = 0; i < node->records.n; i++) {
		struct record *record = &node->records.v[i];

		make_compact(differ, record->value, record->diff ? record->diff : diff);
		one &= !record->diff && record->value->line && !record->identical;
		if (record->value->line)
			str_addf(&line, "%s%s%s%s", i ? ", " : "", record->key ? record->key : "",
				record->key ? ": " : "", record->value->line);
	}
	if (one && !(diff && line.len > COLUMNS)) {
		char *text = xasprintf("%s%s}", node->prefix, line.buf);

		node->line = arena_strdup(&differ->arena, text);
		free(text);
	}
	str_release(&line);
}

static void
add_indent(struct str *out, size_t depth, enum diff diff)
{
	str_add(out, diff == REMOVED ? "- " : diff == INSERTED ? "+ " : "  ");
	str_addrep(out, '\t', depth);
}

/* How wide the keys are of the run of lines that record i is in. */
static size_t
key_width(const struct node *node, size_t i)
{
	size_t first = i, width = 0;

	if (!node->records.v[i].key || !node->records.v[i].value->line)
		return 0;
	while (first && node->records.v[first - 1].key && node->records.v[first - 1].value->line)
		first--;
	for (; first < node->records.n && node->records.v[first].key && node->records.v[first].value->line; first++) {
		size_t len = strlen(node->records.v[first].key);

		width = len > width ? len : width;
	}
	return width;
}

static void
write_node(const struct node *node, size_t depth, enum diff diff, struct str *out)
{
	if (node->line) {
		str_add(out, node->line);
		return;
	}
	str_add(out, node->prefix);
	for (size_t i = 0; i < node->records.n; i++) {
		const struct record *record = &node->records.v[i];
		enum diff own = record->diff ? record->diff : diff;
		size_t width = key_width(node, i);
		bool elided = record->value->line && !strcmp(record->value->line, ELLIPSIS);

		str_addch(out, '\n');
		add_indent(out, depth + 1, own);
		if (record->key)
			str_addf(out, "%s: ", record->key);
		if (width)
			str_addrep(out, ' ', width - strlen(record->key));
		write_node(record->value, depth + 1, own, out);
		if (!elided)
			str_addch(out, ',');
		if (record->identical)
			str_addf(out, " // %zu identical %s", record->identical, node->called);
	}
	str_addch(out, '\n');
	add_indent(out, depth, diff);
	str_addch(out, '}');
}

char *
go_diff(const char *type, const struct value *old, const struct value *new)
{
	struct differ differ = { ARENA_INIT, VEC_INIT };
	const struct pair pair = { type, NULL, old, new, false, false };
	struct node *node = diff_node(&differ, DIFFERENCE, &pair, true, 3);
	struct str out = STR_INIT;

	make_compact(&differ, node, SAME);
	add_indent(&out, 0, SAME);
	write_node(node, 0, SAME, &out);
	str_addch(&out, '\n');
	for (size_t i = 0; i < differ.nodes.n; i++)
		vec_release(&differ.nodes.v[i]->records);
	vec_release(&differ.nodes);
	arena_release(&differ.arena);
	return str_detach(&out);
}
