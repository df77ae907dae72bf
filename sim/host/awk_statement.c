/* Runs awk's statements, and its items: BEGIN, each record, END. */
#include <stdlib.h>
#include <string.h>

#include "host/awk.h"

static bool
condition(struct awk *awk, const struct awk_node *node)
{
	struct awk_value value = awk_eval(awk, node);
	bool truth = awk_to_truth(&value);

	awk_value_release(&value);
	return truth && !awk->failed;
}

static void
evaluate(struct awk *awk, const struct awk_node *node)
{
	struct awk_value value = awk_eval(awk, node);

	awk_value_release(&value);
}

/* ---- output ---- */

/* To the file or command that stands behind it; *text is the statement's. */
static void
put(struct awk *awk, const struct awk_node *node, const struct str *text)
{
	struct awk_value value;
	char *name;

	if (!node->way || awk->failed) {
		if (!awk->failed)
			awk_write(awk, AWK_WAY_NONE, "-", text->buf, text->len);
		return;
	}
	value = awk_eval(awk, node->b);
	name = awk_to_text(awk, &value);
	awk_write(awk, node->way, name, text->buf, text->len);
	free(name);
	awk_value_release(&value);
}

static void
print(struct awk *awk, const struct awk_node *node)
{
	char *between = awk_variable_text(awk, "OFS"), *end = awk_variable_text(awk, "ORS");
	struct str text = STR_INIT;

	if (!node->list)
		str_add(&text, awk_record(awk));
	for (const struct awk_node *what = node->list; what && !awk->failed; what = what->next) {
		struct awk_value value = awk_eval(awk, what);
		char *words = awk_to_output(awk, &value);

		str_addf(&text, "%s%s", what == node->list ? "" : between, words);
		free(words);
		awk_value_release(&value);
	}
	str_add(&text, end);
	put(awk, node, &text);
	str_release(&text);
	free(between);
	free(end);
}

static void
print_format(struct awk *awk, const struct awk_node *node)
{
	VEC(struct awk_value) values = VEC_INIT;
	struct str text = STR_INIT;
	char *format;

	for (const struct awk_node *what = node->list; what; what = what->next) {
		struct awk_value value = awk_eval(awk, what);	/* first: it may move the vector */

		*vec_push(&values) = value;
	}
	format = awk_to_text(awk, &values.v[0]);
	if (!awk->failed && awk_format(awk, "printf", format, values.v + 1, values.n - 1, &text))
		put(awk, node, &text);
	free(format);
	for (size_t i = 0; i < values.n; i++)
		awk_value_release(&values.v[i]);
	vec_release(&values);
	str_release(&text);
}

/* ---- loops ---- */

/* One round; false: the loop is over. */
static bool
round_of(struct awk *awk, const struct awk_node *body)
{
	awk_statement(awk, body);
	if (awk->leave == AWK_LEAVES_LOOP) {
		awk->leave = AWK_GOES_ON;
		return false;
	}
	if (awk->leave == AWK_LEAVES_ROUND)
		awk->leave = AWK_GOES_ON;
	return awk->leave == AWK_GOES_ON;
}

/* Over the keys that are there when it begins. */
static void
for_in(struct awk *awk, const struct awk_node *node)
{
	struct map *array = awk_array_of(awk, node->b);
	const struct map_entry *entry;
	VEC(char *) keys = VEC_INIT;
	bool more = true;

	for (size_t i = 0; array && (entry = map_next(array, &i));)
		*vec_push(&keys) = xstrdup(entry->key);
	for (size_t i = 0; i < keys.n; i++) {
		if (more) {
			awk_assign(awk, node->a, awk_input(keys.v[i]));
			more = round_of(awk, node->body);
		}
		free(keys.v[i]);
	}
	vec_release(&keys);
}

static void
loop(struct awk *awk, const struct awk_node *node)
{
	if (node->kind == AWK_FOR && node->a)
		awk_statement(awk, node->a);
	if (node->kind == AWK_DO && !round_of(awk, node->body))
		return;
	for (;;) {
		const struct awk_node *holds = node->kind == AWK_FOR ? node->b : node->a;

		if ((holds && !condition(awk, holds)) || !round_of(awk, node->body))
			break;
		if (node->kind == AWK_FOR && node->c)
			awk_statement(awk, node->c);
	}
}

/* ---- statements ---- */

static void
delete(struct awk *awk, const struct awk_node *place)
{
	struct awk_node member = { .kind = AWK_IN };
	struct map *array;

	if (!place || (place->kind != AWK_ELEMENT && place->kind != AWK_VARIABLE && place->kind != AWK_LOCAL)) {
		awk_fail(awk, "syntax error at or near delete");
	} else if (place->kind != AWK_ELEMENT) {
		array = awk_array_of(awk, place);
		if (array)
			awk_array_clear(array);
	} else {
		member.list = place->list;
		member.b = place->a;
		awk_delete(awk, &member);
	}
}

static void
leave(struct awk *awk, const struct awk_node *node)
{
	static const enum awk_leave leaves[] = { [AWK_NEXT] = AWK_LEAVES_RECORD, [AWK_NEXTFILE] = AWK_LEAVES_FILE,
		[AWK_EXIT] = AWK_LEAVES_ALL, [AWK_RETURN] = AWK_LEAVES_FUNCTION, [AWK_BREAK] = AWK_LEAVES_LOOP,
		[AWK_CONTINUE] = AWK_LEAVES_ROUND };
	struct awk_value value = { AWK_IS_NOTHING, 0, NULL };

	if (node->a)
		value = awk_eval(awk, node->a);
	if (awk->failed) {
		awk_value_release(&value);
		return;
	}
	if (node->kind == AWK_EXIT && node->a)
		awk->status = (int)awk_to_number(&value) & 255;
	if (node->kind == AWK_RETURN)
		awk->result = value;
	else
		awk_value_release(&value);
	awk->leave = leaves[node->kind];
}

void
awk_statement(struct awk *awk, const struct awk_node *node)
{
	switch (node->kind) {
	case AWK_EXPRESSION:
		evaluate(awk, node->a);
		break;
	case AWK_PRINT:
		print(awk, node);
		break;
	case AWK_PRINTF:
		print_format(awk, node);
		break;
	case AWK_IF:
		if (condition(awk, node->a))
			awk_statement(awk, node->body);
		else if (node->c && !awk->failed)
			awk_statement(awk, node->c);
		break;
	case AWK_WHILE:
	case AWK_DO:
	case AWK_FOR:
		loop(awk, node);
		break;
	case AWK_FOR_IN:
		for_in(awk, node);
		break;
	case AWK_BLOCK:
		for (const struct awk_node *statement = node->list; statement && awk->leave == AWK_GOES_ON; statement = statement->next)
			awk_statement(awk, statement);
		break;
	case AWK_DELETE:
		delete(awk, node->a);
		break;
	default:
		leave(awk, node);
		break;
	}
}

/* ---- items ---- */

static bool
is_wanted(struct awk *awk, struct awk_item *item)
{
	if (!item->from)
		return true;
	if (!item->to)
		return condition(awk, item->from);
	if (!item->inside && !condition(awk, item->from))
		return false;
	item->inside = !condition(awk, item->to);
	return true;
}

static void
run_items(struct awk *awk, enum awk_when when)
{
	static const struct awk_node whole = { .kind = AWK_PRINT };

	for (struct awk_item *item = awk->program.items; item && awk->leave == AWK_GOES_ON; item = item->next)
		if (item->when == when && is_wanted(awk, item) && awk->leave == AWK_GOES_ON)
			awk_statement(awk, item->body ? item->body : &whole);
}

static void
run_records(struct awk *awk)
{
	struct str record = STR_INIT;

	while (awk->leave == AWK_GOES_ON && awk_next_record(awk, &record)) {
		awk_set_record(awk, record.buf, record.len);
		str_clear(&record);
		awk_set(awk, "NR", awk_number(awk_to_number(&awk_variable(awk, "NR")->value) + 1));
		awk_set(awk, "FNR", awk_number(awk_to_number(&awk_variable(awk, "FNR")->value) + 1));
		run_items(awk, AWK_AT_RECORD);
		if (awk->leave == AWK_LEAVES_FILE)
			awk->input_open = false;
		if (awk->leave == AWK_LEAVES_RECORD || awk->leave == AWK_LEAVES_FILE)
			awk->leave = AWK_GOES_ON;
	}
	str_release(&record);
}

/* `exit` in BEGIN or at a record leads to END all the same. */
int
awk_run(struct awk *awk)
{
	run_items(awk, AWK_AT_BEGIN);
	if (awk->leave == AWK_LEAVES_RECORD)
		awk->leave = AWK_GOES_ON;
	if (awk->program.reads && !awk->failed)
		run_records(awk);
	if (!awk->failed) {
		awk->leave = AWK_GOES_ON;
		run_items(awk, AWK_AT_END);
	}
	if (!awk->failed)
		awk_close_all(awk);
	return awk->status;
}
