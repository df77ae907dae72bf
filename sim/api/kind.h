/*
 * The kinds that the API server knows, as a table: one row feeds discovery, names on the command line, stored keys,
 * printing and completion.  Facts: api-resources of v1.32, and the standard channel of the Gateway API, v1.2.1.
 */
#ifndef API_KIND_H
#define API_KIND_H

#include <stdbool.h>
#include <stddef.h>

struct kind {
	const char *kind;	/* "Service" */
	const char *group;	/* "" for core, "apps", "discovery.k8s.io" .. */
	const char *version;	/* "v1" */
	const char *plural, *singular;
	const char *shorts;	/* "svc", "po", comma list, "" */
	const char *categories;	/* "all" or "" */
	bool namespaced;
	const char *type;	/* schema type, "core.v1.Service" */
	/*
	 * A kind of a CustomResourceDefinition, which not every cluster has (server_serves): it is validated by its
	 * structural schema.  also: its other served versions, a comma list.
	 */
	bool custom;
	const char *also;
	int index;		/* its place in the table, for arrays by kind */
};

#define KIND_COUNT_MAX 64
extern const struct kind kinds[];	/* ended by kind == NULL */
/* Kinds that v1.32 serves, too, and that no object is ever held of: none can be made, none is found.  Ended alike. */
extern const struct kind empty_kinds[];
size_t kind_count(void);

const struct kind *kind_by_name(const char *word);	/* what kubectl takes: plural, singular, short, Kind in any case,
							   also "deployments.apps", "deployment.v1.apps"; NULL */
const struct kind *kind_empty_by_name(const char *word);	/* the same for these */
const struct kind *kind_by_gvk(const char *api_version, const char *kind);	/* in any version that it has; NULL */
bool kind_has_version(const struct kind *kind, const char *api_version);
const struct kind *kind_by_kind(const char *kind);	/* first row of that Kind; a BUG when there is none */
const char *kind_api_version(const struct kind *kind, char buf[static 64]);	/* "v1", "apps/v1" */
const char *kind_qualified(const struct kind *kind, char buf[static 96]);	/* "service", "deployment.apps": for messages */
const char *kind_resource(const struct kind *kind, char buf[static 96]);	/* "services", "deployments.apps" */

#endif
