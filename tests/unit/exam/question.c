/* Questions of each kind: as they are shown, answered in words, and judged in parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"
#include "exam/question.h"

struct fixture {
	struct arena arena;
	struct asked *questions;
	size_t n;
	const struct value *spec;
};

static void
make(struct fixture *f, const char *text, uint64_t seed)
{
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;

	memset(f, 0, sizeof *f);
	assert_int_equal(yaml_read("t", text, strlen(text), NULL, &f->arena, &documents, &err), 0);
	f->spec = documents.v[0];
	vec_release(&documents);
	f->n = questions_make(f->spec, seed, &f->arena, &f->questions);
}

static void
release(struct fixture *f)
{
	questions_release(f->questions, f->n);
	arena_release(&f->arena);
}

static size_t
right_of(const struct asked *asked, size_t *of)
{
	struct str why = STR_INIT;
	size_t right;

	question_judge(asked, &right, of, &why);
	str_release(&why);
	return right;
}

/* Shown in another order than the right one, whatever the seed; solved it is the right one. */
static void
test_order(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 50; seed++) {
		struct fixture f;
		bool same = true;
		size_t of;

		make(&f, "items: [a, b, c]", seed);
		for (size_t i = 0; i < 3; i++)
			same = same && f.questions[0].options[i].at == i;
		assert_false(same);
		assert_int_equal(right_of(&f.questions[0], &of), 0);	/* nothing was answered */
		question_solve(&f.questions[0]);
		assert_int_equal(right_of(&f.questions[0], &of), 3);
		assert_int_equal(of, 3);
		release(&f);
	}
}

/* What follows its right neighbour counts: b, c, a has one pair of three parts. */
static void
test_order_in_part(void **state)
{
	static const char text[] = "items: [a, b, c]\nwrong: [2, 3, 1]\n";
	struct fixture f;
	size_t of;

	(void)state;
	make(&f, text, 1);
	question_choose(&f.questions[0], value_get(f.spec, "wrong"));
	assert_int_equal(right_of(&f.questions[0], &of), 1);
	question_move(&f.questions[0], 2, 0);
	assert_int_equal(right_of(&f.questions[0], &of), 3);
	assert_int_equal(strlen(f.questions[0].words.buf), strlen("A,B,C"));
	release(&f);
}

static void
test_words(void **state)
{
	static const struct {
		const char *spec, *words, *told, *error;
	} rows[] = {
		{ "choices: [{text: a, correct: true}, {text: b, why: x}]", "b", "B", NULL },
		{ "choices: [{text: a, correct: true}, {text: b, why: x}]", "A,B", NULL, "\"A,B\": only one is right" },
		{ "choices: [{text: a, correct: true}, {text: b, why: x}]", "C", NULL, "\"C\": an answer is letters from A to B" },
		{ "choices: [{text: a, correct: true}, {text: b, correct: true}, {text: c, why: x}]", "c a", "A,C", NULL },
		{ "choices: [{text: a, correct: true}, {text: b, correct: true}, {text: c, why: x}]", "", "", NULL },
		{ "choices: [{text: 'dropped: silence', correct: true}, {text: 'refused: no', correct: true}]", "z", NULL,
			"\"z\": an answer is letters from A to B" },
		{ "choices: [{text: 'dropped: silence', correct: true}]", "Dropped", "A", NULL },
		{ "items: [a, b, c]", "CAB", "C,A,B", NULL },
		{ "items: [a, b, c]", "C,A", NULL, "\"C,A\": the order has to have all of A to C" },
		{ "items: [a, b, c]", "A,B,A", NULL, "\"A,B,A\" has A twice" },
		{ "blanks: [{name: x, text: y, answer: z}]", "  two words ", "two words", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct err err = ERR_INIT;
		struct fixture f;
		int failed;

		make(&f, rows[i].spec, 1);
		failed = question_answer(&f.questions[0], rows[i].words, &err);
		if (rows[i].error) {
			assert_int_equal(failed, -1);
			assert_string_equal(err.text, rows[i].error);
			assert_string_equal(f.questions[0].words.buf, "");
		} else {
			assert_int_equal(failed, 0);
			assert_string_equal(f.questions[0].words.buf, rows[i].told);
		}
		err_release(&err);
		release(&f);
	}
}

/* A blank may be right in several spellings; case and the blanks around commas don't count. */
static void
test_blanks(void **state)
{
	static const char text[] = "blanks: [{name: port, text: p, answer: [30080, thirty]}, {name: hosts, text: h, answer: 'a, b'}]";
	struct cluster *none = NULL;
	struct err err = ERR_INIT;
	struct fixture f;
	size_t of;

	(void)state;
	make(&f, text, 1);
	assert_int_equal(questions_settle(f.questions, f.n, f.spec, "t", none, &f.arena, &err), 0);
	assert_int_equal(question_answer(&f.questions[0], "30080", &err), 0);
	assert_int_equal(right_of(&f.questions[0], &of), 1);
	assert_int_equal(question_answer(&f.questions[0], "THIRTY", &err), 0);
	assert_int_equal(right_of(&f.questions[0], &of), 1);
	assert_int_equal(question_answer(&f.questions[0], "3008", &err), 0);
	assert_int_equal(right_of(&f.questions[0], &of), 0);
	assert_int_equal(question_answer(&f.questions[1], "A,b", &err), 0);
	assert_int_equal(right_of(&f.questions[1], &of), 1);
	assert_int_equal(question_answer(&f.questions[1], "a", &err), 0);
	assert_int_equal(right_of(&f.questions[1], &of), 0);
	release(&f);
}

/* What is right is what the packet does: two pods behind the README's node port, and SNAT. */
static void
test_predictions(void **state)
{
	static const char text[] = "predict: [{from: external, to: 'node01:30080', ask: [verdict, source, endpoints, port]}, "
		"{from: external, to: 'node01:30081', ask: [verdict]}, "
		"{from: external, to: 'node01:30080', protocol: udp, ask: [verdict]}]";
	static const char *const solved[] = { "A", "B", "2", "80", "B", "B" };
	struct cluster cluster;
	struct err err = ERR_INIT;
	struct fixture f;

	(void)state;
	assert_int_equal(cluster_make(&cluster, 1, INT64_C(1795407176) * CLOCK_SECOND, NULL, 0, false, &err), 0);
	make(&f, text, 1);
	assert_int_equal(questions_settle(f.questions, f.n, f.spec, "t", &cluster, &f.arena, &err), 0);
	assert_int_equal(f.n, 6);
	for (size_t q = 0; q < f.n; q++) {
		question_solve(&f.questions[q]);
		assert_string_equal(f.questions[q].words.buf, solved[q]);
	}
	assert_string_equal(f.questions[4].question.name, "verdict-2");
	assert_string_equal(f.questions[5].question.prompt, "external to node01:30080/udp: What becomes of it?");
	release(&f);
	cluster_release(&cluster);
}

/* What a learner is shown afterwards: the option with its letter, the items in their order, each word that counts. */
static void
test_right_in_words(void **state)
{
	static const struct {
		const char *spec, *right;
	} cases[] = {
		{ "choices: [{text: one, correct: true}, {text: two, why: no}]", "one\n" },
		{ "blanks: [{name: port, text: 'Which port?', answer: ['80', http]}]", "80 or http\n" },
	};
	struct str right = STR_INIT;
	struct cluster cluster;
	struct err err = ERR_INIT;
	struct fixture f;

	(void)state;
	assert_int_equal(cluster_make(&cluster, 1, INT64_C(1795407176) * CLOCK_SECOND, NULL, 0, false, &err), 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		make(&f, cases[i].spec, 1);
		assert_int_equal(f.n, 1);
		assert_int_equal(questions_settle(f.questions, f.n, f.spec, "t", &cluster, &f.arena, &err), 0);
		str_clear(&right);
		question_right(&f.questions[0], &right);
		assert_true(str_ends(right.buf, cases[i].right));
		release(&f);
	}
	make(&f, "items: [a, b, c]", 1);
	str_clear(&right);
	question_right(&f.questions[0], &right);
	for (int i = 0; i < 3; i++) {	/* "X  a": letters as they are shown, items as they belong */
		assert_int_equal(right.buf[i * 5 + 3], 'a' + i);
		assert_string_equal(f.questions[0].options[right.buf[i * 5] - 'A'].text, i == 0 ? "a" : i == 1 ? "b" : "c");
	}
	str_release(&right);
	release(&f);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_order_in_part),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_blanks),
		cmocka_unit_test(test_predictions),
		cmocka_unit_test(test_right_in_words),
	};

	return cmocka_run_group_tests_name("exam/question", tests, NULL, NULL);
}
