/*
 * The annotations that mean something to a pod: mirror pods, the cost of deletion, and the profiles of seccomp and
 * AppArmor from before they were fields.  Follows ValidatePodSpecificAnnotations, ValidatePodSpecificAnnotationUpdates,
 * validateSeccompAnnotationsAndFields and validateAppArmorAnnotationsAndFieldsMatchOnCreate in
 * pkg/apis/core/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#define MIRROR "kubernetes.io/config.mirror"
#define DELETION_COST "controller.kubernetes.io/pod-deletion-cost"
#define SECCOMP_POD "seccomp.security.alpha.kubernetes.io/pod"
#define SECCOMP_CONTAINER "container.seccomp.security.alpha.kubernetes.io/"
#define APPARMOR "container.apparmor.security.beta.kubernetes.io/"
#define LOCALHOST "localhost/"
#define COST_DIGITS 10

/* An int32 without plus sign or leading zeros, as ParseInt after the helper's own look at it. */
static bool
is_cost(const char *text)
{
	const char *digits = text + (*text == '-');
	size_t len = strlen(digits);
	long long cost;

	if (!len || len > COST_DIGITS || strspn(digits, "0123456789") != len || (len > 1 && *digits == '0'))
		return false;
	cost = strtoll(text, NULL, 10);
	return cost >= INT32_MIN && cost <= INT32_MAX;
}

static bool
is_seccomp(const char *profile)
{
	return !strcmp(profile, "runtime/default") || !strcmp(profile, "docker/default") ||
		!strcmp(profile, "unconfined") || str_starts(profile, LOCALHOST);
}

static bool
is_apparmor(const char *profile)
{
	return !*profile || !strcmp(profile, "runtime/default") || !strcmp(profile, "unconfined") ||
		str_starts(profile, LOCALHOST);
}

static bool
has_container(const struct value *spec, const char *name)
{
	for (size_t l = 0; pod_container_lists[l]; l++) {
		const struct value *containers = value_get(spec, pod_container_lists[l]);

		for (size_t i = 0; i < value_count(containers); i++) {
			const char *other = value_get_text(value_at(containers, i), "name");

			if (other && !strcmp(other, name))
				return true;
		}
	}
	return false;
}

static void
apparmor_validate(struct status *status, const struct value *pod, const char *key, const struct value *profile,
	const struct place *path)
{
	const char *name = key + strlen(APPARMOR), *text = value_text(profile);
	char *bracket = xasprintf("[%s]", key), *shown = xasprintf("\"%s\"", name), *detail;

	if (!has_container(value_get(pod, "spec"), name))
		place_invalid_text(status, path, bracket, shown, "container not found");
	if (!is_apparmor(text)) {
		detail = xasprintf("invalid AppArmor profile name: \"%s\"", text);
		place_invalid(status, path, bracket, profile, detail);
		free(detail);
	}
	free(shown);
	free(bracket);
}

void
pod_annotations_validate(struct status *status, const struct value *pod, const struct place *path)
{
	const struct value *annotations = value_get(value_get(pod, "metadata"), "annotations");

	if (value_get(annotations, MIRROR) && !place_has_text(value_get(pod, "spec"), "nodeName"))
		place_invalid(status, path, "[" MIRROR "]", value_get(annotations, MIRROR),
			"must set spec.nodeName if mirror pod annotation is set");
	if (value_get_text(annotations, DELETION_COST) && !is_cost(value_get_text(annotations, DELETION_COST)))
		place_invalid(status, path, "[" DELETION_COST "]", value_get(annotations, DELETION_COST),
			"must be a 32bit integer");
	for (size_t i = 0; i < value_count(annotations); i++) {
		const char *key = annotations->map.v[i].key;
		const struct value *value = annotations->map.v[i].value;

		if ((!strcmp(key, SECCOMP_POD) || str_starts(key, SECCOMP_CONTAINER)) && !is_seccomp(value_text(value)))
			place_invalid(status, path, key, value, "must be a valid seccomp profile");
		if (str_starts(key, APPARMOR))
			apparmor_validate(status, pod, key, value, path);
	}
}

/* The words of one annotation against the field that took its place. */
static void
profile_match(struct status *status, const char *annotation, const struct value *profile, const char *called,
	const struct place *at)
{
	const char *type = value_get_text(profile, "type"), *local = value_get_text(profile, "localhostProfile");
	char *types, *profiles;

	if (!annotation || !type)
		return;
	types = xasprintf("%s type in annotation and field must match", called);
	profiles = xasprintf("%s profile in annotation and field must match", called);
	if (!strcmp(type, "Unconfined")) {
		if (strcmp(annotation, "unconfined") != 0)
			place_forbidden(status, at, "type", types);
	} else if (!strcmp(type, "RuntimeDefault")) {
		if (strcmp(annotation, "runtime/default") != 0 &&
			(strcmp(called, "seccomp") != 0 || strcmp(annotation, "docker/default") != 0))
			place_forbidden(status, at, "type", types);
	} else if (!strcmp(type, "Localhost")) {
		if (!str_starts(annotation, LOCALHOST))
			place_forbidden(status, at, "type", types);
		else if (!local || strcmp(annotation + strlen(LOCALHOST), local) != 0)
			place_forbidden(status, at, "localhostProfile", profiles);
	}
	free(profiles);
	free(types);
}

/* The annotation that speaks of the container, NULL when none does. */
static const char *
container_annotation(const struct value *pod, const char *prefix, const struct value *container)
{
	const char *name = value_get_text(container, "name");
	char *key = xasprintf("%s%s", prefix, name ? name : "");
	const char *text = value_get_text(value_get(value_get(pod, "metadata"), "annotations"), key);

	free(key);
	return text;
}

static void
container_profiles(struct status *status, const struct value *pod, const struct place *path, bool apparmor)
{
	const struct value *spec = value_get(pod, "spec");
	const char *field = apparmor ? "appArmorProfile" : "seccompProfile";
	const struct value *pods = apparmor ? value_get(value_get(spec, "securityContext"), field) : NULL;

	for (size_t l = 0; pod_container_lists[l]; l++) {
		const struct value *containers = value_get(spec, pod_container_lists[l]);
		const struct place list = { path, pod_container_lists[l], 0 };

		for (size_t i = 0; i < value_count(containers); i++) {
			const struct value *container = value_at(containers, i);
			const struct value *own = value_get(value_get(container, "securityContext"), field);
			const struct place item = { &list, NULL, i }, context = { &item, "securityContext", 0 };
			const struct place at = { &context, field, 0 };

			profile_match(status,
				container_annotation(pod, apparmor ? APPARMOR : SECCOMP_CONTAINER, container),
				own ? own : pods, apparmor ? "apparmor" : "seccomp", &at);
		}
	}
}

void
pod_profiles_validate(struct status *status, const struct value *pod, const struct place *path)
{
	const struct value *spec = value_get(pod, "spec");
	const struct place context = { path, "securityContext", 0 }, at = { &context, "seccompProfile", 0 };
	const char *os = value_get_text(value_get(spec, "os"), "name");

	profile_match(status, value_get_text(value_get(value_get(pod, "metadata"), "annotations"), SECCOMP_POD),
		value_get(value_get(spec, "securityContext"), "seccompProfile"), "seccomp", &at);
	container_profiles(status, pod, path, false);
	if (!os || strcmp(os, "windows") != 0)
		container_profiles(status, pod, path, true);
}

void
pod_annotations_validate_update(
	struct status *status, const struct value *pod, const struct value *old, const struct place *path)
{
	static const struct {
		const char *prefix, *changed, *added;
	} fixed[] = {
		{ APPARMOR, "may not remove or update AppArmor annotations", "may not add AppArmor annotations" },
		{ MIRROR, "may not remove or update mirror pod annotation", "may not add mirror pod annotation" },
	};
	const struct value *now = value_get(value_get(pod, "metadata"), "annotations"),
			   *before = value_get(value_get(old, "metadata"), "annotations");

	for (int added = 0; added < 2; added++) {
		const struct value *these = added ? now : before, *others = added ? before : now;

		for (size_t i = 0; i < value_count(these); i++) {
			const char *key = these->map.v[i].key;
			const struct value *other = value_get(others, key);
			char *bracket = xasprintf("[%s]", key);

			for (size_t k = 0; k < sizeof fixed / sizeof *fixed; k++) {
				if (str_starts(key, fixed[k].prefix) &&
					(added ? !other : !other || !value_equal(other, these->map.v[i].value)))
					place_forbidden(
						status, path, bracket, added ? fixed[k].added : fixed[k].changed);
			}
			free(bracket);
		}
	}
	pod_annotations_validate(status, pod, path);
}
