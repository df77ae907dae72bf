/*
 * Running a parsed template over an object: lists are walked, pipelines computed, blocks entered or not.  Each word is
 * computed as its function's parameter asks for it, and a failure names the word that was last looked at.  Follows
 * exec.go of Go's text/template.
 */
#include <stdlib.h>
#include <string.h>

#include "api/go_print.h"
#include "base/go_text.h"
#include "kubectl/format.h"
#include "kubectl/go_template.h"
#include "kubectl/template_functions.h"
#include "kubectl/template_node.h"

/*
 * What a template may use: Go lets 100000 templates stand inside one another, for which this program's stack is too
 * small; and a template out of a pack that would never end, or fill the memory, has to.
 */
#define DEPTH_MAX 2000
#define STEPS_MAX (8u << 20)
#define BYTES_MAX ((size_t)256 << 20)

enum walk {
	WALK_ON,
	WALK_BREAK,
	WALK_CONTINUE,
	WALK_FAILED,
};

struct variable {
	const char *name;
	struct go_value value;
};

struct template_run {
	struct arena *arena;
	const struct template_set *set;
	const char *name;			/* of the tree that runs */
	const struct template_node *node;	/* the one looked at, for errors */
	VEC(struct variable) variables;
	size_t base;				/* the tree's first variable, $ */
	unsigned depth, steps;
	bool strict;
	struct str *out;
	struct err *err;
};

/* A word that is followed by others, or has a value piped into it. */
struct arguments {
	struct template_node *const *words;	/* the function or value first */
	size_t n;
	const struct go_value *final;		/* NULL without a pipe */
};

static enum walk walk(struct template_run *run, const struct go_value *dot, const struct template_node *node);
static int pipeline(struct template_run *run, const struct go_value *dot, const struct template_node *pipe,
	struct go_value *out);

/* ---- failures ---- */

static int
failed(struct template_run *run, const char *why)
{
	const char *source = run->set->source, *at = source + run->node->at, *line = source;
	struct str context = STR_INIT, name = STR_INIT;
	unsigned lines = 1;

	for (const char *c = source; c < at; c++)
		if (*c == '\n') {
			lines++;
			line = c + 1;
		}
	template_node_text(run->node, &context);
	go_quote_text(&name, run->name);
	err_set(run->err, ERR_FAILED, "template: output:%u:%zu: executing %s at <%s>: %s", lines, (size_t)(at - line),
		name.buf, context.buf, why);
	str_release(&context);
	str_release(&name);
	return -1;
}

PRINTF_LIKE(2, 3) static int
failedf(struct template_run *run, const char *fmt, ...)
{
	struct str why = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&why, fmt, args);
	va_end(args);
	(void)failed(run, why.buf);
	str_release(&why);
	return -1;
}

/* why, with the text quoted behind it */
static int
failed_quoting(struct template_run *run, const char *why, const char *text)
{
	struct str whole = STR_INIT;

	str_add(&whole, why);
	go_quote_text(&whole, text);
	(void)failed(run, whole.buf);
	str_release(&whole);
	return -1;
}

static int
take_step(struct template_run *run)
{
	if (++run->steps > STEPS_MAX || run->out->len > GO_TEXT_MAX || run->arena->used > BYTES_MAX)
		return failed(run, "template runs too long");
	return 0;
}

/* ---- variables ---- */

static void
push_variable(struct template_run *run, const char *name, const struct go_value *value)
{
	*vec_push(&run->variables) = (struct variable){ name, *value };
}

static struct variable *
find_variable(struct template_run *run, const char *name)
{
	for (size_t i = run->variables.n; i-- > run->base; )
		if (strcmp(run->variables.v[i].name, name) == 0)
			return &run->variables.v[i];
	return NULL;
}

static int
set_variable(struct template_run *run, const struct template_node *declared, const struct go_value *value)
{
	struct variable *variable = find_variable(run, declared->nodes.v[0]->text);

	if (!variable)
		return failedf(run, "undefined variable: %s", declared->nodes.v[0]->text);
	variable->value = *value;
	return 0;
}

/* ---- fields ---- */

static int
field(struct template_run *run, const char *name, bool has_arguments, struct go_value *value)
{
	const char *type = go_value_type(value);
	const struct value *found;

	if (value->kind == GO_INVALID)
		return run->strict ? failed_quoting(run, "nil data; no entry for key ", name) : 0;
	if (value->kind == GO_NIL)
		return failedf(run, "nil pointer evaluating %s.%s", type, name);
	if (value->kind != GO_MAP)
		return failedf(run, "can't evaluate field %s in type %s", name, type);
	if (has_arguments)
		return failedf(run, "%s is not a method but has arguments", name);
	found = value_get(value->map, name);
	if (!found && run->strict)
		return failed_quoting(run, "map has no entry for key ", name);
	*value = go_value_of(found, true);
	return 0;
}

/* The names from first on, one inside the other; only the last would take arguments. */
static int
fields(struct template_run *run, const struct template_node *node, size_t first, const struct arguments *arguments,
	struct go_value *value)
{
	bool given = arguments && (arguments->n > 1 || arguments->final);

	for (size_t i = first; i < node->nodes.n; i++)
		if (field(run, node->nodes.v[i]->text, given && i + 1 == node->nodes.n, value))
			return -1;
	return 0;
}

static int
not_a_function(struct template_run *run, const struct arguments *arguments)
{
	struct str word = STR_INIT;
	int result;

	if (!arguments || (arguments->n <= 1 && !arguments->final))
		return 0;
	template_node_text(arguments->words[0], &word);
	result = failedf(run, "can't give argument to non-function %s", word.buf);
	str_release(&word);
	return result;
}

/* ---- functions ---- */

/* value as the parameter takes it. */
static int
fit(struct template_run *run, enum template_parameter parameter, struct go_value *value)
{
	if (parameter == PARAMETER_VALUE)
		return 0;
	if (parameter == PARAMETER_STRING && value->kind == GO_INVALID)
		return failed(run, "invalid value; expected string");
	if (parameter == PARAMETER_STRING && value->kind != GO_STRING) {
		struct go_value inner = value->kind == GO_NIL ? *value : go_value_unboxed(value);

		return failedf(run, "wrong type for value; expected string; got %s", go_value_type(&inner));
	}
	*value = go_value_unboxed(value);
	if (value->kind == GO_INVALID)
		value->kind = GO_NIL;
	return 0;
}

static int
constant(struct template_run *run, const struct template_node *node, struct go_value *out)
{
	run->node = node;
	if (node->constant.kind == GO_INVALID)
		return failedf(run, "%s overflows int", node->text);
	*out = node->constant;
	return 0;
}

static int call(struct template_run *run, const struct go_value *dot, const struct template_node *word,
	const struct template_node *shown, const struct arguments *arguments, struct go_value *out);

/* What the word stands for, wherever it stands. */
static int
word(struct template_run *run, const struct go_value *dot, const struct template_node *node,
	const struct arguments *arguments, struct go_value *out)
{
	struct variable *variable;

	switch (node->type) {
	case NODE_FIELD:
		*out = *dot;
		return fields(run, node, 0, arguments, out);
	case NODE_CHAIN:
		run->node = node->pipe;
		if (word(run, dot, node->pipe, NULL, out))
			return -1;
		return fields(run, node, 0, arguments, out);
	case NODE_VARIABLE:
		variable = find_variable(run, node->nodes.v[0]->text);
		if (!variable)
			return failedf(run, "undefined variable: %s", node->nodes.v[0]->text);
		*out = variable->value;
		return node->nodes.n > 1 ? fields(run, node, 1, arguments, out) : not_a_function(run, arguments);
	case NODE_PIPE:
		return not_a_function(run, arguments) || pipeline(run, dot, node, out) ? -1 : 0;
	case NODE_IDENTIFIER:
		return call(run, dot, node, node, NULL, out);
	case NODE_DOT:
		*out = *dot;
		return not_a_function(run, arguments);
	case NODE_NIL:
		return not_a_function(run, arguments) || failed(run, "nil is not a command") ? -1 : 0;
	default:
		return not_a_function(run, arguments) || constant(run, node, out) ? -1 : 0;
	}
}

static int
argument(struct template_run *run, const struct go_value *dot, enum template_parameter parameter,
	const struct template_node *node, struct go_value *out)
{
	run->node = node;
	if (node->type == NODE_NIL) {
		if (parameter == PARAMETER_STRING)
			return failed(run, "cannot assign nil to string");
		*out = (struct go_value){ .kind = parameter == PARAMETER_VALUE ? GO_INVALID : GO_NIL };
		return 0;
	}
	if (parameter == PARAMETER_STRING && (node->type == NODE_BOOL || node->type == NODE_NUMBER))
		return failedf(run, "expected string; found %s", node->text);
	return word(run, dot, node, NULL, out) || fit(run, parameter, out) ? -1 : 0;
}

static enum template_parameter
parameter_at(const struct template_function *function, size_t i)
{
	return i < function->fixed ? function->first : function->rest;
}

/* and, or: the first argument that decides, or the last. */
static int
call_logic(struct template_run *run, const struct go_value *dot, bool stop_at, const struct arguments *arguments,
	struct go_value *out)
{
	for (size_t i = 1; i < arguments->n; i++) {
		if (argument(run, dot, PARAMETER_VALUE, arguments->words[i], out))
			return -1;
		if (go_value_truth(out) == stop_at)
			return 0;
	}
	if (arguments->final)
		*out = *arguments->final;
	return 0;
}

/* Nothing in an object is a function. */
static int
call_call(struct template_run *run, const struct template_node *shown, const struct arguments *arguments,
	const struct go_value *given)
{
	struct go_value function = go_value_unboxed(&given[0]);
	struct str name = STR_INIT;
	int result;

	if (arguments->n < 2)
		return err_set(run->err, ERR_FAILED,
			"caught panic: runtime error: index out of range [0] with length 0");
	run->node = shown;
	if (function.kind == GO_INVALID)
		return failed(run, "error calling call: call of nil");
	template_node_text(arguments->words[1], &name);
	result = failedf(run, "error calling call: non-function %s of type %s", name.buf, go_value_type(&function));
	str_release(&name);
	return result;
}

static int
check_count(struct template_run *run, const struct template_function *function, const struct arguments *arguments)
{
	size_t given = arguments->n - 1, n = given + (arguments->final != NULL);

	if (function->variadic && n < function->fixed)
		return failedf(run, "wrong number of args for %s: want at least %u got %zu", function->name,
			function->fixed, given);
	if (!function->variadic && n != function->fixed)
		return failedf(run, "wrong number of args for %s: want %u got %zu", function->name, function->fixed, n);
	return 0;
}

static int
call_with(struct template_run *run, const struct template_function *function, const struct template_node *shown,
	const struct arguments *arguments, const struct go_value *given, size_t n, struct go_value *out)
{
	struct err err = ERR_INIT;
	int result;

	if (!function->call)
		return call_call(run, shown, arguments, given);
	if (!function->call(run->arena, given, n, out, &err))
		return 0;
	run->node = shown;
	result = failedf(run, "error calling %s: %s", function->name, err.text);
	err_release(&err);
	return result;
}

/* shown: what an error of the function points at, the whole command. */
static int
call(struct template_run *run, const struct go_value *dot, const struct template_node *node,
	const struct template_node *shown, const struct arguments *arguments, struct go_value *out)
{
	const struct template_function *function = template_function_find(node->text);
	struct template_node *const only[] = { (struct template_node *)node };
	struct arguments alone = { only, 1, NULL };
	struct go_value *given;
	size_t n = 0;
	int result = 0;

	if (!arguments)
		arguments = &alone;
	run->node = node;
	if (take_step(run) || check_count(run, function, arguments))
		return -1;
	if (!function->call && *function->name != 'c')
		return call_logic(run, dot, *function->name == 'o', arguments, out);
	given = xcalloc(arguments->n + 1, sizeof *given);
	for (size_t i = 1; i < arguments->n && !result; i++, n++)
		result = argument(run, dot, parameter_at(function, n), arguments->words[i], &given[n]);
	if (arguments->final && !result) {
		given[n] = *arguments->final;
		result = fit(run, parameter_at(function, n), &given[n]);
		n++;
	}
	if (!result)
		result = call_with(run, function, shown, arguments, given, n, out);
	free(given);
	return result;
}

/* ---- pipelines ---- */

static int
command(struct template_run *run, const struct go_value *dot, const struct template_node *node,
	const struct go_value *final, struct go_value *out)
{
	struct arguments arguments = { node->nodes.v, node->nodes.n, final };
	const struct template_node *first = node->nodes.v[0];

	if (first->type == NODE_IDENTIFIER)
		return call(run, dot, first, node, &arguments, out);
	if (first->type != NODE_PIPE)
		run->node = first;
	return word(run, dot, first, &arguments, out);
}

static int
pipeline(struct template_run *run, const struct go_value *dot, const struct template_node *pipe, struct go_value *out)
{
	struct go_value value = { .kind = GO_INVALID };

	run->node = pipe;
	if (take_step(run))
		return -1;
	for (size_t i = 0; i < pipe->nodes.n; i++) {
		struct go_value final = value;

		if (command(run, dot, pipe->nodes.v[i], i ? &final : NULL, &value))
			return -1;
		if (value.boxed)
			value = go_value_unboxed(&value);
	}
	*out = value;
	for (size_t i = 0; i < pipe->declared.n; i++)
		if (!pipe->assigns)
			push_variable(run, pipe->declared.v[i]->nodes.v[0]->text, out);
		else if (set_variable(run, pipe->declared.v[i], out))
			return -1;
	return 0;
}

/* ---- blocks ---- */

static enum walk
walk_branch(struct template_run *run, const struct go_value *dot, const struct template_node *node)
{
	size_t held = run->variables.n;
	struct go_value value;
	enum walk how = WALK_ON;

	if (pipeline(run, dot, node->pipe, &value))
		return WALK_FAILED;
	if (go_value_truth(&value))
		how = walk(run, node->type == NODE_WITH ? &value : dot, node->list);
	else if (node->otherwise)
		how = walk(run, dot, node->otherwise);
	run->variables.n = held;
	return how;
}

/* The variables of {{range $i, $x := ..}} for one round: they are the topmost, unless they are assigned to. */
static int
set_round(struct template_run *run, const struct template_node *pipe, const struct go_value *index,
	const struct go_value *item)
{
	size_t n = pipe->declared.n;

	for (size_t i = 0; i < n; i++) {
		const struct go_value *value = n == 2 && i == 0 ? index : item;

		if (!pipe->assigns)
			run->variables.v[run->variables.n - n + i].value = *value;
		else if (set_variable(run, pipe->declared.v[i], value))
			return -1;
	}
	return 0;
}

static enum walk
walk_round(struct template_run *run, const struct template_node *node, const struct go_value *index,
	const struct go_value *item)
{
	size_t held = run->variables.n;
	enum walk how;

	if (take_step(run) || set_round(run, node->pipe, index, item))
		return WALK_FAILED;
	how = walk(run, item, node->list);
	run->variables.n = held;
	return how == WALK_CONTINUE ? WALK_ON : how;
}

static enum walk
walk_list(struct template_run *run, const struct template_node *node, const struct go_value *list)
{
	enum walk how = WALK_ON;

	for (size_t i = 0; i < list->slice.n && how == WALK_ON; i++) {
		struct go_value index = go_value_int((int64_t)i), item = go_value_item(list, i);

		how = walk_round(run, node, &index, &item);
	}
	return how;
}

static enum walk
walk_map(struct template_run *run, const struct template_node *node, const struct go_value *map)
{
	size_t n;
	const struct value_entry **entries = format_sorted(map->map, &n);
	enum walk how = WALK_ON;

	for (size_t i = 0; i < n && how == WALK_ON; i++) {
		struct go_value key = go_value_text(entries[i]->key, strlen(entries[i]->key));
		struct go_value item = go_value_of(entries[i]->value, true);

		how = walk_round(run, node, &key, &item);
	}
	free(entries);
	return how;
}

static enum walk
walk_range(struct template_run *run, const struct go_value *dot, const struct template_node *node)
{
	size_t held = run->variables.n;
	struct go_value value;
	struct str shown = STR_INIT;
	enum walk how = WALK_ON;

	run->node = node;
	if (pipeline(run, dot, node->pipe, &value))
		return WALK_FAILED;
	if (value.kind != GO_INVALID && value.kind != GO_SLICE && value.kind != GO_MAP) {
		go_print_value(&shown, &value, 'v', false);
		(void)failedf(run, "range can't iterate over %s", shown.buf);
		str_release(&shown);
		return WALK_FAILED;
	}
	if (go_value_len(&value) > 0)
		how = value.kind == GO_MAP ? walk_map(run, node, &value) : walk_list(run, node, &value);
	else if (node->otherwise)
		how = walk(run, dot, node->otherwise);
	run->variables.n = held;
	return how == WALK_BREAK ? WALK_ON : how;
}

/* A template sees no variables but its own $. */
static enum walk
walk_template(struct template_run *run, const struct go_value *dot, const struct template_node *node)
{
	const struct template_tree *tree = template_find(run->set, node->text);
	const char *name = run->name;
	struct go_value inner = { .kind = GO_INVALID };
	size_t base = run->base, held;
	enum walk how;

	run->node = node;
	if (take_step(run))
		return WALK_FAILED;
	if (!tree) {
		struct str why = STR_INIT;

		str_add(&why, "template ");
		go_quote_text(&why, node->text);
		str_add(&why, " not defined");
		(void)failed(run, why.buf);
		str_release(&why);
		return WALK_FAILED;
	}
	if (run->depth >= DEPTH_MAX) {
		(void)failed(run, "exceeded maximum template depth (100000)");
		return WALK_FAILED;
	}
	if (node->pipe && pipeline(run, dot, node->pipe, &inner))
		return WALK_FAILED;
	held = run->variables.n;
	run->base = held;
	run->name = tree->name;
	push_variable(run, "$", &inner);
	how = walk(run, &inner, tree->root);
	run->variables.n = held;
	run->base = base;
	run->name = name;
	return how;
}

static enum walk
walk_nodes(struct template_run *run, const struct go_value *dot, const struct template_node *list)
{
	enum walk how = WALK_ON;

	run->depth++;
	for (size_t i = 0; i < list->nodes.n && how == WALK_ON; i++)
		how = walk(run, dot, list->nodes.v[i]);
	run->depth--;
	return how;
}

static enum walk
walk_action(struct template_run *run, const struct go_value *dot, const struct template_node *node)
{
	struct go_value value;

	if (pipeline(run, dot, node->pipe, &value))
		return WALK_FAILED;
	run->node = node;
	if (node->pipe->declared.n)
		return WALK_ON;
	if (value.kind == GO_INVALID)
		str_add(run->out, "<no value>");
	else
		go_print(run->out, &value, 1);
	return WALK_ON;
}

static enum walk
walk(struct template_run *run, const struct go_value *dot, const struct template_node *node)
{
	run->node = node;
	switch (node->type) {
	case NODE_ACTION:
		return walk_action(run, dot, node);
	case NODE_BREAK:
		return WALK_BREAK;
	case NODE_CONTINUE:
		return WALK_CONTINUE;
	case NODE_IF:
	case NODE_WITH:
		return walk_branch(run, dot, node);
	case NODE_LIST:
		return walk_nodes(run, dot, node);
	case NODE_RANGE:
		return walk_range(run, dot, node);
	case NODE_TEMPLATE:
		return walk_template(run, dot, node);
	default:
		str_addn(run->out, node->text, node->len);
		return take_step(run) ? WALK_FAILED : WALK_ON;
	}
}

/* ---- from outside ---- */

int
go_template_check(const char *template, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct template_set set = { .trees = VEC_INIT };
	int result = template_parse(template, &arena, &set, err);

	vec_release(&set.trees);
	arena_release(&arena);
	return result;
}

int
go_template_print(const char *template, const struct value *root, bool strict, struct str *out, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct template_set set = { .trees = VEC_INIT };
	struct template_run run = { .arena = &arena, .set = &set, .name = "output", .variables = VEC_INIT,
		.strict = strict, .out = out, .err = err };
	struct go_value dot = go_value_of(root, false);
	int result = template_parse(template, &arena, &set, err);

	if (!result) {
		push_variable(&run, "$", &dot);
		result = walk(&run, &dot, template_find(&set, "output")->root) == WALK_FAILED ? -1 : 0;
	}
	vec_release(&run.variables);
	vec_release(&set.trees);
	arena_release(&arena);
	return result;
}
