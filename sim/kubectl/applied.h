/* What the last kubectl apply of an object said, and the patch that the next one sends. */
#ifndef KUBECTL_APPLIED_H
#define KUBECTL_APPLIED_H

#include "kubectl/manifest.h"
#include "kubectl/mutation.h"

/* A copy of the manifest as it is compared: with annotations, be they empty; annotate: with the one about itself. */
struct value *applied_modified(struct arena *arena, const struct value *root, bool annotate);
/*
 * The annotation of an object from a file that is about to be sent: made when always says so (--save-config), brought up to
 * the file when it has one already.
 */
void applied_save(struct arena *arena, struct value *root, bool always);
/* The last-applied annotation of an object as a tree, NULL when it has none; -1 when it is no JSON. */
MUST_CHECK int applied_original(struct arena *arena, const struct object *current, struct value **original,
	struct err *err);
/* The server takes no strategic patches of custom resources, and publishes that: they get JSON merge patches. */
enum patch_type applied_patch_type(const struct kind *kind);
/* The patch, of that type, from what was applied last, what is to be, and what is. */
MUST_CHECK int applied_patch(struct arena *arena, const struct kind *kind, const struct object *current,
	const struct value *modified, struct value **patch, struct err *err);

/*
 * --prune: the objects that an earlier apply made and that none of the manifests names go, or only their names are
 * given to fn (dry run of the caller's making).  warns: that this may change, where no allowlist says what is meant.
 */
extern const struct flag prune_flags[];
/* Whether --prune-allowlist makes sense. */
void applied_check_allowlist(const struct flags *flags, struct failures *failures);
void applied_stale(struct kubectl *kubectl, const struct flags *flags, const struct manifests *manifests, bool warns,
	struct failures *failures, void (*fn)(void *arg, const struct object *object), void *arg);

#endif
