/*
 * The balancer of the cloud, or MetalLB: a Service of type LoadBalancer gets an address from the pool a few seconds after it was made
 * (k8s.io/cloud-provider/controllers/service).  Without a cloud nobody looks, and EXTERNAL-IP stays <pending>.
 */
#include <string.h>

#include "control/controllers.h"
#include "control/workload.h"

#define GIVE_TIME (3 * CLOCK_SECOND)

static bool
address_taken(const struct server *server, const struct ip *ip, const struct object *but)
{
	size_t n;
	const struct object *const *objects = store_list(server->store, kind_by_kind("Service"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct service *service = service_view(objects[i]);

		for (size_t j = 0; j < service->ningress && objects[i] != but; j++)
			if (ip_equal(&service->ingress[j].ip, ip))
				return true;
	}
	return false;
}

static bool
choose(const struct server *server, const struct object *object, struct ip *ip)
{
	const char *asked = value_text(value_path(object->root, "spec.loadBalancerIP"));
	const struct ip *first = &server->settings.balancer_first, *last = &server->settings.balancer_last;

	if (asked && ip_parse(asked, ip) && ip_compare(ip, first) >= 0 && ip_compare(ip, last) <= 0)
		return !address_taken(server, ip, object);
	for (*ip = *first; ip_compare(ip, last) <= 0; *ip = ip_plus(ip, 1)) {
		if (!address_taken(server, ip, object))
			return true;
	}
	return false;
}

static void
give(struct server *server, const struct object *object)
{
	struct object *copy;
	struct value *entry, *balancer;
	struct ip ip;
	char text[IP_TEXT];

	if (!choose(server, object, &ip))
		return;
	copy = object_copy(object);
	entry = value_map(&copy->arena);
	balancer = value_make_map(&copy->arena, value_make_map(&copy->arena, copy->root, "status"), "loadBalancer");
	value_set_text(&copy->arena, entry, "ip", ip_format(&ip, text));
	value_set_text(&copy->arena, entry, "ipMode", "VIP");
	value_append(&copy->arena, value_make_list(&copy->arena, balancer, "ingress"), entry);
	workload_commit(server, object, copy);
}

static int64_t
reconcile(struct server *server)
{
	object_vec services = VEC_INIT;
	int64_t wake = CLOCK_NEVER;

	if (server->settings.cloud == CLOUD_NONE)
		return CLOCK_NEVER;
	workload_list(server, "Service", NULL, &services);
	for (size_t i = 0; i < services.n; i++) {
		const struct service *service = service_view(services.v[i]);
		int64_t when = object_created(services.v[i]) + GIVE_TIME;

		if (service->type != SERVICE_LOAD_BALANCER || service->ningress || service->load_balancer_class[0])
			continue;
		if (server->clock.now >= when)
			give(server, services.v[i]);
		else if (when < wake)
			wake = when;
	}
	workload_list_release(&services);
	return wake;
}

static const char *const watches[] = { "Service", NULL };
const struct controller controller_cloudlb = { "cloudlb", watches, reconcile, NULL };
