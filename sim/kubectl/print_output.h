/* What -o asks for: yaml, json, name, jsonpath, go-template, custom-columns; and tables, which print_table.h makes. */
#ifndef KUBECTL_PRINT_OUTPUT_H
#define KUBECTL_PRINT_OUTPUT_H

#include "api/value.h"
#include "kubectl/kubectl.h"

enum output_format {
	OUTPUT_NONE,	/* no -o: a table, or "service/web created" */
	OUTPUT_WIDE,
	OUTPUT_NAME,
	OUTPUT_YAML,
	OUTPUT_JSON,
	OUTPUT_JSONPATH,
	OUTPUT_JSONPATH_AS_JSON,
	OUTPUT_GO_TEMPLATE,
	OUTPUT_CUSTOM_COLUMNS,
	OUTPUT_WRONG,	/* there is no such format, or its template can't be read */
};

struct output {
	enum output_format format;
	char *template;		/* owned; NULL */
	char *wrong;		/* owned; of OUTPUT_WRONG: why */
	bool from_file;		/* the template stood in a file */
	bool no_headers;	/* of custom-columns */
	unsigned printed;	/* documents so far: yaml parts them by "---" */
	bool strict;		/* --allow-missing-template-keys=false */
	bool managed_fields;	/* --show-managed-fields: yaml and json have them too */
};
#define OUTPUT_INIT { .format = OUTPUT_NONE }

/* -o, --template, --show-managed-fields, --allow-missing-template-keys */
extern const struct flag output_flags[];

/* The words of -o, first those that go without tables; NULL behind the last. */
const char *output_word(size_t i, bool tables);
/* Reads -o; tables: wide and custom-columns are among the formats.  -1 after printing why not. */
MUST_CHECK int output_parse(struct kubectl *kubectl, const struct flags *flags, bool tables, struct output *output);
/* The same for verbs that look at -o only when there is something to print: what is wrong is said then. */
void output_parse_late(struct kubectl *kubectl, const struct flags *flags, bool tables, struct output *output);
void output_release(struct output *output);
/*
 * One object or List.  typed: made by kubectl itself, whose JSON keeps the order of the fields in Go's structs; what
 * comes from the server has its keys sorted.  -1: the template fails, and err says why.
 */
MUST_CHECK int output_write(struct kubectl *kubectl, struct output *output, const struct value *root, bool typed,
	struct err *err);
/* The same, with the failure printed.  The exit status. */
int output_print(struct kubectl *kubectl, struct output *output, const struct value *root, bool typed);
/* The JSON of what kubectl made itself. */
void output_typed_json(const struct value *root, unsigned indent, struct str *out);
/* The JSON of a typed object on one line, as kubectl keeps it in the last-applied annotation. */
void output_json_line(const struct value *root, struct str *out);

#endif
