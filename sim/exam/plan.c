#include "exam/plan.h"

#include <string.h>

#include "api/yaml.h"
#include "exam/fields.h"

static const struct {
	const char *name, *title;
	int share;
} areas[] = {
#define AREA_ROW(id, title, share) { #id, title, share },
	OBJECTIVE_AREAS(AREA_ROW)
#undef AREA_ROW
};

const struct exam_plan exam_plan_default = {
	.minutes = 120,
	.pass = 66,
	.shares = {
#define AREA_SHARE(id, title, share) share,
		OBJECTIVE_AREAS(AREA_SHARE)
#undef AREA_SHARE
	},
};

enum objective_area
objective_area(const char *objective)
{
	size_t len = strcspn(objective, "/"), area = 0;

	while (area < AREA_COUNT && (strlen(areas[area].name) != len || strncmp(areas[area].name, objective, len) != 0))
		area++;
	return (enum objective_area)area;
}

const char *
objective_area_name(enum objective_area area)
{
	return areas[area].name;
}

const char *
objective_area_title(enum objective_area area)
{
	return areas[area].title;
}

/* ---- reading ---- */

static int
read_shares(struct plan *plan, const char *file, const struct value *shares, struct err *err)
{
	int sum = 0;

	for (size_t area = 0; area < AREA_COUNT; area++) {
		plan->exam.shares[area] = (int)value_get_int(shares, areas[area].name, 0);
		sum += plan->exam.shares[area];
	}
	return sum > 0 ? 0 : err_at(err, file, shares->line, shares->column, "the shares are all nothing");
}

static int
read_exam(struct plan *plan, const char *file, const struct value *exam, struct err *err)
{
	const struct value *from = value_get(exam, "from"), *shares = value_get(exam, "shares");
	const char **names = arena_alloc(&plan->arena, (value_count(from) + 1) * sizeof *names);

	plan->is_exam = true;
	plan->exam = exam_plan_default;
	plan->exam.minutes = (int)value_get_int(exam, "minutes", 0);
	plan->exam.pass = (int)value_get_int(exam, "pass", exam_plan_default.pass);
	if (plan->exam.minutes < 1 || plan->exam.pass > 100)
		return err_at(err, file, exam->line, exam->column, "an exam has 1 minute or more, and pass is up to 100 per cent");
	for (size_t i = 0; i < value_count(from); i++)
		names[i] = value_text(value_at(from, i));
	plan->exam.from = from != NULL ? names : NULL;
	plan->exam.nfrom = value_count(from);
	return shares != NULL ? read_shares(plan, file, shares, err) : 0;
}

int
plan_read(struct plan *plan, const char *file, const char *text, size_t len, struct err *err)
{
	const struct yaml_options options = { .unique_keys = true };
	value_vec documents = VEC_INIT;
	const struct value *document, *spec;
	size_t n;

	if (yaml_read(file, text, len, &options, &plan->arena, &documents, err) < 0)
		return -1;
	n = documents.n;
	document = n > 0 ? documents.v[0] : NULL;
	vec_release(&documents);
	if (n != 1)
		return err_at(err, file, 0, 0, "a pack is described by one document, not %zu", n);
	if (fields_check(file, "pack", document, err) < 0)
		return -1;
	spec = value_get(document, "spec");
	plan->title = value_get_text(spec, "title");
	plan->about = value_get_text(spec, "about");
	plan->guided = value_get_bool(spec, "guided", false);
	return value_get(spec, "exam") != NULL ? read_exam(plan, file, value_get(spec, "exam"), err) : 0;
}

void
plan_release(struct plan *plan)
{
	arena_release(&plan->arena);
}
