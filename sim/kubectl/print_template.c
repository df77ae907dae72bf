/* Follows template.go and jsonpath.go of k8s.io/cli-runtime/pkg/printers. */
#include "kubectl/print_template.h"

#include <string.h>

#include "api/go_print.h"
#include "api/jsonpath.h"
#include "api/yaml.h"
#include "base/go_text.h"
#include "kubectl/custom_columns.h"
#include "kubectl/go_template.h"

static struct custom_columns_spec
columns_spec(const struct output *output)
{
	return (struct custom_columns_spec){ output->template, output->from_file };
}

int
template_check(const struct output *output, struct err *err)
{
	struct err why = ERR_INIT;
	int result = 0;

	if (output->format == OUTPUT_CUSTOM_COLUMNS)
		return custom_columns_check(columns_spec(output), err);
	if (output->format == OUTPUT_GO_TEMPLATE && go_template_check(output->template, &why))
		result = err_set(err, ERR_FAILED, "error parsing template %s, %s", output->template, why.text);
	if ((output->format == OUTPUT_JSONPATH || output->format == OUTPUT_JSONPATH_AS_JSON) &&
	    jsonpath_check(output->template, &why))
		result = err_set(err, ERR_FAILED, "error parsing jsonpath %s, %s", output->template, why.text);
	err_release(&why);
	return result;
}

/* ---- jsonpath ---- */

/* An object of kubectl's own goes through encoding/json, for which every number is a float64. */
static void
make_floats(struct value *value)
{
	if (value->type == VALUE_INT) {
		value->type = VALUE_FLOAT;
		value->real.number = (double)value->integer;
		value->real.spelling = NULL;
	}
	for (size_t i = 0; value->type == VALUE_LIST && i < value->list.n; i++)
		make_floats(value->list.v[i]);
	for (size_t i = 0; value->type == VALUE_MAP && i < value->map.n; i++)
		make_floats(value->map.v[i].value);
}

static int
jsonpath_failed(const char *template, const struct value *root, const char *why, struct err *err)
{
	struct str object = STR_INIT, quoted = STR_INIT;

	go_print_tree(&object, root, true);
	go_quote_text(&quoted, template);
	err_set(err, ERR_FAILED, "error executing jsonpath %s: Error executing template: %s. Printing more information "
		"for debugging the template:\n\ttemplate was:\n\t\t%s\n\tobject given to jsonpath engine was:\n\t\t%s\n\n\n",
		quoted.buf, why, template, object.buf);
	str_release(&object);
	str_release(&quoted);
	return -1;
}

static int
print_jsonpath(const struct output *output, const struct value *root, bool typed, struct str *out, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct err why = ERR_INIT;
	int result = 0;

	if (typed) {
		struct value *copy = value_copy(&arena, root);

		make_floats(copy);
		root = copy;
	}
	if (jsonpath_print(output->template, root, !output->strict, output->format == OUTPUT_JSONPATH_AS_JSON, out, &why))
		result = jsonpath_failed(output->template, root, why.text, err);
	err_release(&why);
	arena_release(&arena);
	return result;
}

/* ---- go-template ---- */

/* kubectl shows what it stumbled over on stdout, behind what was printed so far. */
static int
go_template_failed(const char *template, const struct value *root, bool typed, const char *why, struct str *out,
	struct err *err)
{
	struct str quoted = STR_INIT;

	str_addf(out, "Error executing template: %s. Printing more information for debugging the template:\n"
		"\ttemplate was:\n\t\t%s\n\traw data was:\n\t\t", why, template);
	if (typed)
		output_json_line(root, out);
	else
		json_write(root, 0, out);
	str_add(out, "\n\tobject given to template engine was:\n\t\t");
	go_print_tree(out, root, false);
	str_add(out, "\n\n");
	go_quote_text(&quoted, template);
	err_set(err, ERR_FAILED, "error executing template %s: %s", quoted.buf, why);
	str_release(&quoted);
	return -1;
}

static int
print_go_template(const struct output *output, const struct value *root, bool typed, struct str *out, struct err *err)
{
	struct err why = ERR_INIT;
	int result = 0;

	if (go_template_print(output->template, root, output->strict, out, &why))
		result = go_template_failed(output->template, root, typed, why.text, out, err);
	err_release(&why);
	return result;
}

int
template_print(const struct output *output, const struct value *root, bool typed, struct str *out, struct err *err)
{
	if (output->format == OUTPUT_CUSTOM_COLUMNS)
		return custom_columns_print(columns_spec(output), root,
			(output->no_headers && !output->from_file) || output->printed, out, err);
	if (output->format == OUTPUT_GO_TEMPLATE)
		return print_go_template(output, root, typed, out, err);
	return print_jsonpath(output, root, typed, out, err);
}
