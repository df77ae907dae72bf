/* What a Corefile makes of a question: the plugins that people edit, in CoreDNS' own order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "cluster/cluster.h"
#include "dns/coredns.h"

#define CLUSTER(corefile) \
	"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n" \
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n" \
	"spec: {type: ClusterIP, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ports: [{port: 80, protocol: TCP}]}\n" \
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: out, namespace: shop}\n" \
	"spec: {type: ExternalName, externalName: db.example.com}\n" \
	"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: coredns, namespace: kube-system}\n" \
	"data:\n  Corefile: |\n" corefile

#define KUBERNETES \
	"      kubernetes cluster.local in-addr.arpa ip6.arpa {\n" \
	"        pods insecure\n" \
	"        fallthrough in-addr.arpa ip6.arpa\n" \
	"        ttl 30\n" \
	"      }\n"

/* One question to a cluster with that Corefile: "CODE record, record ttl" without what is empty. */
static void
assert_asked(const char *text, const char *name, enum dns_type type, const char *want)
{
	struct cluster_text file = { "corefile", text, strlen(text) };
	struct err err = ERR_INIT;
	struct cluster cluster;
	struct dns_answer answer;
	struct str got = STR_INIT;
	char ip[IP_TEXT];

	assert_int_equal(cluster_make(&cluster, 1, 0, &file, 1, true, &err), 0);
	dns_answer_init(&answer);
	dns_query(&cluster.dns, name, type, &answer);
	str_addf(&got, "%s", dns_code_name(answer.code));
	for (size_t i = 0; i < answer.records.n; i++) {
		const struct dns_record *record = &answer.records.v[i];

		str_addf(&got, " %s %d %s", record->name, record->ttl,
			record->target ? record->target : ip_format(&record->ip, ip));
	}
	assert_string_equal(got.buf, want);
	str_release(&got);
	dns_answer_release(&answer);
	cluster_release(&cluster);
}

static void
kubernetes_and_forward(void **state)
{
	static const char file[] = CLUSTER("    .:53 {\n" KUBERNETES "      forward . /etc/resolv.conf\n    }\n");
	static const char bare[] = CLUSTER("    .:53 {\n      kubernetes cluster.local\n    }\n");
	static const char renamed[] = CLUSTER("    .:53 {\n      kubernetes corp.lan {\n        ttl 7\n      }\n    }\n");

	(void)state;
	assert_asked(file, "web.shop.svc.cluster.local.", DNS_A, "NOERROR web.shop.svc.cluster.local. 30 10.0.0.1");
	assert_asked(file, "example.com.", DNS_A, "NOERROR example.com. 30 203.0.113.80");
	assert_asked(file, "nosuch.example.com.", DNS_A, "NXDOMAIN");
	assert_asked(file, "out.shop.svc.cluster.local.", DNS_A,
		"NOERROR out.shop.svc.cluster.local. 30 db.example.com. db.example.com. 30 203.0.113.80");
	/* pods are disabled and the ttl is 5 unless said; nobody is left to ask about other names */
	assert_asked(bare, "web.shop.svc.cluster.local.", DNS_A, "NOERROR web.shop.svc.cluster.local. 5 10.0.0.1");
	assert_asked(bare, "1-2-3-4.shop.pod.cluster.local.", DNS_A, "NXDOMAIN");
	assert_asked(bare, "example.com.", DNS_A, "SERVFAIL");
	assert_asked(renamed, "web.shop.svc.corp.lan.", DNS_A, "NOERROR web.shop.svc.corp.lan. 7 10.0.0.1");
	assert_asked(renamed, "web.shop.svc.cluster.local.", DNS_A, "SERVFAIL");
}

static void
stub_domains(void **state)
{
	static const char file[] = CLUSTER("    corp.internal:53 {\n      forward . 10.150.0.1\n    }\n"
		"    .:53 {\n" KUBERNETES "      forward . 192.0.2.53 8.8.8.8\n    }\n");
	static const char only[] = CLUSTER("    cluster.local:53 {\n" KUBERNETES "    }\n");

	(void)state;
	assert_asked(file, "db.corp.internal.", DNS_A, "SERVFAIL");	/* nobody answers at 10.150.0.1 */
	assert_asked(file, "example.com.", DNS_A, "NOERROR example.com. 30 203.0.113.80");
	assert_asked(only, "web.shop.svc.cluster.local.", DNS_A, "NOERROR web.shop.svc.cluster.local. 30 10.0.0.1");
	assert_asked(only, "example.com.", DNS_A, "REFUSED");	/* no block has its zone */
}

static void
hosts(void **state)
{
	static const char file[] = CLUSTER("    .:53 {\n      hosts {\n        10.0.50.11 db.legacy.local db\n"
		"        fallthrough\n      }\n" KUBERNETES "      forward . 8.8.8.8\n    }\n");
	static const char shut[] = CLUSTER("    .:53 {\n      hosts {\n        10.0.50.11 db.legacy.local\n        ttl 60\n"
		"      }\n" KUBERNETES "    }\n");

	(void)state;
	assert_asked(file, "db.legacy.local.", DNS_A, "NOERROR db.legacy.local. 3600 10.0.50.11");
	assert_asked(file, "DB.", DNS_A, "NOERROR DB. 3600 10.0.50.11");
	assert_asked(file, "db.legacy.local.", DNS_AAAA, "NOERROR");
	assert_asked(file, "11.50.0.10.in-addr.arpa.", DNS_PTR, "NOERROR 11.50.0.10.in-addr.arpa. 3600 db.legacy.local. "
		"11.50.0.10.in-addr.arpa. 3600 db.");
	assert_asked(file, "web.shop.svc.cluster.local.", DNS_A, "NOERROR web.shop.svc.cluster.local. 30 10.0.0.1");
	assert_asked(shut, "db.legacy.local.", DNS_A, "NOERROR db.legacy.local. 60 10.0.50.11");
	/* without fallthrough the cluster's own names are lost too */
	assert_asked(shut, "web.shop.svc.cluster.local.", DNS_A, "SERVFAIL");
}

static void
rewrite(void **state)
{
	static const char file[] = CLUSTER("    .:53 {\n"
		"      rewrite name old.example.org web.shop.svc.cluster.local\n"
		"      rewrite name suffix .prod.lan .shop.svc.cluster.local answer auto\n"
		"      rewrite name suffix .plain.lan .shop.svc.cluster.local\n"
		"      rewrite stop {\n"
		"        name regex (.*)\\.in\\.(.*)\\.lan {1}.{2}.svc.cluster.local\n"
		"        answer name (.*)\\.(.*)\\.svc\\.cluster\\.local {1}.in.{2}.lan\n"
		"      }\n" KUBERNETES "    }\n");

	(void)state;
	/* what asks by a name wants the answer under that name */
	assert_asked(file, "old.example.org.", DNS_A, "NOERROR old.example.org. 30 10.0.0.1");
	assert_asked(file, "web.prod.lan.", DNS_A, "NOERROR web.prod.lan. 30 10.0.0.1");
	assert_asked(file, "web.plain.lan.", DNS_A, "NOERROR web.shop.svc.cluster.local. 30 10.0.0.1");
	assert_asked(file, "web.in.shop.lan.", DNS_A, "NOERROR web.in.shop.lan. 30 10.0.0.1");
	assert_asked(file, "nosuch.prod.lan.", DNS_A, "NXDOMAIN");
}

/* As plugin/rewrite/name.go and reverter.go (CoreDNS 1.11) have it. */
static void
rewrite_in_parts(void **state)
{
	static const char file[] = CLUSTER("    .:53 {\n"
		"      rewrite name prefix www web\n"
		"      rewrite name prefix cut we\n"
		"      rewrite name substring prod shop\n"
		"      rewrite continue name regex (\\w+)\\.one\\.lan {1}.two.lan answer auto\n"
		"      rewrite name regex (\\w+)\\.two\\.lan {1}.shop.svc.cluster.local answer name (.*)\\.shop\\..* {1}.three.lan\n"
		"      rewrite name exact srv.lan web.shop.svc.cluster.local answer value web\\.(.*) other.{1}\n"
		KUBERNETES "    }\n");

	(void)state;
	/* a prefix is whole labels, and so is a substring: both get a final dot */
	assert_asked(file, "www.shop.svc.cluster.local.", DNS_A, "NOERROR web.shop.svc.cluster.local. 30 10.0.0.1");
	assert_asked(file, "cutb.shop.svc.cluster.local.", DNS_A, "NXDOMAIN");
	assert_asked(file, "web.prod.svc.cluster.local.", DNS_A, "NOERROR web.shop.svc.cluster.local. 30 10.0.0.1");
	/* answers are turned back in the order of the rules, so the first finds nothing to turn */
	assert_asked(file, "web.one.lan.", DNS_A, "NOERROR web.three.lan. 30 10.0.0.1");
	/* turned back to what was asked for, and only then by the rule's own rewriting of values */
	assert_asked(file, "srv.lan.", DNS_SRV, "NOERROR srv.lan. 30 srv.lan.");
}

static void
template(void **state)
{
	static const char file[] = CLUSTER("    .:53 {\n"
		"      template IN A lab.lan {\n"
		"        match ^web\\.\n"
		"        answer \"{{ .Name }} 60 IN A 10.9.8.7\"\n"
		"        fallthrough\n"
		"      }\n"
		"      template ANY ANY blocked.lan {\n        rcode NXDOMAIN\n      }\n" KUBERNETES "    }\n");

	(void)state;
	assert_asked(file, "web.lab.lan.", DNS_A, "NOERROR web.lab.lan. 60 10.9.8.7");
	assert_asked(file, "db.lab.lan.", DNS_A, "SERVFAIL");
	assert_asked(file, "a.blocked.lan.", DNS_A, "NXDOMAIN");
}

/* As the documentation of debugging DNS shows such lines; the times are the simulator's. */
static void
log_lines(void **state)
{
	static const char file[] = CLUSTER("    .:53 {\n      log\n" KUBERNETES "    }\n");
	struct cluster_text text = { "corefile", file, sizeof file - 1 };
	struct err err = ERR_INIT;
	struct cluster cluster;
	struct dns_answer answer;
	struct str line = STR_INIT;
	struct ip client;

	(void)state;
	assert_true(ip_parse("10.244.0.7", &client));
	assert_int_equal(cluster_make(&cluster, 1, 0, &text, 1, true, &err), 0);
	dns_answer_init(&answer);
	dns_query(&cluster.dns, "web.shop.svc.cluster.local.", DNS_A, &answer);
	assert_true(coredns_log(&cluster.dns, &client, 40000, "web.shop.svc.cluster.local.", DNS_A, &answer, &line));
	assert_true(str_starts(line.buf, "[INFO] 10.244.0.7:40000 - "));
	/* 12 bytes of header, the name in 28 bytes, 4 of type and class; then the same name with 10 and 4 bytes */
	assert_non_null(strstr(line.buf, " \"A IN web.shop.svc.cluster.local. udp 44 false 512\" NOERROR qr,aa,rd 86 0.0"));
	str_release(&line);
	dns_answer_release(&answer);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kubernetes_and_forward),
		cmocka_unit_test(stub_domains),
		cmocka_unit_test(hosts),
		cmocka_unit_test(rewrite),
		cmocka_unit_test(rewrite_in_parts),
		cmocka_unit_test(template),
		cmocka_unit_test(log_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
