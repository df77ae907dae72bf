/* Deleting, as delete and replace --force do it. */
#ifndef KUBECTL_REMOVAL_H
#define KUBECTL_REMOVAL_H

#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"

struct removal {
	struct mutation *mutation;
	enum propagation propagation;
	int64_t grace_seconds;
	bool force, ignore_missing, names_only;
};

/* --cascade, --force, --grace-period, --timeout, --wait */
extern const struct flag removal_flags[];

/* -1 after printing what is wrong with the flags. */
MUST_CHECK int removal_begin(struct removal *removal, struct mutation *mutation, const struct flags *flags);
/* `service "web" deleted` */
void removal_delete(struct removal *removal, const struct resource *resource);

#endif
