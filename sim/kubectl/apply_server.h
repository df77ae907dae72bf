/* kubectl apply --server-side: the server merges; and the way there from client-side apply. */
#ifndef KUBECTL_APPLY_SERVER_H
#define KUBECTL_APPLY_SERVER_H

#include "kubectl/manifest.h"
#include "kubectl/mutation.h"

#define APPLY_SERVER_MANAGER "kubectl"	/* unless --field-manager names another */

struct apply_server {
	struct mutation *mutation;
	const char *subresource;	/* "" */
	bool force;			/* --force-conflicts */
};

void apply_server_one(const struct apply_server *apply, struct arena *arena, const struct manifest *manifest);
/* "Warning: Detected changes to resource .." of an object that is going. */
void apply_warn_deleting(const struct mutation *mutation, const struct object *object);

#endif
