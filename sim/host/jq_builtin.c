/*
 * jq's builtins: the text of those that jq itself writes in jq, those in C that know values only, and the tables of
 * all in C; texts and paths have files of their own.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "base/clock.h"
#include "host/jq_internal.h"
#include "host/pattern.h"
#include "svcsim/vec.h"

const char jq_prelude[] =
	"def map(f): [.[] | f]; def select(f): if f then . else empty end; def recurse(f): def r: ., (f | r); r;"
	"def recurse: recurse(.[]?); def recurse(f; c): def r: ., (f | select(c) | r); r;"
	"def values: select(. != null); def nulls: select(. == null);"
	"def strings: select(type == \"string\"); def numbers: select(type == \"number\"); def booleans: select(type == \"boolean\");"
	"def arrays: select(type == \"array\"); def objects: select(type == \"object\");"
	"def iterables: select(type == \"array\" or type == \"object\"); def scalars: select(type != \"array\" and type != \"object\");"
	"def map_values(f): .[] |= f; def add: reduce .[] as $x (null; . + $x); def add(f): reduce f as $x (null; . + $x);"
	"def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];"
	"def from_entries: reduce .[] as $x ({}; . + {(if ($x.key // $x.k // $x.name // $x.Name // $x.Key // $x.K) == null"
	" then (if $x | has(\"key\") then $x.key else null end) else ($x.key // $x.k // $x.name // $x.Name // $x.Key // $x.K) end"
	" | if type == \"string\" then . else tojson end): (if $x | has(\"value\") then $x.value elif $x | has(\"Value\")"
	" then $x.Value else $x.v end)});"
	"def with_entries(f): to_entries | map(f) | from_entries;"
	"def reverse: [.[length - 1 - range(0; length)]]; def in(x): . as $k | x | has($k); def inside(x): . as $k | x | contains($k);"
	"def any: reduce .[] as $x (false; . or $x); def all: reduce .[] as $x (true; . and $x);"
	"def any(f): reduce (.[] | f) as $x (false; . or $x); def all(f): reduce (.[] | f) as $x (true; . and $x);"
	"def any(g; c): isempty(first(g | c | select(.))) | not; def all(g; c): isempty(first(g | c | select(. | not)));"
	"def first: .[0]; def last: .[-1]; def last(f): reduce f as $x (null; $x); def nth($n): .[$n];"
	"def nth($n; f): last(limit($n + 1; f)); def isvalid(f): try (f | true) catch false;"
	"def until(c; f): def u: if c then . else (f | u) end; u; def while(c; f): def w: if c then ., (f | w) else empty end; w;"
	"def repeat(f): def r: ., (f | r); r; def range($n): range(0; $n);"
	"def sort_by(f): [.[] | {k: [f], v: .}] | sort_keyed | map(.v); def min_by(f): sort_by(f) | first; def max_by(f): sort_by(f) | last;"
	"def min: sort | first; def max: sort | last;"
	"def group_by(f): [.[] | {k: [f], v: .}] | sort_keyed | reduce .[] as $x ([]; if length > 0 and .[-1].k == $x.k"
	" then .[-1].v += [$x.v] else . + [{k: $x.k, v: [$x.v]}] end) | map(.v);"
	"def unique_by(f): group_by(f) | map(first); def unique: group_by(.) | map(first);"
	"def flatten($d): reduce .[] as $x ([]; if ($x | type) == \"array\" and $d > 0"
	" then . + ($x | flatten($d - 1)) else . + [$x] end); def flatten: flatten(1e9);"
	"def paths: path(..) | select(length > 0); def paths(f): path(.. | select(f)) | select(length > 0);"
	"def leaf_paths: paths(scalars); def del(f): delpaths([path(f)]); def to_array: if type == \"array\" then . else [.] end;"
	"def join($s): reduce .[] as $x (null; (if . == null then \"\" else . + $s end) + ($x | if . == null then \"\""
	" elif type == \"string\" then . else tojson end)) // \"\";"
	"def ascii: [.] | implode; def todate: strftime(\"%Y-%m-%dT%H:%M:%SZ\"); def fromdate: fromdateiso8601;"
	"def split($re; $f): . as $in | [match($re; \"g\" + $f)] as $m | (reduce $m[] as $x ({at: 0, out: []}; .out += [$in[.at:$x.offset]]"
	" | .at = $x.offset + $x.length)) as $r | $r.out + [$in[$r.at:]];"
	"def splits($re; $f): split($re; $f) | .[]; def splits($re): splits($re; null);"
	"def capture($re; $f): match($re; $f) | [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries;"
	"def test($re): test($re; null); def match($re): match($re; null); def capture($re): capture($re; null);"
	"def scan($re): match($re; \"g\") | if (.captures | length) > 0 then [.captures[].string] else .string end;"
	"def sub($re; f; $o): . as $in | [match($re; $o)] as $m | if ($m | length) == 0 then $in else"
	" (reduce $m[] as $x ({at: 0, out: \"\"}; .out += $in[.at:$x.offset] + ($x | [.captures[] | select(.name != null)"
	" | {key: .name, value: .string}] | from_entries | f) | .at = $x.offset + $x.length)) as $r | $r.out + $in[$r.at:] end;"
	"def sub($re; f): sub($re; f; \"\"); def gsub($re; f; $o): sub($re; f; $o + \"g\"); def gsub($re; f): sub($re; f; \"g\");"
	"def ascii_downcase: explode | map(if . >= 65 and . <= 90 then . + 32 else . end) | implode;"
	"def ascii_upcase: explode | map(if . >= 97 and . <= 122 then . - 32 else . end) | implode;"
	"def walk(f): def w: if type == \"object\" then map_values(w) elif type == \"array\" then map(w) else . end | f; w;"
	"def env: $ENV; def halt_error: error; def todate(f): strftime(f); def combinations: if length == 0 then [] else"
	" .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;"
	"def ltrimstr($s): if type == \"string\" and startswith($s) then .[($s | length):] else . end;"
	"def rtrimstr($s): if type == \"string\" and ($s | length) > 0 and endswith($s) then .[:length - ($s | length)] else . end;"
	"def index($s): indices($s) | .[0]; def rindex($s): indices($s) | .[-1:][0];"
	"def limit($n; f): if $n > 0 then limit_to($n; f) else empty end; def abs: if . < 0 then -. else . end;"
	"def tostream: path(def r: (.[]?|r), .; r) as $p | getpath($p) | [$p, .];";

bool
jq_give(const struct jq_call *call, const struct value *value)
{
	return value && call->emit(call->arg, value, NULL);
}

struct arena *
jq_arena(const struct jq_call *call)
{
	return &call->jq->arena;
}

bool
jq_is_text(const struct value *value)
{
	return value->type == VALUE_STRING;
}

/* Each result of an argument goes to fn with the call. */
struct each {
	const struct jq_call *call;
	bool (*fn)(const struct jq_call *call, const struct value *argument);
};

static bool
each_emit(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct each *each = arg;

	(void)path;
	return each->fn(each->call, value);
}

bool
jq_each_argument(const struct jq_call *call, size_t n, bool (*fn)(const struct jq_call *call,
	const struct value *argument))
{
	struct each each = { call, fn };

	return jq_eval(call->jq, call->node->list[n], call->env, call->input, NULL, each_emit, &each);
}

/* ---- without arguments ---- */

static bool
do_empty(const struct jq_call *call)
{
	(void)call;
	return true;
}

static bool
do_error(const struct jq_call *call)
{
	struct str text = STR_INIT;

	if (jq_is_text(call->input))
		str_add(&text, call->input->string.text);
	else {
		jq_print(call->input, 0, false, &text);
		str_add(&text, " (not a string)");
	}
	jq_fail(call->jq, "%s", text.buf);
	call->jq->thrown = call->input;
	str_release(&text);
	return false;
}

static bool
do_not(const struct jq_call *call)
{
	return jq_give(call, value_bool(jq_arena(call), !jq_true(call->input)));
}

/* Characters, not bytes. */
static int64_t
characters(const char *text)
{
	int64_t n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

static bool
do_length(const struct jq_call *call)
{
	const struct value *input = call->input;

	switch (input->type) {
	case VALUE_NULL:
		return jq_give(call, value_int(jq_arena(call), 0));
	case VALUE_STRING:
		return jq_give(call, value_int(jq_arena(call), characters(input->string.text)));
	case VALUE_INT:
	case VALUE_FLOAT:
		return jq_give(call, jq_number_value(call->jq, fabs(jq_number(input))));
	case VALUE_BOOL:
		return jq_fail(call->jq, "%s%s has no length", jq_type_name(input), jq_excerpt(call->jq, input));
	default:
		return jq_give(call, value_int(jq_arena(call), (int64_t)value_count(input)));
	}
}

static bool
do_type(const struct jq_call *call)
{
	return jq_give(call, value_string(jq_arena(call), jq_type_name(call->input)));
}

static int
compare_values(const void *a, const void *b)
{
	return jq_compare(*(struct value *const *)a, *(struct value *const *)b);
}

void
jq_sort(struct value *list)
{
	if (list->list.n)
		qsort(list->list.v, list->list.n, sizeof *list->list.v, compare_values);
}

static bool
keys_of(const struct jq_call *call, bool sorted)
{
	struct value *list = value_list(jq_arena(call));
	const struct value *input = call->input;

	if (input->type != VALUE_MAP && input->type != VALUE_LIST)
		return jq_fail(call->jq, "%s%s has no keys", jq_type_name(input), jq_excerpt(call->jq, input));
	for (size_t i = 0; i < value_count(input); i++)
		value_append(jq_arena(call), list, input->type == VALUE_MAP
		? value_string(jq_arena(call), input->map.v[i].key)
			: value_int(jq_arena(call), (int64_t)i));
	if (sorted)
		jq_sort(list);
	return jq_give(call, list);
}

static bool
do_keys(const struct jq_call *call)
{
	return keys_of(call, true);
}

static bool
do_keys_unsorted(const struct jq_call *call)
{
	return keys_of(call, false);
}

/* A stable sort: the items' places decide among equals. */
struct placed {
	const struct value *value, *key;
	size_t place;
};

static int
compare_placed(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int order = jq_compare(x->key, y->key);

	return order ? order : x->place < y->place ? -1 : 1;
}

static bool
sorted_list(const struct jq_call *call, const char *key)
{
	struct value *list = value_list(jq_arena(call));
	size_t n = value_count(call->input);
	struct placed *items;

	if (call->input->type != VALUE_LIST)
		return jq_fail(call->jq, "%s%s cannot be sorted, as it is not an array", jq_type_name(call->input),
			jq_excerpt(call->jq, call->input));
	items = xcalloc(n + 1, sizeof *items);
	for (size_t i = 0; i < n; i++) {
		const struct value *item = value_at(call->input, i);

		items[i] = (struct placed){ item, key ? value_get(item, key) : item, i };
	}
	qsort(items, n, sizeof *items, compare_placed);
	for (size_t i = 0; i < n; i++)
		value_append(jq_arena(call), list, (struct value *)items[i].value);
	free(items);
	return jq_give(call, list);
}

static bool
do_sort(const struct jq_call *call)
{
	return sorted_list(call, NULL);
}

static bool
do_sort_keyed(const struct jq_call *call)
{
	return sorted_list(call, "k");
}

static bool
do_tostring(const struct jq_call *call)
{
	return jq_give(call, jq_format(call->jq, "@text", call->input));
}

static bool
do_tojson(const struct jq_call *call)
{
	return jq_give(call, jq_format(call->jq, "@json", call->input));
}

static bool
do_fromjson(const struct jq_call *call)
{
	struct err err = ERR_INIT;
	struct value *value = NULL;
	bool ok;

	if (!jq_is_text(call->input))
		return jq_fail(call->jq, "%s%s only strings can be parsed", jq_type_name(call->input),
		jq_excerpt(call->jq, call->input));
	ok = !json_read("", call->input->string.text, call->input->string.len, jq_arena(call), &value, &err);
	if (!ok)
		jq_fail(call->jq, "%s (while parsing '%s')", err.text, call->input->string.text);
	err_release(&err);
	return ok && jq_give(call, value);
}

static bool
do_tonumber(const struct jq_call *call)
{
	char *end;
	double number;

	if (jq_is_number(call->input))
		return jq_give(call, call->input);
	number = jq_is_text(call->input) ? strtod(call->input->string.text, &end) : 0;
	if (!jq_is_text(call->input) || end == call->input->string.text || *end)
		return jq_fail(call->jq, "%s%s cannot be parsed as a number", jq_type_name(call->input),
			jq_excerpt(call->jq, call->input));
	return jq_give(call, jq_number_value(call->jq, number));
}

static bool
with_number(const struct jq_call *call, double (*fn)(double number))
{
	if (!jq_is_number(call->input))
		return jq_fail(call->jq, "%s%s number required", jq_type_name(call->input),
		jq_excerpt(call->jq, call->input));
	return jq_give(call, jq_number_value(call->jq, fn(jq_number(call->input))));
}

static bool
do_floor(const struct jq_call *call)
{
	return with_number(call, floor);
}

static bool
do_ceil(const struct jq_call *call)
{
	return with_number(call, ceil);
}

static bool
do_round(const struct jq_call *call)
{
	return with_number(call, round);
}

static bool
do_sqrt(const struct jq_call *call)
{
	return with_number(call, sqrt);
}

/* ---- with one argument that is a value ---- */

static bool
has(const struct jq_call *call, const struct value *key)
{
	const struct value *input = call->input;

	if (input->type == VALUE_MAP && jq_is_text(key))
		return jq_give(call, value_bool(jq_arena(call), value_get(input, key->string.text) != NULL));
	if (input->type == VALUE_LIST && jq_is_number(key))
		return jq_give(call, value_bool(jq_arena(call), jq_number(key) >= 0 &&
		jq_number(key) < (double)value_count(input)));
	return jq_fail(call->jq, "Cannot check whether %s has a %s key", jq_type_name(input),
		jq_is_text(key) ? "string" : jq_type_name(key));
}

static bool
do_has(const struct jq_call *call)
{
	return jq_each_argument(call, 0, has);
}

static bool
contained(const struct value *whole, const struct value *part)
{
	if (whole->type == VALUE_STRING && jq_is_text(part))
		return strstr(whole->string.text, part->string.text) != NULL;
	if (whole->type == VALUE_MAP && part->type == VALUE_MAP) {
		for (size_t i = 0; i < part->map.n; i++) {
			const struct value *have = value_get(whole, part->map.v[i].key);

			if (!have || !contained(have, part->map.v[i].value))
				return false;
		}
		return true;
	}
	if (whole->type == VALUE_LIST && part->type == VALUE_LIST) {
		for (size_t i = 0; i < value_count(part); i++) {
			bool found = false;

			for (size_t j = 0; j < value_count(whole) && !found; j++)
				found = value_at(whole, j)->type == value_at(part, i)->type &&
					contained(value_at(whole, j), value_at(part, i));
			if (!found)
				return false;
		}
		return true;
	}
	return jq_compare(whole, part) == 0;
}

static bool
contains(const struct jq_call *call, const struct value *part)
{
	if (strcmp(jq_type_name(call->input), jq_type_name(part)) != 0)
		return jq_fail(call->jq, "%s%s and %s%s cannot have their containment checked",
		jq_type_name(call->input),
			jq_excerpt(call->jq, call->input), jq_type_name(part), jq_excerpt(call->jq, part));
	return jq_give(call, value_bool(jq_arena(call), contained(call->input, part)));
}

static bool
do_contains(const struct jq_call *call)
{
	return jq_each_argument(call, 0, contains);
}

static bool
raise(const struct jq_call *call, const struct value *value)
{
	struct jq_call with = *call;

	with.input = value;
	return do_error(&with);
}

static bool
do_error_with(const struct jq_call *call)
{
	return jq_each_argument(call, 0, raise);
}

/* ---- the table ---- */

static const struct jq_builtin values[] = {
	{ "empty", 0, do_empty }, { "error", 0, do_error }, { "error", 1, do_error_with }, { "not", 0, do_not },
	{ "length", 0, do_length }, { "utf8bytelength", 0, do_length }, { "type", 0, do_type },
	{ "keys", 0, do_keys }, { "keys_unsorted", 0, do_keys_unsorted }, { "sort", 0, do_sort },
	{ "sort_keyed", 0, do_sort_keyed }, { "tostring", 0, do_tostring }, { "tojson", 0, do_tojson },
	{ "fromjson", 0, do_fromjson }, { "tonumber", 0, do_tonumber }, { "floor", 0, do_floor },
	{ "ceil", 0, do_ceil }, { "round", 0, do_round }, { "sqrt", 0, do_sqrt }, { "has", 1, do_has },
	{ "contains", 1, do_contains },
	{ NULL, 0, NULL },
};

static const struct jq_builtin *const tables[] = { values, jq_texts, jq_paths };

static const struct jq_builtin *
builtin_find(const char *name, size_t arguments)
{
	for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
		for (const struct jq_builtin *row = tables[t]; row->name; row++) {
			if (row->arguments == arguments && strcmp(row->name, name) == 0)
				return row;
		}
	}
	return NULL;
}

bool
jq_builtin_exists(const char *name, size_t arguments)
{
	return builtin_find(name, arguments) != NULL;
}

bool
jq_builtin(const struct jq_call *call, bool *known)
{
	const struct jq_builtin *row = builtin_find(call->node->text, call->node->nlist);

	*known = row != NULL;
	return row && row->fn(call);
}
