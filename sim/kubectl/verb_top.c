/*
 * kubectl top: the cluster has no metrics server (api-versions shows no metrics.k8s.io), and a cluster without one
 * answers as here.  Follows k8s.io/kubectl/pkg/cmd/top.
 */
#include <string.h>

#include "kubectl/failures.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"

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

static int
top_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *order = flag_string(flags, "sort-by");

	if (*order && strcmp(order, "cpu") != 0 && strcmp(order, "memory") != 0)
		return print_failure(kubectl->io, "--sort-by accepts only cpu or memory");
	if (flags->nargs > 1)
		return print_usage_error(kubectl->io, kubectl->command, "%s [NAME | -l label]", kubectl->verb->name);
	if (flags->nargs && *flag_string(flags, "selector"))
		return print_failure(kubectl->io, "only one of NAME or %s can be provided",
			strcmp(kubectl->verb->name, "pod") == 0 ? "selector" : "--selector");
	return print_failure(kubectl->io, "Metrics API not available");
}

static const struct verb verb_top_pod = {
	.name = "pod",
	.aliases = "pods,po",
	.usage = "top pod [NAME | -l label]",
	.summary = "Show what pods use",
	.help = "Shows the CPU and memory that pods use.",
	.examples = "kubectl top pod -A",
	.flags = top_pod_tables,
	.args = "pod",
	.run = top_run,
};

static const struct verb verb_top_node = {
	.name = "node",
	.aliases = "nodes,no",
	.usage = "top node [NAME | -l label]",
	.summary = "Show what nodes use",
	.help = "Shows the CPU and memory that nodes use.",
	.examples = "kubectl top node",
	.flags = top_node_tables,
	.args = "node",
	.run = top_run,
};

static const struct verb *const top_subverbs[] = { &verb_top_node, &verb_top_pod, NULL };

const struct verb verb_top = {
	.name = "top",
	.aliases = "",
	.usage = "top [flags]",
	.summary = "Show what pods and nodes use",
	.help = "Shows the CPU and memory that pods and nodes use; needs the metrics server.",
	.examples = "",
	.subverbs = top_subverbs,
	.args = "",
	.run = run_subverb_missing,
};
