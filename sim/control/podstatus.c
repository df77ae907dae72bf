#include "control/podstatus.h"

#include <string.h>

#include "control/container.h"
#include "control/workload.h"

static const struct {
	const char *spec, *status;
} lists[] = {
	{ "initContainers", "initContainerStatuses" },
	{ "containers", "containerStatuses" },
};

struct value *
podstatus_container(const struct value *root, const char *list, const char *name)
{
	const struct value *entries = value_get(value_get(root, "status"), list);

	for (size_t i = 0; i < value_count(entries); i++) {
		const char *have = value_get_text(value_at(entries, i), "name");

		if (have && name && strcmp(have, name) == 0)
			return value_at(entries, i);
	}
	return NULL;
}

bool
podstatus_is_sidecar(const struct value *init_container)
{
	const char *policy = value_get_text(init_container, "restartPolicy");

	return policy && strcmp(policy, "Always") == 0;
}

static bool
init_is_done(const struct value *root, const struct value *container)
{
	const struct value *status = podstatus_container(root, "initContainerStatuses", value_get_text(container, "name"));
	int exit_code;

	if (podstatus_is_sidecar(container))
		return value_get_bool(status, "started", false);
	return container_ended(status, &exit_code) && exit_code == 0;
}

bool
podstatus_initialized(const struct value *root)
{
	const struct value *containers = value_path(root, "spec.initContainers");

	for (size_t i = 0; i < value_count(containers); i++)
		if (!init_is_done(root, value_at(containers, i)))
			return false;
	return true;
}

/* ---- phase ---- */

struct tally {
	size_t running, waiting, ended, well;
};

static struct tally
count(const struct value *root)
{
	const struct value *containers = value_path(root, "spec.containers");
	struct tally tally = { 0, 0, 0, 0 };

	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *status =
			podstatus_container(root, "containerStatuses", value_get_text(value_at(containers, i), "name"));
		int exit_code;

		if (container_runs(status))
			tally.running++;
		else if (container_ended(status, &exit_code)) {
			tally.ended++;
			tally.well += exit_code == 0;
		} else if (value_get(value_get(status, "lastState"), "terminated"))
			tally.ended++;
		else
			tally.waiting++;
	}
	return tally;
}

static bool
an_init_failed(const struct value *root)
{
	const struct value *containers = value_path(root, "spec.initContainers");

	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *container = value_at(containers, i);
		int exit_code;

		if (!podstatus_is_sidecar(container) && container_ended(podstatus_container(root, "initContainerStatuses",
			value_get_text(container, "name")), &exit_code) && exit_code)
			return true;
	}
	return false;
}

static const char *
phase_of(const struct value *root)
{
	const char *policy = value_get_text(value_get(root, "spec"), "restartPolicy");
	struct tally tally = count(root);
	bool never = policy && strcmp(policy, "Never") == 0, always = !policy || strcmp(policy, "Always") == 0;

	if (!podstatus_initialized(root))
		return never && an_init_failed(root) ? "Failed" : "Pending";
	if (tally.waiting)
		return "Pending";
	if (tally.running || always || !tally.ended)
		return "Running";
	if (tally.ended == tally.well)
		return "Succeeded";
	return never ? "Failed" : "Running";
}

/* ---- conditions ---- */

static bool
is_wanted(size_t list, const struct value *container)
{
	return list == 1 || podstatus_is_sidecar(container);
}

/* "containers with unready status: [a b]", as spec orders them; NULL when all are. */
static char *
unready_names(struct object *copy)
{
	struct str names = STR_INIT;
	char *text = NULL;

	for (size_t l = 0; l < 2; l++) {
		const struct value *containers = value_get(value_get(copy->root, "spec"), lists[l].spec);

		for (size_t i = 0; i < value_count(containers); i++) {
			const char *name = value_get_text(value_at(containers, i), "name");

			if (is_wanted(l, value_at(containers, i)) &&
				!value_get_bool(podstatus_container(copy->root, lists[l].status, name), "ready", false))
				str_addf(&names, "%s%s", names.len ? " " : "", name);
		}
	}
	if (names.len)
		text = arena_printf(&copy->arena, "containers with unready status: [%s]", names.buf);
	str_release(&names);
	return text;
}

static char *
uninitialized_names(struct object *copy)
{
	const struct value *containers = value_path(copy->root, "spec.initContainers");
	struct str names = STR_INIT;
	char *text;

	for (size_t i = 0; i < value_count(containers); i++)
		if (!init_is_done(copy->root, value_at(containers, i)))
			str_addf(&names, "%s%s", names.len ? " " : "", value_get_text(value_at(containers, i), "name"));
	text = arena_printf(&copy->arena, "containers with incomplete status: [%s]", names.buf ? names.buf : "");
	str_release(&names);
	return text;
}

/* "" when every readiness gate's condition is True. */
static const char *
closed_gate(struct object *copy)
{
	const struct value *gates = value_path(copy->root, "spec.readinessGates");
	const struct value *conditions = value_path(copy->root, "status.conditions");

	for (size_t i = 0; i < value_count(gates); i++) {
		const char *type = value_get_text(value_at(gates, i), "conditionType"), *status = NULL;

		for (size_t j = 0; j < value_count(conditions) && type; j++)
			if (strcmp(value_get_text(value_at(conditions, j), "type"), type) == 0)
				status = value_get_text(value_at(conditions, j), "status");
		if (!status)
			return arena_printf(&copy->arena, "corresponding condition of pod readiness gate \"%s\" does not exist.", type);
		if (strcmp(status, "True") != 0)
			return arena_printf(&copy->arena, "the status of pod readiness gate \"%s\" is not \"True\", but %s", type, status);
	}
	return "";
}

#define CONDITIONS 5

/* The kubelet's own conditions, in its order. */
static void
decide_conditions(struct object *copy, const char *phase, struct condition own[static CONDITIONS])
{
	bool ended = strcmp(phase, "Succeeded") == 0 || strcmp(phase, "Failed") == 0;
	bool initialized = podstatus_initialized(copy->root), sandbox = value_path(copy->root, "status.podIP") && !ended;
	const char *unready = unready_names(copy), *reason = unready ? "ContainersNotReady" : "", *gate = closed_gate(copy);
	const char *message = unready ? unready : "";

	if (ended) {
		reason = strcmp(phase, "Succeeded") == 0 ? "PodCompleted" : "PodFailed";
		unready = message = "";
	}
	own[0] = (struct condition){ "PodReadyToStartContainers", sandbox ? "True" : "False", "", "", false, true };
	own[1] = (struct condition){ "Initialized", "True", ended && initialized ? "PodCompleted" : "", "", false, true };
	if (ended && strcmp(phase, "Failed") == 0)
		own[1].reason = "";
	if (!initialized)
		own[1] = (struct condition){ "Initialized", "False", "ContainersNotInitialized", uninitialized_names(copy), false, true };
	own[3] = (struct condition){ "ContainersReady", unready ? "False" : "True", reason, message, false, true };
	own[2] = own[3];
	own[2].type = "Ready";
	if (!unready && gate[0])
		own[2] = (struct condition){ "Ready", "False", "ReadinessGatesNotReady", gate, false, true };
	own[4] = (struct condition){ "PodScheduled", "True", "", "", false, true };
}

/* It writes its own anew each time, always in this order, after those that are not its own. */
static void
put_conditions(struct object *copy, const char *phase, int64_t now)
{
	struct value *status = value_get(copy->root, "status");
	struct value *list = value_make_list(&copy->arena, status, "conditions");
	struct condition own[CONDITIONS];

	decide_conditions(copy, phase, own);
	for (size_t i = 0; i < CONDITIONS; i++) {
		for (size_t old = 0; old < value_count(list); old++) {
			struct value *entry = value_at(list, old);

			if (strcmp(value_get_text(entry, "type"), own[i].type) != 0)
				continue;
			value_remove_at(list, old);
			value_append(&copy->arena, list, entry);
			break;
		}
		workload_condition(&copy->arena, status, &own[i], now);
	}
}

void
podstatus_write(struct object *copy, int64_t now)
{
	struct value *status = value_make_map(&copy->arena, copy->root, "status");
	const char *reason = value_get_text(status, "reason"), *phase = value_get_text(status, "phase");

	/* what was ended from outside stays so: evicted, or past its deadline */
	if (!reason || !phase || strcmp(phase, "Failed") != 0)
		value_set_text(&copy->arena, status, "phase", phase_of(copy->root));
	put_conditions(copy, value_get_text(status, "phase"), now);
}
