/*
 * JSONPath templates.  The expected texts are those of kubectl 1.32 (label --local -f FILE -o jsonpath=..), which
 * allows missing keys.
 */
#include "api/jsonpath.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char document[] =
	"kind: ConfigMap\n"
	"metadata:\n"
	"  name: web\n"
	"  labels: {app.kubernetes.io/name: w}\n"
	"spec:\n"
	"  ports: [{name: http, port: 80, nodePort: 30080}, {name: https, port: 443, targetPort: web}]\n"
	"  x: null\n"
	"  f: 1.5\n"
	"  b: true\n"
	"  selector: {app: web}\n"
	"  empty: []\n"
	"  nested: [[1, 2], [3]]\n"
	"  s: '<a>'\n";

#define PORT_0 "{\"name\":\"http\",\"nodePort\":30080,\"port\":80}"

static int
print(const char *template, bool allow_missing, struct str *out, struct err *err)
{
	struct arena arena = ARENA_INIT;
	value_vec documents = VEC_INIT;
	int result = yaml_read("t.yaml", document, strlen(document), NULL, &arena, &documents, err);

	assert_int_equal(result, 0);
	result = jsonpath_print(template, documents.v[0], allow_missing, false, out, err);
	vec_release(&documents);
	arena_release(&arena);
	return result;
}

static void
test_templates(void **state)
{
	static const char *const cases[][2] = {
		{ "abc", "abc" },
		{ ".kind", ".kind" },
		{ "{.kind}", "ConfigMap" },
		{ "{ .kind }", "ConfigMap" },
		{ "{$.kind}", "ConfigMap" },
		{ "{@.kind}", "ConfigMap" },
		{ "{['kind']}", "ConfigMap" },
		{ "{.}", "" },
		{ "a{.kind}b{.metadata.name}", "aConfigMapbweb" },
		{ "{.spec.ports[0]}", PORT_0 },
		{ "{.spec.ports[*].port}", "80 443" },
		{ "{.spec.ports[-1].name}", "https" },
		{ "{.spec.ports[0:1].name}", "http" },
		{ "{.spec.ports[:2].port}", "80 443" },
		{ "{.spec.ports[::2].port}", "80" },
		{ "{.spec.ports[1:1]}", "" },
		{ "{.spec.ports[0,1].port}", "80 443" },
		{ "{.spec.ports[0, 1].name}", "http https" },
		{ "{.spec.ports['name','port']}", "" },
		{ "{.spec.ports[0]['name','port']}", "http 80" },
		{ "{.spec.ports[?(@.name==\"http\")]}", PORT_0 },
		{ "{.spec.ports[?(@.name=='https')].port}", "443" },
		{ "{.spec.ports[?(@.port>80)].name}", "https" },
		{ "{.spec.ports[?(@.port>=80)].name}", "http https" },
		{ "{.spec.ports[?(@.port<=80)].name}", "http" },
		{ "{.spec.ports[?(@.port!=80)].name}", "https" },
		{ "{.spec.ports[?(@.nodePort)].name}", "http" },
		{ "{.spec.ports[?(@.nodePort<40000)].port}", "80" },
		{ "{.spec.ports[?(@.name==@.name)].port}", "80 443" },
		{ "{.spec.ports[?(@.name==\"a)b\")]}", "" },
		{ "{..port}", "80 443" },
		{ "{..name}", "web http https" },
		{ "{.spec..port}", "80 443" },
		{ "{.spec.ports.*.name}", "http https" },
		{ "{.metadata.name.*}", "119 101 98" },
		{ "{.metadata.labels.app\\.kubernetes\\.io/name}", "w" },
		{ "{.metadata.labels['app\\.kubernetes\\.io/name']}", "w" },
		{ "{.metadata.labels['app.kubernetes.io/name']}", "" },
		{ "{range .spec.ports[*]}{.name}{\"\\t\"}{.port}{\"\\n\"}{end}", "http\t80\nhttps\t443\n" },
		{ "{range .spec.ports[*]}{.name}", "httphttps" },
		{ "{range .spec.ports[*]}[{.name}] {end}x", "[http] [https] x" },
		{ "{range .nope[*]}{.x}{end}done", "done" },
		{ "{range .spec.ports[*]}{range @}{.name}{end}{end}", "httphttps" },
		{ "{.spec.x}", "null" },
		{ "{.spec.f}", "1.5" },
		{ "{.spec.b}", "true" },
		{ "{.spec.empty}", "[]" },
		{ "{.spec.s}", "<a>" },
		{ "{.spec.selector}", "{\"app\":\"web\"}" },
		{ "{.spec.nested[*]}", "[1,2] [3]" },
		{ "{.spec.nested[*][*]}", "1 2 3" },
		{ "{.kind}{.nope.foo}{.kind}", "ConfigMapConfigMap" },
		{ "{.metadata.name.foo}", "" },
		{ "{\"\\u0041\\x42\\n\"}", "AB\n" },
		{ "{'a\"b'}", "a\"b" },
		{ "{'it\\'s'}", "it's" },
		{ "{1}{1.5}{true}", "11.5true" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;
		struct str out = STR_INIT;

		assert_int_equal(print(cases[i][0], true, &out, &err), 0);
		assert_string_equal(out.buf, cases[i][1]);
		str_release(&out);
	}
}

static void
test_errors(void **state)
{
	static const char *const cases[][2] = {
		{ "{.a", "unclosed action" },
		{ "{\"a", "unterminated quoted string" },
		{ "{.a[0", "unterminated array" },
		{ "{.a[x]}", "invalid array index x" },
		{ "{.a[ 0 ]}", "invalid array index  0 " },
		{ "{.a[99999999999999999999]}", "array index 99999999999999999999 is not a number" },
		{ "{.a[?(@.b", "unterminated filter" },
		{ "{.a[?(@.b)", "unclosed array expect ]" },
		{ "{.a[?(@.b=~\"c\")]}", "unrecognized character in action: U+007E '~'" },
		{ "{.a,.b}", "unrecognized character in action: U+002C ','" },
		{ "{-}", "cannot parse number -" },
		{ "{\"\\q\"}", "unquote string \"\\q\" error invalid syntax" },
		{ "{.spec.ports[5]}", "array index out of bounds: index 5, length 2" },
		{ "{.spec.ports[2:1]}", "array index out of bounds: index 2, length 2" },
		{ "{.spec.ports[1:0]}", "starting index 1 is greater than ending index 0" },
		{ "{.spec.ports[::0]}", "step must be > 0" },
		{ "{.metadata.name[0]}", "string is not array or slice" },
		{ "{.spec[0]}", "map[string]interface {} is not array or slice" },
		{ "{.spec.selector[?(@.app)]}", "map[app:web] is not array or slice and cannot be filtered" },
		{ "{.spec.ports[?(@.port>=\"a\")].name}", "incompatible types for comparison" },
		{ "{.spec.ports[?(@.port==80.0)].port}", "incompatible types for comparison" },
		{ "{end}", "not in range, nothing to end" },
		{ "{foo}", "unrecognized identifier foo" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;
		struct str out = STR_INIT;

		assert_int_equal(print(cases[i][0], true, &out, &err), -1);
		assert_string_equal(err.text, cases[i][1]);
		assert_int_equal(out.len, 0);
		str_release(&out);
		err_release(&err);
	}
}

static void
test_missing_keys(void **state)
{
	struct err err = ERR_INIT;
	struct str out = STR_INIT;

	(void)state;
	assert_int_equal(print("{.spec.nope}", false, &out, &err), -1);
	assert_string_equal(err.text, "nope is not found");
	assert_int_equal(print("{range .spec.empty[*]}{.a}{end}", false, &out, &err), -1);
	assert_string_equal(err.text, "a is not found");
	str_release(&out);
	err_release(&err);
}

static void
test_find(void **state)
{
	static const char *const same[] = { "spec.ports[*].port", ".spec.ports[*].port", "{spec.ports[*].port}",
		"{.spec.ports[*].port}" };
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;
	struct value **found;
	size_t n;

	(void)state;
	assert_int_equal(yaml_read("t.yaml", document, strlen(document), NULL, &arena, &documents, &err), 0);
	for (size_t i = 0; i < COUNT(same); i++) {
		assert_int_equal(jsonpath_find(same[i], documents.v[0], false, &arena, &found, &n, &err), 0);
		assert_int_equal(n, 2);
		assert_int_equal(found[1]->integer, 443);
	}
	assert_int_equal(jsonpath_find("{.a}{.b}", documents.v[0], true, &arena, &found, &n, &err), -1);
	assert_string_equal(err.text, "unexpected path string, expected a 'name1.name2' or '.name1.name2' or "
		"'{name1.name2}' or '{.name1.name2}'");
	vec_release(&documents);
	err_release(&err);
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_templates),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_missing_keys),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
