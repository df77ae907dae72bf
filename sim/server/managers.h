/* The entries of managedFields while a request changes them: who, how, and a set of fields each. */
#ifndef SERVER_MANAGERS_H
#define SERVER_MANAGERS_H

#include "api/fieldset.h"
#include "svcsim/vec.h"

#define OPERATION_APPLY "Apply"
#define OPERATION_UPDATE "Update"

struct manager {
	const char *name, *operation, *api_version, *subresource;
	const char *time;	/* NULL: unknown */
	struct fieldset *fields;
};

struct managers {
	struct arena *arena;
	VEC(struct manager) list;
};

/* Of managedFields, of a request or stored.  Such as make no sense count for nothing. */
void managers_read(struct managers *managers, const struct value *list);
void managers_release(struct managers *managers);
/* As they are stored, sorted, in arena; NULL for none.  Those that manage nothing are left out. */
struct value *managers_value(const struct managers *managers, struct arena *arena);

/* The entry of the same manager, operation, version and subresource (Apply: of any version); NULL. */
struct manager *managers_find(struct managers *managers, const struct manager *like);
struct manager *managers_add(struct managers *managers, const struct manager *manager);	/* without fields, when new */
/* More than ten entries of updates: the oldest become one. */
void managers_cap(struct managers *managers);
/* By the names that errors sort them by. */
int manager_compare(const void *a, const void *b);
/* `"kubectl-edit" using apps/v1`, as conflicts name it */
void manager_describe(const struct manager *manager, struct str *out);

#endif
