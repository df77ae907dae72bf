/* Sets of fields.  The long spellings are those of structured-merge-diff's fieldpath/serialize_test.go. */
#include "api/fieldset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct fieldset *
read_set(struct arena *arena, const char *text)
{
	struct fieldset *set = NULL;

	if (fieldset_read(text, arena, &set))
		fail_msg("%s is no set", text);
	return set;
}

static void
assert_set(const struct fieldset *set, const char *want)
{
	struct str text = STR_INIT;

	fieldset_write(set, &text);
	assert_string_equal(text.buf, want);
	str_release(&text);
}

static void
spelling_comes_back_sorted(void **state)
{
	static const char *const cases[][2] = {
		{"{}", "{}"},
		{"{\"i:3\":{},\"v:true\":{},\"v:3\":{},\"v:\\\"aa\\\"\":{},\"f:aab\":{},\"k:{\\\"name\\\":"
		 "\\\"first\\\"}\":{},\"f:aaa\":{}}",
			"{\"f:aaa\":{},\"f:aab\":{},\"k:{\\\"name\\\":\\\"first\\\"}\":{},\"v:3\":{},\"v:\\\"aa\\\"\":{"
			"},\"v:true\":{},\"i:3\":{}}"},
		{"{\"k:{\\\"port\\\":443,\\\"protocol\\\":\\\"udp\\\"}\":{},\"k:{\\\"port\\\":443,\\\"protocol\\\":"
		 "\\\"tcp\\\"}\":{},"
		 "\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"udp\\\"}\":{}}",
			"{\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"udp\\\"}\":{},\"k:{\\\"port\\\":443,"
			"\\\"protocol\\\":\\\"tcp\\\"}\":{},"
			"\"k:{\\\"port\\\":443,\\\"protocol\\\":\\\"udp\\\"}\":{}}"},
		{"{\"f:b\":{\"f:c\":{},\".\":{}},\"f:a\":{\"f:d\":{\".\":{}}}}",
			"{\"f:a\":{\"f:d\":{}},\"f:b\":{\".\":{},\"f:c\":{}}}"},
	};
	struct arena arena = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_set(read_set(&arena, cases[i][0]), cases[i][1]);
	arena_release(&arena);
}

static void
what_is_no_set_is_refused(void **state)
{
	static const char *const texts[] = {"[]", "42", "{\"f:a\":1}", "{\"f:a\":[]}", "{\"\":{}}", "{\"x\":{}}",
		"{\"k:1\":{}}", "{\"f:a\":{}", "{\"v:{\":{}}"};
	struct arena arena = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct fieldset *set;

		if (!fieldset_read(texts[i], &arena, &set))
			fail_msg("%s is taken", texts[i]);
	}
	arena_release(&arena);
}

#define A "{\"f:a\":{\".\":{},\"f:x\":{}},\"f:b\":{\"f:y\":{},\"f:z\":{}}}"
#define B "{\"f:a\":{},\"f:b\":{\"f:z\":{\".\":{},\"f:w\":{}}},\"f:c\":{}}"

static void
sets_are_joined(void **state)
{
	struct arena arena = ARENA_INIT;
	struct fieldset *a = read_set(&arena, A), *b = read_set(&arena, B);

	(void)state;
	assert_set(fieldset_union(&arena, a, b),
		"{\"f:a\":{\".\":{},\"f:x\":{}},\"f:b\":{\"f:y\":{},\"f:z\":{\".\":{},\"f:w\":{}}},\"f:c\":{}}");
	assert_set(fieldset_intersection(&arena, a, b), "{\"f:a\":{},\"f:b\":{\"f:z\":{}}}");
	assert_set(fieldset_difference(&arena, a, b), "{\"f:a\":{\"f:x\":{}},\"f:b\":{\"f:y\":{}}}");
	assert_set(fieldset_difference(&arena, b, a), "{\"f:b\":{\"f:z\":{\"f:w\":{}}},\"f:c\":{}}");
	assert_set(fieldset_without(&arena, a, b), "{\"f:b\":{\"f:y\":{}}}");
	assert_true(fieldset_equal(a, read_set(&arena, A)));
	assert_false(fieldset_equal(a, b));
	arena_release(&arena);
}

static void
add_line(void *arg, const char *path)
{
	str_addf(arg, "%s\n", path);
}

static void
fields_have_names_for_errors(void **state)
{
	struct arena arena = ARENA_INIT;
	struct str text = STR_INIT;

	(void)state;
	fieldset_each(read_set(&arena,
			      "{\"f:spec\":{\"f:ports\":{\".\":{},\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":"
			      "{\".\":{},\"f:port\":{}}},\"f:type\":{}},\"f:metadata\":{\"f:finalizers\":{\"v:"
			      "\\\"a\\\"\":{}}}}"),
		add_line, &text);
	assert_string_equal(text.buf, ".metadata.finalizers[=\"a\"]\n.spec.ports\n.spec.type\n"
		".spec.ports[port=80,protocol=\"TCP\"]\n.spec.ports[port=80,protocol=\"TCP\"].port\n");
	str_release(&text);
	arena_release(&arena);
}

static void
names_make_a_set(void **state)
{
	struct arena arena = ARENA_INIT;
	struct fieldset *set = fieldset_new(&arena);

	(void)state;
	fieldset_add_names(&arena, set, "status metadata.uid metadata");
	assert_set(set, "{\"f:metadata\":{\".\":{},\"f:uid\":{}},\"f:status\":{}}");
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spelling_comes_back_sorted),
		cmocka_unit_test(what_is_no_set_is_refused),
		cmocka_unit_test(sets_are_joined),
		cmocka_unit_test(fields_have_names_for_errors),
		cmocka_unit_test(names_make_a_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
