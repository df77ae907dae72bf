/*
 * A Scale is read from an object, changed as any other, and its replicas written back.  Follows
 * pkg/registry/apps/deployment/storage/storage.go (ScaleREST) and pkg/apis/autoscaling/validation.
 */
#include "server/scale.h"

#include <string.h>

#include "server/managedfields.h"
#include "server/pipeline.h"

const struct kind scale_kind = {
	.kind = "Scale", .group = "autoscaling", .version = "v1", .plural = "scales", .singular = "scale", .shorts = "",
	.categories = "", .namespaced = true, .type = "autoscaling.v1.Scale", .index = -1,
};

bool
scale_serves(const struct kind *kind)
{
	static const char *const scaled[] = { "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet" };

	for (size_t i = 0; i < sizeof scaled / sizeof *scaled; i++)
		if (!strcmp(scaled[i], kind->kind))
			return true;
	return false;
}

struct value *
scale_of(struct arena *arena, const struct value *root)
{
	static const char *const taken[] = { "creationTimestamp", "name", "namespace", "resourceVersion", "uid" };
	struct value *scale = value_map(arena), *meta = value_make_map(arena, scale, "metadata");
	char version[64];

	value_set_text(arena, scale, "apiVersion", kind_api_version(&scale_kind, version));
	value_set_text(arena, scale, "kind", scale_kind.kind);
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
		const struct value *value = value_get(value_get(root, "metadata"), taken[i]);

		if (value)
			value_set(arena, meta, taken[i], value_copy(arena, value));
	}
	value_set_int(arena, value_make_map(arena, scale, "spec"), "replicas",
		value_get_int(value_get(root, "spec"), "replicas", 1));
	value_set_int(arena, value_make_map(arena, scale, "status"), "replicas",
		value_get_int(value_get(root, "status"), "replicas", 0));
	return scale;
}

/* The Scale that the request asks for, decoded. */
static int
decode_wanted(struct change *change, struct value **wanted)
{
	const struct request *request = change->request;
	struct value *scale = scale_of(change->arena, change->old);
	const char *version = value_get_text(request->body, "apiVersion");

	/* to kubectl a file with a Scale is of no kind that it knows, and so what is applied is never one */
	if (request->verb == REQUEST_PATCH && request->patch_type == PATCH_APPLY)
		return status_set(change->status, STATUS_BAD_REQUEST,
			"Incorrect version specified in apply patch. "
			"Specified patch version: %s, expected: %s/%s",
			version ? version : "", scale_kind.group, scale_kind.version);
	if (request->verb == REQUEST_PATCH)
		return decode_patched(change, &scale_kind, scale, wanted);
	return decode_as(change, &scale_kind, wanted);
}

int
decode_scale(struct change *change)
{
	const struct request *request = change->request;
	struct value *wanted = NULL;
	int64_t replicas;

	if (!scale_serves(request->kind))
		return status_set(change->status, STATUS_NOT_FOUND, "the server could not find the requested resource");
	if (!change->old)
		return status_not_found(change->status, request->kind, request->name);
	if (decode_wanted(change, &wanted) || meta_check_version(change, value_get(wanted, "metadata")))
		return -1;
	replicas = value_get_int(value_get(wanted, "spec"), "replicas", 0);
	if (replicas < 0) {
		status_add_invalid(change->status, "spec.replicas", value_path(wanted, "spec.replicas"),
			"must be greater than or equal to 0");
		return status_invalid(change->status, &scale_kind, request->name);
	}
	change->new = value_copy(change->arena, change->old);
	value_set_int(change->arena, value_make_map(change->arena, change->new, "spec"), "replicas", replicas);
	managed_update(change);
	return 0;
}
