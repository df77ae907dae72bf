#include "screen/library.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "svcsim/distance.h"
#include "svcsim/vec.h"

/* The folder so many levels above the program's own, without a slash at its end; NULL where that can't be known. */
static char *
program_folder(int levels)
{
	char path[4096], *slash;
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);

	if (len <= 0)
		return NULL;
	path[len] = '\0';
	for (; levels >= 0; levels--) {
		slash = strrchr(path, '/');
		if (!slash)
			return NULL;
		*slash = '\0';
	}
	return xstrdup(path);
}

static char *
find_folder(void)
{
	static const struct {
		int levels;
		const char *path;
	} places[] = { { 1, "share/svcsim/scenarios" }, { 2, "scenarios" } };	/* installed, built */
	const char *given = getenv("SVCSIM_SCENARIOS");
	char *found = NULL;

	if (given && *given)
		return xstrdup(given);
	for (size_t i = 0; !found && i < sizeof places / sizeof places[0]; i++) {
		char *folder = program_folder(places[i].levels);

		found = folder ? xasprintf("%s/%s", folder, places[i].path) : NULL;
		if (found && access(found, R_OK)) {
			free(found);
			found = NULL;
		}
		free(folder);
	}
	return found;
}

/* Only folders are packs. */
static void
keep_folders(struct library *library)
{
	struct io_names *names = &library->names;
	size_t kept = 0;

	for (size_t i = 0; i < names->n; i++) {
		char *path = xasprintf("%s/%s", library->folder, names->v[i]);
		struct io_names inside = VEC_INIT;
		bool is_pack = names->v[i][0] != '.' && library->io->files->list(library->io, path, &inside) == IO_OK;

		io_names_release(&inside);
		free(path);
		if (is_pack)
			names->v[kept++] = names->v[i];
		else
			free(names->v[i]);
	}
	names->n = kept;
}

int
library_open(struct library *library, struct io *io, struct err *err)
{
	enum io_result result;

	*library = (struct library){ .io = io, .folder = find_folder() };
	if (!library->folder)
		return err_set(err, ERR_INPUT, "no scenarios found beside the program; name their folder in SVCSIM_SCENARIOS");
	result = io->files->list(io, library->folder, &library->names);
	if (result != IO_OK) {
		err_at(err, library->folder, 0, 0, "no scenarios here: %s", io_result_text(result));
		library_close(library);
		return -1;
	}
	keep_folders(library);
	library->packs = xcalloc(library->names.n, sizeof *library->packs);
	return 0;
}

void
library_close(struct library *library)
{
	for (size_t i = 0; library->packs && i < library->names.n; i++)
		if (library->packs[i])
			pack_free(library->packs[i]);
	free(library->packs);
	io_names_release(&library->names);
	free(library->folder);
	*library = (struct library){ .io = NULL };
}

char *
library_pack_folder(const struct library *library, size_t i)
{
	if (strchr(library->names.v[i], '/'))	/* one that was named by its path */
		return xstrdup(library->names.v[i]);
	return xasprintf("%s/%s", library->folder, library->names.v[i]);
}

struct pack *
library_pack(struct library *library, size_t i, struct err *err)
{
	if (!library->packs[i]) {
		char *path = library_pack_folder(library, i);

		library->packs[i] = pack_load(library->io, path, err);
		free(path);
	}
	return library->packs[i];
}

size_t
library_first(struct library *library, struct err *err)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < library->names.n; i++) {
		const struct pack *pack = library_pack(library, i, err);

		if (!pack)
			return SIZE_MAX;
		if (pack_guided(pack))
			return i;
		if (found == SIZE_MAX && pack_count(pack) > 0)
			found = i;
	}
	if (found == SIZE_MAX)
		err_at(err, library->folder, 0, 0, "there are no packs here");
	return found;
}

const char *
library_exam(struct library *library, struct err *err)
{
	for (size_t i = 0; i < library->names.n; i++) {
		const struct pack *pack = library_pack(library, i, err);

		if (!pack)
			return NULL;
		if (pack_exam(pack))
			return library->names.v[i];
	}
	err_at(err, library->folder, 0, 0, "no pack here is an exam");
	return NULL;
}

char *
library_sandbox(struct library *library, struct err *err)
{
	for (size_t i = 0; i < library->names.n; i++) {
		const struct pack *pack = library_pack(library, i, err);

		for (size_t j = 0; pack && j < pack_count(pack); j++) {
			const struct scenario_info info = scenario_info(pack_scenario(pack, j));

			if (strcmp(info.kind, "free") == 0)
				return xasprintf("%s/%s", pack_name(pack), info.name);
		}
		if (!pack)
			return NULL;
	}
	err_at(err, library->folder, 0, 0, "no scenario here is of kind free");
	return NULL;
}

/* By its name, or as its file is called: NN-NAME.yaml. */
static bool
is_scenario(const char *name, const char *words)
{
	size_t len = strlen(words), number = strspn(words, "0123456789");

	if (strcmp(name, words) == 0)
		return true;
	if (!str_ends(words, ".yaml"))
		return false;
	len -= strlen(".yaml");
	if (number && words[number] == '-') {
		words += number + 1;
		len -= number + 1;
	}
	return strncmp(name, words, len) == 0 && !name[len];
}

static const char *
nearest_scenario(const struct pack *pack, const char *name)
{
	const char *nearest = NULL;
	size_t least = strlen(name) / 3 + 2;

	for (size_t i = 0; i < pack_count(pack); i++) {
		const char *other = scenario_info(pack_scenario(pack, i)).name;
		size_t distance = word_distance(name, other);

		if (distance < least) {
			least = distance;
			nearest = other;
		}
	}
	return nearest;
}

static int
find_scenario(const struct pack *pack, const char *name, size_t *at, struct err *err)
{
	const char *nearest;

	for (size_t i = 0; i < pack_count(pack); i++)
		if (is_scenario(scenario_info(pack_scenario(pack, i)).name, name)) {
			*at = i;
			return 0;
		}
	nearest = nearest_scenario(pack, name);
	if (nearest)
		return err_set(err, ERR_INPUT, "pack \"%s\" has no scenario \"%s\"; did you mean \"%s\"?", pack_name(pack), name,
			nearest);
	return err_set(err, ERR_INPUT, "pack \"%s\" has no scenario \"%s\"; `svcsim pack show %s` lists them", pack_name(pack),
		name, pack_name(pack));
}

/* Is the pack at i of that name?  One that was named by its path has its folder's. */
static bool
is_named(const struct library *library, size_t i, const char *name, size_t len)
{
	const char *own = library->names.v[i], *slash = strrchr(own, '/');

	own = slash ? slash + 1 : own;
	return strncmp(own, name, len) == 0 && !own[len];
}

bool
library_has(const struct library *library, const char *words)
{
	size_t len = strcspn(words, "/");

	for (size_t i = 0; i < library->names.n; i++)
		if (is_named(library, i, words, len))
			return true;
	return false;
}

/* A folder by its path: a pack, or a folder of packs, beside those of the library. */
static bool
is_folder(struct library *library, const char *path, bool *holds_scenarios)
{
	struct io_names inside = VEC_INIT;
	bool folder = library->io->files->list(library->io, path, &inside) == IO_OK;

	*holds_scenarios = false;
	for (size_t i = 0; i < inside.n; i++)
		*holds_scenarios = *holds_scenarios || str_ends(inside.v[i], ".yaml");
	io_names_release(&inside);
	return folder;
}

/*
 * PATH or PATH/SCENARIO, where PATH is a pack's folder, joins the library; *scenario is what follows it.  -1: there is no
 * such folder.
 */
static int
add_path(struct library *library, const char *words, const char **scenario)
{
	size_t len = strlen(words);
	bool holds = false, folder;
	char *path, *slash;

	while (len > 1 && words[len - 1] == '/')
		len--;
	path = xstrndup(words, len);
	slash = strrchr(path, '/');
	*scenario = "";
	folder = is_folder(library, path, &holds);
	if (!folder && slash) {
		*slash = '\0';
		*scenario = words + (slash - path) + 1;
		folder = is_folder(library, path, &holds);
		slash = strchr(path, '/');
	}
	if (!folder || (!slash && !holds)) {	/* a word may be a mistyped name: only what holds scenarios is meant */
		free(path);
		return -1;
	}
	library->packs = xreallocarray(library->packs, library->names.n + 1, sizeof *library->packs);
	library->packs[library->names.n] = NULL;
	*vec_push(&library->names) = slash ? xstrdup(path) : xasprintf("./%s", path);
	free(path);
	return 0;
}

static const char *
nearest_pack(const struct library *library, const char *name)
{
	const char *nearest = NULL;
	size_t least = strlen(name) / 3 + 2;

	for (size_t i = 0; i < library->names.n; i++) {
		size_t distance = word_distance(name, library->names.v[i]);

		if (distance < least) {
			least = distance;
			nearest = library->names.v[i];
		}
	}
	return nearest;
}

static int
no_pack(const struct library *library, const char *words, struct err *err)
{
	char *name = xstrndup(words, strcspn(words, "/"));
	const char *nearest = nearest_pack(library, name);

	if (words[0] == '.' || words[0] == '/')
		err_at(err, words, 0, 0, "no folder of scenarios");
	else if (nearest)
		err_set(err, ERR_INPUT, "no pack \"%s\"; did you mean \"%s\"?", name, nearest);
	else
		err_set(err, ERR_INPUT, "no pack \"%s\" in %s, and no such folder here; `svcsim pack list` names them", name,
			library->folder);
	free(name);
	return -1;
}

int
library_find(struct library *library, const char *words, size_t *pack, size_t *at, struct err *err)
{
	size_t len = strcspn(words, "/");
	const struct pack *found;
	const char *scenario;

	*at = SIZE_MAX;
	for (size_t i = library->names.n; i-- > 0;) {	/* what was named by its path comes last, and is meant first */
		if (!is_named(library, i, words, len))
			continue;
		*pack = i;
		found = library_pack(library, i, err);
		if (!found)
			return -1;
		return words[len] && words[len + 1] ? find_scenario(found, words + len + 1, at, err) : 0;
	}
	if (add_path(library, words, &scenario))
		return no_pack(library, words, err);
	*pack = library->names.n - 1;
	found = library_pack(library, *pack, err);
	if (!found)
		return -1;
	return *scenario ? find_scenario(found, scenario, at, err) : 0;
}


int
library_open_at(struct library *library, struct io *io, const char *path, struct err *err)
{
	size_t len = strlen(path);
	bool pack;

	*library = (struct library){ .io = io };
	while (len > 1 && path[len - 1] == '/')
		len--;
	library->folder = xstrndup(path, len);
	if (!is_folder(library, library->folder, &pack)) {
		err_at(err, path, 0, 0, "no folder of scenarios");
		library_close(library);
		return -1;
	}
	if (pack) {	/* its name is all that the library lists */
		char *slash = strrchr(library->folder, '/');

		library->names.v = xcalloc(1, sizeof *library->names.v);
		library->names.n = library->names.cap = 1;
		library->names.v[0] = xstrdup(slash ? slash + 1 : library->folder);
		if (slash)
			*slash = '\0';
		else
			strcpy(library->folder, ".");
	} else {
		io->files->list(io, library->folder, &library->names);
		keep_folders(library);
	}
	library->packs = xcalloc(library->names.n + 1, sizeof *library->packs);
	return 0;
}
