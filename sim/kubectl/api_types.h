/*
 * The types that the API server tells of: those of the cluster's kinds, and those that v1.32 serves besides, of which nothing is
 * held here.
 */
#ifndef KUBECTL_API_TYPES_H
#define KUBECTL_API_TYPES_H

#include "kubectl/kubectl.h"

struct api_type {
	const char *name, *shorts, *group, *version;
	bool namespaced;
	const char *kind, *verbs, *categories;	/* the latter two: comma lists */
	const char *singular;
};

/* All of them by group and name, in an array of the caller's. */
struct api_type *api_types(const struct kubectl *kubectl, size_t *n);
/* By TYPE, TYPE.GROUP or TYPE.VERSION.GROUP, in any case and number, or by a short name; false: the server has none such. */
bool api_type_find(const struct kubectl *kubectl, const char *word, struct api_type *type);
/* Whether a comma list has the word. */
bool api_list_has(const char *list, const char *word);
/* The order by group and name. */
int api_type_compare(const void *a, const void *b);

#endif
