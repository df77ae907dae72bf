/*
 * CoreDNS' rewrite plugin: rules of names change the question before any plugin sees it, and turn the answer's names
 * back.
 */
#ifndef DNS_REWRITE_H
#define DNS_REWRITE_H

#include "dns/dns.h"
#include "server/corefile.h"

/* What the rules that matched do to the answer, in their order. */
struct rewriter {
	enum { REWRITER_REMAP, REWRITER_SUFFIX, REWRITER_REGEX } kind;
	const char *from, *to;
	bool names, values;	/* of records; the names that records hold */
};
typedef VEC(struct rewriter) rewriter_vec;

/* The name that is asked for instead, absolute, in arena. */
const char *rewrite_question(const struct corefile_block *block, struct arena *arena, const char *name,
	rewriter_vec *back);
/* The answer's records from the one at before on. */
void rewrite_answer(const rewriter_vec *back, struct dns_answer *answer, size_t before);

/* The text of `to` with {0}, {1}.. replaced by what the pattern's groups matched; NULL: no match, or no pattern. */
const char *rewrite_pattern(struct arena *arena, const char *pattern, const char *to, const char *text);
/* Lower case and with the final dot, as CoreDNS has all names. */
const char *rewrite_normalize(struct arena *arena, const char *name);

#endif
