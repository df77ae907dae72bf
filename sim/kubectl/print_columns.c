/*
 * The server's table columns, one table a kind, one function a cell; follows
 * k8s.io/kubernetes/pkg/printers/internalversion/printers.go (v1.32).  A column without a function is the name.
 */
#include <stdlib.h>
#include <string.h>

#include "api/printer_columns.h"
#include "base/clock.h"
#include "kubectl/event_text.h"
#include "kubectl/format.h"
#include "kubectl/pod_text.h"
#include "kubectl/print_table.h"
#include "svcsim/vec.h"

#define CELL(name) static void name(const struct value *root, int64_t now, struct str *out)
#define SPEC(name) value_path(root, "spec." name)
#define STATUS(name) value_path(root, "status." name)

/* Rows: what stands at a path (or the text where nothing does), and what a function makes. */
#define NAME { "NAME", false, NULL, NULL, NULL }
#define TEXT(name, path, otherwise) { name, false, path, otherwise, NULL }
#define WIDE_TEXT(name, path, otherwise) { name, true, path, otherwise, NULL }
#define CELL_OF(name, function) { name, false, NULL, NULL, function }
#define WIDE_CELL_OF(name, function) { name, true, NULL, NULL, function }
#define END { NULL, false, NULL, NULL, NULL }

static const char *
or_none(const char *text)
{
	return text && *text ? text : "<none>";
}

CELL(age)
{
	format_age(value_text(value_path(root, "metadata.creationTimestamp")), now, out);
}

/* Workloads */

static void
join_containers(const struct value *template, const char *field, struct str *out)
{
	const struct value *containers = value_path(template, "spec.containers");
	size_t start = out->len;

	for (size_t i = 0; i < value_count(containers); i++) {
		const char *text = value_get_text(value_at(containers, i), field);

		format_join(out, start, ",");
		str_add(out, text ? text : "");
	}
}

CELL(containers)
{
	(void)now;
	join_containers(SPEC("template"), "name", out);
}

CELL(images)
{
	(void)now;
	join_containers(SPEC("template"), "image", out);
}

CELL(workload_selector)
{
	(void)now;
	format_label_selector(SPEC("selector"), out);
}

CELL(plain_selector)
{
	(void)now;
	format_labels(SPEC("selector"), out);
}

static int64_t
number_at(const struct value *root, const char *path)
{
	const struct value *value = value_path(root, path);

	return value && value->type == VALUE_INT ? value->integer : 0;
}

CELL(ready_of_desired)
{
	(void)now;
	str_addf(out, "%lld/%lld", (long long)number_at(root, "status.readyReplicas"),
		(long long)number_at(root, "spec.replicas"));
}

CELL(node_selector)
{
	(void)now;
	format_labels(SPEC("template.spec.nodeSelector"), out);
}

static const struct column deployment_columns[] = {
	NAME,
	CELL_OF("READY", ready_of_desired),
	TEXT("UP-TO-DATE", "status.updatedReplicas", "0"),
	TEXT("AVAILABLE", "status.availableReplicas", "0"),
	CELL_OF("AGE", age),
	WIDE_CELL_OF("CONTAINERS", containers),
	WIDE_CELL_OF("IMAGES", images),
	WIDE_CELL_OF("SELECTOR", workload_selector),
	END,
};

static const struct column replicaset_columns[] = {
	NAME,
	TEXT("DESIRED", "spec.replicas", "0"),
	TEXT("CURRENT", "status.replicas", "0"),
	TEXT("READY", "status.readyReplicas", "0"),
	CELL_OF("AGE", age),
	WIDE_CELL_OF("CONTAINERS", containers),
	WIDE_CELL_OF("IMAGES", images),
	WIDE_CELL_OF("SELECTOR", workload_selector),
	END,
};

static const struct column replicationcontroller_columns[] = {
	NAME,
	TEXT("DESIRED", "spec.replicas", "0"),
	TEXT("CURRENT", "status.replicas", "0"),
	TEXT("READY", "status.readyReplicas", "0"),
	CELL_OF("AGE", age),
	WIDE_CELL_OF("CONTAINERS", containers),
	WIDE_CELL_OF("IMAGES", images),
	WIDE_CELL_OF("SELECTOR", plain_selector),
	END,
};

static const struct column scale_columns[] = {
	NAME,
	TEXT("DESIRED", "spec.replicas", "0"),
	TEXT("AVAILABLE", "status.replicas", "0"),
	CELL_OF("AGE", age),
	END,
};

static const struct column statefulset_columns[] = {
	NAME,
	CELL_OF("READY", ready_of_desired),
	CELL_OF("AGE", age),
	WIDE_CELL_OF("CONTAINERS", containers),
	WIDE_CELL_OF("IMAGES", images),
	END,
};

static const struct column daemonset_columns[] = {
	NAME,
	TEXT("DESIRED", "status.desiredNumberScheduled", "0"),
	TEXT("CURRENT", "status.currentNumberScheduled", "0"),
	TEXT("READY", "status.numberReady", "0"),
	TEXT("UP-TO-DATE", "status.updatedNumberScheduled", "0"),
	TEXT("AVAILABLE", "status.numberAvailable", "0"),
	CELL_OF("NODE SELECTOR", node_selector),
	CELL_OF("AGE", age),
	WIDE_CELL_OF("CONTAINERS", containers),
	WIDE_CELL_OF("IMAGES", images),
	WIDE_CELL_OF("SELECTOR", workload_selector),
	END,
};

CELL(job_status)
{
	static const char *const types[] = { "Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet" };
	const struct value *conditions = STATUS("conditions");

	(void)now;
	for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
		for (size_t i = 0; i < value_count(conditions); i++) {
			const char *type = value_get_text(value_at(conditions, i), "type");
			const char *status = value_get_text(value_at(conditions, i), "status");

			if (type && status && strcmp(type, types[t]) == 0 && strcmp(status, "True") == 0) {
				str_add(out, types[t]);
				return;
			}
		}
	}
	str_add(out, value_path(root, "metadata.deletionTimestamp") ? "Terminating" : "Running");
}

CELL(job_completions)
{
	const struct value *completions = SPEC("completions");
	int64_t parallelism = value_get_int(value_get(root, "spec"), "parallelism", 0);

	(void)now;
	str_addf(out, "%lld", (long long)number_at(root, "status.succeeded"));
	if (completions)
		str_addf(out, "/%lld", (long long)completions->integer);
	else
		str_addf(out, parallelism > 1 ? "/1 of %lld" : "/1", (long long)parallelism);
}

CELL(job_duration)
{
	const char *start = value_text(STATUS("startTime"));
	const char *end = value_text(STATUS("completionTime"));
	int64_t when;

	if (!start)
		return;
	format_age(start, end && clock_parse(end, &when) ? when : now, out);
}

static const struct column job_columns[] = {
	NAME,
	CELL_OF("STATUS", job_status),
	CELL_OF("COMPLETIONS", job_completions),
	CELL_OF("DURATION", job_duration),
	CELL_OF("AGE", age),
	WIDE_CELL_OF("CONTAINERS", containers),
	WIDE_CELL_OF("IMAGES", images),
	WIDE_CELL_OF("SELECTOR", workload_selector),
	END,
};

CELL(cron_suspend)
{
	(void)now;
	str_add(out, value_get_bool(value_get(root, "spec"), "suspend", false) ? "True" : "False");
}

CELL(cron_active)
{
	(void)now;
	str_addf(out, "%zu", value_count(STATUS("active")));
}

CELL(cron_last)
{
	const char *last = value_text(STATUS("lastScheduleTime"));

	if (last)
		format_age(last, now, out);
	else
		str_add(out, "<none>");
}

CELL(cron_containers)
{
	(void)now;
	join_containers(SPEC("jobTemplate.spec.template"), "name", out);
}

CELL(cron_images)
{
	(void)now;
	join_containers(SPEC("jobTemplate.spec.template"), "image", out);
}

CELL(cron_selector)
{
	(void)now;
	format_label_selector(SPEC("jobTemplate.spec.selector"), out);
}

static const struct column cronjob_columns[] = {
	NAME,
	TEXT("SCHEDULE", "spec.schedule", ""),
	TEXT("TIMEZONE", "spec.timeZone", "<none>"),
	CELL_OF("SUSPEND", cron_suspend),
	CELL_OF("ACTIVE", cron_active),
	CELL_OF("LAST SCHEDULE", cron_last),
	CELL_OF("AGE", age),
	WIDE_CELL_OF("CONTAINERS", cron_containers),
	WIDE_CELL_OF("IMAGES", cron_images),
	WIDE_CELL_OF("SELECTOR", cron_selector),
	END,
};

/* Pods */

CELL(pod_ready)
{
	struct pod_text text = pod_text_of(root);

	(void)now;
	str_addf(out, "%d/%d", text.ready, text.containers);
	pod_text_release(&text);
}

CELL(pod_status)
{
	struct pod_text text = pod_text_of(root);

	(void)now;
	str_add(out, text.status);
	pod_text_release(&text);
}

CELL(pod_restarts)
{
	struct pod_text text = pod_text_of(root);

	str_addf(out, "%lld", (long long)text.restarts);
	if (text.restarts && text.last_restart) {
		str_add(out, " (");
		format_age(text.last_restart, now, out);
		str_add(out, " ago)");
	}
	pod_text_release(&text);
}

CELL(pod_gates)
{
	const struct value *gates = SPEC("readinessGates");
	size_t n = value_count(gates), met = 0;

	(void)now;
	for (size_t i = 0; i < n; i++)
		met += pod_condition_is(root, value_get_text(value_at(gates, i), "conditionType"), "True");
	if (n)
		str_addf(out, "%zu/%zu", met, n);
	else
		str_add(out, "<none>");
}

static const struct column pod_columns[] = {
	NAME,
	CELL_OF("READY", pod_ready),
	CELL_OF("STATUS", pod_status),
	CELL_OF("RESTARTS", pod_restarts),
	CELL_OF("AGE", age),
	WIDE_TEXT("IP", "status.podIP", "<none>"),
	WIDE_TEXT("NODE", "spec.nodeName", "<none>"),
	WIDE_TEXT("NOMINATED NODE", "status.nominatedNodeName", "<none>"),
	WIDE_CELL_OF("READINESS GATES", pod_gates),
	END,
};

/* Services and what they select */

static int
by_text(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

/* The balancer's addresses, sorted, each once. */
static void
add_ingress(const struct value *ingress, struct str *out)
{
	size_t n = value_count(ingress), start = out->len;
	const char **texts = xcalloc(n + 1, sizeof *texts);

	for (size_t i = 0; i < n; i++) {
		const char *ip = value_get_text(value_at(ingress, i), "ip");
		const char *hostname = value_get_text(value_at(ingress, i), "hostname");

		texts[i] = ip && *ip ? ip : hostname ? hostname : "";
	}
	qsort(texts, n, sizeof *texts, by_text);
	for (size_t i = 0; i < n; i++) {
		if (!*texts[i] || (i && strcmp(texts[i], texts[i - 1]) == 0))
			continue;
		format_join(out, start, ",");
		str_add(out, texts[i]);
	}
	free(texts);
}

CELL(service_external)
{
	const char *type = value_text(SPEC("type"));
	const struct value *external = SPEC("externalIPs");
	size_t start = out->len;
	bool balanced = type && strcmp(type, "LoadBalancer") == 0;

	(void)now;
	if (type && strcmp(type, "ExternalName") == 0) {
		format_scalar(SPEC("externalName"), out);
		return;
	}
	if (balanced)
		add_ingress(STATUS("loadBalancer.ingress"), out);
	for (size_t i = 0; i < value_count(external); i++) {
		format_join(out, start, ",");
		format_scalar(value_at(external, i), out);
	}
	if (out->len == start)
		str_add(out, balanced ? "<pending>" : "<none>");
}

CELL(service_ports)
{
	const struct value *ports = SPEC("ports");

	(void)now;
	for (size_t i = 0; i < value_count(ports); i++) {
		const struct value *port = value_at(ports, i);
		int64_t node_port = value_get_int(port, "nodePort", 0);

		str_addf(out, "%s%lld", i ? "," : "", (long long)value_get_int(port, "port", 0));
		if (node_port > 0)
			str_addf(out, ":%lld", (long long)node_port);
		str_addf(out, "/%s", value_get_text(port, "protocol") ? value_get_text(port, "protocol") : "");
	}
	if (!value_count(ports))
		str_add(out, "<none>");
}

static const struct column service_columns[] = {
	NAME,
	TEXT("TYPE", "spec.type", ""),
	TEXT("CLUSTER-IP", "spec.clusterIPs[0]", "<none>"),
	CELL_OF("EXTERNAL-IP", service_external),
	CELL_OF("PORT(S)", service_ports),
	CELL_OF("AGE", age),
	WIDE_CELL_OF("SELECTOR", plain_selector),
	END,
};

static void
list_subset(const struct value *subset, const struct value *port, struct format_list *list)
{
	const struct value *addresses = value_get(subset, "addresses");

	for (size_t i = 0; i < value_count(addresses); i++) {
		const char *ip = value_get_text(value_at(addresses, i), "ip");
		struct str *out = format_list_next(list);

		if (!out)
			continue;
		if (port)
			format_host_port(ip ? ip : "", value_get_int(port, "port", 0), out);
		else
			str_add(out, ip ? ip : "");
	}
}

CELL(endpoints_list)
{
	const struct value *subsets = value_get(root, "subsets");
	struct format_list list = { out, out->len, 0 };

	(void)now;
	for (size_t i = 0; i < value_count(subsets); i++) {
		const struct value *subset = value_at(subsets, i);
		const struct value *ports = value_get(subset, "ports");

		if (!value_count(ports))
			list_subset(subset, NULL, &list);
		for (size_t j = 0; j < value_count(ports); j++)
			list_subset(subset, value_at(ports, j), &list);
	}
	format_list_end(&list);
	if (!value_count(subsets))
		str_add(out, "<none>");
}

static const struct column endpoints_columns[] = {
	NAME,
	CELL_OF("ENDPOINTS", endpoints_list),
	CELL_OF("AGE", age),
	END,
};

CELL(slice_ports)
{
	const struct value *ports = value_get(root, "ports");
	struct format_list list = { out, out->len, 0 };

	(void)now;
	for (size_t i = 0; i < value_count(ports); i++) {
		const struct value *port = value_at(ports, i);
		const struct value *number = value_get(port, "port");
		struct str *next = format_list_next(&list);

		if (next && number)
			format_scalar(number, next);
		else if (next)
			str_add(next, value_get_text(port, "name") && !number ? value_get_text(port, "name") : "*");
	}
	format_list_end(&list);
	if (!value_count(ports))
		str_add(out, "<unset>");
}

CELL(slice_endpoints)
{
	const struct value *endpoints = value_get(root, "endpoints");
	struct format_list list = { out, out->len, 0 };

	(void)now;
	for (size_t i = 0; i < value_count(endpoints); i++) {
		const struct value *addresses = value_get(value_at(endpoints, i), "addresses");

		for (size_t j = 0; j < value_count(addresses); j++) {
			struct str *next = format_list_next(&list);

			if (next)
				format_scalar(value_at(addresses, j), next);
		}
	}
	format_list_end(&list);
	if (!list.count)
		str_add(out, "<unset>");
}

static const struct column endpointslice_columns[] = {
	NAME,
	TEXT("ADDRESSTYPE", "addressType", ""),
	CELL_OF("PORTS", slice_ports),
	CELL_OF("ENDPOINTS", slice_endpoints),
	CELL_OF("AGE", age),
	END,
};

/* The cluster */

CELL(node_status)
{
	const struct value *conditions = STATUS("conditions");
	const char *ready_status = NULL;

	(void)now;
	for (size_t i = 0; i < value_count(conditions); i++) {
		const char *type = value_get_text(value_at(conditions, i), "type");

		if (type && strcmp(type, "Ready") == 0)
			ready_status = value_get_text(value_at(conditions, i), "status");
	}
	str_add(out, !ready_status ? "Unknown" : strcmp(ready_status, "True") == 0 ? "Ready" : "NotReady");
	if (value_get_bool(value_get(root, "spec"), "unschedulable", false))
		str_add(out, ",SchedulingDisabled");
}

CELL(node_roles)
{
	static const char prefix[] = "node-role.kubernetes.io/";
	size_t n, start = out->len;
	const struct value_entry **labels = format_sorted(value_path(root, "metadata.labels"), &n);

	(void)now;
	for (size_t i = 0; i < n; i++) {
		bool old = strcmp(labels[i]->key, "kubernetes.io/role") == 0;

		if (!old && !str_starts(labels[i]->key, prefix))
			continue;
		format_join(out, start, ",");
		if (old)
			format_scalar(labels[i]->value, out);
		else
			str_add(out, labels[i]->key + sizeof prefix - 1);
	}
	free(labels);
	if (out->len == start)
		str_add(out, "<none>");
}

static void
add_node_address(const struct value *root, const char *wanted, struct str *out)
{
	const struct value *addresses = STATUS("addresses");

	for (size_t i = 0; i < value_count(addresses); i++) {
		const char *type = value_get_text(value_at(addresses, i), "type");

		if (type && strcmp(type, wanted) == 0) {
			format_scalar(value_get(value_at(addresses, i), "address"), out);
			return;
		}
	}
	str_add(out, "<none>");
}

CELL(node_internal)
{
	(void)now;
	add_node_address(root, "InternalIP", out);
}

CELL(node_external)
{
	(void)now;
	add_node_address(root, "ExternalIP", out);
}

static const struct column node_columns[] = {
	NAME,
	CELL_OF("STATUS", node_status),
	CELL_OF("ROLES", node_roles),
	CELL_OF("AGE", age),
	TEXT("VERSION", "status.nodeInfo.kubeletVersion", ""),
	WIDE_CELL_OF("INTERNAL-IP", node_internal),
	WIDE_CELL_OF("EXTERNAL-IP", node_external),
	WIDE_TEXT("OS-IMAGE", "status.nodeInfo.osImage", "<unknown>"),
	WIDE_TEXT("KERNEL-VERSION", "status.nodeInfo.kernelVersion", "<unknown>"),
	WIDE_TEXT("CONTAINER-RUNTIME", "status.nodeInfo.containerRuntimeVersion", "<unknown>"),
	END,
};

static const struct column namespace_columns[] = {
	NAME,
	TEXT("STATUS", "status.phase", ""),
	CELL_OF("AGE", age),
	END,
};

CELL(data_count)
{
	(void)now;
	str_addf(out, "%zu", value_count(value_get(root, "data")) + value_count(value_get(root, "binaryData")));
}

CELL(secrets_count)
{
	(void)now;
	str_addf(out, "%zu", value_count(value_get(root, "secrets")));
}

CELL(component_health)
{
	const char *status = value_text(value_path(root, "conditions[0].status"));

	(void)now;
	str_add(out, !status ? "Unknown" : strcmp(status, "True") == 0 ? "Healthy" : "Unhealthy");
}

static const struct column componentstatus_columns[] = {
	NAME,
	CELL_OF("STATUS", component_health),
	TEXT("MESSAGE", "conditions[0].message", ""),
	TEXT("ERROR", "conditions[0].error", ""),
	END,
};

static const struct column configmap_columns[] = {
	NAME,
	CELL_OF("DATA", data_count),
	CELL_OF("AGE", age),
	END,
};

static const struct column secret_columns[] = {
	NAME,
	TEXT("TYPE", "type", ""),
	CELL_OF("DATA", data_count),
	CELL_OF("AGE", age),
	END,
};

static const struct column serviceaccount_columns[] = {
	NAME,
	CELL_OF("SECRETS", secrets_count),
	CELL_OF("AGE", age),
	END,
};

static void
add_quota(const struct value *root, bool limits, struct str *out)
{
	size_t n, start = out->len;
	const struct value_entry **hard = format_sorted(STATUS("hard"), &n);

	for (size_t i = 0; i < n; i++) {
		if (str_starts(hard[i]->key, "limits.") != limits)
			continue;
		format_join(out, start, ", ");
		str_addf(out, "%s: ", hard[i]->key);
		format_scalar(value_get(STATUS("used"), hard[i]->key), out);
		str_add(out, "/");
		format_scalar(hard[i]->value, out);
	}
	free(hard);
}

CELL(quota_request)
{
	(void)now;
	add_quota(root, false, out);
}

CELL(quota_limit)
{
	(void)now;
	add_quota(root, true, out);
}

static const struct column resourcequota_columns[] = {
	NAME,
	CELL_OF("AGE", age),
	CELL_OF("REQUEST", quota_request),
	CELL_OF("LIMIT", quota_limit),
	END,
};

/* Events */

CELL(event_last)
{
	format_age(event_last_time(root), now, out);
}

CELL(event_first)
{
	format_age(event_first_time(root), now, out);
}

CELL(event_times)
{
	(void)now;
	str_addf(out, "%lld", (long long)event_count(root));
}

CELL(event_object)
{
	const char *kind = value_text(value_path(root, "involvedObject.kind"));

	(void)now;
	for (; kind && *kind; kind++)
		str_addch(out, (char)ascii_tolower((unsigned char)*kind));
	str_add(out, "/");
	format_scalar(value_path(root, "involvedObject.name"), out);
}

CELL(event_source)
{
	const char *component = value_text(value_path(root, "source.component"));
	const char *host = value_text(value_path(root, "source.host"));

	(void)now;
	if (!component)
		component = value_get_text(root, "reportingComponent");
	if (!host)
		host = value_get_text(root, "reportingInstance");
	str_add(out, component ? component : "");
	if (host && *host)
		str_addf(out, ", %s", host);
}

static const struct column event_columns[] = {
	CELL_OF("LAST SEEN", event_last),
	TEXT("TYPE", "type", ""),
	TEXT("REASON", "reason", ""),
	CELL_OF("OBJECT", event_object),
	WIDE_TEXT("SUBOBJECT", "involvedObject.fieldPath", ""),
	WIDE_CELL_OF("SOURCE", event_source),
	TEXT("MESSAGE", "message", ""),
	WIDE_CELL_OF("FIRST SEEN", event_first),
	WIDE_CELL_OF("COUNT", event_times),
	{ "NAME", true, NULL, NULL, NULL },
	END,
};

/* Networking */

CELL(policy_selector)
{
	(void)now;
	format_label_selector(SPEC("podSelector"), out);
}

static const struct column networkpolicy_columns[] = {
	NAME,
	CELL_OF("POD-SELECTOR", policy_selector),
	CELL_OF("AGE", age),
	END,
};

CELL(ingress_class)
{
	const char *old = value_get_text(value_path(root, "metadata.annotations"), "kubernetes.io/ingress.class");
	const char *class = value_text(SPEC("ingressClassName"));

	(void)now;
	str_add(out, or_none(class ? class : old));
}

CELL(ingress_hosts)
{
	const struct value *rules = SPEC("rules");
	struct format_list list = { out, out->len, 0 };

	(void)now;
	for (size_t i = 0; i < value_count(rules); i++) {
		const char *host = value_get_text(value_at(rules, i), "host");
		struct str *next = host && *host ? format_list_next(&list) : NULL;

		if (next)
			str_add(next, host);
	}
	format_list_end(&list);
	if (!list.count)
		str_add(out, "*");
}

CELL(ingress_address)
{
	(void)now;
	add_ingress(STATUS("loadBalancer.ingress"), out);
}

CELL(ingress_ports)
{
	(void)now;
	str_add(out, value_count(SPEC("tls")) ? "80, 443" : "80");
}

static const struct column ingress_columns[] = {
	NAME,
	CELL_OF("CLASS", ingress_class),
	CELL_OF("HOSTS", ingress_hosts),
	CELL_OF("ADDRESS", ingress_address),
	CELL_OF("PORTS", ingress_ports),
	CELL_OF("AGE", age),
	END,
};

CELL(class_parameters)
{
	const struct value *parameters = SPEC("parameters");
	const char *group = value_get_text(parameters, "apiGroup");

	(void)now;
	if (!parameters) {
		str_add(out, "<none>");
		return;
	}
	format_scalar(value_get(parameters, "kind"), out);
	str_addf(out, "%s%s/", group ? "." : "", group ? group : "");
	format_scalar(value_get(parameters, "name"), out);
}

static const struct column ingressclass_columns[] = {
	NAME,
	TEXT("CONTROLLER", "spec.controller", ""),
	CELL_OF("PARAMETERS", class_parameters),
	CELL_OF("AGE", age),
	END,
};

CELL(revision_controller)
{
	const struct value *owners = value_path(root, "metadata.ownerReferences");
	char buf[96];

	(void)now;
	for (size_t i = 0; i < value_count(owners); i++) {
		const struct value *owner = value_at(owners, i);
		const struct kind *kind = kind_by_gvk(value_get_text(owner, "apiVersion"), value_get_text(owner, "kind"));

		if (!kind || !value_get_bool(owner, "controller", false))
			continue;
		str_addf(out, "%s/%s", kind_qualified(kind, buf), value_get_text(owner, "name"));
		return;
	}
	str_add(out, "<none>");
}

static const struct column controllerrevision_columns[] = {
	NAME,
	CELL_OF("CONTROLLER", revision_controller),
	TEXT("REVISION", "revision", "0"),
	CELL_OF("AGE", age),
	END,
};

static const struct column poddisruptionbudget_columns[] = {
	NAME,
	TEXT("MIN AVAILABLE", "spec.minAvailable", "N/A"),
	TEXT("MAX UNAVAILABLE", "spec.maxUnavailable", "N/A"),
	TEXT("ALLOWED DISRUPTIONS", "status.disruptionsAllowed", "0"),
	CELL_OF("AGE", age),
	END,
};

CELL(hpa_reference)
{
	(void)now;
	format_scalar(SPEC("scaleTargetRef.kind"), out);
	str_add(out, "/");
	format_scalar(SPEC("scaleTargetRef.name"), out);
}

/* Where a type of metric keeps what it is about; averages of those that know no other way are not marked. */
static const struct metric_row {
	const char *type, *field;
	bool named, marks_average;
} metric_rows[] = {
	{ "External", "external", false, true },
	{ "Pods", "pods", false, false },
	{ "Object", "object", false, true },
	{ "Resource", "resource", true, false },
	{ "ContainerResource", "containerResource", true, false },
};

static void
add_amount(const struct value *value, const char *otherwise, struct str *out)
{
	if (value)
		format_scalar(value, out);
	else
		str_add(out, otherwise);
}

/* "cpu: 12%/80%", "<unknown>/10" */
static void
add_metric(const struct metric_row *row, const struct value *spec, const struct value *status, struct str *out)
{
	const struct value *source = value_get(spec, row->field), *now = value_get(status, row->field);
	bool average = value_path(source, "target.averageValue") || strcmp(row->type, "Pods") == 0;
	bool percent = row->named && !average;
	const char *field = percent ? "averageUtilization" : average ? "averageValue" : "value";
	const struct value *current = value_get(value_get(now, "current"), field);
	const struct value *target = value_get(value_get(source, "target"), field);

	if (row->named)
		str_addf(out, "%s: ", value_get_text(source, "name") ? value_get_text(source, "name") : "");
	add_amount(current, "<unknown>", out);
	str_addf(out, "%s/", percent && current ? "%" : "");
	add_amount(target, percent ? "<auto>" : "0", out);
	str_add(out, percent && target ? "%" : average && row->marks_average ? " (avg)" : "");
}

/* The first two. */
CELL(hpa_targets)
{
	const struct value *metrics = SPEC("metrics"), *status = value_path(root, "status.currentMetrics");
	size_t n = value_count(metrics);

	(void)now;
	for (size_t i = 0; i < n && i < 2; i++) {
		const char *type = value_get_text(value_at(metrics, i), "type");

		format_join(out, 0, ", ");
		for (size_t j = 0; type && j < sizeof metric_rows / sizeof *metric_rows; j++)
			if (strcmp(metric_rows[j].type, type) == 0)
				add_metric(&metric_rows[j], value_at(metrics, i), value_at(status, i), out);
	}
	if (n > 2)
		str_addf(out, " + %zu more...", n - 2);
	if (!n)
		str_add(out, "<none>");
}

static const struct column hpa_columns[] = {
	NAME,
	CELL_OF("REFERENCE", hpa_reference),
	CELL_OF("TARGETS", hpa_targets),
	TEXT("MINPODS", "spec.minReplicas", "<unset>"),
	TEXT("MAXPODS", "spec.maxReplicas", "0"),
	TEXT("REPLICAS", "status.currentReplicas", "0"),
	CELL_OF("AGE", age),
	END,
};

/* Custom resources: the columns of their definitions */

#define CUSTOM_string(name, path, priority) { name, (priority) > 0, path, "", NULL },
#define CUSTOM_date(name, path, priority) { name, (priority) > 0, NULL, NULL, age },
#define CUSTOM(type, name, path, priority) CUSTOM_##type(name, path, priority)

static const struct column gateway_columns[] = { NAME, PRINTER_COLUMNS_GATEWAY(CUSTOM) END };
static const struct column gatewayclass_columns[] = { NAME, PRINTER_COLUMNS_GATEWAYCLASS(CUSTOM) END };
static const struct column grpcroute_columns[] = { NAME, PRINTER_COLUMNS_GRPCROUTE(CUSTOM) END };
static const struct column httproute_columns[] = { NAME, PRINTER_COLUMNS_HTTPROUTE(CUSTOM) END };

static const struct column crd_columns[] = {
	NAME,
	TEXT("CREATED AT", "metadata.creationTimestamp", ""),
	END,
};

const struct column plain_columns[] = {
	NAME,
	CELL_OF("AGE", age),
	END,
};

static const struct {
	const char *kind;
	const struct column *columns;
} tables[] = {
	{ "Pod", pod_columns },
	{ "Service", service_columns },
	{ "Endpoints", endpoints_columns },
	{ "EndpointSlice", endpointslice_columns },
	{ "Deployment", deployment_columns },
	{ "ReplicaSet", replicaset_columns },
	{ "ReplicationController", replicationcontroller_columns },
	{ "Scale", scale_columns },
	{ "StatefulSet", statefulset_columns },
	{ "DaemonSet", daemonset_columns },
	{ "Job", job_columns },
	{ "CronJob", cronjob_columns },
	{ "Node", node_columns },
	{ "Namespace", namespace_columns },
	{ "ComponentStatus", componentstatus_columns },
	{ "ConfigMap", configmap_columns },
	{ "Secret", secret_columns },
	{ "ServiceAccount", serviceaccount_columns },
	{ "ResourceQuota", resourcequota_columns },
	{ "Event", event_columns },
	{ "NetworkPolicy", networkpolicy_columns },
	{ "Ingress", ingress_columns },
	{ "IngressClass", ingressclass_columns },
	{ "ControllerRevision", controllerrevision_columns },
	{ "PodDisruptionBudget", poddisruptionbudget_columns },
	{ "HorizontalPodAutoscaler", hpa_columns },
	{ "CustomResourceDefinition", crd_columns },
	{ "Gateway", gateway_columns },
	{ "GatewayClass", gatewayclass_columns },
	{ "GRPCRoute", grpcroute_columns },
	{ "HTTPRoute", httproute_columns },
};

const struct column *
columns_of(const struct kind *kind)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (strcmp(tables[i].kind, kind->kind) == 0)
			return tables[i].columns;
	return plain_columns;
}
