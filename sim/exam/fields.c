/*
 * A row for each field.  An author gets the place and what would be right; a key that the table does not know
 * is an error and never ignored, for a misspelt check would else be one that always passes.
 */
#include "exam/fields.h"

#include <stdlib.h>
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
	const char *help;
};

#define VERDICT_WORD(id, name, help) name " "
#define KIND_WORD(id, help) #id " "
#define PREDICTION_WORD(id, text) #id " "
#define SHARE_FIELD(id, title, share) { "shares", #id, FIELD_NUMBER, NULL, false, title },
#define CHECK_FIELD(id, guard, help) { "check", #id, FIELD_STRUCT, #id, false, help },

static const struct field fields[] = {
	{ "scenario", "apiVersion", FIELD_WORD, "svcsim/v1", true, "the format's version" },
	{ "scenario", "kind", FIELD_WORD, "Scenario", true, "what this file is" },
	{ "scenario", "metadata", FIELD_STRUCT, "metadata", true, "its name" },
	{ "scenario", "spec", FIELD_STRUCT, "spec", true, "what is there, what is asked, how it is judged" },
	{ "pack", "apiVersion", FIELD_WORD, "svcsim/v1", true, "the format's version" },
	{ "pack", "kind", FIELD_WORD, "Pack", true, "what this file is" },
	{ "pack", "metadata", FIELD_STRUCT, "metadata", true, "its name" },
	{ "pack", "spec", FIELD_STRUCT, "pack spec", true, "how the pack is shown and used" },
	{ "pack spec", "title", FIELD_TEXT, NULL, true, "what learners see" },
	{ "pack spec", "about", FIELD_TEXT, NULL, false, "what it teaches, in a sentence or two" },
	{ "pack spec", "guided", FIELD_BOOL, NULL, false, "a path to be walked in order: no exam draws from it" },
	{ "pack spec", "exam", FIELD_STRUCT, "exam", false, "the pack is an exam, which draws scenarios from other packs" },
	{ "exam", "minutes", FIELD_NUMBER, NULL, true, "how long it is, and how many minutes' worth of scenarios it draws" },
	{ "exam", "pass", FIELD_NUMBER, NULL, false, "per cent of the weights that pass; 66 without it" },
	{ "exam", "from", FIELD_TEXTS, NULL, false, "names of the packs to draw from; without it all that are not guided" },
	{ "exam", "shares", FIELD_STRUCT, "shares", false, "how much of the time each area gets; without it as the curriculum weighs them" },
	OBJECTIVE_AREAS(SHARE_FIELD)
	{ "metadata", "name", FIELD_TEXT, NULL, true, "small letters, digits and -; the file's name without its number" },
	{ "spec", "title", FIELD_TEXT, NULL, true, "one line for lists, which does not give the answer away" },
	{ "spec", "objective", FIELD_TEXT, NULL, true, "AREA/TOPIC: what a result is counted under, and what exams draw by" },
	{ "spec", "kind", FIELD_WORD, SCENARIO_KINDS(KIND_WORD), true, "what is asked of the learner" },
	{ "spec", "minutes", FIELD_NUMBER, NULL, true, "how long it takes: the time of a first try, doubled" },
	{ "spec", "weight", FIELD_NUMBER, NULL, true, "what it counts in an exam" },
	{ "spec", "variables", FIELD_STRUCT_MAP, "variable", false, "drawn from the seed; ${name} stands for the value in every text, $${name} for itself" },
	{ "spec", "cluster", FIELD_STRUCT, "cluster", false, "the cloud and kube-proxy's mode" },
	{ "spec", "setup", FIELD_TEXT, NULL, false, "manifests, applied before the clock starts" },
	{ "spec", "prepare", FIELD_TEXT, NULL, false, "lines of the shell, run after setup: what a manifest can't say" },
	{ "spec", "task", FIELD_TEXT, NULL, true, "what is to be done, with every name, namespace and port, and what must not change" },
	{ "spec", "checks", FIELD_STRUCTS, "check", false, "what is judged, each for its points" },
	{ "spec", "choices", FIELD_STRUCTS, "choice", false, "of a choice: the options" },
	{ "spec", "items", FIELD_TEXTS, NULL, false, "of an order: the texts in the right order" },
	{ "spec", "blanks", FIELD_STRUCTS, "blank", false, "of a fill: what is to be written in" },
	{ "spec", "predict", FIELD_STRUCTS, "prediction", false, "of a predict: packets, and what is asked about them" },
	{ "spec", "hints", FIELD_STRUCTS, "hint", false, "first where to look, then what it is, then how" },
	{ "spec", "solution", FIELD_TEXT, NULL, false, "a script that earns every point" },
	{ "spec", "wrong", FIELD_STRUCTS, "wrong", false, "answers that people give, and what each must lose" },
	{ "spec", "explain", FIELD_TEXT, NULL, true, "the mechanism, and the packet's path" },
	{ "variable", "range", FIELD_NUMBERS, NULL, false, "two whole numbers: from the first to the second" },
	{ "variable", "oneOf", FIELD_VALUES, NULL, false, "one of these values" },
	{ "variable", "differs", FIELD_TEXTS, NULL, false, "variables above it that have to have another value" },
	{ "cluster", "base", FIELD_WORD, "two-workers", false, "which nodes there are, unless setup has some" },
	{ "cluster", "cloud", FIELD_WORD, "none external metallb", false, "who gives LoadBalancer Services an address" },
	{ "cluster", "proxy", FIELD_WORD, "iptables nftables ipvs", false, "kube-proxy's mode" },
	{ "check", "points", FIELD_NUMBER, NULL, true, "what it earns" },
	{ "check", "what", FIELD_TEXT, NULL, false, "names it in one line" },
	{ "check", "why", FIELD_TEXT, NULL, false, "shown with the result: why it matters" },
	{ "check", "guard", FIELD_BOOL, NULL, false, "it holds on the untouched cluster, and earns only together with a check that does not" },
	CHECK_KINDS(CHECK_FIELD)
	{ "object", "kind", FIELD_TEXT, NULL, true, "of the object" },
	{ "object", "namespace", FIELD_TEXT, NULL, false, "default without it" },
	{ "object", "name", FIELD_TEXT, NULL, false, "without it, all objects with labels" },
	{ "object", "labels", FIELD_VALUE_MAP, NULL, false, "of the objects that are meant" },
	{ "object", "expect", FIELD_VALUE_MAP, NULL, false, "field path and value; null: not set" },
	{ "object", "counts", FIELD_VALUE_MAP, NULL, false, "field path and how many elements it has" },
	{ "object", "sets", FIELD_VALUE_MAP, NULL, false, "field path and a list in any order" },
	{ "object", "contains", FIELD_VALUE_MAP, NULL, false, "field path and what its list has at least" },
	{ "object", "count", FIELD_NUMBER, NULL, false, "how many objects there must be" },
	{ "object", "absent", FIELD_BOOL, NULL, false, "it must not be there" },
	{ "reach", "from", FIELD_TEXT, NULL, false, "who connects, in the words of trace; outside without it" },
	{ "reach", "to", FIELD_TEXT, NULL, true, "to what, in the words of trace" },
	{ "reach", "namespace", FIELD_TEXT, NULL, false, "where short names are looked up" },
	{ "reach", "protocol", FIELD_WORD, "tcp udp sctp", false, "tcp without it" },
	{ "reach", "expect", FIELD_WORD, VERDICTS(VERDICT_WORD), true, "how it must end, by every branch" },
	{ "reach", "pods", FIELD_VALUE_MAP, NULL, false, "labels of those who must answer" },
	{ "reach", "source", FIELD_WORD, "kept masqueraded", false, "whether the pod sees the sender's own address" },
	{ "reach", "shares", FIELD_STRUCTS, "share", false, "how often which pods answer" },
	{ "share", "pods", FIELD_VALUE_MAP, NULL, true, "labels of the pods" },
	{ "share", "percent", FIELD_NUMBER, NULL, true, "of the connections" },
	{ "resolve", "from", FIELD_TEXT, NULL, true, "the pod that asks" },
	{ "resolve", "name", FIELD_TEXT, NULL, true, "what it asks for" },
	{ "resolve", "service", FIELD_TEXT, NULL, false, "NS/NAME whose address it must get" },
	{ "resolve", "unknown", FIELD_BOOL, NULL, false, "there must be no such name" },
	{ "unchanged", "kind", FIELD_TEXT, NULL, true, "of the object" },
	{ "unchanged", "namespace", FIELD_TEXT, NULL, false, "default without it" },
	{ "unchanged", "name", FIELD_TEXT, NULL, true, "of the object" },
	{ "unchanged", "fields", FIELD_TEXTS, NULL, false, "paths; without it labels and spec" },
	{ "file", "path", FIELD_TEXT, NULL, true, "a file of the candidate's terminal" },
	{ "file", "is", FIELD_ANY, NULL, false, "all that it holds, blanks at the ends aside" },
	{ "file", "has", FIELD_TEXTS, NULL, false, "texts that it must hold" },
	{ "answer", "of", FIELD_TEXTS, NULL, false, "names of questions; all without it" },
	{ "choice", "text", FIELD_TEXT, NULL, true, "the option" },
	{ "choice", "correct", FIELD_BOOL, NULL, false, "it is right" },
	{ "choice", "why", FIELD_TEXT, NULL, false, "of a wrong one: why it is wrong" },
	{ "blank", "name", FIELD_TEXT, NULL, true, "by which it is answered: answer NAME WORDS" },
	{ "blank", "text", FIELD_TEXT, NULL, true, "what is asked" },
	{ "blank", "answer", FIELD_ANY, NULL, false, "a value, or a list of which each is right" },
	{ "blank", "object", FIELD_STRUCT, "field", false, "the field of the cluster that knows the answer" },
	{ "blank", "why", FIELD_TEXT, NULL, false, "shown when it is wrong" },
	{ "field", "kind", FIELD_TEXT, NULL, true, "of the object" },
	{ "field", "namespace", FIELD_TEXT, NULL, false, "default without it" },
	{ "field", "name", FIELD_TEXT, NULL, true, "of the object" },
	{ "field", "field", FIELD_TEXT, NULL, true, "its path" },
	{ "prediction", "from", FIELD_TEXT, NULL, false, "who connects, in the words of trace" },
	{ "prediction", "to", FIELD_TEXT, NULL, true, "to what" },
	{ "prediction", "namespace", FIELD_TEXT, NULL, false, "where short names are looked up" },
	{ "prediction", "protocol", FIELD_WORD, "tcp udp sctp", false, "tcp without it" },
	{ "prediction", "ask", FIELD_WORDS, PREDICTIONS(PREDICTION_WORD), true, "what is asked about the connection" },
	{ "prediction", "why", FIELD_TEXT, NULL, false, "shown when it is wrong" },
	{ "hint", "text", FIELD_TEXT, NULL, true, "the hint" },
	{ "hint", "cost", FIELD_NUMBER, NULL, false, "points that it costs; nothing without it" },
	{ "wrong", "script", FIELD_TEXT, NULL, false, "typed into the shell" },
	{ "wrong", "choose", FIELD_NUMBERS, NULL, false, "of a choice or an order: places in the file's list, from 1" },
	{ "wrong", "answers", FIELD_VALUE_MAP, NULL, false, "of a fill or a predict: name and words" },
	{ "wrong", "fails", FIELD_NUMBERS, NULL, true, "numbers of exactly those checks that it loses, from 1" },
	{ "wrong", "points", FIELD_NUMBER, NULL, false, "what is left of the points" },
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

/* ---- explaining ---- */

static const char *const type_texts[] = {
	[FIELD_TEXT] = "text", [FIELD_WORD] = "word", [FIELD_NUMBER] = "number", [FIELD_BOOL] = "boolean",
	[FIELD_NUMBERS] = "[]number", [FIELD_TEXTS] = "[]text", [FIELD_WORDS] = "[]word", [FIELD_ANY] = "value",
	[FIELD_VALUES] = "[]value", [FIELD_VALUE_MAP] = "map of values", [FIELD_STRUCT] = "", [FIELD_STRUCTS] = "[]",
	[FIELD_STRUCT_MAP] = "map of ",
};

static bool
is_struct(enum field_type type)
{
	return type == FIELD_STRUCT || type == FIELD_STRUCTS || type == FIELD_STRUCT_MAP;
}

static void
add_type(const struct field *field, struct str *out)
{
	str_addf(out, "<%s%s>%s", type_texts[field->type], is_struct(field->type) ? field->of : "",
		field->required ? " -required-" : "");
}

static void
add_help(const struct field *field, struct str *out)
{
	str_addf(out, "    %s", field->help);
	if (field->type == FIELD_WORD || field->type == FIELD_WORDS) {
		str_add(out, ": ");
		add_words(field->of, out);
	}
	str_addch(out, '\n');
}

static void
add_fields(const char *owner, struct str *out)
{
	str_add(out, "\nFIELDS:\n");
	for (size_t i = 0; i < NFIELDS; i++) {
		if (strcmp(fields[i].owner, owner) != 0)
			continue;
		str_addf(out, "  %s\t", fields[i].name);
		add_type(&fields[i], out);
		str_addch(out, '\n');
		add_help(&fields[i], out);
	}
}

int
format_explain(const char *path, struct str *out, struct err *err)
{
	static const struct { const char *word, *kind; } roots[] = { { "scenario", "Scenario" }, { "pack", "Pack" } };
	size_t len = strcspn(path, "."), root = 0;
	const struct field *field = NULL;
	const char *owner;

	while (root < 2 && (strlen(roots[root].word) != len || strncmp(roots[root].word, path, len) != 0))
		root++;
	if (root == 2)
		return err_set(err, ERR_USAGE, "\"%.*s\" is neither scenario nor pack; for objects there is kubectl explain",
			(int)len, path);
	owner = roots[root].word;
	for (const char *at = path + len; *at == '.'; at += len) {
		char *name;

		len = strcspn(++at, ".");
		name = xstrndup(at, len);
		field = owner != NULL ? find_field(owner, name) : NULL;
		free(name);
		if (field == NULL)
			return err_set(err, ERR_USAGE, "there is no field \"%s\"; `svcsim explain %.*s` shows what is there", path,
				(int)(at - 1 - path), path);
		owner = is_struct(field->type) ? field->of : NULL;
	}
	str_addf(out, "KIND:       %s\nVERSION:    svcsim/v1\n", roots[root].kind);
	if (field != NULL) {
		str_addf(out, "\nFIELD: %s ", field->name);
		add_type(field, out);
		str_add(out, "\n\nDESCRIPTION:\n");
		add_help(field, out);
	}
	if (owner != NULL)
		add_fields(owner, out);
	return 0;
}
