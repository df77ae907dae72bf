/*
 * The machines: kube-proxy's settings, and what nodes have of their own.  Node i has 172.30.i.2 and pods of 192.168.i.0/24; with two
 * families fd30::i:2 and fd10:0:0:i::/64, too.
 */
#include "draw.h"

#include <string.h>

static const char *
node_port_addresses(struct draw *d)
{
	return DRAW_ONE(d, "", "", "", "", "primary", "172.30.0.0/16", "192.168.0.0/16", "127.0.0.0/8", "172.30.1.2/32, 127.0.0.1/32",
		"0.0.0.0/0", "'::/0'", "'fd30::/64'", "'fd30::/64', 172.30.0.0/16", "198.19.0.0/16");
}

static void
detector(struct draw *d)
{
	static const char *const detectors[] = { "", "", "", "detectLocalMode: NodeCIDR\n",
		"detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: cni0}\n",
		"detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: docker0}\n",
		"detectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: cni}\n",
		"detectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: vet}\n", "clusterCIDR: ''\n",
		"clusterCIDR: 192.168.0.0/23\n", NULL };

	str_add(d->yaml, draw_word(d, detectors));
}

void
draw_settings(struct draw *d)
{
	const char *addresses = node_port_addresses(d);

	str_add(d->yaml, "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n");
	if (d->dual_stack)
		str_add(d->yaml, DRAW_ONE(d, "networking: {serviceSubnet: '10.96.0.0/12,fd96::/108', podSubnet: '192.168.0.0/16,fd10::/48'}\n",
			"networking: {serviceSubnet: 'fd96::/108,10.96.0.0/12', podSubnet: 'fd10::/48,192.168.0.0/16'}\n"));
	if (draw_sometimes(d, 50))
		str_add(d->yaml, "controllerManager: {extraArgs: [{name: cloud-provider, value: external}]}\n");
	str_add(d->yaml, "---\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n");
	detector(d);
	if (*addresses)
		str_addf(d->yaml, "nodePortAddresses: [%s]\n", addresses);
	if (draw_sometimes(d, 10))
		str_add(d->yaml, "conntrack: {tcpBeLiberal: true}\n");
	str_addf(d->yaml, "iptables: {masqueradeAll: %s, masqueradeBit: %s, localhostNodePorts: %s}\n---\n",
		DRAW_ONE(d, "false", "false", "false", "true"), DRAW_ONE(d, "14", "14", "14", "0", "31"),
		DRAW_ONE(d, "true", "true", "true", "false"));
}

/* What an administrator might have put there with iptables. */
static const char *
own_rules(struct draw *d)
{
	static const char *const rules[] = {
		"*filter\n-A INPUT -s 203.0.113.10/32 -j DROP\nCOMMIT\n",
		"*filter\n-A INPUT -p tcp -m multiport --dports 30080:30082,10250 -j DROP\nCOMMIT\n",
		"*filter\n-A INPUT -s 172.30.0.0/16 -p tcp -m tcp --dport 10250 -j REJECT --reject-with tcp-reset\nCOMMIT\n",
		"*filter\n-A FORWARD -p tcp -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable\nCOMMIT\n",
		"*filter\n-A FORWARD -i eth0 -m state --state NEW -j DROP\nCOMMIT\n",
		"*filter\n-A FORWARD -s 192.168.1.0/24 -d 192.168.2.0/24 -j DROP\nCOMMIT\n",
		"*filter\n-A FORWARD ! -i cni0 -p udp -m udp --dport 53 -j REJECT --reject-with icmp-port-unreachable\nCOMMIT\n",
		"*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT\n"
			"-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n",
		"*filter\n-A OUTPUT -d 10.96.0.0/12 -p tcp -j REJECT --reject-with tcp-reset\nCOMMIT\n",
		"*filter\n-A OUTPUT -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 10250 -j DROP\nCOMMIT\n",
		"*raw\n-A PREROUTING -p tcp -m tcp --dport 30081 -j DROP\nCOMMIT\n",
		"*mangle\n-A PREROUTING -d 10.96.0.0/12 -i cni0 -p udp -j DROP\nCOMMIT\n",
		"*mangle\n-A POSTROUTING -m mark --mark 0x4000/0x4000 -j DROP\nCOMMIT\n",
		"*nat\n-A POSTROUTING -s 192.168.0.0/16 ! -d 192.168.0.0/16 -j MASQUERADE\nCOMMIT\n",
		"*nat\n-A PREROUTING -p tcp -m tcp --dport 30999 -j DNAT --to-destination 192.168.1.10:80\nCOMMIT\n",
		"*nat\n-A OUTPUT -d 10.96.0.0/12 -p tcp -m tcp --dport 81 -j DNAT --to-destination 192.168.1.10:80\nCOMMIT\n",
		"*nat\n-A PREROUTING -d 10.96.0.0/12 -p tcp -m tcp --dport 80 -j ACCEPT\nCOMMIT\n",
		NULL,
	};

	return draw_word(d, rules);
}

static void
block(struct draw *d, const char *field, const char *text)
{
	str_addf(d->yaml, "  %s: |\n", field);
	while (*text) {
		size_t len = strcspn(text, "\n") + 1;

		str_addf(d->yaml, "    %.*s", (int)len, text);
		text += len;
	}
}

/* kube-proxy was stopped when there was one Service with one endpoint; the rules of then stay. */
static void
stopped(struct draw *d, unsigned i)
{
	str_add(d->yaml, "  services: {kube-proxy: stopped}\n");
	if (draw_sometimes(d, 20))
		return;		/* it never ran */
	str_addf(d->yaml, "  staleObjects:\n  - apiVersion: v1\n    kind: Node\n    metadata: {name: n%u}\n"
		"    spec: {podCIDR: 192.168.%u.0/24, podCIDRs: [192.168.%u.0/24]}\n"
		"    status: {addresses: [{type: InternalIP, address: 172.30.%u.2}]}\n", i, i, i, i);
	str_add(d->yaml, "  - apiVersion: v1\n    kind: Service\n    metadata: {name: s0, namespace: default}\n"
		"    spec: {type: NodePort, clusterIP: 10.96.1.10, clusterIPs: [10.96.1.10], ipFamilies: [IPv4], internalTrafficPolicy: Cluster,"
		" externalTrafficPolicy: Cluster, ports: [{name: p0, port: 80, targetPort: 80, protocol: TCP, nodePort: 30080}]}\n"
		"  - apiVersion: discovery.k8s.io/v1\n    kind: EndpointSlice\n"
		"    metadata: {name: s0-0, namespace: default, labels: {kubernetes.io/service-name: s0}}\n    addressType: IPv4\n"
		"    ports: [{name: p0, port: 80, protocol: TCP}]\n"
		"    endpoints: [{addresses: [192.168.1.10], nodeName: n1, conditions: {ready: true},"
		" targetRef: {kind: Pod, namespace: default, name: p0}}]\n");
}

static void
host(struct draw *d, unsigned i)
{
	str_addf(d->yaml, "apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: n%u}\nspec:\n  nfacct: [%s]\n", i,
		DRAW_ONE(d, "", "", "ct_state_invalid_dropped_pkts, localhost_nps_accepted_pkts", "localhost_nps_accepted_pkts"));
	str_addf(d->yaml, "  iptables: {randomFully: %s}\n", DRAW_ONE(d, "true", "true", "false"));
	if (draw_sometimes(d, 30))
		str_addf(d->yaml, d->dual_stack ? "  localAddresses: [198.19.0.%u, 'fd31::%u']\n" : "  localAddresses: [198.19.0.%u]\n", i, i);
	if (draw_sometimes(d, 20))
		block(d, "rules", own_rules(d));
	if (draw_sometimes(d, 20))
		block(d, "appendedRules", own_rules(d));
	if (draw_sometimes(d, 10))
		str_addf(d->yaml, "  routes: [{to: 192.168.%u.0/24%s}]\n", i % 3 + 1, DRAW_ONE(d, "", i > 1 ? ", via: 172.30.1.2" : ""));
	if (draw_sometimes(d, 12))
		stopped(d, i);
	str_add(d->yaml, "---\n");
}

void
draw_node(struct draw *d, unsigned i)
{
	host(d, i);
	str_addf(d->yaml, "apiVersion: v1\nkind: Node\nmetadata: {name: n%u, labels: {topology.kubernetes.io/zone: z%u}}\n", i,
		i % DRAW_ZONES);
	if (d->dual_stack)
		str_addf(d->yaml, "spec: {podCIDR: 192.168.%u.0/24, podCIDRs: [192.168.%u.0/24, 'fd10:0:0:%u::/64']}\n"
			"status: {addresses: [{type: InternalIP, address: 172.30.%u.2}, {type: InternalIP, address: 'fd30::%u:2'}], ", i, i, i,
			i, i);
	else
		str_addf(d->yaml, "spec: {podCIDR: 192.168.%u.0/24, podCIDRs: [192.168.%u.0/24]}\n"
			"status: {addresses: [{type: InternalIP, address: 172.30.%u.2}], ", i, i, i);
	str_add(d->yaml, "conditions: [{type: Ready, status: 'True'}]}\n---\n");
}
