/* svcsim pack test: scenarios proven for several seeds. */
#include <string.h>

#include "cli/pack.h"
#include "cli/source.h"

const struct flag pack_test_flags[] = {
	{ "seeds", 0, FLAG_INT, "3", NULL, NULL, "How many seeds each scenario is proven with." },
	{ NULL },
};

struct testing {
	struct cli *cli;
	int64_t seeds;
	size_t scenarios, wrong, failed;
};

/* Milliseconds since. */
static long long
elapsed(int64_t since)
{
	return (long long)((wall_now() - since) / 1000000);
}

static void
prove(struct testing *testing, const struct pack *pack, const struct scenario *scenario)
{
	struct sink *out = testing->cli->io.out;
	const struct scenario_info info = scenario_info(scenario);
	int64_t start = wall_now();
	struct err err = ERR_INIT;

	testing->scenarios++;
	testing->wrong += info.nwrong;
	for (int64_t seed = 1; seed <= testing->seeds; seed++)
		if (scenario_test(scenario, (uint64_t)seed, start, &err)) {
			struct str text = STR_INIT;

			err_print(&err, &text);
			sink_printf(out, "FAIL  %s/%s  seed %lld\n%s", pack_name(pack), info.name, (long long)seed, text.buf);
			str_release(&text);
			err_release(&err);
			testing->failed++;
			return;
		}
	sink_printf(out, "ok    %s/%s  %lld ms\n", pack_name(pack), info.name, elapsed(start));
	stream_flush(&testing->cli->out);
}

static int
test_pack(void *arg, struct library *library, size_t at, size_t only, struct err *err)
{
	const struct pack *pack = library_pack(library, at, err);

	if (!pack)
		return -1;
	for (size_t i = 0; i < pack_count(pack); i++)
		if (only == SIZE_MAX || only == i)
			prove(arg, pack, pack_scenario(pack, i));
	return 0;
}

int
cmd_pack_test(struct cli *cli)
{
	struct testing testing = { .cli = cli, .seeds = flag_int(&cli->flags, "seeds") };
	struct err err = ERR_INIT;

	if (testing.seeds < 1)
		return cli_usage(cli, "pack", "--seeds is 1 or more");
	if (packs_each(cli, test_pack, &testing, &err))
		return cli_fail(cli, &err);
	if (!testing.failed)
		sink_printf(cli->io.out, "%zu %s, %lld %s each, %zu wrong answers refused\n", testing.scenarios,
			testing.scenarios == 1 ? "scenario" : "scenarios", (long long)testing.seeds, testing.seeds == 1 ? "seed" : "seeds",
			testing.wrong);
	else
		sink_printf(cli->io.err, "svcsim: %zu %s not proven\n", testing.failed,
			testing.failed == 1 ? "scenario is" : "scenarios are");
	return testing.failed ? 1 : 0;
}
