/* Patterns of the Gateway API's schemas (v1.2.1) and what each takes. */
#include "base/rex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DNS "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"

static const struct {
	const char *pattern, *text;
	bool matches;
} cases[] = {
	{ "^" DNS "$", "a.b-c.d9", true },
	{ "^" DNS "$", "a..b", false },
	{ "^" DNS "$", "-a", false },
	{ "^$|^" DNS "$", "", true },
	{ "^$|^" DNS "$", "gateway.networking.k8s.io", true },
	{ "^$|^" DNS "$", "Upper", false },
	{ "^(\\*\\.)?" DNS "$", "*.example.com", true },
	{ "^(\\*\\.)?" DNS "$", "a.*.com", false },
	{ "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$", "x-`odd`|~", true },
	{ "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$", "no space", false },
	{ "^([0-9]{1,5}(h|m|s|ms)){1,4}$", "1h30m5s10ms", true },
	{ "^([0-9]{1,5}(h|m|s|ms)){1,4}$", "100000s", false },
	{ "^([0-9]{1,5}(h|m|s|ms)){1,4}$", "1s1s1s1s1s", false },
	/* anchored in its first and last words only, as it is published */
	{ "^Hostname|IPAddress|NamedAddress|" DNS "\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$", "xNamedAddressx", true },
	{ "^Hostname|IPAddress|NamedAddress|" DNS "\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$", "Other", false },
	{ "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$", "/a%20b", true },
	{ "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$", "/a%2", false },
	{ "^a{2,}$", "a", false },
	{ "^a{2,}$", "aaaa", true },
	{ "b", "abc", true },
	{ "^[^a]$", "a", false },
};

static void
a_pattern_takes_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (rex_search(cases[i].pattern, cases[i].text) != cases[i].matches)
			fail_msg("%s and %s", cases[i].pattern, cases[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_takes_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
