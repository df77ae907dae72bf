/* Addresses and CIDRs, read and printed as Go's net and netip packages do. */
#include "base/ip.h"

#include <stdio.h>
#include <string.h>

#include "svcsim/str.h"

static bool
parse4(const char *text, size_t len, bool lenient, uint8_t out[static 4])
{
	size_t at = 0;

	for (int part = 0; part < 4; part++) {
		unsigned value = 0;
		size_t digits = 0;

		if (part && (at >= len || text[at++] != '.'))
			return false;
		for (; at < len && ascii_isdigit(text[at]); at++, digits++) {
			if (!lenient && digits && value == 0)
				return false;	/* a leading zero */
			value = value * 10 + (unsigned)(text[at] - '0');
			if (value > 255)
				return false;
		}
		if (!digits)
			return false;
		out[part] = (uint8_t)value;
	}
	return at == len;
}

static int
hex_digit(char c)
{
	if (ascii_isdigit(c))
		return c - '0';
	c = (char)ascii_tolower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One group of at most four hex digits; returns its length, 0 when there is none. */
static size_t
parse_group(const char *text, size_t len, unsigned *value)
{
	size_t n = 0;

	*value = 0;
	while (n < len && hex_digit(text[n]) >= 0) {
		if (n == 4)
			return 0;
		*value = *value << 4 | (unsigned)hex_digit(text[n++]);
	}
	return n;
}

/* The part after "::" was written from the front: it goes to the end. */
static void
spread(uint8_t out[static 16], size_t filled, size_t gap)
{
	size_t tail = filled - gap;

	memmove(out + 16 - tail, out + gap, tail);
	memset(out + gap, 0, 16 - filled);
}

static bool
parse6(const char *text, size_t len, bool lenient, uint8_t out[static 16])
{
	size_t at = 0, filled = 0, gap = SIZE_MAX;

	memset(out, 0, 16);
	if (len >= 2 && text[0] == ':' && text[1] == ':') {
		gap = 0;
		at = 2;
	}
	while (at < len && filled < 16) {
		unsigned value;
		size_t n = parse_group(text + at, len - at, &value);

		if (n && at + n < len && text[at + n] == '.') {	/* ::ffff:1.2.3.4 */
			if (filled > 12 || !parse4(text + at, len - at, lenient, out + filled))
				return false;
			filled += 4;
			at = len;
			break;
		}
		if (!n)
			return false;
		out[filled++] = (uint8_t)(value >> 8);
		out[filled++] = (uint8_t)value;
		at += n;
		if (at == len)
			break;
		if (text[at] != ':' || at + 1 == len)
			return false;
		at++;
		if (text[at] == ':') {
			if (gap != SIZE_MAX)
				return false;
			gap = filled;
			at++;
		}
	}
	if (at != len || (gap == SIZE_MAX && filled != 16) || (gap != SIZE_MAX && filled == 16))
		return false;
	if (gap != SIZE_MAX)
		spread(out, filled, gap);
	return true;
}

static bool
parse_family(const char *text, size_t len, bool lenient, struct ip *ip)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (!memchr(text, ':', len)) {
		ip->family = IP_V4;
		return parse4(text, len, lenient, ip->b);
	}
	ip->family = IP_V6;
	if (!parse6(text, len, lenient, ip->b))
		return false;
	if (memcmp(ip->b, mapped, 12) == 0) {	/* Go's net.IP takes it for the IPv4 address it is */
		memmove(ip->b, ip->b + 12, 4);
		memset(ip->b + 4, 0, 12);
		ip->family = IP_V4;
	}
	return true;
}

/* What can't be read gives no address at all. */
static bool
parse(const char *text, size_t len, bool lenient, struct ip *ip)
{
	memset(ip, 0, sizeof *ip);
	if (parse_family(text, len, lenient, ip))
		return true;
	memset(ip, 0, sizeof *ip);
	return false;
}

bool
ip_parse(const char *text, struct ip *ip)
{
	return parse(text, strlen(text), false, ip);
}

bool
ip_parse_lenient(const char *text, struct ip *ip)
{
	return parse(text, strlen(text), true, ip);
}

/* The longest run of at least two zero groups, which "::" stands for. */
static int
longest_zeros(const uint8_t *b, int *length)
{
	int best = -1;

	*length = 1;
	for (int i = 0; i < 8;) {
		int n = 0;

		while (i + n < 8 && !b[2 * (i + n)] && !b[2 * (i + n) + 1])
			n++;
		if (n > *length) {
			best = i;
			*length = n;
		}
		i += n + 1;
	}
	return best;
}

/* Without printf: ten thousand Services have half a million addresses. */
static char *
put_decimal(char *at, unsigned number)
{
	char digits[10];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	while (n > 0)
		*at++ = digits[--n];
	*at = '\0';
	return at;
}

const char *
ip_format(const struct ip *ip, char text[static IP_TEXT])
{
	int length, zeros;
	char *at = text;

	for (int i = 0; ip->family == IP_V4 && i < 4; i++) {
		if (i > 0)
			*at++ = '.';
		at = put_decimal(at, ip->b[i]);
	}
	if (ip->family == IP_V4)
		return text;
	*at = '\0';
	if (ip->family == IP_NONE)
		return text;
	zeros = longest_zeros(ip->b, &length);
	for (int i = 0; i < 8; i++) {
		if (i == zeros) {
			at += sprintf(at, "::");
			i += length - 1;
			continue;
		}
		at += sprintf(at, "%s%x", i && i != zeros + length ? ":" : "",
			(unsigned)ip->b[2 * i] << 8 | ip->b[2 * i + 1]);
	}
	return text;
}

int
ip_compare(const struct ip *a, const struct ip *b)
{
	return a->family != b->family ? (int)a->family - (int)b->family : memcmp(a->b, b->b, sizeof a->b);
}

bool
ip_equal(const struct ip *a, const struct ip *b)
{
	return ip_compare(a, b) == 0;
}

struct ip
ip4(uint32_t host_order)
{
	return (struct ip){ .family = IP_V4, .b = { (uint8_t)(host_order >> 24), (uint8_t)(host_order >> 16),
		(uint8_t)(host_order >> 8), (uint8_t)host_order } };
}

uint32_t
ip4_value(const struct ip *ip)
{
	return (uint32_t)ip->b[0] << 24 | (uint32_t)ip->b[1] << 16 | (uint32_t)ip->b[2] << 8 | ip->b[3];
}

struct ip
ip_plus(const struct ip *ip, uint64_t n)
{
	struct ip sum = *ip;
	uint64_t carry = n;

	for (int i = (int)ip_bits(ip->family) / 8 - 1; i >= 0 && carry; i--) {
		carry += sum.b[i];
		sum.b[i] = (uint8_t)carry;
		carry >>= 8;
	}
	return sum;
}

bool
ip_is_loopback(const struct ip *ip)
{
	static const uint8_t one[16] = { [15] = 1 };

	return ip->family == IP_V4 ? ip->b[0] == 127 : ip->family == IP_V6 && memcmp(ip->b, one, 16) == 0;
}

bool
ip_is_unspecified(const struct ip *ip)
{
	static const uint8_t zero[16];

	return ip->family != IP_NONE && memcmp(ip->b, zero, 16) == 0;
}

bool
ip_is_link_local(const struct ip *ip)
{
	if (ip->family == IP_V4)
		return (ip->b[0] == 169 && ip->b[1] == 254) || (ip->b[0] == 224 && !ip->b[1] && !ip->b[2]);
	return ip->family == IP_V6 &&
		((ip->b[0] == 0xfe && (ip->b[1] & 0xc0) == 0x80) || (ip->b[0] == 0xff && (ip->b[1] & 0x0f) == 2));
}

bool
ip_is_multicast(const struct ip *ip)
{
	return ip->family == IP_V4 ? (ip->b[0] & 0xf0) == 0xe0 : ip->family == IP_V6 && ip->b[0] == 0xff;
}

static bool
cidr_parse_as(const char *text, bool lenient, struct cidr *cidr)
{
	const char *slash = strchr(text, '/');
	unsigned prefix = 0;

	if (!slash || !slash[1] || strlen(slash + 1) > 3 || (slash[1] == '0' && slash[2] && !lenient) ||
		!parse(text, (size_t)(slash - text), lenient, &cidr->ip))
		return false;
	for (const char *c = slash + 1; *c; c++) {
		if (!ascii_isdigit(*c))
			return false;
		prefix = prefix * 10 + (unsigned)(*c - '0');
	}
	cidr->prefix = prefix;
	return prefix <= ip_bits(cidr->ip.family);
}

bool
cidr_parse(const char *text, struct cidr *cidr)
{
	return cidr_parse_as(text, false, cidr);
}

bool
cidr_parse_lenient(const char *text, struct cidr *cidr)
{
	return cidr_parse_as(text, true, cidr);
}

struct cidr
cidr_masked(const struct cidr *cidr)
{
	struct cidr masked = *cidr;

	for (unsigned i = 0; i < ip_bits(cidr->ip.family) / 8; i++) {
		unsigned kept = cidr->prefix > 8 * i ? cidr->prefix - 8 * i : 0;

		if (kept < 8)
			masked.ip.b[i] &= (uint8_t)(0xff00u >> kept);
	}
	return masked;
}

bool
cidr_contains(const struct cidr *cidr, const struct ip *ip)
{
	struct cidr network = cidr_masked(cidr), other = { *ip, cidr->prefix };

	if (cidr->ip.family != ip->family || ip->family == IP_NONE)
		return false;
	other = cidr_masked(&other);
	return ip_equal(&network.ip, &other.ip);
}

const char *
cidr_format(const struct cidr *cidr, char text[static IP_TEXT])
{
	char *at = text + strlen(ip_format(&cidr->ip, text));

	*at++ = '/';
	put_decimal(at, cidr->prefix);
	return text;
}

unsigned
ip_bits(enum ip_family family)
{
	return family == IP_V4 ? 32 : family == IP_V6 ? 128 : 0;
}

const char *
ip_port_format(const struct ip *ip, uint16_t port, char text[static IP_TEXT + 8])
{
	char *at = text;

	if (ip->family == IP_V6)
		*at++ = '[';
	ip_format(ip, at);
	at += strlen(at);
	if (ip->family == IP_V6)
		*at++ = ']';
	*at++ = ':';
	put_decimal(at, port);
	return text;
}
