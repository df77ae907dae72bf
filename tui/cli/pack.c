#include "cli/pack.h"

static int
all(struct library *library, packs_fn *fn, void *arg, struct err *err)
{
	for (size_t i = 0; i < library->names.n; i++)
		if (fn(arg, library, i, SIZE_MAX, err))
			return -1;
	return 0;
}

/* All packs of the folder at this path. */
static int
of_path(struct cli *cli, const char *path, packs_fn *fn, void *arg, struct err *err)
{
	struct library library;
	int failed;

	if (library_open_at(&library, &cli->io, path, err))
		return -1;
	failed = all(&library, fn, arg, err);
	library_close(&library);
	return failed;
}

static int
of_word(struct cli *cli, struct library *library, const char *word, packs_fn *fn, void *arg, struct err *err)
{
	size_t pack, scenario;

	struct io_names inside = VEC_INIT;
	bool folder = !library_has(library, word) && cli->io.files->list(&cli->io, word, &inside) == IO_OK;

	io_names_release(&inside);
	if (folder)
		return of_path(cli, word, fn, arg, err);
	return library_find(library, word, &pack, &scenario, err) || fn(arg, library, pack, scenario, err) ? -1 : 0;
}

int
packs_each(struct cli *cli, packs_fn *fn, void *arg, struct err *err)
{
	struct library library;
	int failed = 0;

	if (library_open(&library, &cli->io, err))
		return -1;
	if (!cli_arg(cli, 0))
		failed = all(&library, fn, arg, err);
	for (size_t i = 0; cli_arg(cli, i) && !failed; i++)
		failed = of_word(cli, &library, cli_arg(cli, i), fn, arg, err);
	library_close(&library);
	return failed;
}
