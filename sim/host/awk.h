/*
 * awk: a program becomes a tree (awk_parse.c), which is run once for each record (awk_run.c); its values, variables and
 * fields are awk_value.c's, its functions awk_builtin.c's, its files and pipes awk_stream.c's.  As mawk does it.
 */
#ifndef HOST_AWK_H
#define HOST_AWK_H

#include "base/arena.h"
#include "base/map.h"
#include "base/rng.h"
#include "host/pattern.h"
#include "host/shell.h"

#define AWK_DEPTH_MAX 200u		/* of expressions in expressions, and of calls */
#define AWK_STEPS_MAX 20000000u		/* statements and operators of one run */
#define AWK_FIELDS_MAX 100000u

/* ---- the tree ---- */

enum awk_kind {
	/* expressions */
	AWK_NUMBER, AWK_TEXT, AWK_REGEX, AWK_VARIABLE, AWK_LOCAL, AWK_FIELD, AWK_ELEMENT,
	AWK_ASSIGN, AWK_CONDITION, AWK_AND, AWK_OR, AWK_NOT, AWK_IN, AWK_MATCH, AWK_NO_MATCH, AWK_COMPARE, AWK_JOIN,
	AWK_ARITHMETIC, AWK_MINUS, AWK_PLUS, AWK_BEFORE, AWK_BEHIND, AWK_CALL, AWK_FUNCTION_CALL, AWK_GETLINE, AWK_GROUP,
	/* statements */
	AWK_EXPRESSION, AWK_PRINT, AWK_PRINTF, AWK_IF, AWK_WHILE, AWK_DO, AWK_FOR, AWK_FOR_IN, AWK_BLOCK, AWK_NEXT,
	AWK_NEXTFILE, AWK_EXIT, AWK_RETURN, AWK_BREAK, AWK_CONTINUE, AWK_DELETE,
};

/* How print and getline are led: > >> | and < and a command's |. */
enum awk_way { AWK_WAY_NONE, AWK_WAY_WRITE, AWK_WAY_APPEND, AWK_WAY_PIPE, AWK_WAY_READ, AWK_WAY_COMMAND };

enum awk_builtin {
	AWK_LENGTH, AWK_SUBSTR, AWK_INDEX, AWK_SPLIT, AWK_SUB, AWK_GSUB, AWK_MATCH_FN, AWK_SPRINTF, AWK_TOUPPER,
	AWK_TOLOWER, AWK_INT, AWK_SQRT, AWK_EXP, AWK_LOG, AWK_SIN, AWK_COS, AWK_ATAN2, AWK_RAND, AWK_SRAND, AWK_SYSTEM,
	AWK_CLOSE, AWK_FFLUSH, AWK_SYSTIME, AWK_STRFTIME,
};

struct awk_node {
	enum awk_kind kind;
	int op;			/* of ARITHMETIC, COMPARE and ASSIGN: a character or AWK_OP_*; of CALL enum awk_builtin */
	double number;
	size_t slot;		/* of LOCAL, and of FUNCTION_CALL which function */
	const char *text;	/* a text, a pattern, a name */
	enum awk_way way;
	struct awk_node *a, *b, *c, *body;
	struct awk_node *list;	/* arguments, statements, what is printed; subscripts of an element */
	struct awk_node *next;	/* in such a list */
};
#define AWK_OP_LESS_EQUAL 256
#define AWK_OP_EQUAL 257
#define AWK_OP_NOT_EQUAL 258
#define AWK_OP_GREATER_EQUAL 259

enum awk_when { AWK_AT_BEGIN, AWK_AT_RECORD, AWK_AT_END };
struct awk_item {
	enum awk_when when;
	struct awk_node *from, *to;	/* a pattern; to: the range's end; NULL */
	struct awk_node *body;		/* NULL: print the record */
	bool inside;			/* of a range */
	struct awk_item *next;
};
struct awk_function {
	const char *name;
	size_t nparams, nlocals;
	struct awk_node *body;	/* NULL: called, not defined so far */
};
struct awk_program {
	struct arena arena;
	struct awk_item *items;
	VEC(struct awk_function) functions;
	bool reads;		/* there is something to do with records */
	char *error;		/* "line 1: syntax error at or near }"; NULL */
};
/* false: program->error says why.  awk_program_release is due either way. */
bool awk_parse(struct awk_program *program, const char *text);
void awk_program_release(struct awk_program *program);
extern const char *const awk_builtin_names[];	/* by enum awk_builtin; NULL ends */

/* ---- values ---- */

enum awk_type { AWK_IS_NOTHING, AWK_IS_NUMBER, AWK_IS_TEXT, AWK_IS_INPUT };	/* INPUT: a number too when it looks like one */
struct awk_value {
	enum awk_type type;
	double number;
	char *text;	/* of TEXT and INPUT, owned */
};
struct awk_variable {
	struct awk_value value;
	struct map *array;		/* struct awk_value *; NULL: none so far */
	struct awk_variable *same;	/* a function's parameter that is the caller's array; NULL */
};

enum awk_leave { AWK_GOES_ON, AWK_LEAVES_LOOP, AWK_LEAVES_ROUND, AWK_LEAVES_FUNCTION, AWK_LEAVES_RECORD, AWK_LEAVES_FILE,
	AWK_LEAVES_ALL };

struct awk_stream;
struct awk {
	struct shell *shell;
	struct io *io;
	struct awk_program program;
	struct map variables;		/* struct awk_variable * */
	struct map patterns;		/* text -> struct pattern * */
	struct str record;
	VEC(char *) fields;		/* $1 .. */
	bool split, whole;		/* are the fields cut, and is the record what they make? */
	struct awk_variable *locals;	/* of the function that runs */
	struct awk_stream *streams;
	struct str out;			/* not written yet */
	int nargs;			/* operands */
	const char *const *args;
	int at_arg;
	bool any_file;
	struct str input;		/* of the operand that is read */
	size_t input_at;
	bool input_open;
	enum awk_leave leave;
	struct awk_value result;	/* of `return` */
	bool failed;
	int status;
	unsigned depth, steps;
	double seed;
	struct rng random;
};

struct awk_value awk_number(double number);
struct awk_value awk_text(const char *text);
struct awk_value awk_text_taken(char *text);	/* owns it from now on */
struct awk_value awk_input(const char *text);
struct awk_value awk_value_copy(const struct awk_value *value);
void awk_value_release(struct awk_value *value);
double awk_to_number(const struct awk_value *value);
bool awk_to_truth(const struct awk_value *value);
char *awk_to_text(struct awk *awk, const struct awk_value *value);	/* owned by the caller */
char *awk_to_output(struct awk *awk, const struct awk_value *value);	/* the same by OFMT */
/* Below, at or above 0, as < compares. */
int awk_compare(struct awk *awk, const struct awk_value *left, const struct awk_value *right);

struct awk_variable *awk_variable(struct awk *awk, const char *name);
char *awk_variable_text(struct awk *awk, const char *name);
void awk_set(struct awk *awk, const char *name, struct awk_value value);	/* takes the value */
void awk_variable_release(struct awk_variable *variable);
struct map *awk_array(struct awk_variable *variable);
void awk_array_clear(struct map *array);
struct awk_value *awk_element(struct map *array, const char *key);	/* made when it isn't there */

void awk_set_record(struct awk *awk, const char *text, size_t len);
size_t awk_nf(struct awk *awk);
void awk_set_nf(struct awk *awk, size_t n);
struct awk_value awk_field(struct awk *awk, size_t n);
void awk_set_field(struct awk *awk, size_t n, const char *text);
const char *awk_record(struct awk *awk);
/* Cuts text by the separator as fields are; fn gets each piece. */
void awk_split(struct awk *awk, const char *text, const char *separator, void (*fn)(void *arg, const char *piece, size_t len),
	void *arg);

/* NULL and failed when it isn't a pattern. */
const struct pattern *awk_pattern(struct awk *awk, const char *text);
/* printf's text; false: said and failed. */
bool awk_format(struct awk *awk, const char *name, const char *format, struct awk_value *values, size_t n, struct str *out);

/* ---- running ---- */

/* The first failure counts: it is said, and nothing is done any more. */
void awk_fail(struct awk *awk, const char *fmt, ...) PRINTF_LIKE(2, 3);
int awk_run(struct awk *awk);
void awk_statement(struct awk *awk, const struct awk_node *node);
struct awk_value awk_eval(struct awk *awk, const struct awk_node *node);
void awk_assign(struct awk *awk, const struct awk_node *place, struct awk_value value);	/* takes the value */
struct map *awk_array_of(struct awk *awk, const struct awk_node *node);
void awk_delete(struct awk *awk, const struct awk_node *member);	/* the element that `in` would look for */
/* false: it is no array so far. */
bool awk_array_size(struct awk *awk, const struct awk_node *node, size_t *n);
struct awk_value awk_call(struct awk *awk, const struct awk_node *node);
/* name=value from the command line; false: it isn't one. */
bool awk_assign_word(struct awk *awk, const char *word);

/* ---- files and pipes ---- */

void awk_flush(struct awk *awk);
void awk_write(struct awk *awk, enum awk_way way, const char *name, const char *text, size_t len);
/* 1: a record, appended to out; 0: the end; -1: there is no such file. */
int awk_read(struct awk *awk, enum awk_way way, const char *name, struct str *out);
int awk_close(struct awk *awk, const char *name);
void awk_close_all(struct awk *awk);
void awk_drop_streams(struct awk *awk);	/* of a run that failed */
/* A command's exit status; its output goes to out, or to awk's own when that is NULL. */
int awk_command(struct awk *awk, const char *command, const char *input, size_t len, struct str *out);
/* The next record of the operands or of the standard input. */
bool awk_next_record(struct awk *awk, struct str *out);

#endif
