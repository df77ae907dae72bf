/* What the subverbs of kubectl rollout have in common. */
#ifndef KUBECTL_VERB_ROLLOUT_H
#define KUBECTL_VERB_ROLLOUT_H

#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"

struct rollout {
	struct mutation mutation;
	const struct flags *flags;
	bool given_up;		/* what was waited for will not come: the call ends as if it was broken off */
};

typedef void (*rollout_fn)(struct rollout *rollout, const struct resource *resource);

/*
 * Finds the objects that the line names and calls fn with each that is there.  says_none: that a selector found none is
 * worth a line.  The exit status.
 */
int rollout_each(struct kubectl *kubectl, const struct flags *flags, bool says_none, rollout_fn fn);
/* A --revision below 0 is refused; -1 after printing it. */
MUST_CHECK int rollout_check_revision(struct kubectl *kubectl, const struct flags *flags);

#define ROLLOUT_KIND_TEXT 96
/* A kind with its group as Go prints it, "ReplicaSet.apps" */
const char *rollout_kind(const struct kind *kind, char buf[static ROLLOUT_KIND_TEXT]);

extern const struct verb verb_rollout_status, verb_rollout_history, verb_rollout_undo;

#endif
