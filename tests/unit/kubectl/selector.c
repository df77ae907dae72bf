/*
 * Selectors on the command line.  Refusals and matches are those of the tables of k8s.io/apimachinery's
 * pkg/labels/selector_test.go and pkg/fields/selector_test.go, worded as pkg/labels and pkg/fields word them.
 */
#include "kubectl/selector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"

static void
refusals_of_labels(void **state)
{
	static const char *const cases[][2] = {
		{"x=a b", "found 'b', expected: ',' or 'end of string'"},
		{"a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"},
		{"=x", "found '=', expected: !, identifier, or 'end of string'"},
		{"a,,b", "found ',', expected: identifier after ','"},
		{"a,", "found '', expected: identifier after ','"},
		{"!=x", "found '!=', expected: !, identifier, or 'end of string'"},
		{"!", "unable to parse requirement: found '', expected: identifier"},
		{"a in b", "unable to parse requirement: found 'b' expected: '('"},
		{"a in (b", "unable to parse requirement: found '', expected: ',' or ')'"},
		{"a in (=", "unable to parse requirement: found '=', expected: ',', ')' or identifier"},
		{"a=!b", "unable to parse requirement: found '!', expected: identifier"},
		{"a>x",
			"unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the "
			"value must be an "
			"integer"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct selector selector = SELECTOR_INIT;
		struct err err = ERR_INIT;

		assert_int_equal(label_selector_parse(cases[i][0], &selector, &err), -1);
		assert_string_equal(err.text, cases[i][1]);
		err_release(&err);
		selector_release(&selector);
	}
}

/* With the labels {foo: bar, baz: blah, n: "3"}. */
static void
labels_match(void **state)
{
	static const struct {
		const char *text;
		bool matches;
	} cases[] = {
		{"", true},
		{"foo=bar", true},
		{"foo==bar,baz=blah", true},
		{"foo=blah", false},
		{"foo!=blah", true},
		{"nope!=x", true},
		{"nope=", false},
		{"foo in (a,bar)", true},
		{"foo in (a,b)", false},
		{"foo notin (a,b)", true},
		{"nope notin (a)", true},
		{"foo", true},
		{"!foo", false},
		{"!nope", true},
		{"n>2", true},
		{"n<3", false},
		{"foo>1", false},
		{"foo in (,bar)", true},
		{"foo in ()", false},
	};
	struct object *object = object_new(kind_by_kind("Pod"));
	struct err err = ERR_INIT;
	static const char json[] =
		"{\"metadata\":{\"name\":\"p\",\"labels\":{\"foo\":\"bar\",\"baz\":\"blah\",\"n\":\"3\"}}}";

	(void)state;
	assert_int_equal(json_read("test", json, sizeof json - 1, &object->arena, &object->root, &err), 0);
	object_seal(object);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct selector selector = SELECTOR_INIT;

		assert_int_equal(label_selector_parse(cases[i].text, &selector, &err), 0);
		if (label_selector_matches(&selector, object) != cases[i].matches)
			fail_msg("%s", cases[i].text);
		selector_release(&selector);
	}
	object_unref(object);
}

static void
refusals_of_fields(void **state)
{
	static const char *const cases[][3] = {
		{ "Pod", "status.phase", "invalid selector: 'status.phase'; can't understand 'status.phase'" },
		{ "Pod", "status.phase=x,y", "invalid selector: 'status.phase=x,y'; can't understand 'y'" },
		{ "Pod", "spec.foo=x", "field label not supported: spec.foo" },
		{ "Service", "status.phase=x", "field label not supported: status.phase" },
		{ "Pod", "metadata.name=a=b", "invalid field selector: unescaped character in value: 61" },
		{ "Pod", "metadata.name=a\\b", "invalid field selector: invalid escape sequence: \\b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct selector selector = SELECTOR_INIT;
		struct err err = ERR_INIT;

		assert_int_equal(field_selector_parse(cases[i][1], kind_by_kind(cases[i][0]), &selector, &err), -1);
		assert_string_equal(err.text, cases[i][2]);
		err_release(&err);
		selector_release(&selector);
	}
}

static void
fields_match(void **state)
{
	static const struct {
		const char *text;
		bool matches;
	} cases[] = {
		{ "", true }, { "status.phase=Running", true }, { "status.phase==Running,metadata.name=p", true },
		{ "status.phase!=Running", false }, { "spec.hostNetwork=false", true }, { "spec.nodeName=", true },
		{ "spec.nodeName!=", false }, { "metadata.name=x", false },
	};
	struct object *object = object_new(kind_by_kind("Pod"));
	struct err err = ERR_INIT;
	static const char json[] = "{\"metadata\":{\"name\":\"p\"},\"status\":{\"phase\":\"Running\"}}";

	(void)state;
	assert_int_equal(json_read("test", json, sizeof json - 1, &object->arena, &object->root, &err), 0);
	object_seal(object);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct selector selector = SELECTOR_INIT;

		assert_int_equal(field_selector_parse(cases[i].text, object->kind, &selector, &err), 0);
		if (field_selector_matches(&selector, object) != cases[i].matches)
			fail_msg("%s", cases[i].text);
		selector_release(&selector);
	}
	object_unref(object);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_of_labels),
		cmocka_unit_test(labels_match),
		cmocka_unit_test(refusals_of_fields),
		cmocka_unit_test(fields_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
