/* svcsim progress: by objective, with a bar for the share of points. */
#include "cli/subcommands.h"

#include <stdlib.h>
#include <string.h>

#include "progress/attempts.h"
#include "progress/exchange.h"
#include "svcsim/grade.h"

const struct flag progress_flags[] = {
	{ "export", 0, FLAG_STRING, NULL, NULL, "@file", "Write all of it to this file as JSON, or with - to standard output." },
	{ "import", 0, FLAG_STRING, NULL, NULL, "@file", "Take in what --export wrote, on this machine or another." },
	{ "output", 'o', FLAG_STRING, "text", NULL, "text,json,csv", "How to print: text, json, or csv (for tables)." },
	{ "student", 0, FLAG_STRING, NULL, NULL, NULL, "The name that an export carries; else $USER." },
	{ NULL },
};

static const char *
user_name(void)
{
	const char *user = getenv("USER");

	return user && *user ? user : "student";
}

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
last_line(void *arg, const struct attempt_row *row)
{
	struct str *out = arg;

	str_addf(out, "  %2d of %-2d  ", row->points, row->of);
	time_spent(out, row->seconds);
	str_addf(out, "  %s/%s  %s\n", row->pack, row->scenario, row->title);
}

/* The objective with the smallest share of its points. */
struct weakest {
	char *objective;
	int percent;
};

static void
find_weakest(void *arg, const struct objective_row *row)
{
	struct weakest *weakest = arg;
	int percent = row->of ? row->points * 100 / row->of : 0;

	if (percent == 100 || (weakest->objective && percent >= weakest->percent))
		return;
	free(weakest->objective);
	*weakest = (struct weakest){ xstrdup(row->objective), percent };
}

static int
what_next(struct db *db, struct str *out, struct err *err)
{
	struct weakest weakest = { NULL, 0 };
	int failed = attempts_objectives(db, find_weakest, &weakest, err);

	if (weakest.objective)
		str_addf(out, "\nNext: %s is weakest; `svcsim review` brings back what is due.\n", weakest.objective);
	else if (!failed)
		str_add(out, "\nNext: everything that was tried is solved; `svcsim exam` is worth a try.\n");
	free(weakest.objective);
	return failed;
}

static void
add_to_class(void *arg, const struct objective_row *row)
{
	class_add(arg, row->objective, &(struct class_sum){ row->scenarios, row->solved, row->tries, row->points, row->of,
		row->seconds });
}

/* For programs: as svcsim report has one student. */
static int
show_row(struct cli *cli, struct db *db, enum grade_format format, struct err *err)
{
	const char *student = flag_string(&cli->flags, "student");
	struct class_row row = { .student = xstrdup(student ? student : user_name()) };
	struct str text = STR_INIT;
	int failed = attempts_objectives(db, add_to_class, &row, err);

	if (!failed && class_print(&row, 1, format, &text))
		failed = err_set(err, ERR_USAGE, "--output is text, json or csv, not \"%s\"", flag_string(&cli->flags, "output"));
	sink_write(cli->io.out, text.buf, text.len);
	str_release(&text);
	free(row.student);
	return failed;
}

static int
show(struct cli *cli, struct db *db, struct err *err)
{
	enum grade_format format = grade_format_find(flag_string(&cli->flags, "output"));
	struct str objectives = STR_INIT, last = STR_INIT;
	int failed;

	if (format != GRADE_text)
		return show_row(cli, db, format, err);
	failed = attempts_objectives(db, objective_line, &objectives, err) || attempts_last(db, LAST, last_line, &last, err) ||
		(last.len && what_next(db, &last, err));

	if (!failed && !last.len)
		sink_put(cli->io.out, "nothing was practised yet; `svcsim drill` begins\n");
	else if (!failed)
		sink_printf(cli->io.out, "%s\nLast:\n%s", objectives.buf, last.buf);
	str_release(&objectives);
	str_release(&last);
	return failed ? -1 : 0;
}

/* ---- to and from other machines ---- */

static int
export(struct cli *cli, struct db *db, struct err *err)
{
	const char *path = flag_string(&cli->flags, "export"), *student = flag_string(&cli->flags, "student");
	struct str text = STR_INIT;
	enum io_result written = IO_OK;
	int failed = exchange_export(db, student ? student : user_name(), &text, err);

	if (!failed && strcmp(path, "-") == 0)
		sink_write(cli->io.out, text.buf, text.len);
	else if (!failed)
		written = cli->io.files->write(&cli->io, path, text.buf, text.len, false);
	str_release(&text);
	return written == IO_OK ? failed : err_at(err, path, 0, 0, "%s", io_result_text(written));
}

static int
import(struct cli *cli, struct db *db, struct err *err)
{
	const char *path = flag_string(&cli->flags, "import");
	struct str text = STR_INIT;
	enum io_result read = cli->io.files->read(&cli->io, path, &text);
	char *student = NULL;
	int added = 0, failed;

	failed = read == IO_OK ? exchange_import(db, path, text.buf, &student, &added, err)
		: err_at(err, path, 0, 0, "%s", io_result_text(read));
	if (!failed)
		sink_printf(cli->io.out, "%d %s of %s imported\n", added, added == 1 ? "attempt" : "attempts", student);
	free(student);
	str_release(&text);
	return failed;
}

int
cmd_progress(struct cli *cli)
{
	bool imports = flag_given(&cli->flags, "import"), exports = flag_given(&cli->flags, "export");
	struct err err = ERR_INIT;
	struct db *db;
	int failed;

	if (!db_exists() && !imports && !exports) {
		sink_put(cli->io.out, "nothing was practised yet; `svcsim drill` begins\n");
		return 0;
	}
	db = db_open(imports || exports, &err);
	if (!db)
		return cli_fail(cli, &err);
	if (imports)
		failed = import(cli, db, &err);
	else
		failed = exports ? export(cli, db, &err) : show(cli, db, &err);
	db_close(db);
	return failed ? cli_fail(cli, &err) : 0;
}
