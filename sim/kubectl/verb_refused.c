/*
 * Verbs of kubectl whose objects or means the model doesn't have: they are known, their flags are read, and they say
 * what is missing, as the API server itself does of kinds that it doesn't hold.
 */
#include "kubectl/failures.h"
#include "kubectl/help.h"
#include "kubectl/manifest.h"
#include "kubectl/print_output.h"
#include "kubectl/typed.h"
#include "kubectl/verb_create.h"
#include "kubectl/verb_list.h"

static int
refuse(struct kubectl *kubectl, const char *resource, const char *why)
{
	return print_failure(kubectl->io, "the server doesn't have a resource type \"%s\": %s", resource, why);
}

/* ---- create of kinds that aren't held ---- */

static const struct flag rule_flags[] = {
	{ "aggregation-rule", 0, FLAG_STRING, "", NULL, NULL, "Roles to take together, by label." },
	{ "clusterrole", 0, FLAG_STRING, "", NULL, NULL, "The ClusterRole to bind." },
	{ "group", 0, FLAG_ARRAY, NULL, NULL, NULL, "A group to bind to." },
	{ "non-resource-url", 0, FLAG_STRINGS, NULL, NULL, NULL, "A path to allow." },
	{ "resource", 0, FLAG_STRINGS, NULL, NULL, NULL, "A type to allow." },
	{ "resource-name", 0, FLAG_ARRAY, NULL, NULL, NULL, "An object to allow." },
	{ "role", 0, FLAG_STRING, "", NULL, NULL, "The Role to bind." },
	{ "serviceaccount", 0, FLAG_ARRAY, NULL, NULL, NULL, "A service account to bind to, NAMESPACE:NAME." },
	{ "user", 0, FLAG_ARRAY, NULL, NULL, NULL, "A user to bind to." },
	{ "verb", 0, FLAG_STRINGS, NULL, NULL, NULL, "A verb to allow." },
	FLAGS_END,
};
static const struct flag *const rule_tables[] = { rule_flags, CREATE_TABLES, NULL };

#define NO_RULES "there are no users and rules in this model, everything is allowed"

#define RULE_VERB(id, word, resource) \
	static int \
	create_##id##_run(struct kubectl *kubectl, const struct flags *flags) \
	{ \
		return typed_name_argument(kubectl, flags) ? refuse(kubectl, resource, NO_RULES) : 1; \
	} \
	const struct verb verb_create_##id = { \
		.name = word, \
		.aliases = "", \
		.usage = "create " word " NAME", \
		.summary = "Not here: roles are not held", \
		.help = "Refused: " NO_RULES ".", \
		.examples = "", \
		.flags = rule_tables, \
		.args = "", \
		.run = create_##id##_run, \
	};

RULE_VERB(clusterrole, "clusterrole", "clusterroles")
RULE_VERB(clusterrolebinding, "clusterrolebinding", "clusterrolebindings")
RULE_VERB(role, "role", "roles")
RULE_VERB(rolebinding, "rolebinding", "rolebindings")

static const struct flag priority_flags[] = {
	{ "description", 0, FLAG_STRING, "", NULL, NULL, "What it is for." },
	{ "global-default", 0, FLAG_BOOL, "false", "true", NULL, "Of pods that name none." },
	{ "preemption-policy", 0, FLAG_STRING, "PreemptLowerPriority", NULL, NULL, "Whether pods of it push others away." },
	{ "value", 0, FLAG_INT, "0", NULL, NULL, "The priority." },
	FLAGS_END,
};
static const struct flag *const priority_tables[] = { priority_flags, CREATE_TABLES, NULL };

static int
create_priorityclass_run(struct kubectl *kubectl, const struct flags *flags)
{
	if (!typed_name_argument(kubectl, flags))
		return 1;
	return refuse(kubectl, "priorityclasses", "pods have no classes of priority in this model");
}

const struct verb verb_create_priorityclass = {
	.name = "priorityclass",
	.aliases = "pc",
	.usage = "create priorityclass NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
	.summary = "Not here: priority classes are not held",
	.help = "Refused: pods have no classes of priority in this model.",
	.examples = "",
	.flags = priority_tables,
	.args = "",
	.run = create_priorityclass_run,
};

static const struct flag token_flags[] = {
	{ "audience", 0, FLAG_ARRAY, NULL, NULL, NULL, "Who is to trust it." },
	{ "bound-object-kind", 0, FLAG_STRING, "", NULL, NULL, "Kind of an object that it lives with." },
	{ "bound-object-name", 0, FLAG_STRING, "", NULL, NULL, "Name of that object." },
	{ "bound-object-uid", 0, FLAG_STRING, "", NULL, NULL, "UID of that object." },
	{ "duration", 0, FLAG_DURATION, "0s", NULL, NULL, "How long it is good." },
	FLAGS_END,
};
static const struct flag *const token_tables[] = { token_flags, output_flags, NULL };

static int
create_token_run(struct kubectl *kubectl, const struct flags *flags)
{
	const struct kind *kind = kind_by_kind("ServiceAccount");
	const char *name = typed_name_argument(kubectl, flags);

	if (!name)
		return 1;
	if (!store_get(kubectl->cluster->server.store, kind, kubectl->namespace, name))
		return print_failure(kubectl->io, "failed to create token: serviceaccounts \"%s\" not found", name);
	return print_failure(kubectl->io, "failed to create token: nobody signs tokens in this model, and nobody asks for one");
}

const struct verb verb_create_token = {
	.name = "token",
	.aliases = "",
	.usage = "create token SERVICE_ACCOUNT_NAME",
	.summary = "Not here: nobody signs tokens",
	.help = "Refused: nobody signs tokens in this model, and nobody asks for one.",
	.examples = "",
	.flags = token_tables,
	.args = "name:serviceaccount",
	.run = create_token_run,
};

/* ---- certificate ---- */

static const struct flag certificate_flags[] = {
	{ "force", 0, FLAG_BOOL, "false", "true", NULL, "Say it again of one that was decided so already." },
	FLAGS_END,
};
static const struct flag *const certificate_tables[] = { certificate_flags, output_flags, filename_flags, NULL };

#define REQUESTS "certificatesigningrequests.certificates.k8s.io"

/* None is ever there, so what is named is not found. */
static int
certificate_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct manifests manifests = MANIFESTS_INIT;
	struct failures failures = FAILURES_INIT;
	struct output output;

	if (output_parse(kubectl, flags, false, &output))
		return 1;
	output_release(&output);
	if (!flags->nargs && !manifests_given(flags))
		return print_failure(kubectl->io, "one or more CSRs must be specified as <name> or -f <filename>");
	manifests_read(kubectl, flags, false, &manifests, &failures);
	for (size_t i = 0; i < manifests.list.n; i++)
		failures_add(&failures, "can only handle CertificateSigningRequest.certificates.k8s.io objects, got %s%s%s",
			manifests.list.v[i].kind->kind, *manifests.list.v[i].kind->group ? "." : "", manifests.list.v[i].kind->group);
	for (size_t i = 0; i < flags->nargs; i++) {
		struct status status = STATUS_INIT;

		(void)status_set(&status, STATUS_NOT_FOUND, REQUESTS " \"%s\" not found", flags->args[i]);
		failures_add_status(&failures, &status, "");
	}
	manifests_release(&manifests);
	return failures_print(&failures, kubectl->io);
}

#define CERTIFICATE_VERB(id) \
	static const struct verb verb_certificate_##id = { \
		.name = #id, \
		.aliases = "", \
		.usage = "certificate " #id " (-f FILENAME | NAME)", \
		.summary = "Decide about a request for a certificate; there are none here", \
		.help = "Decides about a request for a certificate; certificates are not modelled, so there are no requests.", \
		.examples = "", \
		.flags = certificate_tables, \
		.args = "", \
		.run = certificate_run, \
	};

CERTIFICATE_VERB(approve)
CERTIFICATE_VERB(deny)

static const struct verb *const certificate_subverbs[] = { &verb_certificate_approve, &verb_certificate_deny, NULL };

/* Unlike other verbs with subverbs it answers with its help to whatever it is asked. */
static int
certificate_help(struct kubectl *kubectl, const struct flags *flags)
{
	struct str text = STR_INIT;

	(void)flags;
	help_print(kubectl->verb, kubectl->command, &text);
	sink_write(kubectl->io->out, text.buf, text.len);
	str_release(&text);
	return 0;
}

const struct verb verb_certificate = {
	.name = "certificate",
	.aliases = "",
	.usage = "certificate SUBCOMMAND",
	.summary = "Approve or deny certificates",
	.help = "Approves or denies requests for certificates, which the model doesn't hold.",
	.examples = "",
	.subverbs = certificate_subverbs,
	.args = "",
	.run = certificate_help,
	.asks = ASKS_THE_SERVER,
};

/* ---- proxy ---- */

static const struct flag proxy_flags[] = {
	{ "accept-hosts", 0, FLAG_STRING, "^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$", NULL, NULL, "Hosts to answer." },
	{ "accept-paths", 0, FLAG_STRING, "^.*", NULL, NULL, "Paths to answer." },
	{ "address", 0, FLAG_STRING, "127.0.0.1", NULL, NULL, "Address to listen on." },
	{ "api-prefix", 0, FLAG_STRING, "/", NULL, NULL, "Where the API stands." },
	{ "append-server-path", 0, FLAG_BOOL, "false", "true", NULL, "Take over the path of the server's address." },
	{ "disable-filter", 0, FLAG_BOOL, "false", "true", NULL, "Answer everybody." },
	{ "keepalive", 0, FLAG_DURATION, "0s", NULL, NULL, "How long a connection is kept." },
	{ "port", 'p', FLAG_INT, "8001", NULL, NULL, "Port to listen on." },
	{ "reject-methods", 0, FLAG_STRING, "^$", NULL, NULL, "Methods to refuse." },
	{ "reject-paths", 0, FLAG_STRING, "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach", NULL, NULL, "Paths to refuse." },
	{ "unix-socket", 'u', FLAG_STRING, "", NULL, NULL, "A socket to listen on." },
	{ "www", 'w', FLAG_STRING, "", NULL, "@file", "A folder to show." },
	{ "www-prefix", 'P', FLAG_STRING, "/static/", NULL, NULL, "Where it stands." },
	FLAGS_END,
};
static const struct flag *const proxy_tables[] = { proxy_flags, NULL };

#define PROXY_PORT 8001

/* Of what stops it only what the line itself says is told. */
static int
proxy_run(struct kubectl *kubectl, const struct flags *flags)
{
	int64_t port = flag_int(flags, "port");

	if (port != PROXY_PORT && *flag_string(flags, "unix-socket"))
		return print_failure(kubectl->io, "cannot set --unix-socket and --port at the same time");
	if (port < 0 || port > UINT16_MAX)
		return print_failure(kubectl->io, "listen tcp: address %lld: invalid port", (long long)port);
	return print_failure(kubectl->io, "the API server of this cluster is not reached by HTTP: use kubectl get --raw PATH, and "
		"kubectl port-forward for a Service");
}

const struct verb verb_proxy = {
	.name = "proxy",
	.aliases = "",
	.usage = "proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
	.summary = "Offer the API on a port (refused here)",
	.help = "Refused: the API server of this cluster is not reached by HTTP.  kubectl get --raw PATH answers instead.",
	.examples = "kubectl get --raw /api/v1/namespaces/default/services",
	.flags = proxy_tables,
	.args = "",
	.run = proxy_run,
	.asks = ASKS_THE_SERVER,
};
