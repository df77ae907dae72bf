#include "control/roster.h"

#include <string.h>

static int
by_name(const void *wanted, const void *node)
{
	return strcmp(wanted, ((const struct roster_node *)node)->node->object->name);
}

struct roster_node *
roster_node(const struct roster *roster, const char *name)
{
	if (!roster->nodes.n)
		return NULL;
	return bsearch(name, roster->nodes.v, roster->nodes.n, sizeof *roster->nodes.v, by_name);
}

bool
roster_is_social(const struct object *pod)
{
	const struct value *affinity = value_get(value_get(pod->root, "spec"), "affinity");

	return affinity && (value_get(affinity, "podAffinity") || value_get(affinity, "podAntiAffinity"));
}

static void
put(struct roster_node *node, const struct object *pod)
{
	struct roster_pod *one = vec_push(&node->pods);

	one->pod = pod;
	demand_of(value_get(pod->root, "spec"), &one->demand);
	demand_add(&node->used, &one->demand);
	node->social += roster_is_social(pod);
}

void
roster_add(struct roster *roster, struct roster_node *node, const struct object *pod)
{
	*vec_push(&roster->held) = object_ref(pod);
	put(node, pod);
}

void
roster_take_out(struct roster_node *node, size_t i)
{
	struct roster_pod *one = &node->pods.v[i];

	demand_subtract(&node->used, &one->demand);
	node->social -= roster_is_social(one->pod);
	demand_release(&one->demand);
	memmove(one, one + 1, (node->pods.n - i - 1) * sizeof *one);
	node->pods.n--;
}

void
roster_init(struct roster *roster, struct server *server)
{
	size_t npods, nnodes;
	const struct object *const *nodes = store_list(server->store, kind_by_kind("Node"), NULL, &nnodes);
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &npods);

	*roster = (struct roster){ .server = server };
	for (size_t i = 0; i < nnodes; i++) {
		*vec_push(&roster->held) = object_ref(nodes[i]);
		*vec_push(&roster->nodes) = (struct roster_node){ .node = node_view(nodes[i]), .index = i };
	}
	for (size_t i = 0; i < npods; i++) {
		struct roster_node *node = roster_node(roster, pod_view(pods[i])->node);

		if (node && !workload_pod_done(pod_view(pods[i])))
			roster_add(roster, node, pods[i]);
	}
}

void
roster_release(struct roster *roster)
{
	for (size_t i = 0; i < roster->nodes.n; i++) {
		struct roster_node *node = &roster->nodes.v[i];

		for (size_t p = 0; p < node->pods.n; p++)
			demand_release(&node->pods.v[p].demand);
		vec_release(&node->pods);
		demand_release(&node->used);
	}
	vec_release(&roster->nodes);
	workload_list_release(&roster->held);
}

const char *
roster_label(const struct roster_node *node, const char *key)
{
	return object_label(node->node->object, key);
}

int64_t
roster_has(const struct roster_node *node, const char *resource)
{
	const struct value *status = value_get(node->node->object->root, "status"),
		*all = value_get(status, "allocatable");

	if (!value_count(all))
		all = value_get(status, "capacity");
	return value_count(all) ? demand_in_map(all, resource) : INT64_MAX;
}

/* ---- counts by topology ---- */

static char *
pair(struct str *text, const char *key, const char *value)
{
	str_clear(text);
	str_addf(text, "%s=%s", key, value);	/* no key holds an equals sign */
	return text->buf;
}

void
tally_add(struct tally *tally, const char *key, const char *value, int64_t n)
{
	struct str text = STR_INIT;
	uintptr_t index = (uintptr_t)map_get(&tally->counts, pair(&text, key, value));

	if (!index) {
		*vec_push(&tally->numbers) = 0;
		index = tally->numbers.n;
		map_set(&tally->counts, text.buf, (void *)index);
	}
	tally->numbers.v[index - 1] += n;
	str_release(&text);
}

int64_t
tally_get(const struct tally *tally, const char *key, const char *value)
{
	struct str text = STR_INIT;
	uintptr_t index = (uintptr_t)map_get(&tally->counts, pair(&text, key, value));

	str_release(&text);
	return index ? tally->numbers.v[index - 1] : 0;
}

void
tally_release(struct tally *tally)
{
	map_release(&tally->counts);
	vec_release(&tally->numbers);
}
