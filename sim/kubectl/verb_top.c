/*
 * kubectl top, of what a metrics server measures (control/usage.h), where there is one.  Follows k8s.io/kubectl/pkg/cmd/top and
 * pkg/metricsutil; what the server refuses, metrics-server's pkg/api.
 */
#include <stdlib.h>
#include <string.h>

#include "control/demand.h"
#include "control/usage.h"
#include "kubectl/resource_args.h"
#include "kubectl/selector.h"
#include "kubectl/tabs.h"
#include "kubectl/verb_list.h"

#define MEBIBYTE (INT64_C(1024) * 1024)
#define MEASURED_BY_NOW (2 * 60 * CLOCK_SECOND)	/* a pod of that age without measures is an error */

static const struct flag top_flags[] = {
	{ "no-headers", 0, FLAG_BOOL, "false", "true", NULL, "Leave the headings out." },
	{ "sort-by", 0, FLAG_STRING, "", NULL, "cpu,memory", "cpu or memory." },
	{ "use-protocol-buffers", 0, FLAG_BOOL, "true", "true", NULL, "How to ask for the metrics." },
	FLAGS_END,
};
static const struct flag top_pod_flags[] = {
	{ "containers", 0, FLAG_BOOL, "false", "true", NULL, "A line for each container." },
	{ "sum", 0, FLAG_BOOL, "false", "true", NULL, "A line with the sum of all." },
	FLAGS_END,
};
static const struct flag top_node_flags[] = {
	{ "show-capacity", 0, FLAG_BOOL, "false", "true", NULL, "Percents of all that a node has." },
	FLAGS_END,
};
static const struct flag *const top_pod_tables[] = {
	top_flags, top_pod_flags, selector_flag, field_selector_flag, all_namespaces_flag, NULL,
};
static const struct flag *const top_node_tables[] = { top_flags, top_node_flags, selector_flag, NULL };

/* ---- lines ---- */

struct line {
	const char *namespace, *name, *container;	/* container NULL: the whole pod, or a node */
	struct usage usage, whole;			/* whole: of the container's pod */
	const struct value *available;			/* of a node; NULL */
};
typedef VEC(struct line) line_vec;

static int
by_name(const void *a, const void *b)
{
	const struct line *left = a, *right = b;
	int order = strcmp(left->namespace, right->namespace);

	if (!order)
		order = strcmp(left->name, right->name);
	return order || !left->container ? order : strcmp(left->container, right->container);
}

/* What uses most comes first: pods, and the containers of each. */
static int
by_amount(const struct line *left, const struct line *right, int64_t of_pods, int64_t of_containers)
{
	int64_t order = of_pods || strcmp(left->namespace, right->namespace) != 0 || strcmp(left->name, right->name) != 0 ?
		of_pods : of_containers;

	return order ? (order > 0 ? -1 : 1) : by_name(left, right);
}

static int
by_cpu(const void *a, const void *b)
{
	const struct line *left = a, *right = b;

	return by_amount(left, right, left->whole.cpu - right->whole.cpu, left->usage.cpu - right->usage.cpu);
}

static int
by_memory(const void *a, const void *b)
{
	const struct line *left = a, *right = b;

	return by_amount(left, right, left->whole.memory - right->whole.memory, left->usage.memory - right->usage.memory);
}

static const struct order {
	const char *word;
	int (*compare)(const void *a, const void *b);
} orders[] = { { "", by_name }, { "cpu", by_cpu }, { "memory", by_memory } };

/* What --sort-by means; NULL: nothing. */
static const struct order *
order_of(const struct flags *flags)
{
	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
		if (strcmp(orders[i].word, flag_string(flags, "sort-by")) == 0)
			return &orders[i];
	return NULL;
}

static void
add_share(int64_t used, const struct value *available, const char *resource, struct str *text)
{
	int64_t all = demand_in_map(available, resource);

	if (all)
		str_addf(text, "%lld%%\t", (long long)((double)used / (double)all * 100));
}

static void
add_usage(struct usage usage, const struct value *available, struct str *text)
{
	str_addf(text, "%lldm\t", (long long)usage.cpu);
	add_share(usage.cpu, available, "cpu", text);
	str_addf(text, "%lldMi\t", (long long)(usage.memory / MEBIBYTE));
	add_share(usage.memory * 1000, available, "memory", text);
	str_add(text, "\n");
}

static void
add_sum(const line_vec *lines, bool namespaces, bool containers, struct str *text)
{
	struct usage sum = { 0, 0 };

	for (size_t i = 0; i < lines->n; i++) {
		sum.cpu += lines->v[i].usage.cpu;
		sum.memory += lines->v[i].usage.memory;
	}
	str_addf(text, "%s%s\t________\t________\t\n%s%s\t", namespaces ? "\t" : "", containers ? "\t" : "", namespaces ? "\t" : "",
		containers ? "\t" : "");
	add_usage(sum, NULL, text);
}

static void
print_lines(struct kubectl *kubectl, const struct flags *flags, bool namespaces, const char *columns, line_vec *lines,
	const char *unmeasured)
{
	bool containers = lines->n && lines->v[0].container;
	struct str text = STR_INIT, aligned = STR_INIT;

	qsort(lines->v, lines->n, sizeof *lines->v, order_of(flags)->compare);
	if (!flag_bool(flags, "no-headers"))
		str_addf(&text, "%s%s%s", namespaces ? "NAMESPACE\t" : "", containers ? "POD\t" : "", columns);
	for (size_t i = 0; i < lines->n; i++) {
		const struct line *line = &lines->v[i];

		str_addf(&text, "%s%s%s\t", namespaces ? line->namespace : "", namespaces ? "\t" : "", line->name);
		if (line->container)
			str_addf(&text, "%s\t", line->container);
		add_usage(line->usage, line->available, &text);
	}
	str_add(&text, unmeasured);
	if (strcmp(kubectl->verb->name, "pod") == 0 && flag_bool(flags, "sum"))
		add_sum(lines, namespaces, containers, &text);
	tabs_align(text.buf, TABS_TABLE, &aligned);
	sink_write(kubectl->io->out, aligned.buf, aligned.len);
	str_release(&text);
	str_release(&aligned);
}

/* ---- what both ask first ---- */

/* Said already: true. */
static bool
refuses(struct kubectl *kubectl, const struct flags *flags, const char *selectors)
{
	struct failures failures = FAILURES_INIT;
	struct status status = STATUS_INIT;
	enum metrics metrics = metrics_of(kubectl->cluster->server.store);

	if (flags->nargs > 1)
		print_usage_error(kubectl->io, kubectl->command, "%s [NAME | -l label]", kubectl->verb->name);
	else if (!order_of(flags))
		print_failure(kubectl->io, "--sort-by accepts only cpu or memory");
	else if (flags->nargs && *selectors)
		print_failure(kubectl->io, "only one of NAME or %s can be provided", selectors);
	else if (metrics == METRICS_ABSENT)
		print_failure(kubectl->io, "Metrics API not available");
	else if (metrics == METRICS_UP)
		return false;
	else {
		(void)status_set(&status, STATUS_SERVICE_UNAVAILABLE,
			"the server is currently unable to handle the request (get %ss.metrics.k8s.io%s%s)", kubectl->verb->name,
			flags->nargs ? " " : "", flags->nargs ? flags->args[0] : "");
		failures_add_status(&failures, &status, "");
		failures_print(&failures, kubectl->io);
	}
	return true;
}

/* What was named and has no measures. */
static void
refuse_unmeasured(const struct kubectl *kubectl, const char *namespace, const char *name, struct failures *failures)
{
	struct status status = STATUS_INIT;

	(void)status_set(&status, STATUS_NOT_FOUND, "%smetrics.metrics.k8s.io \"%s%s%s\" not found", kubectl->verb->name, namespace,
		*namespace ? "/" : "", name);
	failures_add_status(failures, &status, "");
}

/* The objects that the words mean; the failures are printed: false. */
static bool
find(struct kubectl *kubectl, const struct flags *flags, struct resources *resources)
{
	char type[] = "pods", nodes[] = "nodes", *words[2] = { strcmp(kubectl->verb->name, "pod") == 0 ? type : nodes,
		flags->nargs ? flags->args[0] : NULL };

	resources_find(kubectl, flags, words, 1 + flags->nargs, RESOURCES_TYPE_IS_ALL | RESOURCES_UNFETCHED, resources);
	return !failures_print(&resources->failures, kubectl->io);
}

/* ---- pods ---- */

static void
add_pod(const struct flags *flags, const struct pod *pod, line_vec *lines)
{
	const struct object *object = pod->object;
	const struct value *containers = value_path(object->root, "spec.containers");
	struct usage whole = usage_of_pod(pod);

	if (!flag_bool(flags, "containers"))
		*vec_push(lines) = (struct line){ object->namespace, object->name, NULL, whole, whole, NULL };
	for (size_t i = 0; flag_bool(flags, "containers") && i < value_count(containers); i++)
		*vec_push(lines) = (struct line){ object->namespace, object->name, value_get_text(value_at(containers, i), "name"),
			usage_of_container(pod, value_at(containers, i)), whole, NULL };
}

/* None of those asked for has measures: because there are none, or too young ones. */
static int
no_measures(struct kubectl *kubectl, const struct flags *flags, const struct resources *resources)
{
	int64_t now = kubectl->cluster->server.clock.now, created;

	for (size_t i = 0; i < resources->list.n; i++) {
		const struct object *object = resources->list.v[i].object;
		const char *text = value_text(value_path(object->root, "metadata.creationTimestamp"));

		if (text && clock_parse(text, &created) && now - created > MEASURED_BY_NOW)
			return print_failure(kubectl->io, "Metrics not available for pod %s/%s, age: %lldm%llds", object->namespace,
				object->name, (long long)((now - created) / CLOCK_SECOND / 60),
				(long long)((now - created) / CLOCK_SECOND % 60));
	}
	if (resources->list.n)
		return print_failure(kubectl->io, "metrics not available yet");
	print_no_resources(kubectl, true, flag_bool(flags, "all-namespaces"));
	return 0;
}

static int
top_pods(struct kubectl *kubectl, const struct flags *flags)
{
	bool selected = *flag_string(flags, "selector") || *flag_string(flags, "field-selector");
	struct resources resources = RESOURCES_INIT;
	struct failures failures = FAILURES_INIT;
	line_vec lines = VEC_INIT;
	int failed = 1;

	if (refuses(kubectl, flags, selected ? "selector" : ""))
		return 1;
	if (find(kubectl, flags, &resources)) {
		for (size_t i = 0; i < resources.list.n; i++) {
			const struct pod *pod = pod_view(resources.list.v[i].object);

			if (usage_since(pod) <= kubectl->cluster->server.clock.now)
				add_pod(flags, pod, &lines);
			else if (flags->nargs)
				refuse_unmeasured(kubectl, pod->object->namespace, pod->object->name, &failures);
		}
		if (lines.n)
			print_lines(kubectl, flags, flag_bool(flags, "all-namespaces"), "NAME\tCPU(cores)\tMEMORY(bytes)\t\n", &lines,
				"");
		failed = lines.n ? 0 : failures.list.n ? failures_print(&failures, kubectl->io) : no_measures(kubectl, flags, &resources);
	}
	vec_release(&lines);
	resources_release(&resources);
	return failed;
}

/* ---- nodes ---- */

static int
top_nodes(struct kubectl *kubectl, const struct flags *flags)
{
	const struct server *server = &kubectl->cluster->server;
	struct resources resources = RESOURCES_INIT;
	struct str unknown = STR_INIT;
	line_vec lines = VEC_INIT;
	int failed = 1;

	if (refuses(kubectl, flags, *flag_string(flags, "selector") ? "--selector" : ""))
		return 1;
	if (find(kubectl, flags, &resources)) {
		for (size_t i = 0; i < resources.list.n; i++) {
			const struct object *object = resources.list.v[i].object;
			const struct usage usage = usage_of_node(server->store, object->name, server->clock.now);

			if (settings_host(&server->settings, object->name).kubelet_stopped)
				str_addf(&unknown, "%s\t<unknown>\t<unknown>\t<unknown>\t<unknown>\t\n", object->name);
			else
				*vec_push(&lines) = (struct line){ "", object->name, NULL, usage, usage, value_path(object->root,
					flag_bool(flags, "show-capacity") ? "status.capacity" : "status.allocatable") };
		}
		failed = 0;
	}
	if (!failed && lines.n)
		print_lines(kubectl, flags, false, "NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\t\n", &lines, unknown.buf);
	else if (!failed)
		failed = print_failure(kubectl->io, "metrics not available yet");
	str_release(&unknown);
	vec_release(&lines);
	resources_release(&resources);
	return failed;
}

static const struct verb verb_top_pod = {
	.name = "pod",
	.aliases = "pods,po",
	.usage = "top pod [NAME | -l label]",
	.summary = "Show what pods use",
	.help = "Shows the CPU and memory that pods use.",
	.examples = "kubectl top pod -A",
	.flags = top_pod_tables,
	.args = "name:pod",
	.run = top_pods,
};

static const struct verb verb_top_node = {
	.name = "node",
	.aliases = "nodes,no",
	.usage = "top node [NAME | -l label]",
	.summary = "Show what nodes use",
	.help = "Shows the CPU and memory that nodes use.",
	.examples = "kubectl top node",
	.flags = top_node_tables,
	.args = "name:node",
	.run = top_nodes,
};

static const struct verb *const top_subverbs[] = { &verb_top_node, &verb_top_pod, NULL };

const struct verb verb_top = {
	.name = "top",
	.aliases = "",
	.usage = "top [flags]",
	.summary = "Show what pods and nodes use",
	.help = "Shows the CPU and memory that pods and nodes use; needs a metrics server.",
	.examples = "",
	.subverbs = top_subverbs,
	.args = "",
	.run = run_subverb_missing,
};
