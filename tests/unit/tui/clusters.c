/* Clusters in a database file: what is saved comes back, only changes are written, and writers wait for each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "progress/clusters.h"

#define NOW INT64_C(1754000000000000000)
#define SECOND INT64_C(1000000000)

static char folder[] = "/tmp/svcsim-test-XXXXXX";
static char *path;

static int
make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	path = xasprintf("%s/made/t.db", folder);
	return setenv("SVCSIM_DB", path, 1);
}

static int
remove_folder(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char *made = xasprintf("%s/made", folder);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *file = xasprintf("%s%s", path, ends[i]);

		remove(file);
		free(file);
	}
	rmdir(made);
	free(made);
	free(path);
	return rmdir(folder);
}

/* Removes the file, so that each test begins without one. */
static int
no_database(void **state)
{
	(void)state;
	remove(path);
	return 0;
}

static void
run(struct sim *sim, const char *line, struct str *out)
{
	struct sink_str text = SINK_STR_INIT;
	struct io io = { .out = &text.sink, .err = &text.sink };

	sim_line(sim, &io, line);
	str_add(out, text.str.buf);
	str_release(&text.str);
}

static struct db *
begin(enum db_mode mode)
{
	struct err err = ERR_INIT;
	struct db *db = db_open(mode == DB_WRITE, &err);

	assert_non_null(db);
	assert_int_equal(db_begin(db, mode, &err), 0);
	return db;
}

static void
add_default(const char *name)
{
	struct err err = ERR_INIT;
	struct db *db = begin(DB_WRITE);
	struct sim *sim = sim_new(1, NOW, NULL, 0, false, &err);
	struct db_cluster cluster;

	assert_non_null(sim);
	assert_int_equal(clusters_add(db, name, sim, NOW, &cluster, &err), 0);
	assert_int_equal(db_commit(db, &err), 0);
	db_cluster_release(&cluster);
	sim_free(sim);
	db_close(db);
}

/* One process's life: load, a line, save. */
static bool
change(const char *name, int64_t wall, const char *line, struct str *out)
{
	struct err err = ERR_INIT;
	struct db *db = begin(DB_WRITE);
	struct db_cluster cluster;
	struct sim *sim = clusters_load(db, name, wall, &cluster, &err);
	bool wrote;

	assert_non_null(sim);
	run(sim, line, out);
	assert_int_equal(clusters_save(db, &cluster, sim, wall, &wrote, &err), 0);
	assert_int_equal(db_commit(db, &err), 0);
	db_cluster_release(&cluster);
	sim_free(sim);
	db_close(db);
	return wrote;
}

static void
a_change_is_there_for_the_next_process(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	add_default("lab");
	assert_true(change("lab", NOW, "kubectl delete service web", &out));
	assert_string_equal(out.buf, "service \"web\" deleted\n");
	str_clear(&out);
	assert_true(change(NULL, NOW, "kubectl create service clusterip db --tcp=5432", &out));
	str_clear(&out);
	assert_false(change(NULL, NOW, "kubectl get services -o name", &out));
	assert_string_equal(out.buf, "service/db\nservice/kubernetes\n");
	str_release(&out);
}

static void
files_and_namespace_of_the_shell_last(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	add_default("lab");
	change("lab", NOW, "kubectl create namespace shop; kubectl config set-context --current --namespace=shop", &out);
	change("lab", NOW, "echo kept >note", &out);
	str_clear(&out);
	change("lab", NOW, "cat note; kubectl config view --minify -o jsonpath='{..namespace}'", &out);
	assert_string_equal(out.buf, "kept\nshop");
	str_release(&out);
}

static void
the_clock_goes_on_between_processes(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	add_default("lab");
	assert_false(change("lab", NOW + 3600 * SECOND, "kubectl get service web --no-headers", &out));
	assert_non_null(strstr(out.buf, "60m"));
	str_release(&out);
}

static void
a_name_is_taken_once(void **state)
{
	struct err err = ERR_INIT;
	struct db *db;
	struct sim *sim = sim_new(1, NOW, NULL, 0, false, &err);
	struct db_cluster cluster;

	(void)state;
	add_default("lab");
	db = begin(DB_WRITE);
	assert_int_equal(clusters_add(db, "lab", sim, NOW, &cluster, &err), -1);
	assert_string_equal(err.text, "cluster \"lab\" exists already");
	err_release(&err);
	assert_int_equal(clusters_delete(db, "lab", &err), 0);
	assert_int_equal(clusters_use(db, "lab", &err), -1);
	err_release(&err);
	assert_null(clusters_load(db, NULL, NOW, &cluster, &err));
	assert_int_equal(err.kind, ERR_NONE);
	sim_free(sim);
	db_close(db);
}

static void
without_a_choice_default_is_the_current_one(void **state)
{
	struct err err = ERR_INIT;
	struct str out = STR_INIT;
	struct db *db;

	(void)state;
	add_default(CLUSTER_DEFAULT);
	add_default("lab");
	db = begin(DB_WRITE);
	assert_int_equal(clusters_delete(db, "lab", &err), 0);
	assert_int_equal(db_commit(db, &err), 0);
	db_close(db);
	change(NULL, NOW, "kubectl get service web -o name", &out);
	assert_string_equal(out.buf, "service/web\n");
	str_release(&out);
}

/* Without the lock before reading, one would save over what the other saved meanwhile. */
static void
processes_at_once_lose_nothing(void **state)
{
	enum { PROCESSES = 8 };
	struct str out = STR_INIT;
	int failed = 0;

	(void)state;
	add_default("lab");
	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0) {
			char *line = xasprintf("kubectl create service clusterip c%d --tcp=80", i);

			change("lab", NOW, line, &out);
			_exit(0);
		}
	for (int i = 0, status; i < PROCESSES; i++)
		failed += wait(&status) < 0 || status != 0;
	assert_int_equal(failed, 0);
	change("lab", NOW, "kubectl get services -o name | grep -c /c", &out);
	assert_string_equal(out.buf, "8\n");
	str_release(&out);
}

/* ---- files that can't be used ---- */

static void
assert_refused(bool create, const char *part)
{
	struct err err = ERR_INIT;

	assert_null(db_open(create, &err));
	assert_int_equal(err_status(&err), 3);
	assert_string_equal(err.file, getenv("SVCSIM_DB"));
	if (!strstr(err.text, part))
		fail_msg("\"%s\" does not say \"%s\"", err.text, part);
	err_release(&err);
}

static void
write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void
bad_files_are_refused(void **state)
{
	(void)state;
	assert_refused(false, "unable to open database file");
	add_default("lab");
	remove(path);
	write_file("this is no database, but a text of some length that somebody put there by mistake\n");
	assert_refused(true, "damaged, or is no database");
	setenv("SVCSIM_DB", folder, 1);
	assert_refused(true, "can't open");
	setenv("SVCSIM_DB", path, 1);
}

/* The header of a SQLite file: bytes 60 to 63 are user_version, 68 to 71 application_id, both big-endian. */
static void
patch(long at, const char *bytes)
{
	FILE *file = fopen(path, "r+");

	assert_non_null(file);
	fseek(file, at, SEEK_SET);
	fwrite(bytes, 1, 4, file);
	fclose(file);
}

static void
newer_and_foreign_files_are_refused(void **state)
{
	(void)state;
	add_default("lab");
	patch(60, "\0\0\0\143");
	assert_refused(true, "newer svcsim (version 99");
	patch(60, "\0\0\0\1");
	patch(68, "abcd");
	assert_refused(true, "another program's");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_change_is_there_for_the_next_process, no_database),
		cmocka_unit_test_setup(files_and_namespace_of_the_shell_last, no_database),
		cmocka_unit_test_setup(the_clock_goes_on_between_processes, no_database),
		cmocka_unit_test_setup(a_name_is_taken_once, no_database),
		cmocka_unit_test_setup(without_a_choice_default_is_the_current_one, no_database),
		cmocka_unit_test_setup(processes_at_once_lose_nothing, no_database),
		cmocka_unit_test_setup(bad_files_are_refused, no_database),
		cmocka_unit_test_setup(newer_and_foreign_files_are_refused, no_database),
	};

	return cmocka_run_group_tests_name("tui/clusters", tests, make_folder, remove_folder);
}
