/* What -f names: files, folders and standard input, read into one list of manifests with their kinds. */
#ifndef KUBECTL_MANIFEST_H
#define KUBECTL_MANIFEST_H

#include "api/value.h"
#include "kubectl/failures.h"
#include "kubectl/kubectl.h"
#include "svcsim/vec.h"

struct manifest {
	const char *source;	/* "svc.yaml", "STDIN" */
	const struct kind *kind;
	const char *namespace;	/* "" for cluster-wide kinds */
	const char *name;	/* "" when it has none */
	struct value *root;	/* metadata.namespace filled in */
};

struct manifests {
	struct arena arena;
	VEC(struct manifest) list;
};
#define MANIFESTS_INIT { ARENA_INIT, VEC_INIT }

void manifests_release(struct manifests *manifests);

/* -f, -k, -R */
extern const struct flag filename_flags[];
/* Is there any -f? */
bool manifests_given(const struct flags *flags);
/*
 * Reads every -f, -R looked at.  What cannot be read goes to failures, the rest stays in the list: kubectl acts on
 * what it understood.  validating: the verb has --validate, which words some errors.
 */
void manifests_read(struct kubectl *kubectl, const struct flags *flags, bool validating, struct manifests *manifests,
	struct failures *failures);
/* Drops what the verb's -l doesn't select. */
void manifests_select(const struct flags *flags, struct manifests *manifests, struct failures *failures);

#endif
