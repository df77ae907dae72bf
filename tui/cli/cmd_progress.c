/* svcsim progress: by objective, with a bar for the share of points. */
#include "cli/subcommands.h"

#include "progress/attempts.h"

#define BAR 20	/* cells */
#define LAST 5	/* attempts that are listed */

static void
bar(struct str *out, int points, int of)
{
	int full = of > 0 ? points * BAR / of : 0;

	str_addrep(out, '#', (size_t)full);
	str_addrep(out, '.', (size_t)(BAR - full));
}

static void
time_spent(struct str *out, int64_t seconds)
{
	if (seconds >= 3600)
		str_addf(out, "%lldh%02lldm", (long long)(seconds / 3600), (long long)(seconds / 60 % 60));
	else
		str_addf(out, "%lldm%02llds", (long long)(seconds / 60), (long long)(seconds % 60));
}

static void
objective_line(void *arg, const struct objective_row *row)
{
	struct str *out = arg;

	str_addf(out, "%-28s ", row->objective);
	bar(out, row->points, row->of);
	str_addf(out, " %3d %%  %d of %d solved, %d %s, ", row->of ? row->points * 100 / row->of : 0, row->solved,
		row->scenarios, row->tries, row->tries == 1 ? "try" : "tries");
	time_spent(out, row->seconds);
	str_addch(out, '\n');
}

static void
attempt_line(void *arg, const struct attempt_row *row)
{
	struct str *out = arg;

	str_addf(out, "  %2d of %-2d  ", row->points, row->of);
	time_spent(out, row->seconds);
	str_addf(out, "  %s/%s  %s\n", row->pack, row->scenario, row->title);
}

static int
show(struct cli *cli, struct db *db, struct err *err)
{
	struct str objectives = STR_INIT, last = STR_INIT;
	int failed = attempts_objectives(db, objective_line, &objectives, err) ||
		attempts_last(db, LAST, attempt_line, &last, err);

	if (!failed && !last.len)
		sink_put(cli->io.out, "nothing was practised yet; `svcsim drill` begins\n");
	else if (!failed)
		sink_printf(cli->io.out, "%s\nLast:\n%s", objectives.buf, last.buf);
	str_release(&objectives);
	str_release(&last);
	return failed ? -1 : 0;
}

int
cmd_progress(struct cli *cli)
{
	struct err err = ERR_INIT;
	struct db *db;
	int failed;

	if (!db_exists()) {
		sink_put(cli->io.out, "nothing was practised yet; `svcsim drill` begins\n");
		return 0;
	}
	db = db_open(false, &err);
	failed = !db || show(cli, db, &err);
	db_close(db);
	return failed ? cli_fail(cli, &err) : 0;
}
