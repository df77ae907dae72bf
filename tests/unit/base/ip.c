/* Addresses as Go's net and netip read and print them; RFC 5952's own examples. */
#include "base/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_canonical(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "10.96.0.1", "10.96.0.1" }, { "0.0.0.0", "0.0.0.0" }, { "255.255.255.255", "255.255.255.255" },
		{ "::", "::" }, { "::1", "::1" }, { "1::", "1::" }, { "2001:0db8::0001", "2001:db8::1" },
		{ "2001:db8:0:0:0:0:2:1", "2001:db8::2:1" }, { "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" }, { "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "2001:DB8::AbCd", "2001:db8::abcd" }, { "fd00:1:2:3:4:5:6:0", "fd00:1:2:3:4:5:6:0" },
		{ "64:ff9b::192.0.2.33", "64:ff9b::c000:221" },
	};
	char text[IP_TEXT];
	struct ip ip;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_true(ip_parse(rows[i].text, &ip));
		assert_string_equal(ip_format(&ip, text), rows[i].want);
	}
}

static void
test_bad(void **state)
{
	static const char *const bad[] = { "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", " 1.2.3.4", "1.2.3.4 ", "1..2.3",
		"a.b.c.d", "01.2.3.4", "1.2.3.04", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::",
		"::1%eth0", "1:2:3:4:5:6:7::8", ":1::", "1:", "::1.2.3", "10.96.0.1/32" };
	struct ip ip;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (ip_parse(bad[i], &ip))
			fail_msg("%s was read", bad[i]);
	assert_true(ip_parse_lenient("010.096.0.01", &ip));
	assert_int_equal(ip4_value(&ip), 0x0a600001);
}

static void
test_cidr(void **state)
{
	static const char *const bad[] = { "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/a", "::/129", "/8",
		"10.0.0.0/08", "10.0.0.0/8/8" };
	struct cidr cidr, masked;
	struct ip ip;
	char text[IP_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(cidr_parse(bad[i], &cidr));
	assert_true(cidr_parse("10.96.77.5/12", &cidr));
	assert_string_equal(cidr_format(&cidr, text), "10.96.77.5/12");
	masked = cidr_masked(&cidr);
	assert_string_equal(cidr_format(&masked, text), "10.96.0.0/12");
	assert_true(ip_parse("10.111.255.255", &ip) && cidr_contains(&cidr, &ip));
	assert_true(ip_parse("10.112.0.0", &ip) && !cidr_contains(&cidr, &ip));
	assert_true(ip_parse("fd00::1", &ip) && !cidr_contains(&cidr, &ip));
	assert_true(cidr_parse("fd00:8000::/17", &cidr));
	assert_true(ip_parse("fd00:8001::1", &ip) && cidr_contains(&cidr, &ip));
	assert_true(ip_parse("fd00:7fff::1", &ip) && !cidr_contains(&cidr, &ip));
	assert_true(cidr_parse("0.0.0.0/0", &cidr) && ip_parse("203.0.113.1", &ip) && cidr_contains(&cidr, &ip));
}

static void
test_arithmetic(void **state)
{
	struct ip ip, sum;
	char text[IP_TEXT + 8];

	(void)state;
	assert_true(ip_parse("10.0.0.250", &ip));
	sum = ip_plus(&ip, 10);
	assert_string_equal(ip_format(&sum, text), "10.0.1.4");
	assert_true(ip_compare(&ip, &sum) < 0 && ip_compare(&sum, &ip) > 0 && ip_equal(&ip, &ip));
	assert_string_equal(ip_port_format(&ip, 80, text), "10.0.0.250:80");
	assert_true(ip_parse("fd00::ffff:ffff:ffff:ffff", &ip));
	sum = ip_plus(&ip, 1);
	assert_string_equal(ip_port_format(&sum, 443, text), "[fd00:0:0:1::]:443");
}

static void
test_kinds(void **state)
{
	static const struct {
		const char *text;
		bool loopback, unspecified, link_local, multicast;
	} rows[] = {
		{ "127.0.0.1", true, false, false, false }, { "127.255.0.1", true, false, false, false },
		{ "::1", true, false, false, false }, { "0.0.0.0", false, true, false, false }, { "::", false, true, false, false },
		{ "169.254.1.1", false, false, true, false }, { "fe80::1", false, false, true, false },
		{ "224.0.0.1", false, false, true, true }, { "ff02::1", false, false, true, true },
		{ "239.1.2.3", false, false, false, true }, { "ff05::1", false, false, false, true },
		{ "10.0.0.1", false, false, false, false }, { "fd00::1", false, false, false, false },
	};
	struct ip ip;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_true(ip_parse(rows[i].text, &ip));
		assert_int_equal(ip_is_loopback(&ip), rows[i].loopback);
		assert_int_equal(ip_is_unspecified(&ip), rows[i].unspecified);
		assert_int_equal(ip_is_link_local(&ip), rows[i].link_local);
		assert_int_equal(ip_is_multicast(&ip), rows[i].multicast);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_cidr),
		cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests_name("base/ip", tests, NULL, NULL);
}
