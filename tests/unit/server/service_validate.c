/* What the API server says to Services, good and bad. */
#include "fixture.h"

#include <stdio.h>

#include "service_cases.h"

static void
every_answer_is_the_real_one(void **state)
{
	struct fixture *fixture = *state;
	struct status *status = &fixture->status;
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof service_cases / sizeof *service_cases; i++) {
		const struct service_case *c = &service_cases[i];
		struct request request = REQUEST_INIT;
		const char *got, *warning;

		request.verb = REQUEST_CREATE;
		request.kind = kind_by_kind("Service");
		request.namespace = strcmp(c->name, "badns") ? "default" : "nosuchns";
		request.dry_run = c->dry_run;
		got = fixture_send(fixture, &request, c->body, NULL);
		warning = status->warnings.n ? status->warnings.v[0] : "";
		if (strcmp(got, c->text) || strcmp(warning, c->warning)) {
			print_error("%s:\n  want %s\n       %s\n  got  %s\n       %s\n", c->name, c->text, c->warning,
				got, warning);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_answer_is_the_real_one, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
