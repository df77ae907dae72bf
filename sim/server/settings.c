/*
 * Settings documents.  One row a kind says which schema type it has and who reads it; strict decoding comes from
 * the schema, so only values are looked at here.  A document is read into a copy of the settings that replaces
 * them when all of it was good.  Where kubeadm fills a value in (clusterCIDR from podSubnet), so does this.
 * Defaults follow kubeadm's and pkg/proxy/apis/config/v1alpha1/defaults.go.
 */
#include "server/settings.h"

#include <stdlib.h>
#include <string.h>

#include "api/schema.h"
#include "base/clock.h"
#include "svcsim/str.h"

#define CLOUD_POOL 0xcb007140u /* 203.0.113.64/26 */

struct reader {
	struct settings *settings;
	const char *file;
	struct err *err;
};

static int
bad_value(const struct reader *reader, const struct value *at, const char *text)
{
	return err_at(reader->err, reader->file, at->line, at->column, "%s", text);
}

/* "10.96.0.0/12,fd00::/108" into cidrs by position; nothing changes for an absent value. */
static int
read_cidrs(const struct reader *reader, const struct value *value, struct cidr cidrs[static 2])
{
	struct cidr found[2] = { 0 };
	const char *text = value_text(value);
	size_t n = 0;

	if (!text)
		return 0;
	while (*text) {
		size_t len = strcspn(text, ",");
		char *part = arena_strndup(&reader->settings->arena, text, len);

		if (n == 2 || !cidr_parse(part, &found[n]))
			return bad_value(reader, value,
				"must be one CIDR, or two of different families with a comma between them");
		found[n] = cidr_masked(&found[n]);
		n++;
		text += len + (text[len] == ',');
	}
	if (n == 2 && found[0].ip.family == found[1].ip.family)
		return bad_value(reader, value, "two CIDRs must be of different families");
	cidrs[0] = found[0];
	cidrs[1] = found[1];
	return 0;
}

static bool
read_number(const char **text, unsigned long *number)
{
	char *end;

	if (!ascii_isdigit((unsigned char)**text))
		return false;
	*number = strtoul(*text, &end, 10);
	*text = end;
	return *number <= 65535;
}

/* As apimachinery's PortRange: "30000-32767", "30000+100" or one port. */
static int
read_port_range(const struct reader *reader, const struct value *value)
{
	static const char wanted[] = "must be a range of ports such as 30000-32767";
	const char *text = value_text(value);
	unsigned long first, last;
	char mark;

	if (!text || !read_number(&text, &first) || !first)
		return bad_value(reader, value, wanted);
	last = first;
	mark = *text;
	if (mark == '-' || mark == '+') {
		text++;
		if (!read_number(&text, &last))
			return bad_value(reader, value, wanted);
		last += mark == '+' ? first : 0;
	}
	if (*text || last < first || last > 65535)
		return bad_value(reader, value, wanted);
	reader->settings->node_port_first = (uint16_t)first;
	reader->settings->node_port_last = (uint16_t)last;
	return 0;
}

/* v1beta3 has a map, v1beta4 a list of name and value, where the last one counts. */
static const struct value *
extra_arg(const struct value *component, const char *name)
{
	const struct value *args = value_get(component, "extraArgs"), *found = NULL;

	if (!args || args->type == VALUE_MAP)
		return value_get(args, name);
	for (size_t i = 0; i < value_count(args); i++) {
		const char *text = value_get_text(value_at(args, i), "name");

		if (text && !strcmp(text, name))
			found = value_get(value_at(args, i), "value");
	}
	return found;
}

static void
set_pool(struct settings *settings, const struct cidr *pool, const struct ip *first, const struct ip *last)
{
	settings->balancer_pool = *pool;
	settings->balancer_first = *first;
	settings->balancer_last = *last;
}

static struct ip
last_address(const struct cidr *cidr)
{
	struct ip last = cidr_masked(cidr).ip;

	for (unsigned bit = cidr->prefix; bit < ip_bits(last.family); bit++)
		last.b[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
	return last;
}

static void
set_pool_cidr(struct settings *settings, const struct cidr *pool)
{
	struct cidr masked = cidr_masked(pool);
	struct ip last = last_address(&masked);

	set_pool(settings, &masked, &masked.ip, &last);
}

static bool
proxy_cidr_given(const struct settings *settings)
{
	for (size_t i = 0; i < settings->documents.n; i++) {
		const char *kind = value_get_text(settings->documents.v[i], "kind");

		if (kind && !strcmp(kind, "KubeProxyConfiguration") &&
			value_get(settings->documents.v[i], "clusterCIDR"))
			return true;
	}
	return false;
}

/* By position to by family. */
static void
set_cluster_cidrs(struct proxy_settings *proxy, const struct cidr cidrs[static 2])
{
	memset(proxy->cluster_cidr, 0, sizeof proxy->cluster_cidr);
	for (size_t i = 0; i < 2; i++) {
		if (cidrs[i].ip.family != IP_NONE)
			proxy->cluster_cidr[cidrs[i].ip.family - IP_V4] = cidrs[i];
	}
}

static void
set_text(const char **text, const struct value *value)
{
	if (value_text(value) && *value_text(value))
		*text = value_text(value);
}

/* etcd takes 0 for its default. */
static int
read_quota(const struct reader *reader, const struct value *value)
{
	const char *text = value_text(value);
	uint64_t bytes = text ? strtoull(text, NULL, 10) : 0;

	if (value && (!text || !*text || text[strspn(text, "0123456789")]))
		return bad_value(reader, value, "quota-backend-bytes is a number of bytes");
	if (bytes)
		reader->settings->etcd_quota = bytes;
	return 0;
}

static int
read_cluster(const struct reader *reader, const struct value *document)
{
	struct settings *settings = reader->settings;
	const struct value *networking = value_get(document, "networking"), *api = value_get(document, "apiServer");
	const struct value *range = extra_arg(api, "service-node-port-range");
	const char *cloud = value_text(extra_arg(value_get(document, "controllerManager"), "cloud-provider"));

	set_text(&settings->kubernetes_version, value_get(document, "kubernetesVersion"));
	set_text(&settings->cluster_name, value_get(document, "clusterName"));
	set_text(&settings->dns_domain, value_get(networking, "dnsDomain"));
	if (read_cidrs(reader, value_get(networking, "serviceSubnet"), settings->service_subnets) ||
		read_cidrs(reader, extra_arg(api, "service-cluster-ip-range"), settings->service_subnets) ||
		read_cidrs(reader, value_get(networking, "podSubnet"), settings->pod_subnets))
		return -1;
	for (size_t i = 0; i < 2; i++) {
		if (settings->service_subnets[i].ip.family == IP_V6 && settings->service_subnets[i].prefix < 64)
			return bad_value(reader, value_get(networking, "serviceSubnet"),
				"an IPv6 service subnet must be a /64 or smaller");
	}
	if (range && read_port_range(reader, range))
		return -1;
	if (read_quota(reader, extra_arg(value_path(document, "etcd.local"), "quota-backend-bytes")))
		return -1;
	if (cloud && !strcmp(cloud, "external") && settings->cloud == CLOUD_NONE)
		settings->cloud = CLOUD_EXTERNAL;
	if (!proxy_cidr_given(settings))
		set_cluster_cidrs(&settings->proxy, settings->pod_subnets);
	return 0;
}

/* Nothing of it changes the model. */
static int
read_init(const struct reader *reader, const struct value *document)
{
	(void)reader;
	(void)document;
	return 0;
}

/* The place of the text in words, which ends with NULL; an absent value leaves *choice. */
static int
read_choice(const struct reader *reader, const struct value *value, const char *const *words, int *choice)
{
	const char *text = value_text(value);
	struct str known = STR_INIT;

	if (!text || !*text)
		return 0;
	for (int i = 0; words[i]; i++)
		if (!strcmp(words[i], text)) {
			*choice = i;
			str_release(&known);
			return 0;
		}
	for (int i = 0; words[i]; i++)
		str_addf(&known, "%s%s", i ? ", " : "must be one of: ", words[i]);
	bad_value(reader, value, known.buf);
	str_release(&known);
	return -1;
}

static int
read_masquerade(const struct reader *reader, const struct value *section)
{
	struct proxy_settings *proxy = &reader->settings->proxy;
	const struct value *bit = value_get(section, "masqueradeBit");

	proxy->masquerade_all = value_get_bool(section, "masqueradeAll", proxy->masquerade_all);
	if (!bit || value_is_null(bit))
		return 0;
	if (bit->type != VALUE_INT || bit->integer < 0 || bit->integer > 31)
		return bad_value(reader, bit, "must be within the range [0, 31]");
	proxy->masquerade_bit = (int)bit->integer;
	return 0;
}

static void
read_node_port_addresses(struct settings *settings, const struct value *list)
{
	struct proxy_settings *proxy = &settings->proxy;

	if (!list)
		return;
	proxy->node_port_addresses =
		arena_alloc(&settings->arena, (value_count(list) + 1) * sizeof *proxy->node_port_addresses);
	proxy->nnode_port_addresses = 0;
	for (size_t i = 0; i < value_count(list); i++) {
		const char *text = value_text(value_at(list, i));

		if (text)
			proxy->node_port_addresses[proxy->nnode_port_addresses++] = text;
	}
}

static const char *const modes[] = {
	[PROXY_IPTABLES] = "iptables",
	[PROXY_NFTABLES] = "nftables",
	[PROXY_IPVS] = "ipvs",
	NULL,
};

const char *
proxy_mode_name(enum proxy_mode mode)
{
	return modes[mode];
}

static int
read_proxy(const struct reader *reader, const struct value *document)
{
	static const char *const detectors[] = { "ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix",
		NULL };
	struct settings *settings = reader->settings;
	struct proxy_settings *proxy = &settings->proxy;
	const struct value *iptables = value_get(document, "iptables"), *detect = value_get(document, "detectLocal");
	static const char *const schedulers[] = { "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf",
		"mh", NULL };
	const struct value *nftables = value_get(document, "nftables"), *ipvs = value_get(document, "ipvs");
	struct cidr cidrs[2] = { 0 };
	int mode = (int)proxy->mode, detector = (int)proxy->detect_local, scheduler = 0;

	if (read_choice(reader, value_get(document, "mode"), modes, &mode) ||
		read_choice(reader, value_get(document, "detectLocalMode"), detectors, &detector) ||
		read_choice(reader, value_get(ipvs, "scheduler"), schedulers, &scheduler) ||
		read_cidrs(reader, value_get(document, "clusterCIDR"), cidrs) ||
		read_masquerade(reader, mode == PROXY_NFTABLES && nftables ? nftables : iptables))
		return -1;
	proxy->mode = (enum proxy_mode)mode;
	proxy->detect_local = (enum detect_local)detector;
	proxy->ipvs_scheduler = schedulers[scheduler];
	if (value_get(document, "clusterCIDR"))
		set_cluster_cidrs(proxy, cidrs);
	set_text(&proxy->bridge_interface, value_get(detect, "bridgeInterface"));
	set_text(&proxy->interface_prefix, value_get(detect, "interfaceNamePrefix"));
	read_node_port_addresses(settings, value_get(document, "nodePortAddresses"));
	proxy->localhost_node_ports = value_get_bool(iptables, "localhostNodePorts", proxy->localhost_node_ports);
	proxy->tcp_be_liberal = value_get_bool(value_get(document, "conntrack"), "tcpBeLiberal", proxy->tcp_be_liberal);
	return 0;
}

static struct node_host
default_host(const char *name)
{
	return (struct node_host){ .name = name, .random_fully = true, .nfacct_invalid = true, .nfacct_localhost = true,
		.rules = "", .appended_rules = "" };
}

static int
read_local_addresses(const struct reader *reader, const struct value *list, struct node_host *host)
{
	host->local_addresses =
		arena_alloc(&reader->settings->arena, (value_count(list) + 1) * sizeof *host->local_addresses);
	for (size_t i = 0; i < value_count(list); i++) {
		const char *text = value_text(value_at(list, i));

		if (!text || !ip_parse(text, &host->local_addresses[i]))
			return bad_value(reader, value_at(list, i), "must be an IP address");
		host->nlocal_addresses++;
	}
	return 0;
}

static int
read_nfacct(const struct reader *reader, const struct value *list, struct node_host *host)
{
	static const char *const counters[] = { "ct_state_invalid_dropped_pkts", "localhost_nps_accepted_pkts", NULL };

	if (list)
		host->nfacct_invalid = host->nfacct_localhost = false;
	for (size_t i = 0; i < value_count(list); i++) {
		int counter = 0;

		if (read_choice(reader, value_at(list, i), counters, &counter))
			return -1;
		*(counter ? &host->nfacct_localhost : &host->nfacct_invalid) = true;
	}
	return 0;
}

static int
read_services(const struct reader *reader, const struct value *services, struct node_host *host)
{
	static const char *const states[] = { "running", "stopped", NULL };
	static const char *const proxy_states[] = { "running", "stopped", "gone", NULL };
	int proxy = 0, kubelet = 0;

	for (size_t i = 0; services && services->type == VALUE_MAP && i < services->map.n; i++) {
		const char *name = services->map.v[i].key;

		if (strcmp(name, "kube-proxy") && strcmp(name, "kubelet"))
			return bad_value(reader, services->map.v[i].value,
				"only kube-proxy and kubelet can be stopped or running");
	}
	if (read_choice(reader, value_get(services, "kube-proxy"), proxy_states, &proxy) ||
		read_choice(reader, value_get(services, "kubelet"), states, &kubelet))
		return -1;
	host->proxy_stopped = proxy > 0;
	host->proxy_gone = proxy > 1;
	host->kubelet_stopped = kubelet;
	return 0;
}

static int
read_host(const struct reader *reader, const struct value *document)
{
	const struct value *spec = value_get(document, "spec");
	const char *name = value_get_text(value_get(document, "metadata"), "name");
	struct node_host host = default_host(name), *place = NULL;
	struct settings *settings = reader->settings;

	if (!name || !*name)
		return bad_value(reader, document, "metadata.name must be the name of a node");
	if (read_local_addresses(reader, value_get(spec, "localAddresses"), &host) ||
		read_nfacct(reader, value_get(spec, "nfacct"), &host) ||
		read_services(reader, value_get(spec, "services"), &host))
		return -1;
	if (value_get_text(spec, "kubeletStoppedAt") &&
		!clock_parse(value_get_text(spec, "kubeletStoppedAt"), &host.kubelet_since))
		return bad_value(reader, value_get(spec, "kubeletStoppedAt"), "kubeletStoppedAt must be a time such as 2026-01-01T00:00:00Z");
	host.powered_off = value_get_bool(spec, "poweredOff", false);
	host.kubelet_stopped |= host.powered_off;
	host.random_fully = value_get_bool(value_get(spec, "iptables"), "randomFully", true);
	set_text(&host.rules, value_get(spec, "rules"));
	set_text(&host.appended_rules, value_get(spec, "appendedRules"));
	host.stale_objects = host.proxy_stopped ? value_get(spec, "staleObjects") : NULL;
	host.routes = value_get(spec, "routes");
	host.unit_changes = value_get(spec, "unitChanges");
	host.disabled_units = value_get(spec, "disabledUnits");
	for (size_t i = 0; i < settings->hosts.n; i++) {
		if (!strcmp(settings->hosts.v[i].name, name))
			place = &settings->hosts.v[i];
	}
	if (!place)
		place = vec_push(&settings->hosts);
	*place = host;
	return 0;
}

/* The smallest CIDR that holds both ends. */
static struct cidr
cidr_around(const struct ip *first, const struct ip *last)
{
	struct cidr around = { *first, ip_bits(first->family) };

	while (!cidr_contains(&around, last))
		around.prefix--;
	return cidr_masked(&around);
}

static int
read_pool(const struct reader *reader, const struct value *document)
{
	static const char wanted[] = "must be one CIDR or one range such as 172.30.9.1-172.30.9.20";
	const struct value *addresses = value_get(value_get(document, "spec"), "addresses");
	const char *text = value_text(value_at(addresses, 0)), *dash;
	struct cidr cidr;
	struct ip first, last;

	if (value_count(addresses) != 1 || !text)
		return bad_value(
			reader, addresses ? addresses : document, "spec.addresses must hold one CIDR or range");
	dash = strchr(text, '-');
	if (!dash) {
		if (!cidr_parse(text, &cidr))
			return bad_value(reader, value_at(addresses, 0), wanted);
		set_pool_cidr(reader->settings, &cidr);
	} else {
		if (!ip_parse(arena_strndup(&reader->settings->arena, text, (size_t)(dash - text)), &first) ||
			!ip_parse(dash + 1, &last) || first.family != last.family || ip_compare(&first, &last) > 0)
			return bad_value(reader, value_at(addresses, 0), wanted);
		cidr = cidr_around(&first, &last);
		set_pool(reader->settings, &cidr, &first, &last);
	}
	reader->settings->cloud = CLOUD_METALLB;
	return 0;
}

static int
read_addons(const struct reader *reader, const struct value *document)
{
	static const char *const channels[] = { "none", "standard", NULL };
	const struct value *channel = value_get(value_get(document, "spec"), "gatewayAPI");
	const char *text = value_text(channel);

	reader->settings->metrics_server = value_get_bool(value_get(document, "spec"), "metricsServer", false);
	for (size_t i = 0; text && channels[i]; i++)
		if (strcmp(channels[i], text) == 0) {
			reader->settings->gateway_api = i > 0;
			return 0;
		}
	return channel ? bad_value(reader, channel, "must be standard or none") : 0;
}

struct document_kind {
	const char *api_version, *kind, *type;
	int (*read)(const struct reader *reader, const struct value *document);
};
static const struct document_kind document_kinds[] = {
	{ "kubeadm.k8s.io/v1beta4", "ClusterConfiguration", "kubeadm.v1beta4.ClusterConfiguration", read_cluster },
	{ "kubeadm.k8s.io/v1beta3", "ClusterConfiguration", "kubeadm.v1beta3.ClusterConfiguration", read_cluster },
	{ "kubeadm.k8s.io/v1beta4", "InitConfiguration", "kubeadm.v1beta4.InitConfiguration", read_init },
	{ "kubeadm.k8s.io/v1beta3", "InitConfiguration", "kubeadm.v1beta3.InitConfiguration", read_init },
	{ "kubeproxy.config.k8s.io/v1alpha1", "KubeProxyConfiguration", "kubeproxy.v1alpha1.KubeProxyConfiguration",
		read_proxy },
	{ "svcsim/v1", "Addons", "svcsim.v1.Addons", read_addons },
	{ "svcsim/v1", "NodeHost", "svcsim.v1.NodeHost", read_host },
	{ "metallb.io/v1beta1", "IPAddressPool", "metallb.v1beta1.IPAddressPool", read_pool },
};

static const struct document_kind *
kind_of(const struct value *document)
{
	const char *api_version = value_get_text(document, "apiVersion"), *kind = value_get_text(document, "kind");

	for (size_t i = 0; api_version && kind && i < sizeof document_kinds / sizeof *document_kinds; i++) {
		if (!strcmp(document_kinds[i].api_version, api_version) && !strcmp(document_kinds[i].kind, kind))
			return &document_kinds[i];
	}
	return NULL;
}

bool
settings_owns(const struct value *document)
{
	return kind_of(document) != NULL;
}

/* Points at the first unknown field: `unknown field "spec.foo"`. */
static int
unknown_field(const struct reader *reader, const struct value *document, const char *finding)
{
	const char *quote = strchr(finding, '"'), *end = quote ? strchr(quote + 1, '"') : NULL;
	const struct value *at = document;

	if (end) {
		const struct value *found = value_path(
			document, arena_strndup(&reader->settings->arena, quote + 1, (size_t)(end - quote - 1)));

		at = found ? found : document;
	}
	return bad_value(reader, at, finding);
}

static int
read_checked(const struct reader *reader, const struct document_kind *kind, const struct value *document)
{
	schema_findings unknown = VEC_INIT;
	struct value *decoded;
	int failed;

	failed = schema_decode(kind->type, document, &reader->settings->arena, &decoded, &unknown, reader->err);
	if (failed) {
		/* decoding knows no file */
		char *text = xstrdup(reader->err->text ? reader->err->text : "not understood");

		bad_value(reader, document, text);
		free(text);
	} else if (unknown.n) {
		failed = unknown_field(reader, document, unknown.v[0]);
	} else {
		failed = kind->read(reader, document);
	}
	schema_findings_release(&unknown);
	return failed;
}

int
settings_read(struct settings *settings, const char *file, const struct value *document, struct err *err)
{
	const struct document_kind *kind = kind_of(document);
	struct settings next = *settings;
	struct reader reader = { &next, file, err };
	struct value *copy = value_copy(&next.arena, document);

	if (!kind)
		return bad_value(&reader, document, "not a settings document");
	*vec_push(&next.documents) = copy;
	if (read_checked(&reader, kind, copy)) {
		/* the memory stays with the settings, what was read does not */
		settings->arena = next.arena;
		settings->documents.v = next.documents.v;
		settings->documents.cap = next.documents.cap;
		return -1;
	}
	*settings = next;
	return 0;
}

void
settings_init(struct settings *settings)
{
	struct cidr services = { ip4(0x0a600000), 12 }, pods = { ip4(0xc0a80000), 16 }, pool = { ip4(CLOUD_POOL), 26 };
	struct ip first = ip4(CLOUD_POOL + 1), last = ip4(CLOUD_POOL + 62);

	memset(settings, 0, sizeof *settings);
	settings->kubernetes_version = "v1.32.13";
	settings->cluster_name = "kubernetes";
	settings->dns_domain = "cluster.local";
	settings->service_subnets[0] = services;
	settings->pod_subnets[0] = pods;
	settings->node_port_first = 30000;
	settings->node_port_last = 32767;
	settings->etcd_quota = UINT64_C(2) << 30;
	settings->proxy.bridge_interface = settings->proxy.interface_prefix = "";
	settings->proxy.ipvs_scheduler = "rr";
	settings->proxy.localhost_node_ports = true;
	settings->proxy.masquerade_bit = 14;
	set_cluster_cidrs(&settings->proxy, settings->pod_subnets);
	set_pool(settings, &pool, &first, &last);
}

void
settings_release(struct settings *settings)
{
	vec_release(&settings->hosts);
	vec_release(&settings->documents);
	arena_release(&settings->arena);
}

bool
node_host_has_rules(const struct node_host *host)
{
	return !host->proxy_stopped || host->stale_objects;
}

struct node_host
settings_host(const struct settings *settings, const char *node)
{
	for (size_t i = 0; i < settings->hosts.n; i++) {
		if (!strcmp(settings->hosts.v[i].name, node))
			return settings->hosts.v[i];
	}
	return default_host(node);
}
