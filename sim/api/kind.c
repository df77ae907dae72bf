/*
 * The table of kinds and the ways to find a row.  Rows stand in the order in which kubectl api-resources lists them
 * (core first, then the groups, each by plural), which is also the order of `get all`.  Words are matched as kubectl's
 * RESTMapper matches them (k8s.io/apimachinery/pkg/api/meta/restmapper.go and client-go/restmapper/shortcut.go): plural
 * and singular in any case, short names only as they are, a group also by its beginning.
 */
#include "api/kind.h"

#include <stdio.h>
#include <string.h>

#include "svcsim/mem.h"
#include "svcsim/str.h"

/*
 * kind, group, version, plural, singular, short names, categories, namespaced, schema type; CUSTOM: a kind that a cluster
 * has by its CustomResourceDefinition, with the other versions that it is served in
 */
#define KINDS(X, CUSTOM) \
	X(ComponentStatus, "", "v1", "componentstatuses", "componentstatus", "cs", "", false, "core.v1.ComponentStatus") \
	X(ConfigMap, "", "v1", "configmaps", "configmap", "cm", "", true, "core.v1.ConfigMap") \
	X(Endpoints, "", "v1", "endpoints", "endpoints", "ep", "", true, "core.v1.Endpoints") \
	X(Event, "", "v1", "events", "event", "ev", "", true, "core.v1.Event") \
	X(Namespace, "", "v1", "namespaces", "namespace", "ns", "", false, "core.v1.Namespace") \
	X(Node, "", "v1", "nodes", "node", "no", "", false, "core.v1.Node") \
	X(Pod, "", "v1", "pods", "pod", "po", "all", true, "core.v1.Pod") \
	X(ReplicationController, "", "v1", "replicationcontrollers", "replicationcontroller", "rc", "all", true, \
	  "core.v1.ReplicationController") \
	X(ResourceQuota, "", "v1", "resourcequotas", "resourcequota", "quota", "", true, "core.v1.ResourceQuota") \
	X(Secret, "", "v1", "secrets", "secret", "", "", true, "core.v1.Secret") \
	X(ServiceAccount, "", "v1", "serviceaccounts", "serviceaccount", "sa", "", true, "core.v1.ServiceAccount") \
	X(Service, "", "v1", "services", "service", "svc", "all", true, "core.v1.Service") \
	X(CustomResourceDefinition, "apiextensions.k8s.io", "v1", "customresourcedefinitions", "customresourcedefinition", \
	  "crd,crds", "api-extensions", false, "apiextensions.v1.CustomResourceDefinition") \
	X(ControllerRevision, "apps", "v1", "controllerrevisions", "controllerrevision", "", "", true, "apps.v1.ControllerRevision") \
	X(DaemonSet, "apps", "v1", "daemonsets", "daemonset", "ds", "all", true, "apps.v1.DaemonSet") \
	X(Deployment, "apps", "v1", "deployments", "deployment", "deploy", "all", true, "apps.v1.Deployment") \
	X(ReplicaSet, "apps", "v1", "replicasets", "replicaset", "rs", "all", true, "apps.v1.ReplicaSet") \
	X(StatefulSet, "apps", "v1", "statefulsets", "statefulset", "sts", "all", true, "apps.v1.StatefulSet") \
	X(HorizontalPodAutoscaler, "autoscaling", "v2", "horizontalpodautoscalers", "horizontalpodautoscaler", "hpa", \
	  "all", true, "autoscaling.v2.HorizontalPodAutoscaler") \
	X(CronJob, "batch", "v1", "cronjobs", "cronjob", "cj", "all", true, "batch.v1.CronJob") \
	X(Job, "batch", "v1", "jobs", "job", "", "all", true, "batch.v1.Job") \
	X(EndpointSlice, "discovery.k8s.io", "v1", "endpointslices", "endpointslice", "", "", true, \
	  "discovery.v1.EndpointSlice") \
	CUSTOM(GatewayClass, "gateway.networking.k8s.io", "v1", "gatewayclasses", "gatewayclass", "gc", "gateway-api", false, \
	       "gateway.v1.GatewayClass", "v1beta1") \
	CUSTOM(Gateway, "gateway.networking.k8s.io", "v1", "gateways", "gateway", "gtw", "gateway-api", true, \
	       "gateway.v1.Gateway", "v1beta1") \
	CUSTOM(GRPCRoute, "gateway.networking.k8s.io", "v1", "grpcroutes", "grpcroute", "", "gateway-api", true, \
	       "gateway.v1.GRPCRoute", "") \
	CUSTOM(HTTPRoute, "gateway.networking.k8s.io", "v1", "httproutes", "httproute", "", "gateway-api", true, \
	       "gateway.v1.HTTPRoute", "v1beta1") \
	CUSTOM(ReferenceGrant, "gateway.networking.k8s.io", "v1beta1", "referencegrants", "referencegrant", "refgrant", \
	       "gateway-api", true, "gateway.v1.ReferenceGrant", "") \
	X(IngressClass, "networking.k8s.io", "v1", "ingressclasses", "ingressclass", "", "", false, \
	  "networking.v1.IngressClass") \
	X(Ingress, "networking.k8s.io", "v1", "ingresses", "ingress", "ing", "", true, "networking.v1.Ingress") \
	X(NetworkPolicy, "networking.k8s.io", "v1", "networkpolicies", "networkpolicy", "netpol", "", true, \
	  "networking.v1.NetworkPolicy") \
	X(PodDisruptionBudget, "policy", "v1", "poddisruptionbudgets", "poddisruptionbudget", "pdb", "", true, \
	  "policy.v1.PodDisruptionBudget")

enum {
#define KIND_INDEX(kind, ...) KIND_##kind,
	KINDS(KIND_INDEX, KIND_INDEX)
#undef KIND_INDEX
	KIND_ROWS
};
_Static_assert(KIND_ROWS <= KIND_COUNT_MAX, "arrays by kind are too short");

const struct kind kinds[] = {
#define KIND_ROW(kind, group, version, plural, singular, shorts, categories, namespaced, type) \
	{ #kind, group, version, plural, singular, shorts, categories, namespaced, type, false, "", KIND_##kind },
#define CUSTOM_ROW(kind, group, version, plural, singular, shorts, categories, namespaced, type, also) \
	{ #kind, group, version, plural, singular, shorts, categories, namespaced, type, true, also, KIND_##kind },
	KINDS(KIND_ROW, CUSTOM_ROW)
#undef CUSTOM_ROW
#undef KIND_ROW
	{ .index = KIND_ROWS },
};

/* kind, group, plural, singular, short names, categories, namespaced: of what a fresh kubeadm cluster has no object */
#define EMPTY_KINDS(X) \
	X(LimitRange, "", "limitranges", "limitrange", "limits", "", true) \
	X(PersistentVolumeClaim, "", "persistentvolumeclaims", "persistentvolumeclaim", "pvc", "", true) \
	X(PersistentVolume, "", "persistentvolumes", "persistentvolume", "pv", "", false) \
	X(PodTemplate, "", "podtemplates", "podtemplate", "", "", true) \
	X(MutatingWebhookConfiguration, "admissionregistration.k8s.io", "mutatingwebhookconfigurations", \
	  "mutatingwebhookconfiguration", "", "api-extensions", false) \
	X(ValidatingAdmissionPolicy, "admissionregistration.k8s.io", "validatingadmissionpolicies", \
	  "validatingadmissionpolicy", "", "api-extensions", false) \
	X(ValidatingAdmissionPolicyBinding, "admissionregistration.k8s.io", "validatingadmissionpolicybindings", \
	  "validatingadmissionpolicybinding", "", "api-extensions", false) \
	X(ValidatingWebhookConfiguration, "admissionregistration.k8s.io", "validatingwebhookconfigurations", \
	  "validatingwebhookconfiguration", "", "api-extensions", false) \
	X(RuntimeClass, "node.k8s.io", "runtimeclasses", "runtimeclass", "", "", false) \
	X(CSIDriver, "storage.k8s.io", "csidrivers", "csidriver", "", "", false) \
	X(CSIStorageCapacity, "storage.k8s.io", "csistoragecapacities", "csistoragecapacity", "", "", true) \
	X(StorageClass, "storage.k8s.io", "storageclasses", "storageclass", "sc", "", false) \
	X(VolumeAttachment, "storage.k8s.io", "volumeattachments", "volumeattachment", "", "", false)

/* Their place in arrays by kind is one that stays empty. */
_Static_assert(KIND_ROWS < KIND_COUNT_MAX, "there is no place left for kinds without objects");
const struct kind empty_kinds[] = {
#define EMPTY_ROW(kind, group, plural, singular, shorts, categories, namespaced) \
	{ #kind, group, "v1", plural, singular, shorts, categories, namespaced, "", false, "", KIND_COUNT_MAX - 1 },
	EMPTY_KINDS(EMPTY_ROW)
#undef EMPTY_ROW
	{ .index = KIND_COUNT_MAX - 1 },
};

size_t
kind_count(void)
{
	return KIND_ROWS;
}

/* Whether list, words parted by commas, holds the len characters at word. */
static bool
list_has(const char *list, const char *word, size_t len)
{
	while (*list) {
		size_t n = strcspn(list, ",");

		if (n == len && !memcmp(list, word, len))
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

static bool
same_word(const char *name, const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!name[i] || name[i] != ascii_tolower((unsigned char)word[i]))
			return false;
	}
	return !name[len];
}

/* The first row of that name in a group: exactly it, or beginning with it.  group NULL: in any; version NULL: any. */
static const struct kind *
find(const struct kind *table, const char *word, size_t len, const char *version, size_t version_len, const char *group, bool exact)
{
	for (const struct kind *k = table; k->kind; k++) {
		if (group && (exact ? strcmp(k->group, group) != 0 : !str_starts(k->group, group)))
			continue;
		if (version && !list_has(k->version, version, version_len) && !list_has(k->also, version, version_len))
			continue;
		if (same_word(k->plural, word, len) || same_word(k->singular, word, len) ||
			list_has(k->shorts, word, len))
			return k;
	}
	return NULL;
}

static const struct kind *
by_name(const struct kind *table, const char *word)
{
	size_t len = strcspn(word, ".");
	const char *rest = word + len + 1, *dot;
	const struct kind *found;

	if (!len)
		return NULL;
	if (!word[len])
		return find(table, word, len, NULL, 0, NULL, false);
	dot = strchr(rest, '.');
	if (dot && (found = find(table, word, len, rest, (size_t)(dot - rest), dot + 1, true)))
		return found;
	if ((found = find(table, word, len, NULL, 0, rest, true)))
		return found;
	return find(table, word, len, NULL, 0, rest, false);
}

const struct kind *
kind_by_name(const char *word)
{
	return by_name(kinds, word);
}

const struct kind *
kind_empty_by_name(const char *word)
{
	return by_name(empty_kinds, word);
}

bool
kind_has_version(const struct kind *kind, const char *api_version)
{
	const char *slash = strchr(api_version, '/'), *version = slash ? slash + 1 : api_version;
	size_t len = slash ? (size_t)(slash - api_version) : 0;

	return strlen(kind->group) == len && !memcmp(kind->group, api_version, len) &&
		(!strcmp(kind->version, version) || list_has(kind->also, version, strlen(version)));
}

const struct kind *
kind_by_gvk(const char *api_version, const char *kind)
{
	for (const struct kind *k = kinds; k->kind; k++) {
		if (!strcmp(k->kind, kind) && kind_has_version(k, api_version))
			return k;
	}
	return NULL;
}

const struct kind *
kind_by_kind(const char *kind)
{
	for (const struct kind *k = kinds; k->kind; k++) {
		if (!strcmp(k->kind, kind))
			return k;
	}
	BUG("no kind %s", kind);
}

const char *
kind_api_version(const struct kind *kind, char buf[static 64])
{
	snprintf(buf, 64, "%s%s%s", kind->group, *kind->group ? "/" : "", kind->version);
	return buf;
}

const char *
kind_qualified(const struct kind *kind, char buf[static 96])
{
	snprintf(buf, 96, "%s%s%s", kind->singular, *kind->group ? "." : "", kind->group);
	return buf;
}

const char *
kind_resource(const struct kind *kind, char buf[static 96])
{
	snprintf(buf, 96, "%s%s%s", kind->plural, *kind->group ? "." : "", kind->group);
	return buf;
}
