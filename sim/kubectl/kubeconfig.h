/*
 * The kubeconfig: clusters, users and contexts by name.  The terminal's own is kept by the caller of kubectl; another
 * one is a file that --kubeconfig or KUBECONFIG names.
 */
#ifndef KUBECTL_KUBECONFIG_H
#define KUBECTL_KUBECONFIG_H

#include "api/value.h"
#include "kubectl/kubectl.h"

struct kubeconfig {
	struct arena arena;
	struct value *root;
	const char *path;	/* as messages name it */
	bool is_file;		/* a file of its own */
	bool is_missing;	/* that doesn't exist */
};

/* A file that doesn't exist is an empty kubeconfig.  -1 after printing why it can't be read. */
MUST_CHECK int kubeconfig_open(struct kubectl *kubectl, const struct flags *flags, struct kubeconfig *config);
void kubeconfig_release(struct kubeconfig *config);
/* -1 after printing why not. */
MUST_CHECK int kubeconfig_save(struct kubectl *kubectl, struct kubeconfig *config);

/* What kubectl says of a host where no API server, or nothing at all, listens. */
void kubeconfig_unreachable(const char *host, const char *port, struct str *out);

/* The lists "clusters", "users" and "contexts"; what of one entry stands below is "cluster", "user" or "context". */
#define KUBECONFIG_LISTS(X) X("clusters", "cluster") X("users", "user") X("contexts", "context")
const char *kubeconfig_inner(const char *list);	/* NULL: no such list */
struct value *kubeconfig_entry(const struct value *root, const char *list, const char *name);	/* NULL */
struct value *kubeconfig_make_entry(struct kubeconfig *config, const char *list, const char *name);
bool kubeconfig_remove_entry(struct kubeconfig *config, const char *list, const char *name);
const char *kubeconfig_current(const struct value *root);	/* "" for none */

/*
 * Before a verb that asks the API server: which namespace the context says, and whether it leads here, as somebody
 * who may come in.  server_first: the verb asks before it looks for its namespace, and words one refusal otherwise.
 * *namespace, in config's arena, NULL for none; -1 after printing why not.
 */
MUST_CHECK int kubeconfig_connect(struct kubectl *kubectl, const struct flags *flags, bool server_first,
	struct kubeconfig *config, const char **namespace);

#endif
