/*
 * kubectl cp and plugin, of which only what can be said without copying or looking for programs is here.  Follows
 * k8s.io/kubectl/pkg/cmd/cp/cp.go and cmd/plugin/plugin.go.
 */
#include <string.h>

#include "kubectl/failures.h"
#include "kubectl/verb_list.h"

static const struct flag cp_flags[] = {
	{ "container", 'c', FLAG_STRING, "", NULL, "@container", "The container; the first one when it is not given." },
	{ "no-preserve", 0, FLAG_BOOL, "false", "true", NULL, "Don't keep owner and permissions." },
	{ "retries", 0, FLAG_INT, "0", NULL, NULL, "How often to try again; negative for ever." },
	FLAGS_END,
};
static const struct flag *const cp_tables[] = { cp_flags, NULL };

static int
cp_run(struct kubectl *kubectl, const struct flags *flags)
{
	size_t remote = 0;

	if (flags->nargs != 2)
		return print_failure(kubectl->io, "source and destination are required");
	for (size_t i = 0; i < flags->nargs; i++)
		remote += strchr(flags->args[i], ':') != NULL;
	if (!remote)
		return print_failure(kubectl->io, "one of src or dest must be a remote file specification");
	if (remote == 2)
		return print_failure(kubectl->io, "one of src or dest must be a local file specification");
	return print_failure(kubectl->io, "files are not copied to or from containers here; `kubectl exec` reads and writes them");
}

const struct verb verb_cp = {
	.name = "cp",
	.aliases = "",
	.usage = "cp <file-spec-src> <file-spec-dest>",
	.summary = "Copy files to and from containers (refused here)",
	.help = "Copies files to and from containers; the simulated cluster refuses it.",
	.examples = "kubectl exec web -- cat /etc/resolv.conf",
	.flags = cp_tables,
	.args = "copy",
	.run = cp_run,
};

static int
plugin_list_run(struct kubectl *kubectl, const struct flags *flags)
{
	(void)flags;
	return print_failure(kubectl->io, "unable to find any kubectl plugins in your PATH");
}

static const struct flag plugin_list_flags[] = {
	{ "name-only", 0, FLAG_BOOL, "false", "true", NULL, "Show names without paths." },
	FLAGS_END,
};
static const struct flag *const plugin_list_tables[] = { plugin_list_flags, NULL };

static const struct verb verb_plugin_list = {
	.name = "list",
	.aliases = "",
	.usage = "plugin list [flags]",
	.summary = "Show the plugins found",
	.help = "Shows the programs on the PATH that are plugins; there are none.",
	.examples = "",
	.flags = plugin_list_tables,
	.args = "",
	.run = plugin_list_run,
};

static const struct verb *const plugin_subverbs[] = { &verb_plugin_list, NULL };

const struct verb verb_plugin = {
	.name = "plugin",
	.aliases = "",
	.usage = "plugin [flags]",
	.summary = "Work with plugins",
	.help = "Works with plugins.",
	.examples = "kubectl plugin list",
	.subverbs = plugin_subverbs,
	.args = "",
	.run = run_subverb_missing,
	.asks = ASKS_NOBODY,
};
