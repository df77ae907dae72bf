/* A trace as a graph for graphviz: one node a place, one edge a way, all branches in one picture. */
#include "trace/trace.h"

#include "base/json_out.h"
#include "base/map.h"

/* DOT's quoted strings are close enough to JSON's: quotes and backslashes are escaped the same. */
static void
edge(struct map *seen, const char *from, const char *to, const char *label, struct str *out)
{
	struct str line = STR_INIT;

	str_add(&line, "  ");
	json_quote(&line, from, strlen(from), false);
	str_add(&line, " -> ");
	json_quote(&line, to, strlen(to), false);
	str_add(&line, " [label=");
	json_quote(&line, label, strlen(label), false);
	str_add(&line, "];\n");
	if (!map_get(seen, line.buf)) {
		map_set(seen, line.buf, &line);
		str_addn(out, line.buf, line.len);
	}
	str_release(&line);
}

static void
path_edges(const struct trace *trace, const struct walk *path, struct map *seen, struct str *out)
{
	const char *at = trace->from_text;
	struct str last = STR_INIT, label = STR_INIT;

	for (size_t i = 0; i < path->hops.n && !path->hops.v[i].reply; i++) {
		const struct hop *hop = &path->hops.v[i];

		if (hop->rule && strcmp(at, hop->chain) != 0) {
			edge(seen, at, hop->chain, hop->table, out);
			at = hop->chain;
		}
	}
	if (path->pod)
		str_addf(&last, "pod %s/%s", path->pod->object->namespace, path->pod->object->name);
	else
		str_add(&last, path->node[0] ? path->node : verdict_name(path->verdict));
	str_addf(&label, "%s %.4g %%", verdict_name(path->verdict), path->probability * 100);
	edge(seen, at, last.buf, label.buf, out);
	str_release(&last);
	str_release(&label);
}

void
trace_print_dot(const struct trace *trace, struct str *out)
{
	struct map seen = MAP_INIT;

	str_add(out, "digraph trace {\n  rankdir=LR;\n  node [shape=box];\n");
	for (size_t i = 0; i < trace->npaths; i++)
		path_edges(trace, &trace->paths[i], &seen, out);
	str_add(out, "}\n");
	map_release(&seen);
}
