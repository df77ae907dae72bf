/* Flags against what kubectl v1.32 says to the same words. */
#include "svcsim/flag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "svcsim/str.h"

static const struct flag first[] = {
	{ .name = "watch", .letter = 'w', .type = FLAG_BOOL, .help = "Watch." },
	{ .name = "all-namespaces", .letter = 'A', .type = FLAG_BOOL, .help = "All." },
	{ .name = "output", .letter = 'o', .type = FLAG_STRING, .standard = "text", .help = "Format." },
	{ .name = "dry-run", .type = FLAG_STRING, .standard = "none", .bare = "unchanged", .help = "Only try." },
	{ .name = NULL },
};
static const struct flag second[] = {
	{ .name = "chunk-size", .type = FLAG_INT, .standard = "500", .help = "Size." },
	{ .name = "timeout", .type = FLAG_DURATION, .standard = "0s", .help = "Time." },
	{ .name = "tcp", .type = FLAG_STRINGS, .help = "Ports." },
	{ .name = "from", .type = FLAG_ARRAY, .help = "Sources." },
	{ .name = NULL },
};
static const struct flag *const tables[] = { first, second, NULL };

static int
parse(struct flags *flags, const char *line, struct err *err)
{
	char text[256], *words[16];
	int n = 0;

	strcpy(text, line);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		words[n++] = word;
	return flags_parse(flags, tables, n, (const char *const *)words, err);
}

static void
test_errors(void **state)
{
	static const struct {
		const char *line, *text;
	} rows[] = {
		{ "--bogus", "unknown flag: --bogus" },
		{ "--bogus=1", "unknown flag: --bogus" },
		{ "-Q", "unknown shorthand flag: 'Q' in -Q" },
		{ "-AQw", "unknown shorthand flag: 'Q' in -Qw" },
		{ "--chunk-size", "flag needs an argument: --chunk-size" },
		{ "-o", "flag needs an argument: 'o' in -o" },
		{ "--=x", "bad flag syntax: --=x" },
		{ "---x", "bad flag syntax: ---x" },
		{ "--watch=maybe", "invalid argument \"maybe\" for \"-w, --watch\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax" },
		{ "--chunk-size=x", "invalid argument \"x\" for \"--chunk-size\" flag: strconv.ParseInt: parsing \"x\": invalid syntax" },
		{ "--chunk-size=", "invalid argument \"\" for \"--chunk-size\" flag: strconv.ParseInt: parsing \"\": invalid syntax" },
		{ "--chunk-size=1.5", "invalid argument \"1.5\" for \"--chunk-size\" flag: strconv.ParseInt: parsing \"1.5\": invalid syntax" },
		{ "--chunk-size=99999999999999999999",
			"invalid argument \"99999999999999999999\" for \"--chunk-size\" flag: strconv.ParseInt: parsing \"99999999999999999999\": value out of range" },
		{ "--timeout=xx", "invalid argument \"xx\" for \"--timeout\" flag: time: invalid duration \"xx\"" },
		{ "--timeout=5", "invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \"5\"" },
		{ "--timeout=1h1", "invalid argument \"1h1\" for \"--timeout\" flag: time: missing unit in duration \"1h1\"" },
		{ "--timeout=1x", "invalid argument \"1x\" for \"--timeout\" flag: time: unknown unit \"x\" in duration \"1x\"" },
		{ "--timeout=", "invalid argument \"\" for \"--timeout\" flag: time: invalid duration \"\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct err err = ERR_INIT;
		struct flags flags;

		assert_int_equal(parse(&flags, rows[i].line, &err), -1);
		assert_int_equal(err.kind, ERR_USAGE);
		assert_string_equal(err.text, rows[i].text);
		assert_int_equal(flags.n + flags.nargs, 0);
		err_release(&err);
	}
}

static void
test_forms(void **state)
{
	struct err err = ERR_INIT;
	struct flags flags;

	(void)state;
	assert_int_equal(parse(&flags, "pods -Aw -oyaml --chunk-size 0x10 svc --dry-run x -- -o --bogus", &err), 0);
	assert_true(flag_bool(&flags, "watch") && flag_bool(&flags, "all-namespaces"));
	assert_string_equal(flag_string(&flags, "output"), "yaml");
	assert_int_equal(flag_int(&flags, "chunk-size"), 16);
	assert_string_equal(flag_string(&flags, "dry-run"), "unchanged");
	assert_int_equal(flags.nargs, 5);
	assert_string_equal(flags.args[2], "x");
	assert_string_equal(flags.args[4], "--bogus");
	assert_int_equal(flags.dash, 3);
	flags_release(&flags);

	assert_int_equal(parse(&flags, "-o=wide -w=false - --tcp=80,81:8080 --tcp 53 --from=a,b --timeout 1m30s", &err), 0);
	assert_string_equal(flag_string(&flags, "output"), "wide");
	assert_true(flag_given(&flags, "watch") && !flag_bool(&flags, "watch"));
	assert_string_equal(flags.args[0], "-");
	assert_int_equal(flags.dash, SIZE_MAX);
	assert_int_equal(flag_count(&flags, "tcp"), 3);
	assert_string_equal(flag_item(&flags, "tcp", 1), "81:8080");
	assert_string_equal(flag_item(&flags, "tcp", 2), "53");
	assert_int_equal(flag_count(&flags, "from"), 1);
	assert_string_equal(flag_item(&flags, "from", 0), "a,b");
	assert_int_equal(flag_int(&flags, "timeout"), 90);
	flags_release(&flags);
}

static void
test_defaults(void **state)
{
	struct err err = ERR_INIT;
	struct flags flags;

	(void)state;
	assert_int_equal(parse(&flags, "", &err), 0);
	assert_false(flag_given(&flags, "output"));
	assert_string_equal(flag_string(&flags, "output"), "text");
	assert_int_equal(flag_int(&flags, "chunk-size"), 500);
	assert_false(flag_bool(&flags, "watch"));
	assert_int_equal(flag_count(&flags, "tcp"), 0);
	flags_release(&flags);
	assert_int_equal(parse(&flags, "-o a -o b", &err), 0);
	assert_string_equal(flag_string(&flags, "output"), "b");
	flags_release(&flags);
}

static void
test_help(void **state)
{
	static const struct flag rows[] = {
		{ .name = "b", .letter = 'b', .type = FLAG_STRING, .help = "Bee." },
		{ .name = "a", .type = FLAG_BOOL, .help = "Ay." },
		{ .name = NULL },
	};
	static const struct flag *const help_tables[] = { rows, NULL };
	struct str text = STR_INIT;

	(void)state;
	flags_help(help_tables, &text);
	assert_string_equal(text.buf, "    --a=false:\n\tAy.\n\n    -b, --b='':\n\tBee.\n");
	str_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests_name("base/flag", tests, NULL, NULL);
}
