/*
 * example.com stands where the network in which the transcripts were recorded had it; the others are public name
 * servers and sites with one of their real addresses.
 */
#include "server/outside.h"

#include <stdio.h>
#include <string.h>

#include "svcsim/str.h"

#define WEB "80/tcp,443/tcp"
#define RESOLVER "53/udp,53/tcp,443/tcp,853/tcp"

const struct outside_host outside_hosts[] = {
	{ "example.com,db.example.com", "203.0.113.80", "80/tcp" },
	{ "dns.google", "8.8.8.8", RESOLVER },
	{ "dns.google", "8.8.4.4", RESOLVER },
	{ "one.one.one.one", "1.1.1.1", RESOLVER ",80/tcp" },
	{ "one.one.one.one", "1.0.0.1", RESOLVER ",80/tcp" },
	{ "dns.quad9.net", "9.9.9.9", RESOLVER },
	{ "google.com,www.google.com", "142.250.185.78", WEB },
	{ "kubernetes.io,www.kubernetes.io", "3.33.186.135", WEB },
	{ "control-plane.io", "75.2.60.5", WEB },
	{ "github.com,www.github.com", "140.82.121.4", WEB ",22/tcp" },
	{ "api.github.com", "140.82.121.6", WEB },
	{ "registry.k8s.io", "34.96.108.209", WEB },
	{ NULL, NULL, NULL },
};

static bool
same_word(const char *at, const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (ascii_tolower(at[i]) != ascii_tolower(word[i]))
			return false;
	return true;
}

/* Is the word one of a list that commas part? */
static bool
listed(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list;; at++) {
		size_t n = strcspn(at, ",");

		if (n == len && same_word(at, word, n))
			return true;
		at += n;
		if (!*at)
			return false;
	}
}

bool
outside_has_name(const struct outside_host *host, const char *name)
{
	return listed(host->names, name);
}

const struct outside_host *
outside_by_name(const char *name)
{
	for (const struct outside_host *host = outside_hosts; host->names; host++)
		if (listed(host->names, name))
			return host;
	return NULL;
}

const struct outside_host *
outside_by_ip(const struct ip *ip)
{
	for (const struct outside_host *host = outside_hosts; host->names; host++) {
		struct ip have;

		if (ip_parse(host->address, &have) && ip_equal(&have, ip))
			return host;
	}
	return NULL;
}

bool
outside_listens(const struct outside_host *host, enum protocol protocol, uint16_t port)
{
	char word[16];

	snprintf(word, sizeof word, "%u/%s", port, protocol_lower(protocol));
	return listed(host->ports, word);
}
