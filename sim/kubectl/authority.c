/*
 * Follows k8s.io/apiserver/pkg/endpoints/filters/impersonation.go and, for the rules, kube-apiserver's
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go.
 */
#include "kubectl/authority.h"

#include <string.h>

#define ADMIN_USER "kubernetes-admin"
#define ADMIN_GROUP "kubeadm:cluster-admins"
#define MASTERS "system:masters"
#define AUTHENTICATED "system:authenticated"
#define UNAUTHENTICATED "system:unauthenticated"
#define ANONYMOUS "system:anonymous"
#define ACCOUNT "system:serviceaccount:"
#define ACCOUNTS "system:serviceaccounts"

/* ---- who ---- */

static bool
is_in(const struct identity *identity, const char *group)
{
	for (size_t i = 0; i < identity->groups.n; i++)
		if (strcmp(identity->groups.v[i], group) == 0)
			return true;
	return false;
}

/* A service account is in the groups of all accounts, and of those of its namespace. */
static void
add_account_groups(struct identity *identity)
{
	const char *namespace = identity->user + sizeof ACCOUNT - 1, *colon = strchr(namespace, ':');

	if (!colon || colon == namespace || !colon[1])
		return;
	*vec_push(&identity->groups) = ACCOUNTS;
	*vec_push(&identity->groups) = arena_printf(&identity->arena, ACCOUNTS ":%.*s", (int)(colon - namespace), namespace);
}

void
identity_of(const struct flags *flags, struct identity *identity)
{
	const char *user = flag_string(flags, "as");

	*identity = (struct identity){ .arena = ARENA_INIT, .user = ADMIN_USER, .uid = flag_string(flags, "as-uid") };
	if (*user)
		identity->user = user;
	else
		*vec_push(&identity->groups) = ADMIN_GROUP;
	for (size_t i = 0; i < flag_count(flags, "as-group"); i++)
		*vec_push(&identity->groups) = flag_item(flags, "as-group", i);
	if (!flag_count(flags, "as-group") && str_starts(user, ACCOUNT))
		add_account_groups(identity);
	if (is_in(identity, UNAUTHENTICATED))
		return;
	if (strcmp(identity->user, ANONYMOUS) == 0)
		*vec_push(&identity->groups) = UNAUTHENTICATED;
	else if (!is_in(identity, AUTHENTICATED))
		*vec_push(&identity->groups) = AUTHENTICATED;
}

void
identity_release(struct identity *identity)
{
	vec_release(&identity->groups);
	arena_release(&identity->arena);
}

/* ---- what he may ---- */

static const struct {
	const char *groups[2];	/* either of them */
	struct authority_rule rule;
} rules[] = {
#define RESOURCE(group1, group2, resource, group, verb) { { group1, group2 }, { resource, group, NULL, verb } }
#define PATH(group1, group2, path, verb) { { group1, group2 }, { NULL, NULL, path, verb } }
	RESOURCE(ADMIN_GROUP, MASTERS, "*", "*", "*"),
	PATH(ADMIN_GROUP, MASTERS, "*", "*"),
	RESOURCE(AUTHENTICATED, NULL, "selfsubjectreviews", "authentication.k8s.io", "create"),
	RESOURCE(AUTHENTICATED, NULL, "selfsubjectaccessreviews", "authorization.k8s.io", "create"),
	RESOURCE(AUTHENTICATED, NULL, "selfsubjectrulesreviews", "authorization.k8s.io", "create"),
	PATH(ACCOUNTS, NULL, "/.well-known/openid-configuration/", "get"),
	PATH(ACCOUNTS, NULL, "/.well-known/openid-configuration", "get"),
	PATH(AUTHENTICATED, NULL, "/api/*", "get"),
	PATH(AUTHENTICATED, NULL, "/api", "get"),
	PATH(AUTHENTICATED, NULL, "/apis/*", "get"),
	PATH(AUTHENTICATED, NULL, "/apis", "get"),
	PATH(AUTHENTICATED, NULL, "/healthz", "get"),
	PATH(AUTHENTICATED, UNAUTHENTICATED, "/healthz", "get"),
	PATH(AUTHENTICATED, NULL, "/livez", "get"),
	PATH(AUTHENTICATED, UNAUTHENTICATED, "/livez", "get"),
	PATH(AUTHENTICATED, NULL, "/openapi/*", "get"),
	PATH(AUTHENTICATED, NULL, "/openapi", "get"),
	PATH(ACCOUNTS, NULL, "/openid/v1/jwks/", "get"),
	PATH(ACCOUNTS, NULL, "/openid/v1/jwks", "get"),
	PATH(AUTHENTICATED, NULL, "/readyz", "get"),
	PATH(AUTHENTICATED, UNAUTHENTICATED, "/readyz", "get"),
	PATH(AUTHENTICATED, NULL, "/version/", "get"),
	PATH(AUTHENTICATED, UNAUTHENTICATED, "/version/", "get"),
	PATH(AUTHENTICATED, NULL, "/version", "get"),
	PATH(AUTHENTICATED, UNAUTHENTICATED, "/version", "get"),
#undef RESOURCE
#undef PATH
};
#define NRULES (sizeof rules / sizeof *rules)

const struct authority_rule *
authority_rule(const struct identity *identity, size_t i)
{
	for (size_t row = 0; row < NRULES; row++) {
		const char *other = rules[row].groups[1];

		if ((is_in(identity, rules[row].groups[0]) || (other && is_in(identity, other))) && i-- == 0)
			return &rules[row].rule;
	}
	return NULL;
}

/* A star at the end stands for any rest. */
static bool
matches(const char *pattern, const char *text)
{
	size_t len = strlen(pattern);

	if (len && pattern[len - 1] == '*')
		return strncmp(pattern, text, len - 1) == 0;
	return strcmp(pattern, text) == 0;
}

bool
authority_allows(const struct identity *identity, const char *verb, const char *resource, const char *group, const char *path)
{
	const struct authority_rule *rule;

	for (size_t i = 0; (rule = authority_rule(identity, i)); i++) {
		if (!matches(rule->verb, verb) || !rule->path != !path)
			continue;
		if (path ? matches(rule->path, path) : matches(rule->resource, resource) && matches(rule->group, group))
			return true;
	}
	return false;
}
