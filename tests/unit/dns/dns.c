/*
 * Names.  The zone and the answers are those of CoreDNS' own tests of its kubernetes plugin (plugin/kubernetes/handler_test.go),
 * restated as manifests; transport and ttl are left out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "cluster/cluster.h"

static const char zone[] =
	"apiVersion: v1\nkind: Namespace\nmetadata: {name: testns}\n"
	"---\napiVersion: v1\nkind: Namespace\nmetadata: {name: podns}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: svc1, namespace: testns}\n"
	"spec: {type: ClusterIP, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ports: [{name: http, port: 80, protocol: TCP}]}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: svcempty, namespace: testns}\n"
	"spec: {type: ClusterIP, clusterIP: 10.0.0.2, clusterIPs: [10.0.0.2], ports: [{name: http, port: 80, protocol: TCP}]}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: hdls1, namespace: testns}\n"
	"spec: {type: ClusterIP, clusterIP: None, clusterIPs: [None]}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: hdlsempty, namespace: testns}\n"
	"spec: {type: ClusterIP, clusterIP: None, clusterIPs: [None]}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: external, namespace: testns}\n"
	"spec: {type: ExternalName, externalName: ext.interwebs.test}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: inside, namespace: testns}\n"
	"spec: {type: ExternalName, externalName: svc1.testns.svc.cluster.local}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: astray, namespace: testns}\n"
	"spec: {type: ExternalName, externalName: svc0.testns.svc.cluster.local}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: svc-dual-stack, namespace: testns}\n"
	"spec: {type: ClusterIP, clusterIP: 10.0.0.3, clusterIPs: [10.0.0.3, '10::3'], ports: [{name: http, port: 80, protocol: TCP}]}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: kube-dns, namespace: kube-system}\n"
	"spec: {type: ClusterIP, clusterIP: 10.0.0.10, clusterIPs: [10.0.0.10], ports: [{name: dns, port: 53, protocol: UDP}]}\n"
	"---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\naddressType: IPv4\n"
	"metadata: {name: svc1-a, namespace: testns, labels: {kubernetes.io/service-name: svc1}}\n"
	"endpoints: [{addresses: [172.0.0.1], hostname: ep1a}]\nports: [{name: http, port: 80, protocol: TCP}]\n"
	"---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\naddressType: IPv4\n"
	"metadata: {name: hdls1-a, namespace: testns, labels: {kubernetes.io/service-name: hdls1}}\n"
	"endpoints: [{addresses: [172.0.0.2]}, {addresses: [172.0.0.3]}, {addresses: [172.0.0.4], hostname: dup-name},"
	" {addresses: [172.0.0.5], hostname: dup-name}, {addresses: [172.0.0.9], conditions: {ready: false}}]\n"
	"ports: [{name: http, port: 80, protocol: TCP}]\n"
	"---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\naddressType: IPv6\n"
	"metadata: {name: hdls1-b, namespace: testns, labels: {kubernetes.io/service-name: hdls1}}\n"
	"endpoints: [{addresses: ['5678:abcd::1']}, {addresses: ['5678:abcd::2']}]\nports: [{name: http, port: 80, protocol: TCP}]\n";

static struct cluster cluster;

static int
set_up(void **state)
{
	struct cluster_text text = { "zone", zone, sizeof zone - 1 };
	struct err err = ERR_INIT;

	(void)state;
	return cluster_make(&cluster, 1, 0, &text, 1, true, &err);
}

static int
tear_down(void **state)
{
	(void)state;
	cluster_release(&cluster);
	return 0;
}

/* "NXDOMAIN", "NODATA", or the records' data in order, comma-separated; SRV as "priority weight port target". */
static void
assert_answer(const char *name, enum dns_type type, const char *want)
{
	struct dns_answer answer;
	struct str got = STR_INIT;
	char text[IP_TEXT];

	dns_answer_init(&answer);
	dns_query(&cluster.dns, name, type, &answer);
	for (size_t i = 0; i < answer.records.n; i++) {
		const struct dns_record *record = &answer.records.v[i];

		str_add(&got, i ? ", " : "");
		if (record->type == DNS_SRV)
			str_addf(&got, "%d %d %d ", record->priority, record->weight, record->port);
		str_add(&got, record->target ? record->target : ip_format(&record->ip, text));
	}
	if (answer.code == DNS_NXDOMAIN)
		str_add(&got, "NXDOMAIN");
	else if (!answer.records.n)
		str_add(&got, "NODATA");
	assert_string_equal(got.buf, want);
	str_release(&got);
	dns_answer_release(&answer);
}

static const struct question {
	const char *name;
	enum dns_type type;
	const char *answer;
} questions[] = {
	{ "svc1.testns.svc.cluster.local.", DNS_A, "10.0.0.1" },
	{ "SVC1.TestNS.svc.Cluster.Local.", DNS_A, "10.0.0.1" },
	{ "svc1.testns.svc.cluster.local.", DNS_AAAA, "NODATA" },
	{ "svcempty.testns.svc.cluster.local.", DNS_A, "10.0.0.2" },
	{ "svc1.testns.svc.cluster.local.", DNS_SRV, "0 100 80 svc1.testns.svc.cluster.local." },
	{ "_http._tcp.svc1.testns.svc.cluster.local.", DNS_SRV, "0 100 80 svc1.testns.svc.cluster.local." },
	{ "_http._udp.svc1.testns.svc.cluster.local.", DNS_SRV, "NXDOMAIN" },
	{ "hdls1.testns.svc.cluster.local.", DNS_A, "172.0.0.2, 172.0.0.3, 172.0.0.4, 172.0.0.5" },
	{ "hdls1.testns.svc.cluster.local.", DNS_AAAA, "5678:abcd::1, 5678:abcd::2" },
	{ "dup-name.hdls1.testns.svc.cluster.local.", DNS_A, "172.0.0.4, 172.0.0.5" },
	{ "172-0-0-2.hdls1.testns.svc.cluster.local.", DNS_A, "172.0.0.2" },
	{ "_http._tcp.hdls1.testns.svc.cluster.local.", DNS_SRV,
		"0 16 80 172-0-0-2.hdls1.testns.svc.cluster.local., 0 16 80 172-0-0-3.hdls1.testns.svc.cluster.local., "
		"0 16 80 dup-name.hdls1.testns.svc.cluster.local., 0 16 80 5678-abcd--1.hdls1.testns.svc.cluster.local., "
		"0 16 80 5678-abcd--2.hdls1.testns.svc.cluster.local." },
	{ "bogusendpoint.hdls1.testns.svc.cluster.local.", DNS_A, "NXDOMAIN" },
	{ "hdlsempty.testns.svc.cluster.local.", DNS_A, "NXDOMAIN" },
	{ "external.testns.svc.cluster.local.", DNS_CNAME, "ext.interwebs.test." },
	{ "external.testns.svc.cluster.local.", DNS_A, "ext.interwebs.test." },
	{ "inside.testns.svc.cluster.local.", DNS_A, "svc1.testns.svc.cluster.local., 10.0.0.1" },
	{ "endpoint.external.testns.svc.cluster.local.", DNS_CNAME, "NXDOMAIN" },
	{ "svc0.testns.svc.cluster.local.", DNS_A, "NXDOMAIN" },
	{ "svc0.svc-nons.svc.cluster.local.", DNS_A, "NXDOMAIN" },
	{ "a.b.c.d.svc1.testns.svc.cluster.local.", DNS_A, "NXDOMAIN" },
	{ "svc.cluster.local.", DNS_A, "NODATA" },
	{ "pod.cluster.local.", DNS_A, "NODATA" },
	{ "testns.svc.cluster.local.", DNS_A, "NODATA" },
	{ "foo.cluster.local.", DNS_A, "NXDOMAIN" },
	{ "10-240-0-1.podns.pod.cluster.local.", DNS_A, "10.240.0.1" },
	{ "blah.podns.pod.cluster.local.", DNS_A, "NXDOMAIN" },
	{ "10-240-0-1.pod-nons.pod.cluster.local.", DNS_A, "NXDOMAIN" },
	{ "podns.pod.cluster.local.", DNS_A, "NODATA" },
	{ "1.0.0.172.in-addr.arpa.", DNS_PTR, "ep1a.svc1.testns.svc.cluster.local." },
	{ "1.0.0.10.in-addr.arpa.", DNS_PTR, "svc1.testns.svc.cluster.local." },
	{ "101.0.0.10.in-addr.arpa.", DNS_PTR, "NXDOMAIN" },
	/* what CoreDNS 1.11.3 was found to answer beyond its tests */
	{ "1.0.0.172.in-addr.arpa.", DNS_A, "NXDOMAIN" },
	{ "_._tcp.svc1.testns.svc.cluster.local.", DNS_A, "10.0.0.1" },
	{ "svc1.testns.svc.Cluster.LOCAL.", DNS_SRV, "0 100 80 svc1.testns.svc.Cluster.LOCAL." },
	{ "svc-dual-stack.testns.svc.cluster.local.", DNS_SRV, "0 50 80 svc-dual-stack.testns.svc.cluster.local." },
	{ "10-240-0-1.podns.pod.cluster.local.", DNS_SRV, "0 100 0 10-240-0-1.podns.pod.cluster.local." },
	{ "x.10-240-0-1.podns.pod.cluster.local.", DNS_A, "10.240.0.1" },
	{ "external.testns.svc.cluster.local.", DNS_SRV, "NODATA" },
	{ "inside.testns.svc.cluster.local.", DNS_AAAA, "NODATA" },
	{ "astray.testns.svc.cluster.local.", DNS_A, "NODATA" },
	{ "astray.testns.svc.cluster.local.", DNS_CNAME, "svc0.testns.svc.cluster.local." },
	{ "ns.dns.cluster.local.", DNS_A, "10.0.0.10" },
	{ "ns.dns.cluster.local.", DNS_AAAA, "NODATA" },
	{ "dns-version.cluster.local.", DNS_TXT, "1.1.0" },
	{ "dns-version.cluster.local.", DNS_A, "NXDOMAIN" },
	{ "svc1.testns.svc.cluster.local.", DNS_TXT, "NODATA" },
	{ "svc0.testns.svc.cluster.local.", DNS_TXT, "NXDOMAIN" },
	{ "external.testns.svc.cluster.local.", DNS_TXT, "NODATA" },
	{ "external.testns.svc.cluster.local.", DNS_OTHER, "NODATA" },
	{ "svc.cluster.local.", DNS_TXT, "NXDOMAIN" },
	{ "svc.cluster.local.", DNS_OTHER, "NODATA" },
};

static void
the_zone_answers_as_coredns_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
		assert_answer(questions[i].name, questions[i].type, questions[i].answer);
}

static void
a_server_comes_with_the_addresses_of_both_families(void **state)
{
	struct dns_answer answer;
	char text[IP_TEXT];

	(void)state;
	dns_answer_init(&answer);
	dns_query(&cluster.dns, "svc-dual-stack.testns.svc.cluster.local.", DNS_SRV, &answer);
	assert_int_equal(answer.records.n, 1);
	assert_int_equal(answer.additional.n, 2);
	assert_string_equal(ip_format(&answer.additional.v[0].ip, text), "10.0.0.3");
	assert_string_equal(ip_format(&answer.additional.v[1].ip, text), "10::3");
	dns_answer_release(&answer);
}

/* kubernetes.example has fewer than five dots: three names of the cluster are asked first, and none is there. */
static void
a_short_name_goes_through_the_search_list(void **state)
{
	static const char *const want[] = { "kubernetes.example.testns.svc.cluster.local.", "kubernetes.example.svc.cluster.local.",
		"kubernetes.example.cluster.local.", "kubernetes.example." };
	struct resolv_conf conf = { .ndots = 5 };
	struct dns_answer answer;
	const char **tried;
	size_t n;

	(void)state;
	*vec_push(&conf.search) = "testns.svc.cluster.local";
	*vec_push(&conf.search) = "svc.cluster.local";
	*vec_push(&conf.search) = "cluster.local";
	dns_answer_init(&answer);
	dns_lookup(&cluster.dns, &conf, "kubernetes.example", DNS_A, &answer, &tried, &n);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(tried[i], want[i]);
	assert_int_equal(answer.code, DNS_NXDOMAIN);
	dns_answer_release(&answer);
	dns_answer_init(&answer);
	dns_lookup(&cluster.dns, &conf, "svc1", DNS_A, &answer, &tried, &n);
	assert_int_equal(n, 1);
	assert_int_equal(answer.code, DNS_NOERROR);
	dns_answer_release(&answer);
	dns_answer_init(&answer);
	dns_lookup(&cluster.dns, &conf, "svc1.testns.svc.cluster.local.", DNS_A, &answer, &tried, &n);
	assert_int_equal(n, 1);
	dns_answer_release(&answer);
	resolv_conf_release(&conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_zone_answers_as_coredns_does),
		cmocka_unit_test(a_server_comes_with_the_addresses_of_both_families),
		cmocka_unit_test(a_short_name_goes_through_the_search_list),
	};

	return cmocka_run_group_tests_name("dns", tests, set_up, tear_down);
}
