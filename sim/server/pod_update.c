/*
 * Which fields of a pod may change once it is there: images, the deadline downwards, further tolerations, fewer gates.
 * All that may is put back as it was, and if the rest differs, the refusal shows how.  Follows ValidatePodUpdate in
 * pkg/apis/core/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

static const struct place spec_at = { NULL, "spec", 0 };
static const char *const lists[] = { "containers", "initContainers" };

static const char complaint[] =
	"pod updates may not change fields other than `spec.containers[*].image`,"
	"`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
	"tolerations),"
	"`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

static bool
same(const struct value *a, const struct value *b)
{
	return a && b ? value_equal(a, b) : !a && !b;
}

/* False when containers came or went: then nothing else is looked at. */
static bool
containers_validate(struct status *status, const struct value *spec, const struct value *old)
{
	for (size_t l = 0; l < 2; l++) {
		const struct value *now = value_get(spec, lists[l]), *before = value_get(old, lists[l]);
		const struct place list = { &spec_at, lists[l], 0 };

		if (value_count(now) != value_count(before)) {
			place_forbidden(
				status, &list, NULL, "pod updates may not add or remove containers");
			return false;
		}
	}
	return true;
}

/* False when the deadline is wrong in itself. */
static bool
deadline_validate(struct status *status, const struct value *spec, const struct value *old)
{
	const struct value *now = value_get(spec, "activeDeadlineSeconds"),
			   *before = value_get(old, "activeDeadlineSeconds");

	if (!now && before) {
		place_invalid_text(status, &spec_at, "activeDeadlineSeconds", "\"null\"",
			"must not update from a positive integer to nil value");
		return true;
	}
	if (!now)
		return true;
	if (now->integer < 0 || now->integer > INT32_MAX) {
		place_range(status, &spec_at, spec, "activeDeadlineSeconds", 0, INT32_MAX);
		return false;
	}
	if (before && before->integer < now->integer) {
		place_invalid(status, &spec_at, "activeDeadlineSeconds", now,
			"must be less than or equal to previous value");
		return false;
	}
	return true;
}

/* But for the seconds, which may change. */
static bool
same_toleration(const struct value *a, const struct value *b)
{
	static const char *const fields[] = { "key", "operator", "value", "effect" };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (!same(value_get(a, fields[i]), value_get(b, fields[i])))
			return false;
	}
	return true;
}

static void
tolerations_validate(struct status *status, const struct value *spec, const struct value *old)
{
	const struct value *now = value_get(spec, "tolerations"), *before = value_get(old, "tolerations");

	for (size_t i = 0; i < value_count(before); i++) {
		bool found = false;

		for (size_t k = 0; k < value_count(now) && !found; k++)
			found = same_toleration(value_at(now, k), value_at(before, i));
		if (!found) {
			place_forbidden(status, &spec_at, "tolerations",
				"existing toleration can not be modified except its tolerationSeconds");
			return;
		}
	}
	pod_tolerations_validate(status, spec, &spec_at);
}

static void
gates_validate(struct status *status, const struct value *spec, const struct value *old)
{
	const struct value *now = value_get(spec, "schedulingGates"), *before = value_get(old, "schedulingGates");
	const struct place list = { &spec_at, "schedulingGates", 0 };

	for (size_t i = 0; i < value_count(now); i++) {
		const char *name = value_get_text(value_at(now, i), "name");
		const struct place at = { &list, NULL, i };
		bool found = false;
		char *detail;

		for (size_t k = 0; k < value_count(before); k++) {
			const char *other = value_get_text(value_at(before, k), "name");

			found |= name && other && !strcmp(other, name);
		}
		if (found)
			continue;
		detail = xasprintf(
			"only deletion is allowed, but found new scheduling gate '%s'", name ? name : "");
		place_forbidden(status, &at, "name", detail);
		free(detail);
	}
}

static void
put_back(struct arena *arena, struct value *munged, const struct value *old, const char *field)
{
	const struct value *before = value_get(old, field);

	if (before)
		value_set(arena, munged, field, value_copy(arena, before));
	else
		value_remove(munged, field);
}

/* Labels that a waiting pod asks of its node may only become more. */
static void
node_selector_validate(struct status *status, const struct value *munged, const struct value *old)
{
	const struct value *now = value_get(munged, "nodeSelector"), *before = value_get(old, "nodeSelector");

	for (size_t i = 0; i < value_count(before); i++) {
		const struct value *label = value_get(now, before->map.v[i].key);

		if (label && value_equal(label, before->map.v[i].value))
			continue;
		place_invalid(status, &spec_at, "nodeSelector", now,
			"only additions to spec.nodeSelector are allowed (no mutations or deletions)");
		return;
	}
}

static struct value *
munge(struct status *status, struct arena *arena, const struct value *spec, const struct value *old)
{
	static const char *const fields[] = { "activeDeadlineSeconds", "schedulingGates", "tolerations" };
	struct value *munged = value_copy(arena, spec);
	bool waits = value_count(value_get(old, "schedulingGates")) > 0;

	for (size_t l = 0; l < 2; l++) {
		struct value *now = value_get(munged, lists[l]);

		for (size_t i = 0; i < value_count(now); i++)
			put_back(arena, value_at(now, i), value_at(value_get(old, lists[l]), i), "image");
	}
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		put_back(arena, munged, old, fields[i]);
	if (value_get_int(old, "terminationGracePeriodSeconds", 0) < 0 &&
		value_get_int(munged, "terminationGracePeriodSeconds", 0) == 1)
		put_back(arena, munged, old, "terminationGracePeriodSeconds");
	if (waits) {
		node_selector_validate(status, munged, old);
		put_back(arena, munged, old, "nodeSelector");
	}
	return munged;
}

void
pod_update_validate(struct status *status, struct arena *arena, const struct value *pod, const struct value *old_pod)
{
	const struct value *spec = value_get(pod, "spec"), *old = value_get(old_pod, "spec"), *munged;
	char *diff, *detail;

	if (!containers_validate(status, spec, old) || !deadline_validate(status, spec, old))
		return;
	tolerations_validate(status, spec, old);
	gates_validate(status, spec, old);
	if (value_equal(spec, old))
		return;
	munged = munge(status, arena, spec, old);
	if (value_equal(munged, old))
		return;
	diff = go_diff("core.PodSpec", go_pod_spec(arena, old), go_pod_spec(arena, munged));
	detail = xasprintf("%s\n%s", complaint, diff);
	place_forbidden(status, &spec_at, NULL, detail);
	free(detail);
	free(diff);
}

/* They may be added, and stay as they are then (ValidatePodEphemeralContainersUpdate). */
void
pod_ephemeral_update_validate(struct status *status, const struct value *pod, const struct value *old)
{
	static const struct place at = { &spec_at, "ephemeralContainers", 0 };
	const struct value *now = value_path(pod, "spec.ephemeralContainers"), *before = value_path(old, "spec.ephemeralContainers");

	for (size_t i = 0; i < value_count(before); i++) {
		const char *name = value_get_text(value_at(before, i), "name");
		const struct value *kept = NULL;
		char *detail;

		for (size_t k = 0; k < value_count(now) && !kept; k++)
			if (strcmp(value_get_text(value_at(now, k), "name"), name) == 0)
				kept = value_at(now, k);
		if (kept && value_equal(kept, value_at(before, i)))
			continue;
		detail = xasprintf("existing ephemeral containers \"%s\" may not be %s\n", name, kept ? "changed" : "removed");
		place_forbidden(status, &at, NULL, detail);
		free(detail);
	}
}
