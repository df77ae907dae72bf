#include "control/ipam.h"

#include "control/workload.h"

/* The part of an address that counts within its range; only ranges of up to 2^16 addresses are walked. */
static size_t
host_part(const struct ip *ip, size_t size)
{
	size_t last = ip_bits(ip->family) / 8 - 1;

	return (((size_t)ip->b[last - 1] << 8) | ip->b[last]) & (size - 1);
}

void
ipam_init(struct ipam *ipam, const struct server *server)
{
	*ipam = (struct ipam){ .server = server };
}

void
ipam_release(struct ipam *ipam)
{
	for (size_t i = 0; i < ipam->ranges.n; i++)
		free(ipam->ranges.v[i].taken);
	vec_release(&ipam->ranges);
}

static void
take(struct ipam_range *range, const struct ip *ip)
{
	size_t at = host_part(ip, range->size);

	range->taken[at] = true;
	if (at > range->highest)
		range->highest = at;
}

/* Marks what pods hold of it. */
static void
look_around(const struct server *server, struct ipam_range *range)
{
	size_t n;
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);

		for (size_t j = 0; j < pod->nips && (workload_pod_live(pod) || pod->deleting); j++)
			if (cidr_contains(&range->cidr, &pod->ips[j]))
				take(range, &pod->ips[j]);
	}
}

static struct ipam_range *
range_of(struct ipam *ipam, const struct cidr *cidr)
{
	struct cidr masked = cidr_masked(cidr);
	unsigned bits = ip_bits(cidr->ip.family) - cidr->prefix;
	struct ipam_range *range;

	for (size_t i = 0; i < ipam->ranges.n; i++)
		if (ip_equal(&ipam->ranges.v[i].cidr.ip, &masked.ip) && ipam->ranges.v[i].cidr.prefix == masked.prefix)
			return &ipam->ranges.v[i];
	range = vec_push(&ipam->ranges);
	*range = (struct ipam_range){ .cidr = masked, .size = (size_t)1 << (bits > 16 ? 16 : bits), .highest = 1 };
	range->taken = xcalloc(range->size, sizeof *range->taken);
	look_around(ipam->server, range);
	return range;
}

/* The one after the highest in use, as host-local goes round; at the end the lowest free one. */
static bool
address_next(struct ipam_range *range, struct ip *out)
{
	/* neither the network's own address, nor the bridge's, nor the broadcast */
	for (size_t i = 0; i + 3 < range->size; i++) {
		size_t at = 2 + (range->highest - 1 + i) % (range->size - 3);

		if (range->taken[at])
			continue;
		*out = ip_plus(&range->cidr.ip, at);
		take(range, out);
		return true;
	}
	return false;
}

void
ipam_put(struct object *copy, const char *one, const char *many, const struct ip *ip)
{
	struct value *status = value_get(copy->root, "status"), *entry = value_map(&copy->arena);
	char text[IP_TEXT];

	if (!value_get(status, one))
		value_set_text(&copy->arena, status, one, ip_format(ip, text));
	value_set_text(&copy->arena, entry, "ip", ip_format(ip, text));
	value_append(&copy->arena, value_make_list(&copy->arena, status, many), entry);
}

bool
ipam_assign(struct ipam *ipam, struct object *copy, const struct node *node, bool host_network)
{
	struct ip ip;

	for (size_t i = 0; host_network && i < node->nips; i++)
		ipam_put(copy, "podIP", "podIPs", &node->ips[i]);
	for (size_t i = 0; !host_network && i < node->npod_cidrs; i++) {
		if (!address_next(range_of(ipam, &node->pod_cidrs[i]), &ip))
			return false;
		ipam_put(copy, "podIP", "podIPs", &ip);
	}
	return value_path(copy->root, "status.podIP") != NULL;
}
