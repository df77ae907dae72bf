/*
 * Objects that kubectl makes itself, with their fields in the order of Go's structs (which -o json and the
 * last-applied annotation show), and what the create family does with them.
 */
#ifndef KUBECTL_TYPED_H
#define KUBECTL_TYPED_H

#include "kubectl/mutation.h"

struct typed {
	struct arena arena;
	const struct kind *kind;
	struct value *root, *metadata;
};

/* kind, apiVersion, metadata with name, the namespace when -n is given, and creationTimestamp: null */
void typed_init(struct typed *typed, const char *kind, const char *name, struct kubectl *kubectl,
	const struct flags *flags);
void typed_release(struct typed *typed);
/* metadata.labels: key=value; made when absent */
void typed_label(struct typed *typed, const char *key, const char *value);
/* A pod template (or pod) spec with one container an image; command and arguments may be none. */
struct value *typed_container(struct typed *typed, const char *name, const char *image);
/* The name kubectl gives the container of an image. */
const char *typed_container_name(struct arena *arena, struct kubectl *kubectl, const char *image);
void typed_strings(struct typed *typed, struct value *map, const char *key, char *const *texts, size_t n);
/* Copies root's JSON into the last-applied annotation (--save-config). */
void typed_save_config(struct typed *typed);

/*
 * Creates it, or only prints it (--dry-run=client).  failing: `failed to create deployment:`, the words before the
 * server's message; NULL prints the server's refusal as it is.
 */
void typed_create(struct typed *typed, struct mutation *mutation, const struct flags *flags, const char *failing);
/* The one NAME of `create KIND NAME`; NULL after printing the usage error. */
const char *typed_name_argument(struct kubectl *kubectl, const struct flags *flags);

#define CREATE_TABLES output_flags, dry_run_flag, validate_flag, save_config_flag, create_field_manager
extern const struct flag create_field_manager[];

#endif
