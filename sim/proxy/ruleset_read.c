/*
 * The reader of iptables-save and iptables-restore text, of any cluster: Calico's, Flannel's, Docker's and a vendor's
 * chains come along with Kubernetes'.  A rule is cut into blocks, each a match module with its options; a block that
 * has exactly the shape that svcsim models becomes a match, any other is kept as it stands (MATCH_OTHER).  The text is
 * read to its end into a list of steps before the first of them is done, so that a bad line changes nothing.
 *
 * Quoting follows iptables-restore (iptables/xshared.c, add_param_to_argv).
 */
#include "proxy/ruleset.h"

#include <string.h>

#include "base/utf8.h"

struct word {
	const char *text;	/* without quotes */
	const char *raw;	/* as it stands in the line */
	size_t raw_len;
	unsigned column;
};

enum step_kind { STEP_CHAIN, STEP_APPEND, STEP_INSERT, STEP_FLUSH, STEP_DELETE };
struct step {
	enum step_kind kind;
	const char *table, *chain;	/* chain NULL of STEP_FLUSH: every chain */
	const char *policy;
	size_t position;
	const struct match *matches;
	size_t nmatches;
	struct target target;
	unsigned line;
};

struct reader {
	struct ruleset *ruleset;
	const char *file;
	struct err *err;
	struct arena arena;	/* of the steps; gone when they are done */
	VEC(struct step) steps;
	const char *table;	/* NULL outside *table .. COMMIT */
	struct map declared;	/* the chains that the text has named so far in this table */
	unsigned line;
	struct word words[RULESET_WORDS_MAX];
	size_t n;
	char *text;		/* the words' texts */
	size_t text_size;
	VEC(struct match) matches;
	struct target target;
};

#define fail(reader, column, ...) err_at((reader)->err, (reader)->file, (reader)->line, column, __VA_ARGS__)

/* Words. */

static int
cut_word(struct reader *reader, const char **at, const char *end, const char *line, char **out)
{
	struct word *word = &reader->words[reader->n];
	bool quoted = false;

	word->raw = *at;
	word->text = *out;
	word->column = (unsigned)(*at - line) + 1;
	for (; *at < end && (quoted || !ascii_isspace((unsigned char)**at)); ++*at) {
		if (**at == '"') {
			quoted = !quoted;
			continue;
		}
		if (quoted && **at == '\\' && *at + 1 < end)
			++*at;
		*(*out)++ = **at;
	}
	if (quoted)
		return fail(reader, word->column, "a quote that is not closed");
	*(*out)++ = '\0';
	word->raw_len = (size_t)(*at - word->raw);
	reader->n++;
	return 0;
}

static int
cut_words(struct reader *reader, const char *line, size_t len)
{
	const char *at = line, *end = line + len;
	char *out;

	if (reader->text_size < 2 * len + 2) {
		reader->text_size = 2 * len + 2;
		reader->text = xreallocarray(reader->text, reader->text_size, 1);
	}
	out = reader->text;
	for (reader->n = 0;;) {
		while (at < end && ascii_isspace((unsigned char)*at))
			at++;
		if (at == end)
			return 0;
		if (reader->n == RULESET_WORDS_MAX)
			return fail(reader, (unsigned)(at - line) + 1, "more than %d words in one rule", RULESET_WORDS_MAX);
		if (cut_word(reader, &at, end, line, &out) != 0)
			return -1;
	}
}

static bool
is(const struct reader *reader, size_t i, const char *text)
{
	return i < reader->n && strcmp(reader->words[i].text, text) == 0;
}

/* The words from first to before end, as they stand in the line. */
static const char *
raw_words(struct reader *reader, size_t first, size_t end)
{
	const char *start = reader->words[first].raw;

	return arena_strndup(&reader->arena, start,
		(size_t)(reader->words[end - 1].raw + reader->words[end - 1].raw_len - start));
}

/* Numbers, as xtables_strtoui reads them but for octal. */

static bool
parse_number(const char **text, uint32_t max, uint32_t *value)
{
	const char *at = *text;
	unsigned base = at[0] == '0' && (at[1] == 'x' || at[1] == 'X') ? 16 : 10;
	uint64_t sum = 0;

	if (base == 16)
		at += 2;
	for (*text = at; ; at++) {
		int c = ascii_tolower((unsigned char)*at);
		unsigned digit = ascii_isdigit(c) ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;

		if (digit >= base)
			break;
		sum = sum * base + digit;
		if (sum > max)
			return false;
	}
	if (at == *text)
		return false;
	*text = at;
	*value = (uint32_t)sum;
	return true;
}

static bool
parse_masked(const char *text, uint32_t *value, uint32_t *mask)
{
	*mask = UINT32_MAX;
	if (!parse_number(&text, UINT32_MAX, value))
		return false;
	if (*text == '/') {
		text++;
		if (!parse_number(&text, UINT32_MAX, mask))
			return false;
	}
	return *text == '\0';
}

/* "80", "80:90", ":80", "80:"; with - of a NAT target. */
static bool
parse_ports(const char *text, char between, uint16_t *first, uint16_t *last)
{
	uint32_t a = 0, b;

	if (*text != between && !parse_number(&text, UINT16_MAX, &a))
		return false;
	b = a;
	if (*text == between) {
		text++;
		b = UINT16_MAX;
		if (*text && !parse_number(&text, UINT16_MAX, &b))
			return false;
	}
	if (*text || b < a)
		return false;
	*first = (uint16_t)a;
	*last = (uint16_t)b;
	return true;
}

/* Without strtod, whose decimal point depends on the locale.  Exact up to 15 digits. */
static bool
parse_probability(const char *text, double *probability)
{
	double value = 0, scale = 1;
	int digits = 0;

	for (; ascii_isdigit((unsigned char)*text) && digits < 15; text++, digits++)
		value = value * 10 + (*text - '0');
	if (*text == '.') {
		for (text++; ascii_isdigit((unsigned char)*text) && digits < 15; text++, digits++, scale *= 10)
			value = value * 10 + (*text - '0');
	}
	*probability = value / scale;
	return *text == '\0' && digits > 0 && *probability <= 1;
}

static bool
parse_address(const struct reader *reader, const char *text, struct match *match)
{
	const char *slash = strchr(text, '/');
	struct ip mask;

	match->bare = !slash;
	if (!slash) {
		match->cidr.prefix = ip_bits(reader->ruleset->family);
		return ip_parse(text, &match->cidr.ip) && match->cidr.ip.family == reader->ruleset->family;
	}
	if (!cidr_parse(text, &match->cidr)) {
		char address[IP_TEXT];
		unsigned prefix = 0;

		/* 10.0.0.0/255.0.0.0, as old versions print */
		if ((size_t)(slash - text) >= sizeof address || !ip_parse(slash + 1, &mask) || mask.family != IP_V4)
			return false;
		memcpy(address, text, (size_t)(slash - text));
		address[slash - text] = '\0';
		while (prefix < 32 && (ip4_value(&mask) & (UINT32_C(1) << (31 - prefix))))
			prefix++;
		match->cidr.prefix = prefix;
		if (!ip_parse(address, &match->cidr.ip) || (prefix < 32 && ip4_value(&mask) << prefix))
			return false;
	}
	match->cidr = cidr_masked(&match->cidr);
	return match->cidr.ip.family == reader->ruleset->family;
}

/* Matches. */

static struct match *
add_match(struct reader *reader, enum match_kind kind, bool invert)
{
	struct match *match = vec_push(&reader->matches);

	match->kind = kind;
	match->invert = invert;
	return match;
}

static void
add_other(struct reader *reader, size_t first, size_t end)
{
	add_match(reader, MATCH_OTHER, false)->text = raw_words(reader, first, end);
}

/* A module's reader gets the words of its options; false: not a shape that svcsim models. */
typedef bool module_fn(struct reader *reader, size_t i, size_t end);

static bool
skip_not(const struct reader *reader, size_t *i)
{
	bool invert = is(reader, *i, "!");

	*i += invert;
	return invert;
}

/* The one option of a module that has one: its value, or NULL. */
static const char *
only_option(const struct reader *reader, size_t i, size_t end, const char *option, bool *invert)
{
	*invert = skip_not(reader, &i);
	return i + 2 == end && is(reader, i, option) ? reader->words[i + 1].text : NULL;
}

static bool
read_comment(struct reader *reader, size_t i, size_t end)
{
	bool invert;
	const char *text = only_option(reader, i, end, "--comment", &invert);

	if (!text || invert)
		return false;
	add_match(reader, MATCH_COMMENT, false)->text = text;
	return true;
}

static bool
parse_ctstate(const char *text, uint32_t *bits)
{
	static const struct {
		const char *name;
		unsigned bit;
	} states[] = {
#define CTSTATE_ROW(id, text, bit) { text, id },
		CTSTATES(CTSTATE_ROW)
#undef CTSTATE_ROW
	};

	for (*bits = 0;; text++) {
		size_t len = strcspn(text, ","), i = 0;

		while (i < sizeof states / sizeof *states &&
				(strlen(states[i].name) != len || memcmp(states[i].name, text, len) != 0))
			i++;
		if (i == sizeof states / sizeof *states)
			return false;
		*bits |= states[i].bit;
		text += len;
		if (!*text)
			return true;
	}
}

static bool
read_states(struct reader *reader, size_t i, size_t end, const char *option, const char *module)
{
	bool invert;
	const char *text = only_option(reader, i, end, option, &invert);
	struct match *match;
	uint32_t bits;

	if (!text || !parse_ctstate(text, &bits))
		return false;
	match = add_match(reader, MATCH_CTSTATE, invert);
	match->value = bits;
	match->text = module;
	return true;
}

static bool
read_conntrack(struct reader *reader, size_t i, size_t end)
{
	return read_states(reader, i, end, "--ctstate", NULL);
}

static bool
read_state(struct reader *reader, size_t i, size_t end)
{
	return read_states(reader, i, end, "--state", "state");
}

static bool
read_mark(struct reader *reader, size_t i, size_t end)
{
	bool invert;
	const char *text = only_option(reader, i, end, "--mark", &invert);
	struct match *match;
	uint32_t value, mask;

	if (!text || !parse_masked(text, &value, &mask))
		return false;
	match = add_match(reader, MATCH_MARK, invert);
	match->value = value;
	match->mask = mask;
	return true;
}

static bool
read_statistic(struct reader *reader, size_t i, size_t end)
{
	bool invert;
	const char *text;
	struct match *match;
	double probability;

	if (!is(reader, i, "--mode") || !is(reader, i + 1, "random") || i + 2 >= end)
		return false;
	text = only_option(reader, i + 2, end, "--probability", &invert);
	if (!text || !parse_probability(text, &probability))
		return false;
	match = add_match(reader, MATCH_STATISTIC, invert);
	match->probability = probability;
	match->value = (uint32_t)(probability * 2147483648.0 + 0.5);
	return true;
}

static bool
read_addrtype(struct reader *reader, size_t i, size_t end)
{
	bool invert;
	const char *dst = only_option(reader, i, end, "--dst-type", &invert);
	const char *src = only_option(reader, i, end, "--src-type", &invert);
	const char *type = dst ? dst : src;

	if (!type || strcmp(type, "LOCAL") != 0)
		return false;
	add_match(reader, dst ? MATCH_ADDRTYPE_DST : MATCH_ADDRTYPE_SRC, invert)->text = type;
	return true;
}

static bool
is_full_mask(const struct reader *reader, const char *text)
{
	struct ip mask;

	if (!ip_parse(text, &mask) || mask.family != reader->ruleset->family)
		return false;
	for (unsigned i = 0; i < ip_bits(mask.family) / 8; i++) {
		if (mask.b[i] != 0xff)
			return false;
	}
	return true;
}

static bool
read_recent(struct reader *reader, size_t i, size_t end)
{
	struct match match = { .kind = MATCH_OTHER, .text = "DEFAULT" };
	bool reap = false;

	for (match.cidr.ip.family = reader->ruleset->family; i < end; i++) {
		bool invert = skip_not(reader, &i);
		const char *value = i + 1 < end ? reader->words[i + 1].text : "";

		if (is(reader, i, "--set") || is(reader, i, "--rcheck")) {
			if (match.kind != MATCH_OTHER)
				return false;
			match.kind = is(reader, i, "--set") ? MATCH_RECENT_SET : MATCH_RECENT_CHECK;
			match.invert = invert;
		} else if (is(reader, i, "--name") && *value) {
			match.text = value;
			i++;
		} else if (is(reader, i, "--seconds") && parse_number(&value, UINT32_MAX, &match.value) && !*value)
			i++;
		else if (is(reader, i, "--reap"))
			reap = true;
		else if (is(reader, i, "--mask") && is_full_mask(reader, value))
			i++;
		else if (!is(reader, i, "--rsource"))
			return false;
	}
	if (match.kind == MATCH_OTHER || reap != (match.value > 0) || (match.kind == MATCH_RECENT_SET && reap))
		return false;
	*vec_push(&reader->matches) = match;
	return true;
}

static bool
read_nfacct(struct reader *reader, size_t i, size_t end)
{
	bool invert;
	const char *name = only_option(reader, i, end, "--nfacct-name", &invert);

	if (!name || invert)
		return false;
	add_match(reader, MATCH_NFACCT, false)->text = name;
	return true;
}

static bool
read_ports(struct reader *reader, size_t i, size_t end)
{
	for (; i < end; i += 2) {
		bool invert = skip_not(reader, &i);
		bool dport = is(reader, i, "--dport") || is(reader, i, "--destination-port");
		struct match *match;

		if ((!dport && !is(reader, i, "--sport") && !is(reader, i, "--source-port")) || i + 1 >= end)
			return false;
		match = add_match(reader, dport ? MATCH_DPORT : MATCH_SPORT, invert);
		if (!parse_ports(reader->words[i + 1].text, ':', &match->port_first, &match->port_last))
			return false;
	}
	return true;
}

static const struct module {
	const char *name;
	module_fn *read;
} modules[] = {
	{ "addrtype", read_addrtype },
	{ "comment", read_comment },
	{ "conntrack", read_conntrack },
	{ "mark", read_mark },
	{ "nfacct", read_nfacct },
	{ "recent", read_recent },
	{ "state", read_state },
	{ "statistic", read_statistic },
};

static bool
parse_port_protocol(const char *text, enum protocol *protocol)
{
	return !ascii_isupper((unsigned char)*text) && protocol_parse(text, protocol) && *protocol != PROTOCOL_ICMP;
}

/* "-m NAME option .." in words first .. end */
static void
read_module(struct reader *reader, size_t first, size_t end)
{
	const char *name = reader->words[first + 1].text;
	size_t before = reader->matches.n;
	enum protocol protocol;
	bool known = false;

	if (parse_port_protocol(name, &protocol)) {
		add_match(reader, MATCH_PROTOCOL_MODULE, false)->protocol = protocol;
		known = read_ports(reader, first + 2, end);
	}
	for (size_t i = 0; !known && i < sizeof modules / sizeof *modules; i++) {
		if (strcmp(modules[i].name, name) == 0)
			known = modules[i].read(reader, first + 2, end);
	}
	if (!known) {
		reader->matches.n = before;
		add_other(reader, first, end);
	}
}

/* Options without a -m of their own: those of the protocol, whose module iptables then loads by itself. */
static void
read_implied(struct reader *reader, size_t first, size_t end)
{
	size_t before = reader->matches.n;
	const struct match *protocol = NULL;
	bool loaded = false;

	for (size_t i = 0; i < before; i++) {
		if (reader->matches.v[i].kind == MATCH_PROTOCOL && reader->matches.v[i].protocol != PROTOCOL_ICMP)
			protocol = &reader->matches.v[i];
		loaded = loaded || reader->matches.v[i].kind == MATCH_PROTOCOL_MODULE;
	}
	if (protocol && !loaded) {
		enum protocol number = protocol->protocol;

		add_match(reader, MATCH_PROTOCOL_MODULE, false)->protocol = number;
		loaded = true;
	}
	if (!loaded || !read_ports(reader, first, end)) {
		reader->matches.n = before;
		add_other(reader, first, end);
	}
}

/* The options that need no module. */
static const struct plain {
	const char *name;
	enum match_kind kind;
} plains[] = {
	{ "-s", MATCH_SOURCE }, { "--source", MATCH_SOURCE }, { "--src", MATCH_SOURCE },
	{ "-d", MATCH_DESTINATION }, { "--destination", MATCH_DESTINATION }, { "--dst", MATCH_DESTINATION },
	{ "-i", MATCH_IN }, { "--in-interface", MATCH_IN },
	{ "-o", MATCH_OUT }, { "--out-interface", MATCH_OUT },
	{ "-p", MATCH_PROTOCOL }, { "--protocol", MATCH_PROTOCOL }, { "--proto", MATCH_PROTOCOL },
};

static const struct plain *
find_plain(const struct reader *reader, size_t i)
{
	for (size_t k = 0; k < sizeof plains / sizeof *plains; k++) {
		if (is(reader, i, plains[k].name))
			return &plains[k];
	}
	return NULL;
}

static bool
parse_protocol_option(const char *text, struct match *match)
{
	static const struct {
		const char *text;
		enum protocol protocol;
	} numbers[] = {
#define PROTOCOL_ROW(id, upper, lower, number) { #number, id },
		PROTOCOLS(PROTOCOL_ROW)
#undef PROTOCOL_ROW
	};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		if (strcmp(numbers[i].text, text) == 0) {
			match->protocol = numbers[i].protocol;
			return true;
		}
	}
	return protocol_parse(text, &match->protocol);
}

static int
read_plain(struct reader *reader, size_t first, size_t end, const struct plain *plain, bool invert)
{
	const struct word *value = &reader->words[end - 1];
	struct match match = { .kind = plain->kind, .invert = invert, .text = NULL };
	bool everything;

	switch (plain->kind) {
	case MATCH_SOURCE:
	case MATCH_DESTINATION:
		if (!parse_address(reader, value->text, &match)) {
			if (strpbrk(value->text, ",/")) {
				add_other(reader, first, end);
				return 0;
			}
			return fail(reader, value->column, "\"%s\" is not an %s address", value->text,
				reader->ruleset->family == IP_V6 ? "IPv6" : "IPv4");
		}
		everything = match.cidr.prefix == 0 && !invert;
		break;
	case MATCH_PROTOCOL:
		everything = !invert && (strcmp(value->text, "all") == 0 || strcmp(value->text, "0") == 0);
		if (!everything && !parse_protocol_option(value->text, &match)) {
			add_other(reader, first, end);
			return 0;
		}
		break;
	default:
		match.text = value->text;
		everything = false;
	}
	if (!everything)
		*vec_push(&reader->matches) = match;
	return 0;
}

/* Targets.  Each reader gets the words after the name; false: kept as TARGET_OTHER. */

static bool
read_bare(struct reader *reader, size_t i, size_t end)
{
	(void)reader;
	return i == end;
}

static bool
read_reject(struct reader *reader, size_t i, size_t end)
{
	reader->target.text = reader->ruleset->family == IP_V6 ? "icmp6-port-unreachable" : "icmp-port-unreachable";
	if (i + 2 == end && is(reader, i, "--reject-with"))
		reader->target.text = reader->words[i + 1].text;
	else if (i != end)
		return false;
	return true;
}

static bool
read_random_fully(struct reader *reader, size_t i, size_t end)
{
	reader->target.random_fully = i + 1 == end && is(reader, i, "--random-fully");
	return i == end || reader->target.random_fully;
}

static bool
parse_nat_range(const char *text, struct target *target)
{
	char address[2 * IP_TEXT];
	const char *last = strrchr(text, ':'), *bracket = strchr(text, ']');
	const char *end = text + strlen(text);
	char *dash;

	if (bracket || (last && strchr(text, ':') == last)) {
		end = bracket ? bracket : last;
		if (bracket && bracket[1] && bracket[1] != ':')
			return false;
		if (last && (!bracket || last > bracket) && (!parse_ports(last + 1, '-', &target->port, &target->port_last) ||
				target->port == 0))
			return false;
		text += bracket && *text == '[';
	}
	if (end <= text)
		return target->port != 0;
	if ((size_t)(end - text) >= sizeof address)
		return false;
	memcpy(address, text, (size_t)(end - text));
	address[end - text] = '\0';
	dash = strchr(address, '-');
	if (dash) {
		*dash = '\0';
		if (!ip_parse(dash + 1, &target->ip_last))
			return false;
	}
	return ip_parse(address, &target->ip);
}

static bool
read_nat(struct reader *reader, size_t i, size_t end)
{
	const char *option = reader->target.kind == TARGET_DNAT ? "--to-destination" : "--to-source";

	if (!is(reader, i, option) || i + 1 >= end || !parse_nat_range(reader->words[i + 1].text, &reader->target))
		return false;
	if (reader->target.ip.family != IP_NONE && reader->target.ip.family != reader->ruleset->family)
		return false;
	return read_random_fully(reader, i + 2, end);
}

static bool
read_set_mark(struct reader *reader, size_t i, size_t end)
{
	struct target *target = &reader->target;
	uint32_t value, mask;

	if (i + 2 != end || !parse_masked(reader->words[i + 1].text, &value, &mask))
		return false;
	target->value = value;
	target->mask = mask;
	if (is(reader, i, "--set-xmark"))
		return true;
	if (is(reader, i, "--set-mark")) {
		target->mask |= value;
		return true;
	}
	if (mask != UINT32_MAX)
		return false;
	if (is(reader, i, "--or-mark")) {
		target->kind = TARGET_MARK_OR;
		target->mask = value;
	} else if (is(reader, i, "--xor-mark")) {
		target->kind = TARGET_MARK_XOR;
		target->mask = 0;
	} else if (is(reader, i, "--and-mark")) {
		target->value = 0;
		target->mask = ~value;
	} else
		return false;
	return true;
}

static const struct {
	const char *name;
	enum target_kind kind;
	module_fn *read;
} targets[] = {
	{ "ACCEPT", TARGET_ACCEPT, read_bare },
	{ "DROP", TARGET_DROP, read_bare },
	{ "RETURN", TARGET_RETURN, read_bare },
	{ "REJECT", TARGET_REJECT, read_reject },
	{ "DNAT", TARGET_DNAT, read_nat },
	{ "SNAT", TARGET_SNAT, read_nat },
	{ "MASQUERADE", TARGET_MASQUERADE, read_random_fully },
	{ "MARK", TARGET_MARK_SET, read_set_mark },
};

/* Names that can't be chains of the text: the other targets of iptables 1.8. */
static const char *const extensions[] = {
	"AUDIT", "CHECKSUM", "CLASSIFY", "CLUSTERIP", "CONNMARK", "CONNSECMARK", "CT", "DNPT", "DSCP", "ECN", "HL", "HMARK",
	"IDLETIMER", "LED", "LOG", "NETMAP", "NFLOG", "NFQUEUE", "NOTRACK", "QUEUE", "RATEEST", "REDIRECT", "SECMARK", "SET",
	"SNPT", "SYNPROXY", "TCPMSS", "TCPOPTSTRIP", "TEE", "TOS", "TPROXY", "TRACE", "TTL", "ULOG",
};

static bool
is_extension(const char *name)
{
	for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
		if (strcmp(extensions[i], name) == 0)
			return true;
	}
	return false;
}

/* "-j NAME option .." in words first .. end */
static int
read_target(struct reader *reader, size_t first, size_t end)
{
	struct target *target = &reader->target;
	const char *name;

	if (first + 1 >= end)
		return fail(reader, reader->words[first].column, "%s needs a target", reader->words[first].text);
	name = reader->words[first + 1].text;
	if (is(reader, first, "-g") || is(reader, first, "--goto")) {
		*target = (struct target){ .kind = TARGET_GOTO, .text = name };
		return 0;
	}
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		if (strcmp(targets[i].name, name) != 0)
			continue;
		*target = (struct target){ .kind = targets[i].kind };
		if (targets[i].read(reader, first + 2, end))
			return 0;
		break;
	}
	*target = (struct target){ .kind = TARGET_JUMP, .text = name };
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		if (strcmp(targets[i].name, name) == 0)
			target->kind = TARGET_OTHER;
	}
	if (end > first + 2 || is_extension(name))
		target->kind = TARGET_OTHER;
	if (target->kind == TARGET_OTHER)
		target->text = raw_words(reader, first + 1, end);
	return 0;
}

/* Rules. */

static bool
starts_block(const struct reader *reader, size_t i)
{
	static const char *const starts[] = { "-m", "--match", "-j", "--jump", "-g", "--goto", "-c", "--set-counters" };

	for (size_t k = 0; k < sizeof starts / sizeof *starts; k++) {
		if (is(reader, i, starts[k]))
			return true;
	}
	return find_plain(reader, i + is(reader, i, "!")) != NULL;
}

static size_t
block_end(const struct reader *reader, size_t i)
{
	for (i++; i < reader->n && !starts_block(reader, i); i++)
		continue;
	return i;
}

/* One block at *i; moves *i behind it. */
static int
read_block(struct reader *reader, size_t *i)
{
	size_t first = *i, end = block_end(reader, first);
	bool invert = is(reader, first, "!");
	const struct plain *plain = find_plain(reader, first + invert);
	const struct word *word = &reader->words[first];

	if (plain) {
		*i = end = first + invert + 2;
		if (end > reader->n)
			return fail(reader, word->column, "%s needs a value", reader->words[first + invert].text);
		return read_plain(reader, first, end, plain, invert);
	}
	*i = end;
	if (is(reader, first, "-j") || is(reader, first, "--jump") || is(reader, first, "-g") || is(reader, first, "--goto"))
		return read_target(reader, first, end);
	if (is(reader, first, "-c") || is(reader, first, "--set-counters"))
		return 0;
	if (is(reader, first, "-m") || is(reader, first, "--match")) {
		if (first + 1 == end)
			return fail(reader, word->column, "%s needs the name of a match", word->text);
		read_module(reader, first, end);
		return 0;
	}
	if (*word->text != '-' && !invert)
		return fail(reader, word->column, "\"%s\" is not an option", word->text);
	read_implied(reader, first, end);
	return 0;
}

static struct step *
add_step(struct reader *reader, enum step_kind kind, const char *chain)
{
	struct step *step = vec_push(&reader->steps);

	step->kind = kind;
	step->table = reader->table;
	step->chain = chain ? arena_strdup(&reader->arena, chain) : NULL;
	step->line = reader->line;
	return step;
}

static bool
is_builtin(const struct reader *reader, const char *chain)
{
	for (const char *const *name = table_builtins(reader->table); *name; name++) {
		if (strcmp(*name, chain) == 0)
			return true;
	}
	return false;
}

static bool
is_chain(const struct reader *reader, const char *name)
{
	const struct table *table = ruleset_find_table(reader->ruleset, reader->table);

	return map_get(&reader->declared, name) || is_builtin(reader, name) || (table && table_find_chain(table, name));
}

static int
check_chain(struct reader *reader, size_t i)
{
	const struct word *word = &reader->words[i];

	if (strlen(word->text) > CHAIN_NAME_MAX)
		return fail(reader, word->column, "the chain name %s is longer than %d characters", word->text, CHAIN_NAME_MAX);
	if (!is_chain(reader, word->text))
		return fail(reader, word->column, "table %s has no chain %s", reader->table, word->text);
	return 0;
}

/* "-A CHAIN .." and "-I CHAIN [number] ..", the words from `at` */
static int
read_rule(struct reader *reader, size_t at)
{
	bool insert = is(reader, at, "-I") || is(reader, at, "--insert");
	const char *number = insert && at + 2 < reader->n ? reader->words[at + 2].text : "";
	uint32_t position = 1;
	struct step *step;
	size_t i = at + 2;

	if (check_chain(reader, at + 1) != 0)
		return -1;
	if (ascii_isdigit((unsigned char)*number)) {
		if (!parse_number(&number, UINT32_MAX, &position) || *number || position == 0)
			return fail(reader, reader->words[i].column, "\"%s\" is not a rule number", reader->words[i].text);
		i++;
	}
	vec_clear(&reader->matches);
	reader->target = (struct target){ .kind = TARGET_NONE };
	while (i < reader->n) {
		if (read_block(reader, &i) != 0)
			return -1;
	}
	step = add_step(reader, insert ? STEP_INSERT : STEP_APPEND, reader->words[at + 1].text);
	step->position = position - 1;
	step->nmatches = reader->matches.n;
	step->target = reader->target;
	if (reader->target.text)
		step->target.text = arena_strdup(&reader->arena, reader->target.text);
	for (size_t k = 0; k < reader->matches.n; k++) {
		if (reader->matches.v[k].text)
			reader->matches.v[k].text = arena_strdup(&reader->arena, reader->matches.v[k].text);
	}
	step->matches = arena_memdup(&reader->arena, reader->matches.v, reader->matches.n * sizeof *reader->matches.v);
	return 0;
}

/* Lines. */

static int
declare_chain(struct reader *reader, const struct word *name, const char *text, const char *policy, unsigned column)
{
	bool builtin = is_builtin(reader, text);
	bool standard = strcmp(policy, "ACCEPT") == 0 || strcmp(policy, "DROP") == 0;

	if (!*text || strlen(text) > CHAIN_NAME_MAX)
		return fail(reader, name->column, "a chain name has 1 to %d characters", CHAIN_NAME_MAX);
	if (builtin ? !standard : strcmp(policy, "-") != 0)
		return fail(reader, column, builtin ? "the policy of %s is ACCEPT or DROP, not \"%s\"" :
			"chain %s is not built in and has no policy but \"-\", not \"%s\"", text, policy);
	map_set(&reader->declared, text, reader);
	add_step(reader, STEP_CHAIN, text)->policy = strcmp(policy, "-") == 0 ? "-" : *policy == 'A' ? "ACCEPT" : "DROP";
	return 0;
}

static int
read_append(struct reader *reader, size_t at)
{
	if (at + 1 >= reader->n)
		return fail(reader, reader->words[at].column, "%s needs a chain", reader->words[at].text);
	return read_rule(reader, at);
}

static int
read_new(struct reader *reader, size_t at)
{
	if (at + 1 >= reader->n)
		return fail(reader, reader->words[at].column, "%s needs a chain", reader->words[at].text);
	return declare_chain(reader, &reader->words[at + 1], reader->words[at + 1].text, "-", reader->words[at + 1].column);
}

static int
read_policy(struct reader *reader, size_t at)
{
	if (at + 2 >= reader->n)
		return fail(reader, reader->words[at].column, "%s needs a chain and a policy", reader->words[at].text);
	if (!is_builtin(reader, reader->words[at + 1].text))
		return fail(reader, reader->words[at + 1].column, "%s is not a built-in chain of table %s",
			reader->words[at + 1].text, reader->table);
	return declare_chain(reader, &reader->words[at + 1], reader->words[at + 1].text, reader->words[at + 2].text,
		reader->words[at + 2].column);
}

static int
read_flush(struct reader *reader, size_t at)
{
	if (at + 1 < reader->n && check_chain(reader, at + 1) != 0)
		return -1;
	add_step(reader, STEP_FLUSH, at + 1 < reader->n ? reader->words[at + 1].text : NULL);
	return 0;
}

static int
read_delete_chain(struct reader *reader, size_t at)
{
	if (at + 1 >= reader->n)
		return fail(reader, reader->words[at].column, "%s needs a chain", reader->words[at].text);
	if (check_chain(reader, at + 1) != 0)
		return -1;
	add_step(reader, STEP_DELETE, reader->words[at + 1].text);
	return 0;
}

static const struct {
	const char *name, *long_name;
	int (*read)(struct reader *reader, size_t at);
} commands[] = {
	{ "-A", "--append", read_append },
	{ "-I", "--insert", read_append },
	{ "-N", "--new-chain", read_new },
	{ "-P", "--policy", read_policy },
	{ "-F", "--flush", read_flush },
	{ "-X", "--delete-chain", read_delete_chain },
};

static int
read_command(struct reader *reader)
{
	size_t at = reader->words[0].text[0] == '[' && reader->n > 1;	/* counters */
	const struct word *word = &reader->words[at];

	if (*word->text != '-')
		return fail(reader, word->column, "expected \"*table\", \":CHAIN\", \"-A CHAIN\" or \"COMMIT\"; this is not the "
			"text of iptables-save");
	if (!reader->table)
		return fail(reader, word->column, "a rule outside of a table: \"*nat\" or another table's line comes first, as in "
			"the text of iptables-save");
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (strcmp(commands[i].name, word->text) == 0 || strcmp(commands[i].long_name, word->text) == 0)
			return commands[i].read(reader, at);
	}
	return fail(reader, word->column, "%s is not read here; -A, -I, -N, -P, -F and -X are", word->text);
}

static int
open_table(struct reader *reader)
{
	const char *name = reader->words[0].text + 1;

	if (reader->table)
		return fail(reader, 1, "table %s has no COMMIT", reader->table);
	if (!table_builtins(name))
		return fail(reader, reader->words[0].column, "\"%s\" is not a table; filter, nat, mangle, raw and security are", name);
	reader->table = arena_strdup(&reader->arena, name);
	map_release(&reader->declared);
	/* a table exists from its first line on, also without chains */
	add_step(reader, STEP_CHAIN, NULL);
	return 0;
}

static int
read_chain_line(struct reader *reader)
{
	const struct word *name = &reader->words[0];

	if (!reader->table)
		return fail(reader, name->column, "a chain outside of a table: \"*nat\" or another table's line comes first");
	if (reader->n < 2)
		return fail(reader, name->column, "expected \":CHAIN POLICY [packets:bytes]\"");
	return declare_chain(reader, name, name->text + 1, reader->words[1].text, reader->words[1].column);
}

static int
check_bytes(struct reader *reader, const char *line, size_t len)
{
	if (len > RULESET_LINE_MAX)
		return fail(reader, 0, "a line longer than %u bytes", RULESET_LINE_MAX);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return fail(reader, (unsigned)i + 1, "byte 0x%02x: this is not text", c);
	}
	if (!utf8_valid(line, len))
		return fail(reader, 0, "not valid UTF-8: this is not text");
	return 0;
}

static int
read_line(struct reader *reader, const char *line, size_t len)
{
	while (len > 0 && line[len - 1] == '\r')
		len--;
	if (check_bytes(reader, line, len) != 0)
		return -1;
	if (len > 0 && *line == '#')
		return 0;
	if (cut_words(reader, line, len) != 0)
		return -1;
	if (reader->n == 0)
		return 0;
	switch (*reader->words[0].text) {
	case '*':
		return open_table(reader);
	case ':':
		return read_chain_line(reader);
	default:
		break;
	}
	if (!is(reader, 0, "COMMIT"))
		return read_command(reader);
	if (!reader->table)
		return fail(reader, reader->words[0].column, "COMMIT outside of a table");
	reader->table = NULL;
	return 0;
}

static void
flush_all(struct table *table)
{
	for (size_t i = 0; i < table->chains.n; i++)
		table_flush_chain(table, table->chains.v[i]);
}

static void
do_chain_step(struct ruleset *ruleset, struct table *table, const struct step *step)
{
	struct chain *chain;

	if (!step->chain)
		return;
	chain = table_chain(ruleset, table, step->chain);
	if (*step->policy == '-')
		table_flush_chain(table, chain);
	chain->policy = step->policy;
}

static void
do_step(struct ruleset *ruleset, const struct step *step)
{
	struct table *table = ruleset_table(ruleset, step->table);

	switch (step->kind) {
	case STEP_CHAIN:
		do_chain_step(ruleset, table, step);
		break;
	case STEP_APPEND:
		table_append(ruleset, table, step->chain, step->matches, step->nmatches, &step->target)->line = step->line;
		break;
	case STEP_INSERT:
		table_insert(ruleset, table, step->chain, step->position, step->matches, step->nmatches, &step->target)->line =
			step->line;
		break;
	case STEP_FLUSH:
		if (step->chain)
			table_flush_chain(table, table_chain(ruleset, table, step->chain));
		else
			flush_all(table);
		break;
	case STEP_DELETE:
		*vec_push(&table->removed) = arena_strdup(&ruleset->arena, step->chain);
		break;
	}
}

static int
read_lines(struct reader *reader, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		reader->line++;
		if (read_line(reader, text, (size_t)(stop - text)) != 0)
			return -1;
		text = newline ? newline + 1 : end;
	}
	if (reader->table)
		return fail(reader, 0, "table %s has no COMMIT", reader->table);
	return 0;
}

int
ruleset_read(struct ruleset *ruleset, const char *file, const char *text, size_t len, struct err *err)
{
	struct reader reader = { .ruleset = ruleset, .file = file, .err = err, .arena = ARENA_INIT, .declared = MAP_INIT };
	int result;

	if (len > RULESET_BYTES_MAX)
		return err_at(err, file, 0, 0, "longer than %u bytes", RULESET_BYTES_MAX);
	result = read_lines(&reader, text, len);
	for (size_t i = 0; result == 0 && i < reader.steps.n; i++)
		do_step(ruleset, &reader.steps.v[i]);
	vec_release(&reader.steps);
	vec_release(&reader.matches);
	map_release(&reader.declared);
	free(reader.text);
	arena_release(&reader.arena);
	return result;
}
