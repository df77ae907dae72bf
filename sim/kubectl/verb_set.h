/*
 * What the subverbs of kubectl set have in common: they find objects, or with --local read them, change a copy of each
 * and send it if it differs.
 */
#ifndef KUBECTL_VERB_SET_H
#define KUBECTL_VERB_SET_H

#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"
#include "kubectl/workload.h"

extern const struct flag set_flags[];	/* --local, --field-manager */
#define SET_TABLES set_flags, output_flags, dry_run_flag, filename_flags, all_flag

struct setting {
	struct mutation mutation;
	const struct flags *flags;
	struct arena arena;
	struct resources resources;
	bool local;		/* --local: the files' objects, as kubectl's types hold them */
};

/* -1 after printing what is wrong; nothing to end then. */
MUST_CHECK int setting_begin(struct setting *setting, struct kubectl *kubectl, const struct flags *flags);
/* Prints the failures; the exit status. */
int setting_end(struct setting *setting);
/* Finds the objects among the first nwords words; false when something is wrong with any. */
bool setting_find(struct setting *setting, size_t nwords);
/* The same for a verb that refuses words beside --local. */
bool setting_find_files(struct setting *setting, size_t nwords);
/* The failure that --local and --dry-run=server, or --all and --selector, don't go together; false when they do. */
bool setting_refuses_server(struct setting *setting);
bool setting_refuses_selector(struct setting *setting);

/* A failure of one object: `services/web the object is not a pod ..` */
void setting_refuse(struct setting *setting, const struct resource *resource, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* A copy of the object to change, and its pod spec; NULL after the failure that it has none. */
struct value *setting_copy(struct setting *setting, const struct resource *resource, struct value **spec);
/* Sends the copy if it differs; failing: words before a refusal.  True when it was sent. */
bool setting_send(struct setting *setting, const struct resource *resource, struct value *changed, const char *operation,
	const char *failing);

/* The containers, then the init containers, whose names match a word with * in it. */
typedef VEC(struct value *) container_vec;
void setting_containers(const struct value *spec, const char *pattern, container_vec *containers);

extern const struct verb verb_set_env, verb_set_image, verb_set_resources, verb_set_selector, verb_set_serviceaccount;

#endif
