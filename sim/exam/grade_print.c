/*
 * Grades for people, programs, build servers and tables.  JUnit: the schema that Jenkins and GitLab read.
 */
#include <string.h>

#include "exam/csv.h"
#include "exam/grade_fields.h"

/* ---- text ---- */

static void
print_text_check(const struct grade_check *check, struct str *out)
{
	str_addf(out, "  %s %d/%d  %s\n", check->passed ? "pass" : "FAIL", check->points, check->of, check->what);
	if (check->passed && check->points < check->of)
		str_add(out, "            (it counts as soon as something else passes)\n");
	if (!check->passed)
		str_addf(out, "            got:  %s\n            want: %s\n", check->got, check->want);
}

static void
print_text_grade(const struct grade *grade, struct str *out)
{
	str_addf(out, "%-20s %3d of %-3d  %s/%s  seed %llu  %.12s\n", grade->student, grade->points, grade->of, grade->pack,
		grade->scenario, (unsigned long long)grade->seed, grade->hash);
	if (grade->fault != NULL)
		str_addf(out, "  %s\n", grade->fault);
	for (size_t i = 0; i < grade->nchecks; i++)
		print_text_check(&grade->checks[i], out);
}

static void
print_text(const struct grade *grades, size_t n, struct str *out)
{
	for (size_t i = 0; i < n; i++)
		print_text_grade(&grades[i], out);
}

/* ---- JSON ---- */

static void
print_json(const struct grade *grades, size_t n, struct str *out)
{
	struct json_out json;

	json_out_init(&json, out, 2);
	json_out_open(&json, '{');
	json_out_key(&json, "apiVersion");
	json_out_string(&json, "svcsim/v1");
	json_out_key(&json, "kind");
	json_out_string(&json, "GradeList");
	json_out_key(&json, "items");
	json_out_open(&json, '[');
	for (size_t i = 0; i < n; i++)
		grade_write(&grades[i], &json);
	json_out_close(&json, ']');
	json_out_close(&json, '}');
	str_addch(out, '\n');
}

/* ---- JUnit ---- */

/* Text of an attribute or an element; XML 1.0 has no place for other control characters. */
static void
add_xml(struct str *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&': str_add(out, "&amp;"); break;
		case '<': str_add(out, "&lt;"); break;
		case '>': str_add(out, "&gt;"); break;
		case '"': str_add(out, "&quot;"); break;
		case '\n': str_add(out, "&#10;"); break;
		case '\t': str_add(out, "&#9;"); break;
		default: str_addch(out, (unsigned char)*text < ' ' ? '?' : *text); break;
		}
	}
}

static void
add_attribute(struct str *out, const char *name, const char *text)
{
	str_addf(out, " %s=\"", name);
	add_xml(out, text);
	str_addch(out, '"');
}

static void
print_junit_check(const struct grade *grade, const struct grade_check *check, struct str *out)
{
	char *class = xasprintf("%s.%s", grade->pack, grade->scenario);

	str_add(out, "    <testcase");
	add_attribute(out, "name", check->what);
	add_attribute(out, "classname", class);
	if (check->passed) {
		str_add(out, "/>\n");
	} else {
		char *message = xasprintf("got: %s; want: %s", check->got, check->want);

		str_add(out, "><failure");
		add_attribute(out, "message", message);
		str_add(out, ">");
		add_xml(out, check->why);
		str_add(out, "</failure></testcase>\n");
		free(message);
	}
	free(class);
}

static void
print_junit_grade(const struct grade *grade, struct str *out)
{
	size_t failures = 0;

	for (size_t i = 0; i < grade->nchecks; i++)
		failures += !grade->checks[i].passed;
	str_add(out, "  <testsuite");
	add_attribute(out, "name", grade->student);
	str_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%d\">\n    <properties>", grade->nchecks + (grade->fault != NULL),
		failures, grade->fault != NULL);
	str_addf(out, "<property name=\"points\" value=\"%d\"/><property name=\"of\" value=\"%d\"/>", grade->points, grade->of);
	str_addf(out, "<property name=\"seed\" value=\"%llu\"/><property name=\"hash\" value=\"%s\"/></properties>\n",
		(unsigned long long)grade->seed, grade->hash);
	for (size_t i = 0; i < grade->nchecks; i++)
		print_junit_check(grade, &grade->checks[i], out);
	if (grade->fault != NULL) {
		str_add(out, "    <testcase");
		add_attribute(out, "name", grade->scenario);
		str_add(out, "><error");
		add_attribute(out, "message", grade->fault);
		str_add(out, "/></testcase>\n");
	}
	str_add(out, "  </testsuite>\n");
}

static void
print_junit(const struct grade *grades, size_t n, struct str *out)
{
	str_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"svcsim\">\n");
	for (size_t i = 0; i < n; i++)
		print_junit_grade(&grades[i], out);
	str_add(out, "</testsuites>\n");
}

/* ---- CSV ---- */

/* A row begins with whose it is; check 0 is the whole scenario. */
static void
begin_row(const struct grade *grade, size_t check, struct str *out)
{
	const char *const cells[] = { grade->student, grade->pack, grade->scenario, grade->hash };

	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
		csv_cell(out, cells[i]);
		str_addch(out, ',');
	}
	str_addf(out, "%llu,%zu,", (unsigned long long)grade->seed, check);
}

static void
end_row(const char *const *cells, size_t n, struct str *out)
{
	for (size_t i = 0; i < n; i++) {
		str_addch(out, ',');
		csv_cell(out, cells[i]);
	}
	str_add(out, CSV_END);
}

static void
print_csv(const struct grade *grades, size_t n, struct str *out)
{
	str_add(out, "student,pack,scenario,hash,seed,check,points,of,result,what,got,want,because" CSV_END);
	for (size_t i = 0; i < n; i++) {
		const struct grade *grade = &grades[i];
		const char *const whole[] = { grade->fault != NULL ? "error" : grade->points == grade->of ? "pass" : "fail",
			grade->title, "", "", grade->fault != NULL ? grade->fault : "" };

		begin_row(grade, 0, out);
		str_addf(out, "%d,%d", grade->points, grade->of);
		end_row(whole, 5, out);
		for (size_t j = 0; j < grade->nchecks; j++) {
			const struct grade_check *check = &grade->checks[j];
			const char *const cells[] = { check->passed ? "pass" : "fail", check->what, check->got, check->want, check->why };

			begin_row(grade, j + 1, out);
			str_addf(out, "%d,%d", check->points, check->of);
			end_row(cells, 5, out);
		}
	}
}

/* ---- by name ---- */

static const struct {
	const char *name;
	void (*print)(const struct grade *grades, size_t n, struct str *out);
} formats[] = {
#define GRADE_FORMAT_ROW(id, help) { #id, print_##id },
	GRADE_FORMATS(GRADE_FORMAT_ROW)
#undef GRADE_FORMAT_ROW
};

enum grade_format
grade_format_find(const char *name)
{
	size_t format = 0;

	while (format < GRADE_FORMAT_COUNT && strcmp(formats[format].name, name) != 0)
		format++;
	return (enum grade_format)format;
}

void
grades_print(const struct grade *grades, size_t n, enum grade_format format, struct str *out)
{
	formats[format].print(grades, n, out);
}
