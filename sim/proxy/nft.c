/*
 * Two texts of the tables of nftables, word by word the same where nothing is said here.
 *
 * kube-proxy's commands say "mark" and "or" where nft lists "meta mark" and "|"; the listing puts the elements of a set
 * in order, joins the ranges of a set that has no name, and counts how many elements fit on a line.  Its spelling
 * follows nftables 1.0.6 (src/rule.c, expression.c, statement.c).
 */
#include "proxy/nft.h"

#include <inttypes.h>
#include <string.h>

static const char *
family_word(enum ip_family family)
{
	return family == IP_V6 ? "ip6" : "ip";
}

/* ---- sets ---- */

static void
add_key(const struct element *element, struct str *out)
{
	char text[IP_TEXT];

	switch (element->set->key) {
	case SET_ADDRESS:
		str_add(out, ip_format(&element->ip, text));
		break;
	case SET_ADDRESS_PORT:
		str_addf(out, "%s . ", ip_format(&element->ip, text));
		/* fall through */
	case SET_PORT:
		str_addf(out, "%s . %u", protocol_lower(element->protocol), (unsigned)element->port);
		break;
	case SET_NUMBER:
		str_addf(out, "%" PRIu32, element->order);
		break;
	case SET_RANGE:
		str_add(out, cidr_format(&element->range, text));
		break;
	case SET_BARE_PORT:
	case SET_ADDRESS_PORT_ADDRESS:
	case SET_ADDRESS_PORT_RANGE:	/* of ipset (ipvs_text.c) */
		break;
	}
}

void
nft_write_element(const struct element *element, struct str *out)
{
	add_key(element, out);
	if (element->comment)
		str_addf(out, " comment \"%s\"", element->comment);
	if (!element->set->map)
		return;
	if (element->verdict.kind == TARGET_GOTO)
		str_addf(out, " : goto %s", element->verdict.text);
	else
		str_add(out, " : drop");
}

static void
add_type(const struct set *set, struct str *out)
{
	const char *address = set->family == IP_V6 ? "ipv6_addr" : "ipv4_addr";

	if (set->key == SET_ADDRESS)
		str_add(out, address);
	else if (set->key == SET_ADDRESS_PORT)
		str_addf(out, "%s . inet_proto . inet_service", address);
	else
		str_add(out, "inet_proto . inet_service");
	if (set->map)
		str_add(out, " : verdict");
}

static void
add_elements(const struct set *set, const char *before, const char *comma, const char *after, struct str *out)
{
	for (size_t i = 0; i < set->elements.n; i++) {
		str_add(out, i ? comma : before);
		nft_write_element(&set->elements.v[i], out);
	}
	if (set->elements.n)
		str_add(out, after);
}

/* One element of a rule's own map, and dots for those around it. */
static void
add_only(const struct set *set, const struct element *only, struct str *out)
{
	size_t at = (size_t)(only - set->elements.v);

	str_add(out, at > 0 ? "{ .., " : "{ ");
	nft_write_element(only, out);
	str_add(out, at + 1 < set->elements.n ? ", .. }" : " }");
}

static struct ip
last_of(const struct cidr *cidr)
{
	struct ip last = cidr_masked(cidr).ip;

	for (unsigned bit = cidr->prefix; bit < ip_bits(last.family); bit++)
		last.b[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return last;
}

/* Does an address come right after the other, or is it not behind it? */
static bool
reaches(const struct ip *last, const struct ip *first)
{
	struct ip next = ip_plus(last, 1);

	return ip_compare(first, last) <= 0 || ip_equal(first, &next);
}

/* An address, a CIDR where there is one for just this range, or both ends. */
static void
add_range(const struct ip *first, const struct ip *last, struct str *out)
{
	char text[IP_TEXT];

	for (unsigned prefix = ip_bits(first->family) + 1; prefix-- > 0;) {
		struct cidr cidr = { *first, prefix };
		struct cidr masked = cidr_masked(&cidr);
		struct ip end = last_of(&cidr);

		if (!ip_equal(&masked.ip, first) || ip_compare(&end, last) > 0)
			break;
		if (!ip_equal(&end, last))
			continue;
		str_add(out, prefix == ip_bits(first->family) ? ip_format(first, text) : cidr_format(&cidr, text));
		return;
	}
	str_addf(out, "%s-", ip_format(first, text));
	str_add(out, ip_format(last, text));
}

/* Ranges that overlap or touch are one; a single range needs no braces. */
static void
add_ranges_list(const struct set *set, struct str *out)
{
	const struct element *elements = set->elements.v;
	bool braces = set->elements.n > 1;

	str_add(out, braces ? "{ " : "");
	for (size_t i = 0; i < set->elements.n;) {
		struct ip first = cidr_masked(&elements[i].range).ip;
		struct ip last = last_of(&elements[i].range);

		str_add(out, i ? ", " : "");
		while (++i < set->elements.n && reaches(&last, &elements[i].range.ip)) {
			struct ip end = last_of(&elements[i].range);

			if (ip_compare(&end, &last) > 0)
				last = end;
		}
		add_range(&first, &last, out);
	}
	str_add(out, braces ? " }" : "");
}

/* In the order in which kube-proxy wrote them; an address among them is one of the balancer's own. */
static void
add_ranges_commands(const struct set *set, struct str *out)
{
	char text[IP_TEXT];

	for (size_t i = 0; i < set->elements.n; i++) {
		const struct element *element = set->elements.v;

		while (element->order != i)
			element++;
		str_add(out, i ? " , " : "{ ");
		str_add(out, element->ip.family != IP_NONE ? ip_format(&element->ip, text)
			: cidr_format(&element->range, text));
	}
	str_add(out, " }");
}

/* "3h", "2h46m40s" */
static void
add_time(int seconds, struct str *out)
{
	static const struct {
		int seconds;
		char letter;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (seconds >= units[i].seconds)
			str_addf(out, "%d%c", seconds / units[i].seconds, units[i].letter);
		seconds %= units[i].seconds;
	}
}

/* ---- rules ---- */

static void
add_cidr(const char *which, const struct match *match, enum nft_form form, struct str *out)
{
	char text[IP_TEXT];
	bool single = match->cidr.prefix == ip_bits(match->cidr.ip.family);
	bool bare = single && (form == NFT_LIST || match->bare || match->invert);

	str_addf(out, "%s %s %s%s", family_word(match->cidr.ip.family), which, match->invert ? "!= " : "",
		bare ? ip_format(&match->cidr.ip, text) : cidr_format(&match->cidr, text));
}

/* v1.32 asks for the device's index, also where a prefix has none: nft then refuses the whole transaction. */
static void
add_device(const struct match *match, enum nft_form form, struct str *out)
{
	size_t len = strlen(match->text);
	bool prefix = len > 0 && match->text[len - 1] == '+';
	const char *quote = form == NFT_LIST ? "\"" : "";

	str_addf(out, "iif %s%s%.*s%s%s", match->invert ? "!= " : "", quote, (int)(len - prefix), match->text,
		prefix ? "*" : "", quote);
}

static void
add_source_set(const struct match *match, enum nft_form form, struct str *out)
{
	str_addf(out, "%s saddr %s", family_word(match->set->family), match->invert ? "!= " : "");
	if (form == NFT_LIST)
		add_ranges_list(match->set, out);
	else
		add_ranges_commands(match->set, out);
}

/* kube-proxy's mark is one bit; the highest one nft takes for a prefix. */
static void
add_mark_match(const struct match *match, enum nft_form form, struct str *out)
{
	if (form == NFT_COMMANDS)
		str_addf(out, "mark and 0x%" PRIx32 " == %" PRIu32, match->mask, match->value);
	else if (match->mask == UINT32_C(1) << 31)
		str_addf(out, "meta mark 0x%08" PRIx32 "/1", match->value);
	else
		str_addf(out, "meta mark & 0x%08" PRIx32 " == 0x%08" PRIx32, match->mask, match->value);
}

static void
add_match(const struct match *match, enum nft_form form, struct str *out)
{
	const char *family = family_word(match->cidr.ip.family);

	switch (match->kind) {
	case MATCH_SOURCE:		add_cidr("saddr", match, form, out); break;
	case MATCH_DESTINATION:		add_cidr("daddr", match, form, out); break;
	case MATCH_IN:			add_device(match, form, out); break;
	case MATCH_PROTOCOL:		str_addf(out, "meta l4proto %s", protocol_lower(match->protocol)); break;
	case MATCH_DPORT:		str_addf(out, "dport %u", (unsigned)match->port_first); break;
	case MATCH_CTSTATE:		str_add(out, "ct state new"); break;
	case MATCH_MARK:		add_mark_match(match, form, out); break;
	case MATCH_ADDRTYPE_DST:	str_addf(out, "fib daddr type %s", match->text); break;
	case MATCH_ADDRTYPE_SRC:	str_addf(out, "fib saddr type %s", match->text); break;
	case MATCH_RECENT_CHECK:	str_addf(out, "%s saddr @%s", family, match->text); break;
	case MATCH_RECENT_SET:		str_addf(out, "update @%s { %s saddr }", match->text, family); break;
	case MATCH_DESTINATION_SET:
		str_addf(out, "%s daddr @%s", family_word(match->set->family), match->set->name);
		break;
	case MATCH_SOURCE_SET:		add_source_set(match, form, out); break;
	default:			BUG("nftables has no word for this match of kube-proxy's");
	}
}

static void
add_mark(const struct target *target, enum nft_form form, struct str *out)
{
	bool or = target->kind == TARGET_MARK_OR;

	if (form == NFT_LIST)
		str_addf(out, "meta mark set meta mark %s 0x%08" PRIx32, or ? "|" : "^", target->value);
	else
		str_addf(out, "mark set mark %s 0x%" PRIx32, or ? "or" : "xor", target->value);
}

static void
add_numgen(const struct set *set, enum nft_form form, const struct element *only, struct str *out)
{
	str_addf(out, "numgen random mod %zu vmap ", set->elements.n);
	if (only)
		add_only(set, only, out);
	else
		add_elements(set, "{ ", form == NFT_LIST ? ", " : " , ", " }", out);
}

static void
add_vmap(const struct set *map, const struct element *only, struct str *out)
{
	if (map->key == SET_ADDRESS_PORT)
		str_addf(out, "%s daddr . ", family_word(map->family));
	str_addf(out, "meta l4proto . th dport vmap @%s", map->name);
	if (only) {
		str_addch(out, ' ');
		add_only(map, only, out);
	}
}

static void
add_target(const struct target *target, enum nft_form form, const struct element *only, struct str *out)
{
	char text[IP_TEXT + 8];

	switch (target->kind) {
	case TARGET_NONE:	break;
	case TARGET_DROP:	str_add(out, "drop"); break;
	case TARGET_RETURN:	str_add(out, "return"); break;
	case TARGET_REJECT:	str_add(out, "reject"); break;
	case TARGET_JUMP:	str_addf(out, "jump %s", target->text); break;
	case TARGET_GOTO:	str_addf(out, "goto %s", target->text); break;
	case TARGET_DNAT:	str_addf(out, "dnat to %s", ip_port_format(&target->ip, target->port, text)); break;
	case TARGET_MASQUERADE:	str_add(out, target->random_fully ? "masquerade fully-random" : "masquerade"); break;
	case TARGET_MARK_OR:
	case TARGET_MARK_XOR:	add_mark(target, form, out); break;
	case TARGET_VMAP:	add_vmap(target->set, only, out); break;
	case TARGET_NUMGEN:	add_numgen(target->set, form, only, out); break;
	default:		BUG("nftables has no word for this target of kube-proxy's");
	}
}

void
nft_write_rule(const struct rule *rule, enum nft_form form, const struct element *only, struct str *out)
{
	size_t start = out->len;
	const char *comment = NULL;

	for (size_t i = 0; i < rule->nmatches; i++) {
		const struct match *match = &rule->matches[i];

		if (match->kind == MATCH_COMMENT) {
			comment = match->text;
			continue;
		}
		str_add(out, out->len > start ? " " : "");
		/* a protocol and its port are one thing */
		if (match->kind == MATCH_PROTOCOL && i + 1 < rule->nmatches && rule->matches[i + 1].kind == MATCH_DPORT)
			str_add(out, protocol_lower(match->protocol));
		else
			add_match(match, form, out);
	}
	if (rule->target.kind != TARGET_NONE)
		str_add(out, out->len > start ? " " : "");
	add_target(&rule->target, form, only, out);
	if (comment)
		str_addf(out, " comment \"%s\"", comment);
}

/* ---- as listed ---- */

/* Two IPv4 addresses to a line, one of anything else. */
static void
list_elements(const struct set *set, struct str *out)
{
	size_t a_line = set->key == SET_ADDRESS && set->family == IP_V4 ? 2 : 1;

	if (!set->elements.n)
		return;
	str_add(out, "\t\telements = { ");
	for (size_t i = 0; i < set->elements.n; i++) {
		if (i > 0)
			str_add(out, i % a_line ? ", " : ",\n\t\t\t     ");
		nft_write_element(&set->elements.v[i], out);
	}
	str_add(out, " }\n");
}

/* A set that packets add to gets a size by itself. */
static void
list_set(const struct set *set, struct str *out)
{
	str_addf(out, "\t%s %s {\n\t\ttype ", set->map ? "map" : "set", set->name);
	add_type(set, out);
	str_addch(out, '\n');
	if (set->timeout) {
		str_add(out, "\t\tsize 65535\n\t\tflags dynamic,timeout\n\t\ttimeout ");
		add_time(set->timeout, out);
		str_addch(out, '\n');
	}
	if (set->comment)
		str_addf(out, "\t\tcomment \"%s\"\n", set->comment);
	list_elements(set, out);
	str_add(out, "\t}\n\n");
}

static const struct {
	const char *command;	/* of add chain */
	const char *listed;	/* the name of priority -100 or 100 there; NULL */
	int named;
} hooks[] = {
	[HOOK_PREROUTING] = { "prerouting", "dstnat", -100 },
	[HOOK_INPUT] = { "input", NULL, 0 },
	[HOOK_FORWARD] = { "forward", NULL, 0 },
	[HOOK_OUTPUT] = { "output", NULL, 0 },
	[HOOK_POSTROUTING] = { "postrouting", "srcnat", 100 },
};

static void
list_base(const struct chain *chain, struct str *out)
{
	const char *named = hooks[chain->hook].listed;
	int away = chain->priority - hooks[chain->hook].named;

	str_addf(out, "\t\ttype %s hook %s priority ", chain->nat ? "nat" : "filter", hooks[chain->hook].command);
	if (!named || away < -10 || away > 10)
		str_addf(out, "%d", chain->priority);
	else if (away)
		str_addf(out, "%s %c %d", named, away < 0 ? '-' : '+', away < 0 ? -away : away);
	else
		str_add(out, named);
	str_add(out, "; policy accept;\n");
}

static void
list_chain(const struct chain *chain, struct str *out)
{
	str_addf(out, "\tchain %s {\n", chain->name);
	if (chain->comment)
		str_addf(out, "\t\tcomment \"%s\"\n", chain->comment);
	if (chain->base)
		list_base(chain, out);
	for (size_t i = 0; i < chain->rules.n; i++) {
		str_add(out, "\t\t");
		nft_write_rule(chain->rules.v[i], NFT_LIST, NULL, out);
		str_addch(out, '\n');
	}
	str_add(out, "\t}\n");
}

void
nft_write_list(const struct ruleset *ruleset, struct str *out)
{
	for (size_t i = 0; i < ruleset->tables.n; i++) {
		const struct table *table = ruleset->tables.v[i];

		if (!table->nft)
			continue;
		str_addf(out, "table %s %s {\n", family_word(ruleset->family), table->name);
		if (table->comment)
			str_addf(out, "\tcomment \"%s\"\n", table->comment);
		for (size_t j = 0; j < table->sets.n; j++)
			list_set(table->sets.v[j], out);
		for (size_t j = 0; j < table->chains.n; j++) {
			str_add(out, j ? "\n" : "");
			list_chain(table->chains.v[j], out);
		}
		str_add(out, "}\n");
	}
}

/* ---- as commands ---- */

static void
add_command(const struct ruleset *ruleset, const struct table *table, const char *what, const char *name,
	struct str *out)
{
	str_addf(out, "add %s %s %s%s%s", what, family_word(ruleset->family), table->name, name[0] ? " " : "", name);
}

static void
command_chain(const struct chain *chain, struct str *out)
{
	if (chain->base)
		str_addf(out, " { type %s hook %s priority %d ; }", chain->nat ? "nat" : "filter",
			hooks[chain->hook].command, chain->priority);
	else if (chain->comment)
		str_addf(out, " { comment \"%s\" ; }", chain->comment);
	str_addch(out, '\n');
}

static void
command_set(const struct set *set, struct str *out)
{
	str_add(out, " { type ");
	add_type(set, out);
	if (set->timeout)
		str_addf(out, " ; flags dynamic,timeout ; timeout %ds", set->timeout);
	if (set->comment)
		str_addf(out, " ; comment \"%s\"", set->comment);
	str_add(out, " ; }\n");
}

static void
table_write_commands(const struct ruleset *ruleset, const struct table *table, struct str *out)
{
	add_command(ruleset, table, "table", "", out);
	str_addf(out, " { comment \"%s\" ; }\n", table->comment);
	for (size_t i = 0; i < table->chains.n; i++) {
		add_command(ruleset, table, "chain", table->chains.v[i]->name, out);
		command_chain(table->chains.v[i], out);
	}
	for (size_t i = 0; i < table->sets.n; i++) {
		const struct set *set = table->sets.v[i];

		add_command(ruleset, table, set->map ? "map" : "set", set->name, out);
		command_set(set, out);
	}
	for (size_t i = 0; i < table->rules.n; i++) {
		add_command(ruleset, table, "rule", table->rules.v[i]->chain, out);
		str_addch(out, ' ');
		nft_write_rule(table->rules.v[i], NFT_COMMANDS, NULL, out);
		str_addch(out, '\n');
	}
	for (size_t i = 0; i < table->sets.n; i++) {
		const struct set *set = table->sets.v[i];

		for (size_t j = 0; j < set->elements.n; j++) {
			add_command(ruleset, table, "element", set->name, out);
			str_add(out, " { ");
			nft_write_element(&set->elements.v[j], out);
			str_add(out, " }\n");
		}
	}
}

void
nft_write_commands(const struct ruleset *ruleset, struct str *out)
{
	for (size_t i = 0; i < ruleset->tables.n; i++) {
		if (ruleset->tables.v[i]->nft)
			table_write_commands(ruleset, ruleset->tables.v[i], out);
	}
}
