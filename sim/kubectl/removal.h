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
	bool quiet;	/* replace --force says nothing of the force */
};

/* --cascade, --force, --grace-period, --timeout, --wait */
extern const struct flag removal_flags[];

/* -1 after printing what is wrong with the flags. */
MUST_CHECK int removal_begin(struct removal *removal, struct mutation *mutation, const struct flags *flags);
/* --cascade alone. */
MUST_CHECK int removal_read_cascade(struct io *io, const struct flags *flags, enum propagation *propagation);
/* What `delete --force` says first. */
void removal_warn(const struct removal *removal);
/* `service "web" deleted` */
void removal_delete(struct removal *removal, const struct resource *resource);

#endif
