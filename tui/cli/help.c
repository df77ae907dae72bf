/* --help, from the rows of the tables. */
#include "cli/cli.h"

#include <string.h>

static void
list_rows(const struct subcommand *table, struct str *out)
{
	int width = 0;

	for (const struct subcommand *row = table; row->name; row++)
		if (!row->hidden && (int)strlen(row->name) > width)
			width = (int)strlen(row->name);
	for (const struct subcommand *row = table; row->name; row++)
		if (!row->hidden)
			str_addf(out, "  %-*s   %s\n", width, row->name, row->help);
}

void
help_program(struct sink *out)
{
	struct str text = STR_INIT;

	str_add(&text, "svcsim simulates the Services of a Kubernetes cluster, shows where packets go and why, and "
		"trains for it.\n\n"
		"Usage:\n  svcsim [options] COMMAND [words]\n\nCommands:\n");
	list_rows(subcommands, &text);
	str_add(&text, "\nWithout a command, on a terminal: the start screen.\n\n"
		"Options, which may also stand after the command:\n");
	flags_help(global_flags, &text);
	str_add(&text, "\nTry:\n"
		"  svcsim trace node:30080\n"
		"  svcsim kubectl get services,endpointslices\n"
		"  svcsim drill\n"
		"\n`svcsim help COMMAND` says more about one of them.\n");
	sink_write(out, text.buf, text.len);
	str_release(&text);
}

static void
list_flags(const struct subcommand *row, struct str *out)
{
	const struct sim_word *word = row->words == WORDS_OWN ? NULL : sim_command_word(row->name);
	const struct flag *tables[12];
	size_t n = 0;

	for (const struct flag *const *t = row->flags; *t && n < 11; t++)
		tables[n++] = *t;
	for (const struct flag *const *t = word ? word->flags : NULL; t && *t && n < 11; t++)
		tables[n++] = *t;
	tables[n] = NULL;
	str_add(out, "\nOptions:\n");
	flags_help(tables, out);
}

/* The words for where a packet starts and goes, of a command that takes one. */
static void
list_forms(const struct subcommand *row, struct str *out)
{
	for (int sources = 0; sources < 2 && row->args && strcmp(row->args, "@destination") == 0; sources++) {
		size_t n;
		const struct sim_word *forms = sim_trace_forms(sources, &n);

		str_add(out, sources ? "\n--from takes:\n" : "\nDestinations:\n");
		for (size_t i = 0; i < n; i++)
			str_addf(out, "  %-38s %s\n", forms[i].usage, forms[i].help);
	}
}

void
help_subcommand(const struct subcommand *group, const struct subcommand *row, struct sink *out)
{
	struct str text = STR_INIT;

	str_addf(&text, "%s.\n\nUsage:\n  svcsim %s%s%s%s%s\n", row->help, group ? group->name : "", group ? " " : "",
		row->name, *row->usage ? " " : "", row->usage);
	if (row->more)
		str_addf(&text, "\n%s\n", row->more);
	list_forms(row, &text);
	if (row->subs) {
		str_add(&text, "\nCommands:\n");
		list_rows(row->subs, &text);
	} else {
		list_flags(row, &text);
	}
	sink_write(out, text.buf, text.len);
	str_release(&text);
}
