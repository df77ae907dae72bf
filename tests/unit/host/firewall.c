/* iptables' commands that change rules: texts and exit statuses of iptables 1.8.9 (nf_tables). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/shell.h"

static const struct {
	const char *line, *out, *err;
	int status;
} rows[] = {
	{ "iptables -t raw -P PREROUTING ACCEPT; iptables -I INPUT -p tcp --dport 22 -j DROP; iptables -S INPUT | head -2",
		"-P INPUT ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j DROP\n", "", 0 },
	{ "iptables -A INPUT -s 10.0.0.0/8 -j REJECT; iptables -S INPUT | tail -1",
		"-A INPUT -s 10.0.0.0/8 -j REJECT --reject-with icmp-port-unreachable\n", "", 0 },
	{ "iptables -I INPUT 2 -p udp -j ACCEPT; iptables -S INPUT | head -3 | tail -1", "-A INPUT -p udp -j ACCEPT\n", "", 0 },
	{ "iptables -C INPUT -p udp -j ACCEPT", "", "", 0 },
	{ "iptables -D INPUT 2; iptables -C INPUT -p udp -j ACCEPT", "",
		"iptables: Bad rule (does a matching rule exist in that chain?).\n", 1 },
	{ "iptables -D INPUT 99", "", "iptables: Index of deletion too big.\n", 1 },
	{ "iptables -D NONE -j DROP", "", "iptables: No chain/target/match by that name.\n", 1 },
	{ "iptables -P FORWARD DROP; iptables -S FORWARD | head -1", "-P FORWARD DROP\n", "", 0 },
	{ "iptables -P FORWARD REJECT", "", "iptables: Bad policy name. Run `dmesg' for more information.\n", 1 },
	{ "iptables -A INPUT -p tcp --dpot 80 -j DROP", "", "iptables v1.8.9 (nf_tables): unknown option \"--dpot\"\n"
		"Try `iptables -h' or 'iptables --help' for more information.\n", 2 },
	{ "iptables -N LOGS; iptables -A INPUT -j LOGS; iptables -S INPUT | tail -1; iptables -N LOGS", "-A INPUT -j LOGS\n",
		"iptables: Chain already exists.\n", 1 },
	{ "iptables -F INPUT; iptables -S INPUT | grep -vc KUBE; iptables -X LOGS; iptables -S LOGS", "1\n",
		"iptables: No chain/target/match by that name.\n", 1 },
};

static void
test_firewall(void **state)
{
	struct cluster cluster;
	struct shell shell;
	struct sink_str out = SINK_STR_INIT, err_out = SINK_STR_INIT;
	struct io io = { .out = &out.sink, .err = &err_out.sink };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(cluster_make(&cluster, 1, INT64_C(1795407176) * CLOCK_SECOND, NULL, 0, false, &err), 0);
	shell_init(&shell, &cluster, &io);
	shell_enter(&shell, PLACE_NODE, "node01");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int status = shell_line(&shell, rows[i].line);

		if (strcmp(out.str.buf, rows[i].out) || strcmp(err_out.str.buf, rows[i].err) ||
			status != rows[i].status)
			fail_msg("%s\n-- %d, out\n%s-- err\n%s", rows[i].line, status, out.str.buf, err_out.str.buf);
		str_clear(&out.str);
		str_clear(&err_out.str);
	}
	shell_release(&shell);
	cluster_release(&cluster);
	str_release(&out.str);
	str_release(&err_out.str);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_firewall),
	};

	return cmocka_run_group_tests_name("host/firewall", tests, NULL, NULL);
}
