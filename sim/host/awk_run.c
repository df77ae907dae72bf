/* Runs awk's tree: expressions, statements, and items for each record. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/awk.h"

void
awk_fail(struct awk *awk, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	if (awk->failed)
		return;
	awk_flush(awk);
	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	sink_printf(awk->io->err, "awk: %s\n", text.buf);
	str_release(&text);
	awk->failed = true;
	awk->leave = AWK_LEAVES_ALL;
	awk->status = 2;
}

/* Is there still leave to go on? A program may not run for ever. */
static bool
goes_on(struct awk *awk)
{
	if (++awk->steps > AWK_STEPS_MAX)
		awk_fail(awk, "more than %u steps", AWK_STEPS_MAX);
	else if (awk->steps % 4096 == 0 && awk->io->interrupted && awk->io->interrupted(awk->io)) {
		awk->failed = true;
		awk->leave = AWK_LEAVES_ALL;
		awk->status = 130;
	}
	return !awk->failed;
}

/* ---- places ---- */

static struct awk_variable *
variable_of(struct awk *awk, const struct awk_node *node)
{
	return node->kind == AWK_LOCAL ? &awk->locals[node->slot] : awk_variable(awk, node->text);
}

static struct awk_value
variable(struct awk *awk, const struct awk_node *node)
{
	if (node->kind == AWK_VARIABLE && strcmp(node->text, "NF") == 0)
		return awk_number((double)awk_nf(awk));
	return awk_value_copy(&variable_of(awk, node)->value);
}

struct map *
awk_array_of(struct awk *awk, const struct awk_node *node)
{
	if (node->kind != AWK_VARIABLE && node->kind != AWK_LOCAL) {
		awk_fail(awk, "type error: an array is wanted");
		return NULL;
	}
	return awk_array(variable_of(awk, node));
}

/* a[i, j]: the subscripts with SUBSEP between. */
static char *
subscript(struct awk *awk, const struct awk_node *list)
{
	struct str key = STR_INIT;

	for (const struct awk_node *node = list; node; node = node->next) {
		struct awk_value value = awk_eval(awk, node);
		char *text = awk_to_text(awk, &value);

		if (node != list) {
			char *separator = awk_variable_text(awk, "SUBSEP");

			str_add(&key, separator);
			free(separator);
		}
		str_add(&key, text);
		free(text);
		awk_value_release(&value);
	}
	return str_detach(&key);
}

static size_t
field_number(struct awk *awk, const struct awk_node *node)
{
	struct awk_value value = awk_eval(awk, node->a);
	double number = awk_to_number(&value);

	awk_value_release(&value);
	if (number < 0)
		awk_fail(awk, "run time error: negative field index $%.0f", number);
	else if (number > AWK_FIELDS_MAX)
		awk_fail(awk, "run time error: maximum number of fields(%u) exceeded", AWK_FIELDS_MAX);
	return awk->failed ? 0 : (size_t)number;
}

/* A place found once, though it is read and written: its subscript may have an effect. */
struct awk_place {
	const struct awk_node *node;
	size_t field;
	char *key;
	struct map *array;
};

static struct awk_place
place_find(struct awk *awk, const struct awk_node *node)
{
	struct awk_place place = { .node = node };

	if (node->kind == AWK_FIELD)
		place.field = field_number(awk, node);
	if (node->kind == AWK_ELEMENT) {
		place.key = subscript(awk, node->list);
		place.array = awk_array_of(awk, node->a);
	}
	return place;
}

static double
place_number(struct awk *awk, const struct awk_place *place)
{
	struct awk_value value;
	double number;

	if (awk->failed)
		return 0;
	value = place->node->kind == AWK_FIELD ? awk_field(awk, place->field)
		: place->array ? awk_value_copy(awk_element(place->array, place->key)) : variable(awk, place->node);
	number = awk_to_number(&value);
	awk_value_release(&value);
	return number;
}

/* Takes the value, and ends the place. */
static void
place_set(struct awk *awk, struct awk_place *place, struct awk_value value)
{
	struct awk_value *target = place->array ? awk_element(place->array, place->key) : NULL;
	char *text;

	if (awk->failed) {
		awk_value_release(&value);
	} else if (place->node->kind == AWK_FIELD) {
		text = awk_to_text(awk, &value);
		awk_set_field(awk, place->field, text);
		free(text);
		awk_value_release(&value);
	} else if (place->node->kind == AWK_VARIABLE) {
		awk_set(awk, place->node->text, value);
	} else {
		target = target ? target : &awk->locals[place->node->slot].value;
		awk_value_release(target);
		*target = value;
	}
	free(place->key);
}

void
awk_assign(struct awk *awk, const struct awk_node *node, struct awk_value value)
{
	struct awk_place place = place_find(awk, node);

	place_set(awk, &place, value);
}

bool
awk_assign_word(struct awk *awk, const char *word)
{
	size_t n = 0;
	char *name;
	struct str value = STR_INIT;

	while (ascii_isalnum(word[n]) || word[n] == '_')
		n++;
	if (!n || ascii_isdigit(*word) || word[n] != '=')
		return false;
	for (const char *c = word + n + 1; *c; c++) {
		static const char letters[] = "nt\\\"/", meant[] = "\n\t\\\"/";
		const char *found = c[0] == '\\' && c[1] ? strchr(letters, c[1]) : NULL;

		str_addch(&value, found ? meant[found - letters] : *c);
		c += found != NULL;
	}
	name = xstrndup(word, n);
	awk_set(awk, name, awk_input(value.buf));
	free(name);
	str_release(&value);
	return true;
}

/* ---- operators ---- */

static double
number_of(struct awk *awk, const struct awk_node *node)
{
	struct awk_value value = awk_eval(awk, node);
	double number = awk_to_number(&value);

	awk_value_release(&value);
	return number;
}

static bool
truth_of(struct awk *awk, const struct awk_node *node)
{
	struct awk_value value = awk_eval(awk, node);
	bool truth = awk_to_truth(&value);

	awk_value_release(&value);
	return truth;
}

static double
calculate(int op, double a, double b)
{
	switch (op) {
	case '+':
		return a + b;
	case '-':
		return a - b;
	case '*':
		return a * b;
	case '/':
		return a / b;
	case '%':
		return fmod(a, b);
	default:
		return pow(a, b);
	}
}

/* NUMBER and what else is no text is taken as it is; a pattern's text is the pattern. */
static bool
matches(struct awk *awk, const char *text, const struct awk_node *pattern_node)
{
	regmatch_t groups[PATTERN_GROUPS];
	const struct pattern *pattern;

	if (pattern_node->kind == AWK_REGEX) {
		pattern = awk_pattern(awk, pattern_node->text);
	} else {
		struct awk_value value = awk_eval(awk, pattern_node);
		char *pattern_text = awk_to_text(awk, &value);

		pattern = awk_pattern(awk, pattern_text);
		free(pattern_text);
		awk_value_release(&value);
	}
	return pattern && pattern_match(pattern, text, true, groups);
}

static struct awk_value
match(struct awk *awk, const struct awk_node *node)
{
	struct awk_value value = awk_eval(awk, node->a);
	char *text = awk_to_text(awk, &value);
	bool found = matches(awk, text, node->b);

	free(text);
	awk_value_release(&value);
	return awk_number(found == (node->kind == AWK_MATCH));
}

static struct awk_value
compare(struct awk *awk, const struct awk_node *node)
{
	struct awk_value left = awk_eval(awk, node->a), right = awk_eval(awk, node->b);
	int order = awk_compare(awk, &left, &right);
	bool holds;

	awk_value_release(&left);
	awk_value_release(&right);
	switch (node->op) {
	case '<':
		holds = order < 0;
		break;
	case '>':
		holds = order > 0;
		break;
	case AWK_OP_LESS_EQUAL:
		holds = order <= 0;
		break;
	case AWK_OP_GREATER_EQUAL:
		holds = order >= 0;
		break;
	default:
		holds = (order == 0) == (node->op == AWK_OP_EQUAL);
		break;
	}
	return awk_number(holds);
}

static struct awk_value
join(struct awk *awk, const struct awk_node *node)
{
	struct awk_value left = awk_eval(awk, node->a), right = awk_eval(awk, node->b);
	char *a = awk_to_text(awk, &left), *b = awk_to_text(awk, &right), *text;

	awk_value_release(&left);
	awk_value_release(&right);
	if (strlen(a) + strlen(b) > SHELL_BUFFER_MAX)
		awk_fail(awk, "run time error: a text of more than %u bytes", SHELL_BUFFER_MAX);
	text = awk->failed ? xstrdup("") : xasprintf("%s%s", a, b);
	free(a);
	free(b);
	return awk_text_taken(text);
}

static struct awk_value
assign(struct awk *awk, const struct awk_node *node)
{
	struct awk_value value;
	struct awk_place place;

	if (!node->op) {
		value = awk_eval(awk, node->b);
		awk_assign(awk, node->a, awk_value_copy(&value));
		return value;
	}
	place = place_find(awk, node->a);
	value = awk_number(calculate(node->op, place_number(awk, &place), number_of(awk, node->b)));
	place_set(awk, &place, value);
	return value;
}

static struct awk_value
step(struct awk *awk, const struct awk_node *node)
{
	struct awk_place place = place_find(awk, node->a);
	double before = place_number(awk, &place), after = before + node->op;

	place_set(awk, &place, awk_number(after));
	return awk_number(node->kind == AWK_BEFORE ? after : before);
}

static struct awk_value
is_member(struct awk *awk, const struct awk_node *node)
{
	char *key = subscript(awk, node->list);
	struct map *array = awk_array_of(awk, node->b);
	bool found = array && map_get(array, key);

	free(key);
	return awk_number(found);
}

void
awk_delete(struct awk *awk, const struct awk_node *node)
{
	char *key = subscript(awk, node->list);
	struct map *array = awk_array_of(awk, node->b);
	struct awk_value *value = array ? map_remove(array, key) : NULL;

	if (value)
		awk_value_release(value);
	free(value);
	free(key);
}

bool
awk_array_size(struct awk *awk, const struct awk_node *node, size_t *n)
{
	const struct awk_variable *variable = variable_of(awk, node);

	while (variable->same)
		variable = variable->same;
	*n = variable->array ? variable->array->live : 0;
	return variable->array != NULL;
}

static void
count_record(struct awk *awk, bool in_file)
{
	awk_set(awk, "NR", awk_number(awk_to_number(&awk_variable(awk, "NR")->value) + 1));
	if (in_file)
		awk_set(awk, "FNR", awk_number(awk_to_number(&awk_variable(awk, "FNR")->value) + 1));
}

/* getline, getline place, getline <file, command | getline */
static struct awk_value
get_line(struct awk *awk, const struct awk_node *node)
{
	struct str record = STR_INIT;
	int got;

	if (node->way) {
		struct awk_value value = awk_eval(awk, node->b);
		char *name = awk_to_text(awk, &value);

		got = awk_read(awk, node->way, name, &record);
		free(name);
		awk_value_release(&value);
	} else {
		got = awk_next_record(awk, &record);
	}
	if (got > 0 && node->a)
		awk_assign(awk, node->a, awk_input(record.buf));
	else if (got > 0)
		awk_set_record(awk, record.buf, record.len);
	if (got > 0 && node->way != AWK_WAY_READ)
		count_record(awk, node->way == AWK_WAY_NONE);
	str_release(&record);
	return awk_number(got);
}

static struct awk_value
element(struct awk *awk, const struct awk_node *node)
{
	char *key = subscript(awk, node->list);
	struct map *array = awk_array_of(awk, node->a);
	struct awk_value value = { AWK_IS_NOTHING, 0, NULL };

	if (array)
		value = awk_value_copy(awk_element(array, key));
	free(key);
	return value;
}

/* ---- functions of the program ---- */

/* A bare name may be an array, which is then the caller's; anything else is a value. */
static void
bind(struct awk *awk, struct awk_variable *local, const struct awk_node *node)
{
	if (node->kind == AWK_VARIABLE || node->kind == AWK_LOCAL) {
		struct awk_variable *given = variable_of(awk, node);

		local->same = given;
		local->value = variable(awk, node);
	} else {
		local->value = awk_eval(awk, node);
	}
}

static struct awk_value
call_function(struct awk *awk, const struct awk_node *node)
{
	const struct awk_function *function = &awk->program.functions.v[node->slot];
	size_t n = function->nparams ? function->nparams : 1, at = 0;
	struct awk_variable *locals, *outer = awk->locals;
	struct awk_value result;

	if (awk->depth >= AWK_DEPTH_MAX) {
		awk_fail(awk, "function %s: calls are nested more than %u deep", function->name, AWK_DEPTH_MAX);
		return awk_number(0);
	}
	awk->depth++;
	locals = xcalloc(n, sizeof *locals);
	for (const struct awk_node *argument = node->list; argument; argument = argument->next, at++)
		if (at < function->nparams)
			bind(awk, &locals[at], argument);
		else
			awk_fail(awk, "too many arguments in call to %s", function->name);
	awk->locals = locals;
	awk->result = (struct awk_value){ AWK_IS_NOTHING, 0, NULL };
	if (!awk->failed)
		awk_statement(awk, function->body);
	if (awk->leave == AWK_LEAVES_FUNCTION)
		awk->leave = AWK_GOES_ON;
	result = awk->result;
	awk->result = (struct awk_value){ AWK_IS_NOTHING, 0, NULL };
	awk->locals = outer;
	for (size_t i = 0; i < n; i++)
		awk_variable_release(&locals[i]);
	free(locals);
	awk->depth--;
	return result;
}

struct awk_value
awk_eval(struct awk *awk, const struct awk_node *node)
{
	if (!goes_on(awk))
		return awk_number(0);
	switch (node->kind) {
	case AWK_NUMBER:
		return awk_number(node->number);
	case AWK_TEXT:
		return awk_text(node->text);
	case AWK_REGEX:
		return awk_number(matches(awk, awk_record(awk), node));
	case AWK_VARIABLE:
	case AWK_LOCAL:
		return variable(awk, node);
	case AWK_FIELD:
		return awk_field(awk, field_number(awk, node));
	case AWK_ELEMENT:
		return element(awk, node);
	case AWK_ASSIGN:
		return assign(awk, node);
	case AWK_CONDITION:
		return awk_eval(awk, truth_of(awk, node->a) ? node->b : node->c);
	case AWK_AND:
		return awk_number(truth_of(awk, node->a) && truth_of(awk, node->b));
	case AWK_OR:
		return awk_number(truth_of(awk, node->a) || truth_of(awk, node->b));
	case AWK_NOT:
		return awk_number(!truth_of(awk, node->a));
	case AWK_IN:
		return is_member(awk, node);
	case AWK_MATCH:
	case AWK_NO_MATCH:
		return match(awk, node);
	case AWK_COMPARE:
		return compare(awk, node);
	case AWK_JOIN:
		return join(awk, node);
	case AWK_ARITHMETIC: {
		double a = number_of(awk, node->a), b = number_of(awk, node->b);

		return awk_number(calculate(node->op, a, b));
	}
	case AWK_MINUS:
		return awk_number(-number_of(awk, node->a));
	case AWK_PLUS:
		return awk_number(number_of(awk, node->a));
	case AWK_BEFORE:
	case AWK_BEHIND:
		return step(awk, node);
	case AWK_CALL:
		return awk_call(awk, node);
	case AWK_FUNCTION_CALL:
		return call_function(awk, node);
	case AWK_GETLINE:
		return get_line(awk, node);
	case AWK_GROUP:
		if (node->a)
			return awk_eval(awk, node->a);
		awk_fail(awk, "syntax error at or near ,");
		return awk_number(0);
	default:
		BUG("no expression: %d", (int)node->kind);
	}
}
