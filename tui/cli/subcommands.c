/* Every subcommand, in the order of help. */
#include "cli/subcommands.h"

#include <string.h>

static const struct flag *const sim_tables[] = { cluster_flags, color_flags, help_flags, NULL };
static const struct flag *const kubectl_tables[] = { cluster_flags, color_flags, help_flags, NULL };
static const struct flag *const plain_tables[] = { color_flags, help_flags, NULL };

const struct subcommand subcommands[] = {
	{
		.name = "kubectl", .usage = "ARG..", .help = "One kubectl command against the current cluster",
		.more = "Everything after the word kubectl is kubectl's own, so options of svcsim stand before it:\n"
			"  svcsim --cluster lab kubectl get pods\n"
			"An alias saves typing: alias k='svcsim kubectl'",
		.flags = kubectl_tables, .args = "@kubectl", .words = WORDS_KEPT, .run = cmd_sim_change,
	},
	{
		.name = "trace", .usage = "[--from SRC] DST", .help = "Where a packet goes, and why",
		.flags = sim_tables, .args = "@destination", .words = WORDS_SIM, .run = cmd_sim,
	},
	{
		.name = "rules", .usage = "NODE [--as save|restore|nft|ipvs]", .help = "What iptables-save prints on a node",
		.flags = sim_tables, .args = "@node", .words = WORDS_SIM, .run = cmd_sim,
	},
	{
		.name = "on", .usage = "WHERE -- CMD..", .help = "One command at a pod, a node or outside the cluster",
		.more = "WHERE is pod/[NS/]NAME, node/NAME or client.  Options of svcsim stand before WHERE, or before the dashes.",
		.flags = sim_tables, .args = "@place", .words = WORDS_SIM_COMMAND, .run = cmd_sim_change,
	},
	{
		.name = "cluster", .usage = "list|new|use|show|delete|export", .help = "The saved clusters",
		.flags = plain_tables, .subs = cluster_subcommands,
	},
	{
		.name = "help", .usage = "[COMMAND]", .help = "This list, or what one command does", .flags = plain_tables,
		.args = "@command", .run = cmd_help,
	},
	{ .name = NULL },
};

int
cmd_help(struct cli *cli)
{
	const char *name = cli_arg(cli, 0), *second = cli_arg(cli, 1);
	const struct subcommand *row, *sub;

	if (!name) {
		help_program(cli->io.out);
		return 0;
	}
	row = subcommand_find(subcommands, name);
	if (!row)
		return cli_usage(cli, "", "unknown command \"%s\"", name);
	if (!second) {
		help_subcommand(NULL, row, cli->io.out);
		return 0;
	}
	sub = row->subs ? subcommand_find(row->subs, second) : NULL;
	if (!sub)
		return cli_usage(cli, name, "unknown command \"%s %s\"", name, second);
	help_subcommand(row, sub, cli->io.out);
	return 0;
}
