/* What the subcommands of the trainer share: the packs, the database, and a screen or lines on them. */
#ifndef CLI_TRAINER_H
#define CLI_TRAINER_H

#include "cli/cli.h"
#include "screen/lines.h"
#include "screen/screen.h"

struct trainer {
	struct cli *cli;
	struct library library;
	struct drill drill;
	struct exam exam;
	struct review review;
	struct db *db;
	bool lines;		/* without a screen */
};

/* Finds the packs and runs; returns the exit status. */
int trainer_run(struct cli *cli, int (*run)(struct trainer *trainer));
/* Opens the database.  What is practised counts more than that it is kept: without it all goes on, which is told. */
void trainer_keep(struct trainer *trainer);
int trainer_screens(struct trainer *trainer, const struct screen_ops *first);
/* The desk, or line by line. */
int trainer_drill(struct trainer *trainer);
int trainer_exam(struct trainer *trainer);
/* The seed that --seed gives, else one that no other run has. */
uint64_t trainer_seed(const struct trainer *trainer);

#endif
