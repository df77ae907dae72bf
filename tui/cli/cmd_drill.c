/* svcsim drill and the start screen: the same packs and database behind a screen or line by line. */
#include <string.h>

#include "cli/source.h"
#include "cli/subcommands.h"
#include "screen/lines.h"
#include "screen/screen.h"

const struct flag drill_flags[] = {
	{ "no-tui", 0, FLAG_BOOL, NULL, NULL, NULL, "Line by line, without a screen." },
	{ "seed", 0, FLAG_INT, NULL, NULL, NULL, "Draw the same numbers again." },
	{ "continue", 'c', FLAG_BOOL, NULL, NULL, NULL, "Go on with what was broken off last, as it was." },
	{ NULL },
};

static void
flush(void *arg)
{
	stream_flush(&((struct cli *)arg)->err);
}

/* What is practised counts more than that it is kept: without the database it goes on. */
static struct db *
open_database(struct cli *cli)
{
	struct err err = ERR_INIT;
	struct db *db = db_open(true, &err);

	if (!db) {
		cli_fail(cli, &err);
		sink_put(cli->io.err, "svcsim: going on; results are not kept\n");
		flush(cli);
	}
	return db;
}

static int
run_screens(struct cli *cli, struct library *library, struct drill *drill, const struct screen_ops *first)
{
	struct app app = { .library = library, .drill = drill };
	struct err err = ERR_INIT;
	int failed;

	if (term_open(&err))
		return cli_fail(cli, &err);
	failed = app_run(&app, first, &err);
	term_close();
	return failed ? cli_fail(cli, &err) : 0;
}

/* What was broken off; the packs' own words are not needed for it. */
static int
run_continue(struct cli *cli, struct drill *drill, bool lines)
{
	struct err err = ERR_INIT;

	drill->db = open_database(cli);
	if (drill_continue(drill, &err)) {
		if (!err.kind)
			err_set(&err, ERR_FAILED, "there is nothing to go on with");
		return cli_fail(cli, &err);
	}
	return lines ? lines_run(drill, &cli->io, cli->interactive, flush, cli)
		: run_screens(cli, drill->library, drill, &screen_desk);
}

/* Without a pack named: the first one in line mode, else the list. */
static int
run_drill(struct cli *cli, struct drill *drill)
{
	const char *words = cli_arg(cli, 0);
	bool lines = flag_bool(&cli->flags, "no-tui") || !cli->interactive;
	struct err err = ERR_INIT;
	size_t pack = 0, at = SIZE_MAX;

	if (flag_bool(&cli->flags, "continue"))
		return run_continue(cli, drill, lines);
	if (!words && !lines) {
		drill->db = open_database(cli);
		return run_screens(cli, drill->library, drill, &screen_packs);
	}
	if (!words && !drill->library->names.n)
		err_at(&err, drill->library->folder, 0, 0, "there are no packs here");
	else if (!words || !library_find(drill->library, words, &pack, &at, &err))
		drill_start(drill, pack, at, &err);
	if (err.kind)
		return cli_fail(cli, &err);
	drill->db = open_database(cli);
	return lines ? lines_run(drill, &cli->io, cli->interactive, flush, cli)
		: run_screens(cli, drill->library, drill, &screen_desk);
}

static int
with_library(struct cli *cli, int (*run)(struct cli *cli, struct drill *drill))
{
	struct drill drill = { .wall = wall_now };
	struct err err = ERR_INIT;
	struct library library;
	int status;

	if (library_open(&library, &cli->io, &err))
		return cli_fail(cli, &err);
	drill.library = &library;
	status = run(cli, &drill);
	drill_close(&drill);
	db_close(drill.db);
	library_close(&library);
	return status;
}

static int
run_seeded_drill(struct cli *cli, struct drill *drill)
{
	drill->seed_given = flag_given(&cli->flags, "seed");
	drill->seed = (uint64_t)flag_int(&cli->flags, "seed");
	return run_drill(cli, drill);
}

static int
run_start(struct cli *cli, struct drill *drill)
{
	drill->db = open_database(cli);
	return run_screens(cli, drill->library, drill, &screen_start);
}

int
cmd_drill(struct cli *cli)
{
	if (cli_arg(cli, 1))
		return cli_usage(cli, "drill", "one PACK or PACK/SCENARIO at a time");
	if (cli_arg(cli, 0) && flag_bool(&cli->flags, "continue"))
		return cli_usage(cli, "drill", "--continue takes no PACK");
	return with_library(cli, run_seeded_drill);
}

int
cmd_start(struct cli *cli)
{
	return with_library(cli, run_start);
}
