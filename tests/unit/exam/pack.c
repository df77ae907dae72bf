/* Packs from a folder made up in memory: order, limits, and where a fault is told. */
#include "svcsim/exam.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "svcsim/vec.h"

#define SCENARIO(name, more) \
	"apiVersion: svcsim/v1\nkind: Scenario\nmetadata: {name: " name "}\nspec:\n  title: T\n  objective: o\n" \
	"  kind: task\n  minutes: 5\n  weight: 4\n  task: Do it.\n  explain: So.\n  solution: a\n" \
	"  checks: [{points: 1, object: {kind: Service, name: web}}]\n" more

struct file {
	const char *name, *text;
};

struct folder {
	const struct file *files;
	size_t n;
};

/* A file that the folder does not hold is a scenario named by its number: packs/many has 513 of them. */
static enum io_result
read_file(struct io *io, const char *path, struct str *out)
{
	const struct folder *folder = io->files_state;
	const char *name = strrchr(path, '/') + 1;

	for (size_t i = 0; i < folder->n; i++) {
		if (strcmp(folder->files[i].name, name) != 0)
			continue;
		if (folder->files[i].text == NULL)
			return IO_TOO_LARGE;
		str_add(out, folder->files[i].text);
		return IO_OK;
	}
	str_addf(out, SCENARIO("s%.4s", ""), name);
	return IO_OK;
}

static enum io_result
list_folder(struct io *io, const char *path, struct io_names *out)
{
	const struct folder *folder = io->files_state;

	if (strcmp(path, "packs/none") == 0)
		return IO_NOT_FOUND;
	for (size_t i = 0; i < folder->n; i++)
		*vec_push(out) = xstrdup(folder->files[i].name);
	for (int i = 0; strcmp(path, "packs/many") == 0 && i < 513; i++)
		*vec_push(out) = xasprintf("%04d.yaml", i);
	return IO_OK;
}

static const struct io_files files = { .read = read_file, .list = list_folder };

static struct pack *
load(const char *path, const struct file *list, size_t n, struct err *err)
{
	struct folder folder = { list, n };
	struct io io = { .files = &files, .files_state = &folder };

	return pack_load(&io, path, err);
}

static void
test_order_and_names(void **state)
{
	static const struct file list[] = {
		{ "01-b.yaml", SCENARIO("b", "") },
		{ "02-a.yaml", SCENARIO("a", "") },
		{ "README.md", "not read" },
	};
	struct err err = ERR_INIT;
	struct pack *pack = load("some/packs/services-basics/", list, 3, &err);

	(void)state;
	assert_non_null(pack);
	assert_string_equal(pack_name(pack), "services-basics");
	assert_string_equal(pack_title(pack), "Services basics");
	assert_int_equal(pack_count(pack), 2);
	assert_string_equal(scenario_info(pack_scenario(pack, 0)).name, "b");
	assert_ptr_equal(pack_find(pack, "a"), pack_scenario(pack, 1));
	assert_null(pack_find(pack, "c"));
	assert_null(pack_scenario(pack, 2));
	assert_string_not_equal(scenario_hash(pack_scenario(pack, 0)), scenario_hash(pack_scenario(pack, 1)));
	pack_free(pack);
}

static void
refused(const char *path, const struct file *list, size_t n, const char *file, unsigned line, const char *text)
{
	struct err err = ERR_INIT;

	assert_null(load(path, list, n, &err));
	assert_string_equal(err.text, text);
	assert_string_equal(err.file, file);
	assert_int_equal(err.line, line);
	err_release(&err);
}

static void
test_refused(void **state)
{
	static const struct file twice[] = { { "1.yaml", SCENARIO("a", "") }, { "2.yaml", SCENARIO("a", "") } };
	static const struct file bad[] = {{"1.yaml", SCENARIO("a", "")}, {"2.yaml", SCENARIO("b", "  nope: 1\n")}};
	static const struct file unreadable[] = { { "1.yaml", NULL } };
	static const struct file text[] = { { "README.md", "x" } };
	struct err err = ERR_INIT;

	(void)state;
	refused("packs/p", twice, 2, "packs/p/2.yaml", 0, "the pack has another scenario of the name a");
	assert_null(load("packs/p", bad, 2, &err));
	assert_string_equal(err.file, "packs/p/2.yaml");
	assert_int_equal(err.line, 14);
	assert_int_equal(err.column, 3);
	err_release(&err);
	refused("packs/p", unreadable, 1, "packs/p/1.yaml", 0, io_result_text(IO_TOO_LARGE));
	refused("packs/p", text, 1, "packs/p", 0, "there is no .yaml file in this folder");
	refused("packs/none", NULL, 0, "packs/none", 0, io_result_text(IO_NOT_FOUND));
	refused("packs/many", NULL, 0, "packs/many", 0, "more than 512 scenarios");
}

static void
test_large_file(void **state)
{
	struct str text = STR_INIT;
	struct file large[1] = { { "1.yaml", NULL } };
	struct err err = ERR_INIT;
	struct pack *pack;

	(void)state;
	str_add(&text, SCENARIO("a", "# "));
	str_addrep(&text, 'x', (256u << 10) - text.len);
	large[0].text = text.buf;
	pack = load("packs/p", large, 1, &err);
	assert_non_null(pack);
	pack_free(pack);
	str_addch(&text, 'x');
	large[0].text = text.buf;
	refused("packs/p", large, 1, "packs/p/1.yaml", 0, "larger than 262144 bytes");
	str_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_and_names),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_large_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
