/* svcsim pack: the packs of scenarios, and their proof. */
#include <string.h>

#include "cli/source.h"
#include "cli/subcommands.h"
#include "screen/library.h"

static const struct flag test_flags[] = {
	{ "seeds", 0, FLAG_INT, "3", NULL, NULL, "How many seeds each scenario is proven with." },
	{ NULL },
};

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
	for (size_t i = 0; i < library->names.n; i++) {
		const struct pack *pack = library_pack(library, i, err);

		if (!pack)
			return 3;
		sink_printf(cli->io.out, "%-20s %3zu  %s\n", pack_name(pack), pack_count(pack), pack_title(pack));
	}
	return 0;
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
			sink_printf(cli->io.out, "%-28s %-7s %2d points %2d min  %-24s %s\n", info.name, info.kind, info.points,
				info.minutes, info.objective, info.title);
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

/* ---- test ---- */

/* false: the proof failed, which is said. */
static bool
prove(struct cli *cli, const struct pack *pack, const struct scenario *scenario)
{
	int64_t seeds = flag_int(&cli->flags, "seeds");
	const char *name = scenario_info(scenario).name;
	struct err err = ERR_INIT;

	for (int64_t seed = 1; seed <= seeds; seed++)
		if (scenario_test(scenario, (uint64_t)seed, wall_now(), &err)) {
			sink_printf(cli->io.out, "FAIL  %s/%s  seed %lld: %s\n", pack_name(pack), name, (long long)seed, err.text);
			err_release(&err);
			return false;
		}
	sink_printf(cli->io.out, "ok    %s/%s\n", pack_name(pack), name);
	return true;
}

static int
test_pack(struct cli *cli, const struct pack *pack, size_t only, int *failed)
{
	for (size_t i = 0; i < pack_count(pack); i++)
		if (only == SIZE_MAX || only == i)
			*failed += !prove(cli, pack, pack_scenario(pack, i));
	return 0;
}

static int
test_all(struct cli *cli, struct library *library, int *failed, struct err *err)
{
	for (size_t i = 0; i < library->names.n; i++) {
		const struct pack *pack = library_pack(library, i, err);

		if (!pack)
			return -1;
		test_pack(cli, pack, SIZE_MAX, failed);
	}
	return 0;
}

/* All packs of the folder at this path. */
static int
test_path(struct cli *cli, const char *path, int *failed, struct err *err)
{
	struct library library;
	int result;

	if (library_open_at(&library, &cli->io, path, err))
		return -1;
	result = test_all(cli, &library, failed, err);
	library_close(&library);
	return result;
}

static int
test_word(struct cli *cli, struct library *library, const char *word, int *failed, struct err *err)
{
	size_t at, scenario;

	if (!library_has(library, word))
		return test_path(cli, word, failed, err);
	if (library_find(library, word, &at, &scenario, err))
		return -1;
	return test_pack(cli, library_pack(library, at, err), scenario, failed);
}

static int
test(struct cli *cli, struct library *library, struct err *err)
{
	int failed = 0;

	if (!cli_arg(cli, 0) && test_all(cli, library, &failed, err))
		return 3;
	for (size_t i = 0; cli_arg(cli, i); i++) {
		if (test_word(cli, library, cli_arg(cli, i), &failed, err))
			return 3;
	}
	if (failed)
		sink_printf(cli->io.err, "svcsim: %d %s not proven\n", failed, failed == 1 ? "scenario is" : "scenarios are");
	return failed ? 1 : 0;
}

static int
cmd_test(struct cli *cli)
{
	if (flag_int(&cli->flags, "seeds") < 1)
		return cli_usage(cli, "pack", "--seeds is 1 or more");
	return with_library(cli, test);
}

static const struct flag *const plain_tables[] = { color_flags, help_flags, NULL };
static const struct flag *const test_tables[] = { test_flags, color_flags, help_flags, NULL };

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
		.name = "test", .usage = "[PACK[/SCENARIO]]..", .help = "Prove scenarios for several seeds",
		.more = "The untouched cluster scores nothing, the solution everything, and each wrong answer loses what it says.",
		.flags = test_tables, .args = "@scenario", .run = cmd_test,
	},
	{ .name = NULL },
};
