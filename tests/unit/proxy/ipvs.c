/*
 * The ipvs mode: virtual servers as ipvsadm 1.31 prints them, sets as ipset 7.17 saves them, and rules as a node with
 * kube-proxy in that mode has them.  Which entries there must be follows pkg/proxy/ipvs/proxier.go (v1.32).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "proxy/ipvs.h"

#define SERVICE(name, ip, spec) "---\napiVersion: v1\nkind: Service\nmetadata: {name: " name ", namespace: a}\n" \
	"spec: {clusterIP: " ip ", clusterIPs: [" ip "], " spec "}\n"
#define SLICE(name, endpoints, port) "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n" \
	"metadata: {name: " name "-x, namespace: a, labels: {kubernetes.io/service-name: " name "}}\naddressType: IPv4\n" \
	"endpoints: [" endpoints "]\nports: [{name: '', port: " port ", protocol: TCP}]\n"

static const char cluster[] =
	"---\napiVersion: v1\nkind: Node\nmetadata: {name: n1}\nspec: {podCIDR: 10.244.1.0/24, podCIDRs: [10.244.1.0/24]}\n"
	"status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}\n"
	SERVICE("web", "10.96.0.20", "type: NodePort, ports: [{port: 80, protocol: TCP, nodePort: 30080}]")
	SLICE("web", "{addresses: [10.244.2.9], nodeName: n2}, {addresses: [10.244.1.9], nodeName: n1}", "8080")
	SERVICE("sticky", "10.96.0.3", "type: ClusterIP, sessionAffinity: ClientIP, "
		"sessionAffinityConfig: {clientIP: {timeoutSeconds: 10800}}, ports: [{port: 80, protocol: TCP}]")
	SERVICE("local", "10.96.0.4", "type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 31000, "
		"loadBalancerSourceRanges: [203.0.113.0/25], ports: [{port: 80, protocol: TCP, nodePort: 30081}]")
	"status: {loadBalancer: {ingress: [{ip: 1.2.3.4}]}}\n"
	SLICE("local", "{addresses: [10.244.2.7], nodeName: n2}", "80");

struct made {
	struct fixture fixture;
	struct ruleset rules;
	struct ipvs ipvs;
	struct str text;
};

static void
make(struct made *made, const char *config, enum ip_family family)
{
	memset(made, 0, sizeof *made);
	made->text = (struct str)STR_INIT;
	fixture_init(&made->fixture);
	fixture_load(&made->fixture, "cluster", cluster);
	fixture_load(&made->fixture, "config", config);
	ruleset_init(&made->rules, family);
	ipvs_sync(&(struct proxy_input){ made->fixture.store, &made->fixture.settings, "n1", family, NULL }, &made->ipvs,
		&made->rules);
}

static void
made_release(struct made *made)
{
	str_release(&made->text);
	ipvs_release(&made->ipvs);
	ruleset_release(&made->rules);
	fixture_release(&made->fixture);
}

#define CONFIG(more) "---\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ipvs\n" \
	"clusterCIDR: 10.244.0.0/16\n" more

/* Addresses from 128.0.0.0 on come first: ipvsadm compares them as signed numbers. */
static void
test_servers_are_listed(void **state)
{
	struct made made;

	(void)state;
	make(&made, CONFIG(""), IP_V4);
	ipvs_write_list(&made.ipvs, NULL, &made.text);
	assert_string_equal(made.text.buf,
		"IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n"
		"  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
		"TCP  192.168.0.2:30080 rr\n"
		"  -> 10.244.1.9:8080              Masq    1      0          0         \n"
		"  -> 10.244.2.9:8080              Masq    1      0          0         \n"
		"TCP  192.168.0.2:30081 rr\n"
		"  -> 10.244.2.7:80                Masq    1      0          0         \n"
		"TCP  1.2.3.4:80 rr\n"
		"  -> 10.244.2.7:80                Masq    1      0          0         \n"
		"TCP  10.96.0.3:80 rr persistent 10800\n"
		"TCP  10.96.0.4:80 rr\n"
		"  -> 10.244.2.7:80                Masq    1      0          0         \n"
		"TCP  10.96.0.20:80 rr\n"
		"  -> 10.244.1.9:8080              Masq    1      0          0         \n"
		"  -> 10.244.2.9:8080              Masq    1      0          0         \n"
		"TCP  10.244.1.1:30080 rr\n"
		"  -> 10.244.1.9:8080              Masq    1      0          0         \n"
		"  -> 10.244.2.9:8080              Masq    1      0          0         \n"
		"TCP  10.244.1.1:30081 rr\n"
		"  -> 10.244.2.7:80                Masq    1      0          0         \n");
	made_release(&made);
}

static void
test_servers_are_saved(void **state)
{
	struct made made;

	(void)state;
	make(&made, CONFIG("ipvs: {scheduler: mh}\nnodePortAddresses: [192.168.0.0/24]\n"), IP_V4);
	ipvs_write_save(&made.ipvs, NULL, &made.text);
	assert_string_equal(made.text.buf,
		"-A -t 192.168.0.2:30080 -s mh -b mh-port\n"
		"-a -t 192.168.0.2:30080 -r 10.244.1.9:8080 -m -w 1\n"
		"-a -t 192.168.0.2:30080 -r 10.244.2.9:8080 -m -w 1\n"
		"-A -t 192.168.0.2:30081 -s mh -b mh-port\n"
		"-a -t 192.168.0.2:30081 -r 10.244.2.7:80 -m -w 1\n"
		"-A -t 1.2.3.4:80 -s mh -b mh-port\n"
		"-a -t 1.2.3.4:80 -r 10.244.2.7:80 -m -w 1\n"
		"-A -t 10.96.0.3:80 -s mh -p 10800 -b mh-port\n"
		"-A -t 10.96.0.4:80 -s mh -b mh-port\n"
		"-a -t 10.96.0.4:80 -r 10.244.2.7:80 -m -w 1\n"
		"-A -t 10.96.0.20:80 -s mh -b mh-port\n"
		"-a -t 10.96.0.20:80 -r 10.244.1.9:8080 -m -w 1\n"
		"-a -t 10.96.0.20:80 -r 10.244.2.9:8080 -m -w 1\n");
	made_release(&made);
}

static void
test_addresses_are_bound(void **state)
{
	struct made made;
	struct ip cluster_ip, node_ip;

	(void)state;
	make(&made, CONFIG(""), IP_V4);
	ipvs_write_addresses(&made.ipvs, NULL, &made.text);
	assert_string_equal(made.text.buf,
		"3: kube-ipvs0    inet 1.2.3.4/32 scope global kube-ipvs0\\       valid_lft forever preferred_lft forever\n"
		"3: kube-ipvs0    inet 10.96.0.3/32 scope global kube-ipvs0\\       valid_lft forever preferred_lft forever\n"
		"3: kube-ipvs0    inet 10.96.0.4/32 scope global kube-ipvs0\\       valid_lft forever preferred_lft forever\n"
		"3: kube-ipvs0    inet 10.96.0.20/32 scope global kube-ipvs0\\       valid_lft forever preferred_lft forever\n");
	assert_true(ip_parse("10.96.0.20", &cluster_ip) && ip_parse("192.168.0.2", &node_ip));
	assert_true(ipvs_binds(&made.ipvs, &cluster_ip));
	assert_false(ipvs_binds(&made.ipvs, &node_ip));
	assert_non_null(ipvs_find(&made.ipvs, PROTOCOL_TCP, &node_ip, 30080));
	assert_null(ipvs_find(&made.ipvs, PROTOCOL_UDP, &node_ip, 30080));
	made_release(&made);
}

static void
check_parts(const struct str *text, const char *const *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!strstr(text->buf, parts[i]))
			fail_msg("not there: %s", parts[i]);
	}
}
#define CHECK_PARTS(text, parts) check_parts(text, parts, sizeof parts / sizeof *parts)

static void
test_sets(void **state)
{
	static const char *const parts[] = {
		"create KUBE-LOOP-BACK hash:ip,port,ip family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x",
		"add KUBE-LOOP-BACK 10.244.1.9,tcp:8080,10.244.1.9\ncreate",	/* of this node only */
		"add KUBE-CLUSTER-IP 10.96.0.3,tcp:80\nadd KUBE-CLUSTER-IP 10.96.0.4,tcp:80\n"
		"add KUBE-CLUSTER-IP 10.96.0.20,tcp:80\ncreate",
		"add KUBE-LOAD-BALANCER 1.2.3.4,tcp:80\n", "add KUBE-LOAD-BALANCER-LOCAL 1.2.3.4,tcp:80\n",
		"add KUBE-LOAD-BALANCER-FW 1.2.3.4,tcp:80\n",
		"create KUBE-LOAD-BALANCER-SOURCE-CIDR hash:ip,port,net family inet ",
		"add KUBE-LOAD-BALANCER-SOURCE-CIDR 1.2.3.4,tcp:80,203.0.113.0/25\n",
		"create KUBE-NODE-PORT-TCP bitmap:port range 0-65535\nadd KUBE-NODE-PORT-TCP 30080\nadd KUBE-NODE-PORT-TCP 30081\n",
		"add KUBE-NODE-PORT-LOCAL-TCP 30081\n", "add KUBE-HEALTH-CHECK-NODE-PORT 31000\n",
		"create KUBE-IPVS-IPS hash:ip family inet ", "add KUBE-IPVS-IPS 10.96.0.20\n",
	};
	struct made made;

	(void)state;
	make(&made, CONFIG(""), IP_V4);
	ipset_write_save(&made.rules, &made.text);
	CHECK_PARTS(&made.text, parts);
	made_release(&made);
}

/* A name has room for 31 characters. */
static void
test_ipv6_sets_have_names_of_their_own(void **state)
{
	static const char *const parts[] = {
		"create KUBE-6-CLUSTER-IP hash:ip,port family inet6 ", "create KUBE-6-LOAD-BALANCER-SOURCE-CID hash:ip,port,net ",
		"create KUBE-6-NODE-PORT-LOCAL-SCTP-HAS hash:ip,port family inet6 ",
	};
	struct made made;

	(void)state;
	make(&made, CONFIG(""), IP_V6);
	ipset_write_save(&made.rules, &made.text);
	CHECK_PARTS(&made.text, parts);
	made_release(&made);
}

static void
test_rules(void **state)
{
	static const char *const parts[] = {
		"-A KUBE-SERVICES -s 127.0.0.0/8 -j RETURN\n",
		"-A KUBE-SERVICES ! -s 10.244.0.0/16 -m comment --comment \"Kubernetes service cluster ip + port for masquerade "
		"purpose\" -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ\n",
		"-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT\n"
		"-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT\n"
		"-A KUBE-SERVICES -m set --match-set KUBE-LOAD-BALANCER dst,dst -j ACCEPT\n",
		"-A KUBE-POSTROUTING -m comment --comment \"Kubernetes endpoints dst ip:port, source ip for solving hairpin "
		"purpose\" -m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE\n"
		"-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN\n",
		"-A KUBE-IPVS-FILTER -m set --match-set KUBE-HEALTH-CHECK-NODE-PORT dst -j RETURN\n"
		"-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT --reject-with "
		"icmp-port-unreachable\n",
		/* the node is in none of the ranges */
		"-A KUBE-IPVS-OUT-FILTER -s 1.2.3.4/32 -m ipvs --vproto 6 --vaddr 1.2.3.4 --vport 80 -j DROP\n",
		"-A KUBE-SOURCE-RANGES-FIREWALL -m comment --comment \"Kubernetes service load balancer ip + port + source cidr "
		"for packet filter purpose\" -m set --match-set KUBE-LOAD-BALANCER-SOURCE-CIDR dst,dst,src -j RETURN\n"
		"-A KUBE-SOURCE-RANGES-FIREWALL -j DROP\n",
	};
	struct made made;

	(void)state;
	make(&made, CONFIG(""), IP_V4);
	ruleset_write_save(&made.rules, &made.text);
	CHECK_PARTS(&made.text, parts);
	assert_null(strstr(made.text.buf, "KUBE-EXTERNAL-IP dst,dst -j KUBE-MARK-MASQ"));	/* there are none */
	made_release(&made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_servers_are_listed),
		cmocka_unit_test(test_servers_are_saved),
		cmocka_unit_test(test_addresses_are_bound),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_ipv6_sets_have_names_of_their_own),
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
