/* Variables: what may be written, what is drawn, and where it is filled in. */
#include "exam/variables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"

static struct value *
parse(struct arena *arena, const char *text)
{
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;
	struct value *value;

	assert_int_equal(yaml_read("t.yaml", text, strlen(text), NULL, arena, &documents, &err), 0);
	value = documents.v[0];
	vec_release(&documents);
	return value;
}

static void
test_same_seed_same_draw(void **state)
{
	struct arena arena = ARENA_INIT;
	const struct value *few = parse(&arena, "port: {range: [30080, 30099]}\n");
	const struct value *more = parse(&arena, "app: {oneOf: [a, b, c]}\nport: {range: [30080, 30099]}\n");

	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		const struct value *one = variables_draw(few, seed, &arena), *two = variables_draw(more, seed, &arena);
		int64_t port = value_get_int(one, "port", 0);

		assert_in_range(port, 30080, 30099);
		assert_int_equal(port, value_get_int(two, "port", 0));
		assert_int_equal(strlen(value_get_text(two, "app")), 1);
	}
	arena_release(&arena);
}

static void
test_every_value_is_drawn(void **state)
{
	struct arena arena = ARENA_INIT;
	const struct value *variables = parse(&arena, "size: {range: [1, 5]}\n");
	unsigned seen = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++)
		seen |= 1u << value_get_int(variables_draw(variables, seed, &arena), "size", 0);
	assert_int_equal(seen, 0x3e);
	arena_release(&arena);
}

static void
test_filling(void **state)
{
	struct arena arena = ARENA_INIT;
	const struct value *drawn = parse(&arena, "port: 30085\napp: web\n");
	const struct value *root = parse(&arena,
		"script: 'x=${port}; echo $x $1 $(id) $${port} ${app}-${port}'\n"
		"whole: '${port}'\n"
		"expect: {'spec.${app}': '${port}', text: 'p${port}', deep: ['${port}']}\n");
	const struct value *filled = variables_fill(root, drawn, &arena);

	(void)state;
	assert_string_equal(value_get_text(filled, "script"), "x=30085; echo $x $1 $(id) ${port} web-30085");
	assert_string_equal(value_get_text(filled, "whole"), "30085");
	assert_int_equal(value_path(filled, "expect['spec.web']")->integer, 30085);
	assert_string_equal(value_text(value_path(filled, "expect.text")), "p30085");
	assert_int_equal(value_path(filled, "expect.deep[0]")->integer, 30085);
	assert_string_equal(value_get_text(root, "whole"), "${port}");
	arena_release(&arena);
}

static void
refused(const char *variables, const char *root, unsigned line, const char *text)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(variables_check("t.yaml", parse(&arena, variables), parse(&arena, root), &err), -1);
	assert_string_equal(err.text, text);
	assert_int_equal(err.line, line);
	err_release(&err);
	arena_release(&arena);
}

static void
test_what_is_refused(void **state)
{
	(void)state;
	refused("a: {range: [1, 2]}\n", "x: 1\ny: 'is ${b}'\n", 2, "${b} is not among spec.variables");
	refused("a: {range: [1, 2]}\n", "x: 1\ny: |\n  one\n  two ${b}\n", 4, "${b} is not among spec.variables");
	refused("a: {range: [1, 2]}\n", "x: {'${b}': 1}\n", 1, "${b} is not among spec.variables");
	refused("a: {range: [2, 1]}\n", "x: 1\n", 1, "a range is two numbers, the smaller one first");
	refused("a: {range: [1, 2, 3]}\n", "x: 1\n", 1, "a range is two numbers, the smaller one first");
	refused("a: {}\n", "x: 1\n", 1, "variable a must have either range or oneOf");
	refused("a: {range: [1, 2], oneOf: [b]}\n", "x: 1\n", 1, "variable a must have either range or oneOf");
	refused("a: {oneOf: []}\n", "x: 1\n", 1, "oneOf must name at least one value");
	refused("a: {oneOf: [[b]]}\n", "x: 1\n", 1, "oneOf holds texts and whole numbers");
	refused("'a b': {oneOf: [b]}\n", "x: 1\n", 1, "a variable's name is up to 63 letters, digits, - and _");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_seed_same_draw),
		cmocka_unit_test(test_every_value_is_drawn),
		cmocka_unit_test(test_filling),
		cmocka_unit_test(test_what_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
