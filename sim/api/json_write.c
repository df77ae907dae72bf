/*
 * JSON as encoding/json writes a map[string]any: keys in the order of their bytes, <, > and & as \u003c, \u003e and
 * \u0026.  Numbers, quotes and indents are base/json_out.h's.
 */
#include "api/yaml.h"

#include <string.h>

#include "api/sorted.h"
#include "base/json_out.h"

static void write_value(struct json_out *out, const struct value *value);

static int
by_bytes(const void *a, const void *b)
{
	const struct value_entry *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

static void
write_map(struct json_out *out, const struct value *map)
{
	const struct value_entry **sorted = sorted_entries(map, by_bytes);

	json_out_open(out, '{');
	for (size_t i = 0; i < map->map.n; i++) {
		json_out_key(out, sorted[i]->key);
		write_value(out, sorted[i]->value);
	}
	json_out_close(out, '}');
	free(sorted);
}

static void
write_value(struct json_out *out, const struct value *value)
{
	switch (value->type) {
	case VALUE_NULL:
		json_out_null(out);
		return;
	case VALUE_BOOL:
		json_out_bool(out, value->boolean);
		return;
	case VALUE_INT:
		json_out_int(out, value->integer);
		return;
	case VALUE_FLOAT:
		json_out_double(out, value->real.number);
		return;
	case VALUE_STRING:
		json_out_string(out, value->string.text);
		return;
	case VALUE_LIST:
		json_out_open(out, '[');
		for (size_t i = 0; i < value->list.n; i++)
			write_value(out, value->list.v[i]);
		json_out_close(out, ']');
		return;
	case VALUE_MAP:
		write_map(out, value);
		return;
	}
	BUG("value of type %d", (int)value->type);
}

void
json_write(const struct value *value, unsigned indent, struct str *out)
{
	struct json_out json;

	json_out_init(&json, out, indent);
	json.html = true;
	write_value(&json, value);
}
