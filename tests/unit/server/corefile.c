/* Corefiles: how they are read, and which block serves a name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "server/corefile.h"

static const char kubeadm[] =
	"# names\n"
	".:53 {\n"
	"    errors\n"
	"    health {\n"
	"       lameduck 5s\n"
	"    }\n"
	"    kubernetes Cluster.Local. in-addr.arpa ip6.arpa { # the zone\n"
	"       pods insecure\n"
	"       fallthrough in-addr.arpa ip6.arpa\n"
	"    }\n"
	"    forward . /etc/resolv.conf\n"
	"}\n"
	"corp.internal:53, example.org {\n"
	"    forward . \"10.150.0.1\"\n"
	"}\n"
	"internal {\n"
	"    log\n"
	"}\n"
	"other.internal:5353 {\n"
	"    log\n"
	"}\n";

static void
blocks_plugins_and_lines(void **state)
{
	struct err err = ERR_INIT;
	struct corefile corefile;
	const struct corefile_plugin *kubernetes;
	const struct corefile_line *line;

	(void)state;
	assert_int_equal(corefile_parse(&corefile, kubeadm, &err), 0);
	assert_int_equal(corefile.blocks.n, 4);
	assert_int_equal(corefile.blocks.v[0].plugins.n, 4);
	kubernetes = corefile_plugin(&corefile.blocks.v[0], "kubernetes");
	assert_int_equal(kubernetes->head.n, 4);
	assert_string_equal(kubernetes->head.words[1], "Cluster.Local.");
	line = corefile_line(kubernetes, "fallthrough");
	assert_int_equal(line->n, 3);
	assert_int_equal(line->line, 9);
	assert_null(corefile_line(kubernetes, "ttl"));
	assert_string_equal(corefile.blocks.v[1].plugins.v[0].head.words[2], "10.150.0.1");
	assert_int_equal(corefile.blocks.v[1].zones.n, 2);
	corefile_release(&corefile);
}

static void
the_longest_zone_serves_a_name(void **state)
{
	static const struct {
		const char *name;
		size_t block;
	} cases[] = {
		{ "web.default.svc.cluster.local", 0 }, { "a.corp.internal", 1 }, { "Corp.Internal", 1 },
		{ "xcorp.internal", 2 }, { "www.example.org", 1 }, { "other.internal", 2 /* the other port is no DNS */ },
	};
	struct err err = ERR_INIT;
	struct corefile corefile;

	(void)state;
	assert_int_equal(corefile_parse(&corefile, kubeadm, &err), 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_ptr_equal(corefile_block_of(&corefile, cases[i].name), &corefile.blocks.v[cases[i].block]);
	corefile_release(&corefile);
}

static void
mistakes_have_a_line(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ ".:53 {\n  errors\n  forwrad . 8.8.8.8\n}\n",
			"Corefile:3 - Error during parsing: Unknown directive 'forwrad'" },
		{ ".:53 {\n  errors\n", "Corefile:1 - Error during parsing: Unexpected EOF, expecting '}' of '.:53'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err err = ERR_INIT;
		struct corefile corefile;

		assert_int_equal(corefile_parse(&corefile, cases[i].text, &err), -1);
		assert_string_equal(err.text, cases[i].error);
		err_release(&err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_plugins_and_lines),
		cmocka_unit_test(the_longest_zone_serves_a_name),
		cmocka_unit_test(mistakes_have_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
