/*
 * YAML as sigs.k8s.io/yaml prints it.  The words of a text decide between plain, double-quoted and a literal block as
 * go-yaml's encode.go does; libyaml's emitter, of which go-yaml's is a port, then turns to quotes where the characters
 * ask for it, and folds at 80 columns.  Keys are in go-yaml's natural order: letters after all else, numbers by value.
 */
#include "api/yaml.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "api/scalar.h"
#include "api/sorted.h"
#include "base/json_out.h"
#include "base/utf8.h"

static void write_value(yaml_emitter_t *emitter, const struct value *value);

/* The number of digits at text, and their value (wrapping, as Go's does). */
static size_t
digit_run(const char *text, uint64_t *number)
{
	size_t n = 0;

	for (; ascii_isdigit(text[n]); n++)
		*number = *number * 10 + (uint64_t)(text[n] - '0');
	return n;
}

static bool
is_letter(const char *text)
{
	return ascii_isalpha(*text) || (unsigned char)*text >= 0x80;
}

/* Where a and b first differ, with a zero on one side: whether a digit other than 0 stands right before. */
static bool
inside_number(const char *start, const char *at)
{
	while (at > start && ascii_isdigit(at[-1]))
		if (*--at != '0')
			return true;
	return false;
}

/* Follows keyList.Less of sorter.go. */
static int
natural_order(const void *a, const void *b)
{
	const struct value_entry *const *left = a, *const *right = b;
	const char *x = (*left)->key, *y = (*right)->key, *start = x;
	uint64_t xn = 0, yn = 0;
	size_t xlen, ylen;

	for (; *x != '\0' && *x == *y; x++, y++)
		;
	if (*x == '\0' || *y == '\0')
		return *x == *y ? 0 : *x == '\0' ? -1 : 1;
	if (is_letter(x) != is_letter(y))
		return is_letter(y) ? -1 : 1;
	if (is_letter(x))
		return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
	if ((*x == '0' || *y == '0') && inside_number(start, x))
		xn = yn = 1;
	xlen = digit_run(x, &xn);
	ylen = digit_run(y, &yn);
	if (xn != yn)
		return (int64_t)xn < (int64_t)yn ? -1 : 1;
	if (xlen != ylen)
		return xlen < ylen ? -1 : 1;
	return *x < *y ? -1 : 1;
}

static int
add_output(void *arg, unsigned char *text, size_t len)
{
	str_addn(arg, (const char *)text, len);
	return 1;
}

static void
emit(yaml_emitter_t *emitter, yaml_event_t *event)
{
	if (!yaml_emitter_emit(emitter, event))
		BUG("the YAML emitter says: %s", emitter->problem != NULL ? emitter->problem : "no memory");
}

static void
write_scalar(yaml_emitter_t *emitter, const char *text, size_t len, yaml_scalar_style_t style)
{
	yaml_event_t event;

	if (!yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)len, 1, 1, style))
		BUG("a scalar of %zu bytes that YAML can't hold", len);
	emit(emitter, &event);
}

/* What Go's JSON, through which the text went before, makes of bytes that are no UTF-8. */
static void
add_repaired(struct str *str, const char *text, size_t len)
{
	uint32_t code;

	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_decode(text + i, len - i, &code);
		if (n > 0) {
			str_addn(str, text + i, n);
		} else {
			str_add(str, "\xef\xbf\xbd");
			n = 1;
		}
	}
}

static void
write_text(yaml_emitter_t *emitter, const char *text, size_t len)
{
	yaml_scalar_style_t style = YAML_PLAIN_SCALAR_STYLE;
	struct str repaired = STR_INIT;

	if (!utf8_valid(text, len)) {
		add_repaired(&repaired, text, len);
		text = repaired.buf;
		len = repaired.len;
	}
	if (memchr(text, '\n', len) != NULL)
		style = YAML_LITERAL_SCALAR_STYLE;
	else if (scalar_needs_quotes(text, len))
		style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	write_scalar(emitter, text, len, style);
	str_release(&repaired);
}

/* Between the two lies JSON, which writes 1e20 with all its digits; those that fit 64 bits are read as an integer. */
static void
write_float(yaml_emitter_t *emitter, double number)
{
	struct str text = STR_INIT;

	if (number >= 0 && number < 0x1p64) {
		struct json_out json;

		json_out_init(&json, &text, 0);
		json_out_double(&json, number);
	}
	if (text.len == 0 || text.len != strspn(text.buf, "0123456789")) {
		str_clear(&text);
		scalar_add_float(&text, number);
	}
	write_scalar(emitter, text.buf, text.len, YAML_PLAIN_SCALAR_STYLE);
	str_release(&text);
}

static void
write_map(yaml_emitter_t *emitter, const struct value *map)
{
	const struct value_entry **sorted = sorted_entries(map, natural_order);
	yaml_event_t event;

	yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE);
	emit(emitter, &event);
	for (size_t i = 0; i < map->map.n; i++) {
		write_text(emitter, sorted[i]->key, strlen(sorted[i]->key));
		write_value(emitter, sorted[i]->value);
	}
	yaml_mapping_end_event_initialize(&event);
	emit(emitter, &event);
	free(sorted);
}

static void
write_list(yaml_emitter_t *emitter, const struct value *list)
{
	yaml_event_t event;

	yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE);
	emit(emitter, &event);
	for (size_t i = 0; i < list->list.n; i++)
		write_value(emitter, list->list.v[i]);
	yaml_sequence_end_event_initialize(&event);
	emit(emitter, &event);
}

static void
write_value(yaml_emitter_t *emitter, const struct value *value)
{
	char text[24];

	switch (value->type) {
	case VALUE_NULL:
		write_scalar(emitter, "null", 4, YAML_PLAIN_SCALAR_STYLE);
		return;
	case VALUE_BOOL:
		write_scalar(emitter, value->boolean ? "true" : "false", value->boolean ? 4 : 5,
			YAML_PLAIN_SCALAR_STYLE);
		return;
	case VALUE_INT:
		snprintf(text, sizeof text, "%lld", (long long)value->integer);
		write_scalar(emitter, text, strlen(text), YAML_PLAIN_SCALAR_STYLE);
		return;
	case VALUE_FLOAT:
		write_float(emitter, value->real.number);
		return;
	case VALUE_STRING:
		write_text(emitter, value->string.text, value->string.len);
		return;
	case VALUE_LIST:
		write_list(emitter, value);
		return;
	case VALUE_MAP:
		write_map(emitter, value);
		return;
	}
	BUG("value of type %d", (int)value->type);
}

void
yaml_write(const struct value *value, struct str *out)
{
	yaml_emitter_t emitter;
	yaml_event_t event;

	if (!yaml_emitter_initialize(&emitter))
		BUG("no memory for a YAML emitter");
	yaml_emitter_set_output(&emitter, add_output, out);
	yaml_emitter_set_unicode(&emitter, 1);
	yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
	emit(&emitter, &event);
	yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1);
	emit(&emitter, &event);
	write_value(&emitter, value);
	yaml_document_end_event_initialize(&event, 1);
	emit(&emitter, &event);
	yaml_stream_end_event_initialize(&event);
	emit(&emitter, &event);
	yaml_emitter_delete(&emitter);
}
