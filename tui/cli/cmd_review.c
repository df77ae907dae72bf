/* svcsim review: what was missed, and what was known and may have been forgotten. */
#include "cli/subcommands.h"
#include "cli/trainer.h"

#define DAY INT64_C(86400)
#define SECOND INT64_C(1000000000)

const struct flag review_flags[] = {
	{ "list", 0, FLAG_BOOL, NULL, NULL, NULL, "Only say what is due, and when." },
	{ "no-tui", 0, FLAG_BOOL, NULL, NULL, NULL, "Line by line, without a screen." },
	{ NULL },
};

static void
print_item(const struct trainer *trainer, const struct review_item *item, int64_t now)
{
	const struct pack *pack = trainer->library.packs[item->pack];
	const struct scenario_info info = scenario_info(pack_scenario(pack, item->at));
	int64_t days = (item->card.due - now + DAY - 1) / DAY;
	char *when = item->card.due <= now ? xstrdup("now") : days == 1 ? xstrdup("tomorrow")
		: xasprintf("in %lld days", (long long)days);

	sink_printf(trainer->cli->io.out, "%-12s %s/%s  %s\n", when, pack_name(pack), info.name, info.title);
	free(when);
}

static int
list(struct trainer *trainer, int64_t now)
{
	const struct review *review = &trainer->review;

	for (size_t i = 0; i < review->items.n; i++)
		print_item(trainer, &review->items.v[i], now);
	if (!review->items.n)
		sink_put(trainer->cli->io.out, "nothing was practised yet; `svcsim drill` begins\n");
	return 0;
}

static int
run(struct trainer *trainer)
{
	const struct flags *flags = &trainer->cli->flags;
	int64_t now = trainer->drill.wall() / SECOND;
	struct err err = ERR_INIT;

	trainer->lines |= flag_bool(flags, "no-tui");
	trainer_keep(trainer);
	if (review_open(&trainer->review, &trainer->library, trainer->db, now, &err))
		return cli_fail(trainer->cli, &err);
	if (flag_bool(flags, "list"))
		return list(trainer, now);
	if (!drill_review(&trainer->drill, &trainer->review, &err))
		return trainer_drill(trainer);
	if (err.kind)
		return cli_fail(trainer->cli, &err);
	sink_put(trainer->cli->io.out, "nothing is due; `svcsim review --list` says when\n");
	return 0;
}

int
cmd_review(struct cli *cli)
{
	return trainer_run(cli, run);
}
