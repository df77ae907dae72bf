/*
 * What happens to a connection, situation by situation: verdicts and sources as curl saw them on the nodes, in the pods and outside of
 * a real v1.32 cluster with kube-proxy in iptables mode, in nftables mode, and as
 * they must in ipvs mode.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "trace/trace.h"

#define DEPLOYMENT(name, replicas, extra) \
	"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " name "}\n" \
	"spec: {replicas: " replicas ", selector: {matchLabels: {app: " name "}}, template: {metadata: {labels: {app: " name \
	"}}, spec: {containers: [{name: c, image: nginx}]" extra "}}}\n"
#define SERVICE(name, spec) "---\napiVersion: v1\nkind: Service\nmetadata: {name: " name "}\nspec: {" spec "}\n"

static const char manifests[] =
	"apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"
	"controllerManager: {extraArgs: [{name: cloud-provider, value: external}]}\n"
	DEPLOYMENT("web", "3", "")
	DEPLOYMENT("one", "1", ", nodeName: node01")
	DEPLOYMENT("agent", "1", ", nodeName: node01, hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet")
	DEPLOYMENT("stray", "1", ", nodeName: node01, hostNetwork: true")
	"---\napiVersion: v1\nkind: Pod\nmetadata: {name: client}\n"
	"spec: {nodeName: node02, containers: [{name: c, image: busybox, command: [sleep, '3600']}]}\n"
	"---\napiVersion: v1\nkind: Pod\nmetadata: {name: client1}\n"
	"spec: {nodeName: node01, containers: [{name: c, image: busybox, command: [sleep, '3600']}]}\n"
	SERVICE("web", "selector: {app: web}, ports: [{port: 80}]")
	SERVICE("web-np", "type: NodePort, selector: {app: web}, ports: [{port: 8080, targetPort: 80, nodePort: 30080}]")
	SERVICE("one", "selector: {app: one}, ports: [{port: 80}]")
	SERVICE("one-local", "type: NodePort, externalTrafficPolicy: Local, selector: {app: one}, "
		"ports: [{port: 80, nodePort: 30081}]")
	SERVICE("one-ilocal", "internalTrafficPolicy: Local, selector: {app: one}, ports: [{port: 80}]")
	SERVICE("none", "selector: {app: nobody}, ports: [{port: 80}]")
	SERVICE("none-np", "type: NodePort, selector: {app: nobody}, ports: [{port: 80, nodePort: 30082}]")
	SERVICE("sticky", "sessionAffinity: ClientIP, selector: {app: web}, ports: [{port: 80}]")
	SERVICE("wrongport", "selector: {app: web}, ports: [{port: 80, targetPort: 8080}]")
	SERVICE("multi", "selector: {app: web}, ports: [{name: a, port: 80}, {name: b, port: 81, targetPort: 80}]")
	SERVICE("hl", "clusterIP: None, selector: {app: one}, ports: [{port: 80}]")
	SERVICE("gone", "ports: [{port: 80}]")
	"---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\naddressType: IPv4\n"
	"metadata: {name: gone-1, labels: {kubernetes.io/service-name: gone}}\n"
	"ports: [{name: '', port: 80}]\nendpoints: [{addresses: [192.168.1.200], conditions: {ready: true}}]\n"
	SERVICE("alias", "type: ExternalName, externalName: web.default.svc.cluster.local")
	SERVICE("lb", "type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]")
	SERVICE("lb-src", "type: LoadBalancer, loadBalancerSourceRanges: [198.51.100.0/24], selector: {app: web}, ports: [{port: 80}]");

static struct cluster cluster;

static int
make_cluster(const char *mode)
{
	char *config = xasprintf("apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: %s\n", mode);
	struct cluster_text texts[] = { { "config", config, strlen(config) }, { "manifests", manifests, sizeof manifests - 1 } };
	struct err err = ERR_INIT;
	int failed = cluster_make(&cluster, 1, INT64_C(1767225600) * CLOCK_SECOND, texts, 2, false, &err);

	free(config);
	if (failed)
		print_error("%u: %s\n", err.line, err.text);
	return failed;
}

static int
set_up(void **state)
{
	(void)state;
	return make_cluster("iptables");
}

static int
set_up_ipvs(void **state)
{
	(void)state;
	return make_cluster("ipvs");
}

static int
set_up_nftables(void **state)
{
	(void)state;
	return make_cluster("nftables");
}

static int
tear_down(void **state)
{
	(void)state;
	cluster_check(&cluster);
	cluster_release(&cluster);
	return 0;
}

/* seen: the source that the endpoint sees; "" when it is the sender's own, "-" when nobody sees it. */
static const struct situation {
	const char *from, *to, *on;
	enum verdict verdict;
	const char *seen, *field;
} situations[] = {
	{ "pod/client", "svc/web", NULL, VERDICT_ANSWERED, "", NULL },
	{ "pod/client", "web:80", NULL, VERDICT_ANSWERED, "", NULL },
	{ "pod/client", "web.default.svc.cluster.local:80", NULL, VERDICT_ANSWERED, "", NULL },
	{ "pod/client", "nosuch:80", NULL, VERDICT_UNRESOLVED, "-", "" },
	{ "deploy/agent", "web:80", NULL, VERDICT_ANSWERED, NULL, NULL },	/* kubernetes' pkg/kubelet/network/dns */
	{ "deploy/stray", "web:80", NULL, VERDICT_UNRESOLVED, "-", "" },
	{ "pod/client", "web:81", NULL, VERDICT_DROPPED, "-", "spec.ports" },
	{ "pod/client", "svc/multi:81", NULL, VERDICT_ANSWERED, "", NULL },
	{ "pod/client", "svc/multi:82", NULL, VERDICT_DROPPED, "-", "spec.ports" },
	{ "pod/client", "svc/none", NULL, VERDICT_REFUSED, "-", "spec.selector" },
	{ "pod/client", "svc/wrongport", NULL, VERDICT_REFUSED, "", "spec.ports[0].targetPort" },
	{ "pod/client", "svc/one", NULL, VERDICT_ANSWERED, "", NULL },
	{ "pod/client1", "svc/one", NULL, VERDICT_ANSWERED, "", NULL },
	{ "deploy/one", "svc/one", NULL, VERDICT_ANSWERED, "192.168.1.1", NULL },	/* to itself: hairpin */
	{ "pod/client", "svc/one-ilocal", NULL, VERDICT_DROPPED, "-", "spec.internalTrafficPolicy" },
	{ "pod/client1", "svc/one-ilocal", NULL, VERDICT_ANSWERED, "", NULL },
	{ "node/node01", "svc/one-ilocal", NULL, VERDICT_ANSWERED, "192.168.1.1", NULL },
	{ "node/node02", "svc/one-ilocal", NULL, VERDICT_DROPPED, "-", "spec.internalTrafficPolicy" },
	{ "node/controlplane", "svc/web", NULL, VERDICT_ANSWERED, "172.30.1.2", NULL },
	{ "external", "svc/one", "node01", VERDICT_ANSWERED, "192.168.1.1", NULL },
	{ "external", "svc/one", NULL, VERDICT_UNREACHABLE, "-", "spec.type" },
	{ "pod/client", "svc/web-np:80", NULL, VERDICT_DROPPED, "-", "spec.ports" },
	{ "external", "controlplane:30080", NULL, VERDICT_ANSWERED, "172.30.1.2", NULL },
	{ "external", "node01:8080", NULL, VERDICT_REFUSED, "", "" },
	{ "external", "node01:30099", NULL, VERDICT_REFUSED, "", "" },
	{ "node/controlplane", "127.0.0.1:30080", NULL, VERDICT_ANSWERED, "172.30.1.2", NULL },
	{ "pod/client", "127.0.0.1:30080", NULL, VERDICT_REFUSED, "", "spec.containers" },
	{ "external", "node01:30081", NULL, VERDICT_ANSWERED, "", NULL },
	{ "external", "node02:30081", NULL, VERDICT_DROPPED, "-", "spec.externalTrafficPolicy" },
	{ "node/node02", "node02:30081", NULL, VERDICT_ANSWERED, "172.30.2.3", NULL },
	{ "pod/client", "node02:30081", NULL, VERDICT_ANSWERED, "", NULL },
	{ "pod/client", "svc/one-local", NULL, VERDICT_ANSWERED, "", NULL },
	{ "external", "node01:30082", NULL, VERDICT_REFUSED, "-", "spec.selector" },
	{ "node/node01", "127.0.0.1:30082", NULL, VERDICT_REFUSED, "-", "spec.selector" },
	{ "pod/client", "svc/hl", NULL, VERDICT_ANSWERED, "", NULL },
	{ "pod/client", "hl:8080", NULL, VERDICT_REFUSED, "", "spec.containers" },
	{ "pod/client", "alias:80", NULL, VERDICT_ANSWERED, "", NULL },
	{ "external", "lb/lb", NULL, VERDICT_ANSWERED, NULL, NULL },
	{ "pod/client", "lb/lb", NULL, VERDICT_ANSWERED, "172.30.2.3", NULL },
	{ "external", "lb/web", NULL, VERDICT_UNREACHABLE, "-", "spec.type" },
	{ "pod/client", "lb/lb-src", NULL, VERDICT_DROPPED, "-", "spec.loadBalancerSourceRanges" },
	{ "pod/client", "192.168.1.200:80", NULL, VERDICT_UNREACHABLE, "-", NULL },
	{ "pod/client", "svc/gone", NULL, VERDICT_UNREACHABLE, "-", "endpoints" },
	{ "external", "svc/gone", NULL, VERDICT_UNREACHABLE, "-", "spec.type" },
};

/* The same transcript's Services with kube-proxy in nftables mode. */
static const struct situation nft_situations[] = {
	{ "pod/client", "svc/web", NULL, VERDICT_ANSWERED, "", NULL },
	{ "pod/client", "web:81", NULL, VERDICT_REFUSED, "-", "spec.ports" },
	{ "pod/client", "svc/none", NULL, VERDICT_REFUSED, "-", "spec.selector" },
	{ "pod/client", "svc/wrongport", NULL, VERDICT_REFUSED, "", "spec.ports[0].targetPort" },
	{ "pod/client", "svc/one-ilocal", NULL, VERDICT_DROPPED, "-", "spec.internalTrafficPolicy" },
	{ "deploy/one", "svc/one", NULL, VERDICT_ANSWERED, "192.168.1.1", NULL },
	{ "external", "node01:30080", NULL, VERDICT_ANSWERED, NULL, NULL },
	{ "node/node01", "node01:30080", NULL, VERDICT_ANSWERED, NULL, NULL },
	{ "node/node01", "127.0.0.1:30080", NULL, VERDICT_REFUSED, "", "" },
	{ "external", "node01:30082", NULL, VERDICT_REFUSED, "-", "spec.selector" },
	{ "external", "node01:30081", NULL, VERDICT_ANSWERED, "", NULL },
	{ "external", "node02:30081", NULL, VERDICT_DROPPED, "-", "spec.externalTrafficPolicy" },
	{ "external", "lb/lb", NULL, VERDICT_ANSWERED, NULL, NULL },
	{ "pod/client", "lb/lb-src", NULL, VERDICT_DROPPED, "-", "spec.loadBalancerSourceRanges" },
	{ "node/node01", "10.96.99.99:80", NULL, VERDICT_DROPPED, "-", NULL },
	{ "pod/client", "10.96.99.99:80", NULL, VERDICT_DROPPED, "-", NULL },
};

/*
 * In ipvs mode, by pkg/proxy/ipvs and net/netfilter/ipvs: a cluster IP is the node's own address, its other ports are refused; a
 * virtual server without real ones refuses; policy Local without endpoints sends on, and the answer is lost.
 */
static const struct situation ipvs_situations[] = {
	{ "pod/client", "svc/web", NULL, VERDICT_ANSWERED, "", NULL },
	{ "pod/client", "web:81", NULL, VERDICT_REFUSED, "-", "spec.ports" },
	{ "pod/client", "svc/none", NULL, VERDICT_REFUSED, "-", "spec.selector" },
	{ "pod/client", "svc/wrongport", NULL, VERDICT_REFUSED, "", "spec.ports[0].targetPort" },
	{ "pod/client", "svc/one-ilocal", NULL, VERDICT_REFUSED, "-", "spec.internalTrafficPolicy" },
	{ "pod/client1", "svc/one-ilocal", NULL, VERDICT_ANSWERED, "", NULL },
	{ "deploy/one", "svc/one", NULL, VERDICT_ANSWERED, "192.168.1.1", NULL },
	{ "node/controlplane", "svc/web", NULL, VERDICT_ANSWERED, "172.30.1.2", NULL },
	{ "node/node01", "10.96.0.10:22", NULL, VERDICT_REFUSED, "-", "spec.ports" },
	{ "external", "controlplane:30080", NULL, VERDICT_ANSWERED, "172.30.1.2", NULL },
	{ "node/controlplane", "127.0.0.1:30080", NULL, VERDICT_REFUSED, "", "" },
	{ "external", "node01:22", NULL, VERDICT_ANSWERED, "", NULL },
	{ "external", "node01:30081", NULL, VERDICT_ANSWERED, "", NULL },
	{ "external", "node02:30081", NULL, VERDICT_DROPPED, "", "spec.externalTrafficPolicy" },
	{ "pod/client", "node02:30081", NULL, VERDICT_ANSWERED, "", NULL },
	{ "external", "node01:30082", NULL, VERDICT_REFUSED, "-", "spec.selector" },
	{ "external", "lb/lb", NULL, VERDICT_ANSWERED, NULL, NULL },
	{ "pod/client", "lb/lb", NULL, VERDICT_ANSWERED, "172.30.2.3", NULL },
	{ "pod/client", "lb/lb-src", NULL, VERDICT_DROPPED, "-", "spec.loadBalancerSourceRanges" },
};

static void
assert_seen(const struct situation *situation, const struct trace *trace)
{
	char text[IP_TEXT];
	const struct walk *path = &trace->paths[0];

	if (!situation->seen)
		return;
	if (situation->seen[0] == '-') {
		assert_true(!trace->npaths || path->source_seen.family == IP_NONE);
		return;
	}
	ip_format(&path->source_seen, text);
	/* a local endpoint sees the bridge instead of the node's own address */
	if (situation->seen[0] && path->source_seen.b[0] == 192)
		assert_true(strcmp(text, situation->seen) == 0 || str_ends(text, ".1"));
	else if (situation->seen[0])
		assert_string_equal(text, situation->seen);
	else
		assert_true(ip_equal(&path->source_seen, &path->hops.v[0].packet.src));
}

static void
try_situations(const struct situation *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct situation *situation = &rows[i];
		struct trace_request request = { .to = situation->to, .from = situation->from, .on = situation->on };
		struct trace trace;
		struct err err = ERR_INIT;

		if (trace_run(&cluster, &request, &trace, &err))
			fail_msg("%s -> %s: %s", situation->from, situation->to, err.text);
		if (trace.verdict != situation->verdict)
			fail_msg("%s -> %s: %s, not %s", situation->from, situation->to, verdict_name(trace.verdict),
				verdict_name(situation->verdict));
		assert_seen(situation, &trace);
		if (situation->field && (!trace.cause.field || strcmp(trace.cause.field, situation->field) != 0))
			fail_msg("%s -> %s: look at %s, not %s", situation->from, situation->to,
				trace.cause.field ? trace.cause.field : "nothing", situation->field);
		trace_release(&trace);
	}
}

static void
each_situation_ends_as_it_does_on_real_nodes(void **state)
{
	(void)state;
	try_situations(situations, sizeof situations / sizeof situations[0]);
}

static void
each_situation_in_nftables_mode_too(void **state)
{
	(void)state;
	try_situations(nft_situations, sizeof nft_situations / sizeof nft_situations[0]);
}

static void
each_situation_in_ipvs_mode_too(void **state)
{
	(void)state;
	try_situations(ipvs_situations, sizeof ipvs_situations / sizeof ipvs_situations[0]);
}

/* A persistent server sends a client to where it was before. */
static void
a_persistent_server_remembers(void **state)
{
	struct walk_request request = { .port = 80, .remember = true, .now = INT64_C(1767225600) * CLOCK_SECOND };
	struct rng rng;
	struct dice dice;
	struct ip first = { 0 };

	(void)state;
	rng_init(&rng, 7);
	dice_init(&dice, &rng);
	request.from.pod = pod_view(store_get(cluster.server.store, kind_by_kind("Pod"), "default", "client"));
	request.to = service_view(store_get(cluster.server.store, kind_by_kind("Service"), "default", "sticky"))->cluster_ips[0];
	for (int i = 0; i < 20; i++) {
		struct walk walk;

		walk_init(&walk);
		walk_run(&cluster.world, &request, &dice.chooser, &walk);
		assert_int_equal(walk.verdict, VERDICT_ANSWERED);
		if (i == 0)
			first = walk.endpoint;
		assert_true(ip_equal(&walk.endpoint, &first));
		walk_release(&walk);
	}
}

/* The rows of a trace name what a rule found in its map, and not the rest of it. */
static void
a_trace_shows_the_map_it_went_by(void **state)
{
	const struct trace_style style = { .reply = true, .explain = true };
	struct trace_request request = { .to = "node01:30080", .from = "external" };
	struct trace trace;
	struct err err = ERR_INIT;
	struct str text = STR_INIT, json = STR_INIT;

	(void)state;
	assert_int_equal(trace_run(&cluster, &request, &trace, &err), 0);
	trace_print_text(&trace, &style, &text);
	assert_non_null(strstr(text.buf, "    kube-proxy services                   ip daddr @nodeport-ips meta l4proto . th dport"
		" vmap @service-nodeports { "));
	assert_non_null(strstr(text.buf, "tcp . 30080 : goto external-KOAMWL4R-default/web-np/tcp/"));
	assert_non_null(strstr(text.buf, "packets with the mark get this node's address"));
	assert_null(strstr(text.buf, "30081"));
	trace_print_json(&trace, &json);
	assert_non_null(strstr(json.buf, "\"rule\": \"meta mark set meta mark | 0x00004000\""));
	assert_non_null(strstr(json.buf, "\"element\": \"tcp . 30080 : goto external-"));
	str_release(&text);
	str_release(&json);
	trace_release(&trace);
}

static void
all_branches_together_are_certain(void **state)
{
	struct trace_request request = { .to = "node:30080", .all = true };
	struct trace trace;
	struct err err = ERR_INIT;
	double sum = 0;

	(void)state;
	assert_int_equal(trace_run(&cluster, &request, &trace, &err), 0);
	assert_int_equal(trace.npaths, 3);
	for (size_t i = 0; i < trace.npaths; i++) {
		assert_true(trace.paths[i].probability > 0.33 && trace.paths[i].probability < 0.34);
		sum += trace.paths[i].probability;
	}
	assert_true(sum > 0.999999 && sum < 1.000001);
	trace_release(&trace);
}

static void
a_port_can_say_its_protocol(void **state)
{
	struct trace_request request = { .to = "10.96.0.10:53/udp", .from = "pod/client" };
	struct trace trace;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(trace_run(&cluster, &request, &trace, &err), 0);
	assert_int_equal(trace.walk.protocol, PROTOCOL_UDP);
	assert_int_equal(trace.verdict, VERDICT_ANSWERED);
	trace_release(&trace);
	request.protocol = PROTOCOL_TCP;
	request.protocol_given = true;
	assert_int_equal(trace_run(&cluster, &request, &trace, &err), -1);
	assert_int_equal(err.kind, ERR_USAGE);
	err_release(&err);
}

static const struct mistake {
	const char *to, *from;
	enum err_kind kind;
	const char *text;
} mistakes[] = {
	{ "nonsense", NULL, ERR_USAGE, "nonsense: say which port, as in nonsense:80" },
	{ "node:0", NULL, ERR_USAGE, "node:0: port 0 is not between 1 and 65535" },
	{ "node:70000", NULL, ERR_USAGE, "node:70000: port 70000 is not between 1 and 65535" },
	{ "node:http", NULL, ERR_USAGE, "node:http: \"http\" is no port number" },
	{ "svc/multi", NULL, ERR_USAGE, "Service multi has several ports (80 a, 81 b): say which, as in svc/multi:80" },
	{ "svc/nosuch", NULL, ERR_INPUT, "services \"nosuch\" not found in any namespace" },
	{ "svc/default/nosuch", NULL, ERR_INPUT, "services \"nosuch\" not found in namespace default" },
	{ "svc/web", "pod/nosuch", ERR_INPUT, "pods \"nosuch\" not found in any namespace" },
	{ "svc/web", "external/nowhere", ERR_USAGE, "--from external/nowhere: \"nowhere\" is no address" },
	{ "svc/web", "node/nosuch", ERR_INPUT, "nodes \"nosuch\" not found" },
};

static void
words_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
		struct trace_request request = { .to = mistakes[i].to, .from = mistakes[i].from };
		struct trace trace;
		struct err err = ERR_INIT;

		assert_int_equal(trace_run(&cluster, &request, &trace, &err), -1);
		assert_string_equal(err.text, mistakes[i].text);
		assert_int_equal(err.kind, mistakes[i].kind);
		err_release(&err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_situation_ends_as_it_does_on_real_nodes),
		cmocka_unit_test(all_branches_together_are_certain),
		cmocka_unit_test(a_port_can_say_its_protocol),
		cmocka_unit_test(words_that_make_no_sense_are_refused),
	};

	const struct CMUnitTest nft_tests[] = {
		cmocka_unit_test(each_situation_in_nftables_mode_too),
		cmocka_unit_test(all_branches_together_are_certain),
		cmocka_unit_test(a_trace_shows_the_map_it_went_by),
		cmocka_unit_test(a_persistent_server_remembers),
	};
	const struct CMUnitTest ipvs_tests[] = {
		cmocka_unit_test(each_situation_in_ipvs_mode_too),
		cmocka_unit_test(all_branches_together_are_certain),
		cmocka_unit_test(a_persistent_server_remembers),
	};

	return cmocka_run_group_tests_name("trace", tests, set_up, tear_down) ||
		cmocka_run_group_tests_name("trace, nftables", nft_tests, set_up_nftables, tear_down) ||
		cmocka_run_group_tests_name("trace, ipvs", ipvs_tests, set_up_ipvs, tear_down);
}
