/*
 * A pod needs the more of two sums: of its containers and sidecars, which run side by side, and of each init container
 * with the sidecars started before it.  Overhead comes on top.  (spec.resources, the pod's own, is behind a gate that
 * v1.32 keeps shut.)
 */
#include "control/demand.h"

#include <string.h>

#include "api/quantity.h"
#include "control/podstatus.h"

#define SCORED_CPU 100				/* in thousandths */
#define SCORED_MEMORY (INT64_C(200) * 1024 * 1024 * 1000)

static int64_t
milli_of(const struct value *amount)
{
	if (amount && amount->type == VALUE_INT)
		return amount->integer * 1000;
	return value_text(amount) ? quantity_milli(value_text(amount)) : 0;
}

int64_t
demand_in_map(const struct value *resources, const char *resource)
{
	return milli_of(value_get(resources, resource));
}

int64_t
demand_milli(const struct demand *demand, const char *resource)
{
	for (size_t i = 0; i < demand->list.n; i++)
		if (strcmp(demand->list.v[i].resource, resource) == 0)
			return demand->list.v[i].milli;
	return 0;
}

static struct demand_amount *
amount_at(struct demand *demand, const char *resource)
{
	struct demand_amount *amount;

	for (size_t i = 0; i < demand->list.n; i++)
		if (strcmp(demand->list.v[i].resource, resource) == 0)
			return &demand->list.v[i];
	amount = vec_push(&demand->list);
	amount->resource = resource;
	return amount;
}

static void
add_map(struct demand *sum, const struct value *resources)
{
	for (size_t i = 0; i < value_count(resources); i++)
		amount_at(sum, resources->map.v[i].key)->milli += milli_of(resources->map.v[i].value);
}

static void
raise_to(struct demand *sum, const struct demand *least)
{
	for (size_t i = 0; i < least->list.n; i++) {
		struct demand_amount *amount = amount_at(sum, least->list.v[i].resource);

		if (amount->milli < least->list.v[i].milli)
			amount->milli = least->list.v[i].milli;
	}
	if (sum->scored_cpu < least->scored_cpu)
		sum->scored_cpu = least->scored_cpu;
	if (sum->scored_memory < least->scored_memory)
		sum->scored_memory = least->scored_memory;
}

void
demand_add(struct demand *sum, const struct demand *one)
{
	for (size_t i = 0; i < one->list.n; i++)
		amount_at(sum, one->list.v[i].resource)->milli += one->list.v[i].milli;
	sum->scored_cpu += one->scored_cpu;
	sum->scored_memory += one->scored_memory;
}

void
demand_subtract(struct demand *sum, const struct demand *one)
{
	for (size_t i = 0; i < one->list.n; i++)
		amount_at(sum, one->list.v[i].resource)->milli -= one->list.v[i].milli;
	sum->scored_cpu -= one->scored_cpu;
	sum->scored_memory -= one->scored_memory;
}

static void
add_container(struct demand *sum, const struct value *container)
{
	const struct value *requests = value_path(container, "resources.requests");

	add_map(sum, requests);
	sum->scored_cpu += value_get(requests, "cpu") ? demand_in_map(requests, "cpu") : SCORED_CPU;
	sum->scored_memory += value_get(requests, "memory") ? demand_in_map(requests, "memory") : SCORED_MEMORY;
}

/*
 * The most that is needed at once while the init containers go by; sidecars stay, and are added to those that come
 * later.
 */
static void
add_init_containers(const struct value *list, struct demand *sidecars, struct demand *most)
{
	for (size_t i = 0; i < value_count(list); i++) {
		struct demand now = DEMAND_INIT;

		demand_add(&now, sidecars);
		add_container(&now, value_at(list, i));
		raise_to(most, &now);
		if (podstatus_is_sidecar(value_at(list, i)))
			add_container(sidecars, value_at(list, i));
		demand_release(&now);
	}
}

void
demand_of(const struct value *spec, struct demand *out)
{
	const struct value *containers = value_get(spec, "containers"), *overhead = value_get(spec, "overhead");
	struct demand most = DEMAND_INIT;

	*out = (struct demand)DEMAND_INIT;
	add_init_containers(value_get(spec, "initContainers"), out, &most);
	for (size_t i = 0; i < value_count(containers); i++)
		add_container(out, value_at(containers, i));
	raise_to(out, &most);
	add_map(out, overhead);
	out->scored_cpu += demand_in_map(overhead, "cpu");
	out->scored_memory += demand_in_map(overhead, "memory");
	demand_release(&most);
}

void
demand_release(struct demand *demand)
{
	vec_release(&demand->list);
}
