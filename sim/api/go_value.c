#include "api/go_value.h"

#include <string.h>

/* What json.Unmarshal's appending leaves as a list's capacity. */
static size_t
grown(size_t n)
{
	size_t cap = n ? 1 : 0;

	while (cap < n)
		cap *= 2;
	return cap;
}

struct go_value
go_value_of(const struct value *value, bool boxed)
{
	struct go_value result = { .kind = GO_NIL, .boxed = boxed };

	if (!value)
		return (struct go_value){ .kind = GO_INVALID };
	switch (value->type) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
		result.kind = GO_BOOL;
		result.boolean = value->boolean;
		break;
	case VALUE_INT:
		result.kind = GO_INT64;
		result.integer = value->integer;
		break;
	case VALUE_FLOAT:
		result.kind = GO_FLOAT64;
		result.number.real = value->real.number;
		break;
	case VALUE_STRING:
		result.kind = GO_STRING;
		result.text.at = value->string.text;
		result.text.len = value->string.len;
		break;
	case VALUE_LIST:
		result.kind = GO_SLICE;
		result.slice.v = value->list.v;
		result.slice.n = result.slice.held = value->list.n;
		result.slice.cap = grown(value->list.n);
		break;
	case VALUE_MAP:
		result.kind = GO_MAP;
		result.map = value;
		break;
	}
	return result;
}

struct go_value
go_value_int(int64_t integer)
{
	return (struct go_value){ .kind = GO_INT, .integer = integer };
}

struct go_value
go_value_bool(bool boolean)
{
	return (struct go_value){ .kind = GO_BOOL, .boolean = boolean };
}

struct go_value
go_value_float(double real)
{
	return (struct go_value){ .kind = GO_FLOAT64, .number = { real, 0 } };
}

struct go_value
go_value_text(const char *text, size_t len)
{
	return (struct go_value){ .kind = GO_STRING, .text = { text, len } };
}

struct go_value
go_value_item(const struct go_value *slice, size_t i)
{
	if (i >= slice->slice.held)
		return (struct go_value){ .kind = GO_NIL, .boxed = true };
	return go_value_of(slice->slice.v[i], true);
}

struct go_value
go_value_unboxed(const struct go_value *value)
{
	struct go_value result = *value;

	result.boxed = false;
	if (value->kind == GO_NIL)
		result.kind = GO_INVALID;
	return result;
}

const char *
go_value_type(const struct go_value *value)
{
	static const char *const names[] = {
		[GO_INVALID] = "<nil>",
		[GO_NIL] = "<nil>",
		[GO_BOOL] = "bool",
		[GO_INT] = "int",
		[GO_INT64] = "int64",
		[GO_UINT8] = "uint8",
		[GO_FLOAT64] = "float64",
		[GO_COMPLEX128] = "complex128",
		[GO_STRING] = "string",
		[GO_SLICE] = "[]interface {}",
		[GO_MAP] = "map[string]interface {}",
	};

	return value->boxed ? "interface {}" : names[value->kind];
}

bool
go_value_truth(const struct go_value *value)
{
	switch (value->kind) {
	case GO_BOOL:
		return value->boolean;
	case GO_INT:
	case GO_INT64:
	case GO_UINT8:
		return value->integer != 0;
	case GO_FLOAT64:
	case GO_COMPLEX128:
		return value->number.real < 0 || value->number.real > 0 || value->number.real != value->number.real ||
			(value->kind == GO_COMPLEX128 && (value->number.imaginary < 0 || value->number.imaginary > 0));
	default:
		return go_value_len(value) > 0;
	}
}

bool
go_value_is_integer(const struct go_value *value)
{
	return value->kind == GO_INT || value->kind == GO_INT64 || value->kind == GO_UINT8;
}

int64_t
go_value_len(const struct go_value *value)
{
	switch (value->kind) {
	case GO_STRING:
		return (int64_t)value->text.len;
	case GO_SLICE:
		return (int64_t)value->slice.n;
	case GO_MAP:
		return (int64_t)value_count(value->map);
	default:
		return -1;
	}
}
