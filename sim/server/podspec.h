/* Pod specs, as Pods and all pod templates share them: defaults, checks and warnings; and what the workloads' specs
 * share. */
#ifndef SERVER_PODSPEC_H
#define SERVER_PODSPEC_H

#include "server/place.h"
#include "server/strategy.h"

/* The defaults of a template: those of a pod spec, in metadata's presence. */
void pod_template_defaults(struct arena *arena, struct value *owner_spec); /* of owner_spec.template */
void pod_requests_from_limits(struct arena *arena, struct value *spec); /* Pods only */

/* Warnings about a pod (path NULL) or a template at path. */
void pod_warn(struct status *status, const struct value *pod, const struct place *path);

/* The list of containers in a spec that a visitor sees, in the API server's order. */
extern const char *const pod_container_lists[]; /* initContainers, containers, ephemeralContainers, NULL */

/* server/podspec_container.c: the checks of the containers of a spec. */
void pod_containers_validate(struct status *status, const struct value *spec, const struct place *path);

/* server/workload.c: v1.LabelSelector{MatchLabels:map[string]string{"app":"x"}, ..}; owned by the caller. */
char *workload_selector_text(const struct value *selector);
/* selector and template of a workload; kind as in "empty selector is invalid for deployment". */
void workload_validate_selector(
	struct status *status, const struct value *spec, const struct place *path, const char *kind, bool required);
/* The template: its labels against the selector, its pod, and what only bare pods may say; the last is all three. */
void workload_validate_labels(struct status *status, const struct value *spec, const struct place *path);
void workload_validate_restart(
	struct status *status, const struct value *spec, const struct place *path, const char *kind);
void workload_validate_template(
	struct status *status, const struct value *spec, const struct place *path, const char *kind);
void workload_validate_immutable_selector(struct change *change, const struct place *path);
/* An IntOrString that is a count or a percentage: checked; its value in hundredths of replicas is not needed here. */
void workload_validate_count_or_percent(
	struct status *status, const struct place *path, const struct value *map, const char *field);
bool workload_is_zero(const struct value *count_or_percent);
char *workload_intstr_text(const struct value *value); /* intstr.IntOrString{Type:0, IntVal:1, StrVal:""} */
void workload_set_default_int(struct arena *arena, struct value *map, const char *field, int64_t number);
void workload_set_default_text(struct arena *arena, struct value *map, const char *field, const char *text);
void workload_warn(const struct change *change); /* about spec.template */

#endif
