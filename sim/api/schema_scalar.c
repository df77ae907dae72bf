/*
 * Scalars as Go's decoder takes them, one row a type: plain ones by encoding/json, the others by the UnmarshalJSON of
 * metav1.Time, resource.Quantity and intstr.IntOrString, whose refusals end the decoding.
 */
#include "api/schema_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/quantity.h"
#include "api/yaml.h"
#include "base/clock.h"

static int
refuse(struct decoder *decoder, const struct slot *slot, const struct value *value, const char *what)
{
	decode_mismatch(decoder, slot, value, what, NULL);
	return 0;
}

/* A mismatch inside an UnmarshalJSON method, which read go. */
static int
refuse_at_once(
	struct decoder *decoder, const struct slot *slot, const struct value *value, const char *what, const char *go)
{
	decoder->failed = false;
	decode_mismatch(decoder, slot, value, what, go);
	return -1;
}

static int
read_string(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	if (value->type != VALUE_STRING)
		return refuse(decoder, slot, value, value_json_kind(value));
	*out = value_copy(decoder->arena, value);
	return 0;
}

static int
read_bool(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	if (value->type != VALUE_BOOL)
		return refuse(decoder, slot, value, value_json_kind(value));
	*out = value_copy(decoder->arena, value);
	return 0;
}

static int
read_number(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	if (value->type != VALUE_INT && value->type != VALUE_FLOAT)
		return refuse(decoder, slot, value, value_json_kind(value));
	*out = value_copy(decoder->arena, value);
	return 0;
}

/* Whether value is a whole number from min to max; 80.0 is. */
static bool
whole_number(const struct value *value, int64_t min, int64_t max, int64_t *number)
{
	if (value->type == VALUE_INT) {
		*number = value->integer;
	} else {
		if (!(value->real.number > -9e18 && value->real.number < 9e18))
			return false;
		*number = (int64_t)value->real.number;
		if ((double)*number < value->real.number || (double)*number > value->real.number)
			return false;
	}
	return *number >= min && *number <= max;
}

/* "number 80.5": a number that doesn't fit is told with its digits. */
static char *
number_text(const struct value *value)
{
	struct str text = STR_INIT;

	str_add(&text, "number ");
	json_write(value, 0, &text);
	return str_detach(&text);
}

static int
read_integer(struct decoder *decoder, const struct slot *slot, const struct value *value, int64_t min, int64_t max,
	struct value **out)
{
	int64_t number;
	char *what;

	if (value->type != VALUE_INT && value->type != VALUE_FLOAT)
		return refuse(decoder, slot, value, value_json_kind(value));
	if (!whole_number(value, min, max, &number)) {
		what = number_text(value);
		refuse(decoder, slot, value, what);
		free(what);
		return 0;
	}
	*out = value_int(decoder->arena, number);
	return 0;
}

static int
read_int32(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	return read_integer(decoder, slot, value, INT32_MIN, INT32_MAX, out);
}

static int
read_int64(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	return read_integer(decoder, slot, value, INT64_MIN, INT64_MAX, out);
}

static int
read_any(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	(void)slot;
	*out = value_copy(decoder->arena, value);
	return 0;
}

static bool
is_base64(char c)
{
	return ascii_isalnum((unsigned char)c) || c == '+' || c == '/';
}

/* The digits of text without its line ends; the place of the first wrong byte, or -1 (Go's encoding/base64, padded). */
static long
base64_check(const char *text, size_t len, struct str *digits)
{
	size_t i, pad = 0;

	for (i = 0; i < len; i++) {
		if (text[i] == '\n' || text[i] == '\r')
			continue;
		if (text[i] == '=' && digits->len % 4 >= 2) {
			pad++;
			str_addch(digits, '=');
			continue;
		}
		if (pad || !is_base64(text[i]))
			return (long)i;
		str_addch(digits, text[i]);
	}
	return digits->len % 4 ? (long)(len - (pad ? 0 : digits->len % 4)) : -1;
}

static int
read_bytes(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	struct str digits = STR_INIT;
	long wrong;

	if (value->type != VALUE_STRING)
		return refuse(decoder, slot, value, value_json_kind(value));
	wrong = base64_check(value->string.text, value->string.len, &digits);
	if (wrong >= 0 && !decoder->failed)
		decode_abort(decoder, value, "illegal base64 data at input byte %ld", wrong);
	*out = value_string(decoder->arena, digits.buf);
	str_release(&digits);
	return 0;
}

static int
read_intstr(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	int64_t number;
	char *what;

	if (value->type == VALUE_STRING)
		return read_string(decoder, slot, value, out);
	if (value->type != VALUE_INT && value->type != VALUE_FLOAT)
		return refuse_at_once(decoder, slot, value, value_json_kind(value), "int32");
	if (!whole_number(value, INT32_MIN, INT32_MAX, &number)) {
		what = number_text(value);
		refuse_at_once(decoder, slot, value, what, "int32");
		free(what);
		return -1;
	}
	*out = value_int(decoder->arena, number);
	return 0;
}

static int
read_quantity(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	struct str text = STR_INIT, canonical = STR_INIT;
	const char *why, *start;

	(void)slot;
	if (value->type == VALUE_STRING)
		str_addn(&text, value->string.text, value->string.len);
	else
		json_write(value, 0, &text);
	while (text.len && ascii_isspace((unsigned char)text.buf[text.len - 1]))
		str_truncate(&text, text.len - 1);
	for (start = text.buf; ascii_isspace((unsigned char)*start); start++)
		;
	why = quantity_canonical(start, &canonical);
	if (why)
		decode_abort(decoder, value, "%s", why);
	else
		*out = value_string(decoder->arena, canonical.buf);
	str_release(&text);
	str_release(&canonical);
	return why ? -1 : 0;
}

#define RFC3339 "2006-01-02T15:04:05Z07:00"
#define RFC3339_MICRO "2006-01-02T15:04:05.000000Z07:00"

/* The elements of RFC 3339 in Go's spelling; digits 0: a literal. */
static const struct {
	const char *element, *name;
	int digits, min, max;
} time_elements[] = {
	{ "2006", "year", 4, 0, 9999 },
	{ "-", NULL, 0, 0, 0 },
	{ "01", "month", 2, 1, 12 },
	{ "-", NULL, 0, 0, 0 },
	{ "02", "day", 2, 1, 31 },
	{ "T", NULL, 0, 0, 0 },
	{ "15", "hour", 2, 0, 23 },
	{ ":", NULL, 0, 0, 0 },
	{ "04", "minute", 2, 0, 59 },
	{ ":", NULL, 0, 0, 0 },
	{ "05", "second", 2, 0, 59 },
};

/* Says why text is no time: time.Parse's error. */
static int
refuse_time(struct decoder *decoder, const struct value *value, const char *layout)
{
	const char *text = value->string.text, *rest = text;

	for (size_t i = 0; i < sizeof time_elements / sizeof *time_elements; i++) {
		int digits = time_elements[i].digits, n = 0, number = 0;

		for (; n < digits && ascii_isdigit((unsigned char)rest[n]); n++)
			number = number * 10 + (rest[n] - '0');
		if (digits ? n < digits : *rest != *time_elements[i].element)
			return decode_abort(decoder, value,
				"parsing time \"%s\" as \"%s\": cannot parse \"%s\" as \"%s\"", text, layout, rest,
				time_elements[i].element);
		if (digits && (number < time_elements[i].min || number > time_elements[i].max))
			return decode_abort(
				decoder, value, "parsing time \"%s\": %s out of range", text, time_elements[i].name);
		rest += digits ? digits : 1;
	}
	return decode_abort(
		decoder, value, "parsing time \"%s\" as \"%s\": cannot parse \"%s\" as \"Z07:00\"", text, layout, rest);
}

/* time.Parse takes an hour of one digit; the zero that it lacks is put in. */
static bool
parse_time(struct arena *arena, const char *text, int64_t *when)
{
	static const char hour[] = "2006-01-02T";
	size_t at = sizeof hour - 1;

	if (strlen(text) > at + 1 && ascii_isdigit((unsigned char)text[at]) && text[at + 1] == ':')
		text = arena_printf(arena, "%.*s0%s", (int)at, text, text + at);
	return clock_parse(text, when);
}

static int
read_time(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	char text[CLOCK_TEXT];
	int64_t when;

	if (value->type != VALUE_STRING)
		return refuse_at_once(decoder, slot, value, value_json_kind(value), "string");
	if (!parse_time(decoder->arena, value->string.text, &when))
		return refuse_time(decoder, value, RFC3339);
	*out = value_string(decoder->arena, clock_format(when, text));
	return 0;
}

static int
read_micro_time(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	char text[CLOCK_TEXT];
	int64_t when, micros;

	if (value->type != VALUE_STRING)
		return refuse_at_once(decoder, slot, value, value_json_kind(value), "string");
	if (!parse_time(decoder->arena, value->string.text, &when))
		return refuse_time(decoder, value, RFC3339_MICRO);
	micros = (when % CLOCK_SECOND + CLOCK_SECOND) % CLOCK_SECOND / 1000;
	clock_format(when, text);
	*out = value_stringf(decoder->arena, "%.*s.%06dZ", (int)strcspn(text, "Z"), text, (int)micros);
	return 0;
}

static struct value *
zero_text(struct arena *arena)
{
	return value_string(arena, "");
}

static struct value *
zero_int(struct arena *arena)
{
	return value_int(arena, 0);
}

static struct value *
zero_bool(struct arena *arena)
{
	return value_bool(arena, false);
}

static struct value *
zero_quantity(struct arena *arena)
{
	return value_string(arena, "0");
}

static bool
is_zero_text(const struct value *value)
{
	return !value->string.len;
}

static bool
is_zero_int(const struct value *value)
{
	return !value->integer;
}

static bool
is_zero_bool(const struct value *value)
{
	return !value->boolean;
}

static bool
is_never_zero(const struct value *value)
{
	(void)value;
	return false;
}

static const struct schema_scalar scalars[] = {
	{ "string", "string", read_string, zero_text, is_zero_text },
	{ "integer:int32", "int32", read_int32, zero_int, is_zero_int },
	{ "integer:int64", "int64", read_int64, zero_int, is_zero_int },
	{ "boolean", "bool", read_bool, zero_bool, is_zero_bool },
	{ "number", "float64", read_number, zero_int, is_never_zero },
	{ "string:byte", "[]uint8", read_bytes, value_null, is_zero_text },
	{ "object", "interface {}", read_any, value_null, is_never_zero },
	{ "meta.v1.Time", "v1.Time", read_time, value_null, is_never_zero },
	{ "meta.v1.MicroTime", "v1.MicroTime", read_micro_time, value_null, is_never_zero },
	{ "meta.v1.Duration", "string", read_string, zero_text, is_zero_text },
	{ "meta.v1.FieldsV1", "v1.FieldsV1", read_any, value_null, is_never_zero },
	{ "api.resource.Quantity", "resource.Quantity", read_quantity, zero_quantity, is_never_zero },
	{ "util.intstr.IntOrString", "intstr.IntOrString", read_intstr, zero_int, is_never_zero },
	{ "runtime.RawExtension", "runtime.RawExtension", read_any, value_null, is_never_zero },
};

const struct schema_scalar *
schema_scalar_of(const char *type)
{
	for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
		if (!strcmp(scalars[i].type, type))
			return &scalars[i];
	}
	return NULL;
}
