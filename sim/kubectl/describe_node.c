/* describe node and namespace; follows describe.go's nodeDescriber and namespaceDescriber. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "control/nodes.h"
#include "kubectl/describe.h"
#include "kubectl/format.h"

static void
roles_line(struct describe *page, const struct object *object)
{
	static const char prefix[] = "node-role.kubernetes.io/";
	size_t n;
	const struct value_entry **labels = format_sorted(value_get(object_meta(object), "labels"), &n);
	struct str text = STR_INIT;

	for (size_t i = 0; i < n; i++)
		if (str_starts(labels[i]->key, prefix))
			str_addf(&text, "%s%s", text.len ? "," : "", labels[i]->key + sizeof prefix - 1);
	describe_line(page, 0, "Roles:\t%s", text.len ? text.buf : "<none>");
	str_release(&text);
	free(labels);
}

static int
by_effect_and_key(const void *a, const void *b)
{
	const struct value *x = *(const struct value *const *)a, *y = *(const struct value *const *)b;
	int order = strcmp(describe_text(x, "effect", ""), describe_text(y, "effect", ""));

	return order ? order : strcmp(describe_text(x, "key", ""), describe_text(y, "key", ""));
}

static void
taints_lines(struct describe *page, const struct value *taints)
{
	size_t n = value_count(taints);
	const struct value **sorted = xcalloc(n + 1, sizeof *sorted);

	for (size_t i = 0; i < n; i++)
		sorted[i] = value_at(taints, i);
	qsort(sorted, n, sizeof *sorted, by_effect_and_key);
	if (!n)
		describe_line(page, 0, "Taints:\t<none>");
	for (size_t i = 0; i < n; i++) {
		const struct value *taint = sorted[i];
		const char *value = describe_text(taint, "value", "");

		describe_line(page, 0, "%s\t%s%s%s:%s", i ? "" : "Taints:", describe_text(taint, "key", ""), *value ? "=" : "", value,
			describe_text(taint, "effect", ""));
	}
	free(sorted);
}

/*
 * The kubelet renews its lease every ten seconds; the model keeps no Lease objects.  One that was stopped did so until then, or last
 * when the node was made; where there never was a kubelet, there is no lease.
 */
static int64_t
lease_renewed(const struct server *server, const struct object *node)
{
	struct node_host host = settings_host(&server->settings, node->name);

	if (!node_is_machine(node))
		return 0;
	if (!host.kubelet_stopped)
		return server->clock.now;
	return host.kubelet_since ? host.kubelet_since : object_created(node);
}

static void
lease_lines(struct describe *page, const struct object *object)
{
	int64_t renewed = lease_renewed(&page->kubectl->cluster->server, object);
	struct arena arena = ARENA_INIT;
	char text[CLOCK_TEXT];

	clock_format(renewed, text);
	describe_line(page, 0, "Lease:");
	describe_line(page, 1, "HolderIdentity:\t%s", renewed ? object->name : "<unset>");
	describe_line(page, 1, "AcquireTime:\t<unset>");
	describe_line(page, 1, "RenewTime:\t%s", renewed ? describe_time(&arena, text) : "<unset>");
	arena_release(&arena);
}

static void
conditions_table(struct describe *page, const struct value *conditions)
{
	struct arena arena = ARENA_INIT;

	if (!value_count(conditions))
		return;
	describe_line(page, 0, "Conditions:");
	describe_line(page, 1, "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
	describe_line(page, 1, "----\t------\t-----------------\t------------------\t------\t-------");
	for (size_t i = 0; i < value_count(conditions); i++) {
		const struct value *condition = value_at(conditions, i);

		describe_line(page, 1, "%s \t%s \t%s \t%s \t%s \t%s", describe_text(condition, "type", ""),
			describe_text(condition, "status", ""),
			describe_time(&arena, value_get_text(condition, "lastHeartbeatTime")),
			describe_time(&arena, value_get_text(condition, "lastTransitionTime")), describe_text(condition, "reason", ""),
			describe_text(condition, "message", ""));
	}
	arena_release(&arena);
}

static void
quantities(struct describe *page, const char *title, const struct value *map)
{
	size_t n;
	const struct value_entry **entries = format_sorted(map, &n);

	if (n)
		describe_line(page, 0, "%s:", title);
	for (size_t i = 0; i < n; i++) {
		struct str text = STR_INIT;

		format_scalar(entries[i]->value, &text);
		describe_line(page, 1, "%s:\t%s", entries[i]->key, text.buf);
		str_release(&text);
	}
	free(entries);
}

static void
system_lines(struct describe *page, const struct value *info)
{
	static const char *const rows[][2] = {
		{ "Machine ID", "machineID" }, { "System UUID", "systemUUID" }, { "Boot ID", "bootID" },
		{ "Kernel Version", "kernelVersion" }, { "OS Image", "osImage" }, { "Operating System", "operatingSystem" },
		{ "Architecture", "architecture" }, { "Container Runtime Version", "containerRuntimeVersion" },
		{ "Kubelet Version", "kubeletVersion" }, { "Kube-Proxy Version", "kubeProxyVersion" },
	};

	describe_line(page, 0, "System Info:");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		describe_line(page, 1, "%s:\t%s", rows[i][0], describe_text(info, rows[i][1], ""));
}

/* ---- what runs there ---- */

/* What a pod asks for of one resource: the sum over its containers, or an init container's if that is more. */
static double
pod_amount(const struct value *pod, const char *side, const char *resource)
{
	const struct value *containers = value_path(pod, "spec.containers"), *init = value_path(pod, "spec.initContainers");
	double sum = 0, amount;

	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *map = value_get(value_get(value_at(containers, i), "resources"), side);

		if (format_parse_amount(value_get(map, resource), &amount))
			sum += amount;
	}
	for (size_t i = 0; i < value_count(init); i++) {
		const struct value *map = value_get(value_get(value_at(init, i), "resources"), side);

		if (format_parse_amount(value_get(map, resource), &amount) && amount > sum)
			sum = amount;
	}
	return sum;
}

/* "100m (5%)" */
static char *
share(struct arena *arena, double amount, const char *resource, const struct value *allocatable)
{
	struct str text = STR_INIT;
	double all;
	char *copy;

	format_amount(amount, strcmp(resource, "cpu") == 0, &text);
	if (format_parse_amount(value_get(allocatable, resource), &all) && all > 0)
		str_addf(&text, " (%d%%)", (int)(amount / all * 100));
	else
		str_add(&text, " (0%)");
	copy = arena_strdup(arena, text.buf);
	str_release(&text);
	return copy;
}

static bool
runs_here(const struct object *pod, const char *node)
{
	const char *phase = value_text(value_path(pod->root, "status.phase"));

	return strcmp(describe_text(value_get(pod->root, "spec"), "nodeName", ""), node) == 0 &&
		!(phase && (strcmp(phase, "Succeeded") == 0 || strcmp(phase, "Failed") == 0));
}

static void
pod_line(struct describe *page, const struct object *pod, const struct value *allocatable)
{
	struct arena arena = ARENA_INIT;

	describe_line(page, 1, "%s\t%s\t\t%s\t%s\t%s\t%s\t%s", pod->namespace, pod->name,
		share(&arena, pod_amount(pod->root, "requests", "cpu"), "cpu", allocatable),
		share(&arena, pod_amount(pod->root, "limits", "cpu"), "cpu", allocatable),
		share(&arena, pod_amount(pod->root, "requests", "memory"), "memory", allocatable),
		share(&arena, pod_amount(pod->root, "limits", "memory"), "memory", allocatable),
		describe_age(&arena, page, value_get_text(object_meta(pod), "creationTimestamp")));
	arena_release(&arena);
}

static void
allocated_line(struct describe *page, const struct object *const *pods, size_t n, const char *node, const char *resource,
	const struct value *allocatable)
{
	struct arena arena = ARENA_INIT;
	double requests = 0, limits = 0;

	for (size_t i = 0; i < n; i++)
		if (runs_here(pods[i], node)) {
			requests += pod_amount(pods[i]->root, "requests", resource);
			limits += pod_amount(pods[i]->root, "limits", resource);
		}
	describe_line(page, 1, "%s\t%s\t%s", resource, share(&arena, requests, resource, allocatable),
		share(&arena, limits, resource, allocatable));
	arena_release(&arena);
}

static void
pods_tables(struct describe *page, const struct object *node)
{
	static const char *const resources[] = { "cpu", "memory", "ephemeral-storage", "hugepages-1Gi", "hugepages-2Mi" };
	const struct value *allocatable = value_path(node->root, "status.allocatable");
	size_t n, here = 0;
	const struct object *const *pods = store_list(page->kubectl->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++)
		here += runs_here(pods[i], node->name);
	describe_line(page, 0, "Non-terminated Pods:\t(%zu in total)", here);
	describe_line(page, 1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
	describe_line(page, 1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
	for (size_t i = 0; i < n; i++)
		if (runs_here(pods[i], node->name))
			pod_line(page, pods[i], allocatable);
	describe_line(page, 0, "Allocated resources:");
	describe_line(page, 1, "(Total limits may be over 100 percent, i.e., overcommitted.)");
	describe_line(page, 1, "Resource\tRequests\tLimits");
	describe_line(page, 1, "--------\t--------\t------");
	for (size_t i = 0; i < sizeof resources / sizeof *resources; i++)
		if (i < 3 || value_get(allocatable, resources[i]))
			allocated_line(page, pods, n, node->name, resources[i], allocatable);
}

void
describe_node(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *status = value_get(object->root, "status");
	const struct value *addresses = value_get(status, "addresses"), *cidrs = value_get(spec, "podCIDRs");
	struct arena arena = ARENA_INIT;
	struct str text = STR_INIT;

	describe_line(page, 0, "Name:\t%s", object->name);
	roles_line(page, object);
	describe_labels(page, "Labels", value_get(object_meta(object), "labels"));
	describe_annotations(page, "Annotations", value_get(object_meta(object), "annotations"));
	describe_line(page, 0, "CreationTimestamp:\t%s",
		describe_time(&arena, value_get_text(object_meta(object), "creationTimestamp")));
	taints_lines(page, value_get(spec, "taints"));
	describe_line(page, 0, "Unschedulable:\t%s", value_get_bool(spec, "unschedulable", false) ? "true" : "false");
	lease_lines(page, object);
	conditions_table(page, value_get(status, "conditions"));
	describe_line(page, 0, "Addresses:");
	for (size_t i = 0; i < value_count(addresses); i++)
		describe_line(page, 1, "%s:\t%s", describe_text(value_at(addresses, i), "type", ""),
			describe_text(value_at(addresses, i), "address", ""));
	quantities(page, "Capacity", value_get(status, "capacity"));
	quantities(page, "Allocatable", value_get(status, "allocatable"));
	system_lines(page, value_get(status, "nodeInfo"));
	if (value_get_text(spec, "podCIDR"))
		describe_line(page, 0, "PodCIDR:\t%s", value_get_text(spec, "podCIDR"));
	for (size_t i = 0; i < value_count(cidrs); i++)
		str_addf(&text, "%s%s", i ? "," : "", value_text(value_at(cidrs, i)));
	if (text.len)
		describe_line(page, 0, "PodCIDRs:\t%s", text.buf);
	if (value_get_text(spec, "providerID"))
		describe_line(page, 0, "ProviderID:\t%s", value_get_text(spec, "providerID"));
	pods_tables(page, object);
	describe_events(page, object);
	str_release(&text);
	arena_release(&arena);
}

/* ---- Namespace ---- */

/* Why a namespace that is being deleted isn't gone yet. */
static void
namespace_conditions(struct describe *page, const struct value *conditions)
{
	struct arena arena = ARENA_INIT;

	if (value_count(conditions)) {
		describe_line(page, 0, "Conditions:");
		describe_line(page, 1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
		describe_line(page, 1, "----\t------\t------------------\t------\t-------");
	}
	for (size_t i = 0; i < value_count(conditions); i++) {
		const struct value *condition = value_at(conditions, i);

		describe_line(page, 1, "%s\t%s\t%s\t%s\t%s", describe_text(condition, "type", ""),
			describe_text(condition, "status", ""), describe_time(&arena, value_get_text(condition, "lastTransitionTime")),
			describe_text(condition, "reason", ""), describe_text(condition, "message", ""));
	}
	arena_release(&arena);
}

void
describe_namespace(struct describe *page, const struct object *object)
{
	size_t n;
	const struct object *const *quotas = store_list(page->kubectl->cluster->server.store, kind_by_kind("ResourceQuota"),
		object->name, &n);

	describe_meta(page, object);
	describe_line(page, 0, "Status:\t%s", describe_text(value_get(object->root, "status"), "phase", ""));
	namespace_conditions(page, value_path(object->root, "status.conditions"));
	if (!n)
		describe_line(page, 0, "\nNo resource quota.");
	else
		describe_line(page, 0, "\nResource Quotas");
	for (size_t i = 0; i < n; i++) {
		describe_line(page, 1, "Name:\t%s", quotas[i]->name);
		describe_quota_lines(page, 1, quotas[i]);
	}
	describe_line(page, 0, "\nNo LimitRange resource.");
}
