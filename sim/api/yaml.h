/*
 * Text in and out.  Reading accepts YAML 1.1 as sigs.k8s.io/yaml does (a duplicate key: the last wins) and JSON (any
 * text that begins with an opening brace), within limits; scalars are typed as go-yaml types them (plain true/false, numbers, null; yes/no/on/off are booleans there
 * too), quoted ones are strings.  Writing gives what kubectl prints.
 */
#ifndef API_YAML_H
#define API_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "api/value.h"
#include "svcsim/err.h"
#include "svcsim/str.h"
#include "svcsim/vec.h"

/* Past any of these the text is refused with its place. */
#define YAML_DEPTH_MAX 100
#define YAML_NODES_MAX (8u << 20)	/* nodes of one text, copies made by aliases counted */
#define YAML_ALIASES_MAX 1000
#define YAML_BYTES_MAX (64u << 20)

struct yaml_options {
	bool unique_keys;	/* a duplicate key is an error (packs) */
	/* One that yaml_cut gave: YAML though it begins with a brace, and nothing behind its first document is read. */
	bool piece;
	bool modern;		/* y, yes, no, on, off are text, as in YAML 1.2 (kustomize) */
};

typedef VEC(struct value *) value_vec;

/*
 * Every document of text; documents without content are left out.  On failure nothing is added but the JSON values that
 * stand before the fault.
 */
MUST_CHECK int yaml_read(const char *file, const char *text, size_t len, const struct yaml_options *options,
	struct arena *arena, value_vec *documents, struct err *err);

/* Is it JSON, one value or several?  Any text that begins with an opening brace; kubectl asks once for a whole file. */
bool yaml_is_json(const char *text, size_t len);

/*
 * The failure as kubectl words it after "error parsing FILE: ", such as "error converting YAML to JSON: yaml: line 4:
 * mapping values are not allowed in this context".  That line is one too small where the parser, not the scanner, found
 * the fault, and missing on the first line; err's own is right.
 */
void yaml_error_add(const struct err *err, struct str *out);
/* From "yaml: " on. */
void yaml_problem_add(const struct err *err, struct str *out);

/*
 * The next document as kubectl cuts a file: at lines of "---", which belong to none (one that begins the text belongs
 * to the first).  Moves *text and *len past it; false at the end.  Lines are counted anew in each.  A line that begins so
 * and goes on otherwise than with a comment is an error: err says so, *document is NULL, and there is nothing after it.
 */
bool yaml_cut(const char **text, size_t *len, const char **document, size_t *document_len, struct err *err);

/* One JSON value, the whole text (RFC 8259; surrogate pairs; the depth limit above).  Fast: state is kept as JSON. */
MUST_CHECK int json_read(const char *file, const char *text, size_t len, struct arena *arena, struct value **value,
	struct err *err);

/* Keys sorted, two blanks, lists not indented below their key: sigs.k8s.io/yaml.  Ends with a newline. */
void yaml_write(const struct value *value, struct str *out);
/* Keys sorted.  indent 0: compact, as json.Marshal; 4: as kubectl -o json.  No newline at the end. */
void json_write(const struct value *value, unsigned indent, struct str *out);

#endif
