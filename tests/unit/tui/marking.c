/* Marking: each work in a process of its own, in order; one that runs away or lies is told, and the rest goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/files.h"
#include "cli/marking.h"
#include "progress/attempts.h"
#include "progress/exchange.h"

#define NOW (INT64_C(1754000000) * 1000000000)

struct class {
	struct files files;
	struct io io;
	struct library library;
	struct marking marking;
	size_t pack, at;
};

static void
class_open(struct class *class)
{
	struct err err = ERR_INIT;

	*class = (struct class){ .files = FILES_INIT };
	class->io = (struct io){ .files = &real_files, .files_state = &class->files };
	assert_int_equal(library_open(&class->library, &class->io, &err), 0);
	assert_int_equal(library_find(&class->library, "demo/which-type", &class->pack, &class->at, &err), 0);
	class->marking.library = &class->library;
	class->marking.now = NOW;
}

static void
class_close(struct class *class)
{
	marking_release(&class->marking);
	library_close(&class->library);
	files_release(&class->files);
}

static void
hand_in(struct class *class, const char *student, uint64_t seed, const char *script)
{
	*vec_push(&class->marking.works) = (struct work){ .student = xstrdup(student), .pack = class->pack, .at = class->at,
		.seed = seed, .script = xstrdup(script) };
}

static void
scripts_are_marked_in_order(void **state)
{
	struct class class;
	struct err err = ERR_INIT;

	(void)state;
	class_open(&class);
	for (int i = 0; i < 40; i++) {
		char *student = xasprintf("s%d", i);

		hand_in(&class, student, i < 20 ? 1 : 2, i % 2 ? "answer A,B,C,D" : "kubectl get ns\n");
		free(student);
	}
	assert_int_equal(marking_run(&class.marking, &err), 0);
	for (int i = 0; i < 40; i++) {
		const struct grade *grade = &class.marking.grades[i];

		assert_string_equal(grade->student, class.marking.works.v[i].student);
		assert_null(grade->fault);
		assert_int_equal(grade->nchecks, 1);
		assert_int_equal(grade->seed, i < 20 ? 1 : 2);
		assert_true(str_starts(grade->checks[0].got, i % 2 ? "A (" : "no answer"));
		assert_true(i % 2 == (strstr(grade->checks[0].got, " (NodePort)") != NULL));
	}
	class_close(&class);
}

/* A document whose points were raised by hand: the events say otherwise. */
static void
a_false_claim_shows(void **state)
{
	static const char document[] = "{\"kind\":\"Progress\",\"student\":\"eve\",\"attempts\":[{\"pack\":\"demo\",\"scenario\":"
		"\"which-type\",\"hash\":\"h\",\"title\":\"T\",\"objective\":\"o\",\"mode\":\"drill\",\"seed\":1,\"clock\":1754000000000000000,"
		"\"started\":1754000000,\"seconds\":9,\"hints\":0,\"points\":2,\"of\":2,\"weight\":1,\"checks\":[],\"events\":["
		"{\"at\":1754000000000000000,\"act\":\"answer\",\"text\":\"answer A\"},"
		"{\"at\":1754000000000000000,\"act\":\"check\",\"text\":\"2 2\"},"
		"{\"at\":1754000000000000000,\"act\":\"line\",\"text\":\"kubectl delete ns default\"}]}]}";
	struct class class;
	struct err err = ERR_INIT;
	struct db *db = db_open_at(":memory:", &err);
	char *student;
	int added;

	(void)state;
	class_open(&class);
	assert_int_equal(exchange_import(db, "eve.json", document, &student, &added, &err), 0);
	assert_string_equal(student, "eve");
	assert_int_equal(added, 1);
	free(student);
	assert_int_equal(exchange_import(db, "eve.json", document, &student, &added, &err), 0);
	assert_int_equal(added, 0);
	*vec_push(&class.marking.works) = (struct work){ .student = student, .pack = class.pack, .at = class.at, .seed = 1,
		.db = db, .attempt = 1, .clock = NOW, .points = 2, .of = 2, .seconds = 9 };
	assert_int_equal(marking_run(&class.marking, &err), 0);
	assert_string_equal(class.marking.grades[0].fault, "the document claims 2 of 2 points, and its events give 0 of 2");
	db_close(db);
	class_close(&class);
}

static void
damaged_documents_are_refused(void **state)
{
	static const char *const documents[] = { "", "{", "[]", "{\"kind\":\"Progress\",\"student\":\"x\",\"attempts\":[{}]}",
		"{\"kind\":\"Progress\",\"student\":1,\"attempts\":[]}" };
	struct err err = ERR_INIT;
	struct db *db = db_open_at(":memory:", &err);

	(void)state;
	for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
		char *student = NULL;
		int added = 0;

		assert_int_equal(exchange_import(db, "x.json", documents[i], &student, &added, &err), -1);
		assert_string_equal(err.file, "x.json");
		err_release(&err);
	}
	db_close(db);
}

static int
setup(void **state)
{
	(void)state;
	return setenv("SVCSIM_SCENARIOS", "tests/screen/packs", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts_are_marked_in_order),
		cmocka_unit_test(a_false_claim_shows),
		cmocka_unit_test(damaged_documents_are_refused),
	};

	return cmocka_run_group_tests_name("tui/marking", tests, setup, NULL);
}
