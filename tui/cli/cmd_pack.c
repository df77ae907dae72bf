/* svcsim pack: the packs of scenarios; what is longer has a file of its own. */
#include <string.h>

#include "cli/pack.h"
#include "cli/subcommands.h"
#include "screen/library.h"

static int
with_library(struct cli *cli, int (*run)(struct cli *cli, struct library *library, struct err *err))
{
	struct err err = ERR_INIT;
	struct library library;
	int status;

	if (library_open(&library, &cli->io, &err))
		return cli_fail(cli, &err);
	status = run(cli, &library, &err);
	library_close(&library);
	return err.kind ? cli_fail(cli, &err) : status;
}

/* ---- list, show ---- */

static int
list(struct cli *cli, struct library *library, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < library->names.n; i++) {
		const struct pack *pack = library_pack(library, i, err);

		if (pack)
			sink_printf(cli->io.out, "%-20s %3zu  %s\n", pack_name(pack), pack_count(pack), pack_title(pack));
		else
			status = cli_fail(cli, err);	/* the others can be used all the same */
	}
	return status;
}

static int
show(struct cli *cli, struct library *library, struct err *err)
{
	const struct pack *pack;
	size_t at, scenario;

	if (library_find(library, cli_arg(cli, 0), &at, &scenario, err))
		return 3;
	pack = library_pack(library, at, err);
	for (size_t i = 0; i < pack_count(pack); i++) {
		const struct scenario_info info = scenario_info(pack_scenario(pack, i));

		if (scenario == SIZE_MAX || scenario == i)
			sink_printf(cli->io.out, "%-28s %-7s %2d %-6s %2d min  %-24s %s\n", info.name, info.kind, info.points,
				info.points == 1 ? "point" : "points", info.minutes, info.objective, info.title);
	}
	return 0;
}

static int
cmd_list(struct cli *cli)
{
	return with_library(cli, list);
}

static int
cmd_show(struct cli *cli)
{
	if (!cli_arg(cli, 0) || cli_arg(cli, 1))
		return cli_usage(cli, "pack", "pack show takes one PACK");
	return with_library(cli, show);
}

int
cmd_explain(struct cli *cli)
{
	const char *path = cli_arg(cli, 0);
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	int failed;

	if (!path || cli_arg(cli, 1))
		return cli_usage(cli, "explain", "explain takes one path, such as scenario.spec.checks");
	failed = format_explain(path, &text, &err);
	sink_write(cli->io.out, text.buf, text.len);
	str_release(&text);
	return failed ? cli_fail(cli, &err) : 0;
}

static const struct flag *const plain_tables[] = { color_flags, help_flags, NULL };
static const struct flag *const new_tables[] = { pack_new_flags, color_flags, help_flags, NULL };
static const struct flag *const test_tables[] = { pack_test_flags, color_flags, help_flags, NULL };

const struct subcommand pack_subcommands[] = {
	{
		.name = "list", .usage = "", .help = "Name the packs, with the number of scenarios", .flags = plain_tables,
		.run = cmd_list,
	},
	{
		.name = "show", .usage = "PACK[/SCENARIO]", .help = "The scenarios of a pack", .flags = plain_tables,
		.args = "@scenario", .run = cmd_show,
	},
	{
		.name = "new", .usage = "FOLDER", .help = "Make a pack that works, to be changed into your own", .flags = new_tables,
		.args = "@file", .run = cmd_pack_new,
	},
	{
		.name = "lint", .usage = "[PACK|FOLDER]..", .help = "Say every fault of packs, by file, line and column",
		.more = "The format, and what makes a question unfair: answers given away, checks that nobody\n"
			"can lose, wrong answers that are missing, misspelt objectives.",
		.flags = plain_tables, .args = "@scenario", .run = cmd_pack_lint,
	},
	{
		.name = "test", .usage = "[PACK[/SCENARIO]|FOLDER]..", .help = "Prove scenarios for several seeds",
		.more = "The untouched cluster scores nothing, the solution everything, and each wrong answer loses what it says.",
		.flags = test_tables, .args = "@scenario", .run = cmd_pack_test,
	},
	{ .name = NULL },
};
