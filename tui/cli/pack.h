/* The packs that a subcommand's words name: of the library by name, any folder by its path, all without words. */
#ifndef CLI_PACK_H
#define CLI_PACK_H

#include "cli/cli.h"
#include "screen/library.h"

/* scenario: SIZE_MAX when the word names the whole pack.  -1 stops. */
typedef int packs_fn(void *arg, struct library *library, size_t pack, size_t scenario, struct err *err);
MUST_CHECK int packs_each(struct cli *cli, packs_fn *fn, void *arg, struct err *err);

int cmd_pack_lint(struct cli *cli);
int cmd_pack_new(struct cli *cli);
int cmd_pack_test(struct cli *cli);
extern const struct flag pack_new_flags[], pack_test_flags[];

#endif
