/*
 * A node as iptables-save shows it: kube-proxy's rules of a full sync behind the jumps from the built-in chains, and
 * the chains that kubelet made before. Each jump was put on top of those that were there (EnsureRule, Prepend).
 * Canary chains tell the two that nobody flushed their rules.
 *
 * Follows pkg/proxy/iptables/proxier.go (iptablesJumpChains) and pkg/kubelet/kubelet_network_linux.go.
 */
#include "proxy/draft.h"
#include "proxy/ipvs.h"

/* In the order in which iptables-save shows them. */
static const struct jump {
	const char *table, *from;
	unsigned ctstate;
	const char *comment, *to;
} jumps[] = {
	{ "filter", "INPUT", CT_NEW, "kubernetes load balancer firewall", "KUBE-PROXY-FIREWALL" },
	{ "filter", "INPUT", 0, "kubernetes health check service ports", "KUBE-NODEPORTS" },
	{ "filter", "INPUT", CT_NEW, "kubernetes externally-visible service portals", "KUBE-EXTERNAL-SERVICES" },
	{ "filter", "FORWARD", CT_NEW, "kubernetes load balancer firewall", "KUBE-PROXY-FIREWALL" },
	{ "filter", "FORWARD", 0, "kubernetes forwarding rules", "KUBE-FORWARD" },
	{ "filter", "FORWARD", CT_NEW, "kubernetes service portals", "KUBE-SERVICES" },
	{ "filter", "FORWARD", CT_NEW, "kubernetes externally-visible service portals", "KUBE-EXTERNAL-SERVICES" },
	{ "filter", "OUTPUT", CT_NEW, "kubernetes load balancer firewall", "KUBE-PROXY-FIREWALL" },
	{ "filter", "OUTPUT", CT_NEW, "kubernetes service portals", "KUBE-SERVICES" },
	{ "nat", "PREROUTING", 0, "kubernetes service portals", "KUBE-SERVICES" },
	{ "nat", "OUTPUT", 0, "kubernetes service portals", "KUBE-SERVICES" },
	{ "nat", "POSTROUTING", 0, "kubernetes postrouting rules", "KUBE-POSTROUTING" },
};

/* In ipvs mode. */
static const struct jump ipvs_jumps[] = {
	{ "filter", "INPUT", 0, "kubernetes ipvs access filter", "KUBE-IPVS-FILTER" },
	{ "filter", "INPUT", 0, "kube-proxy firewall rules", "KUBE-PROXY-FIREWALL" },
	{ "filter", "INPUT", 0, "kubernetes health check rules", "KUBE-NODE-PORT" },
	{ "filter", "FORWARD", 0, "kube-proxy firewall rules", "KUBE-PROXY-FIREWALL" },
	{ "filter", "FORWARD", 0, "kubernetes forwarding rules", "KUBE-FORWARD" },
	{ "filter", "OUTPUT", 0, "kubernetes ipvs access filter", "KUBE-IPVS-OUT-FILTER" },
	{ "nat", "PREROUTING", 0, "kubernetes service portals", "KUBE-SERVICES" },
	{ "nat", "OUTPUT", 0, "kubernetes service portals", "KUBE-SERVICES" },
	{ "nat", "POSTROUTING", 0, "kubernetes postrouting rules", "KUBE-POSTROUTING" },
};

static void
write_jump(struct ruleset *out, struct arena *arena, const struct jump *row)
{
	struct draft d = draft_start(out, arena, ruleset_table(out, row->table), row->from);

	if (row->ctstate)
		draft_ctstate(&d, false, row->ctstate);
	if (row->comment)
		draft_comment(&d, "%s", row->comment);
	draft_jump(&d, row->to);
}

static void
write_firewall_jumps(struct ruleset *out, struct arena *arena)
{
	write_jump(out, arena, &(struct jump){ "filter", "INPUT", 0, NULL, "KUBE-FIREWALL" });
	write_jump(out, arena, &(struct jump){ "filter", "OUTPUT", 0, NULL, "KUBE-FIREWALL" });
}

/* By these chains, in every table, kubelet and kube-proxy see that somebody flushed their rules. */
static void
write_canaries(struct ruleset *out, const char *chain)
{
	static const char *const tables[] = { "mangle", "nat", "filter" };

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		struct table *table = ruleset_table(out, tables[i]);

		table_make_builtins(out, table);
		table_chain(out, table, chain);
	}
}

static void
write_proxy(const struct proxy_input *input, struct ruleset *out, struct arena *arena, struct layout *layout)
{
	write_canaries(out, "KUBE-PROXY-CANARY");
	table_chain(out, ruleset_table(out, "filter"), "KUBE-FIREWALL");
	if (input->family == IP_V6)
		write_firewall_jumps(out, arena);
	for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++)
		write_jump(out, arena, &jumps[i]);
	iptables_sync(input, out, layout);
}

static void
write_ipvs(const struct proxy_input *input, struct ruleset *out, struct arena *arena)
{
	struct ipvs ipvs;

	for (size_t i = 0; i < sizeof ipvs_jumps / sizeof *ipvs_jumps; i++)
		write_jump(out, arena, &ipvs_jumps[i]);
	ipvs_sync(input, &ipvs, out);
	ipvs_release(&ipvs);
}

/*
 * kubelet comes before kube-proxy, so its jumps to KUBE-FIREWALL are below those that kube-proxy puts on top; kubelet
 * makes them for IPv4 only.  For IPv6 kube-proxy makes them, last and so at the top.
 */
static void
write_kubelet_firewall(struct ruleset *out, struct arena *arena)
{
	struct chain *firewall = table_chain(out, ruleset_table(out, "filter"), "KUBE-FIREWALL");

	write_firewall_jumps(out, arena);
	if (firewall->rules.n == 0)
		iptables_localnet_firewall(out);
}

void
iptables_node(const struct proxy_input *input, struct ruleset *out, struct layout *layout)
{
	const struct node_host host = settings_host(input->settings, input->node);
	struct arena arena = ARENA_INIT;

	write_canaries(out, "KUBE-KUBELET-CANARY");
	table_chain(out, ruleset_table(out, "mangle"), "KUBE-IPTABLES-HINT");
	if (!node_host_has_rules(&host))
		;	/* nobody has written more */
	else if (input->settings->proxy.mode == PROXY_IPTABLES)
		write_proxy(input, out, &arena, layout);
	else if (input->settings->proxy.mode == PROXY_IPVS)
		write_ipvs(input, out, &arena);
	if (input->family == IP_V4)
		write_kubelet_firewall(out, &arena);
	arena_release(&arena);
}
