/* svcsim exam: a paper drawn from the packs, one clock, and results at the end. */
#include "cli/subcommands.h"
#include "cli/trainer.h"

const struct flag exam_flags[] = {
	{ "minutes", 0, FLAG_INT, NULL, NULL, NULL, "A shorter or longer one: so many minutes' worth of questions." },
	{ "no-tui", 0, FLAG_BOOL, NULL, NULL, NULL, "Line by line, without a screen." },
	{ "seed", 0, FLAG_INT, NULL, NULL, NULL, "Draw the same questions and numbers again." },
	{ "continue", 'c', FLAG_BOOL, NULL, NULL, NULL, "Go on with the exam that was broken off, with the time that was left." },
	{ NULL },
};

static int
go_on(struct trainer *trainer)
{
	struct err err = ERR_INIT;

	if (!exam_continue(&trainer->exam, &err))
		return trainer_exam(trainer);
	if (!err.kind)
		err_set(&err, ERR_FAILED, "no exam was broken off");
	return cli_fail(trainer->cli, &err);
}

static int
run_exam(struct trainer *trainer)
{
	const struct flags *flags = &trainer->cli->flags;
	const char *words = cli_arg(trainer->cli, 0);
	int minutes = flag_given(flags, "minutes") ? (int)flag_int(flags, "minutes") : 0;
	struct err err = ERR_INIT;
	size_t pack, at;

	trainer->lines |= flag_bool(flags, "no-tui");
	if (!words && !flag_bool(flags, "continue"))
		words = library_exam(&trainer->library, &err);
	if (err.kind || (words && library_find(&trainer->library, words, &pack, &at, &err)))
		return cli_fail(trainer->cli, &err);
	if (words && !pack_exam(trainer->library.packs[pack]))
		return cli_usage(trainer->cli, "exam", "pack \"%s\" is no exam", words);
	trainer_keep(trainer);
	if (!words)
		return go_on(trainer);
	if (exam_start(&trainer->exam, trainer->library.packs[pack], minutes, trainer_seed(trainer), &err))
		return cli_fail(trainer->cli, &err);
	return trainer_exam(trainer);
}

int
cmd_exam(struct cli *cli)
{
	if (cli_arg(cli, 1))
		return cli_usage(cli, "exam", "one PACK at a time");
	if (cli_arg(cli, 0) && flag_bool(&cli->flags, "continue"))
		return cli_usage(cli, "exam", "--continue takes no PACK");
	if (flag_given(&cli->flags, "minutes") && (flag_int(&cli->flags, "minutes") < 1 || flag_int(&cli->flags, "minutes") > 600))
		return cli_usage(cli, "exam", "--minutes is from 1 to 600");
	return trainer_run(cli, run_exam);
}
