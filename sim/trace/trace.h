/*
 * Where does a packet go, and why: reads a destination and a source as people write them, asks DNS where a name is given,
 * walks one branch or all, and prints it.
 */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "cluster/cluster.h"
#include "net/walk.h"

/* The forms of a destination, as help and completion show them. */
struct trace_form {
	const char *form, *help;
};
extern const struct trace_form trace_destinations[], trace_sources[];	/* form == NULL ends */

struct trace_request {
	const char *to, *from;		/* as written; from NULL: by the kind of destination */
	const char *namespace;		/* for names without one; NULL: default, else the one namespace that has it */
	enum protocol protocol;
	bool protocol_given;		/* else the Service's own, else TCP */
	bool all, tables_only;
	const char *on;			/* --on NODE: where a packet from a bare address enters; NULL */
	enum ip_family family;		/* IP_NONE: whichever comes first */
};

struct trace {
	struct arena arena;
	const char *to;			/* as written */
	const char *from_text;		/* "pod default/web-x", "external", "node node01" */
	const struct pod *from_pod;	/* also when it uses its node's network, and walk.from is the node; NULL */
	struct walk_request walk;	/* what was walked */
	enum verdict verdict;		/* under all: answered only if every branch is */
	struct cause cause;
	const char *dns_name;		/* NULL: no name was asked */
	const char **dns_tried;		/* absolute names, in the order in which they were asked */
	size_t ndns_tried;
	struct walk *paths;		/* one, or with all every branch; none when the name was not found */
	size_t npaths, paths_cap;
	bool all, all_complete;
	bool tables_given;
	struct tables_walk tables;
};

/* -1: the words of the request make no sense here (ERR_USAGE), or name an object that isn't there (ERR_INPUT). */
MUST_CHECK int trace_run(struct cluster *cluster, const struct trace_request *request, struct trace *trace, struct err *err);
void trace_release(struct trace *trace);

struct trace_style {
	bool color, ascii;	/* ascii: no arrows and lines beyond ASCII */
	bool reply, explain;
};
void trace_print_text(const struct trace *trace, const struct trace_style *style, struct str *out);
void trace_print_verdict(const struct trace *trace, struct str *out);	/* its last lines */
/* The rule of a hop that has one: without its chain and its comment, which goes apart. */
void trace_rule_words(const struct hop *hop, struct str *words, struct str *comment);
const char *trace_chain_why(const char *chain);	/* what a chain of kube-proxy's is for; "" */
void trace_print_json(const struct trace *trace, struct str *out);	/* DESIGN: stable */
/* The same words before and after the request. */
void trace_print_diff(const struct trace *before, const struct trace *after, const char *request,
	const struct trace_style *style, struct str *out);
void trace_print_diff_json(const struct trace *before, const struct trace *after, const char *request, struct str *out);
void trace_print_dot(const struct trace *trace, struct str *out);

#endif
