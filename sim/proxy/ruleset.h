/*
 * Rules as data: tables, chains, rules as matches and a target, in the order in which they were written; and the sets
 * and maps of nftables.  kube-proxy makes one, the reader of iptables-save text makes one; the writers and the engine
 * read it.  Names, matches and rules are in the ruleset's arena; counters are not kept.
 */
#ifndef PROXY_RULESET_H
#define PROXY_RULESET_H

#include <stdbool.h>
#include <stdint.h>

#include "api/view.h"
#include "base/arena.h"
#include "base/ip.h"
#include "base/map.h"
#include "svcsim/err.h"
#include "svcsim/io.h"
#include "svcsim/vec.h"

#define HOOKS(X) X(HOOK_PREROUTING, "PREROUTING") X(HOOK_INPUT, "INPUT") X(HOOK_FORWARD, "FORWARD") \
	X(HOOK_OUTPUT, "OUTPUT") X(HOOK_POSTROUTING, "POSTROUTING")
enum hook {
#define HOOK_ENUM(id, name) id,
	HOOKS(HOOK_ENUM)
#undef HOOK_ENUM
	HOOK_COUNT
};
const char *hook_name(enum hook hook);

enum match_kind {
	MATCH_SOURCE,		/* -s */
	MATCH_DESTINATION,	/* -d */
	MATCH_IN,		/* -i; name may end in + */
	MATCH_OUT,		/* -o */
	MATCH_PROTOCOL,		/* -p */
	MATCH_PROTOCOL_MODULE,	/* -m tcp, -m udp, -m sctp: nothing to match, but it is printed */
	MATCH_DPORT, MATCH_SPORT,	/* range */
	MATCH_MULTIPORT,	/* text: "80,443,8000:8010"; value: which of the packet's ports, MULTIPORT_* */
	MATCH_COMMENT,
	MATCH_CTSTATE,		/* bits: CT_NEW | CT_DNAT .. */
	MATCH_MARK,		/* value/mask */
	MATCH_STATISTIC,	/* random, probability in 31 bits */
	MATCH_ADDRTYPE_DST, MATCH_ADDRTYPE_SRC,	/* --dst-type LOCAL */
	MATCH_RECENT_CHECK, MATCH_RECENT_SET,
	MATCH_NFACCT,
	MATCH_DESTINATION_SET,	/* of nftables: ip daddr @set */
	MATCH_SOURCE_SET,	/* of nftables: ip saddr { .. }; set without a name */
	MATCH_IPSET,		/* -m set --match-set; text: "dst,dst,src", which is value's bits: 1 where it says src */
	MATCH_PHYSDEV_IN,	/* -m physdev --physdev-is-in */
	MATCH_IPVS,		/* -m ipvs: the virtual server that it came by: cidr, protocol and port_first */
	MATCH_OTHER,		/* a module that svcsim only names: text is its words as they stand */
};

enum { MULTIPORT_DST = 1, MULTIPORT_SRC = 2 };	/* both bits: either port */

/* in the order in which iptables-save lists them */
#define CTSTATES(X) X(CT_INVALID, "INVALID", 8) X(CT_NEW, "NEW", 1) X(CT_RELATED, "RELATED", 4) \
	X(CT_ESTABLISHED, "ESTABLISHED", 2) X(CT_UNTRACKED, "UNTRACKED", 16) X(CT_SNAT, "SNAT", 32) \
	X(CT_DNAT, "DNAT", 64)
enum {
#define CTSTATE_ENUM(id, name, bit) id = bit,
	CTSTATES(CTSTATE_ENUM)
#undef CTSTATE_ENUM
};

struct set;
struct match {
	enum match_kind kind;
	bool invert;		/* ! */
	bool bare;		/* the address was written without its prefix */
	const char *text;	/* comment, interface, recent's and nfacct's name, addrtype's type, MATCH_OTHER's words;
				   of ctstate "state" when written as -m state --state */
	struct cidr cidr;	/* of recent: only the family counts */
	enum protocol protocol;
	uint16_t port_first, port_last;
	/* mark; ctstate bits in value; recent's seconds in value; probability * 2^31 in value */
	uint32_t value, mask;
	double probability;	/* of statistic, as kube-proxy computed it */
	const struct set *set;
};

enum target_kind {
	TARGET_NONE,		/* a rule without -j: it only counts */
	TARGET_ACCEPT, TARGET_DROP, TARGET_RETURN,
	TARGET_JUMP, TARGET_GOTO,
	TARGET_REJECT,		/* text: "icmp-port-unreachable" */
	TARGET_DNAT,		/* ip (family IP_NONE: unchanged), port (0: unchanged) */
	TARGET_SNAT,		/* the same, and random_fully */
	TARGET_MASQUERADE,	/* random_fully */
	/* all three: mark = (mark & ~mask) ^ value, as --set-xmark */
	TARGET_MARK_OR, TARGET_MARK_XOR, TARGET_MARK_SET,
	/* of nftables: what the map says of the packet, nothing when it isn't in there; one element by chance */
	TARGET_VMAP, TARGET_NUMGEN,
	TARGET_OTHER,		/* text: the words after -j as they stand */
};

struct chain;
struct target {
	enum target_kind kind;
	const char *text;	/* chain name of jump and goto; see above */
	struct chain *chain;	/* resolved jump; set by ruleset_link */
	struct ip ip, ip_last;
	uint16_t port, port_last;
	uint32_t value, mask;
	bool random_fully;
	const struct set *set;	/* of vmap and numgen */
};

/* A set of nftables, or a map from such keys to verdicts; or a set of ipset. */
enum set_key {
	SET_ADDRESS, SET_PORT, SET_ADDRESS_PORT,
	SET_RANGE, SET_NUMBER,		/* of nftables, in a rule */
	SET_BARE_PORT, SET_ADDRESS_PORT_ADDRESS, SET_ADDRESS_PORT_RANGE,	/* of ipset */
};
struct element {
	struct ip ip;			/* of address keys; of SET_RANGE where an address was given */
	enum protocol protocol;		/* of port keys */
	uint16_t port;
	struct cidr range;		/* of SET_RANGE; a third address or range of ipset */
	const char *comment;		/* NULL */
	struct target verdict;		/* of maps: goto or drop */
	uint32_t order;			/* in which it was added; the number of SET_NUMBER */
	const struct set *set;		/* that it is in */
};
struct set {
	const char *name, *comment;	/* NULL: stands in a rule */
	enum set_key key;
	enum ip_family family;
	bool map;
	bool ipset;
	int timeout;			/* seconds; 0 unless the packets themselves add to it */
	VEC(struct element) elements;	/* sorted by ruleset_link, as nft lists them */
};

struct rule {
	const char *chain;	/* name of the chain it stands in */
	struct match *matches;	/* in written order */
	size_t nmatches;
	struct target target;
	unsigned line;		/* of the text it was read from; 0 */
	bool nft;		/* of a table of nftables */
};

struct chain {
	const char *name;
	const char *policy;	/* "ACCEPT", "DROP" for built-in ones, "-" */
	const char *comment;	/* of nftables; NULL */
	/* where packets enter it without a jump: built-in chains, base chains of nftables */
	bool base, nat;
	enum hook hook;
	int priority;
	VEC(struct rule *) rules;
	size_t id;		/* how many chains its table had been given before it; engines know it by this */
	unsigned depth;		/* of jumps below it; set by ruleset_link */
};

struct table {
	const char *name;	/* "filter", "nat", "mangle", "raw"; of nftables any */
	bool nft;
	const char *comment;	/* of nftables; NULL */
	VEC(struct set *) sets;	/* of nftables: those with a name, in written order */
	VEC(struct chain *) chains;	/* in written order */
	VEC(struct rule *) rules;	/* all, in written order */
	/* chains that the text deletes with -X: listed, empty, and not there afterwards */
	VEC(const char *) removed;
	struct map index;		/* name -> chain */
	size_t made;			/* chains so far, those that are gone again too */
};

struct ruleset {
	struct arena arena;
	enum ip_family family;
	VEC(struct table *) tables;
	VEC(struct set *) sets;		/* of all tables, also those without a name */
};

void ruleset_init(struct ruleset *ruleset, enum ip_family family);
void ruleset_release(struct ruleset *ruleset);
struct table *ruleset_table(struct ruleset *ruleset, const char *name);	/* made when absent */
struct table *ruleset_nft_table(struct ruleset *ruleset, const char *name, const char *comment);
void ruleset_drop_last_table(struct ruleset *ruleset);	/* there is one */
struct table *ruleset_find_table(const struct ruleset *ruleset, const char *name);	/* NULL */
/* made when absent: a built-in chain with policy ACCEPT, any other with "-" */
struct chain *table_chain(struct ruleset *ruleset, struct table *table, const char *name);
struct chain *table_find_chain(const struct table *table, const char *name);
struct rule *table_append(struct ruleset *ruleset, struct table *table, const char *chain,
	const struct match *matches, size_t n, const struct target *target);	/* all copied into the arena */
struct rule *table_insert(struct ruleset *ruleset, struct table *table, const char *chain, size_t position,
	const struct match *matches, size_t n, const struct target *target);	/* before that rule, from 0 */
void chain_set_base(struct chain *chain, bool nat, enum hook hook, int priority);	/* of nftables */
struct set *set_new(struct ruleset *ruleset, enum set_key key, bool map);	/* without a name: for one rule */
struct set *table_set(struct ruleset *ruleset, struct table *table, const char *name, enum set_key key, bool map,
	const char *comment);
struct set *set_ipset(struct ruleset *ruleset, const char *name, enum set_key key, const char *comment);
void set_sort(struct set *set);
/* One more element, the caller fills its key; of several with one key the last stays. */
struct element *set_add(struct set *set);
/* The element for a destination; NULL.  Only after ruleset_link. */
const struct element *set_find(const struct set *set, const struct ip *ip, enum protocol protocol, uint16_t port);
/* The same with the third part that some sets of ipset have. */
bool set_holds(const struct set *set, const struct ip *ip, enum protocol protocol, uint16_t port, const struct ip *third);
bool set_covers(const struct set *set, const struct ip *ip);	/* of SET_RANGE: one of its ranges holds it */
void table_flush_chain(struct table *table, struct chain *chain);
/* The built-in chains of a table, in the order of iptables-save, ended by NULL; NULL for a name that is no table. */
const char *const *table_builtins(const char *name);
void table_make_builtins(struct ruleset *ruleset, struct table *table);
/*
 * Resolves every jump; fails (ERR_INPUT, line of the rule) when a target chain doesn't exist, and, as the kernel does,
 * when chains jump in a circle or more than RULESET_DEPTH_MAX deep.
 */
#define RULESET_DEPTH_MAX 64
MUST_CHECK int ruleset_link(struct ruleset *ruleset, const char *file, struct err *err);
/* Resolves the jumps of n rules from there on, of which it is known that they lead somewhere and close no circle. */
void table_link(struct table *table, size_t first, size_t n);

/*
 * One rule, "-A CHAIN ..", without newline: as iptables-save prints it, as kube-proxy feeds it to iptables-restore.
 * Rules of nftables have writers of their own (proxy/nft.h).
 */
void rule_write_save(const struct rule *rule, struct str *out);
void rule_write_restore(const struct rule *rule, struct str *out);
/* Whole dumps.  save: tables and chains as the nft variant of iptables-save 1.8.9 orders them. */
void ruleset_write_save(const struct ruleset *ruleset, struct str *out);
void ruleset_write_restore(const struct ruleset *ruleset, struct str *out);
extern const char *const ruleset_save_order[];	/* of tables; NULL ends it */
void table_write_save(const struct table *table, struct str *out);	/* "*nat" to "COMMIT" */

#define RULESET_BYTES_MAX (64u << 20)
#define RULESET_LINE_MAX (1u << 20)
#define RULESET_WORDS_MAX 255		/* of one rule, as iptables-restore */
#define CHAIN_NAME_MAX 28

/*
 * Reads iptables-save (or restore) text, of legacy and nft variants, with or without counters, on top of what the
 * ruleset holds, as iptables-restore --noflush does: a chain line empties a chain that is not built in.  What svcsim
 * doesn't model is kept word for word as MATCH_OTHER and TARGET_OTHER.  A ruleset is unchanged when its text fails.
 */
MUST_CHECK int ruleset_read(struct ruleset *ruleset, const char *file, const char *text, size_t len, struct err *err);

#endif
