/* The rows' run functions and the tables of groups, one cmd_<name>.c each. */
#ifndef CLI_SUBCOMMANDS_H
#define CLI_SUBCOMMANDS_H

#include "cli/cli.h"

int cmd_sim(struct cli *cli);		/* trace, rules: the cluster is only read */
int cmd_sim_change(struct cli *cli);	/* kubectl, on: the cluster is saved afterwards */
int cmd_shell(struct cli *cli);
int cmd_drill(struct cli *cli);
int cmd_sandbox(struct cli *cli);
int cmd_exam(struct cli *cli);
int cmd_review(struct cli *cli);
int cmd_grade(struct cli *cli);
int cmd_report(struct cli *cli);
int cmd_start(struct cli *cli);
int cmd_explain(struct cli *cli);
int cmd_progress(struct cli *cli);
int cmd_completion(struct cli *cli);
int cmd_complete(struct cli *cli);
int cmd_man(struct cli *cli);
int cmd_help(struct cli *cli);

extern const struct flag shell_flags[], drill_flags[], sandbox_flags[], exam_flags[], review_flags[], grade_flags[], progress_flags[], report_flags[];
extern const struct subcommand cluster_subcommands[];
extern const struct subcommand pack_subcommands[];

#endif
