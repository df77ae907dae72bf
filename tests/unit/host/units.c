/* A node's units and containers: what systemctl, journalctl, ps, ss and crictl say of them is one and the same. */
#include "fixture.h"

static void
expect(struct fixture *f, const char *line, const char *out, int status)
{
	int got = run(f, line);

	if (strcmp(f->out.str.buf, out) != 0 || got != status)
		fail_msg("%s\n%s%s(%d)", line, f->out.str.buf, f->err.str.buf, got);
}

#define PID "systemctl status kubelet | grep -o 'Main PID: [0-9]*' | grep -o '[0-9]*'"

static void
a_restart_is_another_process(void **state)
{
	struct fixture *f = *state;

	run(f, "ssh node01");
	expect(f, "before=$(" PID "); sleep 400; systemctl restart kubelet; sleep 3; after=$(" PID "); [ $before != $after ] && echo other",
		"other\n", 0);
	expect(f, "systemctl status kubelet | grep -c '; 3s ago'", "1\n", 0);
	expect(f, "ps -ef | awk '$8 == \"/usr/bin/kubelet\" {print $2}' | grep -c \"^$after$\"", "1\n", 0);
	expect(f, "ss -tlnp | grep kubelet | grep -o 'pid=[0-9]*' | sort -u | grep -c \"^pid=$after$\"", "1\n", 0);
	expect(f, "journalctl -u kubelet -n 5 | sed 's/.*systemd\\[1\\]: //; s/.*server.go/server.go/'",
		"Stopping kubelet.service - kubelet: The Kubernetes Node Agent...\nkubelet.service: Deactivated successfully.\n"
		"Stopped kubelet.service - kubelet: The Kubernetes Node Agent.\nStarted kubelet.service - kubelet: The Kubernetes Node Agent.\n"
		"server.go:520] \"Kubelet version\" kubeletVersion=\"v1.32.13\"\n", 0);
	expect(f, "journalctl -u kubelet -r | head -1 | grep -c \"kubelet\\[$after\\]\"", "1\n", 0);
	expect(f, "kubectl get node node01 --no-headers | grep -o ' Ready '", " Ready \n", 0);
}

/* The last lines stand in the order in which they were written. */
static void
the_journal_goes_by_time(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run late --image=nginx --overrides='{\"spec\":{\"nodeName\":\"node01\"}}'; sleep 60; ssh node01 systemctl stop kubelet; "
		"sleep 60; ssh node01 systemctl start kubelet; kubectl run later --image=nginx --overrides='{\"spec\":{\"nodeName\":\"node01\"}}'; "
		"sleep 5; ssh node01");
	expect(f, "journalctl | cut -d' ' -f3 >t; sort t | diff t - && echo by time", "by time\n", 0);
	expect(f, "journalctl -u kubelet | grep -oE 'default/late|Stopped|default/later' | uniq", "default/late\nStopped\ndefault/later\n", 0);
	expect(f, "journalctl -u nosuch", "-- No entries --\n", 0);
}

static void
what_is_stopped_says_since_when(void **state)
{
	struct fixture *f = *state;

	run(f, "ssh node01");
	run(f, "systemctl stop kubelet; sleep 65");
	run(f, "systemctl status kubelet");
	assert_int_equal(f->shell.status, 3);
	assert_non_null(strstr(f->out.str.buf, "\u25cb kubelet.service"));
	assert_non_null(strstr(f->out.str.buf, "     Active: inactive (dead) since Mon 2026-11-23 "));
	assert_non_null(strstr(f->out.str.buf, " UTC; 1min 5s ago\n   Duration: "));
	assert_non_null(strstr(f->out.str.buf, " (code=exited, status=0/SUCCESS)\n"));
	expect(f, "systemctl is-active kubelet", "inactive\n", 3);
	expect(f, "systemctl | grep -c kubelet", "0\n", 1);
	expect(f, "systemctl --all | grep -c 'kubelet.service    loaded inactive dead '", "1\n", 0);
	expect(f, "systemctl disable kubelet 2>/dev/null; systemctl is-enabled kubelet", "disabled\n", 1);
	expect(f, "systemctl status kubelet | grep -c 'kubelet.service; disabled; preset: enabled'", "1\n", 0);
	expect(f, "systemctl enable --now kubelet 2>/dev/null; systemctl is-enabled kubelet; systemctl is-active kubelet", "enabled\nactive\n", 0);
	expect(f, "systemctl stop containerd", "", 1);
	expect(f, "systemctl frob", "", 1);
	assert_string_equal(f->err.str.buf, "Unknown command verb 'frob'.\n");
}

/* cri-tools prints thirteen digits of the id that the API has, too. */
static void
containers_have_one_id(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run cr --image=busybox --overrides='{\"spec\":{\"nodeName\":\"node01\"}}' -- sh -c 'echo hi; exit 1'; sleep 65");
	run(f, "web=$(kubectl get pods -l app=web -o jsonpath='{.items[?(@.spec.nodeName==\"node01\")].status.containerStatuses[0].containerID}' "
		"| cut -c 14-26)");
	expect(f, "ssh node01 crictl ps | awk '$(NF-3) == \"nginx\" || / nginx /{print $1}' | grep -c \"^$web$\"", "1\n", 0);
	expect(f, "ssh node01 crictl ps | grep -c ' cr '", "0\n", 1);
	expect(f, "ssh node01 crictl ps -a --state exited | grep -c ' Exited  *cr  *[34] '", "1\n", 0);
	expect(f, "ssh node01 'crictl logs $(crictl ps -a --name cr -q | head -1)'", "hi\n", 0);
	expect(f, "ssh node01 crictl logs $web | head -2 >a; kubectl logs deploy/web 2>/dev/null | head -2 | diff a - && echo same", "same\n", 0);
	expect(f, "ssh node01 crictl logs nosuch", "", 1);
	expect(f, "ssh node01 crictl images | head -1", "IMAGE                             TAG                 IMAGE ID            SIZE\n", 0);
}

/* ss names the process; a pod with the node's network listens on the node. */
static void
listeners_have_names(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run hn --image=nginx --overrides='{\"spec\":{\"hostNetwork\":true,\"nodeName\":\"node01\"}}'; kubectl run ns "
		"--image=nicolaka/netshoot -- nc -lk -p 8080; sleep 5");
	expect(f, "ssh node01 ss -tlnp | grep -c '0.0.0.0:80 .*\"nginx\"'", "1\n", 0);
	expect(f, "ssh node02 ss -tlnp | grep -c ':80 '", "0\n", 1);
	expect(f, "kubectl exec ns -- ss -tlnp | grep -o 'users.*'", "users:((\"nc\",pid=1,fd=3))\n", 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_restart_is_another_process, setup, teardown),
		cmocka_unit_test_setup_teardown(the_journal_goes_by_time, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_stopped_says_since_when, setup, teardown),
		cmocka_unit_test_setup_teardown(containers_have_one_id, setup, teardown),
		cmocka_unit_test_setup_teardown(listeners_have_names, setup, teardown),
	};

	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
