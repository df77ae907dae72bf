/* Papers: shares by area, nothing twice, the same for the same seed; and how their points are counted. */
#include "svcsim/paper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "svcsim/vec.h"

#define AREAS "pods policies services dns troubleshooting architecture"
#define EACH 12		/* scenarios of each area, of four minutes */

/* packs/AREA has EACH scenarios of that area; packs/exam the plan that the test gives. */
static enum io_result
read_file(struct io *io, const char *path, struct str *out)
{
	const char *area = strchr(path, '/') + 1, *file = strrchr(path, '/') + 1;
	int len = (int)(file - 1 - area);

	if (strcmp(file, "pack.yaml") == 0) {
		str_add(out, io->files_state);
		return IO_OK;
	}
	str_addf(out, "apiVersion: svcsim/v1\nkind: Scenario\nmetadata: {name: %.*s-%.2s}\nspec:\n  title: T\n"
		"  objective: %.*s/topic\n  kind: task\n  minutes: 4\n  weight: 4\n  task: Do it.\n  explain: So.\n  solution: a\n"
		"  checks: [{points: 1, object: {kind: Service, name: web}}]\n", len, area, file, len, area);
	return IO_OK;
}

static enum io_result
list_folder(struct io *io, const char *path, struct io_names *out)
{
	(void)io;
	if (strcmp(path, "packs/exam") == 0 || strcmp(path, "packs/dns") == 0)
		*vec_push(out) = xstrdup("pack.yaml");
	for (int i = 0; strcmp(path, "packs/exam") != 0 && i < EACH; i++)
		*vec_push(out) = xasprintf("%02d.yaml", i);
	return IO_OK;
}

#define PACK(spec) "apiVersion: svcsim/v1\nkind: Pack\nmetadata: {name: p}\nspec:\n" spec
#define PLAIN PACK("  title: Names\n")
#define GUIDED PACK("  title: Names\n  guided: true\n")

struct packs {
	struct pack *v[AREA_COUNT + 1];
	size_t n;
};

static struct packs
packs_of(const char *plan)
{
	static const struct io_files files = { .read = read_file, .list = list_folder };
	struct io io = { .files = &files, .files_state = (void *)plan };
	struct packs packs = { .n = 0 };
	struct err err = ERR_INIT;

	for (const char *at = AREAS " exam"; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
		char *folder = xasprintf("packs/%.*s", (int)strcspn(at, " "), at);

		if (strcmp(folder, "packs/exam") != 0 || strstr(plan, "exam:"))
			packs.v[packs.n++] = pack_load(&io, folder, &err);
		assert_int_equal(err.kind, ERR_NONE);
		free(folder);
	}
	return packs;
}

static void
packs_release(struct packs *packs)
{
	for (size_t i = 0; i < packs->n; i++)
		pack_free(packs->v[i]);
}

static struct paper
paper_of(const struct packs *packs, const struct exam_plan *plan, int minutes, uint64_t seed)
{
	struct err err = ERR_INIT;
	struct paper paper;

	assert_int_equal(paper_draw(&paper, plan, packs->v, packs->n, minutes, seed, &err), 0);
	return paper;
}

static int
count_of(const struct paper *paper, size_t pack)
{
	int n = 0;

	for (size_t i = 0; i < paper->n; i++)
		n += paper->questions[i].pack == pack;
	return n;
}

static void
test_shares(void **state)
{
	struct packs packs = packs_of(PLAIN);

	(void)state;
	for (uint64_t seed = 1; seed <= 50; seed++) {
		struct paper paper = paper_of(&packs, &exam_plan_default, 120, seed);

		/* 12, 18, 30, 18, 36 and 6 of 120 minutes, four at a time */
		assert_int_equal(paper.n, 30);
		assert_int_equal(paper.minutes, 120);
		assert_int_equal(count_of(&paper, AREA_pods), 3);
		assert_in_range(count_of(&paper, AREA_policies), 4, 5);
		assert_in_range(count_of(&paper, AREA_services), 7, 8);
		assert_in_range(count_of(&paper, AREA_dns), 4, 5);
		assert_int_equal(count_of(&paper, AREA_troubleshooting), 9);
		assert_in_range(count_of(&paper, AREA_architecture), 1, 2);
		for (size_t i = 0; i < paper.n; i++)
			for (size_t j = 0; j < i; j++)
				assert_false(paper.questions[i].pack == paper.questions[j].pack &&
					paper.questions[i].at == paper.questions[j].at);
		paper_release(&paper);
	}
	packs_release(&packs);
}

static void
test_seed_draws_the_same(void **state)
{
	struct packs packs = packs_of(PLAIN);
	struct paper one = paper_of(&packs, &exam_plan_default, 60, 5), same = paper_of(&packs, &exam_plan_default, 60, 5);
	struct paper other = paper_of(&packs, &exam_plan_default, 60, 6);
	size_t alike = 0;

	(void)state;
	assert_int_equal(one.n, same.n);
	assert_memory_equal(one.questions, same.questions, one.n * sizeof *one.questions);
	for (size_t i = 0; i < one.n && i < other.n; i++)
		alike += one.questions[i].pack == other.questions[i].pack && one.questions[i].at == other.questions[i].at;
	assert_true(alike < one.n / 2);
	paper_release(&one);
	paper_release(&same);
	paper_release(&other);
	packs_release(&packs);
}

/* What an area lacks goes to the others: dns is guided and has nothing to draw from. */
static void
test_guided_packs_stay_out(void **state)
{
	struct packs packs = packs_of(GUIDED);
	struct paper paper = paper_of(&packs, &exam_plan_default, 120, 1);

	(void)state;
	assert_int_equal(count_of(&paper, AREA_dns), 0);
	assert_int_equal(paper.minutes, 120);
	paper_release(&paper);
	packs_release(&packs);
}

static void
test_a_plan_of_its_own(void **state)
{
	struct packs packs = packs_of(PACK("  title: Short\n  exam: {minutes: 16, pass: 50, from: [services, policies],"
		" shares: {services: 3, policies: 1}}\n"));
	const struct exam_plan *plan = pack_exam(packs.v[AREA_COUNT]);
	struct paper paper;

	(void)state;
	assert_non_null(plan);
	assert_int_equal(plan->minutes, 16);
	assert_int_equal(plan->pass, 50);
	paper = paper_of(&packs, plan, plan->minutes, 3);
	assert_int_equal(paper.n, 4);
	assert_int_equal(count_of(&paper, AREA_services), 3);
	assert_int_equal(count_of(&paper, AREA_policies), 1);
	paper_release(&paper);
	packs_release(&packs);
}

static void
test_nothing_fits(void **state)
{
	struct packs packs = packs_of(PLAIN);
	struct err err = ERR_INIT;
	struct paper paper;

	(void)state;
	assert_int_equal(paper_draw(&paper, &exam_plan_default, packs.v, packs.n, 3, 1, &err), -1);
	assert_non_null(strstr(err.text, "fits in 3 minutes"));
	err_release(&err);
	packs_release(&packs);
}

static void
test_percent(void **state)
{
	static const struct paper_score scores[] = { { "dns/a", 6, 6, 4 }, { "dns/b", 1, 3, 4 }, { "services/a", 1, 3, 2 } };
	static const struct paper_score thirds[] = { { "dns/a", 1, 3, 1 }, { "dns/b", 2, 3, 1 } };
	static const struct paper_score nearly[] = { { "dns/a", 659, 1000, 1 } };
	struct paper_area areas[AREA_COUNT];

	(void)state;
	assert_int_equal(paper_percent(scores, 3), 60);	/* 4 + 4/3 + 2/3 of 10 */
	assert_int_equal(paper_percent(thirds, 2), 50);
	assert_int_equal(paper_percent(nearly, 1), 65);
	assert_int_equal(paper_percent(scores, 0), 0);
	assert_int_equal(paper_areas(scores, 3, areas), 2);
	assert_int_equal(areas[0].area, AREA_services);
	assert_int_equal(areas[0].percent, 33);
	assert_int_equal(areas[0].questions, 1);
	assert_int_equal(areas[1].area, AREA_dns);
	assert_int_equal(areas[1].percent, 66);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_seed_draws_the_same),
		cmocka_unit_test(test_guided_packs_stay_out),
		cmocka_unit_test(test_a_plan_of_its_own),
		cmocka_unit_test(test_nothing_fits),
		cmocka_unit_test(test_percent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
