/* jq's builtins: a table of those in C, and the text of those that jq itself writes in jq. */
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

static bool
give(const struct jq_call *call, const struct value *value)
{
	return value && call->emit(call->arg, value, NULL);
}

static struct arena *
arena_of(const struct jq_call *call)
{
	return &call->jq->arena;
}

static bool
is_text(const struct value *value)
{
	return value->type == VALUE_STRING;
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

	if (is_text(call->input))
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
	return give(call, value_bool(arena_of(call), !jq_true(call->input)));
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
		return give(call, value_int(arena_of(call), 0));
	case VALUE_STRING:
		return give(call, value_int(arena_of(call), characters(input->string.text)));
	case VALUE_INT:
	case VALUE_FLOAT:
		return give(call, jq_number_value(call->jq, fabs(jq_number(input))));
	case VALUE_BOOL:
		return jq_fail(call->jq, "%s%s has no length", jq_type_name(input), jq_excerpt(call->jq, input));
	default:
		return give(call, value_int(arena_of(call), (int64_t)value_count(input)));
	}
}

static bool
do_type(const struct jq_call *call)
{
	return give(call, value_string(arena_of(call), jq_type_name(call->input)));
}

static int
compare_values(const void *a, const void *b)
{
	return jq_compare(*(struct value *const *)a, *(struct value *const *)b);
}

static bool
keys_of(const struct jq_call *call, bool sorted)
{
	struct value *list = value_list(arena_of(call));
	const struct value *input = call->input;

	if (input->type != VALUE_MAP && input->type != VALUE_LIST)
		return jq_fail(call->jq, "%s%s has no keys", jq_type_name(input), jq_excerpt(call->jq, input));
	for (size_t i = 0; i < value_count(input); i++)
		value_append(arena_of(call), list, input->type == VALUE_MAP
		? value_string(arena_of(call), input->map.v[i].key)
			: value_int(arena_of(call), (int64_t)i));
	if (sorted && list->list.n)
		qsort(list->list.v, list->list.n, sizeof *list->list.v, compare_values);
	return give(call, list);
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
	struct value *list = value_list(arena_of(call));
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
		value_append(arena_of(call), list, (struct value *)items[i].value);
	free(items);
	return give(call, list);
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
	return give(call, jq_format(call->jq, "@text", call->input));
}

static bool
do_tojson(const struct jq_call *call)
{
	return give(call, jq_format(call->jq, "@json", call->input));
}

static bool
do_fromjson(const struct jq_call *call)
{
	struct err err = ERR_INIT;
	struct value *value = NULL;
	bool ok;

	if (!is_text(call->input))
		return jq_fail(call->jq, "%s%s only strings can be parsed", jq_type_name(call->input),
		jq_excerpt(call->jq, call->input));
	ok = !json_read("", call->input->string.text, call->input->string.len, arena_of(call), &value, &err);
	if (!ok)
		jq_fail(call->jq, "%s (while parsing '%s')", err.text, call->input->string.text);
	err_release(&err);
	return ok && give(call, value);
}

static bool
do_tonumber(const struct jq_call *call)
{
	char *end;
	double number;

	if (jq_is_number(call->input))
		return give(call, call->input);
	number = is_text(call->input) ? strtod(call->input->string.text, &end) : 0;
	if (!is_text(call->input) || end == call->input->string.text || *end)
		return jq_fail(call->jq, "%s%s cannot be parsed as a number", jq_type_name(call->input),
			jq_excerpt(call->jq, call->input));
	return give(call, jq_number_value(call->jq, number));
}

static bool
with_number(const struct jq_call *call, double (*fn)(double number))
{
	if (!jq_is_number(call->input))
		return jq_fail(call->jq, "%s%s number required", jq_type_name(call->input),
		jq_excerpt(call->jq, call->input));
	return give(call, jq_number_value(call->jq, fn(jq_number(call->input))));
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

static bool
do_explode(const struct jq_call *call)
{
	struct value *list = value_list(arena_of(call));

	if (!is_text(call->input))
		return jq_fail(call->jq, "%s%s cannot be exploded", jq_type_name(call->input),
		jq_excerpt(call->jq, call->input));
	for (const unsigned char *c = (const unsigned char *)call->input->string.text; *c;) {
		unsigned more = *c < 0x80 ? 0 : *c < 0xe0 ? 1 : *c < 0xf0 ? 2 : 3;
		int64_t code = more ? *c & (0x3f >> more) : *c;

		for (c++; more && (*c & 0xc0) == 0x80; more--)
			code = code << 6 | (*c++ & 0x3f);
		value_append(arena_of(call), list, value_int(arena_of(call), code));
	}
	return give(call, list);
}

static bool
do_implode(const struct jq_call *call)
{
	struct str text = STR_INIT;
	bool ok = call->input->type == VALUE_LIST;

	for (size_t i = 0; ok && i < value_count(call->input); i++) {
		const struct value *item = value_at(call->input, i);
		unsigned code = jq_is_number(item) && jq_number(item) > 0 &&
			jq_number(item) < 0x110000 ? (unsigned)jq_number(item) : 0;

		if (code >= 0x10000)
			str_addf(&text, "%c%c%c%c", (char)(0xf0 | code >> 18), (char)(0x80 | (code >> 12 & 63)),
				(char)(0x80 | (code >> 6 & 63)), (char)(0x80 | (code & 63)));
		else if (code >= 0x800)
			str_addf(&text, "%c%c%c", (char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 63)),
			(char)(0x80 | (code & 63)));
		else if (code >= 0x80)
			str_addf(&text, "%c%c", (char)(0xc0 | code >> 6), (char)(0x80 | (code & 63)));
		else if (code)
			str_addch(&text, (char)code);
	}
	ok = ok ? give(call, value_string(arena_of(call), text.buf))
		: jq_fail(call->jq, "%s cannot be imploded, must be an array of codepoints", jq_type_name(call->input));
	str_release(&text);
	return ok;
}

static bool
do_fromdate(const struct jq_call *call)
{
	int64_t when;

	if (!is_text(call->input) || !clock_parse(call->input->string.text, &when))
		return jq_fail(call->jq, "date %s does not match format \"%%Y-%%m-%%dT%%H:%%M:%%SZ\"",
			jq_excerpt(call->jq, call->input) + 1);
	return give(call, value_int(arena_of(call), when / CLOCK_SECOND));
}

static bool
do_trim(const struct jq_call *call)
{
	const char *name = call->node->text, *start, *end;

	if (!is_text(call->input))
		return jq_fail(call->jq, "%s%s cannot be trimmed", jq_type_name(call->input),
		jq_excerpt(call->jq, call->input));
	start = call->input->string.text;
	end = start + strlen(start);
	while (*name != 'r' && ascii_isspace(*start))
		start++;
	while (*name != 'l' && end > start && ascii_isspace(end[-1]))
		end--;
	return give(call, value_stringf(arena_of(call), "%.*s", (int)(end - start), start));
}

/* ---- with one argument that is a value ---- */

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

static bool
each_argument(const struct jq_call *call, size_t n, bool (*fn)(const struct jq_call *call,
	const struct value *argument))
{
	struct each each = { call, fn };

	return jq_eval(call->jq, call->node->list[n], call->env, call->input, NULL, each_emit, &each);
}

static bool
has(const struct jq_call *call, const struct value *key)
{
	const struct value *input = call->input;

	if (input->type == VALUE_MAP && is_text(key))
		return give(call, value_bool(arena_of(call), value_get(input, key->string.text) != NULL));
	if (input->type == VALUE_LIST && jq_is_number(key))
		return give(call, value_bool(arena_of(call), jq_number(key) >= 0 &&
		jq_number(key) < (double)value_count(input)));
	return jq_fail(call->jq, "Cannot check whether %s has a %s key", jq_type_name(input),
		is_text(key) ? "string" : jq_type_name(key));
}

static bool
do_has(const struct jq_call *call)
{
	return each_argument(call, 0, has);
}

static bool
contained(const struct value *whole, const struct value *part)
{
	if (whole->type == VALUE_STRING && is_text(part))
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
	return give(call, value_bool(arena_of(call), contained(call->input, part)));
}

static bool
do_contains(const struct jq_call *call)
{
	return each_argument(call, 0, contains);
}

static bool
affix(const struct jq_call *call, const struct value *text)
{
	bool start = call->node->text[0] == 's';

	if (!is_text(call->input) || !is_text(text))
		return jq_fail(call->jq, "%s() requires string inputs", call->node->text);
	return give(call, value_bool(arena_of(call), (start ? str_starts : str_ends)(call->input->string.text,
		text->string.text)));
}

static bool
do_affix(const struct jq_call *call)
{
	return each_argument(call, 0, affix);
}

static bool
split(const struct jq_call *call, const struct value *separator)
{
	if (!is_text(call->input) || !is_text(separator))
		return jq_fail(call->jq, "split input and separator must be strings");
	return give(call, jq_binary(call->jq, JQ_DIVIDE, call->input, separator));
}

static bool
do_split(const struct jq_call *call)
{
	return each_argument(call, 0, split);
}

static bool
indices(const struct jq_call *call, const struct value *wanted)
{
	struct value *list = value_list(arena_of(call));
	const struct value *input = call->input;

	if (is_text(input) && is_text(wanted) && wanted->string.len)
		for (const char *at = input->string.text; (at = strstr(at, wanted->string.text)); at++)
			value_append(arena_of(call), list, value_int(arena_of(call), at - input->string.text));
	for (size_t i = 0; input->type == VALUE_LIST && i < value_count(input); i++)
		if (jq_compare(value_at(input, i), wanted) == 0)
			value_append(arena_of(call), list, value_int(arena_of(call), (int64_t)i));
	return give(call, list);
}

static bool
do_indices(const struct jq_call *call)
{
	return each_argument(call, 0, indices);
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
	return each_argument(call, 0, raise);
}

static bool
date_text(const struct jq_call *call, const struct value *format)
{
	char iso[CLOCK_TEXT];
	struct str out = STR_INIT;
	bool ok;

	if (!jq_is_number(call->input) || !is_text(format))
		return jq_fail(call->jq, "strftime/1 requires parsed datetime inputs");
	clock_format((int64_t)jq_number(call->input) * CLOCK_SECOND, iso);
	for (const char *c = format->string.text; *c; c++)
		if (*c != '%' || !c[1])
			str_addch(&out, *c);
		else if (*++c == 'Y')
			str_addf(&out, "%.4s", iso);
		else if (strchr("mdHMS", *c))
			str_addf(&out, "%.2s", iso + (*c == 'm' ? 5 : *c == 'd' ? 8 : *c == 'H' ? 11 : *c == 'M' ? 14
			: 17));
		else if (*c == 'F' || *c == 'T')
			str_addf(&out, *c == 'F' ? "%.10s" : "%.8s", *c == 'F' ? iso : iso + 11);
		else
			str_addch(&out, *c);
	ok = give(call, value_string(arena_of(call), out.buf));
	str_release(&out);
	return ok;
}

static bool
do_strftime(const struct jq_call *call)
{
	return each_argument(call, 0, date_text);
}

/* ---- paths ---- */

static bool
path_given(void *arg, const struct value *value, const struct jq_path *path)
{
	const struct jq_call *call = arg;
	struct value *list = value_list(arena_of(call));
	VEC(const struct value *) keys = VEC_INIT;

	if (!path)
		return jq_fail(call->jq, "Invalid path expression with result %s", jq_excerpt(call->jq, value));
	for (; path->up; path = path->up)
		*vec_push(&keys) = path->key;
	while (keys.n)
		value_append(arena_of(call), list, (struct value *)keys.v[--keys.n]);
	vec_release(&keys);
	return give(call, list);
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
		value = value_null(arena_of(call));
	}
	return value && call->emit(call->arg, value, call->path ? path_of(call->jq, keys, call->path) : NULL);
}

static bool
do_getpath(const struct jq_call *call)
{
	return each_argument(call, 0, getpath);
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
	return path && give(s->call, jq_set_path(s->call->jq, s->call->input, path, value));
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
	return each_argument(call, 0, setpath);
}

/* The last paths first, so that earlier positions stay what they were. */
static bool
delpaths(const struct jq_call *call, const struct value *paths)
{
	struct value *sorted = value_list(arena_of(call));
	const struct value *root = call->input;

	for (size_t i = 0; i < value_count(paths); i++)
		value_append(arena_of(call), sorted, value_at(paths, i));
	if (sorted->list.n)
		qsort(sorted->list.v, sorted->list.n, sizeof *sorted->list.v, compare_values);
	for (size_t i = sorted->list.n; i > 0 && root; i--) {
		const struct jq_path *path = path_of(call->jq, sorted->list.v[i - 1], &jq_path_start);

		root = path ? jq_delete_path(call->jq, root, path) : NULL;
	}
	return give(call, root);
}

static bool
do_delpaths(const struct jq_call *call)
{
	return each_argument(call, 0, delpaths);
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
	return each_argument(call, 0, limit);
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
	return give(call, value_bool(arena_of(call), !any));
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
		if (!give(call, jq_number_value(call->jq, at)))
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
	return each_argument(call, 0, range_from);
}

/* ---- regular expressions ---- */

struct matching {
	const struct jq_call *call;
	const struct value *regex;
	bool (*fn)(const struct jq_call *call, const char *text, const struct pattern *pattern, bool global);
};

/* \d \w \s, which POSIX has other names for; (?<name> and (?: become plain groups. */
static void
posix_regex(const char *text, struct str *out)
{
	static const struct {
		const char *from, *to;
	} names[] = { { "\\d", "[0-9]" }, { "\\D", "[^0-9]" }, { "\\w", "[A-Za-z0-9_]" }, { "\\W", "[^A-Za-z0-9_]" },
		{ "\\s", "[ \t\r\n]" }, { "\\S", "[^ \t\r\n]" }, { "(?:", "(" } };

	while (*text) {
		size_t i = 0;

		while (i < sizeof names / sizeof names[0] && !str_starts(text, names[i].from))
			i++;
		if (i < sizeof names / sizeof names[0]) {
			str_add(out, names[i].to);
			text += strlen(names[i].from);
		} else if (str_starts(text, "(?<") && strchr(text, '>')) {
			str_addch(out, '(');
			text = strchr(text, '>') + 1;
		} else {
			if (*text == '\\' && text[1])
				str_addch(out, *text++);
			str_addch(out, *text++);
		}
	}
}

static bool
flags_emit(void *arg, const struct value *flags, const struct jq_path *path)
{
	const struct matching *m = arg;
	const struct jq_call *call = m->call;
	const char *letters = is_text(flags) ? flags->string.text : "";
	struct str regex = STR_INIT, why = STR_INIT;
	struct pattern pattern;
	bool ok;

	(void)path;
	if (!is_text(call->input) || !is_text(m->regex))
		return jq_fail(call->jq, "%s%s cannot be matched, as it is not a string", jq_type_name(call->input),
			jq_excerpt(call->jq, call->input));
	posix_regex(m->regex->string.text, &regex);
	ok = pattern_compile(&pattern, regex.buf, true, strchr(letters, 'i') != NULL, &why);
	if (!ok)
		jq_fail(call->jq, "%s (at offset 0) is not a valid regex: %s", m->regex->string.text, why.buf);
	ok = ok && m->fn(call, call->input->string.text, &pattern, strchr(letters, 'g') != NULL);
	pattern_release(&pattern);
	str_release(&regex);
	str_release(&why);
	return ok;
}

static bool
match_text(const struct jq_call *call, const char *text, const struct pattern *pattern, bool global)
{
	regmatch_t groups[PATTERN_GROUPS];

	(void)global;
	return give(call, value_bool(arena_of(call), pattern_match(pattern, text, true, groups)));
}

/* The name of the n-th group of the regex; NULL. */
static struct value *
group_name(const struct jq_call *call, const char *regex, size_t n)
{
	size_t seen = 0;

	for (const char *c = regex; *c; c++) {
		if (*c == '\\' && c[1]) {
			c++;
		} else if (*c == '(' && !str_starts(c, "(?:") && ++seen == n) {
			if (str_starts(c, "(?<") && strchr(c, '>'))
				return value_stringf(arena_of(call), "%.*s", (int)strcspn(c + 3, ">"), c + 3);
			break;
		}
	}
	return value_null(arena_of(call));
}

static struct value *
match_value(const struct jq_call *call, const char *text, size_t at, const regmatch_t *group)
{
	struct arena *arena = arena_of(call);
	struct value *match = value_map(arena);
	size_t len = group->rm_so < 0 ? 0 : (size_t)(group->rm_eo - group->rm_so);

	value_set_int(arena, match, "offset", group->rm_so < 0 ? -1 : (int64_t)at + group->rm_so);
	value_set_int(arena, match, "length", (int64_t)len);
	value_set(arena, match, "string", group->rm_so < 0 ? value_null(arena)
		: value_stringf(arena, "%.*s", (int)len, text + at + group->rm_so));
	return match;
}

static bool
match_all(const struct jq_call *call, const char *text, const struct pattern *pattern, bool global)
{
	const char *regex = call->jq->regex;
	struct arena *arena = arena_of(call);
	regmatch_t groups[PATTERN_GROUPS];
	size_t at = 0;

	do {
		struct value *match, *captures = value_list(arena);

		if (!pattern_match(pattern, text + at, at == 0, groups))
			break;
		match = match_value(call, text, at, &groups[0]);
		for (size_t i = 1; i <= pattern->regex.re_nsub && i < PATTERN_GROUPS; i++) {
			struct value *capture = match_value(call, text, at, &groups[i]);

			value_set(arena, capture, "name", group_name(call, regex, i));
			value_append(arena, captures, capture);
		}
		value_set(arena, match, "captures", captures);
		if (!give(call, match))
			return false;
		at += (size_t)groups[0].rm_eo + (groups[0].rm_eo == groups[0].rm_so);
	} while (global && at <= strlen(text) && text[at ? at - 1 : 0]);
	return true;
}

static bool
regex_given(const struct jq_call *call, const struct value *regex)
{
	struct matching m = { call, regex, call->node->text[0] == 't' ? match_text : match_all };

	call->jq->regex = is_text(regex) ? regex->string.text : "";
	return jq_eval(call->jq, call->node->list[1], call->env, call->input, NULL, flags_emit, &m);
}

static bool
do_match(const struct jq_call *call)
{
	return each_argument(call, 0, regex_given);
}

/* ---- the table ---- */

static const struct {
	const char *name;
	size_t arguments;
	bool (*fn)(const struct jq_call *call);
} builtins[] = {
	{ "empty", 0, do_empty }, { "error", 0, do_error }, { "error", 1, do_error_with }, { "not", 0, do_not },
	{ "length", 0, do_length }, { "utf8bytelength", 0, do_length }, { "type", 0, do_type }, { "keys", 0, do_keys },
	{ "keys_unsorted", 0, do_keys_unsorted }, { "sort", 0, do_sort }, { "sort_keyed", 0, do_sort_keyed },
	{ "tostring", 0, do_tostring }, { "tojson", 0, do_tojson }, { "fromjson", 0, do_fromjson },
	{ "tonumber", 0, do_tonumber }, { "floor", 0, do_floor }, { "ceil", 0, do_ceil }, { "round", 0, do_round },
	{ "sqrt", 0, do_sqrt }, { "explode", 0, do_explode }, { "implode", 0, do_implode },
	{ "fromdateiso8601", 0, do_fromdate }, { "trim", 0, do_trim }, { "ltrim", 0, do_trim }, { "rtrim", 0, do_trim },
	{ "has", 1, do_has }, { "contains", 1, do_contains }, { "startswith", 1, do_affix },
	{ "endswith", 1, do_affix },
	{ "split", 1, do_split }, { "indices", 1, do_indices }, { "strftime", 1, do_strftime }, { "path", 1, do_path },
	{ "getpath", 1, do_getpath }, { "setpath", 2, do_setpath }, { "delpaths", 1, do_delpaths },
	{ "first", 1, do_first },
	{ "limit_to", 2, do_limit }, { "isempty", 1, do_isempty }, { "range", 2, do_range }, { "range", 3, do_range },
	{ "test", 2, do_match }, { "match", 2, do_match },
};
#define BUILTINS (sizeof builtins / sizeof builtins[0])

static size_t
builtin_find(const char *name, size_t arguments)
{
	size_t i = 0;

	while (i < BUILTINS && (builtins[i].arguments != arguments || strcmp(builtins[i].name, name) != 0))
		i++;
	return i;
}

bool
jq_builtin_exists(const char *name, size_t arguments)
{
	return builtin_find(name, arguments) < BUILTINS;
}

bool
jq_builtin(const struct jq_call *call, bool *known)
{
	size_t i = builtin_find(call->node->text, call->node->nlist);

	*known = i < BUILTINS;
	return *known && builtins[i].fn(call);
}
