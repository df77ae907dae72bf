/* A packet as one line of text. */
#include "net/packet.h"

static void
print_end(const struct ip *ip, uint16_t port, struct str *out)
{
	char text[IP_TEXT + 8];

	str_add(out, port ? ip_port_format(ip, port, text) : ip_format(ip, text));
}

void
packet_print(const struct packet *packet, struct str *out)
{
	print_end(&packet->src, packet->sport, out);
	str_add(out, " -> ");
	print_end(&packet->dst, packet->dport, out);
	str_addf(out, " %s", protocol_name(packet->protocol));
}
