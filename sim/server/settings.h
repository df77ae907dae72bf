/*
 * How a cluster was set up: what kubeadm's ClusterConfiguration and InitConfiguration, kube-proxy's
 * KubeProxyConfiguration and svcsim's NodeHost and Addons documents say.  Read once, before any object.
 */
#ifndef SERVER_SETTINGS_H
#define SERVER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "api/yaml.h"
#include "base/ip.h"
#include "svcsim/err.h"
#include "svcsim/vec.h"

enum cloud { CLOUD_NONE, CLOUD_EXTERNAL, CLOUD_METALLB };
enum detect_local { DETECT_CLUSTER_CIDR, DETECT_NODE_CIDR, DETECT_BRIDGE, DETECT_PREFIX };
enum proxy_mode { PROXY_IPTABLES, PROXY_NFTABLES, PROXY_IPVS };
const char *proxy_mode_name(enum proxy_mode mode);	/* "iptables" */

/* KubeProxyConfiguration, kubeproxy.config.k8s.io/v1alpha1 */
struct proxy_settings {
	enum proxy_mode mode;
	enum detect_local detect_local;
	struct cidr cluster_cidr[2];	/* by family, IP_V4 - 1 and IP_V6 - 1; prefix 0 and family IP_NONE when unset */
	const char *bridge_interface, *interface_prefix;	/* "" */
	const char **node_port_addresses;	/* as written; "primary" too */
	size_t nnode_port_addresses;
	bool masquerade_all, localhost_node_ports, tcp_be_liberal;
	int masquerade_bit;
	const char *ipvs_scheduler;	/* "rr" unless said */
};

/* NodeHost, svcsim/v1: what a Node manifest can't say of its host */
struct node_host {
	const char *name;
	struct ip *local_addresses;
	size_t nlocal_addresses;
	bool random_fully;	/* default true: iptables >= 1.6.2 */
	bool nfacct_invalid, nfacct_localhost;	/* counters that the kernel has; default both of kube-proxy's */
	bool powered_off;	/* spec.poweredOff: it sends and takes nothing, and neither does its kubelet say anything */
	bool proxy_stopped, kubelet_stopped;
	bool proxy_gone;	/* proxy_stopped, since the pod that it ran in is no more */
	int64_t kubelet_since;	/* when it was stopped, in ns since 1970; 0: long ago */
	const char *rules;	/* its own, before kube-proxy's, as iptables-save text; "" */
	const char *appended_rules;	/* its own behind kube-proxy's; "" */
	/*
	 * What kube-proxy knew when it was stopped: the Node, all Services and EndpointSlices as they were then.  Its
	 * rules stay as these made them.  NULL: it runs, or never ran.
	 */
	const struct value *stale_objects;
	const struct value *routes;	/* NULL or the list */
	const struct value *unit_changes, *disabled_units;	/* lists of texts, or NULL (host/unit.h) */
};

struct settings {
	struct arena arena;	/* owns all below */
	const char *kubernetes_version;	/* "v1.32.13" */
	const char *cluster_name, *dns_domain;
	struct cidr service_subnets[2], pod_subnets[2];	/* the first is the primary family; family IP_NONE: unset */
	uint16_t node_port_first, node_port_last;
	uint64_t etcd_quota;	/* bytes; etcd's own default is 2 GiB (storage.DefaultQuotaBytes) */
	enum cloud cloud;
	/*
	 * The addresses that the cloud or MetalLB gives, from first to last; balancer_pool is the smallest CIDR
	 * around them. A cloud's: 203.0.113.64/26 of TEST-NET-3 (RFC 5737), whatever else is not set.
	 */
	struct cidr balancer_pool;
	struct ip balancer_first, balancer_last;
	bool metrics_server;	/* Addons: Deployment metrics-server runs in kube-system (control/usage.h) */
	bool gateway_api;	/* Addons: the CustomResourceDefinitions of the Gateway API's standard channel are there */
	struct proxy_settings proxy;
	VEC(struct node_host) hosts;
	value_vec documents;	/* as read, for saving; in arena */
};

void settings_init(struct settings *settings);	/* v1.32.13, 10.96.0.0/12, 192.168.0.0/16, 30000-32767, no cloud */
void settings_release(struct settings *settings);
/* true when the document is one of settings (by apiVersion and kind) */
bool settings_owns(const struct value *document);
/* Fails with ERR_INPUT and the document's place; settings are unchanged then. */
MUST_CHECK int settings_read(struct settings *settings, const char *file, const struct value *document, struct err *err);
/* Are there rules of kube-proxy's on the host, of now or of the time when it was stopped? */
bool node_host_has_rules(const struct node_host *host);
/* The NodeHost of a node; defaults for one without a document. */
struct node_host settings_host(const struct settings *settings, const char *node);

#endif
