/* Objects that hold a pod template, and changing them in place: what set, rollout and autoscale have in common. */
#ifndef KUBECTL_WORKLOAD_H
#define KUBECTL_WORKLOAD_H

#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"

/* The pod spec inside a workload (or pod); NULL for a kind that has none. */
struct value *workload_pod_spec(const struct kind *kind, const struct value *root);
/* The same for the template's metadata. */
struct value *workload_template(const struct kind *kind, const struct value *root);

/* Sends the whole changed object in place of the stored one, and prints; local: prints only. */
void workload_update(struct mutation *mutation, const struct resource *resource, struct value *changed, bool local,
	const char *operation);
/* The object of a resource: the stored one, or (of --local) the file's. */
const struct value *workload_root(const struct resource *resource);

#endif
