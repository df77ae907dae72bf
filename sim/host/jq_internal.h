/* What jq's parser, evaluator and builtins share. */
#ifndef HOST_JQ_INTERNAL_H
#define HOST_JQ_INTERNAL_H

#include "host/jq.h"

enum jq_kind {
	JQ_IDENTITY,
	JQ_FIELD,	/* a: term; text: the name */
	JQ_INDEX,	/* a: term; b: the index */
	JQ_SLICE,	/* a: term; b, c: from, to; NULL for none */
	JQ_EACH,	/* a: term */
	JQ_LITERAL,	/* value */
	JQ_STRING,	/* text: the @format or NULL; list: pieces, literals and programs in turn */
	JQ_ARRAY,	/* a or NULL */
	JQ_OBJECT,	/* list: keys and values in turn */
	JQ_NEGATE,	/* a */
	JQ_PIPE, JQ_COMMA, JQ_OTHERWISE, JQ_AND, JQ_OR,	/* a, b */
	JQ_BINARY,	/* a, b; op */
	JQ_UPDATE,	/* a, b; op: '=' is =, '|' is |=, the others as + in += */
	JQ_IF,		/* a, b, c (NULL: .) */
	JQ_TRY,		/* a, b or NULL */
	JQ_REDUCE,	/* a: source; text: variable; b: start; c: update */
	JQ_FOREACH,	/* the same, d: extract or NULL */
	JQ_AS,		/* a: source; list: patterns' variables; b: body */
	JQ_FUNCTION,	/* text: name; names: parameters; a: body; b: rest */
	JQ_CALL,	/* text: name; list: arguments */
	JQ_VARIABLE,	/* text */
	JQ_FORMAT,	/* text: "@base64" */
};
enum jq_operator { JQ_ADD, JQ_SUBTRACT, JQ_MULTIPLY, JQ_DIVIDE, JQ_MODULO, JQ_EQ, JQ_NE, JQ_LT, JQ_LE, JQ_GT, JQ_GE,
	JQ_ALTERNATIVE,
	JQ_SET, JQ_MODIFY };

struct jq_node {
	enum jq_kind kind;
	enum jq_operator op;
	const char *text;
	struct value *value;
	const struct jq_node *a, *b, *c, *d;
	const struct jq_node **list;
	size_t nlist;
	const char **names;
	size_t nnames;
};

/* NULL: jq->error says why. */
const struct jq_node *jq_parse(struct jq *jq, const char *text);

/* Where a value stands below the input: a list from the last step to the first. */
struct jq_path {
	const struct jq_path *up;
	const struct value *key;	/* a string, a number, or a map of start and end */
};
extern const struct jq_path jq_path_start;

struct jq_environment;
typedef bool jq_emit(void *arg, const struct value *value, const struct jq_path *path);

/* path NULL: nobody asks for it.  false: stop, because emit said so or because of jq->error. */
bool jq_eval(struct jq *jq, const struct jq_node *node, const struct jq_environment *env, const struct value *input,
	const struct jq_path *path, jq_emit *emit, void *arg);
/* Says what failed; always false. */
bool jq_fail(struct jq *jq, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A builtin: calls its arguments as it likes. */
struct jq_call {
	struct jq *jq;
	const struct jq_node *node;
	const struct jq_environment *env;
	const struct value *input;
	const struct jq_path *path;
	jq_emit *emit;
	void *arg;
};
struct jq_builtin {
	const char *name;	/* NULL ends a table */
	size_t arguments;
	bool (*fn)(const struct jq_call *call);
};
extern const struct jq_builtin jq_texts[], jq_paths[];

/* Of the call's results one more; false: stop. */
bool jq_give(const struct jq_call *call, const struct value *value);
struct arena *jq_arena(const struct jq_call *call);
bool jq_is_text(const struct value *value);
/* Each result of the n-th argument goes to fn with the call. */
bool jq_each_argument(const struct jq_call *call, size_t n, bool (*fn)(const struct jq_call *call,
	const struct value *argument));

/* false in *known: there is none of that name and number of arguments. */
bool jq_builtin(const struct jq_call *call, bool *known);
bool jq_builtin_exists(const char *name, size_t arguments);
extern const char jq_prelude[];		/* builtins that are written in jq */

/* ---- values ---- */
const char *jq_type_name(const struct value *value);	/* "object" */
int jq_compare(const struct value *left, const struct value *right);	/* jq's order of all values */
void jq_sort(struct value *list);	/* by that order */
bool jq_true(const struct value *value);
bool jq_is_number(const struct value *value);
double jq_number(const struct value *value);
struct value *jq_number_value(struct jq *jq, double number);	/* an integer when it is one */
/* NULL: jq->error. */
const struct value *jq_binary(struct jq *jq, enum jq_operator op, const struct value *left, const struct value *right);
const struct value *jq_index(struct jq *jq, const struct value *value, const struct value *key);
const struct value *jq_get_path(struct jq *jq, const struct value *root, const struct jq_path *path);
const struct value *jq_set_path(struct jq *jq, const struct value *root, const struct jq_path *path,
	const struct value *value);
const struct value *jq_delete_path(struct jq *jq, const struct value *root, const struct jq_path *path);
const struct value *jq_format(struct jq *jq, const char *format, const struct value *value);	/* a string */
/* The value as jq says it in an error: shortened. */
const char *jq_excerpt(struct jq *jq, const struct value *value);

#endif
