/*
 * A program is a generator: it hands each of its results to a function, which may stop it.  Names live on the stack of
 * the evaluation, since nothing outlives it.  Where paths are asked for, each result comes with the steps that lead to it.
 */
#include <stdlib.h>
#include <string.h>

#include "host/jq_internal.h"
#include "svcsim/vec.h"

/* One name, and those around it. */
struct jq_environment {
	const struct jq_environment *up;
	const char *name;			/* of a variable "$x" */
	const struct value *value;		/* of a variable */
	const struct jq_node *function;		/* JQ_FUNCTION; NULL for an argument */
	const struct jq_node *argument;		/* a program, and where it stands */
	const struct jq_environment *closure;
};

const struct jq_path jq_path_start;

bool
jq_fail(struct jq *jq, const char *fmt, ...)
{
	va_list args;

	str_clear(&jq->error);
	jq->thrown = NULL;
	va_start(args, fmt);
	str_vaddf(&jq->error, fmt, args);
	va_end(args);
	return false;
}

/* ---- results on their way ---- */

/* A result that goes on as the input of another program. */
struct stage {
	struct jq *jq;
	const struct jq_node *node;
	const struct jq_environment *env;
	const struct value *input;	/* of the whole */
	const struct jq_path *path;
	jq_emit *emit;
	void *arg;
};

static bool
jq_eval_stage(const struct stage *s, const struct jq_node *node, const struct value *input, const struct jq_path *path,
	jq_emit *emit, void *arg)
{
	return jq_eval(s->jq, node, s->env, input, path, emit, arg);
}

static bool
pipe_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct stage *s = arg;

	return jq_eval_stage(s, s->node->b, value, path, s->emit, s->arg);
}

static const struct jq_path *
path_step(struct jq *jq, const struct jq_path *up, const struct value *key)
{
	struct jq_path *path;

	if (!up)
		return NULL;
	path = arena_alloc(&jq->arena, sizeof *path);
	path->up = up;
	path->key = key;
	return path;
}

/* ---- paths ---- */

static bool
emit_index(const struct stage *s, const struct value *value, const struct jq_path *path, const struct value *key)
{
	const struct value *found = jq_index(s->jq, value, key);

	return found && s->emit(s->arg, found, path_step(s->jq, path, key));
}

static bool
field_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct stage *s = arg;

	return emit_index(s, value, path, value_string(&s->jq->arena, s->node->text));
}

struct index_stage {
	const struct stage *stage;
	const struct value *value;
	const struct jq_path *path;
	const struct value *from;
};

static bool
key_emit(void *arg, const struct value *key, const struct jq_path *path)
{
	const struct index_stage *i = arg;

	(void)path;
	return emit_index(i->stage, i->value, i->path, key);
}

/* The index is a program over the whole input. */
static bool
index_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct stage *s = arg;
	struct index_stage i = { s, value, path, NULL };

	return jq_eval_stage(s, s->node->b, s->input, NULL, key_emit, &i);
}

static bool
slice_to_emit(void *arg, const struct value *to, const struct jq_path *path)
{
	const struct index_stage *i = arg;
	struct value *key = value_map(&i->stage->jq->arena);

	(void)path;
	value_set(&i->stage->jq->arena, key, "start", (struct value *)i->from);
	value_set(&i->stage->jq->arena, key, "end", (struct value *)to);
	return emit_index(i->stage, i->value, i->path, key);
}

static bool
slice_from_emit(void *arg, const struct value *from, const struct jq_path *path)
{
	struct index_stage i = *(struct index_stage *)arg;
	const struct stage *s = i.stage;

	(void)path;
	i.from = from;
	if (s->node->c)
		return jq_eval_stage(s, s->node->c, s->input, NULL, slice_to_emit, &i);
	return slice_to_emit(&i, value_null(&s->jq->arena), NULL);
}

static bool
slice_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct stage *s = arg;
	struct index_stage i = { s, value, path, NULL };

	if (s->node->b)
		return jq_eval_stage(s, s->node->b, s->input, NULL, slice_from_emit, &i);
	return slice_from_emit(&i, value_null(&s->jq->arena), NULL);
}

static bool
each_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct stage *s = arg;
	bool map = value->type == VALUE_MAP;

	if (!map && value->type != VALUE_LIST)
		return jq_fail(s->jq, "Cannot iterate over %s%s", jq_type_name(value),
			value->type == VALUE_NULL ? "" : jq_excerpt(s->jq, value));
	for (size_t i = 0; i < value_count(value); i++) {
		const struct value *item = map ? value->map.v[i].value : value_at(value, i);
		const struct jq_path *step = !path ? NULL : path_step(s->jq, path, map
			? value_string(&s->jq->arena, value->map.v[i].key) : value_int(&s->jq->arena, (int64_t)i));

		if (!s->emit(s->arg, item, step))
			return false;
	}
	return true;
}

/* ---- two operands ---- */

static bool
left_emit(void *arg, const struct value *left, const struct jq_path *path)
{
	const struct index_stage *i = arg;
	const struct stage *s = i->stage;
	const struct value *result = jq_binary(s->jq, s->node->op, left, i->value);

	(void)path;
	return result && s->emit(s->arg, result, NULL);
}

/* As in jq the right side varies slowest. */
static bool
right_emit(void *arg, const struct value *right, const struct jq_path *path)
{
	const struct stage *s = arg;
	struct index_stage i = { s, right, NULL, NULL };

	(void)path;
	return jq_eval_stage(s, s->node->a, s->input, NULL, left_emit, &i);
}

static bool
truth_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct stage *s = arg;

	(void)path;
	return s->emit(s->arg, value_bool(&s->jq->arena, jq_true(value)), NULL);
}

static bool
logic_emit(void *arg, const struct value *left, const struct jq_path *path)
{
	const struct stage *s = arg;
	bool decided = jq_true(left) == (s->node->kind == JQ_OR);

	(void)path;
	if (decided)
		return s->emit(s->arg, value_bool(&s->jq->arena, jq_true(left)), NULL);
	return jq_eval_stage(s, s->node->b, s->input, NULL, truth_emit, arg);
}

static bool
negate_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct stage *s = arg;

	(void)path;
	if (!jq_is_number(value))
		return jq_fail(s->jq, "%s%s cannot be negated", jq_type_name(value), jq_excerpt(s->jq, value));
	return s->emit(s->arg, jq_number_value(s->jq, -jq_number(value)), NULL);
}

/* a // b: what is true of a; without any, b. */
struct otherwise {
	const struct stage *stage;
	bool any, downstream;
};

static bool
otherwise_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	struct otherwise *o = arg;

	if (!jq_true(value))
		return true;
	o->any = true;
	o->downstream = !o->stage->emit(o->stage->arg, value, path);
	return !o->downstream;
}

static bool
eval_otherwise(const struct stage *s)
{
	struct otherwise o = { s, false, false };
	bool ok = jq_eval_stage(s, s->node->a, s->input, s->path, otherwise_emit, &o);

	if (o.downstream)
		return false;
	if (!ok)
		str_clear(&s->jq->error);	/* errors of the first count as nothing */
	return o.any || jq_eval_stage(s, s->node->b, s->input, s->path, s->emit, s->arg);
}

/* ---- control ---- */

static bool
if_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct stage *s = arg;
	const struct jq_node *next = jq_true(value) ? s->node->b : s->node->c;

	(void)path;
	return next ? jq_eval_stage(s, next, s->input, s->path, s->emit, s->arg) : s->emit(s->arg, s->input, s->path);
}

struct attempt {
	const struct stage *stage;
	bool downstream;	/* who got the result stopped, or failed: that is not ours to catch */
};

static bool
try_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	struct attempt *attempt = arg;

	attempt->downstream = !attempt->stage->emit(attempt->stage->arg, value, path);
	return !attempt->downstream;
}

static bool
eval_try(const struct stage *s)
{
	struct attempt attempt = { s, false };
	const struct value *message;

	if (jq_eval_stage(s, s->node->a, s->input, s->path, try_emit, &attempt))
		return true;
	if (attempt.downstream || !s->jq->error.len)
		return false;
	message = s->jq->thrown ? s->jq->thrown : value_string(&s->jq->arena, s->jq->error.buf);
	str_clear(&s->jq->error);
	s->jq->thrown = NULL;
	return !s->node->b || jq_eval_stage(s, s->node->b, message, NULL, s->emit, s->arg);
}

static bool
keep_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	(void)path;
	*(const struct value **)arg = value;
	return true;
}

struct fold {
	const struct stage *stage;
	const struct value *state;
};

static bool
extract_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct fold *fold = arg;

	(void)path;
	return fold->stage->emit(fold->stage->arg, value, NULL);
}

static bool
fold_emit(void *arg, const struct value *item, const struct jq_path *path)
{
	struct fold *fold = arg;
	const struct stage *s = fold->stage;
	const struct jq_environment env = { .up = s->env, .name = s->node->text, .value = item };
	const struct value *next = value_null(&s->jq->arena);

	(void)path;
	if (!jq_eval(s->jq, s->node->c, &env, fold->state, NULL, keep_emit, &next))
		return false;
	fold->state = next;
	if (s->node->kind == JQ_REDUCE)
		return true;
	if (s->node->d)
		return jq_eval(s->jq, s->node->d, &env, next, NULL, extract_emit, fold);
	return s->emit(s->arg, next, NULL);
}

static bool
start_emit(void *arg, const struct value *start, const struct jq_path *path)
{
	const struct stage *s = arg;
	struct fold fold = { s, start };

	(void)path;
	if (!jq_eval_stage(s, s->node->a, s->input, NULL, fold_emit, &fold))
		return false;
	return s->node->kind == JQ_FOREACH || s->emit(s->arg, fold.state, NULL);
}

/* ---- names ---- */

struct binding {
	const struct stage *stage;
	const struct jq_environment *env;
	const struct value *value;
	size_t next;
};

/* The variables of a pattern, one after the other, then the body. */
static bool
bind_next(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct binding *b = arg;
	const struct stage *s = b->stage;
	const struct jq_environment env = { .up = b->env, .name = s->node->names[b->next], .value = value };
	struct binding next = { s, &env, b->value, b->next + 1 };

	(void)path;
	if (next.next == s->node->nnames)
		return jq_eval(s->jq, s->node->b, &env, s->input, s->path, s->emit, s->arg);
	return jq_eval(s->jq, s->node->list[next.next], &env, b->value, NULL, bind_next, &next);
}

static bool
as_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct stage *s = arg;
	struct binding b = { s, s->env, value, 0 };

	(void)path;
	return jq_eval_stage(s, s->node->list[0], value, NULL, bind_next, &b);
}

struct calling {
	const struct stage *stage;
	const struct jq_node *function;
	const struct jq_environment *env;	/* with the parameters so far */
	size_t next;
};

static bool call_next(struct calling *c);

static bool
parameter_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct calling *c = arg;
	const char *name = c->function->names[c->next];
	const struct jq_environment env = { .up = c->env, .name = name + 1, .value = value };
	struct calling next = { c->stage, c->function, &env, c->next + 1 };

	(void)path;
	return call_next(&next);
}

static bool
call_next(struct calling *c)
{
	const struct stage *s = c->stage;

	if (c->next == c->function->nnames)
		return jq_eval(s->jq, c->function->a, c->env, s->input, s->path, s->emit, s->arg);
	if (c->function->names[c->next][0] == '$')
		return jq_eval(s->jq, s->node->list[c->next], s->env, s->input, NULL, parameter_emit, c);
	{
		const struct jq_environment env = { .up = c->env, .name = c->function->names[c->next],
			.argument = s->node->list[c->next], .closure = s->env };
		struct calling next = { s, c->function, &env, c->next + 1 };

		return call_next(&next);
	}
}

static const struct jq_environment *
find_function(const struct jq_environment *env, const char *name, size_t arguments)
{
	for (; env; env = env->up) {
		if (env->value || strcmp(env->name, name) != 0)
			continue;
		if (env->function ? env->function->nnames == arguments : arguments == 0)
			return env;
	}
	return NULL;
}

static bool
eval_call(const struct stage *s)
{
	const struct jq_environment *found = find_function(s->env, s->node->text, s->node->nlist);
	const struct jq_call call = { s->jq, s->node, s->env, s->input, s->path, s->emit, s->arg };
	bool known, ok;

	if (found && found->argument)
		return jq_eval(s->jq, found->argument, found->closure, s->input, s->path, s->emit, s->arg);
	if (found) {
		struct calling c = { s, found->function, found, 0 };

		return call_next(&c);
	}
	ok = jq_builtin(&call, &known);
	return known ? ok : jq_fail(s->jq, "%s/%zu is not defined", s->node->text, s->node->nlist);
}

static bool
eval_variable(const struct stage *s)
{
	const struct jq_environment *env = s->env;
	const struct value *named;

	while (env && (!env->value || strcmp(env->name, s->node->text) != 0))
		env = env->up;
	if (env)
		return s->emit(s->arg, env->value, NULL);
	named = value_get(s->jq->named, s->node->text);
	if (!named && strcmp(s->node->text, "ENV") == 0)
		named = value_map(&s->jq->arena);
	return named ? s->emit(s->arg, named, NULL) : jq_fail(s->jq, "$%s is not defined", s->node->text);
}

/* ---- making values ---- */

struct collecting {
	struct jq *jq;
	struct value *list;
};

static bool
collect_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct collecting *c = arg;

	(void)path;
	value_append(&c->jq->arena, c->list, (struct value *)value);
	return true;
}

static bool
eval_array(const struct stage *s)
{
	struct collecting c = { s->jq, value_list(&s->jq->arena) };

	if (s->node->a && !jq_eval_stage(s, s->node->a, s->input, NULL, collect_emit, &c))
		return false;
	return s->emit(s->arg, c.list, NULL);
}

struct making {
	const struct stage *stage;
	struct value *object;
	const char *key;
	size_t next;
};

static bool make_members(struct making *m);

static bool
member_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	struct making m = *(struct making *)arg;
	struct arena *arena = &m.stage->jq->arena;
	struct value *object = value_map(arena);

	(void)path;
	for (size_t i = 0; i < m.object->map.n; i++)
		value_set(arena, object, m.object->map.v[i].key, m.object->map.v[i].value);
	value_set(arena, object, m.key, (struct value *)value);
	m.object = object;
	m.next += 2;
	return make_members(&m);
}

static bool
member_key_emit(void *arg, const struct value *key, const struct jq_path *path)
{
	struct making m = *(struct making *)arg;
	const struct stage *s = m.stage;

	(void)path;
	if (key->type != VALUE_STRING)
		return jq_fail(s->jq, "Object keys must be strings");
	m.key = key->string.text;
	return jq_eval_stage(s, s->node->list[m.next + 1], s->input, NULL, member_emit, &m);
}

/* Each key and value in turn; several results of one give several objects. */
static bool
make_members(struct making *m)
{
	const struct stage *s = m->stage;

	if (m->next >= s->node->nlist)
		return s->emit(s->arg, m->object, NULL);
	return jq_eval_stage(s, s->node->list[m->next], s->input, NULL, member_key_emit, m);
}

struct writing {
	const struct stage *stage;
	const char *text;	/* so far */
	size_t next;
};

static bool write_pieces(struct writing *w);

static bool
piece_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	struct writing w = *(struct writing *)arg;
	struct jq *jq = w.stage->jq;
	const struct value *text = w.next % 2 == 0 ? value : jq_format(jq, w.stage->node->text ? w.stage->node->text
		: "@text", value);

	(void)path;
	if (!text)
		return false;
	w.text = arena_printf(&jq->arena, "%s%s", w.text, text->string.text);
	w.next++;
	return write_pieces(&w);
}

static bool
write_pieces(struct writing *w)
{
	const struct stage *s = w->stage;

	if (w->next == s->node->nlist)
		return s->emit(s->arg, value_string(&s->jq->arena, w->text), NULL);
	return jq_eval_stage(s, s->node->list[w->next], s->input, NULL, piece_emit, w);
}

/* ---- updates ---- */

struct path_list {
	struct jq *jq;
	VEC(const struct jq_path *) paths;
};

static bool
path_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	struct path_list *list = arg;

	if (!path)
		return jq_fail(list->jq, "Invalid path expression with result %s", jq_excerpt(list->jq, value));
	*vec_push(&list->paths) = path;
	return true;
}

struct first {
	const struct value *value;
};

static bool
first_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	struct first *first = arg;

	(void)path;
	first->value = value;
	return false;
}

/* The new value at one path; NULL: error, or for |= nothing came, so it is to be deleted. */
static const struct value *
updated(const struct stage *s, const struct value *root, const struct jq_path *path, const struct value *right,
	bool *gone)
{
	const struct value *old = jq_get_path(s->jq, root, path);
	struct first first = { NULL };

	*gone = false;
	if (!old)
		return NULL;
	if (s->node->op == JQ_SET)
		return right;
	if (s->node->op == JQ_ALTERNATIVE)
		return jq_true(old) ? old : right;
	if (s->node->op != JQ_MODIFY)
		return jq_binary(s->jq, s->node->op, old, right);
	if (jq_eval_stage(s, s->node->b, old, NULL, first_emit, &first) && !first.value)
		*gone = true;
	return s->jq->error.len ? NULL : first.value;
}

static const struct value *
update_all(const struct stage *s, const struct path_list *list, const struct value *right)
{
	const struct value *root = s->input;
	bool gone;

	for (size_t i = 0; root && i < list->paths.n; i++) {
		const struct value *value = updated(s, root, list->paths.v[i], right, &gone);

		if (gone)
			root = jq_delete_path(s->jq, root, list->paths.v[i]);
		else
			root = value ? jq_set_path(s->jq, root, list->paths.v[i], value) : NULL;
	}
	return root;
}

struct assigning {
	const struct stage *stage;
	const struct path_list *paths;
};

static bool
assign_emit(void *arg, const struct value *right, const struct jq_path *path)
{
	const struct assigning *a = arg;
	const struct value *root = update_all(a->stage, a->paths, right);

	(void)path;
	return root && a->stage->emit(a->stage->arg, root, NULL);
}

static bool
eval_update(const struct stage *s)
{
	struct path_list list = { s->jq, VEC_INIT };
	struct assigning a = { s, &list };
	bool ok = jq_eval_stage(s, s->node->a, s->input, &jq_path_start, path_emit, &list);

	if (ok && s->node->op == JQ_MODIFY)
		ok = assign_emit(&a, NULL, NULL);
	else if (ok)
		ok = jq_eval_stage(s, s->node->b, s->input, NULL, assign_emit, &a);
	vec_release(&list.paths);
	return ok;
}

/* ---- all of it ---- */

static bool
eval_function(const struct stage *s)
{
	const struct jq_environment env = { .up = s->env, .name = s->node->text, .function = s->node };

	return jq_eval(s->jq, s->node->b, &env, s->input, s->path, s->emit, s->arg);
}

static bool
eval_format(const struct stage *s)
{
	const struct value *text = jq_format(s->jq, s->node->text, s->input);

	return text && s->emit(s->arg, text, NULL);
}

static bool
eval_node(struct stage *s)
{
	const struct jq_node *node = s->node;
	struct making making = { s, NULL, NULL, 0 };
	struct writing writing = { s, "", 0 };

	switch (node->kind) {
	case JQ_IDENTITY:
		return s->emit(s->arg, s->input, s->path);
	case JQ_FIELD:
		return jq_eval_stage(s, node->a, s->input, s->path, field_emit, s);
	case JQ_INDEX:
		return jq_eval_stage(s, node->a, s->input, s->path, index_emit, s);
	case JQ_SLICE:
		return jq_eval_stage(s, node->a, s->input, s->path, slice_emit, s);
	case JQ_EACH:
		return jq_eval_stage(s, node->a, s->input, s->path, each_emit, s);
	case JQ_LITERAL:
		return s->emit(s->arg, node->value, NULL);
	case JQ_STRING:
		return write_pieces(&writing);
	case JQ_ARRAY:
		return eval_array(s);
	case JQ_OBJECT:
		making.object = value_map(&s->jq->arena);
		return make_members(&making);
	case JQ_NEGATE:
		return jq_eval_stage(s, node->a, s->input, NULL, negate_emit, s);
	case JQ_PIPE:
		return jq_eval_stage(s, node->a, s->input, s->path, pipe_emit, s);
	case JQ_COMMA:
		return jq_eval_stage(s, node->a, s->input, s->path, s->emit, s->arg) &&
			jq_eval_stage(s, node->b, s->input, s->path, s->emit, s->arg);
	case JQ_OTHERWISE:
		return eval_otherwise(s);
	case JQ_AND:
	case JQ_OR:
		return jq_eval_stage(s, node->a, s->input, NULL, logic_emit, s);
	case JQ_BINARY:
		return jq_eval_stage(s, node->b, s->input, NULL, right_emit, s);
	case JQ_UPDATE:
		return eval_update(s);
	case JQ_IF:
		return jq_eval_stage(s, node->a, s->input, NULL, if_emit, s);
	case JQ_TRY:
		return eval_try(s);
	case JQ_REDUCE:
	case JQ_FOREACH:
		return jq_eval_stage(s, node->b, s->input, NULL, start_emit, s);
	case JQ_AS:
		return jq_eval_stage(s, node->a, s->input, NULL, as_emit, s);
	case JQ_FUNCTION:
		return eval_function(s);
	case JQ_CALL:
		return eval_call(s);
	case JQ_VARIABLE:
		return eval_variable(s);
	case JQ_FORMAT:
		return eval_format(s);
	}
	return true;
}

bool
jq_eval(struct jq *jq, const struct jq_node *node, const struct jq_environment *env, const struct value *input,
	const struct jq_path *path, jq_emit *emit, void *arg)
{
	struct stage s = { jq, node, env, input, path, emit, arg };
	bool ok;

	if (jq->depth >= JQ_CALLS_MAX)
		return jq_fail(jq, "a program that calls itself too deep");
	if (++jq->steps > JQ_STEPS_MAX)
		return jq_fail(jq, "a program that takes too long");
	jq->depth++;
	ok = eval_node(&s);
	jq->depth--;
	return ok;
}

/* ---- whole programs ---- */

/* Every name has to mean something before anything runs. */
static bool
names_known(struct jq *jq, const struct jq_node *node, const struct jq_environment *env)
{
	const struct jq_environment own = { .up = env, .name = node ? node->text : NULL, .function = node };
	const struct jq_environment *inner = env;
	struct jq_environment *parameters;

	if (!node)
		return true;
	if (node->kind == JQ_CALL && !find_function(env, node->text, node->nlist) &&
		!jq_builtin_exists(node->text, node->nlist))
		return jq_fail(jq, "%s/%zu is not defined at <top-level>, line 1:", node->text, node->nlist);
	if (node->kind == JQ_FUNCTION) {
		parameters = xcalloc(node->nnames + 1, sizeof *parameters);
		inner = &own;
		for (size_t i = 0; i < node->nnames; i++) {
			parameters[i] = (struct jq_environment){ .up = inner, .name = node->names[i],
				.argument = node };
			inner = &parameters[i];
		}
		inner = names_known(jq, node->a, inner) ? &own : NULL;
		free(parameters);
		return inner && names_known(jq, node->b, &own);
	}
	for (size_t i = 0; i < node->nlist; i++)
		if (!names_known(jq, node->list[i], env))
			return false;
	return names_known(jq, node->a, env) && names_known(jq, node->b, env) && names_known(jq, node->c, env) &&
		names_known(jq, node->d, env);
}

/* The builtins that are written in jq, as an environment. */
static const struct jq_environment *
prelude(struct jq *jq)
{
	const struct jq_environment *env = NULL;

	for (const struct jq_node *node = jq_parse(jq, jq_prelude); node && node->kind == JQ_FUNCTION; node = node->b) {
		struct jq_environment *next = arena_alloc(&jq->arena, sizeof *next);

		next->up = env;
		next->name = node->text;
		next->function = node;
		env = next;
	}
	return env;
}

bool
jq_compile(struct jq *jq, const char *text, const struct value *named)
{
	*jq = (struct jq){ .error = STR_INIT, .named = named };
	jq->builtins = prelude(jq);
	if (jq->error.len)
		BUG("jq's prelude: %s", jq->error.buf);
	jq->program = jq_parse(jq, text);
	if (!jq->program)
		return false;
	if (names_known(jq, jq->program, jq->builtins))
		return true;
	str_addf(&jq->error, "\n%s", text);
	jq->program = NULL;
	return false;
}

struct output {
	bool (*fn)(void *arg, const struct value *value);
	void *arg;
};

static bool
output_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct output *output = arg;

	(void)path;
	return output->fn(output->arg, value);
}

bool
jq_run(struct jq *jq, const struct value *input, bool (*fn)(void *arg, const struct value *value), void *arg)
{
	struct output output = { fn, arg };

	jq->depth = jq->steps = 0;
	str_clear(&jq->error);
	(void)jq_eval(jq, jq->program, jq->builtins, input, NULL, output_emit, &output);
	return !jq->error.len;
}

void
jq_release(struct jq *jq)
{
	arena_release(&jq->arena);
	str_release(&jq->error);
}
