/*
 * The packs that there are: folders of $SVCSIM_SCENARIOS, else of share/svcsim/scenarios beside the installed program,
 * else of scenarios/ in the tree that it was built in.  A pack is read when it is asked for first.
 */
#ifndef SCREEN_LIBRARY_H
#define SCREEN_LIBRARY_H

#include "svcsim/exam.h"

struct library {
	struct io *io;
	char *folder;
	struct io_names names;
	struct pack **packs;	/* NULL: not read yet */
};

MUST_CHECK int library_open(struct library *library, struct io *io, struct err *err);
/* The folder at this path instead: one pack, or a folder of packs. */
MUST_CHECK int library_open_at(struct library *library, struct io *io, const char *path, struct err *err);
void library_close(struct library *library);
/* The pack's folder; owned by the caller. */
char *library_pack_folder(const struct library *library, size_t i);

/* NULL: err has file, line and column. */
struct pack *library_pack(struct library *library, size_t i, struct err *err);
/* Where a newcomer begins: the guided path, else the first pack with scenarios.  SIZE_MAX: none, or one can't be read. */
size_t library_first(struct library *library, struct err *err);
/* The first that is an exam: its name; NULL: there is none, or one can't be read. */
/* "PACK/SCENARIO" of the first scenario of kind free; owned by the caller. */
char *library_sandbox(struct library *library, struct err *err);
const char *library_exam(struct library *library, struct err *err);
bool library_has(const struct library *library, const char *words);	/* a pack of that name */
/* "PACK" or "PACK/SCENARIO", where PACK may be a folder's path that has a slash in it: *pack, and *at the scenario, SIZE_MAX without one. */
MUST_CHECK int library_find(struct library *library, const char *words, size_t *pack, size_t *at, struct err *err);

#endif
