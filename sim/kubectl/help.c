/* The layout of k8s.io/kubectl/pkg/util/templates, filled from the tables of verbs and flags. */
#include "kubectl/help.h"

#include <string.h>

static size_t
longest_name(const struct verb *const *list)
{
	size_t longest = 0;

	for (; *list; list++)
		if (strlen((*list)->name) > longest)
			longest = strlen((*list)->name);
	return longest;
}

/* Commands stand in the order of the alphabet, those of kubectl itself in the order of the table. */
static void
add_commands(const struct verb *const *list, struct str *out)
{
	size_t longest = longest_name(list);

	str_add(out, "Available Commands:\n");
	for (; *list; list++)
		str_addf(out, "  %-*s   %s\n", (int)longest, (*list)->name, (*list)->summary);
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

static void
print_main(struct str *out)
{
	str_add(out, "kubectl talks to the API server of the simulated cluster.\n\n");
	add_commands(verbs, out);
	str_add(out, "Usage:\n  kubectl [flags] [options]\n\n"
		"Use \"kubectl <command> --help\" for more information about a given command.\n"
		"Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n");
}

void
help_print(const struct verb *verb, const char *command, struct str *out)
{
	if (!verb) {
		print_main(out);
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
