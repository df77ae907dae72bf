/*
 * Nothing is made by controllers here, so that every combination of an endpoint's conditions, hints and places comes up; pod i is
 * called pI, has the addresses .10+i of its node, and listens on the ports that its annotation says, or on its loopback only.
 */
#include "draw.h"

static void
pod(struct draw *d, unsigned i)
{
	struct drawn_pod *pod = &d->pods[d->npods++];

	pod->node = 1 + draw_below(d, d->nodes);
	pod->host_network = draw_sometimes(d, 15);
	str_addf(d->yaml, "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p%u\n  namespace: default\n  uid: p%u\n", i, i);
	if (draw_sometimes(d, 85))
		str_addf(d->yaml, "  annotations: {svcsim/listen: '%s'}\nspec:\n  nodeName: n%u\n  hostNetwork: %s\n"
			"  containers: [{name: c, image: example/server}]\n", DRAW_ONE(d, "80,8080,80/udp,53/udp,80/sctp", "80", "53/udp,80"),
			pod->node, pod->host_network ? "true" : "false");
	else
		str_addf(d->yaml, "spec:\n  nodeName: n%u\n  hostNetwork: %s\n  containers: [{name: c, image: python, "
			"command: [python3, -m, http.server, '80', --bind, 127.0.0.1]}]\n", pod->node, pod->host_network ? "true" : "false");
	if (pod->host_network)
		str_addf(d->yaml, "status: {phase: Running, podIP: 172.30.%u.2, podIPs: [{ip: 172.30.%u.2}]}\n---\n", pod->node, pod->node);
	else if (d->dual_stack)
		str_addf(d->yaml, "status: {phase: Running, podIP: 192.168.%u.%u, podIPs: [{ip: 192.168.%u.%u}, {ip: 'fd10:0:0:%u::%u'}]}\n---\n",
			pod->node, 10 + i, pod->node, 10 + i, pod->node, 10 + i);
	else
		str_addf(d->yaml, "status: {phase: Running, podIP: 192.168.%u.%u, podIPs: [{ip: 192.168.%u.%u}]}\n---\n", pod->node, 10 + i,
			pod->node, 10 + i);
}

/* ---- EndpointSlices ---- */

static void
endpoint_of_pod(struct draw *d, unsigned i, bool v6)
{
	const struct drawn_pod *pod = &d->pods[i];

	if (v6 && pod->host_network)
		str_addf(d->yaml, "- addresses: ['fd30::%u:2']\n", pod->node);
	else if (v6)
		str_addf(d->yaml, "- addresses: ['fd10:0:0:%u::%u']\n", pod->node, 10 + i);
	else if (pod->host_network)
		str_addf(d->yaml, "- addresses: [172.30.%u.2]\n", pod->node);
	else
		str_addf(d->yaml, "- addresses: [192.168.%u.%u]\n", pod->node, 10 + i);
	str_addf(d->yaml, "  targetRef: {kind: Pod, namespace: default, name: p%u}\n", i);
	if (draw_sometimes(d, 90))
		str_addf(d->yaml, "  nodeName: n%u\n", pod->node);
	str_addf(d->yaml, "  zone: z%u\n", pod->node % DRAW_ZONES);
}

/* Of a pod that has gone, and of somebody outside. */
static void
endpoint_of_nobody(struct draw *d, bool v6)
{
	if (draw_sometimes(d, 50))
		str_addf(d->yaml, "- addresses: ['%s']\n  nodeName: n1\n  targetRef: {kind: Pod, namespace: default, name: gone}\n",
			v6 ? "fd10:0:0:1::99" : "192.168.1.99");
	else
		str_addf(d->yaml, "- addresses: ['%s']\n", v6 ? "2001:db8:cccc::7" : "198.51.100.77");
}

static void
conditions(struct draw *d)
{
	str_addf(d->yaml, "  conditions: {%s}\n", DRAW_ONE(d, "ready: true", "ready: true, serving: true, terminating: false", "ready: true, serving: true",
		"", "ready: false, serving: true, terminating: true", "ready: false, serving: false, terminating: true",
		"ready: false, serving: false, terminating: false", "ready: false", "ready: true, serving: true, terminating: true"));
}

static void
slice(struct draw *d, unsigned service, unsigned part, unsigned nports, const char *const *protocols, bool v6)
{
	bool hinted = draw_sometimes(d, 25), calm = draw_sometimes(d, 50);
	unsigned endpoints = 0;

	str_addf(d->yaml, "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: s%u-%s%u\n  namespace: default\n"
		"  labels: {kubernetes.io/service-name: s%u}\naddressType: %s\nports:\n", service, v6 ? "v6-" : "", part, service,
		v6 ? "IPv6" : "IPv4");
	for (unsigned i = 0; i < nports; i++)
		str_addf(d->yaml, "- {name: %s%u, port: %s, protocol: %s}\n", draw_sometimes(d, 95) ? "p" : "other", i,
			DRAW_ONE(d, "80", "80", "80", "53", "8080", "9"), protocols[i]);
	str_add(d->yaml, "endpoints:\n");
	for (unsigned i = 0; i < d->npods; i++) {
		if (!draw_sometimes(d, 35) || endpoints == 4)
			continue;
		endpoints++;
		if (draw_sometimes(d, 95))
			endpoint_of_pod(d, i, v6);
		else
			endpoint_of_nobody(d, v6);
		if (!calm)
			conditions(d);
		if (hinted && draw_sometimes(d, 90))
			str_addf(d->yaml, "  hints: {forZones: [{name: %s}]}\n", DRAW_ONE(d, "z0", "z1", "z2"));
	}
	if (!endpoints)
		str_truncate(d->yaml, d->yaml->len - 1), str_add(d->yaml, " []\n");
	str_add(d->yaml, "---\n");
}

/* ---- Services ---- */

static void
ports(struct draw *d, unsigned n, const char *const *protocols, bool opens)
{
	bool one_number = draw_sometimes(d, 50);

	str_add(d->yaml, "  ports:\n");
	for (unsigned i = 0; i < n; i++) {
		str_addf(d->yaml, "  - {name: p%u, port: %u, targetPort: 80, protocol: %s", i, one_number ? 80 : 80 + 1000 * i, protocols[i]);
		if (opens)
			str_addf(d->yaml, ", nodePort: %u", d->node_port + (one_number ? 0 : i));
		str_add(d->yaml, "}\n");
	}
	d->node_port += n;
}

static void
external_ips(struct draw *d, unsigned i)
{
	if (d->dual_stack && draw_sometimes(d, 50))
		str_addf(d->yaml, "  externalIPs: [198.51.100.%u, '2001:db8:bbbb::%u']\n", 10 + i, 10 + i);
	else if (draw_sometimes(d, 15))
		str_addf(d->yaml, "  externalIPs: [172.30.%u.2]\n", 1 + draw_below(d, d->nodes));
	else
		str_addf(d->yaml, "  externalIPs: [198.51.100.%u]\n", 10 + i);
}

static void
balancer(struct draw *d, unsigned i)
{
	str_addf(d->yaml, "status:\n  loadBalancer:\n    ingress:\n    - {ip: 203.0.113.%u, ipMode: %s}\n", 70 + i,
		DRAW_ONE(d, "VIP", "VIP", "VIP", "Proxy"));
	if (d->dual_stack && draw_sometimes(d, 50))
		str_addf(d->yaml, "    - {ip: '2001:db8:aaaa::%u'}\n", 10 + i);
	if (draw_sometimes(d, 20))
		str_addf(d->yaml, "    - {ip: 203.0.113.%u}\n", 90 + i);
}

static void
source_ranges(struct draw *d)
{
	str_addf(d->yaml, "  loadBalancerSourceRanges: [%s]\n", DRAW_ONE(d, "203.0.113.0/24", "203.0.113.33/32", "192.168.0.0/16", "172.30.0.0/16",
		"198.51.100.0/24, 192.168.1.0/24", "0.0.0.0/0", "'fd10::/48'", "'2001:db8::/32', 203.0.113.34/32", "' 172.30.1.0/24'"));
}

static void
policies(struct draw *d, unsigned type)
{
	str_addf(d->yaml, "  internalTrafficPolicy: %s\n", DRAW_ONE(d, "Cluster", "Cluster", "Local"));
	if (type)
		str_addf(d->yaml, "  externalTrafficPolicy: %s\n", DRAW_ONE(d, "Cluster", "Local"));
	if (draw_sometimes(d, 25))
		str_addf(d->yaml, "  sessionAffinity: ClientIP\n  sessionAffinityConfig: {clientIP: {timeoutSeconds: %s}}\n",
			DRAW_ONE(d, "10800", "60", "86400"));
}

static void
service(struct draw *d, unsigned i)
{
	static const char *const types[] = { "ClusterIP", "NodePort", "LoadBalancer", "LoadBalancer" };
	unsigned type = draw_below(d, 4), nports = 1 + draw_below(d, 3), slices = 1 + draw_below(d, 2);
	const char *const protocols[] = { "TCP", DRAW_ONE(d, "UDP", "UDP", "SCTP"), "SCTP" };
	bool both = d->dual_stack && draw_sometimes(d, 60), v6 = d->dual_stack && !both && draw_sometimes(d, 40);

	str_addf(d->yaml, "apiVersion: v1\nkind: Service\nmetadata: {name: s%u, namespace: default, uid: s%u}\nspec:\n  type: %s\n", i, i,
		types[type]);
	str_addf(d->yaml, both ? "  clusterIP: 10.96.1.%u\n  clusterIPs: [10.96.1.%u, 'fd96::%u']\n  ipFamilies: [IPv4, IPv6]\n"
		: v6 ? "  clusterIP: 'fd96::%u'\n  clusterIPs: ['fd96::%u']\n  ipFamilies: [IPv6]\n"
		: "  clusterIP: 10.96.1.%u\n  clusterIPs: [10.96.1.%u]\n  ipFamilies: [IPv4]\n", 10 + i, 10 + i, 10 + i);
	policies(d, type);
	if (draw_sometimes(d, 25))
		external_ips(d, i);
	if (type >= 2 && draw_sometimes(d, 50))
		source_ranges(d);
	if (type >= 2 && draw_sometimes(d, 50))
		str_addf(d->yaml, "  healthCheckNodePort: %u\n", 31000 + i);
	ports(d, nports, protocols, type == 1 || (type >= 2 && draw_sometimes(d, 80)));
	if (type >= 2)
		balancer(d, i);
	str_add(d->yaml, "---\n");
	for (unsigned part = 0; part < slices; part++) {
		if (!v6)
			slice(d, i, part, nports, protocols, false);
		if (both || v6)
			slice(d, i, part, nports, protocols, true);
	}
}

void
draw_stored(struct draw *d)
{
	for (unsigned i = 0, n = 2 + draw_below(d, 7); i < n; i++)
		pod(d, i);
	for (unsigned i = 0, n = 2 + draw_below(d, 4); i < n; i++)
		service(d, i);
}
