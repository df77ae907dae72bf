/* Puts a rule together, match by match. */
#include "proxy/draft.h"

struct draft
draft_start(struct ruleset *out, struct arena *arena, struct table *table, const char *chain)
{
	return (struct draft){ .out = out, .arena = arena, .table = table, .chain = chain };
}

struct match *
draft_match(struct draft *draft, enum match_kind kind)
{
	if (draft->n == DRAFT_MATCHES_MAX)
		BUG("a rule with more than %d matches", DRAFT_MATCHES_MAX);
	draft->matches[draft->n] = (struct match){ .kind = kind };
	return &draft->matches[draft->n++];
}

void
draft_comment(struct draft *draft, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	draft_match(draft, MATCH_COMMENT)->text = arena_strdup(draft->arena, text.buf);
	str_release(&text);
}

void
draft_protocol(struct draft *draft, enum protocol protocol)
{
	draft_match(draft, MATCH_PROTOCOL_MODULE)->protocol = protocol;
	draft_match(draft, MATCH_PROTOCOL)->protocol = protocol;
}

void
draft_address(struct draft *draft, enum match_kind kind, const struct ip *ip)
{
	struct match *match = draft_match(draft, kind);

	match->cidr = (struct cidr){ *ip, ip_bits(ip->family) };
	match->bare = true;
}

void
draft_range(struct draft *draft, enum match_kind kind, bool invert, const char *cidr)
{
	struct match *match = draft_match(draft, kind);

	match->invert = invert;
	if (!cidr_parse(cidr, &match->cidr))
		BUG("not a CIDR: %s", cidr);
}

void
draft_dport(struct draft *draft, uint16_t port)
{
	struct match *match = draft_match(draft, MATCH_DPORT);

	match->port_first = match->port_last = port;
}

void
draft_ctstate(struct draft *draft, bool invert, unsigned bits)
{
	struct match *match = draft_match(draft, MATCH_CTSTATE);

	match->invert = invert;
	match->value = bits;
}

void
draft_finish_with(const struct draft *draft, const struct target *target)
{
	table_append(draft->out, draft->table, draft->chain, draft->matches, draft->n, target);
}

void
draft_finish(const struct draft *draft, enum target_kind kind)
{
	draft_finish_with(draft, &(struct target){ .kind = kind });
}

void
draft_jump(const struct draft *draft, const char *chain)
{
	draft_finish_with(draft, &(struct target){ .kind = TARGET_JUMP, .text = chain });
}
