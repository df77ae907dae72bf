/* Follows k8s.io/cli-runtime/pkg/printers and genericclioptions/print_flags.go. */
#include "kubectl/print_output.h"

#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "base/json_out.h"
#include "kubectl/failures.h"
#include "kubectl/print_template.h"
#include "server/managed_view.h"

#define JSON_INDENT 4

const struct flag output_flags[] = {
	{ "output", 'o', FLAG_STRING, "", NULL, "@format",
		"How to print: json, yaml, name, go-template=.., go-template-file=.., jsonpath=.., jsonpath-as-json=.., "
		"jsonpath-file=..; get also knows wide, custom-columns=.. and custom-columns-file=..." },
	{ "template", 0, FLAG_STRING, "", NULL, NULL, "The template of -o go-template or jsonpath, or the file that holds it." },
	{ "allow-missing-template-keys", 0, FLAG_BOOL, "true", "true", NULL,
		"A template's field that an object doesn't have prints nothing, in place of an error." },
	{ "show-managed-fields", 0, FLAG_BOOL, "false", "true", NULL, "Keep metadata.managedFields in yaml and json." },
	{ NULL, 0, FLAG_BOOL, NULL, NULL, NULL, NULL },
};

enum template_from { TEMPLATE_NONE, TEMPLATE_TEXT, TEMPLATE_FILE };

static const struct output_word {
	const char *word;
	enum output_format format;
	enum template_from from;
	bool tables;	/* only where tables are printed */
} output_words[] = {	/* as kubectl offers them */
	{ "json", OUTPUT_JSON, TEMPLATE_NONE, false },
	{ "yaml", OUTPUT_YAML, TEMPLATE_NONE, false },
	{ "name", OUTPUT_NAME, TEMPLATE_NONE, false },
	{ "go-template", OUTPUT_GO_TEMPLATE, TEMPLATE_TEXT, false },
	{ "go-template-file", OUTPUT_GO_TEMPLATE, TEMPLATE_FILE, false },
	{ "template", OUTPUT_GO_TEMPLATE, TEMPLATE_TEXT, false },
	{ "templatefile", OUTPUT_GO_TEMPLATE, TEMPLATE_FILE, false },
	{ "jsonpath", OUTPUT_JSONPATH, TEMPLATE_TEXT, false },
	{ "jsonpath-as-json", OUTPUT_JSONPATH_AS_JSON, TEMPLATE_TEXT, false },
	{ "jsonpath-file", OUTPUT_JSONPATH, TEMPLATE_FILE, false },
	{ "custom-columns", OUTPUT_CUSTOM_COLUMNS, TEMPLATE_TEXT, true },
	{ "custom-columns-file", OUTPUT_CUSTOM_COLUMNS, TEMPLATE_FILE, true },
	{ "wide", OUTPUT_WIDE, TEMPLATE_NONE, true },
};
#define NWORDS (sizeof output_words / sizeof *output_words)

/* What needs no template may be in capitals, but for wide. */
static const struct output_word *
find_word(const char *text, size_t len, bool tables)
{
	for (size_t i = 0; i < NWORDS; i++) {
		const struct output_word *row = &output_words[i];
		bool capitals = row->from == TEMPLATE_NONE && row->format != OUTPUT_WIDE;

		if (strlen(row->word) == len && (tables || !row->tables) &&
		    (strncmp(row->word, text, len) == 0 || (capitals && ascii_casecmp(row->word, text) == 0)))
			return row;
	}
	return NULL;
}

const char *
output_word(size_t i, bool tables)
{
	return i < NWORDS && (tables || !output_words[i].tables) ? output_words[i].word : NULL;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
refuse_format(const char *text, bool tables, struct err *err)
{
	struct str allowed = STR_INIT;
	const char *words[NWORDS];
	size_t n = 0;

	while ((words[n] = output_word(n, tables)) && ++n < NWORDS)
		;
	qsort(words, n, sizeof *words, by_text);
	for (size_t i = 0; i < n; i++)
		str_addf(&allowed, "%s%s", i ? "," : "", words[i]);
	err_set(err, ERR_FAILED, "unable to match a printer suitable for the output format \"%s\", allowed formats are: "
		"%s", text, allowed.buf);
	str_release(&allowed);
	return -1;
}

static int
read_template(struct kubectl *kubectl, const struct output_word *word, const char *text, struct output *output,
	struct err *err)
{
	bool columns = word->format == OUTPUT_CUSTOM_COLUMNS;
	struct str file = STR_INIT;
	enum io_result result;

	if (!*text)
		return err_set(err, ERR_FAILED, columns ? "custom-columns format specified but no custom columns given" :
			"template format specified but no template given");
	output->from_file = word->from == TEMPLATE_FILE;
	if (!output->from_file) {
		output->template = xstrdup(text);
		return 0;
	}
	result = kubectl->io->files->read(kubectl->io, text, &file);
	if (result == IO_OK) {
		output->template = str_detach(&file);
		return 0;
	}
	if (columns && result == IO_IS_DIR) {	/* which can be opened */
		output->template = xstrdup("");
		return 0;
	}
	err_set(err, ERR_FAILED, "error reading %s %s, %s %s: %s%s", columns ? "template" : "--template", text,
		result == IO_IS_DIR ? "read" : "open", text, result == IO_NOT_FOUND ? "no such file or directory" :
		result == IO_IS_DIR ? "is a directory" : io_result_text(result), columns ? "\n" : "");
	str_release(&file);
	return -1;
}

/* With --template an = in -o is no longer looked for. */
static int
read_output(struct kubectl *kubectl, const struct flags *flags, bool tables, struct output *output, struct err *err)
{
	const char *text = flag_string(flags, "output");
	const char *template = flag_string(flags, "template");
	const struct output_word *word;
	size_t len;

	output->strict = kubectl_has_flag(kubectl, "allow-missing-template-keys") &&
		!flag_bool(flags, "allow-missing-template-keys");
	output->managed_fields = kubectl_has_flag(kubectl, "show-managed-fields") &&
		flag_bool(flags, "show-managed-fields");
	if (!*text && *template)
		text = "go-template";
	if (!*text)
		return 0;
	len = *template ? strlen(text) : strcspn(text, "=");
	word = find_word(text, len, tables);
	if (!word || (word->from == TEMPLATE_NONE && text[len]))
		return refuse_format(text, tables, err);
	output->format = word->format;
	if (word->from == TEMPLATE_NONE)
		return 0;
	if (read_template(kubectl, word, text[len] ? text + len + 1 : template, output, err))
		return -1;
	return template_check(output, err);
}

int
output_parse(struct kubectl *kubectl, const struct flags *flags, bool tables, struct output *output)
{
	struct err err = ERR_INIT;
	int result;

	*output = (struct output)OUTPUT_INIT;
	result = read_output(kubectl, flags, tables, output, &err);
	if (result) {
		print_failure(kubectl->io, "%s", err.text);
		output_release(output);
	}
	err_release(&err);
	return result;
}

void
output_parse_late(struct kubectl *kubectl, const struct flags *flags, bool tables, struct output *output)
{
	struct err err = ERR_INIT;

	*output = (struct output)OUTPUT_INIT;
	if (read_output(kubectl, flags, tables, output, &err)) {
		output->format = OUTPUT_WRONG;
		output->wrong = xstrdup(err.text);
	}
	err_release(&err);
}

void
output_release(struct output *output)
{
	free(output->template);
	free(output->wrong);
	output->template = output->wrong = NULL;
}

/* ---- JSON in the order of the fields ---- */

static void write_typed(const struct value *value, struct json_out *json);

static void
write_typed_children(const struct value *value, struct json_out *json)
{
	bool map = value->type == VALUE_MAP;

	json_out_open(json, map ? '{' : '[');
	for (size_t i = 0; i < value_count(value); i++) {
		if (map)
			json_out_key(json, value->map.v[i].key);
		write_typed(map ? value->map.v[i].value : value->list.v[i], json);
	}
	json_out_close(json, map ? '}' : ']');
}

static void
write_typed(const struct value *value, struct json_out *json)
{
	switch (value->type) {
	case VALUE_NULL:
		json_out_null(json);
		break;
	case VALUE_BOOL:
		json_out_bool(json, value->boolean);
		break;
	case VALUE_INT:
		json_out_int(json, value->integer);
		break;
	case VALUE_FLOAT:
		json_out_double(json, value->real.number);
		break;
	case VALUE_STRING:
		json_out_string(json, value->string.text);
		break;
	case VALUE_LIST:
	case VALUE_MAP:
		write_typed_children(value, json);
		break;
	}
}

void
output_typed_json(const struct value *root, unsigned indent, struct str *out)
{
	struct json_out json;

	json_out_init(&json, out, indent);
	json.html = true;
	write_typed(root, &json);
}

void
output_json_line(const struct value *root, struct str *out)
{
	output_typed_json(root, 0, out);
}

static void
print_json(const struct value *root, bool typed, struct str *out)
{
	if (typed)
		output_typed_json(root, JSON_INDENT, out);
	else
		json_write(root, JSON_INDENT, out);
	str_add(out, "\n");
}

/* What isn't kept under a name: "config/<unknown>". */
static void
print_nameless(const struct value *root, struct str *out)
{
	const char *kind = value_get_text(root, "kind"), *version = value_get_text(root, "apiVersion");

	for (; kind && *kind; kind++)
		str_addch(out, (char)ascii_tolower((unsigned char)*kind));
	if (version && strchr(version, '/'))
		str_addf(out, ".%.*s", (int)strcspn(version, "/"), version);
	str_add(out, "/<unknown>\n");
}

int
output_write(struct kubectl *kubectl, struct output *output, const struct value *root, bool typed, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct str out = STR_INIT;
	int result = 0;

	root = managed_view(&arena, root,
		output->managed_fields || (output->format != OUTPUT_YAML && output->format != OUTPUT_JSON));
	switch (output->format) {
	case OUTPUT_JSON:
		print_json(root, typed, &out);
		break;
	case OUTPUT_JSONPATH:
	case OUTPUT_JSONPATH_AS_JSON:
	case OUTPUT_GO_TEMPLATE:
	case OUTPUT_CUSTOM_COLUMNS:
		result = template_print(output, root, typed, &out, err);
		break;
	case OUTPUT_WRONG:
		result = err_set(err, ERR_FAILED, "%s", output->wrong);
		break;
	case OUTPUT_NAME:
		print_nameless(root, &out);
		break;
	case OUTPUT_NONE:
	case OUTPUT_WIDE:
	case OUTPUT_YAML:
		if (output->printed)
			str_add(&out, "---\n");
		yaml_write(root, &out);
		break;
	}
	output->printed++;
	sink_write(kubectl->io->out, out.buf, out.len);
	str_release(&out);
	arena_release(&arena);
	return result;
}

int
output_print(struct kubectl *kubectl, struct output *output, const struct value *root, bool typed)
{
	struct err err = ERR_INIT;
	int result = output_write(kubectl, output, root, typed, &err);

	if (result)
		print_failure(kubectl->io, "%s", err.text);
	err_release(&err);
	return result ? 1 : 0;
}
