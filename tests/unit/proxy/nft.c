/*
 * Sets and texts of nftables.  Listings follow the transcript of a real v1.32 cluster with kube-proxy in nftables mode,
 * and, where that has no such case, what nft 1.0.6 lists after loading it into a network namespace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "proxy/nft.h"

static struct element *
add_key(struct set *set, const char *ip, enum protocol protocol, uint16_t port)
{
	struct element *element = set_add(set);

	if (ip)
		assert_true(ip_parse(ip, &element->ip));
	element->protocol = protocol;
	element->port = port;
	element->verdict.kind = TARGET_DROP;
	return element;
}

/* The listing of a table with just this set, from its elements on. */
static void
check_elements(struct ruleset *ruleset, const char *want)
{
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	char *at;

	assert_int_equal(ruleset_link(ruleset, "set", &err), 0);
	nft_write_list(ruleset, &text);
	at = strstr(text.buf, "\t\telements");
	assert_non_null(at);
	assert_string_equal(at, want);
	str_release(&text);
	ruleset_release(ruleset);
}

static struct set *
make_set(struct ruleset *ruleset, enum ip_family family, enum set_key key, bool map)
{
	ruleset_init(ruleset, family);
	return table_set(ruleset, ruleset_nft_table(ruleset, "t", NULL), "s", key, map, NULL);
}

/* The transcript's cluster-ips: by number, two on a line. */
static void
test_addresses_are_sorted(void **state)
{
	static const char *const ips[] = { "10.97.154.126", "10.96.15.176", "10.96.0.10", "10.97.38.124", "10.96.0.1" };
	struct ruleset ruleset;
	struct set *set = make_set(&ruleset, IP_V4, SET_ADDRESS, false);

	(void)state;
	for (size_t i = 0; i < sizeof ips / sizeof *ips; i++)
		add_key(set, ips[i], PROTOCOL_TCP, 0);
	check_elements(&ruleset, "\t\telements = { 10.96.0.1, 10.96.0.10,\n\t\t\t     10.96.15.176, 10.97.38.124,\n"
		"\t\t\t     10.97.154.126 }\n\t}\n\n}\n");
}

static void
test_ipv6_addresses_have_a_line_each(void **state)
{
	struct ruleset ruleset;
	struct set *set = make_set(&ruleset, IP_V6, SET_ADDRESS, false);

	(void)state;
	add_key(set, "fd00:1::1", PROTOCOL_TCP, 0);
	add_key(set, "2001:db8::5", PROTOCOL_TCP, 0);
	check_elements(&ruleset, "\t\telements = { 2001:db8::5,\n\t\t\t     fd00:1::1 }\n\t}\n\n}\n");
}

/*
 * The transcript's service-ips: the port counts most, its low byte first, then the protocol, then the address from its
 * end.
 */
static void
test_concatenations_are_sorted_backwards(void **state)
{
	struct ruleset ruleset;
	struct set *map = make_set(&ruleset, IP_V4, SET_ADDRESS_PORT, true);

	(void)state;
	add_key(map, "10.108.3.110", PROTOCOL_UDP, 5353);
	add_key(map, "10.96.0.10", PROTOCOL_TCP, 9153);
	add_key(map, "10.96.0.1", PROTOCOL_TCP, 443);
	add_key(map, "10.97.38.124", PROTOCOL_TCP, 8080);
	add_key(map, "10.100.231.21", PROTOCOL_TCP, 80);
	add_key(map, "203.0.113.20", PROTOCOL_TCP, 80);
	add_key(map, "203.0.113.7", PROTOCOL_TCP, 80);
	add_key(map, "10.96.0.10", PROTOCOL_UDP, 53);
	add_key(map, "10.96.0.10", PROTOCOL_TCP, 53)->comment = "kube-system/kube-dns:dns-tcp";
	check_elements(&ruleset, "\t\telements = { 10.96.0.10 . tcp . 53 comment \"kube-system/kube-dns:dns-tcp\" : drop,\n"
		"\t\t\t     10.96.0.10 . udp . 53 : drop,\n\t\t\t     203.0.113.7 . tcp . 80 : drop,\n"
		"\t\t\t     203.0.113.20 . tcp . 80 : drop,\n\t\t\t     10.100.231.21 . tcp . 80 : drop,\n"
		"\t\t\t     10.97.38.124 . tcp . 8080 : drop,\n\t\t\t     10.96.0.1 . tcp . 443 : drop,\n"
		"\t\t\t     10.96.0.10 . tcp . 9153 : drop,\n\t\t\t     10.108.3.110 . udp . 5353 : drop }\n\t}\n\n}\n");
}

static void
test_the_last_of_equal_keys_stays(void **state)
{
	struct ruleset ruleset;
	struct set *map = make_set(&ruleset, IP_V4, SET_PORT, true);

	(void)state;
	add_key(map, NULL, PROTOCOL_TCP, 30001)->comment = "first";
	add_key(map, NULL, PROTOCOL_SCTP, 30001);
	add_key(map, NULL, PROTOCOL_TCP, 30001)->comment = "last";
	add_key(map, NULL, PROTOCOL_TCP, 30256);
	check_elements(&ruleset, "\t\telements = { tcp . 30256 : drop,\n\t\t\t     tcp . 30001 comment \"last\" : drop,\n"
		"\t\t\t     sctp . 30001 : drop }\n\t}\n\n}\n");
}

static void
test_elements_are_found(void **state)
{
	struct ruleset ruleset;
	struct set *map = make_set(&ruleset, IP_V4, SET_ADDRESS_PORT, true);
	struct err err = ERR_INIT;
	struct ip ip, other;

	(void)state;
	assert_true(ip_parse("10.0.1.2", &ip));
	assert_true(ip_parse("10.0.2.1", &other));
	for (uint16_t port = 1; port < 1000; port++)
		add_key(map, "10.0.1.2", port % 2 ? PROTOCOL_TCP : PROTOCOL_UDP, port);
	assert_int_equal(ruleset_link(&ruleset, "set", &err), 0);
	for (uint16_t port = 1; port < 1000; port++) {
		const struct element *found = set_find(map, &ip, port % 2 ? PROTOCOL_TCP : PROTOCOL_UDP, port);

		assert_non_null(found);
		assert_int_equal(found->port, port);
	}
	assert_null(set_find(map, &ip, PROTOCOL_UDP, 1));
	assert_null(set_find(map, &ip, PROTOCOL_TCP, 1001));
	assert_null(set_find(map, &other, PROTOCOL_TCP, 1));
	ruleset_release(&ruleset);
}

/* One rule `ip saddr != { .. } drop`, listed. */
static void
check_ranges(const char *const *ranges, size_t n, const char *want)
{
	struct ruleset ruleset;
	struct table *table;
	struct match match = { .kind = MATCH_SOURCE_SET, .invert = true };
	struct set *set;
	struct rule *rule;
	struct err err = ERR_INIT;
	struct str text = STR_INIT;

	ruleset_init(&ruleset, IP_V4);
	table = ruleset_nft_table(&ruleset, "t", NULL);
	set = set_new(&ruleset, SET_RANGE, false);
	for (size_t i = 0; i < n; i++)
		assert_true(cidr_parse(ranges[i], &set_add(set)->range));
	match.set = set;
	rule = table_append(&ruleset, table, "c", &match, 1, &(struct target){ .kind = TARGET_DROP });
	assert_int_equal(ruleset_link(&ruleset, "set", &err), 0);
	nft_write_rule(rule, NFT_LIST, NULL, &text);
	assert_string_equal(text.buf, want);
	str_release(&text);
	ruleset_release(&ruleset);
}

#define RANGES(...) (const char *const[]){ __VA_ARGS__ }, sizeof (const char *const[]){ __VA_ARGS__ } / sizeof (char *)

static void
test_ranges_are_joined(void **state)
{
	(void)state;
	check_ranges(RANGES("10.1.0.0/16"), "ip saddr != 10.1.0.0/16 drop");
	check_ranges(RANGES("203.0.113.5/32"), "ip saddr != 203.0.113.5 drop");
	check_ranges(RANGES("10.1.0.0/16", "203.0.113.0/25", "1.2.3.4/32"),
		"ip saddr != { 1.2.3.4, 10.1.0.0/16, 203.0.113.0/25 } drop");
	check_ranges(RANGES("203.0.113.5/32", "9.8.7.6/32", "9.8.7.5/32"),
		"ip saddr != { 9.8.7.5-9.8.7.6, 203.0.113.5 } drop");
	check_ranges(RANGES("10.96.0.0/12", "10.0.0.0/8"), "ip saddr != { 10.0.0.0/8 } drop");
	check_ranges(RANGES("10.0.0.0/9", "10.128.0.0/9"), "ip saddr != { 10.0.0.0/8 } drop");
}

/* The transcript's set of a Service with the usual three hours, and the lists of others. */
static void
test_timeouts(void **state)
{
	static const struct {
		int seconds;
		const char *text;
	} rows[] = {
		{ 10800, "timeout 3h\n" }, { 10000, "timeout 2h46m40s\n" }, { 86400, "timeout 1d\n" }, { 1, "timeout 1s\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct ruleset ruleset;
		struct set *set = make_set(&ruleset, IP_V4, SET_ADDRESS, false);
		struct str text = STR_INIT;

		set->timeout = rows[i].seconds;
		nft_write_list(&ruleset, &text);
		assert_non_null(strstr(text.buf, "\t\ttype ipv4_addr\n\t\tsize 65535\n\t\tflags dynamic,timeout\n"));
		assert_non_null(strstr(text.buf, rows[i].text));
		str_release(&text);
		ruleset_release(&ruleset);
	}
}

static const char cluster[] =
	"---\n{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, mode: nftables, clusterCIDR: "
	"192.168.0.0/16}\n---\n"
	"{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 172.30.2.2}]}}\n"
	"---\n"
	"{apiVersion: v1, kind: Service, metadata: {name: one-local, namespace: default}, spec: {type: NodePort, clusterIP: "
	"10.102.60.196, clusterIPs: [10.102.60.196], externalTrafficPolicy: Local, ports: [{port: 80, protocol: TCP, "
	"nodePort: 30081}]}}\n"
	"---\n"
	"{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: one-local-x, namespace: default, labels: "
	"{kubernetes.io/service-name: one-local}}, addressType: IPv4, endpoints: [{addresses: [192.168.1.41], nodeName: n1}],"
	" ports: [{name: '', port: 80, protocol: TCP}]}\n";

/* Chains of the transcript, word for word. */
static void
test_a_service_with_policy_local(void **state)
{
	static const char *const parts[] = {
		"table ip kube-proxy {\n\tcomment \"rules for kube-proxy\"\n\tset cluster-ips {\n\t\ttype ipv4_addr\n"
		"\t\tcomment \"Active ClusterIPs\"\n\t\telements = { 10.102.60.196 }\n\t}\n\n\tset nodeport-ips {\n",
		"\tchain filter-prerouting {\n\t\ttype filter hook prerouting priority dstnat - 10; policy accept;\n"
		"\t\tct state new jump firewall-check\n\t}\n\n\tchain filter-input {\n"
		"\t\ttype filter hook input priority -110; policy accept;\n"
		"\t\tct state new jump nodeport-endpoints-check\n\t\tct state new jump service-endpoints-check\n\t}\n",
		"\t\ttype filter hook output priority -90; policy accept;\n",
		"\t\ttype nat hook prerouting priority dstnat; policy accept;\n",
		"\t\ttype nat hook postrouting priority srcnat; policy accept;\n",
		"\tchain masquerading {\n\t\tmeta mark & 0x00004000 == 0x00000000 return\n"
		"\t\tmeta mark set meta mark ^ 0x00004000\n\t\tmasquerade fully-random\n\t}\n",
		"\tchain reject-chain {\n\t\tcomment \"helper for @no-endpoint-services / @no-endpoint-nodeports\"\n\t\treject\n\t}\n",
		"\tchain endpoint-VJNCWV33-default/one-local/tcp/__192.168.1.41/80 {\n"
		"\t\tip saddr 192.168.1.41 jump mark-for-masquerade\n\t\tmeta l4proto tcp dnat to 192.168.1.41:80\n\t}\n\n"
		"\tchain service-FKST6FCG-default/one-local/tcp/ {\n"
		"\t\tip daddr 10.102.60.196 tcp dport 80 ip saddr != 192.168.0.0/16 jump mark-for-masquerade\n"
		"\t\tnumgen random mod 1 vmap { 0 : goto endpoint-VJNCWV33-default/one-local/tcp/__192.168.1.41/80 }\n\t}\n\n"
		"\tchain local-FKST6FCG-default/one-local/tcp/ {\n"
		"\t\tnumgen random mod 1 vmap { 0 : goto endpoint-VJNCWV33-default/one-local/tcp/__192.168.1.41/80 }\n\t}\n\n"
		"\tchain external-FKST6FCG-default/one-local/tcp/ {\n"
		"\t\tip saddr 192.168.0.0/16 goto service-FKST6FCG-default/one-local/tcp/ comment \"short-circuit pod traffic\"\n"
		"\t\tfib saddr type local jump mark-for-masquerade comment \"masquerade local traffic\"\n"
		"\t\tfib saddr type local goto service-FKST6FCG-default/one-local/tcp/ comment \"short-circuit local traffic\"\n"
		"\t\tgoto local-FKST6FCG-default/one-local/tcp/\n\t}\n}\n",
	};
	struct fixture fixture;
	struct ruleset ruleset;
	struct err err = ERR_INIT;
	struct str text = STR_INIT;

	(void)state;
	fixture_init(&fixture);
	fixture_load(&fixture, "cluster", cluster);
	ruleset_init(&ruleset, IP_V4);
	nftables_sync(&(struct proxy_input){ fixture.store, &fixture.settings, "n1", IP_V4, NULL }, &ruleset);
	assert_int_equal(ruleset_link(&ruleset, "n1", &err), 0);
	nft_write_list(&ruleset, &text);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!strstr(text.buf, parts[i]))
			fail_msg("not in the listing: %s", parts[i]);
	}
	str_release(&text);
	ruleset_release(&ruleset);
	fixture_release(&fixture);
}

/* A node without an IPv6 address opens IPv6 node ports everywhere, as the transcript's does. */
static void
test_node_ports_of_a_family_without_address(void **state)
{
	struct fixture fixture;
	struct ruleset ruleset;
	struct err err = ERR_INIT;
	struct str text = STR_INIT;

	(void)state;
	fixture_init(&fixture);
	fixture_load(&fixture, "cluster", cluster);
	ruleset_init(&ruleset, IP_V6);
	nftables_sync(&(struct proxy_input){ fixture.store, &fixture.settings, "n1", IP_V6, NULL }, &ruleset);
	assert_int_equal(ruleset_link(&ruleset, "n1", &err), 0);
	nft_write_list(&ruleset, &text);
	assert_null(strstr(text.buf, "nodeport-ips"));
	assert_non_null(strstr(text.buf, "\tchain nodeport-endpoints-check {\n"
		"\t\tip6 daddr != ::1 meta l4proto . th dport vmap @no-endpoint-nodeports\n\t}\n"));
	assert_non_null(strstr(text.buf,
		"\t\tfib daddr type local ip6 daddr != ::1 meta l4proto . th dport vmap @service-nodeports\n"));
	str_release(&text);
	ruleset_release(&ruleset);
	fixture_release(&fixture);
}

/* Of a rule's map only what a packet found there. */
static void
test_a_rule_with_one_element(void **state)
{
	struct ruleset ruleset;
	struct set *choice;
	struct rule *rule;
	struct str text = STR_INIT;

	(void)state;
	ruleset_init(&ruleset, IP_V4);
	choice = set_new(&ruleset, SET_NUMBER, true);
	for (size_t i = 0; i < 3; i++)
		set_add(choice)->verdict = (struct target){ .kind = TARGET_GOTO, .text = "a" };
	rule = table_append(&ruleset, ruleset_nft_table(&ruleset, "t", NULL), "c", NULL, 0,
		&(struct target){ .kind = TARGET_NUMGEN, .set = choice });
	nft_write_rule(rule, NFT_LIST, &choice->elements.v[1], &text);
	assert_string_equal(text.buf, "numgen random mod 3 vmap { .., 1 : goto a, .. }");
	str_clear(&text);
	nft_write_rule(rule, NFT_COMMANDS, NULL, &text);
	assert_string_equal(text.buf, "numgen random mod 3 vmap { 0 : goto a , 1 : goto a , 2 : goto a }");
	str_release(&text);
	ruleset_release(&ruleset);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses_are_sorted),
		cmocka_unit_test(test_ipv6_addresses_have_a_line_each),
		cmocka_unit_test(test_concatenations_are_sorted_backwards),
		cmocka_unit_test(test_the_last_of_equal_keys_stays),
		cmocka_unit_test(test_elements_are_found),
		cmocka_unit_test(test_ranges_are_joined),
		cmocka_unit_test(test_timeouts),
		cmocka_unit_test(test_a_service_with_policy_local),
		cmocka_unit_test(test_node_ports_of_a_family_without_address),
		cmocka_unit_test(test_a_rule_with_one_element),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
