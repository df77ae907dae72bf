/*
 * The checks of a pod's volumes: one source each, what each source has to say, paths that stay inside.  A mount may only
 * name a volume without a fault.  Follows ValidateVolumes and what it calls in
 * pkg/apis/core/validation/validation.go, with the places as that file spells them, slips included.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#include "api/quantity.h"

#define MODE_MAX 0777
#define TOKEN_SECONDS_MIN 600
#define TOKEN_SECONDS_MAX (INT64_C(1) << 32)
#define PORTAL_MAX 64

/* ".." as a part of the path */
static bool
has_backstep(const char *path)
{
	for (const char *part = path;; part++) {
		size_t len = strcspn(part, "/");

		if (len == 2 && part[0] == '.' && part[1] == '.')
			return true;
		part += len;
		if (!*part)
			return false;
	}
}

bool
pod_has_backstep(const char *path)
{
	return has_backstep(path);
}

void
pod_check_relative(struct status *status, const struct place *at, const struct value *map, const char *field,
	const char *said_at)
{
	const char *path = value_get_text(map, field);

	if (!path)
		return;
	if (*path == '/')
		place_invalid(status, at, said_at, value_get(map, field), "must be a relative path");
	if (has_backstep(path))
		place_invalid(status, at, said_at, value_get(map, field), "must not contain '..'");
}

/* Relative, and not one of the names that the kubelet keeps to itself. */
static void
check_file_path(struct status *status, const struct place *at, const struct value *map, const char *field)
{
	const char *path = value_get_text(map, field);

	pod_check_relative(status, at, map, field, field);
	if (path && str_starts(path, "..") && !str_starts(path, "../"))
		place_invalid(status, at, field, value_get(map, field), "must not start with '..'");
}

static void
check_mode(struct status *status, const struct place *at, const struct value *map, const char *field)
{
	int64_t mode = value_get_int(map, field, 0);

	if (mode < 0 || mode > MODE_MAX)
		place_invalid(status, at, field, value_get(map, field),
			"must be a number between 0 and 0777 (octal), both inclusive");
}

static void
need_text(struct status *status, const struct place *at, const struct value *map, const char *field)
{
	if (!place_has_text(map, field) && !value_count(value_get(map, field)))
		place_required(status, at, field, NULL);
}

static void
need_ref_name(struct status *status, const struct place *at, const struct value *map, const char *field)
{
	const struct value *ref = value_get(map, field);
	const struct place inner = { at, field, 0 };

	if (ref)
		need_text(status, &inner, ref, "name");
}

static void
keys_validate(struct status *status, const struct value *items, const struct place *path)
{
	const struct place list = { path, "items", 0 };

	for (size_t i = 0; i < value_count(items); i++) {
		const struct value *item = value_at(items, i);
		const struct place at = { &list, NULL, i };

		need_text(status, &at, item, "key");
		need_text(status, &at, item, "path");
		check_file_path(status, &at, item, "path");
		check_mode(status, &at, item, "mode");
	}
}

static void
empty_dir_validate(struct status *status, const struct value *source, const struct place *at)
{
	const char *limit = value_get_text(source, "sizeLimit");

	if (limit && quantity_compare(limit, "0") < 0)
		place_forbidden(status, at, "sizeLimit", "SizeLimit field must be a valid resource quantity");
}

static void
host_path_validate(struct status *status, const struct value *source, const struct place *at)
{
	static const char *const types[] = { "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File",
		"FileOrCreate", "Socket", NULL };
	const char *path = value_get_text(source, "path");

	if (!path || !*path) {
		place_required(status, at, "path", NULL);
		return;
	}
	if (has_backstep(path))
		place_invalid(status, at, "path", value_get(source, "path"), "must not contain '..'");
	if (value_get(source, "type"))
		place_one_of(status, at, source, "type", types);
}

static void
git_validate(struct status *status, const struct value *source, const struct place *at)
{
	need_text(status, at, source, "repository");
	pod_check_relative(status, at, source, "directory", "directory");
}

static void
disk_validate(struct status *status, const struct value *source, const struct place *at)
{
	need_text(status, at, source, value_get(source, "volumeID") || !strcmp(at->field, "awsElasticBlockStore")
			? "volumeID" : "pdName");
	if (value_get_int(source, "partition", 0) < 0 || value_get_int(source, "partition", 0) > 255)
		place_invalid(status, at, "partition", value_get(source, "partition"),
			"must be between 1 and 255, inclusive");
}

static void
secret_validate(struct status *status, const struct value *source, const struct place *at)
{
	need_text(status, at, source, "secretName");
	check_mode(status, at, source, "defaultMode");
	keys_validate(status, value_get(source, "items"), at);
}

static void
config_validate(struct status *status, const struct value *source, const struct place *at)
{
	need_text(status, at, source, "name");
	check_mode(status, at, source, "defaultMode");
	keys_validate(status, value_get(source, "items"), at);
}

static void
nfs_validate(struct status *status, const struct value *source, const struct place *at)
{
	const char *path = value_get_text(source, "path");

	need_text(status, at, source, "server");
	need_text(status, at, source, "path");
	if (!path)
		place_invalid_text(status, at, "path", "\"\"", "must be an absolute path");
	else if (*path != '/')
		place_invalid(status, at, "path", value_get(source, "path"), "must be an absolute path");
}

static void
iscsi_validate(struct status *status, const struct value *source, const struct place *at)
{
	const char *iqn = value_get_text(source, "iqn");

	need_text(status, at, source, "targetPortal");
	if (!iqn || !*iqn)
		place_required(status, at, "iqn", NULL);
	else if (!str_starts(iqn, "iqn") && !str_starts(iqn, "eui") && !str_starts(iqn, "naa"))
		place_invalid(status, at, "iqn", value_get(source, "iqn"),
			"must be valid format starting with iqn, eui, or naa");
	place_range(status, at, source, "lun", 0, 255);
	if ((value_get_bool(source, "chapAuthDiscovery", false) || value_get_bool(source, "chapAuthSession", false)) &&
		!value_get(source, "secretRef"))
		place_required(status, at, "secretRef", NULL);
}

static void
flocker_validate(struct status *status, const struct value *source, const struct place *at)
{
	bool name = place_has_text(source, "datasetName"), uuid = place_has_text(source, "datasetUUID");

	if (!name && !uuid)
		place_required(status, at, NULL, "one of datasetName and datasetUUID is required");
	if (name && uuid)
		place_invalid_text(status, at, NULL, "\"resource\"",
			"datasetName and datasetUUID can not be specified simultaneously");
	if (name && strchr(value_get_text(source, "datasetName"), '/'))
		place_invalid(status, at, "datasetName", value_get(source, "datasetName"), "must not contain '/'");
}

static void
cinder_validate(struct status *status, const struct value *source, const struct place *at)
{
	need_text(status, at, source, "volumeID");
	need_ref_name(status, at, source, "secretRef");
}

static void
quobyte_validate(struct status *status, const struct value *source, const struct place *at)
{
	if (!place_has_text(source, "registry"))
		place_required(
			status, at, "registry", "must be a host:port pair or multiple pairs separated by commas");
	need_text(status, at, source, "volume");
}

static const char *const file_fields[] = { "metadata.annotations", "metadata.labels", "metadata.name",
	"metadata.namespace", "metadata.uid", NULL };

static void
downward_file_validate(struct status *status, const struct value *file, const struct place *at)
{
	need_text(status, at, file, "path");
	check_file_path(status, at, file, "path");
	if (value_get(file, "fieldRef")) {
		pod_field_ref_validate(status, file, file_fields, at);
		if (value_get(file, "resourceFieldRef"))
			place_invalid_text(status, at, NULL, "\"resource\"",
				"fieldRef and resourceFieldRef can not be specified simultaneously");
	} else if (value_get(file, "resourceFieldRef")) {
		pod_resource_ref_validate(status, file, true, at);
	} else {
		place_required(status, at, NULL, "one of fieldRef and resourceFieldRef is required");
	}
	check_mode(status, at, file, "mode");
}

static void
downward_validate(struct status *status, const struct value *source, const struct place *at)
{
	const struct value *items = value_get(source, "items");

	check_mode(status, at, source, "defaultMode");
	for (size_t i = 0; i < value_count(items); i++)
		downward_file_validate(status, value_at(items, i), at);
}

static void
fc_validate(struct status *status, const struct value *source, const struct place *at)
{
	const struct value *names = value_get(source, "targetWWNs"), *lun = value_get(source, "lun");

	if (!value_count(names) && !value_count(value_get(source, "wwids")))
		place_required(status, at, "targetWWNs", "must specify either targetWWNs or wwids, but not both");
	if (value_count(names) && value_count(value_get(source, "wwids")))
		place_invalid(status, at, "targetWWNs", names,
			"targetWWNs and wwids can not be specified simultaneously");
	if (value_count(names) && !lun)
		place_required(status, at, "lun", "lun is required if targetWWNs is specified");
	else if (value_count(names))
		place_range(status, at, source, "lun", 0, 255);
}

static void
azure_disk_validate(struct status *status, const struct value *source, const struct place *at)
{
	static const char *const caching[] = { "None", "ReadOnly", "ReadWrite", NULL };
	static const char *const disks[] = { "Dedicated", "Managed", "Shared", NULL };

	need_text(status, at, source, "diskName");
	need_text(status, at, source, "diskURI");
	if (value_get(source, "cachingMode"))
		place_one_of(status, at, source, "cachingMode", caching);
	if (value_get(source, "kind"))
		place_one_of(status, at, source, "kind", disks);
}

static void
storageos_validate(struct status *status, const struct value *source, const struct place *at)
{
	if (!place_has_text(source, "volumeName"))
		place_required(status, at, "volumeName", NULL);
	else
		place_check(status, at, source, "volumeName", check_dns1123_label);
	if (place_has_text(source, "volumeNamespace"))
		place_check(status, at, source, "volumeNamespace", check_dns1123_label);
	need_ref_name(status, at, source, "secretRef");
}

/* The name as that of a DNS subdomain, capitals allowed. */
static int
check_driver_name(const char *text, struct str *out)
{
	struct str lower = STR_INIT;
	int found;

	for (const char *c = text; *c; c++)
		str_addch(&lower, (char)ascii_tolower((unsigned char)*c));
	found = check_dns1123_subdomain(lower.buf, out);
	str_release(&lower);
	return found;
}

static void
csi_validate(struct status *status, const struct value *source, const struct place *at)
{
	const char *driver = value_get_text(source, "driver");
	const struct value *secret = value_get(source, "nodePublishSecretRef");

	need_text(status, at, source, "driver");
	if (driver && strlen(driver) > 63)
		place_too_long(status, at, "driver", 63);
	place_check_text(status, at, "driver", driver, check_driver_name);
	if (!secret)
		return;
	need_ref_name(status, at, source, "nodePublishSecretRef");
	if (place_has_text(secret, "name"))
		place_check(status, at, secret, "name", check_dns1123_subdomain);
}

/* No two files of a projected volume may have the same path. */
struct projection {
	struct status *status;
	const struct place *volume; /* spec.volumes[0].projected */
	VEC(const char *) paths;
};

static void
claim_path(struct projection *projection, const struct value *item, const struct value *shown)
{
	const char *path = value_get_text(item, "path");

	if (!path || !*path)
		return;
	for (size_t i = 0; i < projection->paths.n; i++) {
		if (!strcmp(projection->paths.v[i], path)) {
			place_invalid(
				projection->status, projection->volume, NULL, shown, "conflicting duplicate paths");
			return;
		}
	}
	*vec_push(&projection->paths) = path;
}

static void
project_named(struct projection *projection, const struct value *source, const struct place *at)
{
	const struct value *items = value_get(source, "items");

	need_text(projection->status, at, source, "name");
	keys_validate(projection->status, items, at);
	for (size_t i = 0; i < value_count(items); i++)
		claim_path(projection, value_at(items, i), value_get(source, "name"));
}

static void
project_downward(struct projection *projection, const struct value *source, const struct place *at)
{
	const struct value *items = value_get(source, "items");

	for (size_t i = 0; i < value_count(items); i++) {
		downward_file_validate(projection->status, value_at(items, i), at);
		claim_path(projection, value_at(items, i), value_get(value_at(items, i), "path"));
	}
}

static void
project_token(struct projection *projection, const struct value *source, const struct place *at)
{
	int64_t seconds = value_get_int(source, "expirationSeconds", 0);
	const struct value *shown = value_get(source, "expirationSeconds");

	if (seconds < TOKEN_SECONDS_MIN)
		place_invalid(projection->status, at, "expirationSeconds", shown,
			"may not specify a duration less than 10 minutes");
	if (seconds > TOKEN_SECONDS_MAX)
		place_invalid(projection->status, at, "expirationSeconds", shown,
			"may not specify a duration larger than 2^32 seconds");
	need_text(projection->status, projection->volume, source, "path");
	check_file_path(projection->status, projection->volume, source, "path");
}

static const struct {
	const char *name;
	void (*validate)(struct projection *projection, const struct value *source, const struct place *at);
} projected_sources[] = {
	{ "secret", project_named },
	{ "configMap", project_named },
	{ "downwardAPI", project_downward },
	{ "serviceAccountToken", project_token },
};

static void
projected_validate(struct status *status, const struct value *volume, const struct place *at)
{
	const struct value *sources = value_get(volume, "sources");
	const struct place list = { at, "sources", 0 };
	struct projection projection = { status, at, VEC_INIT };

	check_mode(status, at, volume, "defaultMode");
	for (size_t i = 0; i < value_count(sources); i++) {
		const struct place item = { &list, NULL, i };
		size_t found = 0;

		for (size_t k = 0; k < sizeof projected_sources / sizeof *projected_sources; k++) {
			const struct value *source = value_get(value_at(sources, i), projected_sources[k].name);
			const struct place inner = { &item, projected_sources[k].name, 0 };

			if (!source)
				continue;
			found++;
			projected_sources[k].validate(&projection, source, &inner);
		}
		if (found > 1)
			place_forbidden(status, &item, NULL, "may not specify more than 1 volume type per source");
	}
	vec_release(&projection.paths);
}

static void
ephemeral_validate(struct status *status, const struct value *source, const struct place *at)
{
	const struct value *template = value_get(source, "volumeClaimTemplate");
	const struct place inner = { at, "volumeClaimTemplate", 0 }, spec = { &inner, "spec", 0 };

	if (!template) {
		place_required(status, at, "volumeClaimTemplate", NULL);
		return;
	}
	claim_spec_validate(status, value_get(template, "spec"), &spec);
}

/*
 * Volume sources in the order in which the server looks for them.  said: where its faults are said to be, and doubled
 * where its being one too many is, when that is not its name.  What must be there, or what else there is to check.
 */
static const struct source {
	const char *name, *said, *doubled;
	void (*validate)(struct status *status, const struct value *source, const struct place *at);
	const char *needed[3];
} sources[] = {
	{ "emptyDir", NULL, NULL, empty_dir_validate, { NULL } },
	{ "hostPath", NULL, NULL, host_path_validate, { NULL } },
	{ "gitRepo", NULL, NULL, git_validate, { NULL } },
	{ "gcePersistentDisk", "persistentDisk", NULL, disk_validate, { NULL } },
	{ "awsElasticBlockStore", NULL, NULL, disk_validate, { NULL } },
	{ "secret", NULL, NULL, secret_validate, { NULL } },
	{ "nfs", NULL, NULL, nfs_validate, { NULL } },
	{ "iscsi", NULL, NULL, iscsi_validate, { NULL } },
	{ "glusterfs", NULL, NULL, NULL, { "endpoints", "path" } },
	{ "flocker", NULL, NULL, flocker_validate, { NULL } },
	{ "persistentVolumeClaim", NULL, NULL, NULL, { "claimName" } },
	{ "rbd", NULL, NULL, NULL, { "monitors", "image" } },
	{ "cinder", NULL, NULL, cinder_validate, { NULL } },
	{ "cephfs", NULL, "cephFS", NULL, { "monitors" } },
	{ "quobyte", NULL, NULL, quobyte_validate, { NULL } },
	{ "downwardAPI", NULL, "downwarAPI", downward_validate, { NULL } },
	{ "fc", NULL, NULL, fc_validate, { NULL } },
	{ "flexVolume", NULL, NULL, NULL, { "driver" } },
	{ "configMap", NULL, NULL, config_validate, { NULL } },
	{ "azureFile", NULL, NULL, NULL, { "secretName", "shareName" } },
	{ "vsphereVolume", NULL, NULL, NULL, { "volumePath" } },
	{ "photonPersistentDisk", NULL, NULL, NULL, { "pdID" } },
	{ "portworxVolume", NULL, NULL, NULL, { "volumeID" } },
	{ "azureDisk", NULL, NULL, azure_disk_validate, { NULL } },
	{ "storageos", NULL, NULL, storageos_validate, { NULL } },
	{ "projected", NULL, NULL, projected_validate, { NULL } },
	{ "scaleIO", NULL, NULL, NULL, { "gateway", "system", "volumeName" } },
	{ "csi", NULL, NULL, csi_validate, { NULL } },
	{ "ephemeral", NULL, NULL, ephemeral_validate, { NULL } },
};

static void
source_validate(struct status *status, const struct source *source, const struct value *value, const struct place *at)
{
	const struct place inner = { at, source->said ? source->said : source->name, 0 };

	if (source->validate)
		source->validate(status, value, &inner);
	for (size_t k = 0; k < sizeof source->needed / sizeof *source->needed && source->needed[k]; k++)
		need_text(status, &inner, value, source->needed[k]);
}

/* The names that only come out of the volume and the pod together. */
static void
joint_validate(struct status *status, const struct value *volume, const char *pod, const struct place *at)
{
	const struct value *iscsi = value_get(volume, "iscsi");
	const char *name = value_get_text(volume, "name"), *portal = value_get_text(iscsi, "targetPortal");
	struct str found = STR_INIT, claim = STR_INIT;

	if (value_get(iscsi, "initiatorName") && strlen(name ? name : "") + 1 + strlen(portal ? portal : "") > PORTAL_MAX)
		place_invalid(status, at, "name", value_get(volume, "name"),
			"Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if "
			"iscsi.initiatorName is specified.");
	if (value_get(volume, "ephemeral") && pod && *pod && name && *name) {
		str_addf(&claim, "%s-%s", pod, name);
		if (check_dns1123_subdomain(claim.buf, &found)) {
			char *detail = xasprintf(
				"PVC name \"%s\": %.*s", claim.buf, (int)strcspn(found.buf, "\n"), found.buf);

			place_invalid(status, at, "name", value_get(volume, "name"), detail);
			free(detail);
		}
	}
	str_release(&claim);
	str_release(&found);
}

static void
volume_validate(struct status *status, const struct value *volume, const char *pod, const struct place *at)
{
	size_t found = 0;

	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		const struct value *value = value_get(volume, sources[i].name);

		if (!value)
			continue;
		if (found++)
			place_forbidden(status, at, sources[i].doubled ? sources[i].doubled : sources[i].name,
				"may not specify more than 1 volume type");
		else
			source_validate(status, &sources[i], value, at);
	}
	joint_validate(status, volume, pod, at);
	if (!found)
		place_required(status, at, NULL, "must specify a volume type");
	if (!place_has_text(volume, "name"))
		place_required(status, at, "name", NULL);
	else
		place_check(status, at, volume, "name", check_dns1123_label);
}

const struct value *
pod_volume(const struct pod_check *check, const char *name)
{
	for (size_t i = 0; i < check->volumes.n; i++) {
		if (!strcmp(value_get_text(check->volumes.v[i], "name"), name))
			return check->volumes.v[i];
	}
	return NULL;
}

/* A claim that is made for an ephemeral volume of the pod is not one to be named by another. */
static void
claim_validate(
	const struct pod_check *check, const struct value *volumes, size_t i, const char *pod, const struct place *at)
{
	const struct value *claim = value_get(value_at(volumes, i), "persistentVolumeClaim");
	const char *wanted = value_get_text(claim, "claimName");

	for (size_t k = 0; wanted && pod && *pod && k < value_count(volumes); k++) {
		const char *name = value_get_text(value_at(volumes, k), "name");
		size_t len = strlen(pod);

		if (value_get(value_at(volumes, k), "ephemeral") && name && !strncmp(wanted, pod, len) &&
			wanted[len] == '-' && !strcmp(wanted + len + 1, name))
			place_invalid(check->status, at, "persistentVolumeClaim.claimName",
				value_get(claim, "claimName"),
				"must not reference a PVC that gets created for an ephemeral volume");
	}
}

void
pod_volumes_validate(struct pod_check *check, const char *pod, const struct place *path)
{
	const struct value *volumes = value_get(check->spec, "volumes");
	const struct place list = { path, "volumes", 0 };

	for (size_t i = 0; i < value_count(volumes); i++) {
		const struct value *volume = value_at(volumes, i);
		const struct place at = { &list, NULL, i };
		const char *name = value_get_text(volume, "name");
		size_t faults = check->status->causes.n;
		char *shown;

		volume_validate(check->status, volume, pod, &at);
		if (name && pod_volume(check, name)) {
			shown = status_value_text(value_get(volume, "name"));
			place_duplicate(check->status, &at, "name", shown);
			free(shown);
		}
		if (check->status->causes.n == faults)
			*vec_push(&check->volumes) = volume;
		claim_validate(check, volumes, i, pod, &at);
	}
}
