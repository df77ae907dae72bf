/* Every subcommand, in the order of help. */
#include "cli/subcommands.h"

#include <string.h>

static const struct flag *const sim_tables[] = { cluster_flags, color_flags, help_flags, NULL };
static const struct flag *const shell_tables[] = { shell_flags, cluster_flags, color_flags, help_flags, NULL };
static const struct flag *const drill_tables[] = { drill_flags, color_flags, help_flags, NULL };
static const struct flag *const sandbox_tables[] = { sandbox_flags, color_flags, help_flags, NULL };
static const struct flag *const exam_tables[] = { exam_flags, color_flags, help_flags, NULL };
static const struct flag *const review_tables[] = { review_flags, color_flags, help_flags, NULL };
static const struct flag *const grade_tables[] = { grade_flags, color_flags, help_flags, NULL };
static const struct flag *const progress_tables[] = { progress_flags, color_flags, help_flags, NULL };
static const struct flag *const report_tables[] = { report_flags, color_flags, help_flags, NULL };
static const struct flag *const plain_tables[] = { color_flags, help_flags, NULL };

const struct subcommand subcommands[] = {
	{
		.name = "drill", .usage = "[PACK[/SCENARIO]]", .help = "Practise: tasks with checks, hints and explanations",
		.more = "On a terminal this is a screen with the task, a shell and the checks.  With\n"
			"--no-tui, or when standard output is no terminal, the same goes line by line:\n"
			"each line is a command of the scenario's shell, and a line that starts with a\n"
			"colon is for the trainer (:check, :hint, :answer, :view, :reset, :next, :help).",
		.flags = drill_tables, .args = "@scenario", .run = cmd_drill,
	},
	{
		.name = "exam", .usage = "[PACK]", .help = "A mock exam: questions drawn by objective, one clock, results at the end",
		.more = "Without PACK it is the pack `exam`: 120 minutes, and 66 per cent pass.  Breaking it\n"
			"off stops the clock, and --continue goes on.",
		.flags = exam_tables, .args = "@scenario", .run = cmd_exam,
	},
	{
		.name = "shell", .usage = "[-c LINE]", .help = "A shell with kubectl and the tools of nodes and pods in it",
		.more = "The shell is closed: its files and commands are the cluster's, never this\n"
			"machine's; only vi, nano and kubectl edit start the editor of this machine on a\n"
			"copy of the text.  Its time is the cluster's: sleep and waiting take none of\n"
			"yours, and a loop that has waited for ten minutes of it ends.  Ctrl-D leaves the\n"
			"pod, the node or the shell.  When standard input is no terminal its lines are\n"
			"run, and the exit status is the last one's.",
		.flags = shell_tables, .run = cmd_shell,
	},
	{
		.name = "kubectl", .usage = "ARG..", .help = "One kubectl command against the current cluster",
		.more = "Everything after the word kubectl is kubectl's own, so options of svcsim stand before it:\n"
			"  svcsim --cluster lab kubectl get pods\n"
			"An alias saves typing: alias k='svcsim kubectl'",
		.flags = sim_tables, .args = "@kubectl", .words = WORDS_KEPT, .run = cmd_sim_change,
	},
	{
		.name = "trace", .usage = "[--from SRC] DST", .help = "Where a packet goes, and why",
		.more = "The first packet of a connection is followed rule by rule, and the answer back.  The exit\n"
			"status is 0 when it is answered, 1 when it is not.\n\n"
			"  svcsim trace --from pod/shop/client svc/shop/api:80\n"
			"  svcsim trace --as-stored -f objects.yaml --rules iptables-save.txt --on node01 10.96.0.10:53\n\n"
			"objects.yaml is what kubectl get svc,endpointslices,pods,nodes,ns,netpol -A -o yaml prints of a\n"
			"real cluster, iptables-save.txt what that prints on one of its nodes.",
		.flags = sim_tables, .args = "@destination", .words = WORDS_SIM, .run = cmd_sim,
	},
	{
		.name = "rules", .usage = "NODE [--as save|restore|nft|ipvs]",
		.help = "kube-proxy's rules on a node, as iptables-save, nft or ipvsadm print them",
		.flags = sim_tables, .args = "@node", .words = WORDS_SIM, .run = cmd_sim,
	},
	{
		.name = "doctor", .usage = "[SERVICE]", .help = "What is wrong with a Service, and what mends it",
		.more = "SERVICE is [NS/]NAME[:PORT], or any destination of trace; without it all Services\n"
			"are examined.  The exit status is 0 when everything answers, else 1.",
		.flags = sim_tables, .args = "@destination", .words = WORDS_SIM, .run = cmd_sim,
	},
	{
		.name = "on", .usage = "WHERE -- CMD..", .help = "One command at a pod, a node or outside the cluster",
		.more = "WHERE is pod/[NS/]NAME, node/NAME or client.  Options of svcsim stand before\n"
			"WHERE, or before the dashes.",
		.flags = sim_tables, .args = "@place", .words = WORDS_SIM_COMMAND, .run = cmd_sim_change,
	},
	{
		.name = "cluster", .usage = "list|new|use|show|delete|export", .help = "The saved clusters",
		.flags = plain_tables, .subs = cluster_subcommands,
	},
	{
		.name = "pack", .usage = "list|show|new|lint|test", .help = "The packs of scenarios", .flags = plain_tables,
		.subs = pack_subcommands,
	},
	{
		.name = "review", .usage = "", .help = "Practise what was missed, and what may have been forgotten",
		.more = "Each scenario comes back when SM-2 says: a missed one at once, a solved one after\n"
			"a day, six days, and then ever later.",
		.flags = review_tables, .run = cmd_review,
	},
	{
		.name = "sandbox", .usage = "[PACK/SCENARIO]", .help = "A cluster to try things in, where nothing is asked",
		.more = "With the desk's views of the cluster and of packets.  `undo` in its shell takes a\n"
			"step back, and `svcsim drill --continue` comes back to it.",
		.flags = sandbox_tables, .args = "@scenario", .run = cmd_sandbox,
	},
	{
		.name = "explain", .usage = "PATH", .help = "A field of a scenario or of a pack's description",
		.more = "svcsim explain scenario.spec.checks\nsvcsim explain pack.spec.exam",
		.flags = plain_tables, .args = "scenario,scenario.spec,scenario.spec.checks,pack.spec", .run = cmd_explain,
	},
	{
		.name = "grade", .usage = "PACK[/SCENARIO] SCRIPT|FOLDER.. | [PACK..] EXPORT..", .help = "Judge a class: students' scripts, or their exported progress",
		.more = "With PACK/SCENARIO each file is one student's script, and of a folder every file in\n"
			"it.  With PACK a folder holds a folder for each student, and in it a script\n"
			"SCENARIO.sh for each scenario.  An EXPORT, NAME.json or NAME.db, is what `svcsim\n"
			"progress --export` wrote: every attempt is done again from its events and judged\n"
			"anew; packs of your own stand before them.  Copies and raised points are told.\n"
			"Each result has the scenario's hash and the seed.  The exit status is 0 when\n"
			"everybody has all points, else 1.",
		.flags = grade_tables, .args = "@scenario", .run = cmd_grade,
	},
	{
		.name = "report", .usage = "FILE..", .help = "A class at a glance: the progress of many students by objective",
		.more = "FILE is what `svcsim progress --export` wrote, or a student's whole database.  The\n"
			"points are those that it claims: `svcsim grade` judges anew.",
		.flags = report_tables, .args = "@file", .run = cmd_report,
	},
	{
		.name = "progress", .usage = "", .help = "What was practised, how well, and what next",
		.more = "--export writes all of it as JSON, for another machine or for a teacher; --import\n"
			"takes it in: what is there already stays as it is.",
		.flags = progress_tables, .run = cmd_progress,
	},
	{
		.name = "completion", .usage = "bash|zsh|fish", .help = "A script that completes svcsim's words in a shell",
		.more = "bash:  source <(svcsim completion bash)\n"
			"zsh:   source <(svcsim completion zsh)\n"
			"fish:  svcsim completion fish | source",
		.flags = plain_tables, .args = "bash,zsh,fish", .run = cmd_completion,
	},
	{
		.name = "help", .usage = "[COMMAND]", .help = "This list, or what one command does", .flags = plain_tables,
		.args = "@command", .run = cmd_help,
	},
	{
		.name = "complete", .usage = "WORD..", .help = "What may stand at the last word's place", .flags = sim_tables,
		.words = WORDS_KEPT, .hidden = true, .run = cmd_complete,
	},
	{ .name = "man", .usage = "", .help = "The manual page, for `man -l -`", .flags = plain_tables, .run = cmd_man },
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
		return cli_unknown(cli, subcommands, "", name);
	if (!second) {
		help_subcommand(NULL, row, cli->io.out);
		return 0;
	}
	sub = row->subs ? subcommand_find(row->subs, second) : NULL;
	if (!sub && row->subs)
		return cli_unknown(cli, row->subs, name, second);
	if (!sub)
		return cli_usage(cli, name, "unknown command \"%s %s\"", name, second);
	help_subcommand(row, sub, cli->io.out);
	return 0;
}
