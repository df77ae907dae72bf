#include "control/fit.h"

#include <string.h>

#include "control/placement.h"

typedef enum fit filter(struct placing *placing, const struct roster_node *node, reason_vec *reasons);

static enum fit
refuse(enum fit fit, reason_vec *reasons, const char *why)
{
	*vec_push(reasons) = why;
	return fit;
}

static const char *
text(const struct value *map, const char *key)
{
	const char *found = value_get_text(map, key);

	return found ? found : "";
}

/* ---- what the node says of itself ---- */

static enum fit
filter_names(struct placing *placing, const struct roster_node *node, reason_vec *reasons)
{
	if (placement_names_others(placing->spec, node->node))
		return refuse(FIT_NEVER, reasons, "node(s) didn't satisfy plugin(s) [NodeAffinity]");
	return FIT;
}

static enum fit
filter_cordon(struct placing *placing, const struct roster_node *node, reason_vec *reasons)
{
	if (placement_cordoned(placing->spec, node->node))
		return refuse(FIT_NEVER, reasons, "node(s) were unschedulable");
	return FIT;
}

static enum fit
filter_taints(struct placing *placing, const struct roster_node *node, reason_vec *reasons)
{
	const struct value *taint = placement_taint(placing->spec, node->node, false);

	if (!taint)
		return FIT;
	return refuse(FIT_NEVER, reasons, arena_printf(&placing->arena, "node(s) had untolerated taint {%s: %s}",
		text(taint, "key"),
		text(taint, "value")));
}

static enum fit
filter_selector(struct placing *placing, const struct roster_node *node, reason_vec *reasons)
{
	if (!placement_selected(placing->spec, node->node))
		return refuse(FIT_NEVER, reasons, "node(s) didn't match Pod's node affinity/selector");
	return FIT;
}

/* ---- nodeports ---- */

struct host_port {
	const char *ip, *protocol;
	int64_t port;
};

static bool
is_any_address(const char *ip)
{
	return !ip[0] || strcmp(ip, "0.0.0.0") == 0;
}

static struct host_port
host_port_of(const struct value *port)
{
	const char *protocol = text(port, "protocol");

	return (struct host_port){ text(port, "hostIP"), protocol[0] ? protocol : "TCP",
		value_get_int(port, "hostPort", 0) };
}

static bool
ports_collide(const struct value *mine, const struct value *its)
{
	const struct host_port a = host_port_of(mine), b = host_port_of(its);

	return a.port == b.port && strcmp(a.protocol, b.protocol) == 0 &&
		(is_any_address(a.ip) || is_any_address(b.ip) || strcmp(a.ip, b.ip) == 0);
}

static bool
is_taken(const struct value *port, const struct object *other)
{
	const struct value *containers = value_path(other->root, "spec.containers");

	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *ports = value_get(value_at(containers, i), "ports");

		for (size_t k = 0; k < value_count(ports); k++)
			if (ports_collide(port, value_at(ports, k)))
				return true;
	}
	return false;
}

static bool
is_taken_on(const struct value *port, const struct roster_node *node)
{
	if (value_get_int(port, "hostPort", 0) <= 0)
		return false;
	for (size_t i = 0; i < node->pods.n; i++)
		if (is_taken(port, node->pods.v[i].pod))
			return true;
	return false;
}

static enum fit
filter_ports(struct placing *placing, const struct roster_node *node, reason_vec *reasons)
{
	const struct value *containers = value_get(placing->spec, "containers");

	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *ports = value_get(value_at(containers, i), "ports");

		for (size_t k = 0; k < value_count(ports); k++)
			if (is_taken_on(value_at(ports, k), node))
				return refuse(FIT_NOT, reasons,
					"node(s) didn't have free ports for the requested pod ports");
	}
	return FIT;
}

/* ---- noderesources: all that is missing is told ---- */

static enum fit
filter_resources(struct placing *placing, const struct roster_node *node, reason_vec *reasons)
{
	int64_t most_pods = roster_has(node, "pods");
	enum fit fit = FIT;

	if (most_pods != INT64_MAX && (int64_t)node->pods.n + 1 > most_pods / 1000)
		fit = refuse(FIT_NOT, reasons, "Too many pods");
	for (size_t i = 0; i < placing->demand.list.n; i++) {
		const struct demand_amount *wanted = &placing->demand.list.v[i];

		if (wanted->milli > 0 &&
			wanted->milli >
				roster_has(node, wanted->resource) - demand_milli(&node->used, wanted->resource))
			fit = refuse(FIT_NOT, reasons,
				arena_printf(&placing->arena, "Insufficient %s", wanted->resource));
	}
	return fit;
}

/* ---- what other pods say ---- */

static enum fit
filter_spread(struct placing *placing, const struct roster_node *node, reason_vec *reasons)
{
	switch (spread_check(&placing->spread, node)) {
	case SPREAD_OK:
		break;
	case SPREAD_NO_LABEL:
		return refuse(FIT_NEVER, reasons, "node(s) didn't match pod topology spread constraints (missing "
			"required label)");
	case SPREAD_SKEWED:
		return refuse(FIT_NOT, reasons, "node(s) didn't match pod topology spread constraints");
	}
	return FIT;
}

static enum fit
filter_interpod(struct placing *placing, const struct roster_node *node, reason_vec *reasons)
{
	switch (interpod_check(&placing->interpod, node)) {
	case INTERPOD_OK:
		break;
	case INTERPOD_NOT_NEAR:
		return refuse(FIT_NEVER, reasons, "node(s) didn't match pod affinity rules");
	case INTERPOD_NOT_AWAY:
		return refuse(FIT_NOT, reasons, "node(s) didn't match pod anti-affinity rules");
	case INTERPOD_REPELLED:
		return refuse(FIT_NOT, reasons, "node(s) didn't satisfy existing pods anti-affinity rules");
	}
	return FIT;
}

static filter *const filters[] = { filter_names, filter_cordon, filter_taints, filter_selector, filter_ports,
	filter_resources,
	filter_spread, filter_interpod };

enum fit
placing_fits(struct placing *placing, const struct roster_node *node, reason_vec *reasons)
{
	enum fit fit = FIT;

	for (size_t i = 0; i < sizeof filters / sizeof *filters && fit == FIT; i++)
		fit = filters[i](placing, node, reasons);
	return fit;
}

void
placing_init(struct placing *placing, const struct object *pod, struct roster *roster)
{
	*placing = (struct placing){ .pod = pod, .spec = value_get(pod->root, "spec"), .roster = roster };
	demand_of(placing->spec, &placing->demand);
	spread_init(&placing->spread, pod, roster);
	interpod_init(&placing->interpod, pod, roster);
}

void
placing_recount(struct placing *placing)
{
	spread_release(&placing->spread);
	spread_init(&placing->spread, placing->pod, placing->roster);
	interpod_release(&placing->interpod);
	interpod_init(&placing->interpod, placing->pod, placing->roster);
}

void
placing_release(struct placing *placing)
{
	spread_release(&placing->spread);
	interpod_release(&placing->interpod);
	demand_release(&placing->demand);
	arena_release(&placing->arena);
}
