/* Objects that hold a pod template, and changing them in place: what set, rollout and autoscale have in common. */
#ifndef KUBECTL_WORKLOAD_H
#define KUBECTL_WORKLOAD_H

#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"

/* The pod spec inside a workload (or pod); NULL for a kind that has none. */
struct value *workload_pod_spec(const struct kind *kind, const struct value *root);
/* The same for the template's metadata. */
struct value *workload_template(const struct kind *kind, const struct value *root);

struct workload_change {
	const char *operation;	/* "image updated"; NULL: nothing is printed */
	const char *failing;	/* stands before a refusal's message, "failed to patch: "; NULL: it is printed as it is */
	bool local;		/* --local: nothing is sent */
};
/* Sends the whole changed object in place of the stored one, and prints; local and --dry-run=client: prints only. */
void workload_update(struct mutation *mutation, const struct resource *resource, struct value *changed,
	const struct workload_change *change);
/* mutation_send for a verb that words refusals as its own errors: failing, if any, then the server's message. */
MUST_CHECK int workload_send(struct mutation *mutation, const struct request *request, const char *failing,
	const struct object **out);
/* The object of a resource: the stored one, or (of --local) the file's. */
const struct value *workload_root(const struct resource *resource);

#endif
