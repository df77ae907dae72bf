/*
 * A line of rules cut into words, and the numbers and addresses that words hold.  Quoting follows iptables-restore
 * (iptables/xshared.c, add_param_to_argv): quotes may stand anywhere, a backslash counts inside them only.
 */
#include "proxy/rule_read.h"

#include <string.h>

static int
cut_word(struct rule_reader *reader, const char **at, const char *end, const char *line, char **out)
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
		return rule_fail(reader, word->column, "a quote that is not closed");
	*(*out)++ = '\0';
	word->raw_len = (size_t)(*at - word->raw);
	reader->n++;
	return 0;
}

int
rule_cut(struct rule_reader *reader, const char *line, size_t len)
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
			return rule_fail(reader, (unsigned)(at - line) + 1, "more than %d words in one rule",
				RULESET_WORDS_MAX);
		if (cut_word(reader, &at, end, line, &out) != 0)
			return -1;
	}
}

bool
rule_word_is(const struct rule_reader *reader, size_t i, const char *text)
{
	return i < reader->n && strcmp(reader->words[i].text, text) == 0;
}

const char *
rule_raw_words(struct rule_reader *reader, size_t first, size_t end)
{
	const char *start = reader->words[first].raw;

	return arena_strndup(&reader->arena, start,
		(size_t)(reader->words[end - 1].raw + reader->words[end - 1].raw_len - start));
}

bool
rule_is_name(const char *text)
{
	return *text && !strpbrk(text, " \t\"'\\");
}

bool
rule_parse_number(const char **text, uint32_t max, uint32_t *value)
{
	const char *at = *text;
	unsigned base = at[0] == '0' && (at[1] == 'x' || at[1] == 'X') ? 16 : 10;
	uint64_t sum = 0;

	if (base == 16)
		at += 2;
	for (*text = at; ; at++) {
		int c = ascii_tolower((unsigned char)*at);
		unsigned digit = 16;

		if (ascii_isdigit(c))
			digit = (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (unsigned)(c - 'a') + 10;
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

bool
rule_parse_masked(const char *text, uint32_t *value, uint32_t *mask)
{
	*mask = UINT32_MAX;
	if (!rule_parse_number(&text, UINT32_MAX, value))
		return false;
	if (*text == '/') {
		text++;
		if (!rule_parse_number(&text, UINT32_MAX, mask))
			return false;
	}
	return *text == '\0';
}

bool
rule_parse_ports(const char *text, char between, uint16_t *first, uint16_t *last)
{
	uint32_t a = 0, b;

	if (*text != between && !rule_parse_number(&text, UINT16_MAX, &a))
		return false;
	b = a;
	if (*text == between) {
		text++;
		b = UINT16_MAX;
		if (*text && !rule_parse_number(&text, UINT16_MAX, &b))
			return false;
	}
	if (*text || b < a)
		return false;
	*first = (uint16_t)a;
	*last = (uint16_t)b;
	return true;
}

/* Without strtod, whose decimal point depends on the locale.  Exact up to 15 digits. */
bool
rule_parse_probability(const char *text, double *probability)
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

bool
rule_parse_address(enum ip_family family, const char *text, struct match *match)
{
	const char *slash = strchr(text, '/');
	struct ip mask;

	match->bare = !slash;
	if (!slash) {
		match->cidr.prefix = ip_bits(family);
		return ip_parse(text, &match->cidr.ip) && match->cidr.ip.family == family;
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
	return match->cidr.ip.family == family;
}
