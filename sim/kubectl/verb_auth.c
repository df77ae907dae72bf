/*
 * kubectl auth can-i; follows k8s.io/kubectl/pkg/cmd/auth/cani.go.  The cluster holds no roles, so the administrator may
 * do everything, and whoever is asked for by --as, nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "api/kind.h"
#include "kubectl/failures.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"

static const struct flag can_i_flags[] = {
	{ "list", 0, FLAG_BOOL, "false", "true", NULL, "Show everything that is allowed." },
	{ "no-headers", 0, FLAG_BOOL, "false", "true", NULL, "Leave the headings out." },
	{ "quiet", 'q', FLAG_BOOL, "false", "true", NULL, "Answer by the exit status alone." },
	{ "subresource", 0, FLAG_STRING, "", NULL, NULL, "A part of the kind, such as log or scale." },
	FLAGS_END,
};
static const struct flag *const can_i_tables[] = { can_i_flags, all_namespaces_flag, NULL };

static const char *const resource_verbs[] = {
	"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "impersonate", "*",
	"approve", "sign", "escalate", "attest", NULL,
};
static const char *const path_verbs[] = { "get", "put", "post", "head", "options", "delete", "patch", "*", NULL };
static const char *const other_resources[] = { "*", "users", "groups", NULL };	/* that no server lists */

static bool
is_in(const char *const *list, const char *word)
{
	while (*list && strcmp(*list, word) != 0)
		list++;
	return *list;
}

/* The word is TYPE or TYPE/NAME; what is odd about it is only said. */
static void
warn_of_type(struct kubectl *kubectl, const struct flags *flags, const char *word)
{
	char *type = xstrndup(word, strcspn(word, "/"));
	const struct kind *kind;

	for (char *c = type; *c; c++)
		*c = (char)ascii_tolower((unsigned char)*c);
	kind = kubectl_kind(kubectl, type);
	if (!kind && !is_in(other_resources, type))
		sink_printf(kubectl->io->err, "Warning: the server doesn't have a resource type '%s'\n\n", type);
	else if (kind && !kind->namespaced && !flag_bool(flags, "all-namespaces"))
		sink_printf(kubectl->io->err, "Warning: resource '%s' is not namespace scoped%s%s%s\n\n", kind->plural,
			*kind->group ? " in group '" : "", kind->group, *kind->group ? "'" : "");
	free(type);
}

static int
can_i_run(struct kubectl *kubectl, const struct flags *flags)
{
	bool allowed = !*flag_string(flags, "as"), path;

	if (flag_bool(flags, "list"))
		return print_failure(kubectl->io, flags->nargs ? "list option must be specified with no arguments"
			: "the cluster holds no roles: there is nothing to list");
	if (flags->nargs != 2)
		return print_failure(kubectl->io, "you must specify two arguments: verb resource or verb resource/resourceName.\n"
			"See 'kubectl auth can-i -h' for help and examples.");
	path = flags->args[1][0] == '/';
	if (path && *flag_string(flags, "subresource"))
		return print_failure(kubectl->io, "--subresource can not be used with NonResourceURL");
	if (!path)
		warn_of_type(kubectl, flags, flags->args[1]);
	if (!is_in(path ? path_verbs : resource_verbs, flags->args[0]))
		sink_printf(kubectl->io->err, "Warning: verb '%s' is not a known verb\n\n", flags->args[0]);
	if (flag_bool(flags, "no-headers"))
		return print_failure(kubectl->io, "--no-headers cannot be set without --list specified");
	if (!flag_bool(flags, "quiet"))
		sink_put(kubectl->io->out, allowed ? "yes\n" : "no\n");
	return allowed ? 0 : 1;
}

static const struct verb verb_can_i = {
	.name = "can-i",
	.aliases = "",
	.usage = "auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
	.summary = "Ask whether something is allowed",
	.help = "Says whether a verb on a kind is allowed: yes or no.",
	.examples = "kubectl auth can-i create services",
	.flags = can_i_tables,
	.args = "",
	.run = can_i_run,
};

static const struct verb *const auth_subverbs[] = { &verb_can_i, NULL };

const struct verb verb_auth = {
	.name = "auth",
	.aliases = "",
	.usage = "auth",
	.summary = "Ask what is allowed",
	.help = "Asks what is allowed.",
	.examples = "",
	.subverbs = auth_subverbs,
	.args = "",
	.run = run_subverb_missing,
	.asks = ASKS_THE_SERVER,
};
