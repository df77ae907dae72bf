/*
 * The walk over compiled tables of iptables and nftables. A packet goes through a chain rule by rule; a jump remembers where it came from, a
 * goto does not; the end of a chain, and RETURN, go back to the last place remembered, and from a built-in chain to
 * its policy. Chains can't go round in circles (ruleset_link), so the stack has a fixed size and nothing is
 * allocated.
 *
 * Follows net/ipv4/netfilter/ip_tables.c (ipt_do_table) and the matches of net/netfilter/xt_*.c.
 */
#include "net/engine.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "net/engine_compile.h"
#include "proxy/kubeproxy.h"

struct trial {		/* a packet before a rule */
	const struct engine_call *call;
	const struct packet *packet;
};

static bool
device_matches(const char *pattern, const char *device)
{
	size_t len = strlen(pattern);

	if (len > 0 && pattern[len - 1] == '+')
		return strncmp(pattern, device, len - 1) == 0;
	return strcmp(pattern, device) == 0;
}

static bool
port_matches(const struct match *match, const struct packet *packet, uint16_t port)
{
	return packet->protocol != PROTOCOL_ICMP && port >= match->port_first && port <= match->port_last;
}

static bool
list_has_port(const char *list, unsigned port)
{
	for (;; list++) {
		unsigned first = 0, last;

		for (; ascii_isdigit((unsigned char)*list); list++)
			first = first * 10 + (unsigned)(*list - '0');
		last = first;
		if (*list == ':') {
			for (last = 0, list++; ascii_isdigit((unsigned char)*list); list++)
				last = last * 10 + (unsigned)(*list - '0');
		}
		if (port >= first && port <= last)
			return true;
		if (!*list)
			return false;
	}
}

static bool
multiport_matches(const struct match *match, const struct packet *packet)
{
	if (packet->protocol == PROTOCOL_ICMP)
		return false;
	return (match->value & MULTIPORT_DST && list_has_port(match->text, packet->dport)) ||
		(match->value & MULTIPORT_SRC && list_has_port(match->text, packet->sport));
}

static bool
is_local(const struct ip *local, size_t n, const struct ip *ip)
{
	if (ip_is_loopback(ip))
		return true;
	for (size_t i = 0; i < n; i++) {
		if (ip_equal(&local[i], ip))
			return true;
	}
	return false;
}

/* xt_statistic compares 31 random bits with the rule's. */
static bool
chance(const struct engine_call *call, const struct match *match)
{
	if (match->value > INT32_MAX)
		return true;
	return match->value > 0 && call->chooser->take(call->chooser, match->probability);
}

#define RECENT_KEY (256 + IP_TEXT)
static const char *
recent_key(const struct match *match, const struct packet *packet, char key[static RECENT_KEY])
{
	char text[IP_TEXT];

	snprintf(key, RECENT_KEY, "%s %s", match->text, ip_format(&packet->src, text));
	return key;
}

static bool
recent_check(const struct engine_call *call, const struct match *match, const struct packet *packet)
{
	char key[RECENT_KEY];
	const int64_t *seen = call->recent ? map_get(call->recent, recent_key(match, packet, key)) : NULL;

	return seen && (match->value == 0 || *seen >= call->now - (int64_t)match->value * CLOCK_SECOND);
}

static void
recent_set(const struct engine_call *call, const struct match *match, const struct packet *packet)
{
	char key[RECENT_KEY];
	int64_t *seen;

	if (!call->recent)
		return;
	seen = map_get(call->recent, recent_key(match, packet, key));
	if (!seen) {
		seen = xmalloc(sizeof *seen);
		map_set(call->recent, key, seen);
	}
	*seen = call->now;
}

/* The parts of the key by the directions that the rule names: address, port, address; or just the port. */
static bool
ipset_holds(const struct match *match, const struct packet *packet)
{
	bool first_is_source = match->value & 1, second_is_source = match->value & 2;
	const struct ip *third = match->value & 4 ? &packet->src : &packet->dst;
	uint16_t port = second_is_source ? packet->sport : packet->dport;

	if (match->set->key == SET_BARE_PORT)
		port = first_is_source ? packet->sport : packet->dport;
	if (match->set->key != SET_ADDRESS && packet->protocol == PROTOCOL_ICMP)
		return false;
	return set_holds(match->set, first_is_source ? &packet->src : &packet->dst, packet->protocol, port, third);
}

/* Did a virtual server send it here? */
static bool
ipvs_holds(const struct engine_call *call, const struct match *match)
{
	const struct packet *asked = call->asked;

	return asked && ip_equal(&asked->dst, &match->cidr.ip) && asked->protocol == match->protocol &&
		asked->dport == match->port_first;
}

static bool
match_holds(const struct trial *trial, const struct match *match)
{
	const struct engine_call *call = trial->call;
	const struct packet *packet = trial->packet;

	switch (match->kind) {
	case MATCH_SOURCE:		return cidr_contains(&match->cidr, &packet->src);
	case MATCH_DESTINATION:		return cidr_contains(&match->cidr, &packet->dst);
	case MATCH_IN:			return device_matches(match->text, call->in);
	case MATCH_OUT:			return device_matches(match->text, call->out);
	case MATCH_PROTOCOL:		return match->protocol == packet->protocol;
	case MATCH_DPORT:		return port_matches(match, packet, packet->dport);
	case MATCH_SPORT:		return port_matches(match, packet, packet->sport);
	case MATCH_MULTIPORT:		return multiport_matches(match, packet);
	case MATCH_CTSTATE:		return packet->ctstate & match->value;
	case MATCH_MARK:		return (packet->mark & match->mask) == match->value;
	case MATCH_STATISTIC:		return chance(call, match);
	case MATCH_ADDRTYPE_DST:	return is_local(call->local, call->nlocal, &packet->dst);
	case MATCH_ADDRTYPE_SRC:	return is_local(call->local, call->nlocal, &packet->src);
	case MATCH_RECENT_CHECK:	return recent_check(call, match, packet);
	case MATCH_RECENT_SET:		recent_set(call, match, packet); return true;
	case MATCH_DESTINATION_SET:	return set_find(match->set, &packet->dst, packet->protocol, 0);
	case MATCH_SOURCE_SET:		return set_covers(match->set, &packet->src);
	case MATCH_IPSET:		return ipset_holds(match, packet);
	case MATCH_PHYSDEV_IN:		return call->bridged;
	case MATCH_IPVS:		return ipvs_holds(call, match);
	case MATCH_PROTOCOL_MODULE:
	case MATCH_COMMENT:
	case MATCH_NFACCT:
	case MATCH_OTHER:		break;
	}
	return true;
}

/* A rule that can't be judged must not throw dice or write down who came by. */
static bool
has_effect(const struct match *match)
{
	return match->kind == MATCH_STATISTIC || match->kind == MATCH_RECENT_SET;
}

static bool
rule_holds(const struct trial *trial, const struct compiled_rule *compiled)
{
	const struct rule *rule = compiled->rule;

	for (size_t i = 0; i < rule->nmatches; i++) {
		const struct match *match = &rule->matches[i];

		if (compiled->unknown && has_effect(match))
			continue;
		if (match_holds(trial, match) == match->invert)
			return false;
	}
	return true;
}

/* One element, each with the same chance. */
static const struct element *
element_by_chance(const struct engine_call *call, const struct set *set)
{
	size_t i = 0;

	while (i + 1 < set->elements.n && !call->chooser->take(call->chooser, 1.0 / (double)(set->elements.n - i)))
		i++;
	return i < set->elements.n ? &set->elements.v[i] : NULL;
}

/* What the rule does: of a map, what it says of this packet; NULL: nothing. */
static const struct target *
rule_target(const struct trial *trial, const struct rule *rule, const struct element **element)
{
	const struct packet *packet = trial->packet;
	const struct target *target = &rule->target;

	*element = NULL;
	if (target->kind == TARGET_VMAP)
		*element = set_find(target->set, &packet->dst, packet->protocol, packet->dport);
	else if (target->kind == TARGET_NUMGEN)
		*element = element_by_chance(trial->call, target->set);
	else
		return target;
	return *element ? &(*element)->verdict : NULL;
}

static void
tell(const struct engine_call *call, const struct table *table, const struct compiled_rule *compiled,
	const struct element *element, const struct packet *packet, const struct engine_result *result)
{
	struct engine_event event = { table, compiled->rule, compiled->unknown, element, *packet };

	if (!call->event)
		return;
	if (!compiled->unknown && result->verdict == ENGINE_DNAT) {
		event.after.dst = result->ip;
		event.after.dport = result->port ? result->port : packet->dport;
	}
	if (!compiled->unknown && result->verdict == ENGINE_SNAT)
		event.after.src = result->ip;
	call->event(call->arg, &event);
}

static void
translate(const struct target *target, enum engine_verdict verdict, const struct ip *now, struct engine_result *result)
{
	result->verdict = verdict;
	result->ip = target->ip.family == IP_NONE ? *now : target->ip;
	result->port = target->port;
}

/* What the rule does to the packet by itself; true: its verdict is the table's. */
static bool
rule_decides(const struct rule *rule, const struct target *target, struct packet *packet, struct engine_result *result)
{
	switch (target->kind) {
	case TARGET_ACCEPT:	result->verdict = ENGINE_ACCEPT; break;
	case TARGET_DROP:	result->verdict = ENGINE_DROP; break;
	case TARGET_REJECT:	result->verdict = ENGINE_REJECT; break;
	case TARGET_MASQUERADE:	result->verdict = ENGINE_MASQUERADE; break;
	case TARGET_DNAT:	translate(target, ENGINE_DNAT, &packet->dst, result); break;
	case TARGET_SNAT:	translate(target, ENGINE_SNAT, &packet->src, result); break;
	case TARGET_MARK_OR:
	case TARGET_MARK_XOR:
	case TARGET_MARK_SET:
		packet->mark = (packet->mark & ~target->mask) ^ target->value;
		return false;
	case TARGET_NONE:
	case TARGET_RETURN:
	case TARGET_JUMP:
	case TARGET_GOTO:
	case TARGET_VMAP:
	case TARGET_NUMGEN:
	case TARGET_OTHER:
		return false;
	}
	result->rule = rule;
	return true;
}

struct stack {
	struct cursor cursors[RULESET_DEPTH_MAX + 1];
	size_t depth;		/* of the chain being walked; 0 is the built-in one */
};

/* Moves on behind a rule that matched and decided nothing; false: the built-in chain is at its end. */
static bool
follow(struct stack *stack, const struct compiled_table *table, const struct target *target,
	const struct packet *packet)
{
	switch (target->kind) {
	case TARGET_JUMP:
		cursor_start(&stack->cursors[++stack->depth], compiled_target(table, target), packet);
		break;
	case TARGET_GOTO:
		cursor_start(&stack->cursors[stack->depth], compiled_target(table, target), packet);
		break;
	case TARGET_RETURN:
		return stack->depth-- > 0;
	default:
		break;
	}
	return true;
}

static void
set_policy(const struct compiled_chain *chain, struct engine_result *result)
{
	if (strcmp(chain->chain->policy, "DROP") == 0)
		result->verdict = ENGINE_DROP;
}

/* Goes through the chain and those it leads to; true: a rule has decided. */
static bool
walk_chain(const struct trial *trial, const struct compiled_table *table, const struct compiled_chain *first,
	struct packet *packet, struct engine_result *result)
{
	const struct engine_call *call = trial->call;
	struct stack stack = { .depth = 0 };

	cursor_start(&stack.cursors[0], first, packet);
	for (;;) {
		const struct compiled_rule *compiled = cursor_next(&stack.cursors[stack.depth]);
		const struct element *element;
		const struct target *target;
		bool decided;

		if (!compiled) {
			if (stack.depth-- == 0)
				return false;
			continue;
		}
		if (!rule_holds(trial, compiled))
			continue;
		if (compiled->unknown) {
			tell(call, table->table, compiled, NULL, packet, result);
			continue;
		}
		target = rule_target(trial, compiled->rule, &element);
		if (!target)
			continue;
		decided = rule_decides(compiled->rule, target, packet, result);
		tell(call, table->table, compiled, element, packet, result);
		if (decided)
			return true;
		if (!follow(&stack, table, target, packet))
			return false;
	}
}

void
engine_walk(const struct engine *engine, const struct engine_call *call, struct packet *packet,
	struct engine_result *result)
{
	const struct compiled_table *table = call->base ? call->base->table : engine_table(engine, call->table);
	const struct compiled_chain *first = call->base ? call->base->chain : table ? table->hooks[call->hook] : NULL;
	struct trial trial = { call, packet };

	*result = (struct engine_result){ .verdict = ENGINE_ACCEPT };
	if (first && !walk_chain(&trial, table, first, packet, result))
		set_policy(first, result);
}

/* The walk of upstream's tests. */

struct survey {
	struct trial trial;
	struct arena *arena;
	VEC(const char *) dnat;
	const char *verdict;
	bool masquerade;
	struct ip first;	/* the first DNAT's address */
};

static bool
survey_holds(const struct survey *survey, const struct compiled_rule *compiled)
{
	const struct rule *rule = compiled->rule;

	for (size_t i = 0; i < rule->nmatches; i++) {
		const struct match *match = &rule->matches[i];

		switch (match->kind) {
		case MATCH_CTSTATE:	/* of nftables: new, as every packet here */
			if (rule->nft)
				break;
			return false;
		case MATCH_MARK:
		case MATCH_RECENT_CHECK:
		case MATCH_OTHER:
			return false;
		case MATCH_STATISTIC:
			break;
		default:
			if (match_holds(&survey->trial, match) == match->invert)
				return false;
		}
	}
	return true;
}

static bool
behind_chance(const struct rule *rule)
{
	for (size_t i = 0; i < rule->nmatches; i++) {
		if (rule->matches[i].kind == MATCH_STATISTIC)
			return true;
	}
	return false;
}

static void
survey_dnat(struct survey *survey, const struct target *target)
{
	char text[IP_TEXT + 8];

	if (survey->dnat.n == 0)
		survey->first = target->ip;
	*vec_push(&survey->dnat) = arena_strdup(survey->arena, ip_port_format(&target->ip, target->port, text));
}

static bool survey_chain(struct survey *survey, const struct compiled_table *table, const struct compiled_chain *chain);

/* true: no rule behind this one is met */
static bool
survey_jump(struct survey *survey, const struct compiled_table *table, const struct rule *rule,
	const struct target *target)
{
	if (strcmp(target->text, "KUBE-MARK-MASQ") == 0 || strcmp(target->text, "mark-for-masquerade") == 0) {
		survey->masquerade = true;
		return false;
	}
	return survey_chain(survey, table, compiled_target(table, target)) && !behind_chance(rule);
}

static bool
survey_every(struct survey *survey, const struct compiled_table *table, const struct set *set)
{
	for (size_t i = 0; i < set->elements.n; i++)
		survey_chain(survey, table, compiled_target(table, &set->elements.v[i].verdict));
	return true;
}

/* true: the chain came to an end that chance can't have avoided */
static bool
survey_chain(struct survey *survey, const struct compiled_table *table, const struct compiled_chain *chain)
{
	struct cursor cursor;
	const struct compiled_rule *compiled;

	for (cursor_start(&cursor, chain, survey->trial.packet); (compiled = cursor_next(&cursor));) {
		const struct rule *rule = compiled->rule;
		const struct element *element;
		const struct target *target;

		if (!survey_holds(survey, compiled))
			continue;
		if (rule->target.kind == TARGET_NUMGEN)
			return survey_every(survey, table, rule->target.set);
		target = rule_target(&survey->trial, rule, &element);
		if (!target)
			continue;
		switch (target->kind) {
		case TARGET_ACCEPT:	survey->verdict = "ACCEPT"; return true;
		case TARGET_DROP:	survey->verdict = "DROP"; return true;
		case TARGET_REJECT:	survey->verdict = "REJECT"; return true;
		case TARGET_DNAT:	survey_dnat(survey, target); return true;
		case TARGET_JUMP:
			if (survey_jump(survey, table, rule, target))
				return true;
			break;
		case TARGET_GOTO:
			return survey_jump(survey, table, rule, target);
		default:
			break;
		}
	}
	return false;
}

static void
survey_table(struct survey *survey, const struct engine *engine, const char *table_name, const char *chain_name)
{
	const struct compiled_table *table = engine_table(engine, table_name);
	const struct compiled_chain *chain = table ? compiled_find(table, chain_name) : NULL;

	if (chain)
		survey_chain(survey, table, chain);
}

void
engine_tables_walk(const struct engine *engine, const struct packet *packet, const struct ip *local, size_t nlocal,
	struct arena *arena, struct tables_walk *out)
{
	static const struct {
		const char *table, *chain;
	} order[] = {
		{ NFTABLES_TABLE, "filter-prerouting" },
		{ "nat", "KUBE-SERVICES" },
		{ NFTABLES_TABLE, "nat-prerouting" },
		{ "filter", "KUBE-SERVICES" },
		{ "filter", "KUBE-EXTERNAL-SERVICES" },
		{ "filter", "KUBE-NODEPORTS" },
		{ "filter", "KUBE-PROXY-FIREWALL" },
		{ NFTABLES_TABLE, "filter-forward" },
		{ NFTABLES_TABLE, "filter-input" },
	};
	struct engine_call call = { .in = "", .out = "", .local = local, .nlocal = nlocal };
	struct packet changed = *packet;
	struct survey survey = { .trial = { &call, &changed }, .arena = arena, .verdict = NULL };

	for (size_t i = 0; i < sizeof order / sizeof *order && !survey.verdict; i++) {
		survey_table(&survey, engine, order[i].table, order[i].chain);
		if (survey.dnat.n > 0)
			changed.dst = survey.first;
	}
	out->verdict = survey.verdict ? survey.verdict : "ACCEPT";
	out->ndnat = survey.dnat.n;
	out->dnat = survey.dnat.n ? arena_memdup(arena, survey.dnat.v, survey.dnat.n * sizeof *survey.dnat.v) : NULL;
	out->masquerade = survey.masquerade;
	vec_release(&survey.dnat);
}
