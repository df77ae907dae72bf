/* svcsim report: many students' progress side by side. */
#include <stdlib.h>

#include "cli/subcommands.h"
#include "progress/attempts.h"
#include "progress/exchange.h"
#include "svcsim/grade.h"
#include "svcsim/vec.h"

const struct flag report_flags[] = {
	{ "output", 'o', FLAG_STRING, "text", NULL, "text,json,csv", "How to print: text, json, or csv (for tables)." },
	{ NULL },
};

typedef VEC(struct class_row) class_rows;

static void
add_objective(void *arg, const struct objective_row *row)
{
	class_add(arg, row->objective, &(struct class_sum){ row->scenarios, row->solved, row->tries, row->points, row->of,
		row->seconds });
}

/* A report believes what stands in the file; what can't be is told. */
static void
note_impossible(void *arg, const struct attempt_row *row)
{
	bool *impossible = arg;

	*impossible |= row->points > row->of || row->points < 0;
}

static int
add_student(struct cli *cli, const char *path, class_rows *rows, struct err *err)
{
	struct class_row row = { .student = NULL };
	struct db *db = exchange_open(&cli->io, path, &row.student, err);
	bool impossible = false;
	int failed = !db || attempts_objectives(db, add_objective, &row, err) ||
		attempts_all(db, note_impossible, &impossible, err);

	db_close(db);
	if (impossible)
		sink_printf(cli->io.err, "svcsim: %s: more points than there are; `svcsim grade` judges it anew\n", path);
	if (failed)
		free(row.student);
	else
		*vec_push(rows) = row;
	return failed ? -1 : 0;
}

int
cmd_report(struct cli *cli)
{
	enum grade_format format = grade_format_find(flag_string(&cli->flags, "output"));
	class_rows rows = VEC_INIT;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	int status = 0;

	if (!cli_arg(cli, 0))
		return cli_usage(cli, "report", "name the files of exported progress");
	for (size_t i = 0; cli_arg(cli, i) && !err.kind; i++)
		if (add_student(cli, cli_arg(cli, i), &rows, &err))
			status = cli_fail(cli, &err);
	if (!status && class_print(rows.v, rows.n, format, &text))
		status = cli_usage(cli, "report", "--output is text, json or csv, not \"%s\"", flag_string(&cli->flags, "output"));
	sink_write(cli->io.out, text.buf, text.len);
	for (size_t i = 0; i < rows.n; i++)
		free(rows.v[i].student);
	vec_release(&rows);
	str_release(&text);
	return status;
}
