/*
 * kube-proxy's rules, where the cases in tests/proxy/ don't reach: names, counts and probabilities as upstream's tests
 * have them, the settings, large clusters, and what kubelet leaves on a node.
 */
#include "fixture.h"

#define NODE "---\n{apiVersion: v1, kind: Node, metadata: {name: n1}, " \
	"spec: {podCIDRs: [10.244.1.0/24, 'fd00:1::/64']}, " \
	"status: {addresses: [{type: InternalIP, address: 192.168.0.2}, " \
	"{type: InternalIP, address: 'fd00::2'}]}}\n---\n"
#define SERVICE "{apiVersion: v1, kind: Service, metadata: {namespace: a, name: s}, spec: {type: NodePort, " \
	"clusterIP: 10.96.0.1, ports: [{name: p, port: 80, nodePort: 30080}]}}\n---\n" \
	"{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {namespace: a, name: s1, " \
	"labels: {kubernetes.io/service-name: s}}, addressType: IPv4, ports: [{name: p, port: 8080}], " \
	"endpoints: [{addresses: [10.244.1.5], nodeName: n1}]}\n---\n"
#define PROXY "{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, "

typedef void write_fn(const struct proxy_input *input, struct ruleset *out, struct layout *layout);

static char *
rules_of(write_fn *write, bool save, enum ip_family family, const char *text)
{
	struct fixture fixture;
	struct ruleset ruleset;
	struct str out = STR_INIT;

	fixture_init(&fixture);
	fixture_load(&fixture, "text", text);
	ruleset_init(&ruleset, family);
	write(&(struct proxy_input){ fixture.store, &fixture.settings, "n1", family, NULL }, &ruleset, NULL);
	if (save)
		ruleset_write_save(&ruleset, &out);
	else
		ruleset_write_restore(&ruleset, &out);
	ruleset_release(&ruleset);
	fixture_release(&fixture);
	return str_detach(&out);
}

static void
check_line(const char *text, const char *line, bool there)
{
	char *whole = xasprintf("\n%s\n", line);

	if ((strstr(text, whole) != NULL) != there)
		fail_msg("%s line: %s\nin\n%s", there ? "no" : "unwanted", line, text);
	free(whole);
}

/* One line of the sync's text that is, or is not, there. */
static void
check_sync(enum ip_family family, const char *documents, const char *line, bool there)
{
	char *text = rules_of(iptables_sync, false, family, documents);

	check_line(text, line, there);
	free(text);
}

static void
each_line(const char *path, void (*fn)(char *line))
{
	char *text = fixture_read(path), *next = text;
	bool header = true;

	assert_non_null(text);
	while (next && *next) {
		char *line = next, *end = strchr(next, '\n');

		next = end ? end + 1 : NULL;
		if (end)
			*end = '\0';
		if (*line == '#')
			continue;
		if (!header)
			fn(line);
		header = false;
	}
	free(text);
}

static void
check_chain_name(char *line)
{
	char *tab = strchr(line, '\t');
	char prefix[16], name[32];

	*tab = '\0';
	snprintf(prefix, sizeof prefix, "%.*s", (int)(strrchr(tab + 1, '-') - tab), tab + 1);
	proxy_chain_name(prefix, line, name);
	assert_string_equal(name, tab + 1);
}

static void
test_chain_names(void **state)
{
	(void)state;
	each_line("tests/proxy/chains.tsv", check_chain_name);
}

static void
add_counted_service(struct str *text, const char *type, int i, int endpoints)
{
	bool balancer = strcmp(type, "LoadBalancer") == 0;

	str_addf(text, "{apiVersion: v1, kind: Service, metadata: {namespace: ns, name: s%d}, spec: {type: %s, "
		"clusterIP: 10.96.1.%d, "
		"%s ports: [{name: p, port: 80%s%d}]}%s}\n---\n", i, type, i + 1,
		balancer ? "externalIPs: [1.2.3.4], loadBalancerSourceRanges: [' 1.2.3.4/28']," : "",
		balancer ? ", nodePort: " : ", targetPort: ", 30000 + i,
		balancer ? ", status: {loadBalancer: {ingress: [{ip: 1.2.3.4}]}}" : "");
	str_addf(text, "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {namespace: ns, name: e%d, "
		"labels: "
		"{kubernetes.io/service-name: s%d}}, addressType: IPv4, ports: [{name: p, port: 80}], endpoints: [",
		i, i);
	for (int j = 0; j < endpoints; j++)
		str_addf(text, "%s{addresses: [10.%d.0.%d]}", j ? ", " : "", i, j + 1);
	str_add(text, "]}\n---\n");
}

static int
count_rules(const char *text, const char *table)
{
	const char *at = strstr(text, table), *end = at ? strstr(at, "COMMIT") : NULL;
	int n = 0;

	assert_non_null(end);
	while ((at = strstr(at, "\n-A ")) && at < end) {
		n++;
		at++;
	}
	return n;
}

static void
check_count(char *line)
{
	struct str text = STR_INIT;
	char type[32], *rules;
	int services, endpoints, filter, nat;

	assert_int_equal(sscanf(line, "%31s %d %d %d %d", type, &services, &endpoints, &filter, &nat), 5);
	str_add(&text, NODE PROXY "clusterCIDR: 10.0.0.0/8}\n---\n"
		"{apiVersion: svcsim/v1, kind: NodeHost, metadata: {name: n1}, spec: {nfacct: "
		"[ct_state_invalid_dropped_pkts, "
		"localhost_nps_accepted_pkts]}}\n---\n");
	for (int i = 0; i < services; i++)
		add_counted_service(&text, type, i, endpoints);
	rules = rules_of(iptables_sync, false, IP_V4, text.buf);
	if (count_rules(rules, "*filter") != filter || count_rules(rules, "*nat") != nat)
		fail_msg("%s: got %d filter, %d nat", line, count_rules(rules, "*filter"), count_rules(rules, "*nat"));
	free(rules);
	str_release(&text);
}

static void
test_counts(void **state)
{
	(void)state;
	each_line("tests/proxy/counts.tsv", check_count);
}

/* Of the first of n endpoints, for those n of the table that a test can afford; as text and as the kernel's 31 bits. */
static void
check_probability(char *line)
{
	struct str text = STR_INIT;
	char *tab = strchr(line, '\t'), *rules, *words;
	int n = atoi(line);

	if (n < 2 || n > 1000)
		return;
	str_add(&text, NODE "{apiVersion: v1, kind: Service, metadata: {namespace: ns, name: s}, spec: {clusterIP: "
		"10.96.0.1, "
		"ports: [{name: p, port: 80}]}}\n---\n{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: "
		"{namespace: ns, name: e, labels: {kubernetes.io/service-name: s}}, addressType: IPv4, ports: "
		"[{name: p, port: 80}], "
		"endpoints: [");
	for (int i = 0; i < n; i++)
		str_addf(&text, "%s{addresses: [10.0.%d.%d]}", i ? ", " : "", i / 250, i % 250 + 1);
	str_add(&text, "]}\n");
	rules = rules_of(iptables_sync, false, IP_V4, text.buf);
	words = strstr(rules, "--probability ");
	assert_non_null(words);
	words += strlen("--probability ");
	words[strcspn(words, " ")] = '\0';
	assert_string_equal(words, tab + 1);
	free(rules);
	str_release(&text);
}

static void
test_probability(void **state)
{
	(void)state;
	each_line("tests/proxy/probability.tsv", check_probability);
}

/* The comments that go when there are more than 1000 endpoints: those of the endpoints' own rules. */
static void
test_large_cluster(void **state)
{
	struct str text = STR_INIT;
	char *rules;

	(void)state;
	str_add(&text, NODE SERVICE);
	for (int i = 0; i < 4; i++)
		add_counted_service(&text, "ClusterIP", i, 250);
	rules = rules_of(iptables_sync, false, IP_V4, text.buf);	/* 1001 of them */
	assert_non_null(strstr(rules, "-j DNAT --to-destination 10.0.0.1:80"));
	assert_null(strstr(rules, "-A KUBE-SEP-DKGQUZGBKLTPAR56 -m comment"));
	assert_null(strstr(rules, " -> 10.0.0.1:80"));
	assert_non_null(strstr(rules, "--comment \"ns/s0:p cluster IP\""));
	free(rules);
	str_clear(&text);
	str_add(&text, NODE);
	for (int i = 0; i < 4; i++)
		add_counted_service(&text, "ClusterIP", i, 250);	/* 1000 */
	rules = rules_of(iptables_sync, false, IP_V4, text.buf);
	assert_non_null(strstr(rules, "\"ns/s0:p -> 10.0.0.1:80\""));
	free(rules);
	str_release(&text);
}

static void
test_detectors(void **state)
{
	static const struct {
		const char *settings, *words;
	} rows[] = {
		{ "clusterCIDR: 10.244.0.0/16", " ! -s 10.244.0.0/16" },
		{ "clusterCIDR: '10.244.0.0/16,fd00:1::/48'", " ! -s 10.244.0.0/16" },
		{ "detectLocalMode: NodeCIDR", " ! -s 10.244.1.0/24" },
		{ "detectLocalMode: BridgeInterface, detectLocal: {bridgeInterface: cni0}", " ! -i cni0" },
		{ "detectLocalMode: InterfaceNamePrefix, detectLocal: {interfaceNamePrefix: cali}", " ! -i cali+" },
		{ "clusterCIDR: 10.244.0.0/16, iptables: {masqueradeAll: true}", "" },
	};
	char prefixed[32];

	(void)state;
	proxy_chain_name("KUBE-SVC-", "a/s:ptcp", prefixed);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *documents = xasprintf(NODE SERVICE PROXY "%s}\n", rows[i].settings);
		char *line = xasprintf("-A %s -m comment --comment \"a/s:p cluster IP\" -m tcp -p tcp -d 10.96.0.1 "
			"--dport 80%s "
			"-j KUBE-MARK-MASQ", prefixed, rows[i].words);

		check_sync(IP_V4, documents, line, true);
		free(documents);
		free(line);
	}
}

#define TAIL "-A KUBE-SERVICES -m comment --comment \"kubernetes service nodeports; NOTE: this must be the last rule " \
	"in this chain\" "

static void
test_node_port_addresses(void **state)
{
	static const struct {
		enum ip_family family;
		const char *settings, *line;
		bool there;
	} rows[] = {
		{ IP_V4, "nodePortAddresses: []", TAIL "-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS", true },
		{ IP_V6, "nodePortAddresses: []", TAIL "-m addrtype --dst-type LOCAL ! -d ::1/128 -j KUBE-NODEPORTS",
		true },
		{ IP_V4, "nodePortAddresses: [0.0.0.0/0]", TAIL "-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS",
		true },
		{ IP_V4, "nodePortAddresses: ['fd00::/64']", TAIL "-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS",
		true },
		{ IP_V4, "iptables: {localhostNodePorts: false}",
			TAIL "-m addrtype --dst-type LOCAL ! -d 127.0.0.0/8 -j KUBE-NODEPORTS", true },
		{ IP_V4, "nodePortAddresses: [192.168.0.0/16]", TAIL "-d 192.168.0.2 -j KUBE-NODEPORTS", true },
		{ IP_V4, "nodePortAddresses: [192.168.0.0/16]", TAIL "-d 127.0.0.1 -j KUBE-NODEPORTS", false },
		{ IP_V4, "nodePortAddresses: [192.168.0.0/16, 127.0.0.0/8]", TAIL "-d 127.0.0.1 -j KUBE-NODEPORTS",
		true },
		{ IP_V4, "nodePortAddresses: [127.0.0.0/8], iptables: {localhostNodePorts: false}",
			TAIL "-d 127.0.0.1 -j KUBE-NODEPORTS", false },
		{ IP_V4, "nodePortAddresses: [10.244.0.0/16]", TAIL "-d 10.244.1.1 -j KUBE-NODEPORTS", true },
		{ IP_V4, "nodePortAddresses: [primary]", TAIL "-d 192.168.0.2 -j KUBE-NODEPORTS", true },
		{ IP_V6, "nodePortAddresses: [primary]", TAIL "-d fd00::2 -j KUBE-NODEPORTS", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *documents = xasprintf(NODE SERVICE PROXY "%s}\n", rows[i].settings);

		check_sync(rows[i].family, documents, rows[i].line, rows[i].there);
		free(documents);
	}
}

static void
test_masquerade_bit(void **state)
{
	(void)state;
	check_sync(IP_V4, NODE PROXY "iptables: {masqueradeBit: 3}}\n", "-A KUBE-MARK-MASQ -j MARK --or-mark 0x8",
		true);
	check_sync(IP_V4, NODE PROXY "iptables: {masqueradeBit: 3}}\n",
		"-A KUBE-POSTROUTING -m mark ! --mark 0x8/0x8 -j RETURN", true);
}

/* Where a range of the balancer holds the node's own address, the balancer's address may come back as a source. */
static void
test_source_range_of_node(void **state)
{
	static const char documents[] = NODE "{apiVersion: v1, kind: Service, metadata: {namespace: a, name: s}, spec: "
		"{type: LoadBalancer, clusterIP: 10.96.0.1, loadBalancerSourceRanges: [192.168.0.0/24], "
		"ports: [{name: p, port: 80}]}, status: {loadBalancer: {ingress: [{ip: 1.2.3.4}]}}}\n---\n"
		"{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {namespace: a, name: s1, "
		"labels: {kubernetes.io/service-name: s}}, addressType: IPv4, ports: [{name: p, port: 8080}], "
		"endpoints: [{addresses: [10.244.1.5]}]}\n";
	char fw[32], ext[32];
	char *line;

	(void)state;
	proxy_chain_name("KUBE-FW-", "a/s:ptcp", fw);
	proxy_chain_name("KUBE-EXT-", "a/s:ptcp", ext);
	line = xasprintf("-A %s -m comment --comment \"a/s:p loadbalancer IP\" -s 1.2.3.4 -j %s", fw, ext);
	check_sync(IP_V4, documents, line, true);
	free(line);
}

/* kubelet's chains are there whether or not kube-proxy runs; its firewall jumps are at the bottom. */
static void
test_node(void **state)
{
	char *text = rules_of(iptables_node, true, IP_V4, NODE SERVICE);
	const char *portals, *firewall;

	(void)state;
	check_line(text, ":KUBE-KUBELET-CANARY - [0:0]", true);
	check_line(text, ":KUBE-PROXY-CANARY - [0:0]", true);
	portals = strstr(text, "-A INPUT -m conntrack --ctstate NEW -m comment --comment \"kubernetes "
		"externally-visible");
	firewall = strstr(text, "-A INPUT -j KUBE-FIREWALL");
	assert_true(portals && firewall && portals < firewall);
	free(text);
	text = rules_of(iptables_node, true, IP_V4, NODE SERVICE
		"{apiVersion: svcsim/v1, kind: NodeHost, metadata: {name: n1}, spec: {services: {kube-proxy: "
		"stopped}}}\n");
	check_line(text, ":KUBE-KUBELET-CANARY - [0:0]", true);
	check_line(text, ":KUBE-PROXY-CANARY - [0:0]", false);
	check_line(text, "-A OUTPUT -j KUBE-FIREWALL", true);
	assert_null(strstr(text, "KUBE-SERVICES"));
	free(text);
}

/* Every jump lands, in both families. */
static void
test_linked(void **state)
{
	(void)state;
	for (enum ip_family family = IP_V4; family <= IP_V6; family++) {
		struct fixture fixture;
		struct ruleset ruleset;
		struct err err = ERR_INIT;

		fixture_init(&fixture);
		fixture_load(&fixture, "text", NODE SERVICE);
		ruleset_init(&ruleset, family);
		iptables_node(&(struct proxy_input){ fixture.store, &fixture.settings, "n1", family, NULL }, &ruleset, NULL);
		if (ruleset_link(&ruleset, "node", &err) != 0)
			fixture_fail(&err);
		ruleset_release(&ruleset);
		fixture_release(&fixture);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain_names), cmocka_unit_test(test_counts), cmocka_unit_test(test_probability),
		cmocka_unit_test(test_large_cluster), cmocka_unit_test(test_detectors),
		cmocka_unit_test(test_node_port_addresses),
		cmocka_unit_test(test_masquerade_bit), cmocka_unit_test(test_source_range_of_node),
		cmocka_unit_test(test_node),
		cmocka_unit_test(test_linked),
	};

	return cmocka_run_group_tests_name("iptables", tests, NULL, NULL);
}
