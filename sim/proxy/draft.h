/* A rule in the making, in the words' order in which kube-proxy writes them. */
#ifndef PROXY_DRAFT_H
#define PROXY_DRAFT_H

#include "proxy/ruleset.h"

#define DRAFT_MATCHES_MAX 10
struct draft {
	struct ruleset *out;
	struct arena *arena;	/* of comments, until the rule is finished */
	struct table *table;
	const char *chain;
	struct match matches[DRAFT_MATCHES_MAX];
	size_t n;
};

struct draft draft_start(struct ruleset *out, struct arena *arena, struct table *table, const char *chain);

struct match *draft_match(struct draft *draft, enum match_kind kind);	/* one more, empty */
void draft_comment(struct draft *draft, const char *fmt, ...) PRINTF_LIKE(2, 3);
void draft_protocol(struct draft *draft, enum protocol protocol);
void draft_address(struct draft *draft, enum match_kind kind, const struct ip *ip);
void draft_range(struct draft *draft, enum match_kind kind, bool invert, const char *cidr);
void draft_dport(struct draft *draft, uint16_t port);
void draft_ctstate(struct draft *draft, bool invert, unsigned bits);

/* Each appends the rule to the ruleset. */
void draft_finish_with(const struct draft *draft, const struct target *target);
void draft_finish(const struct draft *draft, enum target_kind kind);
void draft_jump(const struct draft *draft, const char *chain);

#endif
