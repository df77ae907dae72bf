/* svcsim pack lint: every fault of packs, by file, line and column. */
#include <string.h>

#include "cli/pack.h"
#include "svcsim/lint.h"

struct linting {
	struct cli *cli;
	size_t packs, faults;
};

static void
print_fault(void *arg, const struct lint_fault *fault)
{
	struct linting *linting = arg;
	const struct err *at = &fault->at;
	struct sink *out = linting->cli->io.out;

	linting->faults++;
	sink_printf(out, "%s:", at->file);
	if (at->line)
		sink_printf(out, "%u:", at->line);
	if (at->column)
		sink_printf(out, "%u:", at->column);
	sink_printf(out, " %s (%s)\n", at->text, lint_rule_name(fault->rule));
}

static int
lint_pack(struct linting *linting, const struct library *library, size_t i, struct err *err)
{
	char *folder = library_pack_folder(library, i);
	int failed = pack_lint(&linting->cli->io, folder, print_fault, linting, err);

	free(folder);
	linting->packs++;
	return failed;
}

static int
lint_library(void *arg, struct library *library, size_t pack, size_t scenario, struct err *err)
{
	(void)scenario;
	return lint_pack(arg, library, pack, err);
}

int
cmd_pack_lint(struct cli *cli)
{
	struct linting linting = { .cli = cli };
	struct err err = ERR_INIT;

	if (packs_each(cli, lint_library, &linting, &err))
		return cli_fail(cli, &err);
	if (!linting.packs) {
		err_set(&err, ERR_INPUT, "nothing to lint: no folder there has a .yaml file");
		return cli_fail(cli, &err);
	}
	if (!linting.faults)
		sink_printf(cli->io.out, "%zu %s, no fault\n", linting.packs, linting.packs == 1 ? "pack" : "packs");
	else
		sink_printf(cli->io.err, "svcsim: %zu %s\n", linting.faults, linting.faults == 1 ? "fault" : "faults");
	return linting.faults ? 1 : 0;
}
