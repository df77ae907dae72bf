/*
 * Every shipped scenario, proved for several seeds: untouched it gives nothing, its solution everything, and each wrong
 * answer loses the checks that it names.  Run from the root of the repository.
 */
#include "svcsim/exam.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "svcsim/vec.h"

#define NOW (INT64_C(1795405241) * 1000000000)	/* 2026-11-23T03:40:41Z */
#define SEEDS 5

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

/* How many scenarios of the folder hold for the seeds; the others are told. */
static size_t
prove_pack(struct io *io, const char *folder, size_t *count)
{
	struct err err = ERR_INIT;
	struct pack *pack = pack_load(io, folder, &err);
	size_t proved = 0;

	if (pack == NULL)
		print_error("%s:%u:%u: %s\n", err.file, err.line, err.column, err.text);
	assert_non_null(pack);
	for (size_t i = 0; i < pack_count(pack); i++) {
		int failed = 0;

		for (uint64_t seed = 1; seed <= SEEDS && !failed; seed++) {
			failed = scenario_test(pack_scenario(pack, i), seed, NOW, &err);
			if (failed)
				print_error("seed %u: %s\n", (unsigned)seed, err.text);
		}
		proved += !failed;
	}
	*count += pack_count(pack);
	err_release(&err);
	pack_free(pack);
	return proved;
}

static void
test_shipped_packs(void **state)
{
	struct io io = { .files = &disk };
	struct io_names packs = { NULL, 0, 0 };
	size_t count = 0, proved = 0;

	(void)state;
	assert_int_equal(list_folder(&io, "scenarios", &packs), IO_OK);
	for (size_t i = 0; i < packs.n; i++) {
		char *folder = xasprintf("scenarios/%s", packs.v[i]);

		if (!str_ends(folder, ".md"))
			proved += prove_pack(&io, folder, &count);
		free(folder);
	}
	io_names_release(&packs);
	assert_true(count > 0);
	assert_int_equal(proved, count);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_packs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
