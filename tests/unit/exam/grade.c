/* Grades: a script judged from a fresh cluster, one line and back, and what each format makes of strange texts. */
#include "svcsim/grade.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exam/scenario.h"

#define NOW (INT64_C(1795405241) * 1000000000)	/* 2026-11-23T03:40:41Z */

#define SCENARIO "apiVersion: svcsim/v1\nkind: Scenario\nmetadata: {name: two}\nspec:\n  title: Two namespaces\n" \
	"  objective: services/types\n  minutes: 5\n  weight: 4\n  explain: So.\n  kind: task\n  task: Make ${a} and b.\n" \
	"  variables: {a: {oneOf: [red, blue]}}\n  solution: kubectl create ns b\n  checks:\n" \
	"  - {points: 2, object: {kind: Namespace, name: '${a}'}}\n  - {points: 1, object: {kind: Namespace, name: b}}\n"

static struct scenario *
the_scenario(void)
{
	struct err err = ERR_INIT;
	struct scenario *scenario = scenario_read("t.yaml", SCENARIO, strlen(SCENARIO), &err);

	assert_non_null(scenario);
	return scenario;
}

static struct grade
grade_of(const struct scenario *scenario, const char *student, const char *script)
{
	struct err err = ERR_INIT;
	struct attempt *attempt = attempt_new(scenario, 3, NOW, &err);
	struct grade grade = grade_init(student, "p", scenario, 3);

	assert_non_null(attempt);
	grade_script(&grade, attempt, script);
	attempt_free(attempt);
	return grade;
}

static void
test_script(void **state)
{
	struct scenario *scenario = the_scenario();
	struct grade half = grade_of(scenario, "ann", "nosuch\nkubectl create ns b\n"), none = grade_of(scenario, "bob", "");

	(void)state;
	assert_int_equal(half.points, 1);
	assert_int_equal(half.of, 3);
	assert_int_equal(half.nchecks, 2);
	assert_false(half.checks[0].passed);
	assert_true(half.checks[1].passed);
	assert_string_equal(half.checks[0].got, "is not there");
	assert_string_equal(half.hash, scenario_hash(scenario));
	assert_int_equal(half.seed, 3);
	assert_null(half.fault);
	assert_int_equal(none.points, 0);
	grade_release(&half);
	grade_release(&none);
	scenario_free(scenario);
}

static void
test_one_line_and_back(void **state)
{
	struct scenario *scenario = the_scenario();
	struct grade grade = grade_of(scenario, "a \"b\"\n<c>", "kubectl create ns b"), read, broken;
	struct str one = STR_INIT, two = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	grade_format(&grade, &one);
	assert_null(strchr(one.buf, '\n'));
	assert_int_equal(grade_parse(&read, one.buf, one.len, &err), 0);
	assert_string_equal(read.student, grade.student);
	assert_int_equal(read.points, 1);
	assert_true(read.checks[1].passed);
	grade_format(&read, &two);
	assert_string_equal(one.buf, two.buf);
	assert_int_equal(grade_parse(&broken, "{\"student\": ", 12, &err), -1);
	err_release(&err);
	grade_release(&grade);
	grade_release(&read);
	str_release(&one);
	str_release(&two);
	scenario_free(scenario);
}

/* A student may choose a name that a table would calculate, or that XML would read as its own. */
static const struct grade_check strange_check = { (char *)"a & \"b\"", (char *)"<x>\x1b", (char *)"y", (char *)"because", 0, 1, false };
static const struct grade strange = { .student = (char *)"=cmd|' /C calc'!A0", .pack = (char *)"p", .scenario = (char *)"s",
	.title = (char *)"T", .objective = (char *)"o/p", .hash = (char *)"0123456789abcdef", .seed = 7, .of = 1,
	.seconds = -1, .checks = (struct grade_check *)&strange_check, .nchecks = 1 };

static void
print_as(const struct grade *grade, const char *format, struct str *out)
{
	str_clear(out);
	assert_true(grade_format_find(format) < GRADE_FORMAT_COUNT);
	grades_print(grade, 1, grade_format_find(format), out);
}

static void
test_formats(void **state)
{
	struct str out = STR_INIT;
	struct grade faulty = strange;

	(void)state;
	print_as(&strange, "csv", &out);
	assert_string_equal(out.buf, "student,pack,scenario,hash,seed,check,points,of,result,what,got,want,because\r\n"
		"\"'=cmd|' /C calc'!A0\",\"p\",\"s\",\"0123456789abcdef\",7,0,0,1,\"fail\",\"T\",\"\",\"\",\"\"\r\n"
		"\"'=cmd|' /C calc'!A0\",\"p\",\"s\",\"0123456789abcdef\",7,1,0,1,\"fail\",\"a & \"\"b\"\"\",\"<x>\x1b\",\"y\",\"because\"\r\n");
	print_as(&strange, "junit", &out);
	assert_non_null(strstr(out.buf, "<testsuite name=\"=cmd|' /C calc'!A0\" tests=\"1\" failures=\"1\" errors=\"0\">"));
	assert_non_null(strstr(out.buf, "<testcase name=\"a &amp; &quot;b&quot;\" classname=\"p.s\">"
		"<failure message=\"got: &lt;x&gt;?; want: y\">because</failure></testcase>"));
	faulty.fault = (char *)"stopped";
	print_as(&faulty, "junit", &out);
	assert_non_null(strstr(out.buf, "errors=\"1\""));
	assert_non_null(strstr(out.buf, "<error message=\"stopped\"/>"));
	print_as(&faulty, "text", &out);
	assert_non_null(strstr(out.buf, "  0 of 1    p/s  seed 7  0123456789ab\n  stopped\n  FAIL 0/1  a & \"b\"\n"));
	print_as(&strange, "json", &out);
	assert_non_null(strstr(out.buf, "\"fault\": null,\n"));
	assert_int_equal(grade_format_find("xml"), GRADE_FORMAT_COUNT);
	str_release(&out);
}

static void
test_class(void **state)
{
	struct class_row rows[] = { { .student = (char *)"ann" }, { .student = (char *)"bob" } };
	struct str out = STR_INIT;

	(void)state;
	rows[0].areas[AREA_services] = (struct class_sum){ 2, 1, 3, 5, 8, 3720 };
	rows[0].areas[AREA_dns] = (struct class_sum){ 1, 1, 1, 2, 2, 60 };
	assert_int_equal(class_print(rows, 2, GRADE_csv, &out), 0);
	assert_string_equal(out.buf, "student,area,scenarios,solved,tries,points,of,seconds\r\n"
		"\"ann\",services,2,1,3,5,8,3720\r\n\"ann\",dns,1,1,1,2,2,60\r\n");
	str_clear(&out);
	assert_int_equal(class_print(rows, 2, GRADE_text, &out), 0);
	assert_non_null(strstr(out.buf, "\nann                   70 %   2/3      1h03m     -         -      62 %  100 %"));
	assert_non_null(strstr(out.buf, "\nbob                    0 %   0/0"));
	assert_int_equal(class_print(rows, 2, GRADE_junit, &out), -1);
	str_release(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_one_line_and_back),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_class),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
