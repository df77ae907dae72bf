/*
 * One rule.  Its words are cut into blocks, each a match module with its options, or one of the options that need no
 * module; a block that has exactly the shape that svcsim models becomes a match, any other is kept as it stands
 * (MATCH_OTHER).
 */
#include "proxy/rule_read.h"

#include <string.h>

static bool
is_either(const struct rule_reader *reader, size_t i, const char *name, const char *other)
{
	return rule_word_is(reader, i, name) || rule_word_is(reader, i, other);
}

/* Matches. */

static struct match *
add_match(struct rule_reader *reader, enum match_kind kind, bool invert)
{
	struct match *match = vec_push(&reader->matches);

	match->kind = kind;
	match->invert = invert;
	return match;
}

static void
add_other(struct rule_reader *reader, size_t first, size_t end)
{
	add_match(reader, MATCH_OTHER, false)->text = rule_raw_words(reader, first, end);
}

/* A module's reader gets the words of its options; false: not a shape that svcsim models. */
typedef bool module_fn(struct rule_reader *reader, size_t i, size_t end);

static bool
skip_not(const struct rule_reader *reader, size_t *i)
{
	bool invert = rule_word_is(reader, *i, "!");

	*i += invert;
	return invert;
}

/* The one option of a module that has one: its value, or NULL. */
static const char *
only_option(const struct rule_reader *reader, size_t i, size_t end, const char *option, bool *invert)
{
	*invert = skip_not(reader, &i);
	return i + 2 == end && rule_word_is(reader, i, option) ? reader->words[i + 1].text : NULL;
}

static bool
read_comment(struct rule_reader *reader, size_t i, size_t end)
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
read_states(struct rule_reader *reader, size_t i, size_t end, const char *option, const char *module)
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
read_conntrack(struct rule_reader *reader, size_t i, size_t end)
{
	return read_states(reader, i, end, "--ctstate", NULL);
}

static bool
read_state(struct rule_reader *reader, size_t i, size_t end)
{
	return read_states(reader, i, end, "--state", "state");
}

static bool
read_mark(struct rule_reader *reader, size_t i, size_t end)
{
	bool invert;
	const char *text = only_option(reader, i, end, "--mark", &invert);
	struct match *match;
	uint32_t value, mask;

	if (!text || !rule_parse_masked(text, &value, &mask))
		return false;
	match = add_match(reader, MATCH_MARK, invert);
	match->value = value;
	match->mask = mask;
	return true;
}

static bool
read_statistic(struct rule_reader *reader, size_t i, size_t end)
{
	bool invert;
	const char *text;
	struct match *match;
	double probability;

	if (!rule_word_is(reader, i, "--mode") || !rule_word_is(reader, i + 1, "random") || i + 2 >= end)
		return false;
	text = only_option(reader, i + 2, end, "--probability", &invert);
	if (!text || !rule_parse_probability(text, &probability))
		return false;
	match = add_match(reader, MATCH_STATISTIC, invert);
	match->probability = probability;
	match->value = (uint32_t)(probability * 2147483648.0 + 0.5);
	return true;
}

static bool
read_addrtype(struct rule_reader *reader, size_t i, size_t end)
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
is_full_mask(const struct rule_reader *reader, const char *text)
{
	struct ip mask;

	if (!ip_parse(text, &mask) || mask.family != reader->family)
		return false;
	for (unsigned i = 0; i < ip_bits(mask.family) / 8; i++) {
		if (mask.b[i] != 0xff)
			return false;
	}
	return true;
}

static bool
read_recent(struct rule_reader *reader, size_t i, size_t end)
{
	struct match match = { .kind = MATCH_OTHER, .text = "DEFAULT" };
	bool reap = false;

	for (match.cidr.ip.family = reader->family; i < end; i++) {
		bool invert = skip_not(reader, &i);
		const char *value = i + 1 < end ? reader->words[i + 1].text : "";

		if (is_either(reader, i, "--set", "--rcheck")) {
			if (match.kind != MATCH_OTHER)
				return false;
			match.kind = rule_word_is(reader, i, "--set") ? MATCH_RECENT_SET : MATCH_RECENT_CHECK;
			match.invert = invert;
		} else if (rule_word_is(reader, i, "--name") && rule_is_name(value)) {
			match.text = value;
			i++;
		} else if (rule_word_is(reader, i, "--seconds")) {
			if (!rule_parse_number(&value, UINT32_MAX, &match.value) || *value)
				return false;
			i++;
		}
		else if (rule_word_is(reader, i, "--reap"))
			reap = true;
		else if (rule_word_is(reader, i, "--mask") && is_full_mask(reader, value))
			i++;
		else if (!rule_word_is(reader, i, "--rsource"))
			return false;
	}
	if (match.kind == MATCH_OTHER || reap != (match.value > 0) || (match.kind == MATCH_RECENT_SET && reap))
		return false;
	*vec_push(&reader->matches) = match;
	return true;
}

static bool
read_nfacct(struct rule_reader *reader, size_t i, size_t end)
{
	bool invert;
	const char *name = only_option(reader, i, end, "--nfacct-name", &invert);

	if (!name || invert || !rule_is_name(name))
		return false;
	add_match(reader, MATCH_NFACCT, false)->text = name;
	return true;
}

/* "80,443,8000:8010": numbers, and ranges with both ends */
static bool
are_ports(const char *list)
{
	uint16_t first, last;
	char range[16];

	for (;; list++) {
		size_t len = strcspn(list, ",");

		if (len >= sizeof range || strspn(list, "0123456789:") != len || (len > 0 && list[len - 1] == ':'))
			return false;
		memcpy(range, list, len);
		range[len] = '\0';
		if (*range == ':' || !rule_parse_ports(range, ':', &first, &last))
			return false;
		list += len;
		if (!*list)
			return true;
	}
}

static bool
read_multiport(struct rule_reader *reader, size_t i, size_t end)
{
	static const struct {
		const char *option;
		uint32_t which;
	} options[] = {
		{ "--dports", MULTIPORT_DST }, { "--destination-ports", MULTIPORT_DST },
		{ "--sports", MULTIPORT_SRC }, { "--source-ports", MULTIPORT_SRC },
		{ "--ports", MULTIPORT_DST | MULTIPORT_SRC },
	};

	for (size_t k = 0; k < sizeof options / sizeof *options; k++) {
		bool invert;
		const char *list = only_option(reader, i, end, options[k].option, &invert);
		struct match *match;

		if (!list || !are_ports(list))
			continue;
		match = add_match(reader, MATCH_MULTIPORT, invert);
		match->text = list;
		match->value = options[k].which;
		return true;
	}
	return false;
}

static const struct module {
	const char *name;
	module_fn *read;
} modules[] = {
	{ "addrtype", read_addrtype },
	{ "comment", read_comment },
	{ "conntrack", read_conntrack },
	{ "mark", read_mark },
	{ "multiport", read_multiport },
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

/* "-m NAME option .." in words first .. end; where the next block begins, since a protocol's options are their own. */
static size_t
read_module(struct rule_reader *reader, size_t first, size_t end)
{
	const char *name = reader->words[first + 1].text;
	size_t before = reader->matches.n;
	enum protocol protocol;
	bool known = false;

	if (parse_port_protocol(name, &protocol)) {
		add_match(reader, MATCH_PROTOCOL_MODULE, false)->protocol = protocol;
		return first + 2;
	}
	for (size_t i = 0; !known && i < sizeof modules / sizeof *modules; i++) {
		if (strcmp(modules[i].name, name) == 0)
			known = modules[i].read(reader, first + 2, end);
	}
	if (!known) {
		reader->matches.n = before;
		add_other(reader, first, end);
	}
	return end;
}

/* The first match of a kind; NULL. */
static const struct match *
find_match(const struct rule_reader *reader, enum match_kind kind)
{
	for (size_t i = 0; i < reader->matches.n; i++) {
		if (reader->matches.v[i].kind == kind)
			return &reader->matches.v[i];
	}
	return NULL;
}

/* Options with one value that may stand anywhere in the rule. */
static const struct plain {
	const char *name;
	enum match_kind kind;
} plains[] = {
	{ "-s", MATCH_SOURCE }, { "--source", MATCH_SOURCE }, { "--src", MATCH_SOURCE },
	{ "-d", MATCH_DESTINATION }, { "--destination", MATCH_DESTINATION }, { "--dst", MATCH_DESTINATION },
	{ "-i", MATCH_IN }, { "--in-interface", MATCH_IN },
	{ "-o", MATCH_OUT }, { "--out-interface", MATCH_OUT },
	{ "-p", MATCH_PROTOCOL }, { "--protocol", MATCH_PROTOCOL }, { "--proto", MATCH_PROTOCOL },
	{ "--dport", MATCH_DPORT }, { "--destination-port", MATCH_DPORT },
	{ "--sport", MATCH_SPORT }, { "--source-port", MATCH_SPORT },
};

static const struct plain *
find_plain(const struct rule_reader *reader, size_t i)
{
	for (size_t k = 0; k < sizeof plains / sizeof *plains; k++) {
		if (rule_word_is(reader, i, plains[k].name))
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
read_address(struct rule_reader *reader, size_t first, size_t end, struct match *match)
{
	const struct word *value = &reader->words[end - 1];

	if (rule_parse_address(reader->family, value->text, match)) {
		if (match->cidr.prefix > 0 || match->invert)
			*vec_push(&reader->matches) = *match;
		return 0;
	}
	if (!strpbrk(value->text, ",/"))
		return rule_fail(reader, value->column, "\"%s\" is not an %s address", value->text,
			reader->family == IP_V6 ? "IPv6" : "IPv4");
	add_other(reader, first, end);
	return 0;
}

static void
read_protocol(struct rule_reader *reader, size_t first, size_t end, struct match *match)
{
	const char *text = reader->words[end - 1].text;

	if (!match->invert && (strcmp(text, "all") == 0 || strcmp(text, "0") == 0))
		return;
	if (parse_protocol_option(text, match))
		*vec_push(&reader->matches) = *match;
	else
		add_other(reader, first, end);
}

/* Without a -m of its own the protocol's module is loaded here, as iptables does. */
static int
read_port(struct rule_reader *reader, size_t end, struct match *match)
{
	const struct match *protocol = find_match(reader, MATCH_PROTOCOL);
	const struct word *option = &reader->words[end - 2], *value = option + 1;

	if (!rule_parse_ports(value->text, ':', &match->port_first, &match->port_last))
		return rule_fail(reader, value->column, "\"%s\" is not a port number, nor a range of them",
			value->text);
	if (!find_match(reader, MATCH_PROTOCOL_MODULE)) {
		if (!protocol || protocol->protocol == PROTOCOL_ICMP)
			return rule_fail(reader, option->column, "%s needs -p tcp, udp or sctp before it",
				option->text);
		add_match(reader, MATCH_PROTOCOL_MODULE, false)->protocol = protocol->protocol;
	}
	*vec_push(&reader->matches) = *match;
	return 0;
}

#define DEVICE_NAME_MAX 15

static int
read_device(struct rule_reader *reader, size_t end, struct match *match)
{
	const struct word *value = &reader->words[end - 1];

	if (!rule_is_name(value->text) || strlen(value->text) > DEVICE_NAME_MAX)
		return rule_fail(reader, value->column, "\"%s\" is not a device: 1 to %d characters without blanks",
			value->text, DEVICE_NAME_MAX);
	match->text = value->text;
	*vec_push(&reader->matches) = *match;
	return 0;
}

static int
read_plain(struct rule_reader *reader, size_t first, size_t end, const struct plain *plain)
{
	struct match match = { .kind = plain->kind, .invert = end - first == 3 };

	if (reader->seen & 1u << plain->kind)
		return rule_fail(reader, reader->words[first].column, "%s twice in one rule", plain->name);
	reader->seen |= 1u << plain->kind;
	switch (plain->kind) {
	case MATCH_SOURCE:
	case MATCH_DESTINATION:
		return read_address(reader, first, end, &match);
	case MATCH_PROTOCOL:
		read_protocol(reader, first, end, &match);
		return 0;
	case MATCH_DPORT:
	case MATCH_SPORT:
		return read_port(reader, end, &match);
	default:
		return read_device(reader, end, &match);
	}
}

/* Targets.  Each reader gets the words after the name; false: kept as TARGET_OTHER. */

static bool
read_bare(struct rule_reader *reader, size_t i, size_t end)
{
	(void)reader;
	return i == end;
}

static bool
read_reject(struct rule_reader *reader, size_t i, size_t end)
{
	reader->target.text = reader->family == IP_V6 ? "icmp6-port-unreachable" : "icmp-port-unreachable";
	if (i + 2 == end && rule_word_is(reader, i, "--reject-with") && rule_is_name(reader->words[i + 1].text))
		reader->target.text = reader->words[i + 1].text;
	else if (i != end)
		return false;
	return true;
}

static bool
read_random_fully(struct rule_reader *reader, size_t i, size_t end)
{
	reader->target.random_fully = i + 1 == end && rule_word_is(reader, i, "--random-fully");
	return i == end || reader->target.random_fully;
}

/* "1.2.3.4-1.2.3.9", or one address */
static bool
parse_ip_range(const char *text, size_t len, struct target *target)
{
	char address[2 * IP_TEXT];
	char *dash;

	if (len >= sizeof address)
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	dash = strchr(address, '-');
	if (dash) {
		*dash = '\0';
		if (!ip_parse(dash + 1, &target->ip_last))
			return false;
	}
	return ip_parse(address, &target->ip);
}

/* "10.0.0.1:80-90", ":80", "[fd00::1]:80", "fd00::1" */
static bool
parse_nat_range(const char *text, struct target *target)
{
	const char *bracket = *text == '[' ? strchr(text, ']') : NULL;
	const char *end = bracket ? bracket : text + strcspn(text, ":");
	const char *port = bracket ? bracket + 1 : end;

	if (*text == '[' && !bracket)
		return false;
	if (!bracket && *end && strchr(end + 1, ':'))	/* IPv6 without brackets has no port */
		return parse_ip_range(text, strlen(text), target);
	if (*port && (*port != ':' || !rule_parse_ports(port + 1, '-', &target->port, &target->port_last) ||
			target->port == 0))
		return false;
	text += bracket != NULL;
	return end == text ? target->port != 0 : parse_ip_range(text, (size_t)(end - text), target);
}

static bool
read_nat(struct rule_reader *reader, size_t i, size_t end)
{
	const char *option = reader->target.kind == TARGET_DNAT ? "--to-destination" : "--to-source";

	if (!rule_word_is(reader, i, option) || i + 1 >= end)
		return false;
	if (!parse_nat_range(reader->words[i + 1].text, &reader->target))
		return false;
	if (reader->target.ip.family != IP_NONE && reader->target.ip.family != reader->family)
		return false;
	return read_random_fully(reader, i + 2, end);
}

static bool
read_set_mark(struct rule_reader *reader, size_t i, size_t end)
{
	struct target *target = &reader->target;
	uint32_t value, mask;

	if (i + 2 != end || !rule_parse_masked(reader->words[i + 1].text, &value, &mask))
		return false;
	target->value = value;
	target->mask = mask;
	if (rule_word_is(reader, i, "--set-xmark"))
		return true;
	if (rule_word_is(reader, i, "--set-mark")) {
		target->mask |= value;
		return true;
	}
	if (mask != UINT32_MAX)
		return false;
	if (rule_word_is(reader, i, "--or-mark")) {
		target->kind = TARGET_MARK_OR;
		target->mask = value;
	} else if (rule_word_is(reader, i, "--xor-mark")) {
		target->kind = TARGET_MARK_XOR;
		target->mask = 0;
	} else if (rule_word_is(reader, i, "--and-mark")) {
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
	"AUDIT", "CHECKSUM", "CLASSIFY", "CLUSTERIP", "CONNMARK", "CONNSECMARK", "CT", "DNPT", "DSCP", "ECN", "HL",
	"HMARK", "IDLETIMER", "LED", "LOG", "NETMAP", "NFLOG", "NFQUEUE", "NOTRACK", "QUEUE", "RATEEST", "REDIRECT",
	"SECMARK", "SET", "SNPT", "SYNPROXY", "TCPMSS", "TCPOPTSTRIP", "TEE", "TOS", "TPROXY", "TRACE", "TTL",
	"ULOG",
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
read_target(struct rule_reader *reader, size_t first, size_t end)
{
	struct target *target = &reader->target;
	const char *name;

	if (target->kind != TARGET_NONE)
		return rule_fail(reader, reader->words[first].column, "a second target in one rule");
	if (first + 1 >= end)
		return rule_fail(reader, reader->words[first].column, "%s needs a target", reader->words[first].text);
	name = reader->words[first + 1].text;
	if (!rule_is_name(name))
		return rule_fail(reader, reader->words[first + 1].column, "\"%s\" is not the name of a target", name);
	if (is_either(reader, first, "-g", "--goto")) {
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
		target->text = rule_raw_words(reader, first + 1, end);
	return 0;
}

/* Blocks. */

/* A comment may be any word, and nothing in quotes is an option. */
static bool
starts_block(const struct rule_reader *reader, size_t i)
{
	static const char *const starts[] = { "-m", "--match", "-j", "--jump", "-g", "--goto", "-c", "--set-counters" };

	if (*reader->words[i].raw == '"' || rule_word_is(reader, i - 1, "--comment"))
		return false;
	for (size_t k = 0; k < sizeof starts / sizeof *starts; k++) {
		if (rule_word_is(reader, i, starts[k]))
			return true;
	}
	i += rule_word_is(reader, i, "!");
	return find_plain(reader, i) != NULL;
}

static size_t
block_end(const struct rule_reader *reader, size_t i)
{
	for (i += 1 + rule_word_is(reader, i, "!"); i < reader->n && !starts_block(reader, i); i++)
		continue;
	return i < reader->n ? i : reader->n;
}

/* One block at *i; moves *i behind it. */
static int
read_block(struct rule_reader *reader, size_t *i)
{
	size_t first = *i, end = block_end(reader, first);
	bool invert = rule_word_is(reader, first, "!");
	const struct plain *plain = find_plain(reader, first + invert);
	const struct word *word = &reader->words[first];
	const char *option = first + invert < reader->n ? reader->words[first + invert].text : "";

	if (plain) {
		*i = end = first + invert + 2;
		if (end > reader->n)
			return rule_fail(reader, word->column, "%s needs a value", option);
		return read_plain(reader, first, end, plain);
	}
	*i = end;
	if (is_either(reader, first, "-j", "--jump") || is_either(reader, first, "-g", "--goto"))
		return read_target(reader, first, end);
	if (is_either(reader, first, "-c", "--set-counters"))
		return 0;
	if (is_either(reader, first, "-m", "--match")) {
		if (first + 1 == end)
			return rule_fail(reader, word->column, "%s needs the name of a match", word->text);
		*i = read_module(reader, first, end);
		return 0;
	}
	if (strncmp(option, "--", 2) != 0 && strcmp(option, "-f") != 0)
		return rule_fail(reader, word->column, "\"%s\" is not an option", word->text);
	add_other(reader, first, end);
	return 0;
}

/* A protocol's module without its -p would see other protocols' bytes; iptables refuses it. */
static int
check_module(struct rule_reader *reader)
{
	const struct match *module = find_match(reader, MATCH_PROTOCOL_MODULE);
	const struct match *protocol = find_match(reader, MATCH_PROTOCOL);

	if (!module || (protocol && !protocol->invert && protocol->protocol == module->protocol))
		return 0;
	return rule_fail(reader, 0, "-m %s needs -p %s", protocol_lower(module->protocol),
		protocol_lower(module->protocol));
}

int
rule_read(struct rule_reader *reader, size_t first)
{
	vec_clear(&reader->matches);
	reader->seen = 0;
	reader->target = (struct target){ .kind = TARGET_NONE };
	while (first < reader->n) {
		if (read_block(reader, &first) != 0)
			return -1;
	}
	return check_module(reader);
}

void
rule_reader_release(struct rule_reader *reader)
{
	vec_release(&reader->matches);
	free(reader->text);
	arena_release(&reader->arena);
}
