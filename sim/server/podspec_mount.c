/*
 * The checks of a container's mounts and raw devices: each names a volume of the pod, and no two have a place or a name
 * in common.  Follows ValidateVolumeMounts and ValidateVolumeDevices in pkg/apis/core/validation/validation.go; some
 * faults of a mount are said of the list, as there.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

static const char *
text_of(const struct value *map, const char *field)
{
	const char *text = value_get_text(map, field);

	return text ? text : "";
}

static void
add_not_found(struct status *status, const struct place *at, const char *name)
{
	char *path = place_text_of(at, "name"), *shown = xasprintf("\"%s\"", name);

	status_value_not_found(status, path, shown);
	free(shown);
	free(path);
}

/* Whether one of the first `count` entries has the text there. */
static bool
has_text(const struct value *list, size_t count, const char *field, const char *text)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(text_of(value_at(list, i), field), text))
			return true;
	}
	return false;
}

/* The place where a name is mounted last counts, as in a Go map that was filled in order. */
static bool
has_path(const struct value *list, const char *field, const char *path)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const char *name = text_of(value_at(list, i), "name");
		bool last = true;

		for (size_t k = i + 1; k < value_count(list); k++)
			last &= strcmp(text_of(value_at(list, k), "name"), name) != 0;
		if (last && !strcmp(text_of(value_at(list, i), field), path))
			return true;
	}
	return false;
}

static void
propagation_validate(
	struct status *status, const struct value *mount, const struct value *container, const struct place *list)
{
	static const char *const modes[] = { "Bidirectional", "HostToContainer", "None", NULL };
	const char *mode = value_get_text(mount, "mountPropagation");

	if (!mode)
		return;
	place_one_of(status, list, mount, "mountPropagation", modes);
	if (!strcmp(mode, "Bidirectional") &&
		!value_get_bool(value_get(container, "securityContext"), "privileged", false))
		place_forbidden(status, list, "mountPropagation",
			"Bidirectional mount propagation is available only to privileged containers");
}

static void
read_only_validate(struct status *status, const struct value *mount, const struct place *list)
{
	static const char *const modes[] = { "Disabled", "Enabled", "IfPossible", NULL };
	const char *mode = value_get_text(mount, "recursiveReadOnly");
	const char *propagation = value_get_text(mount, "mountPropagation");

	if (!mode || !strcmp(mode, "Disabled"))
		return;
	if (strcmp(mode, "Enabled") != 0 && strcmp(mode, "IfPossible") != 0) {
		place_one_of(status, list, mount, "recursiveReadOnly", modes);
		return;
	}
	if (!value_get_bool(mount, "readOnly", false))
		place_forbidden(status, list, "recursiveReadOnly", "may only be specified when readOnly is true");
	if (propagation && strcmp(propagation, "None") != 0)
		place_forbidden(status, list, "recursiveReadOnly",
			"may only be specified when mountPropagation is None or not specified");
}

static void
mount_validate(const struct pod_check *check, const struct value *container, size_t i, const struct place *list)
{
	const struct value *mounts = value_get(container, "volumeMounts"), *mount = value_at(mounts, i);
	const struct value *devices = value_get(container, "volumeDevices");
	const struct place at = { list, NULL, i };
	const char *name = text_of(mount, "name"), *where = text_of(mount, "mountPath");
	struct status *status = check->status;

	if (!*name)
		place_required(status, &at, "name", NULL);
	if (!pod_volume(check, name))
		add_not_found(status, &at, name);
	if (!*where)
		place_required(status, &at, "mountPath", NULL);
	if (has_text(mounts, i, "mountPath", where))
		place_invalid_member(status, &at, mount, "mountPath", "must be unique");
	if (has_text(devices, value_count(devices), "name", name))
		place_invalid_member(status, &at, mount, "name", "must not already exist in volumeDevices");
	if (has_path(devices, "devicePath", where))
		place_invalid_member(status, &at, mount, "mountPath", "must not already exist as a path in volumeDevices");
	if (place_has_text(mount, "subPath"))
		pod_check_relative(status, list, mount, "subPath", "subPath");
	if (place_has_text(mount, "subPathExpr")) {
		if (place_has_text(mount, "subPath"))
			place_invalid(status, &at, "subPathExpr", value_get(mount, "subPathExpr"),
				"subPathExpr and subPath are mutually exclusive");
		pod_check_relative(status, list, mount, "subPathExpr", "subPathExpr");
	}
	propagation_validate(status, mount, container, list);
	read_only_validate(status, mount, list);
}

static void
device_validate(const struct pod_check *check, const struct value *container, size_t i, const struct place *list)
{
	const struct value *devices = value_get(container, "volumeDevices"), *device = value_at(devices, i);
	const struct value *mounts = value_get(container, "volumeMounts");
	const struct place at = { list, NULL, i };
	const char *name = text_of(device, "name"), *where = text_of(device, "devicePath");
	const struct value *volume = pod_volume(check, name);
	struct status *status = check->status;

	if (!*name)
		place_required(status, &at, "name", NULL);
	else if (has_text(devices, i, "name", name))
		place_invalid_member(status, &at, device, "name", "must be unique");
	if (!volume)
		add_not_found(status, &at, name);
	else if (!value_get(volume, "persistentVolumeClaim") && !value_get(volume, "ephemeral"))
		place_invalid_member(status, &at, device, "name",
			"can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
	if (!*where)
		place_required(status, &at, "devicePath", NULL);
	if (has_text(devices, i, "devicePath", where))
		place_invalid_member(status, &at, device, "devicePath", "must be unique");
	if (pod_has_backstep(where))
		place_invalid_member(status, &at, device, "devicePath", "can not contain backsteps ('..')");
	if (has_text(mounts, value_count(mounts), "name", name))
		place_invalid_member(status, &at, device, "name", "must not already exist in volumeMounts");
	if (has_path(mounts, "mountPath", where))
		place_invalid_member(status, &at, device, "devicePath", "must not already exist as a path in volumeMounts");
}

void
pod_mounts_validate(const struct pod_check *check, const struct value *container, const struct place *path)
{
	const struct place mounts = { path, "volumeMounts", 0 }, devices = { path, "volumeDevices", 0 };

	for (size_t i = 0; i < value_count(value_get(container, "volumeMounts")); i++)
		mount_validate(check, container, i, &mounts);
	for (size_t i = 0; i < value_count(value_get(container, "volumeDevices")); i++)
		device_validate(check, container, i, &devices);
}
