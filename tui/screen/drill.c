#include "screen/drill.h"

#include <stdlib.h>
#include <string.h>

#include "progress/attempts.h"
#include "svcsim/vec.h"

#define SECOND INT64_C(1000000000)

const struct scenario *
drill_scenario(const struct drill *drill)
{
	return pack_scenario(drill->library->packs[drill->pack], drill->at);
}

struct sim *
drill_sim(const struct drill *drill)
{
	return attempt_sim(drill->attempt);
}

/* No two tries get the same numbers, unless a seed was asked for. */
static uint64_t
next_seed(const struct drill *drill, int64_t now)
{
	return drill->seed_given ? drill->seed : (uint64_t)now / 1000;
}

int
drill_start(struct drill *drill, size_t pack, size_t at, struct err *err)
{
	const struct pack *read = library_pack(drill->library, pack, err);
	int64_t now = drill->wall();
	uint64_t seed = next_seed(drill, now);
	struct attempt *attempt;

	if (!read)
		return -1;
	if (at == SIZE_MAX)
		at = 0;
	if (at >= pack_count(read))
		return err_set(err, ERR_INPUT, "pack \"%s\" has no scenarios", pack_name(read));
	attempt = attempt_new(pack_scenario(read, at), seed, now, err);
	if (!attempt)
		return -1;
	if (drill->attempt)
		attempt_free(drill->attempt);
	*drill = (struct drill){ .library = drill->library, .db = drill->db, .seed_given = drill->seed_given, .seed = seed,
		.wall = drill->wall, .pack = pack, .at = at, .info = scenario_info(pack_scenario(read, at)), .attempt = attempt,
		.started = now, .of = scenario_info(pack_scenario(read, at)).points };
	return 0;
}

bool
drill_has_next(const struct drill *drill)
{
	return drill->at + 1 < pack_count(drill->library->packs[drill->pack]);
}

int
drill_next(struct drill *drill, struct err *err)
{
	return drill_start(drill, drill->pack, drill->at + 1, err);
}

int
drill_reset(struct drill *drill, struct err *err)
{
	if (attempt_reset(drill->attempt, err))
		return -1;
	drill->results = NULL;
	drill->nresults = 0;
	drill->points = 0;
	drill->checked_at = 0;
	return 0;
}

void
drill_close(struct drill *drill)
{
	if (drill->attempt)
		attempt_free(drill->attempt);
	drill->attempt = NULL;
}

void
drill_tick(struct drill *drill)
{
	struct sim *sim = drill_sim(drill);
	int64_t now = drill->wall();

	if (now > sim_now(sim))
		sim_tick(sim, now);
}

int
drill_seconds(const struct drill *drill)
{
	int64_t end = drill_solved(drill) ? drill->checked_at : drill->wall();

	return end > drill->started ? (int)((end - drill->started) / SECOND) : 0;
}

/* ---- checks ---- */

bool
drill_solved(const struct drill *drill)
{
	for (size_t i = 0; i < drill->nresults; i++)
		if (!drill->results[i].passed)
			return false;
	return drill->nresults > 0;
}

static int
keep(struct drill *drill, struct err *err)
{
	struct attempt_check_row *checks = xcalloc(drill->nresults, sizeof *checks);
	const struct attempt_row row = {
		.pack = pack_name(drill->library->packs[drill->pack]), .scenario = drill->info.name,
		.hash = scenario_hash(drill_scenario(drill)), .title = drill->info.title, .objective = drill->info.objective,
		.seed = drill->seed, .started = drill->started / SECOND, .seconds = drill_seconds(drill),
		.hints = (int)drill->hints, .points = drill->points, .of = drill->of, .checks = checks, .nchecks = drill->nresults,
	};
	int failed;

	for (size_t i = 0; i < drill->nresults; i++) {
		const struct check_result *result = &drill->results[i];

		checks[i] = (struct attempt_check_row){ result->what, result->got, result->want, result->points, result->of };
	}
	failed = attempts_put(drill->db, &row, &drill->row, err);
	free(checks);
	return failed;
}

int
drill_check(struct drill *drill, struct err *err)
{
	bool solved = drill_solved(drill);

	drill_tick(drill);
	drill->results = attempt_check(drill->attempt, &drill->nresults, &drill->points, &drill->of);
	if (!solved || !drill_solved(drill))
		drill->checked_at = drill->wall();
	return drill->db ? keep(drill, err) : 0;
}

const char *
drill_hint(struct drill *drill)
{
	const char *hint = attempt_hint(drill->attempt, drill->hints);

	if (hint)
		drill->hints++;
	return hint;
}
