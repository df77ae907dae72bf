/*
 * Addresses and CIDRs of both families.  Texts follow Go's net package, since the API server prints by it: addresses
 * are printed in canonical form (RFC 5952 for IPv6).
 */
#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ip_family { IP_NONE, IP_V4, IP_V6 };

struct ip {
	enum ip_family family;
	uint8_t b[16];	/* network order; IPv4 in b[0..3], the rest zero */
};

struct cidr {
	struct ip ip;	/* as given: host bits may be set */
	unsigned prefix;
};

#define IP_TEXT 48	/* room for any address with prefix and NUL */

/* Both: false leaves *ip at family IP_NONE. */
bool ip_parse(const char *text, struct ip *ip);		/* strict: as netip.ParseAddr without a zone */
bool ip_parse_lenient(const char *text, struct ip *ip);	/* as Go's legacy net.ParseIP: leading zeros read as decimal */
const char *ip_format(const struct ip *ip, char text[static IP_TEXT]);	/* returns text */
int ip_compare(const struct ip *a, const struct ip *b);	/* family, then numerically */
bool ip_equal(const struct ip *a, const struct ip *b);
struct ip ip4(uint32_t host_order);
uint32_t ip4_value(const struct ip *ip);		/* host order; IPv4 only */
struct ip ip_plus(const struct ip *ip, uint64_t n);
bool ip_is_loopback(const struct ip *ip);
bool ip_is_unspecified(const struct ip *ip);
bool ip_is_link_local(const struct ip *ip);		/* 169.254/16, fe80::/10, 224.0.0/24, ff02::/16 */
bool ip_is_multicast(const struct ip *ip);

bool cidr_parse(const char *text, struct cidr *cidr);	/* needs the "/prefix" */
bool cidr_parse_lenient(const char *text, struct cidr *cidr);
struct cidr cidr_masked(const struct cidr *cidr);
bool cidr_contains(const struct cidr *cidr, const struct ip *ip);	/* false across families */
const char *cidr_format(const struct cidr *cidr, char text[static IP_TEXT]);	/* as it is; mask first for canonical */
unsigned ip_bits(enum ip_family family);		/* 32 or 128 */

/* "10.0.0.1:80", "[fd00::1]:80" */
const char *ip_port_format(const struct ip *ip, uint16_t port, char text[static IP_TEXT + 8]);

#endif
