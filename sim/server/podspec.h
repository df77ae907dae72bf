/* Pod specs, as Pods and all pod templates share them: defaults, checks and warnings; and what the workloads' specs
 * share. */
#ifndef SERVER_PODSPEC_H
#define SERVER_PODSPEC_H

#include "server/gotypes.h"
#include "server/place.h"
#include "server/strategy.h"

/* The list of containers in a spec that a visitor sees, in the API server's order. */
extern const char *const pod_container_lists[]; /* initContainers, containers, ephemeralContainers, NULL */
extern const char *const taint_effects[]; /* server/node.c: of taints, and of tolerations */

/* server/podspec_defaults.c: the defaults of a template are those of a pod spec, in metadata's presence. */
void pod_spec_defaults(struct arena *arena, struct value *spec);
void pod_template_defaults(struct arena *arena, struct value *owner_spec); /* of owner_spec.template */
void pod_requests_from_limits(struct arena *arena, struct value *spec); /* Pods only */
void pod_spec_drop_disabled(struct value *spec); /* fields of features that v1.32 has switched off */

/* server/podspec.c */
void pod_spec_validate(struct status *status, const struct value *pod, const struct place *path); /* path of its spec */
void pod_template_validate(struct status *status, const struct value *template, const char *path);
void pod_tolerations_validate(struct status *status, const struct value *spec, const struct place *path);

/* Warnings about a pod (path NULL) or a template at path. */
void pod_warn(struct status *status, const struct value *pod, const struct place *path);

/* One spec being checked, by the files of its parts; path is the spec's, or that of the container where there is one. */
struct pod_check {
	struct status *status;
	const struct value *spec;
	bool is_pod; /* not a template */
	VEC(const struct value *) volumes; /* those without a fault */
};

/* server/podspec_volume.c */
void pod_volumes_validate(struct pod_check *check, const char *pod, const struct place *path); /* pod: its name or NULL */
const struct value *pod_volume(const struct pod_check *check, const char *name); /* one without a fault, or NULL */
bool pod_has_backstep(const char *path); /* ".." as a part */
/* A path that has to stay inside, at place.said_at. */
void pod_check_relative(struct status *status, const struct place *at, const struct value *map, const char *field,
	const char *said_at);

/* server/podspec_container.c */
void pod_containers_validate(const struct pod_check *check, const struct place *path);
void pod_images_validate(struct status *status, const struct value *spec, const struct place *path); /* of Pods only */

/* server/podspec_env.c */
void pod_env_validate(struct status *status, const struct value *container, const struct place *path);
void pod_field_ref_validate( /* owner.fieldRef, one of fields */
	struct status *status, const struct value *owner, const char *const *fields, const struct place *path);
void pod_resource_ref_validate(struct status *status, const struct value *owner, bool volume, const struct place *path);

/* server/podspec_mount.c */
void pod_mounts_validate(const struct pod_check *check, const struct value *container, const struct place *path);

/* server/podspec_resources.c: at is the place of the resources; of single names and amounts their own. */
void pod_resources_validate(struct status *status, const struct value *resources, const struct place *at);
void resource_name_validate(struct status *status, const char *name, const struct place *at); /* a container's */
void resource_quota_name_validate(struct status *status, const char *name, const struct place *at);
void resource_amount_validate(
	struct status *status, const char *name, const struct value *amount, const struct place *at);

/* server/podspec_security.c */
void pod_security_validate(struct status *status, const struct value *spec, const struct place *path);
void container_security_validate(struct status *status, const struct value *container, const struct place *path);
void pod_host_process_validate(struct status *status, const struct value *spec, const struct place *path);
void pod_os_validate(struct status *status, const struct value *spec, const struct place *path);

/* server/podspec_affinity.c */
void pod_affinity_validate(struct status *status, const struct value *spec, const struct place *path);
/* Of a pod that is being made: matchLabelKeys and mismatchLabelKeys become part of their terms' labelSelectors. */
void pod_affinity_merge_keys(struct arena *arena, struct value *pod);
void pod_spread_validate(struct status *status, const struct value *spec, const struct place *path);

/* server/pod_annotations.c: path is the annotations', of the profiles the spec's. */
void pod_annotations_validate(struct status *status, const struct value *pod, const struct place *path);
void pod_annotations_validate_update(
	struct status *status, const struct value *pod, const struct value *old, const struct place *path);
void pod_profiles_validate(struct status *status, const struct value *pod, const struct place *path);

/* server/pod_update.c: which fields of a pod may change. */
void pod_ephemeral_update_validate(struct status *status, const struct value *pod, const struct value *old);
void pod_update_validate(struct status *status, struct arena *arena, const struct value *pod, const struct value *old);

/* server/claim.c */
void claim_spec_validate(struct status *status, const struct value *spec, const struct place *at);

/* server/workload.c: v1.LabelSelector{MatchLabels:map[string]string{"app":"x"}, ..}; owned by the caller. */
char *workload_selector_text(const struct value *selector);
/*
 * selector and template of a workload; kind as in "empty selector is invalid for deployment".  False when the selector
 * can't be used: then the template can't be judged by it.
 */
bool workload_validate_selector(
	struct status *status, const struct value *spec, const struct place *path, const char *kind, bool required);
/* The template: its labels against the selector, its pod, and what only bare pods may say; the last is all three. */
void workload_validate_labels(struct status *status, const struct value *spec, const struct place *path);
void workload_validate_restart(
	struct status *status, const struct value *spec, const struct place *path, const char *kind);
void workload_validate_template(
	struct status *status, const struct value *spec, const struct place *path, const char *kind);
void workload_refuse_selector(struct status *status, const struct value *spec, const struct place *path, const char *detail);
void workload_validate_immutable_selector(struct change *change, const struct place *path);
/* An IntOrString that is a count or a percentage; the latter is another check, of 100% at most. */
void workload_validate_count_or_percent(
	struct status *status, const struct place *path, const struct value *map, const char *field);
void workload_validate_whole_at_most(
	struct status *status, const struct place *path, const struct value *map, const char *field);
bool workload_is_zero(const struct value *count_or_percent);
void workload_invalid_intstr(struct status *status, const struct place *path, const struct value *map, const char *field,
	const char *detail);
void workload_prepare(struct change *change); /* of spec.template: what v1.32 has switched off */
void workload_set_default_int(struct arena *arena, struct value *map, const char *field, int64_t number);
void workload_set_default_text(struct arena *arena, struct value *map, const char *field, const char *text);
void workload_warn(const struct change *change); /* about spec.template */
/* On creation, of a name that is no DNS label; used_in: "Pod names and hostnames". */
void workload_warn_name(const struct change *change, const char *used_in);

#endif
