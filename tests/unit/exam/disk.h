/* The files of the repository, for tests that are run from its root. */
#ifndef TESTS_EXAM_DISK_H
#define TESTS_EXAM_DISK_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcsim/io.h"

static enum io_result
read_file(struct io *io, const char *path, struct str *out)
{
	FILE *file = fopen(path, "r");
	char chunk[4096];
	size_t n;

	(void)io;
	if (file == NULL)
		return IO_NOT_FOUND;
	while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
		str_addn(out, chunk, n);
	fclose(file);
	return IO_OK;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum io_result
list_folder(struct io *io, const char *path, struct io_names *out)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;

	(void)io;
	if (folder == NULL)
		return IO_NOT_FOUND;
	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			*vec_push(out) = xstrdup(entry->d_name);
	closedir(folder);
	qsort(out->v, out->n, sizeof *out->v, by_name);
	return IO_OK;
}

static const struct io_files disk = { .read = read_file, .list = list_folder };

#endif
