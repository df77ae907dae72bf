/*
 * Which objects a command line names: TYPE NAME.., TYPE/NAME.., TYPE,TYPE, all, -l, --field-selector, -A, --all and -f,
 * with the texts of k8s.io/cli-runtime/pkg/resource/builder.go for what makes no sense.
 */
#ifndef KUBECTL_RESOURCE_ARGS_H
#define KUBECTL_RESOURCE_ARGS_H

#include "kubectl/failures.h"
#include "kubectl/kubectl.h"
#include "kubectl/manifest.h"

struct resource {
	const struct kind *kind;
	const char *namespace, *name;
	const struct object *object;	/* a reference; NULL only by RESOURCES_UNFETCHED and RESOURCES_BY_NAME_ONLY */
	const char *source;		/* of -f; "" */
	struct value *manifest;		/* of -f; NULL */
};

struct resources {
	VEC(struct resource) list;
	struct manifests manifests;
	bool single;		/* one object was named, so one is printed, not a List */
	bool many_kinds;	/* of several kinds, though some may have no objects */
	bool cluster_wide;	/* some kind has no namespaces */
	bool by_prefix;		/* found by the beginning of their names */
	bool nonsense;		/* the line asks for nothing that could be looked up; failures say why */
	const struct kind *kind;	/* the last one asked for */
	const struct kind *listed;	/* the last one that was listed, or of which one was found by name */
	struct failures failures;
};
#define RESOURCES_INIT { VEC_INIT, MANIFESTS_INIT, false, false, false, false, false, NULL, NULL, FAILURES_INIT }

enum resources_how {
	RESOURCES_TYPE_IS_ALL = 1,	/* a type without names means all its objects (get, describe) */
	RESOURCES_UNFETCHED = 2,		/* objects of -f are not looked up; a name is asked of the server alone (delete, top) */
	RESOURCES_VALIDATING = 4,		/* the verb has --validate */
	RESOURCES_BY_PREFIX = 8,		/* a name that doesn't exist may be the beginning of others (describe) */
	RESOURCES_IGNORE_MISSING = 16,	/* --ignore-not-found */
	RESOURCES_NO_SELECTOR = 32,	/* the verb's --selector is not one to find objects by */
	RESOURCES_ALL_OF_TYPE = 128,	/* --all makes up for a type without names, and else says nothing (set, label, scale) */
	RESOURCES_BY_NAME_ONLY = 256,	/* a name is not looked up, only what a selector means is (delete) */
	RESOURCES_TYPED = 64,		/* the verb reads objects by the types that kubectl has: custom resources fail */
};

/* Words beside --local. */
#define RESOURCES_LOCAL_ONLY "you must specify resources by --filename when --local is set.\n" \
	"Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'"

/* Flags that several verbs have: -l, --field-selector, --all, -A. */
extern const struct flag selector_flag[], field_selector_flag[], all_flag[], all_namespaces_flag[];

void resources_release(struct resources *resources);
/* The words args[0 .. nargs-1]; what is found stays in the list though there are failures. */
void resources_find(struct kubectl *kubectl, const struct flags *flags, char *const *args, size_t nargs, unsigned how,
	struct resources *resources);
/* The kind that the cluster has by that word; NULL. */
const struct kind *kubectl_kind(const struct kubectl *kubectl, const char *word);
/* Whether kubectl has a Go type of the kind; what it has none of, it edits by JSON merge patches. */
bool kind_is_registered(const struct kind *kind);
/* A type word; NULL and the failure "the server doesn't have a resource type". */
const struct kind *kind_from_word(const struct kubectl *kubectl, const char *word, struct failures *failures);
/* "No resources found in default namespace." on stderr. */
void print_no_resources(struct kubectl *kubectl, bool namespaced, bool all_namespaces);
/* -A, where the verb has it. */
bool kubectl_all_namespaces(const struct kubectl *kubectl, const struct flags *flags);

#endif
