/* What -f names: files, folders and standard input, read into one list of manifests with their kinds. */
#ifndef KUBECTL_MANIFEST_H
#define KUBECTL_MANIFEST_H

#include "api/value.h"
#include "kubectl/failures.h"
#include "kubectl/kubectl.h"
#include "svcsim/io.h"
#include "svcsim/str.h"
#include "svcsim/vec.h"

struct manifest {
	const char *source;	/* "svc.yaml", "STDIN" */
	const struct kind *kind;
	const char *namespace;	/* "" for cluster-wide kinds */
	const char *name;	/* "" when it has none */
	struct value *root;	/* metadata.namespace filled in */
};

/* A path of the command line and what it held when it was looked for: a pipe can be read only once. */
struct manifest_input {
	char *path;
	struct str text;
	enum io_result result;
	bool read;		/* else later: standard input, a URL, what a pattern meant */
};

struct manifests {
	struct arena arena;
	VEC(struct manifest) list;
	VEC(struct manifest_input) inputs;
	bool open;
};
#define MANIFESTS_INIT { ARENA_INIT, VEC_INIT, VEC_INIT, false }

void manifests_release(struct manifests *manifests);

/* -f, -k, -R */
extern const struct flag filename_flags[];
/* Is there any -f? */
bool manifests_given(const struct flags *flags);
/*
 * Looks for all that -f and -k name, before anything of it is used; false: nothing can be read, failures say why.
 * manifests_read does it where it wasn't done.
 */
bool manifests_open(struct kubectl *kubectl, const struct flags *flags, struct manifests *manifests,
	struct failures *failures);
/*
 * Reads every -f, -R looked at.  What cannot be read goes to failures, the rest stays in the list: kubectl acts on
 * what it understood.  validating: the verb has --validate, which words some errors.
 */
void manifests_read(struct kubectl *kubectl, const struct flags *flags, bool validating, struct manifests *manifests,
	struct failures *failures);
/* Drops what the verb's -l doesn't select. */
void manifests_select(const struct flags *flags, struct manifests *manifests, struct failures *failures);

#endif
