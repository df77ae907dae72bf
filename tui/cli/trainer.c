#include "cli/trainer.h"

#include "cli/source.h"

static void
flush(void *arg)
{
	stream_flush(&((struct cli *)arg)->err);
}

void
trainer_keep(struct trainer *trainer)
{
	struct err err = ERR_INIT;

	trainer->db = db_open(true, &err);
	if (!trainer->db) {
		cli_fail(trainer->cli, &err);
		sink_put(trainer->cli->io.err, "svcsim: going on; results are not kept\n");
		flush(trainer->cli);
	}
	trainer->drill.db = trainer->exam.db = trainer->db;
}

int
trainer_run(struct cli *cli, int (*run)(struct trainer *trainer))
{
	struct trainer trainer = { .cli = cli, .drill = { .wall = wall_now }, .exam = { .wall = wall_now } };
	struct err err = ERR_INIT;
	int status;

	if (library_open(&trainer.library, &cli->io, &err))
		return cli_fail(cli, &err);
	trainer.drill.library = trainer.exam.library = &trainer.library;
	trainer.lines = !cli->interactive;
	status = run(&trainer);
	exam_close(&trainer.exam);
	drill_close(&trainer.drill);
	review_close(&trainer.review);
	db_close(trainer.db);
	library_close(&trainer.library);
	return status;
}

int
trainer_screens(struct trainer *trainer, const struct screen_ops *first)
{
	struct exam *exam = &trainer->exam;
	struct app app = { .library = &trainer->library, .drill = exam->n ? exam_question(exam) : &trainer->drill,
		.practice = &trainer->drill, .exam = exam, .review = &trainer->review };
	struct err err = ERR_INIT;
	int failed;

	if (term_open(&err))
		return cli_fail(trainer->cli, &err);
	failed = app_run(&app, first, &err);
	term_close();
	return failed ? cli_fail(trainer->cli, &err) : 0;
}

int
trainer_drill(struct trainer *trainer)
{
	struct cli *cli = trainer->cli;

	return trainer->lines ? lines_run(&trainer->drill, &cli->io, cli->interactive, flush, cli)
		: trainer_screens(trainer, &screen_desk);
}

int
trainer_exam(struct trainer *trainer)
{
	struct cli *cli = trainer->cli;

	return trainer->lines ? lines_run_exam(&trainer->exam, &cli->io, cli->interactive, flush, cli)
		: trainer_screens(trainer, &screen_desk);
}

uint64_t
trainer_seed(const struct trainer *trainer)
{
	const struct flags *flags = &trainer->cli->flags;

	return flag_given(flags, "seed") ? (uint64_t)flag_int(flags, "seed") : (uint64_t)wall_now() / 1000;
}
