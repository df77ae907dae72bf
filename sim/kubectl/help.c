/* The layout of k8s.io/kubectl/pkg/util/templates, filled from the tables of verbs and flags. */
#include "kubectl/help.h"

#include <string.h>

#include "kubectl/verb_list.h"

static size_t
longest_name(const struct verb *const *list)
{
	size_t longest = 0;

	for (; *list; list++)
		if (strlen((*list)->name) > longest)
			longest = strlen((*list)->name);
	return longest;
}

static void
add_command(const struct verb *verb, size_t width, struct str *out)
{
	str_addf(out, "  %-*s   %s\n", (int)width, verb->name, verb->summary);
}

/* Commands stand in the order of the alphabet. */
static void
add_commands(const struct verb *const *list, struct str *out)
{
	size_t longest = longest_name(list);

	str_add(out, "Available Commands:\n");
	for (; *list; list++)
		add_command(*list, longest, out);
	str_add(out, "\n");
}

static void
add_aliases(const struct verb *verb, struct str *out)
{
	str_addf(out, "Aliases:\n%s", verb->name);
	for (const char *c = verb->aliases; *c; ) {
		size_t len = strcspn(c, ",");

		str_addf(out, ", %.*s", (int)len, c);
		c += len + (c[len] == ',');
	}
	str_add(out, "\n\n");
}

static void
add_examples(const char *examples, struct str *out)
{
	str_add(out, "Examples:\n");
	while (*examples) {
		size_t len = strcspn(examples, "\n");

		str_addf(out, "  %.*s\n", (int)len, examples);
		examples += len + (examples[len] == '\n');
	}
	str_add(out, "\n");
}

static void
add_options(const struct verb *verb, struct str *out)
{
	str_add(out, "Options:\n");
	flags_help(verb->flags, out);
	str_add(out, "\n");
}

/* kubectl's own groups (pkg/cmd/cmd.go), each from its first verb on; the last one has an order of its own. */
static const struct group {
	const char *title;
	const struct verb *first;
} groups[] = {
	{ "Basic Commands (Beginner)", &verb_create },
	{ "Basic Commands (Intermediate)", &verb_explain },
	{ "Deploy Commands", &verb_rollout },
	{ "Cluster Management Commands", &verb_certificate },
	{ "Troubleshooting and Debugging Commands", &verb_describe },
	{ "Advanced Commands", &verb_diff },
	{ "Settings Commands", &verb_label },
	{ "Subcommands provided by plugins", &verb_alpha },
};
#define NGROUPS (sizeof groups / sizeof *groups)

static const struct verb *const other_verbs[] = {
	&verb_api_resources, &verb_api_versions, &verb_config, &verb_plugin, &verb_version, NULL,
};

void
help_print_groups(struct str *out)
{
	size_t longest = longest_name(verbs), at = 0;

	for (size_t i = 0; i < NGROUPS; i++) {
		str_addf(out, "%s:\n", groups[i].title);
		for (; i + 1 < NGROUPS && verbs[at] != groups[i + 1].first; at++)
			add_command(verbs[at], longest, out);
		str_add(out, "\n");
	}
	str_add(out, "Other Commands:\n");
	for (size_t i = 0; other_verbs[i]; i++)
		add_command(other_verbs[i], longest, out);
	str_add(out, "\nUsage:\n  kubectl [flags] [options]\n\n"
		"Use \"kubectl <command> --help\" for more information about a given command.\n"
		"Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n");
}

void
help_print(const struct verb *verb, const char *command, struct str *out)
{
	if (!verb) {
		str_add(out, "kubectl talks to the API server of the simulated cluster.\n\n");
		help_print_groups(out);
		return;
	}
	str_addf(out, "%s\n\n", verb->help);
	if (*verb->aliases)
		add_aliases(verb, out);
	if (*verb->examples)
		add_examples(verb->examples, out);
	if (verb->subverbs)
		add_commands(verb->subverbs, out);
	if (verb->flags && verb->flags[0])
		add_options(verb, out);
	str_addf(out, "Usage:\n  kubectl %s [options]\n\n", verb->usage);
	if (verb->subverbs)
		str_addf(out, "Use \"kubectl %s <command> --help\" for more information about a given command.\n", command);
	str_add(out, "Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n");
}

void
help_print_options(struct str *out)
{
	const struct flag *const tables[] = { kubectl_global_flags, NULL };

	str_add(out, "The following options can be passed to any command:\n\n");
	flags_help(tables, out);
}
