/* Columns of the cluster itself, of what pods are given, and of what happened. */
#include "kubectl/columns.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/event_text.h"
#include "kubectl/format.h"

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
	CELL_OF("AGE", cell_age),
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
	CELL_OF("AGE", cell_age),
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
	CELL_OF("AGE", cell_age),
	END,
};

static const struct column secret_columns[] = {
	NAME,
	TEXT("TYPE", "type", ""),
	CELL_OF("DATA", data_count),
	CELL_OF("AGE", cell_age),
	END,
};

static const struct column serviceaccount_columns[] = {
	NAME,
	CELL_OF("SECRETS", secrets_count),
	CELL_OF("AGE", cell_age),
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
	CELL_OF("AGE", cell_age),
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

static const struct column crd_columns[] = {
	NAME,
	TEXT("CREATED AT", "metadata.creationTimestamp", ""),
	END,
};

const struct column_table columns_cluster[] = {
	{ "Node", node_columns },
	{ "Namespace", namespace_columns },
	{ "ComponentStatus", componentstatus_columns },
	{ "ConfigMap", configmap_columns },
	{ "Secret", secret_columns },
	{ "ServiceAccount", serviceaccount_columns },
	{ "ResourceQuota", resourcequota_columns },
	{ "Event", event_columns },
	{ "CustomResourceDefinition", crd_columns },
	{ NULL, NULL },
};
