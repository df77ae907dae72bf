/* Packets as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/packet.h"

static void
check(const char *src, const char *dst, uint16_t sport, uint16_t dport, enum protocol protocol, const char *want)
{
	struct packet packet = { .protocol = protocol, .sport = sport, .dport = dport };
	struct str text = STR_INIT;

	assert_true(ip_parse(src, &packet.src));
	assert_true(ip_parse(dst, &packet.dst));
	packet_print(&packet, &text);
	assert_string_equal(text.buf, want);
	str_release(&text);
}

static void
test_print(void **state)
{
	(void)state;
	check("203.0.113.10", "172.30.2.2", 51234, 30080, PROTOCOL_TCP, "203.0.113.10:51234 -> 172.30.2.2:30080 TCP");
	check("fd00::1", "fd00::2", 1024, 53, PROTOCOL_UDP, "[fd00::1]:1024 -> [fd00::2]:53 UDP");
	check("10.0.0.1", "10.0.0.2", 0, 0, PROTOCOL_ICMP, "10.0.0.1 -> 10.0.0.2 ICMP");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_print) };

	return cmocka_run_group_tests_name("packet", tests, NULL, NULL);
}
