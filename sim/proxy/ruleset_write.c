/*
 * Two texts of one ruleset.
 *
 * The restore form is what kube-proxy feeds to iptables-restore: words in the order in which kube-proxy writes them,
 * addresses bare, marks as --or-mark.  The save form is what iptables-save prints after the kernel took that text:
 * addresses, devices and protocol first, ports beside their -m tcp, every value spelled out.  Its spelling follows the
 * nft variant of iptables 1.8.9 (libxtables' xtables_save_string and the extensions' save callbacks).
 */
#include "proxy/ruleset.h"

#include <inttypes.h>
#include <string.h>

static void
add_ctstate(struct str *out, uint32_t bits)
{
	static const struct {
		const char *name;
		unsigned bit;
	} states[] = {
#define CTSTATE_ROW(id, text, bit) { text, id },
		CTSTATES(CTSTATE_ROW)
#undef CTSTATE_ROW
	};
	const char *comma = "";

	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		if (!(bits & states[i].bit))
			continue;
		str_addf(out, "%s%s", comma, states[i].name);
		comma = ",";
	}
}

/* iptables-save also escapes the apostrophe; who writes for iptables-restore need not, and kube-proxy does not. */
static void
add_quoted(struct str *out, const char *text, bool save)
{
	str_addch(out, '"');
	for (; *text; text++) {
		if (strchr(save ? "\"\\'" : "\"\\", *text))
			str_addch(out, '\\');
		str_addch(out, *text);
	}
	str_addch(out, '"');
}

static bool
save_needs_quotes(const char *text)
{
	if (!*text)
		return true;
	for (; *text; text++) {
		if (!ascii_isalnum((unsigned char)*text) && *text != '_' && *text != '-')
			return true;
	}
	return false;
}

static bool
restore_needs_quotes(const char *text)
{
	return !*text || strpbrk(text, " \t\"\\'");
}

static void
add_cidr(struct str *out, const char *option, const struct match *match, bool save)
{
	char text[IP_TEXT];

	str_addf(out, " %s%s ", match->invert ? "! " : "", option);
	if (match->bare && !save)
		str_add(out, ip_format(&match->cidr.ip, text));
	else
		str_add(out, cidr_format(&match->cidr, text));
}

static void
add_port(struct str *out, const char *option, const struct match *match)
{
	str_addf(out, " %s%s %u", match->invert ? "! " : "", option, (unsigned)match->port_first);
	if (match->port_last != match->port_first)
		str_addf(out, ":%u", (unsigned)match->port_last);
}

static void
add_multiport(struct str *out, const struct match *match)
{
	const char *which = "ports";

	if (match->value == MULTIPORT_DST)
		which = "dports";
	else if (match->value == MULTIPORT_SRC)
		which = "sports";
	str_addf(out, " -m multiport %s--%s %s", match->invert ? "! " : "", which, match->text);
}

static void
add_mark(struct str *out, const struct match *match)
{
	str_addf(out, " -m mark %s--mark 0x%" PRIx32, match->invert ? "! " : "", match->value);
	if (match->mask != UINT32_MAX)
		str_addf(out, "/0x%" PRIx32, match->mask);
}

static void
add_statistic(struct str *out, const struct match *match, bool save)
{
	str_addf(out, " -m statistic --mode random %s--probability ", match->invert ? "! " : "");
	if (save)
		str_addf(out, "%.11f", (double)match->value / 2147483648.0);
	else
		str_addf(out, "%.10f", match->probability);
}

static void
add_recent(struct str *out, const struct match *match, bool save)
{
	const char *invert = match->invert ? "! " : "";
	const char *mask = match->cidr.ip.family == IP_V6 ? "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" :
		"255.255.255.255";

	str_add(out, " -m recent");
	if (!save)
		str_addf(out, " --name %s", match->text);
	if (match->kind == MATCH_RECENT_SET)
		str_addf(out, " %s--set", invert);
	else if (match->value)
		str_addf(out, " %s--rcheck --seconds %" PRIu32 " --reap", invert, match->value);
	else
		str_addf(out, " %s--rcheck", invert);
	if (save)
		str_addf(out, " --name %s --mask %s --rsource", match->text, mask);
}

static void
add_ipvs(struct str *out, const struct match *match, bool save)
{
	char text[IP_TEXT];
	const char *address = ip_format(&match->cidr.ip, text);

	if (save)
		str_addf(out, " -m ipvs --vproto %u --vaddr %s --vport %u", protocol_number(match->protocol), address,
			(unsigned)match->port_first);
	else
		str_addf(out, " -m ipvs --vaddr %s --vproto %s --vport %u", address, protocol_lower(match->protocol),
			(unsigned)match->port_first);
}

static void
add_comment(struct str *out, const char *text, bool save)
{
	str_add(out, " -m comment --comment ");
	if (save ? save_needs_quotes(text) : restore_needs_quotes(text))
		add_quoted(out, text, save);
	else
		str_add(out, text);
}

static void
add_match(struct str *out, const struct match *match, bool save)
{
	const char *invert = match->invert ? "! " : "";
	bool state = match->kind == MATCH_CTSTATE && match->text;

	switch (match->kind) {
	case MATCH_SOURCE:		add_cidr(out, "-s", match, save); break;
	case MATCH_DESTINATION:		add_cidr(out, "-d", match, save); break;
	case MATCH_IN:			str_addf(out, " %s-i %s", invert, match->text); break;
	case MATCH_OUT:			str_addf(out, " %s-o %s", invert, match->text); break;
	case MATCH_PROTOCOL:		str_addf(out, " %s-p %s", invert, protocol_lower(match->protocol)); break;
	case MATCH_PROTOCOL_MODULE:	str_addf(out, " -m %s", protocol_lower(match->protocol)); break;
	case MATCH_DPORT:		add_port(out, "--dport", match); break;
	case MATCH_SPORT:		add_port(out, "--sport", match); break;
	case MATCH_MULTIPORT:		add_multiport(out, match); break;
	case MATCH_COMMENT:		add_comment(out, match->text, save); break;
	case MATCH_CTSTATE:
		str_addf(out, " -m %s %s--%s ", state ? "state" : "conntrack", invert, state ? "state" : "ctstate");
		add_ctstate(out, match->value);
		break;
	case MATCH_MARK:		add_mark(out, match); break;
	case MATCH_STATISTIC:		add_statistic(out, match, save); break;
	case MATCH_ADDRTYPE_DST:	str_addf(out, " -m addrtype %s--dst-type %s", invert, match->text); break;
	case MATCH_ADDRTYPE_SRC:	str_addf(out, " -m addrtype %s--src-type %s", invert, match->text); break;
	case MATCH_RECENT_CHECK:
	case MATCH_RECENT_SET:		add_recent(out, match, save); break;
	/* two blanks in iptables-save: the extension prints one and its name's printer another */
	case MATCH_NFACCT:
		str_addf(out, " -m nfacct --nfacct-name %s%s", save ? " " : "", match->text);
		break;
	case MATCH_IPSET:
		str_addf(out, " -m set %s--match-set %s %s", invert, match->set->name, match->text);
		break;
	case MATCH_PHYSDEV_IN:		str_addf(out, " -m physdev %s--physdev-is-in", invert); break;
	case MATCH_IPVS:		add_ipvs(out, match, save); break;
	case MATCH_OTHER:		str_addf(out, " %s", match->text); break;
	case MATCH_DESTINATION_SET:	/* of nftables */
	case MATCH_SOURCE_SET:		break;
	}
}

static void
add_address(struct str *out, const char *option, const struct target *target)
{
	char text[IP_TEXT + 8];

	str_addf(out, " %s ", option);
	if (target->ip.family == IP_NONE)
		str_addf(out, ":%u", (unsigned)target->port);
	else if (target->ip_last.family != IP_NONE) {
		/* a range of IPv6 addresses with a port stands in one pair of brackets */
		bool brackets = target->ip.family == IP_V6 && target->port;

		str_addf(out, "%s%s-", brackets ? "[" : "", ip_format(&target->ip, text));
		str_addf(out, "%s%s", ip_format(&target->ip_last, text), brackets ? "]" : "");
		if (target->port)
			str_addf(out, ":%u", (unsigned)target->port);
	} else if (target->port)
		str_add(out, ip_port_format(&target->ip, target->port, text));
	else
		str_add(out, ip_format(&target->ip, text));
	if (target->port && target->port_last != target->port && target->port_last)
		str_addf(out, "-%u", (unsigned)target->port_last);
}

static void
add_mark_target(struct str *out, const struct target *target, bool save)
{
	if (!save && target->kind == TARGET_MARK_OR)
		str_addf(out, " -j MARK --or-mark 0x%" PRIx32, target->value);
	else if (!save && target->kind == TARGET_MARK_XOR)
		str_addf(out, " -j MARK --xor-mark 0x%" PRIx32, target->value);
	else
		str_addf(out, " -j MARK --set-xmark 0x%" PRIx32 "/0x%" PRIx32, target->value, target->mask);
}

static bool
is_standard_reject(const char *text)
{
	return strcmp(text, "icmp-port-unreachable") == 0 || strcmp(text, "icmp6-port-unreachable") == 0;
}

static void
add_target(struct str *out, const struct target *target, bool save)
{
	const char *random = target->random_fully ? " --random-fully" : "";

	switch (target->kind) {
	case TARGET_NONE:	break;
	case TARGET_ACCEPT:	str_add(out, " -j ACCEPT"); break;
	case TARGET_DROP:	str_add(out, " -j DROP"); break;
	case TARGET_RETURN:	str_add(out, " -j RETURN"); break;
	case TARGET_JUMP:	str_addf(out, " -j %s", target->text); break;
	case TARGET_GOTO:	str_addf(out, " -g %s", target->text); break;
	case TARGET_REJECT:
		str_add(out, " -j REJECT");
		if (save || !is_standard_reject(target->text))
			str_addf(out, " --reject-with %s", target->text);
		break;
	case TARGET_DNAT:
		str_add(out, " -j DNAT");
		add_address(out, "--to-destination", target);
		str_add(out, random);
		break;
	case TARGET_SNAT:
		str_add(out, " -j SNAT");
		add_address(out, "--to-source", target);
		str_add(out, random);
		break;
	case TARGET_MASQUERADE:	str_addf(out, " -j MASQUERADE%s", random); break;
	case TARGET_MARK_OR:
	case TARGET_MARK_XOR:
	case TARGET_MARK_SET:	add_mark_target(out, target, save); break;
	case TARGET_OTHER:	str_addf(out, " -j %s", target->text); break;
	case TARGET_VMAP:	/* of nftables */
	case TARGET_NUMGEN:	break;
	}
}

void
rule_write_restore(const struct rule *rule, struct str *out)
{
	str_addf(out, "-A %s", rule->chain);
	for (size_t i = 0; i < rule->nmatches; i++)
		add_match(out, &rule->matches[i], false);
	add_target(out, &rule->target, false);
}

/* What iptables-save prints before every -m, in this order. */
static const enum match_kind save_first[] = { MATCH_SOURCE, MATCH_DESTINATION, MATCH_IN, MATCH_OUT, MATCH_PROTOCOL };

static bool
is_save_first(enum match_kind kind)
{
	for (size_t i = 0; i < sizeof save_first / sizeof *save_first; i++) {
		if (save_first[i] == kind)
			return true;
	}
	return false;
}

static void
add_all_of_kind(const struct rule *rule, enum match_kind kind, struct str *out)
{
	for (size_t i = 0; i < rule->nmatches; i++) {
		if (rule->matches[i].kind == kind)
			add_match(out, &rule->matches[i], true);
	}
}

void
rule_write_save(const struct rule *rule, struct str *out)
{
	const struct match *module = NULL;	/* the last one of the protocol prints the ports */

	for (size_t i = 0; i < rule->nmatches; i++) {
		if (rule->matches[i].kind == MATCH_PROTOCOL_MODULE)
			module = &rule->matches[i];
	}
	str_addf(out, "-A %s", rule->chain);
	for (size_t i = 0; i < sizeof save_first / sizeof *save_first; i++)
		add_all_of_kind(rule, save_first[i], out);
	for (size_t i = 0; i < rule->nmatches; i++) {
		const struct match *match = &rule->matches[i];

		if (is_save_first(match->kind) || match->kind == MATCH_SPORT || match->kind == MATCH_DPORT)
			continue;
		add_match(out, match, true);
		if (match == module) {
			add_all_of_kind(rule, MATCH_SPORT, out);
			add_all_of_kind(rule, MATCH_DPORT, out);
		}
	}
	add_target(out, &rule->target, true);
}

static int
compare_names(const void *a, const void *b)
{
	const struct chain *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static bool
is_builtin(const char *const *names, const char *name)
{
	for (; names && *names; names++) {
		if (strcmp(*names, name) == 0)
			return true;
	}
	return false;
}

static bool
is_removed(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->removed.n; i++) {
		if (strcmp(table->removed.v[i], name) == 0)
			return true;
	}
	return false;
}

static void
add_rules(const struct chain *chain, struct str *out)
{
	for (size_t i = 0; i < chain->rules.n; i++) {
		rule_write_save(chain->rules.v[i], out);
		str_addch(out, '\n');
	}
}

void
table_write_save(const struct table *table, struct str *out)
{
	const char *const *builtins = table_builtins(table->name);
	VEC(struct chain *) own = VEC_INIT;

	str_addf(out, "*%s\n", table->name);
	for (const char *const *name = builtins; name && *name; name++) {
		const struct chain *chain = table_find_chain(table, *name);

		str_addf(out, ":%s %s [0:0]\n", *name, chain ? chain->policy : "ACCEPT");
	}
	for (size_t i = 0; i < table->chains.n; i++) {
		struct chain *chain = table->chains.v[i];

		if (!is_builtin(builtins, chain->name) && !is_removed(table, chain->name))
			*vec_push(&own) = chain;
	}
	if (own.n > 1)
		qsort(own.v, own.n, sizeof *own.v, compare_names);
	for (size_t i = 0; i < own.n; i++)
		str_addf(out, ":%s - [0:0]\n", own.v[i]->name);
	for (const char *const *name = builtins; name && *name; name++) {
		const struct chain *chain = table_find_chain(table, *name);

		if (chain)
			add_rules(chain, out);
	}
	for (size_t i = 0; i < own.n; i++)
		add_rules(own.v[i], out);
	vec_release(&own);
	str_add(out, "COMMIT\n");
}

const char *const ruleset_save_order[] = { "mangle", "security", "raw", "filter", "nat", NULL };

void
ruleset_write_save(const struct ruleset *ruleset, struct str *out)
{
	for (size_t i = 0; ruleset_save_order[i]; i++) {
		const struct table *table = ruleset_find_table(ruleset, ruleset_save_order[i]);

		if (table)
			table_write_save(table, out);
	}
}

void
ruleset_write_restore(const struct ruleset *ruleset, struct str *out)
{
	for (size_t i = 0; i < ruleset->tables.n; i++) {
		const struct table *table = ruleset->tables.v[i];

		str_addf(out, "*%s\n", table->name);
		for (size_t j = 0; j < table->chains.n; j++)
			str_addf(out, ":%s %s [0:0]\n", table->chains.v[j]->name, table->chains.v[j]->policy);
		for (size_t j = 0; j < table->rules.n; j++) {
			rule_write_restore(table->rules.v[j], out);
			str_addch(out, '\n');
		}
		for (size_t j = 0; j < table->removed.n; j++)
			str_addf(out, "-X %s\n", table->removed.v[j]);
		str_add(out, "COMMIT\n");
	}
}
