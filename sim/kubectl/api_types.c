/* What discovery says (k8s.io/client-go/discovery), and how words are looked up in it (k8s.io/client-go/restmapper). */
#include "kubectl/api_types.h"

#include <stdlib.h>
#include <string.h>

#include "control/usage.h"
#include "server/component.h"

#define ALL_VERBS "create,delete,deletecollection,get,list,patch,update,watch"

static const struct api_type others[] = {
	{ "bindings", "", "", "v1", true, "Binding", "create", "", "binding" },
	{ "apiservices", "", "apiregistration.k8s.io", "v1", false, "APIService", ALL_VERBS, "api-extensions",
		"apiservice" },
	{ "selfsubjectreviews", "", "authentication.k8s.io", "v1", false, "SelfSubjectReview",
		"create", "", "selfsubjectreview" },
	{ "tokenreviews", "", "authentication.k8s.io", "v1", false, "TokenReview", "create", "", "tokenreview" },
	{ "localsubjectaccessreviews", "", "authorization.k8s.io", "v1", true, "LocalSubjectAccessReview",
		"create", "", "localsubjectaccessreview" },
	{ "selfsubjectaccessreviews", "", "authorization.k8s.io", "v1", false, "SelfSubjectAccessReview",
		"create", "", "selfsubjectaccessreview" },
	{ "selfsubjectrulesreviews", "", "authorization.k8s.io", "v1", false, "SelfSubjectRulesReview",
		"create", "", "selfsubjectrulesreview" },
	{ "subjectaccessreviews", "", "authorization.k8s.io", "v1", false, "SubjectAccessReview",
		"create", "", "subjectaccessreview" },
	{ "certificatesigningrequests", "csr", "certificates.k8s.io", "v1", false, "CertificateSigningRequest", ALL_VERBS, "",
		"certificatesigningrequest" },
	{ "leases", "", "coordination.k8s.io", "v1", true, "Lease", ALL_VERBS, "", "lease" },
	{ "events", "ev", "events.k8s.io", "v1", true, "Event", ALL_VERBS, "", "event" },
	{ "flowschemas", "", "flowcontrol.apiserver.k8s.io", "v1", false, "FlowSchema", ALL_VERBS, "", "flowschema" },
	{ "prioritylevelconfigurations", "", "flowcontrol.apiserver.k8s.io", "v1", false, "PriorityLevelConfiguration", ALL_VERBS, "",
		"prioritylevelconfiguration" },
	{ "clusterrolebindings", "", "rbac.authorization.k8s.io", "v1", false, "ClusterRoleBinding", ALL_VERBS, "",
		"clusterrolebinding" },
	{ "clusterroles", "", "rbac.authorization.k8s.io", "v1", false, "ClusterRole", ALL_VERBS, "", "clusterrole" },
	{ "rolebindings", "", "rbac.authorization.k8s.io", "v1", true, "RoleBinding", ALL_VERBS, "", "rolebinding" },
	{ "roles", "", "rbac.authorization.k8s.io", "v1", true, "Role", ALL_VERBS, "", "role" },
	{ "priorityclasses", "pc", "scheduling.k8s.io", "v1", false, "PriorityClass", ALL_VERBS, "", "priorityclass" },
	{ "csinodes", "", "storage.k8s.io", "v1", false, "CSINode", ALL_VERBS, "", "csinode" },
};

#define NOTHERS (sizeof others / sizeof *others)

/* There as soon as a metrics server is. */
static const struct api_type measured[] = {
	{ "nodes", "", "metrics.k8s.io", "v1beta1", false, "NodeMetrics", "get,list", "", "" },
	{ "pods", "", "metrics.k8s.io", "v1beta1", true, "PodMetrics", "get,list", "", "" },
};
#define NMEASURED (sizeof measured / sizeof *measured)

static struct api_type
row_of_kind(const struct kind *kind)
{
	const char *some = strcmp(kind->kind, "Namespace") == 0 ? "create,delete,get,list,patch,update,watch" :
		component_is_kind(kind) ? "get,list" : ALL_VERBS;

	return (struct api_type){ kind->plural, kind->shorts, kind->group, kind->version, kind->namespaced, kind->kind,
		some, kind->categories, kind->singular };
}

int
api_type_compare(const void *a, const void *b)
{
	const struct api_type *left = a, *right = b;
	int order = strcmp(left->group, right->group);

	return order ? order : strcmp(left->name, right->name);
}

bool
api_list_has(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list) {
		size_t n = strcspn(list, ",");

		if (n == len && strncmp(list, word, len) == 0)
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

struct api_type *
api_types(const struct kubectl *kubectl, size_t *n)
{
	struct api_type *rows;
	size_t empty = 0;

	while (empty_kinds[empty].kind)
		empty++;
	rows = xcalloc(NOTHERS + NMEASURED + kind_count() + empty, sizeof *rows);

	memcpy(rows, others, sizeof others);
	*n = NOTHERS;
	for (size_t i = 0; metrics_of(kubectl->cluster->server.store) != METRICS_ABSENT && i < NMEASURED; i++)
		rows[(*n)++] = measured[i];
	for (const struct kind *kind = kinds; kind->kind; kind++)
		if (server_serves(&kubectl->cluster->server, kind))
			rows[(*n)++] = row_of_kind(kind);
	for (size_t i = 0; i < empty; i++)
		rows[(*n)++] = row_of_kind(&empty_kinds[i]);
	qsort(rows, *n, sizeof *rows, api_type_compare);
	return rows;
}

static bool
is_called(const struct api_type *type, const char *word)
{
	return strcmp(type->name, word) == 0 || strcmp(type->singular, word) == 0 || api_list_has(type->shorts, word);
}

/* version NULL: any */
static bool
find(const struct api_type *types, size_t n, const char *word, const char *version, const char *group, struct api_type *out)
{
	for (size_t i = 0; i < n; i++)
		if (is_called(&types[i], word) && (!version || strcmp(types[i].version, version) == 0) &&
		    str_starts(types[i].group, group)) {
			*out = types[i];
			return true;
		}
	return false;
}

bool
api_type_find(const struct kubectl *kubectl, const char *word, struct api_type *out)
{
	char *name = xstrdup(word), *group, *second;
	size_t n;
	struct api_type *types = api_types(kubectl, &n);
	bool found = false;

	for (char *c = name; *c; c++)
		*c = (char)ascii_tolower((unsigned char)*c);
	group = strchr(name, '.');
	if (group)
		*group++ = '\0';
	second = group ? strchr(group, '.') : NULL;
	if (second) {
		*second = '\0';
		found = find(types, n, name, group, second + 1, out);
		*second = '.';
	}
	if (!found)
		found = find(types, n, name, NULL, group ? group : "", out);
	free(types);
	free(name);
	return found;
}
