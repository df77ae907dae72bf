/*
 * YAML in and out.  The expected texts are those of kubectl 1.32 (label --local -f FILE -o yaml, and what it says to
 * broken files).
 */
#include "api/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* text read as one document and written as YAML. */
static void
check_yaml(const char *text, const char *expected)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str out = STR_INIT;
	value_vec documents = VEC_INIT;

	assert_int_equal(yaml_read("t.yaml", text, strlen(text), NULL, &arena, &documents, &err), 0);
	assert_int_equal(documents.n, 1);
	yaml_write(documents.v[0], &out);
	assert_string_equal(out.buf, expected);
	vec_release(&documents);
	str_release(&out);
	arena_release(&arena);
}

static void
test_plain_scalars(void **state)
{
	static const char *const cases[][2] = {
		{ "yes", "true" },
		{ "On", "true" },
		{ "y", "true" },
		{ "N", "false" },
		{ "oN", "oN" },
		{ "~", "null" },
		{ "", "null" },
		{ "0777", "511" },
		{ "0o17", "15" },
		{ "0x1F", "31" },
		{ "0b11", "3" },
		{ "1_000", "1000" },
		{ "+1", "1" },
		{ "09", "9" },
		{ "80.0", "80" },
		{ "1e3", "1000" },
		{ "1234567.5", "1.2345675e+06" },
		{ "0.00001", "1e-05" },
		{ "1e21", "1e+21" },
		{ "99999999999999999999", "1e+20" },
		{ "9223372036854775808", "9223372036854776000" },
		{ "123456789012345.5", "1.234567890123455e+14" },
		{ "2026-11-23", "\"2026-11-23\"" },
		{ "1:30", "\"1:30\"" },
		{ "1.2.3.4", "1.2.3.4" },
		{ "12e", "12e" },
		{ "_1", "_1" },
		{ "!!str 12", "\"12\"" },
		{ "'12'", "\"12\"" },
		{ "!!float 3", "3" },
		{ "!custom 3", "\"3\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str in = STR_INIT, out = STR_INIT;

		str_addf(&in, "a: %s\n", cases[i][0]);
		str_addf(&out, "a: %s\n", cases[i][1]);
		check_yaml(in.buf, out.buf);
		str_release(&in);
		str_release(&out);
	}
}

/* Left: inside double quotes; right: as kubectl prints the text. */
static void
test_quoting(void **state)
{
	static const char *const cases[][2] = {
		{ "true", "\"true\"" },
		{ "y", "\"y\"" },
		{ "", "\"\"" },
		{ " x", "' x'" },
		{ "x ", "'x '" },
		{ "2026-11-23T03:40:41Z", "\"2026-11-23T03:40:41Z\"" },
		{ "2026-1-2T3:4:5Z", "\"2026-1-2T3:4:5Z\"" },
		{ "12-11-23", "12-11-23" },
		{ "190:20:30", "\"190:20:30\"" },
		{ "a: b", "'a: b'" },
		{ "a #b", "'a #b'" },
		{ "a:", "'a:'" },
		{ ":a", ":a" },
		{ "- a", "'- a'" },
		{ "-a", "-a" },
		{ "'a", "'''a'" },
		{ "%a", "'%a'" },
		{ "[a", "'[a'" },
		{ "{a}", "'{a}'" },
		{ "a,b", "a,b" },
		{ "<<", "<<" },
		{ "---", "'---'" },
		{ ".5", "\".5\"" },
		{ "1e3", "\"1e3\"" },
		{ "0x", "0x" },
		{ "a\\tb", "\"a\\tb\"" },
		{ "a\\nb\\n", "|\n  a\n  b" },
		{ "a\\nb", "|-\n  a\n  b" },
		{ " a\\nb\\n", "|2\n   a\n  b" },
		{ "a\\n b\\n", "|\n  a\n   b" },
		{ "a\\nb \\nc\\n", "\"a\\nb \\nc\\n\"" },
		{ "a\\r\\nb", "\"a\\r\\nb\"" },
		{ "\\u0007", "\"\\a\"" },
		{ "\\U0001F600", "\"\\U0001F600\"" },
		{ "\xc3\xa9", "\xc3\xa9" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str in = STR_INIT, out = STR_INIT;

		str_addf(&in, "a: \"%s\"\n", cases[i][0]);
		str_addf(&out, "a: %s\n", cases[i][1]);
		check_yaml(in.buf, out.buf);
		str_release(&in);
		str_release(&out);
	}
}

static void
test_layout(void **state)
{
	(void)state;
	check_yaml("l: [[a, b], [~], {a: 1, b: [c, {d: e}]}]\nh: []\ni: {}\n",
		"h: []\ni: {}\nl:\n- - a\n  - b\n- - null\n- a: 1\n  b:\n  - c\n  - d: e\n");
}

static void
test_folds_at_eighty(void **state)
{
	(void)state;
	check_yaml("a: long long long long long long long long long long long long long long long long long long\n",
		"a: long long long long long long long long long long long long long long long long\n  long long\n");
	check_yaml("a: 'x: long long long long long long long long long long long long long long long long long'\n",
		"a: 'x: long long long long long long long long long long long long long long long\n  long long'\n");
}

static void
test_natural_key_order(void **state)
{
	(void)state;
	check_yaml(
		"{\"a10\": 1, \"a9\": 1, \"B\": 1, \"10\": 1, \"9\": 1, \"\": 1, \"a b\": 1, \"a\": 1, \"a.b/c\": 1}",
		"\"\": 1\n\"9\": 1\n\"10\": 1\nB: 1\na: 1\na b: 1\na.b/c: 1\na9: 1\na10: 1\n");
}

static void
test_keys_become_texts(void **state)
{
	(void)state;
	check_yaml("1: a\ntrue: b\n1.5: c\nno: d\n\"2\": e\n",
		"\"1\": a\n\"1.5\": c\n\"2\": e\n\"false\": d\n\"true\": b\n");
}

static void
test_merge_keys_and_anchors(void **state)
{
	(void)state;
	check_yaml("base: &b {x: 1, w: 2}\nother: &o {w: 3, z: 4}\nm:\n  <<: *b\n  w: 9\nl:\n  <<: [*b, *o]\nq: "
		   "{\"<<\": 1}\n",
		"base:\n  w: 2\n  x: 1\nl:\n  w: 2\n  x: 1\n  z: 4\nm:\n  w: 9\n  x: 1\nother:\n  w: 3\n  z: 4\n"
		"q:\n  <<: 1\n");
	check_yaml("a: &x [1, &y two]\nb: *x\nc: *y\nd: &y 3\ne: *y\n",
		"a:\n- 1\n- two\nb:\n- 1\n- two\nc: two\nd: 3\ne: 3\n");
}

static void
test_documents(void **state)
{
	static const char text[] = "# only a comment\n---\na: 1\n---\n---\n# none\n---\nb: 2\n...\n";
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;

	(void)state;
	assert_int_equal(yaml_read("t.yaml", text, strlen(text), NULL, &arena, &documents, &err), 0);
	assert_int_equal(documents.n, 2);
	assert_int_equal(value_get_int(documents.v[1], "b", 0), 2);
	assert_int_equal(documents.v[1]->map.v[0].line, 8);
	vec_clear(&documents);
	assert_int_equal(yaml_read("t.yaml", " {\"a\":1}\n{\"a\":2}\n", 17, NULL, &arena, &documents, &err), 0);
	assert_int_equal(documents.n, 2);
	assert_int_equal(documents.v[1]->line, 2);
	vec_release(&documents);
	arena_release(&arena);
}

/* As kubectl 1.32 cuts: a line of dashes that says more than a comment ends it all, with what stands before it. */
static void
test_cut(void **state)
{
	static const char *const expected[] = { "---\na: 1\n", "b: 2\n -- c\n", "d: 3\n" };
	const char *text = "---\na: 1\n--- # next\nb: 2\n -- c\n---\nd: 3\n--- \ne: 5\n---  f g \nh: 1\n", *document;
	size_t len = strlen(text), n;
	struct err err = ERR_INIT;
	struct str out = STR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(expected); i++) {
		assert_true(yaml_cut(&text, &len, &document, &n, &err));
		assert_int_equal(n, strlen(expected[i]));
		assert_memory_equal(document, expected[i], n);
	}
	assert_true(yaml_cut(&text, &len, &document, &n, &err));
	assert_null(document);
	yaml_error_add(&err, &out);
	assert_string_equal(out.buf, "invalid Yaml document separator: f g");
	assert_false(yaml_cut(&text, &len, &document, &n, &err));
	str_release(&out);
	err_release(&err);
}

/* A piece of a file that is YAML: its first document counts, and a brace doesn't make it JSON. */
static void
test_piece(void **state)
{
	static const char text[] = "{a: 1}\n{b: 2}\n";
	const struct yaml_options options = { .piece = true };
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;

	(void)state;
	assert_true(yaml_is_json(text, sizeof text - 1));
	assert_int_equal(yaml_read("t.yaml", text, sizeof text - 1, &options, &arena, &documents, &err), 0);
	assert_int_equal(documents.n, 1);
	assert_int_equal(value_get_int(documents.v[0], "a", 0), 1);
	vec_release(&documents);
	arena_release(&arena);
}

/* JSON values before a fault stay. */
static void
test_json_before_a_fault(void **state)
{
	static const char text[] = "{\"a\":1}\n---\n";
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str out = STR_INIT;
	value_vec documents = VEC_INIT;

	(void)state;
	assert_int_equal(yaml_read("t.json", text, sizeof text - 1, NULL, &arena, &documents, &err), -1);
	assert_int_equal(documents.n, 1);
	yaml_error_add(&err, &out);
	assert_string_equal(out.buf, "json: offset 10: invalid character '-' in numeric literal");
	str_release(&out);
	vec_release(&documents);
	err_release(&err);
	arena_release(&arena);
}

/* text is refused at line:column; words: what kubectl says after "error parsing FILE: ". */
static void
check_error(const char *text, size_t len, unsigned line, unsigned column, const char *words)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str out = STR_INIT;
	value_vec documents = VEC_INIT;

	assert_int_equal(yaml_read("t.yaml", text, len, NULL, &arena, &documents, &err), -1);
	assert_int_equal(documents.n, 0);
	assert_string_equal(err.file, "t.yaml");
	assert_int_equal(err.line, line);
	assert_int_equal(err.column, column);
	yaml_error_add(&err, &out);
	assert_string_equal(out.buf, words);
	str_release(&out);
	vec_release(&documents);
	err_release(&err);
	arena_release(&arena);
}

#define YAML_WORDS "error converting YAML to JSON: yaml: "

static void
test_errors_as_kubectl_words_them(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *words;
	} cases[] = {
		{ "kind: Foo\nmetadata:\n  name: x\n   foo: y\n", 4, 7,
			YAML_WORDS "line 4: mapping values are not allowed in this context" },
		{ "a: b: c\n", 1, 5, YAML_WORDS "mapping values are not allowed in this context" },
		{ "kind: Foo\nb: [a, b\n", 3, 1, YAML_WORDS "line 2: did not find expected ',' or ']'" },
		{ "kind: \"Foo\nb: c\n", 3, 1, YAML_WORDS "line 3: found unexpected end of stream" },
		{ "kind: Foo\n- a\n", 2, 1, YAML_WORDS "line 1: did not find expected key" },
		{ "kind: Foo\nb: @x\n", 2, 4, YAML_WORDS "line 2: found character that cannot start any token" },
		{ "kind: Foo\nb: *x\n", 2, 4, YAML_WORDS "unknown anchor 'x' referenced" },
		{ "kind: Foo\nb: &x [*x]\n", 2, 8, YAML_WORDS "anchor 'x' value contains itself" },
		{ "kind: Foo\nb: \x01\n", 2, 4, YAML_WORDS "control characters are not allowed" },
		{ "kind: Foo\nb: !!int x\n", 2, 4, YAML_WORDS "cannot decode !!str `x` as a !!int" },
		{ "kind: Foo\n<<: 3\n", 2, 5, YAML_WORDS "map merge requires map or sequence of maps as the value" },
		{ "{\"kind\": \"Foo\", \"b\": }", 1, 22,
			"json: offset 22: invalid character '}' looking for beginning of value" },
		{ "{\"kind\": \"Foo\",\n \"b\": 1", 2, 8, "unexpected EOF" },
		{ "{kind: Foo}", 1, 2,
			"json: offset 2: invalid character 'k' looking for beginning of object key string" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_error(cases[i].text, strlen(cases[i].text), cases[i].line, cases[i].column, cases[i].words);
}

static void
test_junk(void **state)
{
	(void)state;
	check_error("a: b\0c\n", 7, 1, 5, YAML_WORDS "control characters are not allowed");
	check_error("\x7f" "ELF\x02\x01\x01", 7, 1, 1, YAML_WORDS "control characters are not allowed");
	check_error("a: b\nc: \xff\xfe\n", 11, 2, 4, YAML_WORDS "invalid leading UTF-8 octet");
}

/* A list of Namespaces out of a real cluster began with one, and kubectl took it. */
static void
test_byte_order_mark(void **state)
{
	(void)state;
	check_yaml("\xef\xbb\xbf" "a: 1\n", "a: 1\n");
}

static void
test_unique_keys(void **state)
{
	static const char twice[] = "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n";
	static const char merged[] = "a: &a {x: 1}\nb:\n  <<: *a\n  x: 2\n";
	const struct yaml_options strict = { .unique_keys = true };
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;

	(void)state;
	assert_int_equal(yaml_read("t.yaml", twice, strlen(twice), &strict, &arena, &documents, &err), -1);
	assert_string_equal(err.text, "key \"c\" is already set in this map");
	assert_int_equal(err.line, 5);
	assert_int_equal(err.column, 3);
	assert_int_equal(yaml_read("t.yaml", merged, strlen(merged), &strict, &arena, &documents, &err), 0);
	check_yaml(twice, "a: 1\nb:\n  c: 3\n  d: 2\n");
	vec_release(&documents);
	err_release(&err);
	arena_release(&arena);
}

static void
test_many_keys(void **state)
{
	struct str text = STR_INIT;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;

	(void)state;
	for (int i = 0; i < 50000; i++)
		str_addf(&text, "k%d: %d\n", i % 40000, i);
	assert_int_equal(yaml_read("t.yaml", text.buf, text.len, NULL, &arena, &documents, &err), 0);
	assert_int_equal(value_count(documents.v[0]), 40000);
	assert_string_equal(documents.v[0]->map.v[0].key, "k0");
	assert_int_equal(documents.v[0]->map.v[0].value->integer, 40000);
	assert_int_equal(documents.v[0]->map.v[39999].value->integer, 39999);
	vec_release(&documents);
	str_release(&text);
	arena_release(&arena);
}

static void
refused(const char *text, const char *expected)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;

	assert_int_equal(yaml_read("t.yaml", text, strlen(text), NULL, &arena, &documents, &err), -1);
	assert_string_equal(err.text, expected);
	vec_release(&documents);
	err_release(&err);
	arena_release(&arena);
}

/* Each line ten times the one before: a few lines would fill the memory. */
static void
test_bombs(void **state)
{
	struct str text = STR_INIT;

	(void)state;
	str_add(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 9; i++) {
		str_addf(&text, "a%d: &a%d [*a%d", i, i, i - 1);
		for (int j = 1; j < 10; j++)
			str_addf(&text, ", *a%d", i - 1);
		str_add(&text, "]\n");
	}
	refused(text.buf, "more than 8388608 values in one text");
	str_clear(&text);
	str_add(&text, "a0: &a0 x\n");
	for (int i = 1; i < 200; i++)
		str_addf(&text, "a%d: &a%d [*a%d]\n", i, i, i - 1);
	refused(text.buf, "nested more than 100 levels deep");
	str_clear(&text);
	str_add(&text, "a: &a x\nb:\n");
	for (int i = 0; i <= YAML_ALIASES_MAX; i++)
		str_add(&text, "- *a\n");
	refused(text.buf, "more than 1000 aliases");
	str_clear(&text);
	str_add(&text, "a: ");
	str_addrep(&text, '[', 20000);
	refused(text.buf, "nested more than 100 levels deep");
	str_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_scalars),
		cmocka_unit_test(test_quoting),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_folds_at_eighty),
		cmocka_unit_test(test_natural_key_order),
		cmocka_unit_test(test_keys_become_texts),
		cmocka_unit_test(test_merge_keys_and_anchors),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_piece),
		cmocka_unit_test(test_json_before_a_fault),
		cmocka_unit_test(test_errors_as_kubectl_words_them),
		cmocka_unit_test(test_junk),
		cmocka_unit_test(test_byte_order_mark),
		cmocka_unit_test(test_unique_keys),
		cmocka_unit_test(test_many_keys),
		cmocka_unit_test(test_bombs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
