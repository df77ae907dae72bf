/*
 * A pack: the .yaml files of one folder in the order of their names, one scenario each, and one that describes it.  Untrusted: how many and how
 * large they may be is limited before they are read.
 */
#include <stdlib.h>
#include <string.h>

#include "exam/plan.h"
#include "exam/scenario.h"
#include "svcsim/vec.h"

#define PACK_FILES_MAX 512
#define PACK_FILE_BYTES (256u << 10)

struct pack {
	char *name, *title;
	struct plan plan;
	VEC(struct scenario *) scenarios;
};

/* The folder's own name, without what leads to it. */
static char *
folder_name(const char *folder)
{
	size_t end = strlen(folder), start;

	while (end > 1 && folder[end - 1] == '/')
		end--;
	for (start = end; start > 0 && folder[start - 1] != '/';)
		start--;
	return xstrndup(folder + start, end - start);
}

/* services-basics -> Services basics */
static char *
title_of(const char *name)
{
	char *title = xstrdup(name);

	for (char *at = title; *at != '\0'; at++)
		if (*at == '-')
			*at = ' ';
	title[0] = (char)ascii_toupper((unsigned char)title[0]);
	return title;
}

static int
add_plan(struct pack *pack, const char *path, const struct str *text, struct err *err)
{
	if (plan_read(&pack->plan, path, text->buf, text->len, err) < 0)
		return -1;
	free(pack->title);
	pack->title = xstrdup(pack->plan.title);
	return 0;
}

static int
add_scenario(struct pack *pack, const char *path, const struct str *text, struct err *err)
{
	struct scenario *scenario;

	scenario = scenario_read(path, text->buf, text->len, err);
	if (scenario == NULL)
		return -1;
	if (pack_find(pack, scenario->name) != NULL) {
		err_at(err, path, 0, 0, "the pack has another scenario of the name %s", scenario->name);
		scenario_free(scenario);
		return -1;
	}
	*vec_push(&pack->scenarios) = scenario;
	return 0;
}

static int
read_file(struct pack *pack, struct io *io, const char *folder, const char *name, struct err *err)
{
	char *path = xasprintf("%s/%s", folder, name);
	struct str text = STR_INIT;
	enum io_result read = io->files->read(io, path, &text);
	int result;

	if (read != IO_OK)
		result = err_at(err, path, 0, 0, "%s", io_result_text(read));
	else if (text.len > PACK_FILE_BYTES)
		result = err_at(err, path, 0, 0, "larger than %u bytes", PACK_FILE_BYTES);
	else
		result = strcmp(name, PLAN_FILE) == 0 ? add_plan(pack, path, &text, err) : add_scenario(pack, path, &text, err);
	str_release(&text);
	free(path);
	return result;
}

static int
read_files(struct pack *pack, struct io *io, const char *folder, const struct io_names *names, struct err *err)
{
	size_t files = 0;

	for (size_t i = 0; i < names->n; i++) {
		if (!str_ends(names->v[i], ".yaml"))
			continue;
		if (++files > PACK_FILES_MAX)
			return err_at(err, folder, 0, 0, "more than %d scenarios", PACK_FILES_MAX);
		if (read_file(pack, io, folder, names->v[i], err) < 0)
			return -1;
	}
	if (files == 0)
		return err_at(err, folder, 0, 0, "there is no .yaml file in this folder");
	if (pack->scenarios.n == 0 && !pack->plan.is_exam)
		return err_at(err, folder, 0, 0, "there is no scenario in this folder");
	return 0;
}

struct pack *
pack_load(struct io *io, const char *folder, struct err *err)
{
	struct pack *pack = xcalloc(1, sizeof *pack);
	struct io_names names = { NULL, 0, 0 };
	enum io_result listed = io->files->list(io, folder, &names);
	int result;

	pack->name = folder_name(folder);
	pack->title = title_of(pack->name);
	if (listed == IO_OK)
		result = read_files(pack, io, folder, &names, err);
	else
		result = err_at(err, folder, 0, 0, "%s", io_result_text(listed));
	io_names_release(&names);
	if (result == 0)
		return pack;
	pack_free(pack);
	return NULL;
}

void
pack_free(struct pack *pack)
{
	if (pack == NULL)
		return;
	for (size_t i = 0; i < pack->scenarios.n; i++)
		scenario_free(pack->scenarios.v[i]);
	vec_release(&pack->scenarios);
	plan_release(&pack->plan);
	free(pack->name);
	free(pack->title);
	free(pack);
}

size_t
pack_count(const struct pack *pack)
{
	return pack->scenarios.n;
}

const struct scenario *
pack_scenario(const struct pack *pack, size_t i)
{
	return i < pack->scenarios.n ? pack->scenarios.v[i] : NULL;
}

const struct scenario *
pack_find(const struct pack *pack, const char *name)
{
	for (size_t i = 0; i < pack->scenarios.n; i++)
		if (strcmp(pack->scenarios.v[i]->name, name) == 0)
			return pack->scenarios.v[i];
	return NULL;
}

const char *
pack_name(const struct pack *pack)
{
	return pack->name;
}

const char *
pack_title(const struct pack *pack)
{
	return pack->title;
}

const char *
pack_about(const struct pack *pack)
{
	return pack->plan.about != NULL ? pack->plan.about : "";
}

bool
pack_guided(const struct pack *pack)
{
	return pack->plan.guided;
}

const struct exam_plan *
pack_exam(const struct pack *pack)
{
	return pack->plan.is_exam ? &pack->plan.exam : NULL;
}
