/*
 * Virtual servers as ipvsadm 1.31 prints them (-Ln, -Sn), sets as `ipset save` of ipset 7.17 does.  A node at rest: no
 * connections.  The start value of a hash is the kernel's dice; here it comes from the set's name.
 */
#include <string.h>

#include "base/hash.h"
#include "proxy/ipvs.h"

#define IPVS_DEVICE_NUMBER "3"	/* made after lo and eth0 */

/* What mh needs to spread connections by ports too; kube-proxy asks for it. */
static const char *
scheduler_flags(const struct ipvs *ipvs)
{
	return strcmp(ipvs->scheduler, "mh") == 0 ? "mh-port" : NULL;
}

static void
list_servers(const struct ipvs *ipvs, struct str *out)
{
	const char *flags = scheduler_flags(ipvs);
	char text[IP_TEXT + 8];

	for (size_t i = 0; i < ipvs->servers.n; i++) {
		const struct virtual_server *server = &ipvs->servers.v[i];

		str_addf(out, "%-4s %s %s", protocol_name(server->protocol), ip_port_format(&server->ip, server->port, text),
			ipvs->scheduler);
		if (flags)
			str_addf(out, " (%s)", flags);
		if (server->persistent)
			str_addf(out, " persistent %d", server->persistent);
		str_addch(out, '\n');
		for (size_t j = 0; j < server->nreal; j++)
			str_addf(out, "  -> %-28s %-7s %-6d %-10u %-10u\n",
				ip_port_format(&server->real[j].ip, server->real[j].port, text), "Masq", 1, 0u, 0u);
	}
}

void
ipvs_write_list(const struct ipvs *v4, const struct ipvs *v6, struct str *out)
{
	str_add(out, "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n"
		"  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n");
	if (v4)
		list_servers(v4, out);
	if (v6)
		list_servers(v6, out);
}

static void
save_servers(const struct ipvs *ipvs, struct str *out)
{
	static const char *const options[] = {
		[PROTOCOL_TCP] = "-t", [PROTOCOL_UDP] = "-u", [PROTOCOL_SCTP] = "--sctp-service",
	};
	const char *flags = scheduler_flags(ipvs);
	char text[IP_TEXT + 8], real[IP_TEXT + 8];

	for (size_t i = 0; i < ipvs->servers.n; i++) {
		const struct virtual_server *server = &ipvs->servers.v[i];
		const char *option = options[server->protocol];

		ip_port_format(&server->ip, server->port, text);
		str_addf(out, "-A %s %s -s %s", option, text, ipvs->scheduler);
		if (server->persistent)
			str_addf(out, " -p %d", server->persistent);
		if (flags)
			str_addf(out, " -b %s", flags);
		str_addch(out, '\n');
		for (size_t j = 0; j < server->nreal; j++)
			str_addf(out, "-a %s %s -r %s -m -w 1\n", option, text,
				ip_port_format(&server->real[j].ip, server->real[j].port, real));
	}
}

void
ipvs_write_save(const struct ipvs *v4, const struct ipvs *v6, struct str *out)
{
	if (v4)
		save_servers(v4, out);
	if (v6)
		save_servers(v6, out);
}

static void
list_addresses(const struct ipvs *ipvs, struct str *out)
{
	char text[IP_TEXT];

	for (size_t i = 0; i < ipvs->bound.n; i++) {
		const struct ip *ip = &ipvs->bound.v[i];

		str_addf(out, IPVS_DEVICE_NUMBER ": kube-ipvs0    %s %s/%u scope global kube-ipvs0\\"
			"       valid_lft forever preferred_lft forever\n", ip->family == IP_V6 ? "inet6" : "inet",
			ip_format(ip, text), ip_bits(ip->family));
	}
}

void
ipvs_write_addresses(const struct ipvs *v4, const struct ipvs *v6, struct str *out)
{
	if (v4)
		list_addresses(v4, out);
	if (v6)
		list_addresses(v6, out);
}

static const char *
ipset_type(enum set_key key)
{
	switch (key) {
	case SET_ADDRESS:		return "hash:ip";
	case SET_ADDRESS_PORT:		return "hash:ip,port";
	case SET_ADDRESS_PORT_ADDRESS:	return "hash:ip,port,ip";
	case SET_ADDRESS_PORT_RANGE:	return "hash:ip,port,net";
	case SET_BARE_PORT:		return "bitmap:port";
	case SET_PORT:
	case SET_RANGE:
	case SET_NUMBER:		break;
	}
	BUG("no set of ipset");
}

static void
add_entry(const struct element *element, struct str *out)
{
	enum set_key key = element->set->key;
	char text[IP_TEXT];

	if (key == SET_BARE_PORT) {
		str_addf(out, "%u", (unsigned)element->port);
		return;
	}
	str_add(out, ip_format(&element->ip, text));
	if (key == SET_ADDRESS)
		return;
	str_addf(out, ",%s:%u", protocol_lower(element->protocol), (unsigned)element->port);
	if (key == SET_ADDRESS_PORT_ADDRESS)
		str_addf(out, ",%s", ip_format(&element->range.ip, text));
	else if (key == SET_ADDRESS_PORT_RANGE)
		str_addf(out, ",%s", element->range.prefix == ip_bits(element->range.ip.family)
			? ip_format(&element->range.ip, text) : cidr_format(&element->range, text));
}

static void
save_set(const struct set *set, struct str *out)
{
	str_addf(out, "create %s %s ", set->name, ipset_type(set->key));
	if (set->key == SET_BARE_PORT)
		str_add(out, "range 0-65535\n");
	else
		str_addf(out, "family %s hashsize 1024 maxelem 65536 bucketsize 12 initval 0x%08x\n",
			set->family == IP_V6 ? "inet6" : "inet",
			(unsigned)fnv32a(FNV32A_START, set->name, strlen(set->name)));
	for (size_t i = 0; i < set->elements.n; i++) {
		str_addf(out, "add %s ", set->name);
		add_entry(&set->elements.v[i], out);
		str_addch(out, '\n');
	}
}

void
ipset_write_save(const struct ruleset *ruleset, struct str *out)
{
	for (size_t i = 0; i < ruleset->sets.n; i++) {
		if (ruleset->sets.v[i]->ipset)
			save_set(ruleset->sets.v[i], out);
	}
}
