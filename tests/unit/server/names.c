/*
 * Names, labels and ports: which pass, and what is said of the others.  The texts are from transcripts of a real
 * v1.32 API server; the good and bad names beside them are those of
 * k8s.io/apimachinery/pkg/util/validation/validation_test.go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/strategy.h"

typedef int check_fn(const char *text, struct str *out);

static void
assert_all(check_fn *check, const char *const *texts, bool good)
{
	for (size_t i = 0; texts[i]; i++) {
		struct str out = STR_INIT;

		if ((check(texts[i], &out) == 0) != good)
			fail_msg("\"%s\" should be %s: %s", texts[i], good ? "good" : "bad", out.buf);
		str_release(&out);
	}
}

static void
assert_says(check_fn *check, const char *text, const char *expected)
{
	struct str out = STR_INIT;

	check(text, &out);
	assert_string_equal(out.buf, expected);
	str_release(&out);
}

static void
labels_of_names(void **state)
{
	static const char *const good[] = { "a", "ab", "abc", "a1", "a-1", "a--1--2--b", "0", "01", "012", "1a", "1-a",
		"1--a--b--2", NULL };
	static const char *const bad[] = { "", "A", "ABC", "-", "a-", "-a", "1-", "-1", "_", "a_", "_a", "a_b", ".",
		"a.", ".a", "a.b", " ", "a ", " a", "a b", "a$b", "a@b", NULL };
	static const char *const bad_1035[] = { "0", "1a", "1-a", "", "A", "a-", "a.b", NULL };
	static const char *const good_1035[] = { "a", "a1", "a-1", "a--1--2--b", NULL };

	(void)state;
	assert_all(check_dns1123_label, good, true);
	assert_all(check_dns1123_label, bad, false);
	assert_all(check_dns1035_label, good_1035, true);
	assert_all(check_dns1035_label, bad_1035, false);
	assert_says(check_dns1123_label, "a.b", "must not contain dots\n");
	assert_says(check_dns1035_label, "a234567890123456789012345678901234567890123456789012345678901234",
		"must be no more than 63 characters\n");
}

static void
subdomains(void **state)
{
	static const char *const good[] = { "a", "a.b", "a.b.c.d.e", "0.a", "1-a.b--2.c", "a-1.b", NULL };
	static const char *const bad[] = { "", "A.b", "a.B", ".", "a.", ".a", "a..b", "a.-b", "a-.b", "a_b.c", "a b",
		NULL };

	(void)state;
	assert_all(check_dns1123_subdomain, good, true);
	assert_all(check_dns1123_subdomain, bad, false);
	assert_says(check_dns1123_subdomain, "Bad_I",
		"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
		"and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation "
		"is "
		"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n");
}

static void
qualified_names(void **state)
{
	static const char *const good[] = { "simple", "now-with-dashes", "1-starts-with-num", "1234", "simple/simple",
		"now-with-dashes/simple", "1.2.3.4/5678", "Uppercase_Is_OK_123", "example.com/Uppercase_Is_OK_123",
		NULL };
	static const char *const bad[] = { "", "nospecialchars%^=@", "cantendwithadash-", "-cantstartwithadash-",
		"only/one/slash", "Example.com/abc", "example_com/abc", "example.com/", "/simple", NULL };

	(void)state;
	assert_all(check_qualified_name, good, true);
	assert_all(check_qualified_name, bad, false);
	assert_says(check_qualified_name, "a/b/c",
		"a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
		"with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
		"validation is "
		"'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. "
		"'example.com/MyName')\n");
}

static void
label_values(void **state)
{
	static const char *const good[] = { "", "simple", "now-with-dashes", "1234", "a.b", "A_b", NULL };
	static const char *const bad[] = { "nospecialchars%^=@", "Tama-nui-te-ra.is.Maori.sun-",
		"\\backslashes\\are\\bad", "-starts", "ends.", "a b", NULL };

	(void)state;
	assert_all(check_label_value, good, true);
	assert_all(check_label_value, bad, false);
}

static void
port_names(void **state)
{
	static const char *const good[] = { "telnet", "re-mail-ck", "pop3", "a", "a-1", "1-a", "a-1-b-2-c", "1-a-2-b-3",
		NULL };
	static const char *const bad[] = { "longerthan15characters", "", "12345", "1-2-3-4", "-begin", "end-",
		"two--hyphens", "whois++", NULL };

	(void)state;
	assert_all(check_port_name, good, true);
	assert_all(check_port_name, bad, false);
	assert_says(check_port_name, "8080", "must contain at least one letter (a-z)\n");
	assert_says(check_port_name, "HTTP_PORT",
		"must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)\n"
		"must contain at least one letter (a-z)\n");
	assert_says(check_port_name, "abcdefghijklmnopq", "must be no more than 15 characters\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_of_names),
		cmocka_unit_test(subdomains),
		cmocka_unit_test(qualified_names),
		cmocka_unit_test(label_values),
		cmocka_unit_test(port_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
