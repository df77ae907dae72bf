/*
 * A row for each field.  An author gets the place and what would be right; a key that the table does not know
 * is an error and never ignored, for a misspelt check would else be one that always passes.
 */
#include "exam/fields.h"

#include <string.h>

#include "exam/check.h"
#include "net/walk.h"
#include "svcsim/exam.h"
#include "svcsim/str.h"

enum field_type {
	FIELD_TEXT,
	FIELD_WORD,		/* one of the words in of */
	FIELD_NUMBER,
	FIELD_BOOL,
	FIELD_NUMBERS,		/* a list */
	FIELD_TEXTS,
	FIELD_WORDS,		/* a list of words in of */
	FIELD_ANY,
	FIELD_VALUES,		/* a list of anything */
	FIELD_VALUE_MAP,	/* any key, any value */
	FIELD_STRUCT,		/* of: the owner of its fields */
	FIELD_STRUCTS,		/* a list of them */
	FIELD_STRUCT_MAP,	/* any key, each value a struct */
};

struct field {
	const char *owner, *name;
	enum field_type type;
	const char *of;
	bool required;
};

#define VERDICT_WORD(id, name, help) name " "
#define KIND_WORD(id, help) #id " "
#define PREDICTION_WORD(id, text) #id " "
#define SHARE_FIELD(id, title, share) { "shares", #id, FIELD_NUMBER, NULL, false },
#define CHECK_FIELD(id, guard) { "check", #id, FIELD_STRUCT, #id, false },

static const struct field fields[] = {
	{ "scenario", "apiVersion", FIELD_WORD, "svcsim/v1", true },
	{ "scenario", "kind", FIELD_WORD, "Scenario", true },
	{ "scenario", "metadata", FIELD_STRUCT, "metadata", true },
	{ "scenario", "spec", FIELD_STRUCT, "spec", true },
	{ "pack", "apiVersion", FIELD_WORD, "svcsim/v1", true },
	{ "pack", "kind", FIELD_WORD, "Pack", true },
	{ "pack", "metadata", FIELD_STRUCT, "metadata", true },
	{ "pack", "spec", FIELD_STRUCT, "pack spec", true },
	{ "pack spec", "title", FIELD_TEXT, NULL, true },
	{ "pack spec", "about", FIELD_TEXT, NULL, false },
	{ "pack spec", "guided", FIELD_BOOL, NULL, false },
	{ "pack spec", "exam", FIELD_STRUCT, "exam", false },
	{ "exam", "minutes", FIELD_NUMBER, NULL, true },
	{ "exam", "pass", FIELD_NUMBER, NULL, false },
	{ "exam", "from", FIELD_TEXTS, NULL, false },
	{ "exam", "shares", FIELD_STRUCT, "shares", false },
	OBJECTIVE_AREAS(SHARE_FIELD)
	{ "metadata", "name", FIELD_TEXT, NULL, true },
	{ "spec", "title", FIELD_TEXT, NULL, true },
	{ "spec", "objective", FIELD_TEXT, NULL, true },
	{ "spec", "kind", FIELD_WORD, SCENARIO_KINDS(KIND_WORD), true },
	{ "spec", "minutes", FIELD_NUMBER, NULL, true },
	{ "spec", "weight", FIELD_NUMBER, NULL, true },
	{ "spec", "variables", FIELD_STRUCT_MAP, "variable", false },
	{ "spec", "cluster", FIELD_STRUCT, "cluster", false },
	{ "spec", "setup", FIELD_TEXT, NULL, false },
	{ "spec", "prepare", FIELD_TEXT, NULL, false },
	{ "spec", "task", FIELD_TEXT, NULL, true },
	{ "spec", "checks", FIELD_STRUCTS, "check", false },
	{ "spec", "choices", FIELD_STRUCTS, "choice", false },
	{ "spec", "items", FIELD_TEXTS, NULL, false },
	{ "spec", "blanks", FIELD_STRUCTS, "blank", false },
	{ "spec", "predict", FIELD_STRUCTS, "prediction", false },
	{ "spec", "hints", FIELD_STRUCTS, "hint", false },
	{ "spec", "solution", FIELD_TEXT, NULL, false },
	{ "spec", "wrong", FIELD_STRUCTS, "wrong", false },
	{ "spec", "explain", FIELD_TEXT, NULL, true },
	{ "variable", "range", FIELD_NUMBERS, NULL, false },
	{ "variable", "oneOf", FIELD_VALUES, NULL, false },
	{ "variable", "differs", FIELD_TEXTS, NULL, false },
	{ "cluster", "base", FIELD_WORD, "two-workers", false },
	{ "cluster", "cloud", FIELD_WORD, "none external metallb", false },
	{ "cluster", "proxy", FIELD_WORD, "iptables nftables ipvs", false },
	{ "check", "points", FIELD_NUMBER, NULL, true },
	{ "check", "what", FIELD_TEXT, NULL, false },
	{ "check", "why", FIELD_TEXT, NULL, false },
	{ "check", "guard", FIELD_BOOL, NULL, false },
	CHECK_KINDS(CHECK_FIELD)
	{ "object", "kind", FIELD_TEXT, NULL, true },
	{ "object", "namespace", FIELD_TEXT, NULL, false },
	{ "object", "name", FIELD_TEXT, NULL, false },
	{ "object", "labels", FIELD_VALUE_MAP, NULL, false },
	{ "object", "expect", FIELD_VALUE_MAP, NULL, false },
	{ "object", "counts", FIELD_VALUE_MAP, NULL, false },
	{ "object", "sets", FIELD_VALUE_MAP, NULL, false },
	{ "object", "contains", FIELD_VALUE_MAP, NULL, false },
	{ "object", "count", FIELD_NUMBER, NULL, false },
	{ "object", "absent", FIELD_BOOL, NULL, false },
	{ "reach", "from", FIELD_TEXT, NULL, false },
	{ "reach", "to", FIELD_TEXT, NULL, true },
	{ "reach", "namespace", FIELD_TEXT, NULL, false },
	{ "reach", "protocol", FIELD_WORD, "tcp udp sctp", false },
	{ "reach", "expect", FIELD_WORD, VERDICTS(VERDICT_WORD), true },
	{ "reach", "pods", FIELD_VALUE_MAP, NULL, false },
	{ "reach", "source", FIELD_WORD, "kept masqueraded", false },
	{ "reach", "shares", FIELD_STRUCTS, "share", false },
	{ "share", "pods", FIELD_VALUE_MAP, NULL, true },
	{ "share", "percent", FIELD_NUMBER, NULL, true },
	{ "resolve", "from", FIELD_TEXT, NULL, true },
	{ "resolve", "name", FIELD_TEXT, NULL, true },
	{ "resolve", "service", FIELD_TEXT, NULL, false },
	{ "resolve", "unknown", FIELD_BOOL, NULL, false },
	{ "unchanged", "kind", FIELD_TEXT, NULL, true },
	{ "unchanged", "namespace", FIELD_TEXT, NULL, false },
	{ "unchanged", "name", FIELD_TEXT, NULL, true },
	{ "unchanged", "fields", FIELD_TEXTS, NULL, false },
	{ "file", "path", FIELD_TEXT, NULL, true },
	{ "file", "is", FIELD_ANY, NULL, false },
	{ "file", "has", FIELD_TEXTS, NULL, false },
	{ "answer", "of", FIELD_TEXTS, NULL, false },
	{ "choice", "text", FIELD_TEXT, NULL, true },
	{ "choice", "correct", FIELD_BOOL, NULL, false },
	{ "choice", "why", FIELD_TEXT, NULL, false },
	{ "blank", "name", FIELD_TEXT, NULL, true },
	{ "blank", "text", FIELD_TEXT, NULL, true },
	{ "blank", "answer", FIELD_ANY, NULL, false },
	{ "blank", "object", FIELD_STRUCT, "field", false },
	{ "blank", "why", FIELD_TEXT, NULL, false },
	{ "field", "kind", FIELD_TEXT, NULL, true },
	{ "field", "namespace", FIELD_TEXT, NULL, false },
	{ "field", "name", FIELD_TEXT, NULL, true },
	{ "field", "field", FIELD_TEXT, NULL, true },
	{ "prediction", "from", FIELD_TEXT, NULL, false },
	{ "prediction", "to", FIELD_TEXT, NULL, true },
	{ "prediction", "namespace", FIELD_TEXT, NULL, false },
	{ "prediction", "protocol", FIELD_WORD, "tcp udp sctp", false },
	{ "prediction", "ask", FIELD_WORDS, PREDICTIONS(PREDICTION_WORD), true },
	{ "prediction", "why", FIELD_TEXT, NULL, false },
	{ "hint", "text", FIELD_TEXT, NULL, true },
	{ "hint", "cost", FIELD_NUMBER, NULL, false },
	{ "wrong", "script", FIELD_TEXT, NULL, false },
	{ "wrong", "choose", FIELD_NUMBERS, NULL, false },
	{ "wrong", "answers", FIELD_VALUE_MAP, NULL, false },
	{ "wrong", "fails", FIELD_NUMBERS, NULL, true },
	{ "wrong", "points", FIELD_NUMBER, NULL, false },
};
#define NFIELDS (sizeof fields / sizeof fields[0])

struct reading {
	const char *file;
	struct err *err;
};

static int read_struct(const struct reading *reading, const char *owner, const struct value *value);

static int
wrong_type(const struct reading *reading, const char *name, const char *wanted, const struct value *value)
{
	return err_at(reading->err, reading->file, value->line, value->column, "%s must be %s", name, wanted);
}

static bool
is_word(const char *words, const char *text)
{
	size_t len = strlen(text);

	for (const char *at = words; *at != '\0'; at += strcspn(at, " "), at += strspn(at, " "))
		if (strcspn(at, " ") == len && memcmp(at, text, len) == 0)
			return true;
	return false;
}

/* "a", "a or b", "a, b or c". */
static void
add_words(const char *words, struct str *out)
{
	for (size_t len; *words != '\0'; words += len, words += strspn(words, " ")) {
		const char *next;

		len = strcspn(words, " ");
		next = words + len + strspn(words + len, " ");
		str_addn(out, words, len);
		if (*next != '\0')
			str_add(out, next[strcspn(next, " ")] == '\0' || next[strcspn(next, " ") + 1] == '\0' ? " or " : ", ");
	}
}

static int
read_word(const struct reading *reading, const struct field *field, const struct value *value)
{
	struct str words = STR_INIT;

	if (value->type == VALUE_STRING && is_word(field->of, value->string.text))
		return 0;
	add_words(field->of, &words);
	err_at(reading->err, reading->file, value->line, value->column, "%s must be %s", field->name, words.buf);
	str_release(&words);
	return -1;
}

static int
read_list(const struct reading *reading, const struct field *field, const struct value *value)
{
	if (value->type != VALUE_LIST)
		return wrong_type(reading, field->name, "a list", value);
	for (size_t i = 0; i < value->list.n; i++) {
		const struct value *item = value->list.v[i];

		if (field->type == FIELD_NUMBERS && item->type != VALUE_INT)
			return wrong_type(reading, field->name, "a list of whole numbers", item);
		if (field->type == FIELD_TEXTS && item->type != VALUE_STRING)
			return wrong_type(reading, field->name, "a list of texts", item);
		if (field->type == FIELD_WORDS && read_word(reading, field, item) < 0)
			return -1;
		if (field->type == FIELD_STRUCTS && read_struct(reading, field->of, item) < 0)
			return -1;
	}
	return 0;
}

static int
read_map(const struct reading *reading, const struct field *field, const struct value *value)
{
	if (value->type != VALUE_MAP)
		return wrong_type(reading, field->name, "a map", value);
	for (size_t i = 0; field->type == FIELD_STRUCT_MAP && i < value->map.n; i++)
		if (read_struct(reading, field->of, value->map.v[i].value) < 0)
			return -1;
	return 0;
}

static int
read_field(const struct reading *reading, const struct field *field, const struct value *value)
{
	switch (field->type) {
	case FIELD_TEXT:
		return value->type == VALUE_STRING ? 0 : wrong_type(reading, field->name, "a text", value);
	case FIELD_WORD:
		return read_word(reading, field, value);
	case FIELD_NUMBER:
		if (value->type == VALUE_INT && value->integer >= 0 && value->integer <= 1000)
			return 0;
		return wrong_type(reading, field->name, "a whole number from 0 to 1000", value);
	case FIELD_BOOL:
		return value->type == VALUE_BOOL ? 0 : wrong_type(reading, field->name, "true or false", value);
	case FIELD_ANY:
		return 0;
	case FIELD_NUMBERS:
	case FIELD_TEXTS:
	case FIELD_WORDS:
	case FIELD_VALUES:
	case FIELD_STRUCTS:
		return read_list(reading, field, value);
	case FIELD_VALUE_MAP:
	case FIELD_STRUCT_MAP:
		return read_map(reading, field, value);
	case FIELD_STRUCT:
		return read_struct(reading, field->of, value);
	}
	BUG("field of type %d", (int)field->type);
}

static const struct field *
find_field(const char *owner, const char *name)
{
	for (size_t i = 0; i < NFIELDS; i++)
		if (strcmp(fields[i].owner, owner) == 0 && strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

static int
unknown_key(const struct reading *reading, const char *owner, const struct value_entry *entry)
{
	struct str known = STR_INIT;

	for (size_t i = 0; i < NFIELDS; i++)
		if (strcmp(fields[i].owner, owner) == 0)
			str_addf(&known, "%s%s", known.len > 0 ? ", " : "", fields[i].name);
	err_at(reading->err, reading->file, entry->line, entry->column, "unknown key \"%s\": %s has %s", entry->key,
		owner, known.len > 0 ? known.buf : "no keys");
	str_release(&known);
	return -1;
}

static int
read_struct(const struct reading *reading, const char *owner, const struct value *value)
{
	if (value->type != VALUE_MAP)
		return wrong_type(reading, owner, "a map", value);
	for (size_t i = 0; i < value->map.n; i++) {
		const struct value_entry *entry = &value->map.v[i];
		const struct field *field = find_field(owner, entry->key);

		if (field == NULL)
			return unknown_key(reading, owner, entry);
		if (read_field(reading, field, entry->value) < 0)
			return -1;
	}
	for (size_t i = 0; i < NFIELDS; i++)
		if (fields[i].required && strcmp(fields[i].owner, owner) == 0 &&
			value_get(value, fields[i].name) == NULL)
			return err_at(reading->err, reading->file, value->line, value->column, "%s needs the key %s",
				owner, fields[i].name);
	return 0;
}

int
fields_check(const char *file, const char *owner, const struct value *document, struct err *err)
{
	const struct reading reading = { file, err };

	return read_struct(&reading, owner, document);
}
