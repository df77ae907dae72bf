/* Looks at a selector that matches no pod: is the workload scaled to zero, held back by a quota, elsewhere, or labelled otherwise? */
#include <string.h>

#include "api/quantity.h"
#include "control/workload.h"
#include "doctor/patient.h"

/* What makes pods; ReplicaSets stand for themselves only when nothing owns them. */
static const char *const makers[] = { "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController" };
#define MAKERS (sizeof makers / sizeof makers[0])

static bool
selects_nothing(const struct patient *patient)
{
	return patient->service && patient->service->selector && !patient->npods;
}

static const struct value *
template_labels(const struct object *maker)
{
	return value_path(maker->root, "spec.template.metadata.labels");
}

/* fn for each maker of the Service's namespace. */
static void
each_maker(
	struct patient *patient, void (*fn)(struct patient *patient, const struct object *maker, void *arg), void *arg)
{
	for (size_t i = 0; i < MAKERS; i++) {
		size_t n;
		const struct object *const *objects =
			store_list(patient->cluster->server.store, kind_by_kind(makers[i]), patient->namespace, &n);

		for (size_t j = 0; j < n; j++) {
			if (!workload_controller_of(objects[j]))
				fn(patient, objects[j], arg);
		}
	}
}

static bool
would_fit(const struct patient *patient, const struct object *maker)
{
	return selector_matches_map(patient->service->selector, template_labels(maker));
}

/* ---- quota ---- */

/* "exceeded quota: NAME, requested: pods=1,cpu=2, used: .., limited: .." of a controller that may not make its pods. */
static const char *
quota_refusal(const struct patient *patient, const struct object *maker)
{
	const struct object *source = maker;
	const struct value *conditions;
	size_t n;
	const struct object *const *sets =
		store_list(patient->cluster->server.store, kind_by_kind("ReplicaSet"), maker->namespace, &n);

	for (size_t i = 0; i < n; i++) {
		if (workload_owned_by(sets[i], maker) && workload_spec_int(sets[i], "replicas", 0) > 0)
			source = sets[i];
	}
	conditions = value_path(source->root, "status.conditions");
	for (size_t i = 0; i < value_count(conditions); i++) {
		const char *message = value_get_text(value_at(conditions, i), "message");

		if (message && strstr(message, "quota"))
			return message;
	}
	return NULL;
}

/* Appends "name": new limit, so that as many more fit as are wanted. */
static void
add_limit(const struct object *quota, const char *name, const char *requested, int64_t times, struct str *patch)
{
	const char *hard = value_text(value_get(value_path(quota->root, "spec.hard"), name));
	const char *used = value_text(value_get(value_path(quota->root, "status.used"), name));
	struct str limit = STR_INIT;
	int64_t need = quantity_milli(used ? used : "0") + times * quantity_milli(requested);

	if (!hard || quantity_milli(hard) >= need)
		return;
	quantity_from_milli(need, str_ends(requested, "i"), &limit);
	str_addf(patch, "%s\"%s\":\"%s\"", patch->len ? "," : "", name, limit.buf);
	str_release(&limit);
}

static void
raise_quota(struct patient *patient, const struct object *maker, const struct object *quota, const char *requested)
{
	int64_t replicas = workload_spec_int(maker, "replicas", 1);
	struct finding *finding = finding_add(patient, quota, "spec.hard");
	struct arena *arena = &patient->diagnosis->arena;
	char *list = arena_strndup(arena, requested, strcspn(requested, " "));
	struct str patch = STR_INIT;

	for (char *pair = strtok(list, ","); pair; pair = strtok(NULL, ",")) {
		char *equals = strchr(pair, '=');

		if (!equals)
			continue;
		*equals = '\0';
		add_limit(quota, pair, equals + 1, replicas, &patch);
	}
	finding->met = true;
	finding_value(patient, finding, "%s", patient_labels(patient, value_path(quota->root, "spec.hard")));
	finding_text(patient, finding, "ResourceQuota %s lets no more pods of %s be made, so the Service has none",
		quota->name, patient_called(patient, maker));
	finding_command(patient, finding, "kubectl patch resourcequota %s%s -p '{\"spec\":{\"hard\":{%s}}}'",
		quota->name, patient_n(patient, quota->namespace), patch.buf);
	str_release(&patch);
}

/* "must specify limits.cpu for: c; requests.memory for: c" */
static void
give_resources(struct patient *patient, const struct object *maker, const struct object *quota, const char *message)
{
	static const struct {
		const char *name, *flag, *amount;
	} needs[] = {
		{ "limits.cpu", "limits", "cpu=200m" }, { "limits.memory", "limits", "memory=128Mi" },
		{ "requests.cpu", "requests", "cpu=100m" }, { "requests.memory", "requests", "memory=64Mi" },
	};
	struct finding *finding = finding_add(patient, maker, "spec.template.spec.containers[0].resources");
	struct str flags = STR_INIT;
	const char *open = "";

	for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
		if (!strstr(message, needs[i].name))
			continue;
		if (strcmp(open, needs[i].flag) == 0)
			str_addf(&flags, ",%s", needs[i].amount);
		else
			str_addf(&flags, " --%s=%s", needs[i].flag, needs[i].amount);
		open = needs[i].flag;
	}
	finding->met = true;
	finding_value(patient, finding, "<none>");
	finding_text(patient, finding,
		"ResourceQuota %s wants every pod to say what it needs, and the pods of %s don't", quota->name,
		patient_called(patient, maker));
	finding_command(patient, finding, "kubectl set resources %s%s%s", patient_word(patient, maker),
		patient_n(patient, maker->namespace), flags.buf);
	str_release(&flags);
}

static void
quota_of_maker(struct patient *patient, const struct object *maker, void *arg)
{
	const char *message = would_fit(patient, maker) ? quota_refusal(patient, maker) : NULL;
	const char *name = message ? strstr(message, "quota: ") : NULL;
	const char *requested = message ? strstr(message, "requested: ") : NULL;
	const struct object *quota;

	(void)arg;
	if (!message)
		return;
	if (!name)
		return;
	name += strlen("quota: ");
	quota = store_get(patient->cluster->server.store, kind_by_kind("ResourceQuota"), maker->namespace,
		arena_strndup(&patient->diagnosis->arena, name, strcspn(name, ",: ")));
	if (quota && requested)
		raise_quota(patient, maker, quota, requested + strlen("requested: "));
	else if (quota)
		give_resources(patient, maker, quota, message);
}

void
look_quota(struct patient *patient)
{
	if (selects_nothing(patient))
		each_maker(patient, quota_of_maker, NULL);
}

/* ---- replicas ---- */

static void
zero_replicas(struct patient *patient, const struct object *maker, void *arg)
{
	struct finding *finding;
	bool dns = strcmp(maker->namespace, "kube-system") == 0;

	(void)arg;
	if (!would_fit(patient, maker) || strcmp(maker->kind->kind, "DaemonSet") == 0 ||
		workload_spec_int(maker, "replicas", 1) != 0)
		return;
	finding = finding_add(patient, maker, "spec.replicas");
	finding->met = true;
	finding_value(patient, finding, "0");
	finding_text(patient, finding, "%s, whose pods Service %s selects, is scaled to zero",
		patient_called(patient, maker), patient->name);
	finding_command(patient, finding, "kubectl scale %s%s --replicas=%d", patient_word(patient, maker),
		patient_n(patient, maker->namespace), dns ? 2 : 1);
}

void
look_replicas(struct patient *patient)
{
	if (selects_nothing(patient))
		each_maker(patient, zero_replicas, NULL);
}

/* ---- selector ---- */

struct candidate {
	const struct object *object;	/* a workload, or a pod of its own */
	const struct value *labels;	/* what its pods have */
	int fit;
};

static void
candidate_take(struct patient *patient, struct candidate *best, const struct object *object, const struct value *labels)
{
	int fit = nearest_fit(patient->service->selector, labels);

	fit = 2 * fit + (fit && strcmp(object->name, patient->name) == 0);
	if (fit > best->fit)
		*best = (struct candidate){ object, labels, fit };
}

static void
candidate_maker(struct patient *patient, const struct object *maker, void *arg)
{
	candidate_take(patient, arg, maker, template_labels(maker));
}

static struct candidate
nearest_candidate(struct patient *patient)
{
	struct candidate best = { NULL, NULL, 0 };
	size_t n;
	const struct object *const *pods =
		store_list(patient->cluster->server.store, kind_by_kind("Pod"), patient->namespace, &n);

	each_maker(patient, candidate_maker, &best);
	for (size_t i = 0; i < n; i++) {
		/* the workload may be missing from a dump */
		if (patient_workload(patient, pods[i]) == pods[i] && workload_pod_live(pod_view(pods[i])))
			candidate_take(patient, &best, pods[i], value_get(object_meta(pods[i]), "labels"));
	}
	return best;
}

/* What a selector for a workload's pods says: its own matchLabels, or the labels of a lone pod. */
static const struct value *
selector_for(const struct candidate *candidate)
{
	const struct value *match = value_path(candidate->object->root, "spec.selector.matchLabels");

	return match ? match : candidate->labels;
}

/* A ready pod of another namespace that has the labels; NULL. */
static const struct object *
pod_elsewhere(const struct patient *patient)
{
	size_t n;
	const struct object *const *pods = store_list(patient->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		if (pod_view(pods[i])->ready && selector_matches_map(patient->service->selector,
			value_get(object_meta(pods[i]), "labels")))
			return pods[i];
	}
	return NULL;
}

#define FIT_NEAR 6	/* of candidates: one pair nearly right */

void
look_selector(struct patient *patient)
{
	struct candidate best;
	struct finding *finding;

	if (!selects_nothing(patient))
		return;
	best = nearest_candidate(patient);
	if (best.object && would_fit(patient, best.object))
		return;		/* its labels are right; why it has no pods is found elsewhere */
	if (best.fit < FIT_NEAR && pod_elsewhere(patient))
		return;		/* the very labels elsewhere say more than some likeness here */
	finding = finding_add(patient, patient->service->object, "spec.selector");
	finding->met = true;
	finding_value(patient, finding, "%s", patient_labels(patient, patient->service->selector));
	if (!best.object) {
		finding_text(patient, finding,
			"no pod in namespace %s has the labels that Service %s selects, nor any like them",
			patient->namespace, patient->name);
		return;
	}
	finding_text(patient, finding,
		"no pod in namespace %s has the labels that Service %s selects; the nearest are those of %s: %s",
		patient->namespace, patient->name, patient_called(patient, best.object),
		patient_own_labels(patient, best.labels));
	finding_command(patient, finding, "kubectl set selector service %s %s%s", patient->name,
		patient_own_labels(patient, selector_for(&best)), patient_n(patient, patient->namespace));
}

/* ---- namespace ---- */

void
look_namespace(struct patient *patient)
{
	const struct object *pod = selects_nothing(patient) ? pod_elsewhere(patient) : NULL;
	const struct service *service = patient->service;
	const struct object *workload;
	struct finding *finding;

	if (!pod)
		return;
	workload = patient_workload(patient, pod);
	finding = finding_add(patient, service->object, "metadata.namespace");
	finding->met = true;
	finding_value(patient, finding, "%s", patient->namespace);
	finding_text(patient, finding,
		"the pods with labels %s are in namespace %s (%s), and a Service selects only pods of its own"
		" namespace; from here the new one is called %s.%s",
		patient_labels(patient, service->selector), workload->namespace, patient_called(patient, workload),
		patient->name, workload->namespace);
	finding_command(patient, finding, "kubectl expose %s --name=%s --port=%u%s", patient_word(patient, workload),
		patient->name, service->nports ? service->ports[0].port : 80, patient_n(patient, workload->namespace));
	if (service->nports && service->ports[0].target_port)
		finding_command(
			patient, finding, "%s --target-port=%u", finding->command, service->ports[0].target_port);
}
