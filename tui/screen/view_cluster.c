/*
 * The cluster as lists: nodes, then by namespace its pods and its Services with their endpoints.  The scenario's own
 * namespaces come first; Kubernetes' own follow, with what is not well in them.
 */
#include "screen/view.h"

#include <string.h>

#define INDENT 2
#define DEEPER 4

/* What stands under one heading. */
struct part {
	const char *namespace;
	bool system;
};

/* ---- columns ---- */

#define COLUMNS_MAX 6
struct table {
	int widths[COLUMNS_MAX];
	const char *const *heads;	/* NULL ends */
};

static void
widen(struct table *table, size_t column, const char *text)
{
	int width = (int)strlen(text);

	if (table->widths[column] < width)
		table->widths[column] = width;
}

static void
table_init(struct table *table, const char *const *heads)
{
	memset(table, 0, sizeof *table);
	table->heads = heads;
	for (size_t i = 0; heads[i]; i++)
		widen(table, i, heads[i]);
}

/* Blanks before a cell, except that the last has none after it. */
static void
put_cell(const struct table *table, size_t column, enum style style, const char *text, struct view_text *out)
{
	view_putf(out, STYLE_PLAIN, "%*s", INDENT, "");
	view_put(out, style, text);
	if (table->heads[column + 1])
		view_putf(out, STYLE_PLAIN, "%*s", table->widths[column] - (int)strlen(text), "");
	else
		view_newline(out);
}

static void
put_heads(const struct table *table, struct view_text *out)
{
	for (size_t i = 0; table->heads[i]; i++)
		put_cell(table, i, STYLE_FAINT, table->heads[i], out);
}

/* What is there, or kubectl's word for nothing. */
static const char *
or_none(const char *text)
{
	return *text ? text : "<none>";
}

/* ---- nodes ---- */

static void
put_node(const struct table *table, const struct scene_node *node, int columns, struct view_text *out)
{
	put_cell(table, 0, STYLE_PLAIN, node->name, out);
	put_cell(table, 1, node->well ? STYLE_PLAIN : STYLE_BAD, node->status, out);
	put_cell(table, 2, STYLE_PLAIN, or_none(node->ip), out);
	for (size_t i = 0; i < node->ntaints; i++) {
		view_putf(out, STYLE_PLAIN, "%*s", DEEPER, "");
		view_put(out, STYLE_FAINT, "taint ");
		view_put_words(out, STYLE_NOTE, node->taints[i], DEEPER + 6, columns);
		view_newline(out);
	}
}

static void
put_nodes(const struct view_input *input, struct view_text *out)
{
	static const char *const heads[] = { "NAME", "STATUS", "IP", NULL };
	const struct scene *scene = input->scene;
	struct table table;

	table_init(&table, heads);
	for (size_t i = 0; i < scene->nnodes; i++) {
		widen(&table, 0, scene->nodes[i].name);
		widen(&table, 1, scene->nodes[i].status);
	}
	view_put(out, STYLE_STRONG, "Nodes");
	view_newline(out);
	put_heads(&table, out);
	for (size_t i = 0; i < scene->nnodes; i++)
		put_node(&table, &scene->nodes[i], input->columns, out);
}

/* ---- pods ---- */

static bool
is_pod_of(const struct scene_pod *pod, const struct part *part)
{
	return view_has_pod(pod) && pod->system == part->system && strcmp(pod->namespace, part->namespace) == 0;
}

static void
put_pod(const struct table *table, const struct scene_pod *pod, struct view_text *out)
{
	enum style style = pod->well ? STYLE_PLAIN : STYLE_BAD;
	char *ready = xasprintf("%d/%d", pod->ready, pod->containers);

	put_cell(table, 0, STYLE_PLAIN, pod->name, out);
	put_cell(table, 1, style, ready, out);
	put_cell(table, 2, style, pod->status, out);
	put_cell(table, 3, STYLE_PLAIN, or_none(pod->ip), out);
	put_cell(table, 4, STYLE_PLAIN, or_none(pod->node), out);
	free(ready);
}

static void
put_pods(const struct scene *scene, const struct part *part, struct view_text *out)
{
	static const char *const heads[] = { "NAME", "READY", "STATUS", "IP", "NODE", NULL };
	struct table table;
	size_t n = 0;

	table_init(&table, heads);
	for (size_t i = 0; i < scene->npods; i++) {
		if (!is_pod_of(&scene->pods[i], part))
			continue;
		n++;
		widen(&table, 0, scene->pods[i].name);
		widen(&table, 2, scene->pods[i].status);
		widen(&table, 3, or_none(scene->pods[i].ip));
	}
	if (!n)
		return;
	view_putf(out, STYLE_STRONG, "Pods of %s", part->namespace);
	view_newline(out);
	put_heads(&table, out);
	for (size_t i = 0; i < scene->npods; i++)
		if (is_pod_of(&scene->pods[i], part))
			put_pod(&table, &scene->pods[i], out);
}

/* ---- Services ---- */

static bool
is_service_of(const struct scene_service *service, const struct part *part)
{
	return view_has_service(service) && service->system == part->system &&
		strcmp(service->namespace, part->namespace) == 0;
}

/* The addresses that are ready, or those that are not. */
static void
list_endpoints(const struct scene_service *service, bool ready, struct str *words)
{
	for (size_t i = 0; i < service->nendpoints; i++)
		if (service->endpoints[i].ready == ready)
			str_addf(words, "%s%s", words->len ? ", " : "", service->endpoints[i].address);
}

static void
put_endpoint_line(const char *label, enum style style, const char *words, int columns, struct view_text *out)
{
	if (!*words)
		return;
	view_putf(out, STYLE_PLAIN, "%*s", DEEPER, "");
	view_put(out, STYLE_FAINT, label);
	view_put_words(out, style, words, DEEPER + (int)strlen(label), columns);
	view_newline(out);
}

static void
put_endpoints(const struct scene_service *service, int columns, struct view_text *out)
{
	struct str ready = STR_INIT, unready = STR_INIT;

	list_endpoints(service, true, &ready);
	list_endpoints(service, false, &unready);
	put_endpoint_line(service->is_name ? "is a name for " : "outside:   ", STYLE_PLAIN, service->external, columns,
		out);
	if (!service->is_name && !service->nendpoints)
		put_endpoint_line("endpoints: ", STYLE_BAD, "none", columns, out);
	put_endpoint_line("endpoints: ", STYLE_PLAIN, ready.buf, columns, out);
	put_endpoint_line("not ready: ", STYLE_BAD, unready.buf, columns, out);
	str_release(&ready);
	str_release(&unready);
}

static void
put_services(const struct view_input *input, const struct part *part, struct view_text *out)
{
	static const char *const heads[] = { "NAME", "TYPE", "CLUSTER-IP", "PORT(S)", NULL };
	const struct scene *scene = input->scene;
	struct table table;
	size_t n = 0;

	table_init(&table, heads);
	for (size_t i = 0; i < scene->nservices; i++) {
		if (!is_service_of(&scene->services[i], part))
			continue;
		n++;
		widen(&table, 0, scene->services[i].name);
		widen(&table, 1, scene->services[i].type);
		widen(&table, 2, or_none(scene->services[i].cluster_ip));
	}
	if (!n)
		return;
	view_putf(out, STYLE_STRONG, "Services of %s", part->namespace);
	view_newline(out);
	put_heads(&table, out);
	for (size_t i = 0; i < scene->nservices; i++) {
		const struct scene_service *service = &scene->services[i];

		if (!is_service_of(service, part))
			continue;
		put_cell(&table, 0, STYLE_PLAIN, service->name, out);
		put_cell(&table, 1, STYLE_PLAIN, service->type, out);
		put_cell(&table, 2, STYLE_PLAIN, or_none(service->cluster_ip), out);
		put_cell(&table, 3, STYLE_PLAIN, service->ports, out);
		put_endpoints(service, input->columns, out);
	}
}

/* ---- namespaces ---- */

static void
keep_next(const char *candidate, const char *after, const char **next)
{
	if (strcmp(candidate, after) > 0 && (!*next || strcmp(candidate, *next) < 0))
		*next = candidate;
}

/* Goes on to the namespace after this one that has something to show; false: there is none. */
static bool
next_part(const struct scene *scene, struct part *part)
{
	const char *next = NULL;

	for (size_t i = 0; i < scene->npods; i++)
		if (scene->pods[i].system == part->system && view_has_pod(&scene->pods[i]))
			keep_next(scene->pods[i].namespace, part->namespace, &next);
	for (size_t i = 0; i < scene->nservices; i++)
		if (scene->services[i].system == part->system && view_has_service(&scene->services[i]))
			keep_next(scene->services[i].namespace, part->namespace, &next);
	part->namespace = next;
	return next;
}

void
view_cluster(const struct view_input *input, struct view_text *out)
{
	put_nodes(input, out);
	for (int system = 0; system <= 1; system++) {
		struct part part = { "", system };

		while (next_part(input->scene, &part)) {
			put_pods(input->scene, &part, out);
			put_services(input, &part, out);
		}
	}
	view_put_hidden(input->scene, out);
}
