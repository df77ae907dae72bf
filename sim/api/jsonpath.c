/*
 * Evaluating a template: each node turns the values that the one before found into others.  A range runs the nodes
 * after it once for each value, up to its end, and goes on behind it; a range over nothing still runs once, over
 * nothing, to find where it ends.  Follows jsonpath.go of k8s.io/client-go/util/jsonpath; where that walks a Go map,
 * whose order is chance, keys are taken sorted.
 */
#include "api/jsonpath.h"

#include <stdlib.h>
#include <string.h>

#include "api/go_print.h"
#include "api/jsonpath_node.h"
#include "api/sorted.h"
#include "api/yaml.h"

#define FOUND_MAX (4u << 20)	/* values touched, and printed, by one template: .. inside ranges multiplies */
#define RANGES_MAX 200		/* one inside the other */
#define TEMPLATE_MAX (256u << 10)

typedef VEC(const struct value *) found_vec;

struct path_run {
	struct arena *arena;	/* for values that the template makes */
	bool allow_missing;
	bool range_begins;	/* the node just walked was {range ..} */
	bool compared;		/* the filter just walked failed in comparing */
	unsigned ranges, ends;	/* open ranges; {end}s met and not yet taken */
	struct path_node *const *last_end;
	size_t touched;
	struct err *err;
};

static int walk_list(struct path_run *run, const found_vec *input, const struct path_list *list, found_vec *output);

static int
touch(struct path_run *run, size_t n)
{
	run->touched += n;
	return run->touched <= FOUND_MAX ? 0 :
		err_set(run->err, ERR_FAILED, "the template finds more than %u values", FOUND_MAX);
}

static int
push(struct path_run *run, found_vec *found, const struct value *value)
{
	if (touch(run, 1) < 0)
		return -1;
	*vec_push(found) = value;
	return 0;
}

static const char *
go_type(const struct value *value)
{
	static const char *const names[] = {
		[VALUE_NULL] = "<nil>",
		[VALUE_BOOL] = "bool",
		[VALUE_INT] = "int64",
		[VALUE_FLOAT] = "float64",
		[VALUE_STRING] = "string",
		[VALUE_LIST] = "[]interface {}",
		[VALUE_MAP] = "map[string]interface {}",
	};

	return names[value->type];
}

static int
by_key(const void *a, const void *b)
{
	const struct value_entry *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

static int
walk_field(struct path_run *run, const found_vec *input, const struct path_node *node, found_vec *output)
{
	for (size_t i = 0; i < input->n; i++) {
		const struct value *value = value_get(input->v[i], node->text);

		if (value != NULL && push(run, output, value) < 0)
			return -1;
	}
	if (input->n > 0 && output->n == 0 && !run->allow_missing)
		return err_set(run->err, ERR_FAILED, "%s is not found", node->text);
	return 0;
}

static int
out_of_bounds(struct path_run *run, int64_t index, int64_t len)
{
	return err_set(run->err, ERR_FAILED, "array index out of bounds: index %lld, length %lld", (long long)index,
		(long long)len);
}

/* 1: it asks for nothing, at which kubectl looks at no further list. */
static int
walk_slice(struct path_run *run, const struct value *list, const struct path_node *node, found_vec *output)
{
	int64_t len = (int64_t)list->list.n, step = 1;
	int64_t from = node->index[0].value, to = node->index[1].known ? node->index[1].value : len;

	if (from < 0)
		from += len;
	if (to < 0 || (to == 0 && node->index[1].derived))
		to += len;
	if (from == to)
		return 1;
	if (from >= len || from < 0)
		return out_of_bounds(run, from, len);
	if (to > len || to < 0)
		return out_of_bounds(run, to - 1, len);
	if (from > to)
		return err_set(run->err, ERR_FAILED, "starting index %lld is greater than ending index %lld",
			(long long)from, (long long)to);
	if (node->index[2].known)
		step = node->index[2].value;
	if (step <= 0)
		return err_set(run->err, ERR_FAILED, "step must be > 0");
	for (int64_t i = from; i < to; i += step < len ? step : len)
		if (push(run, output, list->list.v[i]) < 0)
			return -1;
	return 0;
}

static int
walk_array(struct path_run *run, const found_vec *input, const struct path_node *node, found_vec *output)
{
	int result = 0;

	for (size_t i = 0; i < input->n && result == 0; i++) {
		const struct value *value = input->v[i];

		if (value_is_null(value))
			continue;
		if (value->type != VALUE_LIST)
			return err_set(run->err, ERR_FAILED, "%s is not array or slice", go_type(value));
		result = walk_slice(run, value, node, output);
	}
	return result < 0 ? -1 : 0;
}

/* What lies right below value; a text holds its bytes. */
static int
push_children(struct path_run *run, const struct value *value, found_vec *output)
{
	const struct value_entry **sorted;
	int result = 0;

	if (value == NULL)
		return 0;
	if (value->type == VALUE_STRING)
		for (size_t i = 0; i < value->string.len && result == 0; i++)
			result = push(run, output, value_int(run->arena, (unsigned char)value->string.text[i]));
	else if (value->type == VALUE_LIST)
		for (size_t i = 0; i < value->list.n && result == 0; i++)
			result = push(run, output, value->list.v[i]);
	if (value->type != VALUE_MAP)
		return result;
	sorted = sorted_entries(value, by_key);
	for (size_t i = 0; i < value->map.n && result == 0; i++)
		result = push(run, output, sorted[i]->value);
	free(sorted);
	return result;
}

static int
walk_wildcard(struct path_run *run, const found_vec *input, const struct path_node *node, found_vec *output)
{
	(void)node;
	for (size_t i = 0; i < input->n; i++)
		if (push_children(run, input->v[i], output) < 0)
			return -1;
	return 0;
}

/* Every value that holds others, outside before inside. */
static int
descend(struct path_run *run, const struct value *value, found_vec *output)
{
	found_vec children = VEC_INIT;
	int result = 0;

	if (value != NULL && value->type == VALUE_STRING)	/* its bytes hold nothing */
		return value->string.len > 0 ? push(run, output, value) : 0;
	if (push_children(run, value, &children) < 0)
		result = -1;
	if (result == 0 && children.n > 0)
		result = push(run, output, value);
	for (size_t i = 0; i < children.n && result == 0; i++)
		result = descend(run, children.v[i], output);
	vec_release(&children);
	return result;
}

static int
walk_recursive(struct path_run *run, const found_vec *input, const struct path_node *node, found_vec *output)
{
	(void)node;
	for (size_t i = 0; i < input->n; i++)
		if (descend(run, input->v[i], output) < 0)
			return -1;
	return 0;
}

static int
walk_union(struct path_run *run, const found_vec *input, const struct path_node *node, found_vec *output)
{
	for (size_t i = 0; i < node->list.n; i++)
		if (walk_list(run, input, &node->list.v[i]->list, output) < 0)
			return -1;
	return 0;
}

static int
walk_constant(struct path_run *run, const found_vec *input, const struct path_node *node, found_vec *output)
{
	struct value *value = node->type == PATH_INT ? value_int(run->arena, node->integer) :
		node->type == PATH_BOOL ? value_bool(run->arena, node->integer != 0) :
		value_float(run->arena, node->number);

	for (size_t i = 0; i < input->n; i++)
		if (push(run, output, value) < 0)
			return -1;
	return 0;
}

static int
walk_text(struct path_run *run, const found_vec *input, const struct path_node *node, found_vec *output)
{
	(void)input;
	return push(run, output, value_string(run->arena, node->text));
}

static int
walk_identifier(struct path_run *run, const found_vec *input, const struct path_node *node, found_vec *output)
{
	if (strcmp(node->text, "range") == 0) {
		run->range_begins = true;
		for (size_t i = 0; i < input->n; i++)
			*vec_push(output) = input->v[i];
		return 0;
	}
	if (strcmp(node->text, "end") != 0)
		return err_set(run->err, ERR_FAILED, "unrecognized identifier %s", node->text);
	if (run->ranges == 0)
		return err_set(run->err, ERR_FAILED, "not in range, nothing to end");
	run->ends++;
	return 0;
}

#define LESS 1u
#define EQUAL 2u
#define GREATER 4u

static const struct {
	const char *operator;
	unsigned accepts;	/* of LESS, EQUAL, GREATER */
	bool ordered;		/* asks for an order, which booleans have not */
} filter_operators[] = {
	{ "==", EQUAL, false },
	{ "!=", LESS | GREATER, false },
	{ "<", LESS, true },
	{ "<=", LESS | EQUAL, true },
	{ ">", GREATER, true },
	{ ">=", GREATER | EQUAL, true },
};

/* One of LESS, EQUAL, GREATER; 0: the two can't be compared, and err is set. */
static unsigned
compare(struct path_run *run, const struct value *a, const struct value *b, bool ordered)
{
	int order = 0;

	if (a->type == VALUE_NULL || a->type >= VALUE_LIST || b->type == VALUE_NULL || b->type >= VALUE_LIST ||
		(ordered && a->type == VALUE_BOOL && b->type == VALUE_BOOL)) {
		err_set(run->err, ERR_FAILED, "invalid type for comparison");
		return 0;
	}
	if (a->type != b->type) {
		err_set(run->err, ERR_FAILED, "incompatible types for comparison");
		return 0;
	}
	if (a->type == VALUE_BOOL)
		order = (int)a->boolean - (int)b->boolean;
	else if (a->type == VALUE_INT)
		order = (a->integer > b->integer) - (a->integer < b->integer);
	else if (a->type == VALUE_FLOAT)
		order = (a->real.number > b->real.number) - (a->real.number < b->real.number);
	else
		order = strcmp(a->string.text, b->string.text);
	return order < 0 ? LESS : order > 0 ? GREATER : EQUAL;
}

/* The one value that a side of a filter finds in item; *found NULL: none. */
static int
filter_side(struct path_run *run, const found_vec *item, const struct path_list *side, const struct value **found)
{
	found_vec values = VEC_INIT;
	int result = walk_list(run, item, side, &values);

	if (result == 0 && values.n > 1)
		result = err_set(run->err, ERR_FAILED, "can only compare one element at a time");
	*found = result == 0 && values.n == 1 ? values.v[0] : NULL;
	vec_release(&values);
	return result;
}

static int
filter_accepts(struct path_run *run, const struct path_node *node, const struct value *left, const struct value *right,
	bool *pass)
{
	for (size_t i = 0; i < sizeof filter_operators / sizeof filter_operators[0]; i++) {
		unsigned order;

		if (strcmp(node->text, filter_operators[i].operator) != 0)
			continue;
		order = compare(run, left, right, filter_operators[i].ordered);
		*pass = (order & filter_operators[i].accepts) != 0;
		return order != 0 ? 0 : -1;
	}
	return err_set(run->err, ERR_FAILED, "unrecognized filter operator %s", node->text);
}

/* Existence: an error on the way is none. */
static bool
filter_exists(struct path_run *run, const found_vec *item, const struct path_node *node)
{
	struct err ignored = ERR_INIT, *err = run->err;
	found_vec values = VEC_INIT;
	bool exists;

	run->err = &ignored;
	(void)walk_list(run, item, &node->list, &values);
	exists = values.n > 0;
	run->err = err;
	err_release(&ignored);
	vec_release(&values);
	return exists;
}

static int
filter_item(struct path_run *run, const found_vec *item, const struct path_node *node, bool *pass)
{
	const struct value *left, *right;

	*pass = false;
	if (strcmp(node->text, "exists") == 0) {
		*pass = filter_exists(run, item, node);
		return 0;
	}
	if (filter_side(run, item, &node->list, &left) < 0)
		return -1;
	if (left == NULL)
		return 0;
	if (filter_side(run, item, &node->right, &right) < 0)
		return -1;
	if (right == NULL)
		return 0;
	run->compared = filter_accepts(run, node, left, right, pass) < 0;
	return run->compared ? -1 : 0;
}

static int
walk_filter(struct path_run *run, const found_vec *input, const struct path_node *node, found_vec *output)
{
	for (size_t i = 0; i < input->n; i++) {
		const struct value *list = input->v[i];

		if (list == NULL || list->type != VALUE_LIST) {
			struct str text = STR_INIT;

			if (list != NULL)
				go_print_tree(&text, list, false);
			else
				str_add(&text, "<invalid reflect.Value>");
			err_set(run->err, ERR_FAILED, "%s is not array or slice and cannot be filtered", text.buf);
			str_release(&text);
			return -1;
		}
		for (size_t j = 0; j < list->list.n; j++) {
			const struct value *one[1] = { list->list.v[j] };
			found_vec item = { one, 1, 1 };
			bool pass;

			if (filter_item(run, &item, node, &pass) < 0)
				return -1;
			if (pass && push(run, output, one[0]) < 0)
				return -1;
		}
	}
	return 0;
}

/*
 * What a node that fails has found nevertheless: [?(..)] takes it for a sign that there is something, so that
 * [?(@.name[0])] is true of every text.
 */
static bool
gives_input(const struct path_run *run, const struct path_node *node)
{
	return node->type == PATH_ARRAY || node->type == PATH_UNION || (node->type == PATH_FILTER && !run->compared) ||
		(node->type == PATH_IDENTIFIER && strcmp(node->text, "end") != 0);
}

static int
walk(struct path_run *run, const found_vec *input, const struct path_node *node, found_vec *output)
{
	static int (*const walkers[])(struct path_run *, const found_vec *, const struct path_node *, found_vec *) = {
		[PATH_TEXT] = walk_text,
		[PATH_FIELD] = walk_field,
		[PATH_ARRAY] = walk_array,
		[PATH_FILTER] = walk_filter,
		[PATH_INT] = walk_constant,
		[PATH_FLOAT] = walk_constant,
		[PATH_BOOL] = walk_constant,
		[PATH_WILDCARD] = walk_wildcard,
		[PATH_RECURSIVE] = walk_recursive,
		[PATH_UNION] = walk_union,
		[PATH_IDENTIFIER] = walk_identifier,
	};

	if (touch(run, 1 + input->n) < 0)
		return -1;
	if (node->type == PATH_LIST)
		return walk_list(run, input, &node->list, output);
	if (walkers[node->type](run, input, node, output) == 0)
		return 0;
	if (gives_input(run, node)) {
		vec_clear(output);
		for (size_t i = 0; i < input->n; i++)
			*vec_push(output) = input->v[i];
	}
	return -1;
}

/* The nodes in a chain; what the last one finds is added to output. */
static int
walk_list(struct path_run *run, const found_vec *input, const struct path_list *list, found_vec *output)
{
	found_vec current = VEC_INIT;
	int result = 0;

	for (size_t i = 0; i < input->n; i++)
		*vec_push(&current) = input->v[i];
	for (size_t i = 0; i < list->n && result == 0; i++) {
		found_vec next = VEC_INIT;

		result = walk(run, &current, list->v[i], &next);
		vec_release(&current);
		current = next;
	}
	for (size_t i = 0; i < current.n; i++)
		*vec_push(output) = current.v[i];
	vec_release(&current);
	return result;
}

/* What one node of the template found, to be printed with blanks between. */
struct path_result {
	found_vec values;
};
typedef VEC(struct path_result) result_vec;

static int find_results(struct path_run *run, const struct value *data, struct path_node *const *nodes, size_t n,
	result_vec *results);

static void
release_results(result_vec *results)
{
	for (size_t i = 0; i < results->n; i++)
		vec_release(&results->v[i].values);
	vec_release(results);
}

/* The nodes after {range}, once for each value; n of them. */
static int
run_range(struct path_run *run, const found_vec *values, struct path_node *const *nodes, size_t n, result_vec *results)
{
	int result = 0;

	if (run->ranges >= RANGES_MAX)
		return err_set(run->err, ERR_FAILED, "more than %u ranges inside one another", RANGES_MAX);
	run->ranges++;
	for (size_t i = 0; i < values->n && result == 0; i++)
		result = find_results(run, values->v[i], nodes, n, results);
	if (values->n == 0) {
		result_vec unused = VEC_INIT;

		result = find_results(run, NULL, nodes, n, &unused);
		release_results(&unused);
	}
	run->ranges--;
	return result;
}

/* data NULL: nothing, which has no fields. */
static int
find_results(struct path_run *run, const struct value *data, struct path_node *const *nodes, size_t n,
	result_vec *results)
{
	const struct value *one[1] = { data };
	const found_vec input = { one, 1, 1 };

	for (size_t i = 0; i < n; i++) {
		found_vec found = VEC_INIT;
		int result = walk(run, &input, nodes[i], &found);

		if (result == 0 && run->ends > 0 && run->ends <= run->ranges) {
			run->ends--;
			run->last_end = &nodes[i];
			vec_release(&found);
			return 0;
		}
		if (result == 0 && run->range_begins) {
			run->range_begins = false;
			result = run_range(run, &found, &nodes[i + 1], n - i - 1, results);
			if (result == 0)
				result = touch(run, n - i);
			for (size_t k = i + 1; k < n; k++)
				if (&nodes[k] == run->last_end)
					i = k;
		} else if (result == 0) {
			vec_push(results)->values = found;
			continue;
		}
		vec_release(&found);
		if (result < 0)
			return -1;
	}
	return 0;
}

static int
parse(const char *template, struct arena *arena, struct path_list *nodes, struct err *err)
{
	if (strlen(template) > TEMPLATE_MAX)
		return err_set(err, ERR_FAILED, "a template of more than %u bytes", TEMPLATE_MAX);
	return path_parse(template, arena, nodes, err);
}

static int
run_template(const char *template, const struct value *root, bool allow_missing, struct arena *arena,
	result_vec *results, struct err *err)
{
	struct path_run run = { .arena = arena, .allow_missing = allow_missing, .err = err };
	struct path_list nodes = { NULL, 0, 0 };

	if (parse(template, arena, &nodes, err) < 0)
		return -1;
	return find_results(&run, root, nodes.v, nodes.n, results);
}

static void
print_value(const struct value *value, struct str *out)
{
	if (value_is_null(value))
		str_add(out, "null");
	else if (value->type == VALUE_LIST || value->type == VALUE_MAP)
		json_write(value, 0, out);
	else
		go_print_tree(out, value, false);
}

static void
print_result(const found_vec *values, struct str *out)
{
	for (size_t i = 0; i < values->n; i++) {
		str_add(out, i > 0 ? " " : "");
		print_value(values->v[i], out);
	}
}

static void
print_result_json(const found_vec *values, struct str *out)
{
	struct arena arena = ARENA_INIT;
	struct value *list = value_list(&arena);

	for (size_t i = 0; i < values->n; i++)
		value_append(&arena, list, values->v[i] != NULL ? (struct value *)values->v[i] : value_null(&arena));
	json_write(list, 4, out);
	str_addch(out, '\n');
	arena_release(&arena);
}

/* The values in a value, itself included. */
static size_t
size_of(const struct value *value)
{
	size_t size = 1;

	for (size_t i = 0; value != NULL && i < value_count(value); i++)
		size += size_of(value->type == VALUE_MAP ? value->map.v[i].value : value->list.v[i]);
	return size;
}

int
jsonpath_print(const char *template, const struct value *root, bool allow_missing, bool json, struct str *out,
	struct err *err)
{
	struct arena arena = ARENA_INIT;
	result_vec results = VEC_INIT;
	int result = run_template(template, root, allow_missing, &arena, &results, err);
	size_t size = 0;

	for (size_t i = 0; i < results.n && result == 0; i++) {
		const found_vec *values = &results.v[i].values;

		for (size_t j = 0; j < values->n && size <= FOUND_MAX; j++)
			size += size_of(values->v[j]);
		if (size > FOUND_MAX)
			result = err_set(err, ERR_FAILED, "the template prints more than %u values", FOUND_MAX);
		else if (json)
			print_result_json(values, out);
		else
			print_result(values, out);
	}
	release_results(&results);
	arena_release(&arena);
	return result;
}

int
jsonpath_check(const char *template, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct path_list nodes = { NULL, 0, 0 };
	int result = parse(template, &arena, &nodes, err);

	arena_release(&arena);
	return result;
}

char *
jsonpath_relaxed(const char *expression, struct arena *arena, struct err *err)
{
	size_t len = strlen(expression), skip = *expression == '{' && len > 1 && expression[len - 1] == '}' ? 1 : 0;
	const char *inner = expression + skip;

	len -= 2 * skip;
	if (len > 1 && *inner == '.') {
		inner++;
		len--;
	}
	if (len > 0 && memchr(inner, '{', len) == NULL && memchr(inner, '}', len) == NULL)
		return arena_printf(arena, "{.%.*s}", (int)len, inner);
	err_set(err, ERR_FAILED, "unexpected path string, expected a 'name1.name2' or '.name1.name2' or "
		"'{name1.name2}' or '{.name1.name2}'");
	return NULL;
}

int
jsonpath_find(const char *expression, const struct value *root, bool allow_missing, struct arena *arena,
	struct value ***found, size_t *nfound, struct err *err)
{
	char *template = jsonpath_relaxed(expression, arena, err);
	result_vec results = VEC_INIT;
	size_t n = 0;
	int result;

	if (template == NULL)
		return -1;
	result = run_template(template, root, allow_missing, arena, &results, err);
	if (result == 0) {
		for (size_t i = 0; i < results.n; i++)
			n += results.v[i].values.n;
		*found = arena_alloc(arena, (n + 1) * sizeof **found);
		*nfound = 0;
		for (size_t i = 0; i < results.n; i++)
			for (size_t j = 0; j < results.v[i].values.n; j++)
				(*found)[(*nfound)++] = (struct value *)results.v[i].values.v[j];
	}
	release_results(&results);
	return result;
}

int
jsonpath_first(const char *template, const struct value *root, struct arena *arena, const struct value **found,
	struct err *err)
{
	result_vec results = VEC_INIT;
	int result = run_template(template, root, true, arena, &results, err);

	*found = result == 0 && results.n > 0 && results.v[0].values.n > 0 ? results.v[0].values.v[0] : NULL;
	release_results(&results);
	return result;
}
