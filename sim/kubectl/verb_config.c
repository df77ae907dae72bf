/*
 * kubectl config.  There is one cluster, one user and one context; what a person may change is the context's namespace.
 * Follows k8s.io/kubectl/pkg/cmd/config.
 */
#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "kubectl/failures.h"
#include "kubectl/print_output.h"
#include "kubectl/tabs.h"
#include "kubectl/verb_list.h"

#define CLUSTER_NAME "kubernetes"
#define USER_NAME "kubernetes-admin"

/* The kubeconfig as it is at first names the namespace too. */
static const char *
context_namespace(const struct kubectl *kubectl)
{
	return *kubectl->context_namespace ? *kubectl->context_namespace : "default";
}

/* ---- view ---- */

static const struct flag view_flags[] = {
	{ "flatten", 0, FLAG_BOOL, "false", "true", NULL, "Put the contents of files in their place." },
	{ "merge", 0, FLAG_BOOL, "true", "true", NULL, "Take all kubeconfig files together." },
	{ "minify", 0, FLAG_BOOL, "false", "true", NULL, "Only what the current context needs." },
	{ "raw", 0, FLAG_BOOL, "false", "true", NULL, "Show certificates and tokens." },
	FLAGS_END,
};
static const struct flag *const view_tables[] = { view_flags, output_flags, NULL };

static struct value *
named(struct arena *arena, struct value *root, const char *list, const char *key, const char *name)
{
	struct value *row = value_map(arena);

	value_append(arena, value_make_list(arena, root, list), row);
	value_set_text(arena, row, "name", name);
	return value_make_map(arena, row, key);
}

static struct value *
make_config(struct arena *arena, const struct kubectl *kubectl)
{
	struct value *root = value_map(arena), *map;

	value_set_text(arena, root, "kind", "Config");
	value_set_text(arena, root, "apiVersion", "v1");
	value_make_map(arena, root, "preferences");
	map = named(arena, root, "clusters", "cluster", CLUSTER_NAME);
	value_set_text(arena, map, "server", "https://127.0.0.1:6443");
	value_set_text(arena, map, "certificate-authority", "/etc/kubernetes/pki/ca.crt");
	map = named(arena, root, "users", "user", USER_NAME);
	value_set_text(arena, map, "token", "REDACTED");
	map = named(arena, root, "contexts", "context", KUBECTL_CONTEXT);
	value_set_text(arena, map, "cluster", CLUSTER_NAME);
	value_set_text(arena, map, "user", USER_NAME);
	if (*context_namespace(kubectl))
		value_set_text(arena, map, "namespace", context_namespace(kubectl));
	value_set_text(arena, root, "current-context", KUBECTL_CONTEXT);
	return root;
}

static int
view_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct arena arena = ARENA_INIT;
	struct output output;
	int status;

	if (output_parse(kubectl, flags, false, &output))
		return 1;
	status = output_print(kubectl, &output, make_config(&arena, kubectl), true);
	output_release(&output);
	arena_release(&arena);
	return status;
}

static const struct verb verb_view = {
	.name = "view",
	.aliases = "",
	.usage = "config view",
	.summary = "Show the kubeconfig",
	.help = "Shows the kubeconfig; secrets are left out.",
	.examples = "# The namespace of the current context\n"
		"kubectl config view --minify -o jsonpath='{.contexts[0].context.namespace}'",
	.flags = view_tables,
	.args = "",
	.run = view_run,
};

/* ---- contexts ---- */

static int
current_context_run(struct kubectl *kubectl, const struct flags *flags)
{
	(void)flags;
	sink_put(kubectl->io->out, KUBECTL_CONTEXT "\n");
	return 0;
}

static const struct verb verb_current_context = {
	.name = "current-context",
	.aliases = "",
	.usage = "config current-context",
	.summary = "Show the name of the current context",
	.help = "Shows the name of the current context.",
	.examples = "kubectl config current-context",
	.args = "",
	.run = current_context_run,
};

static const struct flag get_contexts_flags[] = {
	{ "no-headers", 0, FLAG_BOOL, "false", "true", NULL, "Leave out the line of column names." },
	{ "output", 'o', FLAG_STRING, "", NULL, "name", "name prints the names only." },
	FLAGS_END,
};
static const struct flag *const get_contexts_tables[] = { get_contexts_flags, NULL };

static int
get_contexts_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct str text = STR_INIT, aligned = STR_INIT;
	int status = 0;

	for (size_t i = 0; i < flags->nargs; i++)
		if (strcmp(flags->args[i], KUBECTL_CONTEXT) != 0)
			status = print_failure(kubectl->io, "context %s not found", flags->args[i]);
	if (!status && strcmp(flag_string(flags, "output"), "name") == 0) {
		str_add(&aligned, KUBECTL_CONTEXT "\n");
	} else if (!status) {
		if (!flag_bool(flags, "no-headers"))
			str_add(&text, "CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n");
		str_addf(&text, "*\t%s\t%s\t%s\t%s\n", KUBECTL_CONTEXT, CLUSTER_NAME, USER_NAME, context_namespace(kubectl));
		tabs_align(text.buf, TABS_TABLE, &aligned);
	}
	sink_write(kubectl->io->out, aligned.buf, aligned.len);
	str_release(&text);
	str_release(&aligned);
	return status;
}

static const struct verb verb_get_contexts = {
	.name = "get-contexts",
	.aliases = "",
	.usage = "config get-contexts [(-o|--output=)name)]",
	.summary = "Show the contexts",
	.help = "Shows the contexts of the kubeconfig.",
	.examples = "kubectl config get-contexts",
	.flags = get_contexts_tables,
	.args = "",
	.run = get_contexts_run,
};

static const struct flag set_context_flags[] = {
	{ "current", 0, FLAG_BOOL, "false", "true", NULL, "The current context." },
	FLAGS_END,
};
static const struct flag *const set_context_tables[] = { set_context_flags, NULL };

static int
set_context_run(struct kubectl *kubectl, const struct flags *flags)
{
	bool current = flag_bool(flags, "current");

	if (flags->nargs + current != 1)
		return print_failure(kubectl->io, current ? "you cannot specify both a context name and --current" :
			"you must specify a non-empty context name or --current");
	if (!current && strcmp(flags->args[0], KUBECTL_CONTEXT) != 0)
		return print_failure(kubectl->io, "there is one cluster here, and one context: " KUBECTL_CONTEXT);
	if (flag_given(flags, "namespace")) {
		free(*kubectl->context_namespace);
		*kubectl->context_namespace = xstrdup(flag_string(flags, "namespace"));
	}
	sink_put(kubectl->io->out, "Context \"" KUBECTL_CONTEXT "\" modified.\n");
	return 0;
}

static const struct verb verb_set_context = {
	.name = "set-context",
	.aliases = "",
	.usage = "config set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] "
		"[--namespace=namespace]",
	.summary = "Change a context",
	.help = "Changes a context of the kubeconfig: --namespace is what -n need not say any more.",
	.examples = "kubectl config set-context --current --namespace=store",
	.flags = set_context_tables,
	.args = "",
	.run = set_context_run,
};

static int
use_context_run(struct kubectl *kubectl, const struct flags *flags)
{
	if (flags->nargs != 1)
		return print_usage_error(kubectl->io, kubectl->command, "unexpected args: [%s]", flags->nargs ? flags->args[0] : "");
	if (strcmp(flags->args[0], KUBECTL_CONTEXT) != 0)
		return print_failure(kubectl->io, "no context exists with the name: \"%s\"", flags->args[0]);
	sink_put(kubectl->io->out, "Switched to context \"" KUBECTL_CONTEXT "\".\n");
	return 0;
}

static const struct verb verb_use_context = {
	.name = "use-context",
	.aliases = "use",
	.usage = "config use-context CONTEXT_NAME",
	.summary = "Change to another context",
	.help = "Makes a context the current one.",
	.examples = "kubectl config use-context " KUBECTL_CONTEXT,
	.args = "",
	.run = use_context_run,
};

/* ---- lists of names ---- */

static int
get_clusters_run(struct kubectl *kubectl, const struct flags *flags)
{
	(void)flags;
	sink_put(kubectl->io->out, "NAME\n" CLUSTER_NAME "\n");
	return 0;
}

static const struct verb verb_get_clusters = {
	.name = "get-clusters",
	.aliases = "",
	.usage = "config get-clusters",
	.summary = "Show the clusters",
	.help = "Shows the clusters of the kubeconfig.",
	.examples = "kubectl config get-clusters",
	.args = "",
	.run = get_clusters_run,
};

static int
get_users_run(struct kubectl *kubectl, const struct flags *flags)
{
	(void)flags;
	sink_put(kubectl->io->out, "NAME\n" USER_NAME "\n");
	return 0;
}

static const struct verb verb_get_users = {
	.name = "get-users",
	.aliases = "",
	.usage = "config get-users",
	.summary = "Show the users",
	.help = "Shows the users of the kubeconfig.",
	.examples = "kubectl config get-users",
	.args = "",
	.run = get_users_run,
};

static const struct verb *const config_subverbs[] = {
	&verb_current_context, &verb_get_clusters, &verb_get_contexts, &verb_get_users, &verb_set_context, &verb_use_context,
	&verb_view, NULL,
};

const struct verb verb_config = {
	.name = "config",
	.aliases = "",
	.usage = "config SUBCOMMAND",
	.summary = "Show and change the kubeconfig",
	.help = "Shows and changes the kubeconfig: which cluster, as whom, and in which namespace.",
	.examples = "",
	.subverbs = config_subverbs,
	.args = "",
	.run = run_subverb_missing,
};
