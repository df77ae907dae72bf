/*
 * Subcommands that are commands of the sim: trace and rules only read the cluster; kubectl and on may change it.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/source.h"
#include "cli/subcommands.h"

/*
 * Standard input is read before the database is locked: in `kubectl get .. | kubectl apply -f -` the left side would
 * wait for the lock that the right side holds while it waits for the left.
 */
static void
read_input_early(struct cli *cli)
{
	for (size_t i = 1; i < cli->words.n; i++) {
		const char *word = cli->words.v[i];

		if (strcmp(word, "-") == 0 || strcmp(word, "-f-") == 0 || strcmp(word, "-f=-") == 0 ||
		    strcmp(word, "--filename=-") == 0)
			files_read_input(&cli->files);
	}
}

/* Only here: what comes from a pack or an answer must not see this machine's environment. */
static const char *
environment(const char *name)
{
	return getenv(name);
}

static int
run(struct cli *cli, bool writes)
{
	struct err err = ERR_INIT;
	struct source source;
	int status;

	if (writes)
		read_input_early(cli);
	if (source_open(&source, cli, NULL, writes, &err))
		return cli_fail(cli, &err);
	cli->io.variable = environment;
	status = sim_command(source.sim, &cli->io, (int)cli->words.n, (const char *const *)cli->words.v);
	if (source_save(&source, &err)) {
		stream_drop(&cli->out);
		status = cli_fail(cli, &err);
	}
	source_close(&source);
	return status;
}

int
cmd_sim(struct cli *cli)
{
	return run(cli, false);
}

int
cmd_sim_change(struct cli *cli)
{
	return run(cli, true);
}
