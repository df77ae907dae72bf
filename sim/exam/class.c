/* A class at a glance: a row a student, a column an area; programs get a row for each of both. */
#include <string.h>

#include "base/json_out.h"
#include "exam/csv.h"
#include "svcsim/grade.h"

static void
add(struct class_sum *to, const struct class_sum *sum)
{
	to->scenarios += sum->scenarios;
	to->solved += sum->solved;
	to->tries += sum->tries;
	to->points += sum->points;
	to->of += sum->of;
	to->seconds += sum->seconds;
}

void
class_add(struct class_row *row, const char *objective, const struct class_sum *sum)
{
	add(&row->areas[objective_area(objective)], sum);
}

struct class_sum
class_total(const struct class_row *row)
{
	struct class_sum all = { 0 };

	for (size_t area = 0; area <= AREA_COUNT; area++)
		add(&all, &row->areas[area]);
	return all;
}

static int
percent(const struct class_sum *sum)
{
	return sum->of > 0 ? sum->points * 100 / sum->of : 0;
}

static const char *
area_name(size_t area)
{
	return area < AREA_COUNT ? objective_area_name((enum objective_area)area) : "other";
}

/* ---- text ---- */

static void
print_text_row(const struct class_row *row, struct str *out)
{
	const struct class_sum all = class_total(row);

	str_addf(out, "%-20s %3d %% %3d/%-3d %4lldh%02lldm", row->student, percent(&all), all.solved, all.scenarios,
		(long long)(all.seconds / 3600), (long long)(all.seconds / 60 % 60));
	for (size_t area = 0; area < AREA_COUNT; area++) {
		int width = (int)strlen(area_name(area));

		if (row->areas[area].scenarios > 0)
			str_addf(out, "  %*d %%", width - 2, percent(&row->areas[area]));
		else
			str_addf(out, "  %*s", width, "-");
	}
	str_addch(out, '\n');
}

static void
print_text(const struct class_row *rows, size_t n, struct str *out)
{
	str_addf(out, "%-20s %5s %7s %8s", "student", "all", "solved", "time");
	for (size_t area = 0; area < AREA_COUNT; area++)
		str_addf(out, "  %s", area_name(area));
	str_addch(out, '\n');
	for (size_t i = 0; i < n; i++)
		print_text_row(&rows[i], out);
}

/* ---- for programs ---- */

static const struct {
	const char *name;
	size_t offset;
} numbers[] = {
	{ "scenarios", offsetof(struct class_sum, scenarios) }, { "solved", offsetof(struct class_sum, solved) },
	{ "tries", offsetof(struct class_sum, tries) }, { "points", offsetof(struct class_sum, points) },
	{ "of", offsetof(struct class_sum, of) },
};
#define NNUMBERS (sizeof numbers / sizeof numbers[0])

static int
number(const struct class_sum *sum, size_t i)
{
	return *(const int *)((const char *)sum + numbers[i].offset);
}

static void
print_csv(const struct class_row *rows, size_t n, struct str *out)
{
	str_add(out, "student,area");
	for (size_t i = 0; i < NNUMBERS; i++)
		str_addf(out, ",%s", numbers[i].name);
	str_add(out, ",seconds" CSV_END);
	for (size_t i = 0; i < n; i++)
		for (size_t area = 0; area <= AREA_COUNT; area++) {
			const struct class_sum *sum = &rows[i].areas[area];

			if (sum->scenarios == 0)
				continue;
			csv_cell(out, rows[i].student);
			str_addf(out, ",%s", area_name(area));
			for (size_t j = 0; j < NNUMBERS; j++)
				str_addf(out, ",%d", number(sum, j));
			str_addf(out, ",%lld" CSV_END, (long long)sum->seconds);
		}
}

static void
write_areas(struct json_out *json, const struct class_row *row)
{
	json_out_open(json, '[');
	for (size_t area = 0; area <= AREA_COUNT; area++) {
		const struct class_sum *sum = &row->areas[area];

		if (sum->scenarios == 0)
			continue;
		json_out_open(json, '{');
		json_out_key(json, "area");
		json_out_string(json, area_name(area));
		for (size_t i = 0; i < NNUMBERS; i++) {
			json_out_key(json, numbers[i].name);
			json_out_int(json, number(sum, i));
		}
		json_out_key(json, "seconds");
		json_out_int(json, sum->seconds);
		json_out_close(json, '}');
	}
	json_out_close(json, ']');
}

static void
print_json(const struct class_row *rows, size_t n, struct str *out)
{
	struct json_out json;

	json_out_init(&json, out, 2);
	json_out_open(&json, '{');
	json_out_key(&json, "apiVersion");
	json_out_string(&json, "svcsim/v1");
	json_out_key(&json, "kind");
	json_out_string(&json, "ClassReport");
	json_out_key(&json, "items");
	json_out_open(&json, '[');
	for (size_t i = 0; i < n; i++) {
		json_out_open(&json, '{');
		json_out_key(&json, "student");
		json_out_string(&json, rows[i].student);
		json_out_key(&json, "areas");
		write_areas(&json, &rows[i]);
		json_out_close(&json, '}');
	}
	json_out_close(&json, ']');
	json_out_close(&json, '}');
	str_addch(out, '\n');
}

int
class_print(const struct class_row *rows, size_t n, enum grade_format format, struct str *out)
{
	static void (*const prints[GRADE_FORMAT_COUNT])(const struct class_row *rows, size_t n, struct str *out) = {
		[GRADE_text] = print_text,
		[GRADE_json] = print_json,
		[GRADE_csv] = print_csv,
	};

	if (format >= GRADE_FORMAT_COUNT || prints[format] == NULL)
		return -1;
	prints[format](rows, n, out);
	return 0;
}
