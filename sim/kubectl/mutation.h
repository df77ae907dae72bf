/*
 * What all verbs that change something do alike: --dry-run, -o, --validate, sending a request, printing its warnings,
 * its failure or `service/web created`.
 */
#ifndef KUBECTL_MUTATION_H
#define KUBECTL_MUTATION_H

#include "api/value.h"
#include "kubectl/failures.h"
#include "kubectl/kubectl.h"
#include "kubectl/print_output.h"

enum dry_run { DRY_RUN_NONE, DRY_RUN_CLIENT, DRY_RUN_SERVER };
enum validation { VALIDATE_STRICT, VALIDATE_WARN, VALIDATE_IGNORE };

/* Objects to be printed as one List: struct gathered gathered = GATHERED_INIT. */
struct gathered {
	struct arena arena;
	value_vec list;
};
#define GATHERED_INIT { ARENA_INIT, VEC_INIT }

struct mutation {
	struct kubectl *kubectl;
	struct output output;
	enum dry_run dry_run;
	enum validation validation;
	const char *manager;	/* of --field-manager */
	struct failures failures;
	bool hides_dry_run;	/* kubectl patch prints as if it were in earnest */
	struct gathered *gathered;	/* what -o prints together at the end, as apply does; NULL: each at once */
};

extern const struct flag dry_run_flag[];	/* --dry-run */
extern const struct flag validate_flag[];	/* --validate */
extern const struct flag save_config_flag[];	/* --save-config */
extern const struct flag record_flag[];		/* --record, deprecated and hidden */

/* Reads the flags that the verb has of these.  -1 after printing what is wrong; nothing to release then. */
MUST_CHECK int mutation_begin(struct mutation *mutation, struct kubectl *kubectl, const struct flags *flags);
/* The same for verbs that change the object first, and then find that -o is wrong. */
MUST_CHECK int mutation_begin_first(struct mutation *mutation, struct kubectl *kubectl, const struct flags *flags);
/* --dry-run alone, for a verb whose -o means something else. */
MUST_CHECK int mutation_dry_run(struct mutation *mutation, const struct flags *flags);
/* Prints the failures collected; the exit status. */
int mutation_end(struct mutation *mutation);

/* A request of this mutation: namespace, dry run, validation filled in. */
struct request mutation_request(const struct mutation *mutation, enum request_verb verb, const struct kind *kind,
	const char *namespace);
/*
 * Sends.  Warnings are printed; a refusal goes to failures under context (`error when creating "f"`, "" for none).
 * *out, when wanted, has a reference for the caller.
 */
MUST_CHECK int mutation_send(struct mutation *mutation, const struct request *request, const char *context,
	const struct object **out);
/* Puts what --record notes into an object or a patch; mutation_send does it to what it sends. */
void mutation_note_cause(const struct mutation *mutation, struct arena *arena, struct value *root);
/*
 * "service/web created (dry run)", or the object as -o asks.  typed: kubectl holds it in the kind's Go struct, in whose order
 * its fields are written then, and not as the server's JSON.
 */
void mutation_print(struct mutation *mutation, const struct kind *kind, const char *name, const struct value *root,
	bool typed, const char *operation);
/* The object that was gathered, or the List of them; those of --output=name were printed already. */
void mutation_print_gathered(struct mutation *mutation);
void gathered_release(struct gathered *gathered);
/* klog's line of a warning: severity, date, time, process, file. */
void log_warning(struct kubectl *kubectl, const char *file, const char *text);
/* The same of what ends kubectl; text has the place in front, "sorter.go:329] ..". */
void log_fatal(struct kubectl *kubectl, const char *text);
/* `error when creating "svc.yaml"`, or "" where there is no file; in arena. */
const char *mutation_context(struct arena *arena, const char *doing, const char *source);

#define LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"

#endif
