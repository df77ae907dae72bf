/*
 * Who asks the API server, and what he may (kube-apiserver's RBAC authorizer).  The cluster has the rules that the server and kubeadm
 * give every cluster and no others: kubeadm's administrators may do everything, whoever is asked for by --as only look at what
 * everybody may.
 */
#ifndef KUBECTL_AUTHORITY_H
#define KUBECTL_AUTHORITY_H

#include "kubectl/kubectl.h"
#include "svcsim/vec.h"

struct identity {
	struct arena arena;
	const char *user, *uid;		/* uid "" */
	VEC(const char *) groups;
};

/* The kubeconfig's user, or whom --as, --as-uid and --as-group name. */
void identity_of(const struct flags *flags, struct identity *identity);
void identity_release(struct identity *identity);

struct authority_rule {
	const char *resource, *group;	/* "*" for any; resource NULL: of a path */
	const char *path;		/* "/api/" and a star for all below; NULL */
	const char *verb;
};

/* The i-th rule that holds for him, in the order in which kubectl auth can-i --list shows them; NULL behind the last. */
const struct authority_rule *authority_rule(const struct identity *identity, size_t i);
/* path NULL: of the resource in the group. */
bool authority_allows(const struct identity *identity, const char *verb, const char *resource, const char *group,
	const char *path);

#endif
