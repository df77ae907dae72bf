/*
 * ResourceQuotas: their own checks, what an object uses, and the refusal of what would be too much.  Follows
 * ValidateResourceQuota in pkg/apis/core/validation/validation.go, the evaluators in pkg/quota/v1/evaluator/core (pods,
 * services, counts), and the ResourceQuota admission of k8s.io/apiserver (checkRequest).  What is used is counted afresh
 * each time, so that it can't lag behind as the server's does.
 */
#include "server/quota.h"

#include <stdlib.h>
#include <string.h>

#include "api/quantity.h"
#include "server/podspec.h"

#define COUNT "count/"

static const struct place spec_at = { NULL, "spec", 0 };

/* ---- the checks ---- */

enum scope_use { FOR_PODS = 1, FOR_COMPUTE = 2 };

static const struct {
	const char *name;
	int uses; /* which amounts it goes with */
} scopes[] = {
	{ "Terminating", FOR_PODS | FOR_COMPUTE },
	{ "NotTerminating", FOR_PODS | FOR_COMPUTE },
	{ "BestEffort", FOR_PODS },
	{ "NotBestEffort", FOR_PODS | FOR_COMPUTE },
	{ "PriorityClass", FOR_PODS | FOR_COMPUTE },
	{ "CrossNamespacePodAffinity", FOR_PODS | FOR_COMPUTE },
};

static const char *const compute[] = { "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu",
	"limits.memory", NULL };
static const char *const counted[] = { "persistentvolumeclaims", "services", "replicationcontrollers", "resourcequotas",
	"secrets", "configmaps", "services.nodeports", "services.loadbalancers", "storage", "requests.storage",
	"ephemeral-storage", "requests.ephemeral-storage", "limits.ephemeral-storage", NULL };

static bool
has_word(const char *const *words, const char *text)
{
	for (size_t i = 0; words[i]; i++) {
		if (!strcmp(words[i], text))
			return true;
	}
	return false;
}

/* -1: no scope */
static int
scope_uses(const char *name)
{
	for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
		if (name && !strcmp(scopes[i].name, name))
			return scopes[i].uses;
	}
	return -1;
}

static bool
goes_with(int uses, const char *resource)
{
	if (!strcmp(resource, "pods"))
		return uses & FOR_PODS;
	if (has_word(compute, resource))
		return uses & FOR_COMPUTE;
	return !has_word(counted, resource);
}

static void
hard_validate(struct status *status, const struct value *hard)
{
	static const struct place list = { &spec_at, "hard", 0 };

	for (size_t i = 0; i < value_count(hard); i++) {
		const struct value_entry *entry = &hard->map.v[i];
		char *bracket = xasprintf("[%s]", entry->key);
		const struct place at = { &list, bracket, 0 };

		resource_quota_name_validate(status, entry->key, &at);
		resource_amount_validate(status, entry->key, entry->value, &at);
		free(bracket);
	}
}

static bool
has_scope(const struct value *list, const char *field, const char *name)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const char *text = field ? value_get_text(value_at(list, i), field) : value_text(value_at(list, i));

		if (text && !strcmp(text, name))
			return true;
	}
	return false;
}

static bool
conflict(const struct value *list, const char *field)
{
	return (has_scope(list, field, "BestEffort") && has_scope(list, field, "NotBestEffort")) ||
		(has_scope(list, field, "Terminating") && has_scope(list, field, "NotTerminating"));
}

static void
scopes_validate(struct status *status, const struct value *spec)
{
	const struct value *list = value_get(spec, "scopes"), *hard = value_get(spec, "hard");
	char *shown = go_text("[]core.ResourceQuotaScope", list);

	for (size_t i = 0; i < value_count(list); i++) {
		int uses = scope_uses(value_text(value_at(list, i)));

		if (uses < 0)
			place_invalid_text(status, &spec_at, "scopes", shown, "unsupported scope");
		for (size_t k = 0; uses >= 0 && k < value_count(hard); k++) {
			if (!goes_with(uses, hard->map.v[k].key))
				place_invalid_text(
					status, &spec_at, "scopes", shown, "unsupported scope applied to resource");
		}
	}
	if (conflict(list, NULL))
		place_invalid_text(status, &spec_at, "scopes", shown, "conflicting scopes");
	free(shown);
}

static void
requirement_validate(struct status *status, const struct value *requirement, const struct place *at)
{
	const char *op = value_get_text(requirement, "operator"), *scope = value_get_text(requirement, "scopeName");
	const struct value *values = value_get(requirement, "values");

	if (scope && scope_uses(scope) >= 0 && strcmp(scope, "PriorityClass") != 0 && (!op || strcmp(op, "Exists") != 0))
		place_invalid_member(status, at, requirement, "operator",
			"must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, "
			"ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, "
			"ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
	if (op && (!strcmp(op, "In") || !strcmp(op, "NotIn"))) {
		if (!value_count(values))
			place_required(status, at, "values",
				"must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
	} else if (op && (!strcmp(op, "Exists") || !strcmp(op, "DoesNotExist"))) {
		if (value_count(values))
			place_invalid(status, at, "values", values,
				"must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
	} else {
		place_invalid_member(status, at, requirement, "operator", "not a valid selector operator");
	}
}

/* Faults are said of the list of expressions as a whole. */
static void
selector_validate(struct status *status, const struct value *spec)
{
	static const struct place path = { &spec_at, "scopeSelector", 0 }, at = { &path, "matchExpressions", 0 };
	const struct value *selector = value_get(spec, "scopeSelector"), *hard = value_get(spec, "hard");
	const struct value *list = value_get(selector, "matchExpressions");
	char *shown = go_text("core.ScopeSelector", selector);

	for (size_t i = 0; i < value_count(list); i++) {
		int uses = scope_uses(value_get_text(value_at(list, i), "scopeName"));

		if (uses < 0)
			place_invalid_member(status, &at, value_at(list, i), "scopeName", "unsupported scope");
		for (size_t k = 0; uses >= 0 && k < value_count(hard); k++) {
			if (!goes_with(uses, hard->map.v[k].key))
				place_invalid_text(status, &at, NULL, shown, "unsupported scope applied to resource");
		}
		requirement_validate(status, value_at(list, i), &at);
	}
	free(shown);
	if (!conflict(list, "scopeName"))
		return;
	shown = go_text("[]core.ResourceQuotaScope", value_get(spec, "scopes"));
	place_invalid_text(status, &at, NULL, shown, "conflicting scopes");
	free(shown);
}

static void
quota_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec"), *now = value_get(spec, "scopes");
	const struct value *before = value_get(value_get(change->old, "spec"), "scopes");
	char *shown;

	hard_validate(change->status, value_get(spec, "hard"));
	scopes_validate(change->status, spec);
	selector_validate(change->status, spec);
	if (!change->old || (now && before ? value_equal(now, before) : now == before))
		return;
	shown = go_text("[]core.ResourceQuotaScope", now);
	place_invalid_text(change->status, &spec_at, "scopes", shown, "field is immutable");
	free(shown);
}

/* ---- what is used ---- */

struct amount {
	const char *name;
	int64_t milli;
	bool binary; /* shown in powers of two */
};
typedef VEC(struct amount) amounts;

static struct amount *
amount_of(amounts *all, const char *name)
{
	struct amount *made;

	for (size_t i = 0; i < all->n; i++) {
		if (!strcmp(all->v[i].name, name))
			return &all->v[i];
	}
	made = vec_push(all);
	made->name = name;
	return made;
}

static void
add_count(amounts *all, const char *name, int64_t count)
{
	amount_of(all, name)->milli += count * 1000;
}

static void
add_quantity(struct amount *amount, const char *text)
{
	size_t len = strlen(text);

	if (!amount->milli)
		amount->binary = len && text[len - 1] == 'i';
	amount->milli += quantity_milli(text);
}

/* Requests or limits of all containers, by resource: those that run at once together, or the greatest before. */
static void
sum_containers(const struct value *spec, const char *field, amounts *sums)
{
	const struct value *containers = value_get(spec, "containers"), *init = value_get(spec, "initContainers");

	for (size_t i = 0; i < value_count(containers) + value_count(init); i++) {
		bool first = i >= value_count(containers);
		const struct value *container =
			first ? value_at(init, i - value_count(containers)) : value_at(containers, i);
		const struct value *list = value_get(value_get(container, "resources"), field);

		for (size_t k = 0; k < value_count(list); k++) {
			const char *text = value_text(list->map.v[k].value);
			struct amount *sum = amount_of(sums, list->map.v[k].key);

			if (!first || value_get(container, "restartPolicy"))
				add_quantity(sum, text);
			else if (quantity_milli(text) > sum->milli)
				sum->milli = quantity_milli(text);
		}
	}
}

static const char *const plain_requests[] = { "cpu", "memory", "ephemeral-storage", NULL };

static void
add_sums(const amounts *sums, bool limits, struct arena *arena, amounts *all)
{
	for (size_t i = 0; i < sums->n; i++) {
		const struct amount *sum = &sums->v[i];
		const char *prefixed = arena_printf(arena, "%s.%s", limits ? "limits" : "requests", sum->name);

		*amount_of(all, prefixed) = (struct amount){ prefixed, sum->milli, sum->binary };
		if (!limits && (has_word(plain_requests, sum->name) || str_starts(sum->name, "hugepages-")))
			*amount_of(all, sum->name) = *sum;
	}
}

static void
add_pod(const struct value *pod, struct arena *arena, amounts *all)
{
	const char *phase = value_get_text(value_get(pod, "status"), "phase");
	amounts requests = VEC_INIT, limits = VEC_INIT;

	add_count(all, COUNT "pods", 1);
	if (phase && (!strcmp(phase, "Succeeded") || !strcmp(phase, "Failed")))
		return;
	add_count(all, "pods", 1);
	sum_containers(value_get(pod, "spec"), "requests", &requests);
	sum_containers(value_get(pod, "spec"), "limits", &limits);
	add_sums(&requests, false, arena, all);
	add_sums(&limits, true, arena, all);
	vec_release(&limits);
	vec_release(&requests);
}

static void
add_service(const struct value *service, amounts *all)
{
	const struct value *spec = value_get(service, "spec"), *ports = value_get(spec, "ports");
	const char *type = value_get_text(spec, "type");
	bool balancer = type && !strcmp(type, "LoadBalancer");
	int64_t node_ports = 0;

	add_count(all, "services", 1);
	add_count(all, COUNT "services", 1);
	for (size_t i = 0; i < value_count(ports); i++)
		node_ports += value_get_bool(spec, "allocateLoadBalancerNodePorts", true) ||
			value_get_int(value_at(ports, i), "nodePort", 0) != 0;
	if (balancer)
		add_count(all, "services.loadbalancers", 1);
	if (balancer || (type && !strcmp(type, "NodePort")))
		add_count(all, "services.nodeports", node_ports);
}

static void
add_usage(const struct kind *kind, const struct value *root, struct arena *arena, amounts *all)
{
	char resource[96];

	if (!strcmp(kind->kind, "Pod")) {
		add_pod(root, arena, all);
	} else if (!strcmp(kind->kind, "Service")) {
		add_service(root, all);
	} else {
		add_count(all, arena_printf(arena, COUNT "%s", kind_resource(kind, resource)), 1);
		if (!*kind->group)
			add_count(all, kind->plural, 1);
	}
}

static bool
is_best_effort(const struct value *pod)
{
	const char *class = value_get_text(value_get(pod, "status"), "qosClass");

	return class && !strcmp(class, "BestEffort");
}

static bool
in_scope(const struct value *pod, const char *scope, const char *op, const struct value *values)
{
	const struct value *spec = value_get(pod, "spec");
	const char *class = value_get_text(spec, "priorityClassName");
	bool ends = value_get(spec, "activeDeadlineSeconds") != NULL;

	if (!strcmp(scope, "Terminating"))
		return ends;
	if (!strcmp(scope, "NotTerminating"))
		return !ends;
	if (!strcmp(scope, "BestEffort"))
		return is_best_effort(pod);
	if (!strcmp(scope, "NotBestEffort"))
		return !is_best_effort(pod);
	if (strcmp(scope, "PriorityClass") != 0)
		return value_path(spec, "affinity.podAffinity") || value_path(spec, "affinity.podAntiAffinity");
	if (!strcmp(op, "Exists"))
		return class && *class;
	if (!strcmp(op, "DoesNotExist"))
		return !class || !*class;
	return has_scope(values, NULL, class ? class : "") == !strcmp(op, "In");
}

/* Scopes are about pods: nothing else is in one. */
static bool
is_counted(const struct value *quota_spec, const struct kind *kind, const struct value *root)
{
	const struct value *list = value_get(quota_spec, "scopes");
	const struct value *selected = value_path(quota_spec, "scopeSelector.matchExpressions");

	if ((value_count(list) || value_count(selected)) && strcmp(kind->kind, "Pod") != 0)
		return false;
	for (size_t i = 0; i < value_count(list); i++) {
		if (!in_scope(root, value_text(value_at(list, i)), "Exists", NULL))
			return false;
	}
	for (size_t i = 0; i < value_count(selected); i++) {
		const struct value *one = value_at(selected, i);

		if (!in_scope(root, value_get_text(one, "scopeName"), value_get_text(one, "operator"),
			    value_get(one, "values")))
			return false;
	}
	return true;
}

/* Whether an amount's name is one of a kind's at all. */
static bool
may_use(const struct kind *kind, const char *name)
{
	char resource[96];

	if (str_starts(name, COUNT))
		return !strcmp(name + strlen(COUNT), kind_resource(kind, resource));
	if (!strcmp(kind->kind, "Service"))
		return str_starts(name, "services");
	if (strcmp(kind->kind, "Pod") != 0)
		return !*kind->group && !strcmp(name, kind->plural);
	return !strcmp(name, "pods") || has_word(compute, name) || strstr(name, "ephemeral-storage") ||
		strstr(name, "hugepages-") || (str_starts(name, "requests.") && strchr(name, '/'));
}

/* All that the namespace's objects of a kind use, but for the object named except. */
static void
sum_kind(struct server *server, const struct object *quota, const struct kind *kind, const char *except,
	struct arena *arena, amounts *all)
{
	const struct object *const *objects;
	size_t n;

	objects = store_list(server->store, kind, quota->namespace, &n);
	for (size_t i = 0; i < n; i++) {
		amounts one = VEC_INIT;

		if ((except && !strcmp(objects[i]->name, except)) ||
			!is_counted(value_get(quota->root, "spec"), kind, objects[i]->root))
			continue;
		add_usage(kind, objects[i]->root, arena, &one);
		for (size_t k = 0; k < one.n; k++) {
			struct amount *sum = amount_of(all, one.v[k].name);

			sum->binary = sum->milli ? sum->binary : one.v[k].binary;
			sum->milli += one.v[k].milli;
		}
		vec_release(&one);
	}
}

struct value *
quota_used(struct server *server, const struct object *quota, struct arena *arena)
{
	const struct value *hard = value_get(value_get(quota->root, "spec"), "hard");
	struct value *used = value_map(arena);
	amounts all = VEC_INIT;

	for (const struct kind *kind = kinds; kind->kind; kind++) {
		bool asked = false;

		for (size_t i = 0; i < value_count(hard); i++)
			asked |= may_use(kind, hard->map.v[i].key);
		if (kind->namespaced && asked)
			sum_kind(server, quota, kind, NULL, arena, &all);
	}
	for (size_t i = 0; i < value_count(hard); i++) {
		const struct amount *amount = amount_of(&all, hard->map.v[i].key);
		struct str text = STR_INIT;

		quantity_from_milli(amount->milli, amount->binary, &text);
		value_set_text(arena, used, hard->map.v[i].key, text.buf);
		str_release(&text);
	}
	vec_release(&all);
	return used;
}

/* ---- admission ---- */

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const struct amount *)a)->name, ((const struct amount *)b)->name);
}

static int
refuse(struct change *change, const char *fmt, const struct object *quota, const char *why)
{
	const struct request *request = change->request;
	char resource[96], *text = xasprintf("%s quota: %s%s", fmt, quota->name, why);
	int failed = status_set(change->status, STATUS_FORBIDDEN, "%s \"%s\" is forbidden: %s",
		kind_resource(request->kind, resource), value_get_text(value_get(change->new, "metadata"), "name"), text);

	free(text);
	return failed;
}

static void
add_missing(const struct value *spec, const char *resource, struct str *out)
{
	static const char *const lists[] = { "containers", "initContainers" };
	bool limits = str_starts(resource, "limits.");
	const char *name = strchr(resource, '.') ? strchr(resource, '.') + 1 : resource;
	VEC(struct amount) missing = VEC_INIT;

	for (size_t l = 0; l < 2; l++) {
		const struct value *containers = value_get(spec, lists[l]);

		for (size_t i = 0; i < value_count(containers); i++) {
			const struct value *resources = value_get(value_at(containers, i), "resources");

			if (!value_get(value_get(resources, limits ? "limits" : "requests"), name))
				vec_push(&missing)->name = value_get_text(value_at(containers, i), "name");
		}
	}
	if (missing.n)
		qsort(missing.v, missing.n, sizeof *missing.v, compare_names);
	for (size_t i = 0; i < missing.n; i++) {
		if (i)
			str_addf(out, ",%s", missing.v[i].name);
		else
			str_addf(out, "%s%s for: %s", out->len ? "; " : "", resource, missing.v[i].name);
	}
	vec_release(&missing);
}

/* Where cpu or memory is rationed, each container has to say how much it wants. */
static int
check_told(struct change *change, const struct object *quota)
{
	static const char *const sorted[] = { "cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu",
		"requests.memory" };
	const struct value *hard = value_get(value_get(quota->root, "spec"), "hard");
	struct str missing = STR_INIT;
	int failed = 0;
	char *why;

	for (size_t i = 0; i < sizeof sorted / sizeof *sorted; i++) {
		if (value_get(hard, sorted[i]))
			add_missing(value_get(change->new, "spec"), sorted[i], &missing);
	}
	if (missing.len) {
		why = xasprintf(": must specify %s", missing.buf);
		failed = refuse(change, "failed", quota, why);
		free(why);
	}
	str_release(&missing);
	return failed;
}

static void
add_amount(struct str *out, const char *name, int64_t milli, bool binary)
{
	str_addf(out, "%s%s=", out->len ? "," : "", name);
	quantity_from_milli(milli, binary, out);
}

/* asked: of the object, and of the one that it replaces. */
static int
check_left(struct change *change, const struct object *quota, amounts *asked, amounts *before)
{
	const struct value *hard = value_get(value_get(quota->root, "spec"), "hard");
	struct str requested = STR_INIT, used = STR_INIT, limited = STR_INIT;
	amounts all = VEC_INIT;
	int failed = 0;
	char *why;

	sum_kind(change->server, quota, change->request->kind, NULL, change->arena, &all);
	qsort(asked->v, asked->n, sizeof *asked->v, compare_names);
	for (size_t i = 0; i < asked->n; i++) {
		const struct amount *amount = &asked->v[i], *sum = amount_of(&all, amount->name);
		const char *limit = value_get_text(hard, amount->name);
		int64_t more = amount->milli - amount_of(before, amount->name)->milli;

		if (!limit || more <= 0 || sum->milli + more <= quantity_milli(limit))
			continue;
		add_amount(&requested, amount->name, more, amount->binary);
		add_amount(&used, amount->name, sum->milli, sum->milli ? sum->binary : false);
		str_addf(&limited, "%s%s=%s", limited.len ? "," : "", amount->name, limit);
	}
	if (requested.len) {
		why = xasprintf(", requested: %s, used: %s, limited: %s", requested.buf, used.buf, limited.buf);
		failed = refuse(change, "exceeded", quota, why);
		free(why);
	}
	vec_release(&all);
	str_release(&limited);
	str_release(&used);
	str_release(&requested);
	return failed;
}

static int
check_quota(struct change *change, const struct object *quota)
{
	const struct kind *kind = change->request->kind;
	amounts asked = VEC_INIT, before = VEC_INIT;
	int failed = 0;

	if (!is_counted(value_get(quota->root, "spec"), kind, change->new))
		return 0;
	if (!strcmp(kind->kind, "Pod"))
		failed = check_told(change, quota);
	add_usage(kind, change->new, change->arena, &asked);
	if (change->old)
		add_usage(kind, change->old, change->arena, &before);
	if (!failed && asked.n)
		failed = check_left(change, quota, &asked, &before);
	vec_release(&before);
	vec_release(&asked);
	return failed;
}

int
quota_admit(struct change *change)
{
	const struct request *request = change->request;
	const struct object *const *quotas;
	size_t n;

	if (!request->kind->namespaced || request->subresource ||
		(change->old && strcmp(request->kind->kind, "Service") != 0))
		return 0;
	quotas = store_list(change->server->store, kind_by_kind("ResourceQuota"), request->namespace, &n);
	for (size_t i = 0; i < n; i++) {
		if (check_quota(change, quotas[i]))
			return -1;
	}
	return 0;
}

const struct strategy strategy_quota = {
	.kind = "ResourceQuota",
	.validate = quota_validate,
};
