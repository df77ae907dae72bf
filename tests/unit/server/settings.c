/* Settings documents: kubeadm's, kube-proxy's, MetalLB's pool and NodeHost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"
#include "server/settings.h"

struct fixture {
	struct settings settings;
	struct arena arena;
	struct err err;
};

static int
setup(void **state)
{
	struct fixture *fixture = xcalloc(1, sizeof *fixture);

	settings_init(&fixture->settings);
	*state = fixture;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *fixture = *state;

	settings_release(&fixture->settings);
	arena_release(&fixture->arena);
	err_release(&fixture->err);
	free(fixture);
	return 0;
}

static int
read_text(struct fixture *fixture, const char *text)
{
	value_vec documents = VEC_INIT;
	int failed = 0;

	assert_int_equal(yaml_read("c.yaml", text, strlen(text), NULL, &fixture->arena, &documents, &fixture->err), 0);
	for (size_t i = 0; !failed && i < documents.n; i++) {
		assert_true(settings_owns(documents.v[i]));
		failed = settings_read(&fixture->settings, "c.yaml", documents.v[i], &fixture->err);
	}
	vec_release(&documents);
	return failed;
}

/* Our own document: the words of its one field. */
static void
addons_say_whether_there_is_a_gateway_api(void **state)
{
	static const char addons[] = "apiVersion: svcsim/v1\nkind: Addons\nspec: {gatewayAPI: %s}\n";
	struct fixture *fixture = *state;
	char *text = xasprintf(addons, "standard");

	assert_false(fixture->settings.gateway_api);
	assert_int_equal(read_text(fixture, text), 0);
	assert_true(fixture->settings.gateway_api);
	free(text);
	text = xasprintf(addons, "none");
	assert_int_equal(read_text(fixture, text), 0);
	assert_false(fixture->settings.gateway_api);
	free(text);
	text = xasprintf(addons, "experimental");
	assert_int_equal(read_text(fixture, text), -1);
	assert_string_equal(fixture->err.text, "must be standard or none");
	assert_int_equal(fixture->err.line, 3);
	free(text);
}

static void
assert_cidr(const struct cidr *cidr, const char *expected)
{
	char text[IP_TEXT];

	assert_string_equal(cidr_format(cidr, text), expected);
}

static void
defaults_are_kubeadms(void **state)
{
	const struct settings *settings = &((struct fixture *)*state)->settings;

	assert_string_equal(settings->kubernetes_version, "v1.32.13");
	assert_cidr(&settings->service_subnets[0], "10.96.0.0/12");
	assert_int_equal(settings->service_subnets[1].ip.family, IP_NONE);
	assert_int_equal(settings->node_port_first, 30000);
	assert_int_equal(settings->node_port_last, 32767);
	assert_int_equal(settings->cloud, CLOUD_NONE);
	assert_true(settings->proxy.localhost_node_ports);
	assert_int_equal(settings->proxy.masquerade_bit, 14);
	assert_true(settings_host(settings, "any").random_fully);
	assert_true(settings_host(settings, "any").nfacct_invalid);
}

static void
both_versions_of_kubeadm_are_read(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(read_text(fixture,
				 "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: "
				 "v1.32.1\nclusterName: lab\n"
				 "networking: {dnsDomain: lab.local, serviceSubnet: '10.43.0.0/16,fd00:43::/112', "
				 "podSubnet: 10.42.0.0/16}\n"
				 "apiServer: {extraArgs: [{name: service-node-port-range, value: 20000-22767}]}\n"
				 "controllerManager: {extraArgs: [{name: cloud-provider, value: external}]}\n"),
		0);
	assert_string_equal(fixture->settings.dns_domain, "lab.local");
	assert_cidr(&fixture->settings.service_subnets[1], "fd00:43::/112");
	assert_int_equal(fixture->settings.node_port_first, 20000);
	assert_int_equal(fixture->settings.node_port_last, 22767);
	assert_int_equal(fixture->settings.cloud, CLOUD_EXTERNAL);
	assert_cidr(&fixture->settings.balancer_pool, "203.0.113.64/26");
	assert_cidr(&fixture->settings.proxy.cluster_cidr[0], "10.42.0.0/16");
	assert_int_equal(read_text(fixture,
				 "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\n"
				 "apiServer: {extraArgs: {service-node-port-range: 30000+9}}\n"),
		0);
	assert_int_equal(fixture->settings.node_port_last, 30009);
	assert_int_equal(fixture->settings.documents.n, 2);
}

static void
kube_proxy_is_read(void **state)
{
	struct fixture *fixture = *state;
	const struct proxy_settings *proxy = &fixture->settings.proxy;

	assert_int_equal(read_text(fixture,
				 "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: "
				 "nftables\nclusterCIDR: ''\n"
				 "detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: "
				 "cni0}\nnodePortAddresses: [primary, 10.0.0.0/8]\n"
				 "iptables: {localhostNodePorts: false}\nnftables: {masqueradeBit: 15, masqueradeAll: "
				 "true}\nconntrack: {tcpBeLiberal: true}\n"),
		0);
	assert_int_equal(proxy->mode, PROXY_NFTABLES);
	assert_int_equal(proxy->detect_local, DETECT_BRIDGE);
	assert_string_equal(proxy->bridge_interface, "cni0");
	assert_int_equal(proxy->nnode_port_addresses, 2);
	assert_string_equal(proxy->node_port_addresses[0], "primary");
	assert_false(proxy->localhost_node_ports);
	assert_true(proxy->tcp_be_liberal);
	assert_true(proxy->masquerade_all);
	assert_int_equal(proxy->masquerade_bit, 15);
	assert_int_equal(proxy->cluster_cidr[0].ip.family, IP_NONE);
	/* what kube-proxy says itself is not overwritten by kubeadm's podSubnet */
	assert_int_equal(read_text(fixture,
				 "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking: "
				 "{podSubnet: 10.0.0.0/8}\n"),
		0);
	assert_int_equal(proxy->cluster_cidr[0].ip.family, IP_NONE);
}

static void
a_node_says_what_its_host_has(void **state)
{
	struct fixture *fixture = *state;
	struct node_host host;

	assert_int_equal(read_text(fixture,
				 "apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: n1}\nspec: {localAddresses: "
				 "[10.0.0.1, 'fd00::1'], "
				 "iptables: {randomFully: false}, nfacct: [ct_state_invalid_dropped_pkts], services: "
				 "{kube-proxy: stopped}, rules: '*filter'}\n"),
		0);
	host = settings_host(&fixture->settings, "n1");
	assert_int_equal(host.nlocal_addresses, 2);
	assert_int_equal(host.local_addresses[1].family, IP_V6);
	assert_false(host.random_fully);
	assert_true(host.nfacct_invalid);
	assert_false(host.nfacct_localhost);
	assert_true(host.proxy_stopped);
	assert_false(host.kubelet_stopped);
	assert_string_equal(host.rules, "*filter");
	assert_false(settings_host(&fixture->settings, "n2").proxy_stopped);
}

static void
a_pool_is_a_cidr_or_a_range(void **state)
{
	struct fixture *fixture = *state;
	char text[IP_TEXT];

	assert_int_equal(read_text(fixture,
				 "apiVersion: metallb.io/v1beta1\nkind: IPAddressPool\nmetadata: {name: p}\nspec: "
				 "{addresses: [172.30.9.1-172.30.9.20]}\n"),
		0);
	assert_int_equal(fixture->settings.cloud, CLOUD_METALLB);
	assert_string_equal(ip_format(&fixture->settings.balancer_first, text), "172.30.9.1");
	assert_string_equal(ip_format(&fixture->settings.balancer_last, text), "172.30.9.20");
	assert_cidr(&fixture->settings.balancer_pool, "172.30.9.0/27");
	assert_int_equal(read_text(fixture,
				 "apiVersion: metallb.io/v1beta1\nkind: IPAddressPool\nmetadata: {name: p}\nspec: "
				 "{addresses: [172.30.8.0/30]}\n"),
		0);
	assert_string_equal(ip_format(&fixture->settings.balancer_last, text), "172.30.8.3");
}

static const struct {
	const char *text, *error;
	unsigned line, column;
} refused[] = {
	{ "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: iptable\n",
		"must be one of: iptables, nftables, ipvs", 3, 7 },
	{ "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\niptables:\n  masqueradeBit: "
	  "32\n",
		"must be within the range [0, 31]", 4, 18 },
	{ "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCidr: 10.0.0.0/8\n",
		"unknown field \"clusterCidr\"", 3, 14 },
	{ "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking:\n  serviceSubnet: 10.96.0.0\n",
		"must be one CIDR, or two of different families with a comma between them", 4, 18 },
	{ "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n    "
	  "service-node-port-range: 32767-30000\n",
		"must be a range of ports such as 30000-32767", 5, 30 },
	{ "apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: a}\nspec:\n  services:\n    kube-proxi: stopped\n",
		"only kube-proxy and kubelet can be stopped or running", 6, 17 },
	{ "apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: a}\nspec:\n  localAddresses: [10.0.0]\n",
		"must be an IP address", 5, 20 },
};

static void
faults_are_told_with_their_place(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		assert_int_equal(read_text(fixture, refused[i].text), -1);
		assert_string_equal(fixture->err.text, refused[i].error);
		assert_string_equal(fixture->err.file, "c.yaml");
		assert_int_equal(fixture->err.line, refused[i].line);
		assert_int_equal(fixture->err.column, refused[i].column);
	}
	assert_int_equal(fixture->settings.documents.n, 0);
	assert_int_equal(fixture->settings.hosts.n, 0);
	assert_int_equal(fixture->settings.node_port_last, 32767);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(defaults_are_kubeadms, setup, teardown),
		cmocka_unit_test_setup_teardown(both_versions_of_kubeadm_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(kube_proxy_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(a_node_says_what_its_host_has, setup, teardown),
		cmocka_unit_test_setup_teardown(addons_say_whether_there_is_a_gateway_api, setup, teardown),
		cmocka_unit_test_setup_teardown(a_pool_is_a_cidr_or_a_range, setup, teardown),
		cmocka_unit_test_setup_teardown(faults_are_told_with_their_place, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
