/* svcsim drill and the start screen: the same packs and database behind a screen or line by line. */
#include "cli/subcommands.h"
#include "cli/trainer.h"

const struct flag drill_flags[] = {
	{ "no-tui", 0, FLAG_BOOL, NULL, NULL, NULL, "Line by line, without a screen." },
	{ "seed", 0, FLAG_INT, NULL, NULL, NULL, "Draw the same numbers again." },
	{ "continue", 'c', FLAG_BOOL, NULL, NULL, NULL, "Go on with what was broken off last, as it was." },
	{ NULL },
};

const struct flag sandbox_flags[] = {
	{ "no-tui", 0, FLAG_BOOL, NULL, NULL, NULL, "Line by line, without a screen." },
	{ NULL },
};

/* What was broken off; the packs' own words are not needed for it. */
static int
go_on(struct trainer *trainer)
{
	struct err err = ERR_INIT;

	if (!drill_continue(&trainer->drill, &err))
		return trainer_drill(trainer);
	if (!err.kind)
		err_set(&err, ERR_FAILED, "there is nothing to go on with");
	return cli_fail(trainer->cli, &err);
}

/* Without a pack named: the first one with scenarios in line mode, else the list. */
static int
run_drill(struct trainer *trainer)
{
	const char *words = cli_arg(trainer->cli, 0);
	const struct flags *flags = &trainer->cli->flags;
	struct drill *drill = &trainer->drill;
	struct err err = ERR_INIT;
	size_t pack = 0, at = SIZE_MAX;

	trainer->lines |= flag_bool(flags, "no-tui");
	drill->seed_given = flag_given(flags, "seed");
	drill->seed = trainer_seed(trainer);
	if (!words && trainer->lines && !flag_bool(flags, "continue"))
		pack = library_first(drill->library, &err);
	if (err.kind || (words && library_find(drill->library, words, &pack, &at, &err)))
		return cli_fail(trainer->cli, &err);
	trainer_keep(trainer);
	if (flag_bool(flags, "continue"))
		return go_on(trainer);
	if (!words && !trainer->lines)
		return trainer_screens(trainer, &screen_packs);
	if (drill_start(drill, pack, at, &err))
		return cli_fail(trainer->cli, &err);
	return trainer_drill(trainer);
}

static int
run_sandbox(struct trainer *trainer)
{
	const char *given = cli_arg(trainer->cli, 0);
	struct err err = ERR_INIT;
	char *words = given ? xstrdup(given) : library_sandbox(&trainer->library, &err);
	size_t pack, at;
	int failed;

	trainer->lines |= flag_bool(&trainer->cli->flags, "no-tui");
	trainer->drill.mode = "sandbox";
	failed = !words || library_find(&trainer->library, words, &pack, &at, &err);
	free(words);
	if (failed)
		return cli_fail(trainer->cli, &err);
	trainer_keep(trainer);
	return drill_start(&trainer->drill, pack, at, &err) ? cli_fail(trainer->cli, &err) : trainer_drill(trainer);
}

static int
run_start(struct trainer *trainer)
{
	trainer_keep(trainer);
	return trainer_screens(trainer, &screen_start);
}

int
cmd_drill(struct cli *cli)
{
	if (cli_arg(cli, 1))
		return cli_usage(cli, "drill", "one PACK or PACK/SCENARIO at a time");
	if (cli_arg(cli, 0) && flag_bool(&cli->flags, "continue"))
		return cli_usage(cli, "drill", "--continue takes no PACK");
	return trainer_run(cli, run_drill);
}

int
cmd_sandbox(struct cli *cli)
{
	if (cli_arg(cli, 1))
		return cli_usage(cli, "sandbox", "one PACK/SCENARIO at a time");
	return trainer_run(cli, run_sandbox);
}

int
cmd_start(struct cli *cli)
{
	return trainer_run(cli, run_start);
}
