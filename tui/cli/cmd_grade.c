/* svcsim grade: scripts and exported attempts of a class, judged anew. */
#include <stdlib.h>
#include <string.h>

#include "cli/marking.h"
#include "cli/source.h"
#include "cli/subcommands.h"
#include "progress/attempts.h"
#include "progress/exchange.h"

#define GRADE_FORMAT_WORD(id, help) #id ","
const struct flag grade_flags[] = {
	{ "output", 'o', FLAG_STRING, "text", NULL, GRADE_FORMATS(GRADE_FORMAT_WORD),
		"How to print: text, json, junit (for build servers) or csv (for tables)." },
	{ "seed", 0, FLAG_INT, "1", NULL, NULL, "The seed that scripts were written for." },
	{ NULL },
};

struct grading {
	struct cli *cli;
	struct library library;
	struct marking marking;
	VEC(struct db *) dbs;		/* of exports, open until the marking is done */
	VEC(struct grade) faults;	/* attempts that could not be marked at all */
	struct err err;
};

/* "lists/ann.sh" -> ann */
static char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');

	return xstrndup(name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
}

/* ---- scripts ---- */

static int
add_script(struct grading *grading, char *student, size_t pack, size_t at, const char *path)
{
	struct io *io = &grading->cli->io;
	struct str text = STR_INIT;
	enum io_result read = io->files->read(io, path, &text);

	if (read != IO_OK) {
		free(student);
		str_release(&text);
		return err_at(&grading->err, path, 0, 0, "%s", io_result_text(read));
	}
	*vec_push(&grading->marking.works) = (struct work){ .student = student, .pack = pack, .at = at,
		.seed = (uint64_t)flag_int(&grading->cli->flags, "seed"), .script = str_detach(&text) };
	return 0;
}

/* A student's folder: a script for each scenario of the pack, NAME.sh; those that are not there score nothing. */
static int
add_folder_of_one(struct grading *grading, const char *student, size_t pack, const char *path)
{
	const struct pack *read = grading->library.packs[pack];
	struct io *io = &grading->cli->io;
	struct io_names names = VEC_INIT;
	int failed = 0;

	if (io->files->list(io, path, &names) != IO_OK)
		failed = err_at(&grading->err, path, 0, 0, "no student's folder: of a pack each has one, with NAME.sh for each "
			"scenario; for scripts of one scenario say PACK/SCENARIO");
	io_names_release(&names);
	for (size_t i = 0; i < pack_count(read) && !failed; i++) {
		char *file = xasprintf("%s/%s.sh", path, scenario_info(pack_scenario(read, i)).name);
		struct str text = STR_INIT;

		io->files->read(io, file, &text);
		*vec_push(&grading->marking.works) = (struct work){ .student = xstrdup(student), .pack = pack, .at = i,
			.seed = (uint64_t)flag_int(&grading->cli->flags, "seed"), .script = str_detach(&text) };
		free(file);
	}
	return failed;
}

/* A folder: of a scenario the students' scripts, of a pack the students' folders. */
static int
add_folder(struct grading *grading, size_t pack, size_t at, const char *path, const struct io_names *names)
{
	int failed = 0;

	for (size_t i = 0; i < names->n && !failed; i++) {
		char *inner = xasprintf("%s/%s", path, names->v[i]);

		if (names->v[i][0] == '.')
			failed = 0;
		else if (at == SIZE_MAX)
			failed = add_folder_of_one(grading, names->v[i], pack, inner);
		else
			failed = add_script(grading, base_name(inner), pack, at, inner);
		free(inner);
	}
	return failed;
}

static int
add_path(struct grading *grading, size_t pack, size_t at, const char *path)
{
	struct io *io = &grading->cli->io;
	struct io_names names = VEC_INIT;
	int failed;

	if (io->files->list(io, path, &names) == IO_OK)
		failed = add_folder(grading, pack, at, path, &names);
	else if (at == SIZE_MAX)
		failed = err_at(&grading->err, path, 0, 0, "a script is for one scenario: say PACK/SCENARIO, not only PACK");
	else
		failed = add_script(grading, base_name(path), pack, at, path);
	io_names_release(&names);
	return failed;
}

/* ---- exports ---- */

struct exported {
	struct grading *grading;
	struct db *db;
	const char *student;
};

static void
add_fault(struct grading *grading, const char *student, const struct attempt_row *row, const char *fault)
{
	*vec_push(&grading->faults) = (struct grade){ .student = xstrdup(student), .pack = xstrdup(row->pack),
		.scenario = xstrdup(row->scenario), .title = xstrdup(row->title), .objective = xstrdup(row->objective),
		.hash = xstrdup(row->hash), .seed = row->seed, .of = row->of, .weight = row->weight, .seconds = row->seconds,
		.fault = xstrdup(fault) };
}

/* Why an attempt's scenario is not to be had. */
static char *
tell_missing(const struct grading *grading, const struct attempt_row *row, const struct err *err)
{
	return library_has(&grading->library, row->pack) ? xstrdup(err->text)
		: xasprintf("pack %s is not here: name its folder before the exports, as in `svcsim grade FOLDER/%s ann.json`",
			row->pack, row->pack);
}

static void
add_attempt(void *arg, const struct attempt_row *row)
{
	struct exported *exported = arg;
	struct grading *grading = exported->grading;
	char *words = xasprintf("%s/%s", row->pack, row->scenario);
	struct err err = ERR_INIT;
	size_t pack, at;

	if (library_find(&grading->library, words, &pack, &at, &err)) {
		char *fault = tell_missing(grading, row, &err);

		add_fault(grading, exported->student, row, fault);
		free(fault);
	} else if (strcmp(scenario_hash(pack_scenario(grading->library.packs[pack], at)), row->hash) != 0) {
		add_fault(grading, exported->student, row, "this is not the scenario that was tried: its hash is another");
	} else {
		*vec_push(&grading->marking.works) = (struct work){ .student = xstrdup(exported->student), .pack = pack, .at = at,
			.seed = row->seed, .db = exported->db, .attempt = row->id, .clock = row->clock, .points = row->points,
			.of = row->of, .seconds = row->seconds };
	}
	err_release(&err);
	free(words);
}

static int
add_export(struct grading *grading, const char *path)
{
	struct exported exported = { .grading = grading };
	char *student = NULL;
	size_t before;
	int failed;

	exported.db = exchange_open(&grading->cli->io, path, &student, &grading->err);
	if (!exported.db)
		return -1;
	*vec_push(&grading->dbs) = exported.db;
	exported.student = student;
	before = grading->marking.works.n + grading->faults.n;
	failed = attempts_all(exported.db, add_attempt, &exported, &grading->err);
	if (!failed && before == grading->marking.works.n + grading->faults.n)
		add_fault(grading, student, &(struct attempt_row){ .pack = "-", .scenario = "-", .title = "", .objective = "",
			.hash = "" }, "nothing was handed in that could be judged");
	free(student);
	return failed;
}

/* ---- all of it ---- */

static bool
is_export(const char *path)
{
	return str_ends(path, ".json") || str_ends(path, ".db");
}

static int
collect_scripts(struct grading *grading)
{
	size_t pack, at;

	if (library_find(&grading->library, cli_arg(grading->cli, 0), &pack, &at, &grading->err))
		return -1;
	if (!cli_arg(grading->cli, 1))
		return err_set(&grading->err, ERR_USAGE, "name the scripts, or a folder of them");
	for (size_t i = 1; cli_arg(grading->cli, i); i++)
		if (add_path(grading, pack, at, cli_arg(grading->cli, i)))
			return -1;
	return 0;
}

/* Folders of packs that svcsim doesn't ship stand before the exports. */
static int
collect_exports(struct grading *grading)
{
	size_t pack, at;

	for (size_t i = 0; cli_arg(grading->cli, i); i++) {
		const char *word = cli_arg(grading->cli, i);

		if (is_export(word) ? add_export(grading, word) : library_find(&grading->library, word, &pack, &at, &grading->err))
			return -1;
	}
	return 0;
}

static int
collect(struct grading *grading)
{
	size_t last = 0;

	while (cli_arg(grading->cli, last + 1))
		last++;
	return is_export(cli_arg(grading->cli, last)) ? collect_exports(grading) : collect_scripts(grading);
}

/* ---- copies ---- */

/* Seeds that nobody asked for are drawn from the clock, and no two tries have the same (screen/drill.c). */
#define DRAWN_LEAST UINT64_C(1000000000000)

static bool
is_copy(const struct work *a, const struct work *b)
{
	return a->db && b->db && a->pack == b->pack && a->at == b->at && a->seed == b->seed &&
		(a->seed >= DRAWN_LEAST || a->clock == b->clock) && strcmp(a->student, b->student) != 0;
}

static void
tell_copies(struct marking *marking)
{
	for (size_t i = 0; i < marking->works.n; i++)
		for (size_t j = 0; j < marking->works.n && !marking->grades[i].fault; j++)
			if (is_copy(&marking->works.v[i], &marking->works.v[j]))
				marking->grades[i].fault = xasprintf("the same attempt as %s's: no two begin with one seed",
					marking->works.v[j].student);
}

/* 0: everybody has all points. */
static int
print(struct grading *grading, enum grade_format format)
{
	size_t n = grading->marking.works.n;
	struct grade *all = xcalloc(n + grading->faults.n + 1, sizeof *all);
	struct str text = STR_INIT;
	bool whole = true;

	for (size_t i = 0; i < n; i++)
		all[i] = grading->marking.grades[i];
	for (size_t i = 0; i < grading->faults.n; i++)
		all[n + i] = grading->faults.v[i];
	n += grading->faults.n;
	grades_print(all, n, format, &text);
	sink_write(grading->cli->io.out, text.buf, text.len);
	for (size_t i = 0; i < n; i++)
		whole &= !all[i].fault && all[i].points == all[i].of;
	str_release(&text);
	free(all);
	return whole ? 0 : 1;
}

static void
tell_progress(void *arg, size_t done, size_t of)
{
	struct grading *grading = arg;
	struct cli *cli = grading->cli;

	if (done % 50 && done != of)
		return;
	sink_printf(cli->io.err, "\r%zu of %zu graded%s", done, of, done == of ? "\n" : "");
	stream_flush(&cli->err);
}

static void
release(struct grading *grading)
{
	for (size_t i = 0; i < grading->faults.n; i++)
		grade_release(&grading->faults.v[i]);
	vec_release(&grading->faults);
	marking_release(&grading->marking);
	for (size_t i = 0; i < grading->dbs.n; i++)
		db_close(grading->dbs.v[i]);
	vec_release(&grading->dbs);
	library_close(&grading->library);
}

int
cmd_grade(struct cli *cli)
{
	struct grading grading = { .cli = cli };
	enum grade_format format = grade_format_find(flag_string(&cli->flags, "output"));
	int status;

	if (format == GRADE_FORMAT_COUNT)
		return cli_usage(cli, "grade", "--output is text, json, junit or csv, not \"%s\"", flag_string(&cli->flags, "output"));
	if (!cli_arg(cli, 0))
		return cli_usage(cli, "grade", "say what to grade: PACK/SCENARIO and scripts, or exported progress");
	if (library_open(&grading.library, &cli->io, &grading.err))
		return cli_fail(cli, &grading.err);
	grading.marking.library = &grading.library;
	grading.marking.now = wall_now();
	if (cli->err.terminal) {
		grading.marking.progress = tell_progress;
		grading.marking.progress_arg = &grading;
	}
	if (collect(&grading) || marking_run(&grading.marking, &grading.err)) {
		status = cli_fail(cli, &grading.err);
	} else {
		tell_copies(&grading.marking);
		status = print(&grading, format);
	}
	release(&grading);
	return status;
}
