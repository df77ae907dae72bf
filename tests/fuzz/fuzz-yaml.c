/*
 * Any bytes as YAML: every value that comes out is touched, and what is written, as YAML and as JSON, reads back equal.
 * Covers sim/api/yaml_read.c, json_in.c, build.c, scalar.c, yaml_write.c and json_write.c.
 */
#include <stdint.h>
#include <string.h>

#include "api/yaml.h"

static size_t
touch(const struct value *value)
{
	size_t sum = value->line + value->column;

	if (value->type == VALUE_STRING)
		sum += strlen(value->string.text) + value->string.len;
	for (size_t i = 0; value->type == VALUE_LIST && i < value->list.n; i++)
		sum += touch(value->list.v[i]);
	for (size_t i = 0; value->type == VALUE_MAP && i < value->map.n; i++)
		sum += strlen(value->map.v[i].key) + touch(value->map.v[i].value);
	return sum;
}

/*
 * What the real writer gets wrong, and ours with it: U+0085 and its kin are line breaks to a reader, also inside
 * quotes; a key that is the text << comes back as a merge.
 */
static bool
is_lossy(const struct str *text)
{
	return strstr(text->buf, "\xc2\x85") || strstr(text->buf, "\xe2\x80\xa8") ||
		strstr(text->buf, "\xe2\x80\xa9") || strstr(text->buf, "<<");
}

static void
check_yaml(const struct value *value, struct arena *arena)
{
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	value_vec again = VEC_INIT;

	yaml_write(value, &text);
	if (value->type == VALUE_MAP && value->map.n > 0 && !is_lossy(&text)) {
		if (yaml_read("again", text.buf, text.len, NULL, arena, &again, &err) < 0)
			BUG("what was written can't be read: %s", err.text);
		if (again.n != 1 || !value_equal(value, again.v[0]))
			BUG("read back otherwise:\n%s", text.buf);
	}
	vec_release(&again);
	err_release(&err);
	str_release(&text);
}

static void
check_json(const struct value *value, struct arena *arena)
{
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	struct value *again = NULL;

	json_write(value, 0, &text);
	if (json_read("again", text.buf, text.len, arena, &again, &err) < 0)
		BUG("what was written can't be read: %s", err.text);
	if (!value_equal(value, again))
		BUG("read back otherwise: %s", text.buf);
	err_release(&err);
	str_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;

	if (yaml_read("fuzz", (const char *)data, len, NULL, &arena, &documents, &err) == 0) {
		for (size_t i = 0; i < documents.n; i++) {
			if (touch(documents.v[i]) == 0)
				BUG("a document without a place");
			check_yaml(documents.v[i], &arena);
			check_json(documents.v[i], &arena);
		}
	} else if (err.text == NULL) {
		BUG("failed without saying why");
	}
	vec_release(&documents);
	err_release(&err);
	arena_release(&arena);
	return 0;
}
