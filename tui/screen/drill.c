#include "screen/drill.h"

#include <stdlib.h>
#include <string.h>

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

int64_t
drill_now(const struct drill *drill)
{
	return drill->wall() - drill->behind;
}

/* ---- what is kept ---- */

int
drill_keep(struct drill *drill, struct err *err)
{
	struct attempt_check_row *checks = xcalloc(drill->nresults + 1, sizeof *checks);
	const struct attempt_row row = {
		.pack = pack_name(drill->library->packs[drill->pack]), .scenario = drill->info.name,
		.hash = scenario_hash(drill_scenario(drill)), .title = drill->info.title, .objective = drill->info.objective,
		.mode = drill->mode ? drill->mode : "drill", .seed = drill->seed, .clock = drill->started,
		.started = drill->wall() / SECOND - drill_seconds(drill), .seconds = drill_seconds(drill),
		.hints = (int)drill->hints, .judged = drill->checked_at, .points = drill->points, .of = drill->of,
		.exam = drill->exam, .place = drill->place, .weight = drill->info.weight, .flagged = drill->flagged,
		.checks = checks, .nchecks = drill->nresults,
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

/* The row comes with the first event: who only reads a task has not tried it. */
static void
keep_event(void *arg, const struct attempt_event *event)
{
	struct drill *drill = arg;
	const struct event_row row = { event->at, attempt_act_name(event->act), event->text };
	struct err err = ERR_INIT;

	drill->touched |= event->act != ACT_check;
	if (!drill->db ||
		((drill->row || !drill_keep(drill, &err)) && !attempts_add_event(drill->db, drill->row, &row, &err)))
		return;
	if (drill->lost.kind)
		err_release(&err);
	else
		drill->lost = err;
}

/* ---- beginning ---- */

int
drill_place(struct drill *drill, size_t pack, size_t at, uint64_t seed, struct err *err)
{
	const struct pack *read = library_pack(drill->library, pack, err);

	if (!read)
		return -1;
	if (at == SIZE_MAX)
		at = 0;
	if (at >= pack_count(read) && pack_exam(read))
		return err_set(err, ERR_INPUT, "pack \"%s\" is an exam and has no scenarios of its own; `svcsim exam %s` sits it",
			pack_name(read), pack_name(read));
	if (at >= pack_count(read))
		return err_set(err, ERR_INPUT, "pack \"%s\" has no scenarios", pack_name(read));
	drill->pack = pack;
	drill->at = at;
	drill->seed = seed;
	drill->info = scenario_info(pack_scenario(read, at));
	drill->of = drill->info.points;
	return 0;
}

/* A drill with what this one was given, and nothing begun. */
static struct drill
another(const struct drill *drill)
{
	return (struct drill){ .library = drill->library, .db = drill->db, .seed_given = drill->seed_given,
		.seed = drill->seed, .wall = drill->wall, .mode = drill->mode, .review = drill->review };
}

/* The new one takes the other's place, and hears of its own events. */
static void
take(struct drill *drill, const struct drill *begun)
{
	drill_close(drill);
	*drill = *begun;
	attempt_listen(drill->attempt, keep_event, drill);
}

/* No two tries get the same numbers, unless a seed was asked for. */
static uint64_t
next_seed(const struct drill *drill)
{
	return drill->seed_given ? drill->seed : (uint64_t)drill->wall() / 1000;
}

int
drill_start(struct drill *drill, size_t pack, size_t at, struct err *err)
{
	struct drill begun = another(drill);

	if (drill_place(&begun, pack, at, next_seed(drill), err) || drill_open(&begun, err))
		return -1;
	take(drill, &begun);
	return 0;
}

/* ---- going on ---- */

struct replaying {
	struct drill *drill;
	bool checked;
	struct err *err;
};

static bool
replay_event(void *arg, const struct event_row *row)
{
	struct replaying *replaying = arg;
	struct drill *drill = replaying->drill;
	const struct attempt_event event = { row->at, attempt_act_find(row->act), row->text };

	if (event.act == ACT_COUNT)
		err_set(replaying->err, ERR_INPUT, "an event of kind \"%s\" is of another version", row->act);
	else if (!attempt_replay(drill->attempt, &event, replaying->err))
		drill->hints += event.act == ACT_hint;
	if (event.act == ACT_reset)
		replaying->checked = false;
	replaying->checked |= event.act == ACT_check;
	drill->connected |= event.act == ACT_line;
	drill->touched |= event.act != ACT_check;
	return !replaying->err->kind;
}

/* Everything that was done is done again; what was checked is judged again. */
static int
replay(struct drill *drill, struct err *err)
{
	struct replaying replaying = { drill, false, err };

	if (attempts_events(drill->db, drill->row, replay_event, &replaying, err) || err->kind)
		return -1;
	drill->behind = drill->wall() - sim_now(drill_sim(drill));
	if (replaying.checked) {
		drill->results = attempt_check(drill->attempt, &drill->nresults, &drill->points, &drill->of);
		drill->checked_at = drill_now(drill);
	}
	return 0;
}

int
drill_open(struct drill *drill, struct err *err)
{
	bool before = drill->row && drill->started;

	if (!before)
		drill->started = drill->wall();
	drill->attempt = attempt_new(drill_scenario(drill), drill->seed, drill->started, err);
	if (!drill->attempt)
		return -1;
	if (drill->host[0])
		sim_name_client(drill_sim(drill), drill->host);
	if (before && replay(drill, err)) {
		drill_close(drill);
		return -1;
	}
	attempt_listen(drill->attempt, keep_event, drill);
	return 0;
}

/* Which scenario a row is of, if that is still the same. */
int
drill_place_row(struct drill *drill, const struct attempt_row *row, struct err *err)
{
	char *words = xasprintf("%s/%s", row->pack, row->scenario);
	size_t pack, at;
	int failed = library_find(drill->library, words, &pack, &at, err) || drill_place(drill, pack, at, row->seed, err);

	if (!failed && strcmp(scenario_hash(drill_scenario(drill)), row->hash) != 0)
		failed = err_set(err, ERR_INPUT, "scenario %s has changed since it was tried", words);
	free(words);
	drill->row = row->id;
	drill->started = row->clock;
	drill->touched = row->begun;
	drill->exam = row->exam;
	drill->place = row->place;
	drill->flagged = row->flagged;
	return failed ? -1 : 0;
}

int
drill_resume(struct drill *drill, const struct attempt_row *row, struct err *err)
{
	struct drill resumed = another(drill);

	if (drill_place_row(&resumed, row, err) || drill_open(&resumed, err))
		return -1;
	take(drill, &resumed);
	return 0;
}

struct continuing {
	struct drill *drill;
	bool found;
	int failed;
	struct err *err;
};

static void
continue_with(void *arg, const struct attempt_row *row)
{
	struct continuing *continuing = arg;

	continuing->found = true;
	continuing->failed = drill_resume(continuing->drill, row, continuing->err);
}

int
drill_continue(struct drill *drill, struct err *err)
{
	struct continuing continuing = { drill, false, 0, err };

	if (drill->db && attempts_open(drill->db, continue_with, &continuing, err))
		return -1;
	return continuing.found ? continuing.failed : -1;
}

bool
drill_has_next(const struct drill *drill)
{
	const struct review *review = drill->review;

	return review ? review->at + 1 < review->due : drill->at + 1 < pack_count(drill->library->packs[drill->pack]);
}

int
drill_next(struct drill *drill, struct err *err)
{
	struct review *review = drill->review;

	if (!review)
		return drill_start(drill, drill->pack, drill->at + 1, err);
	if (drill_start(drill, review->items.v[review->at + 1].pack, review->items.v[review->at + 1].at, err))
		return -1;
	review->at++;
	return 0;
}

int
drill_review(struct drill *drill, struct review *review, struct err *err)
{
	if (!review->due || drill_start(drill, review->items.v[0].pack, review->items.v[0].at, err))
		return -1;
	review->at = 0;
	drill->review = review;
	drill->mode = "review";
	return 0;
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
	err_release(&drill->lost);
}

void
drill_tick(struct drill *drill)
{
	struct sim *sim = drill_sim(drill);
	int64_t now = drill_now(drill);

	if (now > sim_now(sim))
		sim_tick(sim, now);
}

/* ---- the shell ---- */

#define BASE "base"	/* where an exam's terminal begins */

/* The base host has ssh, and no cluster. */
static int
base_line(struct drill *drill, struct io *io, const char *line)
{
	char *words = xstrdup(line), *command = strtok(words, " \t\n"), *at, *host = command ? strtok(NULL, " \t\n") : NULL;
	int status = 127;

	if (!command) {
		status = 0;
	} else if (strcmp(command, "ssh") == 0 && host) {
		at = strchr(host, '@');
		drill->connected = strcmp(at ? at + 1 : host, drill->host) == 0;
		status = drill->connected ? 0 : 255;
		if (!drill->connected)
			sink_printf(io->err, "ssh: Could not resolve hostname %s: Name or service not known\n", at ? at + 1 : host);
	} else if (strcmp(command, "ssh") == 0) {
		sink_put(io->err, "usage: ssh destination [command [argument ...]]\n");
		status = 255;
	} else if (strcmp(command, "hostname") == 0) {
		sink_put(io->out, BASE "\n");
		status = 0;
	} else if (strcmp(command, "exit") == 0) {
		sink_printf(io->err, "the question is solved on another host: ssh %s\n", drill->host);
	} else {
		sink_printf(io->err, "bash: %s: command not found (the question is solved on another host: ssh %s)\n", command,
			drill->host);
	}
	free(words);
	return status;
}

static bool
is_at_base(const struct drill *drill)
{
	return drill->host[0] && !drill->connected;
}

int
drill_line(struct drill *drill, struct io *io, const char *line)
{
	int status;

	drill_tick(drill);
	if (is_at_base(drill))
		return base_line(drill, io, line);
	status = attempt_line(drill->attempt, io, line);
	if (drill->host[0] && sim_exited(drill_sim(drill))) {
		sink_printf(io->err, "Connection to %s closed.\n", drill->host);
		drill->connected = false;
	}
	return status;
}

char *
drill_prompt(const struct drill *drill)
{
	return is_at_base(drill) ? xstrdup("candidate@" BASE ":~$ ") : sim_prompt(drill_sim(drill));
}

bool
drill_exited(const struct drill *drill)
{
	return !drill->host[0] && sim_exited(drill_sim(drill));
}

void
drill_complete(struct drill *drill, const char *line, size_t point, void (*fn)(void *arg, const char *word), void *arg)
{
	if (!is_at_base(drill))
		sim_complete(drill_sim(drill), line, point, fn, arg);
	else
		fn(arg, strchr(line, ' ') ? drill->host : "ssh");
}

int
drill_edit(const struct drill *drill, struct io_edit *edit)
{
	static const char *const editors[] = { "vi", "vim", "nvim", "nano", "emacs", "ed", "micro", "joe", "mcedit" };
	struct io *io = drill->library->io;
	bool known = false;

	for (size_t i = 0; edit->editor && i < sizeof editors / sizeof editors[0]; i++)
		known |= strcmp(edit->editor, editors[i]) == 0;
	if (!known)
		edit->editor = NULL;
	return io->edit(io, edit);
}

static void
sink_nothing(struct sink *sink, const char *text, size_t len)
{
	(void)sink;
	(void)text;
	(void)len;
}

int
drill_trace(struct drill *drill, struct io *io, const char *words)
{
	struct sink nothing = { sink_nothing }, *out = io->out;
	char *line = xasprintf("trace %s", words);
	int status;

	io->out = &nothing;
	status = drill_line(drill, io, line);
	io->out = out;
	free(line);
	return status;
}

int
drill_seconds(const struct drill *drill)
{
	int64_t end = drill_solved(drill) ? drill->checked_at : drill_now(drill);

	return drill->started && end > drill->started ? (int)((end - drill->started) / SECOND) : 0;
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

int
drill_check(struct drill *drill, struct err *err)
{
	bool solved = drill_solved(drill);
	size_t n;	/* the check is an event, at which nresults still counts the results of the one before */

	drill_tick(drill);
	drill->results = attempt_check(drill->attempt, &n, &drill->points, &drill->of);
	drill->nresults = n;
	if (!solved || !drill_solved(drill))
		drill->checked_at = drill_now(drill);
	return drill->db ? drill_keep(drill, err) : 0;
}

const char *
drill_hint(struct drill *drill)
{
	const char *hint = attempt_hint(drill->attempt, drill->hints);

	if (hint)
		drill->hints++;
	return hint;
}
