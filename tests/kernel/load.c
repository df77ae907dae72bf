/*
 * What svcsim says that iptables-save prints is loaded first; then, as kube-proxy does at every sync, what kube-proxy feeds to
 * iptables-restore: the node must look the same afterwards (rules.c).
 */
#define _GNU_SOURCE
#include "load.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_acct.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proxy/ipvs.h"
#include "proxy/kubeproxy.h"
#include "proxy/nft.h"

const char *
load_ipvs_missing(void)
{
	if (system("modprobe -q ip_vs 2>/dev/null; test -e /proc/net/ip_vs") != 0)
		return "this kernel has no ip_vs";
	if (system("command -v ipvsadm >/dev/null 2>&1 && command -v ipset >/dev/null 2>&1") != 0)
		return "it needs ipvsadm and ipset";
	return NULL;
}

/* ---- counters: what the nfacct tool does ---- */

struct counter_request {
	struct nlmsghdr header;
	struct nfgenmsg family;
	struct nlattr name;
	char text[NFACCT_NAME_MAX];
};

/* False: this kernel has no such counters, or kube-proxy could not make one either. */
static bool
add_counter(const char *name)
{
	struct counter_request request = {
		.header = { .nlmsg_type = NFNL_SUBSYS_ACCT << 8 | NFNL_MSG_ACCT_NEW,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK },
		.name = { .nla_type = NFACCT_NAME },
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[256];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	bool done = false;

	memcpy(request.text, name, strlen(name) + 1);
	request.name.nla_len = (uint16_t)(sizeof request.name + strlen(name) + 1);
	request.header.nlmsg_len = (uint32_t)offsetof(struct counter_request, name) + request.name.nla_len;
	if (fd >= 0 && send(fd, &request, request.header.nlmsg_len, 0) > 0 && recv(fd, &answer, sizeof answer, 0) > 0)
		done = answer.header.nlmsg_type == NLMSG_ERROR && answer.error.error == 0;
	close(fd);
	return done;
}

static void
add_counters(const struct netns *netns, const char *space, const struct node_host *host)
{
	bool done = true;

	netns_enter(netns, space);
	if (host->nfacct_invalid)
		done &= add_counter("ct_state_invalid_dropped_pkts");
	if (host->nfacct_localhost)
		done &= add_counter("localhost_nps_accepted_pkts");
	netns_leave(netns);
	if (!done) {
		fprintf(stderr, "kernel: no nfacct counters here; say `nfacct: []` of %s\n", space);
		exit(1);
	}
}

/* ---- rules ---- */

/* A command in the node's namespace, which reads the text. */
static void
feed(const struct netns *netns, struct str *script, const char *space, const char *command, const struct str *text)
{
	str_addf(script, "ip netns exec %s-%s %s <<'END'\n", netns->id, space, command);
	str_addn(script, text->buf, text->len);
	str_add(script, "END\n");
}

static void
add_iptables(const struct netns *netns, struct str *script, const char *space, struct world_node *node, enum ip_family family)
{
	const struct proxy_input input = world_proxy_input(&netns->cluster->world, node, family);
	struct ruleset sync;
	struct str text = STR_INIT;

	ruleset_write_save(world_rules(&netns->cluster->world, node, family), &text);
	feed(netns, script, space, family == IP_V4 ? "iptables-restore" : "ip6tables-restore", &text);
	if (input.settings->proxy.mode == PROXY_IPTABLES && node_host_has_rules(&node->host)) {
		str_clear(&text);
		ruleset_init(&sync, family);
		iptables_sync(&input, &sync, NULL);
		ruleset_write_restore(&sync, &text);
		feed(netns, script, space, family == IP_V4 ? "iptables-restore --noflush --counters"
			: "ip6tables-restore --noflush --counters", &text);
		ruleset_release(&sync);
	}
	str_release(&text);
}

/* What kube-proxy feeds to nft is taken as a whole or not at all, and svcsim is to know which. */
static void
add_nftables(const struct netns *netns, struct str *script, const char *space, struct world_node *node, enum ip_family family)
{
	const struct proxy_input input = world_proxy_input(&netns->cluster->world, node, family);
	bool taken = ruleset_find_table(world_rules(&netns->cluster->world, node, family), NFTABLES_TABLE);
	struct ruleset sync;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	if (!node_host_has_rules(&node->host))
		return;
	ruleset_init(&sync, family);
	nftables_sync(&input, &sync);
	if (ruleset_link(&sync, node->name, &err))
		BUG("%s", err.text);
	nft_write_commands(&sync, &text);
	feed(netns, script, space, taken ? "nft -f -" : "sh -c '! nft -f - 2>/dev/null'", &text);
	ruleset_release(&sync);
	str_release(&text);
}

/* ---- ipvs ---- */

/* Sets come before the rules that look into them. */
static void
add_sets(const struct netns *netns, struct str *script, const char *space, struct world_node *node, enum ip_family family)
{
	struct str text = STR_INIT;

	ipset_write_save(world_rules(&netns->cluster->world, node, family), &text);
	feed(netns, script, space, "ipset restore", &text);
	str_release(&text);
}

static void
add_servers(const struct netns *netns, struct str *script, const char *space, struct world_node *node, enum ip_family family)
{
	const struct ipvs *ipvs = world_ipvs(&netns->cluster->world, node, family);
	struct str text = STR_INIT;
	char ip[IP_TEXT];

	if (!ipvs)
		return;
	str_addf(script, "ip -n %s-%s link add kube-ipvs0 type dummy 2>/dev/null || true\n", netns->id, space);
	for (size_t i = 0; i < ipvs->bound.n; i++)
		str_addf(script, "ip -n %s-%s addr add %s/%u dev kube-ipvs0\n", netns->id, space,
			ip_format(&ipvs->bound.v[i], ip), ip_bits(family));
	ipvs_write_save(family == IP_V4 ? ipvs : NULL, family == IP_V6 ? ipvs : NULL, &text);
	feed(netns, script, space, "ipvsadm -R", &text);
	str_release(&text);
}

/* ---- all of it ---- */

/* kube-proxy allows node ports on 127.0.0.1 where it serves them there. */
static bool
serves_localhost(const struct settings *settings)
{
	return settings->proxy.mode == PROXY_IPTABLES && settings->proxy.localhost_node_ports;
}

void
load_rules(const struct netns *netns, struct world_node *node)
{
	const struct settings *settings = &netns->cluster->server.settings;
	enum proxy_mode mode = settings->proxy.mode;
	char *space = xasprintf("node-%s", node->name);
	struct str script = STR_INIT;

	add_counters(netns, space, &node->host);
	for (int family = IP_V4; family <= IP_V6; family++) {
		if (mode == PROXY_IPVS)
			add_sets(netns, &script, space, node, (enum ip_family)family);
		add_iptables(netns, &script, space, node, (enum ip_family)family);
		if (mode == PROXY_IPVS)
			add_servers(netns, &script, space, node, (enum ip_family)family);
		else if (mode == PROXY_NFTABLES)
			add_nftables(netns, &script, space, node, (enum ip_family)family);
	}
	netns_script(&script);
	if (mode == PROXY_IPVS)
		netns_sysctl(netns, space, "ipv4/vs/conntrack", "1");
	if (serves_localhost(settings))
		netns_sysctl(netns, space, "ipv4/conf/all/route_localnet", "1");
	if (settings->proxy.tcp_be_liberal)
		netns_sysctl(netns, space, "netfilter/nf_conntrack_tcp_be_liberal", "1");
	str_release(&script);
	free(space);
}
