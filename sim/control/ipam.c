#include "control/ipam.h"

#include "control/workload.h"

/* The part of an address that counts within its range; only ranges of up to 2^16 addresses are walked. */
static size_t
host_part(const struct ip *ip, size_t size)
{
	size_t last = ip_bits(ip->family) / 8 - 1;

	return (((size_t)ip->b[last - 1] << 8) | ip->b[last]) & (size - 1);
}

/* Marks what pods hold of the range, and gives the highest one. */
static size_t
mark_taken(const struct server *server, const struct cidr *range, bool *taken, size_t size)
{
	size_t n, highest = 1;
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);

		for (size_t j = 0; j < pod->nips && (workload_pod_live(pod) || pod->deleting); j++) {
			size_t at;

			if (!cidr_contains(range, &pod->ips[j]))
				continue;
			at = host_part(&pod->ips[j], size);
			taken[at] = true;
			if (at > highest)
				highest = at;
		}
	}
	return highest;
}

/* The one after the highest in use, as host-local goes round; at the end the lowest free one. */
static bool
address_next(const struct server *server, const struct cidr *range, struct ip *out)
{
	struct cidr masked = cidr_masked(range);
	unsigned bits = ip_bits(range->ip.family) - range->prefix;
	size_t size = (size_t)1 << (bits > 16 ? 16 : bits), highest;
	bool *taken = xcalloc(size, sizeof *taken), found = false;

	highest = mark_taken(server, range, taken, size);
	/* neither the network's own address, nor the bridge's, nor the broadcast */
	for (size_t i = 0; i + 3 < size && !found; i++) {
		size_t at = 2 + (highest - 1 + i) % (size - 3);

		found = !taken[at];
		if (found)
			*out = ip_plus(&masked.ip, at);
	}
	free(taken);
	return found;
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
ipam_assign(const struct server *server, struct object *copy, const struct node *node, bool host_network)
{
	struct ip ip;

	for (size_t i = 0; host_network && i < node->nips; i++)
		ipam_put(copy, "podIP", "podIPs", &node->ips[i]);
	for (size_t i = 0; !host_network && i < node->npod_cidrs; i++) {
		if (!address_next(server, &node->pod_cidrs[i], &ip))
			return false;
		ipam_put(copy, "podIP", "podIPs", &ip);
	}
	return value_path(copy->root, "status.podIP") != NULL;
}
