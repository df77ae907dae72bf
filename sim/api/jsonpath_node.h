/* A parsed JSONPath template: what api/jsonpath_parse.c gives to api/jsonpath.c. */
#ifndef API_JSONPATH_NODE_H
#define API_JSONPATH_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "svcsim/err.h"

enum path_type {
	PATH_LIST,	/* one {..}: its nodes, each fed with what the one before found */
	PATH_TEXT,
	PATH_FIELD,
	PATH_ARRAY,
	PATH_FILTER,
	PATH_INT,
	PATH_FLOAT,
	PATH_BOOL,
	PATH_WILDCARD,
	PATH_RECURSIVE,
	PATH_UNION,	/* of the lists in list */
	PATH_IDENTIFIER,	/* range, end */
};

struct path_node;
struct path_list {
	struct path_node **v;
	size_t n, cap;
};

struct path_index {	/* one of [from:to:step] */
	int64_t value;
	bool known;
	bool derived;	/* to, of a plain index */
};

struct path_node {
	enum path_type type;
	const char *text;	/* of text, field and identifier; a filter's operator, "exists" without one */
	int64_t integer;	/* of int and bool */
	double number;
	struct path_index index[3];
	struct path_list list;	/* of list and union; a filter's left side */
	struct path_list right;
};

MUST_CHECK int path_parse(const char *template, struct arena *arena, struct path_list *out, struct err *err);

#endif
