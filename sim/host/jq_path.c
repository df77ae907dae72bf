/* jq's builtins in C that know paths, or how many results they let through. */
#include <math.h>
#include <string.h>

#include "host/jq_internal.h"
#include "svcsim/vec.h"

static bool
path_given(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct jq_call *call = arg;
	struct value *list = value_list(jq_arena(call));
	VEC(const struct value *) keys = VEC_INIT;

	if (!path)
		return jq_fail(call->jq, "Invalid path expression with result %s", jq_excerpt(call->jq, value));
	for (; path->up; path = path->up)
		*vec_push(&keys) = path->key;
	while (keys.n)
		value_append(jq_arena(call), list, (struct value *)keys.v[--keys.n]);
	vec_release(&keys);
	return jq_give(call, list);
}

static bool
do_path(const struct jq_call *call)
{
	return jq_eval(call->jq, call->node->list[0], call->env, call->input, &jq_path_start, path_given, (void *)call);
}

/* A list of keys as steps; NULL and failed when it is none. */
static const struct jq_path *
path_of(struct jq *jq, const struct value *keys, const struct jq_path *from)
{
	if (keys->type != VALUE_LIST) {
		jq_fail(jq, "Path must be specified as an array");
		return NULL;
	}
	for (size_t i = 0; i < value_count(keys); i++) {
		struct jq_path *step = arena_alloc(&jq->arena, sizeof *step);

		step->up = from;
		step->key = value_at(keys, i);
		from = step;
	}
	return from;
}

static bool
getpath(const struct jq_call *call, const struct value *keys)
{
	const struct jq_path *path = path_of(call->jq, keys, &jq_path_start);
	const struct value *value = path ? jq_get_path(call->jq, call->input, path) : NULL;

	if (!value && path) {
		str_clear(&call->jq->error);
		value = value_null(jq_arena(call));
	}
	return value && call->emit(call->arg, value, call->path ? path_of(call->jq, keys, call->path) : NULL);
}

static bool
do_getpath(const struct jq_call *call)
{
	return jq_each_argument(call, 0, getpath);
}

struct setting {
	const struct jq_call *call;
	const struct value *keys;
};

static bool
set_emit(void *arg, const struct value *value, const struct jq_path *unused)
{
	const struct setting *s = arg;
	const struct jq_path *path = path_of(s->call->jq, s->keys, &jq_path_start);

	(void)unused;
	return path && jq_give(s->call, jq_set_path(s->call->jq, s->call->input, path, value));
}

static bool
setpath(const struct jq_call *call, const struct value *keys)
{
	struct setting s = { call, keys };

	return jq_eval(call->jq, call->node->list[1], call->env, call->input, NULL, set_emit, &s);
}

static bool
do_setpath(const struct jq_call *call)
{
	return jq_each_argument(call, 0, setpath);
}

/* The last paths first, so that earlier positions stay what they were. */
static bool
delpaths(const struct jq_call *call, const struct value *paths)
{
	struct value *sorted = value_list(jq_arena(call));
	const struct value *root = call->input;

	for (size_t i = 0; i < value_count(paths); i++)
		value_append(jq_arena(call), sorted, value_at(paths, i));
	jq_sort(sorted);
	for (size_t i = sorted->list.n; i > 0 && root; i--) {
		const struct jq_path *path = path_of(call->jq, sorted->list.v[i - 1], &jq_path_start);

		root = path ? jq_delete_path(call->jq, root, path) : NULL;
	}
	return jq_give(call, root);
}

static bool
do_delpaths(const struct jq_call *call)
{
	return jq_each_argument(call, 0, delpaths);
}

/* ---- generators ---- */

struct counting {
	const struct jq_call *call;
	double left;
	bool stopped, downstream;
};

static bool
counted_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	struct counting *c = arg;

	c->stopped = --c->left <= 0;
	c->downstream = !c->call->emit(c->call->arg, value, path);
	return !c->downstream && !c->stopped;
}

static bool
take_first(const struct jq_call *call, double n, const struct jq_node *node)
{
	struct counting c = { call, n, false, false };
	bool ok = jq_eval(call->jq, node, call->env, call->input, call->path, counted_emit, &c);

	return !c.downstream && (ok || c.stopped);
}

static bool
do_first(const struct jq_call *call)
{
	return take_first(call, 1, call->node->list[0]);
}

static bool
limit(const struct jq_call *call, const struct value *n)
{
	if (!jq_is_number(n))
		return jq_fail(call->jq, "Invalid arguments to limit");
	return take_first(call, jq_number(n), call->node->list[1]);
}

static bool
do_limit(const struct jq_call *call)
{
	return jq_each_argument(call, 0, limit);
}

static bool
stop_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	(void)value;
	(void)path;
	*(bool *)arg = true;
	return false;
}

static bool
do_isempty(const struct jq_call *call)
{
	bool any = false;

	if (!jq_eval(call->jq, call->node->list[0], call->env, call->input, NULL, stop_emit, &any) && !any)
		return false;
	return jq_give(call, value_bool(jq_arena(call), !any));
}

struct range {
	const struct jq_call *call;
	double from, to;
};

static bool
range_run(const struct jq_call *call, double from, double to, double step)
{
	for (double at = from; step > 0 ? at < to : step < 0 && at > to; at += step) {
		if (++call->jq->steps > JQ_STEPS_MAX)
			return jq_fail(call->jq, "a program that takes too long");
		if (!jq_give(call, jq_number_value(call->jq, at)))
			return false;
	}
	return true;
}

static bool
range_step_emit(void *arg, const struct value *step, const struct jq_path *path)
{
	const struct range *r = arg;

	(void)path;
	if (!jq_is_number(step))
		return jq_fail(r->call->jq, "Range bounds must be numeric");
	return range_run(r->call, r->from, r->to, jq_number(step));
}

static bool
range_to_emit(void *arg, const struct value *to, const struct jq_path *path)
{
	struct range r = *(struct range *)arg;

	(void)path;
	if (!jq_is_number(to))
		return jq_fail(r.call->jq, "Range bounds must be numeric");
	r.to = jq_number(to);
	if (r.call->node->nlist < 3)
		return range_run(r.call, r.from, r.to, 1);
	return jq_eval(r.call->jq, r.call->node->list[2], r.call->env, r.call->input, NULL, range_step_emit, &r);
}

static bool
range_from(const struct jq_call *call, const struct value *from)
{
	struct range r = { call, 0, 0 };

	if (!jq_is_number(from))
		return jq_fail(call->jq, "Range bounds must be numeric");
	r.from = jq_number(from);
	return jq_eval(call->jq, call->node->list[1], call->env, call->input, NULL, range_to_emit, &r);
}

static bool
do_range(const struct jq_call *call)
{
	return jq_each_argument(call, 0, range_from);
}

const struct jq_builtin jq_paths[] = {
	{ "path", 1, do_path }, { "getpath", 1, do_getpath }, { "setpath", 2, do_setpath },
	{ "delpaths", 1, do_delpaths }, { "first", 1, do_first }, { "limit_to", 2, do_limit },
	{ "isempty", 1, do_isempty }, { "range", 2, do_range }, { "range", 3, do_range },
	{ NULL, 0, NULL },
};
