/*
 * ConfigMap kube-system/kube-proxy as kubeadm v1.32 writes it, and what a kube-proxy that starts makes of it.  The lines of its
 * log are those of clusters of v1.32.13.
 */
#include "fixture.h"

static void
expect(struct fixture *f, const char *line, const char *out)
{
	run(f, line);
	if (strcmp(f->out.str.buf, out) != 0)
		fail_msg("%s\n%s%s", line, f->out.str.buf, f->err.str.buf);
}

static void
set_mode(struct fixture *f, const char *mode)
{
	char *line = xasprintf("kubectl -n kube-system get cm kube-proxy -o yaml | sed 's/^    mode: .*/    mode: %s/' | kubectl replace -f -",
		mode);

	expect(f, line, "configmap/kube-proxy replaced\n");
	free(line);
}

#define USING "kubectl -n kube-system logs ds/kube-proxy 2>/dev/null | grep -o 'server_linux.*Proxier\"'"

static void
the_mode_counts_from_the_next_start_on(void **state)
{
	struct fixture *f = *state;

	expect(f, USING, "server_linux.go:170] \"Using iptables Proxier\"\n");
	expect(f, "kubectl -n kube-system get cm kube-proxy -o jsonpath='{.data.config\\.conf}' | grep -E '^(mode|clusterCIDR|kind)'",
		"clusterCIDR: 192.168.0.0/16\nkind: KubeProxyConfiguration\nmode: \"\"\n");
	expect(f, "kubectl -n kube-system exec ds/kube-proxy -- cat /var/lib/kube-proxy/config.conf 2>/dev/null | grep mode", "mode: \"\"\n");
	set_mode(f, "ipvs");
	expect(f, "sleep 120; ssh node01 ipvsadm -Ln | grep -c TCP", "0\n");
	expect(f, "kubectl -n kube-system rollout restart ds kube-proxy >/dev/null; sleep 10; " USING,
		"server_linux.go:231] \"Using ipvs Proxier\"\n");
	expect(f, "ssh node01 ipvsadm -Ln | grep -c :30080; curl -s node01:30080 | grep title", "2\n<title>Welcome to nginx!</title>\n");
	set_mode(f, "nftables");
	expect(f, "kubectl -n kube-system delete pod -l k8s-app=kube-proxy >/dev/null; sleep 10; " USING,
		"server_linux.go:292] \"Using nftables Proxier\"\n");
	expect(f, "ssh node01 nft list ruleset | grep -c 'chain service-.*default/web/tcp'; curl -s node01:30080 | grep title",
		"1\n<title>Welcome to nginx!</title>\n");
}

/* Without a mode that there is kube-proxy ends, its rules stay, and it is back when somebody has mended the file. */
static void
a_mode_that_is_not_there_ends_it(void **state)
{
	struct fixture *f = *state;

	set_mode(f, "iptable");
	run(f, "kubectl -n kube-system delete pod -l k8s-app=kube-proxy; sleep 30");
	expect(f, "kubectl -n kube-system get pods -l k8s-app=kube-proxy --no-headers | grep -c CrashLoopBackOff", "3\n");
	run(f, "kubectl create service clusterip late --tcp=80");
	expect(f, "ssh node01 iptables-save | grep -c default/late; curl -s node01:30080 | grep title", "0\n<title>Welcome to nginx!</title>\n");
	set_mode(f, "iptables");
	run(f, "sleep 120");
	expect(f, "kubectl -n kube-system get pods -l k8s-app=kube-proxy --no-headers | grep -c Running", "3\n");
	expect(f, "ssh node01 iptables-save | grep -c default/late", "1\n");
}

/* It is mounted, so a new pod can't begin without it. */
static void
without_the_map_no_pod_begins(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl -n kube-system delete cm kube-proxy; kubectl -n kube-system delete pod -l k8s-app=kube-proxy; sleep 10");
	expect(f, "kubectl -n kube-system get pods -l k8s-app=kube-proxy --no-headers | grep -c ContainerCreating", "3\n");
	run(f, "kubectl -n kube-system describe pods -l k8s-app=kube-proxy | grep FailedMount | head -1");
	assert_non_null(strstr(f->out.str.buf, "MountVolume.SetUp failed for volume \"kube-proxy\" : configmap \"kube-proxy\" not found"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_mode_counts_from_the_next_start_on, setup, teardown),
		cmocka_unit_test_setup_teardown(a_mode_that_is_not_there_ends_it, setup, teardown),
		cmocka_unit_test_setup_teardown(without_the_map_no_pod_begins, setup, teardown),
	};

	return cmocka_run_group_tests_name("proxyconfig", tests, NULL, NULL);
}
