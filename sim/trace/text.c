/*
 * A trace for people.  Each place on the way is a heading; below it the rules that matched, as iptables-save prints them less the chain,
 * which the line already says, and the comment, which comes with --explain; the last line is for someone who has never seen a rule.
 */
#include "trace/trace.h"

#include <string.h>

#include "proxy/nft.h"

#define RULE_INDENT 4
#define CHAIN_WIDTH 26

/* What a chain of kube-proxy's is for: the why of --explain.  A name that ends in - stands for all that begin so. */
static const struct {
	const char *chain, *why;
} chain_whys[] = {
	{ "KUBE-SERVICES", "here kube-proxy looks for a Service with this address and port" },
	{ "KUBE-NODEPORTS", "the packet is for the node itself: is the port a Service's node port?" },
	{ "KUBE-EXT-", "traffic from outside for one Service port: it is marked for SNAT, or kept local by policy" },
	{ "KUBE-SVC-", "one Service port: chance picks one of its endpoints" },
	{ "KUBE-SVL-", "one Service port under traffic policy Local: only endpoints of this node" },
	{ "KUBE-SEP-", "one endpoint: the destination becomes the pod's address and port" },
	{ "KUBE-FW-", "the balancer's address: only loadBalancerSourceRanges go on" },
	{ "KUBE-MARK-MASQ", "remember, by a mark, that this packet needs SNAT when it leaves" },
	{ "KUBE-POSTROUTING", "packets with the mark get this node's address as their source" },
	{ "KUBE-FORWARD", "what kube-proxy forwards is let through" },
	{ "KUBE-EXTERNAL-SERVICES", "external addresses without usable endpoints are refused here" },
	{ "KUBE-PROXY-FIREWALL", "what the source ranges didn't let through ends here" },
	{ "KUBE-FIREWALL", "packets from elsewhere for 127.0.0.0/8 end here" },
	{ "KUBE-NODE-PORT", "is the port a Service's node port, which needs SNAT, or its health check's?" },
	{ "KUBE-LOAD-BALANCER", "a balancer's address: SNAT, unless policy Local keeps the traffic here" },
	{ "KUBE-IPVS-FILTER", "a Service's address lets only its own ports through to the node" },
	{ "KUBE-SOURCE-RANGES-FIREWALL", "does loadBalancerSourceRanges let this sender use the balancer's address?" },
	{ "services", "here kube-proxy looks for a Service with this address and port, then for a node port" },
	{ "service-endpoints-check", "is it for a Service that has no usable endpoints?" },
	{ "nodeport-endpoints-check", "is it for a node port whose Service has no usable endpoints?" },
	{ "cluster-ips-check", "it still is for a cluster IP: no Service has this port there" },
	{ "firewall-check", "does loadBalancerSourceRanges say who may come here?" },
	{ "reject-chain", "a Service without endpoints refuses" },
	{ "mark-for-masquerade", "remember, by a mark, that this packet needs SNAT when it leaves" },
	{ "masquerading", "packets with the mark get this node's address as their source" },
	{ "external-", "traffic from outside for one Service port: it is marked for SNAT, or kept local by policy" },
	{ "service-", "one Service port: chance picks one of its endpoints" },
	{ "local-", "one Service port under traffic policy Local: only endpoints of this node" },
	{ "endpoint-", "one endpoint: the destination becomes the pod's address and port" },
	{ "firewall-", "the balancer's address: only loadBalancerSourceRanges go on" },
};

struct printer {
	const struct trace_style *style;
	struct str *out;
	const char *node;	/* of the heading above */
	bool reply;
};

static void
paint(const struct printer *p, const char *code)
{
	if (p->style->color)
		str_addf(p->out, "\033[%sm", code);
}

static const char *
arrow(const struct printer *p)
{
	return p->style->ascii ? "->" : "\xe2\x86\x92";
}

/* A rule of nftables has its comment at its end. */
static void
nft_split(const struct hop *hop, struct str *words, struct str *comment)
{
	const struct rule *rule = hop->rule;

	nft_write_rule(rule, NFT_LIST, hop->element, words);
	for (size_t i = 0; i < rule->nmatches; i++) {
		if (rule->matches[i].kind != MATCH_COMMENT)
			continue;
		str_addf(comment, "\"%s\"", rule->matches[i].text);
		str_truncate(words, words->len - comment->len - strlen(" comment "));
	}
}

/* The rule without "-A CHAIN " and its comment; the comment goes to *comment. */
static void
rule_split(const struct rule *rule, struct str *words, struct str *comment)
{
	static const char option[] = " -m comment --comment ";
	struct str all = STR_INIT;
	const char *start, *at, *end;

	rule_write_save(rule, &all);
	start = all.buf + strlen("-A ") + strlen(rule->chain);
	at = strstr(start, option);
	if (at) {
		const char *text = at + strlen(option);

		end = *text == '"' ? strchr(text + 1, '"') : strchr(text, ' ');
		end = end ? end + (*end == '"') : text + strlen(text);
		str_addn(words, start, (size_t)(at - start));
		str_add(words, end);
		str_addn(comment, text, (size_t)(end - text));
	} else
		str_add(words, start);
	str_release(&all);
}

const char *
trace_chain_why(const char *chain)
{
	for (size_t i = 0; i < sizeof chain_whys / sizeof chain_whys[0]; i++) {
		const char *name = chain_whys[i].chain;

		if (str_ends(name, "-") ? str_starts(chain, name) : strcmp(chain, name) == 0)
			return chain_whys[i].why;
	}
	return "";
}

void
trace_rule_words(const struct hop *hop, struct str *words, struct str *comment)
{
	if (hop->rule->nft)
		nft_split(hop, words, comment);
	else
		rule_split(hop->rule, words, comment);
}

static void
print_rule(const struct printer *p, const struct hop *hop)
{
	struct str words = STR_INIT, comment = STR_INIT;
	const char *why = trace_chain_why(hop->chain);

	trace_rule_words(hop, &words, &comment);
	if (hop->rule->nft) {
		int table_width = (int)strlen(hop->table);

		str_addf(p->out, "%*s%s %-*s", RULE_INDENT, "", hop->table, CHAIN_WIDTH, hop->chain);
		if (strlen(hop->chain) > CHAIN_WIDTH)	/* the names of its chains tell much, and are long */
			str_addf(p->out, "\n%*s", RULE_INDENT + table_width + 1 + CHAIN_WIDTH, "");
		str_addch(p->out, ' ');
	} else {
		str_addf(p->out, "%*s%-8s %-*s", RULE_INDENT, "", hop->table, CHAIN_WIDTH, hop->chain);
	}
	str_add(p->out, words.buf);
	if (comment.len && p->style->explain) {
		paint(p, "2");
		str_addf(p->out, "  # %s", comment.buf);
		paint(p, "0");
	}
	str_addch(p->out, '\n');
	if (hop->kind == HOP_UNJUDGED)
		str_addf(p->out, "%*s%-8s %s\n", RULE_INDENT, "", "?", hop->text);
	if (p->style->explain && *why)
		str_addf(p->out, "%*s  %s\n", RULE_INDENT + 9 + CHAIN_WIDTH, "", why);
	str_release(&words);
	str_release(&comment);
}

static void
print_place(struct printer *p, const struct hop *hop)
{
	if (p->reply == hop->reply && strcmp(p->node, hop->node) == 0)
		return;
	if (!p->reply && hop->reply)
		str_add(p->out, "  the way back\n");
	p->reply = hop->reply;
	p->node = hop->node;
	if (!hop->node[0])
		return;
	str_add(p->out, "  ");
	paint(p, "1");
	str_addf(p->out, "%s", hop->node);
	paint(p, "0");
	str_addch(p->out, '\n');
}

static void
print_event(struct printer *p, const struct hop *hop)
{
	int indent = hop->node[0] ? RULE_INDENT : 2;
	bool changed = hop->kind == HOP_DNAT || hop->kind == HOP_SNAT;

	str_addf(p->out, "%*s", indent, "");
	if (changed)
		paint(p, "36");
	str_addf(p->out, "%-8s %s", hop_kind_name(hop->kind), hop->text);
	if (changed)
		paint(p, "0");
	if (hop->kind == HOP_SEND || changed) {
		str_add(p->out, ": ");
		packet_print(&hop->packet, p->out);
	}
	str_addch(p->out, '\n');
}

static void
print_path(const struct trace_style *style, const struct walk *path, struct str *out)
{
	struct printer p = { style, out, "", false };

	for (size_t i = 0; i < path->hops.n; i++) {
		const struct hop *hop = &path->hops.v[i];

		if (hop->reply && !style->reply)
			break;
		print_place(&p, hop);
		if (hop->rule)
			print_rule(&p, hop);
		else
			print_event(&p, hop);
	}
}

static void
print_answerer(const struct walk *path, struct str *out)
{
	char text[IP_TEXT + 8];

	if (path->endpoint.family == IP_NONE) {
		str_add(out, "nobody");
		return;
	}
	if (path->pod)
		str_addf(out, "pod %s/%s on ", path->pod->object->namespace, path->pod->object->name);
	str_addf(out, "%s (%s)", path->node[0] ? path->node : "a host outside the cluster", ip_port_format(&path->endpoint, path->endpoint_port, text));
}

static void
print_branches(const struct trace *trace, struct str *out)
{
	for (size_t i = 0; i < trace->npaths; i++) {
		const struct walk *path = &trace->paths[i];
		char text[IP_TEXT];

		str_addf(out, "  %5.1f %%  %-11s ", path->probability * 100, verdict_name(path->verdict));
		print_answerer(path, out);
		if (path->source_seen.family != IP_NONE)
			str_addf(out, ", which sees %s%s", ip_format(&path->source_seen, text),
				path->masqueraded ? " (SNAT)" : "");
		str_addch(out, '\n');
	}
	if (!trace->all_complete)
		str_addf(out, "  only the first %d branches are shown\n", WALK_BRANCHES_MAX);
}

static void
print_dns(const struct trace *trace, const struct trace_style *style, struct str *out)
{
	char text[IP_TEXT];

	if (!trace->dns_name)
		return;
	str_addf(out, "  DNS      %s", trace->dns_name);
	for (size_t i = 0; i < trace->ndns_tried; i++)
		str_addf(out, "%s %s", i ? "," : " asked as", trace->dns_tried[i]);
	str_addf(out, " %s %s\n", style->ascii ? "->" : "\xe2\x86\x92",
		trace->walk.to.family == IP_NONE ? "not found" : ip_format(&trace->walk.to, text));
}

/* The last line. */
static void
print_answered(const struct trace *trace, struct str *out)
{
	const struct walk *path = &trace->paths[0];
	char text[IP_TEXT];

	if (trace->all && trace->npaths > 1) {
		str_addf(out, "every one of the %zu branches is answered.\n", trace->npaths);
		return;
	}
	print_answerer(path, out);
	str_addf(out, " answered, and the answer came back.");
	ip_format(&path->source_seen, text);
	if (path->masqueraded)
		str_addf(out, " It saw the request come from %s: the sender's own address was replaced (SNAT).\n", text);
	else
		str_addf(out, " It saw the sender's own address, %s.\n", text);
}

/* The most rules that were not judged on one way. */
static size_t
count_unjudged(const struct trace *trace, bool reply)
{
	size_t most = 0;

	for (size_t i = 0; i < trace->npaths; i++) {
		size_t n = 0;

		for (size_t j = 0; j < trace->paths[i].hops.n; j++)
			n += trace->paths[i].hops.v[j].kind == HOP_UNJUDGED && (reply || !trace->paths[i].hops.v[j].reply);
		most = n > most ? n : most;
	}
	return most;
}

static void
print_unjudged(const struct trace *trace, bool reply, struct str *out)
{
	size_t n = count_unjudged(trace, reply);

	if (n)
		str_addf(out, "not certain: %zu %s on the way (marked ?) svcsim could not judge.\n", n, n == 1 ? "rule" : "rules");
}

static void
print_verdict(const struct trace *trace, const struct trace_style *style, struct str *out)
{
	struct printer p = { style, out, "", false };

	paint(&p, trace->verdict == VERDICT_ANSWERED ? "1;32" : "1;31");
	str_addf(out, "%s", verdict_name(trace->verdict));
	paint(&p, "0");
	str_add(out, ": ");
	if (trace->verdict == VERDICT_ANSWERED) {
		print_answered(trace, out);
		return;
	}
	str_addf(out, "%s.\n", trace->cause.text ? trace->cause.text : verdict_help(trace->verdict));
	if (trace->cause.kind)
		str_addf(out, "look at: %s %s%s%s%s%s\n", trace->cause.kind, trace->cause.namespace,
			trace->cause.namespace[0] ? "/" : "", trace->cause.name, trace->cause.field[0] ? ", " : "",
			trace->cause.field);
}

void
trace_print_verdict(const struct trace *trace, struct str *out)
{
	static const struct trace_style plain;

	print_verdict(trace, &plain, out);
}

static void
print_tables(const struct trace *trace, struct str *out)
{
	str_addf(out, "  %s", trace->tables.verdict);
	for (size_t i = 0; i < trace->tables.ndnat; i++)
		str_addf(out, "%s%s", i ? ", " : " ", trace->tables.dnat[i]);
	str_addf(out, "%s\n", trace->tables.masquerade ? ", masqueraded" : "");
}

void
trace_print_text(const struct trace *trace, const struct trace_style *style, struct str *out)
{
	struct printer p = { style, out, "", false };
	char text[IP_TEXT + 8];

	paint(&p, "1");
	str_addf(out, "%s %s %s", trace->from_text, arrow(&p), trace->to);
	paint(&p, "0");
	if (trace->walk.to.family != IP_NONE)
		str_addf(out, "  (%s %s)", ip_port_format(&trace->walk.to, trace->walk.port, text),
			protocol_name(trace->walk.protocol));
	str_addch(out, '\n');
	print_dns(trace, style, out);
	if (trace->tables_given) {
		print_tables(trace, out);
		return;
	}
	if (trace->all)
		print_branches(trace, out);
	else if (trace->npaths)
		print_path(style, &trace->paths[0], out);
	print_verdict(trace, style, out);
	print_unjudged(trace, style->reply, out);
}
