/*
 * What busybox' programs print, by busybox 1.37's own sources (networking/nslookup.c, ping.c, telnet.c, traceroute.c, wget.c), and
 * where those of Debian say it otherwise.  The answers of `nslookup web` themselves are recorded (tests/recorded/20-dataplane).
 */
#include "fixture.h"

static int
setup_pods(void **state)
{
	struct fixture *f;

	setup(state);
	f = *state;
	run(f, "kubectl run bb --image=busybox -- sleep 1d; kubectl run full --image=nicolaka/netshoot -- sleep 1d; "
		"kubectl expose pod bb --name=named --cluster-ip=None --port=80; sleep 5; "
		"bb=$(kubectl get pod bb -o jsonpath='{.status.podIP}'); "
		"full=$(kubectl get pod full -o jsonpath='{.status.podIP}'); web=$(kubectl get svc web -o jsonpath='{.spec.clusterIP}')");
	return 0;
}

/* What a line prints on both streams, after sed has put what is this cluster's into words. */
static const struct {
	const char *line, *printed;
	int status;
} rows[] = {
	{ "nslookup 10.96.0.1", "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n"
		"1.0.96.10.in-addr.arpa\tname = kubernetes.default.svc.cluster.local\n\n", 0 },
	{ "nslookup -type=a web.default.svc.cluster.local", "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n"
		"Name:\tweb.default.svc.cluster.local\nAddress: WEB\n\n", 0 },
	{ "nslookup -q=aaaa web.default.svc.cluster.local", "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n\n", 0 },
	{ "nslookup -type=any web.default.svc.cluster.local", "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n\n", 0 },
	{ "nslookup -type=srv nosuch.default.svc.cluster.local", "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n"
		"** server can't find nosuch.default.svc.cluster.local: NXDOMAIN\n\n", 1 },
	{ "nslookup -type=loc web", "nslookup: invalid query type \"loc\"\n", 1 },
	{ "ping -c 3 FULL", "PING FULL (FULL): 56 data bytes\n64 bytes from FULL: seq=0 ttl=62 time=0.100 ms\n"
		"64 bytes from FULL: seq=1 ttl=62 time=0.107 ms\n64 bytes from FULL: seq=2 ttl=62 time=0.114 ms\n\n"
		"--- FULL ping statistics ---\n3 packets transmitted, 3 packets received, 0% packet loss\n"
		"round-trip min/avg/max = 0.100/0.107/0.114 ms\n", 0 },
	{ "telnet web 80", "Connected to web\n", 0 },
	{ "telnet nosuch 80", "telnet: bad address 'nosuch'\n", 1 },
	{ "telnet FULL 81", "telnet: can't connect to remote host (FULL): Connection refused\n", 1 },
	{ "traceroute nosuch", "traceroute: bad address 'nosuch'\n", 1 },
	{ "wget -S --spider web 2>&1 | grep -v Date", "Connecting to web (WEB:80)\n  HTTP/1.1 200 OK\n  Server: nginx/1.27.3\n"
		"  Content-Type: text/html\n  Content-Length: 615\n  Last-Modified: Tue, 26 Nov 2024 15:55:00 GMT\n"
		"  Connection: close\n  ETag: \"6745ef54-267\"\n  Accept-Ranges: bytes\n  \nremote file exists\n", 0 },
};

static void
busybox_speaks_as_it_does(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *line = xasprintf("kubectl exec bb -- sh -c \"$(echo '%s' | sed \"s/FULL/$full/g\")\" 2>&1 | "
			"sed \"s/$full/FULL/g; s/$web/WEB/g; /^command terminated/d\"", rows[i].line);

		run(f, line);
		if (strcmp(f->out.str.buf, rows[i].printed) != 0)
			fail_msg("%s\n%s", rows[i].line, f->out.str.buf);
		free(line);
		line = xasprintf("kubectl exec bb -- sh -c \"$(echo '%s' | sed \"s/FULL/$full/g\")\" >/dev/null 2>&1", rows[i].line);
		assert_int_equal(run(f, line), rows[i].status);
		free(line);
	}
}

static void
ways_have_names_unless_numbers_are_wanted(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl exec full -- traceroute $bb | tail -1");
	assert_non_null(strstr(f->out.str.buf, ".named.default.svc.cluster.local ("));
	run(f, "kubectl exec full -- traceroute -n $bb | tail -1 | grep -c local");
	assert_string_equal(f->out.str.buf, "0\n");
	run(f, "kubectl exec bb -- traceroute $full | head -1 | sed \"s/$full/FULL/g\"");
	assert_string_equal(f->out.str.buf, "traceroute to FULL (FULL), 30 hops max, 46 byte packets\n");
	run(f, "kubectl exec full -- ping -c 2 $bb | tail -1");
	assert_string_equal(f->out.str.buf, "rtt min/avg/max/mdev = 0.100/0.104/0.107/0.004 ms\n");
}

/* dash counts the lines, ash says nothing of them, and bash says "line" in scripts only. */
static void
shells_complain_in_their_own_words(void **state)
{
	static const struct { const char *line, *err; } complaints[] = {
		{ "kubectl exec bb -- sh -c 'true\nnosuch'", "sh: nosuch: not found\n" },
		{ "kubectl exec deploy/web -- sh -c 'true\nnosuch'", "sh: 2: nosuch: not found\n" },
		{ "kubectl exec deploy/web -- bash -c nosuch", "bash: line 1: nosuch: command not found\n" },
		{ "nosuch", "bash: nosuch: command not found\n" },
		{ "printf 'true\\nnosuch\\n' >x.sh; chmod +x x.sh; ./x.sh", "./x.sh: line 2: nosuch: command not found\n" },
		{ "sh x.sh", "x.sh: 2: nosuch: not found\n" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof complaints / sizeof complaints[0]; i++) {
		assert_int_equal(run(f, complaints[i].line), 127);
		assert_memory_equal(f->err.str.buf, complaints[i].err, strlen(complaints[i].err));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(busybox_speaks_as_it_does, setup_pods, teardown),
		cmocka_unit_test_setup_teardown(ways_have_names_unless_numbers_are_wanted, setup_pods, teardown),
		cmocka_unit_test_setup_teardown(shells_complain_in_their_own_words, setup_pods, teardown),
	};

	return cmocka_run_group_tests_name("busybox", tests, NULL, NULL);
}
