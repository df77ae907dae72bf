#include "server/proxyconfig.h"

#include <string.h>

#include "api/yaml.h"

static const char config_map[] =
	"apiVersion: v1\n"
	"kind: ConfigMap\n"
	"metadata: {name: kube-proxy, namespace: kube-system, labels: {app: kube-proxy}}\n"
	"data:\n"
	"  config.conf: |-\n";

static const char kubeconfig[] =
	"  kubeconfig.conf: |-\n"
	"    apiVersion: v1\n"
	"    kind: Config\n"
	"    clusters:\n"
	"    - cluster:\n"
	"        certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt\n"
	"        server: https://172.30.1.2:6443\n"
	"      name: default\n"
	"    contexts:\n"
	"    - context:\n"
	"        cluster: default\n"
	"        namespace: default\n"
	"        user: default\n"
	"      name: default\n"
	"    current-context: default\n"
	"    users:\n"
	"    - name: default\n"
	"      user:\n"
	"        tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token\n";

static const char head[] =
	"apiVersion: kubeproxy.config.k8s.io/v1alpha1\n"
	"bindAddress: 0.0.0.0\n"
	"bindAddressHardFail: false\n"
	"clientConnection:\n"
	"  acceptContentTypes: \"\"\n"
	"  burst: 0\n"
	"  contentType: \"\"\n"
	"  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf\n"
	"  qps: 0\n";

static const char tail[] =
	"oomScoreAdj: null\n"
	"portRange: \"\"\n"
	"showHiddenMetricsForVersion: \"\"\n"
	"winkernel:\n"
	"  enableDSR: false\n"
	"  forwardHealthCheckVip: false\n"
	"  networkName: \"\"\n"
	"  rootHnsEndpointName: \"\"\n"
	"  sourceVip: \"\"\n";

static const char *
yes_no(bool yes)
{
	return yes ? "true" : "false";
}

static void
write_cidrs(const struct proxy_settings *proxy, struct str *out)
{
	char text[IP_TEXT];
	bool any = false;

	str_add(out, "clusterCIDR: ");
	for (size_t i = 0; i < 2; i++)
		if (proxy->cluster_cidr[i].ip.family != IP_NONE) {
			str_addf(out, "%s%s", any ? "," : "", cidr_format(&proxy->cluster_cidr[i], text));
			any = true;
		}
	str_add(out, any ? "\n" : "\"\"\n");
}

/* The mode that masqueradeAll and masqueradeBit are of has them, the other none. */
static void
write_masquerade(const struct proxy_settings *proxy, bool own, struct str *out)
{
	str_addf(out, "  masqueradeAll: %s\n", yes_no(own && proxy->masquerade_all));
	if (own && proxy->masquerade_bit != 14)
		str_addf(out, "  masqueradeBit: %d\n", proxy->masquerade_bit);
	else
		str_add(out, "  masqueradeBit: null\n");
	str_add(out, "  minSyncPeriod: 0s\n  syncPeriod: 0s\n");
}

static void
write_detector(const struct proxy_settings *proxy, struct str *out)
{
	static const char *const detectors[] = { "", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix" };

	str_addf(out, "detectLocal:\n  bridgeInterface: \"%s\"\n  interfaceNamePrefix: \"%s\"\ndetectLocalMode: \"%s\"\n",
		proxy->bridge_interface, proxy->interface_prefix, detectors[proxy->detect_local]);
}

/* config.conf itself, its keys by the alphabet. */
static void
write_config(const struct settings *settings, struct str *out)
{
	const struct proxy_settings *proxy = &settings->proxy;
	bool nftables = proxy->mode == PROXY_NFTABLES, rr = strcmp(proxy->ipvs_scheduler, "rr") == 0;

	str_add(out, head);
	write_cidrs(proxy, out);
	str_addf(out, "configSyncPeriod: 0s\nconntrack:\n  maxPerCore: null\n  min: null\n  tcpBeLiberal: %s\n"
		"  tcpCloseWaitTimeout: null\n  tcpEstablishedTimeout: null\n  udpStreamTimeout: 0s\n  udpTimeout: 0s\n",
		yes_no(proxy->tcp_be_liberal));
	write_detector(proxy, out);
	str_addf(out, "enableProfiling: false\nhealthzBindAddress: \"\"\nhostnameOverride: \"\"\niptables:\n"
		"  localhostNodePorts: %s\n", proxy->localhost_node_ports ? "null" : "false");
	write_masquerade(proxy, !nftables, out);
	str_addf(out, "ipvs:\n  excludeCIDRs: null\n  minSyncPeriod: 0s\n  scheduler: \"%s\"\n  strictARP: false\n"
		"  syncPeriod: 0s\n  tcpFinTimeout: 0s\n  tcpTimeout: 0s\n  udpTimeout: 0s\n"
		"kind: KubeProxyConfiguration\nlogging:\n  flushFrequency: 0\n  options:\n    json:\n"
		"      infoBufferSize: \"0\"\n    text:\n      infoBufferSize: \"0\"\n  verbosity: 0\n"
		"metricsBindAddress: \"\"\n", rr ? "" : proxy->ipvs_scheduler);
	str_addf(out, "mode: %s\nnftables:\n", proxy->mode == PROXY_IPTABLES ? "\"\"" : proxy_mode_name(proxy->mode));
	write_masquerade(proxy, nftables, out);
	str_add(out, proxy->nnode_port_addresses ? "nodePortAddresses:\n" : "nodePortAddresses: null\n");
	for (size_t i = 0; i < proxy->nnode_port_addresses; i++)
		str_addf(out, "- \"%s\"\n", proxy->node_port_addresses[i]);
	str_add(out, tail);
}

void
proxyconfig_write(const struct settings *settings, struct str *out)
{
	struct str config = STR_INIT;

	write_config(settings, &config);
	str_add(out, config_map);
	for (const char *line = config.buf; *line; line += strcspn(line, "\n") + 1)
		str_addf(out, "    %.*s\n", (int)strcspn(line, "\n"), line);
	str_add(out, kubeconfig);
	str_release(&config);
}

static const char *
config_text(const struct store *store)
{
	const struct object *map = store_get(store, kind_by_kind("ConfigMap"), "kube-system", "kube-proxy");

	return map ? value_get_text(value_get(map->root, "data"), "config.conf") : NULL;
}

bool
proxyconfig_is_news(const struct server *server)
{
	const char *text = config_text(server->store);
	struct str known = STR_INIT;
	bool news;

	write_config(&server->settings, &known);
	str_truncate(&known, known.len - 1);
	news = text && strcmp(text, known.buf) != 0;
	str_release(&known);
	return news;
}

struct value *
proxyconfig_read(const struct store *store, struct arena *arena, struct err *err)
{
	const char *text = config_text(store);
	const struct yaml_options options = { .unique_keys = false };
	value_vec documents = VEC_INIT;
	struct value *document = NULL;

	if (!text)
		return NULL;
	if (!yaml_read("config.conf", text, strlen(text), &options, arena, &documents, err)) {
		document = documents.n ? documents.v[0] : NULL;
		if (!document || document->type != VALUE_MAP || !settings_owns(document)) {
			(void)err_at(err, "config.conf", 1, 1, "no KubeProxyConfiguration");
			document = NULL;
		}
	}
	vec_release(&documents);
	if (document && value_text(value_get(document, "mode")) && !*value_text(value_get(document, "mode")))
		value_set_text(arena, document, "mode", "iptables");	/* none is iptables, whatever it was */
	return document;
}

bool
proxyconfig_is_good(const struct server *server)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct settings settings;
	const struct value *document = proxyconfig_read(server->store, &arena, &err);
	bool good = document || !err.text;

	if (document) {
		settings_init(&settings);
		good = !settings_read(&settings, "config.conf", document, &err);
		settings_release(&settings);
	}
	err_release(&err);
	arena_release(&arena);
	return good;
}
