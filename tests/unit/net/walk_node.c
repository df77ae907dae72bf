/*
 * What nodes do with packets beside kube-proxy's rules: routes of NodeHost's, pods in the node's network, what is
 * outside, and NetworkPolicies. The policies are those of the network policy recipes (02a, 06, 12) and of the upstream
 * test "should enforce except clause while egress access to server in CIDR block", on pods of three namespaces.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "trace/trace.h"

#define POD(namespace, name, labels, node, more) \
	"---\napiVersion: v1\nkind: Pod\nmetadata: {name: " name ", namespace: " namespace ", labels: {" labels "}}\n" \
	"spec: {nodeName: " node more ", containers: [{name: c, image: nginx, ports: [{name: web, containerPort: 80}]}]}\n"
#define NODE(name, ip, pods) \
	"---\napiVersion: v1\nkind: Node\nmetadata: {name: " name "}\n" \
	"spec: {podCIDR: " pods ", podCIDRs: [" pods "]}\n" \
	"status: {addresses: [{type: InternalIP, address: " ip "}], conditions: [{type: Ready, status: 'True'}]}\n"

static const char pods[] =
	"apiVersion: v1\nkind: Namespace\nmetadata: {name: prod, labels: {purpose: production}}\n"
	"---\napiVersion: v1\nkind: Namespace\nmetadata: {name: dev, labels: {purpose: testing}}\n"
	NODE("node01", "172.30.2.2", "192.168.1.0/24")
	NODE("node02", "172.30.2.3", "192.168.2.0/24")
	POD("default", "web", "app: web", "node02", "")
	POD("default", "other", "app: other", "node01", "")
	POD("default", "host", "app: host", "node02", ", hostNetwork: true")
	POD("prod", "client", "app: client", "node01", "")
	POD("dev", "client", "app: client", "node02", "");

struct way {
	const char *from, *to;
	enum verdict verdict;
	const char *blamed;	/* kind of the object that is to blame; NULL */
};

static void
assert_ways(const char *more, enum protocol protocol, const struct way *ways, size_t n)
{
	const struct cluster_text files[] = { { "pods", pods, sizeof pods - 1 }, { "more", more, strlen(more) } };
	struct err err = ERR_INIT;
	struct cluster cluster;

	if (cluster_make(&cluster, 1, 0, files, more[0] ? 2 : 1, false, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < n; i++) {
		const struct trace_request request = { .to = ways[i].to, .from = ways[i].from,
			.protocol = protocol, .protocol_given = true };
		struct trace trace;

		if (trace_run(&cluster, &request, &trace, &err))
			fail_msg("%s", err.text);
		if (trace.verdict != ways[i].verdict)
			fail_msg("%s to %s: %s", ways[i].from, ways[i].to, verdict_name(trace.verdict));
		if (ways[i].blamed)
			assert_string_equal(trace.cause.kind, ways[i].blamed);
		trace_release(&trace);
	}
	cluster_release(&cluster);
}
#define ASSERT_WAYS(more, ways) assert_ways(more, PROTOCOL_TCP, ways, sizeof (ways) / sizeof (ways)[0])
#define ASSERT_UDP_WAYS(more, ways) assert_ways(more, PROTOCOL_UDP, ways, sizeof (ways) / sizeof (ways)[0])

/* Neighbours give up ARP and say so; where only kubelet and kube-proxy are stopped, only their ports are closed. */
static void
nodes_that_are_off(void **state)
{
	static const struct way off[] = {
		{ "pod/other", "192.168.2.7:80", VERDICT_UNREACHABLE, "Node" },
		{ "node/node01", "node02:22", VERDICT_UNREACHABLE, "Node" },
		{ "external", "node02:22", VERDICT_UNREACHABLE, "Node" },
		{ "node/node02", "node01:22", VERDICT_UNREACHABLE, "Node" },
		{ "pod/other", "node01:22", VERDICT_ANSWERED, NULL },
	};
	static const struct way stopped[] = {
		{ "node/node01", "node02:22", VERDICT_ANSWERED, NULL },
		{ "node/node01", "node02:10250", VERDICT_REFUSED, NULL },
		{ "node/node01", "node02:10256", VERDICT_REFUSED, NULL },
		{ "node/node01", "node01:10250", VERDICT_ANSWERED, NULL },
	};

	(void)state;
	ASSERT_WAYS("apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: node02}\nspec: {poweredOff: true}\n", off);
	ASSERT_WAYS("apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: node02}\n"
		"spec: {services: {kubelet: stopped, kube-proxy: stopped}, kubeletStoppedAt: '2026-01-01T00:00:00Z'}\n", stopped);
}

#define STOPPED(mode, known) \
	"apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: default}\n" \
	"spec: {clusterIP: 10.96.0.77, selector: {app: web}, ports: [{port: 80}]}\n" \
	"---\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: " mode "\n" \
	"---\napiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: node01}\n" \
	"spec: {services: {kube-proxy: stopped}" known "}\n"
#define KNOWN_SERVICE "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: default}, " \
	"spec: {type: ClusterIP, clusterIP: 10.96.0.77, clusterIPs: [10.96.0.77], ports: [{port: 80, protocol: TCP}]}}"
#define KNOWN_SLICE "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-x, namespace: default, " \
	"labels: {kubernetes.io/service-name: web}}, addressType: IPv4, " \
	"endpoints: [{addresses: [192.168.2.200], nodeName: node02}], ports: [{name: '', port: 80, protocol: TCP}]}"

/* Its rules outlive it, whatever they are made of; a node where it never ran has none. */
static void
rules_of_a_stopped_proxy(void **state)
{
	static const struct way old[] = {
		{ "pod/other", "svc/web", VERDICT_UNREACHABLE, "Node" },	/* its only endpoint is no more */
		{ "pod/dev/client", "svc/default/web", VERDICT_ANSWERED, NULL },
	};
	static const struct way unknown[] = { { "pod/other", "svc/web", VERDICT_DROPPED, "Node" } };
	static const char *const modes[] = {
		STOPPED("iptables", ", staleObjects: [" KNOWN_SERVICE ", " KNOWN_SLICE "]"),
		STOPPED("nftables", ", staleObjects: [" KNOWN_SERVICE ", " KNOWN_SLICE "]"),
		STOPPED("ipvs", ", staleObjects: [" KNOWN_SERVICE ", " KNOWN_SLICE "]"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		ASSERT_WAYS(modes[i], old);
	ASSERT_WAYS(STOPPED("iptables", ""), unknown);
	ASSERT_WAYS(STOPPED("nftables", ""), unknown);
	ASSERT_WAYS(STOPPED("ipvs", ", staleObjects: []"), unknown);
}

static void
routes_of_hosts(void **state)
{
	static const struct way gone[] = {
		{ "pod/other", "pod/web:80", VERDICT_DROPPED, "Node" },
		{ "pod/web", "pod/other:80", VERDICT_DROPPED, "Node" },	/* the answer does not come back */
		{ "node/node01", "pod/web:80", VERDICT_DROPPED, "Node" },
		{ "pod/other", "pod/prod/client:80", VERDICT_ANSWERED, NULL },
		{ "pod/other", "pod/host:80", VERDICT_ANSWERED, NULL },	/* nodes are on one link */
	};
	static const struct way wrong[] = { { "pod/other", "pod/web:80", VERDICT_UNREACHABLE, "Node" } };
	static const struct way right[] = { { "pod/other", "pod/web:80", VERDICT_ANSWERED, NULL } };
	static const struct way no_default[] = {
		{ "pod/other", "8.8.8.8:53", VERDICT_UNREACHABLE, "Node" },
		{ "pod/web", "8.8.8.8:53", VERDICT_ANSWERED, NULL },
		{ "pod/other", "pod/web:80", VERDICT_ANSWERED, NULL },
	};

	static const struct way unheard[] = {	/* node01 rejects: no endpoint of the Service */
		{ "pod/web", "172.30.2.2:30080", VERDICT_DROPPED, NULL },
		{ "pod/other", "172.30.2.2:30080", VERDICT_REFUSED, NULL },
		{ "external", "172.30.2.2:30080", VERDICT_REFUSED, NULL },
		{ "pod/web", "172.30.2.3:30080", VERDICT_REFUSED, NULL },
	};

	(void)state;
#define HOST(routes) "apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: node01}\nspec: {routes: [" routes "]}\n"
	ASSERT_WAYS(HOST("{to: 192.168.2.0/24}"), gone);
	ASSERT_WAYS(HOST("{to: 192.168.2.0/24, via: 172.30.2.99}"), wrong);
	ASSERT_WAYS(HOST("{to: 192.168.2.0/24, via: 172.30.2.3}"), right);
	ASSERT_WAYS(HOST("{to: default}"), no_default);
	ASSERT_WAYS(HOST("{to: 192.168.2.0/24}")
		"---\napiVersion: v1\nkind: Service\nmetadata: {name: empty}\n"
		"spec: {type: NodePort, selector: {app: none}, ports: [{port: 80, nodePort: 30080}]}\n", unheard);
}

/* An error that doesn't pass the node that translated is about a connection that its sender doesn't know (seen in the kernel). */
static void
errors_go_back_by_the_nodes_that_translated(void **state)
{
	static const struct way missing[] = {
		{ "external", "172.30.2.3:30999", VERDICT_DROPPED, NULL },
		{ "pod/other", "172.30.2.3:30999", VERDICT_DROPPED, NULL },
		{ "pod/web", "172.30.2.3:30999", VERDICT_UNREACHABLE, NULL },
	};
	static const struct way rejected[] = {
		{ "external", "172.30.2.3:30999", VERDICT_DROPPED, NULL },
		{ "pod/web", "172.30.2.3:30999", VERDICT_REFUSED, NULL },
		{ "external", "172.30.2.2:30999", VERDICT_REFUSED, NULL },
	};

	(void)state;
#define TRANSLATES(node, to) "apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: " node "}\nspec:\n  rules: |\n    *nat\n" \
	"    -A PREROUTING -p tcp -m tcp --dport 30999 -j DNAT --to-destination " to "\n    COMMIT\n"
	ASSERT_WAYS(TRANSLATES("node02", "192.168.1.99:80"), missing);
	ASSERT_WAYS(TRANSLATES("node02", "192.168.1.2:80") "---\n" TRANSLATES("node01", "192.168.1.2:80")
		"    *filter\n    -A FORWARD -d 192.168.1.2/32 -p tcp -j REJECT --reject-with icmp-port-unreachable\n    COMMIT\n",
		rejected);
}

/* A node that sees one way of a connection only takes the rest of it for INVALID, and kube-proxy drops that in iptables mode (seen in the kernel). */
static void
half_a_connection_is_invalid(void **state)
{
	static const struct way broken[] = {
		{ "pod/other", "pod/web:80", VERDICT_DROPPED, NULL },
		{ "pod/web", "pod/other:80", VERDICT_DROPPED, NULL },	/* an answer without a question */
	};
	static const struct way broken_udp[] = {
		{ "pod/web", "pod/other:9", VERDICT_DROPPED, NULL },
		{ "pod/other", "pod/web:9", VERDICT_REFUSED, NULL },
	};
	static const struct way whole[] = { { "pod/other", "pod/web:80", VERDICT_ANSWERED, NULL } };
	static const struct way whole_udp[] = { { "pod/web", "pod/other:9", VERDICT_REFUSED, NULL } };

	(void)state;
#define AROUND HOST("{to: 192.168.2.0/24, via: 172.30.2.4}") NODE("node03", "172.30.2.4", "192.168.3.0/24")
#define NFTABLES "---\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: nftables\n"
	ASSERT_WAYS(AROUND, broken);
	ASSERT_UDP_WAYS(AROUND, broken_udp);
	ASSERT_WAYS(AROUND NFTABLES, whole);
	ASSERT_UDP_WAYS(AROUND NFTABLES, whole_udp);
}

static void
a_route_that_is_none_is_refused(void **state)
{
	static const char bad[] = HOST("{to: 192.168.2.0/24, via: 'fd00::1'}");
	const struct cluster_text files[] = { { "pods", pods, sizeof pods - 1 }, { "bad", bad, sizeof bad - 1 } };
	struct err err = ERR_INIT;
	struct cluster cluster;

	(void)state;
	assert_int_equal(cluster_make(&cluster, 1, 0, files, 2, false, &err), -1);
	assert_string_equal(err.text,
		"NodeHost node01, spec.routes[0]: to must be a CIDR, and via an address of its family");
	err_release(&err);
	cluster_release(&cluster);
}

static void
outside_and_back(void **state)
{
	static const struct way ways[] = {
		{ "pod/web", "8.8.8.8:53", VERDICT_ANSWERED, NULL },
		{ "node/node01", "8.8.8.8:53", VERDICT_ANSWERED, NULL },
		{ "pod/web", "8.8.8.8:8080", VERDICT_REFUSED, NULL },
		{ "pod/web", "198.51.100.9:80", VERDICT_DROPPED, NULL },
		{ "external", "pod/web:80", VERDICT_ANSWERED, NULL },	/* brought to its node */
		{ "external", "192.168.2.2:80", VERDICT_UNREACHABLE, NULL },	/* no route leads there */
		{ "pod/host", "pod/web:80", VERDICT_ANSWERED, NULL },
		{ "pod/other", "pod/host:80", VERDICT_ANSWERED, NULL },
		{ "pod/other", "pod/host:81", VERDICT_REFUSED, NULL },
	};
	static const char by_hand[] =
		"apiVersion: v1\nkind: Service\nmetadata: {name: db}\n"
		"spec: {type: NodePort, clusterIP: 10.96.0.99, ports: [{port: 5432, nodePort: 30432}]}\n"
		"---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\naddressType: IPv4\n"
		"metadata: {name: db-1, labels: {kubernetes.io/service-name: db}}\n"
		"ports: [{name: '', port: 5432, protocol: TCP}]\nendpoints: [{addresses: [10.0.50.11]}]\n";
	static const struct way to_db[] = { { "pod/web", "svc/db", VERDICT_ANSWERED, NULL } };
	static const struct way by_node01[] = {	/* whose way back to node02's pods is gone, and the router has none (seen in the kernel) */
		{ "pod/other", "172.30.2.2:30432", VERDICT_ANSWERED, NULL },
		{ "pod/web", "172.30.2.2:30432", VERDICT_DROPPED, NULL },
	};
	struct str both = STR_INIT;

	(void)state;
	ASSERT_WAYS("", ways);
	ASSERT_WAYS(by_hand, to_db);
	str_addf(&both, "%s---\n%s", by_hand, HOST("{to: 192.168.2.0/24}"));
	ASSERT_WAYS(both.buf, by_node01);
	str_release(&both);
}

/* A server bound to 127.0.0.1 hears its own pod, and nobody else (kubernetes/kubernetes#16224). */
static void
bound_to_loopback(void **state)
{
	static const char servers[] =
		"apiVersion: v1\nkind: Pod\nmetadata: {name: by-env}\nspec: {nodeName: node01, containers: [{name: c, image: app, "
		"env: [{name: BIND, value: 127.0.0.1}], ports: [{containerPort: 8080}]}]}\n"
		"---\napiVersion: v1\nkind: Pod\nmetadata: {name: by-option}\nspec: {nodeName: node01, containers: [{name: c, "
		"image: 'python:3', command: [python3, -m, http.server, '8080', --bind, 127.0.0.1]}]}\n"
		"---\napiVersion: v1\nkind: Pod\nmetadata: {name: open}\nspec: {nodeName: node01, containers: [{name: c, "
		"image: app, env: [{name: BIND, value: 0.0.0.0}], ports: [{containerPort: 8080}]}]}\n";
	static const struct way ways[] = {
		{ "pod/web", "pod/by-env:8080", VERDICT_REFUSED, "Pod" },
		{ "pod/web", "pod/by-option:8080", VERDICT_REFUSED, "Pod" },
		{ "pod/by-env", "127.0.0.1:8080", VERDICT_ANSWERED, NULL },
		{ "pod/by-option", "127.0.0.1:8080", VERDICT_ANSWERED, NULL },
		{ "pod/web", "pod/open:8080", VERDICT_ANSWERED, NULL },
	};

	(void)state;
	ASSERT_WAYS(servers, ways);
}

#define POLICY(name, spec) \
	"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: " name "}\nspec: " spec "\n"

static void
policies(void **state)
{
	static const char deny[] = POLICY("web-deny-all", "{podSelector: {matchLabels: {app: web}}, ingress: []}");
	static const struct way denied[] = {
		{ "pod/other", "pod/web:80", VERDICT_DROPPED, "NetworkPolicy" },
		{ "pod/other", "pod/web:81", VERDICT_DROPPED, "NetworkPolicy" },	/* whatever listens there */
		{ "external", "pod/web:80", VERDICT_DROPPED, "NetworkPolicy" },
		{ "node/node01", "pod/web:80", VERDICT_DROPPED, "NetworkPolicy" },
		{ "node/node02", "pod/web:80", VERDICT_ANSWERED, NULL },	/* its own node's probes must pass */
		{ "pod/web", "pod/other:80", VERDICT_ANSWERED, NULL },	/* answers come in */
	};
	static const char by_namespace[] = POLICY("web-allow-prod", "{podSelector: {matchLabels: {app: web}}, "
		"ingress: [{from: [{namespaceSelector: {matchLabels: {purpose: production}}}]}]}");
	static const struct way production[] = {
		{ "pod/prod/client", "pod/web:80", VERDICT_ANSWERED, NULL },
		{ "pod/dev/client", "pod/web:80", VERDICT_DROPPED, "NetworkPolicy" },
		{ "pod/other", "pod/web:80", VERDICT_DROPPED, "NetworkPolicy" },
	};
	static const char named[] = POLICY("web-named", "{podSelector: {matchLabels: {app: web}}, "
		"ingress: [{ports: [{port: web}, {port: 8000, endPort: 8002}]}]}");
	static const struct way ports[] = {
		{ "pod/other", "pod/web:80", VERDICT_ANSWERED, NULL },
		{ "pod/other", "pod/web:8002", VERDICT_REFUSED, NULL },
		{ "pod/other", "pod/web:8003", VERDICT_DROPPED, "NetworkPolicy" },
	};
	static const char egress[] = POLICY("no-egress", "{podSelector: {matchLabels: {app: other}}, "
		"policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 192.168.0.0/16, except: [192.168.2.0/24]}}]}]}");
	static const struct way blocks[] = {
		{ "pod/other", "pod/prod/client:80", VERDICT_ANSWERED, NULL },
		{ "pod/other", "pod/web:80", VERDICT_DROPPED, "NetworkPolicy" },
		{ "pod/other", "8.8.8.8:53", VERDICT_DROPPED, "NetworkPolicy" },
		{ "pod/web", "pod/other:80", VERDICT_ANSWERED, NULL },
	};

	(void)state;
	ASSERT_WAYS(deny, denied);
	ASSERT_WAYS(by_namespace, production);
	ASSERT_WAYS(named, ports);
	ASSERT_WAYS(egress, blocks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_that_are_off),
		cmocka_unit_test(rules_of_a_stopped_proxy),
		cmocka_unit_test(routes_of_hosts),
		cmocka_unit_test(half_a_connection_is_invalid),
		cmocka_unit_test(errors_go_back_by_the_nodes_that_translated),
		cmocka_unit_test(a_route_that_is_none_is_refused),
		cmocka_unit_test(outside_and_back),
		cmocka_unit_test(bound_to_loopback),
		cmocka_unit_test(policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
